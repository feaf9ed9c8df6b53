//! Who may call what. A route gets into the router only with a rule, and each
//! rule brings its own door.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use super::audited::audited;
use super::error::ApiError;
use super::{App, json};
use crate::auth::sessions::{AuthError, SessionInfo};

/// The actions that have a dry run.
pub(super) const CREATE: &str = "container.create";
pub(super) const RECREATE: &str = "container.recreate";
/// Header that carries the second proof of a session.
pub(super) const PROOF_HEADER: &str = "x-session-proof";
/// Header of answers: the id of the newest event that they show.
const POSITION_HEADER: HeaderName = HeaderName::from_static("x-event-position");

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
    /// All schemas as the routes brought them, also those of one name.
    #[cfg(test)]
    pub(super) schemas: Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>,
}

impl Api {
    pub(super) fn new(router: OpenApiRouter<Arc<App>>) -> Self {
        Self {
            router,
            rules: Vec::new(),
            #[cfg(test)]
            schemas: Vec::new(),
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
        #[cfg(test)]
        self.schemas.extend(schemas.iter().cloned());
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
        #[cfg(test)]
        self.schemas.extend(other.schemas);
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

/// The name under which this server was asked, without its port.
#[derive(Clone, Debug)]
pub(super) struct SiteHost(pub(super) String);

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
from_extensions!(Caller, RequestId, Remote, SiteHost);

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

pub(super) fn app(request: &Request) -> Result<Arc<App>, ApiError> {
    request
        .extensions()
        .get::<Arc<App>>()
        .cloned()
        .ok_or_else(no_door)
}

/// Lets in who has a session.
///
/// Each answer says where in the event stream it stands. The place is noted
/// before the answer is made and events are told after the state has changed,
/// so whoever goes on from there (`Last-Event-ID`) misses nothing.
async fn session_door(mut request: Request, next: Next) -> Result<Response, ApiError> {
    let app = app(&request)?;
    let caller = caller_of(&app, request.headers())?;
    let position = HeaderValue::from_str(&app.flows.events.position());
    drop(app);
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    // Its alphabet is that of header values.
    if let Ok(position) = position {
        response.headers_mut().insert(POSITION_HEADER, position);
    }
    Ok(response)
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

/// The answer for a path that is not there.
pub(super) async fn unknown_route() -> Response {
    ApiError::new(
        StatusCode::NOT_FOUND,
        "no_such_path",
        "There is nothing at this path.",
    )
    .into_response()
}
