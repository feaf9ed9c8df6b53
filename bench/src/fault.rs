//! Why a measurement could not be taken.

use std::error::Error;

/// What was attempted, and what came of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The engine or the agent under measurement.
    #[error(transparent)]
    Kit(#[from] testkit::KitError),
    /// The engine's typed client, used to set the scene.
    #[error("the engine would not {what}")]
    Engine {
        /// What it was asked for.
        what: &'static str,
        /// What it said.
        #[source]
        source: bollard::errors::Error,
    },
    /// A connection, a request or an answer.
    #[error("{what} failed")]
    Wire {
        /// What was under way.
        what: String,
        /// What broke.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An answer that is not what was asked for.
    #[error("{what}: unexpected answer {answer}")]
    Answer {
        /// What was asked.
        what: String,
        /// The beginning of what came.
        answer: String,
    },
    /// A process or a file of the system.
    #[error("cannot use {what}")]
    System {
        /// Which.
        what: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

pub(crate) type Outcome<T> = Result<T, Fault>;

impl Fault {
    /// A failed request, from any kind of error.
    pub(crate) fn wire<E>(what: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let what = what.into();
        move |source| Self::Wire {
            what,
            source: source.into(),
        }
    }

    pub(crate) fn engine(what: &'static str) -> impl FnOnce(bollard::errors::Error) -> Self {
        move |source| Self::Engine { what, source }
    }

    pub(crate) fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::System { what, source }
    }

    pub(crate) fn answer(what: impl Into<String>, answer: impl AsRef<str>) -> Self {
        Self::Answer {
            what: what.into(),
            answer: answer.as_ref().chars().take(300).collect(),
        }
    }
}

/// The whole chain on one line.
pub(crate) fn told(fault: &dyn Error) -> String {
    let mut text = fault.to_string();
    let mut next = fault.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
