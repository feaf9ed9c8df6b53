//! Memory, processors and limits of processes.

use super::*;

fn limits(limits: LimitsDraft) -> CreateDraft {
    CreateDraft { limits, ..draft() }
}

#[test]
fn limits_within_reason() {
    let plan = plan_create(
        &limits(LimitsDraft {
            memory_bytes: Some(6 << 20),
            memory_reservation_bytes: Some(6 << 20),
            memory_swap_bytes: Some(12 << 20),
            cpus: Some(1.5),
            cpu_shares: Some(2),
            cpuset: Some("0-3,6".into()),
            pids_limit: Some(-1),
            shm_size_bytes: Some(1 << 30),
            ulimits: Vec::new(),
        }),
        &world(),
    )
    .unwrap();
    assert_eq!(plan.spec.limits.nano_cpus, Some(1_500_000_000));
    assert_eq!(plan.spec.limits.memory_swap, Some(12 << 20));
    // The engine writes 0 for "no limit"; a form filled from it may hold that.
    let none = LimitsDraft {
        memory_bytes: Some(0),
        memory_swap_bytes: Some(0),
        cpus: Some(0.0),
        cpu_shares: Some(0),
        pids_limit: Some(0),
        ..LimitsDraft::default()
    };
    let plan = plan_create(&limits(none), &world()).unwrap();
    assert_eq!(plan.spec.limits, crate::spec::Limits::default());
}

#[test]
fn limits_beyond_it() {
    check(
        limits(LimitsDraft {
            memory_bytes: Some((6 << 20) - 1),
            memory_reservation_bytes: Some(i64::MAX),
            memory_swap_bytes: Some(-2),
            cpus: Some(f64::NAN),
            cpu_shares: Some(1),
            cpuset: Some("3-0".into()),
            pids_limit: Some(-2),
            shm_size_bytes: Some(-1),
            ulimits: Vec::new(),
        }),
        &[
            "memoryBytes invalid",
            "memoryReservationBytes invalid",
            "shmSizeBytes invalid",
            "memoryReservationBytes invalid",
            "memorySwapBytes invalid",
            "cpus invalid",
            "cpuShares invalid",
            "cpuset invalid",
            "pidsLimit invalid",
        ],
    );
    let swap = |memory, swap| {
        limits(LimitsDraft {
            memory_bytes: memory,
            memory_swap_bytes: Some(swap),
            ..LimitsDraft::default()
        })
    };
    check(swap(None, 1 << 30), &["memorySwapBytes invalid"]);
    check(swap(Some(1 << 30), 1 << 29), &["memorySwapBytes invalid"]);
    check(swap(None, -1), &[]);
}

#[test]
fn limits_of_processes() {
    let ulimit = |name: &str, soft, hard| UlimitDraft {
        name: name.into(),
        soft,
        hard,
    };
    check(
        limits(LimitsDraft {
            ulimits: vec![
                ulimit("nofile", 1024, Some(-1)),
                ulimit("nofile", 1, None),
                ulimit("files", 1, None),
                ulimit("core", -1, Some(0)),
                ulimit("nproc", -2, None),
            ],
            ..LimitsDraft::default()
        }),
        &[
            "ulimits.1.name duplicate",
            "ulimits.2.name invalid",
            "ulimits.3.soft invalid",
            "ulimits.4.soft invalid",
            "ulimits.4.hard invalid",
        ],
    );
}
