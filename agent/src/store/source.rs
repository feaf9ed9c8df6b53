//! One store: read from disk, brought up to date, and what is shown of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use harbour_core::manifest::{self, Manifest};
use harbour_core::store::id::StoreId;
use harbour_core::store::index::{
    AppEntry, HEAD, Head, MAX_HEAD, MAX_SHARD, Shard, shard_byte, shard_bytes, shard_path,
};
use harbour_core::tuf::client::{Client, Found};
use harbour_core::tuf::clock::SteppedBack;
use harbour_core::tuf::metadata::{Role as _, RoleKeys, Root, Snapshot, Targets, Timestamp};
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::time::Time;

use super::catalogue::CatalogueError;
use super::search::Listing;
use super::trust::{Trust, TrustError};
use crate::net::Net;

/// Files of the catalogue fetched at once.
const AT_ONCE: usize = 8;
/// How long a verifier stays in memory after its last use.
const KEEP_TRUST: Duration = Duration::from_secs(60);
/// Largest picture that is handed on.
const MAX_ICON: u64 = 512 << 10;
/// Largest manifest.
const MAX_MANIFEST: u64 = 512 << 10;

/// A role that is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Its name.
    pub role: &'static str,
    /// Its version.
    pub version: u64,
    /// When it expires.
    pub expires: Time,
    /// Ids of the keys that may sign it.
    pub keys: Vec<String>,
    /// How many of them must.
    pub threshold: u64,
}

/// A manifest that was verified, and by whom it is vouched for.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What the store says of the app.
    pub entry: AppEntry,
    /// The bytes that were signed.
    pub bytes: Vec<u8>,
    /// The app.
    pub manifest: Manifest,
    /// The role that lists it.
    pub role: String,
    /// Ids of the keys that signed that role.
    pub signed_by: Vec<String>,
}

/// A store at work; used for one thing at a time.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) id: StoreId,
    pub(super) folder: PathBuf,
    /// The verifier with the parsed metadata, while it is in use.
    trust: Option<Trust>,
    used: Instant,
    head: Option<Head>,
    shards: BTreeMap<u8, (String, Vec<Arc<Listing>>)>,
}

/// What was read of a store.
#[derive(Clone, Debug, Default)]
pub(super) struct Read {
    pub(super) head: Option<Head>,
    pub(super) apps: Vec<Arc<Listing>>,
    pub(super) skipped: Vec<String>,
    pub(super) roles: Vec<Roles>,
    pub(super) stepped_back: Option<SteppedBack>,
}

impl Work {
    pub(super) fn new(id: StoreId, folder: PathBuf) -> Self {
        Self {
            id,
            folder,
            trust: None,
            used: Instant::now(),
            head: None,
            shards: BTreeMap::new(),
        }
    }

    /// Reads what was verified before.
    pub(super) async fn stored(&mut self, net: &Net) -> Result<Read, TrustError> {
        let trust = Trust::stored(self.id, self.folder.clone()).await?;
        self.load(trust, net).await
    }

    /// Brings it up to date.
    pub(super) async fn update(&mut self, net: &Net) -> Result<Read, TrustError> {
        // Two of them would be twice the memory; what is on disk is as good.
        self.trust = None;
        let trust = Trust::update(self.id, self.folder.clone(), net).await?;
        self.load(trust, net).await
    }

    async fn load(&mut self, trust: Trust, net: &Net) -> Result<Read, TrustError> {
        let found = trust.find(HEAD, Some(net)).await??;
        let bytes = trust.content(&found, limit(MAX_HEAD), net).await?;
        let head = Head::read(&bytes).map_err(|error| malformed(HEAD, error))?;
        let bits = head.shard_bits;
        let mut wanted: Vec<(u8, Found)> = Vec::new();
        for byte in shard_bytes(bits) {
            match trust.find(&shard_path(byte), Some(net)).await? {
                Ok(found) => wanted.push((byte, found)),
                // A part without apps need not be there.
                Err(Refusal::NoTarget(_)) => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
        let mut names: BTreeSet<String> = found
            .file
            .hashes
            .get("sha256")
            .cloned()
            .into_iter()
            .collect();
        let same_split = self
            .head
            .as_ref()
            .is_some_and(|head| head.shard_bits == bits);
        let known = std::mem::take(&mut self.shards);
        let id = self.id;
        let read = stream::iter(wanted.into_iter().map(|(byte, found)| {
            let hash = found.file.hashes.get("sha256").cloned().unwrap_or_default();
            let kept = known
                .get(&byte)
                .filter(|(name, _)| same_split && !hash.is_empty() && *name == hash);
            let kept = kept.map(|(_, apps)| apps.clone());
            let trust = &trust;
            async move {
                let apps = match kept {
                    Some(apps) => Ok(apps),
                    None => shard(trust, &found, byte, bits, net).await.map(|shard| {
                        shard
                            .apps
                            .iter()
                            .map(|app| Arc::new(listing(id, app)))
                            .collect()
                    }),
                };
                (byte, hash, apps)
            }
        }))
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<(u8, String, Result<Vec<Arc<Listing>>, TrustError>)>>()
        .await;
        let mut skipped = Vec::new();
        for (byte, hash, apps) in read {
            names.insert(hash.clone());
            match apps {
                Ok(apps) => drop(self.shards.insert(byte, (hash, apps))),
                Err(error) => skipped.push(format!("{}: {error}", shard_path(byte))),
            }
        }
        skipped.sort();
        let apps: Vec<Arc<Listing>> = self
            .shards
            .values()
            .flat_map(|(_, apps)| apps.clone())
            .collect();
        for app in &apps {
            names.insert(hex(&app.manifest));
            names.extend(app.icon.as_ref().map(|hash| hex(hash)));
        }
        if let Err(error) = trust.tidy(names).await {
            tracing::warn!(store = %self.id, %error, "old files of a store could not be removed");
        }
        let read = Read {
            head: Some(head.clone()),
            apps,
            skipped,
            roles: roles(&trust.client()),
            stepped_back: trust.stepped_back,
        };
        self.head = Some(head);
        self.trust = Some(trust);
        self.used = Instant::now();
        Ok(read)
    }

    /// The verifier; made anew when it was let go. Without the network half, or
    /// when there is nothing valid, it is one of what was verified before.
    async fn trust(&mut self, net: &Net) -> Result<(Trust, u8), TrustError> {
        let head = self.head.as_ref().ok_or(TrustError::Nothing)?;
        let trust = match &self.trust {
            Some(trust) => trust.clone(),
            None => match Trust::update(self.id, self.folder.clone(), net).await {
                Ok(trust) => trust,
                Err(error) => {
                    tracing::debug!(store = %self.id, %error, "what was verified before serves");
                    Trust::stored(self.id, self.folder.clone()).await?
                }
            },
        };
        self.used = Instant::now();
        self.trust = Some(trust.clone());
        Ok((trust, head.shard_bits))
    }

    /// Lets the verifier go when nobody used it for a while: the parsed metadata
    /// of ten thousand apps takes some thirty megabytes.
    pub(super) fn let_go(&mut self) {
        if self.used.elapsed() > KEEP_TRUST {
            self.trust = None;
        }
    }

    async fn entry(&mut self, slug: &str, net: &Net) -> Result<AppEntry, CatalogueError> {
        let (trust, bits) = self.trust(net).await?;
        let byte = shard_byte(slug, bits);
        let unknown = || CatalogueError::NoApp(slug.to_owned());
        let found = match trust.find(&shard_path(byte), Some(net)).await? {
            Ok(found) => found,
            Err(Refusal::NoTarget(_)) => return Err(unknown()),
            Err(refusal) => return Err(TrustError::from(refusal).into()),
        };
        let shard = shard(&trust, &found, byte, bits, net).await?;
        let entry = shard.apps.into_iter().find(|app| app.slug == slug);
        entry.ok_or_else(unknown)
    }

    /// The manifest of an app, verified down to its publisher's key.
    pub(super) async fn verified(
        &mut self,
        slug: &str,
        net: &Net,
    ) -> Result<Verified, CatalogueError> {
        let entry = self.entry(slug, net).await?;
        let (trust, _) = self.trust(net).await?;
        let found = trust
            .find(&entry.manifest.path, Some(net))
            .await?
            .map_err(TrustError::from)?;
        let signed_by: Vec<String> = found
            .signed_by
            .iter()
            .map(|(id, _)| id.as_str().to_owned())
            .collect();
        if !signed_by.contains(&entry.publisher.key_id) {
            return Err(CatalogueError::OtherSigner(slug.to_owned()));
        }
        if found.file.hashes.get("sha256") != Some(&hex(entry.manifest.cid.sha256())) {
            return Err(CatalogueError::OtherManifest(slug.to_owned()));
        }
        let bytes = trust.content(&found, MAX_MANIFEST, net).await?;
        let manifest = manifest::parse(&bytes).map_err(|faults| CatalogueError::Manifest {
            slug: slug.to_owned(),
            fault: faults.first().map(ToString::to_string).unwrap_or_default(),
        })?;
        if manifest.slug != slug {
            return Err(CatalogueError::OtherManifest(slug.to_owned()));
        }
        Ok(Verified {
            entry,
            bytes,
            manifest,
            role: found.role,
            signed_by,
        })
    }

    /// Whether an app may be installed at this moment: every role on the way to
    /// it is read again from disk and judged by the present time.
    pub(super) async fn may_install(&self, path: &str) -> Result<(), TrustError> {
        let look = Trust::stored(self.id, self.folder.clone()).await?;
        look.find(path, None).await??;
        Ok(look.client().may_install()?)
    }

    /// The picture of an app.
    pub(super) async fn icon(
        &mut self,
        slug: &str,
        net: &Net,
    ) -> Result<Option<Vec<u8>>, CatalogueError> {
        let entry = self.entry(slug, net).await?;
        let Some(icon) = entry.icon else {
            return Ok(None);
        };
        let (trust, _) = self.trust(net).await?;
        let found = trust
            .find(&icon.path, Some(net))
            .await?
            .map_err(TrustError::from)?;
        Ok(Some(trust.content(&found, MAX_ICON, net).await?))
    }
}

async fn shard(
    trust: &Trust,
    found: &Found,
    byte: u8,
    bits: u8,
    net: &Net,
) -> Result<Shard, TrustError> {
    let bytes = trust.content(found, limit(MAX_SHARD), net).await?;
    Shard::read(&bytes, byte, bits).map_err(|error| malformed(&shard_path(byte), error))
}

fn malformed(what: &str, error: impl ToString) -> TrustError {
    TrustError::Refused(Refusal::Malformed {
        role: what.to_owned(),
        reason: error.to_string(),
    })
}

fn limit(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn listing(store: StoreId, app: &AppEntry) -> Listing {
    let shared = |text: &String| Arc::from(text.as_str());
    Listing {
        store,
        slug: app.slug.clone(),
        name: app.name.clone(),
        description: app.description.clone(),
        categories: app.categories.iter().map(shared).collect(),
        version: app.version.clone(),
        publisher: (shared(&app.publisher.name), shared(&app.publisher.key_id)),
        manifest: *app.manifest.cid.sha256(),
        icon: app.icon.as_ref().map(|icon| *icon.cid.sha256()),
        services: u32::try_from(app.services.len()).unwrap_or(u32::MAX),
        architectures: architectures(app),
        added: app.added.unix(),
        updated: app.updated.unix(),
    }
}

/// Architectures for which every image is there; what the manifest says when
/// the images do not.
fn architectures(app: &AppEntry) -> Option<Vec<Arc<str>>> {
    let of_image = |platforms: &[harbour_core::store::index::Platform]| -> BTreeSet<String> {
        let linux = platforms
            .iter()
            .filter_map(|p| p.platform.strip_prefix("linux/"));
        linux
            .map(|rest| rest.split('/').next().unwrap_or(rest).to_owned())
            .collect()
    };
    let mut images = app
        .services
        .values()
        .map(|image| of_image(&image.platforms));
    let first = images.next().unwrap_or_default();
    let all = images.fold(first, |all, image| &all & &image);
    let unknown = app
        .services
        .values()
        .any(|image| image.platforms.is_empty());
    let said = if unknown {
        app.architectures.iter().cloned().collect()
    } else {
        all
    };
    (!(unknown && said.is_empty()))
        .then(|| said.iter().map(|text| Arc::from(text.as_str())).collect())
}

fn roles(client: &Client) -> Vec<Roles> {
    let trusted = client.trusted();
    let root = trusted.root();
    let role =
        |role: &'static str, common: &harbour_core::tuf::metadata::Common, keys: &RoleKeys| Roles {
            role,
            version: common.version.get(),
            expires: common.expires,
            keys: keys
                .keyids
                .iter()
                .map(|id| id.as_str().to_owned())
                .collect(),
            threshold: keys.threshold.get(),
        };
    let mut roles = vec![role(Root::TYPE, root.common(), &root.roles.root)];
    let timestamp = trusted.timestamp();
    roles.extend(timestamp.map(|r| role(Timestamp::TYPE, r.common(), &root.roles.timestamp)));
    let snapshot = trusted.snapshot();
    roles.extend(snapshot.map(|r| role(Snapshot::TYPE, r.common(), &root.roles.snapshot)));
    roles.extend(
        client
            .targets()
            .map(|r| role(Targets::TYPE, r.common(), &root.roles.targets)),
    );
    roles
}
