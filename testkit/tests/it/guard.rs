//! Clearing up after owners that never got to it.

use std::process::Stdio;
use std::time::Duration;

use bollard::models::HostConfig;
use bollard::{API_DEFAULT_VERSION, Docker};
use rustix::process::{Pid, Signal, kill_process};
use testkit::{Scratch, sweep, wait};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::{SOON, run, traces};

/// `testkit-env` as the browser tests start it, and what it said.
struct Env {
    child: Child,
    said: serde_json::Value,
}

impl Env {
    async fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_testkit-env"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        tokio::time::timeout(Duration::from_secs(120), lines.read_line(&mut line))
            .await
            .unwrap()
            .unwrap();
        Self {
            child,
            said: serde_json::from_str(&line).unwrap(),
        }
    }

    fn name(&self) -> String {
        self.said["dir"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    }

    /// A container that would be restarted if only it were killed.
    async fn run_container(&self) {
        let socket = self.said["docker"].as_str().unwrap();
        let docker = Docker::connect_with_unix(socket, 60, API_DEFAULT_VERSION).unwrap();
        let docker = docker.negotiate_version().await.unwrap();
        assert!(docker.inspect_image("hm-test/noshell:1").await.is_ok());
        assert!(
            docker.inspect_image("hm-test/big:1").await.is_err(),
            "only the registry has it"
        );
        let host = HostConfig {
            network_mode: Some("hmnet".into()),
            ..HostConfig::default()
        };
        run(&docker, "web", "hm-test/busybox:1", host)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_environment_ends_with_its_standard_input() {
    let mut env = Env::start().await;
    env.run_container().await;
    let name = env.name();
    drop(env.child.stdin.take());
    let status = tokio::time::timeout(SOON, env.child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(status.success());
    // Already at its end, not some time later.
    assert_eq!(traces::of(&name), Vec::<String>::new());
}

#[tokio::test]
async fn an_environment_ends_on_sigterm() {
    let mut env = Env::start().await;
    let name = env.name();
    kill(env.child.id().unwrap(), Signal::TERM);
    let status = tokio::time::timeout(SOON, env.child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(status.success());
    assert_eq!(traces::of(&name), Vec::<String>::new());
}

#[tokio::test]
async fn the_guard_clears_after_a_killed_owner() {
    let mut env = Env::start().await;
    env.run_container().await;
    let name = env.name();
    env.child.kill().await.unwrap();
    wait::until(SOON, "the guard", || async {
        let left = traces::of(&name);
        if left.is_empty() {
            Ok(())
        } else {
            Err(format!("{left:?}"))
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_sweep_clears_after_a_killed_owner_and_guard() {
    let mut env = Env::start().await;
    env.run_container().await;
    let name = env.name();
    let guard = std::fs::read_to_string(format!("/tmp/{name}/guard")).unwrap();
    kill(
        guard.split(' ').next().unwrap().parse().unwrap(),
        Signal::KILL,
    );
    env.child.kill().await.unwrap();
    // Orphaned, with nobody left who watches, until the next start of anything.
    let next = tokio::task::spawn_blocking(Scratch::new)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(traces::of(&name), Vec::<String>::new());
    drop(next);
}

#[test]
fn the_sweep_spares_what_has_a_living_owner() {
    let scratch = Scratch::new().unwrap();
    std::fs::write(scratch.join("file"), "kept").unwrap();
    sweep().unwrap();
    assert_eq!(
        std::fs::read_to_string(scratch.join("file")).unwrap(),
        "kept"
    );
    let path = scratch.path().to_owned();
    drop(scratch);
    assert!(!path.exists());
}

#[test]
fn a_panic_clears_as_well() {
    let (tell, told) = std::sync::mpsc::channel();
    let panicked = std::thread::spawn(move || {
        let scratch = Scratch::new().unwrap();
        let child = std::process::Command::new("sleep")
            .arg("1000")
            .spawn()
            .unwrap();
        scratch.record(&child).unwrap();
        tell.send((scratch.path().to_owned(), child)).unwrap();
        panic!("on purpose");
    });
    assert!(panicked.join().is_err());
    let (path, mut child) = told.recv().unwrap();
    assert!(!path.exists());
    // Killed by the guard: waiting for 1000 s would be the failure.
    assert!(!child.wait().unwrap().success());
}

fn kill(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid.try_into().unwrap()).unwrap(), signal).unwrap();
}
