//! Networks: list, make, remove, tidy up.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::error::{ApiError, ErrorBody};
use super::json::Json;
use super::prune::PruneRequest;
use crate::flows::{
    NetworkDraft, create_network, preview_networks, prune_networks, remove_network,
};
use crate::views::{Network, PrunePreview, Pruned};

/// Body of `POST /api/networks`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNetwork {
    /// Name.
    name: String,
    /// Absent means `bridge`, which is the only one that can be made here.
    driver: Option<String>,
    /// Whether it has no way out.
    #[serde(default)]
    internal: bool,
    /// Whether it has IPv6.
    #[serde(default)]
    ipv6: bool,
    /// `172.20.0.0/16`; absent lets the engine choose.
    subnet: Option<String>,
    /// The server's own address in the subnet.
    gateway: Option<String>,
    /// Labels.
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// A network that was made.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeNetwork {
    /// Full id.
    id: String,
    /// Name.
    name: String,
}

/// All networks by name, with who uses them. Served from memory.
#[utoipa::path(get, path = "/api/networks", tag = "networks", responses((status = 200, body = Vec<Network>)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Answer<Vec<Network>> {
    Answer(app.flows.inventory.networks())
}

/// Makes a network.
#[utoipa::path(post, path = "/api/networks", tag = "networks", request_body = NewNetwork,
    responses((status = 201, body = MadeNetwork), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Json(request): Json<NewNetwork>,
) -> Result<(StatusCode, Answer<MadeNetwork>), ApiError> {
    let draft = NetworkDraft {
        name: request.name,
        driver: request.driver,
        internal: request.internal,
        ipv6: request.ipv6,
        subnet: request.subnet,
        gateway: request.gateway,
        labels: request.labels,
    };
    let (id, name) = create_network(&app.flows, draft).await?;
    Ok((StatusCode::CREATED, Answer(MadeNetwork { id, name })))
}

/// Removes a network that nobody uses, by id or name.
#[utoipa::path(delete, path = "/api/networks/{id}", tag = "networks", params(("id" = String, Path)),
    responses((status = 204, description = "Removed"), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    remove_network(&app.flows, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Networks that no container belongs to.
#[utoipa::path(get, path = "/api/prune/networks", tag = "networks", responses((status = 200, body = PrunePreview)))]
pub(super) async fn prune_preview(State(app): State<Arc<App>>) -> Answer<PrunePreview> {
    Answer(preview_networks(&app.flows))
}

/// Removes these networks, as far as still nobody uses them.
#[utoipa::path(post, path = "/api/prune/networks", tag = "networks", request_body = PruneRequest,
    responses((status = 200, body = Pruned), (status = 422, body = ErrorBody)))]
pub(super) async fn prune(
    State(app): State<Arc<App>>,
    Json(request): Json<PruneRequest>,
) -> Result<Answer<Pruned>, ApiError> {
    Ok(Answer(
        prune_networks(&app.flows, &request.checked()?).await?,
    ))
}
