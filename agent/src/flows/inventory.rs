//! What the engine has, kept in memory by its events. Reading costs the
//! engine nothing.

mod observe;
mod things;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::watch;

use super::digest;
use super::story::Story;
use crate::events::EventHub;
use crate::icons::Icons;
use crate::operations::Locks;
use crate::views::{Container, ContainerDetail, EngineStatus, Image, Network, Volume};

/// Why an id names no single container.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindError {
    /// None has it.
    #[error("there is no container {0}")]
    None(String),
    /// Several ids begin with it.
    #[error("several containers have an id that begins with {0}; give more of it")]
    Several(String),
}

struct Entry {
    detail: Arc<ContainerDetail>,
    /// Counts events, so that an older answer cannot overwrite a newer state.
    mark: u64,
}

/// How much events have told about a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    mark: Option<u64>,
    removals: u64,
}

struct State {
    containers: HashMap<String, Entry>,
    images: Vec<Image>,
    networks: Vec<Network>,
    volumes: Vec<Volume>,
    engine: EngineStatus,
    /// Container names and the operations that hold them.
    held: HashMap<String, String>,
    /// Marks of containers that were heard of and not read yet.
    awaited: HashMap<String, u64>,
    /// Containers that have gone, ever.
    removals: u64,
}

/// The inventory; shared by everything that reads.
pub struct Inventory {
    state: RwLock<State>,
    story: Mutex<Story>,
    events: Arc<EventHub>,
    locks: Locks,
    icons: Icons,
    connected: watch::Sender<bool>,
}

impl Inventory {
    /// An empty inventory that publishes its changes.
    #[must_use]
    pub fn new(events: Arc<EventHub>, locks: Locks, icons: Icons) -> Arc<Self> {
        let engine = EngineStatus {
            connected: false,
            since: now(),
            message: Some("it has not answered yet".to_owned()),
            version: None,
            api_version: None,
        };
        Arc::new(Self {
            state: RwLock::new(State {
                containers: HashMap::new(),
                images: Vec::new(),
                networks: Vec::new(),
                volumes: Vec::new(),
                engine,
                held: HashMap::new(),
                awaited: HashMap::new(),
                removals: 0,
            }),
            story: Mutex::default(),
            events,
            locks,
            icons,
            connected: watch::Sender::new(false),
        })
    }

    /// All containers by name, only live ones unless `all`.
    #[must_use]
    pub fn list(&self, all: bool) -> Vec<Arc<ContainerDetail>> {
        let state = self.read();
        let mut list: Vec<_> = state
            .containers
            .values()
            .filter(|e| all || e.detail.summary.state.is_live())
            .map(|e| Arc::clone(&e.detail))
            .collect();
        drop(state);
        list.sort_by(|a, b| a.summary.name.cmp(&b.summary.name));
        list
    }

    /// One container by full id, name or unambiguous beginning of its id.
    ///
    /// # Errors
    /// When none or several fit.
    pub fn find(&self, wanted: &str) -> Result<Arc<ContainerDetail>, FindError> {
        let state = self.read();
        if let Some(entry) = state.containers.get(wanted) {
            return Ok(Arc::clone(&entry.detail));
        }
        let all = || state.containers.values().map(|e| &e.detail);
        if let Some(detail) = all().find(|d| d.summary.name == wanted) {
            return Ok(Arc::clone(detail));
        }
        let mut fit = all().filter(|d| !wanted.is_empty() && d.summary.id.starts_with(wanted));
        match (fit.next(), fit.next()) {
            (Some(detail), None) => Ok(Arc::clone(detail)),
            (Some(_), Some(_)) => Err(FindError::Several(wanted.to_owned())),
            (None, _) => Err(FindError::None(wanted.to_owned())),
        }
    }

    /// All images, newest first, with the containers made from them.
    #[must_use]
    pub fn images(&self) -> Vec<Image> {
        let state = self.read();
        let mut users: HashMap<&str, Vec<String>> = HashMap::new();
        for entry in state.containers.values() {
            let summary = &entry.detail.summary;
            users
                .entry(&summary.image_id)
                .or_default()
                .push(summary.name.clone());
        }
        let mut images = state.images.clone();
        for image in &mut images {
            image.containers = users.remove(image.id.as_str()).unwrap_or_default();
            image.containers.sort();
        }
        images.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
        images
    }

    /// Whether Docker answers.
    #[must_use]
    pub fn engine(&self) -> EngineStatus {
        self.read().engine.clone()
    }

    /// Resolves when Docker answered and everything was read.
    pub async fn ready(self: Arc<Self>) {
        let mut connected = self.connected.subscribe();
        // The sender lives in self.
        let _ = connected.wait_for(|c| *c).await;
    }

    /// Notes which operation holds the container of this name.
    pub fn hold(&self, name: &str, operation: Option<&str>) {
        let mut state = self.write();
        match operation {
            Some(id) => state.held.insert(name.to_owned(), id.to_owned()),
            None => state.held.remove(name),
        };
        self.touch(&mut state, name);
    }

    /// Something that is shown with the container of this name has changed.
    pub fn show_again(&self, name: &str) {
        self.touch(&mut self.write(), name);
    }

    fn touch(&self, state: &mut State, name: &str) {
        let id = state
            .containers
            .iter()
            .find(|(_, e)| e.detail.summary.name == name)
            .map(|(id, _)| id.clone());
        if let Some(id) = id {
            self.change(state, &id, |_| {});
        }
    }

    /// What is known of a container now; to be taken before it is read.
    #[must_use]
    pub fn version(&self, id: &str) -> Version {
        version(&self.read(), id)
    }

    /// Takes in a container that was read because we changed it ourselves.
    /// Answers `None`, and takes nothing, when events have told more since
    /// `seen`: what was read may be older than they are.
    pub fn refresh(&self, detail: ContainerDetail, seen: Version) -> Option<Arc<ContainerDetail>> {
        let mut state = self.write();
        let id = detail.summary.id.clone();
        if version(&state, &id) != seen {
            return None;
        }
        self.put(&mut state, detail);
        state.containers.get(&id).map(|e| Arc::clone(&e.detail))
    }

    /// Forgets a container that we removed ourselves.
    pub fn forget(&self, id: &str) {
        self.remove(&mut self.write(), id);
    }

    fn put(&self, state: &mut State, mut detail: ContainerDetail) {
        complete(state, &mut detail.summary);
        detail.summary.custom_icon = self.icons.of(&detail.summary.name);
        let id = detail.summary.id.clone();
        let awaited = state.awaited.remove(&id);
        let old = state.containers.get(&id);
        let mark = old.map(|e| e.mark).or(awaited).unwrap_or_default();
        let changed = old.is_none_or(|e| e.detail.summary != detail.summary);
        self.publish_use(old.map(|e| &*e.detail), Some(&detail));
        if changed {
            self.events.publish("container", &detail.summary);
        }
        state.containers.insert(
            id,
            Entry {
                detail: Arc::new(detail),
                mark,
            },
        );
    }

    /// Applies what an event tells by itself, before the engine is asked.
    fn change(&self, state: &mut State, id: &str, edit: impl FnOnce(&mut Container)) {
        let Some(entry) = state.containers.get(id) else {
            return;
        };
        let mut detail = ContainerDetail::clone(&entry.detail);
        edit(&mut detail.summary);
        self.put(state, detail);
    }

    fn remove(&self, state: &mut State, id: &str) {
        state.awaited.remove(id);
        state.removals += 1;
        if let Some(gone) = state.containers.remove(id) {
            self.publish_use(Some(&gone.detail), None);
            self.events
                .publish("container-removed", &serde_json::json!({ "id": id }));
        }
    }

    fn story(&self) -> std::sync::MutexGuard<'_, Story> {
        // Every change under the lock is complete in itself.
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        // Every change under the lock is complete in itself.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn version(state: &State, id: &str) -> Version {
    let known = state.containers.get(id).map(|e| e.mark);
    Version {
        mark: known.or_else(|| state.awaited.get(id).copied()),
        removals: state.removals,
    }
}

/// Fills in what only the inventory knows.
fn complete(state: &State, container: &mut Container) {
    container.operation = state.held.get(&container.name).cloned();
    let image = state.images.iter().find(|i| i.id == container.image_id);
    container.digest = image.and_then(|image| digest::of(&container.image, &image.digests));
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}
