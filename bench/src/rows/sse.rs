//! Readers of both event streams, with the moment at which each event arrived.

use std::time::Instant;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde_json::Value;

use crate::fault::{Fault, Outcome};
use crate::stage::API;
use crate::wire::{Side, Wire};

/// Most bytes kept of an event that is not whole yet.
const MAX_EVENT: usize = 4 << 20;

/// One server-sent event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    pub(crate) data: Value,
    /// When its last byte came.
    pub(crate) at: Instant,
}

/// Cuts a stream of bytes at a mark.
struct Pieces {
    body: Incoming,
    buffer: Vec<u8>,
    mark: &'static [u8],
    at: Instant,
    /// Kept open for as long as it is read.
    _wire: Wire,
}

impl Pieces {
    async fn open(
        side: &Side,
        path: &str,
        headers: &[(&str, &str)],
        mark: &'static [u8],
    ) -> Outcome<Self> {
        let mut wire = side.open().await?;
        let response = wire.send(Method::GET, path, headers, None).await?;
        if !response.status().is_success() {
            return Err(Fault::answer(path, response.status().as_str()));
        }
        Ok(Self {
            body: response.into_body(),
            buffer: Vec::new(),
            mark,
            at: Instant::now(),
            _wire: wire,
        })
    }

    /// The next piece without its mark; `None` at the end of the stream.
    async fn next(&mut self) -> Outcome<Option<Vec<u8>>> {
        loop {
            let found = self
                .buffer
                .windows(self.mark.len())
                .position(|bytes| bytes == self.mark);
            if let Some(end) = found {
                let rest = self.buffer.split_off(end + self.mark.len());
                let mut piece = std::mem::replace(&mut self.buffer, rest);
                piece.truncate(end);
                return Ok(Some(piece));
            }
            if self.buffer.len() > MAX_EVENT {
                return Err(Fault::answer("an event stream", "an event without end"));
            }
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            let frame = frame.map_err(Fault::wire("reading events"))?;
            self.at = Instant::now();
            self.buffer
                .extend_from_slice(frame.data_ref().unwrap_or(&Bytes::new()));
        }
    }
}

/// The agent's stream.
pub(crate) struct Events(Pieces);

impl Events {
    /// Joins; after the event `last` when there is one.
    pub(crate) async fn join(side: &Side, last: Option<&str>) -> Outcome<Self> {
        Self::at(side, "/api/events", last).await
    }

    /// Joins another stream of the agent.
    pub(crate) async fn at(side: &Side, path: &str, last: Option<&str>) -> Outcome<Self> {
        let last = last.map(|id| ("last-event-id", id));
        let pieces = Pieces::open(side, path, last.as_slice(), b"\n\n").await?;
        Ok(Self(pieces))
    }

    /// The next event; comments are passed over. `None` at the end.
    pub(crate) async fn next(&mut self) -> Outcome<Option<Event>> {
        while let Some(block) = self.0.next().await? {
            if let Some(event) = parse(&block, self.0.at)? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }
}

fn parse(block: &[u8], at: Instant) -> Outcome<Option<Event>> {
    let text = String::from_utf8_lossy(block);
    let field = |name: &str| {
        let mut lines = text.lines();
        lines
            .find_map(|l| l.strip_prefix(name))
            .map(str::trim_start)
    };
    let (Some(name), Some(data)) = (field("event:"), field("data:")) else {
        return Ok(None);
    };
    Ok(Some(Event {
        id: field("id:").map(str::to_owned),
        name: name.to_owned(),
        data: serde_json::from_str(data).map_err(Fault::wire("reading an event"))?,
        at,
    }))
}

/// The engine's own stream.
pub(crate) struct RawEvents(Pieces);

impl RawEvents {
    /// Joins; `query` begins with `?` or is empty.
    pub(crate) async fn join(side: &Side, query: &str) -> Outcome<Self> {
        let path = format!("{API}/events{query}");
        Ok(Self(Pieces::open(side, &path, &[], b"\n").await?))
    }

    /// The next event and when it came; `None` at the end.
    pub(crate) async fn next(&mut self) -> Outcome<Option<(Value, Instant)>> {
        while let Some(line) = self.0.next().await? {
            if line.is_empty() {
                continue;
            }
            let event = serde_json::from_slice(&line);
            let event = event.map_err(Fault::wire("reading the engine's events"))?;
            return Ok(Some((event, self.0.at)));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_parsed_and_comments_are_none() {
        let at = Instant::now();
        let block = b"id: b-7\nevent: container\ndata: {\"name\":\"x\"}";
        let event = parse(block, at).expect("valid").expect("an event");
        assert_eq!(event.id.as_deref(), Some("b-7"));
        assert_eq!(
            (event.name.as_str(), &event.data["name"]),
            ("container", &"x".into())
        );
        assert!(parse(b": still here", at).expect("valid").is_none());
        assert!(parse(b"event: x\ndata: {", at).is_err());
    }
}
