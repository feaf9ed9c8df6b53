//! What the engine is and can.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::App;
use super::error::{ApiError, ErrorBody};
use crate::flows::engine_facts;
use crate::views::EngineFacts;

/// What the engine is and can, asked from it.
#[utoipa::path(get, path = "/api/engine", tag = "server",
    responses((status = 200, body = EngineFacts), (status = 503, body = ErrorBody)))]
pub(super) async fn engine(State(app): State<Arc<App>>) -> Result<Json<EngineFacts>, ApiError> {
    Ok(Json(engine_facts(&app.flows).await?))
}
