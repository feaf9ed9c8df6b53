//! What the API shows: read models built from the engine's answers and served
//! as they are. They carry no rules; rules work on `harbour_core` types.

mod activity;
mod container;
mod engine;
mod image;
mod network;
mod operation;
mod prune;
mod server;
mod stats;
pub mod store;
pub mod update;
mod volume;

pub use activity::{Activity, ActivityKind, Severity};
pub use container::{
    Container, ContainerDetail, ContainerState, DeviceView, EnvVar, Health, HealthProbe,
    HealthReason, HealthStatus, HealthcheckView, MountKind, MountView, NetworkView, PortView,
    RestartPolicyName, RestartPolicyView, WebUi,
};
pub use engine::EngineFacts;
pub use image::Image;
pub use network::{Attached, Network, Subnet};
pub use operation::{
    LayerProgress, Operation, OperationProgress, OperationResult, OperationTarget, StepView,
};
pub use prune::{PruneFailure, PruneItem, PrunePreview, Pruned};
pub use server::{EngineStatus, ServerInfo};
pub use stats::{ContainerRow, ContainerStats, HostStats, StatsHistory, StatsSample};
pub use volume::{UsedBy, Volume};
