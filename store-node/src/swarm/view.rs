//! What the swarm says of itself and of its peers.

use harbour_core::store::id::StoreId;
use libp2p::PeerId;

use super::address::is_near;
use super::task::{Link, Task};
use super::{Holder, PeerStatus, SwarmStatus};

impl Task {
    pub(super) fn holders(&self, store: &StoreId) -> Vec<Holder> {
        let protocol = self.protocol();
        let now = self.config.started.elapsed();
        let holders = protocol
            .holders(store)
            .filter(|(peer, _)| self.swarm.is_connected(peer))
            .map(|(peer, version)| {
                let link = self.link(peer);
                Holder {
                    peer: *peer,
                    address: link.map(|link| link.address.clone()),
                    near: link.is_some_and(|link| is_near(&link.address)),
                    version,
                    blamed: protocol.peers.blamed(peer, now),
                }
            });
        holders.collect()
    }

    fn link(&self, peer: &PeerId) -> Option<&Link> {
        let mut links = self.links.values();
        links.find(|(other, _)| other == peer).map(|(_, link)| link)
    }

    pub(super) fn status(&self) -> SwarmStatus {
        let protocol = self.protocol();
        let mut peers: Vec<PeerStatus> = Vec::new();
        for (peer, link) in self.links.values() {
            if peers.iter().any(|known| known.peer == *peer) {
                continue;
            }
            let stores = protocol.stores().filter_map(|store| {
                let mut holders = protocol.holders(store);
                let (_, version) = holders.find(|(holder, _)| *holder == peer)?;
                Some((*store, version))
            });
            peers.push(PeerStatus {
                peer: *peer,
                address: link.address.clone(),
                near: is_near(&link.address),
                incoming: link.incoming,
                agent: self.agents.get(peer).cloned(),
                score: self
                    .swarm
                    .behaviour()
                    .gossip
                    .peer_score(peer)
                    .unwrap_or(0.0),
                stores: stores.collect(),
            });
        }
        peers.sort_by_key(|peer| (!peer.near, peer.peer));
        SwarmStatus {
            listen: self.swarm.listeners().cloned().collect(),
            external: self.swarm.external_addresses().cloned().collect(),
            peers,
            banned: protocol.peers.count_banned(self.config.started.elapsed()),
            counters: self.counters,
        }
    }
}
