//! All stores together: what they offer, how they stand, and who keeps them up
//! to date.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use harbour_core::store::id::StoreId;
use harbour_core::store::index::Head;
use harbour_core::store::invite::Invite;
use harbour_core::tuf::clock::{SteppedBack, span};
use harbour_core::tuf::time::Time;
use tokio_util::sync::CancellationToken;

use super::search::{Index, Listing, Page, Query, QueryError};
use super::source::{Read, Work};
use super::trust::{TrustError, clock};
use crate::net::{Net, NetError, StoreSource, Traffic};

pub use super::source::{Roles, Verified};

/// How often every store is asked for news.
const EVERY: Duration = Duration::from_secs(60 * 60);

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
    /// A store whose root could not be fetched, or is another.
    #[error("the store was not added: {0}")]
    NotAdded(String),
    /// It did not come or is not believed.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The network half refused.
    #[error(transparent)]
    Net(#[from] NetError),
}

/// A store as it stands.
#[derive(Clone, Debug)]
pub struct StoreShown {
    /// Where its files are.
    pub source: StoreSource,
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
    /// Bytes that came.
    pub traffic: Traffic,
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
    /// A catalogue of the stores that the network half knows; what is trusted of
    /// each lies below `folder`. Nothing is read yet.
    #[must_use]
    pub fn new(net: Arc<Net>, folder: PathBuf) -> Self {
        let catalogue = Self {
            net,
            folder,
            stores: Mutex::default(),
            index: RwLock::default(),
            on_change: OnceLock::new(),
        };
        for source in catalogue.net.sources().list() {
            catalogue.insert(source.id);
        }
        catalogue
    }

    /// Who is told when a store changes. Only the first one counts.
    pub fn on_change(&self, tell: OnChange) {
        if self.on_change.set(tell).is_err() {
            tracing::error!("two want to be told of stores");
        }
    }

    /// Adds the stores of `invites` that are not known, reads what was verified
    /// before, then keeps all stores up to date.
    pub async fn run(self: Arc<Self>, invites: Vec<Invite>, stop: CancellationToken) {
        for invite in invites {
            match self.net.sources().add(&invite) {
                Ok(source) => drop(self.insert(source.id)),
                Err(NetError::Known(_)) => {}
                Err(error) => tracing::error!(%error, "a store of the configuration was not added"),
            }
        }
        let work = async {
            for store in self.list() {
                self.read_stored(&store).await;
            }
            loop {
                for store in self.list() {
                    self.bring_up_to_date(&store).await;
                }
                tokio::time::sleep(EVERY).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => {}
        }
    }

    /// All stores in the order they were added.
    #[must_use]
    pub fn stores(&self) -> Vec<StoreShown> {
        self.list()
            .iter()
            .filter_map(|store| self.shown(store))
            .collect()
    }

    /// One store.
    ///
    /// # Errors
    /// When it is not known.
    pub fn store(&self, id: &str) -> Result<StoreShown, CatalogueError> {
        let store = self.find(id)?;
        self.shown(&store)
            .ok_or_else(|| CatalogueError::NoStore(id.to_owned()))
    }

    /// Adds a store and reads it. One whose first root has another hash, or
    /// cannot be fetched, is not added.
    ///
    /// # Errors
    /// When it is known already, cannot be reached or is another one.
    pub async fn add(&self, invite: &Invite) -> Result<StoreShown, CatalogueError> {
        let source = self.net.sources().add(invite)?;
        let store = self.insert(source.id);
        self.bring_up_to_date(&store).await;
        let shown = self
            .shown(&store)
            .ok_or_else(|| CatalogueError::NoStore(source.id.to_string()))?;
        if shown.roles.is_empty() && !self.folder_of(source.id).join("root.json").exists() {
            let message = shown.message.unwrap_or_default();
            self.remove(&source.id.to_string()).await?;
            return Err(CatalogueError::NotAdded(message));
        }
        Ok(shown)
    }

    /// Forgets a store and what was trusted of it.
    ///
    /// # Errors
    /// When it is not known, or its files stay.
    pub async fn remove(&self, id: &str) -> Result<(), CatalogueError> {
        let store = self.find(id)?;
        // Waits for what is at work on it.
        let _work = store.work.lock().await;
        self.net.sources().remove(store.id)?;
        lock(&self.stores).retain(|other| other.id != store.id);
        self.rebuild();
        let folder = self.folder_of(store.id);
        match tokio::task::spawn_blocking(move || fs::remove_dir_all(folder)).await {
            Ok(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(TrustError::Files(error).into())
            }
            Ok(_) => Ok(()),
            Err(_) => Err(TrustError::Interrupted.into()),
        }
    }

    /// Pins a store, or no longer.
    ///
    /// # Errors
    /// When it is not known.
    pub fn pin(&self, id: &str, pinned: bool) -> Result<StoreShown, CatalogueError> {
        let store = self.find(id)?;
        self.net.sources().pin(store.id, pinned)?;
        self.store(id)
    }

    /// Looks for news of a store now.
    ///
    /// # Errors
    /// When it is not known; what went wrong otherwise is in the answer.
    pub async fn refresh(&self, id: &str) -> Result<StoreShown, CatalogueError> {
        let store = self.find(id)?;
        self.bring_up_to_date(&store).await;
        self.store(id)
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
        let work = store.work.lock().await;
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
        let work = store.work.lock().await;
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
        if let (Some(tell), Some(shown)) = (self.on_change.get(), self.shown(store)) {
            tell(shown);
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

    fn shown(&self, store: &Arc<Store>) -> Option<StoreShown> {
        let shown = lock(&store.shown).clone();
        Some(StoreShown {
            source: self.net.sources().get(store.id).ok()?,
            head: shown.read.head,
            apps: shown.read.apps.len(),
            skipped: shown.read.skipped,
            roles: shown.read.roles,
            loading: shown.loading,
            message: shown.message,
            checked_at: shown.checked_at,
            changed_at: shown.changed_at,
            stepped_back: shown.read.stepped_back,
            traffic: self.net.sources().traffic(store.id),
        })
    }

    fn insert(&self, id: StoreId) -> Arc<Store> {
        let store = Arc::new(Store {
            id,
            work: tokio::sync::Mutex::new(Work::new(id, self.folder_of(id))),
            shown: Mutex::new(Shown {
                loading: true,
                ..Shown::default()
            }),
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

    fn find(&self, id: &str) -> Result<Arc<Store>, CatalogueError> {
        let list = lock(&self.stores);
        let found = list.iter().find(|store| store.id.to_string() == id);
        found
            .cloned()
            .ok_or_else(|| CatalogueError::NoStore(id.to_owned()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change under the lock is complete in itself.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
