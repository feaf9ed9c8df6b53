//! What changes something is written to the audit log, before and after.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::Instrument;

use super::access::{ADMIN, CREATE, RECREATE, Remote, RequestId, app};
use super::error::ApiError;
use super::{App, json};
use crate::audit::AuditEntry;
use crate::cause::Cause;

/// Most characters of a name kept for the audit log.
const MAX_TARGET: usize = 256;

/// Writes a line before and a line after. Without the first nothing is done.
pub(super) async fn audited(
    action: &'static str,
    max_body: usize,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let app = app(&request)?;
    // A dry run of the form changes nothing and comes with every key.
    let query = request.uri().query().unwrap_or_default();
    if matches!(action, CREATE | RECREATE) && query.split('&').any(|p| p == "dryRun=true") {
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
/// else the `name`, `image` or `slug` of the body. Never anything else of the body,
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
        "volumes" | "prune" if !rest.is_empty() => rest.to_owned(),
        "operations" | "sessions" => rest.split('/').next().unwrap_or_default().to_owned(),
        "account" => ADMIN.to_owned(),
        "settings" | "updates" => kind.to_owned(),
        // `stores/ID`, `installs/ID`; what has no id yet is in the body.
        "store" => match rest.split('/').collect::<Vec<_>>().as_slice() {
            ["installs" | "stores", id, ..] => (*id).to_owned(),
            [kind, ..] => match from_body(body) {
                name if name.is_empty() => (*kind).to_owned(),
                name => name,
            },
            [] => kind.to_owned(),
        },
        _ => from_body(body),
    };
    named.chars().take(MAX_TARGET).collect()
}

#[derive(Default, serde::Deserialize)]
struct Named {
    name: Option<String>,
    image: Option<String>,
    slug: Option<String>,
}

fn from_body(body: &[u8]) -> String {
    let named: Named = serde_json::from_slice(body).unwrap_or_default();
    match (
        named.name.filter(|n| !n.is_empty()),
        named.image.or(named.slug),
    ) {
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
