//! Accepts connections, within limits, over TLS, plain HTTP on loopback, or a
//! Unix socket behind a proxy.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::peer::Peer;
use super::{App, router};

/// Connections at once. More wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 1024;
/// Time for a TLS handshake, and for the head of a request.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
const HEADER_TIME: Duration = Duration::from_secs(15);
/// Time for a peer that was told to go.
const GOODBYE_TIME: Duration = Duration::from_secs(5);
/// Size and number of headers.
const MAX_HEADER_BYTES: usize = 32 << 10;
const MAX_HEADERS: usize = 64;
/// Streams of one HTTP/2 connection.
const MAX_STREAMS: u32 = 128;
/// HTTP/2 peers that are silent for so long are asked, then dropped.
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_LIMIT: Duration = Duration::from_secs(20);
/// Pause after the process ran out of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why nothing is listening.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// The address is taken or not ours.
    #[error(
        "cannot listen on {address}: {source}. Choose another with --listen, 127.0.0.1:0 takes any free port"
    )]
    Bind {
        /// The address.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// Something that is no socket is in the way.
    #[error("{0} exists and is not a socket; choose another path with --listen")]
    InTheWay(PathBuf),
}

/// An open door.
pub enum Listener {
    /// HTTPS. Each connection gets the newest configuration.
    Tls(TcpListener, watch::Receiver<Arc<rustls::ServerConfig>>),
    /// Plain HTTP on loopback.
    Plain(TcpListener),
    /// A Unix socket, for a proxy.
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// Listens on TCP; without a TLS configuration in plain, which the
    /// configuration allows on loopback only.
    ///
    /// # Errors
    /// When the address cannot be taken.
    pub async fn tcp(
        address: SocketAddr,
        tls: Option<watch::Receiver<Arc<rustls::ServerConfig>>>,
    ) -> Result<Self, ListenerError> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| ListenerError::Bind {
                address: address.to_string(),
                source,
            })?;
        Ok(match tls {
            Some(config) => Self::Tls(listener, config),
            None => Self::Plain(listener),
        })
    }

    /// Listens on a Unix socket that only our user and group may use.
    ///
    /// # Errors
    /// When the path cannot be taken.
    pub fn unix(path: &Path) -> Result<Self, ListenerError> {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt};
        let bind = |source| ListenerError::Bind {
            address: format!("unix:{}", path.display()),
            source,
        };
        match std::fs::symlink_metadata(path) {
            Ok(meta) if meta.file_type().is_socket() => std::fs::remove_file(path).map_err(bind)?,
            Ok(_) => return Err(ListenerError::InTheWay(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(bind(error)),
        }
        let listener = UnixListener::bind(path).map_err(bind)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(bind)?;
        Ok(Self::Unix(listener, path.to_owned()))
    }

    /// The address for people: `https://127.0.0.1:8443`.
    #[must_use]
    pub fn address(&self) -> String {
        let of = |scheme: &str, listener: &TcpListener| {
            listener
                .local_addr()
                .map_or_else(|e| e.to_string(), |a| format!("{scheme}://{a}"))
        };
        match self {
            Self::Tls(listener, _) => of("https", listener),
            Self::Plain(listener) => of("http", listener),
            Self::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }
}

/// Serves until `closing`, then lets open requests end within `grace`.
pub async fn serve(app: Arc<App>, listener: Listener, closing: CancellationToken, grace: Duration) {
    let router = router::router(app);
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let tasks = TaskTracker::new();
    loop {
        let place = tokio::select! {
            () = closing.cancelled() => break,
            // The semaphore is never closed.
            place = Arc::clone(&places).acquire_owned() => match place {
                Ok(place) => place,
                Err(_) => break,
            },
        };
        let accepted = tokio::select! {
            () = closing.cancelled() => break,
            accepted = accept(&listener, &router, &closing, &tasks, place) => accepted,
        };
        if let Err(error) = accepted {
            tracing::warn!(%error, "a connection was not accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
        }
    }
    if let Listener::Unix(_, path) = &listener
        && let Err(error) = std::fs::remove_file(path)
    {
        tracing::warn!(%error, "the socket was not removed");
    }
    drop(listener);
    tasks.close();
    if tokio::time::timeout(grace, tasks.wait()).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

async fn accept(
    listener: &Listener,
    router: &Router,
    closing: &CancellationToken,
    tasks: &TaskTracker,
    place: OwnedSemaphorePermit,
) -> io::Result<()> {
    let router = router.clone();
    let closing = closing.clone();
    match listener {
        Listener::Tls(listener, config) => {
            let (stream, address) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let acceptor = TlsAcceptor::from(Arc::clone(&config.borrow()));
            tasks.spawn(async move {
                let handshake = tokio::time::timeout(HANDSHAKE_TIME, acceptor.accept(stream));
                match handshake.await {
                    Ok(Ok(stream)) => {
                        connection(stream, Peer::Tcp(address), router, closing).await;
                    }
                    Ok(Err(error)) => tracing::debug!(%address, %error, "a TLS handshake failed"),
                    Err(_) => tracing::debug!(%address, "a TLS handshake took too long"),
                }
                drop(place);
            });
        }
        Listener::Plain(listener) => {
            let (stream, address) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tasks.spawn(async move {
                connection(stream, Peer::Tcp(address), router, closing).await;
                drop(place);
            });
        }
        Listener::Unix(listener, _) => {
            let (stream, _) = listener.accept().await?;
            tasks.spawn(async move {
                connection(stream, Peer::Unix, router, closing).await;
                drop(place);
            });
        }
    }
    Ok(())
}

async fn connection<S>(stream: S, peer: Peer, router: Router, closing: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(MAX_HEADER_BYTES)
        .max_headers(MAX_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(u32::try_from(MAX_HEADER_BYTES).unwrap_or(u32::MAX))
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PING_LIMIT);
    let begun = CancellationToken::new();
    let first = begun.clone();
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        first.cancel();
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(Body::new))
    });
    let serving = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(serving);
    // hyper's own clock starts with the first bytes of a request.
    let silent = async {
        tokio::time::sleep(HEADER_TIME).await;
        if begun.is_cancelled() {
            std::future::pending::<()>().await;
        }
    };
    let ended = tokio::select! {
        ended = &mut serving => ended,
        () = silent => {
            tracing::debug!("a connection sent no request in time");
            serving.as_mut().graceful_shutdown();
            tokio::time::timeout(GOODBYE_TIME, serving).await.unwrap_or(Ok(()))
        }
        () = closing.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %error, "a connection ended");
    }
}
