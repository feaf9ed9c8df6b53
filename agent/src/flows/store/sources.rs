//! Where apps come from.

use harbour_core::store::id::StoreId;
use harbour_core::store::invite::{Invite, PREFIX};
use harbour_core::tuf::time::Time;
use store_node::api::types;

use super::{AddStore, StoreError, shown};
use crate::flows::Context;
use crate::store::{Roles, StoreShown};
use crate::views::store::{
    BytesBySource, NodeView, PeerStore, PeerView, RoleView, StoreKey, StoreState, StoreStatus,
    StoreView,
};

/// Digits of a key's id that people compare, in groups of four.
const FINGERPRINT: usize = 32;

/// Stores, peers and the source of each byte. A network half that can not be
/// reached is told of in the answer.
pub async fn status(context: &Context) -> StoreStatus {
    let stores = stores(context).await;
    let embedded = context.net.is_embedded();
    let mode = if embedded { "embedded" } else { "separate" }.to_owned();
    match context.net.network().status().await {
        Ok(node) => StoreStatus {
            bytes: bytes(node.bytes),
            peers: node.peers.iter().map(peer).collect(),
            node: NodeView {
                mode,
                running: node.running,
                message: node.message,
                peer_id: Some(node.peer_id),
                listens: node.listen,
                disk_bytes: node.disk,
                disk_limit: Some(node.limits.disk),
                accepted: node.messages.accepted,
                rejected: node.messages.rejected,
                shut_out: count(node.banned),
            },
            stores,
        },
        Err(error) => StoreStatus {
            bytes: BytesBySource::default(),
            peers: Vec::new(),
            node: NodeView {
                mode,
                running: false,
                message: Some(error.message),
                peer_id: None,
                listens: Vec::new(),
                disk_bytes: 0,
                disk_limit: None,
                accepted: 0,
                rejected: 0,
                shut_out: 0,
            },
            stores,
        },
    }
}

/// The stores in the order they became known.
pub async fn stores(context: &Context) -> Vec<StoreView> {
    let stores = context.catalogue.look().await;
    stores.iter().map(store_view).collect()
}

fn peer(peer: &types::PeerView) -> PeerView {
    let store = |(store, version): (&StoreId, &Option<u64>)| PeerStore {
        store: store.to_string(),
        version: *version,
    };
    PeerView {
        id: peer.id.clone(),
        near: peer.near,
        addresses: vec![peer.address.clone()],
        stores: peer.stores.iter().map(store).collect(),
        bytes_in: peer.bytes_in,
        incoming: peer.incoming,
        score: peer.score,
    }
}

fn bytes(bytes: types::BytesBySource) -> BytesBySource {
    BytesBySource {
        lan: bytes.lan,
        peer: bytes.peer,
        origin: bytes.origin,
        disk: bytes.disk,
    }
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Adds a store and reads it.
///
/// # Errors
/// When the invitation or the address will not do, the store is known already,
/// cannot be reached, or is another one than the hash says.
pub async fn add_store(context: &Context, wanted: AddStore) -> Result<StoreView, StoreError> {
    let invite = invite(wanted)?;
    Ok(store_view(&context.catalogue.add(&invite).await?))
}

fn invite(wanted: AddStore) -> Result<Invite, StoreError> {
    let invalid = |field, message: String| StoreError::Invalid { field, message };
    match wanted {
        AddStore { invite: Some(text), origin: None, root: None } => {
            text.parse().map_err(|error: harbour_core::store::invite::InviteError| invalid("invite", error.to_string()))
        }
        AddStore { invite: None, origin: Some(origin), root: Some(root) } => {
            let id: StoreId = root
                .trim()
                .parse()
                .map_err(|_| invalid("root", "the hash of the root file has 64 hexadecimal digits; whoever runs the store tells it".to_owned()))?;
            Invite::new(id, vec![origin.trim().to_owned()], Vec::new(), None)
                .map_err(|error| invalid("origin", error.to_string()))
        }
        AddStore { invite: None, origin: Some(_), root: None } => Err(invalid(
            "root",
            "an address alone does not say whom to trust; add the hash of the store's root file, or use its invitation".to_owned(),
        )),
        _ => Err(invalid(
            "invite",
            format!("give either an invitation ({PREFIX}…) or an address with the hash of the root file"),
        )),
    }
}

/// Removes a store; what was installed from it stays.
///
/// # Errors
/// When it is not known.
pub async fn remove_store(context: &Context, id: &str) -> Result<(), StoreError> {
    context.catalogue.remove(id).await?;
    context
        .events
        .publish("store", &serde_json::json!({ "id": id, "removed": true }));
    Ok(())
}

/// Pins a store, or no longer.
///
/// # Errors
/// When it is not known.
pub async fn pin_store(context: &Context, id: &str, pinned: bool) -> Result<StoreView, StoreError> {
    Ok(store_view(&context.catalogue.pin(id, pinned).await?))
}

/// Looks for news of a store now.
///
/// # Errors
/// When it is not known.
pub async fn refresh_store(context: &Context, id: &str) -> Result<StoreView, StoreError> {
    Ok(store_view(&context.catalogue.refresh(id).await?))
}

/// An invitation to a store.
///
/// # Errors
/// When it is not known.
pub async fn invite_to(context: &Context, id: &str) -> Result<String, StoreError> {
    Ok(context.catalogue.invite(id).await?.to_string())
}

/// A store as the API shows it.
#[must_use]
pub fn store_view(store: &StoreShown) -> StoreView {
    let refused = store.refused();
    let state = match (store.loading, store.roles.is_empty(), &refused) {
        (true, true, _) => StoreState::Loading,
        (false, true, _) => StoreState::Broken,
        (_, false, Some(_)) => StoreState::Stale,
        (_, false, None) => StoreState::Ready,
    };
    let head = store.head.as_ref();
    let source = &store.source;
    StoreView {
        id: source.id.to_string(),
        short_id: source.id.short(),
        name: shown::store_name(store),
        description: head
            .map(|head| head.description.clone())
            .filter(|text| !text.is_empty()),
        homepage: head.and_then(|head| head.homepage.clone()),
        state,
        message: store
            .message
            .clone()
            .or_else(|| refused.filter(|_| state == StoreState::Stale)),
        pinned: source.pinned,
        apps: count(store.apps),
        skipped: store.skipped.clone(),
        roles: store.roles.iter().map(role).collect(),
        checked_at: store.checked_at.map(time),
        changed_at: store.changed_at.map(time),
        expires_at: store.expires().map(time),
        stale_for: store.stale_for(),
        clock_warning: store.stepped_back.as_ref().map(ToString::to_string),
        origins: source.origins.clone(),
        peers: count(source.peers),
        announced: source.announced,
        files: count(source.files),
        disk_bytes: source.disk,
        bytes: bytes(source.bytes),
    }
}

fn time(time: Time) -> String {
    time.to_string()
}

fn role(role: &Roles) -> RoleView {
    let key = |id: &String| {
        let digits = id.get(..FINGERPRINT.min(id.len())).unwrap_or(id);
        let groups: Vec<&str> = (0..digits.len())
            .step_by(4)
            .filter_map(|at| digits.get(at..(at + 4).min(digits.len())))
            .collect();
        StoreKey {
            key_id: id.clone(),
            fingerprint: groups.join(" "),
        }
    };
    RoleView {
        role: role.role.to_owned(),
        version: role.version,
        expires: role.expires.to_string(),
        keys: role.keys.iter().map(key).collect(),
        threshold: u32::try_from(role.threshold).unwrap_or(u32::MAX),
    }
}
