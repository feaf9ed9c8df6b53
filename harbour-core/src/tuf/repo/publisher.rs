//! A publisher's part: a role for one app, signed with the publisher's key.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use super::RepoError;
use crate::tuf::content::describe;
use crate::tuf::envelope::Envelope;
use crate::tuf::key::{Key, KeyId};
use crate::tuf::metadata::{Common, Role as _, RoleKeys, Targets};
use crate::tuf::secret::SecretKey;
use crate::tuf::time::Time;

/// Longest slug, in bytes.
pub const MAX_SLUG: usize = 64;

/// The short name of an app.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// Takes a text of lower-case letters, digits and hyphens.
    ///
    /// # Errors
    /// When it has others, or none.
    pub fn new(text: &str) -> Result<Self, RepoError> {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > MAX_SLUG || !text.bytes().all(letter) {
            return Err(RepoError::Slug(text.chars().take(MAX_SLUG).collect()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The role that speaks for the app.
    pub fn role(&self) -> String {
        format!("app-{}", self.0)
    }

    /// Where its files are, with the `/`.
    pub fn folder(&self) -> String {
        format!("apps/{}/", self.0)
    }

    /// The one pattern that its role is delegated.
    pub fn pattern(&self) -> String {
        format!("apps/{}/*", self.0)
    }
}

/// Signs the files of an app, by file name, as its publisher.
///
/// # Errors
/// When a file name is not a plain one.
pub fn sign(
    slug: &Slug,
    files: &BTreeMap<String, Vec<u8>>,
    version: NonZeroU64,
    expires: Time,
    key: &SecretKey,
) -> Result<Vec<u8>, RepoError> {
    let targets = files
        .iter()
        .map(|(name, bytes)| (format!("{}{name}", slug.folder()), describe(bytes)))
        .collect();
    let role = Targets {
        common: Common::new::<Targets>(version, expires),
        targets,
        delegations: None,
        other: BTreeMap::new(),
    };
    inside_folder(slug, &role)?;
    let mut envelope = Envelope::unsigned(&role)?;
    envelope.sign(key);
    Ok(envelope.write()?)
}

/// A publisher's role that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The role.
    pub role: Targets,
    /// The keys that signed it.
    pub signed_by: Vec<KeyId>,
}

/// Reads what a publisher signed: all of it must be the publisher's own.
///
/// # Errors
/// When too few of the keys signed it, or it speaks for somebody else.
pub fn verify(
    slug: &Slug,
    bytes: &[u8],
    keys: &BTreeMap<KeyId, Key>,
    threshold: NonZeroU64,
) -> Result<Signed, RepoError> {
    let envelope = Envelope::read(&slug.role(), bytes)?;
    let role_keys = RoleKeys {
        keyids: keys.keys().cloned().collect(),
        threshold,
        other: BTreeMap::new(),
    };
    let signed_by = envelope.verify(keys, &role_keys)?;
    let role: Targets = envelope.content()?;
    inside_folder(slug, &role)?;
    if role.delegations.is_some() {
        return Err(RepoError::Delegates(slug.role()));
    }
    Ok(Signed { role, signed_by })
}

/// The version that comes after what was signed before.
///
/// # Errors
/// When that is no role, or there is no version after it.
pub fn next_version(slug: &Slug, before: &[u8]) -> Result<NonZeroU64, RepoError> {
    let role: Targets = Envelope::read(&slug.role(), before)?.content()?;
    let version = role.common().version;
    version
        .checked_add(1)
        .ok_or(RepoError::LastVersion(version.get()))
}

fn inside_folder(slug: &Slug, role: &Targets) -> Result<(), RepoError> {
    let folder = slug.folder();
    let plain = |name: &str| !name.is_empty() && !name.contains('/') && name != "." && name != "..";
    for path in role.targets.keys() {
        if !path.strip_prefix(&folder).is_some_and(plain) {
            let path = path.clone();
            return Err(RepoError::OutsideFolder { path, folder });
        }
    }
    Ok(())
}
