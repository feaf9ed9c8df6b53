//! What is done to containers in one call.

use serde_json::json;

use crate::world::{BUSYBOX, HEALTH, World};

pub async fn a_container_from_beginning_to_end(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("whole");
    let mut events = api.events("", None).await;
    events.until(|e| e.name == "hello").await;
    let id = api
        .create(&json!({
            "image": BUSYBOX, "name": name, "restart": {"policy": "unless-stopped"},
            "labels": {"com.docker.compose.project": "shop", "com.docker.compose.service": "web",
                "io.harbourmaster.webui": "http://[IP]:[PORT:80]/admin"},
        }))
        .await;
    let list = api.get("/api/containers?all=true").await.ok(200);
    let listed = list
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["id"] == json!(id))
        .unwrap();
    assert_eq!(listed["name"], json!(name));
    assert_eq!(listed["image"], BUSYBOX);
    assert_eq!(listed["state"], "running");
    assert_eq!(
        (&listed["project"], &listed["service"]),
        (&json!("shop"), &json!("web"))
    );
    assert_eq!(listed["restartPolicy"]["policy"], "unless-stopped");
    assert_eq!(
        listed["webUi"],
        json!({"scheme": "http", "port": 80, "path": "/admin"})
    );
    assert!(listed["startedAt"].is_string() && listed["created"].is_string());
    for way in [id.as_str(), &id[..12], name.as_str()] {
        let detail = api.get(&format!("/api/containers/{way}")).await.ok(200);
        assert_eq!(detail["id"], json!(id));
        assert!(
            detail["env"].is_array() && detail["command"].is_array(),
            "{detail}"
        );
    }

    let call = async |action: &str| api.act(&format!("/api/containers/{name}/{action}")).await;
    assert_eq!(call("pause").await.ok(200)["state"], "paused");
    assert_eq!(call("unpause").await.ok(200)["state"], "running");
    assert_eq!(call("restart").await.ok(200)["state"], "running");
    let stopped = call("stop").await.ok(200);
    assert_eq!(stopped["state"], "exited");
    assert!(
        stopped["exitCode"].is_i64() && stopped["finishedAt"].is_string(),
        "{stopped}"
    );
    call("stop").await.ok(200);
    let running = api.get("/api/containers").await.ok(200);
    assert!(
        running
            .as_array()
            .unwrap()
            .iter()
            .all(|c| c["id"] != json!(id)),
        "only running ones"
    );
    assert_eq!(call("start").await.ok(200)["state"], "running");
    api.delete(&format!("/api/containers/{name}"))
        .await
        .error(409, "container_running");
    let bad = json!({"signal": "term; reboot"});
    api.post(&format!("/api/containers/{name}/kill"), &bad)
        .await
        .error(422, "invalid");
    call("kill").await.ok(200);

    let other = world.name("renamed");
    let rename = |to: &str| {
        let body = json!({"name": to});
        let path = format!("/api/containers/{id}/rename");
        async move { api.post(&path, &body).await }
    };
    rename("no spaces").await.error(422, "invalid");
    assert_eq!(rename(&other).await.ok(200)["name"], json!(other));
    api.get(&format!("/api/containers/{name}"))
        .await
        .error(404, "container_not_found");
    api.remove(&other).await;
    api.get(&format!("/api/containers/{id}"))
        .await
        .error(404, "container_not_found");

    let seen = events
        .until(|e| e.name == "container-removed" && e.data["id"] == json!(id))
        .await;
    let states: Vec<&str> = seen
        .iter()
        .filter(|e| e.name == "container" && e.data["id"] == json!(id))
        .filter_map(|e| e.data["state"].as_str())
        .collect();
    for state in ["running", "paused", "exited"] {
        assert!(states.contains(&state), "{state} not among {states:?}");
    }
    let stopped = seen
        .iter()
        .any(|e| e.name == "activity" && e.data["text"] == "stopped" && e.data["actor"] == "you");
    assert!(stopped, "who stopped it is known");
}

pub async fn health_has_a_reason(world: &World) {
    let harbour = world.harbour().await;
    let name = world.name("ill");
    harbour
        .api
        .create(&json!({"image": HEALTH, "name": name}))
        .await;
    let ill = harbour
        .api
        .container(&name, |c| {
            c["health"]["status"] == "unhealthy" && c["health"]["reason"].is_object()
        })
        .await;
    assert_eq!(ill["health"]["reason"]["output"], "the disk is on fire");
    assert_eq!(ill["health"]["reason"]["exitCode"], 3);
    assert!(ill["health"]["failingStreak"].as_i64() >= Some(1));
    assert!(!ill["healthLog"].as_array().unwrap().is_empty());
    harbour.api.remove(&name).await;
}

pub async fn odd_names_and_labels(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let odd = "Ünïcödé 🚢 \"quoted\" \\ back \u{202e}rtl\u{0} end".replace('\u{0}', "");
    let name = world.name("odd.Name_1");
    let id = api
        .create(&json!({
            "image": BUSYBOX, "name": name, "labels": {"note": odd, "키": "값"},
            "env": [{"name": "GREETING", "value": odd}, {"name": "EMPTY", "value": ""}, {"name": "EQ", "value": "a=b=c"}],
        }))
        .await;
    let detail = api.get(&format!("/api/containers/{id}")).await.ok(200);
    assert_eq!(
        (&detail["labels"]["note"], &detail["labels"]["키"]),
        (&json!(odd), &json!("값"))
    );
    let env = detail["env"].as_array().unwrap();
    for (key, value) in [("GREETING", odd.as_str()), ("EMPTY", ""), ("EQ", "a=b=c")] {
        assert!(
            env.contains(&json!({"name": key, "value": value})),
            "{detail}"
        );
    }
    api.remove(&name).await;
    for wanted in ["..%2f..%2fetc", "%00", "a%20b", "%F0%9F%9A%A2"] {
        api.get(&format!("/api/containers/{wanted}"))
            .await
            .error(404, "container_not_found");
        api.act(&format!("/api/containers/{wanted}/start"))
            .await
            .error(404, "container_not_found");
    }
}

pub async fn two_changes_at_once(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("busy");
    // Ignores SIGTERM, so that stopping takes its time.
    api.create(&json!({"image": BUSYBOX, "name": name,
        "command": ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]}))
        .await;
    let stop = {
        let (api, path) = (api.clone(), format!("/api/containers/{name}/stop"));
        tokio::spawn(async move {
            loop {
                let answer = api.post(&path, &json!({"timeoutSeconds": 2})).await;
                // The other one was first this time.
                if answer.status != 409 {
                    return answer;
                }
            }
        })
    };
    testkit::wait::until(crate::world::SOON, "the second to be refused", || async {
        let answer = api.act(&format!("/api/containers/{name}/start")).await;
        if answer.status == 409 {
            Ok(answer.error(409, "busy"))
        } else {
            Err(answer.body.to_string())
        }
    })
    .await
    .map(|text| {
        assert!(
            text.contains(&name) && text.contains("being stopped"),
            "{text}"
        )
    })
    .unwrap();
    assert_eq!(stop.await.unwrap().ok(200)["state"], "exited");
    api.remove(&name).await;
}
