//! `GET /api/about`: what this is and what it is made of.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use crate::about::{Component, components};

/// Answer of `GET /api/about`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AboutAnswer {
    /// The agent's version.
    version: &'static str,
    /// Its licence.
    licence: &'static str,
    /// Engine's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    engine_version: Option<String>,
    /// Engine API version that was agreed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<String>,
    /// Operating system by name.
    os: String,
    /// Version of its kernel.
    kernel: String,
    /// What the agent and its page are made of, by name.
    components: &'static [Component],
}

/// Versions and licences.
#[utoipa::path(get, path = "/api/about", tag = "server", responses((status = 200, body = AboutAnswer)))]
pub(super) async fn about(State(app): State<Arc<App>>) -> Answer<AboutAnswer> {
    let engine = app.flows.inventory.engine();
    Answer(AboutAnswer {
        version: env!("CARGO_PKG_VERSION"),
        licence: env!("CARGO_PKG_LICENSE"),
        engine_version: engine.version,
        api_version: engine.api_version,
        os: app.server.os.clone(),
        kernel: crate::host::kernel(),
        components: components(),
    })
}
