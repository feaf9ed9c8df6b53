//! Giving containers icons of their own.

use super::{Context, FindError};
use crate::icons::{IconChoice, IconError};

/// Why a container's icon stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ContainerIconError {
    /// There is no such container.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The icon will not do or could not be kept.
    #[error(transparent)]
    Icon(#[from] IconError),
}

/// Gives the container `wanted` an icon; answers it as it is kept.
///
/// # Errors
/// When there is no such container, or the icon will not do.
pub async fn set_icon(
    context: &Context,
    wanted: &str,
    choice: IconChoice,
) -> Result<String, ContainerIconError> {
    let name = context.inventory.find(wanted)?.summary.name.clone();
    let icon = context.icons.set(&name, choice).await?;
    context.inventory.icon_changed(&name);
    Ok(icon)
}

/// Takes the icon of the container `wanted` away.
///
/// # Errors
/// When there is no such container, or the database fails.
pub async fn remove_icon(context: &Context, wanted: &str) -> Result<(), ContainerIconError> {
    let name = context.inventory.find(wanted)?.summary.name.clone();
    if context.icons.remove(&name).await? {
        context.inventory.icon_changed(&name);
    }
    Ok(())
}
