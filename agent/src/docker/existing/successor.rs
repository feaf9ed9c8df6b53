//! A container as it is, for the one that takes its place with another image.

use harbour_core::update::dependants::Ties;
use harbour_core::update::refusal::refusals;
use harbour_core::update::successor::{Old, successor};
use serde_json::Value;

use super::Existing;
use crate::db::EngineRequest;
use crate::docker::{Engine, EngineError, OPERATION_LABEL, REPLACES_LABEL};

/// Label in which Compose keeps the id of the image a container was made from.
pub const COMPOSE_IMAGE: &str = "com.docker.compose.image";
/// Containers read at once.
const AT_ONCE: usize = 8;

/// An image as the engine has it.
#[derive(Clone, Debug)]
pub struct LocalImage(Value);

/// A container with all that its successor depends on.
#[derive(Clone)]
pub struct Predecessor {
    existing: Existing,
    image: LocalImage,
    lenders: Vec<(String, Option<Value>)>,
    machine: Option<String>,
}

impl Engine {
    /// Reads a container for an update.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn predecessor(&self, id: &str) -> Result<Predecessor, EngineError> {
        let existing = self.existing(id).await?;
        let image = match self.image_json(existing.image_id()).await {
            Ok(image) => image,
            Err(EngineError::NotFound(_)) => Value::Null,
            Err(error) => return Err(error),
        };
        let mut lenders = Vec::new();
        let written = existing.raw["HostConfig"]["VolumesFrom"].as_array();
        for lender in written.into_iter().flatten().filter_map(Value::as_str) {
            let name = lender.split(':').next().unwrap_or(lender);
            let mounts = match self.inspect_json(name).await {
                Ok(mut other) => Some(other["Mounts"].take()),
                Err(EngineError::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
            lenders.push((lender.to_owned(), mounts));
        }
        let machine = match existing.raw["HostConfig"]["NetworkMode"] == "host" {
            true => self.get("its name", "/info").await?["Name"]
                .as_str()
                .map(str::to_owned),
            false => None,
        };
        Ok(Predecessor {
            existing,
            image: LocalImage(image),
            lenders,
            machine,
        })
    }

    /// An image that is here.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn local_image(&self, name: &str) -> Result<Option<LocalImage>, EngineError> {
        match self.image_json(name).await {
            Ok(image) => Ok(Some(LocalImage(image))),
            Err(EngineError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Who hangs on whom, of all these containers. Those that went meanwhile are
    /// left out.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn ties(&self, ids: Vec<String>) -> Result<Vec<Ties>, EngineError> {
        use futures_util::{StreamExt as _, TryStreamExt as _};
        let one = |id: String| async move {
            match self.inspect_json(&id).await {
                Ok(container) => Ok(Some(Ties::of(&container))),
                Err(EngineError::NotFound(_)) => Ok(None),
                Err(error) => Err(error),
            }
        };
        let found = futures_util::stream::iter(ids).map(one).buffered(AT_ONCE);
        let found: Vec<Option<Ties>> = found.try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Gives an image another name: a canonical reference with a tag.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn tag_image(&self, image: &str, name: &str, tag: &str) -> Result<(), EngineError> {
        let client = self.client()?;
        let options = bollard::query_parameters::TagImageOptions {
            repo: Some(name.to_owned()),
            tag: Some(tag.to_owned()),
        };
        client
            .docker
            .tag_image(image, Some(options))
            .await
            .map_err(|e| EngineError::of("naming an image", e))
    }
}

impl LocalImage {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0["Id"].as_str().unwrap_or_default()
    }

    /// What it sets for containers.
    #[must_use]
    pub fn config(&self) -> &Value {
        &self.0["Config"]
    }

    /// When it says it was made.
    #[must_use]
    pub fn created(&self) -> Option<&str> {
        self.0["Created"].as_str()
    }

    /// Under which digests registries know it: `repository@digest`.
    #[must_use]
    pub fn digests(&self) -> Vec<String> {
        super::texts(&self.0["RepoDigests"])
    }

    /// `linux/arm64/v8`
    #[must_use]
    pub fn platform(&self) -> Option<String> {
        let text = |key: &str| super::text(&self.0[key]);
        let mut platform = format!("{}/{}", text("Os")?, text("Architecture")?);
        if let Some(variant) = text("Variant") {
            platform.push('/');
            platform.push_str(&variant);
        }
        Some(platform)
    }
}

impl Predecessor {
    /// The container.
    #[must_use]
    pub fn existing(&self) -> &Existing {
        &self.existing
    }

    /// Its image; everything of it is empty when the engine no longer has it.
    #[must_use]
    pub fn image(&self) -> &LocalImage {
        &self.image
    }

    /// Whether the engine still has its image.
    #[must_use]
    pub fn has_image(&self) -> bool {
        self.image.0.is_object()
    }

    /// The reference it was made from.
    #[must_use]
    pub fn reference(&self) -> &str {
        self.config()["Image"].as_str().unwrap_or_default()
    }

    /// Its configuration.
    #[must_use]
    pub fn config(&self) -> &Value {
        &self.existing.raw["Config"]
    }

    /// Folders and volumes it writes to, in words.
    #[must_use]
    pub fn data(&self) -> Vec<String> {
        let mounts = self.existing.raw["Mounts"].as_array().into_iter().flatten();
        let mut data: Vec<String> = mounts
            .filter(|mount| mount["RW"] == true)
            .filter_map(|mount| match mount["Type"].as_str()? {
                "volume" => Some(format!("volume {}", mount["Name"].as_str()?)),
                "bind" => Some(mount["Source"].as_str()?.to_owned()),
                _ => None,
            })
            .collect();
        data.sort();
        data
    }

    /// What of the host it mounts: where that lies, and whether it may write.
    pub fn binds(&self) -> impl Iterator<Item = &str> {
        let mounts = self.existing.raw["Mounts"].as_array().into_iter().flatten();
        mounts
            .filter(|mount| mount["Type"] == "bind")
            .filter_map(|mount| mount["Source"].as_str())
    }

    /// What stands in the way of making it anew.
    #[must_use]
    pub fn refusals(&self) -> Vec<String> {
        let mut found = refusals(&self.existing.raw);
        if !self.has_image() {
            found.push("The engine no longer has the image it was made from, so what came from that image cannot be told from its own settings. Pull that image again first.".to_owned());
        }
        found
    }

    /// What the engine is asked for to make its successor.
    #[must_use]
    pub fn request(&self, image: &str) -> EngineRequest {
        let version = self.existing.api_version.split_once('.');
        let version = version
            .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)))
            .unwrap_or_default();
        let old = Old {
            container: &self.existing.raw,
            image: self.image.config(),
            api: version,
            machine: self.machine.as_deref(),
            lenders: &self.lenders,
        };
        let own = |label: &str| matches!(label, OPERATION_LABEL | REPLACES_LABEL);
        let made = successor(&old, image, own);
        let mut body = made.body;
        body["Labels"][REPLACES_LABEL] = self.existing.id().into();
        EngineRequest {
            body,
            connect: made.connect,
        }
    }
}
