//! What all tests share, and what each gets for itself.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bollard::Docker;
use testkit::{Agent, AgentOptions, Dockerd, FaultProxy, LOCAL_NODE, Registry, images, wait};

use crate::client::Api;

pub const BUSYBOX: &str = "hm-test/busybox:1";
pub const HEALTH: &str = "hm-test/health:1";
pub const NOSHELL: &str = "hm-test/noshell:1";
pub const NETWORK: &str = "hmnet";
pub const PASSWORD: &str = "correct horse battery staple";
/// Deadline of things that take milliseconds on a quiet machine.
pub const SOON: Duration = Duration::from_secs(30);

/// One engine and one registry.
pub struct World {
    pub engine: Dockerd,
    pub registry: Registry,
    names: AtomicU32,
    /// Digest of the image of the runnable apps, once somebody needs it.
    pub runnable: tokio::sync::OnceCell<harbour_core::digest::Digest>,
}

/// An agent of one's own, signed in.
pub struct Harbour {
    pub agent: Agent,
    pub api: Api,
    /// Between the agent and the engine.
    pub proxy: FaultProxy,
    pub app_data: PathBuf,
    _dir: tempfile::TempDir,
}

impl World {
    pub async fn start() -> testkit::Result<Self> {
        let engine = Dockerd::start().await?;
        let registry = Registry::start().await?;
        let docker = engine.docker();
        images::busybox(&docker, BUSYBOX).await?;
        images::noshell(&docker, NOSHELL).await?;
        images::busybox_with_health(
            &docker,
            HEALTH,
            "sh -c 'echo the disk is on fire; exit 3'",
            Duration::from_millis(200),
        )
        .await?;
        engine.network(NETWORK).await?;
        Ok(Self {
            engine,
            registry,
            names: AtomicU32::new(0),
            runnable: tokio::sync::OnceCell::new(),
        })
    }

    pub fn docker(&self) -> Docker {
        self.engine.docker()
    }

    /// A name no other test has.
    pub fn name(&self, base: &str) -> String {
        format!("{base}-{}", self.names.fetch_add(1, Ordering::Relaxed))
    }

    /// A network of one's own; answers its addresses, such as `10.150.7.0/24`.
    async fn own_network(&self, name: &str) -> String {
        self.engine.network(name).await.unwrap();
        let options = None::<bollard::query_parameters::InspectNetworkOptions>;
        let made = self.docker().inspect_network(name, options).await.unwrap();
        let config = made.ipam.unwrap().config.unwrap();
        config[0].subnet.clone().unwrap()
    }

    /// An image that is only in the registry; answers its reference.
    pub async fn remote_image(&self, layers: usize, bytes_each: usize) -> String {
        let name = format!("hm-test/{}:1", self.name("remote"));
        let docker = self.docker();
        images::layered(&docker, &name, layers, bytes_each)
            .await
            .unwrap();
        let reference = images::push(&docker, &name, &self.registry.address())
            .await
            .unwrap();
        images::remove(&docker, &reference).await.unwrap();
        images::remove(&docker, &name).await.unwrap();
        reference
    }

    /// A fresh agent on the shared engine, set up and signed in.
    pub async fn harbour(&self) -> Harbour {
        harbour_on(self.engine.socket()).await
    }
}

/// A fresh agent on the engine at `socket`, set up and signed in.
pub async fn harbour_on(socket: PathBuf) -> Harbour {
    harbour_with(socket, "").await
}

/// The same with more lines in its configuration; its node is on loopback unless
/// they say something of the network.
pub async fn harbour_with(socket: PathBuf, settings: &str) -> Harbour {
    let proxy = FaultProxy::start(socket).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let app_data = dir.path().join("appdata");
    std::fs::create_dir(&app_data).unwrap();
    let config = dir.path().join("agent.toml");
    let node = match settings.contains("[network]") {
        true => "",
        false => LOCAL_NODE,
    };
    let root = app_data.to_str().unwrap();
    let text = format!("app_data_root = {root:?}\n{settings}\n{node}");
    std::fs::write(&config, text).unwrap();
    let mut options = options(proxy.socket());
    options.arguments = vec!["--config".into(), config.to_str().unwrap().into()];
    let agent = Agent::start(options).await.unwrap();
    let mut api = Api::new(&agent);
    api.set_up(&agent).await;
    api.ready().await;
    Harbour {
        agent,
        api,
        proxy,
        app_data,
        _dir: dir,
    }
}

/// How agents are started here.
pub fn options(socket: PathBuf) -> AgentOptions {
    let mut options = AgentOptions::new(socket);
    options.binary = Some(PathBuf::from(env!("CARGO_BIN_EXE_docker-manager")));
    options
}

impl Harbour {
    /// Makes a network with addresses of its own, and waits until the agent knows
    /// it; answers its subnet.
    pub async fn own_network(&self, world: &World, name: &str) -> String {
        let subnet = world.own_network(name).await;
        wait::until_true(SOON, "the agent to know the network", || async {
            let list = self.api.get("/api/networks").await.ok(200);
            list.as_array().unwrap().iter().any(|n| n["name"] == name)
        })
        .await
        .unwrap();
        subnet
    }

    /// Starts the agent again on its data, with the session it had.
    pub async fn start_again(&mut self) {
        self.agent.start_again().await.unwrap();
        self.api.moved(&self.agent);
        self.api.ready().await;
    }

    /// Requests that reached the engine, without the agent's own pings.
    pub fn engine_calls(&self) -> Vec<String> {
        let calls = self
            .proxy
            .requests()
            .into_iter()
            .map(|r| format!("{} {}", r.method, r.path));
        calls.filter(|c| !c.contains("/_ping")).collect()
    }
}
