//! The trusted state of one store: brought up to date and kept.

use std::sync::Arc;

use bytes::Bytes;
use harbour_core::store::delta;
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileName};
use harbour_core::tuf::client::{Client, Step};
use harbour_core::tuf::clock;
use harbour_core::tuf::metadata::{Role as _, Root, Snapshot, Targets, Timestamp};
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::trusted::{Mode, TrustedSet};
use libp2p::PeerId;

use super::core::Core;
use super::files::{Shelving, Verified};
use super::joined::Joined;
use super::names::{kept_name, version_of};
use crate::api::types::{ErrorCode, NetworkError};
use crate::db::Change;
use crate::tuf::now;

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
pub(super) enum Reach<'a> {
    /// What is here has to do.
    Disk,
    /// Peers and origins are asked.
    Network(&'a Hint),
}

impl Core {
    pub(super) fn metadata(&self, store: StoreId, name: String) -> FileName {
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

    pub(super) async fn root(&self, store: StoreId) -> Result<Bytes, NetworkError> {
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
    pub(super) async fn walk(
        &self,
        joined: &Joined,
        reach: Reach<'_>,
    ) -> Result<Client, NetworkError> {
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
    pub(super) async fn drive(
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

    /// Keeps the verified file of a role, and the change from the one before:
    /// others who have that one need no more.
    async fn save(&self, joined: &Joined, role: &str, bytes: Bytes) -> Result<(), NetworkError> {
        let version = version_of(&bytes);
        let before = self.trusted(joined.id, role).await?;
        let file = self.metadata(joined.id, kept_name(role, version));
        let mut work = Shelving {
            keep: vec![(file, Verified::Bytes(bytes.clone()))],
            forget: Vec::new(),
            also: vec![Change::Role(joined.id, role.to_owned(), Some(version))],
        };
        if let Some((old, old_bytes)) = before.filter(|(old, _)| *old != version) {
            if role != Root::TYPE && role != Timestamp::TYPE {
                let gone = self.metadata(joined.id, kept_name(role, old));
                work.forget.push(gone);
            }
            if (role == Snapshot::TYPE || role == Targets::TYPE) && old < version {
                let ending = format!(".{role}.json.zst");
                let deltas = self.metadata(joined.id, delta::FOLDER.to_owned());
                let deltas = self.db.files_below(&deltas);
                let deltas = deltas.map_err(NetworkError::internal)?.into_iter();
                let gone = deltas.filter(|(file, _)| file.name.ends_with(&ending));
                work.forget.extend(gone.map(|(file, _)| file));
                if let Some(made) = make_delta(old_bytes, bytes).await? {
                    let file = self.metadata(joined.id, delta::name(role, old, version));
                    work.keep.push((file, Verified::Bytes(made)));
                }
            }
        }
        self.shelve(self.net().await.as_ref(), work).await
    }
}

/// The change from one file to another, when it is worth a question.
async fn make_delta(old: Bytes, new: Bytes) -> Result<Option<Bytes>, NetworkError> {
    let length = u64::try_from(new.len()).unwrap_or(u64::MAX);
    let made = tokio::task::spawn_blocking(move || delta::make(&old, &new)).await;
    let made = made.map_err(NetworkError::internal)?;
    let made = made.map_err(NetworkError::internal)?;
    let worth = u64::try_from(made.len()).is_ok_and(|made| made <= delta::largest(length));
    Ok(worth.then(|| made.into()))
}

pub(super) fn refused(refusal: Refusal) -> NetworkError {
    NetworkError::new(ErrorCode::Refused, refusal)
}

pub(super) fn unreachable(name: &str, failures: &[String]) -> NetworkError {
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
