//! How much a node takes from one peer, from one address, and in total.

/// The limits of a node. Every one has a reason in `docs/p2p.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Connections that others made to us.
    pub incoming: u32,
    /// Connections that we made; the rest of the total is kept free for them.
    pub outgoing: u32,
    /// Connections from one IP address.
    pub per_address: u32,
    /// Connections with one peer.
    pub per_peer: u32,
    /// Announcements of a peer in a second, over time.
    pub announcements_per_second: u32,
    /// Announcements of a peer at once.
    pub announcements_at_once: u32,
    /// Requests of a peer in a second, over time.
    pub requests_per_second: u32,
    /// Requests of a peer at once.
    pub requests_at_once: u32,
    /// Bytes that are sent to a peer in a second, over time.
    pub bytes_per_second: u32,
    /// Bytes that are sent to a peer at once.
    pub bytes_at_once: u32,
    /// Peers that are known to hold one store.
    pub holders: usize,
    /// Stores that a node takes part in.
    pub stores: usize,
    /// Bytes on disk that may be used for files of stores.
    pub disk: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            incoming: 96,
            outgoing: 32,
            per_address: 24,
            per_peer: 2,
            announcements_per_second: 2,
            announcements_at_once: 20,
            requests_per_second: 50,
            requests_at_once: 400,
            bytes_per_second: 8 << 20,
            bytes_at_once: 64 << 20,
            holders: 256,
            stores: 64,
            disk: 2 << 30,
        }
    }
}
