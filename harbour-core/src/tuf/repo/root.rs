//! Root files: the first one, rotation, recovery. Each comes out unsigned and
//! goes round those who hold the keys (section 6.1).

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;

use super::RepoError;
use crate::tuf::envelope::Envelope;
use crate::tuf::key::{Key, KeyId};
use crate::tuf::metadata::{Common, RoleKeys, Root, RootRoles};
use crate::tuf::time::Time;

/// So many root keys must sign when nobody says otherwise.
pub const ROOT_THRESHOLD: NonZeroU64 = NonZeroU64::new(2).expect("two is not zero");

/// A top-level role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TopLevel {
    /// Names the keys of all four.
    Root,
    /// Says what is newest; its key is online.
    Timestamp,
    /// Says what belongs together; its key is online.
    Snapshot,
    /// Names files and publishers.
    Targets,
}

impl TopLevel {
    /// The role's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Timestamp => "timestamp",
            Self::Snapshot => "snapshot",
            Self::Targets => "targets",
        }
    }

    /// The role's keys.
    pub fn keys(self, root: &Root) -> &RoleKeys {
        match self {
            Self::Root => &root.roles.root,
            Self::Timestamp => &root.roles.timestamp,
            Self::Snapshot => &root.roles.snapshot,
            Self::Targets => &root.roles.targets,
        }
    }

    fn keys_mut(self, root: &mut Root) -> &mut RoleKeys {
        match self {
            Self::Root => &mut root.roles.root,
            Self::Timestamp => &mut root.roles.timestamp,
            Self::Snapshot => &mut root.roles.snapshot,
            Self::Targets => &mut root.roles.targets,
        }
    }

    const ALL: [Self; 4] = [Self::Root, Self::Timestamp, Self::Snapshot, Self::Targets];
}

/// The keys of a new repository.
#[derive(Debug, Clone)]
pub struct FirstKeys<'a> {
    /// Keys kept offline, by different people.
    pub root: &'a [Key],
    /// How many of them must sign.
    pub root_threshold: NonZeroU64,
    /// The key that signs what is newest.
    pub timestamp: &'a [Key],
    /// The key that signs what belongs together.
    pub snapshot: &'a [Key],
    /// The key that signs files and publishers.
    pub targets: &'a [Key],
}

/// The first root of a repository, not signed yet.
///
/// # Errors
/// When a role has fewer keys than must sign, or one that can not be used.
pub fn first(keys: &FirstKeys<'_>, expires: Time) -> Result<Root, RepoError> {
    let none = |threshold| RoleKeys {
        keyids: Vec::new(),
        threshold,
        other: BTreeMap::new(),
    };
    let one = NonZeroU64::MIN;
    let mut root = Root {
        common: Common::new::<Root>(one, expires),
        consistent_snapshot: true,
        keys: BTreeMap::new(),
        roles: RootRoles {
            root: none(keys.root_threshold),
            timestamp: none(one),
            snapshot: none(one),
            targets: none(one),
            other: BTreeMap::new(),
        },
        other: BTreeMap::new(),
    };
    for (role, list) in [
        (TopLevel::Root, keys.root),
        (TopLevel::Timestamp, keys.timestamp),
        (TopLevel::Snapshot, keys.snapshot),
        (TopLevel::Targets, keys.targets),
    ] {
        add(&mut root, role, list)?;
    }
    tidy(&mut root)?;
    Ok(root)
}

/// The next root with keys added to and taken from a role, not signed yet. It
/// needs the signatures of the old root keys and of the new ones.
///
/// # Errors
/// When too few keys stay, or one to be taken away is not there.
pub fn rotate(
    before: &Root,
    role: TopLevel,
    added: &[Key],
    removed: &[KeyId],
    threshold: Option<NonZeroU64>,
    expires: Time,
) -> Result<Root, RepoError> {
    let mut root = next(before, expires)?;
    let keys = role.keys_mut(&mut root);
    for id in removed {
        let before = keys.keyids.len();
        keys.keyids.retain(|kept| kept != id);
        if keys.keyids.len() == before {
            let (role, id) = (role.name().to_owned(), id.clone());
            return Err(RepoError::NoSuchKey { role, id });
        }
    }
    if let Some(threshold) = threshold {
        keys.threshold = threshold;
    }
    add(&mut root, role, added)?;
    tidy(&mut root)?;
    Ok(root)
}

/// The next root after online keys were stolen, not signed yet: each role
/// given gets new keys only. The timestamp and the snapshot always do, because
/// only then clients forget the version numbers the thief may have driven up
/// (section 5.3.11).
///
/// # Errors
/// When one of the new keys is an old one.
pub fn recover(
    before: &Root,
    timestamp: &[Key],
    snapshot: &[Key],
    targets: Option<&[Key]>,
    expires: Time,
) -> Result<Root, RepoError> {
    let mut root = next(before, expires)?;
    let replaced = [
        (TopLevel::Timestamp, Some(timestamp)),
        (TopLevel::Snapshot, Some(snapshot)),
        (TopLevel::Targets, targets),
    ];
    for (role, keys) in replaced {
        let Some(keys) = keys else { continue };
        let old: BTreeSet<_> = role.keys(before).keyids.iter().cloned().collect();
        if let Some(id) = keys.iter().map(Key::id).find(|id| old.contains(id)) {
            let role = role.name().to_owned();
            return Err(RepoError::SameKey { role, id });
        }
        role.keys_mut(&mut root).keyids.clear();
        add(&mut root, role, keys)?;
    }
    tidy(&mut root)?;
    Ok(root)
}

/// How far the signing of a root has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Valid signatures of the root's own keys, and how many it needs.
    pub own: (usize, u64),
    /// Valid signatures of the keys of the root before, and how many it needs.
    pub previous: Option<(usize, u64)>,
}

impl Progress {
    /// Whether clients would take it.
    pub fn complete(&self) -> bool {
        let enough =
            |(valid, needed): (usize, u64)| u64::try_from(valid).is_ok_and(|valid| valid >= needed);
        enough(self.own) && self.previous.is_none_or(enough)
    }
}

/// Counts the signatures of a root.
///
/// # Errors
/// When it is no root.
pub fn progress(envelope: &Envelope, previous: Option<&Root>) -> Result<Progress, RepoError> {
    let root: Root = envelope.content()?;
    let count = |root: &Root| {
        let keys = &root.roles.root;
        let valid = envelope.signed_by(&root.keys, keys).len();
        (valid, keys.threshold.get())
    };
    Ok(Progress {
        own: count(&root),
        previous: previous.map(count),
    })
}

fn next(before: &Root, expires: Time) -> Result<Root, RepoError> {
    let mut root = before.clone();
    let version = before.common.version;
    root.common.version = version
        .checked_add(1)
        .ok_or(RepoError::LastVersion(version.get()))?;
    root.common.expires = expires;
    Ok(root)
}

fn add(root: &mut Root, role: TopLevel, keys: &[Key]) -> Result<(), RepoError> {
    for key in keys {
        let id = key.id();
        if !key.supported() {
            return Err(RepoError::UnusableKey(id));
        }
        root.keys.insert(id.clone(), key.clone());
        let list = role.keys_mut(root);
        if !list.keyids.contains(&id) {
            list.keyids.push(id);
        }
    }
    Ok(())
}

/// Forgets keys that no role uses and checks that every role can be signed.
fn tidy(root: &mut Root) -> Result<(), RepoError> {
    let used: BTreeSet<KeyId> = TopLevel::ALL
        .iter()
        .flat_map(|role| role.keys(root).keyids.clone())
        .collect();
    root.keys.retain(|id, _| used.contains(id));
    for role in TopLevel::ALL {
        let list = role.keys(root);
        if u64::try_from(list.keyids.len()).is_ok_and(|count| count < list.threshold.get()) {
            return Err(RepoError::TooFewKeys {
                role: role.name().to_owned(),
                keys: list.keyids.len(),
                threshold: list.threshold.get(),
            });
        }
    }
    Ok(())
}
