//! The network half of Harbourmaster: what speaks to the world outside. What it
//! fetches is believed only as far as `harbour_core::tuf` has verified it.

mod blobs;
mod db;
mod key;
pub mod origin;
pub mod protocol;
mod swarm;
pub mod tuf;
