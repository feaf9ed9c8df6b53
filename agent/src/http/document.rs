//! The OpenAPI document: what is in it beside the routes.

use axum::http::Method;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder};

use super::access::operations_of;
use super::router::api;

/// The OpenAPI document of the API.
#[must_use]
pub fn document() -> OpenApi {
    let (_, mut document) = api().router.split_for_parts();
    // The router's word for "the rest of the path" is not OpenAPI's.
    document.paths.paths = std::mem::take(&mut document.paths.paths)
        .into_iter()
        .map(|(path, mut item)| {
            let path = path.replace("{*", "{");
            for (method, operation) in operations_of(&mut item) {
                operation.operation_id = Some(operation_id(&method, &path));
            }
            (path, item)
        })
        .collect();
    document
}

/// `get_api_containers_id`: method and path are unique together, the names of
/// handlers are not.
fn operation_id(method: &Method, path: &str) -> String {
    let path = path.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let words: Vec<&str> = path.split('_').filter(|w| !w.is_empty()).collect();
    format!(
        "{}_{}",
        method.as_str().to_ascii_lowercase(),
        words.join("_")
    )
}

/// The document of this API.
#[utoipa::path(get, path = "/api/openapi.json", tag = "server", responses((status = 200, description = "OpenAPI document")))]
pub(super) async fn openapi() -> Response {
    axum::Json(document()).into_response()
}

/// Everything but paths and schemas.
pub(super) fn base() -> OpenApi {
    let mut license = License::new("AGPL-3.0-or-later");
    license.identifier = Some("AGPL-3.0-or-later".to_owned());
    let info = InfoBuilder::new()
        .title("Harbourmaster agent")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Containers of one Docker engine. Every call but health, setup and login needs the session's cookie and its proof.",
        ))
        .license(Some(license))
        .build();
    let components = ComponentsBuilder::new()
        .security_scheme(
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-harbourmaster"))),
        )
        .security_scheme(
            "proof",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-Session-Proof"))),
        )
        .build();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}
