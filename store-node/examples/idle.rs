//! What a node costs while nothing happens: memory and processor time.
//!
//! `cargo run --release -p store-node --example idle [SECONDS]`
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

use std::time::Duration;

use kit::{big, run, version_is};
use measure::{memory, processor};
use site::Site;
use store_node::api::types::Add;
use store_node::node::{Node, NodeConfig};

fn main() {
    let seconds = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let seconds: u64 = seconds.unwrap_or(30).min(50);
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let mut site = Site::new(folders[0].path(), 10);
    site.file("index.json", b"{}");
    site.file("index/00.json", &big(1, 100_000));
    site.publish();
    let folder = site.folder.clone();
    run(async {
        println!("before                    {:>6} kB", memory() / 1_024);
        let config = NodeConfig {
            mdns: true,
            ..NodeConfig::local(folders[1].path())
        };
        let node = Node::start(config).await.unwrap();
        println!("node without a store      {:>6} kB", memory() / 1_024);
        let network = node.network();
        network.add(Add::Site { site: folder }).await.unwrap();
        version_is(&network, &site, 1).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        println!("node with a store         {:>6} kB", memory() / 1_024);
        let before = processor();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let spent = processor() - before;
        println!(
            "after {seconds} s idle           {:>6} kB",
            memory() / 1_024
        );
        let share = spent as f64 / (seconds as f64 * 10.0);
        println!("processor while idle      {spent:>6} ms, {share:.2} % of one");
        node.shutdown().await;
    });
}
