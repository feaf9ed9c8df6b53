//! When an update is offered, and when it may happen by itself.

/// Longest minimum age, in hours: a year.
pub const MAX_COOLDOWN_HOURS: u32 = 8_760;
/// Longest time a container is watched, in seconds.
pub const MAX_WATCH_SECONDS: u32 = 3_600;
/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// Whether a container follows its reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is checked and updated.
    Follow,
    /// It is only checked.
    Hold,
    /// It is not even checked.
    Pin,
}

/// What is known of a container and its newest image. Times are seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Digests under which its registry knows what runs.
    pub deployed: &'a [String],
    /// The digest its reference means now, and when that was first seen.
    pub newest: Option<(&'a str, i64)>,
    /// Whether it follows.
    pub mode: Mode,
    /// A digest that is not offered.
    pub skip: Option<&'a str>,
    /// Minimum age in hours.
    pub cooldown_hours: u32,
}

/// Whether something newer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is known yet.
    Unchecked,
    /// It runs what its reference means.
    Current,
    /// There is something newer.
    Available,
    /// The same, from this time on.
    Waiting(i64),
    /// The same, but it is skipped.
    Skipped,
    /// The same, but it is held.
    Held,
    /// It stays as it is.
    Pinned,
}

/// How a container stands at the time `now`.
pub fn standing(known: &Known<'_>, now: i64) -> Standing {
    if known.mode == Mode::Pin {
        return Standing::Pinned;
    }
    let Some((digest, first_seen)) = known.newest else {
        return Standing::Unchecked;
    };
    if known.deployed.iter().any(|one| one == digest) {
        return Standing::Current;
    }
    let ready = ready_at(first_seen, known.cooldown_hours);
    if known.skip == Some(digest) {
        Standing::Skipped
    } else if known.mode == Mode::Hold {
        Standing::Held
    } else if ready > now {
        Standing::Waiting(ready)
    } else {
        Standing::Available
    }
}

/// From when on an image is old enough.
pub fn ready_at(first_seen: i64, cooldown_hours: u32) -> i64 {
    let hours = cooldown_hours.min(MAX_COOLDOWN_HOURS);
    first_seen.saturating_add(i64::from(hours) * 3_600)
}

/// Whether the schedule may update it: `own` is what was said for this
/// container, `all` for everybody. A database needs a word of its own.
pub fn automatic(own: Option<bool>, all: bool, database: bool) -> bool {
    own.unwrap_or(all && !database)
}

/// A part of the day, on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// 1 is Monday, 7 is Sunday; empty means all. The day on which it begins.
    days: Vec<u8>,
    from: u32,
    to: u32,
}

impl Window {
    /// Reads `03:00` and `05:30`.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn new(days: &[u8], from: &str, to: &str) -> Result<Self, String> {
        if let Some(day) = days.iter().find(|day| !(1..=7).contains(*day)) {
            return Err(format!(
                "{day} is no day of the week; Monday is 1 and Sunday is 7."
            ));
        }
        let (from, to) = (minute(from)?, minute(to)?);
        if from == to {
            return Err("A window needs a beginning and another end.".to_owned());
        }
        let days = days.to_vec();
        Ok(Self { days, from, to })
    }

    /// Whether it is open on this day of the week (1 is Monday) at this minute of
    /// the day.
    pub fn is_open(&self, day: u8, minute: u32) -> bool {
        let on = |day: u8| self.days.is_empty() || self.days.contains(&day);
        let yesterday = if day == 1 { 7 } else { day.saturating_sub(1) };
        if self.from < self.to {
            on(day) && (self.from..self.to).contains(&minute)
        } else {
            (on(day) && minute >= self.from) || (on(yesterday) && minute < self.to)
        }
    }
}

fn minute(text: &str) -> Result<u32, String> {
    let read = || {
        let (hours, minutes) = text.trim().split_once(':')?;
        let two = |part: &str| {
            let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| part.parse::<u32>().ok()).flatten()
        };
        let (hours, minutes) = (two(hours)?, two(minutes)?);
        (minutes < 60).then_some(hours * 60 + minutes)
    };
    read()
        .filter(|minute| *minute < DAY)
        .ok_or_else(|| format!("“{text}” is no time of the day; write it like 03:30."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_said_counts_in_this_order() {
        let deployed = ["sha256:a".to_owned()];
        let known = Known {
            deployed: &deployed,
            newest: Some(("sha256:b", 1_000)),
            mode: Mode::Follow,
            skip: None,
            cooldown_hours: 0,
        };
        assert_eq!(standing(&known, 1_000), Standing::Available);
        let of = |known: Known<'_>| standing(&known, 2_000);
        assert_eq!(
            of(Known {
                newest: None,
                ..known
            }),
            Standing::Unchecked
        );
        assert_eq!(
            of(Known {
                newest: Some(("sha256:a", 0)),
                cooldown_hours: 9,
                ..known
            }),
            Standing::Current
        );
        assert_eq!(
            of(Known {
                cooldown_hours: 1,
                ..known
            }),
            Standing::Waiting(4_600)
        );
        assert_eq!(
            standing(
                &Known {
                    cooldown_hours: 1,
                    ..known
                },
                4_600
            ),
            Standing::Available
        );
        assert_eq!(
            of(Known {
                skip: Some("sha256:b"),
                ..known
            }),
            Standing::Skipped
        );
        assert_eq!(
            of(Known {
                skip: Some("sha256:c"),
                ..known
            }),
            Standing::Available,
            "a later one is offered again"
        );
        assert_eq!(
            of(Known {
                mode: Mode::Hold,
                ..known
            }),
            Standing::Held
        );
        assert_eq!(
            of(Known {
                mode: Mode::Pin,
                ..known
            }),
            Standing::Pinned
        );
    }

    #[test]
    fn databases_need_a_word_of_their_own() {
        assert!(automatic(None, true, false) && !automatic(None, true, true));
        assert!(automatic(Some(true), false, true) && !automatic(Some(false), true, false));
        assert!(!automatic(None, false, false));
    }

    #[test]
    fn windows_open_and_close() {
        let night = Window::new(&[5], "22:00", "2:30").unwrap();
        for (day, minute, open) in [
            (5, 22 * 60, true),
            (5, 21 * 60 + 59, false),
            (6, 0, true),
            (6, 149, true),
            (6, 150, false),
            (5, 0, false),
            (6, 23 * 60, false),
            (7, 60, false),
        ] {
            assert_eq!(night.is_open(day, minute), open, "{day} {minute}");
        }
        let sunday = Window::new(&[7], "23:00", "01:00").unwrap();
        assert!(sunday.is_open(1, 30) && !sunday.is_open(2, 30));
        let day = Window::new(&[], "03:00", "05:00").unwrap();
        assert!(day.is_open(3, 200) && !day.is_open(3, 300));
        for (days, from, to) in [
            (&[0][..], "1:00", "2:00"),
            (&[8], "1:00", "2:00"),
            (&[], "24:00", "1:00"),
            (&[], "1:60", "2:00"),
            (&[], "x", "2:00"),
            (&[], "1:00", "01:00"),
            (&[], "+1:00", "2:00"),
        ] {
            assert!(Window::new(days, from, to).is_err(), "{days:?} {from} {to}");
        }
    }

    proptest! {
        #[test]
        fn nothing_young_is_available(first in 0_i64..4_000_000_000, hours in 0_u32..20_000, now in 0_i64..4_000_000_000) {
            let known = Known { deployed: &[], newest: Some(("sha256:b", first)), mode: Mode::Follow, skip: None, cooldown_hours: hours };
            let age = now - first;
            let limit = i64::from(hours.min(MAX_COOLDOWN_HOURS)) * 3_600;
            prop_assert_eq!(standing(&known, now) == Standing::Available, age >= limit);
        }

        #[test]
        fn any_window_survives(from in "\\PC{0,8}", to in "\\PC{0,8}", day in 0_u8..9, minute in 0_u32..2_000) {
            if let Ok(window) = Window::new(&[], &from, &to) {
                let _ = window.is_open(day, minute);
            }
        }
    }
}
