//! Volumes: list with sizes, make, remove, tidy up.

use std::path::Path;

use harbour_core::problem::Problem;
use harbour_core::volume::{VolumeDraft, plan_volume};

use super::create::summary;
use super::prune::{Outcome, names};
use super::{Context, world};
use crate::docker::EngineError;
use crate::operations::{Busy, VOLUME};
use crate::views::{PruneItem, PrunePreview, Pruned, Volume};

/// Why nothing was done to a volume.
#[derive(Debug, thiserror::Error)]
pub enum VolumeError {
    /// The request will not do.
    #[error("{}", summary(.0))]
    Invalid(Vec<Problem>),
    /// There is none.
    #[error("there is no volume {0}")]
    Unknown(String),
    /// There is one already.
    #[error("there is already a volume {0}; choose another name")]
    NameTaken(String),
    /// Containers mount it, running or not.
    #[error("the volume {volume} is used by {users}; remove them first")]
    InUse {
        /// The volume.
        volume: String,
        /// Names of the containers.
        users: String,
    },
    /// Somebody else is at work on it.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// All volumes by name; with `sizes` the engine measures them.
///
/// # Errors
/// When it does not answer.
pub async fn list_volumes(context: &Context, sizes: bool) -> Result<Vec<Volume>, EngineError> {
    let mut volumes = context.inventory.volumes();
    if sizes {
        let usage = context.engine.usage().await?;
        for volume in &mut volumes {
            volume.size_bytes = usage.volumes.get(&volume.name).copied();
        }
    }
    Ok(volumes)
}

/// Makes a volume.
///
/// # Errors
/// When the draft will not do, a risk is not confirmed, the name is taken, or
/// the engine refuses.
pub async fn create_volume(context: &Context, draft: VolumeDraft) -> Result<Volume, VolumeError> {
    let protected = context.protected.clone();
    let planned = tokio::task::spawn_blocking(move || {
        let resolved = draft.device_path().map(|path| {
            world::resolve(Path::new(path))
                .to_string_lossy()
                .into_owned()
        });
        plan_volume(&draft, resolved.as_deref(), &protected)
    })
    .await
    .map_err(|_| EngineError::Down("the check of the path was interrupted".to_owned()))?;
    let spec = planned.map_err(VolumeError::Invalid)?;
    let name = spec.name.clone();
    let key = format!("{VOLUME}{name}");
    let _lock = context.locks.acquire(&[&key], "it is being made")?;
    // For a name that exists the engine would answer the old one as if made.
    if context.engine.volume_exists(&name).await? {
        return Err(VolumeError::NameTaken(name));
    }
    let made = context.engine.create_volume(spec).await?;
    read_again(context).await?;
    Ok(context.inventory.volume(&name).unwrap_or(made))
}

/// Removes a volume that no container mounts, with its data.
///
/// # Errors
/// When it is unknown or used, or the engine refuses.
pub async fn remove_volume(context: &Context, name: &str) -> Result<(), VolumeError> {
    let volume = context
        .inventory
        .volume(name)
        .ok_or_else(|| VolumeError::Unknown(name.to_owned()))?;
    let removed = remove(context, &volume).await;
    context.engine.forget_usage().await;
    read_again(context).await?;
    removed
}

async fn remove(context: &Context, volume: &Volume) -> Result<(), VolumeError> {
    let key = format!("{VOLUME}{}", volume.name);
    let _lock = context.locks.acquire(&[&key], "it is being removed")?;
    if !volume.used_by.is_empty() {
        return Err(VolumeError::InUse {
            volume: volume.name.clone(),
            users: names(volume.used_by.iter().map(|u| u.name.as_str())),
        });
    }
    // Not by force: the engine keeps what a container mounts, also one that
    // was made a moment ago.
    Ok(context.engine.remove_volume(&volume.name).await?)
}

/// Volumes that no container mounts: those whose name the engine made up, and
/// with `named` those that somebody named, because they hold data.
///
/// # Errors
/// When the engine does not say how large they are.
pub async fn preview_volumes(context: &Context, named: bool) -> Result<PrunePreview, EngineError> {
    let usage = context.engine.usage().await?;
    let mut preview = PrunePreview::default();
    for volume in context.inventory.volumes() {
        if !volume.used_by.is_empty() || !(volume.anonymous || named) {
            continue;
        }
        let size = usage.volumes.get(&volume.name).copied();
        preview.bytes += size.unwrap_or_default();
        preview.items.push(PruneItem {
            id: volume.name.clone(),
            name: volume.name,
            size_bytes: size,
            reason: if volume.anonymous {
                "no name of its own, and no container mounts it".to_owned()
            } else {
                "somebody named it, and no container mounts it now; its data goes for good"
                    .to_owned()
            },
            created: volume.created,
        });
    }
    Ok(preview)
}

/// Removes these volumes, as far as still no container mounts them.
///
/// # Errors
/// When Docker is gone.
pub async fn prune_volumes(context: &Context, ids: &[String]) -> Result<Pruned, EngineError> {
    let usage = context.engine.usage().await?;
    let mut outcome = Outcome::default();
    for id in ids {
        let Some(volume) = context.inventory.volume(id) else {
            outcome.gone(id);
            continue;
        };
        match remove(context, &volume).await {
            Ok(()) => outcome.removed(id, usage.volumes.get(id).copied().unwrap_or_default()),
            Err(VolumeError::Engine(down @ EngineError::Down(_))) => return Err(down),
            Err(error) => outcome.stayed(id, &volume.name, &error),
        }
    }
    context.engine.forget_usage().await;
    read_again(context).await?;
    Ok(outcome.done())
}

async fn read_again(context: &Context) -> Result<(), EngineError> {
    let volumes = context.engine.volumes().await?;
    context.inventory.take_volumes(volumes);
    Ok(())
}
