//! A container as the list, the detail page and the event stream show it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// State of a container in the engine's words (Engine API, `ContainerState.Status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ContainerState {
    /// Made, never started.
    Created,
    /// Its main process runs.
    Running,
    /// Frozen with its memory kept.
    Paused,
    /// Between two tries of the restart policy.
    Restarting,
    /// Being taken away.
    Removing,
    /// Its main process ended.
    Exited,
    /// The engine could not take it away completely.
    Dead,
}

impl ContainerState {
    /// Whether its ports, networks and processes are live.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Running | Self::Paused | Self::Restarting)
    }
}

/// Result of the container's health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// No verdict yet.
    Starting,
    /// The last probe succeeded.
    Healthy,
    /// As many probes as configured failed in a row.
    Unhealthy,
}

/// Why a health check says what it says: its newest probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthReason {
    /// What the probe printed, at most 2,048 bytes.
    pub output: String,
    /// The probe's exit code; 0 is healthy.
    pub exit_code: i64,
    /// When the probe ended (RFC 3339).
    pub at: String,
}

/// Health of a container that has a health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The verdict.
    pub status: HealthStatus,
    /// Failed probes in a row.
    pub failing_streak: i64,
    /// The newest probe; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<HealthReason>,
}

/// A port of the container and where the host offers it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortView {
    /// Port inside the container.
    pub container: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Port on the host; absent when only exposed, or not yet chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<u16>,
    /// Host address it listens on; absent means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
}

/// Kind of a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MountKind {
    /// A directory or file of the host.
    Bind,
    /// A volume that the engine keeps.
    Volume,
    /// Memory.
    Tmpfs,
    /// Anything else the engine knows (named pipe, image, cluster volume).
    Other,
}

/// Something mounted into the container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MountView {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: MountKind,
    /// Host path, or the volume's name.
    pub source: String,
    /// Path inside the container.
    pub target: String,
    /// Whether the container may only read it.
    pub read_only: bool,
}

/// A network the container is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkView {
    /// The network's name.
    pub name: String,
    /// Its address there while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// Its IPv6 address there while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_address: Option<String>,
    /// Names it answers to there.
    pub aliases: Vec<String>,
}

/// Names of restart policies (Compose spec, `restart`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RestartPolicyName {
    /// Never.
    No,
    /// Always, also after a manual stop when the engine starts again.
    Always,
    /// Always, unless it was stopped by hand.
    UnlessStopped,
    /// After a failure only.
    OnFailure,
}

/// When the engine starts the container again by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RestartPolicyView {
    /// The policy.
    pub policy: RestartPolicyName,
    /// Tries with `on-failure`; absent means without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<i64>,
}

/// Where the container's own web page is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebUi {
    /// `http` or `https`.
    pub scheme: String,
    /// Host name; absent means the host under which this page was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Port; absent means the scheme's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Path with a leading slash.
    pub path: String,
}

/// A container, without its configuration's bulk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Full id, 64 hexadecimal digits.
    pub id: String,
    /// Name without a leading slash.
    pub name: String,
    /// Image reference as asked for.
    pub image: String,
    /// Id of the image it was made from.
    pub image_id: String,
    /// Registry digest of that image, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// What it does now.
    pub state: ContainerState,
    /// Exit code of its last run; absent while it runs and before its first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// Whether the kernel ended its last run for want of memory.
    pub oom_killed: bool,
    /// What the engine said when it could not start it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Health, when it has a health check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// Ports, published ones first.
    pub ports: Vec<PortView>,
    /// Mounts by target.
    pub mounts: Vec<MountView>,
    /// Networks by name.
    pub networks: Vec<NetworkView>,
    /// Restart policy.
    pub restart_policy: RestartPolicyView,
    /// Restarts by the policy since it was last started by hand.
    pub restart_count: i64,
    /// Compose project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Compose service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// When it was made (RFC 3339).
    pub created: String,
    /// Start of its last run (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// End of its last run (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Address of an icon, from a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Icon chosen in the manager: `builtin:<word>` or `stored:<64 hex>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_icon: Option<String>,
    /// Its own web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_ui: Option<WebUi>,
    /// Id of the operation that works on it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
}

/// One environment variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One probe of the health check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthProbe {
    /// When it began (RFC 3339).
    pub start: String,
    /// When it ended (RFC 3339).
    pub end: String,
    /// Exit code; 0 is healthy.
    pub exit_code: i64,
    /// What it printed, at most 2,048 bytes.
    pub output: String,
}

/// The configured health check.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthcheckView {
    /// `CMD`, `CMD-SHELL` or `NONE`, then the command.
    pub test: Vec<String>,
    /// Seconds between probes; 0 means the engine's default.
    pub interval_seconds: f64,
    /// Seconds a probe may take; 0 means the engine's default.
    pub timeout_seconds: f64,
    /// Failures in a row until unhealthy; 0 means the engine's default.
    pub retries: i64,
    /// Seconds in which failures do not count.
    pub start_period_seconds: f64,
}

/// A device of the host given to the container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceView {
    /// Path on the host.
    pub host: String,
    /// Path in the container.
    pub container: String,
    /// Some of `r`, `w`, `m`.
    pub permissions: String,
}

/// A container with its whole configuration.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContainerDetail {
    /// What the list shows too.
    #[serde(flatten)]
    pub summary: Container,
    /// Arguments to the entrypoint.
    pub command: Vec<String>,
    /// Entrypoint.
    pub entrypoint: Vec<String>,
    /// Environment, the image's own included.
    pub env: Vec<EnvVar>,
    /// User it runs as; empty means the image's.
    pub user: String,
    /// Working directory.
    pub working_dir: String,
    /// Host name inside.
    pub hostname: String,
    /// Whether it has a terminal.
    pub tty: bool,
    /// Operating system.
    pub platform: String,
    /// Process id of its main process on the host while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<i64>,
    /// The configured health check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthcheck: Option<HealthcheckView>,
    /// The engine's last five probes, oldest first.
    pub health_log: Vec<HealthProbe>,
    /// Whether it runs privileged.
    pub privileged: bool,
    /// Added capabilities.
    pub cap_add: Vec<String>,
    /// Devices of the host.
    pub devices: Vec<DeviceView>,
    /// Network mode as configured.
    pub network_mode: String,
    /// `host` when it sees the host's processes.
    pub pid_mode: String,
    /// Log driver.
    pub log_driver: String,
}
