//! Volumes: made, used, removed, tidied up; and tidying up images.

use serde_json::{Value, json};
use testkit::{Dockerd, images};

use crate::client::Api;
use crate::world::{BUSYBOX, World, harbour_on};

async fn volume(api: &Api, name: &str) -> Option<Value> {
    let list = api.get("/api/volumes?sizes=true").await.ok(200);
    let mut found = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|v| v["name"] == name);
    found.next().cloned()
}

/// A container with this volume at `/data`; writes some bytes into it.
async fn using(api: &Api, name: &str, source: &str) {
    let mounts = json!([{"type": "volume", "source": source, "target": "/data"}]);
    let command = ["sh", "-c", "head -c 100000 /dev/zero > /data/x; sleep 1000"];
    api.create(&json!({"image": BUSYBOX, "name": name, "mounts": mounts, "command": command}))
        .await;
}

pub async fn from_beginning_to_end(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("data");
    let body = json!({"name": name, "labels": {"a": "b"}});
    let made = api.post("/api/volumes", &body).await.ok(201);
    assert_eq!(
        (&made["name"], &made["driver"]),
        (&json!(name), &json!("local"))
    );
    assert_eq!(
        (&made["anonymous"], &made["usedBy"]),
        (&json!(false), &json!([]))
    );
    api.post("/api/volumes", &body)
        .await
        .error(409, "name_taken");
    api.post("/api/volumes", &json!({"name": "../x"}))
        .await
        .error(422, "invalid_request");
    let app = world.name("writer");
    using(api, &app, &name).await;
    testkit::wait::until_true(crate::world::SOON, "the bytes to be there", || async {
        let lines = std::fs::metadata(made["mountpoint"].as_str().unwrap().to_owned() + "/x");
        lines.is_ok_and(|m| m.len() == 100_000)
    })
    .await
    .unwrap();
    let shown = volume(api, &name).await.unwrap();
    assert!(shown["sizeBytes"].as_i64().unwrap() >= 100_000, "{shown}");
    assert_eq!(shown["usedBy"][0]["name"], json!(app));
    let path = format!("/api/volumes/{name}");
    let text = api.delete(&path).await.error(409, "volume_in_use");
    assert!(text.contains(&app), "{text}");
    harbour.proxy.forget_requests();
    for _ in 0..5 {
        volume(api, &name).await;
    }
    let measured = harbour
        .engine_calls()
        .iter()
        .filter(|c| c.contains("/system/df"))
        .count();
    assert!(measured <= 1, "measured {measured} times");
    api.remove(&app).await;
    api.delete(&path).await.ok(204);
    assert!(volume(api, &name).await.is_none());
    api.delete(&path).await.error(404, "volume_not_found");
    // A name that is a word of the API is a name.
    api.post("/api/volumes", &json!({"name": "prune"}))
        .await
        .ok(201);
    api.delete("/api/volumes/prune").await.ok(204);
    assert!(volume(api, "prune").await.is_none());
}

pub async fn a_folder_in_disguise_is_a_risk(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("disguise");
    let mut body = json!({
        "name": name,
        "driverOptions": {"type": "none", "o": "bind", "device": "/etc"},
    });
    let answer = api.post("/api/volumes", &body).await;
    assert_eq!(answer.body["problems"][0]["risk"], "system-path:/etc");
    answer.error(422, "invalid_request");
    // The agent's own keys, and a link that leads to the system.
    let data = harbour.agent.data_dir().to_str().unwrap().to_owned();
    let link = harbour.app_data.join("link");
    std::os::unix::fs::symlink("/etc", &link).unwrap();
    for device in [data.as_str(), link.to_str().unwrap()] {
        body["driverOptions"]["device"] = json!(device);
        let answer = api.post("/api/volumes", &body).await;
        assert_eq!(
            answer.body["problems"][0]["code"], "risk_not_confirmed",
            "{device}"
        );
    }
    assert!(volume(api, &name).await.is_none(), "nothing was made");
    body["driverOptions"]["device"] = json!("/etc");
    body["confirmRisks"] = json!(["system-path:/etc"]);
    api.post("/api/volumes", &body).await.ok(201);
    api.delete(&format!("/api/volumes/{name}")).await.ok(204);
}

pub async fn pruned_as_previewed(_: &World) {
    // An engine of its own: all unused volumes are the test's.
    let engine = Dockerd::start().await.unwrap();
    images::busybox(&engine.docker(), BUSYBOX).await.unwrap();
    let harbour = harbour_on(engine.socket()).await;
    let api = &harbour.api;
    let anonymous = ["a".repeat(64), "b".repeat(64)];
    for name in anonymous.iter().map(String::as_str).chain(["keep"]) {
        api.post("/api/volumes", &json!({"name": name}))
            .await
            .ok(201);
    }
    let names = |preview: &Value| -> Vec<String> {
        let items = preview["items"].as_array().unwrap().iter();
        items
            .map(|i| i["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let preview = api.get("/api/prune/volumes").await.ok(200);
    assert_eq!(names(&preview), anonymous, "what has a name is data");
    let all = api.get("/api/prune/volumes?named=true").await.ok(200);
    assert_eq!(names(&all), [&anonymous[0], &anonymous[1], "keep"]);
    using(api, "late", &anonymous[1]).await;
    let done = api
        .post("/api/prune/volumes", &json!({"ids": names(&preview)}))
        .await
        .ok(200);
    assert_eq!(done["removed"], json!([anonymous[0]]));
    assert_eq!(done["failed"][0]["id"], json!(anonymous[1]));
    assert!(
        done["failed"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("late")
    );
    assert!(volume(api, "keep").await.is_some());
    let done = api
        .post("/api/prune/volumes", &json!({"ids": ["keep"]}))
        .await
        .ok(200);
    assert_eq!(done["removed"], json!(["keep"]), "asked for by name");
}

pub async fn images_are_pruned_as_previewed(_: &World) {
    let engine = Dockerd::start().await.unwrap();
    let docker = engine.docker();
    images::busybox(&docker, BUSYBOX).await.unwrap();
    for name in ["hm-test/one:1", "hm-test/two:1"] {
        images::layered(&docker, name, 2, 50_000).await.unwrap();
    }
    images::busybox_with(&docker, "hm-test/late:1", &["LABEL late=1"])
        .await
        .unwrap();
    let harbour = harbour_on(engine.socket()).await;
    let api = &harbour.api;
    api.create(&json!({"image": BUSYBOX, "name": "user"})).await;
    let dangling = api.get("/api/prune/images").await.ok(200);
    assert_eq!(dangling["items"], json!([]), "all have a name");
    let preview = api.get("/api/prune/images?unused=true").await.ok(200);
    let items = preview["items"].as_array().unwrap();
    let named = |name: &str| items.iter().find(|i| i["name"] == name).cloned();
    assert!(named(BUSYBOX).is_none(), "a container was made from it");
    let (one, late) = (
        named("hm-test/one:1").unwrap(),
        named("hm-test/late:1").unwrap(),
    );
    assert!(one["sizeBytes"].as_i64().unwrap() >= 50_000, "{one}");
    assert!(preview["bytes"].as_i64().unwrap() >= 100_000, "{preview}");
    api.create(&json!({"image": "hm-test/late:1", "name": "late"}))
        .await;
    let ids: Vec<&Value> = items.iter().map(|i| &i["id"]).collect();
    let done = api
        .post("/api/prune/images", &json!({"ids": ids}))
        .await
        .ok(200);
    assert_eq!(
        done["removed"].as_array().unwrap().len(),
        items.len() - 1,
        "{done}"
    );
    assert_eq!(done["failed"][0]["id"], late["id"]);
    let freed = done["freedBytes"].as_i64().unwrap();
    let expected = preview["bytes"].as_i64().unwrap() - late["sizeBytes"].as_i64().unwrap();
    assert_eq!(freed, expected, "as the preview said");
    let left = api.get("/api/images").await.ok(200).to_string();
    assert!(left.contains("late:1") && !left.contains("one:1"), "{left}");
}
