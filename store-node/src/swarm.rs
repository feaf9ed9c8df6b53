//! Peers: finding them, keeping to them, hearing from them. libp2p is used in
//! this module only. One task owns the swarm; others talk to it by [`Swarm`].

mod address;
mod behaviour;
mod codec;
mod dialer;
mod events;
mod gate;
mod task;
mod view;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{FileAnswer, FileName};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::key::NodeKey;
use crate::protocol::Protocol;
use crate::protocol::limits::Limits;
use crate::protocol::peers::Offence;

pub(crate) use address::ip_of;
pub(crate) use gate::Shared;

/// Commands that wait; more wait with their senders.
const COMMANDS: usize = 256;

/// Why there is no swarm.
#[derive(Debug, thiserror::Error)]
pub enum SwarmError {
    /// It can not be set up.
    #[error("the node can not be set up: {0}")]
    Setup(String),
    /// An address can not be listened on.
    #[error("the node can not listen on {address}: {reason}")]
    Listen {
        /// The address.
        address: Multiaddr,
        /// Why.
        reason: String,
    },
}

/// How a swarm is to be.
#[derive(Debug, Clone)]
pub(crate) struct SwarmConfig {
    pub(crate) key: NodeKey,
    pub(crate) listen: Vec<Multiaddr>,
    /// Any free port will do when the wanted one is taken.
    pub(crate) any_port: bool,
    /// Addresses at which everybody can reach us.
    pub(crate) external: Vec<Multiaddr>,
    /// Peers to keep to, each with its id.
    pub(crate) peers: Vec<Multiaddr>,
    /// Relays to be reachable through, each with its id.
    pub(crate) relays: Vec<Multiaddr>,
    pub(crate) mdns: bool,
    pub(crate) serve_relay: bool,
    pub(crate) limits: Limits,
    pub(crate) ping: Duration,
    pub(crate) started: Instant,
}

/// Finds files for peers who ask. It answers at once, from what was verified.
pub(crate) trait Shelf: Send + Sync + 'static {
    fn find(&self, file: &FileName) -> FileAnswer;
}

/// A store is to be brought up to date; see [`crate::protocol::Action::Update`].
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) store: StoreId,
    pub(crate) timestamp: Option<Vec<u8>>,
    pub(crate) from: Option<PeerId>,
}

/// Why a peer did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AskError {
    #[error("the peer did not answer in time")]
    Slow,
    #[error("the connection to the peer is gone")]
    Gone,
    #[error("the peer answered with something else")]
    Malformed,
}

#[derive(Debug)]
pub(crate) enum Command {
    Join {
        store: StoreId,
        root: Vec<u8>,
        timestamp: Option<Vec<u8>>,
    },
    Leave(StoreId),
    Meet(Vec<Multiaddr>),
    Ask {
        peer: PeerId,
        file: FileName,
        reply: oneshot::Sender<Result<FileAnswer, AskError>>,
    },
    Updated {
        store: StoreId,
        root: Vec<u8>,
        timestamp: Option<Vec<u8>>,
        complete: bool,
    },
    Offended(PeerId, Offence),
    Holders(StoreId, oneshot::Sender<Vec<Holder>>),
    Version(StoreId, oneshot::Sender<Option<u64>>),
    Status(oneshot::Sender<SwarmStatus>),
    Stop,
}

/// A peer that takes part in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) peer: PeerId,
    pub(crate) address: Option<Multiaddr>,
    pub(crate) near: bool,
    /// The version of the timestamp it was seen with.
    pub(crate) version: Option<u64>,
    /// Something is held against it.
    pub(crate) blamed: bool,
}

/// A number by chance.
pub(crate) fn chance() -> u64 {
    let mut bytes = [0; 8];
    // Without randomness the order is always the same; that is no error.
    let _ = getrandom::fill(&mut bytes);
    u64::from_ne_bytes(bytes)
}

/// A connected peer.
#[derive(Debug, Clone)]
pub(crate) struct PeerStatus {
    pub(crate) peer: PeerId,
    pub(crate) address: Multiaddr,
    pub(crate) near: bool,
    pub(crate) incoming: bool,
    pub(crate) agent: Option<String>,
    pub(crate) score: f64,
    pub(crate) stores: BTreeMap<StoreId, Option<u64>>,
}

/// What the swarm does.
#[derive(Debug, Clone)]
pub(crate) struct SwarmStatus {
    pub(crate) listen: Vec<Multiaddr>,
    pub(crate) external: Vec<Multiaddr>,
    pub(crate) peers: Vec<PeerStatus>,
    pub(crate) banned: usize,
    pub(crate) counters: Counters,
}

/// Messages since the start.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counters {
    pub(crate) accepted: u64,
    pub(crate) ignored: u64,
    pub(crate) rejected: u64,
    pub(crate) published: u64,
    pub(crate) answered: u64,
    pub(crate) refused: u64,
    pub(crate) cut_off: u64,
}

/// Talks to the task of the swarm.
#[derive(Debug, Clone)]
pub(crate) struct Swarm {
    commands: mpsc::Sender<Command>,
}

/// The running swarm.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) swarm: Swarm,
    pub(crate) updates: mpsc::Receiver<Update>,
    pub(crate) task: JoinHandle<()>,
    pub(crate) protocol: Shared,
}

impl Swarm {
    /// Builds a swarm, listens and starts its task.
    pub(crate) fn start(config: SwarmConfig, shelf: Arc<dyn Shelf>) -> Result<Running, SwarmError> {
        let protocol: Shared = Arc::new(Mutex::new(Protocol::new(config.limits)));
        let swarm = behaviour::build(&config, Arc::clone(&protocol))?;
        let (commands, queue) = mpsc::channel(COMMANDS);
        // Each store has one update under way at most, so there is always room.
        let (updates, heard) = mpsc::channel(config.limits.stores.max(1));
        let task = task::Task::new(config, swarm, Arc::clone(&protocol), shelf, queue, updates)?;
        Ok(Running {
            swarm: Self { commands },
            updates: heard,
            task: tokio::spawn(task.run()),
            protocol,
        })
    }

    /// Tells the task something. A task that has ended needs to know nothing.
    pub(crate) async fn tell(&self, command: Command) {
        let _ = self.commands.send(command).await;
    }

    async fn ask_for<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.tell(command(reply)).await;
        answer.await.ok()
    }

    /// Asks a peer for a file.
    pub(crate) async fn ask(&self, peer: PeerId, file: FileName) -> Result<FileAnswer, AskError> {
        self.ask_for(|reply| Command::Ask { peer, file, reply })
            .await
            .unwrap_or(Err(AskError::Gone))
    }

    /// The connected peers that take part in a store.
    pub(crate) async fn holders(&self, store: StoreId) -> Vec<Holder> {
        self.ask_for(|reply| Command::Holders(store, reply))
            .await
            .unwrap_or_default()
    }

    /// The newest version of a store that was announced and verified.
    pub(crate) async fn version(&self, store: StoreId) -> Option<u64> {
        self.ask_for(|reply| Command::Version(store, reply))
            .await
            .flatten()
    }

    /// What it does, while it runs.
    pub(crate) async fn status(&self) -> Option<SwarmStatus> {
        self.ask_for(Command::Status).await
    }
}
