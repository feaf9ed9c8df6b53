//! The one narrow handle to the network half, [`Network`]. The agent uses it the
//! same way whether the node runs in its own process or behind a Unix socket.
//! Nothing that comes through it is to be trusted: verify it again.

mod client;
mod metrics;
mod server;
pub mod types;

use std::path::Path;
use std::sync::Arc;

use futures_util::stream::{BoxStream, StreamExt as _};
use harbour_core::digest::Digest;
use harbour_core::image_ref::ImageRef;
use harbour_core::store::id::StoreId;
use harbour_core::store::invite::Invite;
use harbour_core::store::wire::Area;
use registry::{ImageFacts, RegistryError, Tags};

use crate::node::Core;
use client::Client;
pub use server::{Server, ServerError, SocketAccess};
use types::{Add, Fetched, NetworkError, News, NodeStatus, StoreStatus};

/// The handle. Cheap to clone.
#[derive(Clone)]
pub struct Network(Half);

#[derive(Clone)]
enum Half {
    Embedded(Arc<Core>),
    Socket(Client),
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Half::Embedded(_) => "Network(embedded)",
            Half::Socket(_) => "Network(socket)",
        })
    }
}

impl Network {
    /// The node in this process.
    pub(crate) fn embedded(core: Arc<Core>) -> Self {
        Self(Half::Embedded(core))
    }

    /// The node behind a socket. It is connected to at every call, so it may
    /// start later and restart in between.
    #[must_use]
    pub fn socket(path: &Path) -> Self {
        Self(Half::Socket(Client::new(path)))
    }

    /// The stores that the node takes part in, ordered by id.
    ///
    /// # Errors
    /// When the node can not be reached or its database not be read.
    pub async fn stores(&self) -> Result<Vec<StoreStatus>, NetworkError> {
        match &self.0 {
            Half::Embedded(core) => core.stores().await,
            Half::Socket(client) => client.stores().await,
        }
    }

    /// Takes part in a store from now on. It returns when the first root is
    /// verified; the rest is fetched in the background, see [`Self::news`].
    ///
    /// # Errors
    /// When the first root can not be had or is another one, or there are too
    /// many stores.
    pub async fn add(&self, store: Add) -> Result<StoreId, NetworkError> {
        match &self.0 {
            Half::Embedded(core) => core.add(store).await,
            Half::Socket(client) => client.add(&store).await,
        }
    }

    /// Takes part no longer and deletes everything of the store here.
    ///
    /// # Errors
    /// When there is no such store.
    pub async fn remove(&self, store: StoreId) -> Result<(), NetworkError> {
        match &self.0 {
            Half::Embedded(core) => core.remove(store).await,
            Half::Socket(client) => client.remove(store).await,
        }
    }

    /// Keeps a complete copy of a store here, or only what is used.
    ///
    /// # Errors
    /// When there is no such store.
    pub async fn pin(&self, store: StoreId, pinned: bool) -> Result<(), NetworkError> {
        match &self.0 {
            Half::Embedded(core) => core.pin(store, pinned).await,
            Half::Socket(client) => client.pin(store, pinned).await,
        }
    }

    /// Asks origins and peers for something newer now, and waits for it.
    ///
    /// # Errors
    /// When there is no such store, or what was found is not believed.
    pub async fn refresh(&self, store: StoreId) -> Result<(), NetworkError> {
        match &self.0 {
            Half::Embedded(core) => core.refresh(store).await,
            Half::Socket(client) => client.refresh(store).await,
        }
    }

    /// A file of a store, by its name below the area, as the verifier asks for
    /// it. `None` when the store has no such file, as far as is known here.
    ///
    /// # Errors
    /// When there is no such store, the file is larger than `max_len` bytes, or
    /// nobody can be reached who has it.
    pub async fn fetch(
        &self,
        store: StoreId,
        area: Area,
        name: &str,
        max_len: u64,
    ) -> Result<Option<Fetched>, NetworkError> {
        match &self.0 {
            Half::Embedded(core) => core.fetch(store, area, name, max_len).await,
            Half::Socket(client) => client.fetch(store, area, name, max_len).await,
        }
    }

    /// What the node does.
    ///
    /// # Errors
    /// When it can not be reached.
    pub async fn status(&self) -> Result<NodeStatus, NetworkError> {
        match &self.0 {
            Half::Embedded(core) => core.status().await,
            Half::Socket(client) => client.status().await,
        }
    }

    /// New versions of stores, from now on, once their metadata is verified and
    /// here. Whoever reads slowly misses some; ask [`Self::stores`] then.
    ///
    /// # Errors
    /// When the node can not be reached.
    pub async fn news(&self) -> Result<BoxStream<'static, News>, NetworkError> {
        match &self.0 {
            Half::Embedded(core) => Ok(core.news().boxed()),
            Half::Socket(client) => client.news().await,
        }
    }

    /// An invitation to a store, with the addresses of this node.
    ///
    /// # Errors
    /// When there is no such store.
    pub async fn invite(&self, store: StoreId) -> Result<Invite, NetworkError> {
        match &self.0 {
            Half::Embedded(core) => core.invite(store).await,
            Half::Socket(client) => client.invite(store).await,
        }
    }

    /// The tags of the repository that `image` names.
    ///
    /// # Errors
    /// As the registry says; a node that can not be reached counts as a
    /// registry that can not.
    pub async fn tags(&self, image: &ImageRef) -> Result<Tags, RegistryError> {
        match &self.0 {
            Half::Embedded(core) => core.tags(image).await,
            Half::Socket(client) => client.tags(image).await,
        }
    }

    /// The digest that `image` means now; nothing is fetched.
    ///
    /// # Errors
    /// As [`Self::tags`].
    pub async fn digest(&self, image: &ImageRef) -> Result<Digest, RegistryError> {
        match &self.0 {
            Half::Embedded(core) => core.registries().digest(image).await,
            Half::Socket(client) => client.digest(image).await,
        }
    }

    /// What `image` sets on `platform` and how large it is.
    ///
    /// # Errors
    /// As [`Self::tags`]; also when there is no image for the platform.
    pub async fn image_facts(
        &self,
        image: &ImageRef,
        platform: &str,
    ) -> Result<ImageFacts, RegistryError> {
        match &self.0 {
            Half::Embedded(core) => core.registries().facts(image, platform).await,
            Half::Socket(client) => client.image_facts(image, platform).await,
        }
    }
}

/// Bytes of one answer that is JSON.
const MAX_JSON: usize = 4 << 20;
/// Says where a file came from.
const SOURCE: &str = "x-harbour-source";
