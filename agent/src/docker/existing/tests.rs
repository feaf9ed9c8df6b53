//! Forms from inspected containers, and what is carried over.

use super::*;
use harbour_core::draft::{EnvDraft, NetworkDraft, PortDraft};

const ID: &str = "0123456789ab0000000000000000000000000000000000000000000000000000";

/// A container with something in every corner, as an engine describes it.
fn existing() -> Existing {
    let image = json!({
        "Env": ["PATH=/bin", "LANG=C"], "Cmd": ["serve"], "Entrypoint": ["/init"], "User": "app",
        "WorkingDir": "/", "Labels": {"vendor": "x"}, "ExposedPorts": {"80/tcp": {}},
        "StopSignal": "SIGQUIT", "Healthcheck": {"Test": ["CMD", "check"]}, "Volumes": {"/data": {}},
    });
    let raw = json!({
        "Id": ID, "Name": "/web", "Image": "sha256:1", "State": {"Running": true},
        "Config": {
            "Hostname": "0123456789ab", "Domainname": "", "User": "app", "WorkingDir": "/", "Image": "app:1",
            "Env": ["A=b=c", "PATH=/bin", "LANG=de"], "Cmd": ["serve"], "Entrypoint": ["/init"],
            "Labels": {"vendor": "x", "own": "1", "io.harbourmaster.operation": "OLD", "com.docker.compose.project": "p"},
            "ExposedPorts": {"80/tcp": {}, "81/tcp": {}, "90/udp": {}}, "StopSignal": "SIGQUIT",
            "Healthcheck": {"Test": ["CMD", "check"]}, "Volumes": {"/data": {}, "/more": {}},
            "MacAddress": "de:ad:be:ef:00:01", "AttachStdout": true, "FutureField": 7,
        },
        "HostConfig": {
            "Binds": ["/srv/a:/a:ro,z", "named:/n"], "Tmpfs": {"/run": "size=1m,mode=1770,noexec"},
            "Mounts": [{"Type": "volume", "Source": "v", "Target": "/v",
                "VolumeOptions": {"NoCopy": true, "Labels": {"io.harbourmaster.operation": "OLD", "k": "v"}}}],
            "PortBindings": {"81/tcp": [{"HostIp": "", "HostPort": "8081"}], "5/sctp": [{"HostPort": "5"}]},
            "NetworkMode": "lan", "RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}, "Memory": 64 << 20,
            "MemorySwap": 128 << 20, "NanoCpus": 0, "CpuQuota": 50000, "CpuPeriod": 100000, "ShmSize": 64 << 20, "PidMode": "container:x",
            "IpcMode": "private", "CapAdd": ["CAP_NET_ADMIN"], "OomScoreAdj": 100, "CgroupParent": "/mine",
            "LogConfig": {"Type": "json-file", "Config": {}}, "FutureField": {"a": 1}, "MaskedPaths": ["/proc/x"],
        },
        "Mounts": [
            {"Type": "bind", "Source": "/srv/a", "Destination": "/a", "Mode": "ro,z", "RW": false, "Propagation": "rshared"},
            {"Type": "volume", "Name": "named", "Destination": "/n", "RW": true},
            {"Type": "volume", "Name": "v", "Destination": "/v", "RW": true},
            {"Type": "volume", "Name": "anonymous", "Destination": "/data", "RW": true},
        ],
        "NetworkSettings": {"Networks": {
            "lan": {"Aliases": ["app", "0123456789ab"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}, "NetworkID": "n1",
                "DriverOpts": {"o": "1"}, "MacAddress": "de:ad:be:ef:00:02", "IPAddress": "10.0.0.9"},
            "wan": {"Aliases": null, "IPAMConfig": null, "MacAddress": "02:42:0a:00:00:01"},
        }},
    });
    Existing {
        raw,
        image,
        api_version: "1.44".to_owned(),
    }
}

#[test]
fn the_form_leaves_the_image_out() {
    let draft = existing().draft();
    assert_eq!(draft.image, "app:1");
    let variable = |name: &str, value: &str| EnvDraft {
        name: name.into(),
        value: value.into(),
    };
    assert_eq!(draft.env, [variable("A", "b=c"), variable("LANG", "de")]);
    assert!(draft.command.is_empty() && draft.process.entrypoint.is_empty());
    assert_eq!(
        (
            draft.process.user,
            draft.process.working_dir,
            draft.process.hostname,
            draft.process.stop_signal
        ),
        (None, None, None, None)
    );
    let labels: Vec<&str> = draft.labels.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(labels, ["com.docker.compose.project", "own"]);
    assert_eq!(draft.healthcheck, None);
    assert_eq!(
        draft.ports,
        [PortDraft {
            container: 81,
            host: Some(8081),
            ..PortDraft::default()
        }]
    );
    let mounts: Vec<_> = draft
        .mounts
        .iter()
        .map(|m| {
            (
                m.kind.as_str(),
                m.source.as_str(),
                m.target.as_str(),
                m.read_only,
            )
        })
        .collect();
    assert_eq!(
        mounts,
        [
            ("bind", "/srv/a", "/a", true),
            ("volume", "anonymous", "/data", false),
            ("volume", "named", "/n", false),
            ("tmpfs", "", "/run", false),
            ("volume", "v", "/v", false),
        ]
    );
    assert_eq!(draft.mounts[3].size_bytes, Some(1 << 20));
    let first = NetworkDraft {
        name: "lan".into(),
        aliases: vec!["app".into()],
        ipv4_address: Some("10.0.0.9".into()),
        ipv6_address: None,
    };
    assert_eq!(draft.networks[0], first);
    assert_eq!(draft.networks[1].name, "wan");
    assert_eq!(draft.limits.memory_bytes, Some(64 << 20));
    assert_eq!(
        draft.limits.memory_swap_bytes, None,
        "the engine's own doing"
    );
    assert!(draft.start && !draft.pid_host && draft.logging.is_none());
}

#[test]
fn what_the_form_does_not_show_is_named() {
    let keeps = existing().keeps();
    let names: Vec<&str> = keeps.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "Cgroup parent",
        "Oom score adj",
        "Cpu quota",
        "Pid mode",
        "Mac address",
        "Mount /a",
        "Port 5/sctp",
        "Exposed ports",
        "Future field",
    ] {
        assert!(names.contains(&name), "{name} not in {keeps:?}");
    }
    for name in ["Memory", "Binds", "Masked paths", "Shm size"] {
        assert!(!names.contains(&name), "{name} in {keeps:?}");
    }
}

/// The plan of a draft, with the planner's checks left aside.
fn planned(draft: &CreateDraft) -> CreatePlanRecord {
    let mounts: Vec<Value> = draft
        .mounts
        .iter()
        .map(|m| {
            json!({"volume": m.kind == "volume", "source": m.source, "target": m.target, "read_only": m.read_only,
                "tmpfs": (m.kind == "tmpfs").then(|| json!({"size_bytes": m.size_bytes, "mode": null}))})
        })
        .collect();
    let ports: Vec<Value> = draft
        .ports
        .iter()
        .map(|p| json!({"container": p.container, "protocol": "tcp", "host": p.host, "host_ip": null}))
        .collect();
    let networks: Vec<Value> = draft
        .networks
        .iter()
        .map(
            |n| json!({"name": n.name, "aliases": n.aliases, "ipv4": n.ipv4_address, "ipv6": null}),
        )
        .collect();
    let env: Vec<Value> = draft.env.iter().map(|v| json!([v.name, v.value])).collect();
    let labels: Value = draft
        .labels
        .iter()
        .map(|(k, v)| (k.clone(), Value::from(v.clone())))
        .collect();
    serde_json::from_value(json!({
        "image": draft.image, "pull_reference": draft.image, "name": "web", "pull": false, "make_dirs": [],
        "app_data_root": "/srv", "ports": ports, "mounts": mounts, "env": env, "restart": "always",
        "max_retries": null, "healthcheck": null, "network": draft.networks.first().map(|n| n.name.clone()),
        "networks": networks, "command": draft.command, "labels": labels, "privileged": false, "pid_host": false,
        "cap_add": ["NET_ADMIN"], "devices": [], "start": true,
        "limits": {"memory": draft.limits.memory_bytes, "nano_cpus": draft.limits.cpus.map(|_| 1_500_000_000)},
    }))
    .expect("a plan")
}

#[test]
fn nothing_changed_carries_everything_over() {
    let old = existing();
    let draft = old.draft();
    let request = old
        .anew(&planned(&draft), &draft, &draft)
        .expect("a request");
    let (raw, host) = (&old.raw["HostConfig"], &request.body["HostConfig"]);
    for key in [
        "Binds",
        "Tmpfs",
        "PortBindings",
        "NetworkMode",
        "RestartPolicy",
        "Memory",
        "MemorySwap",
        "CpuQuota",
        "PidMode",
        "IpcMode",
        "CapAdd",
        "OomScoreAdj",
        "CgroupParent",
        "LogConfig",
        "FutureField",
        "MaskedPaths",
    ] {
        assert_eq!(host[key], raw[key], "{key}");
    }
    let mounts = host["Mounts"].as_array().expect("a list");
    assert_eq!(mounts[0]["Source"], "anonymous", "attached by name");
    assert_eq!(
        mounts[1]["VolumeOptions"],
        json!({"NoCopy": true, "Labels": {"k": "v"}})
    );
    assert_eq!(mounts.len(), 2);
    let body = &request.body;
    assert_eq!(
        body["Env"],
        json!(["A=b=c", "LANG=de"]),
        "without the image's"
    );
    assert!(
        body.get("Cmd").is_none() && body.get("User").is_none() && body.get("Hostname").is_none()
    );
    assert!(body.get("Healthcheck").is_none() && body.get("Volumes").is_none());
    assert_eq!(
        body["Labels"],
        json!({"com.docker.compose.project": "p", "own": "1"})
    );
    assert_eq!(
        (&body["MacAddress"], &body["FutureField"]),
        (&json!("de:ad:be:ef:00:01"), &json!(7))
    );
    assert_eq!(body["ExposedPorts"], json!({"81/tcp": {}, "90/udp": {}}));
    let lan = &body["NetworkingConfig"]["EndpointsConfig"]["lan"];
    assert_eq!(
        *lan,
        json!({"Aliases": ["app"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}, "DriverOpts": {"o": "1"}, "MacAddress": "de:ad:be:ef:00:02"})
    );
    assert_eq!(
        request.connect,
        [("wan".to_owned(), json!({}))],
        "its address was made up"
    );
}

#[test]
fn what_changed_takes_its_whole_part_along() {
    let old = existing();
    let before = old.draft();
    let mut after = before.clone();
    after.limits.memory_bytes = Some(32 << 20);
    after.limits.cpus = Some(1.5);
    after.ports.clear();
    after.mounts.retain(|mount| mount.target != "/n");
    after.mounts[0].read_only = false;
    let request = old
        .anew(&planned(&after), &before, &after)
        .expect("a request");
    let host = &request.body["HostConfig"];
    assert_eq!(
        (&host["Memory"], host.get("MemorySwap")),
        (&json!(32 << 20), None)
    );
    assert_eq!(
        (&host["NanoCpus"], host.get("CpuQuota")),
        (&json!(1_500_000_000), None)
    );
    assert_eq!(
        host["PortBindings"],
        json!({"5/sctp": [{"HostPort": "5"}]}),
        "the form does not know that one"
    );
    assert!(
        host.get("Binds").is_none(),
        "one is gone, the other said anew: {host}"
    );
    assert_eq!(host["Mounts"][0]["Target"], "/a");
    assert_eq!(host["Mounts"][0]["ReadOnly"], false);
}

#[test]
fn a_revision_names_settings_not_states() {
    let old = existing();
    let mut other = old.clone();
    other.raw["State"] = json!({"Running": false});
    other.raw["NetworkSettings"]["Networks"]["lan"]["IPAddress"] = json!("");
    assert_eq!(old.revision(), other.revision());
    other.raw["HostConfig"]["Memory"] = json!(1);
    assert_ne!(old.revision(), other.revision());
}
