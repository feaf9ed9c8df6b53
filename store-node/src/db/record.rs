//! The values of the database.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A store that this node takes part in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoreRecord {
    /// Web servers that have its site.
    pub(crate) origins: Vec<String>,
    /// Peers that are known to have it.
    pub(crate) peers: Vec<String>,
    /// What it was called in the invitation.
    pub(crate) name: Option<String>,
    /// All of it is to be kept here.
    pub(crate) pinned: bool,
    /// Folders of this machine with its site: it is hosted here.
    #[serde(default)]
    pub(crate) sites: Vec<PathBuf>,
}

impl StoreRecord {
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("what was read as text is written as text")
    }
}

/// Where the bytes of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the database.
    Inline,
    /// Among the blobs, by this hash.
    Blob([u8; 32]),
}

/// A verified file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileRecord {
    pub(crate) place: Place,
    /// Its bytes.
    pub(crate) length: u64,
    /// When somebody here last wanted it, in seconds since 1970.
    pub(crate) used: u64,
}

impl FileRecord {
    /// Place (1), hash (32), length (8), used (8).
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (hash, rest) = rest.split_first_chunk::<32>()?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let used: [u8; 8] = rest.try_into().ok()?;
        Some(Self {
            place: match kind {
                0 => Place::Inline,
                1 => Place::Blob(*hash),
                _ => return None,
            },
            length: u64::from_be_bytes(*length),
            used: u64::from_be_bytes(used),
        })
    }

    pub(super) fn to_bytes(self) -> Vec<u8> {
        let (kind, hash) = match self.place {
            Place::Inline => (0, [0; 32]),
            Place::Blob(hash) => (1, hash),
        };
        let mut bytes = vec![kind];
        bytes.extend_from_slice(&hash);
        bytes.extend_from_slice(&self.length.to_be_bytes());
        bytes.extend_from_slice(&self.used.to_be_bytes());
        bytes
    }

    /// Its hash, when it is a blob.
    pub(crate) fn blake3(&self) -> Option<[u8; 32]> {
        match self.place {
            Place::Inline => None,
            Place::Blob(hash) => Some(hash),
        }
    }
}
