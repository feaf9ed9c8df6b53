//! Starting the daemon. A shell script stands for it here: what the daemon
//! itself does is the matter of the agent's own tests.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use testkit::{Agent, AgentOptions, wait};

fn script(dir: &Path, text: &str) -> PathBuf {
    let path = dir.join("docker-manager");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn options(binary: PathBuf) -> AgentOptions {
    AgentOptions {
        binary: Some(binary),
        ..AgentOptions::new("/nowhere/d.sock")
    }
}

#[tokio::test]
async fn reads_address_and_code_and_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let text = "mkdir -p \"$3\"; echo \"$*\" >> \"$3/arguments\"\n\
                echo 'listening on https://127.0.0.1:4711'\n\
                echo 'setup code: AAAA-BBBB-CCCC'\n\
                trap 'exit 7' TERM\nwhile :; do sleep 0.05; done";
    let mut agent = Agent::start(options(script(dir.path(), text)))
        .await
        .unwrap();
    assert_eq!(agent.url(), "https://127.0.0.1:4711");
    assert_eq!(agent.setup_code().await.unwrap(), "AAAA-BBBB-CCCC");
    assert_eq!(agent.stop().await.unwrap().code(), Some(7));

    agent.start_again().await.unwrap();
    assert_eq!(agent.kill9().await.unwrap().code(), None);
    let data = agent.data_dir();
    let arguments = fs::read_to_string(data.join("arguments")).unwrap();
    let line = format!(
        "serve --data-dir {} --listen 127.0.0.1:0 --docker /nowhere/d.sock --config {}",
        data.display(),
        data.with_file_name("agent.toml").display()
    );
    assert_eq!(
        arguments.lines().collect::<Vec<_>>(),
        [line.as_str(), line.as_str()]
    );

    agent.start_again().await.unwrap();
    let pid = agent.pid().unwrap();
    drop(agent);
    assert!(!data.exists());
    let gone = || async { !Path::new(&format!("/proc/{pid}")).exists() };
    wait::until_true(crate::SOON, "the end of the process", gone)
        .await
        .unwrap();
}

#[tokio::test]
async fn says_why_it_did_not_start() {
    let dir = tempfile::tempdir().unwrap();
    let binary = script(
        dir.path(),
        "echo 'the data directory is locked' >&2; exit 3",
    );
    let error = Agent::start(options(binary)).await.unwrap_err().to_string();
    assert!(
        error.contains("the data directory is locked") && error.contains('3'),
        "{error}"
    );
    let error = Agent::start(options(dir.path().join("missing")))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("missing"), "{error}");
}

#[tokio::test]
async fn waiting_has_an_end_and_a_reason() {
    let short = std::time::Duration::from_millis(30);
    let error = wait::until(short, "rain", || async { Err::<(), _>("sunshine") })
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "waited 0.0 s in vain for rain; last seen: sunshine"
    );
    let hanging = || std::future::pending::<Result<(), &str>>();
    assert!(wait::until(short, "an answer", hanging).await.is_err());
}
