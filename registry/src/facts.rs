//! What an image sets and how large it is, told by its registry before it is
//! fetched.

use harbour_core::digest::Digest;
use harbour_core::image_ref::ImageRef;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digests::unusable;
use crate::manifest::{Document, MAX_CONFIG};
use crate::{Registries, RegistryError};

/// An image for one platform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageFacts {
    /// What it sets for containers, in the form of the engine (OCI image
    /// specification 1.1, "Image Configuration", `config`); null when nothing.
    pub config: Value,
    /// When it says it was made.
    pub created: Option<String>,
    /// Bytes to fetch.
    pub size: u64,
}

impl Registries {
    /// What the image with the digest of `image` sets on `platform`
    /// (`linux/amd64`). A plain image is taken for whatever platform it is.
    ///
    /// # Errors
    /// See [`RegistryError`]; also when there is no image for the platform.
    pub async fn facts(
        &self,
        image: &ImageRef,
        platform: &str,
    ) -> Result<ImageFacts, RegistryError> {
        let digest = self.digest(image).await?;
        let document = match self.document(image, &digest).await? {
            Document::Index(images) => {
                let fitting = fitting(&images, platform)
                    .ok_or_else(|| unusable(image, format!("it has no image for {platform}")))?;
                self.document(image, fitting).await?
            }
            plain @ Document::Image { .. } => plain,
        };
        let Document::Image { config, size } = document else {
            return Err(unusable(image, "an index names another index".to_owned()));
        };
        let bytes = self.by_digest(image, "blobs", &config, MAX_CONFIG).await?;
        let mut whole: Value = serde_json::from_slice(&bytes).map_err(|_| {
            unusable(
                image,
                "the configuration of the image is not readable".to_owned(),
            )
        })?;
        Ok(ImageFacts {
            config: whole["config"].take(),
            created: whole["created"].as_str().map(str::to_owned),
            size,
        })
    }
}

/// The image for this platform, or for the same one without its variant.
fn fitting<'a>(images: &'a [(String, Digest)], platform: &str) -> Option<&'a Digest> {
    let plain = |name: &str| name.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
    let exact = images.iter().find(|(name, _)| name == platform);
    let close = || {
        let wanted = plain(platform);
        images.iter().find(|(name, _)| plain(name) == wanted)
    };
    exact.or_else(close).map(|(_, digest)| digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_is_chosen() {
        let digest =
            |c: char| Digest::parse(&format!("sha256:{}", c.to_string().repeat(64))).unwrap();
        let images = [
            ("linux/arm/v6".to_owned(), digest('a')),
            ("linux/arm/v7".to_owned(), digest('b')),
            ("linux/amd64".to_owned(), digest('c')),
        ];
        for (platform, found) in [
            ("linux/arm/v7", Some('b')),
            ("linux/arm/v8", Some('a')),
            ("linux/amd64/v3", Some('c')),
            ("linux/riscv64", None),
        ] {
            assert_eq!(
                fitting(&images, platform),
                found.map(digest).as_ref(),
                "{platform}"
            );
        }
    }
}
