//! What a clock may do to us.
//!
//! Expiry protects against a mirror that stands still only as long as nobody
//! can turn the clock back, and small machines start in 1970 until they have
//! asked for the time. The highest time ever seen is therefore kept, and time
//! never runs before it; that the clock did is worth a warning, no more.

use std::fmt;

use super::time::{DAY, Time};

/// Smaller steps back are how clocks are set; they are not worth a word.
const UNREMARKABLE: i64 = 60;

/// The time that an update is judged by, fixed when it starts (section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The later one of the clock and the highest time seen; keep it.
    pub time: Time,
    /// Set when the clock is behind by more than a minute.
    pub stepped_back: Option<SteppedBack>,
}

/// The clock was later before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SteppedBack {
    /// What it says now.
    pub clock: Time,
    /// The highest it ever said.
    pub highest: Time,
}

impl fmt::Display for SteppedBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the clock says {}, but it was {} before, {} later; expiry is judged by the later \
             time. If the clock was wrong then, set up trust anew from the store's root file",
            self.clock,
            self.highest,
            span(self.highest.since(self.clock))
        )
    }
}

/// Judges the clock by the highest time that was kept.
pub fn start(clock: Time, highest: Option<Time>) -> Start {
    let highest = highest.unwrap_or(clock);
    let behind = highest.since(clock) > UNREMARKABLE;
    Start {
        time: clock.max(highest),
        stepped_back: behind.then_some(SteppedBack { clock, highest }),
    }
}

/// A span in words: the largest unit that it has one of.
pub fn span(seconds: i64) -> String {
    let (count, unit) = match seconds.abs() {
        s if s >= DAY => (s / DAY, "day"),
        s if s >= 3_600 => (s / 3_600, "hour"),
        s if s >= 60 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_runs_before_the_highest_seen() {
        let at = Time::from_unix;
        let plain = |time| Start {
            time,
            stepped_back: None,
        };
        assert_eq!(start(at(5), None), plain(at(5)));
        assert_eq!(start(at(9), Some(at(5))), plain(at(9)));
        assert_eq!(start(at(100), Some(at(160))), plain(at(160)));
        let back = start(at(100), Some(at(161)));
        assert_eq!(back.time, at(161));
        let warning = back.stepped_back.unwrap().to_string();
        assert!(warning.contains("1 minute later"), "{warning}");
        assert!(
            start(at(i64::MIN), Some(at(i64::MAX)))
                .stepped_back
                .is_some()
        );
    }

    #[test]
    fn spans_are_words() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "1 minute"),
            (7_200, "2 hours"),
            (DAY * 8 + 5, "8 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }
}
