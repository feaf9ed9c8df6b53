//! The audit log: what was done, by whom, from where, written down before and after it happens.
//!
//! One JSON object per line, each with the hash of the line before it, so that a changed, removed,
//! moved or repeated line is found by [`verify`]. (Cutting whole lines off the very end leaves a
//! shorter chain that is whole; compare the sequence number and hash that `verify` reports with
//! ones noted earlier.) A line is durable before the call that wrote it returns, and an action
//! whose line cannot be written must not happen.

mod chain;
mod files;
mod line;
mod recent;
mod recover;
#[cfg(test)]
mod tests;
mod verify;
mod writer;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

pub use chain::{Chain, ChainState};
pub use line::{AuditEntry, AuditLine, Phase};
pub use verify::{Broken, BrokenReason, VerifyReport, verify};

/// Lines waiting for the writer; more callers wait their turn.
const QUEUE: usize = 256;
/// Most lines [`AuditLog::recent`] gives at once.
pub const MAX_RECENT: usize = 1000;

/// When a file is full and how many are kept.
#[derive(Debug, Clone, Copy)]
pub struct AuditLimits {
    /// A file is closed before it would grow beyond this many bytes.
    pub max_bytes: u64,
    /// Files kept, the current one included; at least 2, whatever is said here.
    pub keep: usize,
}

impl Default for AuditLimits {
    fn default() -> Self {
        Self {
            max_bytes: 8 * 1024 * 1024,
            keep: 16,
        }
    }
}

/// Why the audit log could not be opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Another process writes this log.
    #[error("the audit log in {} is in use by another agent", dir.display())]
    InUse {
        /// Directory of the log.
        dir: PathBuf,
    },
    /// The end of the log is not what was written.
    #[error(
        "the audit log is damaged; run `docker-manager verify-audit`, then move the folder of the \
         file aside to begin a new log"
    )]
    Damaged(#[source] Broken),
    /// The file system said no.
    #[error("could not {what} {}", path.display())]
    Io {
        /// What was attempted.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The error.
        #[source]
        source: io::Error,
    },
    /// The line is not durable. If it was the one before an action, refuse the action.
    #[error("the audit log cannot be written ({reason})")]
    NotWritten {
        /// The error's text; the log has the whole chain.
        reason: String,
    },
    /// A line of the log cannot be read back.
    #[error("{} holds an unreadable line", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with the line.
        #[source]
        source: serde_json::Error,
    },
    /// The log was closed.
    #[error("the audit log is closed")]
    Closed,
}

impl AuditError {
    fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}

/// One line on its way to the writer.
struct Request {
    phase: Phase,
    entry: AuditEntry,
    done: oneshot::Sender<Result<u64, AuditError>>,
}

/// The open log. Dropping it writes what is queued and waits for the writer.
#[derive(Debug)]
pub struct AuditLog {
    dir: PathBuf,
    queue: Option<mpsc::Sender<Request>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl AuditLog {
    /// Opens the log in `dir`, creating the directory (mode 0700) if need be, and starts its
    /// writer.
    ///
    /// The newest file is checked in full. What a crash left of an unfinished write is cut off into
    /// `audit.torn-<n>` beside it and noted as `audit.recovered`.
    ///
    /// # Errors
    /// [`AuditError::InUse`], [`AuditError::Damaged`] when the newest file was changed, or
    /// [`AuditError::Io`]. Blocks for as long as reading [`AuditLimits::max_bytes`] takes.
    pub fn open(dir: &Path, limits: AuditLimits) -> Result<Self, AuditError> {
        let writer = writer::Writer::open(dir, limits)?;
        Self::start(dir, writer)
    }

    fn start(dir: &Path, mut writer: writer::Writer) -> Result<Self, AuditError> {
        let (queue, requests) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("audit-writer".to_owned())
            .spawn(move || writer.run(requests))
            .map_err(AuditError::io("start the writer of", dir))?;
        Ok(Self {
            dir: dir.to_owned(),
            queue: Some(queue),
            writer: Mutex::new(Some(thread)),
        })
    }

    /// Writes that an action is about to happen and gives the line's sequence number. Returns when
    /// the line is durable. A caller that stops waiting may or may not leave a line.
    ///
    /// # Errors
    /// [`AuditError::NotWritten`] or [`AuditError::Closed`]: refuse the action.
    pub async fn before(&self, entry: AuditEntry) -> Result<u64, AuditError> {
        self.write(Phase::Before, entry).await
    }

    /// Writes how an action ended and gives the line's sequence number. Returns when the line is
    /// durable.
    ///
    /// # Errors
    /// [`AuditError::NotWritten`] or [`AuditError::Closed`]. The action has happened: log it.
    pub async fn after(&self, entry: AuditEntry) -> Result<u64, AuditError> {
        self.write(Phase::After, entry).await
    }

    async fn write(&self, phase: Phase, entry: AuditEntry) -> Result<u64, AuditError> {
        let queue = self.queue.as_ref().ok_or(AuditError::Closed)?;
        let (done, written) = oneshot::channel();
        let request = Request { phase, entry, done };
        queue.send(request).await.map_err(|_| AuditError::Closed)?;
        written.await.map_err(|_| AuditError::Closed)?
    }

    /// The newest lines, newest first: at most `limit` (and [`MAX_RECENT`]), only those with a
    /// sequence number below `before_seq` if it is given. Files are read backwards, so that the
    /// memory needed depends on `limit` alone.
    ///
    /// # Errors
    /// [`AuditError::Io`] or [`AuditError::Unreadable`].
    pub async fn recent(
        &self,
        limit: usize,
        before_seq: Option<u64>,
    ) -> Result<Vec<AuditLine>, AuditError> {
        let dir = self.dir.clone();
        let limit = limit.min(MAX_RECENT);
        tokio::task::spawn_blocking(move || recent::recent(&dir, limit, before_seq))
            .await
            .map_err(|_| AuditError::Closed)?
    }
}

impl Drop for AuditLog {
    fn drop(&mut self) {
        self.queue = None;
        let writer = self.writer.get_mut().map(Option::take);
        if let Ok(Some(thread)) = writer
            && thread.join().is_err()
        {
            tracing::error!("the audit writer panicked");
        }
    }
}
