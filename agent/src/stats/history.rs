//! The numbers of the past, by name, so that they survive a container that is
//! made anew. What is complete goes to disk every few minutes; memory holds
//! what is not there yet, and single seconds while somebody watches.

mod table;

use std::collections::HashMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::record::{Record, Values};
use super::ring_file::RingFile;
use super::slots::{COARSE, FINE, SECONDS, Slot, Tier, index};
use crate::views::StatsHistory;
use table::Table;

/// The machine among the names; no container's begins like that.
pub(super) const HOST: &str = "_host";
/// Two readings further apart say nothing of the time between.
const LONGEST_GAP: f64 = 400.0;
/// A name without numbers for so long leaves the memory.
const FORGET_SECONDS: f64 = 900.0;
/// A file nobody wrote for so long has nothing left to show.
const KEEP_FILES: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Files at most, 274 KiB each; beyond that the oldest go.
const MOST_FILES: usize = 512;
/// Longest name of a container that is recorded.
const MOST_NAME: usize = 200;

/// How far back, and how fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Seconds where somebody watched, tens of seconds elsewhere.
    TenMinutes,
    /// Tens of seconds.
    Hour,
    /// Minutes.
    Day,
    /// Five minutes.
    Week,
    /// Half hours.
    Month,
}

impl Range {
    /// Seconds back, the tier, and seconds that a point stands for.
    fn parts(self) -> (u32, Tier, u32) {
        const HOUR: u32 = 3600;
        match self {
            Self::TenMinutes => (600, FINE, 10),
            Self::Hour => (HOUR, FINE, 10),
            Self::Day => (24 * HOUR, FINE, 60),
            Self::Week => (7 * 24 * HOUR, COARSE, 300),
            Self::Month => (30 * 24 * HOUR, COARSE, 1800),
        }
    }
}

/// Everything recorded.
pub(super) struct History {
    dir: PathBuf,
    series: HashMap<String, Series>,
}

#[derive(Default)]
struct Series {
    /// A ring by second, allocated while somebody watches.
    seconds: Option<Box<[Record]>>,
    fine: Slot,
    coarse: Slot,
    /// Complete and not on disk yet.
    fine_done: Vec<Record>,
    coarse_done: Vec<Record>,
    /// When the last numbers came, and the last of a watched second.
    last: f64,
    watched: f64,
}

impl History {
    /// The history kept in `dir`, which is made.
    pub(super) fn open(dir: PathBuf) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        Ok(Self {
            dir,
            series: HashMap::new(),
        })
    }

    /// Takes in what was so in the `seconds` before `now`, which is in seconds
    /// since 1970.
    pub(super) fn add(
        &mut self,
        name: &str,
        now: f64,
        seconds: f64,
        values: &Values,
        watched: bool,
    ) {
        let plausible = seconds > 0.0 && seconds < LONGEST_GAP && now > LONGEST_GAP;
        if !plausible || !is_recorded(name) {
            return;
        }
        if !self.series.contains_key(name) {
            self.series.insert(name.to_owned(), Series::default());
        }
        let Some(series) = self.series.get_mut(name) else {
            return;
        };
        let from = now - seconds;
        series
            .fine
            .add(FINE, from, now, values, &mut series.fine_done);
        series
            .coarse
            .add(COARSE, from, now, values, &mut series.coarse_done);
        series.last = now;
        if watched {
            let ring = series
                .seconds
                .get_or_insert_with(|| vec![Record::EMPTY; SECONDS.kept as usize].into());
            let second = index(now, 1.0);
            ring[(second % SECONDS.kept) as usize] = Record::new(second, values);
            series.watched = now;
        }
    }

    /// Writes what is complete, or everything at the `end`, and lets go of
    /// what nobody needs.
    pub(super) fn flush(&mut self, now: f64, end: bool) {
        let mut failed = None;
        for (name, series) in &mut self.series {
            let mut fine = std::mem::take(&mut series.fine_done);
            let mut coarse = std::mem::take(&mut series.coarse_done);
            if end {
                fine.extend(series.fine.so_far());
                coarse.extend(series.coarse.so_far());
            }
            if !fine.is_empty() || !coarse.is_empty() {
                let written = RingFile::for_writing(&self.dir.join(name)).and_then(|file| {
                    file.write(FINE, &fine)?;
                    file.write(COARSE, &coarse)
                });
                failed = written.err().or(failed);
            }
            if now - series.watched > f64::from(SECONDS.kept) {
                series.seconds = None;
            }
        }
        if let Some(error) = failed {
            tracing::warn!(%error, dir = %self.dir.display(), "numbers could not be written; a part of the history is lost");
        }
        self.series
            .retain(|_, series| now - series.last < FORGET_SECONDS);
        self.series.shrink_to_fit();
    }

    /// Removes files of names that are long gone.
    pub(super) fn sweep(&self, now: SystemTime) -> io::Result<()> {
        let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
        files.sort();
        let surplus = files.len().saturating_sub(MOST_FILES);
        for (index, (modified, path)) in files.iter().enumerate() {
            let age = now.duration_since(*modified).unwrap_or_default();
            if index < surplus || age > KEEP_FILES {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// What is known of `name` in the `range` that ends `now`.
    pub(super) fn read(&self, name: &str, range: Range, now: f64) -> io::Result<StatsHistory> {
        let (back, tier, step) = range.parts();
        let last = index(now, f64::from(tier.step));
        let first = index(now - f64::from(back), f64::from(tier.step)) + 1;
        let series = self.series.get(name);
        let mut records = match is_recorded(name) {
            true => from_disk(&self.dir.join(name), tier, first, last)?,
            false => Vec::new(),
        };
        if let Some(series) = series {
            let (slot, done) = if tier == FINE {
                (&series.fine, &series.fine_done)
            } else {
                (&series.coarse, &series.coarse_done)
            };
            records.extend(done.iter().filter(|r| r.slot >= first));
            records.extend(slot.so_far().filter(|r| r.slot >= first));
        }
        // Of two for the same time the later one counts: a run that was cut short left the other.
        records.reverse();
        records.sort_by_key(|record| record.slot);
        records.dedup_by_key(|record| record.slot);
        let mut table = Table::new(name == HOST, step);
        let seconds = match range {
            Range::TenMinutes => series.map(|s| s.newest_seconds(now)).unwrap_or_default(),
            _ => Vec::new(),
        };
        let until = seconds.first().map_or(u32::MAX, |second| second.slot);
        let older = records
            .into_iter()
            .filter(|r| (r.slot + 1).saturating_mul(tier.step) <= until);
        table.add(tier, older);
        if !seconds.is_empty() {
            table.answer.step_seconds = 1;
            table.add(SECONDS, seconds.into_iter());
        }
        Ok(table.finish())
    }
}

impl Series {
    /// The watched seconds of the last ten minutes, ascending.
    fn newest_seconds(&self, now: f64) -> Vec<Record> {
        let last = index(now, 1.0);
        let first = last.saturating_sub(SECONDS.kept - 1);
        let ring = self.seconds.as_deref().unwrap_or_default();
        let fresh = ring.iter().filter(|r| (first..=last).contains(&r.slot));
        let mut records: Vec<Record> = fresh.copied().collect();
        records.sort_by_key(|record| record.slot);
        records
    }
}

fn from_disk(path: &Path, tier: Tier, first: u32, last: u32) -> io::Result<Vec<Record>> {
    match RingFile::for_reading(path)? {
        Some(file) => file.read(tier, first, last),
        None => Ok(Vec::new()),
    }
}

/// Names are file names, too. The engine allows no others but longer ones.
fn is_recorded(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
    name == HOST
        || name.len() <= MOST_NAME
            && name
                .as_bytes()
                .first()
                .is_some_and(u8::is_ascii_alphanumeric)
            && name.bytes().all(plain)
}

#[cfg(test)]
mod tests;
