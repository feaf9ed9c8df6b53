//! The handle to the network half: everything that speaks to the outside is
//! asked through here. It runs in this process, without the Docker socket, or in
//! one of its own behind a Unix socket. Nothing that comes through it is trusted.

use std::path::Path;

use store_node::api::Network;
use store_node::node::{Node, NodeConfig, NodeError};
use tokio::sync::Mutex;

use crate::config::NetworkConfig;

/// What is outside.
#[derive(Debug)]
pub struct Net {
    network: Network,
    /// The node, when it runs in this process.
    node: Option<Mutex<Option<Node>>>,
}

impl Net {
    /// Reaches the node that the configuration names, or starts one in this
    /// process that keeps its files in `folder`.
    ///
    /// # Errors
    /// When the node of this process can not use its folder, or listen.
    pub async fn start(config: &NetworkConfig, folder: &Path) -> Result<Self, NodeError> {
        match config {
            NetworkConfig::Separate(socket) => Ok(Self {
                network: Network::socket(socket),
                node: None,
            }),
            NetworkConfig::Embedded(settings) => {
                let node = Node::start(settings.node(NodeConfig::new(folder))).await?;
                Ok(Self {
                    network: node.network(),
                    node: Some(Mutex::new(Some(node))),
                })
            }
        }
    }

    /// The handle.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Whether the node runs in this process.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.node.is_some()
    }

    /// Ends the node, when it runs in this process.
    pub async fn stop(&self) {
        if let Some(node) = &self.node
            && let Some(node) = node.lock().await.take()
        {
            node.shutdown().await;
        }
    }
}
