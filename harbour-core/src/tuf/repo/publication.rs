//! One publication: targets, snapshot and timestamp over what publishers signed.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use super::RepoError;
use super::publisher::{self, Signed, Slug};
use crate::tuf::content::{check_meta, describe, name_hash};
use crate::tuf::delegation::{DelegatedRole, Delegations};
use crate::tuf::envelope::Envelope;
use crate::tuf::key::{Key, KeyId};
use crate::tuf::metadata::{
    Common, MetaFile, Role, RoleKeys, Root, Snapshot, TargetFile, Targets, Timestamp, TimestampMeta,
};
use crate::tuf::name::{TargetPath, file_name};
use crate::tuf::refusal::Refusal;
use crate::tuf::secret::SecretKey;
use crate::tuf::time::Time;

/// An app in the store: the publisher's keys, and what was signed with them.
#[derive(Debug, Clone)]
pub struct App {
    slug: Slug,
    keys: BTreeMap<KeyId, Key>,
    threshold: NonZeroU64,
    role: MetaFile,
}

impl App {
    /// An app with the role that its publisher signed, which is verified.
    ///
    /// # Errors
    /// When too few of the keys signed it, or it speaks for somebody else.
    pub fn new(
        slug: Slug,
        keys: Vec<Key>,
        threshold: NonZeroU64,
        signed: &[u8],
    ) -> Result<(Self, Signed), RepoError> {
        let keys = keys.into_iter().map(|key| (key.id(), key)).collect();
        let role = publisher::verify(&slug, signed, &keys, threshold)?;
        let app = Self {
            slug,
            keys,
            threshold,
            role: describe_role(role.role.common.version, signed),
        };
        Ok((app, role))
    }

    /// An app whose one key and role were verified before, by [`Self::new`].
    pub fn verified_before(slug: Slug, key: Key, role: MetaFile) -> Self {
        Self {
            slug,
            keys: BTreeMap::from([(key.id(), key)]),
            threshold: NonZeroU64::MIN,
            role,
        }
    }

    /// Which one.
    pub fn slug(&self) -> &Slug {
        &self.slug
    }

    /// Version, length and hashes of the signed role.
    pub fn role(&self) -> &MetaFile {
        &self.role
    }

    /// The name of the role's file below the base of the metadata.
    pub fn file_name(&self) -> String {
        versioned(&self.slug.role(), self.role.version)
    }
}

/// The keys that sign a publication.
#[derive(Debug)]
pub struct OnlineKeys<'a> {
    /// For files and publishers.
    pub targets: &'a [SecretKey],
    /// For what belongs together.
    pub snapshot: &'a [SecretKey],
    /// For what is newest.
    pub timestamp: &'a [SecretKey],
}

/// Until when the roles of a publication hold.
#[derive(Debug, Clone, Copy)]
pub struct Expiries {
    /// Of targets.
    pub targets: Time,
    /// Of the snapshot.
    pub snapshot: Time,
    /// Of the timestamp: how long a mirror can keep clients from what is new.
    pub timestamp: Time,
    /// Targets and a snapshot that say the same as before are kept, so that
    /// nobody has to fetch them, unless they expire before this.
    pub keep: Time,
}

/// A role's file that was published, read once.
#[derive(Debug)]
pub struct Out<R> {
    bytes: Vec<u8>,
    envelope: Envelope,
    /// What it says; who signed it is another matter.
    pub role: R,
}

impl<R: Role> Out<R> {
    /// Reads it.
    ///
    /// # Errors
    /// When it is no such role.
    pub fn read(bytes: Vec<u8>) -> Result<Self, Refusal> {
        let envelope = Envelope::read(R::TYPE, &bytes)?;
        Ok(Self {
            role: envelope.content()?,
            envelope,
            bytes,
        })
    }

    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it says, when these keys vouch for it.
    fn vouched(&self, root: &Root, keys: &RoleKeys) -> Option<&R> {
        let vouched = self.envelope.verify(&root.keys, keys);
        vouched.ok().map(|_| &self.role)
    }
}

/// The publication before, as far as there is any.
#[derive(Debug, Default)]
pub struct Previous {
    /// Its `timestamp.json`.
    pub timestamp: Option<Out<Timestamp>>,
    /// Its snapshot.
    pub snapshot: Option<Out<Snapshot>>,
    /// Its targets.
    pub targets: Option<Out<Targets>>,
}

/// What to publish: write these files first to last, the timestamp at the end.
/// The roles of the apps are not among them, and must be there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Name below the base of the metadata, and bytes. None when everything
    /// would stay as it is.
    pub files: Vec<(String, Vec<u8>)>,
    /// Version of the targets, whether new or kept.
    pub targets: NonZeroU64,
    /// Version of the snapshot, whether new or kept.
    pub snapshot: NonZeroU64,
}

/// Builds the metadata over the store's own files and the apps.
///
/// Version numbers go on from what was published before as far as today's root
/// vouches for it; after a recovery with new keys they start again at 1.
///
/// # Errors
/// When a publisher's role goes back, or the keys are not enough for what the
/// root asks.
pub fn publish(
    root: &Root,
    own: BTreeMap<TargetPath, TargetFile>,
    apps: &[App],
    previous: &Previous,
    keys: &OnlineKeys<'_>,
    expiries: Expiries,
) -> Result<Publication, RepoError> {
    let before = Before::read(root, previous);
    let mut files = Vec::new();
    let mut meta = before.meta();
    for app in apps {
        let role = app.slug.role();
        let version = app.role.version;
        let published = before.entry(&role);
        if let Some(published) = published.filter(|published| published.version > version) {
            return Err(RepoError::GoesBack {
                role,
                published: published.version.get(),
                offered: version.get(),
            });
        }
        meta.insert(format!("{role}.json"), app.role.clone());
    }

    let next = after(before.entry(Targets::TYPE).map(|entry| entry.version))?;
    let mut targets = Targets {
        common: Common::new::<Targets>(next, expiries.targets),
        targets: own
            .into_iter()
            .map(|(path, file)| (path.as_str().to_owned(), file))
            .collect(),
        delegations: (!apps.is_empty()).then(|| delegations(apps)),
        other: BTreeMap::new(),
    };
    let kept = before.targets.filter(|role| {
        targets.common = role.common.clone();
        targets == **role && role.common.expires >= expiries.keep
    });
    let targets_version = if let Some(kept) = kept {
        kept.common.version
    } else {
        targets.common = Common::new::<Targets>(next, expiries.targets);
        let bytes = sign(&targets, keys.targets, root, &root.roles.targets)?;
        meta.insert("targets.json".to_owned(), describe_role(next, &bytes));
        files.push((versioned(Targets::TYPE, next), bytes));
        next
    };

    let kept = before.snapshot.filter(|role| {
        role.meta == meta && role.common.expires >= expiries.keep && before.snapshot_is_newest()
    });
    let (snapshot_version, snapshot_entry) = match (kept, before.timestamp) {
        (Some(kept), Some(timestamp)) => (kept.common.version, timestamp.meta.snapshot.clone()),
        _ => {
            let version = after(before.snapshot_version())?;
            let snapshot = Snapshot {
                common: Common::new::<Snapshot>(version, expiries.snapshot),
                meta,
                other: BTreeMap::new(),
            };
            let bytes = sign(&snapshot, keys.snapshot, root, &root.roles.snapshot)?;
            let entry = describe_role(version, &bytes);
            files.push((versioned(Snapshot::TYPE, version), bytes));
            (version, entry)
        }
    };

    let unchanged = before.timestamp.is_some_and(|role| {
        role.meta.snapshot == snapshot_entry && role.common.expires == expiries.timestamp
    });
    if !unchanged {
        let version = after(before.timestamp.map(|role| role.common.version))?;
        let timestamp = Timestamp {
            common: Common::new::<Timestamp>(version, expiries.timestamp),
            meta: TimestampMeta {
                snapshot: snapshot_entry,
                other: BTreeMap::new(),
            },
            other: BTreeMap::new(),
        };
        let bytes = sign(&timestamp, keys.timestamp, root, &root.roles.timestamp)?;
        files.push(("timestamp.json".to_owned(), bytes));
    }
    Ok(Publication {
        files,
        targets: targets_version,
        snapshot: snapshot_version,
    })
}

/// The name under which a target is stored, for repositories as we build them.
pub fn target_file_name(path: &TargetPath, file: &TargetFile) -> Option<String> {
    name_hash(file).map(|hash| path.with_hash(hash))
}

/// What the publication before says, where today's keys vouch for it.
struct Before<'a> {
    timestamp: Option<&'a Timestamp>,
    snapshot: Option<&'a Snapshot>,
    targets: Option<&'a Targets>,
}

impl<'a> Before<'a> {
    fn read(root: &Root, previous: &'a Previous) -> Self {
        let roles = &root.roles;
        // What is of other keys counts for nobody.
        let snapshot = previous.snapshot.as_ref();
        let snapshot = snapshot.and_then(|out| out.vouched(root, &roles.snapshot));
        let timestamp = previous.timestamp.as_ref();
        let timestamp = timestamp.and_then(|out| out.vouched(root, &roles.timestamp));
        // Signed by the right key is not enough: it must be the one that is out.
        let named = snapshot.and_then(|snapshot| snapshot.entry(Targets::TYPE));
        let targets = previous.targets.as_ref().filter(|out| {
            named.is_some_and(|entry| check_meta(Targets::TYPE, entry, &out.bytes).is_ok())
        });
        Self {
            timestamp,
            snapshot,
            targets: targets.and_then(|out| out.vouched(root, &roles.targets)),
        }
    }

    /// Whether the timestamp names the snapshot that is here.
    fn snapshot_is_newest(&self) -> bool {
        let named = self.timestamp;
        let named = named.map(|role| role.meta.snapshot.version);
        named.is_some() && named == self.snapshot.map(|role| role.common.version)
    }

    fn entry(&self, role: &str) -> Option<&MetaFile> {
        self.snapshot?.entry(role)
    }

    /// Entries once listed stay, or clients would refuse the snapshot, even of
    /// apps that are no longer delegated to (section 5.5.5).
    fn meta(&self) -> BTreeMap<String, MetaFile> {
        self.snapshot
            .map(|role| role.meta.clone())
            .unwrap_or_default()
    }

    fn snapshot_version(&self) -> Option<NonZeroU64> {
        let of_timestamp = self.timestamp.map(|role| role.meta.snapshot.version);
        let own = self.snapshot.map(|role| role.common.version);
        of_timestamp.max(own)
    }
}

fn after(version: Option<NonZeroU64>) -> Result<NonZeroU64, RepoError> {
    match version {
        None => Ok(NonZeroU64::MIN),
        Some(version) => version
            .checked_add(1)
            .ok_or(RepoError::LastVersion(version.get())),
    }
}

fn versioned(role: &str, version: NonZeroU64) -> String {
    format!("{version}.{}.json", file_name(role))
}

/// Version, length and hash of a role's file, as a snapshot lists them.
pub fn describe_role(version: NonZeroU64, bytes: &[u8]) -> MetaFile {
    let described = describe(bytes);
    MetaFile {
        version,
        length: Some(described.length),
        hashes: Some(described.hashes),
        other: BTreeMap::new(),
    }
}

fn delegations(apps: &[App]) -> Delegations {
    let keys = apps.iter().flat_map(|app| app.keys.clone()).collect();
    let roles = apps.iter().map(|app| DelegatedRole {
        name: app.slug.role(),
        keyids: app.keys.keys().cloned().collect(),
        threshold: app.threshold,
        // Nobody else may speak for the folder of an app.
        terminating: true,
        paths: Some(vec![app.slug.pattern()]),
        path_hash_prefixes: None,
        other: BTreeMap::new(),
    });
    Delegations {
        keys,
        roles: Some(roles.collect()),
        succinct_roles: None,
        other: BTreeMap::new(),
    }
}

fn sign<R: Role>(
    role: &R,
    keys: &[SecretKey],
    root: &Root,
    needed: &RoleKeys,
) -> Result<Vec<u8>, RepoError> {
    let mut envelope = Envelope::unsigned(role)?;
    for key in keys {
        envelope.sign(key);
    }
    envelope.verify(&root.keys, needed)?;
    Ok(envelope.write()?)
}
