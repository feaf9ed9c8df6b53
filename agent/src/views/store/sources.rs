//! Stores, peers and where bytes came from.

use serde::Serialize;
use utoipa::ToSchema;

/// Bytes by where they came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct BytesBySource {
    /// From peers in the local network.
    pub lan: u64,
    /// From other peers.
    pub peer: u64,
    /// From the stores' own servers.
    pub origin: u64,
    /// From this machine's disk.
    pub disk: u64,
}

/// How a store stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StoreState {
    /// It was added and is being read for the first time.
    Loading,
    /// Its metadata is verified and valid.
    Ready,
    /// What was verified has expired: it is shown, nothing new is installed.
    Stale,
    /// Nothing of it could be verified yet.
    Broken,
}

/// A key that speaks for a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreKey {
    /// Id of the key: 64 hexadecimal digits.
    pub key_id: String,
    /// What a person compares: the first digits of it in groups of four.
    pub fingerprint: String,
}

/// A role of a store's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RoleView {
    /// `root`, `timestamp`, `snapshot` or `targets`.
    pub role: String,
    /// Version that is trusted.
    pub version: u64,
    /// When it expires (RFC 3339).
    pub expires: String,
    /// Keys that may sign it.
    pub keys: Vec<StoreKey>,
    /// How many of them must.
    pub threshold: u32,
}

/// A store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreView {
    /// Its id: SHA-256 of its first root file, 64 hexadecimal digits.
    pub id: String,
    /// The first ten of them.
    pub short_id: String,
    /// Its name; the short id until it is known.
    pub name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// How it stands.
    pub state: StoreState,
    /// Why, when it is not ready, or what went wrong at the last check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// All of its files are kept and passed on to others.
    pub pinned: bool,
    /// Apps in it.
    pub apps: u64,
    /// Apps that are listed and can not be read, with the reason.
    pub skipped: Vec<String>,
    /// Roles that are trusted.
    pub roles: Vec<RoleView>,
    /// When it was last checked (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
    /// When it last brought something new (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
    /// When the first of its roles expires (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// How long ago that was, in words, when it has expired: `3 days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_for: Option<String>,
    /// Set when this machine's clock was later before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_warning: Option<String>,
    /// Its servers.
    pub origins: Vec<String>,
    /// Connected peers that have it.
    pub peers: u64,
    /// The newest version that peers announced; absent while there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announced: Option<u64>,
    /// Files of it on this disk.
    pub files: u64,
    /// Their bytes.
    pub disk_bytes: u64,
    /// Where its bytes came from.
    pub bytes: BytesBySource,
}

/// A store that a peer has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PeerStore {
    /// Id of the store.
    pub store: String,
    /// The version of its timestamp, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

/// Another node.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PeerView {
    /// Its id.
    pub id: String,
    /// Whether it is in the local network.
    pub near: bool,
    /// Where it is.
    pub addresses: Vec<String>,
    /// What it has.
    pub stores: Vec<PeerStore>,
    /// Bytes that came from it.
    pub bytes_in: u64,
    /// It connected to this node, not this node to it.
    pub incoming: bool,
    /// What its behaviour earned; below 0 is bad.
    pub score: f64,
}

/// The part of this program that speaks to the outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeView {
    /// `embedded` in this process, or `separate` behind a socket.
    pub mode: String,
    /// Whether it answers.
    pub running: bool,
    /// Why it does not, or what it cannot do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Its id among peers; absent while it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer_id: Option<String>,
    /// Where it can be reached.
    pub listens: Vec<String>,
    /// Bytes it keeps on disk.
    pub disk_bytes: u64,
    /// Bytes it may keep; absent while it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_limit: Option<u64>,
    /// Announcements that were believed and passed on, since it started.
    pub accepted: u64,
    /// Announcements that were forged, since it started.
    pub rejected: u64,
    /// Peers that are shut out now.
    pub shut_out: u64,
}

/// Everything about where apps come from.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StoreStatus {
    /// The network half.
    pub node: NodeView,
    /// Stores in the order they were added.
    pub stores: Vec<StoreView>,
    /// Peers, near ones first.
    pub peers: Vec<PeerView>,
    /// Bytes of all stores by source.
    pub bytes: BytesBySource,
}
