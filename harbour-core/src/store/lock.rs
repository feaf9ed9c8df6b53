//! What the tags of an app's images mean: `locks/<slug>.json`, written by
//! `index-builder resolve` and read by `build`, so that a publication asks nobody.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::check::{Check, check_images};
use super::index::{
    DigestSeen, FORMAT, IndexError, MAX_HISTORY, Platform, ServiceImage, known_format, read,
    service_key,
};
use crate::digest::Digest;
use crate::manifest::{Manifest, Service};
use crate::tuf::time::Time;

/// Bytes of a lock.
pub const MAX_LOCK: usize = 1024 * 1024;

/// The images of an app, each with its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lock {
    /// [`FORMAT`].
    pub format: u32,
    /// Images by the name of the service, as in the index.
    pub services: BTreeMap<String, ServiceImage>,
    /// What the tags meant, newest first, at most [`MAX_HISTORY`].
    #[serde(default)]
    pub history: Vec<DigestSeen>,
}

/// What a registry says of a service's image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The tag, unless the manifest names nothing but a digest.
    pub tag: Option<String>,
    /// Its digest.
    pub digest: Digest,
    /// What it is there for.
    pub platforms: Vec<Platform>,
}

impl Lock {
    /// A lock without images.
    pub fn empty() -> Self {
        Self {
            format: FORMAT,
            services: BTreeMap::new(),
            history: Vec::new(),
        }
    }

    /// Reads a lock.
    ///
    /// # Errors
    /// When it is none, or has more than is read.
    pub fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        let lock: Self = read(bytes, MAX_LOCK)?;
        known_format(lock.format)?;
        let mut check = Check::at("the lock");
        check_images(&mut check, &lock.services, &lock.history);
        check.done()?;
        Ok(lock)
    }

    /// The bytes of its file, for people to read.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .expect("texts, numbers and maps of texts can be written");
        bytes.push(b'\n');
        bytes
    }

    /// The lock after a look at the registries: digests that were seen before
    /// keep the time at which that was.
    #[must_use]
    pub fn after(&self, manifest: &Manifest, found: &BTreeMap<String, Found>, now: Time) -> Self {
        let mut services = BTreeMap::new();
        let mut history = self.history.clone();
        for service in &manifest.services {
            let name = service_key(manifest, &service.name);
            let Some(found) = found.get(name) else {
                continue;
            };
            let first_seen = self.first_seen(name, &found.digest).unwrap_or(now);
            services.insert(
                name.to_owned(),
                ServiceImage {
                    image: service.image.name(),
                    tag: found.tag.clone(),
                    digest: found.digest.clone(),
                    first_seen,
                    platforms: found.platforms.clone(),
                },
            );
            let Some(tag) = &found.tag else { continue };
            let seen = DigestSeen {
                service: name.to_owned(),
                tag: tag.clone(),
                digest: found.digest.clone(),
                first_seen,
            };
            let newest = history
                .iter()
                .find(|old| old.service == seen.service && old.tag == seen.tag);
            if newest.is_none_or(|newest| newest.digest != seen.digest) {
                history.insert(0, seen);
            }
        }
        history.truncate(MAX_HISTORY);
        Self {
            format: FORMAT,
            services,
            history,
        }
    }

    fn first_seen(&self, service: &str, digest: &Digest) -> Option<Time> {
        let now = self
            .services
            .get(service)
            .filter(|now| now.digest == *digest);
        let then = self.history.iter();
        let then = then.filter(|seen| seen.service == service && seen.digest == *digest);
        let times = then.map(|seen| seen.first_seen);
        times.chain(now.map(|now| now.first_seen)).min()
    }

    /// Whether it locks exactly the services of a manifest, with their images.
    ///
    /// # Errors
    /// When not, with the service.
    pub fn fits(&self, manifest: &Manifest) -> Result<(), IndexError> {
        let mut check = Check::at("the lock");
        let again = |what: &str| format!("{what}; run `index-builder resolve` again");
        let mut names = BTreeSet::new();
        for service in &manifest.services {
            let name = service_key(manifest, &service.name);
            names.insert(name);
            let Some(image) = self.services.get(name) else {
                check.that(false, name, || again("it is not in the lock"));
                continue;
            };
            check.that(image.image == service.image.name(), name, || {
                let (locked, named) = (&image.image, service.image.name());
                again(&format!(
                    "the lock is for {locked}, the manifest names {named}"
                ))
            });
            check.that(same_pin(service, image), name, || {
                again("the manifest names a digest and the lock another, or only one of them does")
            });
        }
        for name in self.services.keys() {
            check.that(names.contains(name.as_str()), name, || {
                again("the manifest has no such service")
            });
        }
        check.done()
    }
}

/// An image that the manifest names by digest has that digest.
fn same_pin(service: &Service, image: &ServiceImage) -> bool {
    match &service.digest {
        Some(digest) => image.digest == *digest && image.tag == service.default_tag,
        None => image.tag.is_some(),
    }
}
