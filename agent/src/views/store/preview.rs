//! Exactly what an install would make, or everything that is in its way.

use serde::Serialize;
use utoipa::ToSchema;

/// A value that would be right.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PreviewSuggestion {
    /// Words for a button: `Use 8081`.
    pub label: String,
    /// The value: a text or a number.
    #[schema(value_type = Object)]
    pub value: serde_json::Value,
}

/// One thing wrong with the answers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewProblem {
    /// Where: `name`, `params.KEY`, `ports.web:80/tcp`, `volumes.web:/data`,
    /// `devices.ID`, or `app` for what no field can change.
    pub field: String,
    /// Stable word: `port_taken`.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
    /// With `risk_not_confirmed`: what to put into `confirmRisks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
    /// A value that would be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<PreviewSuggestion>,
}

/// Power over the server that must be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PreviewRisk {
    /// What to put into `confirmRisks`.
    pub risk: String,
    /// What it means.
    pub label: String,
    /// Services that have it.
    pub services: Vec<String>,
}

/// What an install would make.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppPreview {
    /// All that is wrong; nothing can be installed until this is empty.
    pub problems: Vec<PreviewProblem>,
    /// Risks, confirmed or not.
    pub risks: Vec<PreviewRisk>,
    /// Name of the install.
    pub name: String,
    /// Its private network; absent when no container is in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Named volumes.
    pub volumes: Vec<PlannedVolume>,
    /// Folders that would be made.
    pub folders: Vec<String>,
    /// Containers in the order they start.
    pub containers: Vec<PlannedContainer>,
    /// Images to fetch; the others are here.
    pub pulls: Vec<String>,
    /// Bytes to fetch at most, when the store says it for all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pull_bytes: Option<u64>,
    /// Params whose values would be made up.
    pub generates: Vec<String>,
    /// Address of the app's page, when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it will get on this machine, a sentence each.
    pub will_get: Vec<String>,
}

/// A named volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedVolume {
    /// Name.
    pub name: String,
    /// It is here already and is used with what is in it.
    pub exists: bool,
}

/// What a container is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlannedRole {
    /// It keeps running.
    Service,
    /// It does its work once and ends.
    Setup,
}

/// What must have happened to another container before this one starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlannedWait {
    /// The other service.
    pub service: String,
    /// `service_started`, `service_healthy` or `service_completed_successfully`.
    pub condition: String,
}

/// A published port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedPort {
    /// In the container.
    pub container: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// On the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<u16>,
    /// Address on the server; absent is all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
}

/// A mount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedMount {
    /// `bind`, `volume` or `tmpfs`.
    pub kind: String,
    /// Path of the server or name of the volume; empty for memory.
    pub source: String,
    /// Path in the container.
    pub target: String,
    /// The container can not write to it.
    pub read_only: bool,
}

/// A file that is put in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConfigFileView {
    /// Path in the container.
    pub target: String,
    /// Its size.
    pub bytes: u64,
}

/// A container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedContainer {
    /// Its service.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Image with tag, for people.
    pub image: String,
    /// Digest that is installed.
    pub digest: String,
    /// What it is for.
    pub role: PlannedRole,
    /// What it waits for.
    pub waits_for: Vec<PlannedWait>,
    /// Ports.
    pub ports: Vec<PlannedPort>,
    /// Mounts.
    pub mounts: Vec<PlannedMount>,
    /// Devices of the server.
    pub devices: Vec<String>,
    /// Names of its variables; their values may be secrets.
    pub env: Vec<String>,
    /// Files that are put in.
    pub configs: Vec<ConfigFileView>,
    /// Restart policy.
    pub restart: String,
}
