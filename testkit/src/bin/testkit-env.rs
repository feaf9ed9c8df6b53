//! An engine, a registry and images for tests that are not written in Rust.
//!
//! With `--store` there is also a signed store with the runnable apps on a
//! server on loopback. Prints one line of JSON when everything is ready, runs until its standard
//! input ends or it gets SIGTERM or SIGINT, then removes everything.
//! `testkit-env --sweep` only clears what killed tests left behind.

#![allow(
    clippy::disallowed_methods,
    reason = "starting programs is what this kit is for"
)]

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use harbour_core::store::invite::Invite;
use testkit::store::{SiteServer, Store, Validity, push_runnable};
use testkit::{Dockerd, KitError, Peer, Registry, images, sweep};
use tokio::signal::unix::{SignalKind, signal};

const BUSYBOX: &str = "hm-test/busybox:1";
const HEALTH: &str = "hm-test/health:1";
const NO_SHELL: &str = "hm-test/noshell:1";
const BIG: &str = "hm-test/big:1";
const NETWORK: &str = "hmnet";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] if !rustix::process::geteuid().is_root() => Err(as_root().into()),
        [] => serve(false).await,
        ["--store"] if !rustix::process::geteuid().is_root() => Err(as_root().into()),
        ["--store"] => serve(true).await,
        ["--sweep"] => sweep().map_err(Into::into),
        _ => Err("usage: testkit-env [--store | --sweep]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&*error);
            ExitCode::FAILURE
        }
    }
}

/// Becomes the same program run by sudo, which passes standard input and
/// signals on; returns only when that did not work.
fn as_root() -> KitError {
    use std::os::unix::process::CommandExt as _;
    let program = std::env::current_exe().unwrap_or_else(|_| "testkit-env".into());
    let source = std::process::Command::new("sudo")
        .args(["-n", "-E"])
        .arg(program)
        .args(std::env::args_os().skip(1))
        .exec();
    KitError::Start {
        program: "sudo testkit-env".into(),
        source,
    }
}

async fn serve(with_store: bool) -> Result<(), Box<dyn std::error::Error>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let input_ended = end_of_input();
    // Each way to end also ends the preparation: what exists is dropped.
    let asked_to_end = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = input_ended => {}
        }
    };
    let work = async {
        let (engine, registry) = prepare().await?;
        let shop = match with_store {
            true => Some(shop(&engine, &registry).await?),
            false => None,
        };
        let ready = serde_json::json!({
            "store": shop.as_ref().map(|shop| &shop.shown),
            "docker": engine.socket(),
            "registry": registry.address(),
            "dir": engine.dir(),
            "pid": engine.pid(),
        });
        // One short line fits any pipe; it does not block.
        writeln!(std::io::stdout(), "{ready}")?;
        // Holds them until this future is dropped.
        std::future::pending::<()>().await;
        drop((engine, registry, shop));
        Ok(())
    };
    tokio::select! {
        done = work => done,
        () = asked_to_end => Ok(()),
    }
}

/// A store that is served.
struct Shop {
    /// `origin`, `root`, `invite`, and `byPeer`: an invitation without a server.
    shown: serde_json::Value,
    _server: SiteServer,
    _peer: Peer,
    _folder: tempfile::TempDir,
}

async fn shop(engine: &Dockerd, registry: &Registry) -> Result<Shop, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let digest = push_runnable(&engine.docker(), &registry.address()).await?;
    let mut store = Store::found(folder.path(), "Test shop")?;
    store.runnable(&registry.address(), &digest)?;
    store.publish(Validity::default())?;
    let server = SiteServer::start(&store.site())?;
    let peer = Peer::hosting(&folder.path().join("peer"), &store.site()).await?;
    let origins = vec![server.address().to_owned()];
    let id = store.id()?;
    let peers = peer.invite(id).await?.peers().to_vec();
    let invite = Invite::new(id, origins, peers.clone(), Some("Test shop".to_owned()))?;
    let by_peer = Invite::new(id, Vec::new(), peers, Some("Test shop".to_owned()))?;
    let shown = serde_json::json!({
        "origin": server.address(),
        "root": id.to_string(),
        "invite": invite.to_string(),
        "byPeer": by_peer.to_string(),
    });
    Ok(Shop {
        shown,
        _server: server,
        _peer: peer,
        _folder: folder,
    })
}

async fn prepare() -> Result<(Dockerd, Registry), KitError> {
    let (engine, registry) = tokio::try_join!(Dockerd::start(), Registry::start())?;
    let docker = engine.docker();
    images::busybox(&docker, BUSYBOX).await?;
    let check = "echo 'database refused the connection' ; exit 1";
    images::busybox_with_health(&docker, HEALTH, check, Duration::from_secs(1)).await?;
    images::noshell(&docker, NO_SHELL).await?;
    images::layered(&docker, BIG, 5, 8 * 1024 * 1024).await?;
    let pushed = images::push(&docker, BIG, &registry.address()).await?;
    // Only the registry keeps it: a test pulls it.
    images::remove(&docker, &pushed).await?;
    images::remove(&docker, BIG).await?;
    engine.network(NETWORK).await?;
    Ok((engine, registry))
}

/// Ends when whoever started this closed the pipe, or died.
///
/// A thread of its own, which nobody joins: the runtime's standard input would
/// hold up the end of the program until the next byte.
fn end_of_input() -> impl Future<Output = ()> {
    let (ended, wait) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        // An error of standard input is an end, too.
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(ended);
    });
    async move {
        // The sender is only ever dropped.
        let _ = wait.await;
    }
}

fn complain(error: &dyn std::error::Error) {
    let mut text = format!("testkit-env: {error}\n");
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(&format!("  because {source}\n"));
        cause = source.source();
    }
    // There is nobody left to tell when standard error is closed.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
