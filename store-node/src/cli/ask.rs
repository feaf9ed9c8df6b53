//! Commands that ask the running node over its socket.

use std::path::PathBuf;

use clap::Args;
use harbour_core::store::id::StoreId;
use harbour_core::store::invite::Invite;
use harbour_core::store::wire::Area;
use harbour_core::tuf::client::{Client, Step};
use harbour_core::tuf::limits::MAX_ROOT;
use store_node::api::Network;
use store_node::api::types::{Add, StoreState};
use store_node::tuf::now;

use super::tuf::read_root;
use super::{At, Failure};

#[derive(Debug, Args)]
pub(super) struct AddStore {
    #[command(flatten)]
    at: At,
    /// An invitation: harbour:store:…
    #[arg(required_unless_present_any = ["root", "site"], conflicts_with_all = ["root", "site"])]
    invite: Option<Invite>,
    /// The store's first root, instead of an invitation.
    #[arg(long, value_name = "1.root.json", conflicts_with = "site")]
    root: Option<PathBuf>,
    /// Web server with the store's site; may be given several times.
    #[arg(long, value_name = "URL", requires = "root")]
    origin: Vec<String>,
    /// Folder with the store's site, which the node then hosts.
    #[arg(long, value_name = "SITE")]
    site: Option<PathBuf>,
    /// Keep a complete copy.
    #[arg(long)]
    pin: bool,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    at: At,
    /// The store; all of them if it is left out.
    store: Option<StoreId>,
}

fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

pub(super) async fn status(at: &At) -> Result<(), Failure> {
    let network = Network::socket(&at.socket());
    let (node, stores) = (network.status().await?, network.stores().await?);
    if at.json {
        return print_json(&serde_json::json!({ "node": node, "stores": stores }));
    }
    println!("node {}", node.peer_id);
    match (&node.message, node.running) {
        (Some(message), _) => println!("  not in the network: {message}"),
        (None, false) => println!("  not in the network: it has no store"),
        (None, true) => println!("  {} peers, {} shut out", node.peers.len(), node.banned),
    }
    for address in node.listen.iter().chain(&node.external) {
        println!("  at {address}");
    }
    let bytes = &node.bytes;
    println!(
        "  {} of {} bytes on disk; fetched {} from near peers, {} from far ones, {} from origins",
        node.disk, node.limits.disk, bytes.lan, bytes.peer, bytes.origin
    );
    for store in stores {
        let name = store.name.as_deref().unwrap_or("no name");
        println!("store {} ({name})", store.id);
        let version = store
            .version
            .map_or("no version yet".to_owned(), |version| {
                format!("version {version}")
            });
        let state = match store.state {
            StoreState::Loading => "loading",
            StoreState::Ready => "ready",
            StoreState::Stale => "stale",
        };
        let pinned = if store.pinned { ", complete copy" } else { "" };
        println!(
            "  {version}, {state}{pinned}; {} files, {} bytes, {} peers",
            store.files, store.disk, store.peers
        );
        if let Some(message) = store.message {
            println!("  {message}");
        }
    }
    Ok(())
}

pub(super) async fn peers(at: &At) -> Result<(), Failure> {
    let node = Network::socket(&at.socket()).status().await?;
    if at.json {
        return print_json(&node.peers);
    }
    for peer in &node.peers {
        let distance = if peer.near { "near" } else { "far" };
        let agent = peer.agent.as_deref().unwrap_or("unknown program");
        println!("{} {distance}, {}, {agent}", peer.id, peer.address);
        println!(
            "  score {:.1}, {} bytes came from it",
            peer.score, peer.bytes_in
        );
        for (store, version) in &peer.stores {
            match version {
                Some(version) => println!("  store {} version {version}", store.short()),
                None => println!("  store {}", store.short()),
            }
        }
    }
    if node.peers.is_empty() {
        println!("no peers are connected");
    }
    Ok(())
}

pub(super) async fn add_store(add: AddStore) -> Result<(), Failure> {
    let network = Network::socket(&add.at.socket());
    let what = match (add.invite, add.root, add.site) {
        (Some(invite), _, _) => Add::Invite { invite },
        (None, Some(root), _) => {
            let text = String::from_utf8(read_root(&root)?);
            let root = text.map_err(|_| format!("{} is no root file", root.display()))?;
            Add::Root {
                root,
                origins: add.origin,
                peers: Vec::new(),
            }
        }
        (None, None, Some(site)) => {
            let site = std::fs::canonicalize(&site)
                .map_err(|error| format!("{} can not be used: {error}", site.display()))?;
            Add::Site { site }
        }
        (None, None, None) => return Err("an invitation, --root or --site is needed".into()),
    };
    let store = network.add(what).await?;
    if add.pin {
        network.pin(store, true).await?;
    }
    println!("store {store}");
    println!("invite {}", network.invite(store).await?);
    Ok(())
}

pub(super) async fn verify(verify: &Verify) -> Result<(), Failure> {
    let network = Network::socket(&verify.at.socket());
    let stores = network.stores().await?.into_iter().map(|store| store.id);
    let wanted = |id: &StoreId| verify.store.is_none_or(|wanted| wanted == *id);
    let stores: Vec<StoreId> = stores.filter(wanted).collect();
    if stores.is_empty() {
        return Err("the node takes no part in such a store".into());
    }
    let mut failed = 0;
    for store in stores {
        match verify_one(&network, store).await {
            Ok(said) => println!("store {}: {said}", store.short()),
            Err(error) => {
                eprintln!("store {}: {error}", store.short());
                failed += 1;
            }
        }
    }
    match failed {
        0 => Ok(()),
        count => Err(format!("{count} stores are not in order").into()),
    }
}

/// Walks through the metadata with a verifier of this process, from the first
/// root on, believing the node nothing.
async fn verify_one(network: &Network, store: StoreId) -> Result<String, Failure> {
    let root = network.fetch(store, Area::Metadata, "1.root.json", MAX_ROOT);
    let root = root.await?.ok_or("the node has no first root")?.bytes;
    if StoreId::of_root(&root) != store {
        return Err("its first root is that of another store".into());
    }
    let mut client = Client::update(&root, now())?;
    loop {
        match client.step()? {
            Step::Ready => break,
            Step::Load { .. } => client.loaded(None)?,
            Step::Save { .. } | Step::Remove { .. } => {}
            Step::Fetch(fetch) => {
                let file = network.fetch(store, Area::Metadata, &fetch.path, fetch.limit);
                match file.await? {
                    Some(file) => client.fetched(&file.bytes)?,
                    None => client.missing()?,
                }
            }
        }
    }
    let version = client
        .trusted()
        .timestamp()
        .map(|role| role.common.version.get());
    let targets = client.targets().map_or(0, |targets| targets.targets.len());
    Ok(format!(
        "version {} is signed and complete, {targets} files of the store itself",
        version.unwrap_or_default()
    ))
}
