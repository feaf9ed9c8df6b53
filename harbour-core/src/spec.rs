//! A validated container: what the engine is asked to create, in our own types.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use crate::container_name::ContainerName;
use crate::digest::Digest;
use crate::image_ref::ImageRef;
use crate::port::PortBinding;

/// Everything needed to create one container; made by [`crate::plan::plan_create`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerSpec {
    /// The image to run.
    pub image: ImageSource,
    /// Name, free when the plan was made.
    pub name: ContainerName,
    /// Published ports.
    pub ports: Vec<PortBinding>,
    /// Bind mounts, named volumes and memory; paths are normalised.
    pub mounts: Vec<Mount>,
    /// Environment as name and value, in the order given.
    pub env: Vec<(String, String)>,
    /// What the engine does when the container stops.
    pub restart: RestartPolicy,
    /// Health check; `None` keeps the image's own.
    pub healthcheck: Option<Healthcheck>,
    /// `bridge`, `host`, `none`, `container:NAME` or the name of a network;
    /// `None` is the engine's default. With [`Self::networks`] it is the first of them.
    pub network: Option<String>,
    /// `host` when another container's network is joined that is the server's own.
    pub resolved_network: Option<String>,
    /// Networks to join, when more than a name is said about them.
    pub networks: Vec<Attachment>,
    /// Command; empty keeps the image's own.
    pub command: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// All rights on the server.
    pub privileged: bool,
    /// Share the server's process list.
    pub pid_host: bool,
    /// Added capabilities, upper case without `CAP_`.
    pub cap_add: Vec<String>,
    /// Devices handed in.
    pub devices: Vec<Device>,
    /// How its main process runs.
    pub process: Process,
    /// Names it resolves and servers it asks.
    pub lookup: Lookup,
    /// Rights beyond the usual, or fewer.
    pub rights: Rights,
    /// `host` when another container's shared memory is joined that is the server's own.
    pub resolved_ipc: Option<String>,
    /// What it may use up.
    pub limits: Limits,
    /// Log driver and its options; `None` is the engine's default.
    pub logging: Option<Logging>,
    /// The engine removes it when it ends.
    pub auto_remove: bool,
    /// Start it once it is created.
    pub start: bool,
}

/// An image by name, or one that only exists here and has just an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageSource {
    /// A reference that a registry or the engine resolves.
    Reference(ImageRef),
    /// The id of an image the engine holds; it can not be pulled.
    LocalId(Digest),
}

impl ImageSource {
    /// The reference, unless the image is known by id only.
    pub fn reference(&self) -> Option<&ImageRef> {
        match self {
            Self::Reference(reference) => Some(reference),
            Self::LocalId(_) => None,
        }
    }

    /// What the engine is told: the full reference, or the id.
    pub fn canonical(&self) -> String {
        match self {
            Self::Reference(reference) => reference.canonical(),
            Self::LocalId(id) => id.to_string(),
        }
    }

    /// What a person reads: the short reference, or the first 12 digits of the id.
    pub fn familiar(&self) -> String {
        match self {
            Self::Reference(reference) => reference.familiar(),
            Self::LocalId(id) => id.short().to_owned(),
        }
    }

    /// A base for the container's name; an image known by id only gives `container`.
    pub fn base_name(&self) -> String {
        match self {
            Self::Reference(reference) => reference.base_name(),
            Self::LocalId(_) => "container".to_owned(),
        }
    }
}

/// Writes the canonical form.
impl fmt::Display for ImageSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}

/// A directory, file or volume inside the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Path of the server, named volume or memory.
    pub kind: MountKind,
    /// Normalised absolute path, or the name of the volume; empty for memory.
    pub source: String,
    /// Where a bind's source leads once symbolic links are followed, or the
    /// path that a volume stands for, when the caller looked. Risks are judged
    /// by both.
    pub resolved_source: Option<String>,
    /// Normalised absolute path inside the container.
    pub target: String,
    /// The container can not write to it.
    pub read_only: bool,
}

/// Where a mount's content lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MountKind {
    /// A path of the server.
    Bind {
        /// It is made first if it is missing (below the app-data root only).
        create: bool,
    },
    /// A volume the engine keeps.
    Volume,
    /// Memory that goes with the container.
    Tmpfs {
        /// The most it may hold; `None` is half of the server's memory.
        size_bytes: Option<u64>,
        /// Access rights; `None` is 1777.
        mode: Option<u32>,
    },
}

impl MountKind {
    /// `bind`, `volume` or `tmpfs`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bind { .. } => "bind",
            Self::Volume => "volume",
            Self::Tmpfs { .. } => "tmpfs",
        }
    }
}

/// What the engine does when a container stops.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RestartPolicy {
    /// Nothing.
    #[default]
    No,
    /// Start it again, also after the server restarts.
    Always,
    /// Like always, unless a person stopped it.
    UnlessStopped,
    /// Start it again after a failure.
    OnFailure {
        /// Give up after so many; `None` never does.
        max_retries: Option<u32>,
    },
}

impl RestartPolicy {
    /// The engine's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Always => "always",
            Self::UnlessStopped => "unless-stopped",
            Self::OnFailure { .. } => "on-failure",
        }
    }
}

/// How the engine finds out whether the container is well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healthcheck {
    /// `["CMD", program, …]`, `["CMD-SHELL", line]` or `["NONE"]`.
    pub test: Vec<String>,
    /// Time between probes, 1 s to 24 h; `None` is the engine's default.
    pub interval: Option<Duration>,
    /// Longest a probe may take, 1 s to 24 h.
    pub timeout: Option<Duration>,
    /// Grace at the start, up to 24 h.
    pub start_period: Option<Duration>,
    /// Failures in a row until it counts as unhealthy, 1 to 100.
    pub retries: Option<u32>,
}

/// A device node handed to the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Normalised path on the server.
    pub host: String,
    /// Normalised path in the container.
    pub container: String,
    /// Some of `r`, `w` and `m` (make nodes).
    pub permissions: String,
}

/// A network to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Name of the network.
    pub name: String,
    /// More names it answers to there.
    pub aliases: Vec<String>,
    /// Fixed address.
    pub ipv4: Option<Ipv4Addr>,
    /// Fixed address.
    pub ipv6: Option<Ipv6Addr>,
}

/// How the main process runs. What is `None` or empty is the image's or the
/// engine's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Process {
    /// Entrypoint.
    pub entrypoint: Vec<String>,
    /// User, perhaps with a group.
    pub user: Option<String>,
    /// Working directory, absolute.
    pub working_dir: Option<String>,
    /// Host name.
    pub hostname: Option<String>,
    /// Domain name.
    pub domainname: Option<String>,
    /// Whether an init process runs before it.
    pub init: Option<bool>,
    /// Signal that stops it.
    pub stop_signal: Option<String>,
    /// Seconds until it is ended by force.
    pub stop_grace: Option<u32>,
    /// It has a terminal.
    pub tty: bool,
    /// Its standard input stays open.
    pub stdin_open: bool,
}

/// Names it resolves and servers it asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lookup {
    /// Names with fixed addresses, or with `host-gateway`.
    pub extra_hosts: Vec<(String, String)>,
    /// Name servers.
    pub dns: Vec<IpAddr>,
    /// Search domains.
    pub dns_search: Vec<String>,
    /// Options of the resolver.
    pub dns_options: Vec<String>,
}

/// Rights beyond the usual, or fewer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// Capabilities taken away, upper case without `CAP_`.
    pub cap_drop: Vec<String>,
    /// Security options in the engine's form.
    pub security_opt: Vec<String>,
    /// More groups.
    pub group_add: Vec<String>,
    /// Its own files can not be written.
    pub read_only: bool,
    /// `none`, `private`, `shareable`, `host` or `container:NAME`.
    pub ipc: Option<String>,
    /// Graphics processors.
    pub gpus: Option<Gpus>,
    /// Kernel parameters of its own namespaces.
    pub sysctls: BTreeMap<String, String>,
}

/// Graphics processors handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gpus {
    /// Which ones.
    pub which: GpuChoice,
    /// Driver; `None` lets the engine choose.
    pub driver: Option<String>,
    /// What they are used for, `gpu` at least.
    pub capabilities: Vec<String>,
}

/// Which graphics processors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GpuChoice {
    /// All of them.
    All,
    /// So many.
    Count(u32),
    /// These.
    Ids(Vec<String>),
}

/// What a container may use up; `None` is no limit or the engine's default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Most memory, in bytes.
    pub memory: Option<u64>,
    /// Memory it is held to when the server runs short, in bytes.
    pub memory_reservation: Option<u64>,
    /// Most memory and swap together, in bytes; -1 is no limit.
    pub memory_swap: Option<i64>,
    /// Most processors, in billionths.
    pub nano_cpus: Option<u64>,
    /// Weight among those who want the processor.
    pub cpu_shares: Option<u32>,
    /// Which processors.
    pub cpuset: Option<String>,
    /// Most processes; -1 is no limit.
    pub pids: Option<i64>,
    /// Size of `/dev/shm`, in bytes.
    pub shm_size: Option<u64>,
    /// Limits of single processes.
    pub ulimits: Vec<Ulimit>,
}

/// A limit of single processes; -1 is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ulimit {
    /// Name, such as `nofile`.
    pub name: String,
    /// Limit.
    pub soft: i64,
    /// Limit up to which the process may raise it.
    pub hard: i64,
}

/// Where the output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logging {
    /// Log driver.
    pub driver: String,
    /// Its options.
    pub options: BTreeMap<String, String>,
}

/// True for a name the engine's volume store accepts; a path never passes.
pub fn is_volume_name(name: &str) -> bool {
    name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}
