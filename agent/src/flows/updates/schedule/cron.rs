//! Times of a schedule: cron expressions of five fields, in a time zone.
//!
//! A time that does not exist on the day the clock is set forward comes as soon as
//! the clock goes on; one that exists twice comes the first time.

use std::cmp::Ordering;

use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use croner::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

/// A schedule and its zone.
#[derive(Debug)]
pub(crate) struct Times {
    cron: croner::Cron,
    zone: TimeZone,
}

/// What is wrong with a schedule.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TimesError {
    /// The expression.
    #[error(
        "“{0}” is no schedule: give minute, hour, day of the month, month and day of the week, such as 0 4 * * * for four in the morning"
    )]
    Schedule(String),
    /// The zone.
    #[error("“{0}” is no time zone that is known here; give a name like Europe/Berlin")]
    Zone(String),
    /// Such a day does not come.
    #[error("“{0}” never comes")]
    Never(String),
}

impl Times {
    /// Reads them.
    ///
    /// # Errors
    /// When one of them cannot be read, or no such time comes.
    pub(crate) fn new(schedule: &str, zone: &str) -> Result<Self, TimesError> {
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser
            .parse(schedule)
            .map_err(|_| TimesError::Schedule(schedule.to_owned()))?;
        let zone = zone_of(zone)?;
        let times = Self { cron, zone };
        match times.after(Timestamp::now()) {
            Some(_) => Ok(times),
            None => Err(TimesError::Never(schedule.to_owned())),
        }
    }

    /// The first time after this one.
    #[must_use]
    pub(crate) fn after(&self, now: Timestamp) -> Option<Timestamp> {
        let now = Local(now.to_zoned_datetime(self.zone.clone()));
        let next = self.cron.find_next_occurrence(&now, false).ok()?;
        Some(next.0.timestamp())
    }
}

/// A zone of the IANA database.
///
/// # Errors
/// When there is none of this name.
pub(crate) fn zone_of(name: &str) -> Result<TimeZone, TimesError> {
    TimeZone::get(name).map_err(|_| TimesError::Zone(name.to_owned()))
}

/// A time as [`croner`] looks at it.
#[derive(Clone)]
struct Local(ZonedDateTime);

impl Local {
    fn small(&self, part: i8) -> u32 {
        u32::from(part.unsigned_abs())
    }
}

impl CronDateTime for Local {
    fn to_civil(&self) -> CivilDateTime {
        let time = self.0.datetime();
        CivilDateTime::new(
            CivilDate::from_parts_unchecked(
                time.year().into(),
                self.small(time.month()),
                self.small(time.day()),
            ),
            CivilTime::from_parts_unchecked(
                self.small(time.hour()),
                self.small(time.minute()),
                self.small(time.second()),
            ),
        )
    }

    fn civil_weekday(&self) -> Weekday {
        Weekday::from_days_from_sunday(self.small(self.0.weekday().to_sunday_zero_offset()))
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let small = |part: u32| i8::try_from(part).map_err(|_| CronError::InvalidTime);
        let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
        let time = DateTime::new(
            year,
            small(civil.month())?,
            small(civil.day())?,
            small(civil.hour())?,
            small(civil.minute())?,
            small(civil.second())?,
            0,
        );
        let time = time.map_err(|_| CronError::InvalidDate)?;
        let there = self.0.time_zone().to_ambiguous_zoned_datetime(time);
        let offset = there.offset();
        let one = |found: Result<ZonedDateTime, jiff::Error>| {
            found.map(Self).map_err(|_| CronError::InvalidTime)
        };
        Ok(match offset {
            AmbiguousOffset::Unambiguous { .. } => Resolution::Single(one(there.compatible())?),
            AmbiguousOffset::Fold { .. } => {
                Resolution::Ambiguous(one(there.clone().earlier())?, one(there.later())?)
            }
            AmbiguousOffset::Gap { .. } => Resolution::Gap,
        })
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        let later = self.0.checked_add(SignedDuration::from_secs(seconds));
        later.ok().map(Self)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.timestamp().cmp(&other.0.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(schedule: &str, zone: &str, now: &str) -> String {
        let times = Times::new(schedule, zone).unwrap();
        times.after(now.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn the_next_time_is_that_of_the_zone() {
        assert_eq!(
            next("0 4 * * *", "UTC", "2026-11-25T04:00:00Z"),
            "2026-11-26T04:00:00Z"
        );
        assert_eq!(
            next("0 4 * * *", "Europe/Berlin", "2026-11-25T00:00:00Z"),
            "2026-11-25T03:00:00Z"
        );
        assert_eq!(
            next("30 3 * * SUN", "Asia/Kolkata", "2026-11-25T00:00:00Z"),
            "2026-11-28T22:00:00Z"
        );
    }

    #[test]
    fn it_comes_once_on_days_when_the_clock_is_changed() {
        // 02:30 is not there on 2027-03-28, and twice there on 2026-10-25.
        let spring = next("30 2 * * *", "Europe/Berlin", "2027-03-27T02:00:00Z");
        assert_eq!(spring, "2027-03-28T01:00:00Z");
        let autumn = next("30 2 * * *", "Europe/Berlin", "2026-10-24T01:00:00Z");
        assert_eq!(autumn, "2026-10-25T00:30:00Z");
        let after = next("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z");
        assert_eq!(after, "2026-10-26T01:30:00Z");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_what_to_do() {
        for schedule in [
            "",
            "4",
            "0 0 4 * * *",
            "61 * * * *",
            "every night",
            "* * * * * * 2030",
        ] {
            let error = Times::new(schedule, "UTC").unwrap_err();
            assert_eq!(error, TimesError::Schedule(schedule.to_owned()));
        }
        assert!(Times::new("0 4 31 2 *", "UTC").is_err());
        let error = Times::new("0 4 * * *", "Europe/Nowhere").unwrap_err();
        assert!(error.to_string().contains("Europe/Berlin"), "{error}");
    }
}
