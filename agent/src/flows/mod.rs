//! What the agent can do, in its own words: no HTTP here and no engine types.

mod activity;
mod create;
mod digest;
mod exec;
mod host_ports;
mod images;
mod inventory;
mod lifecycle;
mod logs;
mod scratch;
mod steps;
mod world;

pub use crate::docker::{EngineError, ExecInput, ExecOutput, ExecStream};
pub use create::{CreateError, CreateOutcome, create, preview};
pub use exec::{
    ExecError, ExecPlan, ExecRequest, exec_exit_code, open_exec, plan_exec, resize_exec,
};
pub use images::{ImageError, pull_image, remove_image};
pub use inventory::{FindError, Inventory};
pub use lifecycle::{Action, LifecycleError, act, remove_container, rename_container};
pub use logs::{LogError, LogRequest, LogStreamReader, open_log};
pub use scratch::*;
pub use steps::Flows;

use std::path::PathBuf;
use crate::settings::Settings;use crate::timeline::Timeline;
use std::sync::Arc;

use crate::docker::Engine;
use crate::events::EventHub;
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
    /// The event stream.
    pub events: Arc<EventHub>,
    /// What can be set while the agent runs.
    pub settings: Settings,
    /// What happened and was done.
    pub timeline: Timeline,
    /// Icons that people gave their containers.
    pub icons: Icons,
    /// Where new apps keep their files.
    pub app_data_root: PathBuf,
    /// Folders of this installation that no container gets unasked.
    pub protected: Vec<String>,
}
