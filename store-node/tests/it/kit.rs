//! What tests and measurements of nodes share.

use std::path::Path;
use std::time::{Duration, Instant};

use harbour_core::store::invite::Invite;
use store_node::api::Network;
use store_node::api::types::Add;
use store_node::node::{Node, NodeConfig};
use tempfile::TempDir;

use crate::site::Site;

/// Runs a test on two threads, with a limit for all of it.
pub(crate) fn run<F: Future<Output = ()>>(test: F) {
    run_for(Duration::from_secs(60), test);
}

/// The same, with another limit.
pub(crate) fn run_for<F: Future<Output = ()>>(limit: Duration, test: F) {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // As well.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_test_writer()
        .try_init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::time::timeout(limit, test).await.expect("in time");
    });
}

/// Waits until something is there.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut look: impl FnMut() -> F,
) -> T {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) async fn version_is(network: &Network, site: &Site, version: u64) {
    until(&format!("version {version}"), || async {
        let stores = network.stores().await.unwrap();
        let store = stores.into_iter().find(|store| store.id == site.id);
        store.filter(|store| store.version == Some(version))
    })
    .await;
}

pub(crate) fn config(folder: &Path) -> NodeConfig {
    NodeConfig {
        collect: Duration::from_secs(1),
        ..NodeConfig::local(folder)
    }
}

pub(crate) async fn start(folder: &TempDir) -> Node {
    Node::start(config(folder.path())).await.unwrap()
}

/// A node that hosts the site, and its invitation without origins.
pub(crate) async fn host(folder: &TempDir, site: &Site) -> (Node, Invite) {
    host_with(config(folder.path()), site).await
}

pub(crate) async fn host_with(config: NodeConfig, site: &Site) -> (Node, Invite) {
    let node = Node::start(config).await.unwrap();
    let network = node.network();
    let site_folder = site.folder.clone();
    let add = Add::Site { site: site_folder };
    assert_eq!(network.add(add).await.unwrap(), site.id);
    let invite = until("an address", || async {
        let invite = network.invite(site.id).await.unwrap();
        (!invite.peers().is_empty()).then_some(invite)
    })
    .await;
    (node, invite)
}

pub(crate) fn big(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u64::from(seed) + 1;
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.truncate(length);
    bytes
}
