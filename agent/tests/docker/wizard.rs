//! The whole form against a real engine, and the ways into it.

use bollard::query_parameters::InspectContainerOptions;
use serde_json::{Value, json};

use crate::world::{BUSYBOX, NETWORK, World};

pub async fn every_field_reaches_the_engine(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (name, network) = (world.name("whole"), world.name("wholenet"));
    let subnet = harbour.own_network(world, &network).await;
    let address = format!("{}.77", subnet.trim_end_matches(".0/24"));
    let first = crate::create::free_port();
    let body = json!({
        "image": BUSYBOX, "name": name,
        "ports": [{"container": 7000, "containerEnd": 7001, "host": first, "hostIp": "127.0.0.1", "protocol": "udp"}],
        "mounts": [{"type": "tmpfs", "target": "/scratch", "sizeBytes": 1 << 20, "mode": "1770"}],
        "networks": [{"name": network, "aliases": ["one"], "ipv4Address": address}, {"name": NETWORK, "aliases": ["two"]}],
        "entrypoint": ["/bin/sh", "-c"], "command": ["sleep 1000"], "user": "1000:1000", "workingDir": "/tmp",
        "hostname": "box", "domainname": "lan", "init": false, "stopSignal": "SIGKILL", "stopGraceSeconds": 2,
        "tty": true, "stdinOpen": true,
        "extraHosts": [{"host": "nas", "ip": "10.9.8.7"}], "dns": ["10.9.8.6"], "dnsSearch": ["lan"], "dnsOptions": ["ndots:2"],
        "capDrop": ["NET_RAW"], "securityOpt": ["no-new-privileges"], "groupAdd": ["44"], "readOnly": true, "ipc": "shareable",
        "sysctls": {"net.core.somaxconn": "1234"}, "ulimits": [{"name": "nofile", "soft": 512, "hard": 1024}],
        "memoryBytes": 32 << 20, "memoryReservationBytes": 16 << 20, "cpus": 0.5, "cpuShares": 512, "pidsLimit": 64,
        "shmSizeBytes": 1 << 20, "logging": {"driver": "json-file", "options": {"max-size": "1m"}},
    });
    let preview = api.post("/api/containers?dryRun=true", &body).await.ok(200);
    assert_eq!(preview["problems"], json!([]), "{preview}");
    assert_eq!(
        preview["ports"].as_array().unwrap().len(),
        2,
        "one for each port of the range"
    );
    api.create(&body).await;
    let made = world
        .docker()
        .inspect_container(&name, None::<InspectContainerOptions>)
        .await
        .unwrap();
    let made = serde_json::to_value(made).unwrap();
    let (config, host) = (&made["Config"], &made["HostConfig"]);
    for (key, expected) in [
        ("Entrypoint", json!(["/bin/sh", "-c"])),
        ("Cmd", json!(["sleep 1000"])),
        ("User", json!("1000:1000")),
        ("WorkingDir", json!("/tmp")),
        ("Hostname", json!("box")),
        ("Domainname", json!("lan")),
        ("StopSignal", json!("SIGKILL")),
        ("StopTimeout", json!(2)),
        ("Tty", json!(true)),
        ("OpenStdin", json!(true)),
    ] {
        assert_eq!(config[key], expected, "{key}");
    }
    for (key, expected) in [
        ("Init", json!(false)),
        ("ExtraHosts", json!(["nas:10.9.8.7"])),
        ("Dns", json!(["10.9.8.6"])),
        ("DnsSearch", json!(["lan"])),
        ("DnsOptions", json!(["ndots:2"])),
        ("CapDrop", json!(["NET_RAW"])),
        ("SecurityOpt", json!(["no-new-privileges"])),
        ("GroupAdd", json!(["44"])),
        ("ReadonlyRootfs", json!(true)),
        ("IpcMode", json!("shareable")),
        ("Sysctls", json!({"net.core.somaxconn": "1234"})),
        (
            "Ulimits",
            json!([{"Name": "nofile", "Soft": 512, "Hard": 1024}]),
        ),
        ("Memory", json!(32 << 20)),
        ("MemoryReservation", json!(16 << 20)),
        ("NanoCpus", json!(500_000_000)),
        ("CpuShares", json!(512)),
        ("PidsLimit", json!(64)),
        ("ShmSize", json!(1 << 20)),
        (
            "LogConfig",
            json!({"Type": "json-file", "Config": {"max-size": "1m"}}),
        ),
        ("NetworkMode", json!(network)),
    ] {
        assert_eq!(host[key], expected, "{key}");
    }
    assert_eq!(
        host["Mounts"][0]["TmpfsOptions"],
        json!({"SizeBytes": 1 << 20, "Mode": 0o1770})
    );
    let bound = |port: u16| host["PortBindings"][format!("{port}/udp")][0].clone();
    assert_eq!(
        bound(7001),
        json!({"HostIp": "127.0.0.1", "HostPort": (first + 1).to_string()})
    );
    let networks = &made["NetworkSettings"]["Networks"];
    assert_eq!(networks[&network]["IPAddress"], json!(address));
    assert!(
        networks[&network]["Aliases"]
            .as_array()
            .unwrap()
            .contains(&json!("one"))
    );
    assert!(
        networks[NETWORK]["Aliases"]
            .as_array()
            .unwrap()
            .contains(&json!("two")),
        "joined after it was made"
    );
    assert_eq!(made["State"]["Running"], true);

    // The form that is read back asks for the same.
    let settings = api
        .get(&format!("/api/containers/{name}/settings"))
        .await
        .ok(200);
    let mut form = settings["form"].clone();
    for key in ["ports", "networks"] {
        form.as_object_mut().unwrap().remove(key);
    }
    let mut expected = body.clone();
    for key in ["ports", "networks"] {
        expected.as_object_mut().unwrap().remove(key);
    }
    expected["start"] = json!(true);
    assert_eq!(form, expected);
    assert_eq!(settings["form"]["networks"][0], body["networks"][0]);
    api.remove(&name).await;
    world.docker().remove_network(&network).await.unwrap();
}

pub async fn addresses_lie_in_their_network(world: &World) {
    let harbour = world.harbour().await;
    let network = world.name("addressed");
    let subnet = harbour.own_network(world, &network).await;
    let body =
        json!({"image": BUSYBOX, "networks": [{"name": network, "ipv4Address": "203.0.113.9"}]});
    let preview = harbour
        .api
        .post("/api/containers?dryRun=true", &body)
        .await
        .ok(200);
    let problem = &preview["problems"][0];
    assert_eq!(problem["field"], "networks.0.ipv4Address", "{preview}");
    assert!(
        problem["message"].as_str().unwrap().contains(&subnet),
        "{problem}"
    );
    world.docker().remove_network(&network).await.unwrap();
}

pub async fn risks_behind_something_else_are_found(world: &World) {
    use bollard::models::VolumeCreateRequest;
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (open, volume) = (world.name("open"), world.name("disguised"));
    api.create(
        &json!({"image": BUSYBOX, "name": open, "network": "host", "ipc": "host",
        "confirmRisks": ["host-network", "host-ipc"]}),
    )
    .await;
    let disguised = VolumeCreateRequest {
        name: Some(volume.clone()),
        driver_opts: Some(
            [("type", "none"), ("o", "bind"), ("device", "/etc")]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into(),
        ),
        ..Default::default()
    };
    world.docker().create_volume(disguised).await.unwrap();
    let body = json!({"image": BUSYBOX, "network": format!("container:{open}"), "ipc": format!("container:{open}"),
        "mounts": [{"type": "volume", "source": volume, "target": "/x"}], "securityOpt": ["seccomp=unconfined"], "gpus": {}});
    let preview = api.post("/api/containers?dryRun=true", &body).await.ok(200);
    let mut risks: Vec<&str> = preview["risks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["risk"].as_str().unwrap())
        .collect();
    risks.sort_unstable();
    assert_eq!(
        risks,
        [
            "gpu",
            "host-ipc",
            "host-network",
            "security-opt:seccomp=unconfined",
            "system-path:/etc"
        ],
        "{preview}"
    );
    api.post("/api/containers", &body)
        .await
        .error(422, "invalid_request");
    api.remove(&open).await;
    let gone = None::<bollard::query_parameters::RemoveVolumeOptions>;
    world.docker().remove_volume(&volume, gone).await.unwrap();
}

pub async fn a_line_becomes_a_container(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("pasted");
    let line = format!(
        "docker run -d --name {name} --net {NETWORK} -e 'A=b c' --memory 32m -v $(pwd):/x {BUSYBOX} serve"
    );
    let read = api
        .post("/api/convert/docker-run", &json!({"command": line}))
        .await
        .ok(200);
    assert_eq!(read["notUnderstood"][0]["text"], "-v $(pwd):/x", "{read}");
    let yaml = api
        .post("/api/convert/compose", &read["form"])
        .await
        .ok(200);
    assert!(
        yaml["yaml"]
            .as_str()
            .unwrap()
            .contains(&format!("container_name: {name}\n")),
        "{yaml}"
    );
    api.create(&read["form"]).await;
    let made = api.get(&format!("/api/containers/{name}")).await.ok(200);
    assert_eq!(
        (&made["state"], &made["networks"][0]["name"]),
        (&json!("running"), &json!(NETWORK))
    );
    assert!(
        made["env"]
            .as_array()
            .unwrap()
            .contains(&json!({"name": "A", "value": "b c"})),
        "{made}"
    );
    let refused = api
        .post("/api/convert/docker-run", &json!({"command": "rm -rf /"}))
        .await;
    assert_eq!(refused.body["field"], "command");
    refused.error(422, "invalid");
    let log = harbour.agent.output_tail(400);
    assert!(
        !log.contains("b c") && !log.contains("A=b"),
        "what was pasted is not logged"
    );
    api.remove(&name).await;
}

pub async fn the_engine_says_what_it_can(world: &World) {
    let harbour = world.harbour().await;
    let facts = harbour.api.get("/api/engine").await.ok(200);
    let is_text = |key: &str| facts[key].as_str().is_some_and(|text| !text.is_empty());
    for key in [
        "version",
        "apiVersion",
        "os",
        "arch",
        "kernel",
        "storageDriver",
    ] {
        assert!(is_text(key), "{key}: {facts}");
    }
    assert!(
        facts["cpus"].as_u64().is_some_and(|cpus| cpus > 0),
        "{facts}"
    );
    let has = |key: &str, word: &str| {
        facts[key]
            .as_array()
            .is_some_and(|list| list.contains(&Value::from(word)))
    };
    assert!(
        has("logDrivers", "json-file") && has("runtimes", "runc"),
        "{facts}"
    );
    assert!(
        matches!(facts["cgroupVersion"].as_u64(), Some(1 | 2)),
        "{facts}"
    );
    assert_eq!(
        (&facts["gpus"], &facts["rootless"]),
        (&json!(false), &json!(false))
    );
}

pub async fn tags_come_from_the_registry(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let image = world.remote_image(1, 100).await;
    let found = api
        .get(&format!("/api/registry/tags?image={image}"))
        .await
        .ok(200);
    let bare = image.strip_suffix(":1").unwrap();
    assert_eq!(found, json!({"image": bare, "tags": ["1"], "more": false}));
    let none = format!(
        "/api/registry/tags?image={}/no/such",
        world.registry.address()
    );
    api.get(&none).await.error(404, "no_such_repository");
    api.get("/api/registry/tags?image=127.0.0.1:1/a")
        .await
        .error(502, "registry_unreachable");
    api.get("/api/registry/tags?image=A%20B")
        .await
        .error(422, "invalid");
}
