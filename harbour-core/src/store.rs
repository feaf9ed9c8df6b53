//! What a store is to those who read it: what its signed index says of the
//! apps in it, its name for itself, and how it is passed on.

pub mod channel;
mod check;
pub mod cid;
pub mod id;
pub mod index;
pub mod invite;
pub mod lock;
