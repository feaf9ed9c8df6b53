//! The built daemon as a child process, as a person would start it.

use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{env, fs};

use rustix::process::Signal;

use crate::{KitError, LOCAL_NODE, Result, Scratch, process, wait};

const READY: Duration = Duration::from_secs(60);
const STOPPED: Duration = Duration::from_secs(30);
/// Lines of output kept for messages about failures.
const KEPT_LINES: usize = 400;

/// How the daemon is started.
#[derive(Debug, Clone)]
pub struct AgentOptions {
    /// The binary. Without it: `CARGO_BIN_EXE_docker-manager` of the
    /// environment, else `docker-manager` beside the running test.
    pub binary: Option<PathBuf>,
    /// The engine's socket, real or a [`crate::FaultProxy`]'s.
    pub docker_socket: PathBuf,
    /// Where it keeps its state; without it a directory that goes with the [`Agent`].
    pub data_dir: Option<PathBuf>,
    /// What it listens on, `ADDRESS:PORT` or `unix:PATH`.
    pub listen: String,
    /// More arguments of `serve`. Without `--config` it gets one whose node
    /// listens on loopback only.
    pub arguments: Vec<String>,
    /// More environment.
    pub environment: Vec<(String, String)>,
}

impl AgentOptions {
    /// Any free loopback port, a fresh data directory.
    #[must_use]
    pub fn new(docker_socket: impl Into<PathBuf>) -> Self {
        Self {
            binary: None,
            docker_socket: docker_socket.into(),
            data_dir: None,
            listen: "127.0.0.1:0".into(),
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }
}

/// What the daemon has printed so far.
#[derive(Debug, Default)]
struct Output {
    listening: Option<String>,
    setup_code: Option<String>,
    lines: Vec<String>,
}

/// A running daemon. Dropping it kills it and removes its scratch directory.
#[derive(Debug)]
pub struct Agent {
    scratch: Scratch,
    options: AgentOptions,
    child: Option<Child>,
    readers: Vec<JoinHandle<()>>,
    output: Arc<Mutex<Output>>,
}

impl Agent {
    /// Starts the daemon and waits, at most 60 s, until it listens.
    ///
    /// # Errors
    /// When the binary is missing or ends before it listens; then with the end
    /// of what it printed.
    pub async fn start(options: AgentOptions) -> Result<Self> {
        let mut agent = Self {
            scratch: Scratch::new()?,
            options,
            child: None,
            readers: Vec::new(),
            output: Arc::default(),
        };
        agent.start_again().await?;
        Ok(agent)
    }

    /// Where it listens, as it said: `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        output.listening.clone().unwrap_or_default()
    }

    /// The one-time code of the first start; waits for it at most 5 s.
    ///
    /// # Errors
    /// When none is printed, for instance because a password is set already.
    pub async fn setup_code(&self) -> Result<String> {
        wait::until(Duration::from_secs(5), "the setup code", || async {
            let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
            output
                .setup_code
                .clone()
                .ok_or_else(|| process::last_lines(&output.lines.join("\n"), 10))
        })
        .await
    }

    /// The directory of its state.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        let own = || self.scratch.join("data");
        self.options.data_dir.clone().unwrap_or_else(own)
    }

    /// Process number, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// The last lines of its standard output and standard error.
    #[must_use]
    pub fn output_tail(&self, lines: usize) -> String {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        process::last_lines(&output.lines.join("\n"), lines)
    }

    /// Asks it to end (SIGTERM) and gives its exit status.
    ///
    /// # Errors
    /// When it does not run or has not ended after 30 s.
    pub async fn stop(&mut self) -> Result<ExitStatus> {
        self.end(Signal::TERM).await
    }

    /// Kills it in the middle of whatever it does.
    ///
    /// # Errors
    /// When it does not run or the kill does not end it.
    pub async fn kill9(&mut self) -> Result<ExitStatus> {
        self.end(Signal::KILL).await
    }

    /// Starts it again after [`Agent::stop`] or [`Agent::kill9`], on the same
    /// data; with port 0 the port is another one.
    ///
    /// # Errors
    /// As [`Agent::start`].
    pub async fn start_again(&mut self) -> Result<()> {
        if self.child.is_some() {
            return Ok(());
        }
        self.output = Arc::default();
        let mut child = self.spawn()?;
        self.scratch.record(&child)?;
        let pipes: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|pipe| Box::new(pipe) as _),
            child.stderr.take().map(|pipe| Box::new(pipe) as _),
        ];
        for pipe in pipes.into_iter().flatten() {
            let output = Arc::clone(&self.output);
            self.readers
                .push(thread::spawn(move || collect(pipe, &output)));
        }
        self.child = Some(child);
        self.listening().await
    }

    async fn listening(&mut self) -> Result<()> {
        let output = Arc::clone(&self.output);
        let child = self.child.as_mut();
        let child = child.expect("it was spawned by the only caller");
        let answer = wait::until(READY, "the line `listening on`", || {
            let ended = child.try_wait();
            let listens = output
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .listening
                .is_some();
            async move {
                match ended {
                    _ if listens => Ok(Ok(())),
                    Ok(Some(status)) => Ok(Err(format!("it ended with {status}"))),
                    Err(error) => Ok(Err(error.to_string())),
                    Ok(None) => Err("it has not said so"),
                }
            }
        })
        .await;
        let reason = match answer {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(reason)) => {
                // The pipes end with the process: let their readers finish.
                self.join_readers();
                reason
            }
            Err(error) => error.to_string(),
        };
        Err(KitError::Program {
            program: "docker-manager serve".into(),
            detail: format!("{reason}\n{}", self.output_tail(30)),
        })
    }

    async fn end(&mut self, signal: Signal) -> Result<ExitStatus> {
        let child = self.child.as_mut();
        let child = child.ok_or_else(|| KitError::Unsuitable("the agent does not run".into()))?;
        process::signal(child, signal)?;
        let status = process::wait_exit(child, STOPPED, "the agent's end").await?;
        self.child = None;
        self.join_readers();
        Ok(status)
    }

    fn spawn(&self) -> Result<Child> {
        let binary = self.options.binary.clone().map_or_else(find_binary, Ok)?;
        let mut command = Command::new(&binary);
        command
            .arg("serve")
            .arg("--data-dir")
            .arg(self.data_dir())
            .args(["--listen", &self.options.listen])
            .arg("--docker")
            .arg(&self.options.docker_socket)
            .args(&self.options.arguments);
        if !self.options.arguments.iter().any(|a| a == "--config") {
            let config = self.scratch.join("agent.toml");
            fs::write(&config, LOCAL_NODE).map_err(KitError::file("write", &config))?;
            command.arg("--config").arg(config);
        }
        command
            // As everything that starts it for good does.
            .env("MALLOC_ARENA_MAX", "1")
            .envs(self.options.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|source| KitError::Start {
                program: binary.display().to_string(),
                source,
            })
    }

    fn join_readers(&mut self) {
        for reader in self.readers.drain(..) {
            // A reader only panics when the lock is poisoned, which it is not.
            let _ = reader.join();
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        if let Some(child) = self.child.as_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
        self.join_readers();
    }
}

/// Reads a pipe to its end, keeping the last lines and the two that matter.
fn collect(pipe: impl Read, output: &Mutex<Output>) {
    let mut reader = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while reader
        .read_until(b'\n', &mut bytes)
        .is_ok_and(|count| count > 0)
    {
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        bytes.clear();
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, address)) = line.split_once("listening on ") {
            output.listening.get_or_insert(address.trim().to_owned());
        }
        if let Some((_, code)) = line.split_once("setup code: ") {
            output.setup_code.get_or_insert(code.trim().to_owned());
        }
        if output.lines.len() == KEPT_LINES {
            output.lines.remove(0);
        }
        output.lines.push(line);
    }
}

/// `target/PROFILE/docker-manager`, seen from `target/PROFILE/deps/TEST`.
fn find_binary() -> Result<PathBuf> {
    if let Some(path) = env::var_os("CARGO_BIN_EXE_docker-manager") {
        return Ok(path.into());
    }
    let here = env::current_exe().map_err(KitError::file("find", "the running program"))?;
    let beside = here
        .ancestors()
        .skip(1)
        .take(2)
        .map(|dir: &Path| dir.join("docker-manager"));
    let found = beside.into_iter().find(|path| path.is_file());
    found.ok_or_else(|| {
        KitError::Unsuitable("docker-manager is not built; run `cargo build -p agent`".into())
    })
}
