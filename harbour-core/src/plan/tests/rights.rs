//! Rights beyond the usual, or fewer.

use super::*;

fn rights(rights: RightsDraft) -> CreateDraft {
    CreateDraft { rights, ..draft() }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn fewer_rights_need_no_consent() {
    check(
        rights(RightsDraft {
            cap_drop: words(&["all", "CAP_NET_RAW"]),
            security_opt: words(&["no-new-privileges"]),
            group_add: words(&["video", "44"]),
            read_only: true,
            ipc: Some("private".into()),
            sysctls: vec![("net.core.somaxconn".into(), "1024".into())],
            gpus: None,
        }),
        &[],
    );
}

#[test]
fn more_rights_are_named() {
    let risky = RightsDraft {
        security_opt: words(&["seccomp=unconfined", "apparmor:unconfined"]),
        ipc: Some("host".into()),
        gpus: Some(GpuDraft::default()),
        ..RightsDraft::default()
    };
    let expected = [
        "ipc risk_not_confirmed",
        "gpus risk_not_confirmed",
        "securityOpt.0 risk_not_confirmed",
        "securityOpt.1 risk_not_confirmed",
    ];
    check(rights(risky.clone()), &expected);
    let confirmed = CreateDraft {
        confirm_risks: words(&[
            "host-ipc",
            "gpu",
            "security-opt:seccomp=unconfined",
            "security-opt:apparmor=unconfined",
        ]),
        ..rights(risky)
    };
    check(confirmed, &[]);
    let joined = |name: &str| {
        rights(RightsDraft {
            ipc: Some(format!("container:{name}")),
            ..RightsDraft::default()
        })
    };
    check(joined("web"), &[]);
    check(joined("nobody"), &["ipc invalid"]);
    check(joined("open"), &["ipc risk_not_confirmed"]);
    // A volume that stands for a path of the system is that path.
    check(
        CreateDraft {
            mounts: vec![volume("disguised", "/x")],
            ..draft()
        },
        &["mounts.0.source risk_not_confirmed"],
    );
}

#[test]
fn rights_that_are_none() {
    check(
        rights(RightsDraft {
            cap_drop: words(&["fly"]),
            security_opt: words(&["hardened"]),
            group_add: words(&["a b"]),
            ipc: Some("public".into()),
            sysctls: vec![
                ("kernel.panic".into(), "1".into()),
                ("net.".into(), "1".into()),
                ("net.a".into(), String::new()),
                ("net.b".into(), "1".into()),
                ("net.b".into(), "2".into()),
            ],
            gpus: Some(GpuDraft {
                count: Some(0),
                driver: Some("a b".into()),
                capabilities: words(&["gpu", ""]),
                ..GpuDraft::default()
            }),
            read_only: false,
        }),
        &[
            "capDrop.0 invalid",
            "securityOpt.0 invalid",
            "groupAdd.0 invalid",
            "ipc invalid",
            "gpus.capabilities.1 invalid",
            "gpus.driver invalid",
            "gpus.count invalid",
            "sysctls.kernel.panic invalid",
            "sysctls.net. invalid",
            "sysctls.net.a invalid",
            "sysctls.net.b duplicate",
            "gpus risk_not_confirmed",
            "securityOpt.0 risk_not_confirmed",
        ],
    );
    let gpus = |count, ids: &[&str]| GpuDraft {
        count,
        device_ids: words(ids),
        ..GpuDraft::default()
    };
    let with = |gpus| CreateDraft {
        confirm_risks: words(&["gpu"]),
        ..rights(RightsDraft {
            gpus: Some(gpus),
            ..RightsDraft::default()
        })
    };
    check(with(gpus(Some(1), &["0"])), &["gpus.count invalid"]);
    check(with(gpus(Some(-1), &[])), &[]);
    check(with(gpus(None, &["GPU-1a2b", "1"])), &[]);
    check(
        CreateDraft {
            network: Some("host".into()),
            confirm_risks: words(&["host-network"]),
            ..rights(RightsDraft {
                sysctls: vec![("net.ipv4.ip_forward".into(), "1".into())],
                ..RightsDraft::default()
            })
        },
        &["sysctls.net.ipv4.ip_forward invalid"],
    );
}
