//! The body of a log, read straight off the engine's socket. An HTTP client
//! hands over each chunk between two tasks, and the engine sends every line as
//! a chunk: for a long log that is most of the work.

use std::path::Path;

use bytes::{Buf, BytesMut};
use httparse::{EMPTY_HEADER, Status};
use hyper::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;

use super::EngineError;
use super::raw::{MAX_ERROR_BYTES, refusal};

/// Longest head of an answer, and most headers in it.
const MAX_HEAD: usize = 16 << 10;
const MAX_HEADERS: usize = 32;
/// Longest line before a chunk, extensions included.
const MAX_CHUNK_LINE: usize = 256;
/// Bytes read at once.
const READ: usize = 64 << 10;

/// What comes next (RFC 9112, sections 6 and 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The line with a chunk's size.
    Size,
    /// So many bytes of a chunk.
    Chunk(u64),
    /// The end of line after a chunk.
    ChunkEnd,
    /// So many bytes of a body whose length was told.
    Rest(u64),
    /// Nothing: it is whole.
    End,
}

/// What is there without waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    /// Content, which was appended.
    Content,
    /// Nothing yet.
    Nothing,
    /// The body has ended.
    End,
}

/// A body that is read only when asked.
pub(super) struct LogBody {
    socket: UnixStream,
    unread: BytesMut,
    expected: Expected,
}

impl LogBody {
    /// Asks for `path` and reads the head of the answer.
    ///
    /// # Errors
    /// When the engine does not answer, or refuses.
    pub(super) async fn open(socket: &Path, path: &str) -> Result<Self, EngineError> {
        let mut socket = UnixStream::connect(socket).await.map_err(down)?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: docker\r\n\r\n");
        socket.write_all(request.as_bytes()).await.map_err(down)?;
        Self::answered(socket).await
    }

    async fn answered(socket: UnixStream) -> Result<Self, EngineError> {
        let mut body = Self {
            socket,
            unread: BytesMut::new(),
            expected: Expected::End,
        };
        let status = loop {
            if let Some((status, expected, length)) = head(&body.unread)? {
                body.unread.advance(length);
                body.expected = expected;
                break status;
            }
            if body.unread.len() > MAX_HEAD {
                return Err(nonsense("a head without end"));
            }
            if !body.read_ready()? {
                body.socket.readable().await.map_err(down)?;
            }
        };
        if status.is_success() {
            return Ok(body);
        }
        let mut said = BytesMut::new();
        while said.len() < MAX_ERROR_BYTES && body.fill(&mut said).await? {}
        Err(refusal(status, &said))
    }

    /// Appends what comes next to `into`; `false` when all has come. Dropping
    /// the future loses nothing.
    ///
    /// # Errors
    /// When the connection breaks before the end.
    pub(super) async fn fill(&mut self, into: &mut BytesMut) -> Result<bool, EngineError> {
        loop {
            match self.fill_ready(into)? {
                Ready::Content => return Ok(true),
                Ready::End => return Ok(false),
                Ready::Nothing => self.socket.readable().await.map_err(down)?,
            }
        }
    }

    /// Appends what has come already to `into`.
    ///
    /// # Errors
    /// When the connection breaks before the end.
    pub(super) fn fill_ready(&mut self, into: &mut BytesMut) -> Result<Ready, EngineError> {
        loop {
            let before = into.len();
            self.decode(into)?;
            if into.len() > before {
                return Ok(Ready::Content);
            }
            if self.expected == Expected::End {
                return Ok(Ready::End);
            }
            if !self.read_ready()? {
                return Ok(Ready::Nothing);
            }
        }
    }

    /// Reads once; `false` when nothing has come.
    fn read_ready(&mut self) -> Result<bool, EngineError> {
        self.unread.reserve(READ);
        match self.socket.try_read_buf(&mut self.unread) {
            Ok(0) => Err(EngineError::Down(
                "it closed a log before its end".to_owned(),
            )),
            Ok(_) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(down(error)),
        }
    }

    /// Moves the content of what was read into `into`.
    fn decode(&mut self, into: &mut BytesMut) -> Result<(), EngineError> {
        loop {
            match self.expected {
                Expected::End => return Ok(()),
                Expected::Size => {
                    let parsed = httparse::parse_chunk_size(&self.unread);
                    match parsed.map_err(|_| nonsense("a chunk without a size"))? {
                        Status::Complete((line, size)) => {
                            self.unread.advance(line);
                            // What may follow the last chunk is not asked for.
                            self.expected = match size {
                                0 => Expected::End,
                                size => Expected::Chunk(size),
                            };
                        }
                        Status::Partial if self.unread.len() > MAX_CHUNK_LINE => {
                            return Err(nonsense("a chunk's size without end"));
                        }
                        Status::Partial => return Ok(()),
                    }
                }
                Expected::Chunk(left) | Expected::Rest(left) => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX);
                    let here = here.min(self.unread.len());
                    if here == 0 {
                        return Ok(());
                    }
                    into.extend_from_slice(&self.unread[..here]);
                    self.unread.advance(here);
                    let left = left - here as u64;
                    self.expected = match (self.expected, left) {
                        (Expected::Chunk(_), 0) => Expected::ChunkEnd,
                        (Expected::Chunk(_), left) => Expected::Chunk(left),
                        (_, 0) => Expected::End,
                        (_, left) => Expected::Rest(left),
                    };
                }
                Expected::ChunkEnd => {
                    if self.unread.len() < 2 {
                        return Ok(());
                    }
                    if !self.unread.starts_with(b"\r\n") {
                        return Err(nonsense("a chunk that is longer than it said"));
                    }
                    self.unread.advance(2);
                    self.expected = Expected::Size;
                }
            }
        }
    }
}

/// Status, form of the body and length of a head; `None` when it is not whole.
fn head(bytes: &[u8]) -> Result<Option<(StatusCode, Expected, usize)>, EngineError> {
    let mut headers = [EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(bytes);
    let Status::Complete(length) = parsed.map_err(|_| nonsense("an answer that is no HTTP"))?
    else {
        return Ok(None);
    };
    let status = response
        .code
        .and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or_else(|| nonsense("an answer without a status"))?;
    let value = |name: &str| {
        let mut headers = response.headers.iter();
        headers
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
    };
    if value("transfer-encoding").is_some_and(|kind| kind.eq_ignore_ascii_case(b"chunked")) {
        return Ok(Some((status, Expected::Size, length)));
    }
    let told = value("content-length")
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| digits.parse::<u64>().ok());
    match told {
        Some(0) => Ok(Some((status, Expected::End, length))),
        Some(rest) => Ok(Some((status, Expected::Rest(rest), length))),
        // Its end could not be told from a break.
        None => Err(nonsense("an answer of unknown length")),
    }
}

fn nonsense(what: &str) -> EngineError {
    EngineError::Down(format!("it sent {what}"))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn down(error: std::io::Error) -> EngineError {
    EngineError::Down(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OK: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// What is read when the engine sends `pieces` one by one and hangs up.
    async fn read(pieces: &[&[u8]]) -> Result<Vec<u8>, EngineError> {
        let (ours, mut engine) = UnixStream::pair().expect("two ends");
        let pieces: Vec<Vec<u8>> = pieces.iter().map(|piece| piece.to_vec()).collect();
        let sending = tokio::spawn(async move {
            for piece in pieces {
                // The reader may have had enough.
                let _ = engine.write_all(&piece).await;
                tokio::task::yield_now().await;
            }
        });
        let mut content = BytesMut::new();
        let read = async {
            let mut body = LogBody::answered(ours).await?;
            while body.fill(&mut content).await? {}
            Ok(())
        };
        let outcome = read.await;
        sending.await.expect("sent");
        outcome.map(|()| content.to_vec())
    }

    #[tokio::test]
    async fn chunks_are_joined_wherever_the_bytes_break() {
        let whole = format!("{OK}3\r\none\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n");
        for cut in 0..whole.len() {
            let (first, second) = whole.as_bytes().split_at(cut);
            let content = read(&[first, second]).await.expect("valid");
            assert_eq!(content, b"one0123456789", "cut at {cut}");
        }
    }

    #[tokio::test]
    async fn a_told_length_is_kept_to() {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: ";
        let content = read(&[head.as_bytes(), b"5\r\n\r\nhelloand more"]).await;
        assert_eq!(content.expect("valid"), b"hello");
        let content = read(&[head.as_bytes(), b"0\r\n\r\n"]).await;
        assert_eq!(content.expect("valid"), b"");
    }

    #[tokio::test]
    async fn a_break_is_no_end() {
        for broken in ["", "5\r\nhel", "3\r\none\r\n", "3\r\none"] {
            let whole = format!("{OK}{broken}");
            let outcome = read(&[whole.as_bytes()]).await;
            assert!(matches!(outcome, Err(EngineError::Down(_))), "{broken:?}");
        }
    }

    #[tokio::test]
    async fn nonsense_is_refused_not_kept() {
        let endless = format!("{OK}1;{}", "x".repeat(4096));
        let header = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(1 << 16));
        let shifted = format!("{OK}1\r\nab\r\n");
        let size = format!("{OK}zz\r\n");
        let unknown = "HTTP/1.1 200 OK\r\n\r\nhello".to_owned();
        for bad in [
            endless,
            header,
            shifted,
            size,
            unknown,
            "SSH-2.0".to_owned(),
        ] {
            let outcome = read(&[bad.as_bytes()]).await;
            let shown: String = bad.chars().take(60).collect();
            assert!(matches!(outcome, Err(EngineError::Down(_))), "{shown}");
        }
    }

    #[tokio::test]
    async fn refusals_have_their_reason() {
        let answer =
            "HTTP/1.1 404 Not Found\r\nContent-Length: 19\r\n\r\n{\"message\":\"it is gone\"}";
        let answer = answer.replace("19", &"{\"message\":\"it is gone\"}".len().to_string());
        match read(&[answer.as_bytes()]).await {
            Err(EngineError::NotFound(reason)) => assert_eq!(reason, "it is gone"),
            other => panic!("{other:?}"),
        }
    }
}
