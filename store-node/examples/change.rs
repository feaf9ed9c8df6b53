//! What one changed app of ten thousand costs a node that is up to date.
//!
//! `cargo run --release -p store-node --example change [APPS]`
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

use std::time::Instant;

use kit::{host, run, start, version_is};
use site::Site;
use store_node::api::types::Add;

fn main() {
    let apps = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let apps: u64 = apps.unwrap_or(10_000).min(12_000);
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let mut site = Site::new(folders[0].path(), 10);
    for nth in 0..apps {
        site.app(
            &format!("app-{nth}"),
            1,
            format!("slug: app-{nth}\n").as_bytes(),
        );
    }
    site.publish();
    run(async {
        let node = start(&folders[2]).await;
        let network = node.network();
        // The host keeps a copy of all in the background; that is not measured.
        let (first, invite) = host(&folders[1], &site).await;
        version_is(&first.network(), &site, 1).await;
        first.network().pin(site.id, false).await.unwrap();
        let started = Instant::now();
        network.add(Add::Invite { invite }).await.unwrap();
        version_is(&network, &site, 1).await;
        let came = async || {
            let bytes = network.status().await.unwrap().bytes;
            bytes.lan + bytes.peer + bytes.origin
        };
        let whole = came().await;
        println!(
            "{apps} apps: first copy of the metadata {whole} bytes, {:?}",
            started.elapsed()
        );
        for version in 2..5 {
            site.app(
                "app-77",
                version,
                format!("version: {version}\n").as_bytes(),
            );
            site.publish();
            let (before, started) = (came().await, Instant::now());
            first.network().refresh(site.id).await.unwrap();
            version_is(&network, &site, version).await;
            let change = came().await - before;
            println!("one app changed: {change} bytes, {:?}", started.elapsed());
        }
        node.shutdown().await;
        first.shutdown().await;
    });
}
