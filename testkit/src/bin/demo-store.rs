//! The store of `make demo`: a registry, a signed site and a server for it on
//! loopback, with apps whose images are made here, so that no internet is needed.
//!
//! `demo-store DIR SOCKET` keeps the store's keys and site in DIR, builds the
//! images on the engine at SOCKET, writes DIR/agent.toml and one line of JSON
//! when everything is ready, and runs until its standard input ends.

#![allow(
    clippy::disallowed_methods,
    reason = "it is for developers, never part of the product"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use bollard::Docker;
use harbour_core::store::invite::Invite;
use testkit::store::{SiteServer, Store, Validity, at_registry, push_runnable};
use testkit::{KitError, LOCAL_NODE, Peer, Registry};

const SECONDS: u64 = 120;
const WELCOME: &str = include_str!("../../../fixtures/demo/welcome.yaml");
const NOTES: &str = include_str!("../../../fixtures/demo/board.yaml");

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [folder, socket] => serve(Path::new(folder), socket).await,
        _ => Err("usage: demo-store DIR SOCKET".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = format!("demo-store: {error}\n");
            let mut cause = error.source();
            while let Some(source) = cause {
                text.push_str(&format!("  because {source}\n"));
                cause = source.source();
            }
            // There is nobody left to tell when standard error is closed.
            let _ = std::io::stderr().write_all(text.as_bytes());
            ExitCode::FAILURE
        }
    }
}

async fn serve(folder: &Path, socket: &str) -> Result<(), Box<dyn std::error::Error>> {
    let docker = Docker::connect_with_unix(socket, SECONDS, bollard::API_DEFAULT_VERSION)?;
    let docker = docker.negotiate_version().await?;
    let registry = Registry::start().await?;
    let digest = push_runnable(&docker, &registry.address()).await?;
    let store_dir = folder.join("store");
    let mut store = match store_dir.join("root/1.root.json").exists() {
        true => Store::open(&store_dir),
        false => Store::found(&store_dir, "Demo")?,
    };
    for text in [WELCOME, NOTES] {
        store.app(&at_registry(text, &registry.address()), |_| digest.clone())?;
    }
    store.publish(Validity::default())?;
    let server = SiteServer::start(&store.site())?;
    let peer = Peer::hosting(&folder.join("peer"), &store.site()).await?;
    let origins = vec![server.address().to_owned()];
    let peers = peer.invite(store.id()?).await?.peers().to_vec();
    let invite = Invite::new(store.id()?, origins, peers, Some("Demo".to_owned()))?;
    let root = fs::canonicalize(folder)?.join("apps");
    fs::create_dir_all(&root)?;
    let config = folder.join("agent.toml");
    let text = format!("app_data_root = {root:?}\nstores = [\"{invite}\"]\n\n{LOCAL_NODE}");
    fs::write(&config, text).map_err(|source| KitError::File {
        what: "write",
        path: config.clone(),
        source,
    })?;
    let ready = serde_json::json!({ "invite": invite.to_string(), "registry": registry.address() });
    writeln!(std::io::stdout(), "{ready}")?;
    // Whoever started this closes the pipe, or dies.
    let ended = tokio::task::spawn_blocking(|| {
        std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())
    });
    ended.await??;
    peer.stop().await;
    drop((server, registry));
    Ok(())
}
