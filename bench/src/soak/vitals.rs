//! Memory and descriptors of the agent over time.

use std::time::{Duration, Instant};

use crate::fault::Outcome;
use crate::figures::{count, slope};
use crate::process;
use crate::report::Row;

/// Idle connections to the engine are kept for a while after a load.
const SETTLING: Duration = Duration::from_secs(120);

/// Events the agent keeps for readers that come back (`KEPT_EVENTS` there).
/// While they fill, memory grows, once.
const KEPT_EVENTS: u64 = 4096;

/// Points in time: hours since the beginning, megabytes.
pub(crate) struct Vitals {
    pid: u32,
    began: Instant,
    memory: Vec<(f64, f64)>,
    /// The sample from which on everything the agent keeps was full.
    full: Option<usize>,
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
            full: None,
            descriptors: process::descriptors(pid)?,
        })
    }

    /// Takes one sample; `events` have been published so far.
    pub(crate) fn take(&mut self, events: u64) -> Outcome<()> {
        let hours = self.began.elapsed().as_secs_f64() / 3600.0;
        #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
        let megabytes = process::resident(self.pid)? as f64 / 1e6;
        if events >= KEPT_EVENTS {
            self.full.get_or_insert(self.memory.len());
        }
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

    /// Slope of memory after warming up: at least the first third, and until the
    /// kept events are full. Pools, caches and the newest part of the timeline
    /// fill earlier.
    pub(crate) fn growth(&self) -> Row {
        let third = self.memory.len() / 3;
        let warm = self.full.map_or(third, |full| full.max(third));
        let late = &self.memory[warm..];
        let (first, last) = (late.first(), late.last());
        let (from, to) = (first.map_or(0.0, |p| p.1), last.map_or(0.0, |p| p.1));
        let (warm, end) = (first.map_or(0.0, |p| p.0), last.map_or(0.0, |p| p.0));
        let still = match self.full {
            Some(_) => "",
            None => "; too short a run: the events that are kept were still filling",
        };
        Row::at_most(
            "soak-memory",
            "growth of memory, extrapolated",
            slope(late),
            1.0,
        )
        .unit(" MB/h")
        .detail(format!(
            "{from:.1} to {to:.1} MB in {:.1} min after {:.1} min of warming up, {} samples, least squares{still}",
            (end - warm) * 60.0,
            warm * 60.0,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Verdict;

    /// Grows by 60 MB/h for a quarter of an hour, then by nothing.
    fn vitals(full: Option<usize>) -> Vitals {
        let minutes = (0..30_u32).map(f64::from);
        Vitals {
            pid: std::process::id(),
            began: Instant::now(),
            memory: minutes.map(|m| (m / 60.0, 20.0 + m.min(15.0))).collect(),
            full,
            descriptors: 0,
        }
    }

    #[test]
    fn what_fills_once_is_no_growth_and_a_short_run_says_so() {
        let verdict = |full| vitals(full).growth().verdict;
        assert_eq!(verdict(Some(15)), Verdict::Met);
        assert_eq!(verdict(Some(2)), Verdict::Missed, "not before a third");
        assert_eq!(verdict(None), Verdict::Missed);
        assert!(vitals(None).growth().detail.contains("too short"));
    }
}
