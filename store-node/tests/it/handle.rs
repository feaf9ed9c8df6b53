//! The handle, embedded and over the socket: the same questions, the same answers.

use std::os::unix::fs::PermissionsExt as _;

use futures_util::StreamExt as _;
use harbour_core::image_ref::ImageRef;
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::Area;
use store_node::api::types::{Add, ErrorCode, Source, StoreState};
use store_node::api::{Network, Server, SocketAccess};

use crate::kit::{host, run, start, until, version_is};
use crate::site::Site;

/// What holds for a handle, whichever way it goes.
async fn suite(network: &Network, site: &mut Site, invite: &str) {
    let unknown = StoreId::from_bytes([0; 32]);
    for error in [
        network.remove(unknown).await.unwrap_err(),
        network.pin(unknown, true).await.unwrap_err(),
        network.refresh(unknown).await.unwrap_err(),
        network.invite(unknown).await.map(drop).unwrap_err(),
        network
            .fetch(unknown, Area::Target, "a", 1)
            .await
            .map(drop)
            .unwrap_err(),
    ] {
        assert_eq!(error.code, ErrorCode::UnknownStore, "{error}");
        assert!(error.message.contains("0000000000"), "{error}");
    }
    assert_eq!(network.stores().await.unwrap(), []);
    assert!(!network.status().await.unwrap().running);
    let wrong = Add::Root {
        root: "{}".to_owned(),
        origins: vec![],
        peers: vec![],
    };
    assert_eq!(
        network.add(wrong).await.unwrap_err().code,
        ErrorCode::Refused
    );
    let no_site = Add::Site {
        site: "/nowhere".into(),
    };
    assert_eq!(
        network.add(no_site).await.unwrap_err().code,
        ErrorCode::Invalid
    );

    let mut news = network.news().await.unwrap();
    let add = Add::Invite {
        invite: invite.parse().unwrap(),
    };
    assert_eq!(network.add(add).await.unwrap(), site.id);
    let first = news.next().await.unwrap();
    assert_eq!((first.store, first.version), (site.id, 1));
    let store = network.stores().await.unwrap().remove(0);
    assert_eq!((store.id, store.state), (site.id, StoreState::Ready));
    assert_eq!((store.version, store.root_version), (Some(1), 1));
    let status = network.status().await.unwrap();
    assert!(status.running && status.peers.len() == 1);

    // Names that an address and a query have to survive.
    for path in ["index.json", "odd/ü b+c&d=e%20f.txt"] {
        let name = harbour_core::tuf::name::url_path(&site.name(path));
        let fetched = network.fetch(site.id, Area::Target, &name, 1_000).await;
        let fetched = fetched.unwrap().expect(path);
        assert_eq!(
            (&fetched.bytes[..], fetched.source),
            (&b"content"[..], Source::Lan)
        );
        let again = network.fetch(site.id, Area::Target, &name, 1_000).await;
        assert_eq!(again.unwrap().unwrap().source, Source::Disk);
        let error = network
            .fetch(site.id, Area::Target, &name, 2)
            .await
            .unwrap_err();
        assert_eq!(error.code, ErrorCode::TooLarge);
    }
    let none = network
        .fetch(site.id, Area::Metadata, "7.root.json", 1_000)
        .await;
    assert_eq!(none.unwrap(), None);
    let error = network
        .fetch(site.id, Area::Target, "../secret", 1_000)
        .await;
    assert_eq!(error.unwrap_err().code, ErrorCode::Invalid);

    network.pin(site.id, true).await.unwrap();
    until("a complete copy", || async {
        let store = network.stores().await.unwrap().remove(0);
        // root, timestamp, snapshot, targets, an app's role, and four targets
        (store.pinned && store.files == 9).then_some(())
    })
    .await;
    let invited = network.invite(site.id).await.unwrap();
    assert_eq!(invited.store(), site.id);
    let own = network.status().await.unwrap().peer_id;
    assert!(invited.peers().iter().any(|peer| peer.ends_with(&own)));

    let image: ImageRef = "127.0.0.1:1/nothing:latest".parse().unwrap();
    let error = network.tags(&image).await.unwrap_err();
    assert!(
        matches!(error, registry::RegistryError::Unreachable { .. }),
        "{error}"
    );

    network.remove(site.id).await.unwrap();
    assert_eq!(network.stores().await.unwrap(), []);
    let status = network.status().await.unwrap();
    assert_eq!((status.disk, status.running), (0, false));
}

fn filled(site: &mut Site) {
    site.file("index.json", b"content");
    site.file("odd/ü b+c&d=e%20f.txt", b"content");
    site.file("large.bin", &crate::kit::big(9, 90_000));
    site.app("immich", 1, b"slug: immich\n");
    site.publish();
}

#[test]
fn embedded_and_over_a_socket_it_is_the_same() {
    run(async {
        for over_socket in [false, true] {
            let [at, one, two] = [(); 3].map(|()| tempfile::tempdir().unwrap());
            let mut site = Site::new(at.path(), 20);
            filled(&mut site);
            let (first, invite) = host(&one, &site).await;
            version_is(&first.network(), &site, 1).await;
            let node = start(&two).await;
            let path = two.path().join("node.sock");
            let server = Server::start(node.network(), &path, SocketAccess::Owner).unwrap();
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            let taken = Server::start(node.network(), &path, SocketAccess::Owner);
            assert!(taken.unwrap_err().to_string().contains("another node"));
            let network = match over_socket {
                false => node.network(),
                true => Network::socket(&path),
            };
            suite(&network, &mut site, &invite.to_string()).await;
            server.stop().await;
            assert!(!path.exists());
            let gone = Network::socket(&path).status().await.unwrap_err();
            assert_eq!(gone.code, ErrorCode::NoNode);
            node.shutdown().await;
            first.shutdown().await;
        }
    });
}

#[test]
fn an_origin_alone_is_enough() {
    run(async {
        let [at, one] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let mut site = Site::new(at.path(), 30);
        filled(&mut site);
        let server = crate::drill::FileServer::start(&site.folder);
        let node = start(&one).await;
        let network = node.network();
        let wrong = Add::Origin {
            origin: server.base.clone(),
            store: StoreId::from_bytes([1; 32]),
        };
        let error = network.add(wrong).await.unwrap_err();
        assert!(error.message.contains("not the first root"), "{error}");
        let add = Add::Origin {
            origin: server.base.clone(),
            store: site.id,
        };
        network.add(add).await.unwrap();
        version_is(&network, &site, 1).await;
        let name = site.name("large.bin");
        let fetched = network.fetch(site.id, Area::Target, &name, 100_000).await;
        assert_eq!(fetched.unwrap().unwrap().source, Source::Origin);
        site.file("index.json", b"other");
        site.publish();
        network.refresh(site.id).await.unwrap();
        version_is(&network, &site, 2).await;
        drop(server);
        let error = network.refresh(site.id).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Unreachable, "{error}");
        let store = network.stores().await.unwrap().remove(0);
        assert_eq!((store.state, store.version), (StoreState::Stale, Some(2)));
        let name = site.name("large.bin");
        let fetched = network.fetch(site.id, Area::Target, &name, 100_000).await;
        assert_eq!(
            fetched.unwrap().unwrap().source,
            Source::Disk,
            "what is here works"
        );
        node.shutdown().await;
    });
}
