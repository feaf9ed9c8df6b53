//! An image as the images page shows it.

use serde::Serialize;
use utoipa::ToSchema;

/// An image the engine holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Id (digest of its configuration).
    pub id: String,
    /// Names with tag; empty when it is only reached by id or digest.
    pub references: Vec<String>,
    /// `repository@digest` under which registries know it.
    pub digests: Vec<String>,
    /// Bytes on disk, layers shared with other images included.
    pub size_bytes: i64,
    /// When it was built (RFC 3339).
    pub created: String,
    /// Names of the containers made from it.
    pub containers: Vec<String>,
}
