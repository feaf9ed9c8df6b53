//! What the agent can do, in its own words: no HTTP here and no engine types.

mod activity;
mod create;
mod digest;
mod engine;
mod exec;
mod exit_words;
mod host_ports;
mod icons;
mod images;
mod inventory;
mod lifecycle;
mod list_cache;
mod logs;
mod networks;
mod plan_record;
mod prune;
mod recreate;
mod settings;
mod steps;
pub mod store;
mod story;
mod tags;
pub mod updates;
mod volumes;
mod world;

pub use crate::docker::{EngineError, ExecInput, ExecOutput, ExecStream};
pub use create::{CreateError, CreateOutcome, create, preview};
pub use engine::engine_facts;
pub use exec::{
    ExecError, ExecPlan, ExecRequest, exec_exit_code, open_exec, plan_exec, resize_exec,
};
pub use icons::{SetIconError, remove_icon, set_icon};
pub use images::{ImageError, pull_image, remove_image};
pub use inventory::{FindError, Inventory};
pub use lifecycle::{Action, LifecycleError, act, remove_container, rename_container};
pub use logs::{LogError, LogRequest, LogStreamReader, open_log};
pub use networks::{
    NetworkDraft, NetworkError, create_network, preview_networks, prune_networks, remove_network,
};
pub use prune::{preview_images, prune_images};
pub use recreate::{
    RecreateError, RecreatePreview, Settings, preview_recreate, recreate, settings,
};
pub use registry::RegistryError;
pub use settings::{SettingsDraft, SettingsError, change_settings};
pub use steps::Flows;
pub use tags::{TagList, TagsError, tags};
pub use volumes::{
    VolumeError, create_volume, list_volumes, preview_volumes, prune_volumes, remove_volume,
};

use std::sync::Arc;

use crate::db::Db;
use crate::docker::Engine;
use crate::events::EventHub;
use crate::net::Net;
use crate::operations::{Locks, Supervisor};
use crate::store::Catalogue;
use crate::timeline::Timeline;

/// Everything flows work with.
#[derive(Clone)]
pub struct Context {
    /// The engine.
    pub engine: Arc<Engine>,
    /// What it has.
    pub inventory: Arc<Inventory>,
    /// Long operations.
    pub operations: Supervisor,
    /// One change at a time per container.
    pub locks: Locks,
    /// What is outside: registries and the files of stores.
    pub net: Arc<Net>,
    /// What stores offer, verified.
    pub catalogue: Arc<Catalogue>,
    /// What is installed from them.
    pub db: Db,
    /// The event stream.
    pub events: Arc<EventHub>,
    /// What can be set while the agent runs.
    pub settings: crate::settings::Settings,
    /// What happened and was done.
    pub timeline: Timeline,
    /// Icons that people gave their containers.
    pub icons: crate::icons::Icons,
    /// Looking for updates.
    pub checks: Arc<updates::Checks>,
    /// Id of the container that this program runs in, when it does.
    pub own_container: Option<String>,
    /// Folders of this installation that no container gets unasked.
    pub protected: Vec<String>,
}
