//! What the API shows: read models built from the engine's answers and served
//! as they are. They carry no rules; rules work on `harbour_core` types.

mod activity;
mod container;
mod image;
mod operation;
mod server;
mod stats;

pub use activity::{Activity, ActivityKind, Severity};
pub use container::{
    Container, ContainerDetail, ContainerState, DeviceView, EnvVar, Health, HealthProbe,
    HealthReason, HealthStatus, HealthcheckView, MountKind, MountView, NetworkView, PortView,
    RestartPolicyName, RestartPolicyView, WebUi,
};
pub use image::Image;
pub use operation::{
    LayerProgress, Operation, OperationProgress, OperationResult, OperationTarget, StepView,
};
pub use server::{EngineStatus, ServerInfo};
pub use stats::{ContainerRow, ContainerStats, HostStats, StatsHistory, StatsSample};
