//! `GET /api/containers/{id}/logs`: the log as a plain stream of records.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::App;
use super::access::Caller;
use super::error::{ApiError, ErrorBody};
use super::json::Query;
use crate::auth::sessions::SessionGuard;
use crate::flows::{LogRequest, LogStreamReader, open_log};
use crate::operations::error_chain;

/// Query of `GET /api/containers/{id}/logs`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct LogsQuery {
    /// From this time on: RFC 3339, or seconds since 1970 with fraction.
    since: Option<String>,
    /// Up to this time.
    until: Option<String>,
    /// Only so many lines from the end.
    tail: Option<u64>,
    /// Wait for more until the container stops.
    #[serde(default)]
    follow: bool,
    /// Begin each line with its time (RFC 3339, nanoseconds) and a space.
    #[serde(default)]
    timestamps: bool,
}

/// The log, a record a line. A record begins with a tag: `o` stdout, `e`
/// stderr, `t` terminal; in capitals when it continues the previous record of
/// its stream, whose line was longer than 16 KiB. Then the time, when asked
/// for, a space, and the line's own bytes.
#[utoipa::path(get, path = "/api/containers/{id}/logs", tag = "containers",
    params(("id" = String, Path), LogsQuery),
    responses((status = 200, description = "Records", content_type = "application/octet-stream"),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn logs(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<LogsQuery>,
) -> Result<Response, ApiError> {
    let request = LogRequest {
        since: query.since,
        until: query.until,
        tail: query.tail,
        follow: query.follow,
        timestamps: query.timestamps,
    };
    let log = open_log(&app.flows, &id, request).await?;
    let guard = app.sessions.guard(&caller.session.id, Timestamp::now());
    let reader = Reader { app, log, guard };
    let mut response = Response::new(Body::from_stream(stream::unfold(Some(reader), step)));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

struct Reader {
    app: Arc<App>,
    log: LogStreamReader,
    guard: Option<SessionGuard>,
}

/// Reads on only when the client took what was read: its pace is the engine's.
async fn step(
    reader: Option<Reader>,
) -> Option<(Result<bytes::Bytes, std::io::Error>, Option<Reader>)> {
    let mut reader = reader?;
    let closing = reader.app.closing.clone();
    let guard = reader.guard.as_mut()?;
    tokio::select! {
        biased;
        () = closing.cancelled() => None,
        _ = guard.ended() => None,
        records = reader.log.next() => match records {
            Ok(records) => Some((Ok(records?), Some(reader))),
            Err(error) => {
                tracing::warn!(error = %error_chain(&error), "a log broke off");
                // The client must see that this is not the log's end.
                Some((Err(std::io::Error::other(error)), None))
            }
        },
    }
}
