//! Memory and descriptors of the agent over time.

use std::time::{Duration, Instant};

use crate::fault::Outcome;
use crate::figures::{count, slope};
use crate::process;
use crate::report::Row;

/// Idle connections to the engine are kept for a while after a load.
const SETTLING: Duration = Duration::from_secs(120);

/// Points in time: hours since the beginning, megabytes.
pub(crate) struct Vitals {
    pid: u32,
    began: Instant,
    memory: Vec<(f64, f64)>,
    /// Before the load.
    descriptors: usize,
}

impl Vitals {
    /// To be made while nobody is connected.
    pub(crate) fn new(pid: u32) -> Outcome<Self> {
        Ok(Self {
            pid,
            began: Instant::now(),
            memory: Vec::new(),
            descriptors: process::descriptors(pid)?,
        })
    }

    /// Takes one sample.
    pub(crate) fn take(&mut self) -> Outcome<()> {
        let hours = self.began.elapsed().as_secs_f64() / 3600.0;
        #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
        let megabytes = process::resident(self.pid)? as f64 / 1e6;
        self.memory.push((hours, megabytes));
        Ok(())
    }

    /// How it is now, for people who watch.
    pub(crate) fn line(&self) -> String {
        let (hours, megabytes) = self.memory.last().copied().unwrap_or_default();
        let open = process::descriptors(self.pid).unwrap_or_default();
        format!(
            "{:5.1} min  {megabytes:.1} MB, {open} descriptors",
            hours * 60.0
        )
    }

    /// Slope of memory. The first third is warming up: pools, caches and the
    /// kept events fill, once.
    pub(crate) fn growth(&self) -> Row {
        let late = &self.memory[self.memory.len() / 3..];
        let (first, last) = (late.first(), late.last());
        let (from, to) = (first.map_or(0.0, |p| p.1), last.map_or(0.0, |p| p.1));
        let hours = last.map_or(0.0, |p| p.0) - first.map_or(0.0, |p| p.0);
        Row::at_most(
            "soak-memory",
            "growth of memory, extrapolated",
            slope(late),
            1.0,
        )
        .unit(" MB/h")
        .detail(format!(
            "{from:.1} to {to:.1} MB in {:.1} min, {} samples, least squares",
            hours * 60.0,
            late.len()
        ))
    }

    /// Descriptors beyond those before the load, after waiting for them to go.
    pub(crate) async fn settle(&self) -> Outcome<f64> {
        let end = Instant::now() + SETTLING;
        loop {
            let open = process::descriptors(self.pid)?;
            if open <= self.descriptors || Instant::now() > end {
                return Ok(count(open.saturating_sub(self.descriptors)));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}
