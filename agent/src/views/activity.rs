//! One line of the events rail.

use serde::Serialize;
use utoipa::ToSchema;

/// How much a line matters; decides its lamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActivityKind {
    /// A container.
    Container,
    /// An image.
    Image,
    /// A long operation.
    Operation,
    /// Signing in and out.
    Session,
    /// Docker itself.
    Engine,
}

/// Something that happened, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Unique while the agent runs.
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
}
