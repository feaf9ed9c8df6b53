//! A thousand nodes without sockets. Each one is a `Protocol`, the very code of
//! the real node; links, delays, fetches and churn are numbers from a seed, so
//! that every run can be had again.
//!
//! What gossipsub does is modelled in its simplest form: a node passes on what
//! its protocol accepted, once, to the neighbours in its mesh.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::num::NonZeroU64;
use std::time::Duration;

use harbour_core::store::id::StoreId;
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::metadata::{Common, MetaFile, Timestamp, TimestampMeta};
use harbour_core::tuf::repo::root::{FirstKeys, first};
use harbour_core::tuf::secret::SecretKey;
use harbour_core::tuf::time::Time;
use store_node::protocol::limits::Limits;
use store_node::protocol::{Action, Now, Protocol, Verdict};
use zeroize::Zeroizing;

/// When the simulated world begins.
const CLOCK: i64 = 1_800_000_000;
/// How often a fetch is tried before the update fails, as in the real node.
const ATTEMPTS: u32 = 6;
/// Neighbours that a node keeps to.
const DEGREE: usize = 6;

/// How a world is to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) nodes: usize,
    /// Nodes of these that send forged announcements all the time.
    pub(crate) attackers: usize,
    /// Nodes that go away each second; each comes back after ten.
    pub(crate) churn: usize,
    /// Versions that are published, one every five seconds.
    pub(crate) versions: u64,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outcome {
    /// For each version, until 99 of 100 honest nodes that were there when it
    /// came out had accepted it. Nodes that left meanwhile do not count.
    pub(crate) spread: Vec<Option<Duration>>,
    /// For each version, until as many had all that it names.
    pub(crate) fetched: Vec<Option<Duration>>,
    /// Announcements that each node received for each version, on average.
    pub(crate) messages: f64,
    /// Honest nodes that have the last version at the end, of those present.
    pub(crate) reached: f64,
    /// Attackers that somebody cut off.
    pub(crate) cut_off: usize,
    /// Honest nodes that somebody cut off.
    pub(crate) wronged: usize,
    /// A number that differs when anything did.
    pub(crate) trace: u64,
}

struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % limit.max(1)
    }

    fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + (self.next() >> 33) % (to - from))
    }
}

/// What is signed, made once.
struct Signed {
    store: StoreId,
    root: Vec<u8>,
    /// By version, the first is 1.
    timestamps: Vec<Vec<u8>>,
    forged: Vec<u8>,
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new([seed; 32]))
}

fn timestamp(version: u64, signer: &SecretKey) -> Vec<u8> {
    let version = NonZeroU64::new(version).unwrap();
    let snapshot = MetaFile {
        version,
        length: None,
        hashes: None,
        other: BTreeMap::new(),
    };
    let role = Timestamp {
        common: Common::new::<Timestamp>(version, Time::from_unix(CLOCK).plus_days(7)),
        meta: TimestampMeta {
            snapshot,
            other: BTreeMap::new(),
        },
        other: BTreeMap::new(),
    };
    let mut envelope = Envelope::unsigned(&role).unwrap();
    envelope.sign(signer);
    envelope.write().unwrap()
}

fn signed(versions: u64) -> Signed {
    let public = |seed: u8| vec![key(seed).public()];
    let root = first(
        &FirstKeys {
            root: &public(1),
            root_threshold: NonZeroU64::MIN,
            targets: &public(2),
            snapshot: &public(3),
            timestamp: &public(4),
        },
        Time::from_unix(CLOCK).plus_days(365),
    );
    let mut envelope = Envelope::unsigned(&root.unwrap()).unwrap();
    envelope.sign(&key(1));
    let root = envelope.write().unwrap();
    // The snapshot's key is known to the root, so this is a plain forgery.
    let forged = timestamp(1_000, &key(3));
    Signed {
        store: StoreId::of_root(&root),
        timestamps: (1..=versions).map(|v| timestamp(v, &key(4))).collect(),
        root,
        forged,
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Publish(usize),
    Message {
        to: usize,
        from: usize,
        what: Vec<u8>,
    },
    Answer {
        to: usize,
        from: usize,
        what: Vec<u8>,
    },
    Fetched {
        node: usize,
        from: Option<usize>,
        what: Option<Vec<u8>>,
        again: u32,
    },
    Tick(usize),
    Attack(usize),
    Churn,
    Return(usize),
}

struct Node {
    protocol: Protocol<usize>,
    here: bool,
    evil: bool,
    links: BTreeSet<usize>,
    shunned: BTreeSet<usize>,
    seen: BTreeSet<Vec<u8>>,
    /// The version of which everything is here; 0 is none.
    trusted: usize,
}

struct Run {
    world: World,
    signed: Signed,
    nodes: Vec<Node>,
    queue: BinaryHeap<Reverse<(Duration, u64, Event)>>,
    count: u64,
    now: Duration,
    numbers: Numbers,
    messages: u64,
    trace: u64,
    accepted: Vec<BTreeMap<usize, Duration>>,
    complete: Vec<BTreeMap<usize, Duration>>,
    present: Vec<BTreeSet<usize>>,
    published: Vec<Duration>,
    cut_off: BTreeSet<usize>,
}

/// Lets a world run for five seconds after each version, and ten more.
pub(crate) fn simulate(world: World) -> Outcome {
    let mut run = Run::new(world);
    let end = Duration::from_secs(5 * world.versions + 15);
    while let Some(Reverse((at, _, event))) = run.queue.pop() {
        if at > end {
            break;
        }
        run.now = at;
        run.event(event);
    }
    run.outcome()
}

impl Run {
    fn new(world: World) -> Self {
        let signed = signed(world.versions);
        let mut nodes = Vec::new();
        for number in 0..world.nodes {
            let mut protocol = Protocol::new(Limits::default());
            protocol.join(signed.store, &signed.root, None).unwrap();
            nodes.push(Node {
                protocol,
                here: true,
                // The publisher, number 0, is honest.
                evil: number >= world.nodes - world.attackers,
                links: BTreeSet::new(),
                shunned: BTreeSet::new(),
                seen: BTreeSet::new(),
                trusted: 0,
            });
        }
        let versions = usize::try_from(world.versions).unwrap();
        let mut run = Self {
            world,
            signed,
            nodes,
            queue: BinaryHeap::new(),
            count: 0,
            now: Duration::ZERO,
            numbers: Numbers(world.seed | 1),
            messages: 0,
            trace: 0,
            accepted: vec![BTreeMap::new(); versions],
            complete: vec![BTreeMap::new(); versions],
            present: vec![BTreeSet::new(); versions],
            published: vec![Duration::ZERO; versions],
            cut_off: BTreeSet::new(),
        };
        for node in 0..world.nodes {
            run.find_neighbours(node);
            let start = run.numbers.millis(0, 1_000);
            run.after(start, Event::Tick(node));
            if run.nodes[node].evil {
                run.after(start, Event::Attack(node));
            }
        }
        for version in 0..versions {
            let at = Duration::from_secs(5 + 5 * u64::try_from(version).unwrap());
            run.after(at, Event::Publish(version));
        }
        run.after(Duration::from_secs(1), Event::Churn);
        run
    }

    fn after(&mut self, wait: Duration, event: Event) {
        self.count += 1;
        self.queue
            .push(Reverse((self.now + wait, self.count, event)));
    }

    fn time(&self) -> Now {
        let seconds = i64::try_from(self.now.as_secs()).unwrap();
        Now {
            running: self.now,
            clock: Time::from_unix(CLOCK + seconds),
        }
    }

    fn find_neighbours(&mut self, node: usize) {
        for _ in 0..4 * DEGREE {
            let wanted = if self.nodes[node].evil {
                4 * DEGREE
            } else {
                DEGREE
            };
            if self.nodes[node].links.len() >= wanted {
                return;
            }
            let other = self.numbers.below(self.nodes.len());
            let shunned = self.nodes[other].shunned.contains(&node)
                || self.nodes[node].shunned.contains(&other);
            if other == node || !self.nodes[other].here || shunned {
                continue;
            }
            self.nodes[node].links.insert(other);
            self.nodes[other].links.insert(node);
            for (one, another) in [(node, other), (other, node)] {
                let now = self.time();
                let store = self.signed.store;
                let actions = self.nodes[one].protocol.met(&another, store, now);
                self.act(one, actions);
            }
        }
    }

    fn event(&mut self, event: Event) {
        let store = self.signed.store;
        let now = self.time();
        match event {
            Event::Publish(version) => {
                self.published[version] = self.now;
                let honest =
                    (0..self.nodes.len()).filter(|n| self.nodes[*n].here && !self.nodes[*n].evil);
                self.present[version] = honest.collect();
                self.nodes[0].trusted = version + 1;
                let bytes = self.signed.timestamps[version].clone();
                let root = &self.signed.root;
                let actions = self.nodes[0]
                    .protocol
                    .updated(store, root, Some(&bytes), true, now);
                self.accepted[version].insert(0, self.now);
                self.complete[version].insert(0, self.now);
                self.act(0, actions);
            }
            Event::Message { to, from, what } => {
                if !self.nodes[to].here || !self.nodes[to].links.contains(&from) {
                    return;
                }
                self.messages += u64::from(!self.nodes[from].evil && !self.nodes[to].evil);
                if self.nodes[to].evil || !self.nodes[to].seen.insert(what.clone()) {
                    return;
                }
                let (verdict, actions) =
                    self.nodes[to].protocol.announced(&from, store, &what, now);
                self.trace = self.trace.wrapping_mul(31).wrapping_add(
                    u64::try_from(to).unwrap() ^ u64::try_from(self.now.as_micros()).unwrap(),
                );
                if verdict == Verdict::Accept {
                    self.saw(to, &what);
                    self.spread(to, Some(from), &what);
                }
                self.act(to, actions);
            }
            Event::Answer { to, from, what } => {
                if self.nodes[to].here && !self.nodes[to].evil {
                    let actions = self.nodes[to].protocol.offered(&from, store, &what, now);
                    self.saw(to, &what);
                    self.act(to, actions);
                }
            }
            Event::Fetched {
                node,
                from,
                what,
                again,
            } => self.fetched(node, from, what, again),
            Event::Tick(node) => {
                if self.nodes[node].here {
                    let numbers = &mut self.numbers;
                    let actions = self.nodes[node].protocol.tick(now, || numbers.next());
                    self.act(node, actions);
                    self.find_neighbours(node);
                }
                self.after(Duration::from_secs(1), Event::Tick(node));
            }
            Event::Attack(node) => {
                let mut forged = self.signed.forged.clone();
                // Each one is another message, or gossip would drop it unseen.
                forged.extend(vec![b' '; self.numbers.below(1_000)]);
                self.spread(node, None, &forged);
                self.after(Duration::from_millis(50), Event::Attack(node));
            }
            Event::Churn => {
                for _ in 0..self.world.churn {
                    let node = 1 + self.numbers.below(self.nodes.len() - 1);
                    if self.nodes[node].here {
                        self.leave(node);
                    }
                }
                self.after(Duration::from_secs(1), Event::Churn);
            }
            Event::Return(node) => {
                self.nodes[node].here = true;
                self.find_neighbours(node);
            }
        }
    }

    fn leave(&mut self, node: usize) {
        self.nodes[node].here = false;
        for version in 0..self.present.len() {
            if !self.complete[version].contains_key(&node) {
                self.present[version].remove(&node);
            }
        }
        for other in std::mem::take(&mut self.nodes[node].links) {
            self.nodes[other].links.remove(&node);
            self.nodes[other].protocol.gone(&node);
            self.nodes[node].protocol.gone(&other);
        }
        self.after(Duration::from_secs(10), Event::Return(node));
    }

    fn version(&self, bytes: &[u8]) -> Option<usize> {
        self.signed
            .timestamps
            .iter()
            .position(|known| known == bytes)
    }

    fn saw(&mut self, node: usize, bytes: &[u8]) {
        // Whoever has a later version is not behind.
        let version = self.version(bytes);
        for older in version.into_iter().flat_map(|version| 0..=version) {
            self.accepted[older].entry(node).or_insert(self.now);
        }
    }

    fn spread(&mut self, from: usize, not: Option<usize>, what: &[u8]) {
        for to in self.nodes[from].links.clone() {
            if Some(to) != not {
                let wait = self.numbers.millis(5, 150);
                let what = what.to_vec();
                self.after(wait, Event::Message { to, from, what });
            }
        }
    }

    fn fetched(&mut self, node: usize, from: Option<usize>, what: Option<Vec<u8>>, again: u32) {
        let (store, now) = (self.signed.store, self.time());
        let version = what.as_ref().and_then(|bytes| self.version(bytes));
        let has = |other: &usize| {
            let other = &self.nodes[*other];
            other.here && !other.evil && version.is_some_and(|v| other.trusted > v)
        };
        let mut around = from.iter().chain(&self.nodes[node].links);
        let complete = around.any(has);
        if !complete && what.is_some() && again < ATTEMPTS {
            // Whoever announced it is still fetching it: as the real node, wait a little.
            let wait = Duration::from_millis(50 << again);
            let again = again + 1;
            self.after(
                wait,
                Event::Fetched {
                    node,
                    from,
                    what,
                    again,
                },
            );
            return;
        }
        if let (true, Some(version)) = (complete, version) {
            self.nodes[node].trusted = self.nodes[node].trusted.max(version + 1);
            for older in 0..=version {
                self.complete[older].entry(node).or_insert(self.now);
            }
        }
        // Verified at once and kept, whether the rest could be had or not.
        let trusted = what.or_else(|| self.trusted(node));
        let actions = self.nodes[node].protocol.updated(
            store,
            &self.signed.root,
            trusted.as_deref(),
            complete,
            now,
        );
        self.act(node, actions);
    }

    fn trusted(&self, node: usize) -> Option<Vec<u8>> {
        let version = self.nodes[node].trusted.checked_sub(1)?;
        Some(self.signed.timestamps[version].clone())
    }

    fn act(&mut self, node: usize, actions: Vec<Action<usize>>) {
        for action in actions {
            match action {
                Action::Update {
                    timestamp, from, ..
                } => {
                    let wait = self.numbers.millis(30, 400);
                    let what = timestamp;
                    let again = 0;
                    self.after(
                        wait,
                        Event::Fetched {
                            node,
                            from,
                            what,
                            again,
                        },
                    );
                }
                Action::Ask { peer, .. } => {
                    if let Some(what) = self.trusted(peer).filter(|_| self.nodes[peer].here) {
                        let wait = self.numbers.millis(10, 300);
                        let (to, from) = (node, peer);
                        self.after(wait, Event::Answer { to, from, what });
                    }
                }
                Action::Publish { timestamp, .. } => {
                    self.nodes[node].seen.insert(timestamp.clone());
                    self.spread(node, None, &timestamp);
                }
                Action::Release { .. } => {}
                Action::CutOff { peer, .. } => {
                    self.cut_off.insert(peer);
                    self.nodes[node].shunned.insert(peer);
                    self.nodes[node].links.remove(&peer);
                    self.nodes[peer].links.remove(&node);
                    self.nodes[peer].protocol.gone(&node);
                }
            }
        }
    }

    fn until_most(&self, times: &[BTreeMap<usize, Duration>]) -> Vec<Option<Duration>> {
        let each = times.iter().zip(&self.present).zip(&self.published);
        each.map(|((times, present), published)| {
            let stayed = present.iter().filter(|node| self.nodes[**node].here);
            let stayed: Vec<_> = stayed.collect();
            let mut reached: Vec<Duration> = stayed
                .iter()
                .filter_map(|node| times.get(*node).copied())
                .collect();
            reached.sort();
            let most = (stayed.len() * 99).div_ceil(100);
            let last = reached.get(most.saturating_sub(1))?;
            Some(last.saturating_sub(*published))
        })
        .collect()
    }

    fn outcome(&self) -> Outcome {
        let honest: Vec<&Node> = self.nodes.iter().filter(|n| n.here && !n.evil).collect();
        let last = self.nodes[0].trusted;
        let reached = honest.iter().filter(|node| node.trusted == last).count();
        let float = |count: usize| f64::from(u32::try_from(count).unwrap());
        let evil = |node: &&usize| self.nodes[**node].evil;
        let messages = f64::from(u32::try_from(self.messages).unwrap());
        let versions = f64::from(u32::try_from(self.world.versions).unwrap());
        Outcome {
            spread: self.until_most(&self.accepted),
            fetched: self.until_most(&self.complete),
            messages: messages / float(self.nodes.len() - self.world.attackers) / versions,
            reached: float(reached) / float(honest.len()),
            cut_off: self.cut_off.iter().filter(evil).count(),
            wronged: self.cut_off.iter().filter(|node| !evil(node)).count(),
            trace: self.trace,
        }
    }
}
