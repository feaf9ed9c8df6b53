//! Checks of a draft's bind mounts, volumes and memory.

use std::collections::HashSet;

use super::{MAX_MOUNTS, MAX_PATH_LEN, PathState, World, bounded, given, unfit};
use crate::draft::{CreateDraft, MountDraft};
use crate::host_path::{climbs, file_name, is_below, normalise};
use crate::problem::{Problem, ProblemCode, shown};
use crate::spec::{Mount, MountKind, is_volume_name};

/// Usable mounts with their positions in the draft, and folders to make for them.
pub(super) struct CheckedMounts {
    pub(super) list: Vec<(usize, Mount)>,
    pub(super) make_dirs: Vec<String>,
}

/// The normalised paths whose state [`super::World::paths`] must tell, each once.
pub fn paths_to_check(draft: &CreateDraft) -> Vec<String> {
    let mut paths = Vec::new();
    for mount in draft.mounts.iter().take(MAX_MOUNTS) {
        if mount.kind == "bind" && path_fault("The path", &mount.source).is_none() {
            let path = normalise(&mount.source);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths
}

pub(super) fn check(
    draft: &CreateDraft,
    world: &World,
    name: &str,
    out: &mut Vec<Problem>,
) -> CheckedMounts {
    let mut checked = CheckedMounts {
        list: Vec::new(),
        make_dirs: Vec::new(),
    };
    let mut targets = HashSet::new();
    for (index, mount) in bounded("mounts", &draft.mounts, MAX_MOUNTS, out).collect::<Vec<_>>() {
        let source = match mount.kind.as_str() {
            "bind" => check_bind(index, mount, world, name, &mut checked.make_dirs, out),
            "volume" => check_volume(index, mount, out),
            "tmpfs" => check_tmpfs(index, mount, out),
            other => {
                let message = format!(
                    "A mount is a bind, a volume or tmpfs, not “{}”.",
                    shown(other)
                );
                out.push(Problem::new(
                    format!("mounts.{index}.type"),
                    ProblemCode::Invalid,
                    message,
                ));
                None
            }
        };
        if mount.kind != "tmpfs" {
            for (part, is_set) in [
                ("sizeBytes", mount.size_bytes.is_some()),
                ("mode", given(&mount.mode).is_some()),
            ] {
                if is_set {
                    let message = "Only tmpfs has a size and access rights; leave them empty.";
                    let field = format!("mounts.{index}.{part}");
                    out.push(Problem::new(field, ProblemCode::Invalid, message));
                }
            }
        }
        let target = check_target(index, &mount.target, &mut targets, out);
        // A mount with a bad target keeps its place, so that its risk is told at once too.
        if let Some((kind, source)) = source {
            let resolved_source = match kind {
                MountKind::Bind { .. } => world.resolved_paths.get(&source).cloned(),
                MountKind::Volume => world.volume_paths.get(&source).cloned(),
                MountKind::Tmpfs { .. } => None,
            };
            let target = target.unwrap_or_default();
            checked.list.push((
                index,
                Mount {
                    kind,
                    source,
                    resolved_source,
                    target,
                    read_only: mount.read_only,
                },
            ));
        }
    }
    checked
}

fn check_volume(
    index: usize,
    mount: &MountDraft,
    out: &mut Vec<Problem>,
) -> Option<(MountKind, String)> {
    let field = format!("mounts.{index}.source");
    if mount.source.is_empty() {
        out.push(Problem::new(
            field,
            ProblemCode::Required,
            "Name the volume.",
        ));
        return None;
    }
    if !is_volume_name(&mount.source) {
        let advice = if mount.source.contains('/') {
            " For a path of the server choose a bind."
        } else {
            ""
        };
        let message = format!(
            "“{}” is no volume name; use at least two letters, digits or . _ -, starting with a letter or digit.{advice}",
            shown(&mount.source)
        );
        out.push(Problem::new(field, ProblemCode::Invalid, message));
        return None;
    }
    if mount.source.len() > MAX_VOLUME_NAME {
        let message = format!("A volume name has at most {MAX_VOLUME_NAME} characters.");
        out.push(Problem::new(field, ProblemCode::Invalid, message));
        return None;
    }
    Some((MountKind::Volume, mount.source.clone()))
}

/// Memory has no source, and only memory has a size and a mode.
fn check_tmpfs(
    index: usize,
    mount: &MountDraft,
    out: &mut Vec<Problem>,
) -> Option<(MountKind, String)> {
    let mut bad = |part: &str, message: String| {
        let field = format!("mounts.{index}.{part}");
        out.push(Problem::new(field, ProblemCode::Invalid, message));
    };
    if !mount.source.is_empty() {
        let message = "Memory has no source; leave it empty.".to_owned();
        bad("source", message);
    }
    let size_bytes = mount.size_bytes.filter(|&size| size != 0);
    if size_bytes.is_some_and(|size| !(1..=MAX_TMPFS).contains(&size)) {
        bad("sizeBytes", "The size is from 1 byte to 1 PiB.".to_owned());
    }
    let mode = given(&mount.mode).map(|text| u32::from_str_radix(text, 8));
    let mode = match mode {
        Some(Ok(mode)) if mode <= 0o7777 => Some(mode),
        Some(_) => {
            let message = "Access rights are octal digits such as 1777 or 0700.".to_owned();
            bad("mode", message);
            None
        }
        None => None,
    };
    let kind = MountKind::Tmpfs {
        size_bytes: size_bytes.and_then(|size| u64::try_from(size).ok()),
        mode,
    };
    Some((kind, String::new()))
}

/// More memory than any server has.
const MAX_TMPFS: i64 = 1 << 50;

/// A volume is a directory of that name, and Linux stops at this length.
const MAX_VOLUME_NAME: usize = 255;

fn check_bind(
    index: usize,
    mount: &MountDraft,
    world: &World,
    name: &str,
    make_dirs: &mut Vec<String>,
    out: &mut Vec<Problem>,
) -> Option<(MountKind, String)> {
    let field = format!("mounts.{index}.source");
    if let Some((code, message)) = path_fault("The path on the server", &mount.source) {
        let advice = if is_volume_name(&mount.source) {
            " For a named volume choose volume."
        } else {
            ""
        };
        out.push(Problem::new(field, code, format!("{message}{advice}")));
        return None;
    }
    let path = normalise(&mount.source);
    let bind = Some((
        MountKind::Bind {
            create: mount.create,
        },
        path.clone(),
    ));
    match world
        .paths
        .get(&path)
        .copied()
        .unwrap_or(PathState::Missing)
    {
        PathState::Directory | PathState::File | PathState::Other => return bind,
        // The engine sees more than we do and refuses by itself what is not there.
        PathState::Unreadable if !mount.create => return bind,
        PathState::Unreadable => {
            let message = format!(
                "{} can not be looked at, so nothing is made there.",
                shown(&path)
            );
            out.push(Problem::new(field, ProblemCode::Invalid, message));
            return None;
        }
        PathState::Missing => {}
    }
    let root = normalise(&world.app_data_root);
    let here = shown(&path);
    if mount.create && climbs(&mount.source) {
        let message = format!("Write the path without “..” to have it made: {here}.");
        out.push(
            Problem::new(field, ProblemCode::Invalid, message)
                .suggest_text(format!("Use {here}"), path),
        );
    } else if !may_be_made(&path, &root, world) {
        let problem = Problem::new(
            field,
            ProblemCode::PathMissing,
            missing_elsewhere(&here, &root, mount.create),
        );
        let inside = format!("{root}/{name}/{}", file_name(&path))
            .trim_end_matches('/')
            .to_owned();
        out.push(if root == "/" {
            problem
        } else {
            problem.suggest_text(format!("Use {}", shown(&inside)), inside)
        });
    } else if mount.create {
        if !make_dirs.contains(&path) {
            make_dirs.push(path);
        }
        return bind;
    } else {
        let message = format!(
            "{here} does not exist. It can be made for you: send “create: true” with this mount."
        );
        out.push(
            Problem::new(field, ProblemCode::PathMissing, message)
                .suggest_text(format!("Create {here}"), path),
        );
    }
    // The path may be missing and a risk at once; both are told.
    bind
}

fn missing_elsewhere(here: &str, root: &str, create: bool) -> String {
    match (root, create) {
        ("/", _) => format!("{here} does not exist on this server."),
        (_, true) => format!("{here} does not exist, and folders are made below {root} only."),
        (_, false) => {
            format!("{here} does not exist on this server. Below {root} it could be made for you.")
        }
    }
}

/// True below the app-data root, by the text of the path and by where links lead.
fn may_be_made(path: &str, root: &str, world: &World) -> bool {
    if root == "/" || !is_below(path, root) {
        return false;
    }
    let real_root = world.resolved_paths.get(root).map_or(root, String::as_str);
    world
        .resolved_paths
        .get(path)
        .is_none_or(|real| is_below(&normalise(real), &normalise(real_root)))
}

fn check_target(
    index: usize,
    target: &str,
    seen: &mut HashSet<String>,
    out: &mut Vec<Problem>,
) -> Option<String> {
    let field = format!("mounts.{index}.target");
    if let Some((code, message)) = path_fault("The path in the container", target) {
        out.push(Problem::new(field, code, message));
        return None;
    }
    let path = normalise(target);
    if path == "/" {
        let message = "Nothing can be mounted over the whole container; choose a folder in it.";
        out.push(Problem::new(field, ProblemCode::Invalid, message));
        return None;
    }
    if !seen.insert(path.clone()) {
        let message = format!(
            "Two mounts have the path {} in the container.",
            shown(&path)
        );
        out.push(Problem::new(field, ProblemCode::Duplicate, message));
        return None;
    }
    Some(path)
}

/// Why a text is no usable absolute path.
pub(super) fn path_fault(what: &str, path: &str) -> Option<(ProblemCode, String)> {
    if path.is_empty() {
        return Some((ProblemCode::Required, format!("{what} is missing.")));
    }
    if let Some(message) = unfit(what, path, MAX_PATH_LEN) {
        return Some((ProblemCode::Invalid, message));
    }
    (!path.starts_with('/')).then(|| {
        (
            ProblemCode::Invalid,
            format!("{what} starts with “/”; “{}” does not.", shown(path)),
        )
    })
}
