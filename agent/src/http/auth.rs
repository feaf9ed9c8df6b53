//! Setting the first password, signing in and out.

use std::sync::{Arc, PoisonError};
use std::time::Instant;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::access::{ADMIN, Caller, Remote, RequestId};
use super::audited::audited_sign_in;
use super::error::{ApiError, sentence};
use super::json::{OptionalJson, SmallJson};
use crate::auth::password::{PasswordError, check_strength};
use crate::auth::setup::SetupCodeError;
use crate::auth::throttle::RetryAfter;
use crate::cause::Cause;
use crate::secrets::Secret;
use crate::views::{ActivityKind, Severity};

/// Header with the token of a browser that has signed in before.
const BROWSER_HEADER: &str = "x-known-browser";

/// Body of `POST /api/setup`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetupRequest {
    /// The code printed where the agent was started.
    code: String,
    /// The new password, 10 characters to 1,024 bytes.
    password: String,
}

/// Body of `POST /api/login`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LoginRequest {
    /// The password.
    password: String,
}

/// Body of `POST /api/logout`.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LogoutRequest {
    /// Whether to end all sessions, on all devices.
    everywhere: bool,
}

/// Answer to setting up and signing in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoginAnswer {
    /// The account.
    user: &'static str,
    /// When the session began (RFC 3339).
    created_at: String,
    /// When it ends in any case (RFC 3339).
    expires_at: String,
    /// When it ends unless it is used (RFC 3339).
    idle_expires_at: String,
    /// The second proof, to be sent with every request.
    proof: String,
    /// The header to send it in.
    proof_header: &'static str,
    /// To be kept, also when signed out, and sent as `X-Known-Browser` when
    /// signing in: its tries are not held up by those of strangers.
    browser: String,
}

/// Answer of `GET /api/session`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionAnswer {
    /// The account.
    user: &'static str,
    /// When the session began (RFC 3339).
    created_at: String,
    /// When it ends in any case (RFC 3339).
    expires_at: String,
    /// When it ends unless it is used (RFC 3339).
    idle_expires_at: String,
    /// Sessions that are open, this one included.
    sessions: usize,
}

/// Sets the first password with the code from the console, and signs in.
#[utoipa::path(post, path = "/api/setup", tag = "session", request_body = SetupRequest,
    responses((status = 200, body = LoginAnswer), (status = 403, body = super::error::ErrorBody),
        (status = 409, body = super::error::ErrorBody), (status = 422, body = super::error::ErrorBody)))]
pub(super) async fn setup(
    State(app): State<Arc<App>>,
    id: RequestId,
    remote: Remote,
    headers: HeaderMap,
    SmallJson(request): SmallJson<SetupRequest>,
) -> Result<Response, ApiError> {
    let already = || {
        ApiError::new(
            StatusCode::CONFLICT,
            "already_set_up",
            "A password is set. Sign in with it.",
        )
    };
    let code = app.setup_code().ok_or_else(already)?;
    let password = Secret::new(request.password);
    check_strength(&password).map_err(|weak| {
        ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "weak_password",
            sentence(&weak.to_string()),
        )
        .on("password")
    })?;
    if let Err(error) = code.attempt(&request.code, remote.0, Instant::now()) {
        let wrong = match error {
            // Not audited: a flood would only push out what matters.
            SetupCodeError::SlowDown(wait) => return Err(slow_down(&wait)),
            SetupCodeError::Wrong => ApiError::new(
                StatusCode::FORBIDDEN,
                "wrong_setup_code",
                "That is not the code. It stands in the output where the agent was started.",
            )
            .on("code"),
        };
        let refused = std::future::ready(Err(wrong));
        return audited_sign_in(app, "session.setup", id, remote, refused).await;
    }
    let cause = Cause::request(&id.0);
    let work = {
        let app = Arc::clone(&app);
        async move {
            let phc = app.hasher.hash(password).await.map_err(hashing)?;
            let won = app.account.set_first_password(phc).await?;
            // Either way there is a password now.
            *app.setup.lock().unwrap_or_else(PoisonError::into_inner) = None;
            if !won {
                return Err(already());
            }
            let (_, response) = cause.of(sign_in(&app, remote, &headers)).await?;
            Ok(response)
        }
    };
    audited_sign_in(app, "session.setup", id, remote, work).await
}

/// Signs in.
#[utoipa::path(post, path = "/api/login", tag = "session", request_body = LoginRequest,
    responses((status = 200, body = LoginAnswer), (status = 401, body = super::error::ErrorBody),
        (status = 409, body = super::error::ErrorBody), (status = 429, body = super::error::ErrorBody)))]
pub(super) async fn login(
    State(app): State<Arc<App>>,
    id: RequestId,
    remote: Remote,
    headers: HeaderMap,
    SmallJson(request): SmallJson<LoginRequest>,
) -> Result<Response, ApiError> {
    let Some(phc) = app.account.password().await? else {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "setup_needed",
            "No password is set yet. Set one with the code from the console.",
        ));
    };
    let known = browser(&headers).is_some_and(|b| app.account.knows(b, Timestamp::now()));
    app.throttle
        .check(remote.0, known, Instant::now())
        .map_err(|wait| slow_down(&wait))?;
    let work = login_with(
        Arc::clone(&app),
        phc,
        Secret::new(request.password),
        remote,
        headers,
        Cause::request(&id.0),
    );
    audited_sign_in(app, "session.login", id, remote, work).await
}

async fn login_with(
    app: Arc<App>,
    phc: String,
    password: Secret<String>,
    remote: Remote,
    headers: HeaderMap,
    cause: Cause,
) -> Result<Response, ApiError> {
    let right = app.hasher.verify(phc.clone(), password);
    if !right.await.map_err(hashing)? {
        app.throttle.failed(remote.0, Instant::now());
        app.flows.events.note(
            Severity::Warning,
            ActivityKind::Session,
            "login_failed",
            "Sign-in",
            "failed",
            Some(format!("wrong password from {}", remote.0)),
        );
        return Err(wrong_password());
    }
    app.throttle.succeeded(remote.0, Instant::now());
    let (id, response) = cause.of(sign_in(&app, remote, &headers)).await?;
    // The password may have been changed while it was compared; whoever does
    // so ends all sessions after storing it, so one of both sees the other.
    if app.account.password().await? != Some(phc) {
        app.sessions.end(&id);
        return Err(wrong_password());
    }
    Ok(response)
}

fn wrong_password() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "wrong_password",
        "That is not the password.",
    )
    .on("password")
}

/// The token of a browser that has signed in before.
pub(super) fn browser(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(BROWSER_HEADER)
        .and_then(|v| v.to_str().ok())
        .filter(|v| v.len() <= 64)
}

/// Signs out, here or everywhere.
#[utoipa::path(post, path = "/api/logout", tag = "session", request_body = Option<LogoutRequest>,
    responses((status = 204, description = "Signed out")))]
pub(super) async fn logout(
    State(app): State<Arc<App>>,
    caller: Caller,
    OptionalJson(request): OptionalJson<LogoutRequest>,
) -> Response {
    let ended = if request.everywhere {
        app.sessions.end_all()
    } else {
        app.sessions.end(&caller.session.id);
        vec![caller.session.id]
    };
    for id in &ended {
        app.tickets.void_session(id);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, response.headers_mut(), "", 0);
    response
}

/// The caller's session.
#[utoipa::path(get, path = "/api/session", tag = "session", responses((status = 200, body = SessionAnswer)))]
pub(super) async fn session(State(app): State<Arc<App>>, caller: Caller) -> Answer<SessionAnswer> {
    let info = caller.session;
    Answer(SessionAnswer {
        user: ADMIN,
        created_at: info.created_at.to_string(),
        expires_at: info.expires_at.to_string(),
        idle_expires_at: info.idle_expires_at.to_string(),
        sessions: app.sessions.list(Timestamp::now()).len(),
    })
}

/// Begins a session: a new one each time, so that none can be planted. Answers
/// its public name too.
async fn sign_in(
    app: &App,
    remote: Remote,
    headers: &HeaderMap,
) -> Result<(String, Response), ApiError> {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let now = Timestamp::now();
    let known = app.account.remember(browser(headers), now).await?;
    let new = app.sessions.create(now, &remote.0.to_string(), agent);
    app.flows.events.note(
        Severity::Good,
        ActivityKind::Session,
        "login",
        "Signed in",
        &format!("from {}", remote.0),
        None,
    );
    let mut response = Answer(LoginAnswer {
        user: ADMIN,
        created_at: new.info.created_at.to_string(),
        expires_at: new.info.expires_at.to_string(),
        idle_expires_at: new.info.idle_expires_at.to_string(),
        proof: new.proof.expose().clone(),
        proof_header: "X-Session-Proof",
        browser: known.expose().clone(),
    })
    .into_response();
    let seconds = new.info.expires_at.duration_since(now).as_secs();
    set_cookie(app, response.headers_mut(), new.token.expose(), seconds);
    Ok((new.info.id, response))
}

fn set_cookie(app: &App, headers: &mut HeaderMap, value: &str, max_age: i64) {
    let secure = if app.site.secure { "; Secure" } else { "" };
    let name = app.cookie_name();
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age}{secure}");
    // Tokens are base64url, which header values may hold.
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, cookie);
    }
}

pub(super) fn slow_down(wait: &RetryAfter) -> ApiError {
    let seconds = wait.seconds();
    let mut error = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "slow_down",
        format!("Too many tries. Wait {seconds} s and try again."),
    );
    error.retry_after = Some(seconds);
    error
}

pub(super) fn hashing(error: PasswordError) -> ApiError {
    match error {
        PasswordError::Busy => slow_down(&RetryAfter(std::time::Duration::from_secs(2))),
        other => ApiError::internal(&other),
    }
}
