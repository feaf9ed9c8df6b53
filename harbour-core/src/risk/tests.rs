//! What counts as a risk, and that nothing passes without its name.

use super::*;
use crate::image_ref::ImageRef;
use crate::problem::ProblemCode;
use crate::spec::{ImageSource, RestartPolicy};
use proptest::prelude::*;

fn spec() -> ContainerSpec {
    ContainerSpec {
        image: ImageSource::Reference(ImageRef::parse("nginx").unwrap()),
        name: "nginx".parse().unwrap(),
        ports: Vec::new(),
        mounts: Vec::new(),
        env: Vec::new(),
        restart: RestartPolicy::No,
        healthcheck: None,
        network: None,
        resolved_network: None,
        networks: Vec::new(),
        command: Vec::new(),
        labels: std::collections::BTreeMap::new(),
        privileged: false,
        pid_host: false,
        cap_add: Vec::new(),
        devices: Vec::new(),
        process: Default::default(),
        lookup: Default::default(),
        rights: Default::default(),
        resolved_ipc: None,
        limits: Default::default(),
        logging: None,
        auto_remove: false,
        start: true,
    }
}

fn bind(source: &str) -> Mount {
    Mount {
        kind: MountKind::Bind { create: false },
        source: source.into(),
        resolved_source: None,
        target: "/data".into(),
        read_only: false,
    }
}

fn names(mount: Mount) -> Vec<String> {
    let spec = ContainerSpec {
        mounts: vec![mount],
        ..spec()
    };
    assess(&spec, &[])
        .iter()
        .map(|(risk, _)| risk.name())
        .collect()
}

#[test]
fn system_paths_count_however_they_are_written() {
    for (source, name) in [
        ("/", "/"),
        ("//", "/"),
        ("/srv/..", "/"),
        ("/etc", "/etc"),
        ("/etc/../etc/", "/etc"),
        ("/srv/./../etc//nginx/", "/etc/nginx"),
        ("etc", "/etc"),
        ("/boot/grub", "/boot/grub"),
        ("/dev/shm", "/dev/shm"),
        ("/proc/1", "/proc/1"),
        ("/sys", "/sys"),
        ("/usr/local", "/usr/local"),
        ("/bin", "/bin"),
        ("/sbin/init", "/sbin/init"),
        ("/lib64", "/lib64"),
        ("/root/.ssh", "/root/.ssh"),
        ("/home", "/home"),
        ("/run", "/run"),
        ("/var/run", "/var/run"),
        ("/var", "/var"),
        ("/var/lib", "/var/lib"),
        ("/var/lib/docker/volumes", "/var/lib/docker/volumes"),
    ] {
        assert_eq!(
            names(bind(source)),
            [format!("system-path:{name}")],
            "{source}"
        );
    }
}

#[test]
fn a_person_s_own_folders_are_no_risk() {
    for source in [
        "/srv",
        "/srv/appdata/x",
        "/home/ann",
        "/mnt/disk",
        "/media",
        "/opt/app",
        "/var/log",
        "/etcetera",
        "/run/udev",
        "/rooty",
        "/var/lib/dockerish",
    ] {
        assert_eq!(names(bind(source)), [""; 0], "{source}");
    }
}

#[test]
fn engine_sockets_count_under_every_path() {
    for source in [
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run/user/1000/docker.sock",
        "/run/user/1000/podman/podman.sock",
        "/run/containerd/containerd.sock",
        "/run/containerd",
        "/srv/links/docker.sock",
        "/var/run/../run/docker.sock/",
    ] {
        assert_eq!(names(bind(source)), ["docker-socket"], "{source}");
    }
}

#[test]
fn only_the_time_zone_may_be_read_freely() {
    let read_only = |source| Mount {
        read_only: true,
        ..bind(source)
    };
    assert_eq!(names(read_only("/etc/localtime")), [""; 0]);
    assert_eq!(names(read_only("/etc/timezone/")), [""; 0]);
    assert_eq!(
        names(bind("/etc/localtime")),
        ["system-path:/etc/localtime"]
    );
    assert_eq!(names(read_only("/etc/shadow")), ["system-path:/etc/shadow"]);
    // Debian's localtime is a link into /usr.
    let linked = Mount {
        resolved_source: Some("/usr/share/zoneinfo/UTC".into()),
        ..read_only("/etc/localtime")
    };
    assert_eq!(names(linked), [""; 0]);
}

#[test]
fn a_link_is_judged_by_where_it_leads_too() {
    let link = |source, real: &str| {
        names(Mount {
            resolved_source: Some(real.into()),
            ..bind(source)
        })
    };
    assert_eq!(link("/srv/appdata/x", "/etc"), ["system-path:/etc"]);
    assert_eq!(
        link("/srv/appdata/x", "/run/docker.sock"),
        ["docker-socket"]
    );
    assert_eq!(
        link("/usr/local/x", "/run/docker.sock"),
        ["system-path:/usr/local/x", "docker-socket"]
    );
    assert_eq!(link("/var/run", "/run"), ["system-path:/var/run"]);
    assert_eq!(
        link("/var/run/docker.sock", "/run/docker.sock"),
        ["docker-socket"]
    );
    assert_eq!(link("/srv/a", "/mnt/a"), [""; 0]);
}

#[test]
fn a_volume_is_free_but_a_path_is_no_volume() {
    let volume = |source| {
        names(Mount {
            kind: MountKind::Volume,
            ..bind(source)
        })
    };
    assert_eq!(volume("etc"), [""; 0]);
    assert_eq!(volume("/etc"), ["system-path:/etc"]);
    assert_eq!(volume("../etc"), ["system-path:/etc"]);
}

#[test]
fn every_other_power_has_its_name_and_field() {
    let spec = ContainerSpec {
        privileged: true,
        pid_host: true,
        network: Some("host".into()),
        cap_add: vec!["cap_net_admin".into(), "ALL".into()],
        devices: vec![Device {
            host: "/dev//dri/".into(),
            container: "/dev/dri".into(),
            permissions: "rwm".into(),
        }],
        mounts: vec![bind("/srv/a"), bind("/etc")],
        ..spec()
    };
    let found: Vec<(String, String)> = assess(&spec, &[])
        .into_iter()
        .map(|(risk, field)| (risk.name(), field))
        .collect();
    let expected = [
        ("privileged", "privileged"),
        ("host-network", "network"),
        ("host-pid", "pidHost"),
        ("system-path:/etc", "mounts.1.source"),
        ("capability:NET_ADMIN", "capAdd.0"),
        ("capability:ALL", "capAdd.1"),
        ("device:/dev/dri", "devices.0.host"),
    ];
    assert_eq!(
        found,
        expected.map(|(risk, field)| (risk.to_owned(), field.to_owned()))
    );

    // Each one is asked for as long as its own name is missing.
    let all: Vec<String> = found.iter().map(|(risk, _)| risk.clone()).collect();
    assert_eq!(require_confirmed(&spec, &[], &all), Ok(()));
    for left_out in &all {
        let some: Vec<String> = all
            .iter()
            .filter(|name| *name != left_out)
            .cloned()
            .collect();
        let problems = require_confirmed(&spec, &[], &some).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(
            (problems[0].code, problems[0].risk.as_ref()),
            (ProblemCode::RiskNotConfirmed, Some(left_out))
        );
    }
    assert_eq!(
        require_confirmed(&spec, &[], &["PRIVILEGED".into(), "system-path:/".into()])
            .unwrap_err()
            .len(),
        all.len()
    );
}

#[test]
fn explanations_are_single_sentences() {
    let path = |path: &str| Risk::SystemPath(path.into());
    let risks = [
        Risk::Privileged,
        Risk::HostNetwork,
        Risk::HostPid,
        Risk::HostIpc,
        Risk::Gpu,
        Risk::SecurityOpt("seccomp=unconfined".into()),
        Risk::DockerSocket,
        Risk::Capability("ALL".into()),
        Risk::Capability("SYS_TIME".into()),
        Risk::Device("/dev/sda".into()),
        path("/"),
        path("/etc"),
    ];
    let texts: std::collections::HashSet<String> = risks.iter().map(Risk::explain).collect();
    assert_eq!(texts.len(), risks.len());
    assert!(
        texts
            .iter()
            .all(|text| text.ends_with('.') && text.matches(". ").count() == 0)
    );
}

proptest! {
    /// However a path is decorated, what it means decides.
    #[test]
    fn decoration_changes_nothing(
        base in prop_oneof![Just("/etc"), Just("/"), Just("/var/run/docker.sock"), Just("/srv/x"), Just("/usr/lib"), Just("/home/ann")],
        decoration in proptest::collection::vec(prop_oneof![Just("/."), Just("/"), Just("/zz/.."), Just("/a/b/../..")], 0..5),
        in_front: bool,
    ) {
        let extra = decoration.concat();
        let source = if in_front { format!("{extra}{base}") } else { format!("{base}{extra}") };
        prop_assert_eq!(names(bind(&source)), names(bind(base)));
    }

    #[test]
    fn nothing_below_or_above_a_system_tree_is_free(tree in 0..SYSTEM_TREES.len(), rest in "(/[a-z]{1,5}){0,3}") {
        let path = format!("{}{rest}", SYSTEM_TREES[tree]);
        prop_assert!(!names(bind(&path)).is_empty());
        let mut parent = SYSTEM_TREES[tree];
        while let Some((up, _)) = parent.rsplit_once('/') {
            prop_assert!(!names(bind(up)).is_empty(), "{}", up);
            parent = up;
        }
    }

    #[test]
    fn assessing_never_panics(source in "\\PC*", resolved in proptest::option::of("\\PC*"), volume: bool) {
        let kind = if volume { MountKind::Volume } else { MountKind::Bind { create: false } };
        let spec = ContainerSpec { mounts: vec![Mount { kind, resolved_source: resolved, ..bind(&source) }], ..spec() };
        let confirmed: Vec<String> = assess(&spec, &[]).iter().map(|(risk, _)| risk.name()).collect();
        prop_assert_eq!(require_confirmed(&spec, &[], &confirmed), Ok(()));
    }
}

#[test]
fn folders_of_this_installation_count_too() {
    let mut spec = spec();
    spec.mounts = vec![Mount {
        kind: MountKind::Bind { create: false },
        source: "/opt/harbour/data/tls".to_owned(),
        resolved_source: None,
        target: "/x".to_owned(),
        read_only: true,
    }];
    assert_eq!(assess(&spec, &[]), vec![]);
    let protected = ["/opt/harbour/data".to_owned()];
    let found = assess(&spec, &protected);
    assert_eq!(found[0].0.name(), "system-path:/opt/harbour/data/tls");
    assert!(require_confirmed(&spec, &protected, &[]).is_err());
}

#[test]
fn what_hides_behind_something_else_is_told() {
    let risks = |spec: &ContainerSpec| -> Vec<(String, String)> {
        assess(spec, &[])
            .into_iter()
            .map(|(risk, field)| (risk.name(), field))
            .collect()
    };
    let risk = |name: &str, field: &str| (name.to_owned(), field.to_owned());
    let mut joined = spec();
    joined.network = Some("container:web".into());
    joined.rights.ipc = Some("container:web".into());
    assert_eq!(risks(&joined), []);
    joined.resolved_network = Some("host".into());
    joined.resolved_ipc = Some("host".into());
    assert_eq!(
        risks(&joined),
        [risk("host-network", "network"), risk("host-ipc", "ipc")]
    );

    let volume = Mount {
        kind: MountKind::Volume,
        resolved_source: Some("/etc/".into()),
        ..bind("disguised")
    };
    assert_eq!(names(volume), ["system-path:/etc"]);
    let memory = Mount {
        kind: MountKind::Tmpfs {
            size_bytes: None,
            mode: None,
        },
        ..bind("")
    };
    assert_eq!(names(memory), Vec::<String>::new());
}
