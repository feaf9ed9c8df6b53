//! The node itself: its stores, its network, its tasks, and what the handle asks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use futures_util::Stream;
use harbour_core::image_ref::ImageRef;
use harbour_core::store::id::StoreId;
use harbour_core::store::invite::{Invite, MAX_ORIGINS, MAX_PEERS, check_origin};
use harbour_core::store::wire::{Area, FileAnswer, FileName, MAX_INLINE};
use harbour_core::tuf::client::{Client, Fetch};
use harbour_core::tuf::limits::MAX_ROOT;
use harbour_core::tuf::metadata::{Role as _, Root, Timestamp};
use libp2p::Multiaddr;
use registry::{Registries, RegistryError, Tags};
use tokio::sync::{Semaphore, broadcast, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::files::{Meter, Usage, Verified, VerifiedShelf};
use super::trust::{Hint, Turn, first_root, is_consistent, kept_name};
use super::{NodeConfig, NodeError};
use crate::api::types::{
    Add, ErrorCode, Fetched, Messages, NetworkError, News, NodeStatus, PeerView, Source,
    StoreState, StoreStatus,
};
use crate::blobs::{Blobs, BlobsConfig};
use crate::db::{Change, Db, StoreRecord};
use crate::key::NodeKey;
use crate::origin::Origin;
use crate::swarm::{Command, Swarm, SwarmConfig, Update};
use crate::tuf::now;

/// News that wait for a slow reader.
const NEWS: usize = 64;
/// Questions to registries at once; more wait.
const REGISTRY_TURNS: usize = 4;
/// How often a folder that is hosted is looked at.
const LOOK_AT_SITE: Duration = Duration::from_secs(1);
/// How long a verifier with its metadata stays in memory after its last use.
const KEEP_CLIENT: Duration = Duration::from_secs(60);
/// Time until an incomplete copy of a store is tried again; doubled up to the
/// second. Whoever has the rest may come at any time.
const MIRROR_AGAIN: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(300));
/// How long the first root is looked for among peers that were named, and among
/// those whom the network may bring.
const FIRST_ROOT: (Duration, Duration) = (Duration::from_secs(15), Duration::from_secs(4));

/// The part of the node that runs only while there are stores.
#[derive(Clone)]
pub(super) struct Net {
    pub(super) swarm: Swarm,
    pub(super) blobs: Arc<Blobs>,
    task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// A store that the node takes part in.
pub(super) struct Joined {
    pub(super) id: StoreId,
    record: RwLock<StoreRecord>,
    /// Asks its web servers; made when it is first needed, and again when there
    /// are others.
    web: Mutex<Option<(Vec<String>, Result<Origin, String>)>>,
    /// The timestamp of a hosted folder that was looked at last.
    tried: Mutex<Option<Vec<u8>>>,
    /// The verifier, while it is needed; whoever holds it changes the store.
    pub(super) client: tokio::sync::Mutex<Option<Client>>,
    touched: Mutex<Instant>,
    consistent: AtomicBool,
    last: Mutex<Last>,
    pub(super) mirroring: AtomicBool,
    /// When an incomplete copy is looked at again, and how long to wait then.
    again: Mutex<Option<(Instant, Duration)>>,
}

/// How the last update went.
#[derive(Debug, Clone, Default)]
struct Last {
    checked: Option<i64>,
    failure: Option<String>,
}

impl Joined {
    fn new(id: StoreId, record: StoreRecord) -> Self {
        Self {
            id,
            record: RwLock::new(record),
            web: Mutex::default(),
            tried: Mutex::default(),
            client: tokio::sync::Mutex::new(None),
            touched: Mutex::new(Instant::now()),
            consistent: AtomicBool::new(true),
            last: Mutex::default(),
            mirroring: AtomicBool::new(false),
            again: Mutex::default(),
        }
    }

    pub(super) fn record(&self) -> StoreRecord {
        let record = self.record.read().unwrap_or_else(PoisonError::into_inner);
        record.clone()
    }

    pub(super) fn sites(&self) -> Vec<PathBuf> {
        self.record().sites
    }

    /// Addresses of the half of the site on each web server, and how to ask it.
    pub(super) fn origins(&self, area: Area) -> Vec<(String, Result<Origin, String>)> {
        let origins = self.record().origins;
        if origins.is_empty() {
            return Vec::new();
        }
        let mut web = self.web.lock().unwrap_or_else(PoisonError::into_inner);
        let client = match &*web {
            Some((of, client)) if *of == origins => client.clone(),
            _ => {
                let all: Vec<&str> = origins.iter().map(String::as_str).collect();
                let client = Origin::new(&all).map_err(|error| error.to_string());
                *web = Some((origins.clone(), client.clone()));
                client
            }
        };
        let base = |origin: &String| format!("{}/{}", origin.trim_end_matches('/'), area.folder());
        let each = origins.iter().map(|origin| (base(origin), client.clone()));
        each.collect()
    }

    pub(super) fn touched(&self) {
        *self.touched.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub(super) fn consistent(&self) -> bool {
        self.consistent.load(Ordering::Relaxed)
    }

    /// How the copy of a pinned store ended.
    pub(super) fn mirrored(&self, complete: bool) {
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        *again = match (complete, *again) {
            (true, _) => None,
            (false, before) => {
                let wait = before.map_or(MIRROR_AGAIN.0, |(_, wait)| wait * 2);
                let wait = wait.min(MIRROR_AGAIN.1);
                Some((Instant::now() + wait, wait))
            }
        };
    }

    /// Whether an incomplete copy is to be looked at now.
    fn mirror_is_due(&self) -> bool {
        let again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        again.is_some_and(|(at, _)| at <= Instant::now())
    }

    fn last(&self) -> Last {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }

    fn set_last(&self, change: impl FnOnce(&mut Last)) {
        change(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Everything that a node is.
pub(crate) struct Core {
    pub(super) config: NodeConfig,
    key: NodeKey,
    pub(super) db: Arc<Db>,
    stores: RwLock<BTreeMap<StoreId, Arc<Joined>>>,
    net: tokio::sync::RwLock<Option<Net>>,
    trouble: Mutex<Option<String>>,
    pub(super) meter: Meter,
    pub(super) usage: Usage,
    news: broadcast::Sender<News>,
    /// Who looks for a file, so that two do not fetch it at once.
    turns: Mutex<HashMap<FileName, Turn>>,
    registries: Registries,
    registry_turns: Semaphore,
    pub(super) tasks: TaskTracker,
    pub(super) ending: CancellationToken,
    started: Instant,
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

    fn joined(&self, store: &StoreId) -> Result<Arc<Joined>, NetworkError> {
        let stores = self.stores.read().unwrap_or_else(PoisonError::into_inner);
        let joined = stores.get(store).cloned();
        joined.ok_or_else(|| NetworkError::unknown(store))
    }

    pub(super) fn pinned(&self) -> HashSet<StoreId> {
        let stores = self.joined_all().into_iter();
        let pinned = stores.filter(|joined| joined.record().pinned);
        pinned.map(|joined| joined.id).collect()
    }

    pub(super) async fn net(&self) -> Option<Net> {
        self.net.read().await.clone()
    }

    async fn ensure_net(self: &Arc<Self>) -> Result<Net, NodeError> {
        let mut place = self.net.write().await;
        if let Some(net) = &*place {
            return Ok(net.clone());
        }
        let started = self.start_net().await;
        let trouble = started.as_ref().err().map(ToString::to_string);
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
        let net = started?;
        *place = Some(net.clone());
        Ok(net)
    }

    async fn start_net(self: &Arc<Self>) -> Result<Net, NodeError> {
        let config = &self.config;
        let shelf = Arc::new(VerifiedShelf {
            db: Arc::clone(&self.db),
            port: AtomicU16::new(0),
        });
        let swarm = SwarmConfig {
            key: self.key.clone(),
            listen: config.listen.clone(),
            any_port: config.any_port,
            external: config.external.clone(),
            peers: config.peers.clone(),
            relays: config.relays.clone(),
            mdns: config.mdns,
            serve_relay: config.serve_relay,
            limits: config.limits,
            ping: config.ping,
            started: self.started,
        };
        let running = Swarm::start(swarm, Arc::clone(&shelf) as _)?;
        let folder = config.data_dir.join("blobs");
        // The collector outlives the node a little, and must not hold its database.
        let db = Arc::downgrade(&self.db);
        let blobs = Blobs::start(BlobsConfig {
            folder: &folder,
            key: &self.key,
            bind: config.blobs.clone(),
            any_port: config.any_port,
            relays: config.blob_relays.clone(),
            collect_every: config.collect,
            kept: Arc::new(move || match db.upgrade()?.blobs() {
                Ok(kept) => Some(kept),
                Err(error) => {
                    tracing::error!(%error, "no files are collected now");
                    None
                }
            }),
            protocol: Arc::clone(&running.protocol),
            started: self.started,
        })
        .await;
        let blobs = match blobs {
            Ok(blobs) => blobs,
            Err(error) => {
                running.swarm.tell(Command::Stop).await;
                return Err(error.into());
            }
        };
        shelf.port.store(blobs.port(), Ordering::Relaxed);
        for (_, record) in self.db.files(None)? {
            if let Some(hash) = record.blake3() {
                blobs.offered().add(hash, record.length);
            }
        }
        let core = Arc::clone(self);
        self.tasks
            .spawn(async move { core.listen(running.updates).await });
        Ok(Net {
            swarm: running.swarm,
            blobs: Arc::new(blobs),
            task: Arc::new(Mutex::new(Some(running.task))),
        })
    }

    async fn stop_net(&self) {
        let Some(net) = self.net.write().await.take() else {
            return;
        };
        net.swarm.tell(Command::Stop).await;
        let task = net
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the swarm ended badly");
        }
        net.blobs.stop().await;
    }

    /// Does what the swarm decides, until it ends.
    async fn listen(self: Arc<Self>, mut updates: mpsc::Receiver<Update>) {
        while let Some(update) = updates.recv().await {
            let Update {
                store,
                timestamp,
                from,
            } = update;
            let hint = Hint {
                look: timestamp.is_none(),
                timestamp,
                from,
            };
            let core = Arc::clone(&self);
            self.tasks
                .spawn(async move { core.run_update(store, hint).await });
        }
    }

    /// Asks folders and web servers from time to time.
    async fn keep_time(self: Arc<Self>) {
        let mut tick = tokio::time::interval(LOOK_AT_SITE);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut polled = Instant::now();
        loop {
            tokio::select! {
                () = self.ending.cancelled() => return,
                _ = tick.tick() => {}
            }
            let due = polled.elapsed() >= self.config.poll;
            if due {
                polled = Instant::now();
            }
            for joined in self.joined_all() {
                self.let_go(&joined);
                if joined.mirror_is_due() && joined.record().pinned {
                    self.mirror_soon(&joined);
                }
                let asks = due && !joined.record().origins.is_empty();
                if asks || self.site_changed(&joined).await {
                    let core = Arc::clone(&self);
                    let hint = Hint {
                        look: true,
                        ..Hint::default()
                    };
                    let store = joined.id;
                    self.tasks
                        .spawn(async move { core.run_update(store, hint).await });
                }
            }
        }
    }

    /// Drops the verifier of a store that nobody asked for a while: the parsed
    /// metadata of a large store takes some ten megabytes.
    fn let_go(&self, joined: &Joined) {
        let touched = *joined
            .touched
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if touched.elapsed() > KEEP_CLIENT
            && let Ok(mut client) = joined.client.try_lock()
        {
            *client = None;
        }
    }

    /// Whether a hosted folder has something that was not looked at yet.
    async fn site_changed(&self, joined: &Joined) -> bool {
        for site in joined.sites() {
            let Ok(there) = tokio::fs::read(site.join("metadata/timestamp.json")).await else {
                continue;
            };
            let mut tried = joined.tried.lock().unwrap_or_else(PoisonError::into_inner);
            if tried.as_ref() != Some(&there) {
                *tried = Some(there);
                return true;
            }
        }
        false
    }

    /// Updates a store and tells everybody how it went.
    pub(super) async fn run_update(
        self: &Arc<Self>,
        store: StoreId,
        hint: Hint,
    ) -> Option<NetworkError> {
        let joined = self.joined(&store).ok()?;
        let before = self.db.role(&store, Timestamp::TYPE).ok().flatten();
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
            if before != Some(version) {
                tracing::info!(store = %store, version, "a new version of a store");
                // Nobody may be listening.
                let _ = self.news.send(News { store, version });
            }
            if joined.record().pinned {
                self.mirror_soon(&joined);
            }
        }
        updated.err()
    }

    async fn join(self: &Arc<Self>, joined: &Arc<Joined>) -> Result<(), NetworkError> {
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

    // ---- what the handle asks ----

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
            match self.from_origin(&base, client, &fetch).await {
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

    pub(crate) async fn stores(&self) -> Result<Vec<StoreStatus>, NetworkError> {
        let net = self.net().await;
        let mut all = Vec::new();
        for joined in self.joined_all() {
            let holders = match &net {
                Some(net) => net.swarm.holders(joined.id).await,
                None => Vec::new(),
            };
            let files = self.db.files(Some(&joined.id));
            let files = files.map_err(NetworkError::internal)?;
            let role = |role| {
                self.db
                    .role(&joined.id, role)
                    .map_err(NetworkError::internal)
            };
            let (version, record, last) = (role(Timestamp::TYPE)?, joined.record(), joined.last());
            let announced = holders.iter().filter_map(|holder| holder.version).max();
            all.push(StoreStatus {
                id: joined.id,
                name: record.name,
                state: match (version, &last.failure) {
                    (None, _) => StoreState::Loading,
                    (Some(_), None) => StoreState::Ready,
                    (Some(_), Some(_)) => StoreState::Stale,
                },
                message: last.failure,
                pinned: record.pinned,
                origins: record.origins,
                root_version: role(Root::TYPE)?.unwrap_or_default(),
                version,
                announced: announced.max(version),
                checked: last.checked,
                peers: holders.len(),
                files: files.len(),
                disk: files.iter().map(|(_, record)| record.length).sum(),
                bytes: self.meter.of_store(&joined.id),
            });
        }
        Ok(all)
    }

    pub(crate) async fn status(&self) -> Result<NodeStatus, NetworkError> {
        let net = self.net().await;
        let swarm = match &net {
            Some(net) => net.swarm.status().await,
            None => None,
        };
        let text = |list: &[Multiaddr]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let peers = swarm.iter().flat_map(|swarm| &swarm.peers);
        let counters = swarm
            .as_ref()
            .map(|swarm| swarm.counters)
            .unwrap_or_default();
        Ok(NodeStatus {
            peer_id: self.key.peer_id().to_string(),
            running: net.is_some(),
            message: self
                .trouble
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            listen: swarm
                .as_ref()
                .map_or_else(Vec::new, |swarm| text(&swarm.listen)),
            external: swarm
                .as_ref()
                .map_or_else(Vec::new, |swarm| text(&swarm.external)),
            blob_port: net.as_ref().map(|net| net.blobs.port()),
            peers: peers
                .map(|peer| PeerView {
                    id: peer.peer.to_string(),
                    address: peer.address.to_string(),
                    near: peer.near,
                    incoming: peer.incoming,
                    agent: peer.agent.clone(),
                    score: peer.score,
                    stores: peer.stores.clone(),
                    bytes_in: self.meter.of_peer(&peer.peer),
                })
                .collect(),
            banned: swarm.as_ref().map_or(0, |swarm| swarm.banned),
            messages: Messages {
                accepted: counters.accepted,
                ignored: counters.ignored,
                rejected: counters.rejected,
                published: counters.published,
                answered: counters.answered,
                refused: counters.refused,
                cut_off: counters.cut_off,
            },
            bytes: self.meter.total(),
            disk: self.usage.get(),
            limits: self.config.limits,
        })
    }

    pub(crate) fn news(&self) -> impl Stream<Item = News> + Send + 'static {
        let (receiver, ending) = (self.news.subscribe(), self.ending.clone());
        futures_util::stream::unfold((receiver, ending), |(mut receiver, ending)| async move {
            loop {
                tokio::select! {
                    () = ending.cancelled() => return None,
                    news = receiver.recv() => match news {
                        Ok(news) => return Some((news, (receiver, ending))),
                        // The newest versions are in what follows, or in the status.
                        Err(broadcast::error::RecvError::Lagged(_)) => {}
                        Err(broadcast::error::RecvError::Closed) => return None,
                    },
                }
            }
        })
    }

    pub(crate) async fn invite(&self, store: StoreId) -> Result<Invite, NetworkError> {
        let joined = self.joined(&store)?;
        let status = self.status().await?;
        let mut record = joined.record();
        let own = status.external.iter().chain(&status.listen);
        let mut peers: Vec<String> = own
            .map(|address| with_id(address, &status.peer_id))
            .collect();
        // Loopback helps only on this machine; it stays when there is nothing else.
        let elsewhere =
            |peer: &String| !peer.starts_with("/ip4/127.") && !peer.starts_with("/ip6/::1");
        if peers.iter().any(elsewhere) {
            peers.retain(elsewhere);
        }
        peers.truncate(MAX_PEERS / 2);
        record.peers.truncate(MAX_PEERS - peers.len());
        peers.extend(record.peers);
        peers.dedup();
        record.origins.truncate(MAX_ORIGINS);
        let invalid = |error| NetworkError::new(ErrorCode::Invalid, error);
        let invite = |peers| Invite::new(store, record.origins, peers, record.name);
        invite(peers).map_err(invalid)
    }

    pub(crate) async fn tags(&self, image: &ImageRef) -> Result<Tags, RegistryError> {
        // Never closed, so there is always a turn.
        let _turn = self.registry_turns.acquire().await;
        self.registries.tags(image).await
    }
}

fn with_id(address: &str, peer: &str) -> String {
    match address.contains("/p2p/") && !address.ends_with("/p2p-circuit") {
        true => address.to_owned(),
        false => format!("{address}/p2p/{peer}"),
    }
}

/// The addresses that have a meaning; others may be of a later version.
fn addresses(peers: &[String]) -> Vec<Multiaddr> {
    peers.iter().filter_map(|peer| peer.parse().ok()).collect()
}
