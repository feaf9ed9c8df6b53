//! Roots, publishers and what is refused before it is published.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use zeroize::Zeroizing;

use super::RepoError;
use super::publication::{App, Expiries, OnlineKeys, Out, Previous, publish};
use super::publisher::{self, Slug, next_version};
use super::root::{
    FirstKeys, Progress, ROOT_THRESHOLD, TopLevel, first, progress, recover, rotate,
};
use crate::tuf::content::describe;
use crate::tuf::envelope::Envelope;
use crate::tuf::key::Key;
use crate::tuf::metadata::Root;
use crate::tuf::name::TargetPath;
use crate::tuf::secret::SecretKey;
use crate::tuf::time::Time;

fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new([number; 32]))
}

fn public(number: u8) -> Key {
    key(number).public()
}

fn later() -> Time {
    Time::from_unix(2_000_000_000)
}

fn root() -> Root {
    let keys = [public(1), public(2), public(3)];
    let keys = FirstKeys {
        root: &keys,
        root_threshold: ROOT_THRESHOLD,
        timestamp: &[public(4)],
        snapshot: &[public(5)],
        targets: &[public(6)],
    };
    first(&keys, later()).unwrap()
}

#[test]
fn a_root_with_too_few_keys_is_not_made() {
    let one = [public(1)];
    // The same key twice is one key.
    let twice = [public(1), public(1)];
    for root in [one.as_slice(), twice.as_slice()] {
        let keys = FirstKeys {
            root,
            root_threshold: ROOT_THRESHOLD,
            timestamp: &one,
            snapshot: &one,
            targets: &one,
        };
        let error = first(&keys, later()).unwrap_err();
        assert!(
            matches!(
                error,
                RepoError::TooFewKeys {
                    keys: 1,
                    threshold: 2,
                    ..
                }
            ),
            "{error}"
        );
    }
    let gone = [public(4).id()];
    let error = rotate(&root(), TopLevel::Timestamp, &[], &gone, None, later()).unwrap_err();
    assert!(
        matches!(error, RepoError::TooFewKeys { keys: 0, .. }),
        "{error}"
    );
    let error = rotate(&root(), TopLevel::Root, &[], &gone, None, later()).unwrap_err();
    assert!(matches!(error, RepoError::NoSuchKey { .. }), "{error}");
    let mut rsa = public(9);
    rsa.keytype = "rsa".to_owned();
    let error = rotate(&root(), TopLevel::Root, &[rsa], &[], None, later()).unwrap_err();
    assert!(matches!(error, RepoError::UnusableKey(_)), "{error}");
}

#[test]
fn the_count_of_signatures_says_who_is_missing() {
    let next = rotate(
        &root(),
        TopLevel::Root,
        &[public(7)],
        &[public(1).id()],
        None,
        later(),
    )
    .unwrap();
    assert!(!next.keys.contains_key(&public(1).id()));
    let mut envelope = Envelope::unsigned(&next).unwrap();
    let counts = |envelope: &Envelope| progress(envelope, Some(&root())).unwrap();
    assert!(!counts(&envelope).complete());
    envelope.sign(&key(7));
    envelope.sign(&key(2));
    envelope.sign(&key(2));
    let now = counts(&envelope);
    assert_eq!(
        now,
        Progress {
            own: (2, 2),
            previous: Some((1, 2))
        }
    );
    assert!(!now.complete());
    envelope.sign(&key(1));
    assert!(counts(&envelope).complete());
}

#[test]
fn a_recovery_keeps_no_old_key() {
    let error = recover(&root(), &[public(4)], &[public(15)], None, later()).unwrap_err();
    assert!(matches!(error, RepoError::SameKey { .. }), "{error}");
    let next = recover(
        &root(),
        &[public(14)],
        &[public(15)],
        Some(&[public(16)]),
        later(),
    );
    let next = next.unwrap();
    assert_eq!(next.common.version.get(), 2);
    for (role, number) in [
        (TopLevel::Timestamp, 14),
        (TopLevel::Snapshot, 15),
        (TopLevel::Targets, 16),
    ] {
        assert_eq!(role.keys(&next).keyids, [public(number).id()]);
    }
    assert_eq!(next.keys.len(), 6);
}

#[test]
fn a_publisher_signs_for_one_folder_only() {
    let slug = Slug::new("immich").unwrap();
    for wrong in ["", "Immich", "a/b", "..", "a.b", &"a".repeat(65)] {
        assert!(Slug::new(wrong).is_err(), "{wrong}");
    }
    let files = |name: &str| BTreeMap::from([(name.to_owned(), b"x".to_vec())]);
    let sign =
        |name: &str| publisher::sign(&slug, &files(name), NonZeroU64::MIN, later(), &key(20));
    for wrong in ["a/b", "..", "", "."] {
        assert!(
            matches!(sign(wrong), Err(RepoError::OutsideFolder { .. })),
            "{wrong}"
        );
    }
    let bytes = sign("app.yaml").unwrap();
    let keys = BTreeMap::from([(public(20).id(), public(20))]);
    let signed = publisher::verify(&slug, &bytes, &keys, NonZeroU64::MIN).unwrap();
    assert_eq!(signed.signed_by, [public(20).id()]);
    assert_eq!(next_version(&slug, &bytes).unwrap().get(), 2);
    // Another's key, and another's app.
    let others = BTreeMap::from([(public(21).id(), public(21))]);
    assert!(publisher::verify(&slug, &bytes, &others, NonZeroU64::MIN).is_err());
    let other = Slug::new("nextcloud").unwrap();
    let error = publisher::verify(&other, &bytes, &keys, NonZeroU64::MIN).unwrap_err();
    assert!(matches!(error, RepoError::OutsideFolder { .. }), "{error}");
}

/// Publishes one app, now and then again over what came of it.
struct Store {
    root: Root,
    previous: Previous,
}

impl Store {
    fn publish(&mut self, text: &[u8], day: u32) -> Vec<String> {
        let now = Time::from_unix(1_800_000_000).plus_days(day);
        let slug = Slug::new("immich").unwrap();
        let files = BTreeMap::from([("app.yaml".to_owned(), b"x".to_vec())]);
        let signed = publisher::sign(&slug, &files, NonZeroU64::MIN, later(), &key(20)).unwrap();
        let (app, _) = App::new(slug, vec![public(20)], NonZeroU64::MIN, &signed).unwrap();
        let keys = OnlineKeys {
            targets: &[key(6)],
            snapshot: &[key(5)],
            timestamp: &[key(4)],
        };
        let expiries = Expiries {
            targets: now.plus_days(90),
            snapshot: now.plus_days(30),
            timestamp: now.plus_days(7),
            keep: now.plus_days(10),
        };
        let own = BTreeMap::from([(TargetPath::new("index.json").unwrap(), describe(text))]);
        let done = publish(&self.root, own, &[app], &self.previous, &keys, expiries).unwrap();
        for (name, bytes) in &done.files {
            let (previous, bytes) = (&mut self.previous, bytes.clone());
            match name.rsplit('.').nth(1) {
                Some("targets") => previous.targets = Some(Out::read(bytes).unwrap()),
                Some("snapshot") => previous.snapshot = Some(Out::read(bytes).unwrap()),
                _ => previous.timestamp = Some(Out::read(bytes).unwrap()),
            }
        }
        done.files.into_iter().map(|(name, _)| name).collect()
    }
}

#[test]
fn what_did_not_change_is_not_signed_again_until_it_would_expire() {
    let mut store = Store {
        root: root(),
        previous: Previous::default(),
    };
    let check = |store: &mut Store, text: &[u8], day, files: &[&str]| {
        assert_eq!(store.publish(text, day), files, "day {day}");
    };
    let store = &mut store;
    check(
        store,
        b"a",
        0,
        &["1.targets.json", "1.snapshot.json", "timestamp.json"],
    );
    check(store, b"a", 0, &[]);
    check(store, b"a", 1, &["timestamp.json"]);
    check(
        store,
        b"b",
        2,
        &["2.targets.json", "2.snapshot.json", "timestamp.json"],
    );
    // The snapshot of day 2 expires on day 32, the targets on day 92.
    check(store, b"b", 22, &["timestamp.json"]);
    check(store, b"b", 23, &["3.snapshot.json", "timestamp.json"]);
    check(
        store,
        b"b",
        83,
        &["3.targets.json", "4.snapshot.json", "timestamp.json"],
    );
    // Targets that somebody put in place of the right ones are not kept.
    let right = store.previous.targets.as_ref().unwrap().bytes();
    let other = [right, b" "].concat();
    store.previous.targets = Some(Out::read(other).unwrap());
    check(
        store,
        b"b",
        84,
        &["4.targets.json", "5.snapshot.json", "timestamp.json"],
    );
}
