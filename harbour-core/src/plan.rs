//! From a draft and the state of the server to a plan for a new container, or
//! to everything that is wrong with it at once.

use std::collections::BTreeMap;

use crate::container_name::ContainerName;
use crate::draft::CreateDraft;
use crate::port::{PortBinding, PortUse};
use crate::problem::{Problem, ProblemCode};
use crate::risk::{Exposure, Risk, require_confirmed};
use crate::spec::{ContainerSpec, ImageSource};
use crate::subnet::Subnet;

mod access;
mod identity;
mod limits;
mod mounts;
mod network;
mod ports;
mod process;
mod rights;
mod settings;

pub use mounts::paths_to_check;
pub use process::is_signal;

/// Most published ports of one container, ranges counted port by port.
pub const MAX_PORTS: usize = 512;
/// Most mounts of one container.
pub const MAX_MOUNTS: usize = 128;
/// Most variables of one container.
pub const MAX_ENV: usize = 1024;
/// Most labels of one container.
pub const MAX_LABELS: usize = 1024;
/// Most words of a command or a health check.
pub const MAX_WORDS: usize = 1024;
/// Most devices of one container.
pub const MAX_DEVICES: usize = 128;
/// Most added capabilities; Linux has fewer.
pub const MAX_CAPABILITIES: usize = 64;
/// Most networks of one container, and most aliases on one network.
pub const MAX_NETWORKS: usize = 32;
/// Most hosts added to one container.
pub const MAX_HOSTS: usize = 256;
/// Most entries of the short lists: name servers, groups, kernel parameters …
pub const MAX_OPTIONS: usize = 64;
/// Longest value of a variable, label or command word, in bytes.
pub const MAX_VALUE_LEN: usize = 64 * 1024;
/// Longest path, in bytes (`PATH_MAX` of Linux).
pub const MAX_PATH_LEN: usize = 4096;

/// What a path on the server is, as the caller found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathState {
    /// Nothing is there.
    Missing,
    /// A directory.
    Directory,
    /// A regular file.
    File,
    /// A socket, a device or the like.
    Other,
    /// The caller may not look; the engine may.
    Unreadable,
}

/// Another container whose network or shared memory may be joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Joined {
    /// Its network is the server's own.
    pub host_network: bool,
    /// Its shared memory is the server's own.
    pub host_ipc: bool,
}

/// The state of the server a plan is made against.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Names of all containers, running or not.
    pub container_names: Vec<String>,
    /// Ports in use, by containers and by other processes.
    pub ports: Vec<PortUse>,
    /// Names of networks. Not ids: an id could stand for the host's network unnoticed.
    pub networks: Vec<String>,
    /// Address ranges of networks, by name; a network not in here is not checked.
    pub subnets: BTreeMap<String, Vec<Subnet>>,
    /// The containers that the draft joins, by the name it uses; one not in
    /// here does not exist.
    pub joins: BTreeMap<String, Joined>,
    /// Paths of the server that volumes stand for, by the name of the volume.
    pub volume_paths: BTreeMap<String, String>,
    /// What the caller found at each of [`paths_to_check`]; a path not in here counts as missing.
    pub paths: BTreeMap<String, PathState>,
    /// For paths that lead elsewhere through symbolic links: where they end.
    /// For a missing path, where its nearest existing parent ends plus the rest.
    /// The app-data root belongs in here too if it is reached through a link.
    pub resolved_paths: BTreeMap<String, String>,
    /// Canonical references (`docker.io/library/nginx:latest`,
    /// `docker.io/library/nginx@sha256:…`) and ids (`sha256:…`) of the images here.
    pub local_images: Vec<String>,
    /// Folder below which missing paths may be made. Empty or `/` allows none.
    pub app_data_root: String,
    /// Folders of this installation that count as system paths.
    pub protected: Vec<String>,
}

/// A container that may be made, and what must happen before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePlan {
    /// The container.
    pub spec: ContainerSpec,
    /// The image must be fetched first.
    pub pull: bool,
    /// Folders to make first, normalised, each strictly below the app-data root.
    pub make_dirs: Vec<String>,
    /// Risks, all of them confirmed.
    pub risks: Vec<Risk>,
}

/// What would come of a draft, for showing while it is still being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePreview {
    /// Everything that is wrong, unconfirmed risks last.
    pub problems: Vec<Problem>,
    /// The name it would get; a free one if the draft's own will not do.
    pub name: ContainerName,
    /// Risks, confirmed or not, each once.
    pub risks: Vec<Risk>,
    /// The image is here already.
    pub image_local: bool,
    /// Those of the ports that can be read.
    pub ports: Vec<PortBinding>,
    /// The plan; there is one exactly if there are no problems.
    pub plan: Option<CreatePlan>,
}

/// Turns a draft into a plan.
///
/// # Errors
/// All problems at once, each on its field.
pub fn plan_create(draft: &CreateDraft, world: &World) -> Result<CreatePlan, Vec<Problem>> {
    let preview = preview_create(draft, world);
    preview.plan.ok_or(preview.problems)
}

/// Like [`plan_create`], and says what is already known even if something is wrong.
pub fn preview_create(draft: &CreateDraft, world: &World) -> CreatePreview {
    let mut problems = Vec::new();
    let out = &mut problems;
    let image = identity::check_image(draft, world, out);
    let (name, name_holds) =
        identity::check_name(draft, world, image.as_ref().map(|found| &found.source), out);
    let ports = ports::check(draft, world, out);
    let mounts = mounts::check(draft, world, name.as_str(), out);
    let env = settings::check_env(draft, out);
    let restart = settings::check_restart(draft, out);
    let healthcheck = settings::check_healthcheck(draft, out);
    let network = network::check(draft, world, out);
    let command = settings::check_words("command", &draft.command, out);
    let labels = settings::check_labels(draft, out);
    let cap_add = access::check_capabilities("capAdd", &draft.cap_add, out);
    let devices = access::check_devices(draft, out);
    let process = process::check(draft, out);
    let lookup = network::check_lookup(draft, out);
    let rights = rights::check(draft, world, out);
    let limits = limits::check(draft, out);
    let logging = process::check_logging(draft, out);
    process::check_auto_remove(draft, restart, out);

    let exposure = Exposure {
        protected: &world.protected,
        privileged: draft.privileged,
        pid_host: draft.pid_host,
        network: [network.mode.as_deref(), network.resolved.as_deref()],
        ipc: [rights.rights.ipc.as_deref(), rights.resolved_ipc.as_deref()],
        security_opt: rights
            .security_opt
            .iter()
            .map(|(index, text)| (*index, text.as_str()))
            .collect(),
        gpus: rights.rights.gpus.is_some(),
        mounts: mounts
            .list
            .iter()
            .map(|(index, mount)| (*index, mount))
            .collect(),
        cap_add: cap_add
            .iter()
            .map(|(index, name)| (*index, name.as_str()))
            .collect(),
        devices: devices
            .iter()
            .map(|(index, device)| (*index, device))
            .collect(),
    };
    let mut risks = Vec::new();
    for (risk, _) in exposure.assess() {
        if !risks.contains(&risk) {
            risks.push(risk);
        }
    }
    problems.extend(exposure.unconfirmed(&draft.confirm_risks));

    let image_local = image.as_ref().is_some_and(|found| found.local);
    let mut preview = CreatePreview {
        problems,
        name,
        risks,
        image_local,
        ports: ports.into_iter().map(|(_, port)| port).collect(),
        plan: None,
    };
    let Some(image) = image else { return preview };
    if !name_holds || !preview.problems.is_empty() {
        return preview;
    }
    let spec = ContainerSpec {
        image: image.source,
        name: preview.name.clone(),
        ports: preview.ports.clone(),
        mounts: mounts.list.into_iter().map(|(_, mount)| mount).collect(),
        env,
        restart,
        healthcheck,
        network: network.mode,
        resolved_network: network.resolved,
        networks: network.list,
        command,
        labels,
        privileged: draft.privileged,
        pid_host: draft.pid_host,
        cap_add: cap_add.into_iter().map(|(_, name)| name).collect(),
        devices: devices.into_iter().map(|(_, device)| device).collect(),
        process,
        lookup,
        rights: rights.rights,
        resolved_ipc: rights.resolved_ipc,
        limits,
        logging,
        auto_remove: draft.auto_remove,
        start: draft.start,
    };
    // The same rule once more, on exactly what will be made.
    match require_confirmed(&spec, &world.protected, &draft.confirm_risks) {
        Ok(()) => {
            let risks = preview.risks.clone();
            preview.plan = Some(CreatePlan {
                spec,
                pull: image.pull,
                make_dirs: mounts.make_dirs,
                risks,
            });
        }
        Err(unconfirmed) => preview.problems = unconfirmed,
    }
    preview
}

/// An image that was found to be usable.
struct FoundImage {
    source: ImageSource,
    local: bool,
    pull: bool,
}

/// The entries to look at with their positions; too many is a problem of its own.
fn bounded<'a, T>(
    field: &str,
    entries: &'a [T],
    most: usize,
    out: &mut Vec<Problem>,
) -> impl Iterator<Item = (usize, &'a T)> {
    if entries.len() > most {
        let message = format!(
            "There are {} entries here; {most} are the most.",
            entries.len()
        );
        out.push(Problem::new(field, ProblemCode::Invalid, message));
    }
    entries.iter().take(most).enumerate()
}

/// A text that was given; an empty one was not.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

/// What keeps a text from being passed to the engine at all.
fn unfit(what: &str, text: &str, longest: usize) -> Option<String> {
    if text.contains('\0') {
        return Some(format!("{what} can not hold a NUL character."));
    }
    (text.len() > longest).then(|| format!("{what} is longer than {longest} bytes."))
}

#[cfg(test)]
mod tests;
