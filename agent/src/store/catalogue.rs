//! All stores together: what they offer, how they stand, and who keeps them up
//! to date.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use futures_util::StreamExt as _;
use harbour_core::store::id::StoreId;
use harbour_core::store::index::Head;
use harbour_core::store::invite::Invite;
use harbour_core::tuf::clock::{SteppedBack, span};
use harbour_core::tuf::time::Time;
use store_node::api::types::{
    Add, BytesBySource, ErrorCode, NetworkError, News, StoreState, StoreStatus,
};
use tokio_util::sync::CancellationToken;

use super::search::{Index, Listing, Page, Query, QueryError};
use super::source::{Read, Work};
use super::trust::{TrustError, clock};
use crate::net::Net;

pub use super::source::{Roles, Verified};

/// How often every store is looked at without news: metadata expires.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// How long whoever adds a store waits for its first update.
const FIRST_UPDATE: Duration = Duration::from_secs(10);
/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How often unused memory is looked for.
const TIDY: Duration = Duration::from_secs(15);
/// How soon a network half that can not be reached is asked again.
const AGAIN: Duration = Duration::from_secs(5);

/// Why the catalogue cannot answer.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// No such store.
    #[error("no store has the id {0}")]
    NoStore(String),
    /// No such app in the store.
    #[error("the store has no app called {0}")]
    NoApp(String),
    /// The index names a key that did not sign.
    #[error("the key that the store names for {0} did not sign it; nothing of it is used")]
    OtherSigner(String),
    /// The index is about another version of the manifest.
    #[error(
        "what the store says of {0} belongs to another version of it than its publisher signed; try again later"
    )]
    OtherManifest(String),
    /// A signed manifest that cannot be read.
    #[error("the manifest of {slug} cannot be used: {fault}")]
    Manifest {
        /// The app.
        slug: String,
        /// The first fault.
        fault: String,
    },
    /// It is known already.
    #[error("the store {0} is there already")]
    Known(StoreId),
    /// A store whose root could not be fetched, or is another.
    #[error("the store was not added: {0}")]
    NotAdded(NetworkError),
    /// It did not come or is not believed.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The network half refused, or can not be reached.
    #[error(transparent)]
    Net(#[from] NetworkError),
}

/// A store as it stands.
#[derive(Clone, Debug)]
pub struct StoreShown {
    /// What the network half says of it.
    pub source: StoreStatus,
    /// What it says of itself.
    pub head: Option<Head>,
    /// Apps in it.
    pub apps: usize,
    /// Parts that cannot be read.
    pub skipped: Vec<String>,
    /// Roles that are trusted.
    pub roles: Vec<Roles>,
    /// It is being read for the first time.
    pub loading: bool,
    /// What went wrong at the last check.
    pub message: Option<String>,
    /// When it was last checked.
    pub checked_at: Option<Time>,
    /// When it last brought something new.
    pub changed_at: Option<Time>,
    /// The clock was later before.
    pub stepped_back: Option<SteppedBack>,
}

impl StoreShown {
    /// When the first of its roles expires.
    #[must_use]
    pub fn expires(&self) -> Option<Time> {
        self.roles.iter().map(|role| role.expires).min()
    }

    /// Why nothing may be installed from it now; `None` when something may.
    #[must_use]
    pub fn refused(&self) -> Option<String> {
        let now = self.now();
        let first = self.roles.iter().min_by_key(|role| role.expires);
        match first {
            None => Some(
                self.message
                    .clone()
                    .unwrap_or_else(|| "nothing of it was verified yet".to_owned()),
            ),
            Some(role) if role.expires <= now => Some(format!(
                "its {} expired on {}, {} ago",
                role.role,
                role.expires,
                span(now.since(role.expires))
            )),
            Some(_) => None,
        }
    }

    /// How long ago it expired, in words.
    #[must_use]
    pub fn stale_for(&self) -> Option<String> {
        let age = self.now().since(self.expires()?);
        (age >= 0).then(|| span(age))
    }

    /// The time that expiry is judged by.
    fn now(&self) -> Time {
        let clock = clock();
        self.stepped_back
            .map_or(clock, |back| back.highest.max(clock))
    }
}

#[derive(Debug)]
struct Store {
    id: StoreId,
    work: tokio::sync::Mutex<Work>,
    shown: Mutex<Shown>,
    source: Mutex<StoreStatus>,
}

#[derive(Clone, Debug, Default)]
struct Shown {
    read: Read,
    loading: bool,
    message: Option<String>,
    checked_at: Option<Time>,
    changed_at: Option<Time>,
}

type OnChange = Box<dyn Fn(StoreShown) + Send + Sync>;

/// All stores.
pub struct Catalogue {
    net: Arc<Net>,
    folder: PathBuf,
    stores: Mutex<Vec<Arc<Store>>>,
    index: RwLock<Arc<Index>>,
    on_change: OnceLock<OnChange>,
}

impl Catalogue {
    /// A catalogue of the stores of which something is trusted below `folder`;
    /// what the network half knows comes with [`Self::run`]. Nothing is read yet.
    ///
    /// # Errors
    /// When the folder can not be made or read.
    pub fn new(net: Arc<Net>, folder: PathBuf) -> std::io::Result<Self> {
        let known = known(&folder)?;
        let catalogue = Self {
            net,
            folder,
            stores: Mutex::default(),
            index: RwLock::default(),
            on_change: OnceLock::new(),
        };
        for id in known {
            catalogue.insert(unknown_source(id));
        }
        Ok(catalogue)
    }

    /// Who is told when a store changes. Only the first one counts.
    pub fn on_change(&self, tell: OnChange) {
        if self.on_change.set(tell).is_err() {
            tracing::error!("two want to be told of stores");
        }
    }

    /// Reads what was verified before, adds the stores of `invites`, then keeps
    /// all stores up to date.
    pub async fn run(self: Arc<Self>, invites: Vec<Invite>, stop: CancellationToken) {
        let work = async {
            for store in self.list() {
                self.read_stored(&store).await;
            }
            let mut wanted = invites;
            loop {
                if let Err(error) = self.follow(&mut wanted).await {
                    tracing::warn!(%error, "the network half can not be reached; it is tried again");
                }
                tokio::time::sleep(AGAIN).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => {}
        }
    }

    /// Follows the news of the network half until it ends.
    async fn follow(&self, wanted: &mut Vec<Invite>) -> Result<(), NetworkError> {
        // Before anything is looked at, so that nothing falls between.
        let mut news = self.net.network().news().await?;
        self.sync().await?;
        while let Some(invite) = wanted.pop() {
            if self.find_id(invite.store()).is_some() {
                continue;
            }
            match self.add(&invite).await {
                Ok(_) => {}
                // Its servers may come up later than this one.
                Err(CatalogueError::NotAdded(error)) if error.code == ErrorCode::Unreachable => {
                    wanted.push(invite);
                    return Err(error);
                }
                Err(error) => {
                    tracing::error!(%error, "a store of the configuration was not added");
                }
            }
        }
        loop {
            for store in self.list() {
                self.bring_up_to_date(&store).await;
            }
            let until = tokio::time::Instant::now() + EVERY;
            while tokio::time::Instant::now() < until {
                match tokio::time::timeout(TIDY, news.next()).await {
                    Ok(Some(News { store, .. })) => {
                        self.sync().await?;
                        if let Some(store) = self.find_id(store) {
                            self.bring_up_to_date(&store).await;
                        }
                    }
                    Ok(None) => return Ok(()),
                    Err(_) => self.let_go(),
                }
            }
            self.sync().await?;
        }
    }

    /// Gives back memory that nobody uses at the moment.
    fn let_go(&self) {
        for store in self.list() {
            // One that is at work is in use.
            if let Ok(mut work) = store.work.try_lock() {
                work.let_go();
            }
        }
    }

    /// Learns what the network half says of its stores; those that it does not
    /// have any more are gone here too.
    async fn sync(&self) -> Result<(), NetworkError> {
        let said = self.net.network().stores().await?;
        for store in self.list() {
            if !said.iter().any(|known| known.id == store.id) {
                self.forget(&store).await;
            }
        }
        for source in said {
            match self.find_id(source.id) {
                Some(store) => *lock(&store.source) = source,
                None => drop(self.insert(source)),
            }
        }
        Ok(())
    }

    /// All stores in the order they became known, as they were last seen.
    #[must_use]
    pub fn stores(&self) -> Vec<StoreShown> {
        self.list().iter().map(|store| self.shown(store)).collect()
    }

    /// All stores, after a look at how the network half stands with them now.
    pub async fn look(&self) -> Vec<StoreShown> {
        // Who looks also asks how the network half is, and is told there.
        if let Err(error) = self.sync().await {
            tracing::debug!(%error, "the network half does not say how its stores are");
        }
        self.stores()
    }

    /// One store, as it was last seen.
    ///
    /// # Errors
    /// When it is not known.
    pub fn store(&self, id: &str) -> Result<StoreShown, CatalogueError> {
        let store = self.find(id)?;
        Ok(self.shown(&store))
    }

    /// Adds a store and reads it. One whose first root has another hash, or
    /// cannot be fetched, is not added.
    ///
    /// # Errors
    /// When it is known already, cannot be reached or is another one.
    pub async fn add(&self, invite: &Invite) -> Result<StoreShown, CatalogueError> {
        let id = invite.store();
        if self.find_id(id).is_some() {
            return Err(CatalogueError::Known(id));
        }
        let invite = invite.clone();
        let added = self.net.network().add(Add::Invite { invite }).await;
        added.map_err(CatalogueError::NotAdded)?;
        self.first_update(id).await?;
        self.sync().await?;
        if let Some(store) = self.find_id(id) {
            self.bring_up_to_date(&store).await;
        }
        self.store(&id.to_string())
    }

    /// Waits until the network half has read a store that was just added, or has
    /// failed, or it takes too long; then it goes on in the background.
    async fn first_update(&self, id: StoreId) -> Result<(), NetworkError> {
        let until = tokio::time::Instant::now() + FIRST_UPDATE;
        while tokio::time::Instant::now() < until {
            let said = self.net.network().stores().await?;
            // Without a server, failing means that peers are still being met.
            let ended = |store: &StoreStatus| {
                store.version.is_some() || (store.message.is_some() && !store.origins.is_empty())
            };
            match said.iter().find(|store| store.id == id) {
                Some(store) if !ended(store) => tokio::time::sleep(LOOK).await,
                _ => break,
            }
        }
        Ok(())
    }

    /// Forgets a store and what was trusted of it.
    ///
    /// # Errors
    /// When it is not known, or the network half keeps it.
    pub async fn remove(&self, id: &str) -> Result<(), CatalogueError> {
        let store = self.find(id)?;
        match self.net.network().remove(store.id).await {
            Err(error) if error.code != ErrorCode::UnknownStore => return Err(error.into()),
            _ => {}
        }
        self.forget(&store).await;
        Ok(())
    }

    async fn forget(&self, store: &Arc<Store>) {
        // Waits for what is at work on it.
        let _work = store.work.lock().await;
        lock(&self.stores).retain(|other| other.id != store.id);
        self.rebuild();
        let folder = self.folder_of(store.id);
        let path = folder.clone();
        match tokio::task::spawn_blocking(move || fs::remove_dir_all(path)).await {
            Ok(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, folder = %folder.display(), "files of a store that was removed stay");
            }
            Ok(_) => {}
            Err(_) => tracing::error!("a thread that removed a store's files was ended"),
        }
    }

    /// Pins a store, or no longer.
    ///
    /// # Errors
    /// When it is not known.
    pub async fn pin(&self, id: &str, pinned: bool) -> Result<StoreShown, CatalogueError> {
        let store = self.find(id)?;
        self.net.network().pin(store.id, pinned).await?;
        self.sync().await?;
        self.store(id)
    }

    /// Looks for news of a store now.
    ///
    /// # Errors
    /// When it is not known; what went wrong otherwise is in the answer.
    pub async fn refresh(&self, id: &str) -> Result<StoreShown, CatalogueError> {
        let store = self.find(id)?;
        if let Err(error) = self.net.network().refresh(store.id).await {
            // It is in what the network half says of the store, asked next.
            tracing::debug!(store = %store.id, %error, "nothing newer");
        }
        self.sync().await?;
        self.bring_up_to_date(&store).await;
        self.store(id)
    }

    /// An invitation to a store, with the addresses of this server's node and the
    /// name that the store has for itself.
    ///
    /// # Errors
    /// When it is not known.
    pub async fn invite(&self, id: &str) -> Result<Invite, CatalogueError> {
        let store = self.find(id)?;
        let invite = self.net.network().invite(store.id).await?;
        let name = lock(&store.shown)
            .read
            .head
            .as_ref()
            .map(|head| head.name.clone());
        let named = Invite::new(
            store.id,
            invite.origins().to_vec(),
            invite.peers().to_vec(),
            name,
        );
        // A name that does not fit into an invitation is left out.
        Ok(named.unwrap_or(invite))
    }

    /// A page of the catalogue.
    ///
    /// # Errors
    /// When it is no search.
    pub fn search(&self, query: &Query) -> Result<Page, QueryError> {
        self.index().search(query)
    }

    /// The first store that has an app.
    #[must_use]
    pub fn store_with(&self, slug: &str) -> Option<StoreId> {
        let has = |store: &Arc<Store>| {
            lock(&store.shown)
                .read
                .apps
                .iter()
                .any(|app| app.slug == slug)
        };
        self.list()
            .iter()
            .find(|store| has(store))
            .map(|store| store.id)
    }

    /// The app as the list shows it.
    #[must_use]
    pub fn listing(&self, store: &str, slug: &str) -> Option<Arc<Listing>> {
        let store = self.find(store).ok()?;
        let shown = lock(&store.shown);
        shown.read.apps.iter().find(|app| app.slug == slug).cloned()
    }

    /// The manifest of an app, verified down to its publisher's key.
    ///
    /// # Errors
    /// When it is not there, does not come or is not believed.
    pub async fn verified(&self, store: &str, slug: &str) -> Result<Verified, CatalogueError> {
        let store = self.find(store)?;
        let mut work = store.work.lock().await;
        work.verified(slug, &self.net).await
    }

    /// Whether an app may be installed at this moment.
    ///
    /// # Errors
    /// Why not.
    pub async fn may_install(
        &self,
        store: &str,
        verified: &Verified,
    ) -> Result<(), CatalogueError> {
        let store = self.find(store)?;
        let work = store.work.lock().await;
        Ok(work.may_install(&verified.entry.manifest.path).await?)
    }

    /// The picture of an app; `None` when it has none.
    ///
    /// # Errors
    /// When it does not come or is not believed.
    pub async fn icon(&self, store: &str, slug: &str) -> Result<Option<Vec<u8>>, CatalogueError> {
        let store = self.find(store)?;
        let mut work = store.work.lock().await;
        work.icon(slug, &self.net).await
    }

    async fn read_stored(&self, store: &Arc<Store>) {
        let mut work = store.work.lock().await;
        match work.stored(&self.net).await {
            Ok(read) => self.took(store, Ok(read), false),
            Err(TrustError::Nothing) => {}
            Err(error) => self.took(store, Err(error), false),
        }
    }

    async fn bring_up_to_date(&self, store: &Arc<Store>) {
        let mut work = store.work.lock().await;
        if !lock(&self.stores).iter().any(|known| known.id == store.id) {
            return;
        }
        let mut read = work.update(&self.net).await;
        if let Err(error) = &read {
            tracing::warn!(store = %store.id, error = %crate::operations::error_chain(error), "a store could not be brought up to date");
            // A new root may be trusted already, and what was verified is shown.
            if lock(&store.shown).read.roles.is_empty()
                && let Ok(stored) = work.stored(&self.net).await
            {
                self.took(store, Ok(stored), false);
            }
        }
        if let Ok(read) = &mut read {
            read.skipped.truncate(16);
        }
        self.took(store, read, true);
    }

    fn took(&self, store: &Arc<Store>, read: Result<Read, TrustError>, checked: bool) {
        {
            let mut shown = lock(&store.shown);
            shown.loading = false;
            if checked {
                shown.checked_at = Some(clock());
            }
            match read {
                Ok(read) => {
                    let version = |read: &Read| read.roles.get(1).map(|role| role.version);
                    if checked && version(&read) != version(&shown.read) {
                        shown.changed_at = Some(clock());
                    }
                    shown.message = None;
                    shown.read = read;
                }
                Err(error) => shown.message = Some(error.to_string()),
            }
        }
        self.rebuild();
        if let Some(tell) = self.on_change.get() {
            tell(self.shown(store));
        }
    }

    fn rebuild(&self) {
        let all: Vec<Arc<Listing>> = self
            .list()
            .iter()
            .flat_map(|store| lock(&store.shown).read.apps.clone())
            .collect();
        let index = Arc::new(Index::new(all));
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
    }

    fn index(&self) -> Arc<Index> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn shown(&self, store: &Store) -> StoreShown {
        let shown = lock(&store.shown).clone();
        let source = lock(&store.source).clone();
        // Without a trusted root of it here, the network half knows better.
        let unread = shown.read.roles.is_empty();
        let message = match (&source.message, shown.message) {
            (Some(theirs), Some(_)) if unread => Some(theirs.clone()),
            (theirs, None) if source.state == StoreState::Stale => theirs.clone(),
            (_, ours) => ours,
        };
        StoreShown {
            source,
            head: shown.read.head,
            apps: shown.read.apps.len(),
            skipped: shown.read.skipped,
            roles: shown.read.roles,
            loading: shown.loading,
            message,
            checked_at: shown.checked_at,
            changed_at: shown.changed_at,
            stepped_back: shown.read.stepped_back,
        }
    }

    fn insert(&self, source: StoreStatus) -> Arc<Store> {
        let id = source.id;
        let store = Arc::new(Store {
            id,
            work: tokio::sync::Mutex::new(Work::new(id, self.folder_of(id))),
            shown: Mutex::new(Shown {
                loading: true,
                ..Shown::default()
            }),
            source: Mutex::new(source),
        });
        lock(&self.stores).push(Arc::clone(&store));
        store
    }

    fn folder_of(&self, id: StoreId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    fn list(&self) -> Vec<Arc<Store>> {
        lock(&self.stores).clone()
    }

    fn find_id(&self, id: StoreId) -> Option<Arc<Store>> {
        lock(&self.stores)
            .iter()
            .find(|store| store.id == id)
            .cloned()
    }

    fn find(&self, id: &str) -> Result<Arc<Store>, CatalogueError> {
        let list = lock(&self.stores);
        let found = list.iter().find(|store| store.id.to_string() == id);
        found
            .cloned()
            .ok_or_else(|| CatalogueError::NoStore(id.to_owned()))
    }
}

/// Stores of which something is kept below `folder`.
fn known(folder: &Path) -> std::io::Result<Vec<StoreId>> {
    fs::create_dir_all(folder)?;
    let mut known = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        known.extend(name.to_str().and_then(|name| name.parse::<StoreId>().ok()));
    }
    known.sort();
    Ok(known)
}

/// What is known of a store before the network half said anything.
fn unknown_source(id: StoreId) -> StoreStatus {
    StoreStatus {
        id,
        name: None,
        state: StoreState::Loading,
        message: None,
        pinned: false,
        origins: Vec::new(),
        root_version: 0,
        version: None,
        announced: None,
        checked: None,
        peers: 0,
        files: 0,
        disk: 0,
        bytes: BytesBySource::default(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change under the lock is complete in itself.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
