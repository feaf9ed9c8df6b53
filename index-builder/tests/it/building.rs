//! `build` and `verify`: what becomes of a source, what does not, and what a
//! stranger finds out about a site.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU64;

use harbour_core::store::cid::Cid;
use harbour_core::store::index::{AppEntry, Head, Shard, shard_bytes, shard_path};
use harbour_core::tuf::repo::publisher::{self, Slug};
use harbour_core::tuf::secret::SecretKey;
use harbour_core::tuf::time::Time;

use crate::store::{NOW, SVG, Store, changed};

const DAY: i64 = 86_400;

/// A store with three apps of two publishers.
fn three() -> Store {
    let store = Store::founded();
    store.app("immich", "alice");
    store.app("gitea", "alice");
    store.app("ghost", "bob");
    store
}

/// The index that is out, by its newest files.
fn index(store: &Store) -> BTreeMap<String, AppEntry> {
    let site = store.site();
    let version = |role: &str| {
        let names = site.keys().filter_map(|name| {
            let name = name
                .strip_prefix("metadata/")?
                .strip_suffix(&format!(".{role}.json"))?;
            name.parse::<u64>().ok()
        });
        names.max().unwrap()
    };
    let targets = &site[&format!("metadata/{}.targets.json", version("targets"))];
    let targets: serde_json::Value = serde_json::from_slice(targets).unwrap();
    let file = |name: &str| {
        let hash = targets["signed"]["targets"][name]["hashes"]["sha256"].as_str()?;
        let (folder, name) = name
            .rsplit_once('/')
            .map_or((String::new(), name), |(folder, name)| {
                (format!("{folder}/"), name)
            });
        Some(&site[&format!("targets/{folder}{hash}.{name}")])
    };
    let head = Head::read(file("index.json").unwrap()).unwrap();
    assert_eq!(head.name, "Test store");
    let mut apps = BTreeMap::new();
    for byte in shard_bytes(head.shard_bits) {
        let shard = Shard::read(file(&shard_path(byte)).unwrap(), byte, head.shard_bits).unwrap();
        apps.extend(shard.apps.into_iter().map(|app| (app.slug.clone(), app)));
    }
    apps
}

#[test]
fn a_store_becomes_a_site_that_a_stranger_believes() {
    let store = three();
    let said = store.build().unwrap();
    assert!(said.contains("published 3 apps"), "{said}");
    let said = store.verify().unwrap();
    assert!(
        said.contains("3 apps, 8 files and 0 deltas are in order"),
        "{said}"
    );
    let index = index(&store);
    let app = &index["immich"];
    assert_eq!(
        (app.name.as_str(), app.version.as_str()),
        ("The immich", "1.0")
    );
    assert_eq!(app.publisher.name, "alice");
    assert_eq!(
        app.manifest.cid,
        Cid::of(&store.read("store/apps/immich/app.yaml"))
    );
    assert_eq!(app.icon.as_ref().unwrap().cid, Cid::of(SVG.as_bytes()));
    assert_eq!(app.added, Time::from_unix(NOW));
    assert_eq!(app.services["app"].platforms[0].size, 5_000_000);
}

#[test]
fn the_same_source_is_always_the_same_bytes() {
    let store = three();
    store.build().unwrap();
    let first = store.site();
    // Over what is there: nothing new to say at the same time.
    let said = store.build().unwrap();
    assert!(said.contains("nothing to publish"), "{said}");
    assert_eq!(changed(&first, &store.site()), [] as [&str; 0]);
    // From the beginning, without what the last run kept for itself.
    fs::remove_dir_all(store.at("out")).unwrap();
    fs::remove_dir_all(store.at("store/.index-builder")).unwrap();
    store.build().unwrap();
    assert_eq!(changed(&first, &store.site()), [] as [&str; 0]);
    // Without the site, but with what the last run kept.
    fs::remove_dir_all(store.at("out")).unwrap();
    store.build().unwrap();
    assert_eq!(changed(&first, &store.site()), [] as [&str; 0]);
    // A day later only the timestamp is new.
    store.build_at(NOW + DAY).unwrap();
    assert_eq!(changed(&first, &store.site()), ["metadata/timestamp.json"]);
}

#[test]
fn a_change_is_the_same_with_and_without_what_was_kept() {
    let change = |forget: bool| {
        let store = three();
        store.build().unwrap();
        // The same keys in both stores would be needed for the same bytes, so
        // the index is compared, and what a stranger says.
        if forget {
            fs::remove_dir_all(store.at("store/.index-builder")).unwrap();
        }
        store.lock("gitea", "c");
        store.build_at(NOW + DAY).unwrap();
        store.verify().unwrap();
        let mut index = index(&store);
        for app in index.values_mut() {
            app.publisher.key_id = "id".to_owned();
        }
        index
    };
    let index = change(false);
    assert_eq!(index, change(true));
    let app = &index["gitea"];
    assert_eq!(
        (app.added, app.updated),
        (Time::from_unix(NOW), Time::from_unix(NOW + DAY))
    );
    assert_eq!(index["ghost"].updated, Time::from_unix(NOW));
}

#[test]
fn a_change_of_one_app_touches_little() {
    let store = three();
    store.build().unwrap();
    let before = store.site();
    store.lock("gitea", "c");
    store.build_at(NOW + DAY).unwrap();
    let mut touched = changed(&before, &store.site());
    for name in &mut touched {
        // Hashes.
        if let Some(at) = name.find("index/") {
            name.replace_range(at + 6..at + 71, "");
        }
    }
    assert_eq!(
        touched,
        [
            "gallery/apps/gitea.html",
            "metadata/2.snapshot.json",
            "metadata/2.targets.json",
            "metadata/deltas/1-2.snapshot.json.zst",
            "metadata/deltas/1-2.targets.json.zst",
            "metadata/timestamp.json",
            "targets/index/00.json",
        ]
    );
    // A file that changed back and forth within a moment is noticed, too.
    store.manifest("ghost", "name: Ghosts\n");
    store.sign("ghost", "bob").unwrap();
    store.build_at(NOW + 2 * DAY).unwrap();
    assert_eq!(index(&store)["ghost"].name, "Ghosts");
    assert!(store.verify().unwrap().contains("4 deltas"));
}

#[test]
fn every_error_is_said_at_once_and_nothing_is_written() {
    let store = three();
    store.write(
        "store/store.yaml",
        "name: Test store\nhold: [nobody]\ncolour: red\n",
    );
    store.manifest("immich", "name: 5\ncategorys: [a]\n");
    store.manifest("gitea", "name: Changed after it was signed\n");
    fs::remove_file(store.at("store/locks/ghost.json")).unwrap();
    store.write("store/apps/README.md", "?");
    store.app("second", "bob");
    fs::rename(store.at("store/apps/second"), store.at("store/apps/third")).unwrap();
    let said = store.build().unwrap_err();
    let here = store.path().display();
    for line in [
        format!("{here}/store/store.yaml:3:1: “colour” is not known here"),
        format!("{here}/store/store.yaml:1:1: hold: there is no app nobody"),
        format!("{here}/store/apps/README.md:1:1: only folders"),
        format!("{here}/store/apps/immich/app.yaml:3:7: name: must be a text"),
        format!("{here}/store/apps/immich/app.yaml:4:1: categorys: "),
        format!(
            "{here}/store/apps/gitea:1:1: apps/gitea/app.yaml is not the file that was signed for"
        ),
        format!(
            "{here}/store/apps/ghost/app.yaml:1:1: there is no {here}/store/locks/ghost.json; run `index-builder resolve`"
        ),
        format!("{here}/store/apps/third/app.yaml:2:7: slug: second lies in a folder called third"),
    ] {
        assert!(said.contains(&line), "{line}\nis not in\n{said}");
    }
    assert!(said.contains("nothing was published"), "{said}");
    assert!(!store.at("out").exists());
}

#[test]
fn a_lock_of_another_image_is_refused() {
    let store = three();
    store.manifest("immich", "name: Immich\n");
    let path = store.at("store/apps/immich/app.yaml");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("example.org/immich", "example.org/other");
    fs::write(&path, text).unwrap();
    store.sign("immich", "alice").unwrap();
    let said = store.build().unwrap_err();
    assert!(
        said.contains("the lock is for example.org/immich, the manifest names example.org/other"),
        "{said}"
    );
}

/// Signs files as a publisher who does not use our tool.
fn sign_anything(store: &Store, slug: &str, files: &[(&str, &[u8])]) {
    let pem = fs::read_to_string(store.at("alice.key")).unwrap();
    let key = SecretKey::from_pem(&pem).unwrap();
    let mut all = BTreeMap::new();
    for (name, bytes) in files {
        all.insert((*name).to_owned(), bytes.to_vec());
        fs::write(store.at(&format!("store/apps/{slug}/{name}")), bytes).unwrap();
    }
    let slug_ = Slug::new(slug).unwrap();
    let expires = Time::from_unix(NOW + 300 * DAY);
    let version = NonZeroU64::new(50).unwrap();
    let signed = publisher::sign(&slug_, &all, version, expires, &key).unwrap();
    fs::write(
        store.at(&format!("store/apps/{slug}/publisher.json")),
        signed,
    )
    .unwrap();
}

#[test]
fn pictures_are_put_in_order_when_signed_and_refused_when_not() {
    let store = Store::founded();
    store.app("immich", "alice");
    fs::remove_file(store.at("store/apps/immich/icon.svg")).unwrap();
    // A large JPEG becomes a small PNG, wherever it lies.
    let jpeg = jpeg(700, 300);
    fs::write(store.at("logo.jpg"), &jpeg).unwrap();
    let said = store
        .run("publisher sign @store/apps/immich/app.yaml --icon @logo.jpg --key @alice.key")
        .unwrap();
    assert!(said.contains("app.yaml and icon.png"), "{said}");
    let png = store.read("store/apps/immich/icon.png");
    assert!(png.starts_with(b"\x89PNG") && png.len() < jpeg.len() * 4);
    store.build().unwrap();
    assert_eq!(
        index(&store)["immich"].icon.as_ref().unwrap().path,
        "apps/immich/icon.png"
    );
    // Signing again changes nothing of it.
    store.sign("immich", "alice").unwrap();
    assert_eq!(store.read("store/apps/immich/icon.png"), png);
    // A drawing with a script is not signed by our tool …
    let evil = SVG.replace("<path", "<script>alert(1)</script><path");
    fs::write(store.at("evil.svg"), &evil).unwrap();
    let line = "publisher sign @store/apps/immich/app.yaml --icon @evil.svg --key @alice.key";
    let said = store.run(line).unwrap_err();
    assert!(
        said.contains("evil.svg: line 1: an element “script”"),
        "{said}"
    );
    // … and not published when another signed it.
    let manifest = store.read("store/apps/immich/app.yaml");
    for (files, reason) in [
        (vec![("icon.svg", evil.as_bytes())], "an element “script”"),
        (vec![("icon.png", jpeg.as_slice())], "it is no PNG"),
        (
            vec![("icon.png", png.as_slice()), ("icon.svg", SVG.as_bytes())],
            "only one",
        ),
        (
            vec![("install.sh", b"#!".as_slice())],
            "it lists install.sh",
        ),
    ] {
        let mut files = files;
        files.push(("app.yaml", &manifest));
        sign_anything(&store, "immich", &files);
        let said = store.build().unwrap_err();
        assert!(said.contains(reason), "{reason} is not in {said}");
    }
    sign_anything(&store, "immich", &[("icon.svg", SVG.as_bytes())]);
    let said = store.build().unwrap_err();
    assert!(said.contains("it does not list app.yaml"), "{said}");
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([
            u8::try_from(x % 251).unwrap(),
            u8::try_from(y % 241).unwrap(),
            90,
        ])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn what_nobody_needs_any_more_goes_and_the_rest_stays() {
    let store = three();
    for number in 0..14 {
        let letter = char::from_digit(number % 6 + 10, 16).unwrap().to_string();
        store.lock("gitea", &letter);
        if number == 3 {
            fs::rename(store.at("store/apps/ghost"), store.at("ghost")).unwrap();
        }
        store.build_at(NOW + i64::from(number) * DAY).unwrap();
    }
    let at = NOW + 13 * DAY;
    let said = store.run_at("verify @out --root @1.root.json", at).unwrap();
    assert!(
        said.contains("2 apps") && said.contains("16 deltas"),
        "{said}"
    );
    let site = store.site();
    let count = |part: &str| site.keys().filter(|name| name.contains(part)).count();
    assert_eq!(count(".snapshot.json") - count("deltas/") / 2, 9);
    // The newest part of the index, and those of the nine snapshots before.
    assert_eq!(count("targets/index/"), 10);
    assert_eq!(count("targets/apps/ghost/"), 0);
    assert_eq!(count("gallery/apps/"), 2);
    assert_eq!(count("metadata/1.root.json"), 1);
    assert!(!index(&store).contains_key("ghost"));
}

#[test]
fn what_broke_off_is_mended() {
    let store = three();
    store.build().unwrap();
    let whole = store.site();
    // As after a power cut: half a file under its name, another left aside,
    // and no word of it in what the last run kept.
    let icon = whole
        .keys()
        .find(|name| name.ends_with("icon.svg"))
        .unwrap();
    fs::write(store.at("out").join(icon), "<sv").unwrap();
    fs::write(store.at("out/metadata/1.app-gitea.json"), "{").unwrap();
    fs::write(store.at("out/metadata/.new-1-1"), "x").unwrap();
    fs::remove_file(store.at("store/.index-builder/state.json")).unwrap();
    assert!(store.verify().is_err());
    store.build().unwrap();
    assert_eq!(changed(&whole, &store.site()), [] as [&str; 0]);
    // A state that can not be read is none.
    store.write("store/.index-builder/state.json", "{\"format\":1");
    store.build().unwrap();
    assert_eq!(changed(&whole, &store.site()), [] as [&str; 0]);
}

#[test]
fn a_stranger_finds_what_was_tampered_with() {
    let store = three();
    store.build().unwrap();
    store.lock("gitea", "c");
    store.build_at(NOW + DAY).unwrap();
    store.verify().unwrap();
    let check = |part: &str, change: &dyn Fn(&[u8]) -> Vec<u8>, reason: &str| {
        let site = store.site();
        let name = site.keys().find(|name| name.contains(part)).unwrap();
        let path = store.at("out").join(name);
        fs::write(&path, change(&site[name])).unwrap();
        let said = store.verify().unwrap_err();
        assert!(said.contains(reason), "{name}: {reason} is not in\n{said}");
        fs::write(&path, &site[name]).unwrap();
        store.verify().unwrap();
    };
    let longer = |bytes: &[u8]| [bytes, b" "].concat();
    check("app.yaml", &longer, "is not the file that was signed for");
    check("icon.svg", &longer, "is not the file that was signed for");
    check(
        "timestamp.json",
        &|bytes| bytes.to_ascii_uppercase(),
        "timestamp",
    );
    check("2.snapshot.json", &longer, "snapshot");
    check("app-ghost.json", &longer, "app-ghost");
    check("1.root.json", &longer, "it is not ");
    let old = store.site()["metadata/1.targets.json"].clone();
    check("metadata/2.targets.json", &move |_| old.clone(), "targets");
    check(
        "deltas/1-2.targets",
        &|bytes| bytes[..bytes.len() - 9].to_vec(),
        "1-2.targets.json.zst",
    );
    // Everything at once.
    for part in ["apps/immich/", "apps/ghost/"] {
        let site = store.site();
        for name in site
            .keys()
            .filter(|name| name.starts_with("targets/") && name.contains(part))
        {
            fs::remove_file(store.at("out").join(name)).unwrap();
        }
    }
    let said = store.verify().unwrap_err();
    assert!(said.contains("6 errors"), "{said}");
    // Expired.
    let said = store.run_at("verify @out", NOW + 20 * DAY).unwrap_err();
    assert!(said.contains("expired"), "{said}");
}

#[test]
fn the_index_can_not_say_more_than_publishers_signed() {
    let store = three();
    store.build().unwrap();
    // The store's own keys sign an index that calls an app otherwise.
    let target = store
        .site()
        .into_iter()
        .find(|(name, _)| name.contains("targets/index/"));
    let (name, bytes) = target.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("The ghost"));
    let version = "metadata/1.targets.json";
    let forged = text.replace("The ghost", "The toast");
    let hash = |bytes: &[u8]| harbour_core::tuf::content::describe(bytes).hashes["sha256"].clone();
    let (old, new) = (hash(text.as_bytes()), hash(forged.as_bytes()));
    fs::write(store.at("out").join(name.replace(&old, &new)), &forged).unwrap();
    let resign = |file: &str, key: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value =
            serde_json::from_slice(&store.read(&format!("out/{file}"))).unwrap();
        change(&mut value["signed"]);
        value["signatures"] = serde_json::json!([]);
        let bytes = serde_json::to_vec(&value).unwrap();
        let mut envelope = harbour_core::tuf::envelope::Envelope::read("any", &bytes).unwrap();
        let pem = fs::read_to_string(store.at(&format!("{key}.key"))).unwrap();
        envelope.sign(&SecretKey::from_pem(&pem).unwrap());
        let bytes = envelope.write().unwrap();
        fs::write(store.at(&format!("out/{file}")), &bytes).unwrap();
        (hash(&bytes), bytes.len())
    };
    let (targets, length) = resign(version, "targets", &|signed| {
        signed["targets"]["index/00.json"]["hashes"]["sha256"] = new.clone().into();
    });
    let (snapshot, snapshot_length) = resign("metadata/1.snapshot.json", "snapshot", &|signed| {
        signed["meta"]["targets.json"]["hashes"]["sha256"] = targets.clone().into();
        signed["meta"]["targets.json"]["length"] = length.into();
    });
    resign("metadata/timestamp.json", "timestamp", &|signed| {
        signed["meta"]["snapshot.json"]["hashes"]["sha256"] = snapshot.clone().into();
        signed["meta"]["snapshot.json"]["length"] = snapshot_length.into();
    });
    let said = store.verify().unwrap_err();
    assert!(
        said.contains("the index says something else of ghost: its manifest says otherwise"),
        "{said}"
    );
    assert!(said.contains("1 error;"), "{said}");
}

#[test]
fn nothing_of_a_publisher_becomes_markup() {
    let store = Store::founded();
    let evil = "\"<script>alert('x')</script>&\"";
    store.manifest("evil", &format!("name: {evil}\ndescription: {evil}\ncategories: [{evil}, Über]\nhomepage: https://example.org/?a=%22onload=x\n"));
    store.sign("evil", "alice").unwrap();
    store.lock("evil", "a");
    store.build().unwrap();
    store.verify().unwrap();
    let mut pages = 0;
    for (name, bytes) in store.site() {
        if name.ends_with(".html") {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("<script"), "{name}");
            assert!(
                text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;"),
                "{name}"
            );
            pages += 1;
        }
    }
    // The first one, two categories, the app.
    assert_eq!(pages, 4);
}

#[test]
fn an_empty_store_is_one_too() {
    let store = Store::founded();
    store.build().unwrap();
    assert!(store.verify().unwrap().contains("0 apps, 2 files"));
    store.app("first", "alice");
    store.build_at(NOW + DAY).unwrap();
    store.verify().unwrap();
}

#[test]
fn publishers_are_reminded_before_their_signatures_expire() {
    let store = Store::founded();
    store.app("immich", "alice");
    store
        .run("publisher sign @store/apps/immich/app.yaml --key @alice.key --days 20")
        .unwrap();
    let said = store.build().unwrap();
    assert!(
        said.contains("immich: what its publisher signed holds until"),
        "{said}"
    );
}
