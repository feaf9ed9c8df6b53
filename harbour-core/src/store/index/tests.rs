//! Shards, entries made of manifests and locks, and what is not taken.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::manifest;
use crate::store::lock::Found;

fn digest(letter: &str) -> Digest {
    Digest::parse(&format!("sha256:{}", letter.repeat(64))).unwrap()
}

fn at(seconds: i64) -> Time {
    Time::from_unix(1_800_000_000 + seconds)
}

const V2: &str = "schema: v2
name: Photos
slug: photos
description: Keeps photographs.
categories: [media]
homepage: https://photos.example
architectures: [arm64, amd64]
webui: {service: web, port: 80}
services:
  database: {image: postgres, defaultTag: \"16.3\"}
  web: {image: ghcr.io/photos/web, defaultTag: v1.2.0, ports: [{container: 80}]}
";

fn parsed(text: &str) -> Manifest {
    manifest::parse(text.as_bytes()).unwrap()
}

fn found(tag: &str, letter: &str) -> Found {
    Found {
        tag: Some(tag.to_owned()),
        digest: digest(letter),
        platforms: vec![Platform {
            platform: "linux/amd64".to_owned(),
            digest: digest("9"),
            size: 1_000,
        }],
    }
}

fn locked(web: &str, before: &Lock, now: Time) -> Lock {
    let found = BTreeMap::from([
        ("database".to_owned(), found("16.4", "d")),
        ("web".to_owned(), found("v1.3.0", web)),
    ]);
    before.after(&parsed(V2), &found, now)
}

fn listed() -> Listed {
    Listed {
        publisher: Publisher {
            name: "Photo team".to_owned(),
            key_id: "ab".repeat(32),
        },
        manifest: FileEntry {
            path: "apps/photos/app.yaml".to_owned(),
            cid: Cid::of(V2.as_bytes()),
            length: 100,
        },
        icon: None,
    }
}

fn entry(lock: &Lock, before: Option<&AppEntry>, now: Time) -> AppEntry {
    let entry = AppEntry::new(&parsed(V2), lock, listed(), now).unwrap();
    entry.after(before, now)
}

#[test]
fn an_entry_says_what_manifest_and_lock_say() {
    let lock = locked("a", &Lock::empty(), at(0));
    let entry = entry(&lock, None, at(5));
    // The service with the page names the version, not the first one.
    assert_eq!(entry.version, "v1.3.0");
    assert_eq!(entry.architectures, ["amd64", "arm64"]);
    assert_eq!((entry.added, entry.updated), (at(5), at(5)));
    assert_eq!(entry.services["web"].image, "ghcr.io/photos/web");
    assert_eq!(
        entry.services["database"].image,
        "docker.io/library/postgres"
    );
    let shard = Shard {
        format: FORMAT,
        apps: vec![entry],
    };
    assert_eq!(Shard::read(&shard.write(), 0, 0), Ok(shard));
}

#[test]
fn times_stay_until_something_changes() {
    let lock = locked("a", &Lock::empty(), at(0));
    let first = entry(&lock, None, at(5));
    let again = entry(&lock, Some(&first), at(100));
    assert_eq!(again, first);
    let lock = locked("b", &lock, at(200));
    let changed = entry(&lock, Some(&first), at(201));
    assert_eq!((changed.added, changed.updated), (at(5), at(201)));
    assert_eq!(changed.services["web"].first_seen, at(200));
    // What did not change keeps the time at which it was first seen.
    assert_eq!(changed.services["database"].first_seen, at(0));
}

#[test]
fn a_digest_that_comes_back_was_not_first_seen_now() {
    let first = locked("a", &Lock::empty(), at(0));
    let second = locked("b", &first, at(10));
    let third = locked("a", &second, at(20));
    assert_eq!(third.services["web"].first_seen, at(0));
    let web: Vec<_> = third
        .history
        .iter()
        .filter(|seen| seen.service == "web")
        .map(|seen| (seen.digest.hex().starts_with('a'), seen.first_seen))
        .collect();
    assert_eq!(web, [(true, at(0)), (false, at(10)), (true, at(0))]);
    let mut long = third;
    for (number, letter) in "0123456789cdef".chars().enumerate() {
        let now = at(30 + i64::try_from(number).unwrap());
        long = locked(&letter.to_string(), &long, now);
    }
    assert_eq!(long.history.len(), MAX_HISTORY);
    assert!(long.history[0].digest.hex().starts_with('f'));
    assert_eq!(Lock::read(&long.write()), Ok(long));
}

#[test]
fn a_lock_of_another_manifest_is_refused() {
    let lock = locked("a", &Lock::empty(), at(0));
    let check = |text: &str, reason: &str| {
        let error = AppEntry::new(&parsed(text), &lock, listed(), at(0)).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains(reason) && error.contains("resolve"),
            "{error}"
        );
    };
    check(&V2.replace("image: postgres", "image: mariadb"), "mariadb");
    check(
        &format!("{V2}  cache: {{image: redis}}\n"),
        "cache: it is not",
    );
    let only = "schema: v2\nname: P\nslug: photos\nservices:\n  web: {image: ghcr.io/photos/web}\n";
    check(only, "database: the manifest has no such service");
    let pinned = format!("ghcr.io/photos/web@{}", digest("f"));
    let pinned = V2.replace("ghcr.io/photos/web, defaultTag: v1.2.0", &pinned);
    check(&pinned, "names a digest");
}

#[test]
fn the_one_service_of_version_1_is_called_app() {
    let manifest = parsed("schema: v1\nname: Web\nslug: web\nimage: nginx\n");
    let found = BTreeMap::from([(ONLY_SERVICE.to_owned(), found("latest", "a"))]);
    let lock = Lock::empty().after(&manifest, &found, at(0));
    let mut listed = listed();
    listed.manifest.path = "apps/web/app.yaml".to_owned();
    let entry = AppEntry::new(&manifest, &lock, listed, at(0)).unwrap();
    assert_eq!(entry.version, "latest");
    assert_eq!(entry.services.keys().collect::<Vec<_>>(), ["app"]);
}

#[test]
fn shards_are_the_first_bits_of_the_hash() {
    // SHA-256 of “immich” begins with these digits.
    let first = Sha256::digest("immich")[0];
    assert_eq!(shard_of("immich", 8), format!("index/{first:02x}.json"));
    assert_eq!(shard_of("immich", 9), shard_of("immich", 8));
    assert_eq!(
        shard_of("immich", 4),
        format!("index/{:02x}.json", first & 0xf0)
    );
    assert_eq!(
        shard_of("immich", 1),
        format!("index/{:02x}.json", first & 0x80)
    );
    assert_eq!(shard_of("immich", 0), "index/00.json");
    assert_eq!(shard_bytes(0).collect::<Vec<_>>(), [0]);
    assert_eq!(shard_bytes(2).collect::<Vec<_>>(), [0, 0x40, 0x80, 0xc0]);
    assert_eq!(shard_bytes(8).count(), 256);
}

#[test]
fn an_index_is_split_when_it_grows_and_not_joined_at_once() {
    for (apps, bits) in [
        (0, 0),
        (40, 0),
        (41, 1),
        (80, 1),
        (81, 2),
        (10_000, 8),
        (50_000, 8),
    ] {
        assert_eq!(choose_shard_bits(apps, None), bits, "{apps}");
    }
    assert_eq!(choose_shard_bits(40, Some(1)), 1);
    assert_eq!(choose_shard_bits(21, Some(1)), 1);
    assert_eq!(choose_shard_bits(40, Some(2)), 0);
    assert_eq!(choose_shard_bits(100, Some(0)), 2);
}

fn shard() -> Value {
    let lock = locked("a", &Lock::empty(), at(0));
    json!({"format": 1, "apps": [entry(&lock, None, at(0))]})
}

fn reading(value: &Value) -> Result<Shard, IndexError> {
    Shard::read(&serde_json::to_vec(value).unwrap(), 0, 0)
}

#[test]
fn unknown_keys_are_passed_over() {
    let mut value = shard();
    value["later"] = json!(1);
    value["apps"][0]["later"] = json!({"a": []});
    value["apps"][0]["services"]["web"]["later"] = json!(null);
    assert_eq!(reading(&value), reading(&shard()));
}

#[test]
fn what_is_out_of_bounds_is_refused_with_its_place() {
    for (at, odd, reason) in [
        ("/format", json!(2), "format 2"),
        ("/apps/0/slug", json!("../x"), "slug"),
        ("/apps/0/name", json!(""), "name"),
        ("/apps/0/name", json!("a\nb"), "name"),
        ("/apps/0/name", json!("n".repeat(201)), "name"),
        ("/apps/0/homepage", json!("javascript:alert(1)"), "homepage"),
        ("/apps/0/homepage", json!("https://a b"), "homepage"),
        ("/apps/0/version", json!(""), "version"),
        (
            "/apps/0/manifest/path",
            json!("apps/other/app.yaml"),
            "is not in apps/photos/",
        ),
        ("/apps/0/manifest/cid", json!("Qm"), "no CID"),
        ("/apps/0/added", json!("yesterday"), "no time"),
        ("/apps/0/services/web/digest", json!("sha256:1"), "64 hex"),
        ("/apps/0/services/web/image", json!("nginx"), "full name"),
        ("/apps/0/services/web/tag", json!("a b"), "tag"),
        ("/apps/0/history/0/tag", json!(""), "tag"),
        ("/apps", json!({}), "no index"),
    ] {
        let mut value = shard();
        *value.pointer_mut(at).unwrap() = odd;
        let error = reading(&value).unwrap_err().to_string();
        assert!(error.contains(reason), "{at}: {error}");
    }
    let one = shard()["apps"][0].clone();
    let mut twice = shard();
    twice["apps"] = json!([one, one]);
    assert!(
        reading(&twice)
            .unwrap_err()
            .to_string()
            .contains("not after")
    );
    let mut many = shard();
    many["apps"][0]["history"] = vec![one["history"][0].clone(); MAX_HISTORY + 1].into();
    assert!(
        reading(&many)
            .unwrap_err()
            .to_string()
            .contains("there are 11")
    );
    // The right app in the wrong shard.
    let other = shard_byte("photos", 8) ^ 1;
    let bytes = serde_json::to_vec(&shard()).unwrap();
    let error = Shard::read(&bytes, other, 8).unwrap_err().to_string();
    assert!(error.contains("another shard"), "{error}");
    let error = Shard::read(&vec![b' '; MAX_SHARD + 1], 0, 0).unwrap_err();
    assert!(matches!(error, IndexError::Long { .. }));
}

#[test]
fn a_head_is_read_within_limits() {
    let head = Head {
        format: FORMAT,
        name: "Our store".to_owned(),
        description: String::new(),
        homepage: Some("https://store.example".to_owned()),
        shard_bits: 3,
    };
    assert_eq!(Head::read(&head.write()), Ok(head.clone()));
    for (wrong, reason) in [
        (
            Head {
                shard_bits: 9,
                ..head.clone()
            },
            "shardBits",
        ),
        (
            Head {
                name: String::new(),
                ..head.clone()
            },
            "name",
        ),
        (
            Head {
                format: 2,
                ..head.clone()
            },
            "update Harbourmaster",
        ),
    ] {
        let error = Head::read(&wrong.write()).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange_to_refuse(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Shard::read(&bytes, 0, 0).is_err());
        prop_assert!(Head::read(&bytes).is_err());
        prop_assert!(Lock::read(&bytes).is_err());
    }

    #[test]
    fn every_slug_is_in_the_shard_that_its_name_says(slug in "[a-z0-9-]{1,63}", bits in 0_u8..=8) {
        let path = shard_of(&slug, bits);
        prop_assert!(shard_bytes(bits).any(|byte| shard_path(byte) == path));
    }
}
