//! What the agent can do, in its own words: no HTTP here and no engine types.

mod activity;
mod create;
mod digest;
mod engine;
mod exec;
mod host_ports;
mod images;
mod inventory;
mod lifecycle;
mod logs;
mod plan_record;
mod recreate;
mod steps;
mod tags;
mod world;

pub use crate::docker::{EngineError, ExecInput, ExecOutput, ExecStream};
pub use crate::net::RegistryError;
pub use create::{CreateError, CreateOutcome, create, preview};
pub use engine::engine_facts;
pub use exec::{
    ExecError, ExecPlan, ExecRequest, exec_exit_code, open_exec, plan_exec, resize_exec,
};
pub use images::{ImageError, pull_image, remove_image};
pub use inventory::{FindError, Inventory};
pub use lifecycle::{Action, LifecycleError, act, remove_container, rename_container};
pub use logs::{LogError, LogRequest, LogStreamReader, open_log};
pub use recreate::{
    RecreateError, RecreatePreview, Settings, preview_recreate, recreate, settings,
};
pub use steps::Flows;
pub use tags::{TagList, TagsError, tags};

use std::path::PathBuf;
use std::sync::Arc;

use crate::docker::Engine;
use crate::events::EventHub;
use crate::net::Net;
use crate::operations::{Locks, Supervisor};

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
    /// What is outside: registries.
    pub net: Arc<Net>,
    /// The event stream.
    pub events: Arc<EventHub>,
    /// Where new apps keep their files.
    pub app_data_root: PathBuf,
    /// Folders of this installation that no container gets unasked.
    pub protected: Vec<String>,
}
