//! Live numbers and their history as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

/// The machine's numbers in a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HostStats {
    /// Processor use, 0 to 100 of all cores.
    pub cpu_percent: f64,
    /// Cores.
    pub cores: u32,
    /// Memory that could not be had at once.
    pub memory_used_bytes: u64,
    /// Memory installed.
    pub memory_total_bytes: u64,
    /// Used on the file system of the app-data root.
    pub storage_used_bytes: u64,
    /// Its size, without what is kept for root.
    pub storage_total_bytes: u64,
    /// Bytes received in a second by the machine's own network devices.
    pub rx_per_second: u64,
    /// Bytes sent.
    pub tx_per_second: u64,
    /// Load average of the last minute.
    pub load1: f64,
}

/// One container's numbers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStats {
    /// When it was read, in milliseconds since 1970.
    pub at: i64,
    /// Full id.
    pub id: String,
    /// Processor use; 100 is one core, as `docker stats` counts.
    pub cpu_percent: f64,
    /// Memory in use, as `docker stats` counts.
    pub memory_bytes: u64,
    /// Most it may use; the machine's memory when nothing else limits it.
    pub memory_limit_bytes: u64,
    /// Bytes received in a second; absent with the host's network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rx_per_second: Option<u64>,
    /// Bytes sent in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_per_second: Option<u64>,
    /// Bytes read from disks in a second; absent where the kernel does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_per_second: Option<u64>,
    /// Bytes written in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write_per_second: Option<u64>,
    /// Processes and threads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pids: Option<u64>,
}

/// A row of `containers` in a sample: id, cpuPercent, memoryBytes,
/// memoryLimitBytes, rxPerSecond, txPerSecond, readPerSecond, writePerSecond,
/// pids. The last five are null where they are not known.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ContainerRow(
    pub String,
    pub f64,
    pub u64,
    pub u64,
    pub Option<u64>,
    pub Option<u64>,
    pub Option<u64>,
    pub Option<u64>,
    pub Option<u64>,
);

/// All numbers of one moment: the data of event `sample` of `GET /api/stats`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatsSample {
    /// When it was read, in milliseconds since 1970.
    pub at: i64,
    /// The machine.
    pub host: HostStats,
    /// Its running containers.
    pub containers: Vec<ContainerRow>,
}

/// Numbers of the past, by columns of the same length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatsHistory {
    /// Seconds that one point stands for; in the range `10m` the older points
    /// may stand for ten.
    pub step_seconds: u32,
    /// Middle of each point, in milliseconds since 1970, ascending. Where
    /// nothing was recorded there is no point.
    pub at: Vec<i64>,
    /// Processor use in per cent: of one core for a container, of all for the machine.
    pub cpu: Vec<Option<f64>>,
    /// Bytes of memory in use.
    pub memory: Vec<Option<u64>>,
    /// Bytes received in a second.
    pub rx: Vec<Option<u64>>,
    /// Bytes sent in a second.
    pub tx: Vec<Option<u64>>,
    /// Bytes read from disks in a second; empty for the machine.
    pub read: Vec<Option<u64>>,
    /// Bytes written in a second; empty for the machine.
    pub write: Vec<Option<u64>>,
    /// Bytes used on the file system of the app-data root; empty for a container.
    pub storage: Vec<Option<u64>>,
}
