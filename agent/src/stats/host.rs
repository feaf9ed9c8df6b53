//! The numbers of the machine itself.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::files::{Buffer, is_containers_own};
use super::parse;
use super::rates::as_float;
use crate::views::HostStats;

/// Names of network devices remembered; more means they come and go.
const MOST_NAMES: usize = 256;

/// Reads the machine's counters and keeps the last ones.
pub(super) struct Host {
    storage: PathBuf,
    cores: u32,
    last: Option<Last>,
    devices: Devices,
}

#[derive(Clone, Copy)]
struct Last {
    at: Instant,
    busy: u64,
    total: u64,
    network: (u64, u64),
}

impl Host {
    /// `storage` is a path on the file system whose fill is shown.
    pub(super) fn new(storage: &Path) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            storage: storage.to_owned(),
            cores: u32::try_from(cores).unwrap_or(u32::MAX),
            last: None,
            devices: Devices::default(),
        }
    }

    /// Reads everything once. Rates are those since the reading before; the
    /// first has none.
    ///
    /// # Errors
    /// When the kernel does not show its own counters.
    pub(super) fn read(&mut self, buffer: &mut Buffer) -> io::Result<HostStats> {
        let missing = || io::Error::from(io::ErrorKind::InvalidData);
        let stat = buffer.open(Path::new("/proc/stat"))?;
        let (busy, total) = parse::cpu_time(stat).ok_or_else(missing)?;
        let at = Instant::now();
        let network = self.devices.sum(buffer)?;
        let load = parse::load_average(buffer.open(Path::new("/proc/loadavg"))?);
        let memory = buffer.open(Path::new("/proc/meminfo"))?;
        let kib = |key| parse::keyed(memory, key).map(|kib| kib.saturating_mul(1024));
        let memory_total = kib(b"MemTotal:").ok_or_else(missing)?;
        let available = kib(b"MemAvailable:").ok_or_else(missing)?;
        let (storage_used, storage_total) = storage(&self.storage);
        let now = Last {
            at,
            busy,
            total,
            network,
        };
        let rates = self.last.replace(now).map(|old| now.since(&old));
        let (cpu, rx, tx) = rates.unwrap_or_default();
        Ok(HostStats {
            cpu_percent: round(cpu),
            cores: self.cores,
            memory_used_bytes: memory_total.saturating_sub(available),
            memory_total_bytes: memory_total,
            storage_used_bytes: storage_used,
            storage_total_bytes: storage_total,
            rx_per_second: whole(rx),
            tx_per_second: whole(tx),
            load1: load.unwrap_or_default(),
        })
    }
}

impl Last {
    fn since(&self, old: &Self) -> (f64, f64, f64) {
        let total = as_float(self.total.saturating_sub(old.total));
        let busy = as_float(self.busy.saturating_sub(old.busy));
        let cpu = if total > 0.0 {
            (busy / total * 100.0).clamp(0.0, 100.0)
        } else {
            0.0
        };
        let seconds = self.at.duration_since(old.at).as_secs_f64().max(0.001);
        let rate = |new: u64, old: u64| as_float(new.saturating_sub(old)) / seconds;
        (
            cpu,
            rate(self.network.0, old.network.0),
            rate(self.network.1, old.network.1),
        )
    }
}

/// Two digits behind the point.
pub(super) fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// Whole bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and rates are not negative"
)]
pub(super) fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// Used and total bytes of the file system that holds `path`, or would: the
/// folder may not have been made yet. As df(1), what is kept for root is not
/// counted as free.
fn storage(path: &Path) -> (u64, u64) {
    let found = path.ancestors().find_map(|p| rustix::fs::statvfs(p).ok());
    found.map_or((0, 0), |fs| {
        let used = fs.f_blocks.saturating_sub(fs.f_bfree);
        let total = used.saturating_add(fs.f_bavail);
        let bytes = |blocks: u64| blocks.saturating_mul(fs.f_frsize);
        (bytes(used), bytes(total))
    })
}

/// Which network devices are the machine's own. A bridge, a bond or a VLAN
/// carries the bytes of the devices below it a second time, so only those with
/// hardware count; on a machine without any (a container), all but the usual
/// suspects.
#[derive(Default)]
struct Devices {
    known: HashMap<Vec<u8>, bool>,
}

impl Devices {
    fn sum(&mut self, buffer: &mut Buffer) -> io::Result<(u64, u64)> {
        let text = buffer.open(Path::new("/proc/self/net/dev"))?;
        let mut hardware = false;
        let real = parse::net_dev(text, |name| {
            let counts = self.is_hardware(name);
            hardware |= counts;
            counts
        });
        if hardware {
            return Ok(real);
        }
        Ok(parse::net_dev(text, is_containers_own))
    }

    fn is_hardware(&mut self, name: &[u8]) -> bool {
        // Containers come and go; their ends of the cable need no look.
        if name == b"lo" || name.starts_with(b"veth") {
            return false;
        }
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        if self.known.len() >= MOST_NAMES {
            self.known.clear();
        }
        let found = std::str::from_utf8(name).is_ok_and(|name| {
            Path::new("/sys/class/net")
                .join(name)
                .join("device")
                .exists()
        });
        self.known.insert(name.to_owned(), found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_numbers() {
        let mut host = Host::new(Path::new("/no/such/folder/yet"));
        let mut buffer = Buffer::default();
        host.read(&mut buffer).expect("Linux");
        std::thread::sleep(std::time::Duration::from_millis(50));
        let stats = host.read(&mut buffer).expect("Linux");
        assert!((0.0..=100.0).contains(&stats.cpu_percent));
        assert!(stats.cores > 0 && stats.load1 >= 0.0);
        assert!(stats.memory_used_bytes > 0 && stats.memory_used_bytes < stats.memory_total_bytes);
        assert!(
            stats.storage_used_bytes > 0 && stats.storage_used_bytes <= stats.storage_total_bytes
        );
    }
}
