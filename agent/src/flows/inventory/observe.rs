//! What the engine's events and answers do to the inventory.

use std::sync::Arc;

use super::{Inventory, State, now};
use crate::cause::Cause;
use crate::docker::{EngineEvent, EngineEventKind, Observer, Reread, Snapshot};
use crate::flows::activity;
use crate::operations::{NETWORK, VOLUME};
use crate::views::{
    ActivityKind, Container, ContainerDetail, ContainerState, EngineStatus, HealthStatus, Image,
    Network, Severity, Volume,
};

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

impl Inventory {
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
