//! A store: what its signed index says of the apps in it.

pub mod cid;
pub mod index;
pub mod lock;
