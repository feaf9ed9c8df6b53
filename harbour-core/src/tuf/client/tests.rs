//! Updates against a repository in memory: the workflow and its attacks.

mod attacks;
mod world;

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use serde_json::json;
use world::{NOW, World, key, sign};

use super::Step;
use crate::tuf::envelope::Envelope;
use crate::tuf::metadata::{Root, Targets};
use crate::tuf::refusal::Refusal;
use crate::tuf::repo::root::{TopLevel, rotate};
use crate::tuf::secret::SecretKey;

#[test]
fn a_first_update_fetches_four_files_and_keeps_them_as_they_came() {
    let mut world = World::new();
    world.refresh().unwrap();
    assert_eq!(
        world.fetched,
        [
            "2.root.json",
            "timestamp.json",
            "1.snapshot.json",
            "1.targets.json"
        ]
    );
    for (role, file) in [
        ("timestamp", "timestamp.json"),
        ("snapshot", "1.snapshot.json"),
        ("targets", "1.targets.json"),
    ] {
        assert_eq!(world.stored[role], world.remote[file], "{role}");
    }
    // Nothing is new: only the root and the timestamp are asked for.
    world.refresh().unwrap();
    assert_eq!(world.fetched, ["2.root.json", "timestamp.json"]);
}

#[test]
fn a_target_is_found_with_the_publisher_that_signed_it() {
    let mut world = World::new();
    let found = world.find("apps/immich/app.yaml").unwrap();
    assert_eq!(found.role, "app-immich");
    let (id, publisher) = &found.signed_by[0];
    assert_eq!(*id, key(20).public().id());
    assert_eq!(publisher.name(), Some("Immich"));
    assert_eq!(world.fetched[4..], ["1.app-immich.json"]);
    let fetch = found.fetch();
    let hash = &found.file.hashes["sha256"];
    assert_eq!(fetch.path, format!("apps/immich/{hash}.app.yaml"));
    assert_eq!(fetch.limit, found.file.length);
    // The role is stored now.
    world.find("apps/immich/app.yaml").unwrap();
    assert_eq!(world.fetched, ["2.root.json", "timestamp.json"]);
    let own = world.find("catalogue.json").unwrap();
    assert_eq!(own.role, "targets");
}

#[test]
fn without_consistent_snapshots_names_have_neither_version_nor_hash() {
    let mut world = World::new();
    world.root.consistent_snapshot = false;
    world.root.common.version = NonZeroU64::new(2).unwrap();
    let root = world.root.clone();
    world.put_root(&root, &[1, 2]);
    for (versioned, plain) in [
        ("1.snapshot.json", "snapshot.json"),
        ("1.targets.json", "targets.json"),
        ("1.app-immich.json", "app-immich.json"),
    ] {
        let bytes = world.remote.remove(versioned).unwrap();
        world.remote.insert(plain.to_owned(), bytes);
    }
    let found = world.find("apps/immich/app.yaml").unwrap();
    assert_eq!(found.fetch().path, "apps/immich/app.yaml");
    let order = [
        "2.root.json",
        "3.root.json",
        "timestamp.json",
        "snapshot.json",
        "targets.json",
        "app-immich.json",
    ];
    assert_eq!(world.fetched, order);
}

#[test]
fn roots_are_followed_one_by_one_and_only_the_last_must_not_be_expired() {
    let mut world = World::new();
    for version in 2..=5 {
        let expires = if version < 5 {
            NOW.plus_days(0)
        } else {
            NOW.plus_days(9)
        };
        let root = rotate(&world.root, TopLevel::Root, &[], &[], None, expires).unwrap();
        world.put_root(&root, &[1, 2]);
        world.root = root;
    }
    world.refresh().unwrap();
    let root: Root = Envelope::read("root", &world.stored["root"])
        .unwrap()
        .content()
        .unwrap();
    assert_eq!(root.common.version.get(), 5);
    let root = rotate(&world.root, TopLevel::Root, &[], &[], None, NOW).unwrap();
    world.put_root(&root, &[1, 2]);
    assert!(matches!(world.refresh(), Err(Refusal::Expired { role, .. }) if role == "root"));
    // It is kept all the same (section 5.3.8).
    assert_eq!(world.stored["root"], world.remote["6.root.json"]);
}

#[test]
fn the_walk_is_depth_first_visits_no_role_twice_and_ends() {
    // targets → a → c → a …, targets → b
    let mut world = World::new();
    let child = |names: &[&str]| delegations(names, false);
    world.publish_targets(&[
        ("targets", child(&["a", "b"])),
        ("a", child(&["c"])),
        ("b", child(&[])),
        ("c", child(&["a", "b"])),
    ]);
    assert!(matches!(world.find("x"), Err(Refusal::NoTarget(_))));
    assert_eq!(world.fetched[4..], ["1.a.json", "1.c.json", "1.b.json"]);
    world.publish_targets(&[
        ("targets", child(&["a", "b"])),
        ("a", delegations(&["c", "b"], true)),
        ("c", child(&[])),
        ("b", child(&[])),
    ]);
    world.stored.retain(|role, _| role == "root");
    assert!(matches!(world.find("x"), Err(Refusal::NoTarget(_))));
    assert_eq!(world.fetched[4..], ["1.a.json", "1.c.json"]);
}

#[test]
fn a_walk_without_end_is_ended() {
    let mut world = World::new();
    let names: Vec<String> = (0..100).map(|number| format!("r{number}")).collect();
    let mut roles: Vec<_> = names
        .windows(2)
        .map(|pair| (pair[0].as_str(), delegations(&[&pair[1]], false)))
        .collect();
    roles.push(("targets", delegations(&["r0"], false)));
    world.publish_targets(&roles);
    assert!(matches!(world.find("x"), Err(Refusal::TooDeep(_))));
    assert_eq!(world.fetched.len(), 4 + 32);
}

#[test]
fn fields_of_others_survive_being_read_and_written() {
    let mut world = World::new();
    let role = json!({
        "_type": "targets", "spec_version": "1.0.99", "version": 1, "x-new": {"a": [1]},
        "expires": NOW.plus_days(5).to_string(),
        "targets": {"t": {"length": 1, "hashes": {"sha256": "00"}, "custom": {"b": null}, "x": 1}},
        "delegations": {"keys": {}, "roles": [], "x": "y"},
    });
    let targets: Targets = serde_json::from_value(role.clone()).unwrap();
    assert_eq!(serde_json::to_value(&targets).unwrap(), role);
    world.publish_value(&role);
    assert_eq!(
        world.find("t").unwrap().file.custom,
        Some(json!({"b": null}))
    );
}

#[test]
fn keys_of_unknown_kinds_do_not_count_and_do_no_harm() {
    let mut world = World::new();
    let mut root = world.root.clone();
    root.common.version = NonZeroU64::new(2).unwrap();
    let strange =
        json!({"keytype": "rsa", "scheme": "rsassa-pss-sha256", "keyval": {"public": 5}, "x": 1});
    root.keys
        .insert("strange".into(), serde_json::from_value(strange).unwrap());
    root.roles.timestamp.keyids.insert(0, "strange".into());
    // A key may have any name.
    let renamed = root.keys.remove(&key(4).public().id()).unwrap();
    root.keys.insert("any name".into(), renamed);
    root.roles.timestamp.keyids[1] = "any name".into();
    world.put_root(&root, &[1, 2]);
    let timestamp = String::from_utf8(world.remote["timestamp.json"].clone()).unwrap();
    let timestamp = timestamp.replace(key(4).public().id().as_str(), "any name");
    world
        .remote
        .insert("timestamp.json".to_owned(), timestamp.into_bytes());
    world.refresh().unwrap();
}

#[test]
fn ecdsa_keys_of_other_stores_are_verified() {
    // Made with OpenSSL.
    let pem = "-----BEGIN PUBLIC KEY-----\n\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAER53uH3k0utv2FYiUyDgfiFjldkRF\n\
        umnEvoBD051OD6OEt2gfzVP75ICfHntdWZFj6XqyHSd/s0+IDXUaVO3RIQ==\n\
        -----END PUBLIC KEY-----\n";
    let signature = "3046022100ee4ae677eceee1014089eeae3bb542633194d02e6291b93cd9ade0e2aef23e\
        51022100be783afc021c7a6ca5e327014e5f3f201d8fffdd4d3ad2468786e0b0cd4a5622";
    for keytype in ["ecdsa", "ecdsa-sha2-nistp256"] {
        let key: crate::tuf::key::Key = serde_json::from_value(json!({
            "keytype": keytype, "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": pem},
        }))
        .unwrap();
        assert!(key.supported());
        assert!(key.verify(b"bytes", signature).is_some());
        assert_eq!(key.verify(b"other", signature), None);
        assert_eq!(key.verify(b"bytes", &signature[2..]), None);
    }
}

#[test]
fn what_is_stored_is_shown_when_expired_but_not_installed() {
    let mut world = World::new();
    world.find("apps/immich/app.yaml").unwrap();
    let fresh = world.look(NOW).unwrap();
    assert_eq!(fresh.may_install(), Ok(()));
    let mut stale = world.look(NOW.plus_days(8)).unwrap();
    assert_eq!(stale.targets().unwrap().targets.len(), 1);
    let refusal = stale.may_install().unwrap_err().to_string();
    assert!(refusal.starts_with("timestamp expired on "), "{refusal}");
    assert!(refusal.ends_with("1 day ago"), "{refusal}");
    let found = world.search(&mut stale, "apps/immich/app.yaml").unwrap();
    assert_eq!(found.role, "app-immich");
    // Half an update is shown too, and not installed from.
    world.publish();
    world.remote.remove("2.targets.json");
    assert!(world.refresh().is_err());
    let half = world.look(NOW).unwrap();
    assert_eq!(half.targets().unwrap().common.version.get(), 1);
    assert!(matches!(
        half.may_install(),
        Err(Refusal::Content { .. } | Refusal::WrongVersion { .. })
    ));
    world.stored.remove("targets");
    assert!(matches!(world.look(NOW), Err(Refusal::Unknown(_))));
}

#[test]
fn what_was_verified_stays_when_the_rest_can_not_be() {
    let mut world = World::new();
    world
        .remote
        .insert("1.targets.json".to_owned(), b"{}".to_vec());
    assert!(world.refresh().is_err());
    let roles: Vec<_> = world.stored.keys().map(String::as_str).collect();
    assert_eq!(roles, ["root", "snapshot", "timestamp"]);
}

#[test]
fn steps_are_given_once_and_in_order() {
    let world = World::new();
    let mut client = super::Client::update(&world.stored["root"], NOW).unwrap();
    assert!(matches!(client.step(), Ok(Step::Fetch(fetch)) if fetch.path == "2.root.json"));
    client.missing().unwrap();
    assert!(matches!(client.step(), Ok(Step::Load { role }) if role == "timestamp"));
    client.loaded(None).unwrap();
    assert!(matches!(client.step(), Ok(Step::Fetch(fetch)) if fetch.limit == 16_384));
    client.fetched(&world.remote["timestamp.json"]).unwrap();
    assert!(matches!(client.step(), Ok(Step::Save { role, .. }) if role == "timestamp"));
    assert!(matches!(client.step(), Ok(Step::Load { role }) if role == "snapshot"));
    // A search before the end finds nothing and breaks nothing.
    client.find(crate::tuf::name::TargetPath::new("x").unwrap());
    assert!(matches!(
        client.take_found(),
        Some(Err(Refusal::Unknown(_)))
    ));
}

/// Delegations to roles signed with key 30, for every path.
fn delegations(names: &[&str], terminating: bool) -> serde_json::Value {
    let signer: SecretKey = key(30);
    let id = signer.public().id();
    let keys = BTreeMap::from([(id.as_str().to_owned(), signer.public())]);
    let role = |(index, name): (usize, &&str)| {
        json!({"name": name, "keyids": [id.as_str()], "threshold": 1,
               "terminating": terminating && index == 0, "paths": ["*"]})
    };
    json!({"keys": keys, "roles": names.iter().enumerate().map(role).collect::<Vec<_>>()})
}

#[test]
fn a_role_lists_what_it_likes_but_only_its_paths_count() {
    let mut world = World::new();
    // Signed by the right key, but it speaks for somebody else's folder.
    let role = json!({
        "_type": "targets", "spec_version": "1.0.0", "version": 1,
        "expires": NOW.plus_days(5).to_string(),
        "targets": {"apps/nextcloud/app.yaml": {"length": 1, "hashes": {"sha256": "00"}}},
    });
    let bytes = sign(&role, &[&key(20)]);
    world.replace_app("app-immich", &bytes);
    let found = world.find("apps/nextcloud/app.yaml").unwrap();
    assert_eq!(found.role, "app-nextcloud");
    assert_ne!(found.file.length, 1);
}
