//! A long operation as the top bar and its step list show it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an operation works on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationTarget {
    /// Image reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Container's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<String>,
    /// Name of an install from a store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
}

/// What came out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationResult {
    /// The container it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_id: Option<String>,
    /// The image it fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// That image's registry digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepView {
    /// Stable word.
    pub name: String,
    /// Words for people.
    pub title: String,
    /// `pending`, `running`, `done`, `failed` or `undone`.
    pub state: String,
    /// When it began (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
}

/// One layer of a pull.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LayerProgress {
    /// The engine's short id of the layer.
    pub id: String,
    /// The engine's words: `Downloading`, `Extracting`, `Pull complete`.
    pub status: String,
    /// Bytes so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<i64>,
    /// Bytes in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

/// How far the running step is. Only the newest is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationProgress {
    /// Share done, 0 to 1, when it can be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fraction: Option<f64>,
    /// Layers of a pull in the engine's order.
    pub layers: Vec<LayerProgress>,
}

/// A long operation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// ULID; sorts by time.
    pub id: String,
    /// `pull`, `create`, `recreate`, `install`, `changeApp`, `uninstall` or `update`.
    pub kind: String,
    /// Words for people.
    pub title: String,
    /// What it works on.
    pub target: OperationTarget,
    /// `running`, `succeeded`, `rolledBack` or `needsAttention`.
    pub state: String,
    /// Why it ended so, when it did not succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Its steps in order.
    pub steps: Vec<StepView>,
    /// How far the running step is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress: Option<OperationProgress>,
    /// Whether somebody asked to cancel it.
    pub cancel_requested: bool,
    /// Whether a cancel can still take effect.
    pub cancellable: bool,
    /// Who started it.
    pub actor: String,
    /// When (RFC 3339).
    pub created_at: String,
    /// When it ended (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// What came out of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<OperationResult>,
}
