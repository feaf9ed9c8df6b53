//! Terminals: a ticket by POST, then a WebSocket (RFC 6455) with bytes.

mod terminal;

use std::sync::Arc;
use std::time::Instant;

use axum::Json as Answer;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::{Caller, Remote, RequestId};
use super::error::{ApiError, ErrorBody};
use super::json::{OptionalJson, Query};
use super::{App, MAX_TERMINALS};
use crate::auth::tickets::LIFETIME;
use crate::flows::{ExecRequest, plan_exec};
use terminal::terminal;

pub use terminal::terminal_message_is_known;

/// Largest message from a client: a paste of 1 MB comes in one.
const MAX_MESSAGE: usize = 2 << 20;
/// Room for one read of a client's bytes. It is zeroed before each read, also
/// for a single key.
const READ_ROOM: usize = 8 << 10;

/// Body of `POST /api/containers/{id}/exec`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TicketRequest {
    /// Program and arguments; absent means the best shell the image has.
    cmd: Option<Vec<String>>,
    /// User; absent means the container's.
    user: Option<String>,
    /// With a terminal (default) or as plain bytes.
    tty: bool,
    /// Columns at the beginning.
    cols: Option<u16>,
    /// Rows at the beginning.
    rows: Option<u16>,
}

impl Default for TicketRequest {
    fn default() -> Self {
        Self {
            cmd: None,
            user: None,
            tty: true,
            cols: None,
            rows: None,
        }
    }
}

/// Answer of `POST /api/containers/{id}/exec`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketAnswer {
    /// Use it once, as `?ticket=` of the WebSocket on the same path.
    ticket: String,
    /// Seconds until it is worth nothing.
    expires_in_seconds: u64,
    /// What will be run.
    command: Vec<String>,
}

/// Query of the WebSocket.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct SocketQuery {
    /// The ticket.
    ticket: String,
}

/// Decides what to run and answers a ticket for the WebSocket.
#[utoipa::path(post, path = "/api/containers/{id}/exec", tag = "containers", params(("id" = String, Path)),
    request_body = Option<TicketRequest>,
    responses((status = 200, body = TicketAnswer), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn ticket(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    OptionalJson(request): OptionalJson<TicketRequest>,
) -> Result<Answer<TicketAnswer>, ApiError> {
    let request = ExecRequest {
        command: request.cmd,
        user: request.user,
        tty: request.tty,
        size: request.cols.zip(request.rows),
    };
    let plan = plan_exec(&app.flows, &id, request).await?;
    let command = plan.start.command.clone();
    let ticket = app.tickets.issue(
        &caller.session.id,
        &purpose(&plan.container_id),
        plan,
        Instant::now(),
    );
    Ok(Answer(TicketAnswer {
        ticket: ticket.expose().clone(),
        expires_in_seconds: LIFETIME.as_secs(),
        command,
    }))
}

/// The terminal. Binary messages are bytes, both ways. Text messages are
/// `{"type":"resize","cols":…,"rows":…}`, `{"type":"eof"}`, `{"type":"pause"}`
/// and `{"type":"resume"}` from the client, `{"type":"exit","code":…}` and
/// `{"type":"error",…}` to it. A paused client gets no more output, and the
/// program waits, as it would for a slow terminal.
#[utoipa::path(get, path = "/api/containers/{id}/exec", tag = "containers",
    params(("id" = String, Path), SocketQuery),
    responses((status = 101, description = "A WebSocket"), (status = 403, body = ErrorBody)))]
pub(super) async fn socket(
    State(app): State<Arc<App>>,
    caller: Caller,
    id: RequestId,
    remote: Remote,
    Path(container): Path<String>,
    Query(query): Query<SocketQuery>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let container = app.flows.inventory.find(&container)?.summary.id.clone();
    let plan = app
        .tickets
        .redeem(
            &query.ticket,
            &caller.session.id,
            &purpose(&container),
            Instant::now(),
        )
        .ok_or_else(|| {
            ApiError::new(
                StatusCode::FORBIDDEN,
                "ticket_invalid",
                "This ticket was used, is too old, or is not yours. Ask for a new one.",
            )
        })?;
    let place = Arc::clone(&app.terminals)
        .try_acquire_owned()
        .map_err(|_| {
            ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many",
                format!("{MAX_TERMINALS} terminals are open. Close one first."),
            )
        })?;
    let guard = app
        .sessions
        .guard(&caller.session.id, Timestamp::now())
        .ok_or_else(|| {
            ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Sign in again.")
        })?;
    Ok(upgrade
        .read_buffer_size(READ_ROOM)
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .on_upgrade(move |socket| {
            // Known to the shutdown, which waits for its audit line.
            let tasks = app.tasks.clone();
            tasks.track_future(async move {
                terminal(app, plan, guard, socket, id, remote).await;
                drop(place);
            })
        }))
}

fn purpose(container: &str) -> String {
    format!("exec:{container}")
}
