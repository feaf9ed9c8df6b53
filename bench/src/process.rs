//! What processes cost: CPU time, memory and descriptors, from `/proc`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::fault::{Fault, Outcome};

/// Clock ticks in a second; fixed at 100 by the Linux ABI (proc(5), `stat`).
const TICK: Duration = Duration::from_millis(10);

fn read(pid: u32, name: &str) -> Outcome<String> {
    let path = format!("/proc/{pid}/{name}");
    fs::read_to_string(&path).map_err(Fault::system(path))
}

/// User and system time of all threads so far. The kernel counts precisely and
/// tells it in steps of 10 ms.
pub(crate) fn cpu(pid: u32) -> Outcome<Duration> {
    let stat = read(pid, "stat")?;
    // The name, in parentheses, may hold anything; fields count from after it.
    let after = stat.rfind(')').map_or("", |at| &stat[at + 1..]);
    let mut fields = after.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next().and_then(|f| f.parse::<u32>().ok());
    match (ticks(), ticks()) {
        (Some(user), Some(system)) => Ok(TICK * (user + system)),
        _ => Err(Fault::answer(format!("/proc/{pid}/stat"), &stat)),
    }
}

/// Time of several processes; those that have gone count for nothing.
pub(crate) fn cpu_of(pids: &[u32]) -> Duration {
    pids.iter().filter_map(|&pid| cpu(pid).ok()).sum()
}

/// Resident memory in bytes.
pub(crate) fn resident(pid: u32) -> Outcome<u64> {
    let status = read(pid, "status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes
        .map(|kb| kb * 1024)
        .ok_or_else(|| Fault::answer(format!("/proc/{pid}/status"), "no VmRSS"))
}

/// Open descriptors.
pub(crate) fn descriptors(pid: u32) -> Outcome<usize> {
    let path = format!("/proc/{pid}/fd");
    Ok(fs::read_dir(&path).map_err(Fault::system(path))?.count())
}

/// The engine, its containerd and the shims of its containers: every process
/// whose command line names the engine's directory, but for `except`.
pub(crate) fn engine_family(dir: &Path, except: u32) -> Outcome<Vec<u32>> {
    let dir = dir.to_string_lossy();
    let mut family = Vec::new();
    for entry in fs::read_dir("/proc")
        .map_err(Fault::system("/proc"))?
        .flatten()
    {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else {
            continue;
        };
        // A process that ends between the two looks is none of the family.
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        let program = line.split('\0').next().unwrap_or_default();
        let ours = ["dockerd", "containerd", "containerd-shim-runc-v2"]
            .iter()
            .any(|name| program.ends_with(name));
        if ours && pid != except && line.contains(&*dir) {
            family.push(pid);
        }
    }
    Ok(family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_can_be_read() {
        let me = std::process::id();
        let before = cpu(me).expect("readable");
        let mut sum = 0_u64;
        while cpu(me).expect("readable") < before + Duration::from_millis(20) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(resident(me).expect("readable") > 1 << 20);
        assert!(descriptors(me).expect("readable") >= 3);
    }
}
