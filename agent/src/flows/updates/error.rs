//! Why something about updates was not done.

use harbour_core::image_ref::ImageRefError;
use harbour_core::problem::Problem;
use registry::RegistryError;

use crate::db::DbError;
use crate::docker::EngineError;
use crate::flows::FindError;
use crate::operations::{Busy, StartError};

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// Which container?
    #[error(transparent)]
    Find(#[from] FindError),
    /// Something else is at work on it.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The operation did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// What is wished will not do; all that is wrong with it.
    #[error("{}", crate::flows::create::summary(.0))]
    Invalid(Vec<Problem>),
    /// It was changed since the plan was made, or something else is newest now.
    #[error("{0} is not as it was when the plan was made; look at the plan again")]
    Changed(String),
    /// Something stands in the way.
    #[error("{}", .0.join(" "))]
    Refused(Vec<String>),
    /// Nobody confirmed what widens its rights.
    #[error("{}", risks(.0))]
    Risks(Vec<(String, String)>),
    /// There is nothing to update to.
    #[error("{0}")]
    Nothing(String),
    /// The reference is none.
    #[error(transparent)]
    Reference(#[from] ImageRefError),
    /// Its registry does not tell.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// What is known cannot be read or written.
    #[error(transparent)]
    Db(#[from] DbError),
}

fn risks(risks: &[(String, String)]) -> String {
    let texts: Vec<&str> = risks.iter().map(|(_, text)| text.as_str()).collect();
    format!("{} Confirm it to go on.", texts.join(" "))
}
