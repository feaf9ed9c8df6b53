//! `GET /api/events`: server-sent events (HTML Living Standard, section 9.2),
//! resumable by `Last-Event-ID`.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use utoipa::IntoParams;

use super::App;
use super::access::Caller;
use super::json::Query;
use crate::auth::sessions::SessionGuard;
use crate::events::Event;
use crate::timeline::KEPT;

/// Comment lines keep proxies from closing a silent stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Query of `GET /api/events`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct EventsQuery {
    /// How many of the newest activities to begin with, at most 500.
    #[serde(default)]
    recent: usize,
}

/// Everything that changes, as it changes.
#[utoipa::path(get, path = "/api/events", tag = "events",
    params(EventsQuery, ("Last-Event-ID" = Option<String>, Header, description = "Go on after this event")),
    responses((status = 200, description = "Events hello, container, container-removed, images, networks, volumes, store, installs, updates, operation, activity, engine, session-ended, reset", content_type = "text/event-stream")))]
pub(super) async fn events(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok());
    let joined = app.flows.events.subscribe(last, query.recent.min(KEPT));
    let mut first = VecDeque::new();
    let hello = serde_json::json!({ "boot": app.flows.events.boot() });
    first.push_back(First::Text(Bytes::from(format!(
        "id: {}\nevent: hello\ndata: {hello}\n\n",
        joined.position
    ))));
    match joined.missed {
        Some(missed) => first.extend(missed.into_iter().map(First::Missed)),
        None => first.push_back(First::Text(Bytes::from_static(RESET))),
    }
    first.extend(joined.recent.into_iter().map(First::Recent));
    let guard = app.sessions.guard(&caller.session.id, Timestamp::now());
    let reader = Reader {
        app,
        first,
        live: joined.live,
        guard,
    };
    let body = Body::from_stream(stream::unfold(Some(reader), step));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

const RESET: &[u8] = b"event: reset\ndata: {}\n\n";
const SESSION_ENDED: &[u8] = b"event: session-ended\ndata: {}\n\n";

/// What comes before the live events; written out one by one.
enum First {
    Text(Bytes),
    Missed(Arc<Event>),
    Recent(Arc<Event>),
}

struct Reader {
    app: Arc<App>,
    first: VecDeque<First>,
    live: broadcast::Receiver<Arc<Event>>,
    guard: Option<SessionGuard>,
}

type Step = Option<(Result<Bytes, Infallible>, Option<Reader>)>;

async fn step(reader: Option<Reader>) -> Step {
    let mut reader = reader?;
    if let Some(first) = reader.first.pop_front() {
        let bytes = match first {
            First::Text(bytes) => bytes,
            First::Missed(event) => format_event(&reader.app, &event),
            // Sent again, so no place to resume from: it carries no id.
            First::Recent(event) => {
                Bytes::from(format!("event: {}\ndata: {}\n\n", event.name, event.data))
            }
        };
        return Some((Ok(bytes), Some(reader)));
    }
    let closing = reader.app.closing.clone();
    let Some(guard) = reader.guard.as_mut() else {
        return Some((Ok(Bytes::from_static(SESSION_ENDED)), None));
    };
    tokio::select! {
        biased;
        () = closing.cancelled() => None,
        _ = guard.ended() => Some((Ok(Bytes::from_static(SESSION_ENDED)), None)),
        event = reader.live.recv() => match event {
            Ok(event) => {
                let bytes = format_event(&reader.app, &event);
                Some((Ok(bytes), Some(reader)))
            }
            // Too slow: its place is lost, so it has to read everything again.
            Err(RecvError::Lagged(_)) => Some((Ok(Bytes::from_static(RESET)), Some(reader))),
            Err(RecvError::Closed) => None,
        },
        () = tokio::time::sleep(KEEP_ALIVE) => {
            Some((Ok(Bytes::from_static(b": still here\n\n")), Some(reader)))
        }
    }
}

fn format_event(app: &App, event: &Event) -> Bytes {
    let id = app.flows.events.id_of(event);
    Bytes::from(format!(
        "id: {id}\nevent: {}\ndata: {}\n\n",
        event.name, event.data
    ))
}
