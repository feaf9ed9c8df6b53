//! The engine comes, goes, and changes behind the agent's back.

use std::time::{Duration, Instant};

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    CreateContainerOptions, RemoveContainerOptions, StartContainerOptions,
};
use futures_util::{StreamExt, stream};
use serde_json::json;
use testkit::{Dockerd, images};

use crate::world::{BUSYBOX, SOON, World, harbour_on};

fn options(name: &str) -> Option<CreateContainerOptions> {
    Some(CreateContainerOptions {
        name: Some(name.to_owned()),
        platform: String::new(),
    })
}

fn body() -> ContainerCreateBody {
    ContainerCreateBody {
        image: Some(BUSYBOX.to_owned()),
        ..Default::default()
    }
}

const FORCE: RemoveContainerOptions = RemoveContainerOptions {
    force: true,
    v: true,
    link: false,
};

pub async fn a_lost_engine_comes_back(_: &World) {
    let mut engine = Dockerd::start().await.unwrap();
    images::busybox(&engine.docker(), BUSYBOX).await.unwrap();
    let harbour = harbour_on(engine.socket()).await;
    let api = &harbour.api;
    for name in ["stays", "goes"] {
        api.create(&json!({"image": BUSYBOX, "name": name})).await;
    }
    let mut events = api.events("", None).await;
    engine.stop().await.unwrap();
    events
        .until(|e| e.name == "engine" && e.data["connected"] == false)
        .await;
    let health = api.get("/api/health").await.ok(200);
    assert_eq!(
        (&health["status"], &health["engine"]["connected"]),
        (&json!("degraded"), &json!(false))
    );
    assert!(health["engine"]["message"].is_string(), "{health}");
    let list = api.get("/api/containers?all=true").await.ok(200);
    assert_eq!(
        list.as_array().unwrap().len(),
        2,
        "the last known list stays"
    );
    api.act("/api/containers/stays/start")
        .await
        .error(503, "engine_down");
    api.post("/api/containers", &json!({"image": BUSYBOX}))
        .await
        .error(503, "engine_down");

    engine.start_again().await.unwrap();
    // Gone before the agent notices that the engine is back.
    engine
        .docker()
        .remove_container("goes", Some(FORCE))
        .await
        .unwrap();
    events
        .until(|e| e.name == "engine" && e.data["connected"] == true)
        .await;
    api.ready().await;
    testkit::wait::until_true(SOON, "the removed one to be gone", || async {
        api.get("/api/containers/goes").await.status == 404
    })
    .await
    .unwrap();
    assert_eq!(
        api.act("/api/containers/stays/start").await.ok(200)["state"],
        "running"
    );

    // Cut in the middle of everything, it reads everything again.
    harbour.proxy.cut_all();
    events
        .until(|e| e.name == "engine" && e.data["connected"] == true)
        .await;
    api.remove("stays").await;

    engine.kill9().await.unwrap();
    events
        .until(|e| e.name == "engine" && e.data["connected"] == false)
        .await;
    assert_eq!(api.get("/api/health").await.ok(200)["status"], "degraded");
}

pub async fn what_happens_behind_its_back_is_seen(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let docker = world.docker();
    let name = world.name("behind");
    let mut events = api.events("", None).await;
    events.until(|e| e.name == "hello").await;
    let id = docker
        .create_container(options(&name), body())
        .await
        .unwrap()
        .id;
    events
        .until(|e| e.name == "container" && e.data["id"] == json!(id))
        .await;
    docker
        .start_container(&id, None::<StartContainerOptions>)
        .await
        .unwrap();
    events
        .until(|e| {
            e.name == "container" && e.data["id"] == json!(id) && e.data["state"] == "running"
        })
        .await;
    assert_eq!(
        api.get(&format!("/api/containers/{name}")).await.ok(200)["state"],
        "running"
    );
    let other = world.name("behind-renamed");
    let rename = bollard::query_parameters::RenameContainerOptions {
        name: other.clone(),
    };
    docker.rename_container(&id, rename).await.unwrap();
    events
        .until(|e| e.name == "container" && e.data["name"] == json!(other))
        .await;
    docker.remove_container(&id, Some(FORCE)).await.unwrap();
    let seen = events
        .until(|e| e.name == "container-removed" && e.data["id"] == json!(id))
        .await;
    // Not us: nobody is named.
    assert!(
        !seen
            .iter()
            .any(|e| e.name == "activity" && e.data["actor"] == "you"),
        "{seen:?}"
    );
    api.get(&format!("/api/containers/{other}"))
        .await
        .error(404, "container_not_found");

    // A thousand changes in a row, and the end is right.
    let storm = world.name("storm");
    let id = docker
        .create_container(options(&storm), body())
        .await
        .unwrap()
        .id;
    for _ in 0..10 {
        docker
            .start_container(&id, None::<StartContainerOptions>)
            .await
            .unwrap();
        docker.pause_container(&id).await.unwrap();
        docker.unpause_container(&id).await.unwrap();
        let kill = bollard::query_parameters::KillContainerOptions {
            signal: "KILL".into(),
        };
        docker.kill_container(&id, Some(kill)).await.unwrap();
        let wait =
            docker.wait_container(&id, None::<bollard::query_parameters::WaitContainerOptions>);
        wait.collect::<Vec<_>>().await;
    }
    let end = api.container(&storm, |c| c["state"] == "exited").await;
    assert_eq!(end["exitCode"], 137, "{end}");
    docker.remove_container(&id, Some(FORCE)).await.unwrap();
}

pub async fn the_version_is_agreed_on(world: &World) {
    let harbour = world.harbour().await;
    let health = harbour.api.get("/api/health").await.ok(200);
    assert_eq!(
        health["engine"]["apiVersion"], "1.41",
        "Debian 12's engine: {health}"
    );
    let calls = harbour.engine_calls();
    assert!(
        calls
            .iter()
            .any(|c| c.starts_with("GET /v1.41/containers/json")),
        "{calls:?}"
    );
    let bare = calls
        .iter()
        .filter(|c| !c.contains(" /v1.41/") && !c.ends_with(" /version"));
    assert_eq!(bare.count(), 0, "{calls:?}");
}

pub async fn three_hundred_containers_cost_the_engine_nothing(_: &World) {
    const COUNT: usize = 300;
    // An engine of its own, so that the numbers are exact.
    let engine = Dockerd::start().await.unwrap();
    images::busybox(&engine.docker(), BUSYBOX).await.unwrap();
    let docker = &engine.docker();
    let made: Vec<_> = stream::iter(0..COUNT)
        .map(|n| async move {
            docker
                .create_container(options(&format!("c{n:03}")), body())
                .await
        })
        .buffer_unordered(8)
        .collect()
        .await;
    assert!(made.iter().all(Result::is_ok));
    let harbour = harbour_on(engine.socket()).await;
    let api = &harbour.api;
    harbour.proxy.forget_requests();
    let began = Instant::now();
    for _ in 0..20 {
        let list = api.get("/api/containers?all=true").await.ok(200);
        let names: Vec<_> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["name"].as_str().unwrap())
            .collect();
        assert_eq!(names.len(), COUNT);
        assert!(names.is_sorted(), "by name");
        api.get("/api/containers/c150").await.ok(200);
        api.get("/api/images").await.ok(200);
    }
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(
        harbour.engine_calls(),
        Vec::<String>::new(),
        "reading is free for the engine"
    );
    drop(harbour);
    drop(engine);
}

pub async fn events_go_on_where_they_stopped(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("resume");
    let mut events = api.events("", None).await;
    let id = api.create(&json!({"image": BUSYBOX, "name": name})).await;
    let seen = events
        .until(|e| {
            e.name == "container" && e.data["id"] == json!(id) && e.data["state"] == "running"
        })
        .await;
    let last = seen.iter().rev().find_map(|e| e.id.clone()).unwrap();
    drop(events);
    api.act(&format!("/api/containers/{name}/kill"))
        .await
        .ok(200);
    api.container(&name, |c| c["state"] == "exited").await;
    api.remove(&name).await;
    let mut resumed = api.events("", Some(&last)).await;
    let missed = resumed
        .until(|e| e.name == "container-removed" && e.data["id"] == json!(id))
        .await;
    assert!(
        missed.iter().any(|e| e.data["state"] == "exited"),
        "{missed:?}"
    );
    assert!(
        !missed.iter().any(|e| e.name == "reset"),
        "nothing was lost"
    );
    assert!(
        !missed
            .iter()
            .any(|e| e.name != "hello" && e.id.as_ref() == Some(&last)),
        "and nothing came twice"
    );
    // Cut off before anything happened: the greeting says where to go on.
    let mut cut = api.events("", None).await;
    let greeting = cut.until(|e| e.name == "hello").await;
    drop(cut);
    let name = world.name("unheard");
    let id = api.create(&json!({"image": BUSYBOX, "name": name})).await;
    let mut resumed = api.events("", greeting[0].id.as_deref()).await;
    let missed = resumed
        .until(|e| e.name == "container" && e.data["id"] == json!(id))
        .await;
    assert!(!missed.iter().any(|e| e.name == "reset"), "{missed:?}");
    api.remove(&name).await;
    let mut lost = api.events("?recent=5", Some("another-run-7")).await;
    let begun = lost.until(|e| e.name == "activity").await;
    assert!(begun.iter().any(|e| e.name == "reset"), "{begun:?}");
}

/// The engine's event and ours, side by side in one run: how much later is ours?
pub async fn changes_show_at_once(world: &World) {
    use bollard::query_parameters::{EventsOptions, RenameContainerOptions};
    const ROUNDS: usize = 20;
    let harbour = world.harbour().await;
    let docker = world.docker();
    let name = world.name("timed");
    let id = docker
        .create_container(options(&name), body())
        .await
        .unwrap()
        .id;
    docker
        .start_container(&id, None::<StartContainerOptions>)
        .await
        .unwrap();
    harbour
        .api
        .container(&name, |c| c["state"] == "running")
        .await;

    let filters = [("container".to_owned(), vec![id.clone()])].into();
    let raw = docker.events(Some(EventsOptions {
        filters: Some(filters),
        ..Default::default()
    }));
    let raw = tokio::spawn(async move {
        let mut raw = std::pin::pin!(raw);
        let mut seen = Vec::new();
        while seen.len() < 2 * ROUNDS {
            let event = raw.next().await.unwrap().unwrap();
            if event.action.as_deref() == Some("rename") {
                seen.push(Instant::now());
            }
        }
        seen
    });
    let mut events = harbour.api.events("", None).await;
    events.until(|e| e.name == "hello").await;
    let mut ours = Vec::new();
    // Renaming: the engine tells it in the same breath as it does it.
    let other = world.name("timed");
    for _ in 0..ROUNDS {
        for now in [&other, &name] {
            let options = RenameContainerOptions { name: now.clone() };
            docker.rename_container(&id, options).await.unwrap();
            events
                .until(|e| e.name == "container" && e.data["name"] == json!(now))
                .await;
            ours.push(Instant::now());
        }
    }
    let raw = raw.await.unwrap();
    let mut late: Vec<Duration> = ours
        .iter()
        .zip(&raw)
        .map(|(ours, raw)| ours.saturating_duration_since(*raw))
        .collect();
    late.sort();
    let (median, worst) = (late[late.len() / 2], late[late.len() - 1]);
    eprintln!("events: ours after the engine's own, median {median:?}, worst {worst:?}");
    // A millisecond on a quiet machine; this one runs other tests besides.
    assert!(median < Duration::from_millis(25), "median {median:?}");
    harbour.api.remove(&name).await;
}
