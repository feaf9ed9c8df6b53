//! A thousand forged messages a second for a minute, from fifty names, while a
//! version comes out each second.
//!
//! `cargo run --release -p store-node --example flood [SECONDS]`
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

#[path = "../tests/it/evil.rs"]
mod evil;
mod measure;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use evil::{Evil, nothing};
use kit::{config, host, run_for, version_is};
use measure::memory;
use site::Site;
use store_node::api::types::Add;
use store_node::node::Node;

fn main() {
    let seconds = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let seconds: u64 = seconds.unwrap_or(60).min(600);
    let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let mut site = Site::new(folders[0].path(), 10);
    site.file("index.json", b"0");
    site.publish();
    let twin = Site::new(folders[3].path(), 10);
    twin.publish();
    let limit = Duration::from_secs(seconds + 60);
    run_for(limit, async {
        let (first, invite) = host(&folders[1], &site).await;
        version_is(&first.network(), &site, 1).await;
        let node = Node::start(config(folders[2].path())).await.unwrap();
        let network = node.network();
        network.add(Add::Invite { invite }).await.unwrap();
        version_is(&network, &site, 1).await;
        let own = network.status().await.unwrap().peer_id;
        let invite = network.invite(site.id).await.unwrap();
        let to = invite
            .peers()
            .iter()
            .find(|peer| peer.ends_with(&own))
            .unwrap();
        let sybil = || Evil::start(to.parse().unwrap(), site.id, nothing);
        let mut sybils: Vec<Evil> = (0..50).map(|_| sybil()).collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (start, before) = (Instant::now(), memory());
        let (mut sent, mut said, mut names) = (0_u64, 0, 50);
        let (mut published, mut late) = (1, Vec::new());
        let mut most = before;
        while start.elapsed() < Duration::from_secs(seconds) {
            // Whoever was cut off comes back under another name.
            for place in &mut sybils {
                if !place.connected() {
                    said += place.said.load(Ordering::Relaxed);
                    *place = sybil();
                    names += 1;
                }
            }
            let due = u64::try_from(start.elapsed().as_millis()).unwrap();
            while sent < due {
                let mut bytes = twin.timestamp();
                bytes.extend(sent.to_string().bytes());
                sybils[usize::try_from(sent % 50).unwrap()].say(bytes).await;
                sent += 1;
            }
            if start.elapsed().as_secs() >= published {
                site.file("index.json", published.to_string().as_bytes());
                published = site.publish();
                first.network().refresh(site.id).await.unwrap();
                let out = Instant::now();
                version_is(&network, &site, published).await;
                late.push(out.elapsed());
            }
            most = most.max(memory());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        said += sybils
            .iter()
            .map(|one| one.said.load(Ordering::Relaxed))
            .sum::<u64>();
        late.sort();
        let status = network.status().await.unwrap();
        println!("{seconds} s, {sent} forged messages handed to {names} names, {said} went out");
        println!(
            "{} versions published, {} came through, p50 {:?}, last {:?}",
            published - 1,
            late.len(),
            late[late.len() / 2],
            late[late.len() - 1]
        );
        println!(
            "memory of all in this process {} kB before, at most {} kB",
            before / 1_024,
            most / 1_024
        );
        println!(
            "{} rejected, {} peers cut off, {} shut out now",
            status.messages.rejected, status.messages.cut_off, status.banned
        );
        node.shutdown().await;
        first.shutdown().await;
    });
}
