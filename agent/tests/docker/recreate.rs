//! Making a container anew: what stays, what changes, and the way back.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, NetworkingConfig,
    PortBinding, RestartPolicy, RestartPolicyNameEnum,
};
use bollard::query_parameters::{
    CreateContainerOptions, InspectContainerOptions, StartContainerOptions,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Api;
use crate::world::{BUSYBOX, HEALTH, World};

async fn settings(api: &Api, name: &str) -> Value {
    api.get(&format!("/api/containers/{name}/settings"))
        .await
        .ok(200)
}

fn path(name: &str) -> String {
    format!("/api/containers/{name}/recreate")
}

/// Sends the form back and waits for the end.
async fn recreated(api: &Api, name: &str, settings: &Value) -> Value {
    let body = json!({"form": settings["form"], "revision": settings["revision"]});
    let begun = api.post(&path(name), &body).await.ok(202);
    api.ended(begun["operationId"].as_str().unwrap()).await
}

async fn inspect(world: &World, name: &str) -> Value {
    let found = world
        .docker()
        .inspect_container(name, None::<InspectContainerOptions>)
        .await
        .unwrap();
    serde_json::to_value(found).unwrap()
}

/// Settings alone, in an order of their own.
fn configured(inspected: &Value) -> Value {
    let mut kept = json!({"Config": inspected["Config"], "HostConfig": inspected["HostConfig"]});
    let labels = kept["Config"]["Labels"].as_object_mut().unwrap();
    labels.remove("io.harbourmaster.operation");
    let config = kept["Config"].as_object_mut().unwrap();
    config.remove("Hostname");
    kept
}

pub async fn one_field_changes_and_all_others_stay(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (name, network, volume) = (
        world.name("anew"),
        world.name("anewnet"),
        world.name("anew-volume"),
    );
    let subnet = harbour.own_network(world, &network).await;
    let address = format!("{}.9", subnet.trim_end_matches(".0/24"));
    let docker = world.docker();
    let endpoint = EndpointSettings {
        aliases: Some(vec!["alias".into()]),
        ipam_config: Some(EndpointIpamConfig {
            ipv4_address: Some(address.clone()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let body = ContainerCreateBody {
        image: Some(BUSYBOX.into()),
        env: Some(vec!["A=b".into()]),
        labels: Some(HashMap::from([(
            "com.docker.compose.project".into(),
            "p".into(),
        )])),
        volumes: Some(vec!["/anonymous".into()]),
        user: Some("0:0".into()),
        stop_signal: Some("SIGTERM".into()),
        stop_timeout: Some(3),
        host_config: Some(HostConfig {
            binds: Some(vec!["/srv:/srv:ro,z".into(), format!("{volume}:/v:nocopy")]),
            tmpfs: Some(HashMap::from([(
                "/run".into(),
                "size=65536k,noexec".into(),
            )])),
            port_bindings: Some(HashMap::from([(
                "80/tcp".into(),
                Some(vec![PortBinding {
                    host_ip: Some("127.0.0.1".into()),
                    host_port: Some(String::new()),
                }]),
            )])),
            network_mode: Some(network.clone()),
            oom_score_adj: Some(100),
            userns_mode: Some("host".into()),
            uts_mode: Some(String::new()),
            cpu_period: Some(100_000),
            cpu_quota: Some(50_000),
            device_cgroup_rules: Some(vec!["c 1:3 mr".into()]),
            memory: Some(64 << 20),
            pids_limit: Some(100),
            cap_add: Some(vec!["NET_ADMIN".into()]),
            security_opt: Some(vec!["no-new-privileges".into()]),
            restart_policy: Some(RestartPolicy {
                name: Some(RestartPolicyNameEnum::UNLESS_STOPPED),
                maximum_retry_count: None,
            }),
            ..Default::default()
        }),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some(HashMap::from([(network.clone(), endpoint)])),
        }),
        ..Default::default()
    };
    let options = CreateContainerOptions {
        name: Some(name.clone()),
        platform: String::new(),
    };
    docker.create_container(Some(options), body).await.unwrap();
    docker
        .start_container(&name, None::<StartContainerOptions>)
        .await
        .unwrap();
    api.container(&name, |c| c["state"] == "running").await;
    let before = inspect(world, &name).await;

    let mut form = settings(api, &name).await;
    assert_eq!(
        form["form"]["env"],
        json!([{"name": "A", "value": "b"}]),
        "{form}"
    );
    assert_eq!(form["form"]["networks"][0]["ipv4Address"], json!(address));
    assert_eq!(form["form"]["networks"][0]["aliases"], json!(["alias"]));
    let kept: Vec<&str> = form["keeps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|k| k["name"].as_str().unwrap())
        .collect();
    for keep in [
        "Oom score adj",
        "Cpu quota",
        "Device cgroup rules",
        "Userns mode",
    ] {
        assert!(kept.contains(&keep), "{kept:?}");
    }

    form["form"]["memoryBytes"] = json!(96 << 20);
    let body = json!({"form": form["form"], "revision": form["revision"]});
    let preview = api
        .post(&format!("{}?dryRun=true", path(&name)), &body)
        .await
        .ok(200);
    assert_eq!(preview["problems"], json!([]), "{preview}");
    let change = json!({"field": "memoryBytes", "group": "Limits", "label": "Memory in bytes",
        "before": "67108864", "after": "100663296", "kind": "changed"});
    assert_eq!(preview["changes"], json!([change]), "{preview}");

    let ended = recreated(api, &name, &form).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let steps: Vec<&str> = ended["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["name"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["park", "create", "start", "verdict", "remove"]);
    let after = inspect(world, &name).await;
    assert_ne!(before["Id"], after["Id"]);
    assert_eq!(after["State"]["Running"], true);
    let (mut was, mut is) = (configured(&before), configured(&after));
    assert_eq!(is["HostConfig"]["Memory"], json!(96 << 20));
    // The engine makes swap from memory, and the anonymous volume has a name now.
    for side in [&mut was, &mut is] {
        for (part, key) in [
            ("HostConfig", "Memory"),
            ("HostConfig", "MemorySwap"),
            ("HostConfig", "Mounts"),
            ("Config", "Volumes"),
        ] {
            side[part].as_object_mut().unwrap().remove(key);
        }
    }
    assert_eq!(was, is);
    let mounts = |inspected: &Value| {
        let mut list: Vec<Value> = inspected["Mounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| {
                json!([
                    m["Type"],
                    m["Name"],
                    m["Destination"],
                    m["RW"],
                    m["Propagation"]
                ])
            })
            .collect();
        list.sort_by_key(Value::to_string);
        list
    };
    assert_eq!(
        mounts(&before),
        mounts(&after),
        "the anonymous volume among them"
    );
    let joined = &after["NetworkSettings"]["Networks"][&network];
    assert_eq!(joined["IPAddress"], json!(address));
    assert!(
        joined["Aliases"]
            .as_array()
            .unwrap()
            .contains(&json!("alias")),
        "{joined}"
    );
    let left = api.get("/api/containers?all=true").await.ok(200);
    let parked = format!("{name}.parked");
    assert!(!left.to_string().contains(&parked), "the old one is gone");

    // The settings that were read before are not those of this container.
    api.post(&path(&name), &body).await.error(409, "changed");
    let mut again = settings(api, &name).await;
    again["form"]["name"] = json!("another");
    let body = json!({"form": again["form"], "revision": again["revision"]});
    api.post(&path(&name), &body)
        .await
        .error(422, "invalid_request");
    api.remove(&name).await;
    let gone = None::<bollard::query_parameters::RemoveVolumeOptions>;
    docker.remove_volume(&volume, gone).await.unwrap();
    docker.remove_network(&network).await.unwrap();
}

pub async fn a_failing_successor_puts_the_old_one_back(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("failing");
    let id = api
        .create(&json!({"image": BUSYBOX, "name": name, "restart": {"policy": "always"}, "env": [{"name": "A", "value": "1"}]}))
        .await;
    for (change, cause) in [
        (json!({"command": ["/no/such/program"]}), "/no/such/program"),
        (
            json!({"command": ["sh", "-c", "sleep 1; exit 3"], "restart": {"policy": "no"}}),
            "code 3",
        ),
        (
            json!({"command": ["sh", "-c", "sleep 1; exit 3"]}),
            "again and again",
        ),
        (
            json!({"healthcheck": {"test": ["CMD-SHELL", "echo no good; exit 1"], "intervalSeconds": 1, "retries": 1}}),
            "no good",
        ),
    ] {
        let mut form = settings(api, &name).await;
        for (key, value) in change.as_object().unwrap() {
            form["form"][key] = value.clone();
        }
        let ended = recreated(api, &name, &form).await;
        assert_eq!(ended["state"], "rolledBack", "{change}: {ended}");
        assert!(ended["cause"].as_str().unwrap().contains(cause), "{ended}");
        let old = inspect(world, &name).await;
        assert_eq!(old["Id"], json!(id), "{change}");
        assert_eq!(old["State"]["Running"], true, "{change}");
        assert_eq!(
            old["HostConfig"]["RestartPolicy"]["Name"], "always",
            "{change}"
        );
        assert_eq!(old["HostConfig"]["RestartPolicy"]["MaximumRetryCount"], 0);
    }
    let all = api
        .get("/api/containers?all=true")
        .await
        .ok(200)
        .to_string();
    assert!(
        !all.contains(&format!("{name}.parked")),
        "nothing is left over"
    );
    api.remove(&name).await;
}

pub async fn health_decides_where_there_is_a_check(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("judged");
    // The image's own check says no; the form switches it off, and on again.
    api.create(&json!({"image": HEALTH, "name": name, "healthcheck": {"test": ["NONE"]}}))
        .await;
    let mut form = settings(api, &name).await;
    assert_eq!(form["form"]["healthcheck"]["test"], json!(["NONE"]));
    form["form"].as_object_mut().unwrap().remove("healthcheck");
    let ended = recreated(api, &name, &form).await;
    assert_eq!(ended["state"], "rolledBack", "{ended}");
    assert!(
        ended["cause"]
            .as_str()
            .unwrap()
            .contains("the disk is on fire"),
        "{ended}"
    );
    let mut form = settings(api, &name).await;
    form["form"]["healthcheck"] = json!({"test": ["CMD", "true"], "intervalSeconds": 1});
    let ended = recreated(api, &name, &form).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let container = api.get(&format!("/api/containers/{name}")).await.ok(200);
    assert_eq!(container["health"]["status"], "healthy", "{container}");
    api.remove(&name).await;
}

pub async fn stopped_ones_stay_stopped_and_passing_ones_are_refused(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("stopped");
    api.create(&json!({"image": BUSYBOX, "name": name, "start": false}))
        .await;
    let mut form = settings(api, &name).await;
    assert_eq!(form["form"]["start"], false);
    form["form"]["env"] = json!([{"name": "B", "value": "2"}]);
    let ended = recreated(api, &name, &form).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert_eq!(
        api.get(&format!("/api/containers/{name}")).await.ok(200)["state"],
        "created"
    );
    api.remove(&name).await;

    let passing = world.name("passing");
    api.create(&json!({"image": BUSYBOX, "name": passing, "autoRemove": true}))
        .await;
    let form = settings(api, &passing).await;
    assert_eq!(form["form"]["autoRemove"], true);
    let body = json!({"form": form["form"], "revision": form["revision"]});
    let text = api
        .post(&path(&passing), &body)
        .await
        .error(422, "invalid_request");
    assert!(text.contains("--rm"), "{text}");
    let preview = api
        .post(&format!("{}?dryRun=true", path(&passing)), &body)
        .await
        .ok(200);
    assert_eq!(preview["problems"][0]["field"], "autoRemove", "{preview}");
    api.send(
        Method::DELETE,
        &format!("/api/containers/{passing}?force=true"),
        None,
    )
    .await
    .ok(204);
}

pub async fn its_own_ports_are_not_in_its_way(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("ported");
    let port = crate::create::free_port();
    api.create(
        &json!({"image": BUSYBOX, "name": name, "network": crate::world::NETWORK,
        "ports": [{"container": 80, "host": port}]}),
    )
    .await;
    let mut form = settings(api, &name).await;
    form["form"]["tty"] = json!(true);
    let ended = recreated(api, &name, &form).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let container = api.get(&format!("/api/containers/{name}")).await.ok(200);
    assert_eq!(
        (&container["tty"], &container["ports"][0]["host"]),
        (&json!(true), &json!(port))
    );
    api.remove(&name).await;
}

/// Kills the agent when each step in turn is at work, and again in recovery.
pub async fn killed_between_steps_of_a_recreation(world: &World) {
    for step in ["park", "create", "start", "verdict", "remove"] {
        let mut harbour = world.harbour().await;
        let name = world.name("rekilled");
        let first = harbour
            .api
            .create(&json!({"image": BUSYBOX, "name": name, "restart": {"policy": "always"}}))
            .await;
        let mut form = settings(&harbour.api, &name).await;
        form["form"]["env"] = json!([{"name": "NEW", "value": "1"}]);
        let body = json!({"form": form["form"], "revision": form["revision"]});
        harbour.proxy.delay(std::time::Duration::from_millis(300));
        let begun = harbour.api.post(&path(&name), &body).await.ok(202);
        let id = begun["operationId"].as_str().unwrap().to_owned();
        let reached = |o: &Value| {
            o["endedAt"].is_string()
                || o["steps"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|s| s["name"] == step && s["state"] != "pending")
        };
        harbour.api.operation(&id, reached).await;
        harbour.agent.kill9().await.unwrap();
        harbour.agent.start_again().await.unwrap();
        harbour.agent.kill9().await.unwrap();
        harbour.proxy.delay(std::time::Duration::ZERO);
        harbour.start_again().await;
        let ended = harbour.api.ended(&id).await;
        assert_eq!(ended["state"], "succeeded", "killed in {step}: {ended}");
        let now = inspect(world, &name).await;
        assert_ne!(now["Id"], json!(first), "killed in {step}");
        assert_eq!(now["State"]["Running"], true);
        assert_eq!(now["HostConfig"]["RestartPolicy"]["Name"], "always");
        let gone = world
            .docker()
            .inspect_container(&first, None::<InspectContainerOptions>)
            .await;
        assert!(
            gone.is_err(),
            "killed in {step}: the old one is still there"
        );
        harbour.api.remove(&name).await;
    }
}

/// A wish to cancel that was written down before a crash puts the old one back.
pub async fn cancelled_in_the_middle_the_old_one_runs(world: &World) {
    for step in ["park", "create", "start", "verdict"] {
        let mut harbour = world.harbour().await;
        let name = world.name("recancelled");
        let first = harbour
            .api
            .create(&json!({"image": BUSYBOX, "name": name, "restart": {"policy": "always"}}))
            .await;
        let form = settings(&harbour.api, &name).await;
        let body = json!({"form": form["form"], "revision": form["revision"]});
        harbour.proxy.delay(std::time::Duration::from_millis(300));
        let begun = harbour.api.post(&path(&name), &body).await.ok(202);
        let id = begun["operationId"].as_str().unwrap().to_owned();
        let reached = |o: &Value| {
            o["steps"]
                .as_array()
                .unwrap()
                .iter()
                .any(|s| s["name"] == step && s["state"] == "running")
        };
        harbour.api.operation(&id, reached).await;
        harbour
            .api
            .act(&format!("/api/operations/{id}/cancel"))
            .await
            .ok(202);
        harbour.agent.kill9().await.unwrap();
        harbour.proxy.delay(std::time::Duration::ZERO);
        harbour.start_again().await;
        let ended = harbour.api.ended(&id).await;
        assert_eq!(ended["state"], "rolledBack", "cancelled in {step}: {ended}");
        let now = inspect(world, &name).await;
        assert_eq!(now["Id"], json!(first), "cancelled in {step}");
        assert_eq!(now["State"]["Running"], true, "cancelled in {step}");
        assert_eq!(now["HostConfig"]["RestartPolicy"]["Name"], "always");
        harbour.api.remove(&name).await;
    }
}
