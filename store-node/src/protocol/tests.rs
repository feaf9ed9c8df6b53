//! Decisions, one by one.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU64;

use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::metadata::{Common, MetaFile, Root, Timestamp, TimestampMeta};
use harbour_core::tuf::repo::root::{FirstKeys, first, recover};
use harbour_core::tuf::secret::SecretKey;
use zeroize::Zeroizing;

use super::peers::Denied;
use super::*;

const CLOCK: i64 = 1_800_000_000;

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new([seed; 32]))
}

fn write(role: &Root, signer: &SecretKey) -> Vec<u8> {
    let mut envelope = Envelope::unsigned(role).unwrap();
    envelope.sign(signer);
    envelope.write().unwrap()
}

fn root() -> Root {
    let public = |seed: u8| vec![key(seed).public()];
    let keys = FirstKeys {
        root: &public(1),
        root_threshold: NonZeroU64::MIN,
        targets: &public(2),
        snapshot: &public(3),
        timestamp: &public(4),
    };
    first(&keys, Time::from_unix(CLOCK).plus_days(365)).unwrap()
}

fn timestamp(version: u64, signer: u8) -> Vec<u8> {
    let version = NonZeroU64::new(version).unwrap();
    let role = Timestamp {
        common: Common::new::<Timestamp>(version, Time::from_unix(CLOCK).plus_days(1)),
        meta: TimestampMeta {
            snapshot: MetaFile {
                version,
                length: None,
                hashes: None,
                other: BTreeMap::new(),
            },
            other: BTreeMap::new(),
        },
        other: BTreeMap::new(),
    };
    let mut envelope = Envelope::unsigned(&role).unwrap();
    envelope.sign(&key(signer));
    envelope.write().unwrap()
}

fn at(seconds: u64) -> Now {
    Now {
        running: Duration::from_secs(seconds),
        clock: Time::from_unix(CLOCK),
    }
}

struct One {
    protocol: Protocol<&'static str>,
    store: StoreId,
    root: Vec<u8>,
}

fn one() -> One {
    let bytes = write(&root(), &key(1));
    let store = StoreId::of_root(&bytes);
    let mut protocol = Protocol::new(Limits::default());
    protocol.join(store, &bytes, None).unwrap();
    One {
        protocol,
        store,
        root: bytes,
    }
}

impl One {
    fn hears(
        &mut self,
        peer: &'static str,
        bytes: &[u8],
        now: Now,
    ) -> (Verdict, Vec<Action<&'static str>>) {
        self.protocol.announced(&peer, self.store, bytes, now)
    }

    fn update(&self, bytes: &[u8], from: &'static str) -> Action<&'static str> {
        Action::Update {
            store: self.store,
            timestamp: Some(bytes.to_vec()),
            from: Some(from),
        }
    }
}

#[test]
fn what_is_new_is_passed_on_once_and_fetched_from_whoever_had_it() {
    let mut node = one();
    let [five, six] = [5, 6].map(|version| timestamp(version, 4));
    let fetch = node.update(&five, "ann");
    assert_eq!(
        node.hears("ann", &five, at(0)),
        (Verdict::Accept, vec![fetch])
    );
    assert_eq!(node.hears("ben", &five, at(0)), (Verdict::Ignore, vec![]));
    // While that runs another comes: it is fetched after it.
    assert_eq!(node.hears("ben", &six, at(1)), (Verdict::Accept, vec![]));
    let (store, root) = (node.store, node.root.clone());
    let done = node
        .protocol
        .updated(store, &root, Some(&five), true, at(2));
    assert_eq!(done, vec![node.update(&six, "ben")]);
    assert_eq!(
        node.protocol.version(&store),
        Some(6),
        "not forgotten meanwhile"
    );
    assert_eq!(node.hears("cleo", &five, at(2)).0, Verdict::Ignore);
    let done = node.protocol.updated(store, &root, Some(&six), true, at(3));
    assert_eq!(done, vec![], "gossip has told everybody already");
}

#[test]
fn what_an_origin_had_is_announced() {
    let mut node = one();
    let five = timestamp(5, 4);
    let (store, root) = (node.store, node.root.clone());
    let publish = Action::Publish {
        store,
        timestamp: five.clone(),
    };
    let done = node
        .protocol
        .updated(store, &root, Some(&five), true, at(0));
    assert_eq!(done, vec![publish]);
    let again = node
        .protocol
        .updated(store, &root, Some(&five), true, at(0));
    assert_eq!(again, vec![]);
}

#[test]
fn an_update_that_failed_is_tried_again_and_announced_when_it_worked() {
    let mut node = one();
    let five = timestamp(5, 4);
    let (store, root) = (node.store, node.root.clone());
    assert!(node.protocol.offered(&"ann", store, &five, at(0)).len() == 1);
    let done = node
        .protocol
        .updated(store, &root, Some(&five), false, at(1));
    assert_eq!(done, vec![], "not announced before all of it is here");
    assert_eq!(node.protocol.tick(at(2), || 0), vec![]);
    let again = Action::Update {
        store,
        timestamp: Some(five.clone()),
        from: None,
    };
    assert_eq!(node.protocol.tick(at(4), || 0), vec![again]);
    let done = node
        .protocol
        .updated(store, &root, Some(&five), true, at(5));
    assert!(matches!(done[..], [Action::Publish { .. }]), "{done:?}");
}

#[test]
fn forgers_are_cut_off_and_their_bans_grow() {
    let mut node = one();
    let forged = timestamp(9, 3);
    for _ in 0..3 {
        assert_eq!(node.hears("eve", &forged, at(0)), (Verdict::Reject, vec![]));
    }
    let (verdict, actions) = node.hears("eve", &forged, at(0));
    assert_eq!(verdict, Verdict::Reject);
    let until = Duration::from_secs(600);
    let ban = Ban { until };
    assert_eq!(actions, vec![Action::CutOff { peer: "eve", ban }]);
    let peers = &node.protocol.peers;
    let denied = peers.may_connect(Some(&"eve"), None, true, Duration::from_secs(599));
    assert_eq!(denied, Err(Denied::Banned));
    assert_eq!(peers.may_connect(Some(&"eve"), None, true, until), Ok(()));
    for _ in 0..3 {
        node.hears("eve", &forged, at(700));
    }
    let (_, actions) = node.hears("eve", &forged, at(700));
    let until = Duration::from_secs(700 + 1_200);
    let ban = Ban { until };
    assert_eq!(actions, vec![Action::CutOff { peer: "eve", ban }]);
}

#[test]
fn a_flood_of_old_announcements_costs_little_and_ends() {
    let mut node = one();
    let five = timestamp(5, 4);
    let (store, root) = (node.store, node.root.clone());
    node.protocol
        .updated(store, &root, Some(&five), true, at(0));
    let limits = Limits::default();
    let mut heard = 0;
    loop {
        let (verdict, actions) = node.hears("eve", &five, at(0));
        assert_eq!(verdict, Verdict::Ignore);
        heard += 1;
        if !actions.is_empty() {
            break;
        }
        assert!(heard < 1_000);
    }
    assert_eq!(heard, limits.announcements_at_once + 50);
}

#[test]
fn new_keys_are_believed_when_a_root_names_them_and_held_against_the_sender_if_not() {
    let mut node = one();
    let (store, old) = (node.store, node.root.clone());
    let five = timestamp(5, 4);
    node.protocol.updated(store, &old, Some(&five), true, at(0));
    let one_again = timestamp(1, 5);
    let look = Action::Update {
        store,
        timestamp: None,
        from: Some("ann"),
    };
    assert_eq!(
        node.hears("ann", &one_again, at(1)),
        (Verdict::Later, vec![look.clone()])
    );
    assert_eq!(
        node.hears("ben", &one_again, at(1)).0,
        Verdict::Ignore,
        "one at a time"
    );
    let done = node.protocol.updated(store, &old, Some(&five), true, at(2));
    let verdict = Verdict::Reject;
    assert_eq!(done, vec![Action::Release { store, verdict }]);

    assert_eq!(node.hears("ann", &one_again, at(3)).1, vec![look]);
    let (timestamp_key, snapshot_key) = ([key(5).public()], [key(6).public()]);
    let expires = Time::from_unix(CLOCK).plus_days(365);
    let new = recover(&root(), &timestamp_key, &snapshot_key, None, expires).unwrap();
    let new = write(&new, &key(1));
    let done = node.protocol.updated(store, &new, None, false, at(4));
    let verdict = Verdict::Accept;
    assert!(
        done.contains(&Action::Release { store, verdict }),
        "{done:?}"
    );
    assert!(done.contains(&node.update(&one_again, "ann")), "{done:?}");
    assert_eq!(
        node.protocol.version(&store),
        Some(1),
        "numbers start again"
    );
}

#[test]
fn a_peer_that_joins_is_asked_what_it_knows_but_not_all_the_time() {
    let mut node = one();
    let store = node.store;
    let ask = Action::Ask { store, peer: "ann" };
    assert_eq!(node.protocol.met(&"ann", store, at(0)), vec![ask.clone()]);
    assert_eq!(node.protocol.met(&"ann", store, at(1)), vec![]);
    assert_eq!(node.protocol.met(&"ann", store, at(9)), vec![ask.clone()]);
    assert_eq!(node.protocol.tick(at(61), || 0), vec![ask]);
    let other = StoreId::from_bytes([0; 32]);
    assert_eq!(node.protocol.met(&"ann", other, at(0)), vec![]);
}

#[test]
fn an_address_with_many_offenders_is_closed_to_newcomers() {
    let mut peers = Peers::new(Limits::default());
    let address = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    let now = Duration::ZERO;
    for sybil in 0..8 {
        assert_eq!(peers.may_connect(Some(&sybil), address, true, now), Ok(()));
        peers.connected(&sybil, address, now);
        for _ in 0..4 {
            peers.offend(&sybil, Offence::Forged, now);
        }
        peers.disconnected(&sybil, address, now);
    }
    let denied = peers.may_connect(Some(&99), address, true, now);
    assert_eq!(denied, Err(Denied::Address));
    assert_eq!(
        peers.may_connect(Some(&99), address, false, now),
        Ok(()),
        "we may call"
    );
    let elsewhere = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)));
    assert_eq!(peers.may_connect(Some(&99), elsewhere, true, now), Ok(()));
    let later = Duration::from_secs(601);
    assert_eq!(peers.may_connect(Some(&99), address, true, later), Ok(()));
}

#[test]
fn in_a_siege_nobody_comes_in_for_some_seconds_and_we_may_still_call() {
    let mut peers = Peers::new(Limits::default());
    let of = |nth: u32| Some(IpAddr::V4(Ipv4Addr::from_bits(0xc600_0000 + nth)));
    let now = Duration::from_secs(1_000);
    for sybil in 0..80 {
        if sybil == 64 {
            let denied = peers.may_connect(Some(&sybil), of(sybil), true, now);
            assert_eq!(denied, Err(Denied::Siege));
        }
        peers.connected(&sybil, of(sybil), now);
        for _ in 0..4 {
            peers.offend(&sybil, Offence::Forged, now);
        }
        peers.disconnected(&sybil, of(sybil), now);
    }
    assert_eq!(peers.may_connect(Some(&99), of(99), false, now), Ok(()));
    // Sixteen more were cut off than are endured: four seconds.
    let after = |seconds| now + Duration::from_secs(seconds);
    let denied = peers.may_connect(Some(&99), of(99), true, after(3));
    assert_eq!(denied, Err(Denied::Siege));
    assert_eq!(peers.may_connect(Some(&99), of(99), true, after(5)), Ok(()));
}

#[test]
fn one_address_does_not_take_all_places() {
    let limits = Limits::default();
    let mut peers = Peers::new(limits);
    let address = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    for peer in 0..limits.per_address {
        peers.connected(&peer, address, Duration::ZERO);
    }
    let denied = peers.may_connect(Some(&1_000), address, true, Duration::ZERO);
    assert_eq!(denied, Err(Denied::Crowded));
    peers.disconnected(&0, address, Duration::ZERO);
    assert_eq!(
        peers.may_connect(Some(&1_000), address, true, Duration::ZERO),
        Ok(())
    );
}

#[test]
fn a_household_is_one_address() {
    let limits = Limits::default();
    let mut peers = Peers::new(limits);
    let of = |network: u16, host: u16| {
        let ip = Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, host);
        Some(IpAddr::V6(ip))
    };
    for peer in 0..24 {
        peers.connected(&peer, of(1, peer), Duration::ZERO);
    }
    let denied = peers.may_connect(Some(&99), of(1, 99), true, Duration::ZERO);
    assert_eq!(denied, Err(Denied::Crowded));
    let other = peers.may_connect(Some(&99), of(2, 99), true, Duration::ZERO);
    assert_eq!(other, Ok(()));
    let mapped = Some(IpAddr::V6(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped()));
    let plain = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
    for peer in 100..124 {
        peers.connected(&peer, mapped, Duration::ZERO);
    }
    let denied = peers.may_connect(Some(&99), plain, true, Duration::ZERO);
    assert_eq!(denied, Err(Denied::Crowded));
}

#[test]
fn whoever_comes_back_finds_its_limits_as_it_left_them() {
    let limits = Limits::default();
    let mut peers = Peers::new(limits);
    let whole = usize::try_from(limits.bytes_at_once).unwrap();
    peers.connected(&1, None, Duration::ZERO);
    assert!(peers.send(&1, whole, Duration::ZERO));
    peers.disconnected(&1, None, Duration::ZERO);
    peers.connected(&1, None, Duration::ZERO);
    assert!(!peers.send(&1, 1, Duration::ZERO));
    let later = Duration::from_secs(60);
    assert!(peers.send(&1, whole, later));
}

#[test]
fn memory_for_strangers_is_bounded() {
    let mut peers = Peers::new(Limits::default());
    for stranger in 0..20_000 {
        for _ in 0..4 {
            peers.offend(&stranger, Offence::Forged, Duration::ZERO);
        }
    }
    assert!(peers.count_banned(Duration::ZERO) <= 4_096);
}

#[test]
fn bytes_are_owed_and_come_back() {
    let limits = Limits::default();
    let mut peers = Peers::new(limits);
    let whole = usize::try_from(limits.bytes_at_once).unwrap();
    assert!(peers.send(&1, whole, Duration::ZERO));
    assert!(!peers.send(&1, 1, Duration::ZERO));
    assert!(peers.send(&2, 1, Duration::ZERO), "each peer has its own");
    assert!(
        peers.send(&1, whole, Duration::from_secs(1)),
        "the rest is owed"
    );
    assert!(!peers.send(&1, 1, Duration::from_secs(2)));
}
