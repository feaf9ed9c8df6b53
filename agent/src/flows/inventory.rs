//! What the engine has, kept in memory by its events. Reading costs the
//! engine nothing.

mod things;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use tokio::sync::watch;

use super::list_cache::ListCache;
use super::story::Story;
use super::{activity, digest};
use crate::cause::Cause;
use crate::docker::{EngineEvent, EngineEventKind, Observer, Reread, Snapshot};
use crate::events::EventHub;
use crate::icons::Icons;
use crate::operations::{Locks, NETWORK, VOLUME};
use crate::views::{
    ActivityKind, Container, ContainerDetail, ContainerState, EngineStatus, HealthStatus, Image,
    Network, Severity, Volume,
};

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
    /// Changes of what the list shows, ever.
    changes: u64,
}

/// The inventory; shared by everything that reads.
pub struct Inventory {
    state: RwLock<State>,
    lists: ListCache,
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
                changes: 0,
            }),
            lists: ListCache::default(),
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
        let list = chosen(&state, all);
        drop(state);
        by_name(list)
    }

    /// The same as JSON text. It is written once for each state, so that
    /// asking again costs next to nothing.
    ///
    /// # Errors
    /// When a container cannot be written as JSON.
    pub fn list_json(&self, all: bool) -> Result<Bytes, serde_json::Error> {
        let state = self.read();
        let changes = state.changes;
        if let Some(text) = self.lists.get(all, changes) {
            return Ok(text);
        }
        let list = chosen(&state, all);
        drop(state);
        let list = by_name(list);
        let summaries: Vec<&Container> = list.iter().map(|d| &d.summary).collect();
        let text = Bytes::from(serde_json::to_vec(&summaries)?);
        self.lists.keep(all, changes, text.clone());
        Ok(text)
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
            state.changes += 1;
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
            state.changes += 1;
            self.events
                .publish("container-removed", &serde_json::json!({ "id": id }));
        }
    }

    fn container_event(&self, state: &mut State, event: &EngineEvent) -> Option<(String, u64)> {
        let id = event.id.as_str();
        let at = activity::time_of(event);
        let action = event.action.as_str();
        match action {
            "destroy" => {
                self.remove(state, id);
                return None;
            }
            "start" => self.change(state, id, |c| {
                c.state = ContainerState::Running;
                c.exit_code = None;
                c.error = None;
                c.started_at = Some(at);
            }),
            "die" => {
                let code = event
                    .attributes
                    .get("exitCode")
                    .and_then(|c| c.parse().ok());
                self.change(state, id, |c| {
                    c.state = ContainerState::Exited;
                    c.exit_code = code;
                    c.finished_at = Some(at);
                    c.health = None;
                });
            }
            "pause" => self.change(state, id, |c| c.state = ContainerState::Paused),
            "unpause" => self.change(state, id, |c| c.state = ContainerState::Running),
            "oom" => self.change(state, id, |c| c.oom_killed = true),
            "rename" => {
                if let Some(name) = event.attributes.get("name") {
                    self.change(state, id, |c| name.clone_into(&mut c.name));
                }
            }
            _ => {
                if let Some(status) = action.strip_prefix("health_status: ") {
                    self.change(state, id, |c| health(c, status));
                } else if action.starts_with("exec_") && !self.probe_ended(state, event) {
                    return None;
                }
            }
        }
        let mark = match state.containers.get_mut(id) {
            Some(entry) => &mut entry.mark,
            None => state.awaited.entry(id.to_owned()).or_default(),
        };
        *mark += 1;
        Some((id.to_owned(), *mark))
    }

    /// A probe of the health check is an exec; its text is read again when it
    /// failed, or when there is no verdict yet.
    fn probe_ended(&self, state: &State, event: &EngineEvent) -> bool {
        if event.action != "exec_die" {
            return false;
        }
        let Some(entry) = state.containers.get(&event.id) else {
            return false;
        };
        let Some(health) = &entry.detail.summary.health else {
            return false;
        };
        health.status != HealthStatus::Healthy
            || event
                .attributes
                .get("exitCode")
                .is_some_and(|code| code != "0")
    }

    /// Who caused an event through the manager.
    fn doer(&self, event: &EngineEvent) -> Option<Cause> {
        let name = match event.kind {
            EngineEventKind::Container => event.attributes.get("name")?.clone(),
            EngineEventKind::Network => format!("{NETWORK}{}", event.attributes.get("name")?),
            EngineEventKind::Volume => format!("{VOLUME}{}", event.id),
            EngineEventKind::Image => return None,
        };
        self.locks.doer_at(&name, event.at_nanos)
    }

    /// Somebody else gave a container another name: its icon goes along.
    fn follow_rename(&self, state: &State, event: &EngineEvent) {
        if event.kind != EngineEventKind::Container || event.action != "rename" {
            return;
        }
        let attribute = |name: &str| event.attributes.get(name);
        let (Some(old), Some(new)) = (attribute("oldName"), attribute("name")) else {
            return;
        };
        let old = old.trim_start_matches('/');
        // What happened while nobody looked counts only as far as it still
        // holds; an operation that puts a container aside is no rename.
        let entry = state.containers.get(&event.id);
        let holds = !event.past || entry.is_some_and(|e| e.detail.summary.name == *new);
        if holds && !self.locks.is_held(old) {
            self.icons.follow(old, new);
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

impl Observer for Inventory {
    fn synced(&self, snapshot: Snapshot) {
        let mut state = self.write();
        state.images = snapshot.images;
        state.networks = snapshot.networks;
        state.volumes = snapshot.volumes;
        state.awaited.clear();
        let gone: Vec<String> = state
            .containers
            .keys()
            .filter(|id| !snapshot.containers.iter().any(|c| c.summary.id == **id))
            .cloned()
            .collect();
        for id in gone {
            self.remove(&mut state, &id);
        }
        for container in snapshot.containers {
            self.put(&mut state, container);
        }
        let first = state.engine.version.is_none();
        let version = snapshot.version;
        state.engine = EngineStatus {
            connected: true,
            since: now(),
            message: None,
            version: Some(version.clone()),
            api_version: Some(snapshot.api_version),
        };
        for list in ["images", "networks", "volumes"] {
            self.events.publish(list, &serde_json::json!({}));
        }
        self.events.publish("engine", &state.engine);
        drop(state);
        if !first {
            let detail = Some(format!("version {version}"));
            self.events.note(
                Severity::Good,
                ActivityKind::Engine,
                "up",
                "Docker",
                "is back",
                detail,
            );
        }
        tracing::info!(version, "Docker answers");
        self.connected.send_replace(true);
    }

    fn lost(&self, reason: &str) {
        let mut state = self.write();
        let was = state.engine.connected;
        let changed = was || state.engine.message.as_deref() != Some(reason);
        state.engine.connected = false;
        state.engine.message = Some(reason.to_owned());
        if was {
            state.engine.since = now();
        }
        if changed {
            self.events.publish("engine", &state.engine);
        }
        drop(state);
        self.connected.send_replace(false);
        if was {
            tracing::warn!(reason, "Docker is gone");
            let detail = Some(reason.to_owned());
            self.events.note(
                Severity::Bad,
                ActivityKind::Engine,
                "down",
                "Docker",
                "stopped answering",
                detail,
            );
        }
    }

    fn event(&self, event: &EngineEvent) -> Reread {
        let mut state = self.write();
        let mut reread = Reread::default();
        let doer = self.doer(event);
        let known = state
            .containers
            .get(&event.id)
            .map(|e| Arc::clone(&e.detail));
        // What went before is followed also through what was told already.
        let entry = self.story().tell(event, doer.as_ref(), known.as_deref());
        let new = self.events.is_new(activity::key_of(event));
        if new && doer.is_none() {
            self.follow_rename(&state, event);
        }
        if !event.past {
            match event.kind {
                EngineEventKind::Container => {
                    reread.container = self.container_event(&mut state, event);
                }
                EngineEventKind::Image => reread.images = true,
                EngineEventKind::Network => {
                    reread.networks = matches!(event.action.as_str(), "create" | "destroy");
                    reread.container = event.attributes.get("container").and_then(|id| {
                        let entry = state.containers.get_mut(id)?;
                        entry.mark += 1;
                        Some((id.clone(), entry.mark))
                    });
                }
                EngineEventKind::Volume => {
                    reread.volumes = matches!(event.action.as_str(), "create" | "destroy");
                }
            }
        }
        drop(state);
        if let Some(entry) = entry.filter(|_| new) {
            self.events.activity(entry);
        }
        reread
    }

    fn container(&self, id: &str, mark: u64, detail: Option<ContainerDetail>) {
        let mut state = self.write();
        let newest = state
            .containers
            .get(id)
            .map(|e| e.mark)
            .or_else(|| state.awaited.get(id).copied());
        // Gone meanwhile, or a newer answer is under way.
        if newest.is_none_or(|newest| newest != mark) {
            return;
        }
        match detail {
            Some(detail) => {
                let amended = self.story().read(&detail);
                self.put(&mut state, detail);
                drop(state);
                if let Some(entry) = amended {
                    self.events.activity(entry);
                }
            }
            None => self.remove(&mut state, id),
        }
    }

    fn images(&self, images: Vec<Image>) {
        let mut state = self.write();
        if state.images == images {
            return;
        }
        state.images = images;
        let ids: Vec<String> = state.containers.keys().cloned().collect();
        for id in ids {
            self.change(&mut state, &id, |_| {});
        }
        self.events.publish("images", &serde_json::json!({}));
    }

    fn networks(&self, networks: Vec<Network>) {
        self.take_networks(networks);
    }

    fn volumes(&self, volumes: Vec<Volume>) {
        self.take_volumes(volumes);
    }
}

fn chosen(state: &State, all: bool) -> Vec<Arc<ContainerDetail>> {
    let chosen = state
        .containers
        .values()
        .filter(|e| all || e.detail.summary.state.is_live());
    chosen.map(|e| Arc::clone(&e.detail)).collect()
}

fn by_name(mut list: Vec<Arc<ContainerDetail>>) -> Vec<Arc<ContainerDetail>> {
    list.sort_by(|a, b| a.summary.name.cmp(&b.summary.name));
    list
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

fn health(container: &mut Container, status: &str) {
    let Some(health) = &mut container.health else {
        return;
    };
    health.status = match status {
        "healthy" => HealthStatus::Healthy,
        "unhealthy" => HealthStatus::Unhealthy,
        _ => HealthStatus::Starting,
    };
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}
