//! Which settings hand a container power over the server, and the one rule that
//! such power is given only when the person names it.

use crate::host_path::{file_name, is_below, normalise};
use crate::problem::Problem;
use crate::security_opt::{loosens, risk_name};
use crate::spec::{ContainerSpec, Device, Mount, MountKind, is_volume_name};

/// Power over the server that a person must confirm by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Risk {
    /// All rights.
    Privileged,
    /// The server's network.
    HostNetwork,
    /// The server's processes.
    HostPid,
    /// The server's shared memory.
    HostIpc,
    /// Graphics processors.
    Gpu,
    /// A security option that takes protection away, as
    /// [`crate::security_opt::risk_name`] writes it.
    SecurityOpt(String),
    /// The socket of a container engine, or the folder it lies in.
    DockerSocket,
    /// An added capability, upper case without `CAP_`.
    Capability(String),
    /// A device, by its normalised path.
    Device(String),
    /// A rule for a kind of devices, such as `c 189:* rwm`.
    DeviceRule(String),
    /// A path of the system, normalised; it is the path that would be mounted.
    SystemPath(String),
    /// A volume that mounts a file system of this type by itself.
    VolumeType(String),
}

/// Whatever lies in these counts, and so do they.
const SYSTEM_TREES: [&str; 20] = [
    "/etc",
    "/boot",
    "/dev",
    "/proc",
    "/sys",
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/root",
    "/var/lib/docker",
    "/var/lib/containerd",
    "/var/lib/docker-manager",
    "/var/spool/cron",
    "/run/dbus",
    "/run/systemd",
    "/run/user",
];
/// These count themselves; what lies in them is judged on its own.
const SYSTEM_FOLDERS: [&str; 5] = ["/", "/run", "/var/run", "/var", "/home"];
/// Harmless when read only: many images want the server's time zone.
const READ_ONLY_EXCEPTIONS: [&str; 2] = ["/etc/localtime", "/etc/timezone"];
/// Where engines put their sockets. The same file names count anywhere else too.
const ENGINE_SOCKETS: [&str; 10] = [
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/var/run/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock",
    "/var/run/docker/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/var/run/podman/podman.sock",
    "/run/crio/crio.sock",
    "/var/run/crio/crio.sock",
];

impl Risk {
    /// The text that confirms it, such as `capability:NET_ADMIN`.
    pub fn name(&self) -> String {
        match self {
            Self::Privileged => "privileged".to_owned(),
            Self::HostNetwork => "host-network".to_owned(),
            Self::HostPid => "host-pid".to_owned(),
            Self::HostIpc => "host-ipc".to_owned(),
            Self::Gpu => "gpu".to_owned(),
            Self::SecurityOpt(option) => format!("security-opt:{option}"),
            Self::DockerSocket => "docker-socket".to_owned(),
            Self::Capability(name) => format!("capability:{name}"),
            Self::Device(path) => format!("device:{path}"),
            Self::DeviceRule(rule) => format!("device-rule:{rule}"),
            Self::SystemPath(path) => format!("system-path:{path}"),
            Self::VolumeType(kind) => format!("volume-type:{kind}"),
        }
    }

    /// One sentence that says what the container could do.
    pub fn explain(&self) -> String {
        match self {
            Self::Privileged => "A privileged container can do anything on this server, as if it were not in a container.".to_owned(),
            Self::HostNetwork => "On the server's own network the container can reach every service of this server, also those meant for nobody else.".to_owned(),
            Self::HostPid => "The container sees every process of this server and may be able to stop or read them.".to_owned(),
            Self::HostIpc => "The container shares memory with the programs of this server and can read and change what they keep there.".to_owned(),
            Self::Gpu => "The container uses graphics processors directly, with the server's own driver.".to_owned(),
            Self::SecurityOpt(option) => format!("{option} replaces or switches off a protection that keeps containers apart from this server."),
            Self::DockerSocket => "Through the container engine's socket the container controls every other container and so the whole server.".to_owned(),
            Self::Capability(name) if name == "ALL" => "All capabilities together give the container nearly every right of this server's administrator.".to_owned(),
            Self::Capability(name) => format!("The capability {name} gives the container a right of this server's administrator that containers do not have otherwise."),
            Self::Device(path) => format!("The container can use the device {path} directly."),
            Self::DeviceRule(rule) => format!("The rule {rule} lets the container use every device of that kind directly, also those that come later."),
            Self::SystemPath(path) if path == "/" => "The container sees every file of this server, secrets and the container engine's socket among them.".to_owned(),
            Self::SystemPath(path) => format!("{path} belongs to the system of this server; with it a container can read its secrets or change how it runs."),
            Self::VolumeType(kind) => format!("A volume of the type {kind} mounts a disk or a part of this server's kernel and hands it to every container that uses the volume."),
        }
    }
}

/// The dangerous part of a container with the position of each entry in the request.
#[derive(Debug, Default)]
pub(crate) struct Exposure<'a> {
    pub(crate) privileged: bool,
    pub(crate) pid_host: bool,
    /// The mode as asked for, and where it ends.
    pub(crate) network: [Option<&'a str>; 2],
    /// Shared memory as asked for, and where it ends.
    pub(crate) ipc: [Option<&'a str>; 2],
    pub(crate) security_opt: Vec<(usize, &'a str)>,
    pub(crate) gpus: bool,
    pub(crate) mounts: Vec<(usize, &'a Mount)>,
    pub(crate) cap_add: Vec<(usize, &'a str)>,
    pub(crate) devices: Vec<(usize, &'a Device)>,
    /// Folders of this installation that count as system paths too.
    pub(crate) protected: &'a [String],
}

impl<'a> Exposure<'a> {
    fn of(spec: &'a ContainerSpec, protected: &'a [String]) -> Self {
        Self {
            protected,
            privileged: spec.privileged,
            pid_host: spec.pid_host,
            network: [spec.network.as_deref(), spec.resolved_network.as_deref()],
            ipc: [spec.rights.ipc.as_deref(), spec.resolved_ipc.as_deref()],
            security_opt: spec
                .rights
                .security_opt
                .iter()
                .map(String::as_str)
                .enumerate()
                .collect(),
            gpus: spec.rights.gpus.is_some(),
            mounts: spec.mounts.iter().enumerate().collect(),
            cap_add: spec
                .cap_add
                .iter()
                .map(String::as_str)
                .enumerate()
                .collect(),
            devices: spec.devices.iter().enumerate().collect(),
        }
    }

    /// Every risk with the field that causes it; one risk may come from several fields.
    pub(crate) fn assess(&self) -> Vec<(Risk, String)> {
        let mut found = Vec::new();
        if self.privileged {
            found.push((Risk::Privileged, "privileged".to_owned()));
        }
        if self.network.contains(&Some("host")) {
            found.push((Risk::HostNetwork, "network".to_owned()));
        }
        if self.pid_host {
            found.push((Risk::HostPid, "pidHost".to_owned()));
        }
        if self.ipc.contains(&Some("host")) {
            found.push((Risk::HostIpc, "ipc".to_owned()));
        }
        if self.gpus {
            found.push((Risk::Gpu, "gpus".to_owned()));
        }
        for (index, option) in &self.security_opt {
            if loosens(option) {
                let risk = Risk::SecurityOpt(risk_name(option));
                found.push((risk, format!("securityOpt.{index}")));
            }
        }
        for (index, mount) in &self.mounts {
            let field = format!("mounts.{index}.source");
            found.extend(
                mount_risks(mount, self.protected)
                    .into_iter()
                    .map(|risk| (risk, field.clone())),
            );
        }
        for (index, name) in &self.cap_add {
            found.push((
                Risk::Capability(normalise_capability(name)),
                format!("capAdd.{index}"),
            ));
        }
        for (index, device) in &self.devices {
            found.push((
                Risk::Device(normalise(&device.host)),
                format!("devices.{index}.host"),
            ));
        }
        found
    }

    pub(crate) fn unconfirmed(&self, confirmed: &[String]) -> Vec<Problem> {
        self.assess()
            .into_iter()
            .filter(|(risk, _)| !confirmed.contains(&risk.name()))
            .map(|(risk, field)| Problem::unconfirmed(field, &risk))
            .collect()
    }
}

/// Every risk of a container with the field of the request that causes it.
/// `protected` are folders of this installation that count as system paths:
/// where the agent keeps its keys and where the engine's socket lies.
pub fn assess(spec: &ContainerSpec, protected: &[String]) -> Vec<(Risk, String)> {
    Exposure::of(spec, protected).assess()
}

/// The one rule: a container with a risk nobody confirmed by name is not made.
///
/// Every path that creates a container passes through here: form and API,
/// and later store, restore, template and update.
///
/// # Errors
/// One problem for each field whose risk is not in `confirmed`.
pub fn require_confirmed(
    spec: &ContainerSpec,
    protected: &[String],
    confirmed: &[String],
) -> Result<(), Vec<Problem>> {
    let problems = Exposure::of(spec, protected).unconfirmed(confirmed);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Upper case without `CAP_`, as risks and specs name capabilities.
pub fn normalise_capability(name: &str) -> String {
    let upper = name.trim().to_ascii_uppercase();
    upper
        .strip_prefix("CAP_")
        .map(str::to_owned)
        .unwrap_or(upper)
}

fn mount_risks(mount: &Mount, protected: &[String]) -> Vec<Risk> {
    match mount.kind {
        MountKind::Tmpfs { .. } => return Vec::new(),
        // A volume may stand for a path of the server.
        MountKind::Volume if is_volume_name(&mount.source) => {
            let stands_for = mount.resolved_source.as_deref().map(normalise);
            return stands_for
                .and_then(|path| path_risk(&path, protected))
                .into_iter()
                .collect();
        }
        // A spec not made by the planner could smuggle a path in as a volume's name.
        MountKind::Bind { .. } | MountKind::Volume => {}
    }
    let source = normalise(&mount.source);
    if mount.read_only && READ_ONLY_EXCEPTIONS.contains(&source.as_str()) {
        return Vec::new();
    }
    let mut risks: Vec<Risk> = path_risk(&source, protected).into_iter().collect();
    if let Some(risk) = mount
        .resolved_source
        .as_deref()
        .and_then(|real| path_risk(&normalise(real), protected))
    {
        // A system path that links to another one (/var/run to /run) is one risk, under the name asked for.
        let same = |known: &Risk| {
            *known == risk || matches!((known, &risk), (Risk::SystemPath(_), Risk::SystemPath(_)))
        };
        if !risks.iter().any(same) {
            risks.push(risk);
        }
    }
    risks
}

/// Whether a path belongs to the system of this server or to this
/// installation, so that nothing of ours may be put there either.
pub fn system_path(path: &str, protected: &[String]) -> Option<Risk> {
    path_risk(&normalise(path), protected)
}

/// The risk of handing a normalised path to a container.
fn path_risk(path: &str, protected: &[String]) -> Option<Risk> {
    let leads_to = |target: &str| path == target || is_below(target, path);
    if SYSTEM_FOLDERS.contains(&path) {
        return Some(Risk::SystemPath(path.to_owned()));
    }
    let socket_name = ENGINE_SOCKETS
        .iter()
        .any(|socket| file_name(socket) == file_name(path));
    if socket_name || ENGINE_SOCKETS.iter().any(|socket| leads_to(socket)) {
        return Some(Risk::DockerSocket);
    }
    let in_tree = SYSTEM_TREES
        .iter()
        .copied()
        .chain(protected.iter().map(String::as_str))
        .any(|tree| is_below(path, tree) || leads_to(tree));
    in_tree.then(|| Risk::SystemPath(path.to_owned()))
}

mod volume;

pub use volume::require_volume_confirmed;

#[cfg(test)]
mod tests;
