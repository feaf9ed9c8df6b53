//! Creating containers.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::world::{BUSYBOX, NETWORK, World};

fn codes(problems: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    problems
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (text(&p["field"]), text(&p["code"])))
        .collect()
}

/// A port nobody listens on, as far as one can know.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

pub async fn everything_asked_for_is_there(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (name, volume) = (world.name("full"), world.name("volume"));
    let port = free_port();
    let config = harbour.app_data.join("full/config");
    let body = json!({
        "image": BUSYBOX, "name": name, "network": NETWORK,
        "ports": [{"container": 80, "host": port, "hostIp": "127.0.0.1"}, {"container": 53, "protocol": "udp"}],
        "mounts": [
            {"type": "bind", "source": config, "target": "/config", "create": true},
            {"type": "volume", "source": volume, "target": "/data", "readOnly": true},
        ],
        "env": [{"name": "TZ", "value": "Europe/London"}],
        "restart": {"policy": "on-failure", "maxRetries": 3},
        "healthcheck": {"test": ["CMD-SHELL", "true"], "intervalSeconds": 1, "timeoutSeconds": 2, "retries": 4, "startPeriodSeconds": 5},
        "labels": {"a": "b"},
    });
    let preview = api.post("/api/containers?dryRun=true", &body).await.ok(200);
    assert_eq!(
        (&preview["problems"], &preview["imageLocal"]),
        (&json!([]), &json!(true)),
        "{preview}"
    );
    assert!(!config.exists(), "a dry run makes nothing");
    let id = api.create(&body).await;
    assert!(config.is_dir());
    let made = api.get(&format!("/api/containers/{id}")).await.ok(200);
    let ports = made["ports"].as_array().unwrap();
    assert!(
        ports.contains(
            &json!({"container": 80, "protocol": "tcp", "host": port, "hostIp": "127.0.0.1"})
        ),
        "{made}"
    );
    assert!(
        ports
            .iter()
            .any(|p| p["container"] == 53 && p["protocol"] == "udp" && p["host"].is_u64()),
        "{made}"
    );
    let mounts = made["mounts"].as_array().unwrap();
    assert!(
        mounts.contains(
            &json!({"type": "bind", "source": config, "target": "/config", "readOnly": false})
        ),
        "{made}"
    );
    assert!(
        mounts.contains(
            &json!({"type": "volume", "source": volume, "target": "/data", "readOnly": true})
        ),
        "{made}"
    );
    assert_eq!(made["networks"][0]["name"], NETWORK);
    assert_eq!(
        made["restartPolicy"],
        json!({"policy": "on-failure", "maxRetries": 3})
    );
    assert_eq!(
        made["healthcheck"],
        json!({"test": ["CMD-SHELL", "true"], "intervalSeconds": 1.0,
        "timeoutSeconds": 2.0, "retries": 4, "startPeriodSeconds": 5.0})
    );
    assert_eq!(made["labels"]["a"], "b");
    assert_eq!(made["webUi"]["port"], json!(port));
    // Its page really answers on that port.
    let page = reqwest::get(format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap();
    assert!(
        page.status().is_success() || page.status() == 404,
        "{}",
        page.status()
    );

    let second = api
        .post(
            "/api/containers",
            &json!({"image": BUSYBOX, "start": false}),
        )
        .await
        .ok(201);
    let third = api
        .post(
            "/api/containers",
            &json!({"image": BUSYBOX, "start": false}),
        )
        .await
        .ok(201);
    assert_ne!(second["name"], third["name"], "names are found");
    let state = api
        .get(&format!(
            "/api/containers/{}",
            third["id"].as_str().unwrap()
        ))
        .await
        .ok(200);
    assert_eq!(state["state"], "created", "not started");
    for made in [
        name.as_str(),
        second["name"].as_str().unwrap(),
        third["name"].as_str().unwrap(),
    ] {
        api.remove(made).await;
    }
    world
        .docker()
        .remove_volume(
            &volume,
            None::<bollard::query_parameters::RemoveVolumeOptions>,
        )
        .await
        .unwrap();
}

pub async fn all_problems_come_at_once(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (holder, port) = (world.name("holder"), free_port());
    api.create(
        &json!({"image": BUSYBOX, "name": holder, "network": NETWORK,
        "ports": [{"container": 80, "host": port}]}),
    )
    .await;
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = stranger.local_addr().unwrap().port();
    let answer = api
        .post("/api/containers", &json!({
            "image": "Not An Image", "name": holder, "network": "no-such-network",
            "ports": [{"container": 80, "host": port}, {"container": 81, "host": taken}, {"container": 0}],
            "mounts": [{"type": "bind", "source": "/no/such/path", "target": "/x"}],
            "env": [{"name": "A=B", "value": ""}],
            "restart": {"policy": "sometimes"},
        }))
        .await;
    assert_eq!(answer.body["field"], "image");
    let problems = answer.body["problems"].clone();
    answer.error(422, "invalid_request");
    let found = codes(&problems);
    for (field, code) in [
        ("image", "invalid"),
        ("name", "name_taken"),
        ("network", "unknown_network"),
        ("ports.0.host", "port_taken"),
        ("ports.1.host", "port_taken"),
        ("ports.2.container", "invalid"),
        ("mounts.0.source", "path_missing"),
        ("env.0.name", "invalid"),
        ("restart", "invalid"),
    ] {
        assert!(
            found.contains(&(field.to_owned(), code.to_owned())),
            "{field} {code} not in {problems}"
        );
    }
    let of = |field: &str| {
        problems
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["field"] == field)
            .unwrap()
    };
    let by_container = of("ports.0.host");
    assert!(
        by_container["message"].as_str().unwrap().contains(&holder),
        "{by_container}"
    );
    let next = by_container["suggestion"]["value"].as_u64().unwrap();
    assert!(next != u64::from(port) && (1..=65535).contains(&next));
    let by_process = of("ports.1.host")["message"].as_str().unwrap();
    assert!(
        by_process.contains(&format!("pid {}", std::process::id())),
        "{by_process}"
    );
    assert_eq!(
        of("mounts.0.source")["suggestion"]["value"]
            .as_str()
            .map(|s| s.starts_with(harbour.app_data.to_str().unwrap())),
        Some(true),
        "{problems}"
    );
    api.remove(&holder).await;
}

pub async fn ports_are_checked_again_before_a_start(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (name, port) = (world.name("late"), free_port());
    api.create(
        &json!({"image": BUSYBOX, "name": name, "network": NETWORK, "start": false,
        "ports": [{"container": 80, "host": port, "hostIp": "127.0.0.1"}]}),
    )
    .await;
    let stranger = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let start = format!("/api/containers/{name}/start");
    let text = api.act(&start).await.error(409, "port_taken");
    assert!(
        text.contains(&port.to_string()) && text.contains("pid"),
        "{text}"
    );
    drop(stranger);
    api.act(&start).await.ok(200);
    // Its own port is no collision.
    api.act(&format!("/api/containers/{name}/restart"))
        .await
        .ok(200);
    api.act(&start).await.ok(200);
    api.remove(&name).await;
}

pub async fn risks_must_be_named(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("risky");
    let mut body = json!({
        "image": BUSYBOX, "name": name, "network": "host", "pidHost": true, "privileged": true,
        "capAdd": ["NET_ADMIN"],
        "devices": [{"host": "/dev/null"}],
        "mounts": [
            {"type": "bind", "source": "/var/run/../../etc", "target": "/host-etc"},
            {"type": "bind", "source": world.engine.socket(), "target": "/d.sock"},
        ],
        "confirmRisks": ["privileged"],
    });
    let answer = api.post("/api/containers", &body).await;
    let problems = answer.body["problems"].clone();
    answer.error(422, "invalid_request");
    let risks: Vec<&str> = problems
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|p| p["risk"].as_str())
        .collect();
    for risk in [
        "host-network",
        "host-pid",
        "capability:NET_ADMIN",
        "device:/dev/null",
        "system-path:/etc",
    ] {
        assert!(risks.contains(&risk), "{risk} not in {problems}");
    }
    assert!(!risks.contains(&"privileged"), "that one was confirmed");
    let preview = api.post("/api/containers?dryRun=true", &body).await.ok(200);
    let all: Vec<Value> = preview["risks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["risk"].clone())
        .collect();
    body["confirmRisks"] = json!(all);
    body["start"] = json!(false);
    let id = api.create(&body).await;
    let made = api.get(&format!("/api/containers/{id}")).await.ok(200);
    assert_eq!(
        (&made["privileged"], &made["pidMode"], &made["networkMode"]),
        (&json!(true), &json!("host"), &json!("host"))
    );
    assert_eq!(made["capAdd"], json!(["NET_ADMIN"]));
    api.remove(&name).await;
    let escape =
        json!({"image": BUSYBOX, "mounts": [{"type": "volume", "source": "/etc", "target": "/x"}]});
    api.post("/api/containers", &escape)
        .await
        .error(422, "invalid_request");
}

pub async fn what_fails_leaves_nothing(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (name, volume) = (world.name("fails"), world.name("fails-volume"));
    let dir = harbour.app_data.join("fails/deep");
    let body = json!({
        "image": BUSYBOX, "name": name, "command": ["/no/such/program"],
        "mounts": [{"type": "volume", "source": volume, "target": "/v"},
            {"type": "bind", "source": dir, "target": "/d", "create": true}],
    });
    let text = api
        .post("/api/containers", &body)
        .await
        .error(409, "create_failed");
    assert!(text.contains("/no/such/program"), "says why: {text}");
    api.get(&format!("/api/containers/{name}"))
        .await
        .error(404, "container_not_found");
    let volumes = world.docker().inspect_volume(&volume).await;
    assert!(volumes.is_err(), "the new volume is gone");
    assert!(
        !harbour.app_data.join("fails").exists(),
        "the new folders are gone"
    );
    let operation = api.get("/api/operations").await.ok(200)[0].clone();
    assert_eq!(operation["state"], "rolledBack", "{operation}");
    let states: Vec<&str> = operation["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["undone", "undone", "failed"], "{operation}");
    // What was there before stays.
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("precious"), "data").unwrap();
    api.post("/api/containers", &body)
        .await
        .error(409, "create_failed");
    assert!(dir.join("precious").exists());
}

pub async fn with_a_pull_it_is_an_operation(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let image = world.remote_image(1, 10_000).await;
    let name = world.name("pulled");
    let answer = api
        .post("/api/containers", &json!({"image": image, "name": name}))
        .await
        .ok(202);
    let ended = api.ended(answer["operationId"].as_str().unwrap()).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let steps: Vec<&str> = ended["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["name"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["pull", "create", "start"]);
    let made = api.container(&name, |c| c["digest"].is_string()).await;
    assert_eq!(
        (&made["state"], &made["image"]),
        (&json!("running"), &json!(image))
    );
    assert!(made["digest"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(ended["result"]["digest"], made["digest"]);
    api.remove(&name).await;
}

pub async fn a_dry_run_leaves_no_trace(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let before = api.get("/api/audit?limit=1").await.ok(200)[0]["seq"].clone();
    harbour.proxy.forget_requests();
    let body = json!({"image": BUSYBOX, "name": world.name("dry")});
    for _ in 0..5 {
        api.post("/api/containers?dryRun=true", &body).await.ok(200);
    }
    assert_eq!(
        api.get("/api/audit?limit=1").await.ok(200)[0]["seq"],
        before
    );
    // Other tests' containers make the agent read; nothing else may happen.
    let calls = harbour.engine_calls();
    assert!(calls.iter().all(|c| c.starts_with("GET ")), "{calls:?}");
    assert_eq!(api.get("/api/operations").await.ok(200), json!([]));
}
