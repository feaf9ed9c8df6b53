//! `GET /api/health`: whether everything works. Says more to the signed in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::access::caller_of;
use crate::views::{EngineStatus, ServerInfo};

/// Answer of `GET /api/health`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HealthAnswer {
    /// `ok`, or `degraded` while Docker does not answer.
    status: &'static str,
    /// Whether the first password is still to be set.
    setup_needed: bool,
    /// Docker. Its versions and messages are for the signed in.
    engine: EngineStatus,
    /// The machine, for the signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<ServerInfo>,
}

/// Whether the agent and its engine work.
#[utoipa::path(get, path = "/api/health", tag = "server", responses((status = 200, body = HealthAnswer)))]
pub(super) async fn health(State(app): State<Arc<App>>, headers: HeaderMap) -> Json<HealthAnswer> {
    let mut engine = app.flows.inventory.engine();
    let status = if engine.connected { "ok" } else { "degraded" };
    let known = caller_of(&app, &headers).is_ok();
    if !known {
        engine.message = None;
        engine.version = None;
        engine.api_version = None;
    }
    let server = known.then(|| ServerInfo {
        uptime_seconds: crate::host::uptime_seconds(),
        app_data_root: app
            .flows
            .settings
            .app_data_root()
            .to_string_lossy()
            .into_owned(),
        ..app.server.clone()
    });
    Json(HealthAnswer {
        status,
        setup_needed: app.setup_code().is_some(),
        engine,
        server,
    })
}
