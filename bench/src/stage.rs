//! What is measured: one private engine with its containers, and the agent's
//! release build before it, signed in.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{
    CreateContainerOptions, RemoveContainerOptions, StartContainerOptions,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use hyper::Method;
use serde_json::json;
use testkit::{Agent, AgentOptions, Dockerd, images, wait};

use crate::fault::{Fault, Outcome};
use crate::process;
use crate::wire::{AgentSide, Side};

/// A static program that waits: the fleet.
const WAITING: &str = "hm-bench/waiting:1";
/// With a shell, for logs and terminals.
pub(crate) const BUSYBOX: &str = "hm-bench/busybox:1";
/// Containers made at once.
const MAKERS: usize = 4;
/// How long the agent may take to know what the engine has.
const SOON: Duration = Duration::from_secs(60);

/// The raw engine's version prefix: what the agent agrees on with it.
pub(crate) const API: &str = "/v1.41";

/// Engine, agent and fleet.
pub(crate) struct Stage {
    pub(crate) engine: Dockerd,
    pub(crate) agent: Agent,
    pub(crate) api: AgentSide,
    /// Time it took to make and start the fleet so far.
    pub(crate) making: Duration,
    fleet: usize,
}

/// The agent to measure: the release build of this workspace.
pub(crate) fn release_build() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/docker-manager")
}

impl Stage {
    /// An engine without containers and the agent `binary` before it.
    pub(crate) async fn start(binary: PathBuf) -> Outcome<Self> {
        let engine = Dockerd::start().await?;
        images::noshell(&engine.docker(), WAITING).await?;
        images::busybox(&engine.docker(), BUSYBOX).await?;
        let mut options = AgentOptions::new(engine.socket());
        options.binary = Some(binary);
        // The same port after each start, so that it can be knocked at early.
        options.listen = format!("127.0.0.1:{}", free_port()?);
        let agent = Agent::start(options).await?;
        let mut api = AgentSide::new(&agent.url(), &agent.data_dir())?;
        sign_in(&mut api, &agent.setup_code().await?).await?;
        let stage = Self {
            engine,
            agent,
            api,
            making: Duration::ZERO,
            fleet: 0,
        };
        stage.known(0).await?;
        Ok(stage)
    }

    /// The engine, asked directly.
    pub(crate) fn raw(&self) -> Side {
        Side::Raw(self.engine.socket())
    }

    /// The agent, over HTTPS with a session.
    pub(crate) fn api(&self) -> Side {
        Side::Agent(self.api.clone())
    }

    /// Process number of the agent.
    pub(crate) fn agent_pid(&self) -> Outcome<u32> {
        let gone = || Fault::answer("the agent", self.agent.output_tail(20));
        self.agent.pid().ok_or_else(gone)
    }

    /// Process number of the engine alone.
    pub(crate) fn engine_pid(&self) -> Outcome<u32> {
        let gone = || Fault::answer("the engine", self.engine.log_tail(20));
        self.engine.pid().ok_or_else(gone)
    }

    /// The engine with its containerd and its shims.
    pub(crate) fn engine_family(&self) -> Outcome<Vec<u32>> {
        process::engine_family(self.engine.dir(), self.agent_pid()?)
    }

    /// Makes and starts containers until there are `count`, and waits until the
    /// agent knows them all.
    pub(crate) async fn fleet(&mut self, count: usize) -> Outcome<()> {
        let began = Instant::now();
        let docker = &self.engine.docker();
        stream::iter(self.fleet..count)
            .map(|number| async move {
                let name = format!("fleet-{number:03}");
                let options = CreateContainerOptions {
                    name: Some(name.clone()),
                    platform: String::new(),
                };
                let made = docker
                    .create_container(Some(options), waiting(number))
                    .await;
                made.map_err(Fault::engine("make a container"))?;
                let started = docker.start_container(&name, None::<StartContainerOptions>);
                started.await.map_err(Fault::engine("start a container"))
            })
            .buffer_unordered(MAKERS)
            .try_collect::<Vec<()>>()
            .await?;
        self.making += began.elapsed();
        self.fleet = self.fleet.max(count);
        self.known(self.fleet).await
    }

    /// Starts the fleet again after the engine was restarted, once the agent
    /// has found the engine.
    pub(crate) async fn revive(&self) -> Outcome<()> {
        let docker = &self.engine.docker();
        for number in 0..self.fleet {
            let name = format!("fleet-{number:03}");
            let started = docker.start_container(&name, None::<StartContainerOptions>);
            started.await.map_err(Fault::engine("start a container"))?;
        }
        let look = || async {
            let mut wire = self.api().open().await.map_err(|e| e.to_string())?;
            let health = wire.json(Method::GET, "/api/health", None).await;
            let health = health.map_err(|e| e.to_string())?;
            match health["engine"]["connected"].as_bool() {
                Some(true) => Ok(()),
                _ => Err(health.to_string()),
            }
        };
        Ok(wait::until(SOON, "the agent to find the engine again", look).await?)
    }

    /// How many containers there are.
    pub(crate) fn size(&self) -> usize {
        self.fleet
    }

    /// Waits until the agent lists `count` containers.
    pub(crate) async fn known(&self, count: usize) -> Outcome<()> {
        let look = || async {
            let mut wire = self.api().open().await.map_err(|e| e.to_string())?;
            let list = wire
                .json(Method::GET, "/api/containers?all=true", None)
                .await
                .map_err(|e| e.to_string())?;
            match list.as_array().map(Vec::len) {
                Some(found) if found == count => Ok(()),
                found => Err(format!("{found:?} of {count} containers")),
            }
        };
        Ok(wait::until(SOON, "the agent to know all containers", look).await?)
    }

    /// Makes a busybox container that runs `script`, and starts it.
    pub(crate) async fn run(&self, name: &str, script: &str) -> Outcome<()> {
        let docker = self.engine.docker();
        let options = CreateContainerOptions {
            name: Some(name.to_owned()),
            platform: String::new(),
        };
        let body = ContainerCreateBody {
            image: Some(BUSYBOX.to_owned()),
            cmd: Some(["sh", "-c", script].map(str::to_owned).to_vec()),
            host_config: Some(no_network()),
            ..ContainerCreateBody::default()
        };
        let made = docker.create_container(Some(options), body).await;
        made.map_err(Fault::engine("make a container"))?;
        let started = docker.start_container(name, None::<StartContainerOptions>);
        started.await.map_err(Fault::engine("start a container"))
    }

    /// Removes a container that [`Stage::run`] made.
    pub(crate) async fn remove(&self, name: &str) -> Outcome<()> {
        let options = RemoveContainerOptions {
            force: true,
            v: true,
            link: false,
        };
        let docker = self.engine.docker();
        let removed = docker.remove_container(name, Some(options));
        removed.await.map_err(Fault::engine("remove a container"))?;
        self.known(self.fleet).await
    }
}

/// Sets the first password; the session's two proofs go into `api`.
async fn sign_in(api: &mut AgentSide, code: &str) -> Outcome<()> {
    let body = json!({ "code": code, "password": "a password for measuring" });
    let mut wire = Side::Agent(api.clone()).open().await?;
    let path = "/api/setup";
    let response = wire.send(Method::POST, path, &[], Some(&body)).await?;
    let cookie = response.headers().get("set-cookie");
    let cookie = cookie.and_then(|c| c.to_str().ok()).unwrap_or_default();
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let body = http_body_util::BodyExt::collect(response.into_body()).await;
    let body = body.map_err(Fault::wire(path))?.to_bytes();
    let said: serde_json::Value = serde_json::from_slice(&body).map_err(Fault::wire(path))?;
    match said["proof"].as_str() {
        Some(proof) if !cookie.is_empty() => {
            api.cookie = cookie;
            proof.clone_into(&mut api.proof);
            Ok(())
        }
        _ => Err(Fault::answer(path, String::from_utf8_lossy(&body))),
    }
}

fn no_network() -> HostConfig {
    HostConfig {
        network_mode: Some("none".to_owned()),
        ..HostConfig::default()
    }
}

/// A container as a home server has them: in a project, with some settings.
fn waiting(number: usize) -> ContainerCreateBody {
    let project = format!("project-{}", number / 10);
    let labels = [
        ("com.docker.compose.project", project.as_str()),
        ("com.docker.compose.service", "app"),
        ("org.opencontainers.image.title", "A service of the house"),
        ("org.opencontainers.image.version", "1.2.3"),
    ];
    ContainerCreateBody {
        image: Some(WAITING.to_owned()),
        env: Some(vec!["TZ=Europe/Berlin".to_owned(), "PUID=1000".to_owned()]),
        labels: Some(
            labels
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        ),
        host_config: Some(no_network()),
        ..ContainerCreateBody::default()
    }
}

/// A loopback port that was free a moment ago.
fn free_port() -> Outcome<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Fault::system("a free loopback port"))
}
