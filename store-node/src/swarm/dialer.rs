//! Whom to dial, and when again: peers that were given, that mDNS found near,
//! and that others say take part in a store.

use std::collections::BTreeMap;
use std::time::Duration;

use libp2p::{Multiaddr, PeerId};

/// Time until a peer is dialled again; doubled up to the second.
const AGAIN: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(120));
/// Peers that are kept to.
const MOST: usize = 256;
/// Addresses of one peer.
const ADDRESSES: usize = 8;

#[derive(Debug)]
struct Known {
    addresses: Vec<Multiaddr>,
    /// Given by somebody who may; never forgotten.
    given: bool,
    at: Duration,
    wait: Duration,
}

/// The peers to keep to.
#[derive(Debug, Default)]
pub(super) struct Dialer(BTreeMap<PeerId, Known>);

impl Dialer {
    /// Keeps to a peer; the address is tried at the next [`Self::due`].
    pub(super) fn add(&mut self, peer: PeerId, address: Multiaddr, given: bool, now: Duration) {
        if self.0.len() >= MOST && !self.0.contains_key(&peer) {
            let stranger = self.0.iter().find(|(_, known)| !known.given);
            let Some(stranger) = stranger.map(|(peer, _)| *peer) else {
                return;
            };
            self.0.remove(&stranger);
        }
        let known = self.0.entry(peer).or_insert(Known {
            addresses: Vec::new(),
            given,
            at: now,
            wait: AGAIN.0,
        });
        known.given |= given;
        if !known.addresses.contains(&address) {
            if known.addresses.len() >= ADDRESSES {
                known.addresses.remove(0);
            }
            known.addresses.push(address);
            known.at = now;
        }
    }

    /// A peer is no longer near.
    pub(super) fn remove(&mut self, peer: &PeerId) {
        if self.0.get(peer).is_some_and(|known| !known.given) {
            self.0.remove(peer);
        }
    }

    /// A connection is there: the next loss is repaired quickly.
    pub(super) fn connected(&mut self, peer: &PeerId) {
        if let Some(known) = self.0.get_mut(peer) {
            known.wait = AGAIN.0;
        }
    }

    /// A connection was lost: the peer is dialled soon.
    pub(super) fn lost(&mut self, peer: &PeerId, now: Duration) {
        if let Some(known) = self.0.get_mut(peer) {
            known.at = now + known.wait;
        }
    }

    /// Whom to dial now.
    pub(super) fn due(
        &mut self,
        now: Duration,
        connected: impl Fn(&PeerId) -> bool,
    ) -> Vec<(PeerId, Vec<Multiaddr>)> {
        let mut due = Vec::new();
        for (peer, known) in &mut self.0 {
            if known.at <= now && !connected(peer) {
                known.at = now + known.wait;
                known.wait = (known.wait * 2).min(AGAIN.1);
                due.push((*peer, known.addresses.clone()));
            }
        }
        due
    }
}
