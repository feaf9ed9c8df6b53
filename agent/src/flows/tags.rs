//! The tags of an image, asked from its registry.

use harbour_core::image_ref::{ImageRef, ImageRefError};

use registry::RegistryError;

use super::Context;

/// Why there are none to show.
#[derive(Debug, thiserror::Error)]
pub enum TagsError {
    /// The image's name will not do.
    #[error(transparent)]
    Reference(#[from] ImageRefError),
    /// Its registry does not tell.
    #[error(transparent)]
    Registry(#[from] RegistryError),
}

/// The tags of an image.
#[derive(Debug)]
pub struct TagList {
    /// The image as a person writes it, without a tag.
    pub image: String,
    /// Those that look newest first.
    pub tags: Vec<String>,
    /// Whether there are more.
    pub more: bool,
}

/// Asks the registry of `image` for its tags.
///
/// # Errors
/// When the name is none, or the registry does not tell.
pub async fn tags(context: &Context, image: &str) -> Result<TagList, TagsError> {
    let reference = ImageRef::parse(image.trim())?;
    let found = context.net.network().tags(&reference).await?;
    let plain = ImageRef::parse(&reference.name())?.familiar();
    let image = plain.strip_suffix(":latest").unwrap_or(&plain).to_owned();
    Ok(TagList {
        image,
        tags: found.tags,
        more: found.more,
    })
}
