//! Where apps come from: stores, peers, and which of them are kept.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::flows::store::{self, AddStore};
use crate::http::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::json::Json;
use crate::views::store::{StoreStatus, StoreView};

/// Body of `POST /api/store/stores`: an invitation, or an address and the hash of the root.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::http) struct AddStoreRequest {
    /// `harbour:store:…`
    invite: Option<String>,
    /// Address of the store's site: `https://apps.example`.
    origin: Option<String>,
    /// With `origin`: SHA-256 of its first root file, 64 hexadecimal digits.
    root: Option<String>,
}

/// Body of `PUT /api/store/stores/{store}/pin`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PinRequest {
    /// Keep all of its files, for this machine and for others.
    pinned: bool,
}

/// An invitation to a store.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct InviteAnswer {
    /// `harbour:store:…`; it holds nothing secret.
    invite: String,
}

/// Stores, peers and the source of each byte.
#[utoipa::path(get, path = "/api/store/status", tag = "store", responses((status = 200, body = StoreStatus)))]
pub(in crate::http) async fn status(State(app): State<Arc<App>>) -> Answer<StoreStatus> {
    Answer(store::status(&app.flows).await)
}

/// The stores in the order they became known.
#[utoipa::path(get, path = "/api/store/stores", tag = "store", responses((status = 200, body = Vec<StoreView>)))]
pub(in crate::http) async fn list(State(app): State<Arc<App>>) -> Answer<Vec<StoreView>> {
    Answer(store::stores(&app.flows).await)
}

/// Adds a store. Its first root file is fetched and must have the hash that was given.
#[utoipa::path(post, path = "/api/store/stores", tag = "store", request_body = AddStoreRequest,
    responses((status = 201, body = StoreView), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(in crate::http) async fn add(
    State(app): State<Arc<App>>,
    Json(request): Json<AddStoreRequest>,
) -> Result<(StatusCode, Answer<StoreView>), ApiError> {
    let wanted = AddStore {
        invite: request.invite,
        origin: request.origin,
        root: request.root,
    };
    let added = store::add_store(&app.flows, wanted).await?;
    Ok((StatusCode::CREATED, Answer(added)))
}

/// Removes a store. What was installed from it stays.
#[utoipa::path(delete, path = "/api/store/stores/{store}", tag = "store", params(("store" = String, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn remove(
    State(app): State<Arc<App>>,
    Path(store): Path<String>,
) -> Result<StatusCode, ApiError> {
    store::remove_store(&app.flows, &store).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pins a store, or no longer.
#[utoipa::path(put, path = "/api/store/stores/{store}/pin", tag = "store", params(("store" = String, Path)),
    request_body = PinRequest, responses((status = 200, body = StoreView), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn pin(
    State(app): State<Arc<App>>,
    Path(store): Path<String>,
    Json(request): Json<PinRequest>,
) -> Result<Answer<StoreView>, ApiError> {
    Ok(Answer(
        store::pin_store(&app.flows, &store, request.pinned).await?,
    ))
}

/// Looks for news of a store now, and answers how it stands then.
#[utoipa::path(post, path = "/api/store/stores/{store}/refresh", tag = "store", params(("store" = String, Path)),
    responses((status = 200, body = StoreView), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn refresh(
    State(app): State<Arc<App>>,
    Path(store): Path<String>,
) -> Result<Answer<StoreView>, ApiError> {
    Ok(Answer(store::refresh_store(&app.flows, &store).await?))
}

/// An invitation to a store, for another machine.
#[utoipa::path(get, path = "/api/store/stores/{store}/invite", tag = "store", params(("store" = String, Path)),
    responses((status = 200, body = InviteAnswer), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn invite(
    State(app): State<Arc<App>>,
    Path(store): Path<String>,
) -> Result<Answer<InviteAnswer>, ApiError> {
    let invite = store::invite_to(&app.flows, &store).await?;
    Ok(Answer(InviteAnswer { invite }))
}
