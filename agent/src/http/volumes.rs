//! Volumes: list, make, remove, tidy up.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use harbour_core::volume::VolumeDraft;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::error::{ApiError, ErrorBody};
use super::json::{Json, Query};
use super::prune::PruneRequest;
use crate::flows::{create_volume, list_volumes, preview_volumes, prune_volumes, remove_volume};
use crate::views::{PrunePreview, Pruned, Volume};

/// Query of `GET /api/volumes`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct VolumesQuery {
    /// Also their sizes, which the engine has to measure; at most once in 30 s.
    #[serde(default)]
    sizes: bool,
}

/// Query of `GET /api/prune/volumes`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct PruneVolumesQuery {
    /// Also volumes that somebody gave a name, which hold data that was meant
    /// to be kept.
    #[serde(default)]
    named: bool,
}

/// Body of `POST /api/volumes`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct VolumeRequest {
    /// Name.
    name: String,
    /// Absent means `local`.
    driver: Option<String>,
    /// Labels.
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// Options of the driver: `type`, `o` and `device` of `local`.
    #[serde(default)]
    driver_options: BTreeMap<String, String>,
    /// Risks that are taken knowingly, as the problems name them.
    #[serde(default)]
    confirm_risks: Vec<String>,
}

/// All volumes by name, with who uses them. Served from memory.
#[utoipa::path(get, path = "/api/volumes", tag = "volumes", params(VolumesQuery),
    responses((status = 200, body = Vec<Volume>)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<VolumesQuery>,
) -> Result<Answer<Vec<Volume>>, ApiError> {
    Ok(Answer(list_volumes(&app.flows, query.sizes).await?))
}

/// Makes a volume.
#[utoipa::path(post, path = "/api/volumes", tag = "volumes", request_body = VolumeRequest,
    responses((status = 201, body = Volume), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Json(request): Json<VolumeRequest>,
) -> Result<(StatusCode, Answer<Volume>), ApiError> {
    let draft = VolumeDraft {
        name: request.name,
        driver: request.driver,
        labels: request.labels,
        driver_options: request.driver_options,
        confirm_risks: request.confirm_risks,
    };
    let made = create_volume(&app.flows, draft).await?;
    Ok((StatusCode::CREATED, Answer(made)))
}

/// Removes a volume that nobody uses, with its data.
#[utoipa::path(delete, path = "/api/volumes/{name}", tag = "volumes", params(("name" = String, Path)),
    responses((status = 204, description = "Removed"), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    remove_volume(&app.flows, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Volumes that no container mounts; only those without a name of their own,
/// unless `named` asks for the others too.
#[utoipa::path(get, path = "/api/prune/volumes", tag = "volumes", params(PruneVolumesQuery),
    responses((status = 200, body = PrunePreview)))]
pub(super) async fn prune_preview(
    State(app): State<Arc<App>>,
    Query(query): Query<PruneVolumesQuery>,
) -> Result<Answer<PrunePreview>, ApiError> {
    Ok(Answer(preview_volumes(&app.flows, query.named).await?))
}

/// Removes these volumes, as far as still nobody uses them.
#[utoipa::path(post, path = "/api/prune/volumes", tag = "volumes", request_body = PruneRequest,
    responses((status = 200, body = Pruned), (status = 422, body = ErrorBody)))]
pub(super) async fn prune(
    State(app): State<Arc<App>>,
    Json(request): Json<PruneRequest>,
) -> Result<Answer<Pruned>, ApiError> {
    Ok(Answer(
        prune_volumes(&app.flows, &request.checked()?).await?,
    ))
}
