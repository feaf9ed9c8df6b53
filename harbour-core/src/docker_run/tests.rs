//! Lines as people paste them.

use super::*;
use crate::draft::{EnvDraft, MountDraft, PortDraft};
use proptest::prelude::*;

fn left(parsed: &Parsed) -> Vec<&str> {
    parsed
        .not_understood
        .iter()
        .map(|part| part.text.as_str())
        .collect()
}

fn whole(line: &str) -> CreateDraft {
    let parsed = parse(line).unwrap();
    assert_eq!(parsed.not_understood, [], "{line}");
    parsed.draft
}

#[test]
fn a_line_of_a_readme() {
    let draft = whole(
        "docker run -d \\\n  --name=jellyfin \\\n  -e PUID=1000 -e 'TZ=Europe/Berlin' \\\n  -p 8096:8096 -p 7359:7359/udp \\\n  -v /srv/jellyfin:/config -v media:/data:ro \\\n  --restart unless-stopped \\\n  lscr.io/linuxserver/jellyfin:latest\n",
    );
    assert_eq!(draft.image, "lscr.io/linuxserver/jellyfin:latest");
    assert_eq!(draft.name.as_deref(), Some("jellyfin"));
    assert!(draft.start && draft.command.is_empty());
    assert_eq!(
        draft.env[1],
        EnvDraft {
            name: "TZ".into(),
            value: "Europe/Berlin".into()
        }
    );
    assert_eq!(
        draft.ports[1],
        PortDraft {
            container: 7359,
            host: Some(7359),
            protocol: Some("udp".into()),
            ..PortDraft::default()
        }
    );
    assert_eq!(
        draft.mounts,
        [
            MountDraft {
                kind: "bind".into(),
                source: "/srv/jellyfin".into(),
                target: "/config".into(),
                create: true,
                ..MountDraft::default()
            },
            MountDraft {
                kind: "volume".into(),
                source: "media".into(),
                target: "/data".into(),
                read_only: true,
                ..MountDraft::default()
            },
        ]
    );
    assert_eq!(draft.restart.unwrap().policy, "unless-stopped");
}

#[test]
fn every_option_with_a_field_arrives_there() {
    let draft = whole(
        "docker container create -it --rm --init --privileged --read-only --pid host --ipc=host -u 1000:1000 -w /w -h box --domainname lan \
         --entrypoint /init --stop-signal SIGINT --stop-timeout 20 -m 512m --memory-reservation 256m --memory-swap -1 --cpus 1.5 -c 512 \
         --cpuset-cpus 0-1 --pids-limit 100 --shm-size 1g --ulimit nofile=1024:2048 --sysctl net.core.somaxconn=1024 --cap-add NET_ADMIN \
         --cap-drop ALL --security-opt no-new-privileges:true --group-add video --device /dev/dri:/dev/dri:rw --gpus all --dns 1.1.1.1 \
         --dns-search lan --dns-opt ndots:1 --add-host nas:10.0.0.2 --label a=b -l c --log-driver json-file --log-opt max-size=10m \
         --health-cmd 'curl -f http://localhost/ || exit 1' --health-interval 1m30s --health-timeout=5s --health-retries 3 --health-start-period 30s \
         --net lan --network-alias app --ip 10.1.0.9 --tmpfs /tmp:rw,size=64m,mode=1777 --mount type=bind,src=/srv/a,dst=/a,readonly \
         --restart on-failure:5 --pull always app:1 serve --port 80 -v",
    );
    assert!(!draft.start && draft.process.tty && draft.process.stdin_open && draft.auto_remove);
    assert!(draft.privileged && draft.rights.read_only && draft.pid_host);
    assert_eq!(draft.command, ["serve", "--port", "80", "-v"]);
    assert_eq!(draft.process.entrypoint, ["/init"]);
    assert_eq!(draft.limits.memory_bytes, Some(512 << 20));
    assert_eq!(draft.limits.memory_swap_bytes, Some(-1));
    assert_eq!(draft.limits.cpus, Some(1.5));
    assert_eq!(draft.limits.cpu_shares, Some(512));
    assert_eq!(draft.limits.ulimits[0].hard, Some(2048));
    assert_eq!(draft.rights.gpus.unwrap().count, Some(-1));
    assert_eq!(
        draft.labels,
        [("a".into(), "b".into()), ("c".into(), String::new())]
    );
    assert_eq!(
        draft.logging.unwrap().options,
        [("max-size".into(), "10m".into())]
    );
    let check = draft.healthcheck.unwrap();
    assert_eq!(
        check.test,
        ["CMD-SHELL", "curl -f http://localhost/ || exit 1"]
    );
    assert_eq!(
        (
            check.interval_seconds,
            check.timeout_seconds,
            check.retries,
            check.start_period_seconds
        ),
        (Some(90), Some(5), Some(3), Some(30))
    );
    assert_eq!(draft.networks.len(), 1);
    assert_eq!(
        (
            draft.networks[0].name.as_str(),
            &draft.networks[0].aliases[..],
            draft.networks[0].ipv4_address.as_deref()
        ),
        ("lan", &["app".to_owned()][..], Some("10.1.0.9"))
    );
    assert_eq!(draft.mounts[0].size_bytes, Some(64 << 20));
    assert!(draft.mounts[1].read_only);
    assert_eq!(draft.restart.unwrap().max_retries, Some(5));
    assert_eq!(draft.pull.as_deref(), Some("always"));
}

#[test]
fn what_only_the_shell_knows_is_named() {
    let parsed = parse("docker run -v $(pwd)/data:/data -v ~/x:/x -e HOME -e A=${B} --env-file .env -e C='$x' -u \"$(id -u)\" a:1 sh -c \"echo $PATH\"").unwrap();
    assert_eq!(
        left(&parsed),
        [
            "-v $(pwd)/data:/data",
            "-v ~/x:/x",
            "-e HOME",
            "-e A=${B}",
            "--env-file .env",
            "-u $(id -u)",
            "sh -c echo $PATH",
        ]
    );
    assert!(parsed.not_understood[0].reason.contains("$(pwd)"));
    assert_eq!(
        parsed.draft.env,
        [EnvDraft {
            name: "C".into(),
            value: "$x".into()
        }]
    );
    assert!(parsed.draft.mounts.is_empty() && parsed.draft.command.is_empty());
}

#[test]
fn what_has_no_field_is_named() {
    let parsed = parse("docker run --link db:db -P -v /data --userns=host -v ./a:/a -v /srv/b:/b:z --cgroup-parent x --brand-new 8000 a:1").unwrap();
    assert_eq!(
        left(&parsed),
        [
            "--link db:db",
            "-P",
            "-v /data",
            "--userns=host",
            "-v ./a:/a",
            "-v /srv/b:/b:z (z)",
            "--cgroup-parent x",
            "--brand-new"
        ]
    );
    assert!(
        parsed
            .not_understood
            .iter()
            .all(|part| part.reason.ends_with('.'))
    );
    assert_eq!(parsed.draft.mounts.len(), 1, "the mount itself is there");
    assert_eq!(parsed.draft.image, "8000", "and the reason says so");
}

#[test]
fn the_beginning_may_be_many_things() {
    for line in [
        "docker run a",
        "$ docker run a",
        "sudo docker run a",
        "/usr/bin/podman run a",
        "docker container run a",
        "docker run -d -- a",
    ] {
        assert_eq!(whole(line).image, "a", "{line}");
    }
    let parsed = parse("FOO=1 sudo -E docker -H tcp://nas run a && docker ps").unwrap();
    assert_eq!(
        left(&parsed),
        ["FOO=1", "-E", "-H tcp://nas", "&& docker ps"]
    );
    let check = |line: &str, expected: RunError| assert_eq!(parse(line), Err(expected), "{line}");
    check("", RunError::Empty);
    check("  \n", RunError::Empty);
    check("ls -l", RunError::NotRun("ls".into()));
    check("docker", RunError::NotRun("docker".into()));
    check(
        "docker compose up",
        RunError::NotRun("docker compose".into()),
    );
    check("docker run -d", RunError::NoImage);
    check("docker run 'a", RunError::OpenQuote('\''));
    check(&"x".repeat(MAX_LINE + 1), RunError::TooLong);
}

#[test]
fn short_options_stand_together() {
    let draft = whole("docker run -itd -p80:81 -eA=b -e=C=d -m=64m a");
    assert!(draft.process.tty && draft.process.stdin_open);
    assert_eq!(
        (draft.ports[0].host, draft.ports[0].container),
        (Some(80), 81)
    );
    assert_eq!(draft.env.len(), 2);
    assert_eq!(
        (draft.env[1].name.as_str(), draft.env[1].value.as_str()),
        ("C", "d")
    );
    assert_eq!(draft.limits.memory_bytes, Some(64 << 20));
    assert_eq!(left(&parse("docker run -dx 1 a").unwrap()), ["-dx"]);
    let parsed = parse("docker run a -p 80:80").unwrap();
    assert_eq!(
        parsed.draft.command,
        ["-p", "80:80"],
        "what follows the image is its command"
    );
}

#[test]
fn switches_can_be_switched_off() {
    let draft = whole("docker run --privileged=false --tty=true a");
    assert!(!draft.privileged && draft.process.tty);
    assert_eq!(
        left(&parse("docker run --privileged=maybe a").unwrap()),
        ["--privileged=maybe"]
    );
    assert_eq!(left(&parse("docker run -d=false a").unwrap()), ["-d=false"]);
}

#[test]
fn networks_go_where_the_form_has_them() {
    assert_eq!(
        whole("docker run --network host a").network.as_deref(),
        Some("host")
    );
    assert_eq!(
        whole("docker run --network container:vpn a")
            .network
            .as_deref(),
        Some("container:vpn")
    );
    assert_eq!(whole("docker run --network default a").network, None);
    let draft = whole("docker run --network one --network name=two,alias=x,ip=10.0.0.3 a");
    assert_eq!(draft.network, None);
    assert_eq!(draft.networks.len(), 2);
    assert_eq!(draft.networks[1].aliases, ["x"]);
    assert_eq!(
        parse("docker run --net host --ip 10.0.0.1 a")
            .unwrap()
            .not_understood
            .len(),
        1
    );
    assert_eq!(
        parse("docker run --ip 10.0.0.1 a")
            .unwrap()
            .not_understood
            .len(),
        1
    );
}

#[test]
fn every_option_is_listed_once() {
    for (index, option) in OPTIONS.iter().enumerate() {
        let others = &OPTIONS[index + 1..];
        assert!(
            others.iter().all(|other| other.long != option.long),
            "{}",
            option.long
        );
        assert!(
            others
                .iter()
                .all(|other| other.short.is_none() || other.short != option.short),
            "{:?}",
            option.short
        );
    }
}

/// Each part names the option it stands in; a long option has thousands of them.
#[test]
fn a_long_line_does_not_become_a_huge_answer() {
    let check = |start: &str, part: &str| {
        let parts = (MAX_LINE - start.len() - " image".len()) / part.len();
        let line = format!("{start}{} image", part.repeat(parts));
        let said: usize = parse(&line)
            .unwrap()
            .not_understood
            .iter()
            .map(|part| part.text.len() + part.reason.len())
            .sum();
        assert!(said > line.len(), "{start} names its parts");
        assert!(said < 256 * line.len(), "{said} bytes about {start}");
    };
    check("docker run -v a:/b:", "x,");
    check("docker run --tmpfs /b:", "x,");
    check("docker run --mount src=a,dst=/b,", "x,");
    check("docker run --gpus all,", "x=,");
    check("docker run ", "-P ");
}

proptest! {
    #[test]
    fn no_line_is_too_odd(line in "\\PC{0,200}") {
        let _ = parse(&line);
    }

    #[test]
    fn no_run_line_is_too_odd(rest in "([-=:,/$'\"\\\\ \n(){}~`a-z0-9é]|--mount |-v |-p |--gpus |--tmpfs |-e ){0,60}") {
        if let Ok(parsed) = parse(&format!("docker run {rest}")) {
            prop_assert!(parsed.not_understood.iter().all(|part| !part.reason.is_empty()));
        }
    }

    /// Nothing is dropped: each value is in the draft or among what is named.
    #[test]
    fn nothing_is_lost(names in proptest::collection::vec("[a-z]{1,8}", 0..6), value in "[^'\\x00]{0,20}") {
        let quoted = format!("'{value}'");
        let options: String = names.iter().map(|name| format!("-e {name}={quoted} ")).collect();
        let parsed = parse(&format!("docker run {options}image {quoted}")).unwrap();
        prop_assert_eq!(parsed.draft.env.len(), names.len());
        prop_assert!(parsed.draft.env.iter().all(|variable| variable.value == value));
        prop_assert_eq!(&parsed.draft.command, &[value]);
        prop_assert!(parsed.not_understood.is_empty());
    }
}
