//! Networks and volumes as the inventory knows them, with who uses them.

use super::{Inventory, State};
use crate::views::{Attached, ContainerDetail, MountKind, Network, UsedBy, Volume};

impl Inventory {
    /// Names of all networks.
    #[must_use]
    pub fn network_names(&self) -> Vec<String> {
        let state = self.read();
        state.networks.iter().map(|n| n.name.clone()).collect()
    }

    /// All networks by name, with the containers that belong to them.
    #[must_use]
    pub fn networks(&self) -> Vec<Network> {
        let state = self.read();
        let all = state.networks.iter().cloned();
        all.map(|n| with_containers(&state, n)).collect()
    }

    /// One network by full id, name or the beginning of an id that only it has.
    #[must_use]
    pub fn network(&self, wanted: &str) -> Option<Network> {
        let state = self.read();
        let exact = |n: &&Network| n.id == wanted || n.name == wanted;
        let begins = |n: &&Network| wanted.len() >= 4 && n.id.starts_with(wanted);
        let found = state.networks.iter().find(exact).or_else(|| {
            let mut fit = state.networks.iter().filter(begins);
            fit.next().filter(|_| fit.next().is_none())
        })?;
        Some(with_containers(&state, found.clone()))
    }

    /// All volumes by name, with the containers that mount them.
    #[must_use]
    pub fn volumes(&self) -> Vec<Volume> {
        let state = self.read();
        let all = state.volumes.iter().cloned();
        all.map(|v| with_users(&state, v)).collect()
    }

    /// One volume by name.
    #[must_use]
    pub fn volume(&self, name: &str) -> Option<Volume> {
        let state = self.read();
        let found = state.volumes.iter().find(|v| v.name == name)?;
        Some(with_users(&state, found.clone()))
    }

    /// Takes in the networks as they were read.
    pub(in crate::flows) fn take_networks(&self, networks: Vec<Network>) {
        let mut state = self.write();
        if state.networks != networks {
            state.networks = networks;
            self.events.publish("networks", &serde_json::json!({}));
        }
    }

    /// Takes in the volumes as they were read.
    pub(in crate::flows) fn take_volumes(&self, volumes: Vec<Volume>) {
        let mut state = self.write();
        if state.volumes != volumes {
            state.volumes = volumes;
            self.events.publish("volumes", &serde_json::json!({}));
        }
    }

    /// Tells readers when a container came, went or changed in a way that shows
    /// in the lists of networks and volumes.
    pub(super) fn publish_use(&self, old: Option<&ContainerDetail>, new: Option<&ContainerDetail>) {
        let networks = |c: &ContainerDetail| (c.summary.name.clone(), c.summary.networks.clone());
        if old.map(networks) != new.map(networks)
            && [old, new]
                .iter()
                .flatten()
                .any(|c| !c.summary.networks.is_empty())
        {
            self.events.publish("networks", &serde_json::json!({}));
        }
        let volumes = |c: &ContainerDetail| {
            let names = volumes_of(c).map(str::to_owned).collect::<Vec<_>>();
            (c.summary.name.clone(), names)
        };
        if old.map(volumes) != new.map(volumes)
            && [old, new]
                .iter()
                .flatten()
                .any(|c| volumes_of(c).next().is_some())
        {
            self.events.publish("volumes", &serde_json::json!({}));
        }
    }
}

/// Names of the volumes that a container mounts.
fn volumes_of(container: &ContainerDetail) -> impl Iterator<Item = &str> {
    let mounts = container.summary.mounts.iter();
    mounts
        .filter(|m| m.kind == MountKind::Volume)
        .map(|m| m.source.as_str())
}

fn with_containers(state: &State, mut network: Network) -> Network {
    for entry in state.containers.values() {
        let summary = &entry.detail.summary;
        // Older engines keep what the person wrote, which may be the id.
        let place = summary
            .networks
            .iter()
            .find(|n| n.name == network.name || n.name == network.id);
        if let Some(place) = place {
            network.containers.push(Attached {
                id: summary.id.clone(),
                name: summary.name.clone(),
                ipv4_address: place.ip_address.clone(),
                ipv6_address: place.ipv6_address.clone(),
            });
        }
    }
    network.containers.sort_by(|a, b| a.name.cmp(&b.name));
    network
}

fn with_users(state: &State, mut volume: Volume) -> Volume {
    for entry in state.containers.values() {
        if volumes_of(&entry.detail).any(|name| name == volume.name) {
            volume.used_by.push(UsedBy {
                id: entry.detail.summary.id.clone(),
                name: entry.detail.summary.name.clone(),
            });
        }
    }
    volume.used_by.sort_by(|a, b| a.name.cmp(&b.name));
    volume
}
