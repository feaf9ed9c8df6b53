//! Terminals.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::world::{BUSYBOX, Harbour, NOSHELL, SOON, World};

type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// A connection that trusts the agent's own authority.
pub async fn tls(harbour: &Harbour) -> TlsStream<TcpStream> {
    let api = &harbour.api;
    let mut roots = rustls::RootCertStore::empty();
    let ca = harbour.agent.data_dir().join("tls/ca.pem");
    roots
        .add(CertificateDer::from_pem_file(ca).unwrap())
        .unwrap();
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tcp = TcpStream::connect(api.address()).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    TlsConnector::from(Arc::new(config))
        .connect(name, tcp)
        .await
        .unwrap()
}

/// Opens the WebSocket of a ticket with the headers a browser would send.
async fn open(
    harbour: &Harbour,
    container: &str,
    ticket: &str,
    origin: Option<&str>,
) -> Result<Socket, Error> {
    let api = &harbour.api;
    let tls = tls(harbour).await;
    let url = format!(
        "wss://{}/api/containers/{container}/exec?ticket={ticket}",
        api.address()
    );
    let mut request = url.into_client_request().unwrap();
    request
        .headers_mut()
        .insert("cookie", api.cookie.parse().unwrap());
    request
        .headers_mut()
        .insert("origin", origin.unwrap_or(api.base()).parse().unwrap());
    client_async(request, tls).await.map(|(socket, _)| socket)
}

async fn ticket(harbour: &Harbour, container: &str, body: &Value) -> String {
    let answer = harbour
        .api
        .post(&format!("/api/containers/{container}/exec"), body)
        .await
        .ok(200);
    answer["ticket"].as_str().unwrap().to_owned()
}

async fn exec(harbour: &Harbour, container: &str, body: &Value) -> Socket {
    let ticket = ticket(harbour, container, body).await;
    open(harbour, container, &ticket, None).await.unwrap()
}

/// Reads until the exit code; gives all bytes and the code.
async fn finish(socket: &mut Socket) -> (Vec<u8>, i64) {
    let mut bytes = Vec::new();
    loop {
        let message = tokio::time::timeout(SOON, socket.next())
            .await
            .expect("more to come");
        match message.expect("not closed yet").unwrap() {
            Message::Binary(part) => bytes.extend_from_slice(&part),
            Message::Text(text) => {
                let said: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(said["type"], "exit", "{said}");
                return (bytes, said["code"].as_i64().unwrap());
            }
            _ => {}
        }
    }
}

/// Reads until the output contains `wanted`.
async fn until(socket: &mut Socket, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let message = tokio::time::timeout(SOON, socket.next()).await;
        let message = message.unwrap_or_else(|_| panic!("{wanted:?} not in {text:?}"));
        if let Message::Binary(part) = message.expect("open").unwrap() {
            text.push_str(&String::from_utf8_lossy(&part));
        }
    }
    text
}

async fn running(world: &World, harbour: &Harbour) -> String {
    let name = world.name("exec");
    harbour
        .api
        .create(&json!({"image": BUSYBOX, "name": name}))
        .await;
    name
}

pub async fn typing_into_a_shell(world: &World) {
    let harbour = world.harbour().await;
    let name = running(world, &harbour).await;
    let mut socket = exec(&harbour, &name, &json!({"cols": 91, "rows": 33})).await;
    let type_in = async |socket: &mut Socket, text: &str| {
        socket
            .send(Message::binary(text.as_bytes().to_vec()))
            .await
            .unwrap();
    };
    type_in(&mut socket, "echo gr\u{fc}\u{df}e-$((40+2))\n").await;
    until(&mut socket, "grüße-42").await;
    let resize = json!({"type": "resize", "cols": 77, "rows": 22}).to_string();
    socket.send(Message::text(resize)).await.unwrap();
    type_in(&mut socket, "stty size\n").await;
    until(&mut socket, "22 77").await;
    type_in(&mut socket, "exit 7\n").await;
    assert_eq!(finish(&mut socket).await.1, 7);
    let lines = testkit::wait::until(SOON, "the end to be audited", || async {
        let lines = harbour.api.get("/api/audit?limit=3").await.ok(200);
        if lines[0]["outcome"] == "exit 7" {
            Ok(lines)
        } else {
            Err(lines.to_string())
        }
    });
    assert_eq!(lines.await.unwrap()[0]["action"], "container.exec.session");
    harbour.api.remove(&name).await;
}

pub async fn fifty_megabytes_come_back_whole(world: &World) {
    const SIZE: usize = 50_000_000;
    let harbour = world.harbour().await;
    let name = running(world, &harbour).await;
    let socket = exec(&harbour, &name, &json!({"cmd": ["cat"], "tty": false})).await;
    let (mut sink, mut stream) = socket.split();
    let byte = |at: usize| (at.wrapping_mul(2_654_435_761) >> 13) as u8;
    let writer = tokio::spawn(async move {
        for start in (0..SIZE).step_by(100_000) {
            let part: Vec<u8> = (start..start + 100_000).map(byte).collect();
            sink.send(Message::binary(part)).await.unwrap();
        }
        sink.send(Message::text(r#"{"type":"eof"}"#)).await.unwrap();
        sink
    });
    let mut at = 0;
    let code = loop {
        match stream.next().await.expect("open").unwrap() {
            Message::Binary(part) => {
                for got in part {
                    assert_eq!(got, byte(at), "byte {at}");
                    at += 1;
                }
            }
            Message::Text(text) => {
                break serde_json::from_str::<Value>(&text).unwrap()["code"].clone();
            }
            _ => {}
        }
    };
    assert_eq!((at, code), (SIZE, json!(0)));
    drop(writer.await.unwrap());
    harbour.api.remove(&name).await;
}

pub async fn a_paused_terminal_gets_nothing_and_loses_nothing(world: &World) {
    let harbour = world.harbour().await;
    let name = running(world, &harbour).await;
    let mut socket = exec(&harbour, &name, &json!({"cmd": ["cat"], "tty": false})).await;
    let say = async |socket: &mut Socket, message: Message| socket.send(message).await.unwrap();
    say(&mut socket, Message::text(r#"{"type":"pause"}"#)).await;
    for _ in 0..100 {
        say(&mut socket, Message::binary(vec![b'x'; 10_000])).await;
    }
    // That nothing comes can only be seen by waiting for it.
    let early = tokio::time::timeout(Duration::from_millis(400), socket.next()).await;
    assert!(early.is_err(), "output came while paused");
    say(&mut socket, Message::text(r#"{"type":"resume"}"#)).await;
    say(&mut socket, Message::text(r#"{"type":"eof"}"#)).await;
    let (bytes, code) = finish(&mut socket).await;
    assert_eq!((bytes.len(), code), (1_000_000, 0));
    harbour.api.remove(&name).await;
}

pub async fn bytes_that_look_like_frames_are_bytes(world: &World) {
    let harbour = world.harbour().await;
    let name = running(world, &harbour).await;
    for first in ["\\000", "\\001", "\\002"] {
        let script = format!("stty raw; printf '{first}\\000\\000\\000\\377\\377\\377\\377after'");
        let mut socket = exec(&harbour, &name, &json!({"cmd": ["sh", "-c", script]})).await;
        let (bytes, code) = finish(&mut socket).await;
        let first = u8::from_str_radix(&first[1..], 8).unwrap();
        assert_eq!(
            (bytes, code),
            (
                [&[first, 0, 0, 0, 255, 255, 255, 255], b"after".as_slice()].concat(),
                0
            )
        );
    }
    let script = "echo out; echo err >&2; exit 3";
    let mut socket = exec(
        &harbour,
        &name,
        &json!({"cmd": ["sh", "-c", script], "tty": false}),
    )
    .await;
    let (bytes, code) = finish(&mut socket).await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.contains("out\n") && text.contains("err\n") && code == 3,
        "{text}"
    );
    harbour.api.remove(&name).await;
}

pub async fn without_a_shell_it_says_so(world: &World) {
    let harbour = world.harbour().await;
    let name = world.name("bare");
    harbour
        .api
        .create(&json!({"image": NOSHELL, "name": name}))
        .await;
    let path = format!("/api/containers/{name}/exec");
    let text = harbour
        .api
        .post(&path, &json!({}))
        .await
        .error(409, "no_shell");
    assert!(text.contains("no shell"), "{text}");
    harbour
        .api
        .post(&path, &json!({"cmd": []}))
        .await
        .error(422, "invalid");
    let mut socket = exec(&harbour, &name, &json!({"cmd": ["/nothing"]})).await;
    let message = socket.next().await;
    // The engine answers either with a refusal or with exit code 126 or 127.
    let text = message.expect("an answer").unwrap().to_string();
    assert!(
        text.contains("/nothing") || text.contains("126") || text.contains("127"),
        "{text}"
    );
    harbour
        .api
        .act(&format!("/api/containers/{name}/kill"))
        .await
        .ok(200);
    harbour
        .api
        .container(&name, |c| c["state"] == "exited")
        .await;
    harbour
        .api
        .post(&path, &json!({}))
        .await
        .error(409, "container_not_running");
    harbour.api.remove(&name).await;
}

pub async fn tickets_work_once(world: &World) {
    let harbour = world.harbour().await;
    let (name, other) = (
        running(world, &harbour).await,
        running(world, &harbour).await,
    );
    let refused = |result: Result<Socket, Error>| match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was let in"),
    };
    let body = json!({"cmd": ["true"]});
    let once = ticket(&harbour, &name, &body).await;
    let mut socket = open(&harbour, &name, &once, None).await.unwrap();
    assert_eq!(finish(&mut socket).await.1, 0);
    assert_eq!(
        refused(open(&harbour, &name, &once, None).await),
        403,
        "used"
    );
    let theirs = ticket(&harbour, &other, &body).await;
    assert_eq!(
        refused(open(&harbour, &name, &theirs, None).await),
        403,
        "another container's"
    );
    assert_eq!(
        refused(open(&harbour, &other, &theirs, None).await),
        403,
        "used up by that"
    );
    let stolen = ticket(&harbour, &name, &body).await;
    let foreign = open(&harbour, &name, &stolen, Some("https://127.0.0.1:1")).await;
    assert_eq!(refused(foreign), 403, "another site's page");
    assert_eq!(refused(open(&harbour, &name, "made-up", None).await), 403);
    for container in [name, other] {
        harbour.api.remove(&container).await;
    }
}

pub async fn a_closed_terminal_ends_its_shell(world: &World) {
    use bollard::query_parameters::TopOptions;
    let harbour = world.harbour().await;
    let name = running(world, &harbour).await;
    let docker = world.docker();
    let processes = async || {
        let top = docker
            .top_processes(&name, None::<TopOptions>)
            .await
            .unwrap();
        top.processes.unwrap_or_default().len()
    };
    let before = processes().await;
    let mut socket = exec(&harbour, &name, &json!({})).await;
    let typed = "sleep 1000\n".as_bytes().to_vec();
    socket.send(Message::binary(typed)).await.unwrap();
    let more = testkit::wait::until_true(SOON, "the sleep to run", || async {
        processes().await >= before + 2
    });
    more.await.unwrap();
    drop(socket);
    let ended = testkit::wait::until_true(SOON, "the shell and its child to end", || async {
        processes().await == before
    });
    ended.await.unwrap();
    harbour.api.remove(&name).await;
}
