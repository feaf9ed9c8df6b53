//! The network half of Harbourmaster: what speaks to the world outside. Today
//! that is one part, the trust in a store; what it fetches is believed only as
//! far as `harbour_core::tuf` has verified it.

pub mod origin;
pub mod tuf;
