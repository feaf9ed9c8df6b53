//! Long operations: list, detail, cancel.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::App;
use super::error::{ApiError, ErrorBody, sentence};
use crate::operations::CancelError;
use crate::views::Operation;

/// Operations at work and the last 200 that ended, newest first.
#[utoipa::path(get, path = "/api/operations", tag = "operations", responses((status = 200, body = Vec<Operation>)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Json<Vec<Operation>> {
    Json(app.flows.operations.list())
}

/// One operation.
#[utoipa::path(get, path = "/api/operations/{id}", tag = "operations", params(("id" = String, Path)),
    responses((status = 200, body = Operation), (status = 404, body = ErrorBody)))]
pub(super) async fn detail(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Operation>, ApiError> {
    app.flows
        .operations
        .get(&id)
        .map(Json)
        .ok_or_else(|| refused(&CancelError::Unknown(id)))
}

/// Asks an operation to stop and go back.
#[utoipa::path(post, path = "/api/operations/{id}/cancel", tag = "operations", params(("id" = String, Path)),
    responses((status = 202, body = Operation), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Operation>), ApiError> {
    match app.flows.operations.cancel(&id).await? {
        Ok(operation) => Ok((StatusCode::ACCEPTED, Json(operation))),
        Err(error) => Err(refused(&error)),
    }
}

fn refused(error: &CancelError) -> ApiError {
    let text = sentence(&error.to_string());
    match error {
        CancelError::Unknown(_) => {
            ApiError::new(StatusCode::NOT_FOUND, "operation_not_found", text)
        }
        CancelError::TooLate(_) => ApiError::new(StatusCode::CONFLICT, "not_cancellable", text),
    }
}
