//! What a store is to those who read it: its name for itself, how it is
//! passed on, what its signed index says of the apps in it, and the words
//! that nodes exchange about it.

pub mod announce;
pub mod channel;
mod check;
pub mod cid;
pub mod delta;
pub mod id;
pub mod index;
pub mod invite;
pub mod lock;
pub mod wire;
