//! Icons that people gave their containers.

use std::sync::Arc;

use axum::Json as Answer;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::error::{ApiError, ErrorBody};
use super::json;
use crate::flows::{remove_icon, set_icon};
use crate::icons::IconChoice;

/// Largest picture that is taken in.
pub(super) const MAX_PICTURE: usize = 1 << 20;

/// Another form of the body of `PUT /api/containers/{id}/icon`: one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IconRequest {
    /// A picture that comes with the page, by its word.
    builtin: Option<String>,
    /// A picture that was sent before, by its id.
    stored: Option<String>,
}

/// The bytes of a picture, for the document only.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "bodies are read and written as bytes")]
pub(super) struct Picture(Vec<u8>);

/// The icon a container has now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct IconAnswer {
    /// `builtin:<word>` or `stored:<64 hex>`.
    custom_icon: String,
}

/// A picture that is kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredIcon {
    /// Its id, 64 hexadecimal digits.
    id: String,
    /// Names it is kept for.
    used_by: Vec<String>,
}

/// Pictures that are kept.
#[derive(Serialize, ToSchema)]
pub(super) struct IconsAnswer {
    /// Each of them, the newest first.
    stored: Vec<StoredIcon>,
}

/// Gives a container an icon: a picture (PNG, JPEG, WebP or GIF, at most
/// 1 MiB), or one that is there already, named in JSON.
#[utoipa::path(put, path = "/api/containers/{id}/icon", tag = "icons", params(("id" = String, Path)),
    request_body(content(
        (IconRequest = "application/json"),
        (Picture = "image/png"), (Picture = "image/jpeg"), (Picture = "image/webp"), (Picture = "image/gif"))),
    responses((status = 200, body = IconAnswer), (status = 404, body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 415, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn set(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Result<Answer<IconAnswer>, ApiError> {
    let bytes = json::read_up_to(body, MAX_PICTURE).await?;
    let choice = chosen(&headers, bytes)?;
    let custom_icon = set_icon(&app.flows, &id, choice).await?;
    Ok(Answer(IconAnswer { custom_icon }))
}

fn chosen(headers: &HeaderMap, bytes: Bytes) -> Result<IconChoice, ApiError> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split(';').next())
        .map(|v| v.trim().to_ascii_lowercase())
        .unwrap_or_default();
    if kind == "application/json" {
        let request: IconRequest = json::parse(&bytes)?;
        return match (request.builtin, request.stored) {
            (Some(word), None) => Ok(IconChoice::Builtin(word)),
            (None, Some(id)) => Ok(IconChoice::Stored(id)),
            _ => Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "Give either builtin or stored.",
            )
            .on("builtin")),
        };
    }
    // What the bytes are is found out from the bytes; the header only has to
    // say that a picture is meant.
    if kind.starts_with("image/") {
        return Ok(IconChoice::Picture(bytes));
    }
    Err(ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_a_picture",
        "Send a picture with its Content-Type (image/png, image/jpeg, image/webp or image/gif), or JSON.",
    ))
}

/// Takes a container's icon away.
#[utoipa::path(delete, path = "/api/containers/{id}/icon", tag = "icons", params(("id" = String, Path)),
    responses((status = 204, description = "It has none now"), (status = 404, body = ErrorBody)))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    remove_icon(&app.flows, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pictures that are kept, the newest first.
#[utoipa::path(get, path = "/api/icons", tag = "icons", responses((status = 200, body = IconsAnswer)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Answer<IconsAnswer> {
    let stored = app.flows.icons.stored().into_iter();
    Answer(IconsAnswer {
        stored: stored
            .map(|(id, used_by)| StoredIcon { id, used_by })
            .collect(),
    })
}

/// One picture. Its id is the hash of its content, so it never changes.
#[utoipa::path(get, path = "/api/icons/{id}", tag = "icons", params(("id" = String, Path)),
    responses((status = 200, description = "The picture", body = Picture, content_type = "image/png"),
        (status = 404, body = ErrorBody)))]
pub(super) async fn picture(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let png = app.flows.icons.picture(&id).await?;
    let mut response = png.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=31536000, immutable"),
    );
    Ok(response)
}
