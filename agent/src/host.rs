//! Facts about the machine, from the kernel.

use std::fs;
use std::path::Path;

use crate::views::ServerInfo;

/// The machine as the page header shows it.
#[must_use]
pub fn server_info(app_data_root: &Path) -> ServerInfo {
    ServerInfo {
        hostname: hostname(),
        os: os_name(&fs::read_to_string("/etc/os-release").unwrap_or_default()),
        uptime_seconds: uptime_seconds(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        cpus: std::thread::available_parallelism().map_or(1, |n| n.get() as u64),
        memory_bytes: memory_bytes(&fs::read_to_string("/proc/meminfo").unwrap_or_default()),
        app_data_root: app_data_root.to_string_lossy().into_owned(),
    }
}

/// The machine's own name.
#[must_use]
pub fn hostname() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

/// Its time zone, such as `Europe/Paris`; `Etc/UTC` when it does not say.
#[must_use]
pub fn time_zone() -> String {
    let written = fs::read_to_string("/etc/timezone").ok();
    let written = written.map(|text| text.trim().to_owned());
    // Debian writes both, others only the link.
    let linked = fs::read_link("/etc/localtime").ok().and_then(|path| {
        let path = path.to_string_lossy().into_owned();
        path.split_once("/zoneinfo/")
            .map(|(_, zone)| zone.to_owned())
    });
    written
        .into_iter()
        .chain(linked)
        .find(|zone| !zone.is_empty())
        .unwrap_or_else(|| "Etc/UTC".to_owned())
}

/// Version of its kernel.
#[must_use]
pub fn kernel() -> String {
    rustix::system::uname()
        .release()
        .to_string_lossy()
        .into_owned()
}

/// Seconds since the machine started.
#[must_use]
pub fn uptime_seconds() -> u64 {
    u64::try_from(rustix::system::sysinfo().uptime).unwrap_or_default()
}

/// Raises the number of files this process may have open to what the system
/// allows, at most 65,536: live numbers keep seven open for each container.
/// Answers how many it is now.
#[must_use]
pub fn raise_file_limit() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const WANTED: u64 = 65_536;
    let limit = getrlimit(Resource::Nofile);
    let now = limit.current.unwrap_or(WANTED);
    let possible = limit.maximum.unwrap_or(WANTED).min(WANTED);
    if now >= possible {
        return now;
    }
    let raised = Rlimit {
        current: Some(possible),
        maximum: limit.maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => possible,
        Err(error) => {
            tracing::debug!(%error, "the number of open files stays at {now}");
            now
        }
    }
}

/// `PRETTY_NAME` of os-release(5), without the parenthesis.
fn os_name(text: &str) -> String {
    text.lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map(|name| {
            name.trim_matches('"')
                .split(" (")
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "Linux".to_owned())
}

/// `MemTotal` of proc_meminfo(5), which is in KiB.
fn memory_bytes(text: &str) -> u64 {
    text.lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or_default()
        * 1024
}

/// Id of the container that this program runs in, when it does: the engine mounts
/// files of its own folder for that container, `…/containers/ID/hostname`.
#[must_use]
pub fn own_container() -> Option<String> {
    // Without /proc there is nothing to be known, and no container either.
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    container_of(&mounts)
}

/// Source: proc_pid_mountinfo(5), fields 4 (root) and 5 (mount point).
fn container_of(mountinfo: &str) -> Option<String> {
    let of = |line: &str| {
        let mut fields = line.split(' ').skip(3);
        let (root, place) = (fields.next()?, fields.next()?);
        let name = place.strip_prefix("/etc/")?;
        let folder = root.strip_suffix(name)?.strip_suffix('/')?;
        let id = folder.rsplit('/').next()?;
        let is_id = id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
        is_id.then(|| id.to_owned())
    };
    mountinfo.lines().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_texts_are_read() {
        assert_eq!(
            os_name("NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
            "Debian GNU/Linux 12"
        );
        assert_eq!(os_name(""), "Linux");
        assert_eq!(
            memory_bytes("MemTotal:       1024 kB\nMemFree: 1 kB"),
            1 << 20
        );
        assert!(memory_bytes(&fs::read_to_string("/proc/meminfo").expect("Linux")) > 0);
    }

    #[test]
    fn a_container_is_known_by_its_mounts() {
        let id = "0f".repeat(32);
        let line = format!(
            "700 650 8:1 /var/lib/docker/containers/{id}/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw"
        );
        assert_eq!(container_of(&line), Some(id));
        let host = "29 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n30 29 8:1 /srv/etc/hostname /etc/hostname rw - ext4 /dev/sda1 rw";
        assert_eq!(container_of(host), None);
    }
}
