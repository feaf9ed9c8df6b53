//! Moments as the metadata writes them: UTC, whole seconds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A day in seconds.
pub const DAY: i64 = 86_400;

/// A moment: seconds since 1970-01-01T00:00:00Z, in the years 0000 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(pub(super) i64);

/// Why a text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no time; it looks like 2030-01-31T12:00:00Z")]
pub struct TimeError(String);

/// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;

impl Time {
    /// So many seconds after 1970; a year of more than four digits becomes
    /// the first or last second that can be written.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(FIRST, LAST))
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// So many days later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self::from_unix(self.0 + i64::from(days) * DAY)
    }

    /// Seconds from `earlier` to this; negative when it is the later one.
    pub fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar.
/// Years are counted from March, so that the leap day is the last one.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let years = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * years + years / 4 - years / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (era * 400 + years + i64::from(month <= 2), month, day)
}

impl FromStr for Time {
    type Err = TimeError;

    /// Exactly `YYYY-MM-DDTHH:MM:SSZ`, as the specification has it (section 4.2).
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError(text.chars().take(40).collect());
        let bytes = text.as_bytes();
        let shape = b"0000-00-00T00:00:00Z";
        let fits = |(byte, form): (&u8, &u8)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == form,
        };
        if bytes.len() != shape.len() || !bytes.iter().zip(shape).all(fits) {
            return Err(wrong());
        }
        let number = |from: usize, to: usize| {
            bytes[from..to]
                .iter()
                .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
        };
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
        if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
            return Err(wrong());
        }
        let days = days_from_civil(year, month, day);
        // A day that the month does not have would be one of the next month.
        if civil_from_days(days) != (year, month, day) {
            return Err(wrong());
        }
        Ok(Self(days * DAY + hour * 3_600 + minute * 60 + second))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let of_day = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

impl TryFrom<String> for Time {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_moments_are_read() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-11-25T00:00:00Z", 1_795_564_800),
            ("2038-01-19T03:14:08Z", 2_147_483_648),
            ("0000-01-01T00:00:00Z", FIRST),
            ("9999-12-31T23:59:59Z", LAST),
        ] {
            assert_eq!(text.parse(), Ok(Time(seconds)), "{text}");
            assert_eq!(Time(seconds).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-11-25",
            "2026-11-25T00:00:00",
            "2026-11-25 00:00:00Z",
            "2026-11-25T00:00:00.5Z",
            "2026-11-25T00:00:00+00:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z",
            "٢٠٢٦-01-01T00:00:00Z",
            "+026-01-01T00:00:00Z",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_second_comes_back(seconds in FIRST..=LAST) {
            let time = Time::from_unix(seconds);
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }
    }
}
