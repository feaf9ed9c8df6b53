//! What the watch tells, and whom.

use std::collections::HashMap;

use crate::views::{ContainerDetail, Image, Network, Volume};

/// What the engine says happened.
#[derive(Clone, Debug)]
pub struct EngineEvent {
    /// What it happened to.
    pub kind: EngineEventKind,
    /// The engine's word: `start`, `die`, `health_status: healthy` …
    pub action: String,
    /// Id of the container, image or network, or a volume's name.
    pub id: String,
    /// Name, image, exit code, labels …
    pub attributes: HashMap<String, String>,
    /// Nanoseconds since 1970.
    pub at_nanos: i64,
    /// Whether it happened before the state was read: for the record only.
    pub past: bool,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EngineEventKind {
    /// A container.
    Container,
    /// An image.
    Image,
    /// A network.
    Network,
    /// A volume; its id is its name.
    Volume,
}

/// Everything at one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// All containers.
    pub containers: Vec<ContainerDetail>,
    /// All images.
    pub images: Vec<Image>,
    /// All networks.
    pub networks: Vec<Network>,
    /// All volumes.
    pub volumes: Vec<Volume>,
    /// Engine's version.
    pub version: String,
    /// Agreed API version.
    pub api_version: String,
}

/// What must be read again after an event was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reread {
    /// This container, and the mark that tells whether the answer is stale.
    pub container: Option<(String, u64)>,
    /// The images.
    pub images: bool,
    /// The networks.
    pub networks: bool,
    /// The volumes.
    pub volumes: bool,
}

/// Keeps what the engine says.
pub trait Observer: Send + Sync + 'static {
    /// The engine answered with everything.
    fn synced(&self, snapshot: Snapshot);
    /// The engine is gone, for this reason.
    fn lost(&self, reason: &str);
    /// Something happened. Answers what to read again.
    fn event(&self, event: &EngineEvent) -> Reread;
    /// A container was read; `None` when it is gone. With a stale `mark` the
    /// answer is older than what is known.
    fn container(&self, id: &str, mark: u64, detail: Option<ContainerDetail>);
    /// The images were read.
    fn images(&self, images: Vec<Image>);
    /// The networks were read.
    fn networks(&self, networks: Vec<Network>);
    /// The volumes were read.
    fn volumes(&self, volumes: Vec<Volume>);
}
