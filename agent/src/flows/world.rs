//! Gathers what a plan depends on: names, ports, networks, images and paths
//! as they are at this moment.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use harbour_core::draft::{CreateDraft, NetworkDraft, PortDraft};
use harbour_core::image_ref::ImageRef;
use harbour_core::plan::{
    Joined, MAX_MOUNTS, MAX_NETWORKS, MAX_PORTS, PathState, World, paths_to_check,
};
use harbour_core::spec::is_volume_name;
use harbour_core::subnet::Subnet;

use super::{Context, host_ports};
use crate::docker::EngineError;

/// What is left out of the world, because it makes room for what is planned.
#[derive(Clone, Debug)]
pub(super) enum Aside {
    /// Nothing.
    Nothing,
    /// The containers with these ids: their names and their ports.
    Containers(Vec<String>),
}

impl Aside {
    fn ids(&self) -> &[String] {
        match self {
            Self::Nothing => &[],
            Self::Containers(ids) => ids,
        }
    }
}

/// What only the engine can tell about a draft.
#[derive(Default)]
struct Asked {
    subnets: BTreeMap<String, Vec<Subnet>>,
    joins: BTreeMap<String, Joined>,
    volume_paths: BTreeMap<String, String>,
}

/// Judges `draft` by the world as it is at this moment.
///
/// # Errors
/// When Docker does not answer: then too little is known.
pub(super) async fn judged<T: Send + 'static>(
    context: &Context,
    draft: CreateDraft,
    aside: Aside,
    judge: impl FnOnce(CreateDraft, World) -> T + Send + 'static,
) -> Result<T, EngineError> {
    let drafts = vec![draft.clone()];
    judged_all(context, drafts, aside, |world| judge(draft, world)).await
}

/// The same for several drafts that belong together.
///
/// # Errors
/// When Docker does not answer: then too little is known.
pub(super) async fn judged_all<T: Send + 'static>(
    context: &Context,
    drafts: Vec<CreateDraft>,
    aside: Aside,
    judge: impl FnOnce(World) -> T + Send + 'static,
) -> Result<T, EngineError> {
    connected(context)?;
    let mut asked = Asked::default();
    for draft in &drafts {
        ask(context, draft, &mut asked).await?;
    }
    let context = context.clone();
    // It looks at files and processes.
    tokio::task::spawn_blocking(move || {
        let world = around(&context, &drafts, &aside, asked);
        judge(world)
    })
    .await
    .map_err(|_| EngineError::Down("the check was interrupted".to_owned()))
}

/// Whether enough is known to judge anything.
///
/// # Errors
/// When Docker does not answer.
pub(super) fn connected(context: &Context) -> Result<(), EngineError> {
    let engine = context.inventory.engine();
    if !engine.connected {
        let reason = engine
            .message
            .unwrap_or_else(|| "it was not asked yet".to_owned());
        return Err(EngineError::Down(reason));
    }
    Ok(())
}

/// Asks only about what the draft names, so that most drafts ask nothing.
async fn ask(context: &Context, draft: &CreateDraft, asked: &mut Asked) -> Result<(), EngineError> {
    let fixed = |n: &NetworkDraft| n.ipv4_address.is_some() || n.ipv6_address.is_some();
    for network in draft
        .networks
        .iter()
        .filter(|n| fixed(n))
        .take(MAX_NETWORKS)
    {
        if let Some(subnets) = context.engine.subnets(&network.name).await? {
            let read = subnets.iter().filter_map(|s| s.parse().ok()).collect();
            asked.subnets.insert(network.name.clone(), read);
        }
    }
    let modes = [draft.network.as_deref(), draft.rights.ipc.as_deref()];
    for name in modes
        .into_iter()
        .flatten()
        .filter_map(|m| m.strip_prefix("container:"))
    {
        // By its full name only: a part of an id could come to mean another one.
        let known = context.inventory.find(name).ok();
        let Some(container) = known.filter(|c| c.summary.name == name) else {
            continue;
        };
        let sharing = context.engine.sharing(&container.summary.id).await?;
        let joined = Joined {
            host_network: sharing.host_network,
            host_ipc: sharing.host_ipc,
        };
        asked.joins.insert(name.to_owned(), joined);
    }
    for mount in draft
        .mounts
        .iter()
        .take(MAX_MOUNTS)
        .filter(|m| m.kind == "volume")
    {
        if !is_volume_name(&mount.source) || asked.volume_paths.contains_key(&mount.source) {
            continue;
        }
        if let Some(path) = context.engine.volume_stands_for(&mount.source).await? {
            asked.volume_paths.insert(mount.source.clone(), path);
        }
    }
    Ok(())
}

fn around(context: &Context, drafts: &[CreateDraft], aside: &Aside, asked: Asked) -> World {
    let containers = context.inventory.list(true);
    let aside: Vec<&str> = aside.ids().iter().map(String::as_str).collect();
    let ports = drafts.iter().flat_map(|draft| &draft.ports);
    let wanted: Vec<u16> = ports.flat_map(host_range).collect();
    let mut local_images = Vec::new();
    for image in context.inventory.images() {
        let names = image.references.iter().chain(&image.digests);
        local_images.extend(
            names
                .filter_map(|n| ImageRef::parse(n).ok())
                .map(|r| r.canonical()),
        );
        local_images.push(image.id);
    }
    let root = context
        .settings
        .app_data_root()
        .to_string_lossy()
        .into_owned();
    let mut paths = BTreeMap::new();
    let mut resolved_paths = BTreeMap::new();
    let named = drafts.iter().flat_map(paths_to_check);
    for path in named.chain([root.clone()]) {
        paths.insert(path.clone(), state_of(Path::new(&path)));
        let resolved = resolve(Path::new(&path)).to_string_lossy().into_owned();
        if resolved != path {
            resolved_paths.insert(path, resolved);
        }
    }
    // Where a volume's path ends after its links is what counts.
    let volume_paths = asked.volume_paths.into_iter().map(|(name, path)| {
        let real = resolve(Path::new(&path)).to_string_lossy().into_owned();
        (name, real)
    });
    World {
        container_names: containers
            .iter()
            .filter(|c| !aside.contains(&c.summary.id.as_str()))
            .map(|c| c.summary.name.clone())
            .collect(),
        ports: host_ports::in_use(&containers, &aside, &wanted),
        networks: context.inventory.network_names(),
        subnets: asked.subnets,
        joins: asked.joins,
        volume_paths: volume_paths.collect(),
        paths,
        resolved_paths,
        local_images,
        app_data_root: root,
        protected: context.protected.clone(),
    }
}

/// The ports of the server that one entry asks for, as far as they can be read.
fn host_range(port: &PortDraft) -> impl Iterator<Item = u16> {
    let more = port
        .container_end
        .map_or(0, |end| end.saturating_sub(port.container));
    let range = port.host.and_then(|first| {
        let last = port.host_end.unwrap_or(first.saturating_add(more));
        Some(u16::try_from(first).ok()?..=u16::try_from(last).ok()?)
    });
    range.into_iter().flatten().take(MAX_PORTS)
}

fn state_of(path: &Path) -> PathState {
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => PathState::Directory,
        Ok(meta) if meta.is_file() => PathState::File,
        Ok(_) => PathState::Other,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            PathState::Missing
        }
        Err(_) => PathState::Unreadable,
    }
}

/// Where a path ends after its links; what does not exist yet keeps its name
/// below its nearest existing parent.
pub(super) fn resolve(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => resolve(parent).join(name),
        _ => path.to_owned(),
    }
}
