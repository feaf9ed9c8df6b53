//! The web page, embedded in the binary: compressed beforehand, named by its
//! content, under a strict policy with a nonce per page.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::error::ApiError;
use crate::secrets::random_token;

/// Put into the page by its build, replaced for each visitor.
const NONCE_PLACEHOLDER: &str = "__CSP_NONCE__";
const PAGE: &str = "index.html";

#[derive(RustEmbed)]
#[folder = "../ui/dist"]
#[allow_missing = true]
struct Dist;

/// Any path outside the API: a file of the page, else the page itself, whose
/// router knows the rest.
pub(super) async fn asset(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "Only GET and HEAD work here.",
        )
        .into_response();
    }
    let path = uri.path().trim_start_matches('/');
    // Containers may have dots in their names, so below a page's path a dot
    // means nothing: files lie in assets/ or at the top.
    let is_file = path.starts_with("assets/") || (path.contains('.') && !path.contains('/'));
    if path != PAGE && is_file {
        return file(path, &headers).unwrap_or_else(|| {
            ApiError::new(
                StatusCode::NOT_FOUND,
                "no_such_file",
                "There is no such file.",
            )
            .into_response()
        });
    }
    page()
}

fn page() -> Response {
    let Some(page) = Dist::get(PAGE) else {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "This binary was built without its web page. Build it with `make build`.\n",
        )
            .into_response();
    };
    let nonce = random_token();
    let nonce = nonce.expose();
    let html = String::from_utf8_lossy(&page.data).replace(NONCE_PLACEHOLDER, nonce);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The token's alphabet is that of header values.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn file(path: &str, asked: &HeaderMap) -> Option<Response> {
    let (data, encoding) = best(path, asked)?;
    let mut response = Response::new(match data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Some(response)
}

/// The smallest form of a file that the client takes.
fn best(path: &str, asked: &HeaderMap) -> Option<(Cow<'static, [u8]>, Option<&'static str>)> {
    let accepts = asked
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
        let wanted = accepts.split(',').any(|e| {
            let mut parts = e.split(';').map(str::trim);
            parts.next() == Some(encoding) && parts.next() != Some("q=0")
        });
        if let Some(found) = wanted
            .then(|| Dist::get(&format!("{path}.{ending}")))
            .flatten()
        {
            return Some((found.data, Some(encoding)));
        }
    }
    Dist::get(path).map(|found| (found.data, None))
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
