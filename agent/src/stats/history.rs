//! The numbers of the past, by name, so that they survive a container that is
//! made anew. What is complete goes to disk every few minutes; memory holds
//! what is not there yet, and single seconds while somebody watches.

use std::collections::HashMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::record::{COLUMNS, Record, Values};
use super::ring_file::RingFile;
use super::slots::{COARSE, FINE, SECONDS, Slot, Tier, index};
use crate::views::StatsHistory;

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

/// Turns records into columns, several into one where a point is longer.
struct Table {
    answer: StatsHistory,
    host: bool,
    step: u32,
    /// Middle of the point, sums and how many are in each.
    open: Option<(u64, Values, [u32; COLUMNS])>,
}

impl Table {
    fn new(host: bool, step: u32) -> Self {
        Self {
            answer: StatsHistory {
                step_seconds: step,
                ..StatsHistory::default()
            },
            host,
            step,
            open: None,
        }
    }

    fn add(&mut self, tier: Tier, records: impl Iterator<Item = Record>) {
        let step =
            u64::from(
                self.step
                    .max(tier.step)
                    .min(if tier == SECONDS { 1 } else { u32::MAX }),
            );
        for record in records {
            let begins = u64::from(record.slot) * u64::from(tier.step) / step * step;
            let at = begins * 1000 + step * 500;
            if self.open.as_ref().is_some_and(|(open, ..)| *open != at) {
                self.close();
            }
            let (_, sums, counts) = self.open.get_or_insert((at, [0.0; COLUMNS], [0; COLUMNS]));
            for ((sum, count), value) in sums.iter_mut().zip(counts).zip(record.values()) {
                if value.is_finite() {
                    *sum += value;
                    *count += 1;
                }
            }
        }
        self.close();
    }

    fn close(&mut self) {
        let Some((at, sums, counts)) = self.open.take() else {
            return;
        };
        let mean =
            |column: usize| (counts[column] > 0).then(|| sums[column] / f64::from(counts[column]));
        let whole = |column: usize| mean(column).map(super::host::whole);
        let to = &mut self.answer;
        to.at.push(i64::try_from(at).unwrap_or(i64::MAX));
        to.cpu.push(mean(0).map(|cpu| cpu.round() / 100.0));
        to.memory.push(whole(1));
        to.rx.push(whole(2));
        to.tx.push(whole(3));
        if self.host {
            to.storage.push(whole(4));
        } else {
            to.read.push(whole(4));
            to.write.push(whole(5));
        }
    }

    fn finish(self) -> StatsHistory {
        self.answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: f64 = 1_700_000_000.0;

    fn values(cpu: f64) -> Values {
        [cpu * 100.0, 1000.0, 2.0, f64::NAN, 4.0, 5.0]
    }

    fn history() -> (tempfile::TempDir, History) {
        let dir = tempfile::tempdir().expect("a directory");
        let history = History::open(dir.path().join("stats")).expect("made");
        (dir, history)
    }

    #[test]
    fn a_day_of_minutes_survives_a_restart() {
        let (dir, mut history) = history();
        for minute in 1..=24 * 60 {
            history.add(
                "web",
                START + f64::from(minute) * 60.0,
                60.0,
                &values(12.5),
                false,
            );
            if minute % 10 == 0 {
                history.flush(START + f64::from(minute) * 60.0, false);
            }
        }
        let now = START + 24.0 * 3600.0;
        history.flush(now, true);
        drop(history);
        let history = History::open(dir.path().join("stats")).expect("there");
        let day = history.read("web", Range::Day, now).expect("readable");
        assert!((1439..=1441).contains(&day.at.len()), "{}", day.at.len());
        assert_eq!(day.step_seconds, 60);
        assert!(
            day.cpu
                .iter()
                .all(|cpu| cpu.is_some_and(|c| (c - 12.5).abs() < 0.05))
        );
        assert!(day.memory.iter().all(|m| *m == Some(1000)));
        assert!(day.tx.iter().all(Option::is_none), "not known is not zero");
        assert!(day.storage.is_empty() && day.read.len() == day.at.len());
        assert!(day.at.windows(2).all(|pair| pair[1] - pair[0] == 60_000));
        let month = history.read("web", Range::Month, now).expect("readable");
        assert_eq!((month.step_seconds, month.at.len()), (1800, 49));
        let hour = history.read("web", Range::Hour, now).expect("readable");
        assert!((358..=361).contains(&hour.at.len()));
        assert!(
            history
                .read("other", Range::Day, now)
                .expect("readable")
                .at
                .is_empty()
        );
        assert!(
            history
                .read("../audit", Range::Day, now)
                .expect("refused")
                .at
                .is_empty()
        );
    }

    #[test]
    fn watched_seconds_follow_older_tens() {
        let (_dir, mut history) = history();
        for minute in 1..=5 {
            history.add(
                "web",
                START + f64::from(minute) * 60.0,
                60.0,
                &values(1.0),
                false,
            );
        }
        for second in 1..=60 {
            history.add(
                "web",
                START + 300.0 + f64::from(second),
                1.0,
                &values(2.0),
                true,
            );
        }
        let read = history
            .read("web", Range::TenMinutes, START + 360.0)
            .expect("readable");
        assert_eq!(read.step_seconds, 1);
        assert!(
            read.at.windows(2).all(|pair| pair[0] < pair[1]),
            "{:?}",
            read.at
        );
        assert_eq!(read.cpu.iter().filter(|c| **c == Some(2.0)).count(), 60);
        assert!(read.cpu.iter().filter(|c| **c == Some(1.0)).count() >= 29);
        let seconds_kept = |h: &History| h.series["web"].seconds.is_some();
        history.flush(START + 400.0, false);
        assert!(seconds_kept(&history));
        history.add("web", START + 1000.0, 60.0, &values(1.0), false);
        history.flush(START + 1000.0, false);
        assert!(!seconds_kept(&history), "nobody watched for ten minutes");
        history.flush(START + 9000.0, false);
        assert!(history.series.is_empty(), "gone from memory");
        assert!(
            !history
                .read("web", Range::Day, START + 9000.0)
                .expect("readable")
                .at
                .is_empty()
        );
    }

    #[test]
    fn gaps_and_nonsense_are_not_recorded() {
        let (_dir, mut history) = history();
        history.add("web", START, 4000.0, &values(1.0), false);
        history.add("web", START, -1.0, &values(1.0), false);
        history.add("web", START, f64::NAN, &values(1.0), false);
        history.add("web", 5.0, 1.0, &values(1.0), false);
        history.add("../web", START, 1.0, &values(1.0), false);
        history.add("", START, 1.0, &values(1.0), false);
        assert!(history.series.is_empty());
    }

    #[test]
    fn old_files_go() {
        let (_dir, mut history) = history();
        for n in 0..5 {
            history.add(&format!("c{n}"), START, 60.0, &values(1.0), false);
        }
        history.flush(START, true);
        let files = |h: &History| fs::read_dir(&h.dir).expect("there").count();
        assert_eq!(files(&history), 5);
        let now = SystemTime::now();
        history.sweep(now).expect("swept");
        assert_eq!(files(&history), 5);
        history
            .sweep(now + KEEP_FILES + Duration::from_secs(9))
            .expect("swept");
        assert_eq!(files(&history), 0);
    }

    #[test]
    fn three_hundred_containers_stay_small() {
        // Rings of seconds, points on their way to disk, and the rest.
        let ring = SECONDS.kept as usize * size_of::<Record>();
        let waiting = 2 * 64 * size_of::<Record>();
        assert!(300 * (ring + waiting + size_of::<Series>() + 64) < 4 << 20);
    }
}
