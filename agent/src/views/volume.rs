//! A volume as the volumes page shows it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// A container that mounts it, running or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UsedBy {
    /// Full id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A volume of the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Name; for volumes it is the id too.
    pub name: String,
    /// `local`, or a plugin's name.
    pub driver: String,
    /// Where it lies on the server.
    pub mountpoint: String,
    /// When it was made (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Options of its driver, by which it may be a folder or a share in disguise.
    pub driver_options: BTreeMap<String, String>,
    /// Whether the engine named it, because nobody did.
    pub anonymous: bool,
    /// Compose project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Bytes on disk; only when sizes were asked for and the engine knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<i64>,
    /// Containers that mount it, by name.
    pub used_by: Vec<UsedBy>,
}
