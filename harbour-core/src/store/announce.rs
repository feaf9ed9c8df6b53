//! What a node makes of an announcement: a new `timestamp.json` that some peer
//! sends. It proves itself, so the peer need not be believed.

use crate::tuf::envelope::Envelope;
use crate::tuf::limits::MAX_TIMESTAMP;
use crate::tuf::metadata::{Root, Timestamp};
use crate::tuf::refusal::Refusal;
use crate::tuf::time::Time;
use crate::tuf::trusted::{Mode, TrustedSet};

/// Seconds by which the clocks of honest nodes may differ: what expired so
/// recently is not passed on, but nobody is blamed for it.
const CLOCK_TOLERANCE: i64 = 600;

/// What is known of a store, as far as its announcements are concerned.
#[derive(Debug, Clone)]
pub struct Watch {
    root: Root,
    /// The newest timestamp that was accepted.
    newest: Option<Newest>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Newest {
    version: u64,
    snapshot: u64,
}

/// What to do with an announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// It is new and genuine: pass it on, fetch what it names.
    Fetch {
        /// The version that it announces.
        version: u64,
    },
    /// Nothing new, or nothing that can be judged; nobody is to blame.
    Old,
    /// Keys signed it that our root does not name. It may be of a root that
    /// came after ours; whoever sent it must have that root.
    NeedsRoot {
        /// The version of the root to ask for.
        version: u64,
    },
    /// Nobody honest passes this on.
    Reject(Refusal),
}

impl Watch {
    /// What is known from the trusted files of a store.
    ///
    /// # Errors
    /// When the root is none. A timestamp that the root no longer vouches for
    /// counts as none.
    pub fn new(root: &[u8], timestamp: Option<&[u8]>) -> Result<Self, Refusal> {
        let trusted = TrustedSet::new(root, Time::from_unix(0), Mode::Lenient)?;
        let mut watch = Self {
            root: trusted.root().clone(),
            newest: None,
        };
        if let Some(role) = timestamp.and_then(|bytes| watch.read(bytes).ok()) {
            watch.newest = Some(Newest::of(&role));
        }
        Ok(watch)
    }

    /// The version of the newest timestamp that was accepted.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.newest.map(|newest| newest.version)
    }

    /// The version of the root it is judged by.
    #[must_use]
    pub fn root_version(&self) -> u64 {
        self.root.common.version.get()
    }

    /// Judges an announcement, and remembers it when it is new.
    pub fn accept(&mut self, announced: &[u8], now: Time) -> Judgement {
        if u64::try_from(announced.len()).is_ok_and(|length| length > MAX_TIMESTAMP) {
            return Judgement::Reject(Refusal::TooLarge {
                what: "timestamp".to_owned(),
                limit: MAX_TIMESTAMP,
            });
        }
        let role = match self.read(announced) {
            Ok(role) => role,
            Err(Unread::NeedsRoot) => {
                let version = self.root_version().saturating_add(1);
                return Judgement::NeedsRoot { version };
            }
            Err(Unread::Refused(refusal)) => return Judgement::Reject(refusal),
        };
        let new = Newest::of(&role);
        if let Some(known) = self.newest {
            if new.version <= known.version {
                return Judgement::Old;
            }
            if new.snapshot < known.snapshot {
                return Judgement::Reject(Refusal::Rollback {
                    role: "snapshot".to_owned(),
                    trusted: known.snapshot,
                    offered: new.snapshot,
                });
            }
        }
        let age = now.since(role.common.expires);
        if age > CLOCK_TOLERANCE {
            return Judgement::Reject(Refusal::Expired {
                role: "timestamp".to_owned(),
                expired: role.common.expires,
                age,
            });
        }
        // Under an expired root nothing can be fetched; that is not the peer's fault.
        if age >= 0 || self.root.common.expires <= now {
            return Judgement::Old;
        }
        self.newest = Some(new);
        Judgement::Fetch {
            version: new.version,
        }
    }

    fn read(&self, bytes: &[u8]) -> Result<Timestamp, Unread> {
        let envelope = Envelope::read("timestamp", bytes).map_err(Unread::Refused)?;
        if let Err(refusal) = envelope.verify(&self.root.keys, &self.root.roles.timestamp) {
            let known = |id| self.root.keys.contains_key(id);
            return Err(match envelope.signers().all(known) {
                true => Unread::Refused(refusal),
                false => Unread::NeedsRoot,
            });
        }
        envelope.content().map_err(Unread::Refused)
    }
}

impl Newest {
    fn of(role: &Timestamp) -> Self {
        Self {
            version: role.common.version.get(),
            snapshot: role.meta.snapshot.version.get(),
        }
    }
}

enum Unread {
    NeedsRoot,
    Refused(Refusal),
}

#[cfg(test)]
mod tests;
