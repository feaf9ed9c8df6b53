//! Updates by digest: found, planned, done, undone.

#![allow(
    clippy::print_stdout,
    reason = "what was measured is part of a test's output"
)]

mod faults;
mod invariant;
mod registry;
mod same;
mod shapes;

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, NetworkingConfig,
};
use bollard::query_parameters::{
    CreateContainerOptions, InspectContainerOptions, StartContainerOptions,
};
use serde_json::{Value, json};
use testkit::{images, wait};

pub use faults::every_disturbance_leaves_the_old_or_the_new;
pub use registry::{a_registry_in_a_bad_mood_takes_nothing_away, what_a_registry_says_is_shown};

use crate::client::Api;
use crate::world::{Harbour, World};

/// An image with versions in the registry.
struct Published<'a> {
    world: &'a World,
    name: String,
}

impl<'a> Published<'a> {
    fn new(world: &'a World) -> Self {
        Self {
            world,
            name: world.name("hm-test/moving"),
        }
    }

    /// What the tag means from now on; answers the reference. The engine keeps
    /// nothing of it when `elsewhere`.
    async fn version(&self, instructions: &[&str], elsewhere: bool) -> String {
        let docker = self.world.docker();
        let local = format!("{}:1", self.name);
        images::busybox_with(&docker, &local, instructions)
            .await
            .unwrap();
        let reference = images::push(&docker, &local, &self.world.registry.address())
            .await
            .unwrap();
        images::remove(&docker, &local).await.unwrap();
        if elsewhere {
            images::remove(&docker, &reference).await.unwrap();
        }
        reference
    }
}

const LIVES: &str = "CMD [\"sh\", \"-c\", \"trap 'exit 0' TERM; while :; do sleep 1; done\"]";

async fn inspect(world: &World, name: &str) -> Value {
    let found = world
        .docker()
        .inspect_container(name, None::<InspectContainerOptions>)
        .await
        .unwrap();
    serde_json::to_value(found).unwrap()
}

async fn made(world: &World, name: &str, body: ContainerCreateBody, start: bool) -> Value {
    let options = CreateContainerOptions {
        name: Some(name.to_owned()),
        platform: String::new(),
    };
    let docker = world.docker();
    docker.create_container(Some(options), body).await.unwrap();
    if start {
        docker
            .start_container(name, None::<StartContainerOptions>)
            .await
            .unwrap();
    }
    inspect(world, name).await
}

async fn known(api: &Api, name: &str) -> Value {
    let all = api.post("/api/updates/check", &json!({})).await.ok(200);
    let found = all["containers"].as_array().unwrap().iter();
    found
        .clone()
        .find(|one| one["name"] == name)
        .unwrap()
        .clone()
}

async fn updated(api: &Api, name: &str) -> Value {
    let path = format!("/api/containers/{name}/update");
    let plan = api.get(&path).await.ok(200);
    assert_eq!(plan["refused"], json!([]), "{plan}");
    let body = json!({"revision": plan["revision"], "digest": plan["to"]["digest"]});
    let begun = api.post(&path, &body).await.ok(202);
    api.ended(begun["operationId"].as_str().unwrap()).await
}

fn mounts(inspected: &Value) -> Value {
    json!([
        inspected["Mounts"][0]["Name"],
        inspected["Mounts"][0]["Destination"]
    ])
}

pub async fn to_what_the_tag_means_now_and_back(world: &World) {
    let harbour: Harbour = world.harbour().await;
    let api = &harbour.api;
    let (name, network) = (world.name("followed"), world.name("follownet"));
    let subnet = harbour.own_network(world, &network).await;
    let address = format!("{}.9", subnet.trim_end_matches(".0/24"));
    let image = Published::new(world);
    let reference = image
        .version(&[LIVES, "ENV VERSION=1", "VOLUME /data"], false)
        .await;
    let endpoint = EndpointSettings {
        aliases: Some(vec!["alias".into()]),
        ipam_config: Some(EndpointIpamConfig {
            ipv4_address: Some(address.clone()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let body = ContainerCreateBody {
        image: Some(reference.clone()),
        env: Some(vec!["OWN=kept".into()]),
        host_config: Some(HostConfig {
            network_mode: Some(network.clone()),
            memory: Some(64 << 20),
            ..Default::default()
        }),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some(HashMap::from([(network.clone(), endpoint)])),
        }),
        ..Default::default()
    };
    let before = made(world, &name, body, true).await;
    api.container(&name, |c| c["state"] == "running").await;
    let first = known(api, &name).await;
    assert_eq!(first["status"], "current", "{first}");
    let old = first["digest"].as_str().unwrap().to_owned();

    image
        .version(&[LIVES, "ENV VERSION=2", "VOLUME /data"], true)
        .await;
    let second = known(api, &name).await;
    assert_eq!(second["status"], "available", "{second}");
    let plan = api
        .get(&format!("/api/containers/{name}/update"))
        .await
        .ok(200);
    let change =
        json!({"field": "env", "name": "VERSION", "before": "1", "after": "2", "effective": true});
    assert_eq!(plan["changes"], json!([change]), "{plan}");
    assert_eq!(plan["here"], false);
    assert!(plan["downloadBytes"].as_u64().unwrap() > 0);

    let ended = updated(api, &name).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let after = inspect(world, &name).await;
    assert_ne!(before["Id"], after["Id"]);
    assert_eq!(after["State"]["Running"], true);
    let env = after["Config"]["Env"].as_array().unwrap();
    assert!(
        env.contains(&json!("VERSION=2")) && env.contains(&json!("OWN=kept")),
        "{env:?}"
    );
    assert_eq!(mounts(&before), mounts(&after));
    assert_eq!(
        before["HostConfig"]["Memory"],
        after["HostConfig"]["Memory"]
    );
    let joined = &after["NetworkSettings"]["Networks"][&network];
    assert_eq!(joined["IPAddress"], json!(address));
    assert!(
        joined["Aliases"]
            .as_array()
            .unwrap()
            .contains(&json!("alias"))
    );
    let third = known(api, &name).await;
    assert_eq!(third["status"], "current", "{third}");
    assert_eq!(third["before"][0]["digest"], json!(old));

    let path = format!("/api/containers/{name}/rollback");
    let begun = api.post(&path, &json!({"digest": old})).await.ok(202);
    let ended = api.ended(begun["operationId"].as_str().unwrap()).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let back = inspect(world, &name).await;
    assert_eq!(mounts(&before), mounts(&back));
    let env = back["Config"]["Env"].as_array().unwrap();
    assert!(env.contains(&json!("VERSION=1")), "{env:?}");
    let fourth = known(api, &name).await;
    assert_eq!(fourth["digest"], json!(old), "{fourth}");
    assert_eq!(fourth["status"], "available", "{fourth}");
    api.remove(&name).await;
}

pub async fn a_bad_image_is_undone_with_its_reason(world: &World) {
    let harbour = world.harbour().await;
    let (api, name) = (&harbour.api, world.name("undone"));
    let image = Published::new(world);
    let reference = image.version(&[LIVES], false).await;
    let body = ContainerCreateBody {
        image: Some(reference),
        ..Default::default()
    };
    let before = made(world, &name, body, true).await;
    api.container(&name, |c| c["state"] == "running").await;
    image
        .version(&["CMD [\"sh\", \"-c\", \"exit 3\"]"], true)
        .await;
    assert_eq!(known(api, &name).await["status"], "available");
    let ended = updated(api, &name).await;
    assert_eq!(ended["state"], "rolledBack", "{ended}");
    assert!(
        ended["cause"].as_str().unwrap().contains("code 3"),
        "{ended}"
    );
    let after = inspect(world, &name).await;
    assert_eq!(before["Id"], after["Id"]);
    assert_eq!(after["State"]["Running"], true);
    assert_eq!(before["HostConfig"], after["HostConfig"]);
    assert_eq!(known(api, &name).await["status"], "available");
    api.remove(&name).await;
}

pub async fn what_is_stopped_stays_stopped(world: &World) {
    let harbour = world.harbour().await;
    let (api, name) = (&harbour.api, world.name("at-rest"));
    let image = Published::new(world);
    let reference = image.version(&[LIVES], false).await;
    let body = ContainerCreateBody {
        image: Some(reference),
        ..Default::default()
    };
    made(world, &name, body, false).await;
    api.container(&name, |c| c["state"] == "created").await;
    image.version(&[LIVES, "ENV VERSION=2"], true).await;
    assert_eq!(known(api, &name).await["status"], "available");
    let ended = updated(api, &name).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let after = inspect(world, &name).await;
    assert_eq!(after["State"]["Status"], "created", "{after}");
    let passing = world.name("passing");
    let body = ContainerCreateBody {
        image: Some(after["Config"]["Image"].as_str().unwrap().to_owned()),
        host_config: Some(HostConfig {
            auto_remove: Some(true),
            ..Default::default()
        }),
        ..Default::default()
    };
    made(world, &passing, body, true).await;
    api.container(&passing, |c| c["state"] == "running").await;
    image.version(&[LIVES, "ENV VERSION=3"], true).await;
    let plan = api
        .get(&format!("/api/containers/{passing}/update"))
        .await
        .ok(200);
    assert!(plan["refused"][0].as_str().is_some(), "{plan}");
    let body = json!({"revision": plan["revision"], "digest": plan["to"]["digest"]});
    let path = format!("/api/containers/{passing}/update");
    api.post(&path, &body).await.error(409, "refused");
    api.remove(&passing).await;
    api.remove(&name).await;
}

/// Joins a network as the API has it.
async fn join(world: &World, name: &str, network: &str, endpoint: &Value) {
    let request = bollard::models::NetworkConnectRequest {
        container: name.to_owned(),
        endpoint_config: Some(serde_json::from_value(endpoint.clone()).unwrap()),
    };
    let docker = world.docker();
    docker.connect_network(network, request).await.unwrap();
}

pub async fn every_shape_stays_as_it_was(world: &World) {
    let harbour: Harbour = world.harbour().await;
    let api = &harbour.api;
    let (network, other) = (world.name("shapes"), world.name("shapes"));
    let subnet = harbour.own_network(world, &network).await;
    harbour.own_network(world, &other).await;
    let folder = tempfile::tempdir().unwrap();
    let neighbour = world.name("neighbour");
    let still = Published::new(world);
    let still = still.version(&["VOLUME /lent"], false).await;
    let body = json!({"Image": still, "HostConfig": {"NetworkMode": network}});
    made(
        world,
        &neighbour,
        serde_json::from_value(body).unwrap(),
        true,
    )
    .await;
    let volumes = world.name("shape-volume");
    let shapes = shapes::all(&shapes::Around {
        network: &network,
        prefix: subnet.trim_end_matches(".0/24"),
        other: &other,
        folder: folder.path().to_str().unwrap(),
        neighbour: &neighbour,
        volumes: &volumes,
    });
    assert!(shapes.len() >= 60, "{}", shapes.len());
    let image = Published::new(world);
    let instructions = [
        "ENV SHARED=image",
        "LABEL of.image=image",
        "WORKDIR /www",
        "VOLUME /kept",
        "STOPSIGNAL SIGTERM",
    ];
    let reference = image.version(&instructions, false).await;
    let prefix = world.name("shape");
    let (mut before, mut idle) = (Vec::new(), Vec::new());
    for shape in &shapes {
        let name = format!("{prefix}-{}", shape.name.replace('\'', ""));
        let mut body = shape.body.clone();
        body["Image"] = reference.clone().into();
        let body = serde_json::from_value(body).unwrap();
        made(world, &name, body, false).await;
        for (network, endpoint) in &shape.joins {
            join(world, &name, network, endpoint).await;
        }
        if shape.started {
            let started = world.docker();
            let started = started.start_container(&name, None::<StartContainerOptions>);
            // Some machines do not allow all of it; it is compared at rest then.
            if let Err(error) = started.await {
                idle.push(format!("{name}: {error}"));
            }
        }
        let policy = json!({"mode": "follow", "watchSeconds": 1});
        let path = format!("/api/containers/{name}/update-policy");
        wait::until(Duration::from_secs(10), "the agent to know it", || async {
            let answer = api.put(&path, &policy).await;
            if answer.status == 200 {
                Ok(())
            } else {
                Err(answer.body.to_string())
            }
        })
        .await
        .unwrap();
        before.push((name.clone(), inspect(world, &name).await));
    }
    println!(
        "{} shapes; not startable on this machine: {idle:?}",
        shapes.len()
    );
    assert!(shapes.len() - idle.len() >= 60, "{idle:?}");
    let mut newer = instructions.to_vec();
    newer.push("COPY root.tar /second.tar");
    image.version(&newer, true).await;
    api.post("/api/updates/check", &json!({})).await.ok(200);
    let names: Vec<&String> = before.iter().map(|(name, _)| name).collect();
    let wish = json!({"containers": names});
    let applied = api.post("/api/updates/apply", &wish).await.ok(200);
    assert_eq!(applied["refused"], json!([]), "{applied}");
    let mut wrong = Vec::new();
    for begun in applied["begun"].as_array().unwrap() {
        let ended = api.ended(begun["operationId"].as_str().unwrap()).await;
        if ended["state"] != "succeeded" {
            wrong.push(format!("{}: {}", begun["name"], ended["cause"]));
        }
    }
    for (name, before) in &before {
        let after = inspect(world, name).await;
        if before["Image"] == after["Image"] {
            wrong.push(format!("{name}: still has the old image"));
        }
        let differ = same::differences(before, &after);
        wrong.extend(differ.into_iter().map(|one| format!("{name}{one}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Who compares must see when something is lost.
    for (lost, value) in [
        ("/HostConfig/Memory", json!(1)),
        ("/HostConfig/RestartPolicy/Name", json!("always")),
        ("/Config/Env/0", json!("A=lost")),
        ("/Mounts/0", json!({"Type": "volume", "Name": "other"})),
        ("/State/Running", json!(false)),
    ] {
        let (_, one) = &before[3];
        let mut broken = one.clone();
        match broken.pointer_mut(lost) {
            Some(place) => *place = value,
            None => panic!("{lost} is not there: {one}"),
        }
        assert!(!same::differences(one, &broken).is_empty(), "{lost}");
    }
    for (name, _) in &before {
        api.remove(name).await;
    }
    api.remove(&neighbour).await;
}
