//! Who may fetch which blobs from us: known hashes only, within the limits.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use iroh_blobs::provider::events::{
    AbortReason, ConnectMode, EventMask, EventSender, ObserveMode, ProviderMessage, RequestMode,
};
use libp2p::PeerId;
use tokio::task::JoinHandle;

use crate::key::peer_id;
use crate::protocol::Protocol;
use crate::swarm::Shared;

/// Connections for blobs, of all peers.
const CONNECTIONS: usize = 64;
/// Of one peer.
const PER_PEER: usize = 4;

/// Hashes of verified files: nothing else is given.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offered(Arc<RwLock<HashMap<[u8; 32], Blob>>>);

#[derive(Debug, Clone, Copy)]
struct Blob {
    length: u64,
    /// Files that have these bytes.
    files: u32,
}

impl Offered {
    /// A file has these bytes: peers may fetch them from now on.
    pub(crate) fn add(&self, hash: [u8; 32], length: u64) {
        let mut offered = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let blob = offered.entry(hash).or_insert(Blob { length, files: 0 });
        blob.files += 1;
    }

    /// A file has them no longer. Once there is none, nobody may.
    pub(crate) fn remove(&self, hash: &[u8; 32]) {
        let mut offered = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(blob) = offered.get_mut(hash) {
            blob.files -= 1;
            if blob.files == 0 {
                offered.remove(hash);
            }
        }
    }

    fn length(&self, hash: &[u8; 32]) -> Option<u64> {
        let offered = self.0.read().unwrap_or_else(PoisonError::into_inner);
        offered.get(hash).map(|blob| blob.length)
    }
}

struct Guard {
    offered: Offered,
    protocol: Shared,
    started: Instant,
    connections: HashMap<u64, PeerId>,
}

/// Starts the task that judges requests.
pub(super) fn start(
    offered: Offered,
    protocol: Shared,
    started: Instant,
) -> (EventSender, JoinHandle<()>) {
    let mask = EventMask {
        connected: ConnectMode::Intercept,
        get: RequestMode::Intercept,
        // Would go round the check of the hash.
        get_many: RequestMode::Disabled,
        push: RequestMode::Disabled,
        observe: ObserveMode::Intercept,
        ..EventMask::DEFAULT
    };
    let (sender, mut messages) = EventSender::channel(64, mask);
    let mut guard = Guard {
        offered,
        protocol,
        started,
        connections: HashMap::new(),
    };
    let task = tokio::spawn(async move {
        while let Some(message) = messages.recv().await {
            guard.judge(message).await;
        }
    });
    (sender, task)
}

impl Guard {
    fn ask<T>(&self, question: impl FnOnce(&mut Protocol<PeerId>) -> T) -> T {
        // Whoever panicked while holding it left nothing half done.
        let mut protocol = self.protocol.lock().unwrap_or_else(PoisonError::into_inner);
        question(&mut protocol)
    }

    // Whoever waits for an answer may be gone: failed sends mean nothing here.
    async fn judge(&mut self, message: ProviderMessage) {
        match message {
            ProviderMessage::ClientConnected(message) => {
                let verdict = match message.endpoint_id.as_ref().and_then(peer_id) {
                    Some(peer) => self.connect(message.connection_id, peer),
                    None => Err(AbortReason::Permission),
                };
                let _ = message.tx.send(verdict).await;
            }
            ProviderMessage::ConnectionClosed(message) => {
                self.connections.remove(&message.connection_id);
            }
            ProviderMessage::GetRequestReceived(message) => {
                let hash = *message.request.hash.as_bytes();
                let raw = message.request.ranges.is_blob();
                let verdict = match (raw, self.offered.length(&hash)) {
                    (true, Some(length)) => self.get(message.connection_id, length),
                    _ => Err(AbortReason::Permission),
                };
                let _ = message.tx.send(verdict).await;
            }
            ProviderMessage::ObserveRequestReceived(message) => {
                let _ = message.tx.send(Err(AbortReason::Permission)).await;
            }
            _ => {}
        }
    }

    fn connect(&mut self, connection: u64, peer: PeerId) -> Result<(), AbortReason> {
        let now = self.started.elapsed();
        if self.ask(|protocol| protocol.peers.banned(&peer, now)) {
            return Err(AbortReason::Permission);
        }
        let own = self.connections.values().filter(|other| **other == peer);
        if self.connections.len() >= CONNECTIONS || own.count() >= PER_PEER {
            return Err(AbortReason::RateLimited);
        }
        self.connections.insert(connection, peer);
        Ok(())
    }

    fn get(&self, connection: u64, length: u64) -> Result<(), AbortReason> {
        let Some(peer) = self.connections.get(&connection) else {
            return Err(AbortReason::Permission);
        };
        let now = self.started.elapsed();
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let may = self.ask(|protocol| {
            !protocol.peers.banned(peer, now)
                && protocol.peers.request(peer, now)
                && protocol.peers.send(peer, length, now)
        });
        may.then_some(()).ok_or(AbortReason::RateLimited)
    }
}
