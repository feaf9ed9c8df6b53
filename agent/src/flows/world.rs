//! Gathers what a plan depends on: names, ports, networks, images and paths
//! as they are at this moment.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use harbour_core::draft::CreateDraft;
use harbour_core::image_ref::ImageRef;
use harbour_core::plan::{PathState, World, paths_to_check};

use super::{Context, host_ports};

/// Reads the world around `draft`. Looks at files and processes: not for an
/// async thread.
pub(super) fn around(context: &Context, draft: &CreateDraft) -> World {
    let containers = context.inventory.list(true);
    let wanted: Vec<u16> = draft
        .ports
        .iter()
        .filter_map(|p| p.host.and_then(|port| u16::try_from(port).ok()))
        .collect();
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
    for path in paths_to_check(draft).into_iter().chain([root.clone()]) {
        paths.insert(path.clone(), state_of(Path::new(&path)));
        let resolved = resolve(Path::new(&path)).to_string_lossy().into_owned();
        if resolved != path {
            resolved_paths.insert(path, resolved);
        }
    }
    World {
        container_names: containers.iter().map(|c| c.summary.name.clone()).collect(),
        ports: host_ports::in_use(&containers, None, &wanted),
        networks: context.inventory.network_names(),
        paths,
        resolved_paths,
        local_images,
        app_data_root: root,
        protected: context.protected.clone(),
    }
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
