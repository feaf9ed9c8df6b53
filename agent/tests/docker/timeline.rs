//! The timeline: kept, told once, with reasons.

use std::collections::HashSet;

use bollard::query_parameters::{KillContainerOptions, StopContainerOptions};
use serde_json::{Value, json};
use testkit::{Dockerd, images, wait};

use crate::client::Api;
use crate::world::{BUSYBOX, SOON, World, harbour_on};

async fn page(api: &Api, query: &str) -> Vec<Value> {
    let answer = api.get(&format!("/api/timeline?{query}")).await.ok(200);
    answer["entries"].as_array().unwrap().clone()
}

/// Waits until an entry is as wanted.
async fn entry(api: &Api, query: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    wait::until(SOON, "the entry", || async {
        let entries = page(api, query).await;
        let found = entries.iter().find(|e| wanted(e)).cloned();
        found.ok_or_else(|| json!(entries).to_string())
    })
    .await
    .unwrap()
}

fn ids(entries: &[Value]) -> HashSet<String> {
    entries
        .iter()
        .map(|e| e["id"].as_str().unwrap().to_owned())
        .collect()
}

pub async fn nothing_twice_and_nothing_lost(_: &World) {
    let mut engine = Dockerd::start().await.unwrap();
    images::busybox(&engine.docker(), BUSYBOX).await.unwrap();
    let mut harbour = harbour_on(engine.socket()).await;
    harbour
        .api
        .create(&json!({"image": BUSYBOX, "name": "first"}))
        .await;
    entry(&harbour.api, "app=first", |e| e["action"] == "start").await;
    let before = page(&harbour.api, "limit=500").await;

    // In order, then by a kill, with something done while nobody looked.
    for (round, kill) in [false, true].into_iter().enumerate() {
        if kill {
            harbour.agent.kill9().await.unwrap();
        } else {
            harbour.agent.stop().await.unwrap();
        }
        let stop = StopContainerOptions {
            t: Some(0),
            ..Default::default()
        };
        engine
            .docker()
            .stop_container("first", Some(stop))
            .await
            .unwrap();
        engine
            .docker()
            .start_container(
                "first",
                None::<bollard::query_parameters::StartContainerOptions>,
            )
            .await
            .unwrap();
        harbour.start_again().await;
        let count = |entries: &[Value], action: &str| {
            entries.iter().filter(|e| e["action"] == action).count()
        };
        wait::until(SOON, "the gap to be filled", || async {
            let entries = page(&harbour.api, "app=first").await;
            let found = (count(&entries, "die"), count(&entries, "start"));
            (found == (round + 1, round + 2))
                .then_some(())
                .ok_or(format!("{entries:#?}"))
        })
        .await
        .unwrap();
    }
    engine.restart().await.unwrap();
    entry(&harbour.api, "kind=engine", |e| e["action"] == "up").await;
    harbour.api.ready().await;
    harbour.start_again().await;
    harbour
        .api
        .create(&json!({"image": BUSYBOX, "name": "last"}))
        .await;
    entry(&harbour.api, "app=last", |e| e["action"] == "start").await;

    let after = page(&harbour.api, "limit=500").await;
    assert_eq!(ids(&after).len(), after.len(), "no id twice");
    let lost: Vec<&Value> = before.iter().filter(|e| !after.contains(e)).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    let mut moments = HashSet::new();
    for e in after.iter().filter(|e| e["kind"] == "container") {
        let what = (
            e["at"].to_string(),
            e["action"].to_string(),
            e["subject"].to_string(),
        );
        assert!(moments.insert(what), "told twice: {e}");
    }
    // The rail of a fresh page is the same line.
    let mut events = harbour.api.events("?recent=5", None).await;
    let rail = events.until(|e| e.name == "activity").await;
    let first = rail.last().unwrap().data["id"].as_str().unwrap().to_owned();
    assert_eq!(after[4]["id"].as_str().unwrap(), first);
}

pub async fn reasons_people_and_filters(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("told");
    let command = [
        "sh",
        "-c",
        "trap 'exit 3' USR1; while :; do sleep 0.1; done",
    ];
    let id = api
        .create(&json!({"image": BUSYBOX, "name": name, "command": command}))
        .await;
    let query = format!("app={name}");
    let made = entry(api, &query, |e| e["action"] == "create").await;
    assert_eq!(made["actor"], "you");
    let operation = made["operationId"].as_str().unwrap();
    let operation = api
        .get(&format!("/api/operations/{operation}"))
        .await
        .ok(200);
    assert_eq!(operation["target"]["containerName"], json!(name));
    api.act(&format!("/api/containers/{name}/kill"))
        .await
        .ok(200);
    let end = entry(api, &query, |e| e["action"] == "die").await;
    assert_eq!(
        (&end["actor"], &end["text"]),
        (&json!("you"), &json!("stopped")),
        "{end}"
    );
    let request = end["requestId"].as_str().unwrap();
    let audit = api.get("/api/audit?limit=20").await.ok(200);
    assert!(
        audit.to_string().contains(request),
        "the audit log names it too"
    );

    api.act(&format!("/api/containers/{name}/start"))
        .await
        .ok(200);
    let kill = KillContainerOptions {
        signal: "KILL".into(),
    };
    world
        .docker()
        .kill_container(&id, Some(kill))
        .await
        .unwrap();
    let outside = entry(api, &query, |e| {
        e["action"] == "die" && e["actor"].is_null()
    })
    .await;
    assert_eq!(outside["detail"], "exit 137, ended by force", "{outside}");

    let ill = world.name("ill");
    api.create(&json!({"image": crate::world::HEALTH, "name": ill}))
        .await;
    let told = entry(api, &format!("app={ill}&q=fire"), |e| {
        e["severity"] == "bad"
    })
    .await;
    assert_eq!(told["detail"], "probe: the disk is on fire", "{told}");
    api.remove(&ill).await;

    let yours = page(api, &format!("{query}&actor=you")).await;
    assert!(!yours.is_empty() && yours.iter().all(|e| e["actor"] == "you"));
    let others = page(api, &format!("{query}&actor=engine")).await;
    assert!(!others.is_empty() && others.iter().all(|e| e["actor"].is_null()));
    let all = page(api, &query).await;
    assert_eq!(all.len(), yours.len() + others.len());
    let sign_ins = page(api, "kind=session").await;
    assert!(
        sign_ins
            .iter()
            .any(|e| e["action"] == "login" && e["actor"] == "you")
    );
    // Page by page it is the same as at once.
    let mut paged: Vec<Value> = Vec::new();
    loop {
        let before = paged.last().map_or(String::new(), |e| {
            format!("&before={}", e["id"].as_str().unwrap())
        });
        let answer = api
            .get(&format!("/api/timeline?{query}&limit=2{before}"))
            .await
            .ok(200);
        paged.extend(answer["entries"].as_array().unwrap().iter().cloned());
        if answer["more"] == false {
            break;
        }
    }
    assert_eq!(paged, all);
    let at = all[2]["at"].as_str().unwrap();
    let older = page(api, &format!("{query}&until={at}")).await;
    assert_eq!(older, all[2..]);
    let newer = page(api, &format!("{query}&since={at}")).await;
    assert_eq!(newer, all[..3]);
    let apps = api.get("/api/timeline/apps").await.ok(200);
    assert!(apps.as_array().unwrap().contains(&json!(name)), "{apps}");
    for bad in ["before=x", "since=yesterday"] {
        api.get(&format!("/api/timeline?{bad}"))
            .await
            .error(422, "invalid");
    }
    api.remove(&name).await;
}

pub async fn a_restart_loop_is_one_entry(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("loops");
    api.create(&json!({
        "image": BUSYBOX, "name": name, "command": ["sh", "-c", "exit 4"],
        "restart": {"policy": "always"},
    }))
    .await;
    let query = format!("app={name}&limit=500");
    let many = |e: &Value| e["action"] == "restart_loop" && e["count"].as_u64() >= Some(5);
    let told = entry(api, &query, many).await;
    let detail = told["detail"].as_str().unwrap();
    assert!(
        detail.contains("times in 1 minute") && detail.ends_with("exit 4"),
        "{detail}"
    );
    let entries = page(api, &query).await;
    let of = |action: &str| entries.iter().filter(|e| e["action"] == action).count();
    assert_eq!((of("restart_loop"), of("die")), (1, 2), "{entries:#?}");
    api.remove(&name).await;
}
