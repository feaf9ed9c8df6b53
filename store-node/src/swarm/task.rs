//! The task of the swarm: what libp2p tells goes to [`Protocol`], what that
//! decides goes back. Nothing here waits for anything but the swarm itself.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt as _;
use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileAnswer, FileName};
use harbour_core::tuf::time::Time;
use libp2p::core::ConnectedPoint;
use libp2p::gossipsub::{self, MessageAcceptance, MessageId, PublishError};
use libp2p::kad::store::RecordStore as _;
use libp2p::multiaddr::Protocol as Part;
use libp2p::request_response::{self, OutboundFailure, OutboundRequestId};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ConnectionId, SwarmEvent};
use libp2p::{Multiaddr, PeerId, identify, kad, mdns, ping};
use tokio::sync::{mpsc, oneshot};

use super::behaviour::{Behaviour, BehaviourEvent, store_of, topic_of, topic_score};
use super::dialer::{Dialer, split};
use super::gate::{Shared, ip_of};
use super::{
    AskError, Command, Counters, Holder, PeerStatus, Shelf, SwarmConfig, SwarmError, SwarmStatus,
    Update, chance,
};
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
/// Connected peers of a store with which nobody else is looked for.
const ENOUGH: usize = 8;

/// Addresses of one peer that are remembered.
const MAX_ADDRESSES: usize = 8;

struct Link {
    address: Multiaddr,
    incoming: bool,
}

enum Waiting {
    /// Somebody in this process asked.
    Caller(oneshot::Sender<Result<FileAnswer, AskError>>),
    /// The protocol asked for a timestamp.
    Timestamp(StoreId),
}

pub(super) struct Task {
    config: SwarmConfig,
    swarm: libp2p::Swarm<Behaviour>,
    protocol: Shared,
    shelf: Arc<dyn Shelf>,
    commands: mpsc::Receiver<Command>,
    updates: mpsc::Sender<Update>,
    links: HashMap<ConnectionId, (PeerId, Link)>,
    agents: HashMap<PeerId, String>,
    asked: HashMap<OutboundRequestId, (PeerId, Waiting)>,
    /// Messages whose verdict waits for a root.
    held: HashMap<StoreId, (MessageId, PeerId)>,
    /// Announcements for which nobody was there yet.
    unheard: BTreeMap<StoreId, Vec<u8>>,
    dialer: Dialer,
    /// When to look round, and how long to wait after that.
    look: (Duration, Duration),
    counters: Counters,
}

/// Whether an address lies in the same house: loopback, private or link-local.
fn is_near(address: &Multiaddr) -> bool {
    match ip_of(address) {
        Some(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        None => false,
    }
}

/// Whether anybody could reach an address: it is no other house's as well.
fn is_public(address: &Multiaddr) -> bool {
    let some = ip_of(address).is_some_and(|ip| !ip.is_unspecified() && !ip.is_multicast());
    some && !is_near(address)
}

fn listen(
    swarm: &mut libp2p::Swarm<Behaviour>,
    address: &Multiaddr,
    any_port: bool,
) -> Result<(), SwarmError> {
    let Err(error) = swarm.listen_on(address.clone()) else {
        return Ok(());
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
    second.map(drop).map_err(|error| failed(error.to_string()))
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
        for relay in &config.relays {
            listen(&mut swarm, &relay.clone().with(Part::P2pCircuit), false)?;
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
            look: (Duration::ZERO, LOOK_ROUND.0),
            counters: Counters::default(),
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

    fn now(&self) -> Now {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH);
        let clock = clock.map_or(0, |since| {
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        });
        Now {
            running: self.config.started.elapsed(),
            clock: Time::from_unix(clock),
        }
    }

    fn protocol(&self) -> MutexGuard<'_, Protocol<PeerId>> {
        // Whoever panicked while holding it left nothing half done.
        self.protocol.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&mut self) {
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
                if let Err(error) = subscribed.and_then(|_| scored) {
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
            Command::Status(reply) => {
                let _ = reply.send(self.status());
            }
            Command::Stop => {}
        }
    }

    fn offended(&mut self, peer: &PeerId, offence: Offence) {
        let now = self.now();
        let actions = self.protocol().offended(peer, offence, now);
        self.act(actions);
    }

    fn holders(&self, store: &StoreId) -> Vec<Holder> {
        let protocol = self.protocol();
        let now = self.config.started.elapsed();
        let holders = protocol
            .holders(store)
            .filter(|(peer, _)| self.swarm.is_connected(peer))
            .map(|(peer, version)| {
                let link = self.link(peer);
                Holder {
                    peer: *peer,
                    address: link.map(|link| link.address.clone()),
                    near: link.is_some_and(|link| is_near(&link.address)),
                    version,
                    blamed: protocol.peers.blamed(peer, now),
                }
            });
        holders.collect()
    }

    fn link(&self, peer: &PeerId) -> Option<&Link> {
        let mut links = self.links.values();
        links.find(|(other, _)| other == peer).map(|(_, link)| link)
    }

    fn status(&self) -> SwarmStatus {
        let protocol = self.protocol();
        let mut peers: Vec<PeerStatus> = Vec::new();
        for (peer, link) in self.links.values() {
            if peers.iter().any(|known| known.peer == *peer) {
                continue;
            }
            let stores = protocol.stores().filter_map(|store| {
                let mut holders = protocol.holders(store);
                let (_, version) = holders.find(|(holder, _)| *holder == peer)?;
                Some((*store, version))
            });
            peers.push(PeerStatus {
                peer: *peer,
                address: link.address.clone(),
                near: is_near(&link.address),
                incoming: link.incoming,
                agent: self.agents.get(peer).cloned(),
                score: self
                    .swarm
                    .behaviour()
                    .gossip
                    .peer_score(peer)
                    .unwrap_or(0.0),
                stores: stores.collect(),
            });
        }
        peers.sort_by_key(|peer| (!peer.near, peer.peer));
        SwarmStatus {
            listen: self.swarm.listeners().cloned().collect(),
            external: self.swarm.external_addresses().cloned().collect(),
            peers,
            banned: protocol.peers.count_banned(self.config.started.elapsed()),
            counters: self.counters,
        }
    }

    fn act(&mut self, actions: Vec<Action<PeerId>>) {
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
                    tracing::warn!(%peer, seconds, "a peer misbehaved and is cut off");
                    self.dialer.remove(&peer);
                    self.held.retain(|_, (_, sender)| *sender != peer);
                    // It may be gone already.
                    let _ = self.swarm.disconnect_peer_id(peer);
                }
            }
        }
    }

    fn publish(&mut self, store: StoreId, bytes: Vec<u8>) {
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

    fn report(&mut self, message: &MessageId, peer: &PeerId, verdict: Verdict) {
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

    fn event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(event) => self.behaviour_event(event),
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                endpoint,
                ..
            } => {
                let incoming = matches!(endpoint, ConnectedPoint::Listener { .. });
                let address = endpoint.get_remote_address().clone();
                let now = self.now().running;
                self.protocol()
                    .peers
                    .connected(&peer_id, ip_of(&address), now);
                self.dialer.connected(&peer_id);
                let link = Link { address, incoming };
                self.links.insert(connection_id, (peer_id, link));
            }
            SwarmEvent::ConnectionClosed {
                peer_id,
                connection_id,
                num_established,
                ..
            } => {
                let now = self.now().running;
                if let Some((_, link)) = self.links.remove(&connection_id) {
                    let address = ip_of(&link.address);
                    self.protocol().peers.disconnected(&peer_id, address, now);
                }
                if num_established == 0 {
                    self.protocol().gone(&peer_id);
                    self.agents.remove(&peer_id);
                    self.dialer.lost(&peer_id, now);
                }
            }
            SwarmEvent::NewListenAddr { address, .. } => {
                tracing::info!(%address, "listening");
                // Others who hear of us have to know where we are.
                if is_public(&address) {
                    self.swarm.add_external_address(address);
                }
            }
            SwarmEvent::ExpiredListenAddr { address, .. } => {
                if is_public(&address) && !self.config.external.contains(&address) {
                    self.swarm.remove_external_address(&address);
                }
            }
            SwarmEvent::ListenerClosed {
                reason, addresses, ..
            } => {
                tracing::warn!(?addresses, ?reason, "no longer listening");
            }
            SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => {
                tracing::debug!(?peer_id, %error, "not connected");
            }
            _ => {}
        }
    }

    fn behaviour_event(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Gossip(event) => self.gossip_event(event),
            BehaviourEvent::Files(event) => self.files_event(event),
            BehaviourEvent::Mdns(mdns::Event::Discovered(found)) => {
                let now = self.now().running;
                for (peer, address) in found {
                    let at = split(&address).map_or(address, |(_, at)| at);
                    self.dialer.add(peer, at, false, now);
                }
                self.tick();
            }
            BehaviourEvent::Mdns(mdns::Event::Expired(gone)) => {
                for (peer, _) in gone {
                    self.dialer.remove(&peer);
                }
            }
            BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. }) => {
                let agent: String = info.agent_version.chars().take(64).collect();
                self.agents.insert(peer_id, agent);
                // Only who serves the network belongs into its table.
                let serves = info
                    .protocols
                    .iter()
                    .any(|name| name.as_ref() == "/harbour/kad/1");
                for address in info.listen_addrs.into_iter().take(MAX_ADDRESSES).filter(|_| serves) {
                    self.swarm
                        .behaviour_mut()
                        .kad
                        .add_address(&peer_id, address);
                }
            }
            BehaviourEvent::Kad(kad::Event::OutboundQueryProgressed {
                result:
                    kad::QueryResult::GetProviders(Ok(kad::GetProvidersOk::FoundProviders {
                        providers,
                        ..
                    })),
                ..
            }) => {
                for peer in providers.into_iter().take(ENOUGH) {
                    if peer != *self.swarm.local_peer_id() && !self.swarm.is_connected(&peer) {
                        let dial = DialOpts::peer_id(peer)
                            .condition(PeerCondition::DisconnectedAndNotDialing)
                            .build();
                        if let Err(error) = self.swarm.dial(dial) {
                            tracing::debug!(%peer, %error, "not dialled");
                        }
                    }
                }
            }
            BehaviourEvent::Kad(kad::Event::InboundRequest {
                request:
                    kad::InboundRequest::AddProvider {
                        record: Some(mut record),
                    },
            }) => {
                // Who takes part in which store is all that is kept for others.
                record.addresses.truncate(MAX_ADDRESSES);
                let store = self.swarm.behaviour_mut().kad.store_mut();
                if let Err(error) = store.add_provider(record) {
                    tracing::debug!(?error, "no room to remember who takes part in a store");
                }
            }
            BehaviourEvent::Ping(ping) => {
                if let Err(error) = ping.result
                    && !matches!(error, ping::Failure::Unsupported)
                {
                    // The network may be cut; what is dead must not count as there.
                    self.swarm.close_connection(ping.connection);
                }
            }
            _ => {}
        }
    }

    fn gossip_event(&mut self, event: gossipsub::Event) {
        let now = self.now();
        match event {
            gossipsub::Event::Message {
                propagation_source,
                message_id,
                message,
            } => {
                let (verdict, actions) = match store_of(&message.topic) {
                    Some(store) => {
                        let mut protocol = self.protocol();
                        protocol.announced(&propagation_source, store, &message.data, now)
                    }
                    None => (Verdict::Reject, Vec::new()),
                };
                match (verdict, store_of(&message.topic)) {
                    (Verdict::Later, Some(store)) => {
                        self.held.insert(store, (message_id, propagation_source));
                    }
                    (verdict, _) => {
                        self.report(&message_id, &propagation_source, verdict);
                    }
                }
                self.act(actions);
            }
            gossipsub::Event::Subscribed { peer_id, topic, .. } => {
                let Some(store) = store_of(&topic) else {
                    return;
                };
                let actions = self.protocol().met(&peer_id, store, now);
                self.act(actions);
                if let Some(bytes) = self.unheard.remove(&store) {
                    self.publish(store, bytes);
                }
            }
            gossipsub::Event::Unsubscribed { peer_id, topic } => {
                if let Some(store) = store_of(&topic) {
                    self.protocol().left(&peer_id, &store);
                }
            }
            _ => {}
        }
    }

    fn files_event(&mut self, event: request_response::Event<FileName, FileAnswer>) {
        let now = self.now();
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                request_response::Message::Request {
                    request, channel, ..
                } => {
                    let may = self.protocol().peers.request(&peer, now.running);
                    let answer = match may {
                        true => self.shelf.find(&request),
                        false => FileAnswer::Busy,
                    };
                    let length = match &answer {
                        FileAnswer::Inline(bytes) => bytes.len(),
                        _ => 0,
                    };
                    let paid = self.protocol().peers.send(&peer, length, now.running);
                    let answer = if paid { answer } else { FileAnswer::Busy };
                    match &answer {
                        FileAnswer::Busy => self.counters.refused += 1,
                        _ => self.counters.answered += 1,
                    }
                    // The peer may have hung up.
                    let _ = self
                        .swarm
                        .behaviour_mut()
                        .files
                        .send_response(channel, answer);
                    if !may {
                        self.offended(&peer, Offence::Greedy);
                    }
                }
                request_response::Message::Response {
                    request_id,
                    response,
                } => match self.asked.remove(&request_id) {
                    Some((_, Waiting::Caller(reply))) => {
                        // Whoever asked may have an answer already.
                        let _ = reply.send(Ok(response));
                    }
                    Some((peer, Waiting::Timestamp(store))) => {
                        if let FileAnswer::Inline(bytes) = response {
                            let actions = self.protocol().offered(&peer, store, &bytes, now);
                            self.act(actions);
                        }
                    }
                    None => {}
                },
            },
            request_response::Event::OutboundFailure {
                peer,
                request_id,
                error,
                ..
            } => {
                let (error, offence) = match error {
                    OutboundFailure::Timeout => (AskError::Slow, Some(Offence::Slow)),
                    OutboundFailure::Io(error)
                        if error.kind() == std::io::ErrorKind::InvalidData =>
                    {
                        (AskError::Malformed, Some(Offence::Malformed))
                    }
                    _ => (AskError::Gone, None),
                };
                if let Some((_, Waiting::Caller(reply))) = self.asked.remove(&request_id) {
                    let _ = reply.send(Err(error));
                }
                if let Some(offence) = offence {
                    self.offended(&peer, offence);
                }
            }
            request_response::Event::InboundFailure {
                peer,
                error: request_response::InboundFailure::Io(error),
                ..
            } if error.kind() == std::io::ErrorKind::InvalidData => {
                self.offended(&peer, Offence::Malformed);
            }
            request_response::Event::InboundFailure { .. }
            | request_response::Event::ResponseSent { .. } => {}
        }
    }
}
