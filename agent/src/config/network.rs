//! Where the node of the app store runs, and how.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use store_node::node::NodeConfig;
use store_node::{Multiaddr, Protocol};

use super::{ConfigError, range};

/// The network half, as it is written.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NetworkFile {
    socket: Option<PathBuf>,
    listen: Option<Vec<SocketAddr>>,
    external: Vec<String>,
    peers: Vec<String>,
    relays: Vec<String>,
    mdns: Option<bool>,
    disk_mib: Option<u64>,
}

/// Where the node of the app store runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkConfig {
    /// In a process of its own, behind this socket.
    Separate(PathBuf),
    /// In this process.
    Embedded(NodeSettings),
}

/// How the node in this process is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeSettings {
    /// Where it listens, TCP and UDP; `None` is every address and the usual port.
    pub listen: Option<Vec<SocketAddr>>,
    /// Addresses at which everybody can reach it.
    pub external: Vec<Multiaddr>,
    /// Peers to keep to.
    pub peers: Vec<Multiaddr>,
    /// Relays to be reachable through.
    pub relays: Vec<Multiaddr>,
    /// Whether it finds peers in the same network; `None` is yes.
    pub mdns: Option<bool>,
    /// Mebibytes that files of stores may take; `None` is the usual quota.
    pub disk_mib: Option<u64>,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self::Embedded(NodeSettings::default())
    }
}

impl NodeSettings {
    /// The node's own configuration, with these settings in it.
    #[must_use]
    pub fn node(&self, mut config: NodeConfig) -> NodeConfig {
        if let Some(listen) = &self.listen {
            let tcp = |address: &SocketAddr| {
                Multiaddr::from(address.ip()).with(Protocol::Tcp(address.port()))
            };
            config.listen = listen.iter().map(tcp).collect();
            config.blobs.clone_from(listen);
        }
        config.external.clone_from(&self.external);
        config.peers.clone_from(&self.peers);
        config.relays.clone_from(&self.relays);
        config.mdns = self.mdns.unwrap_or(config.mdns);
        if let Some(mib) = self.disk_mib {
            config.limits.disk = mib << 20;
        }
        config
    }
}

/// Decides about what is written.
pub(super) fn network(file: NetworkFile) -> Result<NetworkConfig, ConfigError> {
    if let Some(socket) = &file.socket {
        let alone = NetworkFile {
            socket: file.socket.clone(),
            ..NetworkFile::default()
        };
        return match (socket.is_absolute(), file == alone) {
            (_, false) => Err(ConfigError::TwoNodes),
            (false, _) => Err(ConfigError::NotAbsolute {
                field: "network.socket",
                value: socket.clone(),
            }),
            (true, true) => Ok(NetworkConfig::Separate(socket.clone())),
        };
    }
    if let Some(listen) = &file.listen {
        let of = |v4| listen.iter().filter(|a| a.is_ipv4() == v4).count();
        if listen.is_empty() || of(true) > 1 || of(false) > 1 {
            return Err(ConfigError::NodeListen);
        }
    }
    let addresses = |field, list: Vec<String>, needs_id: bool| {
        let read = |value: String| {
            let problem = match value.parse::<Multiaddr>() {
                Ok(address) if !needs_id || names_peer(&address) => return Ok(address),
                Ok(_) => "it does not say whose it is; put /p2p/ and the id at its end".to_owned(),
                Err(error) => error.to_string(),
            };
            Err(ConfigError::Peer {
                field,
                value,
                problem,
            })
        };
        list.into_iter().map(read).collect::<Result<Vec<_>, _>>()
    };
    let disk_mib = range("network.disk_mib", file.disk_mib, 16, 1 << 20, "MiB")?;
    Ok(NetworkConfig::Embedded(NodeSettings {
        listen: file.listen,
        external: addresses("external", file.external, false)?,
        peers: addresses("peers", file.peers, true)?,
        relays: addresses("relays", file.relays, true)?,
        mdns: file.mdns,
        disk_mib,
    }))
}

fn names_peer(address: &Multiaddr) -> bool {
    address.iter().any(|part| matches!(part, Protocol::P2p(_)))
}
