//! The parts of libp2p that are used, and how they are set.

use std::num::NonZeroU32;
use std::time::Duration;

use harbour_core::store::id::StoreId;
use harbour_core::store::wire;
use harbour_core::tuf::limits::MAX_TIMESTAMP;
use libp2p::gossipsub::{
    self, MessageAuthenticity, MessageId, PeerScoreParams, PeerScoreThresholds, TopicHash,
    TopicScoreParams, ValidationMode,
};
use libp2p::identity::Keypair;
use libp2p::kad::store::{MemoryStore, MemoryStoreConfig};
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{
    StreamProtocol, connection_limits, identify, kad, mdns, noise, ping, relay, request_response,
    tcp, yamux,
};
use sha2::{Digest as _, Sha256};

use super::codec::FilesCodec;
use super::gate::{Gate, Shared};
use super::{SwarmConfig, SwarmError};
use crate::protocol::limits::Limits;

/// Time for one answer of a peer.
const ANSWER: Duration = Duration::from_secs(10);
/// Requests of one connection that are worked on at once.
const STREAMS: usize = 64;
/// Stores of a peer that are remembered.
const MAX_TOPICS: usize = 64;
const TOPIC: (&str, &str) = ("/harbour/store/", "/1");

#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    pub(super) gate: Gate,
    pub(super) limits: connection_limits::Behaviour,
    pub(super) gossip: Gossip,
    pub(super) files: request_response::Behaviour<FilesCodec>,
    pub(super) identify: identify::Behaviour,
    pub(super) ping: ping::Behaviour,
    pub(super) kad: kad::Behaviour<MemoryStore>,
    pub(super) mdns: Toggle<mdns::tokio::Behaviour>,
    pub(super) relay_client: relay::client::Behaviour,
    pub(super) relay_server: Toggle<relay::Behaviour>,
}

pub(super) type Gossip = gossipsub::Behaviour<
    gossipsub::IdentityTransform,
    gossipsub::MaxCountSubscriptionFilter<OurTopics>,
>;

/// Topics that look like those of a store.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OurTopics;

impl gossipsub::TopicSubscriptionFilter for OurTopics {
    fn can_subscribe(&mut self, topic: &TopicHash) -> bool {
        store_of(topic).is_some()
    }
}

/// Where a store is announced.
pub(super) fn topic_of(store: &StoreId) -> gossipsub::IdentTopic {
    gossipsub::IdentTopic::new(format!("{}{store}{}", TOPIC.0, TOPIC.1))
}

/// The store of a topic.
pub(super) fn store_of(topic: &TopicHash) -> Option<StoreId> {
    let text = topic.as_str().strip_prefix(TOPIC.0)?;
    text.strip_suffix(TOPIC.1)?.parse().ok()
}

/// What a topic says about a peer. Tuned for topics on which nothing happens
/// for days: silence is no fault, being there long forgives nothing. The fourth
/// forged message is the last one that is judged: by then `protocol::peers` has
/// cut the sender off, before gossip stops to tell us of what it sends.
pub(super) fn topic_score() -> TopicScoreParams {
    TopicScoreParams {
        topic_weight: 1.0,
        time_in_mesh_weight: 0.1,
        time_in_mesh_quantum: Duration::from_secs(1),
        time_in_mesh_cap: 10.0,
        first_message_deliveries_weight: 1.0,
        first_message_deliveries_decay: gossipsub::score_parameter_decay(Duration::from_secs(
            3_600,
        )),
        first_message_deliveries_cap: 10.0,
        mesh_message_deliveries_weight: 0.0,
        mesh_failure_penalty_weight: 0.0,
        invalid_message_deliveries_weight: -5.0,
        invalid_message_deliveries_decay: gossipsub::score_parameter_decay(Duration::from_secs(
            3_600,
        )),
        ..TopicScoreParams::default()
    }
}

fn score() -> PeerScoreParams {
    PeerScoreParams {
        // A household, a school or a provider's gateway is one address; who
        // misbehaves there is cut off by name, see `protocol::peers`.
        ip_colocation_factor_weight: -1.0,
        ip_colocation_factor_threshold: 64.0,
        topic_score_cap: 40.0,
        // Names cost nothing. Who was cut off is remembered in `protocol::peers`,
        // within a limit; here each name would be kept for as long as this.
        retain_score: Duration::from_secs(60),
        ..PeerScoreParams::default()
    }
}

fn gossip(limits: &Limits) -> Result<Gossip, SwarmError> {
    let wrong = |error: &dyn std::fmt::Display| SwarmError::Setup(error.to_string());
    let largest = usize::try_from(MAX_TIMESTAMP).unwrap_or(usize::MAX);
    let config = gossipsub::ConfigBuilder::default()
        // Nothing is passed on before it was judged.
        .validate_messages()
        // An announcement is signed by its store; who passes it on stays unnamed.
        .validation_mode(ValidationMode::Anonymous)
        .max_transmit_size(largest + 1_024)
        .message_id_fn(|message| {
            let mut hash = Sha256::new();
            hash.update(message.topic.as_str());
            hash.update(&message.data);
            MessageId::from(hash.finalize().to_vec())
        })
        .duplicate_cache_time(Duration::from_secs(120))
        .history_length(10)
        // Whoever has a single neighbour, whose mesh is full, hears of it at the
        // next heartbeat: that must not be left to chance when news are rare.
        .gossip_factor(1.0)
        .max_publish_messages(16)
        .connection_handler_queue_len(256)
        .build()
        .map_err(|error| wrong(&error))?;
    let filter = gossipsub::MaxCountSubscriptionFilter {
        filter: OurTopics,
        max_subscribed_topics: MAX_TOPICS.max(limits.stores),
        max_subscriptions_per_request: MAX_TOPICS.max(limits.stores),
    };
    let mut gossip = gossipsub::Behaviour::new_with_subscription_filter_and_transform(
        MessageAuthenticity::Anonymous,
        config,
        filter,
        gossipsub::IdentityTransform,
    )
    .map_err(|error| wrong(&error))?;
    gossip
        .with_peer_score(score(), PeerScoreThresholds::default())
        .map_err(|error| wrong(&error))?;
    Ok(gossip)
}

fn behaviour(
    config: &SwarmConfig,
    key: &Keypair,
    protocol: Shared,
    relay_client: relay::client::Behaviour,
) -> Result<Behaviour, SwarmError> {
    let me = key.public().to_peer_id();
    let limits = &config.limits;
    let connections = connection_limits::ConnectionLimits::default()
        .with_max_pending_incoming(Some(limits.incoming))
        .with_max_pending_outgoing(Some(limits.outgoing))
        .with_max_established_incoming(Some(limits.incoming))
        .with_max_established_outgoing(Some(limits.outgoing))
        .with_max_established_per_peer(Some(limits.per_peer));
    let files = request_response::Config::default()
        .with_request_timeout(ANSWER)
        .with_max_concurrent_streams(STREAMS);
    let mut kad_config = kad::Config::new(StreamProtocol::new("/harbour/kad/1"));
    kad_config
        .set_record_filtering(kad::StoreInserts::FilterBoth)
        .set_query_timeout(Duration::from_secs(30))
        .set_max_packet_size(8 * 1_024)
        .set_periodic_bootstrap_interval(Some(Duration::from_secs(900)));
    let kad_store = MemoryStore::with_config(
        me,
        MemoryStoreConfig {
            max_records: 0,
            max_value_bytes: 0,
            max_providers_per_key: 20,
            max_provided_keys: 1_024,
        },
    );
    let mut kad = kad::Behaviour::with_config(me, kad_store, kad_config);
    if !config.external.is_empty() {
        kad.set_mode(Some(kad::Mode::Server));
    }
    let mdns = match config.mdns {
        true => {
            let found = mdns::tokio::Behaviour::new(mdns::Config::default(), me);
            Some(found.map_err(|error| SwarmError::Setup(format!("mDNS: {error}")))?)
        }
        false => None,
    };
    let relay_server = config.serve_relay.then(|| {
        let each = NonZeroU32::new(30).expect("30 is not 0");
        let relay = relay::Config {
            max_circuit_duration: Duration::from_secs(3_600),
            max_circuit_bytes: 16 << 20,
            ..relay::Config::default()
        };
        let relay = relay.circuit_src_per_peer(each, Duration::from_secs(60));
        relay::Behaviour::new(me, relay)
    });
    let about = identify::Config::new("/harbour/1".to_owned(), key.public())
        .with_agent_version(concat!("harbourmaster/", env!("CARGO_PKG_VERSION")).to_owned())
        .with_cache_size(256);
    let ping_config = ping::Config::new()
        .with_interval(config.ping)
        .with_timeout(config.ping.min(Duration::from_secs(10)));
    Ok(Behaviour {
        gate: Gate::new(protocol, config.started),
        limits: connection_limits::Behaviour::new(connections),
        gossip: gossip(limits)?,
        files: request_response::Behaviour::with_codec(
            FilesCodec,
            [(
                StreamProtocol::new(wire::PROTOCOL),
                request_response::ProtocolSupport::Full,
            )],
            files,
        ),
        identify: identify::Behaviour::new(about),
        ping: ping::Behaviour::new(ping_config),
        kad,
        mdns: Toggle::from(mdns),
        relay_client,
        relay_server: Toggle::from(relay_server),
    })
}

/// Builds the swarm: TCP, Noise, Yamux. No QUIC, which iroh has already.
pub(super) fn build(
    config: &SwarmConfig,
    protocol: Shared,
) -> Result<libp2p::Swarm<Behaviour>, SwarmError> {
    let wrong = |error: &dyn std::fmt::Display| SwarmError::Setup(error.to_string());
    let swarm = libp2p::SwarmBuilder::with_existing_identity(config.key.libp2p())
        .with_tokio()
        .with_tcp(
            tcp::Config::default().nodelay(true),
            noise::Config::new,
            yamux::Config::default,
        )
        .map_err(|error| wrong(&error))?
        .with_relay_client(noise::Config::new, yamux::Config::default)
        .map_err(|error| wrong(&error))?
        .with_behaviour(|key, relay_client| {
            behaviour(config, key, protocol, relay_client)
                .map_err(|error| Box::new(error) as Box<dyn std::error::Error + Send + Sync>)
        })
        .map_err(|error| wrong(&error))?
        .with_swarm_config(|swarm| swarm.with_idle_connection_timeout(Duration::from_secs(3_600)))
        .build();
    Ok(swarm)
}
