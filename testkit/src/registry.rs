//! Debian's `docker-registry` on a loopback port.

mod put;

pub use put::PutImage;

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{KitError, Result, Scratch, process, wait};

const READY: Duration = Duration::from_secs(20);
/// How often a port is chosen anew when somebody else was quicker.
const ATTEMPTS: usize = 5;

/// A running registry with deletion enabled and its blobs in a scratch
/// directory. Dropping it removes both.
#[derive(Debug)]
pub struct Registry {
    scratch: Scratch,
    child: Child,
    address: SocketAddr,
}

impl Registry {
    /// Starts a registry and waits until it answers.
    ///
    /// # Errors
    /// When `docker-registry` is missing or does not come up; then with the
    /// last lines of its log.
    pub async fn start() -> Result<Self> {
        let mut attempt = 1;
        loop {
            match Self::start_once().await {
                Err(error) if attempt == ATTEMPTS || matches!(error, KitError::Start { .. }) => {
                    return Err(error);
                }
                Err(_) => attempt += 1,
                Ok(registry) => return Ok(registry),
            }
        }
    }

    /// `127.0.0.1:PORT`, which is also the first part of its image references.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The last lines of its log, one for each request.
    #[must_use]
    pub fn log_tail(&self, lines: usize) -> String {
        process::tail(&self.scratch.join("log"), lines)
    }

    async fn start_once() -> Result<Self> {
        let scratch = Scratch::new()?;
        let address = free_address()?;
        let config_path = scratch.join("registry.yml");
        let config = configuration(&scratch.join("blobs").to_string_lossy(), address);
        fs::write(&config_path, config).map_err(KitError::file("write", &config_path))?;
        let log_path = scratch.join("log");
        let log = File::create(&log_path).map_err(KitError::file("create", &log_path))?;
        let stderr = log
            .try_clone()
            .map_err(KitError::file("create", &log_path))?;
        let child = Command::new("docker-registry")
            .arg("serve")
            .arg(&config_path)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(stderr)
            .process_group(0)
            .spawn()
            .map_err(|source| KitError::Start {
                program: "docker-registry".into(),
                source,
            })?;
        let mut registry = Self {
            scratch,
            child,
            address,
        };
        registry.scratch.record(&registry.child)?;
        registry.ready().await?;
        Ok(registry)
    }

    async fn ready(&mut self) -> Result<()> {
        let address = self.address;
        let child = &mut self.child;
        let answer = wait::until(READY, "the registry's first answer", || {
            let ended = child.try_wait();
            async move {
                match ended {
                    // Another program may answer on its port: only a living child counts.
                    Ok(Some(status)) => Ok(Err(format!("it ended with {status}"))),
                    Err(error) => Ok(Err(error.to_string())),
                    Ok(None) => ping(address).await.map(Ok),
                }
            }
        })
        .await;
        let reason = match answer {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(reason)) => reason,
            Err(error) => error.to_string(),
        };
        Err(KitError::Program {
            program: "docker-registry".into(),
            detail: format!("{reason}\n{}", self.log_tail(10)),
        })
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // The guard would do it as well; reaping the child is up to its parent.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Its configuration. The package's registry does not take port 0.
fn configuration(blobs: &str, address: SocketAddr) -> String {
    format!(
        "version: 0.1\n\
         log:\n  level: info\n  accesslog:\n    disabled: false\n\
         storage:\n  filesystem:\n    rootdirectory: {blobs}\n  delete:\n    enabled: true\n\
         http:\n  addr: {address}\n"
    )
}

/// A loopback port that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| KitError::Unsuitable(format!("no free loopback port: {error}")))
}

/// The version check of the distribution protocol, `GET /v2/`.
async fn ping(address: SocketAddr) -> std::result::Result<(), String> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET /v2/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = exchange.await.map_err(|error| error.to_string())?;
    if answer.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(answer
            .lines()
            .next()
            .unwrap_or("an empty answer")
            .to_owned())
    }
}
