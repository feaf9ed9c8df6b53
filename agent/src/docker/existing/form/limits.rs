//! What a container may use at most.

use harbour_core::draft::{LimitsDraft, UlimitDraft};
use serde_json::Value;

use crate::docker::existing::text;

/// Shared memory the engine gives when nothing was asked for, in bytes.
const DEFAULT_SHM: i64 = 64 << 20;

pub(super) fn limits(host: &Value) -> LimitsDraft {
    let number = |key: &str| host[key].as_i64().filter(|&number| number != 0);
    let memory = number("Memory");
    // Twice the memory is what the engine makes of it by itself.
    let by_itself = memory.map(|memory| memory.saturating_mul(2));
    let ulimit = |limit: &Value| {
        let soft = limit["Soft"].as_i64()?;
        Some(UlimitDraft {
            name: text(&limit["Name"])?,
            soft,
            hard: limit["Hard"].as_i64().filter(|&hard| hard != soft),
        })
    };
    LimitsDraft {
        memory_bytes: memory,
        memory_reservation_bytes: number("MemoryReservation"),
        memory_swap_bytes: number("MemorySwap")
            .filter(|_| memory.is_some())
            .filter(|&both| Some(both) != by_itself),
        cpus: number("NanoCpus").map(processors),
        cpu_shares: number("CpuShares"),
        cpuset: text(&host["CpusetCpus"]),
        pids_limit: number("PidsLimit"),
        shm_size_bytes: number("ShmSize").filter(|&size| size != DEFAULT_SHM),
        ulimits: host["Ulimits"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(ulimit)
            .collect(),
    }
}

/// From billionths, to the thousandth as people write it.
fn processors(nano: i64) -> f64 {
    let thousandths = i32::try_from(nano / 1_000_000).unwrap_or(i32::MAX);
    f64::from(thousandths) / 1000.0
}
