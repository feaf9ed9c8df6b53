//! How much is measured: in full, or a quick look while developing.

use std::time::Duration;

/// Sizes and lengths of one run.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    /// Containers at the three sizes, with the pairs of lists timed at each.
    pub(crate) sizes: [(usize, usize); 3],
    /// One turn of the throughput, and how many each side has.
    pub(crate) flood: (Duration, usize),
    /// Lists whose CPU time is taken: agent, engine.
    pub(crate) counted: (usize, usize),
    /// How long nobody looks.
    pub(crate) idle: Duration,
    /// Starts of the agent.
    pub(crate) starts: usize,
    /// One turn of live numbers, and how many each side has.
    pub(crate) stats: (Duration, usize),
    /// Log lines, and how often each side reads them.
    pub(crate) logs: (u32, usize),
    /// Keys typed on each side.
    pub(crate) keys: usize,
    /// Events waited for.
    pub(crate) events: usize,
    /// Readers of the event stream, and how many of them never read.
    pub(crate) readers: (usize, usize),
    /// Apps of a store.
    pub(crate) apps: usize,
    /// How often each search is typed.
    pub(crate) searches: usize,
}

impl Scale {
    /// What the goals are about.
    pub(crate) fn full() -> Self {
        Self {
            sizes: [(5, 600), (100, 200), (300, 100)],
            flood: (Duration::from_secs(3), 3),
            counted: (3000, 60),
            idle: Duration::from_secs(60),
            starts: 7,
            stats: (Duration::from_secs(10), 5),
            logs: (1_000_000, 3),
            keys: 1500,
            events: 600,
            readers: (200, 20),
            apps: 10_000,
            searches: 20,
        }
    }

    /// The same in small, in some eight minutes. Its sizes are not the goals'.
    pub(crate) fn quick() -> Self {
        Self {
            sizes: [(5, 100), (20, 60), (60, 40)],
            flood: (Duration::from_secs(1), 2),
            counted: (1000, 30),
            idle: Duration::from_secs(5),
            starts: 2,
            stats: (Duration::from_secs(5), 1),
            logs: (100_000, 2),
            keys: 200,
            events: 100,
            readers: (40, 4),
            apps: 500,
            searches: 3,
        }
    }
}
