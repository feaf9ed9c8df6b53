//! The handle to the network half: everything that speaks to the outside is
//! asked through here. It runs in this process today, without the Docker socket.
//! Nothing that comes through it is trusted.

mod sources;

use std::path::Path;

use harbour_core::image_ref::ImageRef;
use registry::Registries;
pub use registry::{RegistryError, Tags};
pub use sources::{Area, Fetched, NetError, Source, Sources, StoreSource, Traffic};
use tokio::sync::Semaphore;

/// Questions to registries at once; more wait.
const AT_ONCE: usize = 4;

/// What is outside.
#[derive(Debug)]
pub struct Net {
    registries: Registries,
    turns: Semaphore,
    sources: Sources,
}

impl Net {
    /// A handle to the half in this process, which keeps its files in `folder`.
    ///
    /// # Errors
    /// When what it keeps there cannot be read.
    pub fn embedded(folder: &Path) -> Result<Self, NetError> {
        Ok(Self {
            registries: Registries::new(),
            turns: Semaphore::new(AT_ONCE),
            sources: Sources::open(folder)?,
        })
    }

    /// Where files of stores come from.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The tags of the repository that `image` names.
    ///
    /// # Errors
    /// As the registry says.
    pub async fn tags(&self, image: &ImageRef) -> Result<Tags, RegistryError> {
        // Never closed, so there is always a turn.
        let _turn = self.turns.acquire().await;
        self.registries.tags(image).await
    }
}
