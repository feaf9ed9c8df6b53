//! What the handle gives and takes, as JSON over a socket.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use harbour_core::store::id::StoreId;
use harbour_core::store::invite::Invite;
use serde::{Deserialize, Serialize};

use crate::protocol::limits::Limits;

/// A store to take part in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "by")]
pub enum Add {
    /// By an invitation.
    Invite {
        /// The invitation.
        invite: Invite,
    },
    /// By a web server and the hash of its first root.
    Origin {
        /// Address of its site.
        origin: String,
        /// SHA-256 of its `1.root.json`.
        store: StoreId,
    },
    /// By its first root, for whoever has it at hand.
    Root {
        /// The text of `1.root.json`.
        root: String,
        /// Addresses of its site, if any.
        origins: Vec<String>,
        /// Multiaddresses of peers that have it, if any.
        peers: Vec<String>,
    },
    /// By a folder on the node's machine that holds its site: this node hosts
    /// it. Everything is kept, changes of the folder are announced.
    Site {
        /// The folder, with `metadata/` and `targets/` in it.
        site: PathBuf,
    },
}

/// Where a file came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// It was here.
    Disk,
    /// A peer in the same network.
    Lan,
    /// A peer somewhere else.
    Peer,
    /// A web server, or the folder of a hosted site.
    Origin,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// All of it.
    pub bytes: Bytes,
    /// Where it came from.
    pub source: Source,
}

/// Bytes by where they came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BytesBySource {
    /// Read from disk for whoever asked.
    pub disk: u64,
    /// From peers in the same network.
    pub lan: u64,
    /// From other peers.
    pub peer: u64,
    /// From web servers and folders.
    pub origin: u64,
}

/// How it stands with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StoreState {
    /// Its first metadata is not complete yet.
    Loading,
    /// What is here is the newest that is known.
    Ready,
    /// The last update failed; what is here was verified before.
    Stale,
}

/// One store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreStatus {
    /// Its name for itself.
    pub id: StoreId,
    /// What it was called in the invitation; not signed.
    pub name: Option<String>,
    /// How it stands.
    pub state: StoreState,
    /// Why the last update failed.
    pub message: Option<String>,
    /// A complete copy is kept here.
    pub pinned: bool,
    /// Web servers that have its site.
    pub origins: Vec<String>,
    /// Version of the trusted root.
    pub root_version: u64,
    /// The last version of which all metadata was here and verified.
    pub version: Option<u64>,
    /// The highest version that was announced and verified; more than `version`
    /// while its files are fetched.
    pub announced: Option<u64>,
    /// When the last update succeeded, in seconds since 1970.
    pub checked: Option<i64>,
    /// Connected peers that take part in it.
    pub peers: usize,
    /// Files of it here.
    pub files: usize,
    /// Their bytes.
    pub disk: u64,
    /// Its bytes by where they came from, since the node started.
    pub bytes: BytesBySource,
}

/// One connected peer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerView {
    /// Its name.
    pub id: String,
    /// Where it is, as a multiaddress.
    pub address: String,
    /// In the same network.
    pub near: bool,
    /// It connected to us.
    pub incoming: bool,
    /// The program it says it is.
    pub agent: Option<String>,
    /// What gossip makes of it; below 0 is bad.
    pub score: f64,
    /// Which of our stores it takes part in, and the version it was seen with.
    pub stores: BTreeMap<StoreId, Option<u64>>,
    /// Bytes that came from it and were as signed.
    pub bytes_in: u64,
}

/// Messages since the node started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Messages {
    /// Announcements that were passed on.
    pub accepted: u64,
    /// Announcements that were old.
    pub ignored: u64,
    /// Announcements that were forged.
    pub rejected: u64,
    /// Announcements that this node made.
    pub published: u64,
    /// Requests of peers that were answered.
    pub answered: u64,
    /// Requests of peers beyond their limits.
    pub refused: u64,
    /// Peers that were cut off.
    pub cut_off: u64,
}

/// What the node does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeStatus {
    /// Its name.
    pub peer_id: String,
    /// It takes part in the network; it does not while it has no store.
    pub running: bool,
    /// Why it can not take part, if it can not.
    pub message: Option<String>,
    /// Addresses that it listens on.
    pub listen: Vec<String>,
    /// Addresses at which everybody can reach it.
    pub external: Vec<String>,
    /// UDP port for large files.
    pub blob_port: Option<u16>,
    /// Connected peers, the near ones first.
    pub peers: Vec<PeerView>,
    /// Peers that are shut out now.
    pub banned: usize,
    /// Messages.
    pub messages: Messages,
    /// Bytes by where they came from.
    pub bytes: BytesBySource,
    /// Bytes of files on disk.
    pub disk: u64,
    /// Its limits; `disk` is the quota.
    pub limits: Limits,
}

/// A new version of a store is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct News {
    /// The store.
    pub store: StoreId,
    /// Version of its timestamp.
    pub version: u64,
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// The node takes no part in this store.
    UnknownStore,
    /// What was given is not right.
    Invalid,
    /// The store gave something that is not believed.
    Refused,
    /// Nobody who has it can be reached.
    Unreachable,
    /// The file is larger than wanted.
    TooLarge,
    /// A limit of the node is reached.
    Limit,
    /// The node itself can not be reached.
    NoNode,
    /// The node failed.
    Internal,
}

/// Why the node did not do it, in words for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
#[serde(rename_all = "camelCase")]
pub struct NetworkError {
    /// What kind of failure it was.
    pub code: ErrorCode,
    /// Why.
    pub message: String,
}

impl NetworkError {
    pub(crate) fn new(code: ErrorCode, message: impl std::fmt::Display) -> Self {
        let message = message.to_string();
        Self { code, message }
    }

    pub(crate) fn unknown(store: &StoreId) -> Self {
        let message = format!("this node takes no part in a store {}", store.short());
        Self::new(ErrorCode::UnknownStore, message)
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Internal, error)
    }
}

/// Where the tags of an image are asked for over the socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TagsAnswer {
    pub(super) tags: Vec<String>,
    pub(super) more: bool,
}

/// [`registry::RegistryError`] over the socket.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "code")]
pub(super) enum TagsFailure {
    NoSuchRepository {
        registry: String,
        repository: String,
    },
    NoSuchImage {
        registry: String,
        repository: String,
        reference: String,
    },
    Answer {
        registry: String,
        reason: String,
    },
    Auth {
        registry: String,
    },
    TooMany {
        registry: String,
    },
    Unreachable {
        registry: String,
        reason: String,
    },
}

/// An image and the platform it is asked about for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FactsQuestion {
    pub(super) image: String,
    pub(super) platform: String,
}
