//! What tidying up would remove, and what it did remove.

use serde::Serialize;
use utoipa::ToSchema;

/// Something nobody uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PruneItem {
    /// What to send to remove it.
    pub id: String,
    /// Words for people.
    pub name: String,
    /// Bytes that go with it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<i64>,
    /// Why it may go.
    pub reason: String,
    /// When it was made (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
}

/// What could go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PrunePreview {
    /// Each of it.
    pub items: Vec<PruneItem>,
    /// Bytes in all, at least; layers that only these share are not counted.
    pub bytes: i64,
}

/// Something that stayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PruneFailure {
    /// What was asked for.
    pub id: String,
    /// Its name, where known.
    pub name: String,
    /// Why it stayed.
    pub reason: String,
}

/// What went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pruned {
    /// Ids that are gone.
    pub removed: Vec<String>,
    /// Bytes that were freed, at least.
    pub freed_bytes: i64,
    /// What stayed and why.
    pub failed: Vec<PruneFailure>,
}
