//! A node: takes part in stores, for this machine and for others. It runs a
//! swarm only while there is a store.

mod core;
mod files;
mod joined;
mod metadata;
mod mirror;
mod names;
mod net;
mod obtain;
mod report;
mod rounds;
mod stores;
mod targets;
mod trust;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use iroh::RelayUrl;
use libp2p::Multiaddr;

use crate::api::Network;
use crate::blobs::BlobError;
use crate::db::DbError;
use crate::key::KeyError;
use crate::protocol::limits::Limits;
use crate::swarm::SwarmError;

pub(crate) use core::Core;

/// The port for peers, TCP and UDP, unless another is wanted.
pub const PORT: u16 = 4_410;
/// Time to end in.
const STOP: Duration = Duration::from_secs(10);

/// How a node is to be.
#[derive(Debug, Clone)]
pub struct NodeConfig {
    /// Its key, database and files.
    pub data_dir: PathBuf,
    /// Multiaddresses to listen on, TCP.
    pub listen: Vec<Multiaddr>,
    /// Addresses for large files, UDP; at most one of IPv4 and one of IPv6.
    pub blobs: Vec<SocketAddr>,
    /// Use any free port when the wanted one is taken.
    pub any_port: bool,
    /// Multiaddresses at which everybody can reach the node.
    pub external: Vec<Multiaddr>,
    /// Peers to keep to, with `/p2p/` and the id at the end.
    pub peers: Vec<Multiaddr>,
    /// Relays to be reachable through, with `/p2p/` and the id at the end.
    pub relays: Vec<Multiaddr>,
    /// iroh relays, for large files when no direct way is found.
    pub blob_relays: Vec<RelayUrl>,
    /// Find peers in the same network.
    pub mdns: bool,
    /// Relay between others who can not reach each other, also without a store.
    pub serve_relay: bool,
    /// How much is taken from others.
    pub limits: Limits,
    /// How often web servers are asked for something new.
    pub poll: Duration,
    /// How often it is tested whether connected peers are still there.
    pub ping: Duration,
    /// How often files that nobody needs are removed.
    pub collect: Duration,
}

impl NodeConfig {
    /// A node with its usual settings.
    #[must_use]
    pub fn new(data_dir: &Path) -> Self {
        let any = |port: u16| SocketAddr::from(([0, 0, 0, 0], port));
        let listen = format!("/ip4/0.0.0.0/tcp/{PORT}");
        Self {
            data_dir: data_dir.to_owned(),
            listen: vec![listen.parse().expect("this is a multiaddress")],
            blobs: vec![any(PORT)],
            any_port: true,
            external: Vec::new(),
            peers: Vec::new(),
            relays: Vec::new(),
            blob_relays: Vec::new(),
            mdns: true,
            serve_relay: false,
            limits: Limits::default(),
            poll: Duration::from_secs(900),
            ping: Duration::from_secs(15),
            collect: Duration::from_secs(300),
        }
    }

    /// A node that nobody finds, on loopback and with ports that are free.
    #[must_use]
    pub fn local(data_dir: &Path) -> Self {
        let listen = "/ip4/127.0.0.1/tcp/0";
        Self {
            listen: vec![listen.parse().expect("this is a multiaddress")],
            blobs: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            mdns: false,
            ..Self::new(data_dir)
        }
    }
}

/// Why a node does not run.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// Its folder can not be used.
    #[error("the node's folder {} can not be made: {source}", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Its database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Its part of the network.
    #[error(transparent)]
    Swarm(#[from] SwarmError),
    /// Its exchange of large files.
    #[error(transparent)]
    Blobs(#[from] BlobError),
}

/// A running node. [`Self::shutdown`] ends it in order; one that is dropped
/// loses nothing that was verified.
#[derive(Debug)]
pub struct Node {
    core: Arc<Core>,
}

impl Node {
    /// Opens the folder and takes part in the stores that are in it.
    ///
    /// # Errors
    /// When the folder, its key or its database can not be used, or the
    /// addresses can not be listened on.
    pub async fn start(config: NodeConfig) -> Result<Self, NodeError> {
        let core = Core::open(config)?;
        core.begin().await?;
        Ok(Self { core })
    }

    /// The handle to it.
    #[must_use]
    pub fn network(&self) -> Network {
        Network::embedded(Arc::clone(&self.core))
    }

    /// Ends its tasks, within ten seconds.
    pub async fn shutdown(self) {
        if tokio::time::timeout(STOP, self.core.end()).await.is_err() {
            tracing::warn!("the node did not end in time; nothing verified is lost");
        }
    }
}
