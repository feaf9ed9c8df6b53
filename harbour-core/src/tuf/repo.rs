//! The publishing side: what a repository is made of. Files and keys are given,
//! files come back; where they lie is the caller's matter.
//!
//! The store signs `root` (offline, several people), `targets`, `snapshot` and
//! `timestamp`. Each app is a delegated role, `app-<slug>`, that may name files
//! in `apps/<slug>/` and is signed by its publisher alone.

pub mod publication;
pub mod publisher;
pub mod root;
#[cfg(test)]
mod tests;

use super::key::KeyId;
use super::refusal::Refusal;

/// Why something can not be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepoError {
    /// A file that goes in is not what it should be.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A role would have fewer keys than must sign for it.
    #[error("{role} would have {keys} keys, of which {threshold} must sign")]
    TooFewKeys {
        /// The role.
        role: String,
        /// Different keys it would have.
        keys: usize,
        /// How many must sign.
        threshold: u64,
    },
    /// A key to be taken away is not there.
    #[error("{role} has no key {id}")]
    NoSuchKey {
        /// The role.
        role: String,
        /// The key.
        id: KeyId,
    },
    /// A key to be added has no support here, so nothing it signs would count.
    #[error("the key {0} is of a kind that can not be used; make an ed25519 key")]
    UnusableKey(KeyId),
    /// A recovery that keeps a key it should replace.
    #[error("{role} must get new keys: {id} is one of the old ones")]
    SameKey {
        /// The role.
        role: String,
        /// The key.
        id: KeyId,
    },
    /// A name that is no slug.
    #[error("“{0}” is no slug: use lower-case letters, digits and hyphens")]
    Slug(String),
    /// A publisher lists a file of somebody else's.
    #[error("{path} is not in {folder}, where this publisher's files are")]
    OutsideFolder {
        /// The file.
        path: String,
        /// Where it may be.
        folder: String,
    },
    /// A publisher's role may not delegate further.
    #[error("{0} may not delegate to others")]
    Delegates(String),
    /// A version number that does not exist.
    #[error("there is no version after {0}")]
    LastVersion(u64),
    /// A publisher signed an older version than is out already.
    #[error("{role} is out as version {published}; version {offered} would go back")]
    GoesBack {
        /// The role.
        role: String,
        /// The version that is out.
        published: u64,
        /// The version that was offered.
        offered: u64,
    },
}
