//! What a store is to those who read it: its name for itself, how it is
//! passed on, and the words that nodes exchange about it.

pub mod announce;
pub mod id;
pub mod invite;
pub mod wire;
