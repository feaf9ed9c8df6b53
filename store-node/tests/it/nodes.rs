//! Nodes on loopback, in this process: what one has the other learns, fetches,
//! verifies and keeps.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use harbour_core::store::wire::Area;
use store_node::api::types::{Add, ErrorCode, News, Source, StoreState};

use crate::kit::{big, host, run, start, version_is};
use crate::site::Site;

#[test]
fn a_second_node_learns_by_gossip_and_fetches_without_an_origin() {
    run(async {
        let [at, one, two] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let mut site = Site::new(at.path(), 10);
        let large = big(1, 300_000);
        site.file("index.json", b"{\"first\":true}");
        site.file("index/00.json", &large);
        site.app("immich", 1, b"slug: immich\n");
        site.publish();
        let (first, invite) = host(&one, &site).await;
        version_is(&first.network(), &site, 1).await;

        let second = start(&two).await;
        let network = second.network();
        assert!(
            !network.status().await.unwrap().running,
            "no store, no swarm"
        );
        let mut news = network.news().await.unwrap();
        assert_eq!(network.add(Add::Invite { invite }).await.unwrap(), site.id);
        assert_eq!(
            news.next().await,
            Some(News {
                store: site.id,
                version: 1
            })
        );
        let id = site.id;
        let fetch = async |area, name: &str| {
            let fetched = network.fetch(id, area, name, 10_000_000).await;
            fetched
                .unwrap()
                .map(|fetched| (fetched.bytes, fetched.source))
        };
        let timestamp = fetch(Area::Metadata, "timestamp.json").await.unwrap();
        assert_eq!(
            (&timestamp.0[..], timestamp.1),
            (&site.timestamp()[..], Source::Disk)
        );
        for name in [
            "1.root.json",
            "1.snapshot.json",
            "1.targets.json",
            "1.app-immich.json",
        ] {
            let there = std::fs::read(site.folder.join("metadata").join(name)).unwrap();
            let (bytes, _) = fetch(Area::Metadata, name).await.expect(name);
            assert_eq!(bytes, there, "{name}");
        }
        for name in [
            "2.root.json",
            "2.snapshot.json",
            "1.app-nothing.json",
            "mirrors.json",
        ] {
            assert_eq!(fetch(Area::Metadata, name).await, None, "{name}");
        }
        let small = fetch(Area::Target, &site.name("index.json")).await.unwrap();
        assert_eq!(
            (&small.0[..], small.1),
            (&b"{\"first\":true}"[..], Source::Lan)
        );
        let blob = fetch(Area::Target, &site.name("index/00.json"))
            .await
            .unwrap();
        assert_eq!((&blob.0[..], blob.1), (&large[..], Source::Lan), "by iroh");
        let again = fetch(Area::Target, &site.name("index/00.json"))
            .await
            .unwrap();
        assert_eq!((&again.0[..], again.1), (&large[..], Source::Disk));
        let app = fetch(Area::Target, &site.name("apps/immich/app.yaml")).await;
        assert_eq!(app.unwrap().0, &b"slug: immich\n"[..]);
        assert_eq!(fetch(Area::Target, "00.index.json").await, None);
        let name = site.name("index/00.json");
        let small = network.fetch(site.id, Area::Target, &name, 10).await;
        assert_eq!(small.unwrap_err().code, ErrorCode::TooLarge);

        // A new version: the folder is watched, gossip tells the other node.
        site.file("index.json", b"{\"first\":false}");
        site.publish();
        let started = Instant::now();
        first.network().refresh(site.id).await.unwrap();
        assert_eq!(news.next().await.unwrap().version, 2);
        assert!(
            started.elapsed() < Duration::from_secs(1),
            "{:?}",
            started.elapsed()
        );
        let status = network.stores().await.unwrap();
        assert_eq!(status[0].state, StoreState::Ready);
        assert_eq!(status[0].bytes.origin, 0);
        assert_eq!(status[0].peers, 1);
        let delta = fetch(Area::Metadata, "deltas/1-2.targets.json.zst").await;
        assert!(
            delta.is_some(),
            "the change came, or was made, and is passed on"
        );
        let peers = network.status().await.unwrap().peers;
        assert!(
            peers[0].near && peers[0].stores[&site.id] == Some(2),
            "{peers:?}"
        );
        assert!(peers[0].bytes_in > 300_000);
        second.shutdown().await;
        first.shutdown().await;
    });
}
