//! A node between a host and more listeners than its gossip mesh holds.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt as _};
use store_node::api::types::Add;
use store_node::node::Node;

use crate::kit::{config, host, run, until, version_is};
use crate::site::Site;

/// More than twice the members of a full mesh (gossipsub's `mesh_n_high`, 12).
const LISTENERS: usize = 30;

#[test]
fn nobody_misses_news_because_the_only_neighbour_has_many_others() {
    let folders = [(); LISTENERS + 3].map(|()| tempfile::tempdir().unwrap());
    run(async {
        let mut site = Site::new(folders[0].path(), 10);
        site.file("index.json", b"0");
        site.publish();
        let (first, invite) = host(&folders[1], &site).await;
        let mut generous = config(folders[2].path());
        // They all have one address.
        generous.limits.per_address = 400;
        let between = Node::start(generous).await.unwrap();
        let network = between.network();
        network.add(Add::Invite { invite }).await.unwrap();
        version_is(&network, &site, 1).await;
        let invite = until("an address", || async {
            let invite = network.invite(site.id).await.ok()?;
            (!invite.peers().is_empty()).then_some(invite)
        })
        .await;
        let starts = folders[3..].iter().map(|folder| async {
            let node = Node::start(config(folder.path())).await.unwrap();
            let invite = invite.clone();
            node.network().add(Add::Invite { invite }).await.unwrap();
            version_is(&node.network(), &site, 1).await;
            node
        });
        let listeners: Vec<_> = stream::iter(starts).buffered(5).collect().await;
        let mut all = Vec::new();
        for node in &listeners {
            all.push(node.network().news().await.unwrap());
        }
        site.file("index.json", b"1");
        site.publish();
        let began = Instant::now();
        first.network().refresh(site.id).await.unwrap();
        for news in &mut all {
            news.next().await.unwrap();
        }
        let last = began.elapsed();
        assert!(last < Duration::from_secs(5), "the last one after {last:?}");
        join_all(listeners.into_iter().map(Node::shutdown)).await;
        between.shutdown().await;
        first.shutdown().await;
    });
}
