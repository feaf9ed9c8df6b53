//! All routes and the door every request goes through.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tracing::Instrument;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{
    Access, Api, CREATE, Remote, RequestId, RouteRule, operations_of, panicked, unknown_route,
};
use super::error::ApiError;
use super::peer::Peer;
use super::{
    App, Site, about, account, assets, audit, auth, containers, create, events, exec, health,
    icons, images, logs, networks, operations, settings, timeline, volumes,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Policy of API answers, which are never pages.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

fn api() -> Api {
    Api::new(OpenApiRouter::with_openapi(base_document()))
        .with(Access::Public, routes!(health::health))
        .with(Access::Public, routes!(auth::setup))
        .with(Access::Public, routes!(auth::login))
        .with(Access::Mutation("session.logout"), routes!(auth::logout))
        .with(Access::Session, routes!(auth::session))
        .with(Access::Session, routes!(containers::list))
        .with(Access::Mutation(CREATE), routes!(create::create))
        .with(Access::Session, routes!(containers::detail))
        .with(
            Access::Mutation("container.remove"),
            routes!(containers::remove),
        )
        .with(
            Access::Mutation("container.start"),
            routes!(containers::start),
        )
        .with(
            Access::Mutation("container.stop"),
            routes!(containers::stop),
        )
        .with(
            Access::Mutation("container.restart"),
            routes!(containers::restart),
        )
        .with(
            Access::Mutation("container.pause"),
            routes!(containers::pause),
        )
        .with(
            Access::Mutation("container.unpause"),
            routes!(containers::unpause),
        )
        .with(
            Access::Mutation("container.kill"),
            routes!(containers::kill),
        )
        .with(
            Access::Mutation("container.rename"),
            routes!(containers::rename),
        )
        .with(Access::Session, routes!(logs::logs))
        .with(Access::Mutation("container.exec"), routes!(exec::ticket))
        .with(Access::Ticket, routes!(exec::socket))
        .with(Access::Session, routes!(images::list))
        .with(Access::Mutation("image.pull"), routes!(images::pull))
        .with(Access::Mutation("image.remove"), routes!(images::remove))
        .with(Access::Session, routes!(events::events))
        .with(Access::Session, routes!(operations::list))
        .with(Access::Session, routes!(operations::detail))
        .with(
            Access::Mutation("operation.cancel"),
            routes!(operations::cancel),
        )
        .with(Access::Session, routes!(audit::list))
        .with(Access::Session, routes!(audit::chain))
        .with(Access::Session, routes!(openapi))
        .merge(records())
        .merge(things())
}

/// What is remembered and what can be set.
fn records() -> Api {
    Api::new(OpenApiRouter::new())
        .with_room(
            Access::Mutation("container.icon"),
            icons::MAX_PICTURE,
            routes!(icons::set),
        )
        .with(
            Access::Mutation("container.icon_remove"),
            routes!(icons::remove),
        )
        .with(Access::Session, routes!(icons::list))
        .with(Access::Session, routes!(icons::picture))
        .with(Access::Session, routes!(timeline::list))
        .with(Access::Session, routes!(timeline::apps))
        .with(
            Access::Mutation("account.password"),
            routes!(account::password),
        )
        .with(Access::Session, routes!(account::sessions))
        .with(
            Access::Mutation("session.end"),
            routes!(account::end_session),
        )
        .with(Access::Session, routes!(settings::get))
        .with(Access::Mutation("settings.change"), routes!(settings::put))
        .with(Access::Session, routes!(about::about))
}

/// Networks, volumes and tidying up.
fn things() -> Api {
    Api::new(OpenApiRouter::new())
        .with(Access::Session, routes!(networks::list))
        .with(
            Access::Mutation("network.create"),
            routes!(networks::create),
        )
        .with(
            Access::Mutation("network.remove"),
            routes!(networks::remove),
        )
        .with(Access::Session, routes!(networks::prune_preview))
        .with(Access::Mutation("network.prune"), routes!(networks::prune))
        .with(Access::Session, routes!(volumes::list))
        .with(Access::Mutation("volume.create"), routes!(volumes::create))
        .with(Access::Mutation("volume.remove"), routes!(volumes::remove))
        .with(Access::Session, routes!(volumes::prune_preview))
        .with(Access::Mutation("volume.prune"), routes!(volumes::prune))
        .with(Access::Session, routes!(images::prune_preview))
        .with(Access::Mutation("image.prune"), routes!(images::prune))
}

fn base_document() -> OpenApi {
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

/// All routes with their rules.
#[must_use]
pub fn rules() -> Vec<RouteRule> {
    api().rules
}

/// The document of this API.
#[utoipa::path(get, path = "/api/openapi.json", tag = "server", responses((status = 200, description = "OpenAPI document")))]
async fn openapi() -> Response {
    axum::Json(document()).into_response()
}

/// Everything under one service.
pub(super) fn router(app: Arc<App>) -> Router {
    let (api, _) = api().router.split_for_parts();
    api.route("/api", axum::routing::any(unknown_route))
        .route("/api/", axum::routing::any(unknown_route))
        .route("/api/{*rest}", axum::routing::any(unknown_route))
        .fallback(assets::asset)
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(|_| {
            panicked().into_response()
        }))
        .layer(from_fn_with_state(Arc::clone(&app), door))
        .with_state(app)
}

/// Names the request, checks where it comes from, and finishes the answer.
async fn door(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
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

    #[test]
    fn every_route_has_a_rule_and_every_rule_a_route() {
        let document = document();
        let mut listed: Vec<(String, String)> = Vec::new();
        for (path, mut item) in document.paths.paths {
            for (method, operation) in operations_of(&mut item) {
                assert_eq!(
                    operation.security.is_none(),
                    matches!(path.as_str(), "/api/health" | "/api/setup" | "/api/login"),
                    "{method} {path}"
                );
                listed.push((method.to_string(), path.clone()));
            }
        }
        let mut ruled: Vec<(String, String)> = rules()
            .into_iter()
            .map(|r| (r.method.to_string(), r.path.replace("{*", "{")))
            .collect();
        listed.sort();
        ruled.sort();
        assert_eq!(listed, ruled);
    }
}
