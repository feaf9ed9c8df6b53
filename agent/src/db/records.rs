//! Stored forms. A change of meaning gets a new version and a migration; a new
//! optional field needs neither.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::views::{OperationResult, OperationTarget};

/// A long operation as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationRecord {
    /// Version of this record's form: 1.
    pub v: u32,
    /// ULID.
    pub id: String,
    /// What it does; enough to build its steps again.
    pub plan: OperationPlanRecord,
    /// Words for people.
    pub title: String,
    /// What it works on.
    pub target: OperationTarget,
    /// Who started it.
    pub actor: String,
    /// Its steps.
    pub steps: Vec<StepRecord>,
    /// What steps found out, for later steps and for their undo.
    pub outputs: OperationOutputs,
    /// `running`, `succeeded`, `rolledBack` or `needsAttention`.
    pub state: String,
    /// Why it ended so.
    pub cause: Option<String>,
    /// Whether somebody asked to cancel it.
    pub cancel_requested: bool,
    /// When it began (RFC 3339).
    pub created_at: String,
    /// When it ended (RFC 3339).
    pub ended_at: Option<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Stable word.
    pub name: String,
    /// Words for people.
    pub title: String,
    /// `pending`, `running`, `done`, `failed` or `undone`.
    pub state: String,
    /// When it began (RFC 3339).
    pub started_at: Option<String>,
    /// When it ended (RFC 3339).
    pub ended_at: Option<String>,
}

/// What steps leave for each other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OperationOutputs {
    /// What the caller gets.
    pub result: OperationResult,
    /// Directories this operation made, outermost first.
    #[serde(default)]
    pub made_dirs: Vec<String>,
    /// Volumes that did not exist before it.
    #[serde(default)]
    pub new_volumes: Vec<String>,
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum OperationPlanRecord {
    /// Fetch an image.
    Pull {
        /// Canonical reference.
        image: String,
    },
    /// Make a container.
    Create(Box<CreatePlanRecord>),
}

impl OperationPlanRecord {
    /// The word for it: `pull`, `create`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Pull { .. } => "pull",
            Self::Create(_) => "create",
        }
    }
}

/// A planned container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreatePlanRecord {
    /// Reference as asked for.
    pub image: String,
    /// Canonical reference, for the pull.
    pub pull_reference: String,
    /// Name.
    pub name: String,
    /// Whether the image must be fetched first.
    pub pull: bool,
    /// Directories to make before.
    pub make_dirs: Vec<String>,
    /// Directory under which they may be made.
    pub app_data_root: String,
    /// Ports.
    pub ports: Vec<PortRecord>,
    /// Mounts.
    pub mounts: Vec<MountRecord>,
    /// Environment.
    pub env: Vec<(String, String)>,
    /// Restart policy's name.
    pub restart: String,
    /// Tries with `on-failure`.
    pub max_retries: Option<u32>,
    /// Health check.
    pub healthcheck: Option<HealthcheckRecord>,
    /// Network.
    pub network: Option<String>,
    /// Command.
    pub command: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Privileged.
    pub privileged: bool,
    /// Host's process ids.
    pub pid_host: bool,
    /// Added capabilities.
    pub cap_add: Vec<String>,
    /// Devices.
    pub devices: Vec<DeviceRecord>,
    /// Whether to start it.
    pub start: bool,
}

/// A port of a planned container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortRecord {
    /// Inside.
    pub container: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// On the host; absent lets the engine choose.
    pub host: Option<u16>,
    /// Host address.
    pub host_ip: Option<String>,
}

/// A mount of a planned container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MountRecord {
    /// Whether it is a volume, not a host path.
    pub volume: bool,
    /// Host path or volume name.
    pub source: String,
    /// Where a host path ended when it was judged, if it went through links.
    #[serde(default)]
    pub resolved_source: Option<String>,
    /// Path inside.
    pub target: String,
    /// Read-only.
    pub read_only: bool,
}

/// Health check of a planned container. Durations in nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthcheckRecord {
    /// Test.
    pub test: Vec<String>,
    /// Between probes.
    pub interval: Option<i64>,
    /// For one probe.
    pub timeout: Option<i64>,
    /// Until failures count.
    pub start_period: Option<i64>,
    /// Failures in a row.
    pub retries: Option<u32>,
}

/// Device of a planned container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// On the host.
    pub host: String,
    /// Inside.
    pub container: String,
    /// Permissions.
    pub permissions: String,
}
