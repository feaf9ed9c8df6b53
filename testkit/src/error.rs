//! The one error of the kit: what was attempted, on what, and what it said.

use std::path::PathBuf;

/// What went wrong while a test's surroundings were built or used.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    /// A file or directory could not be made, read or removed.
    #[error("cannot {what} {}", path.display())]
    File {
        /// The verb, as in "write".
        what: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// A program is not installed or could not be started.
    #[error("cannot start {program}; `packaging/dev/setup.sh test` installs what the tests need")]
    Start {
        /// The program as it was called.
        program: String,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// A program ended or answered with a failure.
    #[error("{program} failed: {detail}")]
    Program {
        /// The program as it was called.
        program: String,
        /// Its own last words.
        detail: String,
    },
    /// A condition did not come true within its deadline.
    #[error("waited {seconds:.1} s in vain for {what}; last seen: {last}")]
    Deadline {
        /// The condition in words.
        what: String,
        /// How long was waited.
        seconds: f64,
        /// The last reason why it did not hold yet.
        last: String,
    },
    /// The engine refused a request of the kit itself.
    #[error("the engine refused to {what}")]
    Engine {
        /// The request in words.
        what: String,
        /// The engine's answer.
        #[source]
        source: bollard::errors::Error,
    },
    /// A node of the store did not do it.
    #[error("cannot {what}: {reason}")]
    Node {
        /// The verb and its object, as in "start a node".
        what: &'static str,
        /// Why, in its own words.
        reason: String,
    },
    /// The private engine cannot run here.
    #[error("{0}")]
    Unsuitable(String),
}

/// Result of everything in this crate.
pub type Result<T> = std::result::Result<T, KitError>;

impl KitError {
    pub(crate) fn file(
        what: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { what, path, source }
    }

    pub(crate) fn engine(what: impl Into<String>) -> impl FnOnce(bollard::errors::Error) -> Self {
        let what = what.into();
        move |source| Self::Engine { what, source }
    }

    pub(crate) fn node<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |error| Self::Node {
            what,
            reason: error.to_string(),
        }
    }
}
