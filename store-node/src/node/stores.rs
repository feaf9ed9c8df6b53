//! Stores come and go: they are added by an invitation, an origin, a root or a
//! folder, pinned, and removed.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use harbour_core::store::id::StoreId;
use harbour_core::store::invite::{MAX_ORIGINS, MAX_PEERS, check_origin};
use harbour_core::store::wire::{Area, FileAnswer, FileName, MAX_INLINE};
use harbour_core::tuf::client::Fetch;
use harbour_core::tuf::limits::MAX_ROOT;
use harbour_core::tuf::metadata::{Role as _, Root, Timestamp};
use libp2p::Multiaddr;

use super::core::Core;
use super::files::Verified;
use super::joined::Joined;
use super::names::kept_name;
use super::net::Net;
use super::trust::{Hint, first_root, is_consistent};
use crate::api::types::{Add, ErrorCode, NetworkError, Source};
use crate::db::{Change, StoreRecord};
use crate::origin::Origin;
use crate::swarm::Command;

/// How long the first root is looked for among peers that were named, and among
/// those whom the network may bring.
const FIRST_ROOT: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(4));

impl Core {
    pub(crate) async fn add(self: &Arc<Self>, add: Add) -> Result<StoreId, NetworkError> {
        let mut record = StoreRecord::default();
        let (id, mut root) = match add {
            Add::Invite { invite } => {
                record.origins = invite.origins().to_vec();
                record.peers = invite.peers().to_vec();
                record.name = invite.name().map(str::to_owned);
                (invite.store(), None)
            }
            Add::Origin { origin, store } => {
                record.origins = vec![origin];
                (store, None)
            }
            Add::Root {
                root,
                origins,
                peers,
            } => {
                record.origins = origins;
                record.peers = peers;
                (StoreId::of_root(root.as_bytes()), Some(root.into_bytes()))
            }
            Add::Site { site: folder } => {
                let path = folder.join("metadata/1.root.json");
                let root = std::fs::read(&path).map_err(|error| {
                    let message = format!(
                        "{} is no site of a store: {} can not be read: {error}",
                        folder.display(),
                        path.display()
                    );
                    NetworkError::new(ErrorCode::Invalid, message)
                })?;
                record.pinned = true;
                record.sites = vec![folder];
                (StoreId::of_root(&root), Some(root))
            }
        };
        for origin in &record.origins {
            check_origin(origin).map_err(|error| NetworkError::new(ErrorCode::Invalid, error))?;
        }
        if let Ok(joined) = self.joined(&id) {
            return self.add_again(&joined, record).await;
        }
        if self.joined_all().len() >= self.config.limits.stores {
            let message = format!("a node takes part in {} stores", self.config.limits.stores);
            return Err(NetworkError::new(ErrorCode::Limit, message));
        }
        let net = self.ensure_net().await.map_err(NetworkError::internal)?;
        net.swarm
            .tell(Command::Meet(addresses(&record.peers)))
            .await;
        if root.is_none() {
            root = Some(self.find_first_root(&net, id, &record).await?);
        }
        let root = root.unwrap_or_default();
        first_root(id, &root)?;
        let joined = Arc::new(Joined::new(id, record.clone()));
        let file = FileName {
            store: id,
            area: Area::Metadata,
            name: kept_name(Root::TYPE, 1),
        };
        let changes = vec![
            Change::PutStore(id, record),
            Change::Role(id, Root::TYPE.to_owned(), Some(1)),
        ];
        self.keep(Some(&net), file, Verified::Bytes(root.into()), changes)
            .await?;
        self.stores
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, Arc::clone(&joined));
        self.join(&joined).await?;
        Ok(id)
    }

    /// A store that is here already learns new addresses.
    async fn add_again(
        self: &Arc<Self>,
        joined: &Arc<Joined>,
        more: StoreRecord,
    ) -> Result<StoreId, NetworkError> {
        let mut record = joined.record();
        let add = |known: &mut Vec<String>, more: Vec<String>, most: usize| {
            for one in more {
                if !known.contains(&one) && known.len() < most {
                    known.push(one);
                }
            }
        };
        add(&mut record.origins, more.origins, MAX_ORIGINS);
        add(&mut record.peers, more.peers, MAX_PEERS);
        for site in more.sites {
            if !record.sites.contains(&site) {
                record.sites.push(site);
            }
        }
        record.name = more.name.or(record.name);
        record.pinned |= more.pinned;
        self.change_record(joined, record).await?;
        self.join(joined).await?;
        Ok(joined.id)
    }

    /// Asks origins, then everybody who is connected, until somebody has it.
    async fn find_first_root(
        &self,
        net: &Net,
        store: StoreId,
        record: &StoreRecord,
    ) -> Result<Vec<u8>, NetworkError> {
        let name = kept_name(Root::TYPE, 1);
        let mut failures = Vec::new();
        let fetch = Fetch {
            path: name.clone(),
            limit: MAX_ROOT,
        };
        for origin in &record.origins {
            let base = format!("{}/metadata", origin.trim_end_matches('/'));
            let client = Origin::new(&[&base]).map_err(|error| error.to_string());
            match self.ask_origin(&base, client, &fetch).await {
                Ok(Some(bytes)) => match first_root(store, &bytes) {
                    Ok(()) => {
                        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                        self.meter.count(&store, Source::Origin, length);
                        return Ok(bytes.to_vec());
                    }
                    Err(error) => failures.push(format!("{base}: {error}")),
                },
                Ok(None) => failures.push(format!("{base} has no {name}")),
                Err(error) => failures.push(error),
            }
        }
        let file = FileName {
            store,
            area: Area::Metadata,
            name,
        };
        let named = !record.peers.is_empty() || !self.config.peers.is_empty();
        let patience = match (named, self.config.mdns) {
            (true, _) => FIRST_ROOT.0,
            (false, true) => FIRST_ROOT.1,
            (false, false) => Duration::ZERO,
        };
        let until = Instant::now() + patience;
        let mut asked = HashSet::new();
        loop {
            let peers = net.swarm.status().await.map(|status| status.peers);
            for peer in peers.unwrap_or_default() {
                if !asked.insert(peer.peer) {
                    continue;
                }
                if let Ok(FileAnswer::Inline(bytes)) = net.swarm.ask(peer.peer, file.clone()).await
                    && bytes.len() <= MAX_INLINE
                    && first_root(store, &bytes).is_ok()
                {
                    return Ok(bytes);
                }
            }
            if Instant::now() >= until || self.ending.is_cancelled() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        failures.push("no connected peer has it".to_owned());
        let message = format!(
            "the first root of the store {} was not found: {}",
            store.short(),
            failures.join("; ")
        );
        Err(NetworkError::new(ErrorCode::Unreachable, message))
    }

    pub(super) async fn join(self: &Arc<Self>, joined: &Arc<Joined>) -> Result<(), NetworkError> {
        let root = self.trusted(joined.id, Root::TYPE).await?;
        let (_, root) = root.ok_or_else(|| NetworkError::internal("its root is gone"))?;
        let timestamp = self.trusted(joined.id, Timestamp::TYPE).await?;
        joined
            .consistent
            .store(is_consistent(&root), Ordering::Relaxed);
        if let Some(net) = self.net().await {
            net.swarm
                .tell(Command::Meet(addresses(&joined.record().peers)))
                .await;
            net.swarm
                .tell(Command::Join {
                    store: joined.id,
                    root: root.to_vec(),
                    timestamp: timestamp.map(|(_, bytes)| bytes.to_vec()),
                })
                .await;
        }
        let (core, store) = (Arc::clone(self), joined.id);
        let hint = Hint {
            look: true,
            ..Hint::default()
        };
        let has_origin = !joined.record().origins.is_empty() || !joined.sites().is_empty();
        if has_origin {
            self.tasks
                .spawn(async move { core.run_update(store, hint).await });
        } else if joined.record().pinned {
            self.mirror_soon(joined);
        }
        Ok(())
    }

    pub(crate) async fn remove(&self, store: StoreId) -> Result<(), NetworkError> {
        self.joined(&store)?;
        let left = {
            let mut stores = self.stores.write().unwrap_or_else(PoisonError::into_inner);
            stores.remove(&store);
            stores.len()
        };
        let files = self
            .db
            .files(Some(&store))
            .map_err(NetworkError::internal)?;
        let net = self.net().await;
        if let Some(net) = &net {
            net.swarm.tell(Command::Leave(store)).await;
            for (_, record) in &files {
                if let Some(hash) = record.blake3() {
                    net.blobs.offered().remove(&hash);
                }
            }
        }
        let removed = self.db.write(vec![Change::RemoveStore(store)]).await;
        removed.map_err(NetworkError::internal)?;
        self.usage
            .sub(files.iter().map(|(_, record)| record.length).sum());
        if left == 0 && !self.config.serve_relay {
            self.stop_net().await;
        }
        Ok(())
    }

    pub(crate) async fn pin(
        self: &Arc<Self>,
        store: StoreId,
        pinned: bool,
    ) -> Result<(), NetworkError> {
        let joined = self.joined(&store)?;
        let record = StoreRecord {
            pinned,
            ..joined.record()
        };
        self.change_record(&joined, record).await?;
        if pinned {
            self.mirror_soon(&joined);
        }
        Ok(())
    }

    async fn change_record(
        &self,
        joined: &Joined,
        record: StoreRecord,
    ) -> Result<(), NetworkError> {
        let change = Change::PutStore(joined.id, record.clone());
        let written = self.db.write(vec![change]).await;
        written.map_err(NetworkError::internal)?;
        *joined
            .record
            .write()
            .unwrap_or_else(PoisonError::into_inner) = record;
        Ok(())
    }
}

/// The addresses that have a meaning; others may be of a later version.
fn addresses(peers: &[String]) -> Vec<Multiaddr> {
    peers.iter().filter_map(|peer| peer.parse().ok()).collect()
}
