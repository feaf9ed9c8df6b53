//! Stored forms of planned containers. Fields that came later have defaults, so
//! that journals written before can still be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A planned container.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreatePlanRecord {
    /// Reference as asked for.
    pub image: String,
    /// Canonical reference, for the pull.
    pub pull_reference: String,
    /// Name.
    pub name: String,
    /// Whether the image must be fetched first.
    pub pull: bool,
    /// Directories to make before.
    pub make_dirs: Vec<String>,
    /// Directory under which they may be made.
    pub app_data_root: String,
    /// Ports.
    pub ports: Vec<PortRecord>,
    /// Mounts.
    pub mounts: Vec<MountRecord>,
    /// Environment.
    pub env: Vec<(String, String)>,
    /// Restart policy's name.
    pub restart: String,
    /// Tries with `on-failure`.
    pub max_retries: Option<u32>,
    /// Health check.
    pub healthcheck: Option<HealthcheckRecord>,
    /// Network mode, or the name of one network.
    pub network: Option<String>,
    /// Networks of which more than a name is known; the first is `network`.
    #[serde(default)]
    pub networks: Vec<AttachmentRecord>,
    /// Command.
    pub command: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Privileged.
    pub privileged: bool,
    /// Host's process ids.
    pub pid_host: bool,
    /// Added capabilities.
    pub cap_add: Vec<String>,
    /// Devices.
    pub devices: Vec<DeviceRecord>,
    /// How its main process runs.
    #[serde(default)]
    pub process: ProcessRecord,
    /// Names it resolves and servers it asks.
    #[serde(default)]
    pub lookup: LookupRecord,
    /// Rights beyond the usual, or fewer.
    #[serde(default)]
    pub rights: RightsRecord,
    /// What it may use up.
    #[serde(default)]
    pub limits: LimitsRecord,
    /// Where its output goes.
    #[serde(default)]
    pub logging: Option<LoggingRecord>,
    /// Whether the engine removes it when it ends.
    #[serde(default)]
    pub auto_remove: bool,
    /// Whether to start it.
    pub start: bool,
}

/// A port of a planned container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortRecord {
    /// Inside.
    pub container: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// On the host; absent lets the engine choose.
    pub host: Option<u16>,
    /// Host address.
    pub host_ip: Option<String>,
}

/// A mount of a planned container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MountRecord {
    /// Whether it is a volume, not a host path.
    pub volume: bool,
    /// Memory instead of either.
    #[serde(default)]
    pub tmpfs: Option<TmpfsRecord>,
    /// Host path or volume name; empty for memory.
    pub source: String,
    /// Where a host path ended when it was judged, if it went through links.
    #[serde(default)]
    pub resolved_source: Option<String>,
    /// Path inside.
    pub target: String,
    /// Read-only.
    pub read_only: bool,
}

/// Health check of a planned container. Durations in nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthcheckRecord {
    /// Test.
    pub test: Vec<String>,
    /// Between probes.
    pub interval: Option<i64>,
    /// For one probe.
    pub timeout: Option<i64>,
    /// Until failures count.
    pub start_period: Option<i64>,
    /// Failures in a row.
    pub retries: Option<u32>,
}

/// Device of a planned container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// On the host.
    pub host: String,
    /// Inside.
    pub container: String,
    /// Permissions.
    pub permissions: String,
}

/// Memory that is mounted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TmpfsRecord {
    /// The most it may hold.
    pub size_bytes: Option<i64>,
    /// Access rights.
    pub mode: Option<u32>,
}

/// A network to join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRecord {
    /// Its name.
    pub name: String,
    /// Names to answer to.
    pub aliases: Vec<String>,
    /// Fixed IPv4 address.
    pub ipv4: Option<String>,
    /// Fixed IPv6 address.
    pub ipv6: Option<String>,
}

/// How the main process runs; what is absent or empty is the image's choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProcessRecord {
    /// Entrypoint.
    pub entrypoint: Vec<String>,
    /// User.
    pub user: Option<String>,
    /// Working directory.
    pub working_dir: Option<String>,
    /// Host name.
    pub hostname: Option<String>,
    /// Domain name.
    pub domainname: Option<String>,
    /// Whether an init process runs.
    pub init: Option<bool>,
    /// Signal that stops it.
    pub stop_signal: Option<String>,
    /// Seconds until it is ended by force.
    pub stop_grace: Option<u32>,
    /// Terminal.
    pub tty: bool,
    /// Open standard input.
    pub stdin_open: bool,
}

/// Names it resolves and servers it asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LookupRecord {
    /// Names with their addresses.
    pub extra_hosts: Vec<(String, String)>,
    /// Name servers.
    pub dns: Vec<String>,
    /// Search domains.
    pub dns_search: Vec<String>,
    /// Options of the resolver.
    pub dns_options: Vec<String>,
}

/// Rights beyond the usual, or fewer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RightsRecord {
    /// Capabilities taken away.
    pub cap_drop: Vec<String>,
    /// Security options.
    pub security_opt: Vec<String>,
    /// More groups.
    pub group_add: Vec<String>,
    /// Its own files can not be written.
    pub read_only: bool,
    /// Shared memory.
    pub ipc: Option<String>,
    /// Graphics processors.
    pub gpus: Option<GpuRecord>,
    /// Kernel parameters.
    pub sysctls: BTreeMap<String, String>,
}

/// Graphics processors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpuRecord {
    /// How many; -1 means all; absent with ids.
    pub count: Option<i64>,
    /// Which ones.
    pub ids: Vec<String>,
    /// Driver.
    pub driver: Option<String>,
    /// What they are used for.
    pub capabilities: Vec<String>,
}

/// What a container may use up; what is absent is not limited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitsRecord {
    /// Bytes of memory.
    pub memory: Option<i64>,
    /// Bytes of memory it is held to.
    pub memory_reservation: Option<i64>,
    /// Bytes of memory and swap.
    pub memory_swap: Option<i64>,
    /// Billionths of processors.
    pub nano_cpus: Option<i64>,
    /// Weight.
    pub cpu_shares: Option<i64>,
    /// Which processors.
    pub cpuset: Option<String>,
    /// Processes.
    pub pids: Option<i64>,
    /// Bytes of `/dev/shm`.
    pub shm_size: Option<i64>,
    /// Name, soft and hard limit.
    pub ulimits: Vec<(String, i64, i64)>,
}

/// Where the output goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggingRecord {
    /// Log driver.
    pub driver: String,
    /// Its options.
    pub options: BTreeMap<String, String>,
}

/// A container to be made anew in place of one that is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecreatePlanRecord {
    /// The new container.
    pub create: CreatePlanRecord,
    /// Id of the old one.
    pub old: String,
    /// Whether the old one ran.
    pub old_ran: bool,
    /// What the engine is asked for: the new settings over everything else the
    /// old container has, in the engine's own form.
    pub request: EngineRequest,
}

/// A container in the form of the engine's API, which keeps to it; it carries
/// settings through that this program does not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineRequest {
    /// Body of the engine's `POST /containers/create`.
    pub body: serde_json::Value,
    /// Networks to join after that, each with its endpoint's settings.
    pub connect: Vec<(String, serde_json::Value)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first release wrote it.
    const OLD: &str = r#"{"image":"nginx:latest","pull_reference":"docker.io/library/nginx:latest",
        "name":"web","pull":true,"make_dirs":[],"app_data_root":"/srv","ports":[],
        "mounts":[{"volume":true,"source":"v","target":"/v","read_only":false}],
        "env":[["A","b"]],"restart":"no","max_retries":null,"healthcheck":null,"network":null,
        "command":[],"labels":{},"privileged":false,"pid_host":false,"cap_add":[],"devices":[],
        "start":true}"#;

    #[test]
    fn records_of_older_journals_can_be_read() {
        let record: CreatePlanRecord = serde_json::from_str(OLD).expect("an old record");
        assert_eq!(record.mounts[0].tmpfs, None);
        assert_eq!(record.process, ProcessRecord::default());
        assert_eq!(record.limits, LimitsRecord::default());
        assert!(record.networks.is_empty() && !record.auto_remove);
        let again = serde_json::to_string(&record).expect("written");
        let read: CreatePlanRecord = serde_json::from_str(&again).expect("read again");
        assert_eq!(read, record);
    }
}
