//! What registries have.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::error::{ApiError, ErrorBody};
use super::json::Query;
use crate::flows::tags as tags_of;

/// Query of `GET /api/registry/tags`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct TagsQuery {
    /// Image by name; a tag in it is ignored.
    image: String,
}

/// The tags of an image.
#[derive(Serialize, ToSchema)]
pub(super) struct TagsAnswer {
    /// The image without a tag.
    image: String,
    /// Its tags, those that look newest first, at most 1,000.
    tags: Vec<String>,
    /// Whether there are more.
    more: bool,
}

/// The tags of an image, asked from its registry.
#[utoipa::path(get, path = "/api/registry/tags", tag = "images", params(TagsQuery),
    responses((status = 200, body = TagsAnswer), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(super) async fn tags(
    State(app): State<Arc<App>>,
    Query(query): Query<TagsQuery>,
) -> Result<Json<TagsAnswer>, ApiError> {
    let found = tags_of(&app.flows, &query.image).await?;
    Ok(Json(TagsAnswer {
        image: found.image,
        tags: found.tags,
        more: found.more,
    }))
}
