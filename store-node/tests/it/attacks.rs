//! Peers that lie, flood, stall and crowd. What is honest must come through,
//! nothing else may stay, and whoever does it is cut off.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileAnswer};
use harbour_core::tuf::time::Time;
use iroh_blobs::BlobsProtocol;
use iroh_blobs::store::mem::MemStore;
use libp2p::identity::Keypair;
use store_node::api::Network;
use store_node::api::types::{Add, ErrorCode, Source};
use store_node::node::{Node, NodeConfig};
use store_node::protocol::limits::Limits;
use store_node::tuf::now;
use tempfile::TempDir;

use crate::evil::{Evil, Lie, nothing};
use crate::kit::{big, config, host, run, start, until, version_is};
use crate::site::Site;

/// A hosting node, a node that follows it, and the site.
struct Pair {
    site: Site,
    host: Node,
    follower: Node,
    _folders: Vec<TempDir>,
}

async fn pair(fill: impl FnOnce(&mut Site)) -> Pair {
    let folders: Vec<TempDir> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let mut site = Site::new(folders[0].path(), 40);
    fill(&mut site);
    site.publish();
    let (host, invite) = host(&folders[1], &site).await;
    version_is(&host.network(), &site, 1).await;
    let follower = start(&folders[2]).await;
    let add = Add::Invite { invite };
    follower.network().add(add).await.unwrap();
    version_is(&follower.network(), &site, 1).await;
    Pair {
        site,
        host,
        follower,
        _folders: folders,
    }
}

impl Pair {
    async fn end(self) {
        self.follower.shutdown().await;
        self.host.shutdown().await;
    }
}

async fn address(network: &Network, site: &Site) -> libp2p::Multiaddr {
    let invite = network.invite(site.id).await.unwrap();
    let own = network.status().await.unwrap().peer_id;
    let peer = invite.peers().iter().find(|peer| peer.ends_with(&own));
    peer.unwrap().parse().unwrap()
}

async fn is_connected(network: &Network, evil: &Evil) -> bool {
    let peers = network.status().await.unwrap().peers;
    peers.iter().any(|peer| peer.id == evil.peer.to_string())
}

async fn wait_connected(network: &Network, evil: &Evil) {
    until("the connection", || async {
        is_connected(network, evil).await.then_some(())
    })
    .await;
}

fn forged(site: &Site, nth: u64) -> Vec<u8> {
    let mut bytes = site.timestamp();
    // A higher version that nobody signed; each one is another message.
    let text = String::from_utf8(bytes.clone()).unwrap();
    let changed = text.replace("\"version\":", &format!("\"version\":{}", 1_000 + nth));
    assert_ne!(changed, text);
    bytes = changed.into_bytes();
    bytes.extend(vec![b' '; usize::try_from(nth % 500).unwrap()]);
    bytes
}

#[test]
fn forged_old_expired_and_mixed_metadata_changes_nothing() {
    run(async {
        let mut pair = pair(|site| site.file("index.json", b"1")).await;
        let network = pair.follower.network();
        let to = address(&network, &pair.site).await;
        let first = pair.site.timestamp();
        pair.site.file("index.json", b"2");
        assert_eq!(pair.site.publish(), 2);
        pair.host.network().refresh(pair.site.id).await.unwrap();
        version_is(&network, &pair.site, 2).await;
        let name = pair.site.name("index.json");
        let fetch = network.fetch(pair.site.id, Area::Target, &name, 100);
        assert_eq!(fetch.await.unwrap().unwrap().bytes, "2");

        // Rolled back: it is genuine, and ignored.
        let evil = Evil::start(to.clone(), pair.site.id, nothing);
        wait_connected(&network, &evil).await;
        let before = network.status().await.unwrap().messages;
        // One space more: no copy of what gossip brought already.
        evil.say([&first[..], b" "].concat()).await;
        // Frozen: a genuine one that expired long ago.
        let late = tempfile::tempdir().unwrap();
        let mut stale = Site::new(late.path(), 40);
        assert_eq!(stale.id, pair.site.id, "the same keys");
        for _ in 0..3 {
            stale.file("index.json", b"old");
            stale.publish_until(Time::from_unix(now().unix() - 86_400));
        }
        evil.say(stale.timestamp()).await;
        until("two verdicts", || async {
            let now = network.status().await.unwrap().messages;
            let ignored = now.ignored > before.ignored;
            (ignored && now.rejected > before.rejected).then_some(())
        })
        .await;
        assert!(
            is_connected(&network, &evil).await,
            "one mistake is forgiven"
        );
        drop(evil);

        // Mixed: a genuine timestamp of the store, with files of another state.
        let other = tempfile::tempdir().unwrap();
        let twin = Site::new(other.path(), 40);
        for _ in 0..9 {
            twin.publish();
        }
        let wrong = std::fs::read(pair.site.folder.join("metadata/2.snapshot.json")).unwrap();
        let mixed = twin.timestamp();
        let evil = Evil::start(to.clone(), pair.site.id, move |_| {
            Lie::Answer(FileAnswer::Inline(wrong.clone()))
        });
        wait_connected(&network, &evil).await;
        evil.say(mixed).await;
        until("a stale store", || async {
            let store = network.stores().await.unwrap().remove(0);
            store.message
        })
        .await;
        let fetch = network.fetch(pair.site.id, Area::Metadata, "9.snapshot.json", 1 << 20);
        assert_eq!(fetch.await.unwrap(), None, "nothing of it was kept");
        let fetch = network.fetch(pair.site.id, Area::Target, &name, 100);
        assert_eq!(
            fetch.await.unwrap().unwrap().bytes,
            "2",
            "what was verified works"
        );
        drop(evil);

        // Forged, again and again: cut off at the fourth.
        let evil = Evil::start(to, pair.site.id, nothing);
        wait_connected(&network, &evil).await;
        for nth in 0..6 {
            evil.say(forged(&stale, nth)).await;
        }
        until("the end of it", || async {
            (!is_connected(&network, &evil).await).then_some(())
        })
        .await;
        let status = network.status().await.unwrap();
        assert!(status.messages.cut_off >= 1, "{status:?}");
        pair.end().await;
    });
}

#[test]
fn wrong_bytes_large_answers_and_silence_do_not_keep_the_right_ones_away() {
    run(async {
        let large = big(3, 200_000);
        let pair = pair(|site| {
            for nth in 0..10 {
                site.file(&format!("{nth}.json"), format!("right {nth}").as_bytes());
            }
            site.file("large.bin", &large);
        })
        .await;
        let network = pair.follower.network();
        let to = address(&network, &pair.site).await;
        // They look like the best of peers: they have the newest version.
        let newest = pair.site.timestamp();
        let mut evils: Vec<Evil> = (0..4)
            .map(|kind| {
                let newest = newest.clone();
                Evil::start(to.clone(), pair.site.id, move |file| {
                    if file.name == "timestamp.json" {
                        return Lie::Answer(FileAnswer::Inline(newest.clone()));
                    }
                    match kind {
                        0 => Lie::Answer(FileAnswer::Inline(b"small and wrong".to_vec())),
                        1 => Lie::Bytes(vec![2; 1 << 20]),
                        2 => Lie::Bytes(vec![9; 10]),
                        _ => Lie::Silence,
                    }
                })
            })
            .collect();
        for evil in &evils {
            wait_connected(&network, evil).await;
        }
        let files = (0..5).map(|nth| (format!("{nth}.json"), format!("right {nth}")));
        let mut files: Vec<(String, Vec<u8>)> =
            files.map(|(name, text)| (name, text.into())).collect();
        files.push(("large.bin".to_owned(), large));
        for (path, bytes) in files {
            let started = Instant::now();
            let name = pair.site.name(&path);
            let fetch = network.fetch(pair.site.id, Area::Target, &name, 1 << 20);
            assert_eq!(fetch.await.unwrap().unwrap().bytes, bytes, "{path}");
            let took = started.elapsed();
            assert!(took < Duration::from_secs(4), "{path}: {took:?}");
        }
        // Without the honest one the liars are all that is left: each file is
        // soon given up, and each lie counts.
        drop(evils.pop());
        pair.host.shutdown().await;
        for nth in 5..10 {
            let name = pair.site.name(&format!("{nth}.json"));
            let started = Instant::now();
            let fetch = network.fetch(pair.site.id, Area::Target, &name, 100);
            let error = fetch.await.unwrap_err();
            assert_eq!(error.code, ErrorCode::Unreachable, "{error}");
            assert!(started.elapsed() < Duration::from_secs(4));
        }
        until("those who lied to be gone", || async {
            let mut there = 0;
            for evil in &evils {
                there += usize::from(is_connected(&network, evil).await);
            }
            (there == 0).then_some(())
        })
        .await;
        pair.follower.shutdown().await;
    });
}

#[test]
fn a_blob_that_is_what_was_promised_but_not_what_was_signed_is_thrown_away() {
    run(async {
        let large = big(5, 150_000);
        let mut pair = pair(|site| site.file("large.bin", &large)).await;
        let network = pair.follower.network();
        // Only the liar has it: the honest host is gone.
        let to = address(&network, &pair.site).await;
        pair.host.shutdown().await;
        let secret = [77; 32];
        let mut copy = secret;
        let key = Keypair::ed25519_from_bytes(&mut copy).unwrap();
        let store = MemStore::new();
        let mut wrong = large.clone();
        wrong[100_000] ^= 1;
        let tag = store.add_slice(&wrong).await.unwrap();
        let endpoint = iroh::Endpoint::builder(iroh::endpoint::presets::Minimal)
            .secret_key(iroh::SecretKey::from_bytes(&secret))
            .relay_mode(iroh::RelayMode::Disabled)
            .clear_ip_transports()
            .bind_addr("127.0.0.1:0")
            .unwrap()
            .bind()
            .await
            .unwrap();
        let port = endpoint.bound_sockets()[0].port();
        let router = iroh::protocol::Router::builder(endpoint)
            .accept(iroh_blobs::ALPN, BlobsProtocol::new(&store, None))
            .spawn();
        let blake3 = *tag.hash.as_bytes();
        let asked = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let count = std::sync::Arc::clone(&asked);
        let evil = Evil::with_key(key, to, pair.site.id, move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Lie::Answer(FileAnswer::Blob {
                blake3,
                length: 150_000,
                port,
            })
        });
        wait_connected(&network, &evil).await;
        let name = pair.site.name("large.bin");
        let fetch = async || {
            network
                .fetch(pair.site.id, Area::Target, &name, 1 << 20)
                .await
        };
        let before = network.status().await.unwrap().disk;
        let error = until("an attempt at the liar", || async {
            let error = fetch().await.unwrap_err();
            (asked.load(Ordering::Relaxed) > 1).then_some(error)
        })
        .await;
        assert_eq!(error.code, ErrorCode::Unreachable, "{error}");
        assert_eq!(
            network.status().await.unwrap().disk,
            before,
            "nothing was kept"
        );
        // Three wrong files are enough.
        for _ in 0..3 {
            if is_connected(&network, &evil).await {
                let _ = fetch().await.unwrap_err();
            }
        }
        until("the liar to be gone", || async {
            (!is_connected(&network, &evil).await).then_some(())
        })
        .await;
        drop(evil);
        router.shutdown().await.unwrap();

        // The honest one comes back, and the right bytes with it.
        let again = tempfile::tempdir().unwrap();
        let (back, _) = host(&again, &pair.site).await;
        let to = back.network().invite(pair.site.id).await.unwrap();
        network.add(Add::Invite { invite: to }).await.unwrap();
        let right = until("the right bytes", || async { fetch().await.ok().flatten() }).await;
        assert_eq!(right.bytes, large);
        pair.host = back;
        pair.end().await;
    });
}

#[test]
fn fifty_names_of_one_address_take_neither_all_places_nor_the_news() {
    run(async {
        let mut pair = pair(|site| site.file("index.json", b"1")).await;
        let network = pair.follower.network();
        let to = address(&network, &pair.site).await;
        let newest = pair.site.timestamp();
        // They behave, but for having nothing: each says that it is up to date.
        let sybils: Vec<Evil> = (0..50)
            .map(|_| {
                let newest = newest.clone();
                Evil::start(to.clone(), pair.site.id, move |file| {
                    Lie::Answer(match file.name.as_str() {
                        "timestamp.json" => FileAnswer::Inline(newest.clone()),
                        _ => FileAnswer::Missing,
                    })
                })
            })
            .collect();
        until("all that fit", || async {
            let all = sybils.iter().all(|one| one.connected() || one.gone());
            (all && network.status().await.unwrap().peers.len() >= 20).then_some(())
        })
        .await;
        let peers = network.status().await.unwrap().peers;
        let most = usize::try_from(Limits::default().per_address).unwrap();
        assert!(peers.len() <= most + 1, "{} peers", peers.len());
        let honest = pair.host.network().status().await.unwrap().peer_id;
        assert!(
            peers.iter().any(|peer| peer.id == honest),
            "it was there before"
        );

        // Somebody of another address comes, learns, and hears the news.
        let folder = tempfile::tempdir().unwrap();
        let mut elsewhere = config(folder.path());
        elsewhere.listen = vec!["/ip4/127.0.0.2/tcp/0".parse().unwrap()];
        elsewhere.blobs = vec!["127.0.0.2:0".parse().unwrap()];
        let third = Node::start(elsewhere).await.unwrap();
        let invite = network.invite(pair.site.id).await.unwrap();
        third.network().add(Add::Invite { invite }).await.unwrap();
        version_is(&third.network(), &pair.site, 1).await;
        for version in 2..5 {
            pair.site.file("index.json", version.to_string().as_bytes());
            pair.site.publish();
            pair.host.network().refresh(pair.site.id).await.unwrap();
            let started = Instant::now();
            for node in [&network, &third.network()] {
                version_is(node, &pair.site, version).await;
                let name = pair.site.name("index.json");
                let fetch = node.fetch(pair.site.id, Area::Target, &name, 100);
                assert_eq!(fetch.await.unwrap().unwrap().bytes, version.to_string());
            }
            let took = started.elapsed();
            assert!(took < Duration::from_secs(2), "version {version}: {took:?}");
        }
        third.shutdown().await;
        pair.end().await;
    });
}

#[test]
fn the_disk_quota_holds_and_pinned_stores_stay() {
    run(async {
        let folders: Vec<TempDir> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
        let mut greedy = Site::new(folders[0].path(), 60);
        for nth in 0..8 {
            greedy.file(&format!("{nth}.bin"), &big(nth, 100_000));
        }
        greedy.publish();
        let mut dear = Site::new(folders[1].path(), 80);
        dear.file("dear.bin", &big(200, 150_000));
        dear.publish();
        let (first, greedy_invite) = host(&folders[2], &greedy).await;
        let site = dear.folder.clone();
        first.network().add(Add::Site { site }).await.unwrap();
        version_is(&first.network(), &dear, 1).await;
        version_is(&first.network(), &greedy, 1).await;
        until("a complete copy", || async {
            let stores = first.network().stores().await.unwrap();
            (stores.iter().map(|store| store.files).sum::<usize>() >= 17).then_some(())
        })
        .await;
        let mut small = config(folders[3].path());
        small.limits.disk = 500_000;
        let node = Node::start(NodeConfig { ..small }).await.unwrap();
        let network = node.network();
        let dear_invite = first.network().invite(dear.id).await.unwrap();
        for invite in [greedy_invite, dear_invite] {
            network.add(Add::Invite { invite }).await.unwrap();
        }
        network.pin(dear.id, true).await.unwrap();
        version_is(&network, &greedy, 1).await;
        let has_dear = async || {
            let store = network.stores().await.unwrap();
            let store = store.into_iter().find(|store| store.id == dear.id).unwrap();
            (store.disk > 150_000).then_some(())
        };
        until("the pinned copy", has_dear).await;
        for nth in 0..8 {
            let name = greedy.name(&format!("{nth}.bin"));
            let fetched = network.fetch(greedy.id, Area::Target, &name, 1 << 20).await;
            assert_eq!(fetched.unwrap().unwrap().bytes.len(), 100_000);
            let disk = network.status().await.unwrap().disk;
            assert!(disk <= 500_000, "{disk} bytes");
        }
        assert!(
            has_dear().await.is_some(),
            "what is pinned is never dropped"
        );
        // The last one is still here, the first one is fetched anew.
        let source = async |nth: u8| {
            let name = greedy.name(&format!("{nth}.bin"));
            let fetched = network.fetch(greedy.id, Area::Target, &name, 1 << 20).await;
            fetched.unwrap().unwrap().source
        };
        assert_eq!(source(7).await, Source::Disk);
        assert_eq!(source(0).await, Source::Lan);
        // A pinned store that does not fit is told so, and takes nothing away.
        network.pin(greedy.id, true).await.unwrap();
        network.refresh(greedy.id).await.ok();
        until("the collection of what is not needed", || async {
            let on_disk = size_of(&folders[3].path().join("blobs"));
            (on_disk < 900_000).then_some(())
        })
        .await;
        assert!(network.status().await.unwrap().disk <= 500_000);
        assert!(has_dear().await.is_some());
        node.shutdown().await;
        first.shutdown().await;
        let _: StoreId = dear.id;
    });
}

fn size_of(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size_of(&entry.path()),
            Ok(meta) if entry.path().extension().is_some_and(|end| end == "data") => meta.len(),
            _ => 0,
        })
        .sum()
}
