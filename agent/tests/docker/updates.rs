//! Updates by digest: found, planned, done, undone.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, NetworkingConfig,
};
use bollard::query_parameters::{
    CreateContainerOptions, InspectContainerOptions, StartContainerOptions,
};
use serde_json::{Value, json};
use testkit::images;

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
