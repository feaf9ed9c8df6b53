//! The engine's own facts, for the choices of the create form.

use serde::Serialize;
use utoipa::ToSchema;

/// What the engine is and can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EngineFacts {
    /// Its version.
    pub version: String,
    /// The API version agreed on.
    pub api_version: String,
    /// Operating system: `Debian GNU/Linux 12 (bookworm)`.
    pub os: String,
    /// Processor architecture: `x86_64`.
    pub arch: String,
    /// Kernel version.
    pub kernel: String,
    /// Processors it may use.
    pub cpus: i64,
    /// Memory of the machine.
    pub memory_bytes: i64,
    /// Version of control groups, 1 or 2.
    pub cgroup_version: u8,
    /// How it stores images and containers: `overlay2`.
    pub storage_driver: String,
    /// Log drivers it has.
    pub log_drivers: Vec<String>,
    /// Runtimes it has.
    pub runtimes: Vec<String>,
    /// Whether it hands out graphics processors.
    pub gpus: bool,
    /// Whether it runs without the rights of root.
    pub rootless: bool,
}
