//! Why a command did not do what it was asked to.

use std::io;
use std::path::{Path, PathBuf};

use harbour_core::tuf::name::TargetPathError;
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::repo::RepoError;
use harbour_core::tuf::secret::SecretKeyError;

/// Why a command failed, in words for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A file can not be read or written.
    #[error("{} can not be {action}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `read`, `written`, …
        action: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {reason}", .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The repository does not allow it.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// A file that was signed is not in order.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The path of a target is none.
    #[error(transparent)]
    Path(#[from] TargetPathError),
    /// A key can not be made into a file.
    #[error(transparent)]
    Key(#[from] SecretKeyError),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
    /// The words are no command.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The clock is before 1970.
    #[error("the clock says that it is before 1970; set it")]
    Clock,
    /// What was looked through is not in order; the output says where.
    #[error("{0}")]
    Found(String),
    /// What was said can not be printed.
    #[error("the output can not be written: {0}")]
    Output(#[from] io::Error),
}

impl CommandError {
    pub(crate) fn file(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            path,
            action,
            source,
        }
    }

    pub(crate) fn content(path: &Path, reason: impl ToString) -> Self {
        Self::Content {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// Why a command that looks through many files ends, and what it found before.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is printed all the same.
    pub(crate) output: String,
    /// Why it failed.
    pub(crate) message: String,
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self {
            output: String::new(),
            message: error.to_string(),
        }
    }
}
