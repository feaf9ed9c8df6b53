//! An app as its manifest describes it; both schema versions in one shape.

use std::collections::BTreeMap;
use std::time::Duration;

use super::template::Template;
use crate::digest::Digest;
use crate::image_ref::ImageRef;

/// Version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaVersion {
    /// One container at the top level; its params become its environment.
    V1,
    /// Containers below `services`; params arrive only through `${KEY}`.
    V2,
}

/// An app.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// Version of the format it was written in.
    pub schema: SchemaVersion,
    /// Name for people.
    pub name: String,
    /// Name for machines: kebab-case.
    pub slug: String,
    /// What the store shows of it.
    pub listing: Listing,
    /// What the person is asked.
    pub params: Vec<Param>,
    /// Answers to several params at once.
    pub presets: Vec<Preset>,
    /// Where its page is.
    pub webui: Option<WebUi>,
    /// Its containers; in v1 one, under the name of the slug.
    pub services: Vec<Service>,
}

/// What the store shows of an app.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// In one or a few sentences.
    pub description: Option<String>,
    /// Address of a picture, or a file beside the manifest.
    pub icon: Option<String>,
    /// Groups it belongs to.
    pub categories: Vec<String>,
    /// Its site.
    pub homepage: Option<String>,
    /// Its documentation.
    pub docs: Option<String>,
    /// Licence of the app, best as an SPDX identifier.
    pub license: Option<String>,
    /// Processors it runs on; empty is not said.
    pub architectures: Vec<Architecture>,
    /// What to know before installing it.
    pub notes: Vec<String>,
    /// Lowest version that may step to this one.
    pub upgrade_from: Option<String>,
}

/// A processor, in the words of the OCI image specification (`GOARCH`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Architecture {
    Amd64,
    Arm64,
    Arm,
    I386,
    Riscv64,
    Ppc64le,
    S390x,
}

/// Something the person is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Key; in v1 the name of an environment variable, too.
    pub key: String,
    /// Text beside the field.
    pub label: String,
    /// Kind of value.
    pub kind: ParamKind,
    /// More about it.
    pub description: Option<String>,
    /// Value when nothing is entered; may refer to platform variables.
    pub default: Option<Template>,
    /// It can not be left empty.
    pub required: bool,
    /// Shown only when asked for.
    pub advanced: bool,
    /// Values to choose from; empty is free text.
    pub options: Vec<String>,
    /// Regular expression for the whole value.
    pub pattern: Option<String>,
    /// Least number; of a text the least length in characters.
    pub min: Option<f64>,
    /// Greatest number; of a text the greatest length in characters.
    pub max: Option<f64>,
    /// Made up when nothing is entered.
    pub generate: Option<Generate>,
}

/// Kind of a param's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// A text.
    String,
    /// A text that is not shown.
    Secret,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// How a value is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generate {
    /// Random characters; with `hex`, `base64` and `base64url` random bytes.
    pub length: u32,
    /// In which characters.
    pub encoding: Encoding,
}

/// Characters of a value that is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `A` to `Z`, `a` to `z`, `0` to `9`.
    Alphanumeric,
    /// `0` to `9`.
    Digits,
    /// Two characters for a byte (RFC 4648, section 8, lower case).
    Hex,
    /// RFC 4648, section 4, padded.
    Base64,
    /// RFC 4648, section 5, not padded.
    Base64Url,
    /// A random UUID (RFC 9562, version 4); the length means nothing.
    Uuid,
}

/// Answers to several params at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// Name.
    pub name: String,
    /// More about it.
    pub description: Option<String>,
    /// Values by key.
    pub params: BTreeMap<String, String>,
}

/// Where the app's page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUi {
    /// Service that serves it.
    pub service: String,
    /// Port inside the container.
    pub port: u16,
    /// Path, beginning with `/`.
    pub path: String,
    /// `https` instead of `http`.
    pub https: bool,
}

/// One container of an app.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Name; others of the app reach it by that.
    pub name: String,
    /// Image without tag or digest.
    pub image: ImageRef,
    /// Tag to install; absent with a digest, else `latest`.
    pub default_tag: Option<String>,
    /// Digest that was written with the image.
    pub digest: Option<Digest>,
    /// Ports to publish.
    pub ports: Vec<Port>,
    /// Paths to keep.
    pub volumes: Vec<Volume>,
    /// Devices to hand in.
    pub devices: Vec<Device>,
    /// Variables in the order of the file.
    pub environment: Vec<(String, Template)>,
    /// Files to put in.
    pub configs: Vec<ConfigFile>,
    /// Health check; absent keeps the image's own.
    pub healthcheck: Option<Healthcheck>,
    /// How its process runs.
    pub process: Process,
    /// Network and names.
    pub network: Network,
    /// What it may use up.
    pub limits: Limits,
    /// Rights beyond the usual, or fewer.
    pub rights: Rights,
    /// Labels in the order of the file.
    pub labels: Vec<(String, Template)>,
    /// Where its output goes.
    pub logging: Option<Logging>,
    /// What must have happened to others before it starts.
    pub depends_on: Vec<Dependency>,
    /// Boolean params of which one must be on; empty is always.
    pub profiles: Vec<String>,
}

/// What the form says of a port, a volume or a device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hint {
    /// Text beside the field.
    pub label: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// It can not be left out; absent is true.
    pub required: Option<bool>,
}

/// A port or a run of ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortRange {
    /// First.
    pub first: u16,
    /// Last; the same for a single port.
    pub last: u16,
}

/// A port to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// In the container.
    pub container: PortRange,
    /// On the server, as long as that of the container; absent is free to choose.
    pub host_default: Option<PortRange>,
    /// UDP instead of TCP.
    pub udp: bool,
    /// Address on the server; absent is all.
    pub host_ip: Option<std::net::IpAddr>,
    /// For the form.
    pub hint: Hint,
}

/// A path to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// In the container, absolute and normalised.
    pub container: String,
    /// What it is by default.
    pub host_default: VolumeDefault,
    /// The container can not write to it.
    pub read_only: bool,
    /// For the form.
    pub hint: Hint,
}

/// What a path of a container is by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeDefault {
    /// A named volume of this path alone.
    Own,
    /// A named volume that every path of the app with this name shares.
    Shared(String),
    /// A path of the server, absolute and normalised.
    Host(String),
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// In the container.
    pub container: String,
    /// On the server; absent is the same path.
    pub host_default: Option<String>,
    /// Some of `rwm`; absent is all.
    pub permissions: Option<String>,
    /// For the form.
    pub hint: Hint,
}

/// A file to put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFile {
    /// Path in the container.
    pub target: String,
    /// What stands in it.
    pub content: Template,
    /// Access rights; absent is 0444.
    pub mode: Option<u32>,
}

/// A health check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Healthcheck {
    /// `CMD` or `CMD-SHELL` and words; empty keeps the image's.
    pub test: Vec<Template>,
    /// Between probes.
    pub interval: Option<Duration>,
    /// For a probe.
    pub timeout: Option<Duration>,
    /// Failures in a row.
    pub retries: Option<u32>,
    /// Grace at the start.
    pub start_period: Option<Duration>,
    /// Between probes during the grace.
    pub start_interval: Option<Duration>,
    /// Not even the image's own.
    pub disable: bool,
}

/// When it is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// Never: setup work.
    No,
    /// Always.
    Always,
    /// Unless a person stopped it.
    UnlessStopped,
    /// When it failed, at most so often; absent is no limit.
    OnFailure(Option<u32>),
}

/// How the main process runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Process {
    /// Command; absent keeps the image's.
    pub command: Option<Vec<Template>>,
    /// Entrypoint; absent keeps the image's.
    pub entrypoint: Option<Vec<Template>>,
    /// Working directory.
    pub working_dir: Option<Template>,
    /// User, perhaps with a group.
    pub user: Option<Template>,
    /// More groups, by name or number.
    pub group_add: Vec<String>,
    /// When it is started again; absent is unless stopped.
    pub restart: Option<Restart>,
    /// A small init process reaps what others leave.
    pub init: Option<bool>,
    /// It has a terminal.
    pub tty: bool,
    /// Its standard input stays open.
    pub stdin_open: bool,
    /// Until it is ended by force.
    pub stop_grace_period: Option<Duration>,
    /// Signal that stops it.
    pub stop_signal: Option<String>,
}

/// Which network it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkMode {
    /// That of the server.
    Host,
    /// None.
    None,
    /// That of another service.
    Service(String),
}

/// Network and names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    /// Absent is the app's private network.
    pub mode: Option<NetworkMode>,
    /// Host name.
    pub hostname: Option<Template>,
    /// Domain name.
    pub domainname: Option<Template>,
    /// Names with fixed addresses, `NAME:ADDRESS`.
    pub extra_hosts: Vec<Template>,
    /// Name servers.
    pub dns: Vec<String>,
    /// Search domains.
    pub dns_search: Vec<String>,
    /// Options of the resolver.
    pub dns_opt: Vec<String>,
}

/// What a container may use up; sizes in bytes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// Most memory.
    pub mem_limit: Option<i64>,
    /// Memory it is held to when the server runs short.
    pub mem_reservation: Option<i64>,
    /// Memory and swap together; -1 is no limit.
    pub memswap_limit: Option<i64>,
    /// Most processors.
    pub cpus: Option<f64>,
    /// Weight among those who want the processor.
    pub cpu_shares: Option<i64>,
    /// Which processors.
    pub cpuset: Option<String>,
    /// Most processes; -1 is no limit.
    pub pids_limit: Option<i64>,
    /// Size of `/dev/shm`.
    pub shm_size: Option<i64>,
    /// Memory file systems, `PATH` or `PATH:OPTIONS`.
    pub tmpfs: Vec<String>,
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
    /// How far the process may raise it.
    pub hard: i64,
}

/// Rights beyond the usual, or fewer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// All rights on the server.
    pub privileged: bool,
    /// Capabilities to add, without `CAP_`, upper case.
    pub cap_add: Vec<String>,
    /// Capabilities to take away.
    pub cap_drop: Vec<String>,
    /// Security options.
    pub security_opt: Vec<String>,
    /// Its own files can not be written.
    pub read_only: bool,
    /// Whose processes it sees: `host` or `service:NAME`.
    pub pid: Option<String>,
    /// Whose shared memory it sees.
    pub ipc: Option<String>,
    /// Rules for kinds of devices.
    pub device_cgroup_rules: Vec<String>,
    /// Kernel parameters.
    pub sysctls: Vec<(String, String)>,
    /// Graphics processors.
    pub gpus: Option<Gpus>,
}

/// Graphics processors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gpus {
    /// All of them.
    All,
    /// Some.
    Some(Vec<GpuRequest>),
}

/// Some graphics processors.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GpuRequest {
    /// Driver.
    pub driver: Option<String>,
    /// How many; -1 is all.
    pub count: Option<i64>,
    /// Which ones.
    pub device_ids: Vec<String>,
    /// What for.
    pub capabilities: Vec<String>,
}

/// Where the output goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logging {
    /// Driver; absent is the engine's default.
    pub driver: Option<String>,
    /// Its options in the order of the file.
    pub options: Vec<(String, String)>,
}

/// What must have happened to another service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The other.
    pub service: String,
    /// What.
    pub condition: Condition,
}

/// What must have happened to a service before another starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It has been started.
    Started,
    /// Its health check says so.
    Healthy,
    /// It has ended with 0.
    CompletedSuccessfully,
}

impl Manifest {
    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The param of that key.
    pub fn param(&self, key: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.key == key)
    }
}

impl PortRange {
    /// How many ports.
    pub fn count(self) -> u32 {
        u32::from(self.last) - u32::from(self.first) + 1
    }

    /// Whether both have a port in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}
