//! Plans from drafts: what passes, and every problem on its field.

use super::*;
use crate::digest::Digest;
use crate::draft::{
    DeviceDraft, EnvDraft, GpuDraft, HealthcheckDraft, HostDraft, LimitsDraft, LoggingDraft,
    LookupDraft, MountDraft, NetworkDraft, PortDraft, ProcessDraft, RestartDraft, RightsDraft,
    UlimitDraft,
};
use crate::port::{PortHolder, Protocol};
use crate::problem::SuggestionValue;
use crate::spec::{MountKind, RestartPolicy};
use proptest::prelude::*;
use std::time::Duration;

mod access;
mod identity;
mod limits;
mod mounts;
mod network;
mod ports;
mod process;
mod rights;
mod settings;

const ID: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const OTHER_ID: &str = "sha256:9f86d081884c0000000000000000000000000000000000000000000000000000";

fn world() -> World {
    let port = |host, holder| PortUse {
        host,
        protocol: Protocol::Tcp,
        ip: "0.0.0.0".parse().unwrap(),
        holder,
    };
    let path = |path: &str, state| (path.to_owned(), state);
    World {
        protected: Vec::new(),
        container_names: vec!["/nginx".into(), "web".into()],
        ports: vec![
            port(8080, PortHolder::Container { name: "web".into() }),
            port(
                8081,
                PortHolder::Process {
                    name: None,
                    pid: None,
                },
            ),
        ],
        networks: vec!["lan".into(), "wan".into()],
        subnets: BTreeMap::from([(
            "lan".to_owned(),
            vec!["10.1.0.0/24".parse().unwrap(), "fd00::/64".parse().unwrap()],
        )]),
        joins: BTreeMap::from([
            ("web".to_owned(), Joined::default()),
            (
                "open".to_owned(),
                Joined {
                    host_network: true,
                    host_ipc: true,
                },
            ),
        ]),
        volume_paths: BTreeMap::from([("disguised".to_owned(), "/etc".to_owned())]),
        paths: BTreeMap::from([
            path("/srv/media", PathState::Directory),
            path("/srv/file", PathState::File),
            path("/srv/hidden", PathState::Unreadable),
            path("/etc", PathState::Directory),
            path("/srv/appdata/there", PathState::Directory),
            path("/srv/appdata/app/config", PathState::Missing),
        ]),
        resolved_paths: BTreeMap::new(),
        local_images: vec![
            "docker.io/library/nginx:latest".into(),
            ID.into(),
            OTHER_ID.into(),
            format!("docker.io/library/redis@{ID}"),
        ],
        app_data_root: "/srv/appdata/".into(),
    }
}

fn draft() -> CreateDraft {
    CreateDraft {
        image: "nginx".into(),
        ..CreateDraft::default()
    }
}

/// Problems as `field code`, in order.
fn problems(draft: &CreateDraft) -> Vec<String> {
    let problems = plan_create(draft, &world()).err().unwrap_or_default();
    assert!(
        problems
            .iter()
            .all(|p| p.message.ends_with('.') && p.message.len() < 700),
        "{problems:?}"
    );
    problems
        .iter()
        .map(|p| format!("{} {}", p.field, p.code.as_str()))
        .collect()
}

#[track_caller]
fn check(draft: CreateDraft, expected: &[&str]) {
    assert_eq!(problems(&draft), expected);
}

fn bind(source: &str) -> MountDraft {
    MountDraft {
        kind: "bind".into(),
        source: source.into(),
        target: "/data".into(),
        ..MountDraft::default()
    }
}

fn volume(source: &str, target: &str) -> MountDraft {
    MountDraft {
        kind: "volume".into(),
        source: source.into(),
        target: target.into(),
        ..MountDraft::default()
    }
}

fn port(container: i64, host: Option<i64>) -> PortDraft {
    PortDraft {
        container,
        host,
        ..PortDraft::default()
    }
}

fn only_problem(draft: &CreateDraft, world: &World) -> Problem {
    let mut problems = plan_create(draft, world).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

fn text(value: &str) -> Option<SuggestionValue> {
    Some(SuggestionValue::Text(value.into()))
}

#[test]
fn the_least_draft_takes_its_name_from_the_image() {
    let plan = plan_create(&draft(), &world()).unwrap();
    assert_eq!(plan.spec.name.as_str(), "nginx-2");
    assert_eq!(
        plan.spec.image.canonical(),
        "docker.io/library/nginx:latest"
    );
    assert!(plan.spec.start && !plan.pull && plan.risks.is_empty() && plan.make_dirs.is_empty());
}

#[test]
fn everything_arrives_in_the_spec() {
    let asked = CreateDraft {
        image: " ghcr.io/o/app:1 ".into(),
        name: Some("app".into()),
        ports: vec![PortDraft {
            container: 80,
            host: Some(9000),
            host_ip: Some("127.0.0.1".into()),
            protocol: Some("udp".into()),
            ..PortDraft::default()
        }],
        mounts: vec![
            MountDraft {
                target: "/config/".into(),
                create: true,
                ..bind("/srv//appdata/app/config/")
            },
            MountDraft {
                read_only: true,
                ..volume("cache", "/cache")
            },
        ],
        env: vec![
            EnvDraft {
                name: "TZ".into(),
                value: "a=b".into(),
            },
            EnvDraft {
                name: "EMPTY".into(),
                value: String::new(),
            },
        ],
        restart: Some(RestartDraft {
            policy: "on-failure".into(),
            max_retries: Some(3),
        }),
        healthcheck: Some(HealthcheckDraft {
            test: vec!["CMD-SHELL".into(), "true".into()],
            interval_seconds: Some(30),
            timeout_seconds: Some(86_400),
            retries: Some(100),
            start_period_seconds: Some(0),
        }),
        network: Some("lan".into()),
        command: vec!["serve".into(), String::new()],
        labels: vec![
            ("io.harbourmaster.icon".into(), "x".into()),
            ("a".into(), "b".into()),
        ],
        start: false,
        pull: None,
        privileged: true,
        pid_host: true,
        cap_add: vec!["cap_net_admin".into()],
        devices: vec![DeviceDraft {
            host: "/dev/dri/".into(),
            container: None,
            permissions: Some("rw".into()),
        }],
        confirm_risks: [
            "privileged",
            "host-pid",
            "capability:NET_ADMIN",
            "device:/dev/dri",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..CreateDraft::default()
    };
    let plan = plan_create(&asked, &world()).unwrap();
    let spec = &plan.spec;
    assert!(plan.pull && !spec.start && spec.privileged && spec.pid_host);
    assert_eq!(plan.make_dirs, ["/srv/appdata/app/config"]);
    assert_eq!(
        plan.risks.iter().map(Risk::name).collect::<Vec<_>>(),
        asked.confirm_risks
    );
    let published = &spec.ports[0];
    assert_eq!(
        (published.container, published.host, published.protocol),
        (80, Some(9000), Protocol::Udp)
    );
    assert_eq!(published.host_ip, Some("127.0.0.1".parse().unwrap()));
    assert_eq!(
        (
            spec.mounts[0].source.as_str(),
            spec.mounts[0].target.as_str()
        ),
        ("/srv/appdata/app/config", "/config")
    );
    assert_eq!(
        (spec.mounts[0].kind, spec.mounts[1].kind),
        (MountKind::Bind { create: true }, MountKind::Volume)
    );
    assert!(spec.mounts[1].read_only);
    assert_eq!(spec.env[0], ("TZ".to_owned(), "a=b".to_owned()));
    assert_eq!(
        spec.restart,
        RestartPolicy::OnFailure {
            max_retries: Some(3)
        }
    );
    let health = spec.healthcheck.as_ref().unwrap();
    assert_eq!(
        (health.interval, health.timeout),
        (
            Some(Duration::from_secs(30)),
            Some(Duration::from_secs(86_400))
        )
    );
    assert_eq!((health.start_period, health.retries), (None, Some(100)));
    assert_eq!(
        (
            spec.network.as_deref(),
            spec.command.len(),
            spec.labels.len()
        ),
        (Some("lan"), 2, 2)
    );
    assert_eq!(spec.cap_add, ["NET_ADMIN"]);
    assert_eq!(
        (
            spec.devices[0].host.as_str(),
            spec.devices[0].container.as_str(),
            spec.devices[0].permissions.as_str()
        ),
        ("/dev/dri", "/dev/dri", "rw")
    );
}

#[test]
fn all_problems_come_at_once() {
    check(
        CreateDraft {
            image: "Nginx".into(),
            name: Some("web".into()),
            ports: vec![port(80, Some(8080)), port(0, None)],
            mounts: vec![bind("/nowhere"), bind("/etc")],
            env: vec![EnvDraft::default()],
            restart: Some(RestartDraft {
                policy: "sometimes".into(),
                max_retries: None,
            }),
            network: Some("nolan".into()),
            privileged: true,
            ..draft()
        },
        &[
            "image invalid",
            "name name_taken",
            "ports.1.container invalid",
            "ports.0.host port_taken",
            "mounts.0.source path_missing",
            "mounts.1.target duplicate",
            "env.0.name required",
            "restart invalid",
            "network unknown_network",
            "privileged risk_not_confirmed",
            "mounts.1.source risk_not_confirmed",
        ],
    );
}

#[test]
fn too_many_entries_are_one_problem() {
    let many = |count: i64| {
        (1..=count)
            .map(|number| port(number, None))
            .collect::<Vec<_>>()
    };
    check(
        CreateDraft {
            ports: many(512),
            ..draft()
        },
        &[],
    );
    check(
        CreateDraft {
            ports: many(513),
            ..draft()
        },
        &["ports invalid"],
    );
    let mounts = (0..=MAX_MOUNTS)
        .map(|n| volume("vol", &format!("/{n}")))
        .collect();
    check(CreateDraft { mounts, ..draft() }, &["mounts invalid"]);
    let env = (0..=MAX_ENV)
        .map(|n| EnvDraft {
            name: n.to_string(),
            value: String::new(),
        })
        .collect();
    check(CreateDraft { env, ..draft() }, &["env invalid"]);
    let labels = (0..=MAX_LABELS)
        .map(|n| (n.to_string(), String::new()))
        .collect();
    check(CreateDraft { labels, ..draft() }, &["labels invalid"]);
    check(
        CreateDraft {
            command: vec!["x".into(); MAX_WORDS + 1],
            ..draft()
        },
        &["command invalid"],
    );
}

#[test]
fn a_preview_tells_what_it_knows() {
    let wish = CreateDraft {
        name: Some("web".into()),
        mounts: vec![bind("/etc")],
        ports: vec![port(80, None), port(0, None)],
        ..draft()
    };
    let preview = preview_create(&wish, &world());
    assert_eq!(
        (
            preview.name.as_str(),
            preview.image_local,
            preview.ports.len()
        ),
        ("web-2", true, 1)
    );
    assert_eq!(preview.risks, [Risk::SystemPath("/etc".into())]);
    assert_eq!((preview.problems.len(), preview.plan), (3, None));
    assert_eq!(
        preview_create(&CreateDraft::default(), &world())
            .name
            .as_str(),
        "container"
    );
}

fn any_draft() -> impl Strategy<Value = CreateDraft> {
    let word = || {
        prop_oneof![
            "\\PC{0,12}",
            Just("/etc".to_owned()),
            Just("/srv/appdata/x".to_owned()),
            Just("host".to_owned()),
            Just("nginx".to_owned())
        ]
    };
    let port = (
        any::<i64>(),
        proptest::option::of(-1..70_000_i64),
        proptest::option::of(word()),
        proptest::option::of(-1..600_i64),
        proptest::option::of(-1..600_i64),
    )
        .prop_map(|(container, host, host_ip, length, host_length)| {
            let container = container % 70_000;
            PortDraft {
                container,
                container_end: length.map(|length| container + length),
                host,
                host_end: host_length.map(|length| host.unwrap_or_default() + length),
                host_ip,
                protocol: None,
            }
        });
    let mount = (
        prop_oneof![Just("bind".to_owned()), Just("volume".to_owned()), word()],
        word(),
        word(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(kind, source, target, read_only, create)| MountDraft {
            kind,
            source,
            target,
            read_only,
            create,
            ..MountDraft::default()
        });
    let device = (
        word(),
        proptest::option::of(word()),
        proptest::option::of("[rwmx]{0,4}"),
    )
        .prop_map(|(host, container, permissions)| DeviceDraft {
            host,
            container,
            permissions,
        });
    let more = (
        prop_oneof![
            Just(None),
            Just(Some("container:open".to_owned())),
            Just(Some("host".to_owned())),
            proptest::option::of(word())
        ],
        proptest::option::of(any::<i64>()),
        proptest::option::of(any::<f64>()),
        proptest::collection::vec(
            prop_oneof![
                Just("seccomp=unconfined".to_owned()),
                Just("no-new-privileges".to_owned()),
                word()
            ],
            0..3,
        ),
        any::<bool>(),
    );
    let few = 0..4_usize;
    (
        (
            word(),
            proptest::option::of(word()),
            proptest::option::of(word()),
            any::<bool>(),
            any::<bool>(),
        ),
        proptest::collection::vec(port, few.clone()),
        proptest::collection::vec(mount, few.clone()),
        proptest::collection::vec(device, few.clone()),
        proptest::collection::vec(
            prop_oneof![Just("NET_ADMIN".to_owned()), word()],
            few.clone(),
        ),
        proptest::collection::vec((word(), word()), few),
        more,
    )
        .prop_map(
            |(
                (image, name, network, privileged, pid_host),
                ports,
                mounts,
                devices,
                cap_add,
                pairs,
                (ipc, number, cpus, security_opt, gpus),
            )| CreateDraft {
                rights: RightsDraft {
                    ipc,
                    security_opt,
                    gpus: gpus.then(GpuDraft::default),
                    sysctls: pairs.clone(),
                    ..RightsDraft::default()
                },
                limits: LimitsDraft {
                    memory_bytes: number,
                    memory_swap_bytes: number,
                    pids_limit: number,
                    cpus,
                    ..LimitsDraft::default()
                },
                image,
                name,
                network,
                privileged,
                pid_host,
                ports,
                mounts,
                devices,
                cap_add,
                env: pairs
                    .iter()
                    .map(|(name, value)| EnvDraft {
                        name: name.clone(),
                        value: value.clone(),
                    })
                    .collect(),
                labels: pairs,
                ..CreateDraft::default()
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever comes in, there is a plan or a problem; and a plan never holds a risk nobody confirmed.
    #[test]
    fn a_plan_or_problems_never_both_never_neither(wish in any_draft()) {
        let preview = preview_create(&wish, &world());
        prop_assert_eq!(preview.plan.is_some(), preview.problems.is_empty());
        if let Some(plan) = &preview.plan {
            prop_assert_eq!(crate::risk::assess(&plan.spec, &[]), vec![]);
            prop_assert!(plan.make_dirs.iter().all(|path| path.starts_with("/srv/appdata/")));
            prop_assert_eq!(plan.spec.mounts.len(), wish.mounts.len());
        }
        prop_assert_eq!(&preview, &preview_create(&wish, &world()));
    }

    /// Confirming exactly what is asked for removes exactly those problems.
    #[test]
    fn confirming_what_is_named_is_enough(wish in any_draft()) {
        let before = preview_create(&wish, &world());
        let confirm_risks = before.problems.iter().filter_map(|problem| problem.risk.clone()).collect();
        let after = preview_create(&CreateDraft { confirm_risks, ..wish }, &world());
        let rest: Vec<Problem> = before.problems.into_iter().filter(|problem| problem.risk.is_none()).collect();
        prop_assert_eq!(after.problems, rest);
        prop_assert_eq!(after.risks, before.risks);
    }
}
