//! `serve`: a node until somebody ends it.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use futures_util::StreamExt as _;
use store_node::Multiaddr;
use store_node::api::types::Add;
use store_node::api::{Network, Server, SocketAccess};
use store_node::node::{Node, NodeConfig};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::Failure;
use super::tuf::read_root;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

/// What a node needs to know about its place in the network.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// Folder for the node's key, database and files.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "/var/lib/harbourmaster-store"
    )]
    pub(super) data_dir: PathBuf,
    /// Multiaddress to listen on, TCP; may be given several times.
    #[arg(long, value_name = "MULTIADDR")]
    pub(super) listen: Vec<Multiaddr>,
    /// Address for large files, UDP; one of IPv4, one of IPv6.
    #[arg(long, value_name = "IP:PORT")]
    pub(super) listen_blobs: Vec<SocketAddr>,
    /// Multiaddress at which everybody can reach this node.
    #[arg(long, value_name = "MULTIADDR")]
    pub(super) external: Vec<Multiaddr>,
    /// Peer to keep to, with /p2p/ and its id; may be given several times.
    #[arg(long, value_name = "MULTIADDR")]
    pub(super) peer: Vec<Multiaddr>,
    /// Find peers in the same network by themselves.
    #[arg(long, value_enum, default_value = "on")]
    pub(super) mdns: Switch,
    /// Socket for the other commands and the agent, instead of node.sock in the
    /// data folder.
    #[arg(long, value_name = "PATH")]
    pub(super) socket: Option<PathBuf>,
    /// Group whose members may use the socket, by name or number.
    #[arg(long, value_name = "GROUP")]
    pub(super) socket_group: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    place: Place,
    /// First root of a store to take part in.
    #[arg(long, value_name = "1.root.json")]
    trust: Option<PathBuf>,
    /// Web server with that store's site; may be given several times.
    #[arg(long, value_name = "URL", requires = "trust")]
    origin: Vec<String>,
    /// Folder with the site of a store, which this node hosts. It need not be
    /// trusted by `--trust`; with it, it must be that store's.
    #[arg(long, value_name = "SITE")]
    seed: Vec<PathBuf>,
    /// Relay to be reachable through, with /p2p/ and its id.
    #[arg(long, value_name = "MULTIADDR")]
    relay: Vec<Multiaddr>,
    /// Bytes on disk that files of stores may have.
    #[arg(long, value_name = "BYTES")]
    disk: Option<u64>,
    /// Seconds between questions to web servers.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    poll: u64,
    /// Seconds between tests whether connected peers are still there.
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    ping: u64,
}

impl Place {
    pub(super) fn config(&self) -> Result<NodeConfig, Failure> {
        let mut config = NodeConfig::new(&self.data_dir);
        // Whoever names a port wants that one.
        config.any_port = self.listen.is_empty() && self.listen_blobs.is_empty();
        if !self.listen.is_empty() {
            config.listen.clone_from(&self.listen);
        }
        if !self.listen_blobs.is_empty() {
            config.blobs.clone_from(&self.listen_blobs);
        }
        config.external.clone_from(&self.external);
        for peer in &self.peer {
            needs_id(peer)?;
        }
        config.peers.clone_from(&self.peer);
        config.mdns = self.mdns == Switch::On;
        Ok(config)
    }

    pub(super) fn socket(&self) -> PathBuf {
        let there = self.socket.clone();
        there.unwrap_or_else(|| self.data_dir.join("node.sock"))
    }

    pub(super) fn access(&self) -> Result<SocketAccess, Failure> {
        match &self.socket_group {
            None => Ok(SocketAccess::Owner),
            Some(group) => Ok(SocketAccess::Group(group_number(group)?)),
        }
    }
}

pub(super) fn needs_id(address: &Multiaddr) -> Result<(), Failure> {
    match address.to_string().contains("/p2p/") {
        true => Ok(()),
        false => Err(format!(
            "{address} does not say whose address it is; put /p2p/ and the id of the peer at its end"
        )
        .into()),
    }
}

fn group_number(group: &str) -> Result<u32, Failure> {
    if let Ok(number) = group.parse() {
        return Ok(number);
    }
    let groups = fs::read_to_string("/etc/group")
        .map_err(|error| format!("/etc/group can not be read: {error}"))?;
    let mut lines = groups.lines().map(|line| line.split(':'));
    let found = lines.find_map(|mut fields| match fields.next() == Some(group) {
        true => fields.nth(1)?.parse().ok(),
        false => None,
    });
    found.ok_or_else(|| format!("this system has no group {group}").into())
}

/// Logs to standard error, as RUST_LOG says.
pub(super) fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        EnvFilter::new("warn,libp2p_kad=error,store_node=info,docker_manager_store=info")
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
}

/// Waits for SIGTERM or SIGINT.
pub(super) async fn until_ended() -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Runs a node and its socket, until it is told to end.
pub(super) async fn run_node(
    config: NodeConfig,
    place: &Place,
    ready: impl AsyncFnOnce(&Network) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let access = place.access()?;
    let node = Node::start(config).await?;
    let network = node.network();
    let server = match Server::start(network.clone(), &place.socket(), access) {
        Ok(server) => server,
        Err(error) => {
            node.shutdown().await;
            return Err(error.into());
        }
    };
    let result = async {
        ready(&network).await?;
        until_ended().await?;
        Ok(())
    }
    .await;
    server.stop().await;
    node.shutdown().await;
    result
}

pub(super) async fn run(serve: Serve) -> Result<(), Failure> {
    log();
    let mut config = serve.place.config()?;
    for relay in &serve.relay {
        needs_id(relay)?;
    }
    config.relays.clone_from(&serve.relay);
    if let Some(disk) = serve.disk {
        config.limits.disk = disk;
    }
    config.poll = std::time::Duration::from_secs(serve.poll.max(1));
    config.ping = std::time::Duration::from_secs(serve.ping.max(1));
    let trust = serve.trust.as_deref().map(text_of_root).transpose()?;
    run_node(config, &serve.place, async |network| {
        begin(network, &serve, trust).await
    })
    .await
}

fn text_of_root(path: &Path) -> Result<String, Failure> {
    let bytes = read_root(path)?;
    String::from_utf8(bytes).map_err(|_| format!("{} is no root file", path.display()).into())
}

async fn begin(network: &Network, serve: &Serve, trust: Option<String>) -> Result<(), Failure> {
    let mut stores = Vec::new();
    if let Some(root) = trust {
        let peers = serve.place.peer.iter().map(ToString::to_string);
        let add = Add::Root {
            root,
            origins: serve.origin.clone(),
            peers: peers.collect(),
        };
        stores.push(network.add(add).await?);
    }
    for site in &serve.seed {
        let site = fs::canonicalize(site)
            .map_err(|error| format!("{} can not be used: {error}", site.display()))?;
        let store = network.add(Add::Site { site: site.clone() }).await?;
        if serve.trust.is_some() && stores.first() != Some(&store) {
            return Err(format!(
                "{} is the site of another store than the one that --trust names",
                site.display()
            )
            .into());
        }
        stores.push(store);
    }
    stores.dedup();
    let status = network.status().await?;
    println!("node {}", status.peer_id);
    for store in stores {
        // The addresses come a moment after the node does.
        for _ in 0..20 {
            if !network.status().await?.listen.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        println!("store {store}");
        println!("invite {}", network.invite(store).await?);
    }
    for address in network.status().await?.listen {
        println!("listening {address}/p2p/{}", status.peer_id);
    }
    let network = network.clone();
    let mut news = network.news().await?;
    // Ends with the node, whose news it reads.
    tokio::spawn(async move {
        while let Some(news) = news.next().await {
            println!("version {} of {}", news.version, news.store);
        }
    });
    Ok(())
}
