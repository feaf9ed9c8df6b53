//! Containers: list, detail, and what is done in one call.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::error::{ApiError, ErrorBody};
use super::json::{Json, OptionalJson, Query};
use crate::flows::{Action, act, remove_container, rename_container};
use crate::views::{Container, ContainerDetail};

/// Query of `GET /api/containers`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Also those that do not run.
    #[serde(default)]
    all: bool,
}

/// Query of `DELETE /api/containers/{id}`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveQuery {
    /// Also when it runs.
    #[serde(default)]
    force: bool,
    /// Also its anonymous volumes.
    #[serde(default)]
    volumes: bool,
}

/// Body of stop and restart.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct StopRequest {
    /// Seconds until it is ended by force, 0 to 3,600; absent means its own.
    timeout_seconds: Option<i32>,
}

/// Body of kill.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct KillRequest {
    /// Signal by name or number; absent means SIGKILL.
    signal: Option<String>,
}

/// Body of rename.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RenameRequest {
    /// The new name.
    name: String,
}

/// All containers by name. Served from memory: the engine is not asked.
#[utoipa::path(get, path = "/api/containers", tag = "containers", params(ListQuery),
    responses((status = 200, body = Vec<Container>)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<ListQuery>,
) -> Result<Response, ApiError> {
    let json = app.flows.inventory.list_json(query.all);
    let json = json.map_err(|e| ApiError::internal(&e))?;
    let mut response = Response::new(Body::from(json));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// One container, by id, beginning of an id, or name.
#[utoipa::path(get, path = "/api/containers/{id}", tag = "containers", params(("id" = String, Path)),
    responses((status = 200, body = ContainerDetail), (status = 404, body = ErrorBody)))]
pub(super) async fn detail(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    Ok(axum::Json(&*app.flows.inventory.find(&id)?).into_response())
}

/// Starts a container, after checking that its ports are free.
#[utoipa::path(post, path = "/api/containers/{id}/start", tag = "containers", params(("id" = String, Path)),
    responses((status = 200, body = Container), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn start(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    done(&app, &id, Action::Start).await
}

/// Stops a container.
#[utoipa::path(post, path = "/api/containers/{id}/stop", tag = "containers", params(("id" = String, Path)),
    request_body = Option<StopRequest>,
    responses((status = 200, body = Container), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn stop(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    OptionalJson(request): OptionalJson<StopRequest>,
) -> Result<Response, ApiError> {
    done(&app, &id, Action::Stop(timeout(&request)?)).await
}

/// Stops and starts a container.
#[utoipa::path(post, path = "/api/containers/{id}/restart", tag = "containers", params(("id" = String, Path)),
    request_body = Option<StopRequest>,
    responses((status = 200, body = Container), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn restart(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    OptionalJson(request): OptionalJson<StopRequest>,
) -> Result<Response, ApiError> {
    done(&app, &id, Action::Restart(timeout(&request)?)).await
}

/// Freezes a container with its memory kept.
#[utoipa::path(post, path = "/api/containers/{id}/pause", tag = "containers", params(("id" = String, Path)),
    responses((status = 200, body = Container), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn pause(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    done(&app, &id, Action::Pause).await
}

/// Lets a frozen container go on.
#[utoipa::path(post, path = "/api/containers/{id}/unpause", tag = "containers", params(("id" = String, Path)),
    responses((status = 200, body = Container), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn unpause(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    done(&app, &id, Action::Unpause).await
}

/// Sends a signal to a container's main process.
#[utoipa::path(post, path = "/api/containers/{id}/kill", tag = "containers", params(("id" = String, Path)),
    request_body = Option<KillRequest>,
    responses((status = 200, body = Container), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn kill(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    OptionalJson(request): OptionalJson<KillRequest>,
) -> Result<Response, ApiError> {
    let signal = request.signal.unwrap_or_else(|| "SIGKILL".to_owned());
    done(&app, &id, Action::Kill(signal)).await
}

/// Gives a container another name.
#[utoipa::path(post, path = "/api/containers/{id}/rename", tag = "containers", params(("id" = String, Path)),
    request_body = RenameRequest,
    responses((status = 200, body = Container), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn rename(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Json(request): Json<RenameRequest>,
) -> Result<Response, ApiError> {
    let container = rename_container(&app.flows, &id, &request.name).await?;
    Ok(axum::Json(&container.summary).into_response())
}

/// Removes a container. Named volumes stay.
#[utoipa::path(delete, path = "/api/containers/{id}", tag = "containers",
    params(("id" = String, Path), RemoveQuery),
    responses((status = 204, description = "Removed"), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<RemoveQuery>,
) -> Result<StatusCode, ApiError> {
    remove_container(&app.flows, &id, query.force, query.volumes).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn done(app: &Arc<App>, id: &str, action: Action) -> Result<Response, ApiError> {
    let container = act(&app.flows, id, action).await?;
    Ok(axum::Json(&container.summary).into_response())
}

fn timeout(request: &StopRequest) -> Result<Option<i32>, ApiError> {
    match request.timeout_seconds {
        Some(seconds) if !(0..=3600).contains(&seconds) => Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "The time-out is 0 to 3,600 seconds.",
        )
        .on("timeoutSeconds")),
        other => Ok(other),
    }
}
