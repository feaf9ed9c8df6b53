//! The command line.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use testkit::Agent;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::client::Api;
use crate::world::{PASSWORD, World, options};

#[expect(
    clippy::disallowed_methods,
    reason = "the product's own binary is what is tested"
)]
fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_docker-manager"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub async fn configuration_faults_are_explained(_: &World) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("agent.toml");
    std::fs::write(&file, "listne = \"x\"\n").unwrap();
    let out = run(&["check-config", "--config", file.to_str().unwrap()], "");
    assert_eq!(out.status.code(), Some(2));
    assert!(
        text(&out.stderr).contains("listne"),
        "{}",
        text(&out.stderr)
    );
    let out = run(&["serve", "--listen", "nowhere"], "");
    assert_eq!(out.status.code(), Some(2));
    assert!(
        text(&out.stderr).contains("127.0.0.1:8443"),
        "{}",
        text(&out.stderr)
    );
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let out = run(
        &["serve", "--data-dir", data, "--listen", "192.0.2.1:0"],
        "",
    );
    assert_eq!(out.status.code(), Some(1));
    assert!(
        text(&out.stderr).contains("cannot listen on 192.0.2.1"),
        "{}",
        text(&out.stderr)
    );
    let out = run(
        &[
            "serve",
            "--data-dir",
            data,
            "--listen",
            "0.0.0.0:0",
            "--insecure-http",
        ],
        "",
    );
    assert_eq!(out.status.code(), Some(2));
    assert!(
        text(&out.stderr).contains("loopback only"),
        "{}",
        text(&out.stderr)
    );
    let out = run(&["check-config", "--listen", "127.0.0.1:0"], "");
    assert!(out.status.success() && text(&out.stdout).contains("valid"));
}

pub async fn passwords_are_set_from_the_command_line(world: &World) {
    let mut agent = Agent::start(options(world.engine.socket())).await.unwrap();
    let mut api = Api::new(&agent);
    api.set_up(&agent).await;
    let data = agent.data_dir();
    let arguments = ["set-password", "--data-dir", data.to_str().unwrap()];
    let out = run(&arguments, "a new password for me\n");
    assert_eq!(out.status.code(), Some(1));
    assert!(
        text(&out.stderr).contains("stop it first"),
        "{}",
        text(&out.stderr)
    );
    agent.stop().await.unwrap();
    let out = run(&arguments, "short\n");
    assert!(
        !out.status.success() && text(&out.stderr).contains("at least 10"),
        "{}",
        text(&out.stderr)
    );
    let out = run(&arguments, "a new password for me\n");
    assert!(out.status.success(), "{}", text(&out.stderr));
    agent.start_again().await.unwrap();
    api.moved(&agent);
    api.get("/api/session").await.error(401, "not_signed_in");
    api.raw_sign_in("/api/login", &json!({"password": PASSWORD}))
        .await
        .error(401, "wrong_password");
    api.raw_sign_in("/api/login", &json!({"password": "a new password for me"}))
        .await
        .ok(200);
}

pub async fn plain_http_and_unix_sockets(world: &World) {
    let mut plain = options(world.engine.socket());
    plain.arguments = vec!["--insecure-http".into()];
    let agent = Agent::start(plain).await.unwrap();
    assert!(
        agent.url().starts_with("http://127.0.0.1:"),
        "{}",
        agent.url()
    );
    let code = agent.setup_code().await.unwrap();
    let body = json!({"code": code, "password": PASSWORD});
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client
        .post(format!("{}/api/setup", agent.url()))
        .json(&body)
        .send()
        .await
        .unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("harbourmaster-insecure=") && !cookie.contains("Secure"),
        "{cookie}"
    );

    let dir = tempfile::tempdir().unwrap();
    let path: PathBuf = dir.path().join("s");
    let mut unix = options(world.engine.socket());
    unix.listen = format!("unix:{}", path.display());
    let mut agent = Agent::start(unix).await.unwrap();
    let mut socket = tokio::net::UnixStream::connect(&path).await.unwrap();
    let request = "GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("setupNeeded"),
        "{answer}"
    );
    agent.stop().await.unwrap();
    assert!(!path.exists(), "the socket is removed");
}

pub async fn the_audit_log_is_verified(world: &World) {
    let mut harbour = world.harbour().await;
    harbour
        .api
        .post("/api/images/pull", &json!({"image": "not a reference"}))
        .await
        .error(422, "invalid");
    harbour.agent.stop().await.unwrap();
    let data = harbour.agent.data_dir();
    let arguments = ["verify-audit", "--data-dir", data.to_str().unwrap()];
    let out = run(&arguments, "");
    assert!(
        out.status.success() && text(&out.stdout).contains("whole"),
        "{}",
        text(&out.stderr)
    );
    let file = std::fs::read_dir(data.join("audit"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "jsonl"))
        .unwrap();
    let whole = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, whole.replacen("image.pull", "image.push", 1)).unwrap();
    let out = run(&arguments, "");
    assert_eq!(out.status.code(), Some(1));
    let said = text(&out.stderr);
    let line = whole
        .lines()
        .position(|l| l.contains("image.pull"))
        .unwrap()
        + 1;
    assert!(
        said.contains(&format!("{line}")) && said.contains(".jsonl"),
        "{said}"
    );
}

pub async fn the_document_is_the_routers(_: &World) {
    let out = run(&["openapi"], "");
    assert!(out.status.success());
    let printed: Value = serde_json::from_slice(&out.stdout).unwrap();
    let kept = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/api/openapi.json"
    ))
    .unwrap();
    let kept: Value = serde_json::from_slice(&kept).unwrap();
    assert_eq!(printed, kept, "run `make openapi` and commit the result");
    for path in [
        "/api/health",
        "/api/setup",
        "/api/login",
        "/api/logout",
        "/api/session",
        "/api/containers",
        "/api/containers/{id}",
        "/api/containers/{id}/start",
        "/api/containers/{id}/stop",
        "/api/containers/{id}/restart",
        "/api/containers/{id}/pause",
        "/api/containers/{id}/unpause",
        "/api/containers/{id}/kill",
        "/api/containers/{id}/rename",
        "/api/containers/{id}/logs",
        "/api/containers/{id}/exec",
        "/api/images",
        "/api/images/pull",
        "/api/images/{name}",
        "/api/events",
        "/api/operations",
        "/api/operations/{id}",
        "/api/operations/{id}/cancel",
        "/api/audit",
        "/api/openapi.json",
    ] {
        assert!(printed["paths"][path].is_object(), "{path} is documented");
    }
}
