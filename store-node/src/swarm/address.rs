//! What an address says: whose it is, and how far away.

use std::net::IpAddr;

use libp2p::multiaddr::Protocol as Part;
use libp2p::{Multiaddr, PeerId};

/// The IP address in a multiaddress; none for a connection through a relay,
/// where it is the relay's.
pub(crate) fn ip_of(address: &Multiaddr) -> Option<IpAddr> {
    if address.iter().any(|part| part == Part::P2pCircuit) {
        return None;
    }
    address.iter().find_map(|part| match part {
        Part::Ip4(ip) => Some(IpAddr::V4(ip)),
        Part::Ip6(ip) => Some(IpAddr::V6(ip)),
        _ => None,
    })
}

/// The id at the end of an address, and the address without it.
pub(super) fn split(address: &Multiaddr) -> Option<(PeerId, Multiaddr)> {
    let mut rest = address.clone();
    match rest.pop() {
        Some(Part::P2p(peer)) => Some((peer, rest)),
        _ => None,
    }
}

/// Whether an address lies in the same house: loopback, private or link-local.
pub(super) fn is_near(address: &Multiaddr) -> bool {
    match ip_of(address) {
        Some(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        None => false,
    }
}

/// Whether anybody could reach an address: it is no other house's as well.
pub(super) fn is_public(address: &Multiaddr) -> bool {
    let some = ip_of(address).is_some_and(|ip| !ip.is_unspecified() && !ip.is_multicast());
    some && !is_near(address)
}
