//! Fifty nodes on loopback: time from the moment the first one has a version
//! until each has verified the announcement, and until each has its metadata too.
//!
//! `cargo run --release -p store-node --example gossip [NODES]`
#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints, and shares its kit with tests"
)]

#[path = "../tests/it/kit.rs"]
mod kit;
#[path = "../tests/it/site.rs"]
mod site;

mod measure;

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use kit::{host, run_for, until};
use measure::{Heard, memory};
use site::Site;
use store_node::api::types::Add;
use store_node::node::{Node, NodeConfig};

const ROUNDS: usize = 10;

fn main() {
    let nodes = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let nodes: usize = nodes.unwrap_or(50).min(200);
    let folders: Vec<_> = (0..nodes + 1)
        .map(|_| tempfile::tempdir().unwrap())
        .collect();
    let announced = Heard::listen();
    run_for(Duration::from_secs(200), async {
        let before = memory();
        let mut site = Site::new(folders[nodes].path(), 10);
        site.file("index.json", b"0");
        site.publish();
        let (first, invite) = host(&folders[0], &site).await;
        let mut all = vec![first];
        let mut invites = vec![invite];
        for (nth, folder) in folders[1..nodes].iter().enumerate() {
            let mut config = NodeConfig::local(folder.path());
            // They all have one address.
            config.limits.per_address = 400;
            let node = Node::start(config).await.unwrap();
            // Each knows a few that came before it, most of them not the first.
            let known = invites[(nth * 7_919) % invites.len()].clone();
            let also = invites[(nth * 104_729) % invites.len()].clone();
            for invite in [known, also] {
                node.network().add(Add::Invite { invite }).await.unwrap();
            }
            invites.push(
                until("an address", || async {
                    let invite = node.network().invite(site.id).await.ok()?;
                    (!invite.peers().is_empty()).then_some(invite)
                })
                .await,
            );
            all.push(node);
        }
        for node in &all {
            kit::version_is(&node.network(), &site, 1).await;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        let each = memory().saturating_sub(before) / u64::try_from(nodes).unwrap();
        println!("{nodes} nodes in one process, {} kB each", each / 1_024);
        let (mut times, mut lasts, mut gossip) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            site.file("index.json", round.to_string().as_bytes());
            site.publish();
            let mut news = Vec::new();
            for node in &all {
                news.push(node.network().news().await.unwrap());
            }
            let hearing: Vec<_> = news
                .into_iter()
                .map(|mut news| {
                    tokio::spawn(async move {
                        news.next().await.unwrap();
                        Instant::now()
                    })
                })
                .collect();
            announced.take();
            all[0].network().refresh(site.id).await.unwrap();
            let out = Instant::now();
            let mut heard = Vec::new();
            for (nth, one) in hearing.into_iter().enumerate() {
                let in_time = tokio::time::timeout(Duration::from_secs(30), one).await;
                let Ok(at) = in_time else {
                    let stands = all[nth].network().stores().await.unwrap();
                    panic!("round {round}: node {nth} has not heard: {stands:?}");
                };
                heard.push(at.unwrap());
            }
            let since = |at: &Instant| at.saturating_duration_since(out);
            gossip.extend(announced.take().iter().map(since));
            let start = heard[0];
            let mut late: Vec<Duration> = heard[1..]
                .iter()
                .map(|at| at.saturating_duration_since(start))
                .collect();
            late.sort();
            lasts.push(late[late.len() - 1]);
            times.extend(late);
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        gossip.sort();
        let at = |part: usize| gossip[(gossip.len() - 1) * part / 100].as_millis();
        println!(
            "announcement verified by {} of {} nodes: p50 {} ms, p95 {} ms, p99 {} ms",
            gossip.len() / ROUNDS,
            nodes - 1,
            at(50),
            at(95),
            at(99)
        );
        times.sort();
        lasts.sort();
        let at = |part: usize| times[(times.len() - 1) * part / 100].as_millis();
        println!(
            "metadata fetched and verified: p50 {} ms, p95 {} ms, p99 {} ms; last node p50 {} ms",
            at(50),
            at(95),
            at(99),
            lasts[lasts.len() / 2].as_millis()
        );
        for node in all {
            node.shutdown().await;
        }
    });
}
