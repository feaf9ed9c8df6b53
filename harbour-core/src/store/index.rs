//! The index of a store: `index.json` and its shards, targets that the store signs.
//!
//! What comes out of [`Head::read`] and [`Shard::read`] is within the limits
//! here. Keys that are not known are passed over, so that format 1 can grow.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::check::{Check, check_images, shown};
use super::cid::Cid;
use super::lock::Lock;
use crate::digest::Digest;
use crate::manifest::{Manifest, SchemaVersion};
use crate::tuf::repo::publisher::Slug;
use crate::tuf::time::Time;

/// The only format there is.
pub const FORMAT: u32 = 1;
/// Path of the head among the targets.
pub const HEAD: &str = "index.json";
/// Bytes of `index.json`.
pub const MAX_HEAD: usize = 64 * 1024;
/// Bytes of a shard.
pub const MAX_SHARD: usize = 2 * 1024 * 1024;
/// Apps in a shard: with 256 shards more than a snapshot can list.
pub const MAX_APPS: usize = 500;
/// Most bits of the hash that choose a shard.
pub const MAX_SHARD_BITS: u8 = 8;
/// Entries of a history.
pub const MAX_HISTORY: usize = 10;
/// Platforms of an image.
pub const MAX_PLATFORMS: usize = 64;
/// Apps in a shard on the average, at most.
const APPS_A_SHARD: usize = 40;
/// Name of the one service of a v1 manifest in the index.
pub const ONLY_SERVICE: &str = "app";

/// What a store says of itself, and how its index is split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// [`FORMAT`].
    pub format: u32,
    /// Name of the store for people.
    pub name: String,
    /// In a few sentences.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Bits of the hash of a slug that choose its shard, 0 to [`MAX_SHARD_BITS`].
    pub shard_bits: u8,
}

/// A part of the apps, sorted by slug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shard {
    /// [`FORMAT`].
    pub format: u32,
    /// The apps whose slugs belong here.
    pub apps: Vec<AppEntry>,
}

/// An app as the index shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppEntry {
    /// Name for machines.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// In one or a few sentences; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Groups it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Processors it runs on, in the words of OCI; empty is not said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub architectures: Vec<String>,
    /// Its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Tag of the service that has the page, else of the first; of one that is
    /// named by digest, the beginning of that.
    pub version: String,
    /// Whose key signed it.
    pub publisher: Publisher,
    /// The signed manifest.
    pub manifest: FileEntry,
    /// The signed icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<FileEntry>,
    /// When it came into the store.
    pub added: Time,
    /// When this entry last became another.
    pub updated: Time,
    /// Images by the name of the service; that of a v1 manifest is [`ONLY_SERVICE`].
    pub services: BTreeMap<String, ServiceImage>,
    /// What the tags meant, newest first, at most [`MAX_HISTORY`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<DigestSeen>,
}

/// Whose key signed an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Publisher {
    /// As the store knows the publisher.
    pub name: String,
    /// Id of the key.
    pub key_id: String,
}

/// A file of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileEntry {
    /// Path among the targets.
    pub path: String,
    /// What is in it.
    pub cid: Cid,
    /// Bytes.
    pub length: u64,
}

/// The image of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceImage {
    /// Its name without tag and digest, in full: `docker.io/library/nginx`.
    pub image: String,
    /// The tag that meant the digest; absent when the manifest names a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Digest of the index of all platforms, or of the manifest if there is none.
    #[serde(with = "text")]
    pub digest: Digest,
    /// When the store first saw that digest.
    pub first_seen: Time,
    /// What it is there for.
    #[serde(default)]
    pub platforms: Vec<Platform>,
}

/// An image for one platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Platform {
    /// `OS/ARCHITECTURE` or `OS/ARCHITECTURE/VARIANT`, such as `linux/arm/v7`.
    pub platform: String,
    /// Digest of its manifest.
    #[serde(with = "text")]
    pub digest: Digest,
    /// Bytes to fetch: its layers, compressed, and its configuration.
    pub size: u64,
}

/// What a tag meant once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DigestSeen {
    /// The service.
    pub service: String,
    /// The tag.
    pub tag: String,
    /// Its digest then.
    #[serde(with = "text")]
    pub digest: Digest,
    /// When the store first saw that digest.
    pub first_seen: Time,
}

/// Why something is no index that is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Too many bytes.
    #[error("it has {length} bytes; at most {limit} are read")]
    Long {
        /// Bytes it has.
        length: usize,
        /// Bytes it may have.
        limit: usize,
    },
    /// No JSON of this form.
    #[error("it is no index: {0}")]
    Form(String),
    /// A later format.
    #[error("it has format {0}, which this version does not know; update Harbourmaster")]
    Format(u32),
    /// A value out of bounds.
    #[error("{place}: {reason}")]
    Value {
        /// Which part.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// A value that is written as its text.
pub(super) mod text {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::digest::Digest;

    pub(in crate::store) fn serialize<S: Serializer>(
        digest: &Digest,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(digest)
    }

    pub(in crate::store) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Digest, D::Error> {
        let text = String::deserialize(from)?;
        Digest::parse(&text).map_err(D::Error::custom)
    }
}

/// Path among the targets of the shard that a slug belongs to.
///
/// The shard is the first `bits` bits of the SHA-256 of the slug, the file's
/// name these bits as a byte, the rest of it zero: `index/a0.json`. More than
/// [`MAX_SHARD_BITS`] count as that many.
pub fn shard_of(slug: &str, bits: u8) -> String {
    shard_path(shard_byte(slug, bits))
}

/// Path among the targets of the shard with this byte.
pub fn shard_path(byte: u8) -> String {
    format!("index/{byte:02x}.json")
}

/// The first `bits` bits of the hash of a slug, the rest of the byte zero.
pub fn shard_byte(slug: &str, bits: u8) -> u8 {
    let first = Sha256::digest(slug)[0];
    match MAX_SHARD_BITS.saturating_sub(bits) {
        8 => 0,
        unused => first >> unused << unused,
    }
}

/// The bytes of all shards of an index.
pub fn shard_bytes(bits: u8) -> impl Iterator<Item = u8> {
    let bits = bits.min(MAX_SHARD_BITS);
    (0..1_u16 << bits).map(move |number| {
        u8::try_from(number << (MAX_SHARD_BITS - bits)).expect("a number of that many bits fits")
    })
}

/// How many bits an index of so many apps should have: as few as leave about
/// forty apps a shard. An index that has one more keeps it, so that an app more
/// or less does not move all of them to and fro.
pub fn choose_shard_bits(apps: usize, before: Option<u8>) -> u8 {
    let needed = (0..MAX_SHARD_BITS)
        .find(|bits| apps <= APPS_A_SHARD << bits)
        .unwrap_or(MAX_SHARD_BITS);
    match before {
        Some(before) if before == needed + 1 => before,
        _ => needed,
    }
}

impl Head {
    /// Reads `index.json`.
    ///
    /// # Errors
    /// When it is none, or of another format.
    pub fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        let head: Self = read(bytes, MAX_HEAD)?;
        known_format(head.format)?;
        head.check()?;
        Ok(head)
    }

    /// Whether every part is within the limits.
    ///
    /// # Errors
    /// The first part that is not.
    pub fn check(&self) -> Result<(), IndexError> {
        let mut check = Check::at(HEAD);
        check.line("name", &self.name);
        check.text("description", &self.description);
        check.address("homepage", self.homepage.as_deref());
        check.that(self.shard_bits <= MAX_SHARD_BITS, "shardBits", || {
            format!("is more than {MAX_SHARD_BITS}")
        });
        check.done()
    }

    /// The bytes that are published.
    pub fn write(&self) -> Vec<u8> {
        write(self)
    }
}

impl Shard {
    /// Reads the shard that `byte` and `bits` name.
    ///
    /// # Errors
    /// When it is none, is of another format, or has apps of other shards.
    pub fn read(bytes: &[u8], byte: u8, bits: u8) -> Result<Self, IndexError> {
        let shard: Self = read(bytes, MAX_SHARD)?;
        known_format(shard.format)?;
        let mut check = Check::at(&shard_path(byte));
        check.count("apps", shard.apps.len(), MAX_APPS);
        let mut before = None;
        for app in &shard.apps {
            check.that(before < Some(&app.slug), &shown(&app.slug), || {
                "is not after the app before it".to_owned()
            });
            check.that(
                shard_byte(&app.slug, bits) == byte,
                &shown(&app.slug),
                || "belongs to another shard".to_owned(),
            );
            before = Some(&app.slug);
        }
        check.done()?;
        shard.apps.iter().try_for_each(AppEntry::check)?;
        Ok(shard)
    }

    /// The bytes that are published.
    pub fn write(&self) -> Vec<u8> {
        write(self)
    }
}

/// What the index says of an app beyond its manifest and its lock.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Whose key signed it.
    pub publisher: Publisher,
    /// The signed manifest.
    pub manifest: FileEntry,
    /// The signed icon.
    pub icon: Option<FileEntry>,
}

impl AppEntry {
    /// The entry of an app that comes into the store now.
    ///
    /// # Errors
    /// When the lock is not one of this manifest, naming the service and what to do.
    pub fn new(
        manifest: &Manifest,
        lock: &Lock,
        listed: Listed,
        now: Time,
    ) -> Result<Self, IndexError> {
        lock.fits(manifest)?;
        let first = manifest.webui.as_ref().map(|webui| &webui.service);
        let shown = match first.and_then(|name| manifest.service(name)) {
            Some(service) => Some(service),
            None => manifest.services.first(),
        };
        let version = shown
            .and_then(|service| lock.services.get(service_key(manifest, &service.name)))
            .map(|image| match &image.tag {
                Some(tag) => tag.clone(),
                None => image.digest.short().to_owned(),
            })
            .unwrap_or_default();
        let entry = Self {
            slug: manifest.slug.clone(),
            name: manifest.name.clone(),
            description: manifest.listing.description.clone().unwrap_or_default(),
            categories: manifest.listing.categories.clone(),
            architectures: architectures(manifest),
            homepage: manifest.listing.homepage.clone(),
            version,
            publisher: listed.publisher,
            manifest: listed.manifest,
            icon: listed.icon,
            added: now,
            updated: now,
            services: lock.services.clone(),
            history: lock.history.clone(),
        };
        entry.check()?;
        Ok(entry)
    }

    /// The same entry with the times that follow from what the index says so
    /// far: both are kept, `updated` only when nothing else changed.
    #[must_use]
    pub fn after(mut self, before: Option<&Self>, now: Time) -> Self {
        self.added = before.map_or(now, |before| before.added);
        self.updated = before.map_or(now, |before| before.updated);
        if before.is_some_and(|before| *before != self) {
            self.updated = now;
        }
        self
    }

    /// Whether every part is within the limits.
    ///
    /// # Errors
    /// The first part that is not.
    pub fn check(&self) -> Result<(), IndexError> {
        let mut check = Check::at(&shown(&self.slug));
        check.that(Slug::new(&self.slug).is_ok(), "slug", || {
            "is none".to_owned()
        });
        check.line("name", &self.name);
        check.text("description", &self.description);
        check.lines("categories", &self.categories);
        check.lines("architectures", &self.architectures);
        check.address("homepage", self.homepage.as_deref());
        check.line("version", &self.version);
        check.line("publisher.name", &self.publisher.name);
        check.line("publisher.keyId", &self.publisher.key_id);
        let folder = format!("apps/{}/", self.slug);
        for file in std::iter::once(&self.manifest).chain(&self.icon) {
            check.that(file.path.starts_with(&folder), &shown(&file.path), || {
                format!("is not in {folder}")
            });
            check.line("path", &file.path);
        }
        check_images(&mut check, &self.services, &self.history);
        check.done()
    }
}

/// The name in the index of a manifest's service.
pub fn service_key<'a>(manifest: &Manifest, service: &'a str) -> &'a str {
    match manifest.schema {
        SchemaVersion::V1 => ONLY_SERVICE,
        SchemaVersion::V2 => service,
    }
}

fn architectures(manifest: &Manifest) -> Vec<String> {
    let all = manifest.listing.architectures.iter();
    let words = all.map(|architecture| architecture.as_str().to_owned());
    // Sorted and each once, whatever the author wrote.
    words.collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn read<T: for<'de> Deserialize<'de>>(
    bytes: &[u8],
    limit: usize,
) -> Result<T, IndexError> {
    let length = bytes.len();
    if length > limit {
        return Err(IndexError::Long { length, limit });
    }
    serde_json::from_slice(bytes).map_err(|error| IndexError::Form(shown(&error.to_string())))
}

pub(super) fn known_format(format: u32) -> Result<(), IndexError> {
    if format == FORMAT {
        return Ok(());
    }
    Err(IndexError::Format(format))
}

/// Keys in a fixed order, one line: the same value is always the same bytes.
pub(super) fn write<T: Serialize + fmt::Debug>(value: &T) -> Vec<u8> {
    let mut bytes =
        serde_json::to_vec(value).expect("texts, numbers and maps of texts can be written");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests;
