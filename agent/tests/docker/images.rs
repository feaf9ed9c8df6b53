//! Images: pull, list, remove.

use std::time::Duration;

use serde_json::json;

use crate::world::{BUSYBOX, World};

pub async fn pulled_listed_and_removed(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let image = world.remote_image(3, 3_000_000).await;
    let mut events = api.events("", None).await;
    let id = api
        .post("/api/images/pull", &json!({"image": image}))
        .await
        .ok(202)["operationId"]
        .clone();
    let seen = events
        .until(|e| e.name == "operation" && e.data["id"] == id && e.data["endedAt"].is_string())
        .await;
    let layers = seen
        .iter()
        .filter_map(|e| e.data["progress"]["layers"].as_array())
        .map(Vec::len)
        .max();
    assert!(layers >= Some(3), "each layer is shown: {layers:?}");
    let last = &seen.last().unwrap().data;
    assert_eq!(last["state"], "succeeded", "{last}");
    // The list may have been told anew before the operation ended, or after.
    if !seen.iter().any(|e| e.name == "images") {
        events.until(|e| e.name == "images").await;
    }
    let find = async || {
        let images = api.get("/api/images").await.ok(200);
        let has =
            |i: &&serde_json::Value| i["references"].as_array().unwrap().contains(&json!(image));
        images.as_array().unwrap().iter().find(has).cloned()
    };
    let listed = testkit::wait::until(crate::world::SOON, "the image in the list", || async {
        find().await.ok_or("not listed")
    })
    .await
    .unwrap();
    assert!(listed["sizeBytes"].as_u64() > Some(9_000_000), "{listed}");
    assert!(
        listed["digests"][0].as_str().unwrap().contains("@sha256:"),
        "{listed}"
    );

    let name = world.name("user");
    api.create(&json!({"image": image, "name": name})).await;
    assert_eq!(find().await.unwrap()["containers"], json!([name]));
    let text = api
        .delete(&format!("/api/images/{image}"))
        .await
        .error(409, "image_in_use");
    assert!(text.contains(&name), "{text}");
    api.remove(&name).await;
    // By digest, with slashes and a port.
    let digest = listed["digests"][0].as_str().unwrap();
    let removed = api
        .delete(&format!("/api/images/{digest}?force=true"))
        .await
        .ok(200);
    assert!(
        !removed["untagged"].as_array().unwrap().is_empty(),
        "{removed}"
    );
    if find().await.is_some() {
        api.delete(&format!("/api/images/{image}")).await.ok(200);
    }
    testkit::wait::until_true(crate::world::SOON, "the image to be gone", || async {
        find().await.is_none()
    })
    .await
    .unwrap();
    api.delete("/api/images/no/such/image:1")
        .await
        .error(404, "image_not_found");
    api.delete("/api/images/..%2f..%2fcontainers")
        .await
        .error(404, "image_not_found");
    let still = api.get("/api/images").await.ok(200).to_string();
    assert!(still.contains(BUSYBOX));
}

pub async fn pulls_are_cancelled_and_fail_with_a_reason(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let missing = format!("{}/no/such:1", world.registry.address());
    let id = api
        .post("/api/images/pull", &json!({"image": missing}))
        .await
        .ok(202)["operationId"]
        .clone();
    let ended = api.ended(id.as_str().unwrap()).await;
    assert_eq!(ended["state"], "rolledBack");
    assert!(!ended["cause"].as_str().unwrap().is_empty(), "{ended}");
    api.act(&format!("/api/operations/{}/cancel", id.as_str().unwrap()))
        .await
        .error(409, "not_cancellable");
    api.act("/api/operations/nothing/cancel")
        .await
        .error(404, "operation_not_found");
    api.get("/api/operations/nothing")
        .await
        .error(404, "operation_not_found");
    api.post("/api/images/pull", &json!({"image": "a b"}))
        .await
        .error(422, "invalid");

    let image = world.remote_image(2, 500_000).await;
    // The engine is slow to answer, so that there is time to cancel.
    harbour.proxy.delay(Duration::from_millis(1500));
    let id = api
        .post("/api/images/pull", &json!({"image": image}))
        .await
        .ok(202)["operationId"]
        .clone();
    let path = format!("/api/operations/{}/cancel", id.as_str().unwrap());
    assert_eq!(api.act(&path).await.ok(202)["cancelRequested"], true);
    harbour.proxy.delay(Duration::ZERO);
    let ended = api.ended(id.as_str().unwrap()).await;
    assert_eq!(
        (&ended["state"], &ended["cause"]),
        (&json!("rolledBack"), &json!("cancelled by you")),
        "{ended}"
    );
    let images = api.get("/api/images").await.ok(200).to_string();
    assert!(!images.contains(&image), "it was not pulled");
}
