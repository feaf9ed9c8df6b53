//! Bind mounts, volumes and links.

use super::*;

#[test]
fn bind_sources_exist_or_may_be_made() {
    let mounts = |mount: MountDraft| CreateDraft {
        name: Some("app".into()),
        mounts: vec![mount],
        ..draft()
    };
    let create = |source: &str| {
        mounts(MountDraft {
            create: true,
            ..bind(source)
        })
    };
    for source in [
        "/srv/media",
        "/srv/file",
        "/srv/hidden",
        "/srv/appdata/there/",
        "/srv/x/../media",
    ] {
        check(mounts(bind(source)), &[]);
    }
    check(mounts(bind("")), &["mounts.0.source required"]);
    check(mounts(bind("media")), &["mounts.0.source invalid"]);
    check(mounts(bind("/a\0b")), &["mounts.0.source invalid"]);
    check(
        mounts(bind(&format!("/{}", "a".repeat(MAX_PATH_LEN)))),
        &["mounts.0.source invalid"],
    );
    check(
        mounts(MountDraft {
            kind: "npipe".into(),
            ..bind("/srv/media")
        }),
        &["mounts.0.type invalid"],
    );
    check(create("/srv/hidden"), &["mounts.0.source invalid"]);
    check(create("/srv/appdata/x/../y"), &["mounts.0.source invalid"]);
    check(
        create("/srv/appdata/../other"),
        &["mounts.0.source invalid"],
    );
    check(create("/srv/appdata"), &["mounts.0.source path_missing"]);
    check(create("/srv/appdata2/x"), &["mounts.0.source path_missing"]);

    let problem = only_problem(&mounts(bind("/srv/appdata/app/config")), &world());
    assert!(
        problem.message.contains("create: true"),
        "{}",
        problem.message
    );
    assert_eq!(
        problem.suggestion.map(|s| s.value),
        text("/srv/appdata/app/config")
    );
    for wish in [mounts(bind("/mnt/films")), create("/mnt/films")] {
        let problem = only_problem(&wish, &world());
        assert!(
            problem.message.contains("/srv/appdata") && !problem.message.contains("create: true")
        );
        assert_eq!(
            problem.suggestion.map(|s| s.value),
            text("/srv/appdata/app/films")
        );
    }
    assert_eq!(
        plan_create(&create("/srv/appdata/new/a"), &world())
            .unwrap()
            .make_dirs,
        ["/srv/appdata/new/a"]
    );
    assert_eq!(
        plan_create(&create("/srv/appdata/there"), &world())
            .unwrap()
            .make_dirs,
        [""; 0]
    );
    for root in ["", "/", "//"] {
        let rootless = World {
            app_data_root: root.into(),
            ..world()
        };
        assert_eq!(
            only_problem(&create("/srv/appdata/new"), &rootless).code,
            ProblemCode::PathMissing
        );
    }
}

#[test]
fn links_neither_hide_a_risk_nor_lead_out_of_the_root() {
    let resolved = |pairs: &[(&str, &str)]| World {
        resolved_paths: pairs
            .iter()
            .map(|(path, real)| ((*path).to_owned(), (*real).to_owned()))
            .collect(),
        ..world()
    };
    let there = CreateDraft {
        mounts: vec![bind("/srv/appdata/there")],
        ..draft()
    };
    let problem = only_problem(&there, &resolved(&[("/srv/appdata/there", "/etc")]));
    assert_eq!(
        (problem.field.as_str(), problem.risk.as_deref()),
        ("mounts.0.source", Some("system-path:/etc"))
    );
    assert!(plan_create(&there, &resolved(&[("/srv/appdata/there", "/mnt/x")])).is_ok());

    let new = CreateDraft {
        mounts: vec![MountDraft {
            create: true,
            ..bind("/srv/appdata/l/new")
        }],
        ..draft()
    };
    let out = resolved(&[("/srv/appdata/l/new", "/mnt/new")]);
    assert_eq!(only_problem(&new, &out).code, ProblemCode::PathMissing);
    let moved = resolved(&[
        ("/srv/appdata/l/new", "/mnt/big/l/new"),
        ("/srv/appdata", "/mnt/big"),
    ]);
    assert_eq!(
        plan_create(&new, &moved).unwrap().make_dirs,
        ["/srv/appdata/l/new"]
    );
}

#[test]
fn volumes_and_targets() {
    let mounts = |mounts: &[MountDraft]| CreateDraft {
        mounts: mounts.to_vec(),
        ..draft()
    };
    check(
        mounts(&[volume("data.v-1_x", "/a"), volume("data", "/b")]),
        &[],
    );
    for (name, expected) in [
        ("", "required"),
        ("/etc", "invalid"),
        ("../etc", "invalid"),
        ("x", "invalid"),
        (".x", "invalid"),
        ("a b", "invalid"),
        ("a:b", "invalid"),
    ] {
        check(
            mounts(&[volume(name, "/a")]),
            &[&format!("mounts.0.source {expected}")],
        );
    }
    check(
        mounts(&[volume(&"v".repeat(256), "/a")]),
        &["mounts.0.source invalid"],
    );
    for (target, expected) in [
        ("", "required"),
        ("data", "invalid"),
        ("/", "invalid"),
        ("/x/..", "invalid"),
        ("/a\0", "invalid"),
    ] {
        check(
            mounts(&[volume("data", target)]),
            &[&format!("mounts.0.target {expected}")],
        );
    }
    check(
        mounts(&[volume("aa", "/data"), volume("bb", "//data/.")]),
        &["mounts.1.target duplicate"],
    );
}

#[test]
fn paths_to_check_are_normal_and_unique() {
    let wish = CreateDraft {
        mounts: vec![
            bind("/a/../etc/"),
            bind("/etc"),
            bind("rel"),
            bind(""),
            volume("vol", "/x"),
            bind("/b//c"),
        ],
        ..draft()
    };
    assert_eq!(paths_to_check(&wish), ["/etc", "/b/c"]);
}

#[test]
fn a_risk_of_a_mount_with_a_bad_target_is_told_too() {
    let wish = CreateDraft {
        mounts: vec![MountDraft {
            target: String::new(),
            ..bind("/run/docker.sock")
        }],
        ..draft()
    };
    check(
        wish,
        &[
            "mounts.0.source path_missing",
            "mounts.0.target required",
            "mounts.0.source risk_not_confirmed",
        ],
    );
}

#[test]
fn memory_has_a_size_and_no_source() {
    let memory = |source: &str, size_bytes, mode: Option<&str>| MountDraft {
        kind: "tmpfs".into(),
        source: source.into(),
        target: "/tmp".into(),
        size_bytes,
        mode: mode.map(str::to_owned),
        ..MountDraft::default()
    };
    let mounts = |mount: MountDraft| CreateDraft {
        mounts: vec![mount],
        ..draft()
    };
    let plan = plan_create(&mounts(memory("", Some(1 << 20), Some("01777"))), &world()).unwrap();
    assert_eq!(
        plan.spec.mounts[0].kind,
        MountKind::Tmpfs {
            size_bytes: Some(1 << 20),
            mode: Some(0o1777)
        }
    );
    check(mounts(memory("", None, None)), &[]);
    check(
        mounts(memory("/x", Some(-1), Some("789"))),
        &[
            "mounts.0.source invalid",
            "mounts.0.sizeBytes invalid",
            "mounts.0.mode invalid",
        ],
    );
    check(
        mounts(MountDraft {
            size_bytes: Some(1),
            mode: Some("700".into()),
            ..volume("cache", "/c")
        }),
        &["mounts.0.sizeBytes invalid", "mounts.0.mode invalid"],
    );
}
