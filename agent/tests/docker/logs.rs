//! Logs.

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::json;

use crate::client::bytes_of;
use crate::world::{BUSYBOX, Harbour, World};

async fn container(harbour: &Harbour, name: &str, script: &str) {
    harbour
        .api
        .create(&json!({"image": BUSYBOX, "name": name, "command": ["sh", "-c", script]}))
        .await;
}

async fn log(harbour: &Harbour, name: &str, query: &str) -> Vec<u8> {
    let path = format!("/api/containers/{name}/logs{query}");
    let response = harbour
        .api
        .request(Method::GET, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    bytes_of(response).await
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes)
        .lines()
        .map(str::to_owned)
        .collect()
}

pub async fn both_streams_apart(world: &World) {
    let harbour = world.harbour().await;
    let name = world.name("streams");
    let long = 40_000;
    let script = format!(
        "echo one; echo two >&2; printf 'grüße 🚢\\n'; printf '\\033[31mred\\033[0m\\n'; \
         head -c {long} /dev/zero | tr '\\0' x; echo; printf 'no newline'"
    );
    container(&harbour, &name, &script).await;
    harbour
        .api
        .container(&name, |c| c["state"] == "exited")
        .await;
    let all = lines(&log(&harbour, &name, "").await);
    let of = |tag: char| {
        all.iter()
            .filter(|l| l.starts_with(tag))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(of('e'), ["etwo"]);
    let out = of('o');
    assert_eq!(out[..3], ["oone", "ogrüße 🚢", "o\u{1b}[31mred\u{1b}[0m"]);
    assert_eq!(out.last().unwrap(), "ono newline");
    let x = all
        .iter()
        .filter(|l| l.starts_with("ox") || l.starts_with("Ox"));
    let length: usize = x.map(|l| l.len() - 1).sum();
    assert_eq!(length, long, "the long line is whole, in pieces");
    let stamped = lines(&log(&harbour, &name, "?timestamps=true&tail=1").await);
    assert_eq!(stamped.len(), 1, "{stamped:?}");
    let (time, text) = stamped[0][1..].split_once(' ').unwrap();
    assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
    assert_eq!(text, "no newline");
    harbour.api.remove(&name).await;
}

pub async fn terminals_have_one_stream(world: &World) {
    use bollard::models::ContainerCreateBody;
    use bollard::query_parameters::{CreateContainerOptions, StartContainerOptions};
    let harbour = world.harbour().await;
    let name = world.name("tty");
    let body = ContainerCreateBody {
        image: Some(BUSYBOX.into()),
        tty: Some(true),
        cmd: Some(
            ["sh", "-c", "echo one; echo two >&2; echo three"]
                .map(String::from)
                .to_vec(),
        ),
        ..Default::default()
    };
    let options = CreateContainerOptions {
        name: Some(name.clone()),
        platform: String::new(),
    };
    world
        .docker()
        .create_container(Some(options), body)
        .await
        .unwrap();
    world
        .docker()
        .start_container(&name, None::<StartContainerOptions>)
        .await
        .unwrap();
    harbour
        .api
        .container(&name, |c| c["state"] == "exited" && c["tty"] == true)
        .await;
    assert_eq!(
        lines(&log(&harbour, &name, "").await),
        ["tone", "ttwo", "tthree"]
    );
    harbour.api.remove(&name).await;
}

pub async fn from_any_point_and_on(world: &World) {
    let harbour = world.harbour().await;
    let name = world.name("counting");
    container(
        &harbour,
        &name,
        "i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo line $i; sleep 0.05; done",
    )
    .await;
    // Follows until the container ends.
    let followed = lines(&log(&harbour, &name, "?follow=true&timestamps=true").await);
    assert_eq!(followed.len(), 40, "{followed:?}");
    let time_of = |line: &str| line[1..].split(' ').next().unwrap().to_owned();
    let since = time_of(&followed[29]);
    let rest = lines(&log(&harbour, &name, &format!("?since={since}")).await);
    assert_eq!(
        rest.first().map(String::as_str),
        Some("oline 30"),
        "{rest:?}"
    );
    assert_eq!(rest.len(), 11);
    let until = time_of(&followed[9]);
    let first = lines(&log(&harbour, &name, &format!("?until={until}")).await);
    assert_eq!(
        first.last().map(String::as_str),
        Some("oline 10"),
        "{first:?}"
    );
    assert_eq!(
        lines(&log(&harbour, &name, "?tail=2").await),
        ["oline 39", "oline 40"]
    );
    let path = format!("/api/containers/{name}/logs");
    harbour
        .api
        .get(&format!("{path}?since=yesterday"))
        .await
        .error(422, "invalid");
    harbour
        .api
        .get(&format!("{path}?tail=many"))
        .await
        .error(400, "invalid_query");
    harbour.api.remove(&name).await;
}

/// Resident memory of a process in KiB (proc_pid_status(5)).
pub fn resident(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

pub async fn a_slow_reader_costs_no_memory(world: &World) {
    let harbour = world.harbour().await;
    let name = world.name("flood");
    container(
        &harbour,
        &name,
        "yes 'a line of a log that is written as fast as it goes'",
    )
    .await;
    let path = format!("/api/containers/{name}/logs?follow=true");
    let mut fast = harbour
        .api
        .request(Method::GET, &path)
        .send()
        .await
        .unwrap()
        .bytes_stream();
    let slow: Vec<_> = {
        let mut readers = Vec::new();
        for _ in 0..4 {
            // On a connection of its own: a reader that sleeps holds back the
            // window of the whole HTTP/2 connection (RFC 9113, section 5.2).
            let api = harbour.api.on_a_new_connection(&harbour.agent);
            let mut stream = api
                .request(Method::GET, &path)
                .send()
                .await
                .unwrap()
                .bytes_stream();
            // It takes one piece and then no more.
            stream.next().await.unwrap().unwrap();
            readers.push(stream);
        }
        readers
    };
    let pid = harbour.agent.pid().unwrap();
    let before = resident(pid);
    let mut read = 0;
    while read < 20_000_000 {
        read += fast.next().await.unwrap().unwrap().len();
    }
    let grown = resident(pid).saturating_sub(before);
    assert!(
        grown < 24 << 10,
        "the agent grew by {grown} KiB while four readers slept"
    );
    drop((fast, slow));
    harbour.api.remove(&name).await;
}
