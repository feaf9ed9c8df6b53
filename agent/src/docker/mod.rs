//! The Docker engine: the only code that opens its socket. Everything above
//! speaks in this module's typed calls and errors.

mod actions;
mod app;
mod connect;
mod create;
mod existing;
mod facts;
mod json;
mod log_body;
mod observer;
mod pause;
mod pull;
mod raw;
mod read;
mod shared;
mod standing;
mod stats;
mod things;
mod usage;
mod view;
mod watch;
mod web_ui;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

pub use actions::{ExecStart, RemovedImage};
pub use app::{
    APP_LABEL, INSTALL_LABEL, SERVICE_LABEL, STORE_LABEL, VERSION_LABEL, app_labels, app_request,
};
pub use create::{OPERATION_LABEL, REPLACES_LABEL, request};
pub use existing::{COMPOSE_IMAGE, Existing, LocalImage, Predecessor};
pub use observer::{EngineEvent, EngineEventKind, Observer, Reread, Snapshot};
pub use pull::PulledImage;
pub(crate) use raw::take_frames;
pub use raw::{ExecInput, ExecOutput, ExecStream, LogFrames, LogQuery, LogState};
pub use things::NetworkSpec;
pub(crate) use things::is_made_up;
pub use usage::DiskUsage;
pub use watch::Watch;

/// Why a call to the engine did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Docker does not answer.
    #[error("Docker does not answer: {0}")]
    Down(String),
    /// It does not know the thing.
    #[error("{0}")]
    NotFound(String),
    /// It refuses in the present state (HTTP 409).
    #[error("{0}")]
    Conflict(String),
    /// It refuses or fails for the given reason.
    #[error("{message}")]
    Refused {
        /// HTTP status of its answer.
        status: u16,
        /// Its own words.
        message: String,
    },
    /// Its answer could not be read.
    #[error("Docker's answer to {what} could not be read")]
    Unreadable {
        /// What was asked.
        what: &'static str,
        /// What lies behind it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl EngineError {
    /// Reads bollard's error of a call described by `what`.
    fn of(what: &'static str, error: bollard::errors::Error) -> Self {
        use bollard::errors::Error as E;
        match error {
            E::DockerResponseServerError {
                status_code,
                message,
            } => match status_code {
                404 => Self::NotFound(message),
                409 => Self::Conflict(message),
                status => Self::Refused { status, message },
            },
            E::DockerStreamError { error } => Self::Refused {
                status: 500,
                message: error,
            },
            E::RequestTimeoutError => Self::Down("no answer in time".to_owned()),
            E::IOError { err } => Self::Down(err.to_string()),
            E::HyperLegacyError { err } => Self::Down(crate::operations::error_chain(&err)),
            E::HyperResponseError { err } => Self::Down(crate::operations::error_chain(&err)),
            E::SocketNotFoundError(path) => Self::Down(format!("there is no socket {path}")),
            other => Self::Unreadable {
                what,
                source: Box::new(other),
            },
        }
    }
}

/// A connection with an agreed API version.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    docker: bollard::Docker,
    /// `1.41`
    api_version: String,
    /// The engine's own version.
    version: String,
}

/// The engine behind one socket. It may come and go.
#[derive(Debug)]
pub struct Engine {
    socket: PathBuf,
    client: RwLock<Result<Arc<Client>, String>>,
    usage: usage::Kept,
}

impl Engine {
    /// An engine that is not connected yet; [`Watch`] connects it.
    #[must_use]
    pub fn new(socket: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            socket,
            client: RwLock::new(Err("not asked yet".to_owned())),
            usage: usage::Kept::default(),
        })
    }

    /// The socket's path.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    fn client(&self) -> Result<Arc<Client>, EngineError> {
        self.client
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .map_err(EngineError::Down)
    }

    fn set_client(&self, client: Result<Arc<Client>, String>) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }
}
