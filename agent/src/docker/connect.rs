//! Finds out which API version both sides speak and pins it.

use std::path::Path;
use std::sync::Arc;

use bollard::{API_DEFAULT_VERSION, Docker};

use super::{Client, EngineError};

/// Oldest Engine API this agent was tried with: Debian 12's engine 20.10.
const OLDEST: (usize, usize) = (1, 41);
/// Time to wait for the head of an answer. Stop and restart wait for the
/// container, so they get their own, longer one.
const TIMEOUT_SECONDS: u64 = 120;

/// Connects and agrees on a version: the newest both sides speak.
///
/// bollard sends its requests without a version, which means "the engine's
/// newest"; answers may then change under us when the engine is updated. So
/// every request gets the agreed version as prefix (Engine API, "Versioning").
pub(super) async fn connect(socket: &Path) -> Result<Arc<Client>, EngineError> {
    let path = socket
        .to_str()
        .ok_or_else(|| EngineError::Down("the socket's path is not UTF-8".to_owned()))?;
    let docker = Docker::connect_with_unix(path, TIMEOUT_SECONDS, API_DEFAULT_VERSION)
        .map_err(|e| EngineError::of("connecting", e))?;
    let docker = docker
        .negotiate_version()
        .await
        .map_err(|e| EngineError::of("its version", e))?;
    let agreed = docker.client_version();
    if (agreed.major_version, agreed.minor_version) < OLDEST {
        return Err(EngineError::Down(format!(
            "its API version is {agreed}, at least {}.{} is needed; update Docker",
            OLDEST.0, OLDEST.1
        )));
    }
    let version = docker
        .version()
        .await
        .map_err(|e| EngineError::of("its version", e))?
        .version;
    let api_version = agreed.to_string();
    let prefix = format!("/v{api_version}");
    let docker = docker.with_request_modifier(move |mut request| {
        if let Some(uri) = versioned(request.uri(), &prefix) {
            *request.uri_mut() = uri;
        }
        request
    });
    Ok(Arc::new(Client {
        docker,
        api_version,
        version: version.unwrap_or_else(|| "unknown".to_owned()),
    }))
}

fn versioned(uri: &hyper::Uri, prefix: &str) -> Option<hyper::Uri> {
    let mut parts = uri.clone().into_parts();
    let path = parts.path_and_query.as_ref()?.as_str();
    if path.starts_with(prefix) {
        return None;
    }
    parts.path_and_query = Some(format!("{prefix}{path}").parse().ok()?);
    hyper::Uri::from_parts(parts).ok()
}
