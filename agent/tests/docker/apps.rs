//! Apps of a signed store, installed on a real engine from a real registry.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use harbour_core::digest::Digest;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::store::{self, SiteServer, Store, Validity, at_registry, digest_of, push_runnable};
use testkit::wait;

use crate::client::Api;
use crate::create::free_port;
use crate::world::{Harbour, SOON, World, harbour_on};

/// A store that is served, and an agent that knows it.
struct Shop {
    store: Store,
    server: SiteServer,
    id: String,
    harbour: Harbour,
    _dir: tempfile::TempDir,
}

impl Shop {
    /// A shop with the runnable apps and what `more` adds.
    async fn open(world: &World, more: impl FnOnce(&mut Store)) -> Self {
        Self::open_at(world, Validity::default(), more).await
    }

    async fn open_at(world: &World, validity: Validity, more: impl FnOnce(&mut Store)) -> Self {
        let registry = world.registry.address();
        let digest = world.runnable().await;
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::found(dir.path(), "Test shop").unwrap();
        store.runnable(&registry, &digest).unwrap();
        more(&mut store);
        store.publish(validity).unwrap();
        let server = SiteServer::start(&store.site()).unwrap();
        let id = store.id().unwrap().to_string();
        let harbour = world.harbour().await;
        let body = json!({"origin": server.address(), "root": id});
        let added = harbour.api.post("/api/store/stores", &body).await.ok(201);
        assert_eq!(
            (&added["id"], &added["state"]),
            (&json!(id), &json!("ready")),
            "{added}"
        );
        Self {
            store,
            server,
            id,
            harbour,
            _dir: dir,
        }
    }

    fn api(&self) -> &Api {
        &self.harbour.api
    }

    /// Tests run side by side, so each takes a port of its own for the page.
    fn wanted(&self, slug: &str, mut answers: Value) -> Value {
        if ["web", "stack"].contains(&slug) && answers.get("ports").is_none() {
            answers["ports"] = json!({"web:80/tcp": {"host": free_port()}});
        }
        json!({"store": self.id, "slug": slug, "answers": answers})
    }

    /// Begins an install; answers what the agent said.
    async fn install(&self, slug: &str, answers: Value) -> Value {
        let body = self.wanted(slug, answers);
        self.api().post("/api/store/install", &body).await.ok(202)
    }

    async fn refresh(&self) -> Value {
        let path = format!("/api/store/stores/{}/refresh", self.id);
        self.api().act(&path).await.ok(200)
    }

    async fn installs(&self) -> Vec<Value> {
        let answer = self.api().get("/api/store/installs").await.ok(200);
        answer["installs"].as_array().unwrap().clone()
    }

    async fn uninstall(&self, install: &str, delete_data: bool) {
        let path = format!("/api/store/installs/{install}/uninstall");
        let begun = self
            .api()
            .post(&path, &json!({"deleteData": delete_data}))
            .await
            .ok(202);
        let ended = self.api().ended(word(&begun["operationId"])).await;
        assert_eq!(ended["state"], "succeeded", "{ended}");
    }
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// What a page answers, once it does.
async fn page(url: &str) -> String {
    let client = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .build()
        .unwrap();
    wait::until(SOON, "the app's page", || async {
        let answer = client.get(url).send().await.map_err(|e| e.to_string())?;
        match answer.status().is_success() {
            true => answer.text().await.map_err(|e| e.to_string()),
            false => Err(answer.status().to_string()),
        }
    })
    .await
    .unwrap()
}

/// Names of containers, networks and volumes that begin with `name`, asked from the engine.
async fn left(world: &World, name: &str) -> BTreeMap<&'static str, Vec<String>> {
    use bollard::query_parameters::{
        ListContainersOptions, ListNetworksOptions, ListVolumesOptions,
    };
    let docker = world.docker();
    let all = ListContainersOptions {
        all: true,
        ..Default::default()
    };
    let containers = docker.list_containers(Some(all)).await.unwrap();
    let containers = containers
        .into_iter()
        .filter_map(|c| c.names?.into_iter().next());
    let networks = docker
        .list_networks(None::<ListNetworksOptions>)
        .await
        .unwrap();
    let volumes = docker
        .list_volumes(None::<ListVolumesOptions>)
        .await
        .unwrap();
    let own = |names: Vec<String>| -> Vec<String> {
        let names = names
            .into_iter()
            .map(|n| n.trim_start_matches('/').to_owned());
        let mut names: Vec<String> = names.filter(|n| n.starts_with(name)).collect();
        names.sort();
        names
    };
    BTreeMap::from([
        ("containers", own(containers.collect())),
        (
            "networks",
            own(networks.into_iter().filter_map(|n| n.name).collect()),
        ),
        (
            "volumes",
            own(volumes
                .volumes
                .unwrap_or_default()
                .into_iter()
                .map(|v| v.name)
                .collect()),
        ),
    ])
}

fn nothing() -> BTreeMap<&'static str, Vec<String>> {
    ["containers", "networks", "volumes"]
        .map(|kind| (kind, Vec::new()))
        .into()
}

pub async fn a_catalogue_is_searched_and_shown(world: &World) {
    let shop = Shop::open(world, |_| {}).await;
    let api = shop.api();
    let index = api.get("/api/store/index").await.ok(200);
    let slugs = |index: &Value| -> Vec<String> {
        index["apps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| word(&a["slug"]).to_owned())
            .collect()
    };
    assert_eq!(slugs(&index), ["web", "stack"], "by name");
    assert_eq!((&index["total"], &index["next"]), (&json!(2), &Value::Null));
    let card = &index["apps"][0];
    assert_eq!(card["storeName"], "Test shop");
    assert_eq!(
        (&card["version"], &card["stale"], &card["services"]),
        (&json!("1"), &json!(false), &json!(1))
    );
    let found = api
        .get("/api/store/index?q=setup%20page&limit=1")
        .await
        .ok(200);
    assert_eq!(slugs(&found), ["stack"]);
    let first = api.get("/api/store/index?limit=1").await.ok(200);
    let next = format!("/api/store/index?limit=1&cursor={}", word(&first["next"]));
    assert_eq!(slugs(&api.get(&next).await.ok(200)), ["stack"]);
    api.get("/api/store/index?limit=1000")
        .await
        .error(422, "invalid");
    api.get("/api/store/index?store=00")
        .await
        .error(404, "store_not_found");

    let shown = api
        .get(&format!("/api/store/apps/{}/stack", shop.id))
        .await
        .ok(200);
    assert_eq!(shown["signer"]["role"], "app-stack");
    assert_eq!(
        shown["signer"]["keys"],
        json!([shown["publisher"]["keyId"]])
    );
    assert_eq!(shown["refused"], Value::Null, "{shown}");
    let params: Vec<&str> = shown["form"]["params"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| word(&p["key"]))
        .collect();
    assert_eq!(params, ["DB_PASSWORD", "title", "extra"]);
    assert_eq!(shown["form"]["params"][0]["generated"], true);
    assert_eq!(shown["form"]["params"][2]["turnsOn"], json!(["extra"]));
    let volumes: Vec<&str> = shown["form"]["volumes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| word(&v["id"]))
        .collect();
    assert_eq!(
        volumes,
        ["database:/data", "setup:/site"],
        "a shared volume has one field"
    );
    assert_eq!(shown["form"]["ports"][0]["webUi"], true);
    assert!(
        shown["willGet"]
            .as_array()
            .unwrap()
            .iter()
            .any(|w| word(w).contains("private network"))
    );
    let text = api.get("/api/store/manifests/stack").await.ok(200);
    assert_eq!(
        text,
        json!(at_registry(store::stack(), &world.registry.address()))
    );
    api.get("/api/store/manifests/nothing")
        .await
        .error(404, "app_not_found");
    api.get(&format!("/api/store/icons/{}/web", shop.id))
        .await
        .error(404, "icon_not_found");

    let status = api.get("/api/store/status").await.ok(200);
    let shown = &status["stores"][0];
    assert_eq!(
        (&shown["state"], &shown["apps"]),
        (&json!("ready"), &json!(2))
    );
    assert_eq!(shown["roles"].as_array().unwrap().len(), 4, "{shown}");
    assert!(
        status["bytes"]["origin"].as_u64().unwrap() > 1000,
        "{status}"
    );
    // Another machine adds it by its invitation.
    let invite = api
        .get(&format!("/api/store/stores/{}/invite", shop.id))
        .await
        .ok(200);
    let other = world.harbour().await;
    let added = other.api.post("/api/store/stores", &invite).await.ok(201);
    assert_eq!((&added["id"], &added["apps"]), (&json!(shop.id), &json!(2)));
    other
        .api
        .post("/api/store/stores", &invite)
        .await
        .error(409, "store_known");
    other
        .api
        .delete(&format!("/api/store/stores/{}", shop.id))
        .await
        .ok(204);
    assert_eq!(
        slugs(&other.api.get("/api/store/index").await.ok(200)),
        Vec::<String>::new()
    );
}

/// Bytes that nobody signed, and stores that are not who they should be.
pub async fn nothing_unsigned_is_believed(world: &World) {
    let mut shop = Shop::open(world, |_| {}).await;
    let api = shop.api();
    // Another root than was agreed on.
    let wrong = json!({"origin": shop.server.address(), "root": "0".repeat(64)});
    let message = api
        .post("/api/store/stores", &wrong)
        .await
        .error(502, "store_unreachable");
    assert!(
        message.contains("this is not the first root of the store"),
        "{message}"
    );
    api.post(
        "/api/store/stores",
        &json!({"origin": shop.server.address()}),
    )
    .await
    .error(422, "invalid");
    api.post("/api/store/stores", &json!({"invite": "harbour:store:xx"}))
        .await
        .error(422, "invalid");
    let gone = json!({"origin": "http://127.0.0.1:9", "root": "0".repeat(64)});
    api.post("/api/store/stores", &gone)
        .await
        .error(502, "store_unreachable");
    assert_eq!(
        api.get("/api/store/stores")
            .await
            .ok(200)
            .as_array()
            .unwrap()
            .len(),
        1
    );

    // A manifest that was changed on its way.
    let targets = shop.store.site().join("targets/apps/web");
    let file = std::fs::read_dir(&targets)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let honest = std::fs::read(&file).unwrap();
    let mut evil = honest.clone();
    evil[100] ^= 1;
    std::fs::write(&file, evil).unwrap();
    let page = format!("/api/store/apps/{}/web", shop.id);
    let message = api.get(&page).await.error(502, "store_unreachable");
    assert!(
        message.contains("not the file that was signed for"),
        "{message}"
    );
    let body = shop.wanted("web", json!({}));
    api.post("/api/store/install", &body)
        .await
        .error(502, "store_unreachable");
    // The other app is as good as before.
    api.get(&format!("/api/store/apps/{}/stack", shop.id))
        .await
        .ok(200);
    std::fs::write(&file, honest).unwrap();
    api.get(&page).await.ok(200);

    // Metadata that was changed: what was verified stays, and is shown.
    let timestamp = shop.store.site().join("metadata/timestamp.json");
    let honest = std::fs::read_to_string(&timestamp).unwrap();
    std::fs::write(&timestamp, honest.replace("\"version\":1", "\"version\":9")).unwrap();
    let after = shop.refresh().await;
    assert!(word(&after["message"]).contains("signatures"), "{after}");
    assert_eq!(after["state"], "ready", "{after}");
    assert_eq!(api.get("/api/store/index").await.ok(200)["total"], 2);
    std::fs::write(&timestamp, honest).unwrap();
    assert_eq!(shop.refresh().await["message"], Value::Null);

    // Without the server everything that was verified is still there, also after a restart.
    shop.server.away(true);
    shop.harbour.agent.kill9().await.unwrap();
    shop.harbour.start_again().await;
    wait::until_true(SOON, "the stored catalogue", || async {
        shop.api().get("/api/store/index").await.ok(200)["total"] == 2
    })
    .await
    .unwrap();
    let path = format!("/api/store/stores/{}", shop.id);
    wait::until_true(SOON, "the failed check", || async {
        let stores = shop.api().get("/api/store/stores").await.ok(200);
        stores[0]["message"].is_string()
    })
    .await
    .unwrap();
    shop.api().get(&page).await.ok(200);
    shop.api().delete(&path).await.ok(204);
}

pub async fn stale_stores_are_shown_and_install_nothing(world: &World) {
    // Expires in a few seconds.
    let validity = Validity {
        signed_ago: 86_400 - 6,
        timestamp_days: 1,
    };
    let shop = Shop::open_at(world, validity, |_| {}).await;
    let api = shop.api();
    let name = world.name("stale");
    let there = shop.install("web", json!({"name": name})).await;
    assert_eq!(
        api.ended(word(&there["operationId"])).await["state"],
        "succeeded"
    );
    wait::until_true(SOON, "the store to expire", || async {
        api.get("/api/store/stores").await.ok(200)[0]["state"] == "stale"
    })
    .await
    .unwrap();
    let index = api.get("/api/store/index").await.ok(200);
    assert_eq!(
        (&index["total"], &index["apps"][0]["stale"]),
        (&json!(2), &json!(true))
    );
    let shown = api
        .get(&format!("/api/store/apps/{}/web", shop.id))
        .await
        .ok(200);
    assert!(word(&shown["refused"]).contains("expired"), "{shown}");
    let body = shop.wanted("web", json!({"name": world.name("stale")}));
    let message = api
        .post("/api/store/install", &body)
        .await
        .error(409, "store_stale");
    assert!(message.contains("timestamp expired"), "{message}");
    // What is installed can be changed and removed.
    let install = word(&there["install"]);
    let path = format!("/api/store/installs/{install}");
    let details = api.get(&path).await.ok(200);
    let change =
        json!({"answers": {"params": {"GREETING": "bye"}}, "revision": details["revision"]});
    let changed = api.put(&path, &change).await.ok(202);
    let ended = api.ended(word(&changed["operationId"])).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    shop.uninstall(install, true).await;
    // The store publishes again, and all is well.
    shop.store.publish(Validity::default()).unwrap();
    assert_eq!(shop.refresh().await["state"], "ready");
}

pub async fn one_container_from_beginning_to_end(world: &World) {
    let shop = Shop::open(world, |_| {}).await;
    let api = shop.api();
    let name = world.name("web");
    // A port that somebody has is told with a way out.
    let taken = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let answers = json!({"name": name, "params": {"GREETING": "good morning"}, "ports": {"web:80/tcp": {"host": port}}});
    let body = shop.wanted("web", answers);
    let preview = api.post("/api/store/preview", &body).await.ok(200);
    let problem = &preview["problems"][0];
    assert_eq!(
        (&problem["field"], &problem["code"]),
        (&json!("ports.web:80/tcp"), &json!("port_taken")),
        "{preview}"
    );
    let free = problem["suggestion"]["value"].as_u64().unwrap();
    let refused = api.post("/api/store/install", &body).await;
    assert_eq!(refused.body["problems"][0]["field"], "ports.web:80/tcp");
    refused.error(422, "invalid_request");
    drop(taken);
    let answers = json!({"name": name, "params": {"GREETING": "good morning"}, "ports": {"web:80/tcp": {"host": free}}});
    let begun = shop.install("web", answers).await;
    assert_eq!(begun["secrets"], json!([]));
    let ended = api.ended(word(&begun["operationId"])).await;
    assert_eq!(
        (&ended["state"], &ended["kind"]),
        (&json!("succeeded"), &json!("install")),
        "{ended}"
    );
    assert_eq!(ended["target"]["app"], json!(name));
    let installs = shop.installs().await;
    let install = &installs[0];
    assert_eq!(install["state"], "installed");
    assert_eq!(install["containers"][0]["state"], "running", "{install}");
    assert_eq!(page(word(&install["url"])).await, "good morning\n");
    assert!(word(&install["url"]).contains(&format!(":{free}")));

    let container = api.get(&format!("/api/containers/{name}")).await.ok(200);
    let labels = &container["labels"];
    assert_eq!(labels["io.harbourmaster.app"], "web");
    assert_eq!(labels["io.harbourmaster.store"], json!(shop.id));
    assert_eq!(labels["io.harbourmaster.version"], "1");
    assert_eq!(labels["io.harbourmaster.service"], "web");
    assert_eq!(labels["io.harbourmaster.install"], begun["install"]);
    let digest = world.runnable().await.to_string();
    assert!(
        word(&container["image"]).ends_with(&digest),
        "{}",
        container["image"]
    );
    assert_eq!(
        api.get("/api/store/index?q=page").await.ok(200)["apps"][0]["installed"],
        1
    );
    // A second one gets names and a port of its own.
    let second = shop.wanted("web", json!({"name": name}));
    let preview = api.post("/api/store/preview", &second).await.ok(200);
    assert_eq!(preview["problems"][0]["field"], "name", "{preview}");

    // Its data stays, and comes back with it.
    let id = word(&begun["install"]).to_owned();
    let what = api
        .get(&format!("/api/store/installs/{id}/uninstall"))
        .await
        .ok(200);
    assert_eq!(what["data"][0]["name"], json!(format!("{name}_data")));
    assert_eq!(
        (&what["data"][0]["deletable"], &what["containers"]),
        (&json!(true), &json!([name]))
    );
    shop.uninstall(&id, false).await;
    let kept = left(world, &name).await;
    assert_eq!(kept["volumes"], [format!("{name}_data")]);
    assert!(
        kept["containers"].is_empty() && kept["networks"].is_empty(),
        "{kept:?}"
    );
    assert_eq!(shop.installs().await[0]["state"], "removed");
    let again = shop.install("web", json!({"name": name})).await;
    assert_eq!(again["install"], json!(id), "taken up again");
    assert_eq!(
        api.ended(word(&again["operationId"])).await["state"],
        "succeeded"
    );
    shop.uninstall(&id, true).await;
    assert_eq!(left(world, &name).await, nothing());
    assert!(shop.installs().await.is_empty());
}

pub async fn a_database_a_setup_and_a_page(world: &World) {
    let shop = Shop::open(world, |_| {}).await;
    let api = shop.api();
    let name = world.name("stack");
    let begun = shop
        .install(
            "stack",
            json!({"name": name, "params": {"title": "My stack"}}),
        )
        .await;
    let secret = &begun["secrets"][0];
    assert_eq!(
        (&secret["key"], word(&secret["value"]).len()),
        (&json!("DB_PASSWORD"), 24)
    );
    let ended = api.ended(word(&begun["operationId"])).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let titles: Vec<&str> = ended["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| word(&s["title"]))
        .collect();
    let place = |title: &str| {
        titles
            .iter()
            .position(|t| *t == title)
            .unwrap_or_else(|| panic!("{title}: {titles:?}"))
    };
    assert!(place("Start database") < place("Wait until database is healthy"));
    assert!(place("Wait until database is healthy") < place("Start setup"));
    assert!(
        place("Wait until database is healthy and setup has done its work") < place("Start web")
    );
    let install = shop.installs().await[0].clone();
    assert_eq!(page(word(&install["url"])).await, "My stack\n");
    let states: Vec<(&str, &str)> = install["containers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (word(&c["service"]), word(&c["state"])))
        .collect();
    assert_eq!(
        states,
        [
            ("database", "running"),
            ("setup", "exited"),
            ("web", "running")
        ]
    );
    // The file its author ships is in the container.
    let docker = world.docker();
    let web = docker
        .inspect_container(
            &format!("{name}-web"),
            None::<bollard::query_parameters::InspectContainerOptions>,
        )
        .await
        .unwrap();
    let networks = web.network_settings.unwrap().networks.unwrap();
    assert_eq!(networks.keys().collect::<Vec<_>>(), [&name]);

    // The form opens again with what was answered, without the secret.
    let path = format!("/api/store/installs/{}", word(&begun["install"]));
    let details = api.get(&path).await.ok(200);
    assert_eq!(details["answers"]["params"], json!({"title": "My stack"}));
    assert_eq!(details["form"]["params"][0]["kept"], true);
    assert!(!details.to_string().contains(word(&secret["value"])));
    let change = json!({"answers": {"params": {"title": "Other title", "extra": "true"}}, "revision": details["revision"]});
    let preview = api.post(&format!("{path}/preview"), &change).await.ok(200);
    assert_eq!(
        (&preview["problems"], &preview["generates"]),
        (&json!([]), &json!([])),
        "{preview}"
    );
    let changed = api.put(&path, &change).await.ok(202);
    assert_eq!(changed["secrets"], json!([]));
    let ended = api.ended(word(&changed["operationId"])).await;
    assert_eq!(
        (&ended["state"], &ended["kind"]),
        (&json!("succeeded"), &json!("changeApp")),
        "{ended}"
    );
    let install = shop.installs().await[0].clone();
    assert_eq!(page(word(&install["url"])).await, "Other title\n");
    assert_eq!(install["containers"].as_array().unwrap().len(), 4);
    api.put(&path, &change).await.error(409, "changed");

    // What changed here survives a newer version from the store.
    let mut shop = shop;
    let newer = at_registry(store::stack(), &world.registry.address())
        .replace("default: Stack}", "default: Renamed}")
        .replace(
            "{key: extra,",
            "{key: colour, label: Colour, type: string, default: red}\n  - {key: extra,",
        );
    let digest = world.runnable().await;
    shop.store
        .app(
            &newer.replace("defaultTag: \"1\"", "defaultTag: \"2\""),
            |_| digest.clone(),
        )
        .unwrap();
    shop.store.publish(Validity::default()).unwrap();
    assert_eq!(shop.refresh().await["state"], "ready");
    let api = shop.api();
    assert_eq!(shop.installs().await[0]["newer"], "2");
    let details = api.get(&path).await.ok(200);
    let update =
        json!({"answers": details["answers"], "revision": details["revision"], "update": true});
    let updated = api.put(&path, &update).await.ok(202);
    let ended = api.ended(word(&updated["operationId"])).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let install = shop.installs().await[0].clone();
    assert_eq!(install["version"], "2");
    assert_eq!(page(word(&install["url"])).await, "Other title\n");
    // The secret is where the containers need it, and nowhere else.
    let value = word(&secret["value"]);
    let audit = std::fs::read_dir(shop.harbour.agent.data_dir().join("audit")).unwrap();
    let text: String = audit
        .map(|e| std::fs::read_to_string(e.unwrap().path()).unwrap())
        .collect();
    assert!(!text.contains(value) && !shop.harbour.agent.output_tail(100_000).contains(value));
    let operations = api.get("/api/operations").await.ok(200).to_string();
    assert!(!operations.contains(value));
    shop.uninstall(word(&begun["install"]), true).await;
    assert_eq!(left(world, &name).await, nothing());
}

/// An app whose page never gets well, with a database that has written something.
fn broken(registry: &str, slug: &str) -> String {
    format!(
        "schema: v2\nname: Broken\nslug: {slug}\nservices:\n  database:\n    image: {registry}/hm-test/app\n    defaultTag: \"1\"\n    command: [sh, -c, \"echo precious > /data/file && exec sleep 1000\"]\n    init: true\n    volumes: [{{container: /data}}]\n  web:\n    image: {registry}/hm-test/app\n    defaultTag: \"1\"\n    command: [sleep, \"1000\"]\n    init: true\n    volumes: [{{container: /empty}}, {{container: /files, hostDefault: /srv/appdata/{slug}/files}}]\n    healthcheck: {{test: [CMD-SHELL, echo the roof is on fire; exit 1], interval: 1s, timeout: 1s, retries: 1}}\n    depends_on: [database]\n"
    )
}

pub async fn what_fails_is_removed_and_data_is_kept(world: &World) {
    let (registry, name) = (world.registry.address(), world.name("broken"));
    let digest = world.runnable().await;
    let text = broken(&registry, &name);
    let shop = Shop::open(world, |store| store.app(&text, |_| digest.clone()).unwrap()).await;
    let begun = shop.install(&name, json!({})).await;
    let ended = shop.api().ended(word(&begun["operationId"])).await;
    assert_eq!(ended["state"], "rolledBack", "{ended}");
    let cause = word(&ended["cause"]);
    let volume = format!("{name}_database_data");
    assert!(
        cause.contains("web: the health check") && cause.contains("the roof is on fire"),
        "{cause}"
    );
    assert!(cause.contains("Kept") && cause.contains(&volume), "{cause}");
    assert!(!cause.contains("_empty"), "{cause}");
    let left = left(world, &name).await;
    assert_eq!(
        left["volumes"],
        std::slice::from_ref(&volume),
        "the empty one is gone"
    );
    assert!(
        left["containers"].is_empty() && left["networks"].is_empty(),
        "{left:?}"
    );
    assert!(
        !shop.harbour.app_data.join(&name).exists(),
        "the new folder is gone"
    );
    let install = shop.installs().await[0].clone();
    assert_eq!(
        (&install["state"], &install["name"]),
        (&json!("removed"), &json!(name))
    );
    shop.uninstall(word(&install["id"]), true).await;
    assert_eq!(self::left(world, &name).await, nothing());
}

/// The index names a digest that the registry does not have.
pub async fn another_digest_is_refused(world: &World) {
    let (registry, name) = (world.registry.address(), world.name("other"));
    let text = at_registry(store::web(), &registry).replace("slug: web", &format!("slug: {name}"));
    let wrong = Digest::parse(&format!("sha256:{}", "ab".repeat(32))).unwrap();
    let shop = Shop::open(world, |store| store.app(&text, |_| wrong.clone()).unwrap()).await;
    let begun = shop.install(&name, json!({})).await;
    let ended = shop.api().ended(word(&begun["operationId"])).await;
    assert_eq!(ended["state"], "rolledBack", "{ended}");
    assert!(
        word(&ended["cause"]).contains("cannot be fetched"),
        "{ended}"
    );
    assert_eq!(left(world, &name).await, nothing());
    assert!(shop.installs().await.is_empty());
}

/// Power over the server is confirmed by name, as everywhere.
pub async fn risks_of_apps_must_be_named(world: &World) {
    let (registry, name) = (world.registry.address(), world.name("mighty"));
    let digest = world.runnable().await;
    let text = format!(
        "schema: v1\nname: Mighty\nslug: {name}\nimage: {registry}/hm-test/app\ndefaultTag: \"1\"\ncap_add: [NET_ADMIN]\nvolumes:\n  - {{container: /host/etc, hostDefault: /etc, read_only: true}}\n"
    );
    let shop = Shop::open(world, |store| store.app(&text, |_| digest.clone()).unwrap()).await;
    let shown = shop
        .api()
        .get(&format!("/api/store/apps/{}/{name}", shop.id))
        .await
        .ok(200);
    let risks: Vec<&str> = shown["risks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| word(&r["risk"]))
        .collect();
    assert_eq!(risks, ["system-path:/etc", "capability:NET_ADMIN"]);
    let mut body = shop.wanted(&name, json!({}));
    for confirmed in [
        json!([]),
        json!(["capability:NET_ADMIN"]),
        json!(["system-path:/etc"]),
    ] {
        body["confirmRisks"] = confirmed;
        let refused = shop.api().post("/api/store/install", &body).await;
        assert_eq!(
            refused.body["problems"][0]["code"], "risk_not_confirmed",
            "{}",
            refused.body
        );
        refused.error(422, "invalid_request");
    }
    body["confirmRisks"] = json!(risks);
    let begun = shop.api().post("/api/store/install", &body).await.ok(202);
    let ended = shop.api().ended(word(&begun["operationId"])).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    shop.uninstall(word(&begun["install"]), true).await;
}

/// Kills the agent when each step in turn is at work, and again in recovery.
pub async fn killed_between_steps_of_an_install(world: &World) {
    let registry = world.registry.address();
    // An image that only the registry has, so that there is something to pull.
    let reference = world.remote_image(1, 1000).await;
    let docker = world.docker();
    let pulled = pull(&docker, &reference).await;
    testkit::images::remove(&docker, &reference).await.unwrap();
    let image = reference.rsplit_once(':').unwrap().0.to_owned();
    for step in [
        "record", "pull", "folders", "network", "volumes", "create", "wait", "start", "verdict",
    ] {
        let name = world.name("killed");
        let text = format!(
            "schema: v2\nname: Killed\nslug: {name}\nservices:\n  first:\n    image: {image}\n    defaultTag: \"1\"\n    volumes: [{{container: /data}}, {{container: /files, hostDefault: /srv/appdata/{name}/files}}]\n    healthcheck: {{test: [CMD-SHELL, \"true\"], interval: 1s, timeout: 2s, retries: 5}}\n  second:\n    image: {image}\n    defaultTag: \"1\"\n    healthcheck: {{test: [CMD-SHELL, \"true\"], interval: 1s, timeout: 2s, retries: 5}}\n    depends_on: {{first: {{condition: service_healthy}}}}\n"
        );
        assert!(image.starts_with(&registry));
        let digest = pulled.clone();
        let mut shop =
            Shop::open(world, |store| store.app(&text, |_| digest.clone()).unwrap()).await;
        shop.harbour.proxy.delay(Duration::from_millis(150));
        let begun = shop.install(&name, json!({})).await;
        let id = word(&begun["operationId"]).to_owned();
        let reached = |o: &Value| {
            let steps = o["steps"].as_array().unwrap();
            o["endedAt"].is_string()
                || steps
                    .iter()
                    .any(|s| s["name"] == step && s["state"] != "pending")
        };
        shop.api().operation(&id, reached).await;
        shop.harbour.agent.kill9().await.unwrap();
        shop.harbour.agent.start_again().await.unwrap();
        shop.harbour.agent.kill9().await.unwrap();
        shop.harbour.proxy.delay(Duration::ZERO);
        shop.harbour.start_again().await;
        let ended = shop.api().ended(&id).await;
        assert_eq!(ended["state"], "succeeded", "killed in {step}: {ended}");
        let there = left(world, &name).await;
        assert_eq!(
            there["containers"],
            [format!("{name}-first"), format!("{name}-second")],
            "killed in {step}"
        );
        assert_eq!(
            (there["networks"].len(), there["volumes"].len()),
            (1, 1),
            "{there:?}"
        );
        assert_eq!(
            shop.installs().await[0]["state"],
            "installed",
            "killed in {step}"
        );
        shop.uninstall(word(&begun["install"]), true).await;
        assert_eq!(left(world, &name).await, nothing(), "killed in {step}");
        assert!(!Path::new(&shop.harbour.app_data).join(&name).exists());
        testkit::images::remove(&docker, &format!("{image}@{pulled}"))
            .await
            .unwrap();
    }
}

/// Fetches an image to learn its digest.
async fn pull(docker: &bollard::Docker, reference: &str) -> Digest {
    use bollard::query_parameters::CreateImageOptions;
    use futures_util::TryStreamExt as _;
    let options = CreateImageOptions {
        from_image: Some(reference.to_owned()),
        ..Default::default()
    };
    let pulling = docker.create_image(Some(options), None, None);
    pulling.try_for_each(|_| async { Ok(()) }).await.unwrap();
    digest_of(docker, reference).await.unwrap()
}

impl World {
    /// Digest of the image of the runnable apps, which the registry and the engine have.
    pub async fn runnable(&self) -> Digest {
        let made = self.runnable.get_or_init(|| async {
            push_runnable(&self.docker(), &self.registry.address())
                .await
                .unwrap()
        });
        made.await.clone()
    }
}

/// An app is busy while it is worked on, also for those who would stop a container of it.
pub async fn one_change_at_a_time(world: &World) {
    let shop = Shop::open(world, |_| {}).await;
    let name = world.name("busy");
    shop.harbour.proxy.delay(Duration::from_millis(300));
    let body = shop.wanted("web", json!({"name": name}));
    let (first, second) = tokio::join!(
        shop.api().post("/api/store/install", &body),
        shop.api().post("/api/store/install", &body),
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 202, "{} {}", first.body, second.body);
    assert!(
        matches!(statuses[1], 409 | 422),
        "{} {}",
        first.body,
        second.body
    );
    shop.harbour.proxy.delay(Duration::ZERO);
    let begun = if first.status == 202 {
        first.body
    } else {
        second.body
    };
    let ended = shop.api().ended(word(&begun["operationId"])).await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    let other = harbour_on(world.engine.socket()).await;
    let list = other
        .api
        .send(Method::GET, "/api/store/installs", None)
        .await
        .ok(200);
    assert_eq!(
        list["installs"],
        json!([]),
        "another agent's installs are its own"
    );
    shop.uninstall(word(&begun["install"]), true).await;
}
