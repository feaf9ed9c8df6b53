//! The store without any web server: everything comes from other nodes. The same
//! tests run with the node in the agent's process and behind a socket.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use harbour_core::store::id::StoreId;
use serde_json::{Value, json};
use store_node::api::Server;
use testkit::store::{Store, Validity};
use testkit::{LOCAL_NODE, Peer, wait};

use crate::create::free_port;
use crate::world::{Harbour, SOON, World, harbour_with};

/// From a node's news to a page that shows it.
const GOSSIP: Duration = Duration::from_secs(1);

/// An agent and its node, wherever that runs.
struct Side {
    harbour: Harbour,
    /// Its node, when it runs in a process of its own.
    own: Option<(Peer, Server)>,
}

impl Side {
    async fn embedded(world: &World) -> Self {
        Self {
            harbour: harbour_with(world.engine.socket(), LOCAL_NODE).await,
            own: None,
        }
    }

    async fn separate(world: &World, folder: &Path) -> Self {
        let socket = folder.join("node.sock");
        let peer = Peer::start(&folder.join("own")).await.unwrap();
        let server = peer.serve(&socket).unwrap();
        let settings = format!("[network]\nsocket = {socket:?}\n");
        Self {
            harbour: harbour_with(world.engine.socket(), &settings).await,
            own: Some((peer, server)),
        }
    }

    async fn end(self) {
        drop(self.harbour);
        if let Some((peer, server)) = self.own {
            server.stop().await;
            peer.stop().await;
        }
    }

    async fn index(&self) -> Value {
        self.harbour.api.get("/api/store/index").await.ok(200)
    }
}

/// A store that one node hosts; it has no web server.
struct Hosted {
    store: Store,
    id: StoreId,
    peer: Peer,
    dir: tempfile::TempDir,
}

impl Hosted {
    async fn new(world: &World) -> Self {
        let digest = world.runnable().await;
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::found(&dir.path().join("store"), "Test shop").unwrap();
        let registry = world.registry.address();
        store.runnable(&registry, &digest).unwrap();
        store.publish(Validity::default()).unwrap();
        let peer = Peer::hosting(&dir.path().join("peer"), &store.site()).await;
        Self {
            id: store.id().unwrap(),
            store,
            peer: peer.unwrap(),
            dir,
        }
    }
}

pub async fn news_come_by_gossip_to_a_node_in_the_agent(world: &World) {
    let hosted = Hosted::new(world).await;
    let side = Side::embedded(world).await;
    news_come_by_gossip(world, hosted, side).await;
}

pub async fn news_come_by_gossip_to_a_node_behind_a_socket(world: &World) {
    let hosted = Hosted::new(world).await;
    let side = Side::separate(world, hosted.dir.path()).await;
    news_come_by_gossip(world, hosted, side).await;
}

async fn news_come_by_gossip(world: &World, mut hosted: Hosted, side: Side) {
    let api = &side.harbour.api;
    let invite = hosted.peer.invite(hosted.id).await.unwrap();
    assert!(invite.origins().is_empty());
    let body = json!({"invite": invite.to_string()});
    let added = api.post("/api/store/stores", &body).await.ok(201);
    assert_eq!(
        (&added["state"], &added["apps"]),
        (&json!("ready"), &json!(2)),
        "{added}"
    );

    // A new version: the host sees it in its folder and tells.
    let mut news = hosted.peer.network().news().await.unwrap();
    let text = testkit::store::web().replace("name: A page", "name: Newer page");
    let registry = world.registry.address();
    let text = testkit::store::at_registry(&text, &registry);
    let digest = world.runnable().await;
    hosted.store.app(&text, |_| digest.clone()).unwrap();
    hosted.store.publish(Validity::default()).unwrap();
    let told = tokio::time::timeout(SOON, news.next()).await.unwrap();
    let began = Instant::now();
    assert_eq!(told.unwrap().version, 2);
    wait::until_true(SOON, "the new name of the app", || async {
        let found = api.get("/api/store/index?q=newer").await.ok(200);
        found["total"] == 1
    })
    .await
    .unwrap();
    let took = began.elapsed();
    assert!(took < GOSSIP, "the new version took {took:?}");

    // What came is known by its source.
    let status = api.get("/api/store/status").await.ok(200);
    let bytes = &status["bytes"];
    let from_peers = bytes["lan"].as_u64().unwrap() + bytes["peer"].as_u64().unwrap();
    assert!(from_peers > 1000, "{status}");
    assert_eq!(bytes["origin"], 0, "{status}");
    let id = hosted.peer.network().status().await.unwrap().peer_id;
    let peer = &status["peers"][0];
    assert_eq!(peer["id"], json!(id), "{status}");
    assert_eq!(peer["stores"][0]["store"], json!(hosted.id.to_string()));
    let mode = match side.own {
        Some(_) => "separate",
        None => "embedded",
    };
    assert_eq!(status["node"]["mode"], json!(mode));

    // A complete copy is kept, and the one who had it goes away.
    let store = format!("/api/store/stores/{}", hosted.id);
    api.put(&format!("{store}/pin"), &json!({"pinned": true}))
        .await
        .ok(200);
    let before = AtomicU64::new(0);
    wait::until_true(SOON, "the copy to be complete", || async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let stores = api.get("/api/store/stores").await.ok(200);
        let now = stores[0]["files"].as_u64().unwrap();
        before.swap(now, Ordering::Relaxed) == now
    })
    .await
    .unwrap();
    hosted.peer.stop().await;

    // An app is installed from what is here.
    let name = world.name("gossip");
    let body = json!({"store": hosted.id.to_string(), "slug": "web",
        "answers": {"name": name, "ports": {"web:80/tcp": {"host": free_port()}}}});
    let begun = api.post("/api/store/install", &body).await.ok(202);
    let operation = begun["operationId"].as_str().unwrap();
    let ended = api.ended(operation).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let path = format!(
        "/api/store/installs/{}/uninstall",
        begun["install"].as_str().unwrap()
    );
    let begun = api.post(&path, &json!({"deleteData": true})).await.ok(202);
    let operation = begun["operationId"].as_str().unwrap();
    assert_eq!(api.ended(operation).await["state"], "succeeded");

    // And somebody else has the store from here.
    let invite = api.get(&format!("{store}/invite")).await.ok(200);
    let other = Side::embedded(world).await;
    let added = other.harbour.api.post("/api/store/stores", &invite).await;
    let added = added.ok(201);
    assert_eq!(
        (&added["state"], &added["name"]),
        (&json!("ready"), &json!("Test shop")),
        "{added}"
    );
    assert_eq!(other.index().await["total"], 2);
    for slug in ["web", "stack"] {
        let page = format!("/api/store/apps/{}/{slug}", hosted.id);
        other.harbour.api.get(&page).await.ok(200);
    }
    other.end().await;
    side.end().await;
}

/// The agent starts before its node, outlives it, and finds it again.
pub async fn a_node_behind_a_socket_may_go_and_come(world: &World) {
    let hosted = Hosted::new(world).await;
    let mut side = Side::separate(world, hosted.dir.path()).await;
    let invite = hosted.peer.invite(hosted.id).await.unwrap();
    let body = json!({"invite": invite.to_string()});
    let added = side.harbour.api.post("/api/store/stores", &body).await;
    added.ok(201);
    let (peer, server) = side.own.take().unwrap();
    server.stop().await;

    side.harbour.agent.kill9().await.unwrap();
    side.harbour.start_again().await;
    let api = &side.harbour.api;
    wait::until_true(SOON, "the stored catalogue", || async {
        side.index().await["total"] == 2
    })
    .await
    .unwrap();
    let status = api.get("/api/store/status").await.ok(200);
    assert_eq!(status["node"]["running"], false, "{status}");
    assert!(status["node"]["message"].is_string(), "{status}");
    let wanted = json!({"invite": invite.to_string()});
    api.post("/api/store/stores", &wanted)
        .await
        .error(409, "store_known");

    let server = peer.serve(&hosted.dir.path().join("node.sock")).unwrap();
    wait::until_true(SOON, "the node that came again", || async {
        api.get("/api/store/status").await.ok(200)["node"]["running"] == true
    })
    .await
    .unwrap();
    // What the node forgets is gone here too.
    peer.network().remove(hosted.id).await.unwrap();
    wait::until_true(SOON, "the store to go", || async {
        let stores = api.get("/api/store/stores").await.ok(200);
        stores.as_array().unwrap().is_empty() && side.index().await["total"] == 0
    })
    .await
    .unwrap();
    side.own = Some((peer, server));
    side.end().await;
}
