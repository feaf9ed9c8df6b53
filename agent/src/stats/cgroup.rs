//! Where the control groups of a container lie: from the mounts of this
//! process and from what the kernel says about the container's first process.

use std::path::{Path, PathBuf};

/// Where the hierarchies are mounted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mounts {
    unified: Option<Mount>,
    cpu: Option<Mount>,
    memory: Option<Mount>,
    disk: Option<Mount>,
    pids: Option<Mount>,
}

/// One mounted hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mount {
    /// The group that lies at the mount point; `/` unless we are in one.
    root: String,
    point: PathBuf,
}

/// The directories of one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// One directory for everything (cgroup v2).
    V2(PathBuf),
    /// One for each controller (cgroup v1).
    V1 {
        /// cpuacct
        cpu: PathBuf,
        /// memory
        memory: PathBuf,
        /// blkio
        disk: Option<PathBuf>,
        /// pids
        pids: Option<PathBuf>,
    },
}

impl Mounts {
    /// Reads proc_pid_mountinfo(5).
    pub(super) fn parse(mountinfo: &str) -> Self {
        let mut mounts = Self::default();
        for line in mountinfo.lines() {
            let Some((left, right)) = line.split_once(" - ") else {
                continue;
            };
            let mut left = left.split(' ').skip(3);
            let (Some(root), Some(point)) = (left.next(), left.next()) else {
                continue;
            };
            let mount = || {
                Some(Mount {
                    root: unescape(root),
                    point: PathBuf::from(unescape(point)),
                })
            };
            let mut right = right.split(' ');
            match right.next() {
                Some("cgroup2") => mounts.unified = mounts.unified.take().or_else(mount),
                Some("cgroup") => {
                    for option in right.nth(1).unwrap_or_default().split(',') {
                        let place = match option {
                            "cpuacct" => &mut mounts.cpu,
                            "memory" => &mut mounts.memory,
                            "blkio" => &mut mounts.disk,
                            "pids" => &mut mounts.pids,
                            _ => continue,
                        };
                        *place = place.take().or_else(mount);
                    }
                }
                _ => {}
            }
        }
        mounts
    }

    /// The directories of container `id`, whose first process has `text` in
    /// its proc_pid_cgroup(5). `None` when they are not of this container or
    /// cannot be seen from here: then the process is another machine's, or we
    /// look from within a group of our own.
    pub(super) fn locate(&self, text: &str, id: &str) -> Option<Group> {
        let of = |controller: &str| {
            text.lines().find_map(|line| {
                let (_, rest) = line.split_once(':')?;
                let (controllers, path) = rest.split_once(':')?;
                let found = controllers.split(',').any(|c| c == controller);
                found.then_some(path)
            })
        };
        let at = |mount: &Option<Mount>, controller: &str| {
            mount.as_ref()?.directory(of(controller)?, id)
        };
        if let (Some(cpu), Some(memory)) = (at(&self.cpu, "cpuacct"), at(&self.memory, "memory")) {
            return Some(Group::V1 {
                cpu,
                memory,
                disk: at(&self.disk, "blkio"),
                pids: at(&self.pids, "pids"),
            });
        }
        at(&self.unified, "").map(Group::V2)
    }
}

impl Mount {
    /// The directory of the container's own group: `path` up to the part that
    /// names the container, as an init system within may have gone deeper.
    fn directory(&self, path: &str, id: &str) -> Option<PathBuf> {
        let below = if self.root == "/" {
            path
        } else {
            path.strip_prefix(&self.root)
                .filter(|rest| rest.starts_with('/'))?
        };
        let mut directory = self.point.clone();
        for part in below.split('/').filter(|part| !part.is_empty()) {
            // Seen from within a namespace of groups; nothing to be had here.
            if part == ".." {
                return None;
            }
            directory.push(part);
            if part.contains(id) {
                return Some(directory);
            }
        }
        None
    }
}

impl Group {
    /// Any one of its directories.
    pub(super) fn directory(&self) -> &Path {
        match self {
            Self::V2(path) | Self::V1 { cpu: path, .. } => path,
        }
    }
}

/// Spaces and the like are written as three octal digits.
fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4f6c1d2e3b4a59687786f5e4d3c2b1a04f6c1d2e3b4a59687786f5e4d3c2b1a0";
    const V1: &str = "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
38 31 0:35 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
nonsense
";
    const V2: &str =
        "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate
";

    #[test]
    fn both_versions_and_both_drivers() {
        let v1 = Mounts::parse(V1);
        let cgroupfs = format!(
            "9:name=systemd:/docker/{ID}\n4:memory:/docker/{ID}\n7:blkio:/docker/{ID}\n3:cpu,cpuacct:/docker/{ID}\n0::/docker/{ID}\n"
        );
        assert_eq!(
            v1.locate(&cgroupfs, ID),
            Some(Group::V1 {
                cpu: format!("/sys/fs/cgroup/cpu,cpuacct/docker/{ID}").into(),
                memory: format!("/sys/fs/cgroup/memory/docker/{ID}").into(),
                disk: Some(format!("/sys/fs/cgroup/blkio/docker/{ID}").into()),
                pids: None,
            })
        );
        let v2 = Mounts::parse(V2);
        let scope = format!("/sys/fs/cgroup/system.slice/docker-{ID}.scope");
        for text in [
            format!("0::/system.slice/docker-{ID}.scope\n"),
            // systemd as the container's first process moves down by one.
            format!("0::/system.slice/docker-{ID}.scope/init.scope\n"),
        ] {
            assert_eq!(v2.locate(&text, ID), Some(Group::V2(scope.clone().into())));
        }
    }

    #[test]
    fn what_is_not_the_containers_is_not_taken() {
        let v2 = Mounts::parse(V2);
        for text in [
            "0::/user.slice/session-1.scope\n".to_owned(),
            format!("0::/../../docker-{ID}.scope\n"),
            String::new(),
            "0:\n::\n".to_owned(),
        ] {
            assert_eq!(v2.locate(&text, ID), None, "{text}");
        }
        let within = Mounts::parse("30 23 0:26 /lxc/100 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        assert_eq!(
            within.locate(&format!("0::/lxc/100/docker/{ID}\n"), ID),
            Some(Group::V2(format!("/sys/fs/cgroup/docker/{ID}").into()))
        );
        assert_eq!(
            within.locate(&format!("0::/lxc/1000/docker/{ID}\n"), ID),
            None
        );
        assert_eq!(Mounts::parse("a b c - cgroup2\n - \n"), Mounts::default());
    }
}
