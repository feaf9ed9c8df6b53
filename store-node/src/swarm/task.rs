//! The task of the swarm: what libp2p tells goes to [`Protocol`], what that
//! decides goes back. Nothing here waits for anything but the swarm itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt as _;
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileAnswer, FileName};
use harbour_core::tuf::time::Time;
use libp2p::core::transport::ListenerId;
use libp2p::gossipsub::{MessageAcceptance, MessageId, PublishError};
use libp2p::multiaddr::Protocol as Part;
use libp2p::request_response::OutboundRequestId;
use libp2p::swarm::ConnectionId;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId, kad};
use tokio::sync::{mpsc, oneshot};

use super::address::split;
use super::behaviour::{Behaviour, topic_of, topic_score};
use super::dialer::Dialer;
use super::gate::Shared;
use super::{AskError, Command, Counters, Shelf, SwarmConfig, SwarmError, Update, chance};
use crate::protocol::peers::Offence;
use crate::protocol::{Action, Now, Protocol, Verdict};

/// How often time is told to the protocol.
const TICK: Duration = Duration::from_secs(1);
/// How long until strangers are asked again who takes part in our stores;
/// doubled up to the second.
const LOOK_ROUND: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(300));
/// Score at which gossip listens to a peer no more, and so tells us no more of
/// what it does (`PeerScoreThresholds::graylist_threshold`).
const UNHEARD: f64 = -80.0;
/// Time until a relay that was lost is asked again.
pub(super) const RELAY_AGAIN: Duration = Duration::from_secs(10);
/// Time until it is told again of peers that were cut off.
const TELL: Duration = Duration::from_secs(60);
/// Connected peers of a store with which nobody else is looked for.
pub(super) const ENOUGH: usize = 8;

pub(super) struct Link {
    pub(super) address: Multiaddr,
    pub(super) incoming: bool,
}

pub(super) enum Waiting {
    /// Somebody in this process asked.
    Caller(oneshot::Sender<Result<FileAnswer, AskError>>),
    /// The protocol asked for a timestamp.
    Timestamp(StoreId),
}

pub(super) struct Task {
    pub(super) config: SwarmConfig,
    pub(super) swarm: libp2p::Swarm<Behaviour>,
    pub(super) protocol: Shared,
    pub(super) shelf: Arc<dyn Shelf>,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) updates: mpsc::Sender<Update>,
    pub(super) links: HashMap<ConnectionId, (PeerId, Link)>,
    pub(super) agents: HashMap<PeerId, String>,
    pub(super) asked: HashMap<OutboundRequestId, (PeerId, Waiting)>,
    /// Messages whose verdict waits for a root.
    pub(super) held: HashMap<StoreId, (MessageId, PeerId)>,
    /// Announcements for which nobody was there yet.
    pub(super) unheard: BTreeMap<StoreId, Vec<u8>>,
    pub(super) dialer: Dialer,
    /// Where we listen through a relay.
    pub(super) relayed: HashMap<ListenerId, Multiaddr>,
    /// Where we no longer do, and when it is tried again.
    pub(super) unrelayed: Vec<(Duration, Multiaddr)>,
    /// When to look round, and how long to wait after that.
    pub(super) look: (Duration, Duration),
    pub(super) counters: Counters,
    /// When it was last told of those who were cut off, and how many there were.
    told: Option<(Duration, u64)>,
}

fn listen(
    swarm: &mut libp2p::Swarm<Behaviour>,
    address: &Multiaddr,
    any_port: bool,
) -> Result<ListenerId, SwarmError> {
    let error = match swarm.listen_on(address.clone()) {
        Ok(listener) => return Ok(listener),
        Err(error) => error,
    };
    let failed = |reason: String| SwarmError::Listen {
        address: address.clone(),
        reason,
    };
    if !any_port {
        return Err(failed(error.to_string()));
    }
    let any = address.iter().map(|part| match part {
        Part::Tcp(_) => Part::Tcp(0),
        part => part,
    });
    let any: Multiaddr = any.collect();
    tracing::warn!(%address, %error, "taken; another port is used");
    let second = swarm.listen_on(any);
    second.map_err(|error| failed(error.to_string()))
}

impl Task {
    pub(super) fn new(
        config: SwarmConfig,
        mut swarm: libp2p::Swarm<Behaviour>,
        protocol: Shared,
        shelf: Arc<dyn Shelf>,
        commands: mpsc::Receiver<Command>,
        updates: mpsc::Sender<Update>,
    ) -> Result<Self, SwarmError> {
        for address in &config.listen {
            listen(&mut swarm, address, config.any_port)?;
        }
        let mut relayed = HashMap::new();
        for relay in &config.relays {
            let through = relay.clone().with(Part::P2pCircuit);
            relayed.insert(listen(&mut swarm, &through, false)?, through);
        }
        for address in &config.external {
            swarm.add_external_address(address.clone());
        }
        let mut dialer = Dialer::default();
        for address in config.peers.iter().chain(&config.relays) {
            if let Some((peer, at)) = split(address) {
                swarm.behaviour_mut().kad.add_address(&peer, at.clone());
                dialer.add(peer, at, true, Duration::ZERO);
            }
        }
        Ok(Self {
            config,
            swarm,
            protocol,
            shelf,
            commands,
            updates,
            links: HashMap::new(),
            agents: HashMap::new(),
            asked: HashMap::new(),
            held: HashMap::new(),
            unheard: BTreeMap::new(),
            dialer,
            relayed,
            unrelayed: Vec::new(),
            look: (Duration::ZERO, LOOK_ROUND.0),
            counters: Counters::default(),
            told: None,
        })
    }

    pub(super) async fn run(mut self) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                command = self.commands.recv() => match command {
                    None | Some(Command::Stop) => return,
                    Some(command) => self.command(command),
                },
                _ = tick.tick() => self.tick(),
                event = self.swarm.select_next_some() => self.event(event),
            }
        }
    }

    pub(super) fn now(&self) -> Now {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH);
        let clock = clock.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        });
        Now {
            running: self.config.started.elapsed(),
            clock: Time::from_unix(clock),
        }
    }

    pub(super) fn protocol(&self) -> MutexGuard<'_, Protocol<PeerId>> {
        // Whoever panicked while holding it left nothing half done.
        self.protocol.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tick(&mut self) {
        let now = self.now();
        let actions = self.protocol().tick(now, chance);
        self.act(actions);
        let gossip = &self.swarm.behaviour().gossip;
        let unheard = self.swarm.connected_peers().copied();
        let unheard = unheard.filter(|peer| gossip.peer_score(peer).unwrap_or(0.0) <= UNHEARD);
        for peer in unheard.collect::<Vec<_>>() {
            self.offended(&peer, Offence::Unheard);
        }
        let swarm = &mut self.swarm;
        for (peer, addresses) in self
            .dialer
            .due(now.running, |peer| swarm.is_connected(peer))
        {
            let dial = DialOpts::peer_id(peer)
                .condition(PeerCondition::DisconnectedAndNotDialing)
                .addresses(addresses)
                .extend_addresses_through_behaviour()
                .build();
            if let Err(error) = swarm.dial(dial) {
                tracing::debug!(%peer, %error, "not dialled");
            }
        }
        let due = |lost: &mut (Duration, Multiaddr)| lost.0 <= now.running;
        for (_, through) in self.unrelayed.extract_if(.., due).collect::<Vec<_>>() {
            match listen(&mut self.swarm, &through, false) {
                Ok(listener) => {
                    self.relayed.insert(listener, through);
                }
                Err(error) => {
                    tracing::debug!(%error, "no relay");
                    self.unrelayed.push((now.running + RELAY_AGAIN, through));
                }
            }
        }
        if self.look.0 <= now.running {
            self.look_round(now.running);
        }
    }

    /// Asks the network who else takes part in stores with few known peers.
    fn look_round(&mut self, now: Duration) {
        let few: Vec<StoreId> = {
            let protocol = self.protocol();
            let stores = protocol.stores();
            let few = stores.filter(|store| protocol.holders(store).count() < ENOUGH);
            few.copied().collect()
        };
        if self.swarm.connected_peers().next().is_none() {
            return;
        }
        self.look = (now + self.look.1, (self.look.1 * 2).min(LOOK_ROUND.1));
        for store in few {
            let key = kad::RecordKey::new(store.as_bytes());
            self.swarm.behaviour_mut().kad.get_providers(key.clone());
            if let Err(error) = self.swarm.behaviour_mut().kad.start_providing(key) {
                tracing::debug!(%store, %error, "not announced to the network");
            }
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Join {
                store,
                root,
                timestamp,
            } => {
                let joined = self.protocol().join(store, &root, timestamp.as_deref());
                if let Err(error) = joined {
                    tracing::error!(%store, %error, "the store can not be joined");
                    return;
                }
                let topic = topic_of(&store);
                let gossip = &mut self.swarm.behaviour_mut().gossip;
                let subscribed = gossip.subscribe(&topic).map_err(|error| error.to_string());
                let scored = gossip
                    .set_topic_params(topic, topic_score())
                    .map_err(str::to_owned);
                if let Err(error) = subscribed.and(scored) {
                    tracing::error!(%store, %error, "the store's topic can not be joined");
                }
                // Peers may have told of the store before we joined it.
                let topic = topic_of(&store).hash();
                let gossip = &self.swarm.behaviour().gossip;
                let there = gossip
                    .all_peers()
                    .filter(|(_, topics)| topics.contains(&&topic));
                let there: Vec<PeerId> = there.map(|(peer, _)| *peer).collect();
                let now = self.now();
                for peer in there {
                    let actions = self.protocol().met(&peer, store, now);
                    self.act(actions);
                }
                self.look = (Duration::ZERO, LOOK_ROUND.0);
            }
            Command::Leave(store) => {
                self.swarm
                    .behaviour_mut()
                    .gossip
                    .unsubscribe(&topic_of(&store));
                let key = kad::RecordKey::new(store.as_bytes());
                self.swarm.behaviour_mut().kad.stop_providing(&key);
                self.held.remove(&store);
                self.unheard.remove(&store);
                self.protocol().leave(&store);
            }
            Command::Meet(addresses) => {
                let now = self.now().running;
                for (peer, at) in addresses.iter().filter_map(split) {
                    self.dialer.add(peer, at, true, now);
                }
                self.tick();
            }
            Command::Ask { peer, file, reply } => {
                let id = self.swarm.behaviour_mut().files.send_request(&peer, file);
                self.asked.insert(id, (peer, Waiting::Caller(reply)));
            }
            Command::Updated {
                store,
                root,
                timestamp,
                complete,
            } => {
                let now = self.now();
                let actions =
                    self.protocol()
                        .updated(store, &root, timestamp.as_deref(), complete, now);
                self.act(actions);
            }
            Command::Offended(peer, offence) => self.offended(&peer, offence),
            Command::Holders(store, reply) => {
                // Whoever asked may be gone.
                let _ = reply.send(self.holders(&store));
            }
            Command::Version(store, reply) => {
                let _ = reply.send(self.protocol().version(&store));
            }
            Command::Status(reply) => {
                let _ = reply.send(self.status());
            }
            Command::Stop => {}
        }
    }

    pub(super) fn offended(&mut self, peer: &PeerId, offence: Offence) {
        let now = self.now();
        let actions = self.protocol().offended(peer, offence, now);
        self.act(actions);
    }

    pub(super) fn act(&mut self, actions: Vec<Action<PeerId>>) {
        for action in actions {
            match action {
                Action::Update {
                    store,
                    timestamp,
                    from,
                } => {
                    let update = Update {
                        store,
                        timestamp,
                        from,
                    };
                    if self.updates.try_send(update).is_err() {
                        tracing::warn!(%store, "too many updates at once; this one comes later");
                    }
                }
                Action::Ask { store, peer } => {
                    let file = FileName {
                        store,
                        area: Area::Metadata,
                        name: "timestamp.json".to_owned(),
                    };
                    let id = self.swarm.behaviour_mut().files.send_request(&peer, file);
                    self.asked.insert(id, (peer, Waiting::Timestamp(store)));
                }
                Action::Publish { store, timestamp } => self.publish(store, timestamp),
                Action::Release { store, verdict } => {
                    if let Some((message, peer)) = self.held.remove(&store) {
                        self.report(&message, &peer, verdict);
                    }
                }
                Action::CutOff { peer, ban } => {
                    self.counters.cut_off += 1;
                    let seconds = ban
                        .until
                        .saturating_sub(self.config.started.elapsed())
                        .as_secs();
                    self.tell_of(peer, seconds);
                    self.dialer.remove(&peer);
                    self.held.retain(|_, (_, sender)| *sender != peer);
                    // It may be gone already.
                    let _ = self.swarm.disconnect_peer_id(peer);
                }
            }
        }
    }

    /// Tells of those who were cut off, but does not let them fill the log.
    fn tell_of(&mut self, peer: PeerId, seconds: u64) {
        tracing::debug!(%peer, seconds, "cut off");
        let now = self.config.started.elapsed();
        if self.told.is_some_and(|(at, _)| now < at + TELL) {
            return;
        }
        let more = self
            .told
            .map_or(1, |(_, before)| self.counters.cut_off - before);
        self.told = Some((now, self.counters.cut_off));
        match more {
            1 => tracing::warn!(%peer, seconds, "a peer misbehaved and is cut off"),
            _ => tracing::warn!(peers = more, "peers misbehaved and are cut off"),
        }
    }

    pub(super) fn publish(&mut self, store: StoreId, bytes: Vec<u8>) {
        let gossip = &mut self.swarm.behaviour_mut().gossip;
        match gossip.publish(topic_of(&store), bytes.clone()) {
            Ok(_) => {
                self.counters.published += 1;
                self.unheard.remove(&store);
            }
            // Others have sent it round already.
            Err(PublishError::Duplicate) => {}
            Err(PublishError::NoPeersSubscribedToTopic) => {
                self.unheard.insert(store, bytes);
            }
            Err(error) => tracing::warn!(%store, %error, "an announcement was not sent"),
        }
    }

    pub(super) fn report(&mut self, message: &MessageId, peer: &PeerId, verdict: Verdict) {
        let (acceptance, counter) = match verdict {
            Verdict::Accept => (MessageAcceptance::Accept, &mut self.counters.accepted),
            Verdict::Reject => (MessageAcceptance::Reject, &mut self.counters.rejected),
            Verdict::Ignore | Verdict::Later => {
                (MessageAcceptance::Ignore, &mut self.counters.ignored)
            }
        };
        *counter += 1;
        self.swarm
            .behaviour_mut()
            .gossip
            .report_message_validation_result(message, peer, acceptance);
    }
}
