//! A container as someone asks for it, before anything is checked.
//!
//! Plain texts and wide numbers, so that a wrong value becomes a problem on its
//! field instead of a request that can not be read.

/// A request to create one container.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateDraft {
    /// Image reference, or the id of a local image.
    pub image: String,
    /// Name; absent or empty takes one from the image.
    pub name: Option<String>,
    /// Ports to publish.
    pub ports: Vec<PortDraft>,
    /// Paths and volumes to mount.
    pub mounts: Vec<MountDraft>,
    /// Environment.
    pub env: Vec<EnvDraft>,
    /// Restart policy; absent means `no`.
    pub restart: Option<RestartDraft>,
    /// Health check; absent keeps the image's own.
    pub healthcheck: Option<HealthcheckDraft>,
    /// `bridge`, `host`, `none`, `container:NAME`, or one network by name;
    /// absent or empty is the engine's default.
    pub network: Option<String>,
    /// Networks to join, several or with more than a name.
    pub networks: Vec<NetworkDraft>,
    /// Command; empty keeps the image's own.
    pub command: Vec<String>,
    /// Labels, in any order; a key given twice is a problem.
    pub labels: Vec<(String, String)>,
    /// Start it once it is created.
    pub start: bool,
    /// `missing` (default) or `always`.
    pub pull: Option<String>,
    /// All rights on the server.
    pub privileged: bool,
    /// Share the server's process list.
    pub pid_host: bool,
    /// Capabilities to add, in any case, with or without `CAP_`.
    pub cap_add: Vec<String>,
    /// Devices to hand in.
    pub devices: Vec<DeviceDraft>,
    /// How its main process runs.
    pub process: ProcessDraft,
    /// Names it resolves and servers it asks.
    pub lookup: LookupDraft,
    /// Rights beyond the usual, or fewer.
    pub rights: RightsDraft,
    /// What it may use up.
    pub limits: LimitsDraft,
    /// Where its output goes; absent is the engine's default.
    pub logging: Option<LoggingDraft>,
    /// The engine removes it when it ends.
    pub auto_remove: bool,
    /// Names of the risks the person has accepted.
    pub confirm_risks: Vec<String>,
}

/// A draft with nothing but defaults: no image yet, to be started.
impl Default for CreateDraft {
    fn default() -> Self {
        Self {
            image: String::new(),
            name: None,
            ports: Vec::new(),
            mounts: Vec::new(),
            env: Vec::new(),
            restart: None,
            healthcheck: None,
            network: None,
            networks: Vec::new(),
            command: Vec::new(),
            labels: Vec::new(),
            start: true,
            pull: None,
            privileged: false,
            pid_host: false,
            cap_add: Vec::new(),
            devices: Vec::new(),
            process: ProcessDraft::default(),
            lookup: LookupDraft::default(),
            rights: RightsDraft::default(),
            limits: LimitsDraft::default(),
            logging: None,
            auto_remove: false,
            confirm_risks: Vec::new(),
        }
    }
}

/// A port to publish.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortDraft {
    /// Port inside the container.
    pub container: i64,
    /// Last port of a range inside the container.
    pub container_end: Option<i64>,
    /// Port on the server; absent lets the engine choose.
    pub host: Option<i64>,
    /// Last port of a range on the server; absent follows from the other range.
    pub host_end: Option<i64>,
    /// Address on the server; absent or empty means all.
    pub host_ip: Option<String>,
    /// `tcp` (default) or `udp`.
    pub protocol: Option<String>,
}

/// A path or volume to mount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MountDraft {
    /// `bind`, `volume` or `tmpfs`.
    pub kind: String,
    /// Path on the server, or volume name; empty with `tmpfs`.
    pub source: String,
    /// Path in the container.
    pub target: String,
    /// The container can not write to it.
    pub read_only: bool,
    /// Make the path if it is missing.
    pub create: bool,
    /// With `tmpfs`: the most it may hold.
    pub size_bytes: Option<i64>,
    /// With `tmpfs`: access rights as octal text, such as `1777`.
    pub mode: Option<String>,
}

/// A network to join.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkDraft {
    /// Name of the network.
    pub name: String,
    /// More names it answers to there.
    pub aliases: Vec<String>,
    /// Fixed IPv4 address.
    pub ipv4_address: Option<String>,
    /// Fixed IPv6 address.
    pub ipv6_address: Option<String>,
}

/// How the main process runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessDraft {
    /// Entrypoint; empty keeps the image's own.
    pub entrypoint: Vec<String>,
    /// User, perhaps with a group; absent or empty keeps the image's own.
    pub user: Option<String>,
    /// Working directory; absent or empty keeps the image's own.
    pub working_dir: Option<String>,
    /// Host name; absent or empty lets the engine choose.
    pub hostname: Option<String>,
    /// Domain name.
    pub domainname: Option<String>,
    /// A small init process reaps what others leave; absent is the engine's default.
    pub init: Option<bool>,
    /// Signal that stops it; absent or empty keeps the image's own.
    pub stop_signal: Option<String>,
    /// Seconds until it is ended by force.
    pub stop_grace_seconds: Option<i64>,
    /// It has a terminal.
    pub tty: bool,
    /// Its standard input stays open.
    pub stdin_open: bool,
}

/// Names it resolves and servers it asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookupDraft {
    /// Names with fixed addresses.
    pub extra_hosts: Vec<HostDraft>,
    /// Name servers.
    pub dns: Vec<String>,
    /// Search domains.
    pub dns_search: Vec<String>,
    /// Options of the resolver.
    pub dns_options: Vec<String>,
}

/// A name with a fixed address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostDraft {
    /// Name.
    pub host: String,
    /// Address, or `host-gateway`.
    pub ip: String,
}

/// Rights beyond the usual, or fewer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RightsDraft {
    /// Capabilities to take away, written as those to add.
    pub cap_drop: Vec<String>,
    /// Security options in the engine's form, such as `no-new-privileges`.
    pub security_opt: Vec<String>,
    /// More groups, by name or number.
    pub group_add: Vec<String>,
    /// Its own files can not be written.
    pub read_only: bool,
    /// Whose shared memory it sees; absent or empty is the engine's default.
    pub ipc: Option<String>,
    /// Graphics processors.
    pub gpus: Option<GpuDraft>,
    /// Kernel parameters, in any order; a name given twice is a problem.
    pub sysctls: Vec<(String, String)>,
}

/// Graphics processors to hand in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GpuDraft {
    /// How many; -1 means all.
    pub count: Option<i64>,
    /// Which ones, instead of a number.
    pub device_ids: Vec<String>,
    /// Driver; absent or empty lets the engine choose.
    pub driver: Option<String>,
    /// What they are used for; empty means `gpu`.
    pub capabilities: Vec<String>,
}

/// What a container may use up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LimitsDraft {
    /// Most memory.
    pub memory_bytes: Option<i64>,
    /// Memory it is held to when the server runs short.
    pub memory_reservation_bytes: Option<i64>,
    /// Most memory and swap together; -1 is no limit.
    pub memory_swap_bytes: Option<i64>,
    /// Most processors, in parts if need be.
    pub cpus: Option<f64>,
    /// Weight among those who want the processor; 1024 is usual.
    pub cpu_shares: Option<i64>,
    /// Which processors, such as `0-3,6`.
    pub cpuset: Option<String>,
    /// Most processes; -1 is no limit.
    pub pids_limit: Option<i64>,
    /// Size of `/dev/shm`.
    pub shm_size_bytes: Option<i64>,
    /// Limits of single processes.
    pub ulimits: Vec<UlimitDraft>,
}

/// A limit of single processes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UlimitDraft {
    /// Name, such as `nofile`.
    pub name: String,
    /// Limit; -1 is no limit.
    pub soft: i64,
    /// Limit up to which the process may raise it; absent is the same.
    pub hard: Option<i64>,
}

/// Where the output goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoggingDraft {
    /// Log driver, such as `json-file`.
    pub driver: String,
    /// Its options, in any order; a name given twice is a problem.
    pub options: Vec<(String, String)>,
}

/// One variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnvDraft {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// Restart policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestartDraft {
    /// `no`, `always`, `unless-stopped` or `on-failure`.
    pub policy: String,
    /// With `on-failure` only.
    pub max_retries: Option<i64>,
}

/// Health check; times in seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HealthcheckDraft {
    /// `["CMD", …]`, `["CMD-SHELL", line]` or `["NONE"]`.
    pub test: Vec<String>,
    /// Seconds between probes.
    pub interval_seconds: Option<i64>,
    /// Seconds a probe may take.
    pub timeout_seconds: Option<i64>,
    /// Failures in a row.
    pub retries: Option<i64>,
    /// Seconds of grace at the start.
    pub start_period_seconds: Option<i64>,
}

/// A device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceDraft {
    /// Path on the server.
    pub host: String,
    /// Path in the container; absent or empty is the same path.
    pub container: Option<String>,
    /// Some of `rwm`; absent or empty means all three.
    pub permissions: Option<String>,
}
