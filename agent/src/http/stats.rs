//! `GET /api/stats` and what belongs to it: live numbers as server-sent
//! events, and numbers of the past.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::Caller;
use super::error::{ApiError, ErrorBody};
use super::json::Query;
use crate::auth::sessions::SessionGuard;
use crate::stats::{Range, Subject, Viewer};
use crate::views::{ContainerStats, StatsHistory, StatsSample};

/// Comment lines keep proxies from closing a silent stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const SESSION_ENDED: &[u8] = b"event: session-ended\ndata: {}\n\n";
const STILL_HERE: &[u8] = b": still here\n\n";

/// How far back.
#[derive(Clone, Copy, Deserialize, ToSchema)]
enum RangeName {
    /// A point a second where somebody watched, else ten seconds.
    #[serde(rename = "10m")]
    TenMinutes,
    /// Ten seconds.
    #[serde(rename = "1h")]
    Hour,
    /// A minute.
    #[serde(rename = "24h")]
    Day,
    /// Five minutes.
    #[serde(rename = "7d")]
    Week,
    /// Half an hour.
    #[serde(rename = "30d")]
    Month,
}

/// Query of the histories.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    /// How far back.
    #[param(inline)]
    range: RangeName,
}

/// The numbers of the machine and of all running containers, an event
/// `sample` a second. Who reads slowly misses samples.
#[utoipa::path(get, path = "/api/stats", tag = "stats",
    responses((status = 200, description = "Events sample and session-ended", body = StatsSample, content_type = "text/event-stream")))]
pub(super) async fn all(State(app): State<Arc<App>>, caller: Caller) -> Response {
    respond(app, &caller, None)
}

/// The numbers of one container, an event `sample` a second while it runs.
#[utoipa::path(get, path = "/api/containers/{id}/stats", tag = "stats", params(("id" = String, Path)),
    responses((status = 200, description = "Events sample and session-ended", body = ContainerStats, content_type = "text/event-stream"),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn one(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = app.flows.inventory.find(&id)?.summary.id.clone();
    Ok(respond(app, &caller, Some(id)))
}

/// The recorded numbers of a container. They go by its name, so they are also
/// those of the containers that had it before.
#[utoipa::path(get, path = "/api/containers/{id}/stats/history", tag = "stats",
    params(("id" = String, Path), HistoryQuery),
    responses((status = 200, body = StatsHistory), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn history(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<HistoryQuery>,
) -> Result<axum::Json<StatsHistory>, ApiError> {
    let name = app.flows.inventory.find(&id)?.summary.name.clone();
    let history = app
        .stats
        .history(Subject::Container(name), query.range.into());
    Ok(axum::Json(history.await?))
}

/// The recorded numbers of the machine.
#[utoipa::path(get, path = "/api/host/stats/history", tag = "stats", params(HistoryQuery),
    responses((status = 200, body = StatsHistory)))]
pub(super) async fn host_history(
    State(app): State<Arc<App>>,
    Query(query): Query<HistoryQuery>,
) -> Result<axum::Json<StatsHistory>, ApiError> {
    let history = app.stats.history(Subject::Host, query.range.into());
    Ok(axum::Json(history.await?))
}

impl From<RangeName> for Range {
    fn from(name: RangeName) -> Self {
        match name {
            RangeName::TenMinutes => Self::TenMinutes,
            RangeName::Hour => Self::Hour,
            RangeName::Day => Self::Day,
            RangeName::Week => Self::Week,
            RangeName::Month => Self::Month,
        }
    }
}

struct Reader {
    app: Arc<App>,
    viewer: Viewer,
    /// Of one container only.
    id: Option<String>,
    guard: Option<SessionGuard>,
}

fn respond(app: Arc<App>, caller: &Caller, id: Option<String>) -> Response {
    let reader = Reader {
        viewer: app.stats.watch(),
        guard: app.sessions.guard(&caller.session.id, Timestamp::now()),
        id,
        app,
    };
    let mut response = Response::new(Body::from_stream(stream::unfold(Some(reader), step)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

async fn step(reader: Option<Reader>) -> Option<(Result<Bytes, Infallible>, Option<Reader>)> {
    let mut reader = reader?;
    let Some(guard) = reader.guard.as_mut() else {
        return Some((Ok(Bytes::from_static(SESSION_ENDED)), None));
    };
    let silent_until = Instant::now() + KEEP_ALIVE;
    loop {
        tokio::select! {
            biased;
            () = reader.app.closing.cancelled() => return None,
            _ = guard.ended() => return Some((Ok(Bytes::from_static(SESSION_ENDED)), None)),
            tick = reader.viewer.next() => {
                let tick = tick?;
                let bytes = match &reader.id {
                    None => Some(tick.all()),
                    Some(id) => tick.one(id),
                };
                if let Some(bytes) = bytes {
                    return Some((Ok(bytes), Some(reader)));
                }
            }
            () = tokio::time::sleep_until(silent_until) => {
                return Some((Ok(Bytes::from_static(STILL_HERE)), Some(reader)));
            }
        }
    }
}
