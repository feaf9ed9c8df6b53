//! The proxy's faults, each on a real request.

use std::time::{Duration, Instant};

use bollard::container::LogOutput;
use bollard::exec::StartExecResults;
use bollard::models::{ContainerCreateBody, ExecConfig, HostConfig};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, EventsOptionsBuilder, LogsOptionsBuilder,
};
use bollard::{API_DEFAULT_VERSION, Docker};
use futures_util::{StreamExt as _, TryStreamExt as _};
use testkit::{Cut, Dockerd, FaultProxy, images, wait};
use tokio::io::AsyncWriteExt as _;

use crate::{SOON, run};

const IMAGE: &str = "hm-test/busybox:1";

struct Stage {
    proxy: FaultProxy,
    /// Through the proxy.
    docker: Docker,
    engine: Dockerd,
}

impl Stage {
    async fn new() -> Self {
        let engine = Dockerd::start().await.unwrap();
        images::busybox(&engine.docker(), IMAGE).await.unwrap();
        let proxy = FaultProxy::start(engine.socket()).unwrap();
        let docker =
            Docker::connect_with_unix(&proxy.socket().to_string_lossy(), 60, API_DEFAULT_VERSION)
                .unwrap();
        let docker = docker.negotiate_version().await.unwrap();
        Self {
            proxy,
            docker,
            engine,
        }
    }

    async fn create(&self, name: &str) -> Result<(), bollard::errors::Error> {
        let options = CreateContainerOptionsBuilder::new().name(name).build();
        let body = ContainerCreateBody {
            image: Some(IMAGE.into()),
            ..ContainerCreateBody::default()
        };
        self.docker
            .create_container(Some(options), body)
            .await
            .map(drop)
    }

    /// Asked past the proxy.
    async fn exists(&self, name: &str) -> bool {
        self.engine
            .docker()
            .inspect_container(name, None)
            .await
            .is_ok()
    }
}

#[tokio::test]
async fn counts_requests_and_cuts_the_chosen_one() {
    let stage = Stage::new().await;
    stage.proxy.forget_requests();
    stage.docker.version().await.unwrap();
    stage.docker.list_containers(None).await.unwrap();
    stage.create("first").await.unwrap();
    let seen = stage.proxy.requests();
    let methods: Vec<_> = seen.iter().map(|request| request.method.as_str()).collect();
    assert_eq!(methods, ["GET", "GET", "POST"], "{seen:?}");
    assert!(
        seen[2].path.contains("/containers/create?") && seen[2].path.contains("name=first"),
        "{seen:?}"
    );
    assert_eq!(stage.proxy.count("/containers/"), 2);

    // Nothing reached the engine.
    stage.proxy.cut_next("/containers/create", Cut::Before);
    stage.docker.version().await.unwrap();
    assert!(stage.create("second").await.is_err());
    assert!(!stage.exists("second").await);
    assert_eq!(stage.proxy.waiting_cuts(), 0);

    // The engine did it; the client was not told.
    stage
        .proxy
        .cut_next("/containers/create", Cut::AfterResponse);
    assert!(stage.create("second").await.is_err());
    assert!(stage.exists("second").await);

    // Once means once.
    stage.create("third").await.unwrap();
}

#[tokio::test]
async fn cuts_in_the_middle_of_an_answer() {
    let stage = Stage::new().await;
    run(&stage.docker, "talker", IMAGE, HostConfig::default())
        .await
        .unwrap();
    stage.proxy.cut_next("/logs", Cut::DuringResponse);
    let options = LogsOptionsBuilder::new().stdout(true).follow(true).build();
    let read = stage
        .docker
        .logs("talker", Some(options))
        .collect::<Vec<_>>();
    let pieces = tokio::time::timeout(SOON, read).await.unwrap();
    let text: String = pieces.iter().flatten().map(LogOutput::to_string).collect();
    assert_eq!(text, "ready\n");
    assert!(
        pieces.last().unwrap().is_err(),
        "a cut stream must not look like a finished one: {pieces:?}"
    );
}

#[tokio::test]
async fn cuts_all_refuses_and_lets_through_again() {
    let stage = Stage::new().await;
    let options = EventsOptionsBuilder::new().build();
    let mut events = Box::pin(stage.docker.events(Some(options)));
    // The stream asks when it is first polled.
    let create = async {
        wait::until_true(SOON, "the question", || async {
            stage.proxy.count("/events") == 1
        })
        .await
        .unwrap();
        stage.create("first").await.unwrap();
    };
    let both = async { tokio::join!(events.next(), create) };
    let (event, ()) = tokio::time::timeout(SOON, both).await.unwrap();
    let event = event.unwrap().unwrap();
    assert_eq!(event.action.as_deref(), Some("create"));
    assert!(stage.proxy.open_connections() >= 1);

    stage.proxy.refuse(true);
    stage.proxy.cut_all();
    let end = tokio::time::timeout(SOON, events.next()).await.unwrap();
    assert!(!matches!(end, Some(Ok(_))), "{end:?}");
    wait::until_true(SOON, "no connection", || async {
        stage.proxy.open_connections() == 0
    })
    .await
    .unwrap();
    assert!(stage.docker.ping().await.is_err());

    stage.proxy.refuse(false);
    wait::until(SOON, "an answer", || stage.docker.ping())
        .await
        .unwrap();
}

#[tokio::test]
async fn delays_and_survives_an_engine_that_is_away() {
    let mut stage = Stage::new().await;
    let delay = Duration::from_millis(300);
    stage.proxy.delay(delay);
    let start = Instant::now();
    stage.docker.ping().await.unwrap();
    assert!(start.elapsed() >= delay);
    stage.proxy.delay(Duration::ZERO);

    stage.engine.stop().await.unwrap();
    assert!(stage.docker.ping().await.is_err());
    stage.engine.start_again().await.unwrap();
    wait::until(SOON, "an answer", || stage.docker.ping())
        .await
        .unwrap();
}

#[tokio::test]
async fn carries_an_upgraded_stream_both_ways_with_half_close() {
    let stage = Stage::new().await;
    run(&stage.docker, "shell", IMAGE, HostConfig::default())
        .await
        .unwrap();
    let config = ExecConfig {
        cmd: Some(vec!["sh".into(), "-c".into(), "cat; echo ended".into()]),
        attach_stdin: Some(true),
        attach_stdout: Some(true),
        ..ExecConfig::default()
    };
    let exec = stage.docker.create_exec("shell", config).await.unwrap();
    let started = stage.docker.start_exec(&exec.id, None).await.unwrap();
    let StartExecResults::Attached { output, mut input } = started else {
        panic!("not attached")
    };
    let sent = "x".repeat(300_000);
    let write = async {
        input.write_all(sent.as_bytes()).await.unwrap();
        // `cat` ends by this, and only `sh` can say "ended" afterwards.
        input.shutdown().await.unwrap();
    };
    let read = output
        .map_ok(|piece| piece.to_string())
        .try_collect::<String>();
    let both = async { tokio::join!(write, read) };
    let ((), received) = tokio::time::timeout(SOON, both).await.unwrap();
    let received = received.unwrap();
    assert_eq!(received.len(), sent.len() + "ended\n".len());
    assert!(received.ends_with("xended\n"));
}
