//! The four top-level roles (section 4), fields of others included.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroU64;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SPEC_VERSION;
use super::delegation::Delegations;
use super::key::{Key, KeyId};
use super::time::Time;

/// What every role has.
pub trait Role: Serialize + DeserializeOwned {
    /// The name in `_type`.
    const TYPE: &'static str;

    /// The fields that all roles share.
    fn common(&self) -> &Common;

    /// What the types alone do not say.
    ///
    /// # Errors
    /// The reason in words.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// The fields that all roles share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Common {
    /// Which role it is.
    #[serde(rename = "_type")]
    pub kind: String,
    /// The version of the specification it follows, 1.something.
    pub spec_version: String,
    /// Counts up with every change.
    pub version: NonZeroU64,
    /// From then on it is not to be believed.
    pub expires: Time,
}

impl Common {
    /// Version and expiry of a new role.
    pub fn new<R: Role>(version: NonZeroU64, expires: Time) -> Self {
        Self {
            kind: R::TYPE.to_owned(),
            spec_version: SPEC_VERSION.to_owned(),
            version,
            expires,
        }
    }

    /// Whether this is of the kind and of a version of the specification that
    /// we know.
    pub(crate) fn check<R: Role>(&self) -> Result<(), String> {
        if self.kind != R::TYPE {
            return Err(format!("it is “{}”, not “{}”", self.kind, R::TYPE));
        }
        if self.spec_version.split('.').next() != Some("1") {
            return Err(format!(
                "it follows version {} of the specification; only version 1 is known",
                self.spec_version
            ));
        }
        Ok(())
    }
}

/// Keys of a role and how many of them must sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleKeys {
    /// The keys that count.
    pub keyids: Vec<KeyId>,
    /// So many different ones are needed.
    pub threshold: NonZeroU64,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl RoleKeys {
    pub(crate) fn check(&self, role: &str) -> Result<(), String> {
        unique(&self.keyids).map_err(|id| format!("role {role} lists the key {id} twice"))
    }
}

/// # Errors
/// The first that is there twice.
pub(crate) fn unique<T: Eq + std::hash::Hash>(items: &[T]) -> Result<(), &T> {
    let mut seen = HashSet::new();
    items
        .iter()
        .find(|item| !seen.insert(*item))
        .map_or(Ok(()), Err)
}

/// The keys of the top-level roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootRoles {
    /// Who may sign the next root.
    pub root: RoleKeys,
    /// Who may say what is newest.
    pub timestamp: RoleKeys,
    /// Who may say what belongs together.
    pub snapshot: RoleKeys,
    /// Who may name targets and delegate.
    pub targets: RoleKeys,
    /// Roles of others, such as `mirrors`.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// Where trust starts (section 4.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// What all roles have.
    #[serde(flatten)]
    pub common: Common,
    /// Whether files have their version or hash in their names.
    #[serde(default)]
    pub consistent_snapshot: bool,
    /// All keys.
    pub keys: BTreeMap<KeyId, Key>,
    /// Who may do what.
    pub roles: RootRoles,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl Role for Root {
    const TYPE: &'static str = "root";

    fn common(&self) -> &Common {
        &self.common
    }

    fn check(&self) -> Result<(), String> {
        let roles = &self.roles;
        roles.root.check("root")?;
        roles.timestamp.check("timestamp")?;
        roles.snapshot.check("snapshot")?;
        roles.targets.check("targets")
    }
}

/// Version, and perhaps length and hashes, of a metadata file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetaFile {
    /// The version that belongs here.
    pub version: NonZeroU64,
    /// Bytes of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// Hashes of the file by algorithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hashes: Option<BTreeMap<String, String>>,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// Which snapshot is the newest (section 4.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timestamp {
    /// What all roles have.
    #[serde(flatten)]
    pub common: Common,
    /// The snapshot, and nothing else.
    pub meta: TimestampMeta,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// The one entry of a timestamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimestampMeta {
    /// The newest snapshot.
    #[serde(rename = "snapshot.json")]
    pub snapshot: MetaFile,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl Role for Timestamp {
    const TYPE: &'static str = "timestamp";

    fn common(&self) -> &Common {
        &self.common
    }
}

/// Which targets files belong together (section 4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What all roles have.
    #[serde(flatten)]
    pub common: Common,
    /// By role name with `.json`.
    pub meta: BTreeMap<String, MetaFile>,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl Role for Snapshot {
    const TYPE: &'static str = "snapshot";

    fn common(&self) -> &Common {
        &self.common
    }
}

impl Snapshot {
    /// The entry of a role.
    pub fn entry(&self, role: &str) -> Option<&MetaFile> {
        self.meta.get(&format!("{role}.json"))
    }
}

/// A file for whoever uses the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetFile {
    /// Bytes of it.
    pub length: u64,
    /// Hashes by algorithm, at least one.
    pub hashes: BTreeMap<String, String>,
    /// What the application wants to say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom: Option<Value>,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// Files and those who may name more of them (section 4.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// What all roles have.
    #[serde(flatten)]
    pub common: Common,
    /// By path.
    pub targets: BTreeMap<String, TargetFile>,
    /// Who may name which others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegations: Option<Delegations>,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

impl Role for Targets {
    const TYPE: &'static str = "targets";

    fn common(&self) -> &Common {
        &self.common
    }

    fn check(&self) -> Result<(), String> {
        self.delegations.as_ref().map_or(Ok(()), Delegations::check)
    }
}
