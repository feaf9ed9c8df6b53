//! Files that were verified: kept on disk within the quota, given to peers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileAnswer, FileName, MAX_INLINE};
use iroh_blobs::api::TempTag;
use libp2p::PeerId;

use super::core::Core;
use super::net::Net;
use crate::api::types::{BytesBySource, ErrorCode, NetworkError, Source};
use crate::db::{Change, Db, FileRecord, Place};
use crate::swarm::Shelf;

/// Seconds within which another use of a file is not written down.
const USED_AGAIN: u64 = 3_600;

/// The time, in seconds since 1970.
pub(super) fn seconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Bytes by where they came from, of each store and each peer.
#[derive(Debug, Default)]
pub(super) struct Meter {
    stores: Mutex<HashMap<StoreId, BytesBySource>>,
    peers: Mutex<HashMap<PeerId, u64>>,
}

/// Peers whose bytes are counted one by one.
const METERED: usize = 1_024;

impl Meter {
    pub(super) fn count(&self, store: &StoreId, source: Source, bytes: u64) {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = stores.entry(*store).or_default();
        *match source {
            Source::Disk => &mut counted.disk,
            Source::Lan => &mut counted.lan,
            Source::Peer => &mut counted.peer,
            Source::Origin => &mut counted.origin,
        } += bytes;
    }

    /// Good bytes of a peer.
    pub(super) fn came_from(&self, peer: PeerId, bytes: u64) {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if peers.len() < METERED || peers.contains_key(&peer) {
            *peers.entry(peer).or_default() += bytes;
        }
    }

    pub(super) fn of_peer(&self, peer: &PeerId) -> u64 {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        peers.get(peer).copied().unwrap_or(0)
    }

    pub(super) fn of_store(&self, store: &StoreId) -> BytesBySource {
        let stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        stores.get(store).copied().unwrap_or_default()
    }

    pub(super) fn total(&self) -> BytesBySource {
        let stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        let mut total = BytesBySource::default();
        for counted in stores.values() {
            total.disk += counted.disk;
            total.lan += counted.lan;
            total.peer += counted.peer;
            total.origin += counted.origin;
        }
        total
    }
}

/// How many bytes of files are on disk, those on their way included.
#[derive(Debug, Default)]
pub(super) struct Usage(AtomicU64);

impl Usage {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn sub(&self, bytes: u64) {
        // Never below nothing, whatever was counted twice.
        let down = |now: u64| Some(now.saturating_sub(bytes));
        // The closure always gives a value.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, down);
    }
}

/// What peers may have: looked up in the database at each request.
pub(super) struct VerifiedShelf {
    pub(super) db: Arc<Db>,
    /// Where blobs are given; known once they are.
    pub(super) port: AtomicU16,
}

impl Shelf for VerifiedShelf {
    fn find(&self, file: &FileName) -> FileAnswer {
        let found = match self.db.file(file) {
            Ok(Some(found)) => found,
            Ok(None) => return FileAnswer::Missing,
            Err(error) => {
                tracing::error!(%error, "a peer's question can not be answered");
                return FileAnswer::Busy;
            }
        };
        match found.place {
            Place::Blob(blake3) => FileAnswer::Blob {
                blake3,
                length: found.length,
                port: self.port.load(Ordering::Relaxed),
            },
            Place::Inline => match self.db.inline(file) {
                Ok(Some(bytes)) if bytes.len() <= MAX_INLINE => FileAnswer::Inline(bytes),
                Ok(_) => FileAnswer::Missing,
                Err(_) => FileAnswer::Busy,
            },
        }
    }
}

/// Bytes that were verified, on their way to the disk.
pub(super) enum Verified {
    /// In memory.
    Bytes(Bytes),
    /// Among the blobs already; the tag keeps them there.
    Blob {
        hash: [u8; 32],
        length: u64,
        tag: TempTag,
    },
}

/// What becomes of files, all of it at once.
#[derive(Default)]
pub(super) struct Shelving {
    pub(super) keep: Vec<(FileName, Verified)>,
    pub(super) forget: Vec<FileName>,
    /// Other changes that belong to it.
    pub(super) also: Vec<Change>,
}

/// Finds the place of a verified file: large ones lie among the blobs. The tag
/// keeps those until the record is written.
async fn place(
    net: Option<&Net>,
    file: &FileName,
    verified: Verified,
) -> Result<(FileRecord, Option<Vec<u8>>, Option<TempTag>), NetworkError> {
    let used = seconds();
    let blob = |hash, length| FileRecord {
        place: Place::Blob(hash),
        length,
        used,
    };
    match (verified, net) {
        (Verified::Blob { hash, length, tag }, _) => Ok((blob(hash, length), None, Some(tag))),
        (Verified::Bytes(bytes), Some(net))
            if bytes.len() > MAX_INLINE && !file.name.ends_with(".root.json") =>
        {
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let kept = net.blobs.keep(bytes).await;
            let (hash, tag) = kept.map_err(NetworkError::internal)?;
            Ok((blob(hash, length), None, Some(tag)))
        }
        (Verified::Bytes(bytes), _) => {
            let record = FileRecord {
                place: Place::Inline,
                length: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
                used,
            };
            Ok((record, Some(bytes.to_vec()), None))
        }
    }
}

impl Core {
    /// Reads a file that is here.
    pub(super) async fn read(&self, file: &FileName) -> Result<Option<Bytes>, NetworkError> {
        let Some(record) = self.db.file(file).map_err(NetworkError::internal)? else {
            return Ok(None);
        };
        let now = seconds();
        if now.saturating_sub(record.used) > USED_AGAIN {
            let used = Change::Used(file.clone(), now);
            self.db
                .write(vec![used])
                .await
                .map_err(NetworkError::internal)?;
        }
        match record.place {
            Place::Inline => {
                let bytes = self.db.inline(file).map_err(NetworkError::internal)?;
                Ok(bytes.map(Bytes::from))
            }
            Place::Blob(hash) => {
                let Some(net) = self.net().await else {
                    return Ok(None);
                };
                if !net.blobs.has(hash).await.map_err(NetworkError::internal)? {
                    // Somebody removed it by hand: forget it, it is fetched anew.
                    self.forget(vec![file.clone()]).await?;
                    return Ok(None);
                }
                let bytes = net.blobs.read(hash).await;
                Ok(Some(bytes.map_err(NetworkError::internal)?))
            }
        }
    }

    /// Keeps a verified file, together with other changes.
    pub(super) async fn keep(
        &self,
        net: Option<&Net>,
        file: FileName,
        verified: Verified,
        also: Vec<Change>,
    ) -> Result<(), NetworkError> {
        let work = Shelving {
            keep: vec![(file, verified)],
            forget: Vec::new(),
            also,
        };
        self.shelve(net, work).await
    }

    /// Forgets files; their blobs are collected later.
    pub(super) async fn forget(&self, files: Vec<FileName>) -> Result<(), NetworkError> {
        let net = self.net().await;
        let work = Shelving {
            forget: files,
            ..Shelving::default()
        };
        self.shelve(net.as_ref(), work).await
    }

    /// Keeps and forgets files in one commit.
    pub(super) async fn shelve(
        &self,
        net: Option<&Net>,
        work: Shelving,
    ) -> Result<(), NetworkError> {
        let before = |file: &FileName| self.db.file(file).map_err(NetworkError::internal);
        let (mut changes, mut tags) = (work.also, Vec::new());
        let (mut came, mut went) = (Vec::new(), Vec::new());
        for file in work.forget {
            went.extend(before(&file)?);
            changes.push(Change::RemoveFile(file));
        }
        for (file, verified) in work.keep {
            let (record, bytes, tag) = place(net, &file, verified).await?;
            went.extend(before(&file)?);
            came.push(record);
            tags.push(tag);
            changes.push(Change::PutFile(file, record, bytes));
        }
        if changes.is_empty() {
            return Ok(());
        }
        let written = self.db.write(changes).await;
        written.map_err(NetworkError::internal)?;
        let length = |records: &[FileRecord]| records.iter().map(|record| record.length).sum();
        self.usage.add(length(&came));
        self.usage.sub(length(&went));
        if let Some(net) = net {
            let hashes = |records: Vec<FileRecord>| {
                let each = records.into_iter();
                each.filter_map(|record| Some((record.blake3()?, record.length)))
            };
            // Before others go, so that what stays is given all the time.
            for (hash, length) in hashes(came) {
                net.blobs.offered().add(hash, length);
            }
            for (hash, _) in hashes(went) {
                net.blobs.offered().remove(&hash);
            }
        }
        Ok(())
    }

    /// Makes room for a file: what was not used for longest goes first, but
    /// nothing of a pinned store and no metadata.
    pub(super) async fn make_room(&self, length: u64) -> Result<(), NetworkError> {
        let quota = self.config.limits.disk;
        let fits = |used: u64| used.saturating_add(length) <= quota;
        if fits(self.usage.get()) {
            return Ok(());
        }
        let pinned = self.pinned();
        let mut files = self.db.files(None).map_err(NetworkError::internal)?;
        files.retain(|(file, _)| file.area == Area::Target && !pinned.contains(&file.store));
        files.sort_by_key(|(_, record)| record.used);
        let (mut used, mut gone) = (self.usage.get(), Vec::new());
        for (file, record) in files {
            if fits(used) {
                break;
            }
            used = used.saturating_sub(record.length);
            gone.push(file);
        }
        if !fits(used) {
            return Err(NetworkError::new(
                ErrorCode::Limit,
                format!(
                    "a file of {length} bytes does not fit into the {quota} bytes that the node \
                     may use; pin fewer stores or raise the limit"
                ),
            ));
        }
        self.forget(gone).await
    }
}
