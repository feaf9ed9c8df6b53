//! What is trusted, and the rules by which it changes (sections 5.3 to 5.6).

use std::num::NonZeroU64;

use super::content::check_meta;
use super::delegation::Delegations;
use super::envelope::Envelope;
use super::key::{Key, KeyId};
use super::metadata::{Role, RoleKeys, Root, Snapshot, Targets, Timestamp};
use super::refusal::Refusal;
use super::time::Time;

/// What to do about metadata that is authentic but not of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Refuse it: this is an update, or decides what may be installed.
    Strict,
    /// Note it and go on: this shows what was once verified.
    Lenient,
}

/// The roles that are trusted, at one moment.
#[derive(Debug)]
pub struct TrustedSet {
    now: Time,
    mode: Mode,
    notes: Vec<Refusal>,
    root: Root,
    timestamp: Option<Timestamp>,
    snapshot: Option<Snapshot>,
}

/// What a new root means for what was trusted under the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootChange {
    /// A key of the timestamp or the snapshot is no longer one: what they said
    /// is forgotten, so that numbers an attacker drove up can come down again.
    pub keys_revoked: bool,
}

/// A targets role that was verified, and who signed it.
#[derive(Debug)]
pub struct VerifiedTargets {
    /// The role.
    pub targets: Targets,
    /// The keys that did.
    pub signed_by: Vec<(KeyId, Key)>,
}

impl TrustedSet {
    /// Starts from a root that was verified before or came with the software;
    /// it must be signed by its own keys.
    ///
    /// # Errors
    /// When it is not, or is no root.
    pub fn new(root: &[u8], now: Time, mode: Mode) -> Result<Self, Refusal> {
        let root = read_root(root, None)?;
        Ok(Self {
            now,
            mode,
            notes: Vec::new(),
            root,
            timestamp: None,
            snapshot: None,
        })
    }

    /// The trusted root.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The trusted timestamp.
    pub fn timestamp(&self) -> Option<&Timestamp> {
        self.timestamp.as_ref()
    }

    /// The trusted snapshot.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref()
    }

    /// What lenient reading passed over, in the order found.
    pub fn notes(&self) -> &[Refusal] {
        &self.notes
    }

    /// Refuses, or notes.
    fn object(&mut self, refusal: Refusal) -> Result<(), Refusal> {
        match self.mode {
            Mode::Strict => Err(refusal),
            Mode::Lenient => {
                self.notes.push(refusal);
                Ok(())
            }
        }
    }

    /// Section 5.1: the expiry must lie after the start of the update.
    fn check_expiry(&mut self, role: &str, expires: Time) -> Result<(), Refusal> {
        if expires > self.now {
            return Ok(());
        }
        self.object(Refusal::Expired {
            role: role.to_owned(),
            expired: expires,
            age: self.now.since(expires),
        })
    }

    /// Takes the next root: signed by the keys of the trusted one and by its
    /// own, and the very next version (section 5.3.4 to 5.3.6). Its expiry does
    /// not matter yet.
    ///
    /// # Errors
    /// When it is not.
    pub fn update_root(&mut self, bytes: &[u8]) -> Result<RootChange, Refusal> {
        let root = read_root(bytes, Some(&self.root))?;
        let keys_revoked = revoked(&self.root, &root, |root| &root.roles.timestamp)
            || revoked(&self.root, &root, |root| &root.roles.snapshot);
        self.root = root;
        Ok(RootChange { keys_revoked })
    }

    /// No newer root is there: this one must not be expired (section 5.3.10).
    ///
    /// # Errors
    /// When it is.
    pub fn finish_root(&mut self) -> Result<(), Refusal> {
        self.check_expiry(Root::TYPE, self.root.common.expires)
    }

    fn top_level<R: Role>(&self, keys: &RoleKeys, bytes: &[u8]) -> Result<R, Refusal> {
        let envelope = Envelope::read(R::TYPE, bytes)?;
        envelope.verify(&self.root.keys, keys)?;
        envelope.content()
    }

    /// Takes the stored timestamp as what a new one may not go behind. It may
    /// be expired.
    ///
    /// # Errors
    /// When today's root does not vouch for it.
    pub fn load_timestamp(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.timestamp = Some(self.top_level(&self.root.roles.timestamp, bytes)?);
        Ok(())
    }

    /// Takes a new timestamp (section 5.4). `false` means that its version is
    /// the trusted one, which stays.
    ///
    /// # Errors
    /// When signatures are missing, when it or its snapshot goes back, or when
    /// what is then trusted is expired.
    pub fn update_timestamp(&mut self, bytes: &[u8]) -> Result<bool, Refusal> {
        let new: Timestamp = self.top_level(&self.root.roles.timestamp, bytes)?;
        if let Some(trusted) = &self.timestamp {
            not_back(Timestamp::TYPE, trusted.common.version, new.common.version)?;
            if new.common.version == trusted.common.version {
                self.check_expiry(Timestamp::TYPE, trusted.common.expires)?;
                return Ok(false);
            }
            let (before, after) = (&trusted.meta.snapshot, &new.meta.snapshot);
            not_back(Snapshot::TYPE, before.version, after.version)?;
        }
        self.check_expiry(Timestamp::TYPE, new.common.expires)?;
        self.timestamp = Some(new);
        Ok(true)
    }

    /// Checks the timestamp that was loaded, when no new one is asked for.
    ///
    /// # Errors
    /// When there is none.
    pub fn finish_timestamp(&mut self) -> Result<(), Refusal> {
        let timestamp = self
            .timestamp
            .as_ref()
            .ok_or_else(|| unknown(Timestamp::TYPE))?;
        self.check_expiry(Timestamp::TYPE, timestamp.common.expires)
    }

    /// Takes the stored snapshot as what a new one may not go behind.
    ///
    /// # Errors
    /// When today's root does not vouch for it.
    pub fn load_snapshot(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.snapshot = Some(self.top_level(&self.root.roles.snapshot, bytes)?);
        Ok(())
    }

    /// Whether the stored snapshot is the one that the timestamp means.
    ///
    /// # Errors
    /// When it is not, or is expired.
    pub fn finish_snapshot(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let snapshot = self
            .snapshot
            .as_ref()
            .ok_or_else(|| unknown(Snapshot::TYPE))?;
        let (version, expires) = (snapshot.common.version, snapshot.common.expires);
        if let Err(refusal) = self.belongs_to_timestamp(version, bytes) {
            self.object(refusal)?;
        }
        self.check_expiry(Snapshot::TYPE, expires)
    }

    fn belongs_to_timestamp(&self, version: NonZeroU64, bytes: &[u8]) -> Result<(), Refusal> {
        let timestamp = self
            .timestamp
            .as_ref()
            .ok_or_else(|| unknown(Timestamp::TYPE))?;
        check_meta(Snapshot::TYPE, &timestamp.meta.snapshot, bytes)?;
        same_version(Snapshot::TYPE, timestamp.meta.snapshot.version, version)
    }

    /// Takes a new snapshot (section 5.5).
    ///
    /// # Errors
    /// When it is not the one the timestamp means, lacks signatures, lists an
    /// older targets file or one less than before, or is expired.
    pub fn update_snapshot(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let timestamp = self
            .timestamp
            .as_ref()
            .ok_or_else(|| unknown(Timestamp::TYPE))?;
        check_meta(Snapshot::TYPE, &timestamp.meta.snapshot, bytes)?;
        let new: Snapshot = self.top_level(&self.root.roles.snapshot, bytes)?;
        let expected = timestamp.meta.snapshot.version;
        same_version(Snapshot::TYPE, expected, new.common.version)?;
        for (file, before) in self.snapshot.iter().flat_map(|trusted| &trusted.meta) {
            let role = file.strip_suffix(".json").unwrap_or(file);
            let after = new.meta.get(file).ok_or_else(|| not_listed(role))?;
            not_back(role, before.version, after.version)?;
        }
        self.check_expiry(Snapshot::TYPE, new.common.expires)?;
        self.snapshot = Some(new);
        Ok(())
    }

    /// Verifies the top-level targets (section 5.6).
    ///
    /// # Errors
    /// When it is not the one the snapshot means, lacks signatures or is expired.
    pub fn verify_targets(&mut self, bytes: &[u8]) -> Result<VerifiedTargets, Refusal> {
        let envelope = Envelope::read(Targets::TYPE, bytes)?;
        let signed_by = envelope.verify(&self.root.keys, &self.root.roles.targets)?;
        let signed_by = with_keys(signed_by, |id| self.root.keys.get(id));
        self.accept_targets(Targets::TYPE, bytes, &envelope, signed_by)
    }

    /// Verifies a role by the keys that the role above it names.
    ///
    /// # Errors
    /// As [`Self::verify_targets`].
    pub fn verify_delegated(
        &mut self,
        role: &str,
        keys: &RoleKeys,
        delegations: &Delegations,
        bytes: &[u8],
    ) -> Result<VerifiedTargets, Refusal> {
        let envelope = Envelope::read(role, bytes)?;
        let signed_by = envelope.verify(&delegations.keys, keys)?;
        let signed_by = with_keys(signed_by, |id| delegations.keys.get(id));
        self.accept_targets(role, bytes, &envelope, signed_by)
    }

    fn accept_targets(
        &mut self,
        role: &str,
        bytes: &[u8],
        envelope: &Envelope,
        signed_by: Vec<(KeyId, Key)>,
    ) -> Result<VerifiedTargets, Refusal> {
        let targets: Targets = envelope.content()?;
        if let Err(refusal) = self.belongs_to_snapshot(role, targets.common.version, bytes) {
            self.object(refusal)?;
        }
        self.check_expiry(role, targets.common.expires)?;
        Ok(VerifiedTargets { targets, signed_by })
    }

    fn belongs_to_snapshot(
        &self,
        role: &str,
        version: NonZeroU64,
        bytes: &[u8],
    ) -> Result<(), Refusal> {
        let snapshot = self
            .snapshot
            .as_ref()
            .ok_or_else(|| unknown(Snapshot::TYPE))?;
        let entry = snapshot.entry(role).ok_or_else(|| not_listed(role))?;
        check_meta(role, entry, bytes)?;
        same_version(role, entry.version, version)
    }
}

fn read_root(bytes: &[u8], trusted: Option<&Root>) -> Result<Root, Refusal> {
    let envelope = Envelope::read(Root::TYPE, bytes)?;
    if let Some(trusted) = trusted {
        envelope.verify(&trusted.keys, &trusted.roles.root)?;
    }
    let root: Root = envelope.content()?;
    // By its own keys too: nobody can be locked out by keys that do not exist.
    envelope.verify(&root.keys, &root.roles.root)?;
    if let Some(trusted) = trusted {
        let next = trusted.common.version.checked_add(1);
        let next = next.ok_or_else(|| Refusal::Malformed {
            role: Root::TYPE.to_owned(),
            reason: "there is no version after the trusted one".to_owned(),
        })?;
        same_version(Root::TYPE, next, root.common.version)?;
    }
    Ok(root)
}

/// Whether a key that counted for the role no longer does.
fn revoked(before: &Root, after: &Root, role: impl Fn(&Root) -> &RoleKeys) -> bool {
    let keys_of = |root: &Root| -> Vec<Key> {
        let ids = role(root).keyids.iter();
        ids.filter_map(|id| root.keys.get(id).cloned()).collect()
    };
    let kept = keys_of(after);
    let same = |one: &Key, other: &Key| {
        one.keytype == other.keytype && one.scheme == other.scheme && one.keyval == other.keyval
    };
    keys_of(before)
        .iter()
        .any(|key| !kept.iter().any(|other| same(key, other)))
}

fn with_keys<'a>(ids: Vec<KeyId>, key: impl Fn(&KeyId) -> Option<&'a Key>) -> Vec<(KeyId, Key)> {
    ids.into_iter()
        .filter_map(|id| {
            let key = key(&id)?.clone();
            Some((id, key))
        })
        .collect()
}

fn unknown(role: &str) -> Refusal {
    Refusal::Unknown(role.to_owned())
}

fn not_listed(role: &str) -> Refusal {
    Refusal::NotListed {
        role: role.to_owned(),
    }
}

fn not_back(role: &str, trusted: NonZeroU64, offered: NonZeroU64) -> Result<(), Refusal> {
    if offered >= trusted {
        return Ok(());
    }
    Err(Refusal::Rollback {
        role: role.to_owned(),
        trusted: trusted.get(),
        offered: offered.get(),
    })
}

fn same_version(role: &str, expected: NonZeroU64, found: NonZeroU64) -> Result<(), Refusal> {
    if found == expected {
        return Ok(());
    }
    Err(Refusal::WrongVersion {
        role: role.to_owned(),
        expected: expected.get(),
        found: found.get(),
    })
}
