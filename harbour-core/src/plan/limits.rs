//! Checks of what a draft may use up.

use std::collections::HashSet;

use super::{MAX_OPTIONS, bounded, given};
use crate::draft::CreateDraft;
use crate::problem::{Problem, ProblemCode, shown};
use crate::spec::{Limits, Ulimit};

/// The engine takes no less: a container's first process would not start.
const MIN_MEMORY: i64 = 6 << 20;
/// More than any server has; keeps sums in range.
const MAX_BYTES: i64 = 1 << 50;
/// Least and most processors; the engine counts in hundredths.
const MIN_CPUS: f64 = 0.01;
const MAX_CPUS: f64 = 1024.0;
/// Weights the kernel takes (sched-design-CFS, `cpu.shares`).
const SHARES: std::ops::RangeInclusive<i64> = 2..=262_144;
/// Longest list of processors.
const MAX_CPUSET: usize = 256;
/// Most processes of Linux on 64 bits (`PID_MAX_LIMIT`).
const MAX_PIDS: i64 = 4_194_304;
/// Names of setrlimit(2) as the engine writes them.
const ULIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

pub(super) fn check(draft: &CreateDraft, out: &mut Vec<Problem>) -> Limits {
    let asked = &draft.limits;
    let mut bad = |field: &str, message: String| {
        out.push(Problem::new(field, ProblemCode::Invalid, message));
    };
    // 0 is how the engine writes "no limit".
    let set = |value: Option<i64>| value.filter(|&value| value != 0);
    let mut bytes = |field: &str, value: Option<i64>, least: i64| -> Option<u64> {
        let value = set(value)?;
        if !(least..=MAX_BYTES).contains(&value) {
            bad(
                field,
                format!(
                    "The size is from {} to 1 PiB, not {value} bytes.",
                    size(least)
                ),
            );
        }
        u64::try_from(value).ok()
    };
    let memory = bytes("memoryBytes", asked.memory_bytes, MIN_MEMORY);
    let memory_reservation = bytes(
        "memoryReservationBytes",
        asked.memory_reservation_bytes,
        MIN_MEMORY,
    );
    let shm_size = bytes("shmSizeBytes", asked.shm_size_bytes, 1);
    if let (Some(all), Some(reserved)) = (memory, memory_reservation)
        && reserved > all
    {
        let message = "No more can be reserved than the container may use.".to_owned();
        bad("memoryReservationBytes", message);
    }
    let memory_swap = set(asked.memory_swap_bytes);
    match (memory_swap, memory) {
        (Some(-1), _) | (None, _) => {}
        (Some(_), None) => bad(
            "memorySwapBytes",
            "Swap is limited together with memory; limit the memory too.".to_owned(),
        ),
        (Some(both), Some(memory)) => {
            let fits = u64::try_from(both).is_ok_and(|both| both >= memory) && both <= MAX_BYTES;
            if !fits {
                let message = "This is memory and swap together: at least as much as the memory, or -1 for no limit.";
                bad("memorySwapBytes", message.to_owned());
            }
        }
    }
    let nano_cpus = asked.cpus.filter(|&cpus| cpus != 0.0).and_then(|cpus| {
        if !(MIN_CPUS..=MAX_CPUS).contains(&cpus) {
            let message =
                format!("The number of processors is from {MIN_CPUS} to {MAX_CPUS}, not {cpus}.");
            bad("cpus", message);
            return None;
        }
        nano(cpus)
    });
    let cpu_shares = set(asked.cpu_shares).and_then(|shares| {
        if !SHARES.contains(&shares) {
            let (least, most) = SHARES.into_inner();
            bad(
                "cpuShares",
                format!("The weight is from {least} to {most}, not {shares}."),
            );
        }
        u32::try_from(shares).ok()
    });
    let cpuset = given(&asked.cpuset).map(str::to_owned);
    if let Some(text) = cpuset.as_deref().filter(|text| !is_cpuset(text)) {
        let text = shown(text);
        bad(
            "cpuset",
            format!("“{text}” is no list of processors like 0-3,6."),
        );
    }
    let pids = set(asked.pids_limit);
    if pids.is_some_and(|count| count != -1 && !(1..=MAX_PIDS).contains(&count)) {
        let message =
            format!("The number of processes is from 1 to {MAX_PIDS}, or -1 for no limit.");
        bad("pidsLimit", message);
    }
    Limits {
        memory,
        memory_reservation,
        memory_swap,
        nano_cpus,
        cpu_shares,
        cpuset,
        pids,
        shm_size,
        ulimits: check_ulimits(draft, out),
    }
}

fn check_ulimits(draft: &CreateDraft, out: &mut Vec<Problem>) -> Vec<Ulimit> {
    let mut list = Vec::new();
    let mut seen = HashSet::new();
    for (index, limit) in
        bounded("ulimits", &draft.limits.ulimits, MAX_OPTIONS, out).collect::<Vec<_>>()
    {
        let mut bad = |part: &str, code, message: String| {
            out.push(Problem::new(
                format!("ulimits.{index}.{part}"),
                code,
                message,
            ));
        };
        let name = limit.name.as_str();
        if !ULIMITS.contains(&name) {
            let message = format!(
                "“{}” is no limit of processes; they are {}.",
                shown(name),
                ULIMITS.join(", ")
            );
            bad("name", ProblemCode::Invalid, message);
        } else if !seen.insert(name) {
            let message = format!("{name} is listed twice.");
            bad("name", ProblemCode::Duplicate, message);
        }
        let hard = limit.hard.unwrap_or(limit.soft);
        for (part, value) in [("soft", limit.soft), ("hard", hard)] {
            if value < -1 {
                let message = format!("A limit is 0 or more, or -1 for none, not {value}.");
                bad(part, ProblemCode::Invalid, message);
            }
        }
        if hard != -1 && (limit.soft > hard || limit.soft == -1) {
            let message = "The soft limit can not be above the hard one.".to_owned();
            bad("soft", ProblemCode::Invalid, message);
        }
        list.push(Ulimit {
            name: limit.name.clone(),
            soft: limit.soft,
            hard,
        });
    }
    list
}

/// Billionths of processors, to the nearest thousandth as people write them.
fn nano(cpus: f64) -> Option<u64> {
    let thousandths = (cpus * 1000.0).round();
    // In range: the caller checked 0.01 to 1,024.
    format!("{thousandths:.0}")
        .parse::<u64>()
        .ok()?
        .checked_mul(1_000_000)
}

fn size(bytes: i64) -> String {
    if bytes % (1 << 20) == 0 {
        format!("{} MiB", bytes >> 20)
    } else {
        format!("{bytes} bytes")
    }
}

/// Numbers and ranges of numbers (cpuset(7), "List format").
fn is_cpuset(text: &str) -> bool {
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| !text.starts_with('+'));
    text.len() <= MAX_CPUSET
        && text.split(',').all(|part| match part.split_once('-') {
            Some((first, last)) => number(first)
                .zip(number(last))
                .is_some_and(|(first, last)| first <= last),
            None => number(part).is_some(),
        })
}
