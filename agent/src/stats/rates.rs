//! From two readings of counters to the numbers people look at, as
//! `docker stats` counts them.

/// One reading of one container. Counters begin anew when it is restarted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// When, in nanoseconds on the clock of whoever read.
    pub at_nanos: u64,
    /// Processor time used, all cores together.
    pub cpu_nanos: u64,
    /// Memory in use without the file cache that can go at once.
    pub memory: u64,
    /// Most it may use; `None` when nothing but the machine limits it.
    pub memory_limit: Option<u64>,
    /// Bytes received and sent; `None` when it uses the host's network.
    pub network: Option<(u64, u64)>,
    /// Bytes read from and written to disks.
    pub disk: Option<(u64, u64)>,
    /// Processes and threads.
    pub pids: Option<u64>,
}

/// What a container did between two readings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Processor use; 100 is one core.
    pub cpu_percent: f64,
    /// Bytes received and sent in a second.
    pub network: Option<(f64, f64)>,
    /// Bytes read and written in a second.
    pub disk: Option<(f64, f64)>,
}

/// Readings closer together tell more of the clock than of the container.
const LEAST_NANOS: u64 = 20_000_000;
const NANOS: f64 = 1e9;

impl Reading {
    /// The memory in use, from everything charged and the part of it that is
    /// file cache not used lately (`calculateMemUsageUnixNoCache` of Docker's
    /// command line).
    #[must_use]
    pub fn without_cache(usage: u64, inactive_file: u64) -> u64 {
        if inactive_file < usage {
            usage - inactive_file
        } else {
            usage
        }
    }

    /// The rates since `old`. A counter that went back counts as standing
    /// still: an interface was taken away, or a group was moved.
    #[must_use]
    pub fn since(&self, old: &Self) -> Option<Rates> {
        let nanos = self.at_nanos.checked_sub(old.at_nanos)?;
        if nanos < LEAST_NANOS {
            return None;
        }
        let seconds = as_float(nanos) / NANOS;
        let rate = |new: u64, old: u64| as_float(new.saturating_sub(old)) / seconds;
        let both = |new: Option<(u64, u64)>, old: Option<(u64, u64)>| {
            let (new, old) = (new?, old?);
            Some((rate(new.0, old.0), rate(new.1, old.1)))
        };
        Some(Rates {
            cpu_percent: rate(self.cpu_nanos, old.cpu_nanos) / NANOS * 100.0,
            network: both(self.network, old.network),
            disk: both(self.disk, old.disk),
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "bytes and nanoseconds beyond 2^53 are rounded in the last digits"
)]
pub(super) fn as_float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_of_docker_stats() {
        let old = Reading {
            at_nanos: 1_000_000_000,
            cpu_nanos: 500_000_000,
            network: Some((1000, 0)),
            disk: Some((0, 0)),
            ..Reading::default()
        };
        let new = Reading {
            at_nanos: 3_000_000_000,
            cpu_nanos: 3_500_000_000,
            network: Some((3000, 10)),
            disk: Some((8192, 4)),
            ..Reading::default()
        };
        let rates = new.since(&old).expect("two seconds");
        assert!(
            (rates.cpu_percent - 150.0).abs() < 1e-9,
            "one and a half cores"
        );
        assert_eq!(rates.network, Some((1000.0, 5.0)));
        assert_eq!(rates.disk, Some((4096.0, 2.0)));
        assert_eq!(Reading::without_cache(100, 40), 60);
        assert_eq!(Reading::without_cache(100, 400), 100);
    }

    #[test]
    fn odd_readings_make_no_odd_numbers() {
        let new = Reading {
            at_nanos: 2_000_000_000,
            cpu_nanos: 5,
            network: None,
            ..Reading::default()
        };
        let reset = Reading {
            cpu_nanos: u64::MAX,
            network: Some((1, 1)),
            ..Reading::default()
        };
        let rates = new.since(&reset).expect("two seconds");
        assert!(rates.cpu_percent.abs() < f64::EPSILON);
        assert_eq!(rates.network, None);
        assert_eq!(new.since(&new), None, "no time has passed");
        assert_eq!(reset.since(&new), None, "time went back");
    }
}
