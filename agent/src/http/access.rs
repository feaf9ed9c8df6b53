//! Who may call what. A route gets into the router only with a rule, and each
//! rule brings its own door.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use jiff::Timestamp;
use tracing::Instrument;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use super::error::ApiError;
use super::{App, json};
use crate::audit::AuditEntry;
use crate::auth::sessions::{AuthError, SessionInfo};
use crate::cause::Cause;

/// The action that has a dry run.
pub(super) const CREATE: &str = "container.create";
/// Header that carries the second proof of a session.
pub(super) const PROOF_HEADER: &str = "x-session-proof";
/// Most bytes of a name kept for the audit log.
const MAX_TARGET: usize = 256;

/// What a caller must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Public,
    /// The session's cookie and its proof.
    Session,
    /// The session's cookie and a one-use ticket, for WebSocket handshakes.
    Ticket,
    /// As [`Access::Session`]; written to the audit log under this name,
    /// before and after.
    Mutation(&'static str),
}

/// A route and its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRule {
    /// Method.
    pub method: Method,
    /// Path with `{parameters}`.
    pub path: String,
    /// What a caller must show.
    pub access: Access,
    /// Largest body of an audited route, in bytes.
    pub max_body: usize,
}

/// A router under construction. There is no way in without a rule.
pub(super) struct Api {
    pub(super) router: OpenApiRouter<Arc<App>>,
    pub(super) rules: Vec<RouteRule>,
}

impl Api {
    pub(super) fn new(router: OpenApiRouter<Arc<App>>) -> Self {
        Self {
            router,
            rules: Vec::new(),
        }
    }

    /// Adds routes under one rule.
    pub(super) fn with(self, access: Access, routes: UtoipaMethodRouter<Arc<App>>) -> Self {
        self.with_room(access, json::MAX_BODY, routes)
    }

    /// Adds routes under one rule, with bodies of up to `max_body` bytes.
    pub(super) fn with_room(
        mut self,
        access: Access,
        max_body: usize,
        routes: UtoipaMethodRouter<Arc<App>>,
    ) -> Self {
        let (schemas, mut paths, methods) = routes;
        for (path, item) in &mut paths.paths {
            for (method, operation) in operations_of(item) {
                self.rules.push(RouteRule {
                    method,
                    path: path.clone(),
                    access,
                    max_body,
                });
                let cookie = SecurityRequirement::default().add("cookie", NO_SCOPES);
                operation.security = match access {
                    Access::Public => None,
                    // Its ticket is a parameter.
                    Access::Ticket => Some(vec![cookie]),
                    Access::Session | Access::Mutation(_) => {
                        Some(vec![cookie.add("proof", NO_SCOPES)])
                    }
                };
            }
        }
        let routes: UtoipaMethodRouter<Arc<App>> = (schemas, paths, methods);
        let routes = match access {
            Access::Public => routes,
            Access::Session => routes.layer(from_fn(session_door)),
            Access::Ticket => routes.layer(from_fn(ticket_door)),
            Access::Mutation(action) => routes
                .layer(from_fn(move |request, next| {
                    audited(action, max_body, request, next)
                }))
                .layer(from_fn(session_door)),
        };
        self.router = self.router.routes(routes);
        self
    }

    /// Takes in the routes of another, with their rules.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.rules.extend(other.rules);
        self
    }
}

const NO_SCOPES: [&str; 0] = [];

pub(super) fn operations_of(
    item: &mut PathItem,
) -> Vec<(Method, &mut utoipa::openapi::path::Operation)> {
    [
        (Method::GET, item.get.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
    .collect()
}

/// A signed-in caller.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) session: SessionInfo,
}

/// The one account.
pub(super) const ADMIN: &str = "admin";

/// Names the request in logs and answers.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

/// Where the request comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Remote(pub(super) IpAddr);

macro_rules! from_extensions {
    ($($kind:ty),*) => {$(
        impl<S: Sync> FromRequestParts<S> for $kind {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
                parts.extensions.get::<Self>().cloned().ok_or_else(no_door)
            }
        }
    )*};
}
from_extensions!(Caller, RequestId, Remote);

/// A request that came past a door it should have gone through.
fn no_door() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "not_signed_in", "Sign in first.")
}

/// The session of a request that may be anybody's; for answers that say more
/// to the signed in.
pub(super) fn caller_of(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let token = cookie(headers, app.cookie_name()).ok_or_else(no_door)?;
    let proof = headers.get(PROOF_HEADER).and_then(|v| v.to_str().ok());
    match app.sessions.authenticate(token, proof, Timestamp::now()) {
        Ok(session) => Ok(Caller { session }),
        Err(error) => Err(refused(&error)),
    }
}

fn refused(error: &AuthError) -> ApiError {
    match error {
        AuthError::NoSession => no_door(),
        AuthError::Expired => ApiError::new(
            StatusCode::UNAUTHORIZED,
            "not_signed_in",
            "Your session has ended. Sign in again.",
        ),
        AuthError::ProofMissing => ApiError::new(
            StatusCode::FORBIDDEN,
            "proof_missing",
            "The cookie alone is not enough. Send the proof from the sign-in as X-Session-Proof.",
        ),
        AuthError::ProofWrong => ApiError::new(
            StatusCode::FORBIDDEN,
            "proof_wrong",
            "The proof does not belong to this session. Sign in again.",
        ),
    }
}

/// The first cookie of this name (RFC 6265, section 5.4).
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn app(request: &Request) -> Result<Arc<App>, ApiError> {
    request
        .extensions()
        .get::<Arc<App>>()
        .cloned()
        .ok_or_else(no_door)
}

async fn session_door(mut request: Request, next: Next) -> Result<Response, ApiError> {
    let caller = caller_of(&*app(&request)?, request.headers())?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// A WebSocket handshake carries no header of ours: the cookie says whose
/// ticket it must be, the handler redeems it.
async fn ticket_door(mut request: Request, next: Next) -> Result<Response, ApiError> {
    let app = app(&request)?;
    let token = cookie(request.headers(), app.cookie_name()).ok_or_else(no_door)?;
    let session = app
        .sessions
        .identify(token, Timestamp::now())
        .map_err(|error| refused(&error))?;
    let ticket = request
        .uri()
        .query()
        .is_some_and(|q| q.split('&').any(|p| p.starts_with("ticket=")));
    if !ticket {
        return Err(refused(&AuthError::ProofMissing));
    }
    request.extensions_mut().insert(Caller { session });
    Ok(next.run(request).await)
}

/// Writes a line before and a line after. Without the first nothing is done.
async fn audited(
    action: &'static str,
    max_body: usize,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let app = app(&request)?;
    // A dry run of the create form changes nothing and comes with every key.
    let query = request.uri().query().unwrap_or_default();
    if action == CREATE && query.split('&').any(|p| p == "dryRun=true") {
        return Ok(next.run(request).await);
    }
    if app.closing.is_cancelled() {
        return Err(ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "closing",
            "The agent is shutting down. Try again in a moment.",
        ));
    }
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(|r| r.0.clone())
        .unwrap_or_default();
    let remote = request
        .extensions()
        .get::<Remote>()
        .map(|r| r.0.to_string())
        .unwrap_or_default();
    let (parts, body) = request.into_parts();
    let bytes = json::read_up_to(body, max_body).await?;
    let entry = AuditEntry {
        request_id: id,
        user: ADMIN.to_owned(),
        remote,
        action: action.to_owned(),
        target: target(&app, parts.uri.path(), &bytes),
        outcome: None,
        code: None,
        duration_ms: None,
    };
    app.audit.before(entry.clone()).await?;
    let cause = Cause::request(&entry.request_id);
    let request = Request::from_parts(parts, Body::from(bytes));
    let tasks = app.tasks.clone();
    // A caller that goes away cancels nothing: what was begun ends, and its
    // end is written down.
    let work = cause
        .of(finish(app, entry, request, next))
        .instrument(tracing::Span::current());
    tasks
        .spawn(work)
        .await
        .map_err(|error| ApiError::internal(&error))
}

async fn finish(app: Arc<App>, entry: AuditEntry, request: Request, next: Next) -> Response {
    let began = Instant::now();
    // A panic is a fault of ours, and must not go unaudited.
    let ran = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let response = ran.unwrap_or_else(|_| panicked().into_response());
    let failed = response
        .extensions()
        .get::<ApiError>()
        .map(|e| e.code.to_owned());
    let status = response.status();
    let outcome = match status {
        // What came of it is written when the operation ends.
        StatusCode::ACCEPTED => "accepted",
        status if status.is_success() => "ok",
        _ => "failed",
    };
    let after = AuditEntry {
        outcome: Some(outcome.to_owned()),
        code: failed.or_else(|| (!status.is_success()).then(|| status.as_u16().to_string())),
        duration_ms: u64::try_from(began.elapsed().as_millis()).ok(),
        ..entry
    };
    // It happened; that it could not be noted must not hide its answer.
    if let Err(error) = app.audit.after(after).await {
        tracing::error!(%error, "an action was done but its end could not be audited");
    }
    response
}

/// What an action is done to: the container's name or the image from the path,
/// else the `name` or `image` of the body. Never anything else of the body,
/// which may hold secrets.
fn target(app: &App, path: &str, body: &[u8]) -> String {
    let mut parts = path.trim_start_matches("/api/").splitn(2, '/');
    let kind = parts.next().unwrap_or_default();
    let rest = parts.next().unwrap_or_default();
    let named = match kind {
        "containers" if !rest.is_empty() => {
            let id = rest.split('/').next().unwrap_or_default();
            app.flows
                .inventory
                .find(id)
                .map_or_else(|_| id.to_owned(), |c| c.summary.name.clone())
        }
        "images" if rest != "pull" => rest.to_owned(),
        "networks" if !rest.is_empty() => app
            .flows
            .inventory
            .network(rest)
            .map_or_else(|| rest.to_owned(), |n| n.name),
        "volumes" if !rest.is_empty() => rest.to_owned(),
        "operations" | "sessions" => rest.split('/').next().unwrap_or_default().to_owned(),
        "account" => ADMIN.to_owned(),
        "settings" => kind.to_owned(),
        _ => from_body(body),
    };
    named.chars().take(MAX_TARGET).collect()
}

#[derive(Default, serde::Deserialize)]
struct Named {
    name: Option<String>,
    image: Option<String>,
}

fn from_body(body: &[u8]) -> String {
    let named: Named = serde_json::from_slice(body).unwrap_or_default();
    match (named.name.filter(|n| !n.is_empty()), named.image) {
        (Some(name), Some(image)) => format!("{name} ({image})"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => String::new(),
    }
}

/// An audited action outside the router's own rule: signing in. It ends even
/// when its caller goes away half-way.
pub(super) async fn audited_sign_in<T: Send + 'static>(
    app: Arc<App>,
    action: &str,
    id: RequestId,
    remote: Remote,
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    let entry = AuditEntry {
        request_id: id.0,
        user: ADMIN.to_owned(),
        remote: remote.0.to_string(),
        action: action.to_owned(),
        target: String::new(),
        outcome: None,
        code: None,
        duration_ms: None,
    };
    let tasks = app.tasks.clone();
    let whole = async move {
        app.audit.before(entry.clone()).await?;
        let began = Instant::now();
        let result = work.await;
        let after = AuditEntry {
            outcome: Some(if result.is_ok() { "ok" } else { "failed" }.to_owned()),
            code: result.as_ref().err().map(|e| e.code.to_owned()),
            duration_ms: u64::try_from(began.elapsed().as_millis()).ok(),
            ..entry
        };
        if let Err(error) = app.audit.after(after).await {
            tracing::error!(%error, "somebody signed in but its end could not be audited");
        }
        result
    };
    let whole = whole.instrument(tracing::Span::current());
    tasks
        .spawn(whole)
        .await
        .map_err(|error| ApiError::internal(&error))?
}

/// The answer to a panic, whose text is in the log.
pub(super) fn panicked() -> ApiError {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong on the server. Its log has the reason under this request id.",
    )
}

/// The answer for a path that is not there.
pub(super) async fn unknown_route() -> Response {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "no_such_path",
        "There is nothing at this path.",
    )
    .into_response()
}
