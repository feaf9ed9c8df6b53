//! Networks and volumes: reading, making and removing them.

use std::collections::{BTreeMap, HashMap};

use bollard::models::{
    Ipam, IpamConfig, Network as EngineNetwork, NetworkCreateRequest, Volume as EngineVolume,
    VolumeCreateRequest,
};
use bollard::query_parameters::{ListNetworksOptions, ListVolumesOptions};
use harbour_core::volume::VolumeSpec;

use super::{Client, Engine, EngineError};
use crate::views::{Network, Subnet, Volume};

/// Networks every engine has; it never lets them go.
const BUILT_IN: [&str; 3] = ["bridge", "host", "none"];
/// Set by engines of API 1.42 and newer.
const ANONYMOUS_LABEL: &str = "com.docker.volume.anonymous";
const PROJECT_LABEL: &str = "com.docker.compose.project";

/// A network that may be made; its values have been checked.
#[derive(Clone, Debug)]
pub struct NetworkSpec {
    /// Name.
    pub name: String,
    /// Driver.
    pub driver: String,
    /// Whether it has no way out.
    pub internal: bool,
    /// Whether it has IPv6.
    pub ipv6: bool,
    /// Subnet and the server's own address in it.
    pub subnet: Option<(String, Option<String>)>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

impl Engine {
    /// Reads all networks.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn networks(&self) -> Result<Vec<Network>, EngineError> {
        networks(&*self.client()?).await
    }

    /// Reads all volumes.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn volumes(&self) -> Result<Vec<Volume>, EngineError> {
        volumes(&*self.client()?).await
    }

    /// Makes a network; answers its id.
    ///
    /// # Errors
    /// As the engine says; [`EngineError::Conflict`] when the name is taken.
    pub async fn create_network(&self, spec: NetworkSpec) -> Result<String, EngineError> {
        let ipam = spec.subnet.map(|(subnet, gateway)| Ipam {
            config: Some(vec![IpamConfig {
                subnet: Some(subnet),
                gateway,
                ..Default::default()
            }]),
            ..Default::default()
        });
        let request = NetworkCreateRequest {
            name: spec.name,
            driver: Some(spec.driver),
            internal: Some(spec.internal),
            enable_ipv6: Some(spec.ipv6),
            ipam,
            labels: Some(spec.labels.into_iter().collect()),
            ..Default::default()
        };
        let made = self
            .client()?
            .docker
            .create_network(request)
            .await
            .map_err(|e| EngineError::of("making a network", e))?;
        Ok(made.id)
    }

    /// Removes a network. One that is gone is no error.
    ///
    /// # Errors
    /// As the engine says; it refuses while containers are attached.
    pub async fn remove_network(&self, id: &str) -> Result<(), EngineError> {
        let removed = self.client()?.docker.remove_network(id).await;
        match removed.map_err(|e| EngineError::of("removing a network", e)) {
            Err(EngineError::NotFound(_)) => Ok(()),
            other => other,
        }
    }

    /// Makes a volume. For a name that exists the engine answers the old one,
    /// so whoever calls this has looked before.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn create_volume(&self, spec: VolumeSpec) -> Result<Volume, EngineError> {
        let map = |m: BTreeMap<String, String>| m.into_iter().collect::<HashMap<_, _>>();
        let request = VolumeCreateRequest {
            name: Some(spec.name),
            driver: Some(spec.driver),
            labels: Some(map(spec.labels)),
            driver_opts: Some(map(spec.driver_options)),
            ..Default::default()
        };
        let made = self
            .client()?
            .docker
            .create_volume(request)
            .await
            .map_err(|e| EngineError::of("making a volume", e))?;
        Ok(volume(made))
    }
}

pub(super) async fn networks(client: &Client) -> Result<Vec<Network>, EngineError> {
    let networks = client
        .docker
        .list_networks(None::<ListNetworksOptions>)
        .await
        .map_err(|e| EngineError::of("listing networks", e))?;
    let mut networks: Vec<Network> = networks.into_iter().map(network).collect();
    networks.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    Ok(networks)
}

pub(super) async fn volumes(client: &Client) -> Result<Vec<Volume>, EngineError> {
    let listed = client
        .docker
        .list_volumes(None::<ListVolumesOptions>)
        .await
        .map_err(|e| EngineError::of("listing volumes", e))?;
    let mut volumes: Vec<Volume> = listed
        .volumes
        .unwrap_or_default()
        .into_iter()
        .map(volume)
        .collect();
    volumes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(volumes)
}

/// `containers` are filled in by the inventory.
fn network(raw: EngineNetwork) -> Network {
    let labels: BTreeMap<String, String> = raw.labels.unwrap_or_default().into_iter().collect();
    let name = raw.name.unwrap_or_default();
    let subnets = raw.ipam.and_then(|i| i.config).unwrap_or_default();
    Network {
        id: raw.id.unwrap_or_default(),
        built_in: BUILT_IN.contains(&name.as_str()) || raw.ingress.unwrap_or_default(),
        name,
        driver: raw.driver.unwrap_or_default(),
        scope: raw.scope.unwrap_or_default(),
        internal: raw.internal.unwrap_or_default(),
        ipv6: raw.enable_ipv6.unwrap_or_default(),
        subnets: subnets
            .into_iter()
            .filter_map(|config| {
                Some(Subnet {
                    subnet: config.subnet.filter(|s| !s.is_empty())?,
                    gateway: config.gateway.filter(|g| !g.is_empty()),
                })
            })
            .collect(),
        created: raw.created.unwrap_or_default(),
        project: labels.get(PROJECT_LABEL).cloned(),
        labels,
        containers: Vec::new(),
    }
}

/// `used_by` is filled in by the inventory, sizes by who asks for them.
fn volume(raw: EngineVolume) -> Volume {
    let labels: BTreeMap<String, String> = raw.labels.into_iter().collect();
    Volume {
        anonymous: labels.contains_key(ANONYMOUS_LABEL) || is_made_up(&raw.name),
        name: raw.name,
        driver: raw.driver,
        mountpoint: raw.mountpoint,
        created: raw.created_at,
        project: labels.get(PROJECT_LABEL).cloned(),
        labels,
        driver_options: raw.options.into_iter().collect(),
        size_bytes: None,
        used_by: Vec::new(),
    }
}

/// Whether the engine made a volume's name up: engines older than API 1.42 say
/// so by nothing else.
pub(crate) fn is_made_up(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
