//! The trusted state of one store: brought up to date, asked for targets.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use harbour_core::store::announce::{Judgement, Watch};
use harbour_core::store::delta;
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileName};
use harbour_core::tuf::client::{Client, Fetch, Found, Step};
use harbour_core::tuf::clock;
use harbour_core::tuf::content::describe;
use harbour_core::tuf::limits::{MAX_ROOT, MAX_TIMESTAMP};
use harbour_core::tuf::metadata::{MetaFile, Role as _, Root, Snapshot, Targets, Timestamp};
use harbour_core::tuf::name::{TargetPath, file_name};
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::trusted::{Mode, TrustedSet};
use libp2p::PeerId;
use serde::Deserialize;

use super::core::{Core, Joined};
use super::files::Verified;
use super::obtain::{Check, Wanted};
use crate::api::types::{ErrorCode, NetworkError};
use crate::db::Change;
use crate::tuf::now;

const TIMESTAMP_FILE: &str = "timestamp.json";
/// How long it is waited for a file that was announced, first, and until it is
/// given up; twice as long each time.
const STILL_FETCHING: (Duration, Duration) =
    (Duration::from_millis(50), Duration::from_millis(3_200));

/// What an update begins with.
#[derive(Debug, Clone, Default)]
pub(super) struct Hint {
    /// A timestamp that was announced and verified.
    pub(super) timestamp: Option<Vec<u8>>,
    /// Who announced it.
    pub(super) from: Option<PeerId>,
    /// Ask folders and web servers for a newer timestamp as well.
    pub(super) look: bool,
}

/// How far out a walk through the metadata may go.
#[derive(Clone, Copy)]
enum Reach<'a> {
    /// What is here has to do.
    Disk,
    /// Peers and origins are asked.
    Network(&'a Hint),
}

/// A metadata file whose length and hashes are signed.
struct Listed(MetaFile);

impl Listed {
    /// Only with a hash can bytes of a peer be told from others.
    fn of(entry: &MetaFile) -> Option<Self> {
        let hashes = entry.hashes.as_ref()?;
        hashes.contains_key("sha256").then(|| Self(entry.clone()))
    }
}

impl Check for Listed {
    fn whole(&self, bytes: &[u8]) -> Result<(), String> {
        let is = describe(bytes);
        let wanted = self
            .0
            .hashes
            .as_ref()
            .and_then(|hashes| hashes.get("sha256"));
        let same_hash = wanted.is_some_and(|hash| Some(hash) == is.hashes.get("sha256"));
        let same_length = self.0.length.is_none_or(|length| length == is.length);
        match same_hash && same_length {
            true => Ok(()),
            false => Err("the bytes are not those that were signed for".to_owned()),
        }
    }

    fn length(&self) -> Option<u64> {
        self.0.length
    }
}

/// A root that has to follow the one we trust.
struct NextRoot(Vec<u8>);

impl Check for NextRoot {
    fn whole(&self, bytes: &[u8]) -> Result<(), String> {
        let trusted = TrustedSet::new(&self.0, now(), Mode::Lenient);
        let mut trusted = trusted.map_err(|error| error.to_string())?;
        let next = trusted.update_root(bytes);
        next.map(drop).map_err(|error| error.to_string())
    }

    fn length(&self) -> Option<u64> {
        None
    }
}

/// A target as some role lists it.
struct Target<'a>(&'a Found);

impl Check for Target<'_> {
    fn whole(&self, bytes: &[u8]) -> Result<(), String> {
        let mut check = self.0.check().map_err(|error| error.to_string())?;
        check.update(bytes).map_err(|error| error.to_string())?;
        check.finish().map_err(|error| error.to_string())
    }

    fn length(&self) -> Option<u64> {
        Some(self.0.file.length)
    }
}

#[derive(Deserialize)]
struct Versioned {
    signed: Version,
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

fn version_of(bytes: &[u8]) -> u64 {
    // What was verified has one.
    serde_json::from_slice(bytes).map_or(0, |file: Versioned| file.signed.version)
}

/// The name under which a role's file is kept, which is what peers ask for.
pub(super) fn kept_name(role: &str, version: u64) -> String {
    match role {
        Timestamp::TYPE => TIMESTAMP_FILE.to_owned(),
        _ => format!("{version}.{}.json", file_name(role)),
    }
}

/// Undoes the percent-encoding of a name in an address.
pub(super) fn plain_path(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            let digits = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
            plain.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            plain.push(*byte);
            at += 1;
        }
    }
    let plain = String::from_utf8(plain).ok()?;
    let path = TargetPath::new(&plain).ok()?;
    Some(path.as_str().to_owned())
}

/// The path of a target, from its name in an address.
fn target_path(name: &str, consistent: bool) -> Option<TargetPath> {
    let plain = plain_path(name)?;
    if !consistent {
        return TargetPath::new(&plain).ok();
    }
    let (folder, file) = match plain.rsplit_once('/') {
        Some((folder, file)) => (format!("{folder}/"), file),
        None => (String::new(), plain.as_str()),
    };
    let (_, file) = file.split_once('.')?;
    TargetPath::new(&format!("{folder}{file}")).ok()
}

/// The role of a metadata file that the verifier asks for.
fn role_of(path: &str) -> Option<String> {
    let name = path.strip_suffix(".json")?;
    let role = match name.split_once('.') {
        Some((version, role)) if version.bytes().all(|byte| byte.is_ascii_digit()) => role,
        _ => name,
    };
    // A role may have any letters; as a path it need not be one.
    let decoded = plain_path(role);
    Some(decoded.unwrap_or_else(|| role.to_owned()))
}

impl Core {
    fn metadata(&self, store: StoreId, name: String) -> FileName {
        FileName {
            store,
            area: Area::Metadata,
            name,
        }
    }

    /// The trusted file of a role, and its version.
    pub(super) async fn trusted(
        &self,
        store: StoreId,
        role: &str,
    ) -> Result<Option<(u64, Bytes)>, NetworkError> {
        let version = self.db.role(&store, role).map_err(NetworkError::internal)?;
        let Some(version) = version else {
            return Ok(None);
        };
        let file = self.metadata(store, kept_name(role, version));
        Ok(self.read(&file).await?.map(|bytes| (version, bytes)))
    }

    async fn root(&self, store: StoreId) -> Result<Bytes, NetworkError> {
        let root = self.trusted(store, Root::TYPE).await?;
        root.map(|(_, bytes)| bytes)
            .ok_or_else(|| NetworkError::internal("the root of the store is gone from the disk"))
    }

    /// Brings a store up to date. What was verified until an error stays.
    pub(super) async fn update(&self, joined: &Joined, hint: &Hint) -> Result<(), NetworkError> {
        let mut loaded = joined.client.lock().await;
        *loaded = None;
        let client = self.walk(joined, Reach::Network(hint)).await?;
        *loaded = Some(client);
        Ok(())
    }

    /// A client that has loaded what is trusted.
    async fn walk(&self, joined: &Joined, reach: Reach<'_>) -> Result<Client, NetworkError> {
        let highest = self.db.highest_time().map_err(NetworkError::internal)?;
        let start = clock::start(now(), highest);
        if let Some(stepped_back) = &start.stepped_back {
            tracing::warn!(%stepped_back, "the clock");
        }
        if highest.is_none_or(|highest| start.time.since(highest) > 60) {
            let kept = self.db.write(vec![Change::Highest(start.time)]).await;
            kept.map_err(NetworkError::internal)?;
        }
        let root = self.root(joined.id).await?;
        let mut client = Client::update(&root, start.time).map_err(refused)?;
        self.drive(joined, &mut client, reach).await?;
        Ok(client)
    }

    /// Does what the client says until it is ready.
    async fn drive(
        &self,
        joined: &Joined,
        client: &mut Client,
        reach: Reach<'_>,
    ) -> Result<(), NetworkError> {
        loop {
            match client.step().map_err(refused)? {
                Step::Ready => return Ok(()),
                Step::Load { role } => {
                    let bytes = self.trusted(joined.id, &role).await?;
                    let bytes = bytes.as_ref().map(|(_, bytes)| &bytes[..]);
                    client.loaded(bytes).map_err(refused)?;
                }
                Step::Save { role, bytes } => self.save(joined, &role, bytes.into()).await?,
                Step::Remove { role } => {
                    let gone = Change::Role(joined.id, role, None);
                    let gone = self.db.write(vec![gone]).await;
                    gone.map_err(NetworkError::internal)?;
                }
                Step::Fetch(fetch) => {
                    match self.metadata_file(joined, client, &fetch, reach).await? {
                        Some(bytes) => client.fetched(&bytes).map_err(refused)?,
                        None => client.missing().map_err(refused)?,
                    }
                }
            }
        }
    }

    /// Keeps the verified file of a role, and the change from the one before.
    async fn save(&self, joined: &Joined, role: &str, bytes: Bytes) -> Result<(), NetworkError> {
        let version = version_of(&bytes);
        let before = self.trusted(joined.id, role).await?;
        let file = self.metadata(joined.id, kept_name(role, version));
        let net = self.net().await;
        let trusts = Change::Role(joined.id, role.to_owned(), Some(version));
        let what = Verified::Bytes(bytes.clone());
        self.keep(net.as_ref(), file, what, vec![trusts]).await?;
        let Some((old, old_bytes)) = before.filter(|(old, _)| *old != version) else {
            return Ok(());
        };
        if role != Root::TYPE && role != Timestamp::TYPE {
            let gone = self.metadata(joined.id, kept_name(role, old));
            self.forget(vec![gone]).await?;
        }
        if (role == Snapshot::TYPE || role == Targets::TYPE) && old < version {
            self.keep_delta(joined, role, (old, old_bytes), (version, bytes))
                .await?;
        }
        Ok(())
    }

    /// Others who have the old version need only the change.
    async fn keep_delta(
        &self,
        joined: &Joined,
        role: &str,
        (old, old_bytes): (u64, Bytes),
        (new, bytes): (u64, Bytes),
    ) -> Result<(), NetworkError> {
        let made = tokio::task::spawn_blocking(move || delta::make(&old_bytes, &bytes)).await;
        let made = match made {
            Ok(Ok(made)) => made,
            Ok(Err(error)) => return Err(NetworkError::internal(error)),
            Err(error) => return Err(NetworkError::internal(error)),
        };
        let files = self.db.files(Some(&joined.id));
        let ending = format!(".{role}.json.zst");
        let gone = files
            .map_err(NetworkError::internal)?
            .into_iter()
            .map(|(file, _)| file)
            .filter(|file| file.name.starts_with("deltas/") && file.name.ends_with(&ending))
            .collect();
        self.forget(gone).await?;
        let file = self.metadata(joined.id, delta::name(role, old, new));
        let what = Verified::Bytes(made.into());
        self.keep(self.net().await.as_ref(), file, what, Vec::new())
            .await
    }

    async fn metadata_file(
        &self,
        joined: &Joined,
        client: &Client,
        fetch: &Fetch,
        reach: Reach<'_>,
    ) -> Result<Option<Bytes>, NetworkError> {
        let hint = match reach {
            Reach::Disk if fetch.path == TIMESTAMP_FILE => {
                let stored = self.trusted(joined.id, Timestamp::TYPE).await?;
                return Ok(stored.map(|(_, bytes)| bytes));
            }
            Reach::Disk => return Ok(None),
            Reach::Network(hint) => hint,
        };
        if fetch.path == TIMESTAMP_FILE {
            return self.newest_timestamp(joined, hint).await;
        }
        let role = role_of(&fetch.path).unwrap_or_default();
        if role == Root::TYPE {
            return self.next_root(joined, fetch, hint).await;
        }
        let trusted = client.trusted();
        let entry = match role.as_str() {
            Snapshot::TYPE => trusted.timestamp().map(|role| &role.meta.snapshot),
            role => trusted.snapshot().and_then(|snapshot| snapshot.entry(role)),
        };
        let listed = entry.and_then(|entry| Some((entry.version.get(), Listed::of(entry)?)));
        let Some((version, listed)) = listed else {
            return self.from_origins(joined, fetch).await;
        };
        let file = self.metadata(joined.id, fetch.path.clone());
        if let Some(whole) = self
            .by_delta(joined, &role, version, &listed, fetch, hint)
            .await?
        {
            return Ok(Some(whole));
        }
        let wanted = Wanted {
            file,
            limit: fetch.limit,
            check: &listed,
            first: hint.from,
            only_first: false,
        };
        let mut wait = STILL_FETCHING.0;
        loop {
            match self.obtain(joined, &wanted).await {
                Ok(obtained) => return self.in_memory(obtained.what).await.map(Some),
                // News travel faster than files: whoever announced it may be
                // fetching it at this very moment.
                Err(_) if hint.from.is_some() && wait < STILL_FETCHING.1 => {
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                }
                Err(sought) if sought.missing && sought.failures.is_empty() => return Ok(None),
                Err(sought) => return Err(unreachable(&fetch.path, &sought.failures)),
            }
        }
    }

    async fn in_memory(&self, what: Verified) -> Result<Bytes, NetworkError> {
        match what {
            Verified::Bytes(bytes) => Ok(bytes),
            Verified::Blob { hash, .. } => {
                let net = self.net().await;
                let net = net.ok_or_else(|| NetworkError::internal("the node is ending"))?;
                net.blobs.read(hash).await.map_err(NetworkError::internal)
            }
        }
    }

    /// Files that no hash is signed for come from origins, never from peers.
    async fn from_origins(
        &self,
        joined: &Joined,
        fetch: &Fetch,
    ) -> Result<Option<Bytes>, NetworkError> {
        let mut failures = Vec::new();
        for (base, origin) in joined.origins(Area::Metadata) {
            match self.from_origin(&base, origin, fetch).await {
                Ok(answer) => return Ok(answer),
                Err(error) => failures.push(error),
            }
        }
        Err(unreachable(&fetch.path, &failures))
    }

    async fn by_delta(
        &self,
        joined: &Joined,
        role: &str,
        version: u64,
        listed: &Listed,
        fetch: &Fetch,
        hint: &Hint,
    ) -> Result<Option<Bytes>, NetworkError> {
        if role != Snapshot::TYPE && role != Targets::TYPE {
            return Ok(None);
        }
        let Some((old, old_bytes)) = self.trusted(joined.id, role).await? else {
            return Ok(None);
        };
        if old >= version {
            return Ok(None);
        }
        struct Makes<'a> {
            old: &'a [u8],
            listed: &'a Listed,
            limit: u64,
        }
        impl Check for Makes<'_> {
            fn whole(&self, bytes: &[u8]) -> Result<(), String> {
                let made = delta::apply(self.old, bytes, self.limit);
                self.listed.whole(&made.map_err(|error| error.to_string())?)
            }

            fn length(&self) -> Option<u64> {
                None
            }
        }
        let makes = Makes {
            old: &old_bytes,
            listed,
            limit: fetch.limit,
        };
        let wanted = Wanted {
            file: self.metadata(joined.id, delta::name(role, old, version)),
            limit: delta::largest(fetch.limit),
            check: &makes,
            first: hint.from,
            only_first: false,
        };
        let Ok(obtained) = self.obtain(joined, &wanted).await else {
            return Ok(None);
        };
        let delta = self.in_memory(obtained.what).await?;
        let whole = delta::apply(&old_bytes, &delta, fetch.limit);
        Ok(Some(whole.map_err(NetworkError::internal)?.into()))
    }

    async fn next_root(
        &self,
        joined: &Joined,
        fetch: &Fetch,
        hint: &Hint,
    ) -> Result<Option<Bytes>, NetworkError> {
        let check = NextRoot(self.root(joined.id).await?.to_vec());
        let wanted = Wanted {
            file: self.metadata(joined.id, fetch.path.clone()),
            limit: MAX_ROOT,
            check: &check,
            first: hint.from,
            // An announcement by keys that are known needs no search for others.
            only_first: hint.timestamp.is_some(),
        };
        match self.obtain(joined, &wanted).await {
            Ok(obtained) => self.in_memory(obtained.what).await.map(Some),
            // Whoever could not be asked may have one; the next update asks again.
            Err(sought) => {
                if !sought.failures.is_empty() {
                    tracing::debug!(failures = ?sought.failures, "no newer root");
                }
                Ok(None)
            }
        }
    }

    /// The newest timestamp that folders, web servers and the hint have, or
    /// else the one that is trusted already.
    async fn newest_timestamp(
        &self,
        joined: &Joined,
        hint: &Hint,
    ) -> Result<Option<Bytes>, NetworkError> {
        let root = self.root(joined.id).await?;
        let stored = self.trusted(joined.id, Timestamp::TYPE).await?;
        let stored = stored.map(|(_, bytes)| bytes);
        let watch = Watch::new(&root, stored.as_deref()).map_err(refused)?;
        let mut newest: Option<(u64, Bytes)> = None;
        let (mut failures, mut refusal) = (Vec::new(), None);
        let mut candidates: Vec<Bytes> = hint.timestamp.iter().cloned().map(Bytes::from).collect();
        if hint.look {
            let found = self.timestamps(joined, &mut failures).await;
            candidates.extend(found);
        }
        for bytes in candidates {
            match watch.clone().accept(&bytes, now()) {
                Judgement::Fetch { version } => {
                    if newest.as_ref().is_none_or(|(known, _)| *known < version) {
                        newest = Some((version, bytes));
                    }
                }
                Judgement::Old => {}
                Judgement::NeedsRoot { .. } => {
                    refusal = Some(Refusal::Signatures {
                        role: Timestamp::TYPE.to_owned(),
                        valid: 0,
                        needed: 1,
                    });
                }
                Judgement::Reject(reason) => refusal = Some(reason),
            }
        }
        match (newest, stored, refusal) {
            (Some((_, bytes)), _, _) => Ok(Some(bytes)),
            (None, _, Some(refusal)) => Err(refused(refusal)),
            (None, Some(_), None) if hint.look && !failures.is_empty() && hint.from.is_none() => {
                Err(unreachable(TIMESTAMP_FILE, &failures))
            }
            (None, Some(bytes), None) => Ok(Some(bytes)),
            (None, None, None) => Err(unreachable(TIMESTAMP_FILE, &failures)),
        }
    }

    async fn timestamps(&self, joined: &Joined, failures: &mut Vec<String>) -> Vec<Bytes> {
        let mut found = Vec::new();
        for site in joined.sites() {
            let path = site.join("metadata").join(TIMESTAMP_FILE);
            match tokio::fs::read(&path).await {
                Ok(bytes) => found.push(bytes.into()),
                Err(error) => failures.push(format!("{}: {error}", path.display())),
            }
        }
        let fetch = Fetch {
            path: TIMESTAMP_FILE.to_owned(),
            limit: MAX_TIMESTAMP,
        };
        for (base, origin) in joined.origins(Area::Metadata) {
            match self.from_origin(&base, origin, &fetch).await {
                Ok(Some(bytes)) => found.push(bytes),
                Ok(None) => failures.push(format!("{base} has no {TIMESTAMP_FILE}")),
                Err(error) => failures.push(error),
            }
        }
        found
    }

    /// Looks for a target among the trusted roles; those of publishers are
    /// fetched on the way.
    pub(super) async fn find(
        &self,
        joined: &Joined,
        path: TargetPath,
    ) -> Result<Option<Found>, NetworkError> {
        let mut loaded = joined.client.lock().await;
        let mut client = match loaded.take() {
            Some(client) => client,
            None => self.walk(joined, Reach::Disk).await?,
        };
        client.find(path);
        let hint = Hint::default();
        let driven = self.drive(joined, &mut client, Reach::Network(&hint)).await;
        let found = client.take_found();
        *loaded = Some(client);
        joined.touched();
        driven?;
        match found {
            Some(Ok(found)) => Ok(Some(found)),
            Some(Err(Refusal::NoTarget(_))) | None => Ok(None),
            Some(Err(refusal)) => Err(refused(refusal)),
        }
    }

    /// Fetches a target by its name in an address.
    pub(super) async fn target(
        &self,
        joined: &Joined,
        name: &str,
        max_len: u64,
    ) -> Result<Option<(Bytes, crate::api::types::Source)>, NetworkError> {
        let consistent = joined.consistent();
        let Some(path) = target_path(name, consistent) else {
            return Ok(None);
        };
        let Some(found) = self.find(joined, path).await? else {
            return Ok(None);
        };
        if found.fetch().path != name {
            return Ok(None);
        }
        let length = found.file.length;
        if length > max_len {
            return Err(NetworkError::new(
                ErrorCode::TooLarge,
                format!("{name} has {length} bytes, more than the {max_len} that are wanted"),
            ));
        }
        let file = FileName {
            store: joined.id,
            area: Area::Target,
            name: name.to_owned(),
        };
        self.make_room(length).await?;
        let check = Target(&found);
        let wanted = Wanted {
            file: file.clone(),
            limit: length,
            check: &check,
            first: None,
            only_first: false,
        };
        let obtained = match self.obtain(joined, &wanted).await {
            Ok(obtained) => obtained,
            Err(sought) => return Err(unreachable(name, &sought.failures)),
        };
        let net = self.net().await;
        let source = obtained.source;
        let bytes = match &obtained.what {
            Verified::Bytes(bytes) => bytes.clone(),
            Verified::Blob { hash, .. } => {
                let net = net.as_ref();
                let net = net.ok_or_else(|| NetworkError::internal("the node is ending"))?;
                net.blobs
                    .read(*hash)
                    .await
                    .map_err(NetworkError::internal)?
            }
        };
        self.keep(net.as_ref(), file, obtained.what, Vec::new())
            .await?;
        Ok(Some((bytes, source)))
    }

    /// A metadata file for whoever drives an own verifier.
    pub(super) async fn metadata_for(
        &self,
        joined: &Joined,
        name: &str,
    ) -> Result<Option<Bytes>, NetworkError> {
        let file = self.metadata(joined.id, name.to_owned());
        if let Some(bytes) = self.read(&file).await? {
            return Ok(Some(bytes));
        }
        let Some(role) = role_of(name) else {
            return Ok(None);
        };
        let top = [Root::TYPE, Timestamp::TYPE, Snapshot::TYPE, Targets::TYPE];
        if top.contains(&role.as_str()) {
            return Ok(None);
        }
        // A publisher's role is fetched on the way to any path it speaks for.
        let targets = self.trusted(joined.id, Targets::TYPE).await?;
        let Some(path) = targets.and_then(|(_, bytes)| path_of_role(&bytes, &role)) else {
            return Ok(None);
        };
        self.find(joined, path).await?;
        self.read(&file).await
    }
}

/// A path that a delegated role may speak for.
fn path_of_role(targets: &[u8], role: &str) -> Option<TargetPath> {
    let envelope = harbour_core::tuf::envelope::Envelope::read(Targets::TYPE, targets).ok()?;
    let targets: Targets = envelope.content().ok()?;
    let roles = targets.delegations?.roles?;
    let delegated = roles.into_iter().find(|one| one.name == role)?;
    let pattern = delegated.paths?.into_iter().next()?;
    TargetPath::new(&pattern.replace(['*', '?'], "_")).ok()
}

fn refused(refusal: Refusal) -> NetworkError {
    NetworkError::new(ErrorCode::Refused, refusal)
}

fn unreachable(name: &str, failures: &[String]) -> NetworkError {
    let reasons = match failures {
        [] => "nobody who has it is connected".to_owned(),
        failures => failures.join("; "),
    };
    NetworkError::new(
        ErrorCode::Unreachable,
        format!("{name} can not be had: {reasons}"),
    )
}

/// Bytes that are the first root of a store, or why not.
pub(super) fn first_root(store: StoreId, bytes: &[u8]) -> Result<(), NetworkError> {
    let wrong = |message: String| NetworkError::new(ErrorCode::Refused, message);
    if StoreId::of_root(bytes) != store {
        return Err(wrong(format!(
            "this is not the first root of the store {}: its hash is {}",
            store.short(),
            StoreId::of_root(bytes).short()
        )));
    }
    let trusted = TrustedSet::new(bytes, now(), Mode::Lenient).map_err(refused)?;
    match trusted.root().common.version.get() {
        1 => Ok(()),
        version => Err(wrong(format!(
            "this is version {version} of a root; a store is named by its first one, 1.root.json"
        ))),
    }
}

/// Whether the trusted root says that names of targets begin with a hash.
pub(super) fn is_consistent(root: &[u8]) -> bool {
    let trusted = TrustedSet::new(root, now(), Mode::Lenient);
    trusted.is_ok_and(|trusted| trusted.root().consistent_snapshot)
}

/// Shared by those who look for the same file at once.
pub(super) type Turn = Arc<tokio::sync::Mutex<()>>;
