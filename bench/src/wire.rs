//! One HTTP/1.1 client for both sides, so that they differ by the server and by
//! TLS only: the engine over its Unix socket, the agent over HTTPS.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::fault::{Fault, Outcome};

/// Where requests go, and what each carries.
#[derive(Clone)]
pub(crate) enum Side {
    /// The engine's socket.
    Raw(PathBuf),
    /// The agent, with a session.
    Agent(AgentSide),
}

/// How the agent is reached.
#[derive(Clone)]
pub(crate) struct AgentSide {
    /// `127.0.0.1:PORT`
    pub(crate) address: String,
    /// Trusts the agent's own authority and nothing else.
    tls: TlsConnector,
    pub(crate) cookie: String,
    pub(crate) proof: String,
}

impl AgentSide {
    /// Trusts the authority in the agent's data directory.
    pub(crate) fn new(url: &str, data_dir: &std::path::Path) -> Outcome<Self> {
        let ca = CertificateDer::from_pem_file(data_dir.join("tls/ca.pem"))
            .map_err(Fault::wire("reading the agent's authority"))?;
        let mut roots = RootCertStore::empty();
        roots.add(ca).map_err(Fault::wire("trusting the agent"))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Fault::wire("setting up TLS"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let address = url.split_once("://").map_or(url, |(_, rest)| rest);
        Ok(Self {
            address: address.to_owned(),
            tls: TlsConnector::from(Arc::new(config)),
            cookie: String::new(),
            proof: String::new(),
        })
    }

    /// A TLS connection; with a receive buffer of that size when one is given.
    pub(crate) async fn connect(
        &self,
        receive_buffer: Option<u32>,
    ) -> Outcome<TlsStream<TcpStream>> {
        let what = format!("connecting to {}", self.address);
        let socket = tokio::net::TcpSocket::new_v4().map_err(Fault::wire(what.as_str()))?;
        if let Some(bytes) = receive_buffer {
            socket
                .set_recv_buffer_size(bytes)
                .map_err(Fault::wire(what.as_str()))?;
        }
        let address: std::net::SocketAddr =
            self.address.parse().map_err(Fault::wire(what.as_str()))?;
        let stream = socket
            .connect(address)
            .await
            .map_err(Fault::wire(what.as_str()))?;
        stream
            .set_nodelay(true)
            .map_err(Fault::wire(what.as_str()))?;
        let name = ServerName::try_from("127.0.0.1").map_err(Fault::wire(what.as_str()))?;
        let connected = self.tls.connect(name, stream).await;
        connected.map_err(Fault::wire(what))
    }
}

/// One open connection.
pub(crate) struct Wire {
    sender: SendRequest<Full<Bytes>>,
    side: Side,
    task: JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Side {
    /// Opens a connection that is kept for all requests on it.
    pub(crate) async fn open(&self) -> Outcome<Wire> {
        let (sender, task) = match self {
            Self::Raw(path) => {
                let stream = UnixStream::connect(path).await;
                drive(stream.map_err(Fault::wire("connecting to the engine"))?).await?
            }
            Self::Agent(agent) => drive(agent.connect(None).await?).await?,
        };
        Ok(Wire {
            sender,
            side: self.clone(),
            task,
        })
    }
}

/// Bytes read from a connection at once.
const CHUNK: usize = 64 << 10;

impl Side {
    /// Reads a long answer as it comes off the connection, HTTP's framing and
    /// all, so that the reader is never what is waited for; gives its size.
    pub(crate) async fn swallow(&self, path: &str) -> Outcome<usize> {
        match self {
            Self::Raw(socket) => {
                let stream = UnixStream::connect(socket).await;
                let stream = stream.map_err(Fault::wire("connecting to the engine"))?;
                swallow(stream, path, "Host: docker").await
            }
            Self::Agent(agent) => {
                let head = format!(
                    "Host: {}\r\nCookie: {}\r\nX-Session-Proof: {}",
                    agent.address, agent.cookie, agent.proof
                );
                swallow(agent.connect(None).await?, path, &head).await
            }
        }
    }
}

async fn swallow<S>(mut stream: S, path: &str, head: &str) -> Outcome<usize>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let request = format!("GET {path} HTTP/1.1\r\n{head}\r\nConnection: close\r\n\r\n");
    let written = stream.write_all(request.as_bytes()).await;
    written.map_err(Fault::wire(path))?;
    stream.flush().await.map_err(Fault::wire(path))?;
    let mut buffer = vec![0; CHUNK];
    let mut size = 0;
    loop {
        let read = stream.read(&mut buffer).await.map_err(Fault::wire(path))?;
        if size == 0 && !buffer.starts_with(b"HTTP/1.1 200 ") {
            let answer = String::from_utf8_lossy(&buffer[..read]);
            return Err(Fault::answer(path, answer));
        }
        if read == 0 {
            return Ok(size);
        }
        size += read;
    }
}

async fn drive<S>(stream: S) -> Outcome<(SendRequest<Full<Bytes>>, JoinHandle<()>)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(TokioIo::new(stream))
        .await
        .map_err(Fault::wire("beginning HTTP"))?;
    // Its error reaches the request that is under way.
    let task = tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok((sender, task))
}

impl Wire {
    /// Sends a request; the answer's body is still to be read.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&serde_json::Value>,
    ) -> Outcome<Response<Incoming>> {
        let what = format!("{method} {path}");
        let mut request = Request::builder().method(method).uri(path);
        request = match &self.side {
            Side::Raw(_) => request.header("host", "docker"),
            Side::Agent(agent) => request
                .header("host", &agent.address)
                .header("cookie", &agent.cookie)
                .header("x-session-proof", &agent.proof),
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let bytes = body.map_or_else(Bytes::new, |b| b.to_string().into());
        let request = request
            .body(Full::new(bytes))
            .map_err(Fault::wire(what.as_str()))?;
        self.sender
            .ready()
            .await
            .map_err(Fault::wire(what.as_str()))?;
        let sent = self.sender.send_request(request).await;
        sent.map_err(Fault::wire(what))
    }

    /// Reads an answer to its end without keeping it; gives its size.
    pub(crate) async fn drain(&mut self, path: &str) -> Outcome<usize> {
        let mut response = self.send(Method::GET, path, &[], None).await?;
        if !response.status().is_success() {
            return Err(Fault::answer(path, response.status().as_str()));
        }
        let mut size = 0;
        while let Some(frame) = response.frame().await {
            let frame = frame.map_err(Fault::wire(path))?;
            size += frame.data_ref().map_or(0, Bytes::len);
        }
        Ok(size)
    }

    /// A request whose answer is JSON, or nothing.
    pub(crate) async fn json(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&serde_json::Value>,
    ) -> Outcome<serde_json::Value> {
        let response = self.send(method, path, &[], body).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await;
        let bytes = bytes.map_err(Fault::wire(path))?.to_bytes();
        if !status.is_success() {
            let text = String::from_utf8_lossy(&bytes);
            return Err(Fault::answer(path, format!("{status} {text}")));
        }
        if bytes.is_empty() {
            return Ok(serde_json::Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(Fault::wire(path))
    }
}
