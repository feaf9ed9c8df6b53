//! Passing one HTTP/1.1 connection on, request by request (RFC 9112), and as
//! plain bytes once it has been upgraded or its answer has no end.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Result};
use std::sync::{Mutex, PoisonError};

use tokio::io::{
    AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

use super::{Cut, Fault, SeenRequest, Shared};

/// Longest head of a message in bytes; the engine's own limit is 1 MiB.
const HEAD_LIMIT: usize = 256 * 1024;

type Reader = BufReader<OwnedReadHalf>;

/// What the answering direction has to know of a request.
struct Pending {
    is_head: bool,
    wants_upgrade: bool,
    fault: Option<Fault>,
}

/// Whether the connection still speaks HTTP.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Http,
    /// Waiting for the answer to a request for an upgrade.
    Asked,
    Raw,
}

struct Exchange<'a> {
    shared: &'a Shared,
    connection: usize,
    pending: Mutex<VecDeque<Pending>>,
    mode: watch::Sender<Mode>,
}

/// Relays until both directions have ended, or one of them fails or is cut.
pub(super) async fn both_ways(
    client: UnixStream,
    upstream: UnixStream,
    connection: usize,
    shared: &Shared,
) -> Result<()> {
    let (client_read, mut client_write) = client.into_split();
    let (upstream_read, mut upstream_write) = upstream.into_split();
    let exchange = Exchange {
        shared,
        connection,
        pending: Mutex::default(),
        mode: watch::Sender::new(Mode::Http),
    };
    let there = async {
        exchange
            .requests(BufReader::new(client_read), &mut upstream_write)
            .await?;
        // Half close: "no more input" must reach an exec's standard input.
        upstream_write.shutdown().await
    };
    let back = async {
        exchange
            .answers(BufReader::new(upstream_read), &mut client_write)
            .await?;
        client_write.shutdown().await
    };
    tokio::pin!(there, back);
    tokio::select! {
        // The engine is done: nothing that is still sent can have an effect.
        done = &mut back => done,
        done = &mut there => { done?; back.await }
    }
}

impl Exchange<'_> {
    async fn requests(&self, mut client: Reader, upstream: &mut OwnedWriteHalf) -> Result<()> {
        let mut mode = self.mode.subscribe();
        loop {
            let decided = mode.wait_for(|mode| *mode != Mode::Asked).await;
            let decided = *decided.map_err(Error::other)?;
            if decided == Mode::Raw {
                return tokio::io::copy_buf(&mut client, upstream).await.map(drop);
            }
            let Some(head) = Head::read(&mut client).await? else {
                return Ok(());
            };
            let mut words = head.first_line().split(' ');
            let (method, path) = (
                words.next().unwrap_or_default(),
                words.next().unwrap_or_default(),
            );
            let (delay, fault) = self.shared.see(SeenRequest {
                connection: self.connection,
                method: method.to_owned(),
                path: path.to_owned(),
            });
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            if let Some(fault) = fault.filter(|fault| fault.when == Cut::Before) {
                return Err(self.shared.lose(fault).await);
            }
            let wants_upgrade = head.value("upgrade").is_some();
            if wants_upgrade {
                self.mode.send_replace(Mode::Asked);
            }
            let is_head = method == "HEAD";
            self.pending().push_back(Pending {
                is_head,
                wants_upgrade,
                fault,
            });
            upstream.write_all(&head.bytes).await?;
            head.body(Body::None)?.pass(&mut client, upstream).await?;
        }
    }

    async fn answers(&self, mut upstream: Reader, client: &mut OwnedWriteHalf) -> Result<()> {
        loop {
            let Some(head) = Head::read(&mut upstream).await? else {
                return Ok(());
            };
            let status = head
                .first_line()
                .split(' ')
                .nth(1)
                .unwrap_or_default()
                .to_owned();
            if status.starts_with('1') && status != "101" {
                client.write_all(&head.bytes).await?;
                continue;
            }
            let Some(request) = self.pending().pop_front() else {
                return Err(Error::new(
                    ErrorKind::InvalidData,
                    "an answer without a request",
                ));
            };
            let upgraded = status == "101" || (request.wants_upgrade && head.is_raw_stream());
            let body = match status.as_str() {
                _ if request.is_head => Body::None,
                "204" | "304" => Body::None,
                _ if upgraded => Body::UntilEnd,
                _ => head.body(Body::UntilEnd)?,
            };
            if let Some(fault) = request.fault {
                match fault.when {
                    Cut::AfterResponse if !upgraded => {
                        body.pass(&mut upstream, &mut tokio::io::sink()).await?;
                    }
                    Cut::AfterResponse | Cut::Before => {}
                    Cut::DuringResponse => {
                        client.write_all(&head.bytes).await?;
                        let first = upstream.fill_buf().await?;
                        client.write_all(first).await?;
                    }
                }
                return Err(self.shared.lose(fault).await);
            }
            if request.wants_upgrade {
                self.mode
                    .send_replace(if upgraded { Mode::Raw } else { Mode::Http });
            }
            client.write_all(&head.bytes).await?;
            body.pass(&mut upstream, client).await?;
            if body == Body::UntilEnd {
                return Ok(());
            }
        }
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, VecDeque<Pending>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The start line and the fields of a message, as received.
struct Head {
    bytes: Vec<u8>,
    text: String,
}

impl Head {
    /// The next head; `None` at the end of the stream between two messages.
    async fn read(reader: &mut Reader) -> Result<Option<Self>> {
        let mut bytes = Vec::new();
        loop {
            let before = bytes.len();
            let room = HEAD_LIMIT.saturating_sub(before) as u64;
            if (&mut *reader)
                .take(room)
                .read_until(b'\n', &mut bytes)
                .await?
                == 0
            {
                return match before {
                    0 => Ok(None),
                    _ => Err(Error::new(
                        ErrorKind::UnexpectedEof,
                        "an unfinished or too long head",
                    )),
                };
            }
            // An empty line ends the head, unless it comes first (RFC 9112, 2.2).
            if matches!(&bytes[before..], b"\r\n" | b"\n") && before > 0 {
                break;
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Some(Self { bytes, text }))
    }

    fn first_line(&self) -> &str {
        self.text
            .lines()
            .find(|line| !line.is_empty())
            .unwrap_or_default()
    }

    fn value(&self, name: &str) -> Option<&str> {
        let fields = self.text.lines().filter_map(|line| line.split_once(':'));
        let mut fitting = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
        fitting.next().map(|(_, value)| value.trim())
    }

    /// The engine's older way of switching to a raw stream: 200 and this type.
    fn is_raw_stream(&self) -> bool {
        let content = self.value("content-type").unwrap_or_default();
        content.starts_with("application/vnd.docker.") && content.ends_with("-stream")
    }

    /// Framing of the body that follows (RFC 9112, 6.3).
    fn body(&self, without_length: Body) -> Result<Body> {
        let coding = self.value("transfer-encoding").unwrap_or_default();
        if coding.to_ascii_lowercase().ends_with("chunked") {
            return Ok(Body::Chunked);
        }
        match self.value("content-length").map(str::parse) {
            Some(Ok(length)) => Ok(Body::Length(length)),
            Some(Err(_)) => Err(Error::new(
                ErrorKind::InvalidData,
                "a length that is no number",
            )),
            None => Ok(without_length),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    None,
    Length(u64),
    Chunked,
    UntilEnd,
}

impl Body {
    /// Copies the body, each piece as soon as it is there.
    async fn pass<W: AsyncWrite + Unpin>(self, from: &mut Reader, to: &mut W) -> Result<()> {
        match self {
            Self::None => Ok(()),
            Self::Length(length) => exactly(length, from, to).await,
            Self::UntilEnd => tokio::io::copy_buf(from, to).await.map(drop),
            Self::Chunked => loop {
                let line = chunk_line(from, to).await?;
                let digits = line.split(';').next().unwrap_or_default().trim();
                let length = u64::from_str_radix(digits, 16);
                let length =
                    length.map_err(|_| Error::new(ErrorKind::InvalidData, "a bad chunk size"))?;
                if length == 0 {
                    // Trailer fields, then an empty line.
                    while !chunk_line(from, to).await?.trim().is_empty() {}
                    return Ok(());
                }
                exactly(length, from, to).await?;
                chunk_line(from, to).await?;
            },
        }
    }
}

async fn exactly<W: AsyncWrite + Unpin>(length: u64, from: &mut Reader, to: &mut W) -> Result<()> {
    let copied = tokio::io::copy_buf(&mut from.take(length), to).await?;
    if copied == length {
        return Ok(());
    }
    Err(Error::new(ErrorKind::UnexpectedEof, "the body ended early"))
}

async fn chunk_line<W: AsyncWrite + Unpin>(from: &mut Reader, to: &mut W) -> Result<String> {
    let mut line = Vec::new();
    if from
        .take(HEAD_LIMIT as u64)
        .read_until(b'\n', &mut line)
        .await?
        == 0
    {
        return Err(Error::new(ErrorKind::UnexpectedEof, "the body ended early"));
    }
    to.write_all(&line).await?;
    Ok(String::from_utf8_lossy(&line).into_owned())
}
