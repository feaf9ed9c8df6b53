//! Many readers of the event stream, some of which never read.

use std::time::{Duration, Instant};

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptions, RenameContainerOptions};
use futures_util::future::join_all;
use testkit::{Dockerd, images};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::exec;
use crate::logs::resident;
use crate::world::{NOSHELL, SOON, World, harbour_on};

const READERS: usize = 180;
const STUCK: usize = 20;
/// Renames while all are there; each is an event of the engine.
const RENAMES: usize = 100;
/// How late the last event may be on a busy machine.
const IN_TIME: Duration = Duration::from_secs(5);
/// Large events after that, more than the agent and the kernel hold for a
/// reader that does not take them.
const LARGE: usize = 400;
/// Bytes of one of them, most of them in one label.
const LARGE_BYTES: usize = 16 << 10;

/// Of 200 readers 20 never read. The others get every event, in order and in
/// time. For the stuck ones the agent keeps what fits into their connection and
/// no more: when one of them reads at last, it is told that its place is lost,
/// and goes on with what is new.
pub async fn stuck_ones_cost_nobody_anything(world: &World) {
    // An engine of its own: so many large events are for nobody else.
    let engine = Dockerd::start().await.unwrap();
    let docker = engine.docker();
    images::noshell(&docker, NOSHELL).await.unwrap();
    let harbour = harbour_on(engine.socket()).await;
    let api = &harbour.api;
    let pid = harbour.agent.pid().unwrap();
    let create = |label: String| {
        let docker = docker.clone();
        let name = world.name("told");
        async move {
            let options = CreateContainerOptions {
                name: Some(name),
                platform: String::new(),
            };
            let body = ContainerCreateBody {
                image: Some(NOSHELL.to_owned()),
                labels: Some([("note".to_owned(), label)].into()),
                ..ContainerCreateBody::default()
            };
            let made = docker.create_container(Some(options), body).await;
            made.unwrap().id
        }
    };
    let (small, large) = (
        create("small".to_owned()).await,
        create("x".repeat(LARGE_BYTES)).await,
    );
    let rename = |id: String, name: String| {
        let docker = docker.clone();
        async move {
            let options = RenameContainerOptions { name };
            docker.rename_container(&id, options).await.unwrap();
        }
    };
    api.container(&small, |_| true).await;
    api.container(&large, |_| true).await;

    let stuck = join_all((0..STUCK).map(|_| async {
        let mut tls = exec::tls(&harbour).await;
        let request = format!(
            "GET /api/events HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nX-Session-Proof: {}\r\n\r\n",
            api.address(),
            api.cookie,
            api.proof
        );
        tls.write_all(request.as_bytes()).await.unwrap();
        tls.flush().await.unwrap();
        tls
    }))
    .await;
    // Each has a connection of its own, as each page in a browser of its own.
    let readers = join_all((0..READERS).map(|_| {
        let api = api.on_a_new_connection(&harbour.agent);
        async move { api.events("", None).await }
    }))
    .await;
    let last = world.name("last");
    let reading = readers.into_iter().map(|mut events| {
        let last = last.clone();
        tokio::spawn(async move {
            let mut numbers = Vec::new();
            let mut names = 0;
            while let Some(event) = events.next().await {
                assert_ne!(event.name, "reset", "a reader lost its place");
                let id = event.id.expect("every event has its number");
                numbers.push(id.rsplit_once('-').unwrap().1.parse::<u64>().unwrap());
                names += usize::from(event.name == "container");
                if event.name == "container" && event.data["name"] == last {
                    break;
                }
            }
            (numbers, names, Instant::now())
        })
    });
    let reading: Vec<_> = reading.collect();
    let before = resident(pid);
    for _ in 0..RENAMES {
        rename(small.clone(), world.name("told")).await;
    }
    rename(small.clone(), last.clone()).await;
    let told = Instant::now();
    for read in join_all(reading).await {
        let (numbers, names, at) = read.unwrap();
        assert!(
            numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "an event is missing in {numbers:?}"
        );
        assert!(names > RENAMES, "{names} events of containers");
        let late = at.saturating_duration_since(told);
        assert!(late < IN_TIME, "the last event came {late:?} late");
    }

    // The others have gone; now there is more than a stuck reader's connection holds.
    for number in 0..LARGE {
        rename(large.clone(), format!("{last}-{number}")).await;
    }
    let newest = format!("{last}-{}", LARGE - 1);
    api.container(&large, |c| c["name"] == newest).await;
    let grown = resident(pid).saturating_sub(before);
    assert!(grown < 40 << 10, "the agent grew by {grown} KiB");
    let mut woken = stuck.into_iter().next().unwrap();
    let mut text = String::new();
    let reading = async {
        let mut chunk = vec![0; 64 << 10];
        while !text.contains("event: reset") || !text.contains(&newest) {
            let read = woken.read(&mut chunk).await.unwrap();
            assert!(read > 0, "the stream ended");
            text.push_str(&String::from_utf8_lossy(&chunk[..read]));
        }
    };
    let woken = tokio::time::timeout(SOON, reading).await;
    assert!(woken.is_ok(), "no reset in {} bytes", text.len());
    api.get("/api/health").await.ok(200);
}
