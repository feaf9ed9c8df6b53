//! The handle to the network half: everything that speaks to the outside is
//! asked through here. It runs in this process today, without the Docker socket.
//! Nothing that comes through it is trusted.

use harbour_core::image_ref::ImageRef;
use registry::Registries;
pub use registry::{RegistryError, Tags};
use tokio::sync::Semaphore;

/// Questions to registries at once; more wait.
const AT_ONCE: usize = 4;

/// What is outside.
#[derive(Debug)]
pub struct Net {
    registries: Registries,
    turns: Semaphore,
}

impl Net {
    /// A handle to the half in this process.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            registries: Registries::new(),
            turns: Semaphore::new(AT_ONCE),
        }
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
