//! The counters of one container, read from the kernel's files. While somebody
//! watches the files stay open, so that a reading is a handful of system calls.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::cgroup::{Group, Mounts};
use super::parse;
use super::rates::Reading;

/// A text longer than that is none of the kernel's that we read.
const MOST: usize = 256 << 10;
/// The kernel hands out such texts in pages; what is well short of one ended.
const PAGE: usize = 4096;
/// How many readings a limit is believed: `docker update` may change it.
const LIMIT_READINGS: u8 = 15;
/// Open files of one container.
pub(super) const FILES_EACH: u64 = 7;

/// Grows to the longest text once and is used for all.
#[derive(Default)]
pub(super) struct Buffer(Vec<u8>);

impl Buffer {
    /// The whole text of an open file.
    pub(super) fn read(&mut self, file: &File) -> io::Result<&[u8]> {
        let mut length = 0;
        loop {
            if self.0.len() < length + PAGE {
                if self.0.len() >= MOST {
                    return Err(io::Error::from(io::ErrorKind::FileTooLarge));
                }
                self.0.resize(self.0.len() + 2 * PAGE, 0);
            }
            let read = file.read_at(&mut self.0[length..], length as u64)?;
            length += read;
            if read < PAGE / 2 {
                return Ok(&self.0[..length]);
            }
        }
    }

    /// The whole text of a file that is opened for it.
    pub(super) fn open(&mut self, path: &Path) -> io::Result<&[u8]> {
        self.read(&File::open(path)?)
    }
}

/// Where the counters of one run of a container are.
#[derive(Debug)]
pub(super) struct Files {
    group: Group,
    /// `None` when it uses the host's network.
    network: Option<PathBuf>,
    open: Option<Open>,
    limit: Option<u64>,
    limit_left: u8,
    /// The last usage and the inactive file cache that went with it.
    cache: (u64, u64),
}

#[derive(Debug)]
struct Open {
    cpu: File,
    memory: File,
    memory_stat: File,
    /// Missing in the group of v2's root and on kernels without it.
    memory_limit: Option<File>,
    disk: Option<File>,
    pids: Option<File>,
    network: Option<File>,
}

/// Names of the files, by version.
struct Names {
    cpu: &'static str,
    memory: &'static str,
    limit: &'static str,
    disk: &'static str,
}

const V1: Names = Names {
    cpu: "cpuacct.usage",
    memory: "memory.usage_in_bytes",
    limit: "memory.limit_in_bytes",
    disk: "blkio.throttle.io_service_bytes",
};
const V2: Names = Names {
    cpu: "cpu.stat",
    memory: "memory.current",
    limit: "memory.max",
    disk: "io.stat",
};

impl Files {
    /// Finds the files of the container `id`, whose first process is `pid`.
    /// `Ok(None)` when they cannot be seen from here, now and later.
    ///
    /// # Errors
    /// When the process is gone: then it may be worth another try.
    pub(super) fn find(
        mounts: &Mounts,
        proc: &Path,
        pid: i64,
        id: &str,
        hosts_network: bool,
    ) -> io::Result<Option<Self>> {
        let process = proc.join(pid.to_string());
        let text = std::fs::read_to_string(process.join("cgroup"))?;
        let Some(group) = mounts.locate(&text, id) else {
            return Ok(None);
        };
        let mut files = Self {
            group,
            network: (!hosts_network).then(|| process.join("net/dev")),
            open: None,
            limit: None,
            limit_left: 0,
            cache: (0, 0),
        };
        match files.open() {
            Ok(open) => files.open = Some(open),
            Err(error) if files.group.directory().is_dir() => {
                tracing::debug!(id, %error, "control groups cannot be read; the engine is asked");
                return Ok(None);
            }
            // Gone in the same moment.
            Err(error) => return Err(error),
        }
        Ok(Some(files))
    }

    fn open(&self) -> io::Result<Open> {
        let optional = |path: Option<PathBuf>| path.and_then(|path| File::open(path).ok());
        let (names, cpu, memory, disk, pids) = match &self.group {
            Group::V1 {
                cpu,
                memory,
                disk,
                pids,
            } => (V1, cpu, memory, disk.as_ref(), pids.as_ref()),
            Group::V2(all) => (V2, all, all, Some(all), Some(all)),
        };
        Ok(Open {
            cpu: File::open(cpu.join(names.cpu))?,
            memory: File::open(memory.join(names.memory))?,
            memory_stat: File::open(memory.join("memory.stat"))?,
            memory_limit: optional(Some(memory.join(names.limit))),
            disk: optional(disk.map(|dir| dir.join(names.disk))),
            pids: optional(pids.map(|dir| dir.join("pids.current"))),
            network: optional(self.network.clone()),
        })
    }

    /// Reads everything once. `keep` leaves the files open for the next time.
    ///
    /// # Errors
    /// When the container has gone.
    pub(super) fn read(
        &mut self,
        buffer: &mut Buffer,
        base: Instant,
        keep: bool,
    ) -> io::Result<Reading> {
        let open = match self.open.take() {
            Some(open) => open,
            None => self.open()?,
        };
        let reading = self.read_from(&open, buffer, base)?;
        self.open = keep.then_some(open);
        Ok(reading)
    }

    fn read_from(
        &mut self,
        open: &Open,
        buffer: &mut Buffer,
        base: Instant,
    ) -> io::Result<Reading> {
        let v2 = matches!(self.group, Group::V2(_));
        let cpu = buffer.read(&open.cpu)?;
        let cpu_nanos = if v2 {
            parse::keyed(cpu, b"usage_usec").map(|micros| micros.saturating_mul(1000))
        } else {
            parse::number(cpu)
        };
        let at_nanos = u64::try_from(base.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let unreadable = || io::Error::from(io::ErrorKind::InvalidData);
        let usage = parse::number(buffer.read(&open.memory)?).ok_or_else(unreadable)?;
        // The longest text and the dearest to make; nothing new when usage stood still.
        if usage != self.cache.0 || self.limit_left == 0 {
            let key: &[u8] = if v2 {
                b"inactive_file"
            } else {
                b"total_inactive_file"
            };
            let stat = buffer.read(&open.memory_stat)?;
            self.cache = (usage, parse::keyed(stat, key).unwrap_or_default());
        }
        if self.limit_left == 0 {
            self.limit = match &open.memory_limit {
                Some(file) => parse::number(buffer.read(file)?),
                None => None,
            };
            self.limit_left = LIMIT_READINGS;
        }
        self.limit_left -= 1;
        let disk = match &open.disk {
            Some(file) if v2 => Some(parse::io_stat(buffer.read(file)?)),
            Some(file) => Some(parse::blkio(buffer.read(file)?)),
            None => None,
        };
        let pids = match &open.pids {
            Some(file) => parse::number(buffer.read(file)?),
            None => None,
        };
        let network = match &open.network {
            Some(file) => Some(parse::net_dev(buffer.read(file)?, is_containers_own)),
            None => None,
        };
        Ok(Reading {
            at_nanos,
            cpu_nanos: cpu_nanos.ok_or_else(unreadable)?,
            memory: Reading::without_cache(usage, self.cache.1),
            memory_limit: self.limit,
            network,
            disk,
            pids,
        })
    }

    /// Closes what is open.
    pub(super) fn rest(&mut self) {
        self.open = None;
    }
}

/// Whether traffic of this device counts. The engine gives containers Ethernet
/// devices; tunnels and bridges that a container makes itself carry the same
/// bytes a second time.
pub(super) fn is_containers_own(name: &[u8]) -> bool {
    const TWICE: [&[u8]; 10] = [
        b"tun", b"tap", b"wg", b"veth", b"docker", b"br-", b"virbr", b"sit", b"gre", b"ip6tnl",
    ];
    name != b"lo" && !TWICE.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const ID: &str = "abc0123456789abc0123456789abc0123456789abc0123456789abc012345678";

    /// A machine made of plain files, as the kernel would show them.
    fn machine(v2: bool) -> (tempfile::TempDir, Mounts) {
        let dir = tempfile::tempdir().expect("a directory");
        let path = |name: &str| dir.path().join(name);
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        };
        write(
            "proc/7/net/dev",
            "  lo: 9 0 0 0 0 0 0 0 9 0\n eth0: 100 0 0 0 0 0 0 0 200 0\n tun0: 7 0 0 0 0 0 0 0 7 0\n",
        );
        let at = path("cg");
        let at = at.display();
        if v2 {
            let group = format!("cg/docker/{ID}");
            write("proc/7/cgroup", &format!("0::/docker/{ID}\n"));
            write(&format!("{group}/cpu.stat"), "usage_usec 1500\n");
            write(&format!("{group}/memory.current"), "1000\n");
            write(
                &format!("{group}/memory.stat"),
                "file 1\ninactive_file 300\n",
            );
            write(&format!("{group}/memory.max"), "max\n");
            write(&format!("{group}/io.stat"), "8:0 rbytes=5 wbytes=6\n");
            write(&format!("{group}/pids.current"), "3\n");
            let mounts = format!("30 23 0:26 / {at} rw - cgroup2 cgroup2 rw\n");
            return (dir, Mounts::parse(&mounts));
        }
        let text = ["cpuacct", "memory", "blkio", "pids"]
            .map(|c| format!("1:{c}:/docker/{ID}\n"))
            .concat();
        write("proc/7/cgroup", &text);
        let file = |controller: &str, name: &str, text: &str| {
            write(&format!("cg/{controller}/docker/{ID}/{name}"), text);
        };
        file("cpuacct", "cpuacct.usage", "1500000\n");
        file("memory", "memory.usage_in_bytes", "1000\n");
        file(
            "memory",
            "memory.stat",
            "inactive_file 1\ntotal_inactive_file 300\n",
        );
        file("memory", "memory.limit_in_bytes", "9223372036854771712\n");
        file(
            "blkio",
            "blkio.throttle.io_service_bytes",
            "8:0 Read 5\n8:0 Write 6\nTotal 11\n",
        );
        file("pids", "pids.current", "3\n");
        let mounts = ["cpuacct", "memory", "blkio", "pids"]
            .map(|c| format!("31 30 0:27 / {at}/{c} rw - cgroup cgroup rw,{c}\n"))
            .concat();
        (dir, Mounts::parse(&mounts))
    }

    #[test]
    fn both_versions_say_the_same() {
        for v2 in [true, false] {
            let (dir, mounts) = machine(v2);
            let proc = dir.path().join("proc");
            let mut files = Files::find(&mounts, &proc, 7, ID, false)
                .expect("it runs")
                .expect("it is here");
            let mut buffer = Buffer::default();
            let base = Instant::now();
            for keep in [true, true, false, false] {
                let reading = files.read(&mut buffer, base, keep).expect("readable");
                assert_eq!(reading.cpu_nanos, 1_500_000);
                assert_eq!(reading.memory, 700);
                assert_eq!(
                    reading.memory_limit,
                    (!v2).then_some(9_223_372_036_854_771_712)
                );
                assert_eq!(reading.network, Some((100, 200)));
                assert_eq!(reading.disk, Some((5, 6)));
                assert_eq!(reading.pids, Some(3));
            }
            let hosts = Files::find(&mounts, &proc, 7, ID, true).expect("it runs");
            let reading = hosts.expect("it is here").read(&mut buffer, base, true);
            assert_eq!(reading.expect("readable").network, None);
        }
    }

    #[test]
    fn what_is_gone_or_hidden_is_told_apart() {
        let (dir, mounts) = machine(true);
        let proc = dir.path().join("proc");
        assert!(
            Files::find(&mounts, &proc, 8, ID, false).is_err(),
            "no such process"
        );
        let other = Files::find(&mounts, &proc, 7, &ID.replace('a', "f"), false);
        assert!(other.expect("a process").is_none(), "another container's");
        fs::remove_file(dir.path().join(format!("cg/docker/{ID}/memory.current"))).expect("gone");
        let hidden = Files::find(&mounts, &proc, 7, ID, false);
        assert!(hidden.expect("a process").is_none(), "not to be read");
        fs::remove_dir_all(dir.path().join("cg/docker")).expect("gone");
        assert!(
            Files::find(&mounts, &proc, 7, ID, false).is_err(),
            "vanished"
        );
    }

    #[test]
    fn long_texts_are_read_whole_and_endless_ones_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("long");
        let mut buffer = Buffer::default();
        fs::write(&path, vec![b'x'; 100_000]).expect("written");
        assert_eq!(buffer.open(&path).expect("fits").len(), 100_000);
        fs::write(&path, "short").expect("written");
        assert_eq!(buffer.open(&path).expect("fits"), b"short");
        fs::write(&path, vec![b'x'; MOST + 10_000]).expect("written");
        assert!(buffer.open(&path).is_err());
    }
}
