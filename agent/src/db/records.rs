//! Stored forms. A change of meaning gets a new version and a migration; a new
//! optional field needs neither.

use serde::{Deserialize, Serialize};

use super::installs::{InstallPlanRecord, UninstallPlanRecord};
use super::plan_record::{CreatePlanRecord, RecreatePlanRecord};
use super::updates::UpdatePlanRecord;
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
    /// Names it holds beside that of its target; a network's with its kind before it.
    #[serde(default)]
    pub held: Vec<String>,
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
    /// The container that was put aside, as it was before.
    #[serde(default)]
    pub parked: Option<ParkedRecord>,
    /// All containers of an app that were put aside, in the order they started.
    #[serde(default)]
    pub parked_all: Vec<ParkedRecord>,
    /// Containers that were stopped to be removed, the last started first.
    #[serde(default)]
    pub stopped: Vec<String>,
    /// Volumes that a container had while it ran.
    #[serde(default)]
    pub used_volumes: Vec<String>,
    /// New volumes that were not taken back, because something is in them.
    #[serde(default)]
    pub kept_volumes: Vec<String>,
}

/// A container that was put aside, and what it takes to put it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedRecord {
    /// Its id.
    pub id: String,
    /// Its name before.
    pub name: String,
    /// Its name meanwhile.
    pub parked_name: String,
    /// Its restart policy before.
    pub restart: String,
    /// Tries with `on-failure`.
    pub max_retries: Option<i64>,
    /// Whether it ran.
    pub running: bool,
    /// Whether it was frozen.
    pub paused: bool,
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
    /// Make a container anew in place of one that is there.
    Recreate(Box<RecreatePlanRecord>),
    /// Install an app of a store.
    Install(Box<InstallPlanRecord>),
    /// Make the containers of an app anew.
    ChangeApp(Box<InstallPlanRecord>),
    /// Take an app away.
    Uninstall(Box<UninstallPlanRecord>),
    /// Give a container another image.
    Update(Box<UpdatePlanRecord>),
}

impl OperationPlanRecord {
    /// The word for it: `pull`, `create`, `recreate`, `install`, `changeApp`,
    /// `uninstall`, `update`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Pull { .. } => "pull",
            Self::Create(_) => "create",
            Self::Recreate(_) => "recreate",
            Self::Install(_) => "install",
            Self::ChangeApp(_) => "changeApp",
            Self::Uninstall(_) => "uninstall",
            Self::Update(_) => "update",
        }
    }
}
