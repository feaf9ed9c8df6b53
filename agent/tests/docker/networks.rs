//! Networks: made, used, removed, tidied up.

use std::cell::Cell;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Api;
use crate::world::{BUSYBOX, World};

async fn network(api: &Api, name: &str) -> Option<Value> {
    let list = api.get("/api/networks").await.ok(200);
    let mut found = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|n| n["name"] == name);
    found.next().cloned()
}

pub async fn from_beginning_to_end(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("shared");
    let body = json!({"name": name, "subnet": "10.77.3.0/24", "gateway": "10.77.3.1", "labels": {"a": "b"}});
    let mut events = api.events("", None).await;
    let made = api.post("/api/networks", &body).await.ok(201);
    assert_eq!(made["name"], json!(name));
    // The engine's event and its list come as they please.
    let (listed, told) = (Cell::new(false), Cell::new(false));
    events
        .until(|e| {
            listed.set(listed.get() || e.name == "networks");
            if e.name == "activity" && e.data["subject"] == json!(name) {
                assert_eq!(e.data["actor"], "you");
                told.set(true);
            }
            listed.get() && told.get()
        })
        .await;
    let shown = network(api, &name).await.unwrap();
    assert_eq!(
        shown["subnets"],
        json!([{"subnet": "10.77.3.0/24", "gateway": "10.77.3.1"}])
    );
    assert_eq!(
        (&shown["builtIn"], &shown["labels"]),
        (&json!(false), &json!({"a": "b"}))
    );
    api.post("/api/networks", &body)
        .await
        .error(409, "name_taken");
    let bad = api
        .post(
            "/api/networks",
            &json!({"name": "x y", "driver": "macvlan"}),
        )
        .await;
    assert_eq!(
        bad.body["problems"].as_array().unwrap().len(),
        2,
        "{}",
        bad.body
    );
    bad.error(422, "invalid_request");

    let app = world.name("member");
    api.create(&json!({"image": BUSYBOX, "name": app, "network": name}))
        .await;
    let shown = network(api, &name).await.unwrap();
    assert_eq!(shown["containers"][0]["name"], json!(app));
    let ip = shown["containers"][0]["ipv4Address"].as_str().unwrap();
    assert!(ip.starts_with("10.77.3."), "{ip}");
    let path = format!("/api/networks/{}", made["id"].as_str().unwrap());
    let text = api.delete(&path).await.error(409, "network_in_use");
    assert!(text.contains(&app), "{text}");
    api.act(&format!("/api/containers/{app}/stop"))
        .await
        .ok(200);
    api.delete(&path).await.error(409, "network_in_use");
    api.remove(&app).await;
    api.delete(&path).await.ok(204);
    assert!(network(api, &name).await.is_none());
    api.delete(&path).await.error(404, "network_not_found");
    for own in ["bridge", "host", "none"] {
        api.delete(&format!("/api/networks/{own}"))
            .await
            .error(409, "network_built_in");
    }
    // Lists cost the engine nothing.
    harbour.proxy.forget_requests();
    api.get("/api/networks").await.ok(200);
    api.get("/api/volumes").await.ok(200);
    assert_eq!(harbour.engine_calls(), Vec::<String>::new());
}

pub async fn pruned_as_previewed(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (idle, taken) = (world.name("idle"), world.name("taken"));
    for name in [&idle, &taken] {
        api.post("/api/networks", &json!({"name": name}))
            .await
            .ok(201);
    }
    let preview = api.get("/api/prune/networks").await.ok(200);
    let id = |name: &str| -> Value {
        let items = preview["items"].as_array().unwrap();
        items.iter().find(|i| i["name"] == name).unwrap()["id"].clone()
    };
    assert!(!preview.to_string().contains(r#""name":"bridge""#));
    let app = world.name("late");
    api.create(&json!({"image": BUSYBOX, "name": app, "network": taken}))
        .await;
    let ids = json!({"ids": [id(&idle), id(&taken), "unknown"]});
    let done = api.post("/api/prune/networks", &ids).await.ok(200);
    assert_eq!(done["removed"], json!([id(&idle)]));
    let failed = done["failed"].to_string();
    assert!(
        failed.contains(&app) && failed.contains("unknown"),
        "{failed}"
    );
    assert!(network(api, &taken).await.is_some() && network(api, &idle).await.is_none());
    api.send(
        Method::POST,
        "/api/prune/networks",
        Some(&json!({"ids": []})),
    )
    .await
    .error(422, "invalid");
    api.remove(&app).await;
    api.delete(&format!("/api/networks/{taken}")).await.ok(204);
}
