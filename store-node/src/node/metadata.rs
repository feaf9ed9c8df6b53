//! Metadata from outside, checked as the trusted roles say before it is given on.

use std::time::Duration;

use bytes::Bytes;
use harbour_core::store::announce::{Judgement, Watch};
use harbour_core::store::delta;
use harbour_core::store::wire::Area;
use harbour_core::tuf::client::{Client, Fetch};
use harbour_core::tuf::content::describe;
use harbour_core::tuf::limits::{MAX_ROOT, MAX_TIMESTAMP};
use harbour_core::tuf::metadata::{MetaFile, Role as _, Root, Snapshot, Targets, Timestamp};
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::trusted::{Mode, TrustedSet};

use super::core::Core;
use super::files::Verified;
use super::joined::{Joined, SPREADING};
use super::names::{TIMESTAMP_FILE, role_of};
use super::obtain::{Check, Wanted};
use super::trust::{Hint, Reach, refused, unreachable};
use crate::api::types::NetworkError;
use crate::tuf::now;

/// How long it is waited for a file that was announced, first, and until it is
/// given up; twice as long each time.
const STILL_FETCHING: (Duration, Duration) =
    (Duration::from_millis(20), Duration::from_millis(3_200));
/// How long peers are waited for who may have a newer root, which there hardly
/// ever is, or a change, without which the whole file is fetched. One of them may
/// just have lost its network.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3));
/// How often only peers are asked that are known to have the version.
const SURE: u32 = 3;

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

/// A role of which there is a later version.
#[derive(Clone, Copy)]
struct Changed<'a> {
    role: &'a str,
    version: u64,
    listed: &'a Listed,
}

/// What changed from the old bytes to the listed ones.
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

impl Core {
    pub(super) async fn metadata_file(
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
            return self.ask_origins(joined, fetch).await;
        };
        let newest = trusted.timestamp().map(|role| role.common.version.get());
        let mut wait = STILL_FETCHING.0;
        let mut again = 0;
        loop {
            // At first only those who are known to have the version.
            let since = newest.filter(|_| hint.from.is_some() && again < SURE);
            let changed = Changed {
                role: &role,
                version,
                listed: &listed,
            };
            let by_delta = self.by_delta(joined, changed, fetch, hint, since);
            if let Some(whole) = by_delta.await? {
                return Ok(Some(whole));
            }
            let wanted = Wanted {
                file: self.metadata(joined.id, fetch.path.clone()),
                limit: fetch.limit,
                check: &listed,
                first: hint.from,
                only_first: false,
                since,
                patience: None,
            };
            match self.obtain(joined, &wanted).await {
                Ok(obtained) => return self.in_memory(obtained.what).await.map(Some),
                // News travel faster than files: whoever announced it may be
                // fetching it at this very moment.
                Err(_) if hint.from.is_some() && wait < STILL_FETCHING.1 => {
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                    again += 1;
                    if let Some(net) = self.net().await
                        && net.swarm.version(joined.id).await > newest
                    {
                        let reason = "a newer version is out".to_owned();
                        return Err(unreachable(&fetch.path, &[reason]));
                    }
                }
                Err(sought) if sought.only_missing() && joined.spreads() => {
                    tokio::time::sleep(SPREADING).await;
                }
                Err(sought) if sought.only_missing() => return Ok(None),
                Err(sought) => return Err(unreachable(&fetch.path, &sought.failures)),
            }
        }
    }

    async fn by_delta(
        &self,
        joined: &Joined,
        changed: Changed<'_>,
        fetch: &Fetch,
        hint: &Hint,
        since: Option<u64>,
    ) -> Result<Option<Bytes>, NetworkError> {
        let Changed {
            role,
            version,
            listed,
        } = changed;
        // Bytes that are on this machine need not be saved.
        if (role != Snapshot::TYPE && role != Targets::TYPE) || !joined.sites().is_empty() {
            return Ok(None);
        }
        let Some((old, old_bytes)) = self.trusted(joined.id, role).await? else {
            return Ok(None);
        };
        if old >= version {
            return Ok(None);
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
            since,
            patience: Some(PATIENCE.1),
        };
        let Ok(obtained) = self.obtain(joined, &wanted).await else {
            return Ok(None);
        };
        let delta = self.in_memory(obtained.what).await?;
        let whole = delta::apply(&old_bytes, &delta, fetch.limit);
        Ok(Some(whole.map_err(NetworkError::internal)?.into()))
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
    async fn ask_origins(
        &self,
        joined: &Joined,
        fetch: &Fetch,
    ) -> Result<Option<Bytes>, NetworkError> {
        let mut failures = Vec::new();
        for (base, origin) in joined.origins(Area::Metadata) {
            match self.ask_origin(&base, origin, fetch).await {
                Ok(answer) => return Ok(answer),
                Err(error) => failures.push(error),
            }
        }
        Err(unreachable(&fetch.path, &failures))
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
            since: None,
            patience: Some(PATIENCE.0),
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
            match self.ask_origin(&base, origin, &fetch).await {
                Ok(Some(bytes)) => found.push(bytes),
                Ok(None) => failures.push(format!("{base} has no {TIMESTAMP_FILE}")),
                Err(error) => failures.push(error),
            }
        }
        found
    }
}
