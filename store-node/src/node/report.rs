//! What the node says of itself: its stores, its peers, its addresses, news.

use std::sync::PoisonError;

use futures_util::Stream;
use harbour_core::store::id::StoreId;
use harbour_core::store::invite::{Invite, MAX_ORIGINS, MAX_PEERS};
use harbour_core::tuf::metadata::{Role as _, Root};
use libp2p::Multiaddr;
use tokio::sync::broadcast;

use super::core::Core;
use crate::api::types::{
    ErrorCode, Messages, NetworkError, News, NodeStatus, PeerView, StoreState, StoreStatus,
};

impl Core {
    pub(crate) async fn stores(&self) -> Result<Vec<StoreStatus>, NetworkError> {
        let net = self.net().await;
        let mut all = Vec::new();
        for joined in self.joined_all() {
            let holders = match &net {
                Some(net) => net.swarm.holders(joined.id).await,
                None => Vec::new(),
            };
            let files = self.db.files(Some(&joined.id));
            let files = files.map_err(NetworkError::internal)?;
            let role = |role| {
                self.db
                    .role(&joined.id, role)
                    .map_err(NetworkError::internal)
            };
            let version = self.db.complete(&joined.id);
            let version = version.map_err(NetworkError::internal)?;
            let (record, last) = (joined.record(), joined.last());
            let announced = holders.iter().filter_map(|holder| holder.version).max();
            all.push(StoreStatus {
                id: joined.id,
                name: record.name,
                state: match (version, &last.failure) {
                    (None, _) => StoreState::Loading,
                    (Some(_), None) => StoreState::Ready,
                    (Some(_), Some(_)) => StoreState::Stale,
                },
                message: last.failure,
                pinned: record.pinned,
                origins: record.origins,
                root_version: role(Root::TYPE)?.unwrap_or_default(),
                version,
                announced: announced.max(version),
                checked: last.checked,
                peers: holders.len(),
                files: files.len(),
                disk: files.iter().map(|(_, record)| record.length).sum(),
                bytes: self.meter.of_store(&joined.id),
            });
        }
        Ok(all)
    }

    pub(crate) async fn status(&self) -> Result<NodeStatus, NetworkError> {
        let net = self.net().await;
        let swarm = match &net {
            Some(net) => net.swarm.status().await,
            None => None,
        };
        let text = |list: &[Multiaddr]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let peers = swarm.iter().flat_map(|swarm| &swarm.peers);
        let counters = swarm
            .as_ref()
            .map(|swarm| swarm.counters)
            .unwrap_or_default();
        Ok(NodeStatus {
            peer_id: self.key.peer_id().to_string(),
            running: net.is_some(),
            message: self
                .trouble
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            listen: swarm
                .as_ref()
                .map_or_else(Vec::new, |swarm| text(&swarm.listen)),
            external: swarm
                .as_ref()
                .map_or_else(Vec::new, |swarm| text(&swarm.external)),
            blob_port: net.as_ref().map(|net| net.blobs.port()),
            peers: peers
                .map(|peer| PeerView {
                    id: peer.peer.to_string(),
                    address: peer.address.to_string(),
                    near: peer.near,
                    incoming: peer.incoming,
                    agent: peer.agent.clone(),
                    score: peer.score,
                    stores: peer.stores.clone(),
                    bytes_in: self.meter.of_peer(&peer.peer),
                })
                .collect(),
            banned: swarm.as_ref().map_or(0, |swarm| swarm.banned),
            messages: Messages {
                accepted: counters.accepted,
                ignored: counters.ignored,
                rejected: counters.rejected,
                published: counters.published,
                answered: counters.answered,
                refused: counters.refused,
                cut_off: counters.cut_off,
            },
            bytes: self.meter.total(),
            disk: self.usage.get(),
            limits: self.config.limits,
        })
    }

    pub(crate) fn news(&self) -> impl Stream<Item = News> + Send + 'static {
        let (receiver, ending) = (self.news.subscribe(), self.ending.clone());
        futures_util::stream::unfold((receiver, ending), |(mut receiver, ending)| async move {
            loop {
                tokio::select! {
                    () = ending.cancelled() => return None,
                    news = receiver.recv() => match news {
                        Ok(news) => return Some((news, (receiver, ending))),
                        // The newest versions are in what follows, or in the status.
                        Err(broadcast::error::RecvError::Lagged(_)) => {}
                        Err(broadcast::error::RecvError::Closed) => return None,
                    },
                }
            }
        })
    }

    pub(crate) async fn invite(&self, store: StoreId) -> Result<Invite, NetworkError> {
        let joined = self.joined(&store)?;
        let status = self.status().await?;
        let mut record = joined.record();
        let own = status.external.iter().chain(&status.listen);
        let mut peers: Vec<String> = own
            .map(|address| with_id(address, &status.peer_id))
            .collect();
        // Loopback helps only on this machine; it stays when there is nothing else.
        let elsewhere =
            |peer: &String| !peer.starts_with("/ip4/127.") && !peer.starts_with("/ip6/::1");
        if peers.iter().any(elsewhere) {
            peers.retain(elsewhere);
        }
        peers.truncate(MAX_PEERS / 2);
        record.peers.truncate(MAX_PEERS - peers.len());
        peers.extend(record.peers);
        peers.dedup();
        record.origins.truncate(MAX_ORIGINS);
        let invalid = |error| NetworkError::new(ErrorCode::Invalid, error);
        let invite = |peers| Invite::new(store, record.origins, peers, record.name);
        invite(peers).map_err(invalid)
    }
}

fn with_id(address: &str, peer: &str) -> String {
    match address.contains("/p2p/") && !address.ends_with("/p2p-circuit") {
        true => address.to_owned(),
        false => format!("{address}/p2p/{peer}"),
    }
}
