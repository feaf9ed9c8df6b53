//! The attacks of the specification (section 1.5.2), one by one.

use serde_json::{Value, json};

use super::world::{NOW, World, key, kind, sign};
use crate::tuf::content::ContentCheck;
use crate::tuf::metadata::{Snapshot, Targets, Timestamp};
use crate::tuf::refusal::Refusal;
use crate::tuf::repo::root::{TopLevel, recover, rotate};

fn bumped(mut role: Value, version: u64) -> Value {
    role["version"] = json!(version);
    role
}

#[test]
fn arbitrary_software_needs_the_keys() {
    // Somebody else's key, the key of another role, no key at all.
    for signer in [99, 5, 6] {
        let mut world = World::new();
        let timestamp = world.signed("timestamp.json");
        world.forge("timestamp.json", &timestamp, signer);
        let refused = world.refresh().unwrap_err();
        let role = kind::<Timestamp>();
        assert_eq!(
            refused,
            Refusal::Signatures {
                role,
                valid: 0,
                needed: 1
            }
        );
        assert_eq!(world.stored.len(), 1);
    }
    let mut world = World::new();
    let found = world.find("catalogue.json").unwrap();
    let mut check: ContentCheck = found.check().unwrap();
    check.update(b"[]").unwrap();
    assert!(matches!(check.finish(), Err(Refusal::Content { .. })));
}

#[test]
fn one_changed_byte_is_a_refusal() {
    let world = World::new();
    for file in ["timestamp.json", "1.snapshot.json", "1.targets.json"] {
        let bytes = &world.remote[file];
        for at in (0..bytes.len()).step_by(7) {
            let mut world = World::new();
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            world.remote.insert(file.to_owned(), changed);
            let refused = world.refresh().is_err();
            // The last byte is white space after the file, in the timestamp
            // alone not covered by a hash.
            assert!(refused || at + 1 == bytes.len(), "{file} byte {at}");
        }
    }
}

#[test]
fn nothing_goes_back() {
    // An old timestamp.
    let mut world = World::new();
    let old = world.remote["timestamp.json"].clone();
    world.publish();
    world.refresh().unwrap();
    world.remote.insert("timestamp.json".to_owned(), old);
    let refused = world.refresh().unwrap_err();
    let role = kind::<Timestamp>();
    assert_eq!(
        refused,
        Refusal::Rollback {
            role,
            trusted: 2,
            offered: 1
        }
    );
    assert_eq!(world.version("timestamp"), Some(2));

    // A new timestamp of an old snapshot.
    let mut timestamp = bumped(world.signed("timestamp.json"), 3);
    timestamp["meta"]["snapshot.json"] = json!({"version": 1});
    world.forge("timestamp.json", &timestamp, 4);
    let refused = world.refresh().unwrap_err();
    let role = kind::<Snapshot>();
    assert_eq!(
        refused,
        Refusal::Rollback {
            role,
            trusted: 2,
            offered: 1
        }
    );
    assert_eq!(world.version("timestamp"), Some(2));

    // A new snapshot of old targets, or without a role that was there.
    for without in [false, true] {
        let mut snapshot = bumped(world.signed("2.snapshot.json"), 3);
        if without {
            snapshot["meta"]
                .as_object_mut()
                .unwrap()
                .remove("app-immich.json");
        } else {
            snapshot["meta"]["targets.json"] = json!({"version": 1});
        }
        world.forge("3.snapshot.json", &snapshot, 5);
        timestamp["meta"]["snapshot.json"] = json!({"version": 3});
        world.forge("timestamp.json", &timestamp, 4);
        let expected = match without {
            true => Refusal::NotListed {
                role: "app-immich".to_owned(),
            },
            false => Refusal::Rollback {
                role: kind::<Targets>(),
                trusted: 2,
                offered: 1,
            },
        };
        assert_eq!(world.refresh().unwrap_err(), expected);
        assert_eq!(world.version("snapshot"), Some(2));
    }
}

#[test]
fn versions_that_were_driven_up_come_down_with_new_keys() {
    let mut world = World::new();
    let mut snapshot = bumped(world.signed("1.snapshot.json"), u64::MAX);
    for entry in snapshot["meta"].as_object_mut().unwrap().values_mut() {
        *entry = json!({"version": u64::MAX});
    }
    world.forge(&format!("{}.snapshot.json", u64::MAX), &snapshot, 5);
    let mut timestamp = bumped(world.signed("timestamp.json"), u64::MAX);
    timestamp["meta"]["snapshot.json"] = json!({"version": u64::MAX});
    world.forge("timestamp.json", &timestamp, 4);
    // The thief has no targets key: those can not be fetched.
    assert!(world.refresh().is_err());
    assert_eq!(world.version("snapshot"), Some(u64::MAX));

    let (new_timestamp, new_snapshot) = ([key(14).public()], [key(15).public()]);
    let root = recover(
        &world.root,
        &new_timestamp,
        &new_snapshot,
        None,
        NOW.plus_days(365),
    );
    world.root = root.unwrap();
    let root = world.root.clone();
    world.put_root(&root, &[2, 3]);
    world.online = [14, 15, 6];
    world.publish();
    world.refresh().unwrap();
    assert_eq!(
        world.changes[..3],
        ["remove timestamp", "remove snapshot", "save root"]
    );
    assert_eq!(world.version("timestamp"), Some(1));
    assert_eq!(world.version("snapshot"), Some(1));
    assert_eq!(world.version("targets"), Some(1));
    world.find("apps/immich/app.yaml").unwrap();
}

#[test]
fn more_keys_are_no_reason_to_forget() {
    let mut world = World::new();
    world.refresh().unwrap();
    let added = [key(14).public()];
    let root = rotate(
        &world.root,
        TopLevel::Timestamp,
        &added,
        &[],
        None,
        NOW.plus_days(365),
    );
    let root = root.unwrap();
    world.put_root(&root, &[1, 3]);
    world.refresh().unwrap();
    assert_eq!(world.changes, ["save root"]);
}

#[test]
fn a_store_that_stands_still_is_noticed() {
    let mut world = World::new();
    world.refresh().unwrap();
    assert!(world.refresh_at(NOW.plus_days(6)).is_ok());
    // The moment of expiry is too late.
    let Err(Refusal::Expired { role, age, .. }) = world.refresh_at(NOW.plus_days(7)) else {
        panic!("not expired");
    };
    assert_eq!((role.as_str(), age), ("timestamp", 0));
    for (file, signer, role) in [
        ("timestamp.json", 4, "timestamp"),
        ("1.snapshot.json", 5, "snapshot"),
        ("1.targets.json", 6, "targets"),
        ("1.app-immich.json", 20, "app-immich"),
    ] {
        let mut world = World::new();
        let mut expired = world.signed(file);
        expired["expires"] = json!(NOW.to_string());
        let mut snapshot = world.signed("1.snapshot.json");
        // Without hashes, so that the expiry alone is wrong.
        for entry in snapshot["meta"].as_object_mut().unwrap().values_mut() {
            *entry = json!({"version": 1});
        }
        let mut timestamp = world.signed("timestamp.json");
        timestamp["meta"]["snapshot.json"] = json!({"version": 1});
        world.forge("1.snapshot.json", &snapshot, 5);
        world.forge("timestamp.json", &timestamp, 4);
        if file == "timestamp.json" {
            timestamp["expires"] = expired["expires"].clone();
            world.forge(file, &timestamp, signer);
        } else if file == "1.snapshot.json" {
            snapshot["expires"] = expired["expires"].clone();
            world.forge(file, &snapshot, signer);
        } else {
            world.forge(file, &expired, signer);
        }
        let refused = world.find("apps/immich/app.yaml").unwrap_err();
        assert!(
            matches!(&refused, Refusal::Expired { role: of, .. } if of == role),
            "{refused}"
        );
        assert!(!world.stored.contains_key(role), "{role} was kept");
        // Nobody else is hurt by a publisher who forgot.
        if role == "app-immich" {
            world.find("apps/nextcloud/app.yaml").unwrap();
        }
    }
}

#[test]
fn an_expired_timestamp_still_says_what_may_not_go_back() {
    let mut world = World::new();
    let old = world.remote["timestamp.json"].clone();
    world.publish();
    world.refresh().unwrap();
    world.remote.insert("timestamp.json".to_owned(), old);
    let refused = world.refresh_at(NOW.plus_days(20)).unwrap_err();
    assert!(matches!(refused, Refusal::Rollback { .. }), "{refused}");
}

#[test]
fn endless_files_are_cut() {
    let mut world = World::new();
    let limits = [
        ("2.root.json", 512_000),
        ("timestamp.json", 16_384),
        // What the signed length says is less than what is allowed at most.
        ("1.snapshot.json", world.remote["1.snapshot.json"].len()),
        ("1.targets.json", world.remote["1.targets.json"].len()),
        ("1.app-immich.json", world.remote["1.app-immich.json"].len()),
    ];
    for (file, limit) in limits {
        let kept = world.remote.get(file).cloned();
        world.remote.insert(file.to_owned(), vec![b' '; limit + 1]);
        let refused = world.find("apps/immich/app.yaml").unwrap_err();
        let limit = u64::try_from(limit).unwrap();
        assert_eq!(
            refused,
            Refusal::TooLarge {
                what: file.to_owned(),
                limit
            }
        );
        world.remote.remove(file);
        world
            .remote
            .extend(kept.map(|bytes| (file.to_owned(), bytes)));
    }
    world.find("apps/immich/app.yaml").unwrap();
}

#[test]
fn a_signed_length_does_not_lift_the_limit() {
    let mut world = World::new();
    let mut timestamp = world.signed("timestamp.json");
    timestamp["meta"]["snapshot.json"]["length"] = json!(u64::MAX);
    world.forge("timestamp.json", &timestamp, 4);
    world
        .remote
        .insert("1.snapshot.json".to_owned(), vec![b' '; 2_000_001]);
    let refused = world.refresh().unwrap_err();
    assert!(
        matches!(
            refused,
            Refusal::TooLarge {
                limit: 2_000_000,
                ..
            }
        ),
        "{refused}"
    );
}

#[test]
fn a_target_that_would_fill_the_disk_is_refused() {
    let mut world = World::new();
    let mut targets = world.signed("1.targets.json");
    targets["targets"]["catalogue.json"]["length"] = json!((1_u64 << 30) + 1);
    world.publish_value(&targets);
    let refused = world.find("catalogue.json").unwrap().check().unwrap_err();
    assert!(matches!(refused, Refusal::TooLarge { .. }), "{refused}");
}

#[test]
fn parts_of_two_states_do_not_mix() {
    let mut world = World::new();
    world.publish();
    for (file, other) in [
        ("2.snapshot.json", "1.snapshot.json"),
        ("2.targets.json", "1.targets.json"),
    ] {
        let bytes = world.remote[file].clone();
        world
            .remote
            .insert(file.to_owned(), world.remote[other].clone());
        let refused = world.refresh().unwrap_err();
        assert!(matches!(refused, Refusal::Content { .. }), "{refused}");
        world.remote.insert(file.to_owned(), bytes);
    }
    // Without hashes the version tells.
    world.stored.retain(|role, _| role == "root");
    let mut timestamp = bumped(world.signed("timestamp.json"), 5);
    timestamp["meta"]["snapshot.json"] = json!({"version": 2});
    world.forge("timestamp.json", &timestamp, 4);
    world.remote.insert(
        "2.snapshot.json".to_owned(),
        world.remote["1.snapshot.json"].clone(),
    );
    let refused = world.refresh().unwrap_err();
    let role = kind::<Snapshot>();
    assert_eq!(
        refused,
        Refusal::WrongVersion {
            role,
            expected: 2,
            found: 1
        }
    );
}

#[test]
fn a_role_is_not_another_role() {
    // Even when one key signs both.
    let mut world = World::new();
    let timestamp = world.signed("1.targets.json");
    world.forge("timestamp.json", &timestamp, 4);
    let refused = world.refresh().unwrap_err().to_string();
    assert!(refused.contains("“targets”, not “timestamp”"), "{refused}");
}

#[test]
fn a_root_needs_a_threshold_of_old_and_of_new_keys() {
    let world = World::new();
    let id = |number| key(number).public().id();
    let added = [key(7).public()];
    let expires = NOW.plus_days(365);
    let next = rotate(&world.root, TopLevel::Root, &added, &[id(1)], None, expires).unwrap();
    for (signers, accepted) in [
        (&[2, 3][..], true),
        (&[2, 7, 1][..], true),
        (&[1, 2][..], false),
        (&[2, 7][..], false),
        (&[3][..], false),
        (&[7, 8, 9][..], false),
    ] {
        let mut world = World::new();
        world.put_root(&next, signers);
        let result = world.refresh();
        assert_eq!(result.is_ok(), accepted, "{signers:?}: {result:?}");
        assert_eq!(world.version("root"), Some(if accepted { 2 } else { 1 }));
    }
    // Only the very next version is one.
    let after = rotate(&next, TopLevel::Root, &[], &[], None, expires).unwrap();
    let mut world = World::new();
    let bytes = sign(&serde_json::to_value(&after).unwrap(), &[&key(2), &key(3)]);
    world.remote.insert("2.root.json".to_owned(), bytes);
    assert!(matches!(
        world.refresh(),
        Err(Refusal::WrongVersion {
            expected: 2,
            found: 3,
            ..
        })
    ));
}

#[test]
fn one_key_counts_once_whatever_it_is_called() {
    let world = World::new();
    let mut root = world.root.clone();
    let one = key(1).public();
    for name in ["again", "and again"] {
        root.keys.insert(name.into(), one.clone());
        root.roles.root.keyids.push(name.into());
    }
    let signed = serde_json::to_value(&root).unwrap();
    let mut file: Value = serde_json::from_slice(&sign(&signed, &[&key(1)])).unwrap();
    let signature = file["signatures"][0]["sig"].clone();
    let signatures = file["signatures"].as_array_mut().unwrap();
    for name in ["again", "and again"] {
        signatures.push(json!({"keyid": name, "sig": signature}));
    }
    let bytes = serde_json::to_vec(&file).unwrap();
    let refused = crate::tuf::client::Client::update(&bytes, NOW).unwrap_err();
    assert!(
        matches!(
            refused,
            Refusal::Signatures {
                valid: 1,
                needed: 2,
                ..
            }
        ),
        "{refused}"
    );

    // Two signatures of one key, or a key listed twice, are not even read.
    let mut world = World::new();
    let mut file: Value = serde_json::from_slice(&world.remote["timestamp.json"]).unwrap();
    let signature = file["signatures"][0].clone();
    file["signatures"].as_array_mut().unwrap().push(signature);
    world.remote.insert(
        "timestamp.json".to_owned(),
        serde_json::to_vec(&file).unwrap(),
    );
    assert!(
        world
            .refresh()
            .unwrap_err()
            .to_string()
            .contains("signed it twice")
    );
    let mut root = world.root.clone();
    root.roles.snapshot.keyids.push(key(5).public().id());
    let bytes = sign(&serde_json::to_value(&root).unwrap(), &[&key(1), &key(2)]);
    let refused = crate::tuf::client::Client::update(&bytes, NOW).unwrap_err();
    assert!(refused.to_string().contains("lists the key"), "{refused}");
}

#[test]
fn a_bad_signature_beside_enough_good_ones_does_no_harm() {
    let mut world = World::new();
    let mut file: Value = serde_json::from_slice(&world.remote["timestamp.json"]).unwrap();
    for (name, signature) in [
        ("a", ""),
        ("b", "zz"),
        (key(5).public().id().as_str(), "00"),
    ] {
        let signatures = file["signatures"].as_array_mut().unwrap();
        signatures.insert(0, json!({"keyid": name, "sig": signature}));
    }
    world.remote.insert(
        "timestamp.json".to_owned(),
        serde_json::to_vec(&file).unwrap(),
    );
    world.refresh().unwrap();
}

#[test]
fn one_publishers_bad_role_takes_nobody_else_down() {
    let forged = sign(&json!({"_type": "targets"}), &[&key(99)]);
    for bytes in [b"not JSON".as_slice(), b"{}".as_slice(), &forged] {
        let mut world = World::new();
        world.replace_app("app-immich", bytes);
        assert!(world.find("apps/immich/app.yaml").is_err());
        assert!(!world.stored.contains_key("app-immich"));
        world.find("apps/nextcloud/app.yaml").unwrap();
        world.find("catalogue.json").unwrap();
    }
    let mut world = World::new();
    world.remote.remove("1.app-immich.json");
    let mut client = world.refresh_at(NOW).unwrap();
    let refused = world
        .search(&mut client, "apps/immich/app.yaml")
        .unwrap_err();
    assert!(matches!(refused, Refusal::Missing(_)), "{refused}");
    // The same update goes on to others.
    world
        .search(&mut client, "apps/nextcloud/app.yaml")
        .unwrap();
}

#[test]
fn a_broken_stored_file_is_fetched_again() {
    let mut world = World::new();
    world.find("apps/immich/app.yaml").unwrap();
    for role in ["timestamp", "snapshot", "targets", "app-immich"] {
        let good = world
            .stored
            .insert(role.to_owned(), b"{\"signed\"".to_vec())
            .unwrap();
        world.find("apps/immich/app.yaml").unwrap();
        assert_eq!(world.stored[role], good, "{role}");
    }
}
