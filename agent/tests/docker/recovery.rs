//! Killed in the middle, the agent ends what it began, or says what happened.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Cut, wait};

use crate::world::{BUSYBOX, Harbour, SOON, World};

async fn begin(harbour: &Harbour, body: &Value) -> String {
    harbour.api.post("/api/containers", body).await.ok(202)["operationId"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Containers of this name, asked from the engine.
async fn count(world: &World, name: &str) -> usize {
    let options = bollard::query_parameters::ListContainersOptions {
        all: true,
        ..Default::default()
    };
    let all = world.docker().list_containers(Some(options)).await.unwrap();
    let wanted = format!("/{name}");
    all.iter()
        .filter(|c| c.names.as_ref().is_some_and(|n| n.contains(&wanted)))
        .count()
}

pub async fn an_interrupted_pull_is_picked_up(world: &World) {
    let mut harbour = world.harbour().await;
    let image = world.remote_image(3, 2_000_000).await;
    let name = world.name("survivor");
    harbour.proxy.delay(Duration::from_secs(3));
    let id = begin(&harbour, &json!({"image": image, "name": name})).await;
    harbour
        .api
        .operation(&id, |o| o["steps"][0]["state"] == "running")
        .await;
    harbour.agent.kill9().await.unwrap();
    harbour.proxy.delay(Duration::ZERO);
    harbour.agent.start_again().await.unwrap();
    harbour.api.moved(&harbour.agent);
    // Its name is taken from the first moment on.
    let listed = harbour.api.get("/api/operations").await.ok(200);
    assert_eq!(listed[0]["id"], json!(id), "{listed}");
    let ended = harbour.api.ended(&id).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert_eq!(
        harbour.api.container(&name, |_| true).await["state"],
        "running"
    );
    assert_eq!(count(world, &name).await, 1);
    harbour.api.remove(&name).await;
}

/// Kills the agent when each step in turn is at work, and again in recovery.
pub async fn killed_between_steps(world: &World) {
    for step in ["pull", "folders", "create", "start"] {
        let mut harbour = world.harbour().await;
        let image = world.remote_image(1, 1000).await;
        let name = world.name("stepped");
        let dir = harbour.app_data.join(format!("{name}/config"));
        harbour.proxy.delay(Duration::from_millis(400));
        let body = json!({"image": image, "name": name,
            "mounts": [{"type": "bind", "source": dir, "target": "/c", "create": true}]});
        let id = begin(&harbour, &body).await;
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
        harbour.proxy.delay(Duration::ZERO);
        harbour.start_again().await;
        let ended = harbour.api.ended(&id).await;
        assert_eq!(ended["state"], "succeeded", "killed in {step}: {ended}");
        assert!(
            ended["steps"]
                .as_array()
                .unwrap()
                .iter()
                .all(|s| s["state"] == "done"),
            "{ended}"
        );
        assert_eq!(count(world, &name).await, 1, "killed in {step}");
        assert_eq!(
            harbour.api.container(&name, |_| true).await["state"],
            "running"
        );
        assert!(dir.is_dir());
        harbour.api.remove(&name).await;
    }
}

/// The engine did it, but its answer was lost: the container is found by its
/// label and taken back, or kept.
pub async fn lost_answers_are_found_out(world: &World) {
    for (part, when) in [
        ("/containers/create", Cut::Before),
        ("/containers/create", Cut::AfterResponse),
        ("/start", Cut::Before),
        ("/start", Cut::AfterResponse),
    ] {
        let harbour = world.harbour().await;
        let name = world.name("lost");
        harbour.proxy.cut_next(part, when);
        let answer = harbour
            .api
            .post("/api/containers", &json!({"image": BUSYBOX, "name": name}))
            .await;
        answer.error(409, "create_failed");
        let operation = harbour.api.get("/api/operations").await.ok(200)[0].clone();
        assert_eq!(
            operation["state"], "rolledBack",
            "{part} {when:?}: {operation}"
        );
        assert_eq!(count(world, &name).await, 0, "{part} {when:?}");
        // Nothing holds the name any more.
        harbour
            .api
            .create(&json!({"image": BUSYBOX, "name": name, "start": false}))
            .await;
        harbour.api.remove(&name).await;
    }
}

pub async fn cancelled_while_down(world: &World) {
    let mut harbour = world.harbour().await;
    let image = world.remote_image(1, 1000).await;
    let name = world.name("cancelled");
    harbour.proxy.delay(Duration::from_secs(2));
    let id = begin(&harbour, &json!({"image": image, "name": name})).await;
    harbour
        .api
        .operation(&id, |o| o["steps"][0]["state"] == "running")
        .await;
    let held = harbour
        .api
        .post("/api/containers", &json!({"image": BUSYBOX, "name": name}))
        .await;
    assert!(held.error(409, "busy").contains(&name));
    // Stopped in order, it parks the operation and goes on later.
    let status = harbour.agent.stop().await.unwrap();
    assert!(status.success(), "{}", harbour.agent.output_tail(20));
    harbour.agent.start_again().await.unwrap();
    harbour.api.moved(&harbour.agent);
    let path = format!("/api/operations/{id}/cancel");
    harbour.api.act(&path).await.ok(202);
    harbour.agent.kill9().await.unwrap();
    harbour.proxy.delay(Duration::ZERO);
    harbour.start_again().await;
    let ended = harbour.api.ended(&id).await;
    assert_eq!(
        (&ended["state"], &ended["cause"]),
        (&json!("rolledBack"), &json!("cancelled by you")),
        "{ended}"
    );
    assert_eq!(count(world, &name).await, 0);
    wait::until_true(SOON, "the name to be free", || async {
        harbour
            .api
            .post(
                "/api/containers?dryRun=true",
                &json!({"image": BUSYBOX, "name": name}),
            )
            .await
            .body["problems"]
            == json!([])
    })
    .await
    .unwrap();
}

/// A volume that somebody made while the agent was down has the name the
/// operation wanted. Going back must not take it along.
pub async fn other_peoples_volumes_stay(world: &World) {
    use bollard::models::VolumeCreateRequest;
    use bollard::query_parameters::RemoveVolumeOptions;
    let mut harbour = world.harbour().await;
    let (name, volume) = (world.name("volumes"), world.name("precious"));
    harbour.proxy.delay(Duration::from_millis(700));
    let image = world.remote_image(1, 1000).await;
    let body = json!({"image": image, "name": name, "command": ["/no/such/program"],
        "mounts": [{"type": "volume", "source": volume, "target": "/v"}]});
    let id = begin(&harbour, &body).await;
    let create = |o: &Value| o["steps"][1]["state"] != "pending" || o["endedAt"].is_string();
    harbour.api.operation(&id, create).await;
    harbour.agent.kill9().await.unwrap();
    let docker = world.docker();
    // Whatever the killed step had made is gone; the volume is somebody's now.
    for made in [&name] {
        let force = bollard::query_parameters::RemoveContainerOptions {
            force: true,
            v: true,
            link: false,
        };
        let _ = docker.remove_container(made, Some(force)).await;
    }
    let _ = docker
        .remove_volume(&volume, None::<RemoveVolumeOptions>)
        .await;
    let theirs = VolumeCreateRequest {
        name: Some(volume.clone()),
        ..Default::default()
    };
    docker.create_volume(theirs).await.unwrap();
    harbour.proxy.delay(Duration::ZERO);
    harbour.start_again().await;
    let ended = harbour.api.ended(&id).await;
    assert_eq!(ended["state"], "rolledBack", "{ended}");
    assert!(
        docker.inspect_volume(&volume).await.is_ok(),
        "it is still there"
    );
    docker
        .remove_volume(&volume, None::<RemoveVolumeOptions>)
        .await
        .unwrap();
}

/// The engine goes away in the middle of a creation: the agent waits for it
/// and tidies up then.
pub async fn an_engine_lost_in_the_middle(world: &World) {
    let harbour = world.harbour().await;
    let name = world.name("orphan");
    harbour
        .proxy
        .cut_next("/containers/create", Cut::AfterResponse);
    let body = json!({"image": BUSYBOX, "name": name});
    let creating = {
        let api = harbour.api.clone();
        tokio::spawn(async move { api.post("/api/containers", &body).await })
    };
    wait::until_true(SOON, "the answer to be lost", || async {
        harbour.proxy.waiting_cuts() == 0
    })
    .await
    .unwrap();
    harbour.proxy.refuse(true);
    harbour.proxy.cut_all();
    wait::until_true(SOON, "the agent to notice", || async {
        harbour.api.get("/api/health").await.body["status"] == "degraded"
    })
    .await
    .unwrap();
    harbour.proxy.refuse(false);
    creating.await.unwrap().error(409, "create_failed");
    let operation = harbour.api.get("/api/operations").await.ok(200)[0].clone();
    assert_eq!(operation["state"], "rolledBack", "{operation}");
    assert_eq!(count(world, &name).await, 0);
}
