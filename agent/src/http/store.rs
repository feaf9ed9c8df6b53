//! The store: what is offered, and the pictures and manifests of apps.

pub(super) mod installs;
pub(super) mod sources;

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::SiteHost;
use super::error::{ApiError, ErrorBody};
use super::json::Query;
use crate::flows::store::{self, IndexQuery, Sort};
use crate::views::store::{AppDetails, StoreIndex};

/// The order of the catalogue.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum SortBy {
    #[default]
    Best,
    Name,
    Updated,
    Added,
}

/// Query of `GET /api/store/index`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct StoreIndexQuery {
    /// Words that must all be found in name, slug, categories or description.
    #[serde(default)]
    q: String,
    /// Only this category.
    category: Option<String>,
    /// Only this store, by its id.
    store: Option<String>,
    /// The order: `best` fits the words, `name`, `updated` and `added` begin with the newest.
    #[serde(default)]
    #[param(inline)]
    sort: SortBy,
    /// Only what is installed here.
    #[serde(default)]
    installed: bool,
    /// As `next` of the page before.
    cursor: Option<String>,
    /// Apps of a page, 1 to 200; 48 when absent.
    limit: Option<usize>,
}

/// Query of `GET /api/store/manifests/{slug}`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct ManifestQuery {
    /// Id of the store; the first that has the app when absent.
    store: Option<String>,
}

/// A manifest, for the document only.
#[derive(ToSchema)]
#[schema(value_type = String)]
#[expect(dead_code, reason = "bodies are written as bytes")]
pub(super) struct ManifestText(String);

/// The catalogue, from memory: search as you type, by category, page by page.
#[utoipa::path(get, path = "/api/store/index", tag = "store", params(StoreIndexQuery),
    responses((status = 200, body = StoreIndex), (status = 422, body = ErrorBody)))]
pub(super) async fn index(
    State(app): State<Arc<App>>,
    Query(query): Query<StoreIndexQuery>,
) -> Result<Answer<StoreIndex>, ApiError> {
    let query = IndexQuery {
        words: query.q,
        category: query.category,
        store: query.store,
        sort: match query.sort {
            SortBy::Best => Sort::Best,
            SortBy::Name => Sort::Name,
            SortBy::Updated => Sort::Updated,
            SortBy::Added => Sort::Added,
        },
        installed: query.installed,
        cursor: query.cursor,
        limit: query.limit,
    };
    Ok(Answer(store::index(&app.flows, &query).await?))
}

/// The page of an app: its manifest, fetched if need be and verified, as a form
/// for this machine.
#[utoipa::path(get, path = "/api/store/apps/{store}/{slug}", tag = "store",
    params(("store" = String, Path), ("slug" = String, Path)),
    responses((status = 200, body = AppDetails), (status = 404, body = ErrorBody),
        (status = 502, description = "It can not be fetched or is not to be believed", body = ErrorBody)))]
pub(super) async fn details(
    State(app): State<Arc<App>>,
    SiteHost(host): SiteHost,
    Path((store, slug)): Path<(String, String)>,
) -> Result<Answer<AppDetails>, ApiError> {
    Ok(Answer(
        store::details(&app.flows, &store, &slug, &host).await?,
    ))
}

/// A manifest, exactly the bytes that its publisher signed.
#[utoipa::path(get, path = "/api/store/manifests/{slug}", tag = "store",
    params(("slug" = String, Path), ManifestQuery),
    responses((status = 200, body = ManifestText, content_type = "text/yaml"),
        (status = 404, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(super) async fn manifest(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    Query(query): Query<ManifestQuery>,
) -> Result<Response, ApiError> {
    let bytes = store::manifest(&app.flows, query.store.as_deref(), &slug).await?;
    Ok(typed(bytes, "text/yaml; charset=utf-8", "no-store"))
}

/// The picture of an app. Its address changes with its content.
#[utoipa::path(get, path = "/api/store/icons/{store}/{slug}", tag = "store",
    params(("store" = String, Path), ("slug" = String, Path)),
    responses((status = 200, description = "The picture", body = super::icons::Picture, content_type = "image/png"),
        (status = 404, body = ErrorBody), (status = 502, body = ErrorBody)))]
pub(super) async fn icon(
    State(app): State<Arc<App>>,
    Path((store, slug)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (bytes, kind) = store::icon(&app.flows, &store, &slug).await?;
    Ok(typed(bytes, kind, "private, max-age=86400"))
}

fn typed(bytes: Vec<u8>, kind: &'static str, cache: &'static str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
