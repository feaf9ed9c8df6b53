//! A key typed into a terminal until its echo is back: through the agent's
//! WebSocket, and on the engine's own hijacked stream.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hyper::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::fault::{Fault, Outcome};
use crate::figures::Times;
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::{API, Stage};
use crate::wire::{AgentSide, Side};

const NAME: &str = "typed-into";
/// Its terminal echoes; itself it only keeps the terminal open.
const COMMAND: [&str; 2] = ["sleep", "3600"];
/// No echo takes longer.
const LIMIT: Duration = Duration::from_secs(10);
/// Pause between keys: people and repeating keyboards are not faster.
const BETWEEN: Duration = Duration::from_millis(2);

/// Types in turns.
pub(crate) async fn echo(stage: &Stage, scale: &Scale) -> Outcome<Vec<Row>> {
    stage.run(NAME, "exec sleep 3600").await?;
    // The agent has to know it before it opens a terminal in it.
    stage.known(stage.size() + 1).await?;
    let measured = type_in_turns(stage, scale.keys).await;
    stage.remove(NAME).await?;
    measured
}

async fn type_in_turns(stage: &Stage, keys: usize) -> Outcome<Vec<Row>> {
    let mut ours = open_socket(&stage.api, NAME).await?;
    let mut raw = open_raw(stage).await?;
    let (mut our_times, mut their_times) = (Times::default(), Times::default());
    for key in 0..keys + 20 {
        let (first, second) = if key % 2 == 0 {
            let first = limited(echo_socket(&mut ours)).await?;
            (first, limited(echo_raw(&mut raw)).await?)
        } else {
            let second = limited(echo_raw(&mut raw)).await?;
            (limited(echo_socket(&mut ours)).await?, second)
        };
        if key >= 20 {
            our_times.push(first);
            their_times.push(second);
        }
        tokio::time::sleep(BETWEEN).await;
    }
    let row = |id: &str, what: &str, part: f64, limit: f64| {
        let (ours, raw) = (our_times.quantile(part), their_times.quantile(part));
        let what = format!("echo of a key, {what} ÷ raw stream");
        Row::at_most(id, what, ours / raw, limit).detail(format!(
            "{:.0} µs against {:.0} µs, {} keys each",
            ours * 1e6,
            raw * 1e6,
            our_times.len()
        ))
    };
    Ok(vec![
        row("exec-p50", "p50", 0.5, 1.5),
        row("exec-p99", "p99", 0.99, 2.0),
    ])
}

async fn limited<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let in_time = tokio::time::timeout(LIMIT, work).await;
    in_time.map_err(Fault::wire("an echo"))?
}

pub(crate) type Socket = WebSocketStream<TlsStream<TcpStream>>;

/// A terminal through the agent, in the container `name`.
pub(crate) async fn open_socket(api: &AgentSide, name: &str) -> Outcome<Socket> {
    let path = format!("/api/containers/{name}/exec");
    let body = json!({ "cmd": COMMAND, "cols": 80, "rows": 24 });
    let mut wire = Side::Agent(api.clone()).open().await?;
    let answer = wire.json(Method::POST, &path, Some(&body)).await?;
    let ticket = answer["ticket"].as_str().unwrap_or_default();
    let mut request = format!("wss://{}{path}?ticket={ticket}", api.address)
        .into_client_request()
        .map_err(Fault::wire("asking for a terminal"))?;
    let cookie = api.cookie.parse();
    let cookie = cookie.map_err(Fault::wire("asking for a terminal"))?;
    request.headers_mut().insert("cookie", cookie);
    let stream = api.connect(None).await?;
    // As little zeroed before each read as on the raw side.
    let config = WebSocketConfig::default().read_buffer_size(4 << 10);
    let opened = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
    Ok(opened.map_err(Fault::wire("opening a terminal"))?.0)
}

/// Types a key and waits for its echo.
pub(crate) async fn echo_socket(socket: &mut Socket) -> Outcome<Duration> {
    let what = "typing through the agent";
    let began = Instant::now();
    let key = Message::Binary(Bytes::from_static(b"k"));
    socket.send(key).await.map_err(Fault::wire(what))?;
    loop {
        match socket.next().await {
            Some(Ok(Message::Binary(bytes))) if bytes.contains(&b'k') => {
                return Ok(began.elapsed());
            }
            Some(Ok(Message::Text(text))) => return Err(Fault::answer(what, text.as_str())),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(Fault::wire(what)(error)),
            None => return Err(Fault::answer(what, "the end")),
        }
    }
}

/// A terminal on the engine's own stream (Engine API, `ExecStart`, "Upgrade").
async fn open_raw(stage: &Stage) -> Outcome<UnixStream> {
    let what = "opening a raw terminal";
    let body = json!({ "AttachStdin": true, "AttachStdout": true, "AttachStderr": true,
        "Tty": true, "Cmd": COMMAND });
    let path = format!("{API}/containers/{NAME}/exec");
    let mut wire = stage.raw().open().await?;
    let made = wire.json(Method::POST, &path, Some(&body)).await?;
    let id = made["Id"].as_str().unwrap_or_default();
    let body = r#"{"Detach":false,"Tty":true}"#;
    let head = format!(
        "POST {API}/exec/{id}/start HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n\
         Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let stream = UnixStream::connect(stage.engine.socket()).await;
    let mut stream = stream.map_err(Fault::wire(what))?;
    let written = stream.write_all(head.as_bytes()).await;
    written.map_err(Fault::wire(what))?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.map_err(Fault::wire(what))?);
    }
    if answer.starts_with(b"HTTP/1.1 101") {
        Ok(stream)
    } else {
        Err(Fault::answer(what, String::from_utf8_lossy(&answer)))
    }
}

async fn echo_raw(stream: &mut UnixStream) -> Outcome<Duration> {
    let what = "typing straight into the engine";
    let began = Instant::now();
    stream.write_all(b"k").await.map_err(Fault::wire(what))?;
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.map_err(Fault::wire(what))?;
        if read == 0 {
            return Err(Fault::answer(what, "the end"));
        }
        if buffer[..read].contains(&b'k') {
            return Ok(began.elapsed());
        }
    }
}
