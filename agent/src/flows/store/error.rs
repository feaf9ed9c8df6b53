//! Why something about the store did not work out.

use harbour_core::problem::Problem;

use crate::flows::create::summary;
use crate::operations::{Busy, StartError};
use crate::store::{CatalogueError, QueryError};

/// Why something about the store did not work out.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No store has this id.
    #[error("no store has the id {0}")]
    UnknownStore(String),
    /// No store has this app.
    #[error("no store has an app called {0}")]
    UnknownApp(String),
    /// The app has no picture.
    #[error("{0} has no picture")]
    NoIcon(String),
    /// Nothing installed has this id.
    #[error("nothing installed has the id {0}")]
    UnknownInstall(String),
    /// A part of the request will not do.
    #[error("{message}")]
    Invalid {
        /// Which.
        field: &'static str,
        /// What is wrong and what to do.
        message: String,
    },
    /// The answers will not do; all that is wrong with them.
    #[error("{}", summary(.0))]
    Problems(Vec<Problem>),
    /// The store is there already.
    #[error("the store {0} is there already")]
    Known(String),
    /// It did not come, or is not to be believed.
    #[error("{0}")]
    Source(#[source] CatalogueError),
    /// A search that is none.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// What was verified may not be installed now.
    #[error("nothing new is installed from this store: {0}")]
    Stale(String),
    /// The settings have changed meanwhile.
    #[error("the settings of {0} have changed meanwhile; open the form again")]
    Changed(String),
    /// It is not in a state for that.
    #[error("{0}")]
    State(String),
    /// Somebody is at work on it.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The operation did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The engine does not answer.
    #[error(transparent)]
    Engine(#[from] crate::docker::EngineError),
    /// The database does not.
    #[error(transparent)]
    Db(#[from] crate::db::DbError),
}

impl From<CatalogueError> for StoreError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::NoStore(id) => Self::UnknownStore(id),
            CatalogueError::NoApp(slug) => Self::UnknownApp(slug),
            CatalogueError::Known(id) => Self::Known(id.to_string()),
            other => Self::Source(other),
        }
    }
}
