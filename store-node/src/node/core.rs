//! The node itself: its stores, its network, its tasks, and what the handle asks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use harbour_core::image_ref::ImageRef;
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileName};
use harbour_core::tuf::metadata::{Role as _, Root, Timestamp};
use registry::{Registries, RegistryError, Tags};
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::files::{Meter, Usage};
use super::joined::Joined;
use super::net::Net;
use super::trust::{Hint, Turn, is_consistent};
use super::{NodeConfig, NodeError};
use crate::api::types::{ErrorCode, Fetched, NetworkError, News, Source};
use crate::db::{Change, Db, DbError};
use crate::key::NodeKey;
use crate::swarm::Command;
use crate::tuf::now;

/// News that wait for a slow reader.
const NEWS: usize = 64;
/// Questions to registries at once; more wait.
const REGISTRY_TURNS: usize = 4;

/// Everything that a node is.
pub(crate) struct Core {
    pub(super) config: NodeConfig,
    pub(super) key: NodeKey,
    pub(super) db: Arc<Db>,
    pub(super) stores: RwLock<BTreeMap<StoreId, Arc<Joined>>>,
    pub(super) net: tokio::sync::RwLock<Option<Net>>,
    pub(super) trouble: Mutex<Option<String>>,
    pub(super) meter: Meter,
    pub(super) usage: Usage,
    pub(super) news: broadcast::Sender<News>,
    /// Who looks for a file, so that two do not fetch it at once.
    pub(super) turns: Mutex<HashMap<FileName, Turn>>,
    pub(super) registries: Registries,
    pub(super) registry_turns: Semaphore,
    pub(super) tasks: TaskTracker,
    pub(super) ending: CancellationToken,
    pub(super) started: Instant,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Core({})", self.config.data_dir.display())
    }
}

impl Core {
    pub(super) fn open(config: NodeConfig) -> Result<Arc<Self>, NodeError> {
        let path = config.data_dir.clone();
        std::fs::create_dir_all(&path).map_err(|source| NodeError::Folder { path, source })?;
        let key = NodeKey::open(&config.data_dir)?;
        let db = Arc::new(Db::open(&config.data_dir.join("node.redb"))?);
        let usage = Usage::default();
        for (_, record) in db.files(None)? {
            usage.add(record.length);
        }
        let stores = db.stores()?.into_iter();
        let stores = stores.map(|(id, record)| (id, Arc::new(Joined::new(id, record))));
        Ok(Arc::new(Self {
            key,
            stores: RwLock::new(stores.collect()),
            db,
            net: tokio::sync::RwLock::new(None),
            trouble: Mutex::new(None),
            meter: Meter::default(),
            usage,
            news: broadcast::channel(NEWS).0,
            turns: Mutex::default(),
            registries: Registries::new(),
            registry_turns: Semaphore::new(REGISTRY_TURNS),
            tasks: TaskTracker::new(),
            ending: CancellationToken::new(),
            started: Instant::now(),
            config,
        }))
    }

    /// Starts what has to run from the beginning.
    pub(super) async fn begin(self: &Arc<Self>) -> Result<(), NodeError> {
        let stores: Vec<_> = self.joined_all();
        if !stores.is_empty() || self.config.serve_relay {
            self.ensure_net().await?;
        }
        for joined in stores {
            if let Err(error) = self.join(&joined).await {
                tracing::error!(store = %joined.id, %error, "the store can not be joined");
                joined.set_last(|last| last.failure = Some(error.message));
            }
        }
        let core = Arc::clone(self);
        self.tasks.spawn(async move { core.keep_time().await });
        Ok(())
    }

    pub(super) async fn end(&self) {
        self.ending.cancel();
        self.stop_net().await;
        self.tasks.close();
        self.tasks.wait().await;
    }

    pub(super) fn joined_all(&self) -> Vec<Arc<Joined>> {
        let stores = self.stores.read().unwrap_or_else(PoisonError::into_inner);
        stores.values().cloned().collect()
    }

    pub(super) fn joined(&self, store: &StoreId) -> Result<Arc<Joined>, NetworkError> {
        let stores = self.stores.read().unwrap_or_else(PoisonError::into_inner);
        let joined = stores.get(store).cloned();
        joined.ok_or_else(|| NetworkError::unknown(store))
    }

    pub(super) fn pinned(&self) -> HashSet<StoreId> {
        let stores = self.joined_all().into_iter();
        let pinned = stores.filter(|joined| joined.record().pinned);
        pinned.map(|joined| joined.id).collect()
    }

    /// Updates a store and tells everybody how it went.
    pub(super) async fn run_update(
        self: &Arc<Self>,
        store: StoreId,
        hint: Hint,
    ) -> Option<NetworkError> {
        let joined = self.joined(&store).ok()?;
        let updated = tokio::select! {
            () = self.ending.cancelled() => return None,
            updated = self.update(&joined, &hint) => updated,
        };
        joined.touched();
        match &updated {
            Ok(()) => joined.set_last(|last| {
                last.checked = Some(now().unix());
                last.failure = None;
            }),
            Err(error) => {
                tracing::warn!(store = %store, %error, "not updated");
                joined.set_last(|last| last.failure = Some(error.message.clone()));
            }
        }
        let root = self.trusted(store, Root::TYPE).await.ok().flatten();
        let timestamp = self.trusted(store, Timestamp::TYPE).await.ok().flatten();
        if let Some((_, root)) = &root {
            joined
                .consistent
                .store(is_consistent(root), Ordering::Relaxed);
            if let Some(net) = self.net().await {
                net.swarm
                    .tell(Command::Updated {
                        store,
                        root: root.to_vec(),
                        timestamp: timestamp.as_ref().map(|(_, bytes)| bytes.to_vec()),
                        complete: updated.is_ok(),
                    })
                    .await;
            }
        }
        if let (Ok(()), Some((version, _))) = (&updated, timestamp) {
            match self.completed(store, version).await {
                Ok(false) => {}
                Ok(true) => {
                    joined.renewed();
                    tracing::info!(store = %store, version, "a new version of a store");
                    // Nobody may be listening.
                    let _ = self.news.send(News { store, version });
                }
                Err(error) => return Some(NetworkError::internal(error)),
            }
            if joined.record().pinned {
                self.mirror_soon(&joined);
            }
        }
        updated.err()
    }

    /// Writes down that all metadata of a version is here; whether that is new.
    async fn completed(&self, store: StoreId, version: u64) -> Result<bool, DbError> {
        if self.db.complete(&store)? == Some(version) {
            return Ok(false);
        }
        self.db
            .write(vec![Change::Complete(store, version)])
            .await?;
        Ok(true)
    }

    pub(crate) async fn refresh(self: &Arc<Self>, store: StoreId) -> Result<(), NetworkError> {
        self.joined(&store)?;
        let hint = Hint {
            look: true,
            ..Hint::default()
        };
        self.run_update(store, hint).await.map_or(Ok(()), Err)
    }

    pub(crate) async fn fetch(
        self: &Arc<Self>,
        store: StoreId,
        area: Area,
        name: &str,
        max_len: u64,
    ) -> Result<Option<Fetched>, NetworkError> {
        let joined = self.joined(&store)?;
        let file = FileName::new(store, area, name)
            .map_err(|error| NetworkError::new(ErrorCode::Invalid, error))?;
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(file.clone()).or_default())
        };
        let _turn = turn.lock().await;
        let here = match area {
            Area::Target => self.read(&file).await?,
            Area::Metadata => self.metadata_for(&joined, name).await?,
        };
        let fetched = match (here, area) {
            (Some(bytes), _) => Fetched {
                bytes,
                source: Source::Disk,
            },
            (None, Area::Metadata) => return Ok(None),
            (None, Area::Target) => match self.target(&joined, name, max_len).await? {
                Some((bytes, source)) => Fetched { bytes, source },
                None => return Ok(None),
            },
        };
        let length = u64::try_from(fetched.bytes.len()).unwrap_or(u64::MAX);
        if length > max_len {
            let message = format!("{name} has {length} bytes, more than the {max_len} wanted");
            return Err(NetworkError::new(ErrorCode::TooLarge, message));
        }
        if fetched.source == Source::Disk {
            self.meter.count(&store, Source::Disk, length);
        }
        Ok(Some(fetched))
    }

    pub(crate) async fn tags(&self, image: &ImageRef) -> Result<Tags, RegistryError> {
        // Never closed, so there is always a turn.
        let _turn = self.registry_turns.acquire().await;
        self.registries.tags(image).await
    }

    /// The client itself sees to how many ask at once.
    pub(crate) fn registries(&self) -> &Registries {
        &self.registries
    }
}
