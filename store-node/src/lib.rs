//! The network half of Harbourmaster: what speaks to the world outside. What it
//! fetches is believed only as far as `harbour_core::tuf` has verified it.

pub mod api;
mod blobs;
mod db;
mod key;
pub mod node;
pub mod origin;
pub mod protocol;
mod swarm;
pub mod tuf;

pub use blobs::BlobError;
pub use db::DbError;
pub use key::{KeyError, NodeKey};
pub use libp2p::multiaddr::Protocol;
pub use libp2p::{Multiaddr, PeerId};
pub use swarm::SwarmError;
