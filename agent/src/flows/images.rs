//! Images: fetch and remove.

use harbour_core::image_ref::{ImageRef, ImageRefError};

use super::Context;
use crate::db::OperationPlanRecord;
use crate::docker::{EngineError, RemovedImage};
use crate::operations::{StartError, StartOperation};
use crate::views::OperationTarget;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The name will not do.
    #[error(transparent)]
    Reference(#[from] ImageRefError),
    /// It is not here.
    #[error("there is no image {0} on this server")]
    Unknown(String),
    /// The operation did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Containers use it.
    #[error("the image {image} is used by {users}; remove them first")]
    InUse {
        /// The image.
        image: String,
        /// Names of the containers.
        users: String,
    },
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Begins to fetch an image; answers the operation's id.
///
/// # Errors
/// When the reference is bad or the operation cannot start.
pub async fn pull_image(
    context: &Context,
    reference: &str,
    actor: String,
) -> Result<String, ImageError> {
    let reference = ImageRef::parse(reference.trim())?;
    let image = reference.familiar();
    let id = context
        .operations
        .start(StartOperation {
            plan: OperationPlanRecord::Pull {
                image: reference.canonical(),
            },
            title: format!("Pull {image}"),
            target: OperationTarget {
                image: Some(image),
                container_name: None,
                app: None,
            },
            actor,
            lock: None,
        })
        .await?;
    Ok(id)
}

/// Removes an image by name, digest or id.
///
/// # Errors
/// When it is unknown or used, or the engine refuses.
pub async fn remove_image(
    context: &Context,
    name: &str,
    force: bool,
) -> Result<RemovedImage, ImageError> {
    let images = context.inventory.images();
    let reference = ImageRef::parse(name).ok();
    let wanted = reference.as_ref().map(ImageRef::canonical);
    let same = |other: &String| {
        wanted.is_some() && ImageRef::parse(other).ok().map(|r| r.canonical()) == wanted
    };
    let by_id = |id: &str| {
        let short = id.strip_prefix("sha256:").unwrap_or(id);
        let asked = name.strip_prefix("sha256:").unwrap_or(name);
        asked.len() >= 12 && short.starts_with(asked)
    };
    let found = images
        .iter()
        .find(|i| i.references.iter().any(same) || i.digests.iter().any(same))
        .or_else(|| images.iter().find(|i| by_id(&i.id)))
        .ok_or_else(|| ImageError::Unknown(name.to_owned()))?;
    let last_name = found.references.len() + usize::from(by_id(&found.id)) <= 1;
    if !found.containers.is_empty() && !force && (last_name || by_id(&found.id)) {
        return Err(ImageError::InUse {
            image: name.to_owned(),
            users: found.containers.join(", "),
        });
    }
    // Only what was found is handed on, never the caller's own text.
    let target = if by_id(&found.id) && !found.references.iter().any(same) {
        found.id.clone()
    } else {
        reference.map_or_else(|| found.id.clone(), |r| r.familiar())
    };
    Ok(context.engine.remove_image(&target, force).await?)
}
