//! Images: list, pull, remove, tidy up.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::ADMIN;
use super::error::{ApiError, ErrorBody};
use super::json::{Json, Query};
use super::prune::PruneRequest;
use crate::flows::{preview_images, prune_images, pull_image, remove_image};
use crate::views::{Image, PrunePreview, Pruned};

/// Body of `POST /api/images/pull`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PullRequest {
    /// Reference: `postgres:16`, `ghcr.io/immich-app/immich-server@sha256:…`
    image: String,
}

/// Answer of everything that goes on as an operation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Begun {
    /// Its id.
    operation_id: String,
}

impl Begun {
    pub(super) fn new(operation_id: String) -> Self {
        Self { operation_id }
    }
}

/// Query of `DELETE /api/images/{name}`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveImageQuery {
    /// Also when stopped containers use it.
    #[serde(default)]
    force: bool,
}

/// Query of `GET /api/prune/images`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PruneImagesQuery {
    /// Also images that have a name but no container.
    #[serde(default)]
    unused: bool,
}

/// What removing an image did.
#[derive(Serialize, ToSchema)]
pub(super) struct Removed {
    /// Ids that are gone.
    removed: Vec<String>,
    /// Names that are gone.
    untagged: Vec<String>,
}

/// All images, newest first. Served from memory.
#[utoipa::path(get, path = "/api/images", tag = "images", responses((status = 200, body = Vec<Image>)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Answer<Vec<Image>> {
    Answer(app.flows.inventory.images())
}

/// Begins to fetch an image.
#[utoipa::path(post, path = "/api/images/pull", tag = "images", request_body = PullRequest,
    responses((status = 202, body = Begun), (status = 422, body = ErrorBody)))]
pub(super) async fn pull(
    State(app): State<Arc<App>>,
    Json(request): Json<PullRequest>,
) -> Result<Response, ApiError> {
    let operation_id = pull_image(&app.flows, &request.image, ADMIN.to_owned()).await?;
    let location = format!("/api/operations/{operation_id}");
    let mut response = (StatusCode::ACCEPTED, Answer(Begun { operation_id })).into_response();
    // The id is a ULID.
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Removes an image by name, digest or id; slashes need no escaping.
#[utoipa::path(delete, path = "/api/images/{*name}", tag = "images",
    params(("name" = String, Path), RemoveImageQuery),
    responses((status = 200, body = Removed), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Query(query): Query<RemoveImageQuery>,
) -> Result<Answer<Removed>, ApiError> {
    let done = remove_image(&app.flows, &name, query.force).await?;
    Ok(Answer(Removed {
        removed: done.removed,
        untagged: done.untagged,
    }))
}

/// Images that may go: those without a name, with `unused` all that no
/// container was made from.
#[utoipa::path(get, path = "/api/prune/images", tag = "images", params(PruneImagesQuery),
    responses((status = 200, body = PrunePreview)))]
pub(super) async fn prune_preview(
    State(app): State<Arc<App>>,
    Query(query): Query<PruneImagesQuery>,
) -> Result<Answer<PrunePreview>, ApiError> {
    Ok(Answer(preview_images(&app.flows, query.unused).await?))
}

/// Removes these images, as far as still nobody uses them.
#[utoipa::path(post, path = "/api/prune/images", tag = "images", request_body = PruneRequest,
    responses((status = 200, body = Pruned), (status = 422, body = ErrorBody)))]
pub(super) async fn prune(
    State(app): State<Arc<App>>,
    Json(request): Json<PruneRequest>,
) -> Result<Answer<Pruned>, ApiError> {
    Ok(Answer(prune_images(&app.flows, &request.checked()?).await?))
}
