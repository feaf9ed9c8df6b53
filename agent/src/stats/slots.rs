//! Averages over stretches of time of equal length.

use super::record::{COLUMNS, Record, Values};

/// A tier of the history: how long a point is and how many are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tier {
    pub(super) step: u32,
    pub(super) kept: u32,
}

/// 10 minutes, a second each; in memory only, while somebody watches.
pub(super) const SECONDS: Tier = Tier { step: 1, kept: 600 };
/// 24 hours, ten seconds each.
pub(super) const FINE: Tier = Tier {
    step: 10,
    kept: 8640,
};
/// 30 days, five minutes each.
pub(super) const COARSE: Tier = Tier {
    step: 300,
    kept: 8640,
};

/// The point that is being made.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slot {
    slot: u32,
    seconds: f32,
    sums: [f32; COLUMNS],
}

impl Slot {
    /// Adds what was so from `from` to `to`, in seconds since 1970, and puts
    /// every point that is complete by then into `done`. The average of a
    /// counter between two readings is exact, however far they are apart.
    pub(super) fn add(
        &mut self,
        tier: Tier,
        from: f64,
        to: f64,
        values: &Values,
        done: &mut Vec<Record>,
    ) {
        let step = f64::from(tier.step);
        let mut from = from;
        while from < to {
            let slot = index(from, step);
            if slot != self.slot {
                done.extend(self.take());
                self.slot = slot;
            }
            let end = (f64::from(slot) + 1.0) * step;
            self.cover(end.min(to) - from, values);
            if end > to {
                return;
            }
            // Rounding must not make it stand still.
            from = end.max(from + 0.001);
        }
        if self.slot != 0 && index(to, step) != self.slot {
            done.extend(self.take());
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "seven digits are plenty")]
    fn cover(&mut self, seconds: f64, values: &Values) {
        self.seconds += seconds as f32;
        for (sum, value) in self.sums.iter_mut().zip(values) {
            *sum += (value * seconds) as f32;
        }
    }

    /// The point as far as it is known.
    pub(super) fn so_far(&self) -> Option<Record> {
        (self.slot != 0 && self.seconds > 0.0).then(|| {
            let mean = |sum: f32| f64::from(sum) / f64::from(self.seconds);
            Record::new(self.slot, &self.sums.map(mean))
        })
    }

    fn take(&mut self) -> Option<Record> {
        let record = self.so_far();
        *self = Self::default();
        record
    }
}

/// Which stretch a moment falls into.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates; seconds since 1970 in steps fit 32 bits until 2106"
)]
pub(super) fn index(seconds: f64, step: f64) -> u32 {
    (seconds / step) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(cpu: f64) -> Values {
        [cpu, 1.0, f64::NAN, 0.0, 0.0, 0.0]
    }

    #[test]
    fn a_long_gap_fills_every_point_with_the_average() {
        let mut slot = Slot::default();
        let mut done = Vec::new();
        slot.add(FINE, 1005.0, 1065.0, &values(40.0), &mut done);
        assert_eq!(
            done.iter().map(|r| r.slot).collect::<Vec<_>>(),
            [100, 101, 102, 103, 104, 105]
        );
        assert!(
            done.iter()
                .all(|r| (r.values()[0] - 40.0).abs() < 0.5 && r.values()[2].is_nan())
        );
        assert_eq!(slot.so_far().expect("half a point").slot, 106);
    }

    #[test]
    fn seconds_make_one_point_of_ten() {
        let mut slot = Slot::default();
        let mut done = Vec::new();
        for second in 0..30 {
            let from = 1000.0 + f64::from(second);
            slot.add(
                FINE,
                from,
                from + 1.0,
                &values(f64::from(second)),
                &mut done,
            );
        }
        let means: Vec<f64> = done.iter().map(|r| r.values()[0]).collect();
        // 4.5, 14.5 and 24.5 in whole numbers.
        assert_eq!(means, [5.0, 15.0, 25.0]);
        assert_eq!(done[0].slot, 100);
    }

    #[test]
    fn odd_times_end() {
        let mut slot = Slot::default();
        let mut done = Vec::new();
        for (from, to) in [(5.0, 5.0), (9.0, 3.0), (0.0, 0.1), (1e9, 1e9 + 0.000_01)] {
            slot.add(SECONDS, from, to, &values(1.0), &mut done);
        }
        assert!(done.len() < 3);
    }
}
