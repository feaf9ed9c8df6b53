//! Giving containers an icon and taking it away.

use super::{Context, FindError};
use crate::icons::{IconChoice, IconError};

/// Why a container's icon stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum SetIconError {
    /// Which container?
    #[error(transparent)]
    Find(#[from] FindError),
    /// The icon will not do.
    #[error(transparent)]
    Icon(#[from] IconError),
}

/// Gives the container `wanted` an icon; answers it as it is kept.
///
/// # Errors
/// When the container is unknown or the icon will not do.
pub async fn set_icon(
    context: &Context,
    wanted: &str,
    choice: IconChoice,
) -> Result<String, SetIconError> {
    let name = context.inventory.find(wanted)?.summary.name.clone();
    let icon = context.icons.set(&name, choice).await?;
    context.inventory.show_again(&name);
    Ok(icon)
}

/// Takes the icon of the container `wanted` away; having none is no error.
///
/// # Errors
/// When the container is unknown or the database fails.
pub async fn remove_icon(context: &Context, wanted: &str) -> Result<(), SetIconError> {
    let name = context.inventory.find(wanted)?.summary.name.clone();
    context.icons.remove(&name).await?;
    context.inventory.show_again(&name);
    Ok(())
}
