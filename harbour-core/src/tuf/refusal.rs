//! Why metadata or a target is not believed.

use super::clock::span;
use super::time::Time;

/// Nothing of what was offered is used; what was trusted before stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not what the specification describes.
    #[error("{role} can not be read: {reason}")]
    Malformed {
        /// The role it was offered as.
        role: String,
        /// What is wrong with it.
        reason: String,
    },
    /// More bytes than allowed.
    #[error("{what} is larger than the {limit} bytes it may have")]
    TooLarge {
        /// The role or target.
        what: String,
        /// Bytes that are allowed.
        limit: u64,
    },
    /// Too few of the keys that count have signed it.
    #[error("{role} has {valid} valid signatures of the {needed} it needs")]
    Signatures {
        /// The role.
        role: String,
        /// Different keys with a valid signature.
        valid: usize,
        /// How many there must be.
        needed: u64,
    },
    /// Older than what is trusted: an attack, or a mirror that fell behind.
    #[error("{role} would go back from version {trusted} to {offered}")]
    Rollback {
        /// The role.
        role: String,
        /// The version that is trusted.
        trusted: u64,
        /// The version that was offered.
        offered: u64,
    },
    /// Not the version that the role above names: parts of two states.
    #[error("{role} is version {found}, but version {expected} belongs to this state of the store")]
    WrongVersion {
        /// The role.
        role: String,
        /// The version that belongs here.
        expected: u64,
        /// The version it has.
        found: u64,
    },
    /// The bytes are not those that were signed for.
    #[error("{what} is not the file that was signed for: {reason}")]
    Content {
        /// The role or target.
        what: String,
        /// What differs.
        reason: String,
    },
    /// The snapshot no longer lists a role, or never did.
    #[error("the snapshot does not list {role}")]
    NotListed {
        /// The role.
        role: String,
    },
    /// Its time is over: the store stands still, or somebody keeps us from it.
    #[error("{role} expired on {expired}, {} ago", span(*.age))]
    Expired {
        /// The role.
        role: String,
        /// When.
        expired: Time,
        /// Seconds since then.
        age: i64,
    },
    /// There is no root to start from, or nothing was ever verified.
    #[error("{0} was never verified here")]
    Unknown(String),
    /// Nobody who may speak for this path lists it.
    #[error("no trusted role lists {0}")]
    NoTarget(String),
    /// The search for a target visited too many roles.
    #[error("{0} lies behind more delegations than are followed")]
    TooDeep(String),
    /// What should be there is not.
    #[error("the store does not have {0}")]
    Missing(String),
}
