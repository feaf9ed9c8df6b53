//! What a node decides, without sockets, clocks or tasks: whom to believe, what
//! to pass on, whom to ask, whom to cut off. The node of this program and the
//! simulation of a thousand of them drive the same [`Protocol`].
//!
//! ```text
//! announced / offered / met / gone / updated / tick  ──▶  Verdict, Action…
//! ```

pub mod limits;
pub mod peers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::hash::Hash;
use std::time::Duration;

use harbour_core::store::announce::{Judgement, Watch};
use harbour_core::store::id::StoreId;
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::time::Time;

use limits::Limits;
use peers::{Ban, Offence, Peers};

/// How long a peer is not asked again for the newest timestamp.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// How often some peers are asked, in case an announcement was lost.
const POLL: Duration = Duration::from_secs(60);
/// Peers asked at each poll of a store.
const POLLED: usize = 2;
/// Time until a failed update is tried again; doubled up to the second.
const RETRY: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(600));

/// The two times that decisions depend on.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Since the node started; never goes back.
    pub running: Duration,
    /// What the clock says.
    pub clock: Time,
}

/// What gossip is to do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Pass it on.
    Accept,
    /// Drop it; nobody is to blame.
    Ignore,
    /// Drop it and hold it against the sender.
    Reject,
    /// An [`Action::Release`] will follow when a root has been looked for.
    Later,
}

/// What the node is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action<P> {
    /// Bring the store up to date and report with [`Protocol::updated`].
    Update {
        /// The store.
        store: StoreId,
        /// The timestamp to update to, verified; none to look for a newer root.
        timestamp: Option<Vec<u8>>,
        /// Who has it, and is asked first.
        from: Option<P>,
    },
    /// Ask a peer for its `timestamp.json`; the answer goes to [`Protocol::offered`].
    Ask {
        /// The store.
        store: StoreId,
        /// The peer.
        peer: P,
    },
    /// Announce to all.
    Publish {
        /// The store.
        store: StoreId,
        /// The announcement.
        timestamp: Vec<u8>,
    },
    /// The verdict on a message that had to wait.
    Release {
        /// The store.
        store: StoreId,
        /// What it is; never [`Verdict::Later`].
        verdict: Verdict,
    },
    /// Close all connections to a peer and let it in no more until the ban ends.
    CutOff {
        /// The peer.
        peer: P,
        /// For how long.
        ban: Ban,
    },
}

#[derive(Debug)]
struct Store<P> {
    watch: Watch,
    /// The newest timestamp that was accepted.
    newest: Option<Vec<u8>>,
    published: Option<u64>,
    updating: bool,
    /// An update came up while another ran.
    again: Option<(Option<Vec<u8>>, Option<P>)>,
    /// An announcement whose keys were unknown, and who sent it.
    waiting: Option<(P, Vec<u8>)>,
    holders: BTreeMap<P, Holder>,
    polled: Duration,
    retry: Option<(Duration, Duration)>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Holder {
    asked: Option<Duration>,
    version: Option<u64>,
}

/// The decisions of one node.
#[derive(Debug)]
pub struct Protocol<P> {
    stores: BTreeMap<StoreId, Store<P>>,
    /// What is held against whom.
    pub peers: Peers<P>,
}

impl<P: Clone + Ord + Hash> Protocol<P> {
    /// A node without stores.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            stores: BTreeMap::new(),
            peers: Peers::new(limits),
        }
    }

    /// Takes part in a store, from its trusted files.
    ///
    /// # Errors
    /// When the root is none.
    pub fn join(
        &mut self,
        store: StoreId,
        root: &[u8],
        timestamp: Option<&[u8]>,
    ) -> Result<(), Refusal> {
        let watch = Watch::new(root, timestamp)?;
        let published = watch.version();
        let newest = timestamp
            .filter(|_| published.is_some())
            .map(<[u8]>::to_vec);
        self.stores.entry(store).or_insert(Store {
            watch,
            newest,
            published,
            updating: false,
            again: None,
            waiting: None,
            holders: BTreeMap::new(),
            polled: Duration::ZERO,
            retry: None,
        });
        Ok(())
    }

    /// Takes part no longer.
    pub fn leave(&mut self, store: &StoreId) {
        self.stores.remove(store);
    }

    /// The stores.
    pub fn stores(&self) -> impl Iterator<Item = &StoreId> {
        self.stores.keys()
    }

    /// The version of the newest timestamp of a store that was accepted.
    #[must_use]
    pub fn version(&self, store: &StoreId) -> Option<u64> {
        self.stores.get(store)?.watch.version()
    }

    /// The peers that take part in a store, and the version each was seen with.
    pub fn holders(&self, store: &StoreId) -> impl Iterator<Item = (&P, Option<u64>)> {
        let holders = self.stores.get(store).map(|store| &store.holders);
        holders
            .into_iter()
            .flatten()
            .map(|(peer, holder)| (peer, holder.version))
    }

    /// A peer takes part in a store: it may know something newer.
    pub fn met(&mut self, peer: &P, store: StoreId, now: Now) -> Vec<Action<P>> {
        let Some(state) = self.stores.get_mut(&store) else {
            return Vec::new();
        };
        let most = self.peers.limits().holders;
        if state.holders.len() >= most && !state.holders.contains_key(peer) {
            return Vec::new();
        }
        let holder = state.holders.entry(peer.clone()).or_default();
        ask(holder, peer, store, now).into_iter().collect()
    }

    /// A peer takes part in a store no longer.
    pub fn left(&mut self, peer: &P, store: &StoreId) {
        if let Some(state) = self.stores.get_mut(store) {
            state.holders.remove(peer);
        }
    }

    /// A peer is gone.
    pub fn gone(&mut self, peer: &P) {
        for state in self.stores.values_mut() {
            state.holders.remove(peer);
        }
    }

    /// An announcement came by gossip.
    pub fn announced(
        &mut self,
        peer: &P,
        store: StoreId,
        bytes: &[u8],
        now: Now,
    ) -> (Verdict, Vec<Action<P>>) {
        if !self.peers.message(peer, now.running) {
            return (Verdict::Ignore, self.offended(peer, Offence::Flood, now));
        }
        let most = self.peers.limits().holders;
        let Some(state) = self.stores.get_mut(&store) else {
            return (Verdict::Ignore, Vec::new());
        };
        match state.watch.accept(bytes, now.clock) {
            Judgement::Fetch { version } => {
                state.published = Some(version);
                state.saw(peer, version, most);
                let update = state.update(store, Some(bytes.to_vec()), Some(peer.clone()));
                (Verdict::Accept, update.into_iter().collect())
            }
            Judgement::Old => (Verdict::Ignore, Vec::new()),
            Judgement::NeedsRoot { .. } if state.waiting.is_some() => {
                // One at a time: whoever sends many of them gets nowhere.
                (Verdict::Ignore, self.offended(peer, Offence::Unproven, now))
            }
            Judgement::NeedsRoot { .. } => {
                state.waiting = Some((peer.clone(), bytes.to_vec()));
                let update = state.update(store, None, Some(peer.clone()));
                (Verdict::Later, update.into_iter().collect())
            }
            Judgement::Reject(_) => (Verdict::Reject, self.offended(peer, Offence::Forged, now)),
        }
    }

    /// A peer answered [`Action::Ask`].
    pub fn offered(&mut self, peer: &P, store: StoreId, bytes: &[u8], now: Now) -> Vec<Action<P>> {
        let most = self.peers.limits().holders;
        let Some(state) = self.stores.get_mut(&store) else {
            return Vec::new();
        };
        match state.watch.accept(bytes, now.clock) {
            Judgement::Fetch { version } => {
                state.saw(peer, version, most);
                let update = state.update(store, Some(bytes.to_vec()), Some(peer.clone()));
                update.into_iter().collect()
            }
            Judgement::Old => {
                if let Some(version) = state.watch.version()
                    && state.newest.as_deref() == Some(bytes)
                {
                    state.saw(peer, version, most);
                }
                Vec::new()
            }
            Judgement::NeedsRoot { .. } => {
                let update = state.update(store, None, Some(peer.clone()));
                update.into_iter().collect()
            }
            Judgement::Reject(_) => self.offended(peer, Offence::Forged, now),
        }
    }

    /// An update ended: these are the trusted files now. `complete` means that
    /// everything which the timestamp names could be fetched.
    pub fn updated(
        &mut self,
        store: StoreId,
        root: &[u8],
        timestamp: Option<&[u8]>,
        complete: bool,
        now: Now,
    ) -> Vec<Action<P>> {
        let most = self.peers.limits().holders;
        let Some(state) = self.stores.get_mut(&store) else {
            return Vec::new();
        };
        let mut actions = Vec::new();
        state.updating = false;
        if let Ok(watch) = Watch::new(root, timestamp) {
            // A newer one may have been accepted while this update ran.
            let newest = state.newest.take();
            let kept = newest.filter(|_| state.watch.version() > watch.version());
            state.watch = watch;
            state.newest = match &kept {
                Some(bytes) if is_new(&mut state.watch, bytes, now) => kept,
                _ => timestamp.map(<[u8]>::to_vec),
            };
        }
        let version = state.watch.version();
        if let (Some(version), Some(bytes)) = (version, &state.newest)
            && complete
            && state.published.is_none_or(|before| before != version)
        {
            state.published = Some(version);
            let timestamp = bytes.clone();
            actions.push(Action::Publish { store, timestamp });
        }
        state.retry = match (complete, state.retry) {
            (true, _) => None,
            (false, before) => {
                let wait = before.map_or(RETRY.0, |(_, wait)| (wait * 2).min(RETRY.1));
                Some((now.running + wait, wait))
            }
        };
        let mut unproven = None;
        // With another update to come, the root that is looked for may come with it.
        let judged = state.waiting.take_if(|_| state.again.is_none());
        if let Some((peer, bytes)) = judged {
            let verdict = match state.watch.accept(&bytes, now.clock) {
                Judgement::Fetch { version } => {
                    state.published = Some(version);
                    state.saw(&peer, version, most);
                    actions.extend(state.update(store, Some(bytes), Some(peer)));
                    Verdict::Accept
                }
                // The very one that the update has brought.
                Judgement::Old if state.newest.as_deref() == Some(&bytes[..]) => Verdict::Accept,
                Judgement::Old => Verdict::Ignore,
                // Nobody has a root that names these keys, not even its sender.
                Judgement::NeedsRoot { .. } | Judgement::Reject(_) => {
                    unproven = Some(peer);
                    Verdict::Reject
                }
            };
            actions.push(Action::Release { store, verdict });
        }
        if let Some((timestamp, from)) = state.again.take() {
            actions.extend(state.update(store, timestamp, from));
        }
        if let Some(peer) = unproven {
            actions.extend(self.offended(&peer, Offence::Forged, now));
        }
        actions
    }

    /// Something is to be held against a peer.
    pub fn offended(&mut self, peer: &P, offence: Offence, now: Now) -> Vec<Action<P>> {
        match self.peers.offend(peer, offence, now.running) {
            Some(ban) => {
                self.gone(peer);
                let peer = peer.clone();
                vec![Action::CutOff { peer, ban }]
            }
            None => Vec::new(),
        }
    }

    /// Time passed; call about once a second. `chance` chooses whom to ask.
    pub fn tick(&mut self, now: Now, mut chance: impl FnMut() -> u64) -> Vec<Action<P>> {
        let mut actions = Vec::new();
        for (store, state) in &mut self.stores {
            if state.retry.is_some_and(|(at, _)| at <= now.running) && !state.updating {
                let timestamp = state.newest.clone();
                actions.extend(state.update(*store, timestamp, None));
            }
            if now.running < state.polled + POLL || state.holders.is_empty() {
                continue;
            }
            state.polled = now.running;
            for _ in 0..POLLED.min(state.holders.len()) {
                let count = u64::try_from(state.holders.len()).unwrap_or(1);
                let nth = usize::try_from(chance() % count).unwrap_or(0);
                if let Some((peer, holder)) = state.holders.iter_mut().nth(nth) {
                    actions.extend(ask(holder, peer, *store, now));
                }
            }
        }
        actions
    }
}

impl<P: Clone + Ord> Store<P> {
    /// A peer has shown that it has a version.
    fn saw(&mut self, peer: &P, version: u64, most: usize) {
        if self.holders.len() < most || self.holders.contains_key(peer) {
            let holder = self.holders.entry(peer.clone()).or_default();
            holder.version = Some(version);
        }
    }

    fn update(
        &mut self,
        store: StoreId,
        timestamp: Option<Vec<u8>>,
        from: Option<P>,
    ) -> Option<Action<P>> {
        if timestamp.is_some() {
            self.newest.clone_from(&timestamp);
        }
        if self.updating {
            self.again = Some((timestamp, from));
            return None;
        }
        self.updating = true;
        Some(Action::Update {
            store,
            timestamp,
            from,
        })
    }
}

/// Whether a timestamp is newer than what a watch knows, which then knows it.
fn is_new(watch: &mut Watch, bytes: &[u8], now: Now) -> bool {
    matches!(watch.accept(bytes, now.clock), Judgement::Fetch { .. })
}

fn ask<P: Clone>(holder: &mut Holder, peer: &P, store: StoreId, now: Now) -> Option<Action<P>> {
    if holder.asked.is_some_and(|at| now.running < at + ASK_AGAIN) {
        return None;
    }
    holder.asked = Some(now.running);
    let peer = peer.clone();
    Some(Action::Ask { store, peer })
}
