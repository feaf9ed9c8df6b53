//! The domain of Harbourmaster: what a container, an image, a port, a risk and
//! an operation are, and every decision that needs no outside world.
//!
//! Nothing here reads a file, a clock, a random source, the environment or a
//! socket. What the decisions depend on arrives as arguments, so each rule can
//! be tested on its own and holds for every path that leads to a container.

pub mod change;
pub mod compose;
pub mod container_name;
pub mod digest;
pub mod docker_run;
pub mod draft;
pub mod host_path;
pub mod image_ref;
pub mod import;
pub mod install;
pub mod log_frame;
pub mod manifest;
pub mod operation;
pub mod plan;
pub mod port;
pub mod problem;
pub mod risk;
pub mod security_opt;
pub mod spec;
pub mod store;
pub mod subnet;
pub mod tuf;
pub mod update;
pub mod volume;
pub mod yaml;
