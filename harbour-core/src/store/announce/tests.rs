//! Announcements, good and bad.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use zeroize::Zeroizing;

use super::*;
use crate::tuf::metadata::{Common, MetaFile, TimestampMeta};
use crate::tuf::repo::root::{FirstKeys, first, recover};
use crate::tuf::secret::SecretKey;

const NOW: i64 = 1_800_000_000;

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new([seed; 32]))
}

fn days(count: u32) -> Time {
    Time::from_unix(NOW).plus_days(count)
}

fn root() -> Vec<u8> {
    let one = NonZeroU64::MIN;
    let keys = |seed: u8| vec![key(seed).public()];
    let root = first(
        &FirstKeys {
            root: &keys(1),
            root_threshold: one,
            targets: &keys(2),
            snapshot: &keys(3),
            timestamp: &keys(4),
        },
        days(365),
    );
    let mut envelope = Envelope::unsigned(&root.unwrap()).unwrap();
    envelope.sign(&key(1));
    envelope.write().unwrap()
}

fn timestamp(version: u64, snapshot: u64, expires: Time, signer: &SecretKey) -> Vec<u8> {
    let role = Timestamp {
        common: Common::new::<Timestamp>(NonZeroU64::new(version).unwrap(), expires),
        meta: TimestampMeta {
            snapshot: MetaFile {
                version: NonZeroU64::new(snapshot).unwrap(),
                length: None,
                hashes: None,
                other: BTreeMap::new(),
            },
            other: BTreeMap::new(),
        },
        other: BTreeMap::new(),
    };
    let mut envelope = Envelope::unsigned(&role).unwrap();
    envelope.sign(signer);
    envelope.write().unwrap()
}

fn judge(watch: &mut Watch, bytes: &[u8]) -> Judgement {
    watch.accept(bytes, Time::from_unix(NOW))
}

#[test]
fn the_newest_is_fetched_once_and_older_ones_are_ignored() {
    let mut watch = Watch::new(&root(), None).unwrap();
    let [five, six] = [5, 6].map(|version| timestamp(version, version, days(1), &key(4)));
    assert_eq!(judge(&mut watch, &five), Judgement::Fetch { version: 5 });
    assert_eq!(judge(&mut watch, &five), Judgement::Old);
    assert_eq!(judge(&mut watch, &six), Judgement::Fetch { version: 6 });
    assert_eq!(judge(&mut watch, &five), Judgement::Old);
    let mut again = Watch::new(&root(), Some(&six)).unwrap();
    assert_eq!(again.version(), Some(6));
    assert_eq!(judge(&mut again, &six), Judgement::Old);
}

#[test]
fn bad_ones_are_rejected() {
    let mut watch = Watch::new(&root(), Some(&timestamp(5, 5, days(1), &key(4)))).unwrap();
    let mut changed = timestamp(6, 6, days(1), &key(4));
    let at = changed.windows(3).position(|part| part == b"\":6").unwrap();
    changed[at + 2] = b'7';
    let ancient = Time::from_unix(NOW - 3_600);
    for (bad, why) in [
        (b"".to_vec(), "empty"),
        (b"{}".to_vec(), "no file"),
        (changed, "changed after it was signed"),
        (timestamp(6, 6, days(1), &key(3)), "a key of another role"),
        (timestamp(6, 4, days(1), &key(4)), "its snapshot goes back"),
        (timestamp(6, 6, ancient, &key(4)), "expired"),
        (vec![b' '; 20_000], "too large"),
    ] {
        let judged = judge(&mut watch, &bad);
        assert!(matches!(judged, Judgement::Reject(_)), "{why}: {judged:?}");
        assert_eq!(watch.version(), Some(5), "{why}");
    }
}

#[test]
fn what_expired_just_now_is_nobodys_fault() {
    let mut watch = Watch::new(&root(), None).unwrap();
    for late in [0, 1, CLOCK_TOLERANCE] {
        let bytes = timestamp(6, 6, Time::from_unix(NOW - late), &key(4));
        assert_eq!(judge(&mut watch, &bytes), Judgement::Old, "{late}");
    }
    let fresh = timestamp(6, 6, days(400), &key(4));
    let judged = watch.accept(&fresh, days(366));
    assert_eq!(judged, Judgement::Old, "our root is too old to judge it");
}

#[test]
fn keys_of_a_later_root_are_asked_about_and_numbers_may_start_again() {
    let old = timestamp(50, 50, days(1), &key(4));
    let mut watch = Watch::new(&root(), Some(&old)).unwrap();
    let new = timestamp(1, 1, days(1), &key(5));
    assert_eq!(judge(&mut watch, &new), Judgement::NeedsRoot { version: 2 });

    let before: Root = Envelope::read("root", &root()).unwrap().content().unwrap();
    let (one, other) = (vec![key(5).public()], vec![key(6).public()]);
    let recovered = recover(&before, &one, &other, None, days(365)).unwrap();
    let mut envelope = Envelope::unsigned(&recovered).unwrap();
    envelope.sign(&key(1));
    let mut watch = Watch::new(&envelope.write().unwrap(), Some(&old)).unwrap();
    assert_eq!(watch.version(), None, "the old key counts for nothing");
    assert_eq!(judge(&mut watch, &new), Judgement::Fetch { version: 1 });
}
