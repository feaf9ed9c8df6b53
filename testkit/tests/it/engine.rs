//! Engine, registry and images.

use bollard::Docker;
use bollard::models::{ContainerInspectResponse, HealthStatusEnum, HostConfig, PortBinding};
use bollard::models::{RestartPolicy, RestartPolicyNameEnum};
use bollard::query_parameters::{
    CreateImageOptionsBuilder, LogsOptionsBuilder, StopContainerOptionsBuilder,
};
use futures_util::{StreamExt as _, TryStreamExt as _};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use testkit::{Dockerd, DockerdOptions, Registry, images, wait};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{SOON, run, traces};

#[tokio::test]
async fn publishes_a_port_of_a_user_network_and_leaves_nothing() {
    let engine = Dockerd::start().await.unwrap();
    let docker = engine.docker();
    let name = engine
        .dir()
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    images::busybox(&docker, "hm-test/busybox:1").await.unwrap();
    let network = engine.network("front").await.unwrap();
    assert!(traces::has_bridge(&network));
    let binding = PortBinding {
        host_ip: Some("127.0.0.1".into()),
        host_port: Some("0".into()),
    };
    let host = HostConfig {
        network_mode: Some("front".into()),
        port_bindings: Some(HashMap::from([("80/tcp".to_owned(), Some(vec![binding]))])),
        restart_policy: Some(RestartPolicy {
            name: Some(RestartPolicyNameEnum::ALWAYS),
            maximum_retry_count: None,
        }),
        ..HostConfig::default()
    };
    run(&docker, "web", "hm-test/busybox:1", host)
        .await
        .unwrap();
    let port = published(&docker, "web").await;
    let page = wait::until(SOON, "the page", || get(port)).await.unwrap();
    assert!(page.contains("It answers."), "{page}");
    let before = traces::of(&name);
    assert!(
        before.iter().any(|trace| trace.starts_with("the process")),
        "{before:?}"
    );
    assert!(
        before.iter().any(|trace| trace.starts_with("the mount")),
        "{before:?}"
    );

    // The restart policy must not bring the container back meanwhile.
    drop(engine);
    assert_eq!(traces::of(&name), Vec::<String>::new());
    assert!(!traces::has_bridge(&network));
    assert!(get(port).await.is_err(), "the port forwarder still listens");
}

#[tokio::test]
async fn gives_a_container_an_address_on_a_bridge_of_its_own() {
    let engine = Dockerd::start().await.unwrap();
    let docker = engine.docker();
    let name = engine
        .dir()
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    images::busybox(&docker, "hm-test/busybox:1").await.unwrap();
    run(&docker, "web", "hm-test/busybox:1", HostConfig::default())
        .await
        .unwrap();
    let networks = inspect(&docker, "web")
        .await
        .network_settings
        .unwrap()
        .networks
        .unwrap();
    let address = networks["bridge"].ip_address.clone().unwrap();
    assert!(address.starts_with("10."), "{address}");
    wait::until(SOON, "the page", || get_from(&address, 80))
        .await
        .unwrap();
    drop(engine);
    assert_eq!(traces::of(&name), Vec::<String>::new());
}

#[tokio::test]
async fn pushes_to_and_pulls_from_the_registry_layer_by_layer() {
    let (engine, registry) = tokio::try_join!(Dockerd::start(), Registry::start()).unwrap();
    let docker = engine.docker();
    images::layered(&docker, "hm-test/big:1", 3, 100_000)
        .await
        .unwrap();
    let reference = images::push(&docker, "hm-test/big:1", &registry.address())
        .await
        .unwrap();
    assert_eq!(reference, format!("{}/hm-test/big:1", registry.address()));
    images::remove(&docker, &reference).await.unwrap();
    images::remove(&docker, "hm-test/big:1").await.unwrap();
    assert!(docker.inspect_image(&reference).await.is_err());

    let options = CreateImageOptionsBuilder::new()
        .from_image(&reference)
        .build();
    let pulled: Vec<_> = docker
        .create_image(Some(options), None, None)
        .try_collect()
        .await
        .unwrap();
    let ended = pulled
        .iter()
        .filter(|info| info.status.as_deref() == Some("Pull complete"))
        .count();
    // The root file system and three random ones.
    assert_eq!(ended, 4, "{pulled:?}");
    assert!(
        docker
            .inspect_image(&reference)
            .await
            .unwrap()
            .size
            .unwrap()
            > 300_000
    );
}

#[tokio::test]
async fn comes_back_on_the_same_data_after_a_stop_and_after_a_kill() {
    let mut engine = Dockerd::start().await.unwrap();
    let docker = engine.docker();
    images::busybox(&docker, "hm-test/busybox:1").await.unwrap();
    run(&docker, "web", "hm-test/busybox:1", HostConfig::default())
        .await
        .unwrap();

    engine.stop().await.unwrap();
    assert!(docker.ping().await.is_err());
    assert_eq!(engine.pid(), None);
    engine.start_again().await.unwrap();
    let state = inspect(&engine.docker(), "web").await.state.unwrap();
    assert_eq!((state.running, state.exit_code), (Some(false), Some(0)));

    engine.docker().start_container("web", None).await.unwrap();
    engine.kill9().await.unwrap();
    engine.start_again().await.unwrap();
    // The client from before both speaks to the new engine, too.
    wait::until(SOON, "the old client", || docker.ping())
        .await
        .unwrap();
    inspect(&engine.docker(), "web").await;
}

/// The machine's own engine, or a stand-in for its bridge where there is none.
struct MachineBridge {
    ours: bool,
}

impl MachineBridge {
    const NAME: &str = "docker0";

    fn ensure() -> Self {
        let ours = !Self::is_there();
        if ours {
            ip(&["link", "add", Self::NAME, "type", "bridge"]);
        }
        Self { ours }
    }

    fn is_there() -> bool {
        std::path::Path::new("/sys/class/net")
            .join(Self::NAME)
            .exists()
    }
}

impl Drop for MachineBridge {
    fn drop(&mut self) {
        if self.ours && Self::is_there() {
            ip(&["link", "delete", Self::NAME]);
        }
    }
}

fn ip(arguments: &[&str]) {
    let status = std::process::Command::new("ip").args(arguments).status();
    assert!(status.unwrap().success(), "ip {arguments:?}");
}

#[tokio::test]
async fn leaves_the_bridge_of_the_machines_own_engine_alone() {
    let _bridge = MachineBridge::ensure();
    let mut engine = Dockerd::start().await.unwrap();
    assert!(MachineBridge::is_there(), "after the start");
    engine.network("front").await.unwrap();
    engine.restart().await.unwrap();
    assert!(MachineBridge::is_there(), "after starting again");
    engine.kill9().await.unwrap();
    engine.start_again().await.unwrap();
    drop(engine);
    assert!(MachineBridge::is_there(), "in the end");
}

#[tokio::test]
async fn makes_images_that_do_what_they_say() {
    let engine = Dockerd::start().await.unwrap();
    let docker = engine.docker();
    let unwell = "echo 'no answer from the database' && exit 3";
    let more = [
        "LABEL who=kit",
        "ENV COLOUR=blue",
        "CMD [\"sh\",\"-c\",\"echo $COLOUR; id -un\"]",
        "USER app",
    ];
    tokio::try_join!(
        images::busybox(&docker, "hm-test/busybox:1"),
        images::busybox_with(&docker, "hm-test/more:1", &more),
        images::busybox_with_health(
            &docker,
            "hm-test/health:1",
            unwell,
            Duration::from_millis(100)
        ),
        images::noshell(&docker, "hm-test/noshell:1"),
    )
    .unwrap();
    let first = docker.inspect_image("hm-test/busybox:1").await.unwrap().id;
    images::busybox(&docker, "hm-test/busybox:1").await.unwrap();
    assert_eq!(
        docker.inspect_image("hm-test/busybox:1").await.unwrap().id,
        first
    );

    run(&docker, "more", "hm-test/more:1", HostConfig::default())
        .await
        .unwrap();
    wait::until(SOON, "both lines", || async {
        let text = logs(&docker, "more").await;
        if text == "blue\napp\n" {
            Ok(())
        } else {
            Err(text)
        }
    })
    .await
    .unwrap();
    let labels = inspect(&docker, "more")
        .await
        .config
        .unwrap()
        .labels
        .unwrap();
    assert_eq!(labels["who"], "kit");

    run(&docker, "unwell", "hm-test/health:1", HostConfig::default())
        .await
        .unwrap();
    let health = wait::until(SOON, "the verdict", || async {
        let health = inspect(&docker, "unwell")
            .await
            .state
            .unwrap()
            .health
            .unwrap();
        if health.status == Some(HealthStatusEnum::UNHEALTHY) {
            Ok(health)
        } else {
            Err(format!("{health:?}"))
        }
    })
    .await
    .unwrap();
    let probe = health.log.unwrap().pop().unwrap();
    assert_eq!(
        (probe.exit_code, probe.output.unwrap().trim()),
        (Some(3), "no answer from the database")
    );

    run(&docker, "bare", "hm-test/noshell:1", HostConfig::default())
        .await
        .unwrap();
    wait::until_true(SOON, "its word", || async {
        logs(&docker, "bare").await == "ready\n"
    })
    .await
    .unwrap();
    let started = Instant::now();
    for name in ["bare", "unwell"] {
        let options = StopContainerOptionsBuilder::new().t(20).build();
        docker.stop_container(name, Some(options)).await.unwrap();
        assert_eq!(
            inspect(&docker, name).await.state.unwrap().exit_code,
            Some(0),
            "{name}"
        );
    }
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "they did not end on SIGTERM"
    );
}

#[tokio::test]
async fn a_log_of_the_engine_explains_a_failed_start() {
    let options = DockerdOptions {
        insecure_registries: vec!["not a registry".into()],
    };
    let error = Dockerd::start_with(options).await.unwrap_err().to_string();
    assert!(error.contains("not a registry"), "{error}");
}

pub(crate) async fn inspect(docker: &Docker, name: &str) -> ContainerInspectResponse {
    docker.inspect_container(name, None).await.unwrap()
}

async fn logs(docker: &Docker, name: &str) -> String {
    let options = LogsOptionsBuilder::new().stdout(true).stderr(true).build();
    let pieces = docker
        .logs(name, Some(options))
        .map(|piece| piece.unwrap().to_string());
    pieces.collect::<Vec<_>>().await.concat()
}

async fn published(docker: &Docker, name: &str) -> u16 {
    let ports = inspect(docker, name)
        .await
        .network_settings
        .unwrap()
        .ports
        .unwrap();
    let bindings = ports["80/tcp"].as_ref().unwrap();
    bindings[0].host_port.as_ref().unwrap().parse().unwrap()
}

async fn get(port: u16) -> std::io::Result<String> {
    get_from("127.0.0.1", port).await
}

/// A page, or why there is none.
async fn get_from(address: &str, port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((address, port)).await?;
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
    let mut page = String::new();
    stream.read_to_string(&mut page).await?;
    if page.is_empty() {
        Err(std::io::ErrorKind::UnexpectedEof.into())
    } else {
        Ok(page)
    }
}
