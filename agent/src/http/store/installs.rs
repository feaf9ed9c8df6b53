//! What would be installed, installing it, changing it and taking it away.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::flows::store::{self, Wanted};
use crate::http::App;
use crate::http::access::{ADMIN, SiteHost};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::images::Begun;
use crate::http::json::Json;
use crate::views::store::{
    Answers, AppPreview, InstallDetails, InstallStarted, InstallSummary, UninstallPreview,
};

/// Body of `POST /api/store/preview` and `POST /api/store/install`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::http) struct InstallRequest {
    /// Id of the store.
    store: String,
    /// The app.
    slug: String,
    /// Answers to its form.
    #[serde(default)]
    answers: Answers,
    /// Names of the risks that are accepted.
    #[serde(default)]
    confirm_risks: Vec<String>,
}

/// Body of `PUT /api/store/installs/{id}` and of its preview.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::http) struct ChangeRequest {
    /// All answers, changed; secrets that are left out are kept.
    answers: Answers,
    /// Names of the risks that are accepted.
    #[serde(default)]
    confirm_risks: Vec<String>,
    /// As it came with the answers. Not looked at by a preview.
    #[serde(default)]
    revision: String,
    /// Go to the version the store has now; absent stays at the installed one.
    #[serde(default)]
    update: bool,
}

/// Body of `POST /api/store/installs/{id}/uninstall`.
#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(in crate::http) struct UninstallRequest {
    /// Also delete the volumes and folders that the app's install made.
    #[serde(default)]
    delete_data: bool,
}

/// Everything installed from stores, for the document only.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Installs {
    /// Each of them, by name. What was taken away with its data kept is among them.
    installs: Vec<InstallSummary>,
}

/// What an install would make, or all that is wrong. Changes nothing.
#[utoipa::path(post, path = "/api/store/preview", tag = "store", request_body = InstallRequest,
    responses((status = 200, body = AppPreview), (status = 404, body = ErrorBody),
        (status = 502, body = ErrorBody)))]
pub(in crate::http) async fn preview(
    State(app): State<Arc<App>>,
    SiteHost(host): SiteHost,
    Json(request): Json<InstallRequest>,
) -> Result<Answer<AppPreview>, ApiError> {
    let wanted = request.wanted(host);
    Ok(Answer(store::preview(&app.flows, wanted).await?))
}

/// Begins to install an app. Values that were made up are told here and never again.
#[utoipa::path(post, path = "/api/store/install", tag = "store", request_body = InstallRequest,
    responses((status = 202, body = InstallStarted), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(in crate::http) async fn install(
    State(app): State<Arc<App>>,
    SiteHost(host): SiteHost,
    Json(request): Json<InstallRequest>,
) -> Result<Response, ApiError> {
    let wanted = request.wanted(host);
    let started = store::install(&app.flows, wanted, ADMIN.to_owned()).await?;
    Ok(accepted(&started.operation_id.clone(), started))
}

/// Everything installed from stores.
#[utoipa::path(get, path = "/api/store/installs", tag = "store", responses((status = 200, body = Installs)))]
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
) -> Result<Answer<Installs>, ApiError> {
    let installs = store::installs(&app.flows).await?;
    Ok(Answer(Installs { installs }))
}

/// An install, its form and its answers.
#[utoipa::path(get, path = "/api/store/installs/{id}", tag = "store", params(("id" = String, Path)),
    responses((status = 200, body = InstallDetails), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn detail(
    State(app): State<Arc<App>>,
    SiteHost(host): SiteHost,
    Path(id): Path<String>,
) -> Result<Answer<InstallDetails>, ApiError> {
    Ok(Answer(
        store::install_details(&app.flows, &id, &host).await?,
    ))
}

/// What changed answers would make, or all that is wrong. Changes nothing.
#[utoipa::path(post, path = "/api/store/installs/{id}/preview", tag = "store", params(("id" = String, Path)),
    request_body = ChangeRequest,
    responses((status = 200, body = AppPreview), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn preview_change(
    State(app): State<Arc<App>>,
    SiteHost(host): SiteHost,
    Path(id): Path<String>,
    Json(request): Json<ChangeRequest>,
) -> Result<Answer<AppPreview>, ApiError> {
    let change = request.change(host);
    Ok(Answer(
        store::preview_change(&app.flows, &id, change).await?,
    ))
}

/// Begins to change the settings of an install: its containers are made anew,
/// the old ones are kept until the new ones run.
#[utoipa::path(put, path = "/api/store/installs/{id}", tag = "store", params(("id" = String, Path)),
    request_body = ChangeRequest,
    responses((status = 202, body = InstallStarted), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(in crate::http) async fn change(
    State(app): State<Arc<App>>,
    SiteHost(host): SiteHost,
    Path(id): Path<String>,
    Json(request): Json<ChangeRequest>,
) -> Result<Response, ApiError> {
    let change = request.change(host);
    let started = store::change(&app.flows, &id, change, ADMIN.to_owned()).await?;
    Ok(accepted(&started.operation_id.clone(), started))
}

/// What taking an install away does, and where its data is.
#[utoipa::path(get, path = "/api/store/installs/{id}/uninstall", tag = "store", params(("id" = String, Path)),
    responses((status = 200, body = UninstallPreview), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn uninstall_preview(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Answer<UninstallPreview>, ApiError> {
    Ok(Answer(store::uninstall_preview(&app.flows, &id).await?))
}

/// Begins to take an install away. Its data and its answers stay unless their
/// deletion is asked for.
#[utoipa::path(post, path = "/api/store/installs/{id}/uninstall", tag = "store", params(("id" = String, Path)),
    request_body = UninstallRequest,
    responses((status = 202, body = Begun), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(in crate::http) async fn uninstall(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Json(request): Json<UninstallRequest>,
) -> Result<Response, ApiError> {
    let operation =
        store::uninstall(&app.flows, &id, request.delete_data, ADMIN.to_owned()).await?;
    Ok(accepted(&operation.clone(), Begun::new(operation)))
}

fn accepted(operation: &str, answer: impl Serialize) -> Response {
    let mut response = (StatusCode::ACCEPTED, Answer(answer)).into_response();
    // A ULID in a path is always a header value.
    if let Ok(location) = HeaderValue::from_str(&format!("/api/operations/{operation}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

impl InstallRequest {
    fn wanted(self, host: String) -> Wanted {
        Wanted {
            store: self.store,
            slug: self.slug,
            answers: self.answers,
            confirm_risks: self.confirm_risks,
            host,
        }
    }
}

impl ChangeRequest {
    fn change(self, host: String) -> store::Change {
        store::Change {
            answers: self.answers,
            confirm_risks: self.confirm_risks,
            revision: self.revision,
            update: self.update,
            host,
        }
    }
}
