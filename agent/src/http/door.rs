//! The door every request goes through: its name, where it comes from, and
//! what every answer carries.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::access::{Remote, RequestId, SiteHost};
use super::error::ApiError;
use super::peer::Peer;
use super::{App, Site};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Policy of API answers, which are never pages.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Names the request, checks where it comes from, and finishes the answer.
pub(super) async fn door(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = ulid::Ulid::generate().to_string();
    let is_api = request.uri().path() == "/api" || request.uri().path().starts_with("/api/");
    let peer = request
        .extensions()
        .get::<Peer>()
        .copied()
        .unwrap_or(Peer::Unix);
    let remote = app.site.proxies.client(peer, request.headers());
    let span = tracing::info_span!(
        "request",
        id = %id,
        method = %request.method(),
        path = %request.uri().path(),
        %remote,
    );
    let checked = check(&app.site, request.headers(), request.uri(), is_api);
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(Remote(remote));
    let host = SiteHost(host_name(host_of(request.headers(), request.uri())).to_owned());
    request.extensions_mut().insert(host);
    request.extensions_mut().insert(app);
    let response = match checked {
        Ok(()) => next.run(request).instrument(span).await,
        Err(error) => {
            let _in = span.enter();
            tracing::warn!(code = error.code, "refused at the door");
            error.into_response()
        }
    };
    finish(response, &id, is_api)
}

fn check(site: &Site, headers: &HeaderMap, uri: &Uri, is_api: bool) -> Result<(), ApiError> {
    // HTTP/2 carries the host in the URI (RFC 9113, section 8.3.1); a Host
    // header beside it must say the same.
    let authority = uri.authority().map(axum::http::uri::Authority::as_str);
    let mut given = headers
        .get_all(header::HOST)
        .iter()
        .map(|v| v.to_str().unwrap_or_default());
    let host = authority.or_else(|| given.next()).unwrap_or_default();
    if given.any(|other| other != host)
        || !site
            .hosts
            .iter()
            .any(|h| h.eq_ignore_ascii_case(host_name(host)))
    {
        return Err(ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            "foreign_host",
            "This server does not answer under that name. Add it to allowed_hosts in the configuration if it should.",
        ));
    }
    if !is_api {
        return Ok(());
    }
    let scheme = if site.secure { "https" } else { "http" };
    let foreign_origin = headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin.as_bytes() != format!("{scheme}://{host}").as_bytes());
    let foreign_site = headers
        .get("sec-fetch-site")
        .is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"));
    if foreign_origin || foreign_site {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "Another site may not call this server.",
        ));
    }
    Ok(())
}

/// The name and the port that were asked for.
fn host_of<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> &'a str {
    let authority = uri.authority().map(axum::http::uri::Authority::as_str);
    let given = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    authority.or(given).unwrap_or_default()
}

/// The name without the port; IPv6 addresses without brackets.
fn host_name(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    host.split(':').next().unwrap_or_default()
}

fn finish(response: Response, id: &str, is_api: bool) -> Response {
    let mut response = with_body(response, id, is_api);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_api {
        // Only what never changes says otherwise.
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(API_POLICY),
        );
    }
    response
}

/// Errors get their JSON body here, whoever made them.
fn with_body(mut response: Response, id: &str, is_api: bool) -> Response {
    let status = response.status();
    let error = match response.extensions_mut().remove::<ApiError>() {
        Some(error) => error,
        None if is_api && (status.is_client_error() || status.is_server_error()) => generic(status),
        None => return response,
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let body = axum::Json(error.body(id.to_owned())).into_response();
    let (body_parts, body) = body.into_parts();
    parts.headers.extend(body_parts.headers);
    Response::from_parts(parts, body)
}

/// An error that axum itself answered.
fn generic(status: StatusCode) -> ApiError {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => ApiError::new(
            status,
            "method_not_allowed",
            "This path does not take that method.",
        ),
        status if status.is_server_error() => {
            ApiError::new(status, "internal", "Something went wrong on the server.")
        }
        status => ApiError::new(
            status,
            "bad_request",
            format!("The request cannot be understood ({status})."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        Site {
            hosts: ["localhost", "127.0.0.1", "::1"]
                .map(str::to_owned)
                .to_vec(),
            secure: true,
            proxies: Default::default(),
        }
    }

    #[test]
    fn hosts_and_origins() {
        let check_with = |pairs: &[(&str, &str)], is_api: bool| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(
                    HeaderName::from_bytes(name.as_bytes()).expect("a name"),
                    value.parse().expect("a value"),
                );
            }
            check(&site(), &headers, &Uri::from_static("/api/x"), is_api).map_err(|e| e.code)
        };
        assert_eq!(check_with(&[("host", "localhost:8443")], true), Ok(()));
        assert_eq!(check_with(&[("host", "[::1]:8443")], true), Ok(()));
        assert_eq!(check_with(&[("host", "LOCALHOST")], true), Ok(()));
        let mut evil = HeaderMap::new();
        evil.insert(header::HOST, HeaderValue::from_static("evil.example"));
        let uri = Uri::from_static("https://localhost:8443/api/x");
        assert!(
            check(&site(), &evil, &uri, true).is_err(),
            "two names in one request"
        );
        evil.insert(header::HOST, HeaderValue::from_static("localhost:8443"));
        assert!(check(&site(), &evil, &uri, true).is_ok());
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "",
            "127.0.0.1.nip.io:8443",
            "[::2]",
        ] {
            assert_eq!(
                check_with(&[("host", bad)], false),
                Err("foreign_host"),
                "{bad}"
            );
        }
        let host = ("host", "localhost:8443");
        assert_eq!(
            check_with(&[host, ("origin", "https://localhost:8443")], true),
            Ok(())
        );
        for bad in [
            "https://localhost:9000",
            "http://localhost:8443",
            "null",
            "https://evil.example",
        ] {
            assert_eq!(
                check_with(&[host, ("origin", bad)], true),
                Err("foreign_origin"),
                "{bad}"
            );
        }
        for bad in ["cross-site", "same-site", "nonsense"] {
            assert_eq!(
                check_with(&[host, ("sec-fetch-site", bad)], true),
                Err("foreign_origin")
            );
        }
        assert_eq!(
            check_with(&[host, ("sec-fetch-site", "cross-site")], false),
            Ok(()),
            "a link to the page"
        );
    }
}
