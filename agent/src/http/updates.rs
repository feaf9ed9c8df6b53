//! Updates: what is newer, what an update would do, and doing it.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::ADMIN;
use super::error::{ApiError, ErrorBody};
use super::images::Begun;
use super::json::{Json, Query};
use crate::flows::updates::{self, Target};
use crate::views::update::{
    ContainerUpdate, UpdatePlan, UpdatePolicy, UpdateSettings, Updates, UpdatesApplied,
};

/// Query of `GET /api/containers/{id}/update`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateQuery {
    /// Another tag of the same repository to follow from then on.
    tag: Option<String>,
    /// An exact digest, also one that ran before. Without both it is what the
    /// followed reference means now.
    digest: Option<String>,
}

/// Body of `POST /api/containers/{id}/update`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UpdateRequest {
    /// As it came with the plan.
    revision: String,
    /// Digest of the plan.
    digest: String,
    /// Tag of the plan, when another one is to be followed.
    #[serde(default)]
    tag: Option<String>,
    /// Names of the risks that are accepted.
    #[serde(default)]
    confirm_risks: Vec<String>,
}

/// Body of `POST /api/containers/{id}/rollback`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RollbackRequest {
    /// One of the digests it had before.
    digest: String,
    /// Names of the risks that are accepted.
    #[serde(default)]
    confirm_risks: Vec<String>,
}

/// Body of `POST /api/updates/apply`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplyRequest {
    /// Names of the containers, at most 200.
    containers: Vec<String>,
}

/// What is known about updates of all containers. Asks nobody.
#[utoipa::path(get, path = "/api/updates", tag = "updates", responses((status = 200, body = Updates)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Answer<Updates>, ApiError> {
    Ok(Answer(updates::list(&app.flows).await?))
}

/// Asks registries and stores what is newest, and answers when all have said
/// something. Nothing is fetched.
#[utoipa::path(post, path = "/api/updates/check", tag = "updates", responses((status = 200, body = Updates)))]
pub(super) async fn check(State(app): State<Arc<App>>) -> Result<Answer<Updates>, ApiError> {
    Ok(Answer(updates::check(&app.flows).await?))
}

/// Begins to update several containers, each as an operation of its own. What
/// needs a person's eyes is refused with its reason.
#[utoipa::path(post, path = "/api/updates/apply", tag = "updates", request_body = ApplyRequest,
    responses((status = 200, body = UpdatesApplied), (status = 422, body = ErrorBody)))]
pub(super) async fn apply(
    State(app): State<Arc<App>>,
    Json(request): Json<ApplyRequest>,
) -> Result<Answer<UpdatesApplied>, ApiError> {
    let done = updates::apply(&app.flows, &request.containers, ADMIN).await?;
    Ok(Answer(done))
}

/// The settings of updates.
#[utoipa::path(get, path = "/api/updates/settings", tag = "updates", responses((status = 200, body = UpdateSettings)))]
pub(super) async fn settings(
    State(app): State<Arc<App>>,
) -> Result<Answer<UpdateSettings>, ApiError> {
    Ok(Answer(updates::settings(&app.flows).await?))
}

/// Changes the settings of updates.
#[utoipa::path(put, path = "/api/updates/settings", tag = "updates", request_body = UpdateSettings,
    responses((status = 200, body = UpdateSettings), (status = 422, body = ErrorBody)))]
pub(super) async fn change_settings(
    State(app): State<Arc<App>>,
    Json(wanted): Json<UpdateSettings>,
) -> Result<Answer<UpdateSettings>, ApiError> {
    Ok(Answer(updates::change_settings(&app.flows, wanted).await?))
}

/// What an update of this container would do.
#[utoipa::path(get, path = "/api/containers/{id}/update", tag = "updates",
    params(("id" = String, Path), UpdateQuery),
    responses((status = 200, body = UpdatePlan), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn plan(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<UpdateQuery>,
) -> Result<Answer<UpdatePlan>, ApiError> {
    let target = Target {
        tag: query.tag,
        digest: query.digest,
    };
    Ok(Answer(updates::plan(&app.flows, &id, &target).await?))
}

/// Begins to update a container as planned. The old one is kept until the new
/// one has proved itself, and comes back when it does not.
#[utoipa::path(post, path = "/api/containers/{id}/update", tag = "updates",
    params(("id" = String, Path)), request_body = UpdateRequest,
    responses((status = 202, body = Begun), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Json(request): Json<UpdateRequest>,
) -> Result<Response, ApiError> {
    let target = Target {
        tag: request.tag,
        digest: Some(request.digest),
    };
    let wanted = updates::Wanted {
        target,
        revision: Some(request.revision),
        confirm_risks: request.confirm_risks,
    };
    let operation = updates::update(&app.flows, &id, wanted, ADMIN).await?;
    Ok(begun(operation))
}

/// Begins to go back to an image that ran before, as an update to it.
#[utoipa::path(post, path = "/api/containers/{id}/rollback", tag = "updates",
    params(("id" = String, Path)), request_body = RollbackRequest,
    responses((status = 202, body = Begun), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn rollback(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Json(request): Json<RollbackRequest>,
) -> Result<Response, ApiError> {
    let RollbackRequest {
        digest,
        confirm_risks,
    } = request;
    let operation = updates::rollback(&app.flows, &id, &digest, confirm_risks, ADMIN).await?;
    Ok(begun(operation))
}

/// Sets how a container wants to be treated.
#[utoipa::path(put, path = "/api/containers/{id}/update-policy", tag = "updates",
    params(("id" = String, Path)), request_body = UpdatePolicy,
    responses((status = 200, body = ContainerUpdate), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub(super) async fn set_policy(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Json(policy): Json<UpdatePolicy>,
) -> Result<Answer<ContainerUpdate>, ApiError> {
    Ok(Answer(updates::set_policy(&app.flows, &id, policy).await?))
}

fn begun(operation: String) -> Response {
    let location = format!("/api/operations/{operation}");
    let mut response = (StatusCode::ACCEPTED, Answer(Begun::new(operation))).into_response();
    // A ULID in a path is always a header value.
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
