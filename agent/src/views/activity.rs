//! One line of the events rail.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much a line matters; decides its lamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something came up.
    Good,
    /// Something may need a look.
    Warning,
    /// Something failed.
    Bad,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActivityKind {
    /// A container.
    Container,
    /// An image.
    Image,
    /// A long operation.
    Operation,
    /// A network.
    Network,
    /// A volume.
    Volume,
    /// Signing in and out, and the password.
    Session,
    /// What was set in the manager itself.
    Settings,
    /// Docker itself.
    Engine,
}

/// Something that happened, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Unique for good; sorts by time. A line that comes again under its id
    /// replaces the one before: a reason was found, or it happened again.
    pub id: String,
    /// When (RFC 3339).
    pub at: String,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub kind: ActivityKind,
    /// The engine's or the manager's word for it, stable for filters.
    pub action: String,
    /// Name of what it happened to.
    pub subject: String,
    /// The container, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_id: Option<String>,
    /// What happened, to follow the subject: `stopped`.
    pub text: String,
    /// More: `exit 137, out of memory`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Name of the container it concerns, under which it is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// `you` for what was done through the manager; absent for what happened
    /// by itself or was done elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The request that did it, as the audit log names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The operation that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
    /// How often it happened, when one line stands for many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}
