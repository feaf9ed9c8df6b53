//! Another machine's node that hosts a store, on loopback: the real one, in the
//! process of the test.

use std::path::Path;
use std::time::Duration;

use harbour_core::store::id::StoreId;
use harbour_core::store::invite::Invite;
use store_node::api::types::Add;
use store_node::api::{Network, Server, SocketAccess};
use store_node::node::{Node, NodeConfig};

use crate::{KitError, Result, wait};

/// Time to listen in.
const READY: Duration = Duration::from_secs(10);

/// Configuration of an agent whose node nobody else finds: on loopback, without
/// multicast. It is a table of TOML, so it stands at the end of a file.
pub const LOCAL_NODE: &str = "[network]\nlisten = [\"127.0.0.1:0\"]\nmdns = false\n";

/// A running node. Dropping it ends it with the runtime of the test.
#[derive(Debug)]
pub struct Peer {
    node: Node,
    network: Network,
}

impl Peer {
    /// A node that keeps its files in `folder` and takes part in no store yet.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(folder: &Path) -> Result<Self> {
        let node = Node::start(NodeConfig::local(folder)).await;
        let node = node.map_err(KitError::node("start a node"))?;
        let network = node.network();
        Ok(Self { node, network })
    }

    /// A node that hosts the store of `site`.
    ///
    /// # Errors
    /// When it does not start, or it is no site.
    pub async fn hosting(folder: &Path, site: &Path) -> Result<Self> {
        let peer = Self::start(folder).await?;
        let site = site.to_owned();
        let added = peer.network.add(Add::Site { site }).await;
        let store = added.map_err(KitError::node("host a store"))?;
        wait::until_true(
            READY,
            "the node to listen and to know its store",
            || async {
                let listens = peer.network.status().await.map(|s| !s.listen.is_empty());
                let stores = peer.network.stores().await.unwrap_or_default();
                let here = stores.iter().any(|s| s.id == store && s.version.is_some());
                listens.unwrap_or(false) && here
            },
        )
        .await?;
        Ok(peer)
    }

    /// The handle to it.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Serves its handle at `socket`, as a node in a process of its own does.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn serve(&self, socket: &Path) -> Result<Server> {
        let server = Server::start(self.network.clone(), socket, SocketAccess::Owner);
        server.map_err(KitError::node("serve a node's socket"))
    }

    /// An invitation with its address, and without any web server.
    ///
    /// # Errors
    /// When it does not take part in the store.
    pub async fn invite(&self, store: StoreId) -> Result<Invite> {
        let invite = self.network.invite(store).await;
        invite.map_err(KitError::node("invite to a store"))
    }

    /// Ends it in order.
    pub async fn stop(self) {
        self.node.shutdown().await;
    }
}
