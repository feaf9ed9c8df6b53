//! Two calls where bytes matter: logs and exec. bollard guesses from the first
//! byte of a chunk whether it is framed, so terminal output that begins with
//! 0x00 to 0x02 is misread (see ADR 0003). Here the kind is known beforehand.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use harbour_core::log_frame::LogStream;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use super::log_body::{LogBody, Ready};
use super::pause::Pause;
use super::{Client, Engine, EngineError};

/// Longest error text read from the engine.
pub(super) const MAX_ERROR_BYTES: usize = 16 << 10;
/// Longest frame accepted; log drivers cut messages at 16 KiB, some at 1 MiB.
const MAX_FRAME: usize = 2 << 20;
const FRAME_HEADER: usize = 8;
/// A pause while a log comes in.
const GATHER: Duration = Duration::from_micros(400);

/// Which part of a log is wanted (Engine API, `ContainerLogs`).
#[derive(Clone, Debug, Default)]
pub struct LogQuery {
    /// From this time on, in seconds with fraction since 1970.
    pub since: Option<String>,
    /// Up to this time.
    pub until: Option<String>,
    /// Only so many lines from the end.
    pub tail: Option<u64>,
    /// Whether to wait for more.
    pub follow: bool,
}

/// The log of one container, a frame at a time. Reads from the engine only
/// when asked, so a slow reader slows the engine's side down, not our memory.
pub struct LogFrames {
    body: LogBody,
    pause: Pause,
    tty: bool,
    buffer: BytesMut,
}

/// What a look at a log found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogState {
    /// Something, which was handed on.
    More,
    /// Nothing new for now.
    Quiet,
    /// It has ended.
    Ended,
}

impl Engine {
    /// Opens the log of a container. Time stamps are always on.
    ///
    /// # Errors
    /// When Docker does not answer or does not know the container.
    pub async fn logs(
        &self,
        id: &str,
        tty: bool,
        query: &LogQuery,
    ) -> Result<LogFrames, EngineError> {
        let client = self.client()?;
        let mut path = format!(
            "/v{}/containers/{id}/logs?stdout=1&stderr=1&timestamps=1&follow={}",
            client.api_version,
            u8::from(query.follow)
        );
        for (name, value) in [("since", &query.since), ("until", &query.until)] {
            if let Some(value) = value {
                path.push_str(&format!("&{name}={value}"));
            }
        }
        if let Some(tail) = query.tail {
            path.push_str(&format!("&tail={tail}"));
        }
        Ok(LogFrames {
            body: LogBody::open(&self.socket, &path).await?,
            pause: Pause::new().map_err(|e| EngineError::Down(e.to_string()))?,
            tty,
            buffer: BytesMut::new(),
        })
    }

    /// Starts a prepared exec and takes over its connection.
    pub(super) async fn hijack_exec(
        &self,
        client: &Client,
        exec_id: &str,
        tty: bool,
    ) -> Result<ExecStream, EngineError> {
        let body = serde_json::json!({ "Detach": false, "Tty": tty }).to_string();
        let path = format!("/v{}/exec/{exec_id}/start", client.api_version);
        let mut request = request(Method::POST, &path, Bytes::from(body))?;
        let headers = request.headers_mut();
        headers.insert(
            "connection",
            hyper::header::HeaderValue::from_static("Upgrade"),
        );
        headers.insert("upgrade", hyper::header::HeaderValue::from_static("tcp"));
        let (response, connection) = self.send(request).await?;
        let response = if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            response
        } else {
            checked(response).await?
        };
        let upgraded = hyper::upgrade::on(response)
            .await
            .map_err(|e| EngineError::Down(e.to_string()))?;
        Ok(ExecStream {
            io: TokioIo::new(upgraded),
            tty,
            left: 0,
            _connection: connection,
        })
    }

    /// Sends one request on a connection of its own, which lives as long as
    /// its owner.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(Response<Incoming>, Owned), EngineError> {
        let down = |e: &dyn std::error::Error| EngineError::Down(e.to_string());
        let socket = UnixStream::connect(&self.socket)
            .await
            .map_err(|e| down(&e))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(socket))
            .await
            .map_err(|e| down(&e))?;
        let task = tokio::spawn(async move {
            if let Err(error) = connection.with_upgrades().await {
                tracing::debug!(%error, "a connection to the engine ended");
            }
        });
        let owned = Owned(Arc::new(Task(task)));
        let response = sender.send_request(request).await.map_err(|e| down(&e))?;
        Ok((response, owned))
    }
}

pub(super) fn request(
    method: Method,
    path: &str,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, EngineError> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", "docker")
        .header("content-type", "application/json")
        .body(Full::new(body))
        .map_err(|source| EngineError::Unreadable {
            what: "a request",
            source: Box::new(source),
        })
}

/// The answer, unless it is an error.
pub(super) async fn checked(
    response: Response<Incoming>,
) -> Result<Response<Incoming>, EngineError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = http_body_util::Limited::new(response.into_body(), MAX_ERROR_BYTES)
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    Err(refusal(status, &body))
}

/// What the engine means by a status that is no success, with what it said.
pub(super) fn refusal(status: StatusCode, body: &[u8]) -> EngineError {
    #[derive(serde::Deserialize)]
    struct Said {
        message: String,
    }
    let message = serde_json::from_slice::<Said>(body).map_or_else(
        |_| format!("Docker answered {status} without a reason"),
        |said| said.message,
    );
    match status {
        StatusCode::NOT_FOUND => EngineError::NotFound(message),
        StatusCode::CONFLICT => EngineError::Conflict(message),
        status => EngineError::Refused {
            status: status.as_u16(),
            message,
        },
    }
}

/// The task that drives a connection; ended with the last owner.
#[derive(Clone, Debug)]
pub(super) struct Owned(#[expect(dead_code, reason = "held for its Drop")] Arc<Task>);

#[derive(Debug)]
struct Task(tokio::task::JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl LogFrames {
    /// Waits for more of the log and hands on each frame that is whole;
    /// `false` at the end. Dropping the future loses nothing.
    ///
    /// # Errors
    /// When the connection breaks or a frame is longer than 2 MiB.
    pub async fn read(&mut self, each: impl FnMut(LogStream, &[u8])) -> Result<bool, EngineError> {
        if !self.body.fill(&mut self.buffer).await? {
            return self.ended().map(|()| false);
        }
        self.hand_on(each).map(|()| true)
    }

    /// Hands on each frame that has come already.
    ///
    /// # Errors
    /// As [`LogFrames::read`].
    pub fn read_ready(
        &mut self,
        each: impl FnMut(LogStream, &[u8]),
    ) -> Result<LogState, EngineError> {
        match self.body.fill_ready(&mut self.buffer)? {
            Ready::Content => self.hand_on(each).map(|()| LogState::More),
            Ready::Nothing => Ok(LogState::Quiet),
            Ready::End => self.ended().map(|()| LogState::Ended),
        }
    }

    /// Lets more of the log come for a moment: the engine writes a line at a
    /// time, and to be woken for each costs more than the line does. Longer, and
    /// the two or three hundred lines that a socket holds would be all.
    ///
    /// # Errors
    /// When the system has no clock for it.
    pub async fn gather(&self) -> Result<(), EngineError> {
        let waited = self.pause.wait(GATHER).await;
        waited.map_err(|e| EngineError::Down(e.to_string()))
    }

    fn hand_on(&mut self, mut each: impl FnMut(LogStream, &[u8])) -> Result<(), EngineError> {
        if self.tty {
            each(LogStream::Tty, &self.buffer);
            self.buffer.clear();
            return Ok(());
        }
        take_frames(&mut self.buffer, each)
    }

    fn ended(&self) -> Result<(), EngineError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        Err(EngineError::Down(
            "the log broke off within a line".to_owned(),
        ))
    }
}

/// Takes each whole frame from the front (Engine API, `ContainerAttach`,
/// "Stream format"); what is left is the beginning of one.
pub(crate) fn take_frames(
    buffer: &mut BytesMut,
    mut each: impl FnMut(LogStream, &[u8]),
) -> Result<(), EngineError> {
    while let Some((stream, length)) = header(buffer)? {
        let end = FRAME_HEADER + length;
        let Some(content) = buffer.get(FRAME_HEADER..end) else {
            buffer.reserve(end - buffer.len());
            break;
        };
        each(stream, content);
        buffer.advance(end);
    }
    Ok(())
}

fn header(bytes: &[u8]) -> Result<Option<(LogStream, usize)>, EngineError> {
    let Some(head) = bytes.first_chunk::<FRAME_HEADER>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
    let stream = match head[0] {
        0 | 1 => LogStream::Stdout,
        // 3 carries the engine's own faults with a log.
        2 | 3 => LogStream::Stderr,
        other => {
            return Err(EngineError::Down(format!(
                "its stream has a frame of kind {other}"
            )));
        }
    };
    if length > MAX_FRAME {
        return Err(EngineError::Down(format!(
            "its stream has a frame of {length} bytes"
        )));
    }
    Ok(Some((stream, length)))
}

/// A running exec: bytes in, bytes out.
pub struct ExecStream {
    io: TokioIo<hyper::upgrade::Upgraded>,
    tty: bool,
    /// Bytes left of the frame being read, without a terminal.
    left: usize,
    _connection: Owned,
}

impl ExecStream {
    /// Splits into the output and the input.
    #[must_use]
    pub fn split(self) -> (ExecOutput, ExecInput) {
        let (read, write) = tokio::io::split(self.io);
        let connection = self._connection;
        (
            ExecOutput {
                io: read,
                tty: self.tty,
                left: self.left,
                _connection: connection.clone(),
            },
            ExecInput {
                io: write,
                _connection: connection,
            },
        )
    }
}

/// What the process prints.
pub struct ExecOutput {
    io: tokio::io::ReadHalf<TokioIo<hyper::upgrade::Upgraded>>,
    tty: bool,
    left: usize,
    _connection: Owned,
}

impl ExecOutput {
    /// The next bytes, at most as many as `buffer` holds; 0 at the end.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.tty {
            return self.io.read(buffer).await;
        }
        while self.left == 0 {
            let mut head = [0; FRAME_HEADER];
            match self.io.read_exact(&mut head).await {
                Ok(_) => {}
                Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(0),
                Err(e) => return Err(e),
            }
            self.left = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize;
        }
        let most = buffer.len().min(self.left);
        let read = self.io.read(&mut buffer[..most]).await?;
        self.left -= read;
        Ok(read)
    }
}

/// What the process reads.
pub struct ExecInput {
    io: tokio::io::WriteHalf<TokioIo<hyper::upgrade::Upgraded>>,
    _connection: Owned,
}

impl ExecInput {
    /// Writes all of `bytes`, waiting while the process does not read.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.io.write_all(bytes).await?;
        self.io.flush().await
    }

    /// Tells the process that no more comes.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn close(&mut self) -> std::io::Result<()> {
        self.io.shutdown().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_split_wherever_the_bytes_break() {
        let mut whole = Vec::new();
        for (kind, text) in [(1u8, "out\n"), (2, "err\n"), (1, "")] {
            whole.extend_from_slice(&[kind, 0, 0, 0]);
            whole.extend_from_slice(&u32::try_from(text.len()).expect("short").to_be_bytes());
            whole.extend_from_slice(text.as_bytes());
        }
        for cut in 0..whole.len() {
            let mut buffer = BytesMut::from(&whole[..cut]);
            let mut seen = Vec::new();
            let mut keep = |stream, bytes: &[u8]| seen.push((stream, bytes.to_vec()));
            take_frames(&mut buffer, &mut keep).expect("valid");
            buffer.extend_from_slice(&whole[cut..]);
            take_frames(&mut buffer, &mut keep).expect("valid");
            assert!(buffer.is_empty());
            let texts: Vec<_> = seen.iter().map(|(_, b)| b.as_slice()).collect();
            assert_eq!(texts, [b"out\n".as_ref(), b"err\n", b""], "cut at {cut}");
            assert_eq!(seen[1].0, LogStream::Stderr);
        }
    }

    #[test]
    fn nonsense_is_refused_not_allocated() {
        let mut buffer = BytesMut::from(&[1u8, 0, 0, 0, 255, 255, 255, 255][..]);
        assert!(take_frames(&mut buffer, |_, _| ()).is_err());
        let mut buffer = BytesMut::from(&[9u8, 0, 0, 0, 0, 0, 0, 1, 1][..]);
        assert!(take_frames(&mut buffer, |_, _| ()).is_err());
    }
}
