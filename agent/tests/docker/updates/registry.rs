//! Updates from a registry that does not answer as it should: nothing is lost, and
//! the reason is told.

#![allow(
    clippy::print_stdout,
    reason = "what was measured is part of a test's output"
)]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bollard::query_parameters::CreateImageOptions;
use futures_util::{TryStreamExt as _, stream};
use serde_json::{Value, json};
use testkit::wait;
use tokio::task::JoinHandle;

use super::{Published, inspect, made};
use crate::client::Api;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Good,
    /// Every answer is this status.
    Says(StatusCode),
    /// Two seconds before each answer.
    Slow,
    /// Layers end in their middle.
    Truncated,
    /// Layers are not what their digest says.
    Wrong,
    /// Layers never end.
    Endless,
}

#[derive(Clone)]
struct Door {
    registry: String,
    client: reqwest::Client,
    mood: Arc<Mutex<Mood>>,
}

/// A registry behind a door whose mood changes.
struct Moody {
    address: String,
    mood: Arc<Mutex<Mood>>,
    task: JoinHandle<()>,
}

impl Moody {
    async fn before(registry: String) -> Self {
        let mood = Arc::new(Mutex::new(Mood::Good));
        let door = Door {
            registry,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            mood: Arc::clone(&mood),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let router = Router::new().fallback(answer).with_state(door);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            mood,
            task,
        }
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
}

impl Drop for Moody {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(door): State<Door>, request: Request) -> Response {
    let mood = *door.mood.lock().unwrap();
    if mood == Mood::Slow {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    if let Mood::Says(status) = mood {
        return (status, [(header::RETRY_AFTER, "1")], "no").into_response();
    }
    let path = request.uri().path_and_query().unwrap().to_string();
    let url = format!("http://{}{path}", door.registry);
    let mut asked = door.client.request(request.method().clone(), url);
    for (name, value) in request.headers() {
        if name != header::HOST {
            asked = asked.header(name, value);
        }
    }
    let there = asked.send().await.unwrap();
    let (status, mut headers) = (there.status(), HeaderMap::new());
    for name in [
        "content-type",
        "content-length",
        "docker-content-digest",
        "etag",
    ] {
        if let Some(value) = there.headers().get(name) {
            headers.insert(header::HeaderName::from_static(name), value.clone());
        }
    }
    let bytes = there.bytes().await.unwrap();
    // A configuration is small and begins with `{`.
    let is_layer = path.contains("/blobs/") && !bytes.starts_with(b"{") && !bytes.is_empty();
    let body = match mood {
        Mood::Truncated if is_layer => {
            let half = bytes.slice(..bytes.len() / 2);
            let broken = std::io::Error::other("ends here");
            Body::from_stream(stream::iter([Ok(half), Err(broken)]))
        }
        Mood::Wrong if is_layer => {
            let mut other = bytes.to_vec();
            let middle = other.len() / 2;
            other[middle] ^= 1;
            other.into()
        }
        Mood::Endless if is_layer => {
            headers.remove(header::CONTENT_LENGTH);
            let more = stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Ok::<_, std::io::Error>(Bytes::from_static(&[0; 4_096])), ()))
            });
            let first = stream::iter([Ok(bytes)]);
            Body::from_stream(futures_util::StreamExt::chain(first, more))
        }
        _ => bytes.into(),
    };
    (status, headers, body).into_response()
}

async fn pull(world: &World, reference: &str) {
    let (image, tag) = reference.rsplit_once(':').unwrap();
    let options = CreateImageOptions {
        from_image: Some(image.to_owned()),
        tag: Some(tag.to_owned()),
        ..Default::default()
    };
    let docker = world.docker();
    let pulled = docker.create_image(Some(options), None, None);
    pulled.try_for_each(|_| async { Ok(()) }).await.unwrap();
}

/// How an update of a container went while the registry had a mood.
async fn while_it_is(world: &World, api: &Api, mood: Mood) -> Result<(), String> {
    let door = Moody::before(world.registry.address()).await;
    let image = Published::new(world);
    let first = image.version(&["LABEL of=one"], true).await;
    let (_, path) = first.split_once('/').unwrap();
    let reference = format!("{}/{path}", door.address);
    pull(world, &reference).await;
    let name = world.name("moody");
    let body = json!({"Image": reference, "HostConfig": {"RestartPolicy": {"Name": "always"}}});
    let before = made(world, &name, serde_json::from_value(body).unwrap(), true).await;
    api.container(&name, |c| c["state"] == "running").await;
    let policy = json!({"mode": "follow", "watchSeconds": 1});
    let policy_path = format!("/api/containers/{name}/update-policy");
    api.put(&policy_path, &policy).await.ok(200);
    // A layer of its own, which the engine does not have.
    let mark = format!("LABEL of={name}");
    let copy = format!("COPY root.tar /{name}.tar");
    image.version(&[&mark, &copy], true).await;
    let path = format!("/api/containers/{name}/update");
    let plan = api.get(&path).await.ok(200);
    door.set(mood);
    let body = json!({"revision": plan["revision"], "digest": plan["to"]["digest"]});
    let begun = api.post(&path, &body).await;
    let said = match begun.status {
        202 => {
            let id = begun.body["operationId"].as_str().unwrap().to_owned();
            if mood == Mood::Endless {
                tokio::time::sleep(Duration::from_secs(2)).await;
                let path = format!("/api/operations/{id}/cancel");
                api.act(&path).await.ok(202);
            }
            let path = format!("/api/operations/{id}");
            // The engine tries five times, and waits longer each time.
            wait::until(Duration::from_secs(150), "the end", || async {
                let operation = api.get(&path).await.ok(200);
                match operation["endedAt"].is_string() {
                    true => Ok(operation),
                    false => Err(operation.to_string()),
                }
            })
            .await
            .unwrap()
        }
        _ => json!({"state": "refused", "cause": begun.body["message"]}),
    };
    let after = inspect(world, &name).await;
    let same_one = after["Id"] == before["Id"];
    let mut wrong = Vec::new();
    let (state, cause) = (said["state"].as_str().unwrap(), said["cause"].as_str());
    if (mood == Mood::Slow) != (state == "succeeded") || same_one == (state == "succeeded") {
        wrong.push(format!("{state}, {cause:?}"));
    }
    if state != "succeeded" {
        if cause.is_none_or(str::is_empty) {
            wrong.push("no reason is told".to_owned());
        }
        wrong.extend(super::same::differences(&before, &after));
    }
    if after["State"]["Running"] != true {
        wrong.push("it does not run".to_owned());
    }
    println!("{mood:?}: {state}: {}", cause.unwrap_or("-"));
    door.set(Mood::Good);
    api.remove(&name).await;
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("{mood:?}: {}", wrong.join("; "))),
    }
}

pub async fn a_registry_in_a_bad_mood_takes_nothing_away(world: &World) {
    let harbour = world.harbour().await;
    let moods = [
        Mood::Says(StatusCode::UNAUTHORIZED),
        Mood::Says(StatusCode::TOO_MANY_REQUESTS),
        Mood::Says(StatusCode::INTERNAL_SERVER_ERROR),
        Mood::Slow,
        Mood::Truncated,
        Mood::Wrong,
        Mood::Endless,
    ];
    let begun = Instant::now();
    let all = moods.map(|mood| while_it_is(world, &harbour.api, mood));
    let all = futures_util::future::join_all(all).await;
    let wrong: Vec<String> = all.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(begun.elapsed() < Duration::from_secs(180));
}

pub async fn what_a_registry_says_is_shown(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let door = Moody::before(world.registry.address()).await;
    let image = Published::new(world);
    let first = image.version(&["LABEL of=one"], true).await;
    let (_, path) = first.split_once('/').unwrap();
    let reference = format!("{}/{path}", door.address);
    pull(world, &reference).await;
    let name = world.name("asked");
    let body = json!({"Image": reference});
    made(world, &name, serde_json::from_value(body).unwrap(), true).await;
    api.container(&name, |c| c["state"] == "running").await;
    let known = super::known(api, &name).await;
    assert_eq!(known["status"], "current", "{known}");
    door.set(Mood::Says(StatusCode::TOO_MANY_REQUESTS));
    let limited = super::known(api, &name).await;
    assert!(
        limited["reason"]
            .as_str()
            .is_some_and(|text| !text.is_empty()),
        "{limited}"
    );
    let all = api.get("/api/updates").await.ok(200);
    let paused = all["paused"].as_array().unwrap();
    assert!(
        paused
            .iter()
            .any(|one: &Value| one.to_string().contains(&door.address)),
        "{all}"
    );
    // It is known still, as it was when the registry answered.
    assert_eq!(limited["digest"], known["digest"]);
    api.remove(&name).await;
}
