//! Why a registry did not tell, in words.

use harbour_core::image_ref::ImageRef;
use oci_client::errors::{OciDistributionError, OciErrorCode};

/// Why a registry did not tell.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// It has no such repository.
    #[error("{registry} has no repository {repository}")]
    NoSuchRepository {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
    },
    /// The repository has no such tag or digest.
    #[error("{registry} has no {reference} in {repository}, or no such repository")]
    NoSuchImage {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
        /// Tag or digest.
        reference: String,
    },
    /// It wants somebody who signed in.
    #[error("{0} shows this repository only to those who sign in, or has no such repository")]
    Auth(String),
    /// It wants fewer questions.
    #[error("{0} wants to be asked less often; try again later")]
    TooMany(String),
    /// It does not answer.
    #[error("{registry} can not be reached: {reason}")]
    Unreachable {
        /// The registry.
        registry: String,
        /// Why, in words.
        reason: String,
    },
    /// It answers something that can not be used.
    #[error("{registry} gives no usable answer: {reason}")]
    Answer {
        /// The registry.
        registry: String,
        /// Why not, in words.
        reason: String,
    },
}

pub(crate) fn explain(error: OciDistributionError, image: &ImageRef) -> RegistryError {
    use OciDistributionError as E;
    let registry = image.registry().to_owned();
    let none = || RegistryError::NoSuchRepository {
        registry: registry.clone(),
        repository: image.repository().to_owned(),
    };
    match error {
        E::UnauthorizedError { .. } | E::AuthenticationFailure(_) => RegistryError::Auth(registry),
        E::RegistryError { envelope, .. } => match envelope.errors.first().map(|e| &e.code) {
            Some(OciErrorCode::NameUnknown | OciErrorCode::NotFound) => none(),
            Some(OciErrorCode::Unauthorized | OciErrorCode::Denied) => {
                RegistryError::Auth(registry)
            }
            Some(OciErrorCode::Toomanyrequests) => RegistryError::TooMany(registry),
            _ => RegistryError::Unreachable {
                registry,
                reason: "it refused the question".to_owned(),
            },
        },
        E::ServerError { code: 404, .. } => none(),
        E::ServerError { code: 403, .. } => RegistryError::Auth(registry),
        E::ServerError { code: 429, .. } => RegistryError::TooMany(registry),
        E::ServerError { code, .. } => RegistryError::Unreachable {
            registry,
            reason: format!("it answered with the status {code}"),
        },
        E::RequestError(error) => RegistryError::Unreachable {
            registry,
            reason: innermost(&error),
        },
        // Its text would carry a part of what the registry sent.
        _ => RegistryError::Unreachable {
            registry,
            reason: "its answer could not be read".to_owned(),
        },
    }
}

/// The last reason of a chain says most: `Connection refused`.
pub(crate) fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
