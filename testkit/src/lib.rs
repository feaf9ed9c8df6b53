//! Real engines, registries, images and faults for the tests of the other crates.
//!
//! Nothing here pretends: a [`Dockerd`] is Debian's engine on a private
//! socket, a [`Registry`] is Debian's registry on a loopback port, the images
//! are built by that engine. Each thing lives in a [`Scratch`] directory whose
//! guard removes processes, mounts, interfaces, control groups and files when
//! the owner goes away, whichever way it goes.
//!
//! The engine needs root. A caller who is not root gets an error that says so.

#![allow(
    clippy::disallowed_methods,
    reason = "starting programs is what this crate is for"
)]

mod agent;
mod dockerd;
mod error;
mod faults;
pub mod images;
mod peer;
mod process;
mod registry;
mod scratch;
pub mod store;
pub mod wait;

pub use agent::{Agent, AgentOptions};
pub use dockerd::{Dockerd, DockerdOptions};
pub use error::{KitError, Result};
pub use faults::{Cut, FaultProxy, SeenRequest};
pub use peer::{LOCAL_NODE, Peer};
pub use registry::{PutImage, Registry};
pub use scratch::{Scratch, sweep};
