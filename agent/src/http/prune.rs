//! What all tidying up has in common: the list of what may go.

use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::error::ApiError;

/// Things removed by one request at most.
const MAX_IDS: usize = 1000;

/// Body of tidying up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PruneRequest {
    /// Ids from the preview, at most 1,000.
    ids: Vec<String>,
}

impl PruneRequest {
    /// The ids, each once.
    pub(super) fn checked(self) -> Result<Vec<String>, ApiError> {
        if self.ids.is_empty() || self.ids.len() > MAX_IDS {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                format!("Name 1 to {MAX_IDS} things to remove, as the preview lists them."),
            )
            .on("ids"));
        }
        let mut ids = self.ids;
        ids.sort();
        ids.dedup();
        Ok(ids)
    }
}
