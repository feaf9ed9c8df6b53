//! Records as columns, for whoever draws them.

use crate::stats::host::whole;
use crate::stats::record::{COLUMNS, Record, Values};
use crate::stats::slots::{SECONDS, Tier};
use crate::views::StatsHistory;

/// Turns records into columns, several into one where a point is longer.
pub(super) struct Table {
    pub(super) answer: StatsHistory,
    host: bool,
    step: u32,
    /// Middle of the point, sums and how many are in each.
    open: Option<(u64, Values, [u32; COLUMNS])>,
}

impl Table {
    pub(super) fn new(host: bool, step: u32) -> Self {
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

    pub(super) fn add(&mut self, tier: Tier, records: impl Iterator<Item = Record>) {
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
        let whole = |column: usize| mean(column).map(whole);
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

    pub(super) fn finish(self) -> StatsHistory {
        self.answer
    }
}
