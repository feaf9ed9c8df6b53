//! Looking for anything a scratch directory left on this machine.

use std::fs;
use std::path::{Path, PathBuf};

/// Everything that still mentions the directory `/tmp/NAME` or its control
/// groups: files, mounts, processes, groups, bridges called `NAME`.
pub(crate) fn of(name: &str) -> Vec<String> {
    let dir = format!("/tmp/{name}");
    let mut found = Vec::new();
    if Path::new(&dir).exists() {
        found.push(format!("the directory {dir}"));
    }
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    found.extend(
        mounts
            .lines()
            .filter(|line| line.contains(&dir))
            .map(|line| format!("the mount {line}")),
    );
    for process in directories(Path::new("/proc")) {
        // It may end while it is looked at; ended and not yet reaped by the
        // system's first process is nobody's doing here.
        let status = fs::read_to_string(process.join("status")).unwrap_or_default();
        if status.contains("State:\tZ") {
            continue;
        }
        let command = fs::read(process.join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        let groups = fs::read_to_string(process.join("cgroup")).unwrap_or_default();
        if command.contains(&dir) || groups.contains(name) {
            found.push(format!("the process {} {command:.200}", process.display()));
        }
    }
    let groups = Path::new("/sys/fs/cgroup");
    let roots = directories(groups).into_iter().chain([groups.to_owned()]);
    found.extend(
        roots
            .map(|root| root.join(name))
            .filter(|group| group.exists())
            .map(|group| group.display().to_string()),
    );
    if Path::new("/sys/class/net").join(name).exists() {
        found.push(format!("the interface {name}"));
    }
    found
}

/// Whether the bridge of a user network still exists.
pub(crate) fn has_bridge(network_id: &str) -> bool {
    Path::new("/sys/class/net")
        .join(format!("br-{}", &network_id[..12]))
        .exists()
}

fn directories(root: &Path) -> Vec<PathBuf> {
    fs::read_dir(root)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}
