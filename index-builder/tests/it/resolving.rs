//! `resolve` against a real registry.

use std::fs;

use harbour_core::store::lock::Lock;
use testkit::Registry;

use crate::store::{NOW, Store};

fn lock(store: &Store, slug: &str) -> Lock {
    Lock::read(&store.read(&format!("store/locks/{slug}.json"))).unwrap()
}

/// In a thread of its own, because the command has a runtime of its own.
async fn resolve(store: &Store, more: &str, now: i64) -> Result<String, String> {
    // Another test of this program may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let line = format!("resolve @store {more}");
    tokio::task::block_in_place(|| store.run_at(&line, now))
}

#[tokio::test(flavor = "multi_thread")]
async fn locks_say_what_tags_mean_and_since_when() {
    let registry = Registry::start().await.unwrap();
    let here = registry.address();
    for (name, tag) in [
        ("hm-test/web", "v1.2.0"),
        ("hm-test/web", "v1.3.0"),
        ("hm-test/web", "v1.4.0-rc1"),
        ("hm-test/web", "v2.0.0"),
        ("hm-test/db", "16"),
        ("hm-test/db", "17"),
    ] {
        registry
            .put_image(name, tag, &["linux/amd64", "linux/arm64"], tag)
            .await
            .unwrap();
    }
    let pinned = registry
        .put_image("hm-test/tool", "x", &["linux/amd64"], "tool")
        .await
        .unwrap();
    let store = Store::founded();
    store.write("store/apps/photos/app.yaml", &format!(
        "schema: v2\nname: Photos\nslug: photos\nservices:\n  web: {{image: {here}/hm-test/web, defaultTag: v1.2.0}}\n  \
         db: {{image: {here}/hm-test/db, defaultTag: \"16\"}}\n  tool: {{image: \"{here}/hm-test/tool@{}\"}}\n",
        pinned.digest
    ));
    let said = resolve(&store, "", NOW).await.unwrap();
    assert!(said.contains("1 apps, 1 locks changed"), "{said}");
    let first = lock(&store, "photos");
    let tag = |lock: &Lock, name: &str| lock.services[name].tag.clone();
    assert_eq!(tag(&first, "web").as_deref(), Some("v1.3.0"));
    assert_eq!(tag(&first, "db").as_deref(), Some("16"));
    assert_eq!(tag(&first, "tool"), None);
    assert_eq!(first.services["tool"].digest.to_string(), pinned.digest);
    assert_eq!(first.services["web"].platforms.len(), 2);
    assert!(first.services["web"].platforms[0].size > 0);

    // Nothing new: the file stays as it is, byte for byte.
    let before = store.read("store/locks/photos.json");
    let said = resolve(&store, "", NOW + 60).await.unwrap();
    assert!(said.contains("0 locks changed"), "{said}");
    assert_eq!(store.read("store/locks/photos.json"), before);

    // The tag of the database moves: only its digest is new.
    let moved = registry
        .put_image("hm-test/db", "16", &["linux/amd64"], "again")
        .await
        .unwrap();
    let said = resolve(&store, "", NOW + 120).await.unwrap();
    assert!(said.contains("photos: db: 16 "), "{said}");
    let second = lock(&store, "photos");
    assert_eq!(second.services["db"].digest.to_string(), moved.digest);
    assert_eq!(second.services["db"].first_seen.unix(), NOW + 120);
    assert_eq!(second.services["web"], first.services["web"]);
    assert_eq!(second.history.len(), 3);

    // As the manifest has it, for all or for some.
    resolve(&store, "--as-written", NOW + 180).await.unwrap();
    assert_eq!(
        tag(&lock(&store, "photos"), "web").as_deref(),
        Some("v1.2.0")
    );
    resolve(&store, "", NOW + 240).await.unwrap();
    assert_eq!(
        lock(&store, "photos").services["web"],
        first.services["web"],
        "first seen then"
    );
    store.write("store/store.yaml", "name: Test store\nhold: [photos]\n");
    resolve(&store, "", NOW + 300).await.unwrap();
    assert_eq!(
        tag(&lock(&store, "photos"), "web").as_deref(),
        Some("v1.2.0")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_errors_come_with_the_place_of_their_image() {
    let registry = Registry::start().await.unwrap();
    let here = registry.address();
    registry
        .put_image("hm-test/web", "1", &["linux/amd64"], "a")
        .await
        .unwrap();
    registry
        .put_image("hm-test/windows", "1", &["windows/amd64"], "a")
        .await
        .unwrap();
    let store = Store::founded();
    let app = |slug: &str, lines: &str| {
        let text = format!("schema: v1\nname: App\nslug: {slug}\n{lines}");
        store.write(&format!("store/apps/{slug}/app.yaml"), &text);
    };
    app(
        "good",
        &format!("image: {here}/hm-test/web\ndefaultTag: \"1\"\n"),
    );
    app(
        "gone",
        &format!("image: {here}/hm-test/web\ndefaultTag: \"9\"\n"),
    );
    app("nobody", &format!("image: {here}/hm-test/nobody\n"));
    app(
        "windows",
        &format!("image: {here}/hm-test/windows\ndefaultTag: \"1\"\n"),
    );
    app("down", "image: 127.0.0.1:1/hm-test/web\n");
    app("broken", "images: x\n");
    let said = resolve(&store, "--patience 0", NOW).await.unwrap_err();
    let apps = store.at("store/apps").display().to_string();
    for line in [
        format!("{apps}/broken/app.yaml:4:1: images: "),
        format!("{apps}/gone/app.yaml:5:13: app: {here} has no 9 in hm-test/web"),
        format!("{apps}/nobody/app.yaml:4:8: app: {here} has no latest in hm-test/nobody"),
        format!("{apps}/down/app.yaml:4:8: app: 127.0.0.1:1 "),
        format!("{apps}/windows/app.yaml:5:13: app: "),
    ] {
        assert!(said.contains(&line), "{line}\nis not in\n{said}");
    }
    // The others are up to date.
    assert_eq!(lock(&store, "good").services.len(), 1);
    assert!(!store.at("store/locks/gone.json").exists());

    // What was known stays while a registry does not answer.
    for slug in ["gone", "nobody", "windows", "down", "broken"] {
        fs::remove_dir_all(store.at(&format!("store/apps/{slug}"))).unwrap();
    }
    let before = store.read("store/locks/good.json");
    drop(registry);
    let said = resolve(&store, "--patience 0", NOW).await.unwrap();
    assert!(said.contains("what was known stays"), "{said}");
    assert_eq!(store.read("store/locks/good.json"), before);
}
