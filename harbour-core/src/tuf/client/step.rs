//! What a client wants done, and what it has found.

use crate::tuf::content::{ContentCheck, name_hash};
use crate::tuf::key::{Key, KeyId};
use crate::tuf::limits::MAX_TARGET;
use crate::tuf::metadata::TargetFile;
use crate::tuf::name::{TargetPath, local_name, url_path};
use crate::tuf::refusal::Refusal;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Read the stored file of a role and answer with [`Client::loaded`](super::Client::loaded).
    Load {
        /// The role; [`stored_name`] is its file.
        role: String,
    },
    /// Fetch and answer with [`Client::fetched`](super::Client::fetched) or, when the server says that
    /// it has no such file, with [`Client::missing`](super::Client::missing).
    Fetch(Fetch),
    /// Store the file of a role, durably.
    Save {
        /// The role; [`stored_name`] is its file.
        role: String,
        /// Exactly what was fetched.
        bytes: Vec<u8>,
    },
    /// Remove the stored file of a role, if there is one.
    Remove {
        /// The role; [`stored_name`] is its file.
        role: String,
    },
    /// The update is done, or the search is: see [`Client::take_found`](super::Client::take_found).
    Ready,
}

/// A file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// Its address below the base of the metadata (or targets), encoded.
    pub path: String,
    /// Bytes that it may have; more are not to be read.
    pub limit: u64,
}

/// A target that a trusted role lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The path that was asked for.
    pub path: TargetPath,
    /// Its length and hashes.
    pub file: TargetFile,
    /// The role that lists it: a publisher's, or the store's own `targets`.
    pub role: String,
    /// The keys that signed that role.
    pub signed_by: Vec<(KeyId, Key)>,
    pub(super) consistent: bool,
}

impl Found {
    /// Where to fetch it, below the base of the targets.
    pub fn fetch(&self) -> Fetch {
        let path = match name_hash(&self.file).filter(|_| self.consistent) {
            Some(hash) => self.path.with_hash(hash),
            None => self.path.as_str().to_owned(),
        };
        Fetch {
            path: url_path(&path),
            limit: self.file.length,
        }
    }

    /// What its bytes are checked with.
    ///
    /// # Errors
    /// When none of its hashes can be checked, or it is too large.
    pub fn check(&self) -> Result<ContentCheck, Refusal> {
        if self.file.length > MAX_TARGET {
            return Err(Refusal::TooLarge {
                what: self.path.to_string(),
                limit: MAX_TARGET,
            });
        }
        ContentCheck::target(self.path.as_str(), &self.file)
    }
}

/// The name of the file in which a role is stored.
pub fn stored_name(role: &str) -> String {
    format!("{}.json", local_name(role))
}
