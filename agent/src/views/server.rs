//! The server and its engine as the page header shows them.

use serde::Serialize;
use utoipa::ToSchema;

/// Whether Docker answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EngineStatus {
    /// Whether lists are live.
    pub connected: bool,
    /// Since when it is so (RFC 3339).
    pub since: String,
    /// Why it is not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Engine's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Engine API version that was agreed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
}

/// The machine the agent runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// Host name.
    pub hostname: String,
    /// Operating system by name.
    pub os: String,
    /// Seconds since the machine started.
    pub uptime_seconds: u64,
    /// The agent's version.
    pub version: String,
    /// Processors.
    pub cpus: u64,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Where new apps keep their files.
    pub app_data_root: String,
}
