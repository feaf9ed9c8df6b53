//! A container's log as records that a page can index.

use bytes::Bytes;
use harbour_core::log_frame::LogFramer;

use super::{Context, FindError};
use crate::docker::{EngineError, LogFrames, LogQuery, LogState};

/// Bytes gathered before they are handed on, and the most pauses for that. As
/// an HTTP/2 frame for each line, a client that pauses would have to keep
/// thousands of tiny frames; some drop the connection then.
const BATCH: usize = 64 << 10;
const PAUSES: usize = 5;

/// Which part of the log is wanted.
#[derive(Clone, Debug, Default)]
pub struct LogRequest {
    /// From this time on: RFC 3339 or seconds since 1970.
    pub since: Option<String>,
    /// Up to this time.
    pub until: Option<String>,
    /// Only so many lines from the end.
    pub tail: Option<u64>,
    /// Whether to wait for more.
    pub follow: bool,
    /// Whether each line begins with its time.
    pub timestamps: bool,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Which container?
    #[error(transparent)]
    Find(#[from] FindError),
    /// A time cannot be read.
    #[error(
        "{field} must be a time like 2026-01-31T08:00:00Z or seconds since 1970, not {value:?}"
    )]
    Time {
        /// `since` or `until`.
        field: &'static str,
        /// What was given.
        value: String,
    },
    /// Its log driver keeps none.
    #[error(
        "this container's log driver ({0}) keeps no log that can be read; choose json-file, local or journald"
    )]
    Driver(String),
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// An open log.
pub struct LogStreamReader {
    frames: LogFrames,
    framer: LogFramer,
    ended: bool,
    /// What broke after records had been gathered; told after them.
    broken: Option<EngineError>,
}

/// Opens the log of the container `wanted`.
///
/// # Errors
/// When it is unknown, a time is bad, or the engine refuses.
pub async fn open_log(
    context: &Context,
    wanted: &str,
    request: LogRequest,
) -> Result<LogStreamReader, LogError> {
    let container = context.inventory.find(wanted)?;
    let query = LogQuery {
        since: time("since", request.since)?,
        until: time("until", request.until)?,
        tail: request.tail,
        follow: request.follow,
    };
    let opened = context
        .engine
        .logs(&container.summary.id, container.tty, &query)
        .await;
    let frames = match opened {
        Err(EngineError::Refused { message, .. }) if message.contains("logging driver") => {
            return Err(LogError::Driver(container.log_driver.clone()));
        }
        opened => opened?,
    };
    let framer = LogFramer::new(container.tty, request.timestamps);
    Ok(LogStreamReader {
        frames,
        framer,
        ended: false,
        broken: None,
    })
}

impl LogStreamReader {
    /// The next records; `None` at the end. Reads no more from the engine than
    /// is asked for here.
    ///
    /// # Errors
    /// When the engine's connection breaks.
    pub async fn next(&mut self) -> Result<Option<Bytes>, EngineError> {
        if let Some(error) = self.broken.take() {
            return Err(error);
        }
        let mut out = Vec::new();
        while !self.ended && out.is_empty() {
            let framer = &mut self.framer;
            let each = |stream, content: &[u8]| framer.push(stream, content, &mut out);
            if !self.frames.read(each).await? {
                self.end(&mut out);
            }
        }
        // Pauses go on while they bring something: a single line waits for one.
        let (mut pauses, mut before) = (0, 0);
        while !self.ended && out.len() < BATCH {
            let framer = &mut self.framer;
            let each = |stream, content: &[u8]| framer.push(stream, content, &mut out);
            let state = self.frames.read_ready(each);
            let done = match state {
                Ok(LogState::More) => Ok(()),
                Ok(LogState::Ended) => {
                    self.end(&mut out);
                    Ok(())
                }
                Ok(LogState::Quiet) if out.len() == before || pauses == PAUSES => break,
                Ok(LogState::Quiet) => {
                    (pauses, before) = (pauses + 1, out.len());
                    self.frames.gather().await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                self.broken = Some(error);
                break;
            }
        }
        Ok((!out.is_empty()).then(|| out.into()))
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.ended = true;
        self.framer.finish(out);
    }
}

/// The engine takes seconds with a fraction; RFC 3339 is turned into that.
fn time(field: &'static str, value: Option<String>) -> Result<Option<String>, LogError> {
    let Some(value) = value.filter(|v| !v.is_empty()) else {
        return Ok(None);
    };
    let seconds = value.len() <= 32
        && value.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && value.starts_with(|c: char| c.is_ascii_digit())
        && value.matches('.').count() <= 1;
    if seconds {
        return Ok(Some(value));
    }
    match value.parse::<jiff::Timestamp>() {
        Ok(at) => {
            let nanos = at.as_nanosecond();
            Ok(Some(format!(
                "{}.{:09}",
                nanos.div_euclid(1_000_000_000),
                nanos.rem_euclid(1_000_000_000)
            )))
        }
        Err(_) => Err(LogError::Time { field, value }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_handed_on_as_seconds() {
        let ok = |text: &str| time("since", Some(text.into())).expect("valid");
        assert_eq!(ok("1700000000"), Some("1700000000".into()));
        assert_eq!(ok("1700000000.25"), Some("1700000000.25".into()));
        assert_eq!(ok("1970-01-01T00:00:01.5Z"), Some("1.500000000".into()));
        assert_eq!(ok(""), None);
        for bad in ["yesterday", "1&tail=0", "1.2.3", ".5", "10m", "-5"] {
            assert!(time("since", Some(bad.into())).is_err(), "{bad}");
        }
    }
}
