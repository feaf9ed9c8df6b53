//! What is held against peers and addresses, and when it is enough.
//!
//! A peer's name costs nothing, so what is held against it also counts, for
//! less, against the address it came from.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use super::limits::Limits;

/// Points at which a peer is cut off; one is forgiven each second.
const ENOUGH: f64 = 100.0;
/// How long the first time, and at most; each time twice as long.
const BAN: (Duration, Duration) = (Duration::from_secs(600), Duration::from_secs(86_400));
/// Peers and addresses that are remembered.
const REMEMBERED: usize = 4_096;
/// Peers of one address that may be cut off within [`BAN`] until nobody new is
/// let in from there for as long.
const ADDRESS_BANS: u32 = 8;
/// Peers that are cut off in a second, over time, and at once, until nobody
/// comes in whom we did not call ourselves. Names and networks cost an attacker
/// nothing; what each of them leaves behind is kept for minutes.
const SIEGE: (u32, u32) = (4, 64);

/// What a peer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offence {
    /// An announcement that nobody honest passes on.
    Forged,
    /// An announcement with unknown keys, while another was looked into.
    Unproven,
    /// More messages than agreed.
    Flood,
    /// More requests than agreed.
    Greedy,
    /// Bytes that are not those that were signed for.
    WrongBytes,
    /// Something that is no message of the protocol.
    Malformed,
    /// No answer in time.
    Slow,
    /// Gossip listens to it no more, for what it did there.
    Unheard,
}

impl Offence {
    fn points(self) -> f64 {
        match self {
            Self::Forged | Self::Malformed | Self::Unheard => 25.0,
            Self::WrongBytes => 40.0,
            Self::Unproven => 5.0,
            Self::Slow => 4.0,
            Self::Flood => 2.0,
            Self::Greedy => 1.0,
        }
    }
}

/// How long a peer is shut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ban {
    /// Until then, since the node started.
    pub until: Duration,
}

/// Why a connection is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The peer was cut off.
    #[error("the peer was cut off")]
    Banned,
    /// Too many peers of this address were.
    #[error("too many peers from this address were cut off")]
    Address,
    /// There are enough connections from there.
    #[error("there are enough connections from this address")]
    Crowded,
    /// Many who came in had to be cut off just now, from wherever.
    #[error("too many peers had to be cut off; nobody new is let in for some seconds")]
    Siege,
}

/// So much at once, and so much a second.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Bucket {
    fn full(size: u32, now: Duration) -> Self {
        Self {
            left: f64::from(size),
            at: now,
        }
    }

    fn refill(&mut self, now: Duration, per_second: u32, size: u32) {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.left = (self.left + passed * f64::from(per_second)).min(f64::from(size));
        self.at = now;
    }

    /// Whether anything is there.
    fn has_any(mut self, now: Duration, per_second: u32, size: u32) -> bool {
        self.refill(now, per_second, size);
        self.left > 0.0
    }

    fn is_full(&mut self, now: Duration, per_second: u32, size: u32) -> bool {
        self.refill(now, per_second, size);
        self.left >= f64::from(size)
    }

    /// Takes an amount that must be there.
    fn take(&mut self, amount: f64, now: Duration, per_second: u32, size: u32) -> bool {
        self.refill(now, per_second, size);
        let there = self.left >= amount;
        if there {
            self.left -= amount;
        }
        there
    }

    /// Takes an amount if anything is there at all; the rest is owed.
    fn owe(&mut self, amount: f64, now: Duration, per_second: u32, size: u32) -> bool {
        self.refill(now, per_second, size);
        let there = self.left > 0.0;
        if there {
            self.left -= amount;
        }
        there
    }
}

#[derive(Debug)]
struct Record {
    address: Option<IpAddr>,
    connections: u32,
    messages: Bucket,
    requests: Bucket,
    bytes: Bucket,
    points: f64,
    judged: Duration,
    bans: u32,
    banned_until: Option<Duration>,
}

impl Record {
    /// What is left of the points: one is forgiven each second.
    fn points_at(&self, now: Duration) -> f64 {
        let forgiven = now.saturating_sub(self.judged).as_secs_f64();
        (self.points - forgiven).max(0.0)
    }

    /// Whether forgetting it would change nothing.
    fn is_blank(&mut self, limits: &Limits, now: Duration) -> bool {
        let (messages, requests, bytes) = (
            (
                limits.announcements_per_second,
                limits.announcements_at_once,
            ),
            (limits.requests_per_second, limits.requests_at_once),
            (limits.bytes_per_second, limits.bytes_at_once),
        );
        self.bans == 0
            && self.points_at(now) == 0.0
            && self.messages.is_full(now, messages.0, messages.1)
            && self.requests.is_full(now, requests.0, requests.1)
            && self.bytes.is_full(now, bytes.0, bytes.1)
    }
}

#[derive(Debug, Default)]
struct Address {
    connections: u32,
    bans: u32,
    since: Duration,
    shut_until: Option<Duration>,
}

/// What one subscriber of a provider usually has: an address of IPv4, a network
/// of 64 bits of IPv6 (RFC 6177).
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => IpAddr::V4(ip),
            None => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64)),
        },
    }
}

/// All that is remembered of others.
#[derive(Debug)]
pub struct Peers<P> {
    limits: Limits,
    peers: HashMap<P, Record>,
    addresses: HashMap<IpAddr, Address>,
    patience: Bucket,
}

impl<P: Clone + Eq + Hash> Peers<P> {
    /// Nobody is known.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            peers: HashMap::new(),
            addresses: HashMap::new(),
            patience: Bucket::full(SIEGE.1, Duration::ZERO),
        }
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    fn record(&mut self, peer: &P, now: Duration) -> &mut Record {
        if self.peers.len() >= REMEMBERED && !self.peers.contains_key(peer) {
            self.forget(now);
        }
        let limits = self.limits;
        self.peers.entry(peer.clone()).or_insert_with(|| Record {
            address: None,
            connections: 0,
            messages: Bucket::full(limits.announcements_at_once, now),
            requests: Bucket::full(limits.requests_at_once, now),
            bytes: Bucket::full(limits.bytes_at_once, now),
            points: 0.0,
            judged: now,
            bans: 0,
            banned_until: None,
        })
    }

    /// Makes room: those who are gone, and of them the least remarkable first.
    fn forget(&mut self, now: Duration) {
        let over = |until: &Option<Duration>| until.is_none_or(|until| until <= now);
        self.peers
            .retain(|_, record| record.connections > 0 || !over(&record.banned_until));
        self.addresses
            .retain(|_, one| one.connections > 0 || !over(&one.shut_until));
        while self.peers.len() >= REMEMBERED {
            let gone = self.peers.iter().filter(|(_, one)| one.connections == 0);
            let first = gone.min_by_key(|(_, one)| one.banned_until);
            let Some(peer) = first.map(|(peer, _)| peer.clone()) else {
                return;
            };
            self.peers.remove(&peer);
        }
    }

    /// Whether somebody may connect to us, or be connected to.
    ///
    /// # Errors
    /// When not.
    pub fn may_connect(
        &self,
        peer: Option<&P>,
        address: Option<IpAddr>,
        incoming: bool,
        now: Duration,
    ) -> Result<(), Denied> {
        if peer.is_some_and(|peer| self.banned(peer, now)) {
            return Err(Denied::Banned);
        }
        if incoming && !self.patience.has_any(now, SIEGE.0, SIEGE.1) {
            return Err(Denied::Siege);
        }
        let known = address.and_then(|address| self.addresses.get(&household(address)));
        if let Some(known) = known.filter(|_| incoming) {
            if known.shut_until.is_some_and(|until| until > now) {
                return Err(Denied::Address);
            }
            if known.connections >= self.limits.per_address {
                return Err(Denied::Crowded);
            }
        }
        Ok(())
    }

    /// Whether something is held against a peer.
    #[must_use]
    pub fn blamed(&self, peer: &P, now: Duration) -> bool {
        let record = self.peers.get(peer);
        record.is_some_and(|one| one.points_at(now) > 0.0)
    }

    /// Whether a peer is shut out.
    #[must_use]
    pub fn banned(&self, peer: &P, now: Duration) -> bool {
        let record = self.peers.get(peer);
        record.is_some_and(|one| one.banned_until.is_some_and(|until| until > now))
    }

    /// How many peers are shut out.
    #[must_use]
    pub fn count_banned(&self, now: Duration) -> usize {
        let records = self.peers.values();
        records
            .filter(|one| one.banned_until.is_some_and(|until| until > now))
            .count()
    }

    /// A connection is there.
    pub fn connected(&mut self, peer: &P, address: Option<IpAddr>, now: Duration) {
        let record = self.record(peer, now);
        record.connections += 1;
        record.address = address;
        if let Some(address) = address {
            let known = self.addresses.entry(household(address)).or_default();
            known.connections += 1;
        }
    }

    /// A connection is gone.
    pub fn disconnected(&mut self, peer: &P, address: Option<IpAddr>, now: Duration) {
        let limits = self.limits;
        if let Some(record) = self.peers.get_mut(peer) {
            record.connections = record.connections.saturating_sub(1);
            // Whoever comes back at once finds its limits as it left them.
            if record.connections == 0 && record.is_blank(&limits, now) {
                self.peers.remove(peer);
            }
        }
        let Some(address) = address.map(household) else {
            return;
        };
        if let Some(known) = self.addresses.get_mut(&address) {
            known.connections = known.connections.saturating_sub(1);
            if known.connections == 0 && known.bans == 0 {
                self.addresses.remove(&address);
            }
        }
    }

    /// An announcement came; whether it is within the limit.
    pub fn message(&mut self, peer: &P, now: Duration) -> bool {
        let limits = self.limits;
        self.record(peer, now).messages.take(
            1.0,
            now,
            limits.announcements_per_second,
            limits.announcements_at_once,
        )
    }

    /// A request came; whether it is within the limit.
    pub fn request(&mut self, peer: &P, now: Duration) -> bool {
        let limits = self.limits;
        self.record(peer, now).requests.take(
            1.0,
            now,
            limits.requests_per_second,
            limits.requests_at_once,
        )
    }

    /// Bytes are to be sent; whether the peer may have them now.
    pub fn send(&mut self, peer: &P, bytes: usize, now: Duration) -> bool {
        let limits = self.limits;
        let amount = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX));
        self.record(peer, now)
            .bytes
            .owe(amount, now, limits.bytes_per_second, limits.bytes_at_once)
    }

    /// Holds something against a peer. When it is enough, it is to be cut off.
    pub fn offend(&mut self, peer: &P, offence: Offence, now: Duration) -> Option<Ban> {
        let record = self.record(peer, now);
        record.points = record.points_at(now) + offence.points();
        record.judged = now;
        if record.points < ENOUGH || record.banned_until.is_some_and(|until| until > now) {
            return None;
        }
        let times = record.bans.min(16);
        let until = now + (BAN.0 * 2_u32.pow(times)).min(BAN.1);
        record.bans += 1;
        record.points = 0.0;
        record.banned_until = Some(until);
        let address = record.address;
        self.patience.refill(now, SIEGE.0, SIEGE.1);
        self.patience.left -= 1.0;
        if let Some(address) = address {
            let known = self.addresses.entry(household(address)).or_default();
            if now > known.since + BAN.0 {
                (known.since, known.bans) = (now, 0);
            }
            known.bans += 1;
            if known.bans >= ADDRESS_BANS {
                known.shut_until = Some(now + BAN.0);
            }
        }
        Some(Ban { until })
    }
}
