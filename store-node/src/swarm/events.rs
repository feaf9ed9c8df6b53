//! What libp2p tells, on its way to the protocol.

use harbour_core::store::wire::{FileAnswer, FileName};
use libp2p::core::ConnectedPoint;
use libp2p::kad::store::RecordStore as _;
use libp2p::request_response::{self, OutboundFailure};
use libp2p::swarm::SwarmEvent;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{gossipsub, identify, kad, mdns, ping};

use super::AskError;
use super::address::{ip_of, is_public, split};
use super::behaviour::{BehaviourEvent, store_of};
use super::task::{ENOUGH, Link, RELAY_AGAIN, Task, Waiting};
use crate::protocol::Verdict;
use crate::protocol::peers::Offence;

/// Addresses of one peer that are remembered.
const MAX_ADDRESSES: usize = 8;

impl Task {
    pub(super) fn event(&mut self, event: SwarmEvent<BehaviourEvent>) {
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
            SwarmEvent::ExpiredListenAddr { address, .. }
                if !self.config.external.contains(&address) =>
            {
                self.swarm.remove_external_address(&address);
            }
            SwarmEvent::ListenerClosed {
                listener_id,
                reason,
                addresses,
            } => {
                match addresses.is_empty() {
                    true => tracing::debug!(?reason, "not listening"),
                    false => tracing::warn!(?addresses, ?reason, "no longer listening"),
                }
                if let Some(through) = self.relayed.remove(&listener_id) {
                    let at = self.now().running + RELAY_AGAIN;
                    self.unrelayed.push((at, through));
                }
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
                for address in info
                    .listen_addrs
                    .into_iter()
                    .take(MAX_ADDRESSES)
                    .filter(|_| serves)
                {
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
                    // The network may be cut. What is dead must not count as there,
                    // and it can take long until it counts as closed.
                    self.protocol().gone(&ping.peer);
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
                if verdict == Verdict::Accept {
                    tracing::debug!(topic = %message.topic, "an announcement is passed on");
                }
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
