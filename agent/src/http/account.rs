//! The account: its password and where it is signed in.

use std::sync::Arc;
use std::time::Instant;

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::access::{Caller, Remote};
use super::auth::{browser, hashing, slow_down};
use super::error::{ApiError, ErrorBody, sentence};
use super::json::Json;
use crate::auth::password::check_strength;
use crate::auth::sessions::SessionInfo;
use crate::secrets::Secret;
use crate::views::{ActivityKind, Severity};

/// Body of `POST /api/account/password`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordRequest {
    /// The password as it is.
    current: String,
    /// The new one, 10 characters to 1,024 bytes.
    password: String,
}

/// Somewhere somebody is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionView {
    /// Its public name; no secret.
    id: String,
    /// When it began (RFC 3339).
    created_at: String,
    /// Its last request (RFC 3339), at most a minute late after a restart.
    last_used_at: String,
    /// Address it was signed in from.
    #[serde(skip_serializing_if = "Option::is_none")]
    remote: Option<String>,
    /// The browser's name for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

/// Sets another password. All other sessions end.
#[utoipa::path(post, path = "/api/account/password", tag = "session", request_body = PasswordRequest,
    responses((status = 204, description = "It holds; all other sessions have ended"),
        (status = 403, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(super) async fn password(
    State(app): State<Arc<App>>,
    caller: Caller,
    remote: Remote,
    headers: HeaderMap,
    Json(request): Json<PasswordRequest>,
) -> Result<StatusCode, ApiError> {
    let (current, new) = (Secret::new(request.current), Secret::new(request.password));
    check_strength(&new).map_err(|weak| {
        ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "weak_password",
            sentence(&weak.to_string()),
        )
        .on("password")
    })?;
    // A brake of its own: guessing here must not hold up who signs in.
    app.change_throttle
        .check(remote.0, false, Instant::now())
        .map_err(|wait| slow_down(&wait))?;
    let known = app.account.password().await?.unwrap_or_default();
    if !app.hasher.verify(known, current).await.map_err(hashing)? {
        app.change_throttle.failed(remote.0, Instant::now());
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "wrong_password",
            "That is not the password as it is now.",
        )
        .on("current"));
    }
    app.change_throttle.succeeded(remote.0, Instant::now());
    let phc = app.hasher.hash(new).await.map_err(hashing)?;
    let own = caller.session.id;
    app.account
        .change_password(phc, &own, browser(&headers), Timestamp::now())
        .await?;
    for id in app.sessions.end_others(&own) {
        app.tickets.void_session(&id);
    }
    app.flows.events.note(
        Severity::Info,
        ActivityKind::Session,
        "password",
        "Password",
        "changed",
        Some("all other sessions have ended".to_owned()),
    );
    Ok(StatusCode::NO_CONTENT)
}

/// Where somebody is signed in, newest first.
#[utoipa::path(get, path = "/api/sessions", tag = "session", responses((status = 200, body = Vec<SessionView>)))]
pub(super) async fn sessions(
    State(app): State<Arc<App>>,
    caller: Caller,
) -> Answer<Vec<SessionView>> {
    let all = app.sessions.list(Timestamp::now()).into_iter();
    Answer(all.map(|s| view(s, &caller.session.id)).collect())
}

/// Ends one session with all its streams.
#[utoipa::path(delete, path = "/api/sessions/{id}", tag = "session", params(("id" = String, Path)),
    responses((status = 204, description = "It has ended"), (status = 404, body = ErrorBody)))]
pub(super) async fn end_session(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    if !app.sessions.end(&id) {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "session_not_found",
            "There is no such session; it may have ended already.",
        ));
    }
    app.tickets.void_session(&id);
    app.flows.events.note(
        Severity::Info,
        ActivityKind::Session,
        "session_ended",
        "A session",
        "was ended",
        None,
    );
    Ok(StatusCode::NO_CONTENT)
}

fn view(session: SessionInfo, own: &str) -> SessionView {
    let some = |text: String| Some(text).filter(|t| !t.is_empty());
    SessionView {
        current: session.id == own,
        id: session.id,
        created_at: session.created_at.to_string(),
        last_used_at: session.last_used_at.to_string(),
        remote: some(session.remote),
        user_agent: some(session.user_agent),
    }
}
