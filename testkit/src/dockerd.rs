//! A private Docker engine: own socket, data, control groups and addresses.

mod settings;

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use bollard::models::{Ipam, IpamConfig, NetworkCreateRequest};
use bollard::{API_DEFAULT_VERSION, Docker};
use rustix::process::Signal;

use crate::{KitError, Result, Scratch, process, wait};

const READY: Duration = Duration::from_secs(60);
const STOPPED: Duration = Duration::from_secs(20);
/// Request timeout of the client, in seconds.
const CLIENT_TIMEOUT: u64 = 120;

/// How a private engine is set up.
#[derive(Debug, Clone, Default)]
pub struct DockerdOptions {
    /// Registries to be spoken to without TLS, as `host:port`. The engine
    /// allows all of 127.0.0.0/8 by itself.
    pub insecure_registries: Vec<String>,
}

/// A running `dockerd` (or one stopped on purpose). Dropping it removes
/// everything it ever made.
#[derive(Debug)]
pub struct Dockerd {
    // Declared first, dropped first: the guard clears before the rest goes.
    scratch: Scratch,
    options: DockerdOptions,
    child: Option<Child>,
    /// Its own as well: the engine would otherwise share one that the machine
    /// runs, and mix its containers with those of the machine's engine.
    containerd: Option<Child>,
    docker: Option<Docker>,
    /// Number of the next user network.
    networks: AtomicU8,
}

impl Dockerd {
    /// Starts an engine with default options.
    ///
    /// # Errors
    /// As [`Dockerd::start_with`].
    pub async fn start() -> Result<Self> {
        Self::start_with(DockerdOptions::default()).await
    }

    /// Starts an engine and waits, at most 60 s, until it answers.
    ///
    /// # Errors
    /// When the caller is not root, `dockerd` is missing, or it does not come
    /// up; then with the last lines of its log.
    pub async fn start_with(options: DockerdOptions) -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Err(KitError::Unsuitable(
                "a private Docker engine needs root; run the tests as root or with sudo".into(),
            ));
        }
        let scratch = Scratch::new()?;
        // Not `--bridge=none`, which deletes the `docker0` of the machine's engine.
        settings::make_bridge(scratch.name())?;
        settings::open_bridges(scratch.name())?;
        let mut engine = Self {
            scratch,
            options,
            child: None,
            containerd: None,
            docker: None,
            networks: AtomicU8::new(1),
        };
        engine.start_again().await?;
        Ok(engine)
    }

    /// The engine's socket; its path is short.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.scratch.join("d.sock")
    }

    /// The directory of the engine; the socket is in it.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.scratch.path()
    }

    /// The root of the engine's data.
    #[must_use]
    pub fn data_root(&self) -> PathBuf {
        self.scratch.join("data")
    }

    /// A client that has negotiated the API version with this engine.
    #[must_use]
    pub fn docker(&self) -> Docker {
        self.docker
            .clone()
            .expect("nobody gets an engine that has not answered once")
    }

    /// Process number of the engine, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// The last lines of the engine's log.
    #[must_use]
    pub fn log_tail(&self, lines: usize) -> String {
        process::tail(&self.scratch.join("log"), lines)
    }

    /// Makes a user bridge network, on which ports can be published, and gives
    /// its id. The engine removes it with the other networks.
    ///
    /// # Errors
    /// When the engine refuses it, for instance because the name is taken.
    pub async fn network(&self, name: &str) -> Result<String> {
        let number = self.networks.fetch_add(1, Ordering::Relaxed);
        let addresses = IpamConfig {
            subnet: Some(settings::subnet(self.scratch.name(), number)),
            ..IpamConfig::default()
        };
        let request = NetworkCreateRequest {
            name: name.to_owned(),
            driver: Some("bridge".to_owned()),
            ipam: Some(Ipam {
                config: Some(vec![addresses]),
                ..Ipam::default()
            }),
            ..NetworkCreateRequest::default()
        };
        let made = self.docker().create_network(request).await;
        Ok(made
            .map_err(KitError::engine(format!("create network {name}")))?
            .id)
    }

    /// Ends the engine as an administrator would: containers are stopped and
    /// stay on disk. Killed after 20 s. A stopped engine stays stopped.
    ///
    /// # Errors
    /// When it can be neither stopped nor killed.
    pub async fn stop(&mut self) -> Result<()> {
        // The engine first: it stops the containers through the other.
        for child in [self.child.take(), self.containerd.take()] {
            let Some(mut child) = child else { continue };
            process::signal(&child, Signal::TERM)?;
            let ended = process::wait_exit(&mut child, STOPPED, "the engine's end").await;
            if ended.is_err() {
                process::signal(&child, Signal::KILL)?;
                process::wait_exit(&mut child, STOPPED, "the killed engine's end").await?;
            }
        }
        Ok(())
    }

    /// Kills the engine in the middle of whatever it does. Its containerd and
    /// its containers run on without it, until it is started again or this
    /// value is dropped.
    ///
    /// # Errors
    /// When the process cannot be killed.
    pub async fn kill9(&mut self) -> Result<()> {
        let Some(mut child) = self.child.take() else {
            return Ok(());
        };
        process::signal(&child, Signal::KILL)?;
        process::wait_exit(&mut child, STOPPED, "the killed engine's end").await?;
        Ok(())
    }

    /// Starts an engine that was stopped or killed, on the same data.
    ///
    /// # Errors
    /// As [`Dockerd::start_with`].
    pub async fn start_again(&mut self) -> Result<()> {
        if self.child.is_some() {
            return Ok(());
        }
        if self.containerd.is_none() {
            let path = self.scratch.join("containerd.toml");
            let text = settings::containerd(self.scratch.path());
            fs::write(&path, text).map_err(KitError::file("write", &path))?;
            let config = format!("--config={}", path.display());
            // Both write into one log; what containerd says of its plugins would
            // push the engine's own reason out of an error's last lines.
            let level = "--log-level=warn".to_owned();
            self.containerd = Some(self.spawn("containerd", &[config, level])?);
        }
        let arguments = settings::dockerd(&self.scratch, &self.options)?;
        self.child = Some(self.spawn("dockerd", &arguments)?);
        let docker = self.ready().await?.negotiate_version().await;
        self.docker = Some(docker.map_err(KitError::engine("tell its API version"))?);
        Ok(())
    }

    /// [`Dockerd::stop`] and [`Dockerd::start_again`].
    ///
    /// # Errors
    /// As those two.
    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await?;
        self.start_again().await
    }

    /// Starts a program of the engine with its output in the one log file.
    fn spawn(&self, program: &str, arguments: &[String]) -> Result<Child> {
        let log_path = self.scratch.join("log");
        let log = File::options()
            .create(true)
            .append(true)
            .open(&log_path)
            .map_err(KitError::file("open", &log_path))?;
        let stderr = log.try_clone().map_err(KitError::file("open", &log_path))?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(stderr)
            // The leader of its own group: the guard finds the port forwarders by it.
            .process_group(0)
            .spawn()
            .map_err(|source| KitError::Start {
                program: program.to_owned(),
                source,
            })?;
        self.scratch.record(&child)?;
        Ok(child)
    }

    async fn ready(&mut self) -> Result<Docker> {
        let socket = self.socket().to_string_lossy().into_owned();
        let child = self.child.as_mut();
        let child = child.expect("the engine was spawned by the only caller");
        let answer = wait::until(READY, "the engine's first answer", || {
            let ended = child.try_wait();
            let socket = &socket;
            async move {
                match ended {
                    // Waiting on would only hide why it ended.
                    Ok(Some(status)) => Ok(Err(format!("it ended with {status}"))),
                    Err(error) => Ok(Err(error.to_string())),
                    Ok(None) => first_answer(socket).await.map(Ok),
                }
            }
        })
        .await;
        let reason = match answer {
            Ok(Ok(docker)) => return Ok(docker),
            Ok(Err(reason)) => reason,
            Err(error) => error.to_string(),
        };
        Err(KitError::Program {
            program: "dockerd".into(),
            detail: format!("{reason}\n{}", self.log_tail(60)),
        })
    }
}

/// A client, as soon as the socket is there and somebody answers on it.
async fn first_answer(socket: &str) -> std::result::Result<Docker, String> {
    let docker = Docker::connect_with_unix(socket, CLIENT_TIMEOUT, API_DEFAULT_VERSION)
        .map_err(|error| error.to_string())?;
    docker.ping().await.map_err(|error| error.to_string())?;
    Ok(docker)
}

impl Drop for Dockerd {
    fn drop(&mut self) {
        // The guard would do it as well; reaping a child is up to its parent.
        for mut child in [self.child.take(), self.containerd.take()]
            .into_iter()
            .flatten()
        {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
