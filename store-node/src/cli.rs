//! The commands as words.

mod ask;
mod relay;
mod serve;
mod tuf;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// What a command ends with when it fails: words for whoever typed it.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// Takes part in stores, fetches what they publish and verifies it.
#[derive(Parser)]
#[command(name = "docker-manager-store", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a node: take part in stores, for this machine and for others.
    Serve(serve::Serve),
    /// Show what the running node does.
    Status(At),
    /// Show the peers of the running node, near and far.
    Peers(At),
    /// Let the running node take part in a store.
    AddStore(ask::AddStore),
    /// Compare what the running node has of a store with the signatures, anew.
    Verify(ask::Verify),
    /// Run a relay, for nodes that can not reach each other.
    Relay(relay::Relay),
    /// Trust a repository of The Update Framework, update it, download from it.
    Tuf(tuf::Tuf),
}

/// Where the running node is.
#[derive(Debug, Args)]
pub(crate) struct At {
    /// The node's data folder.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "/var/lib/harbourmaster-store"
    )]
    data_dir: PathBuf,
    /// Its socket, when it is not node.sock in the data folder.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl At {
    fn socket(&self) -> PathBuf {
        let there = self.socket.clone();
        there.unwrap_or_else(|| self.data_dir.join("node.sock"))
    }
}

/// Carries out the command.
pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Tuf(tuf) => tuf::run(&tuf),
        Command::Serve(serve) => runtime(2)?.block_on(serve::run(serve)),
        Command::Relay(relay) => runtime(2)?.block_on(relay::run(relay)),
        Command::Status(at) => runtime(1)?.block_on(ask::status(&at)),
        Command::Peers(at) => runtime(1)?.block_on(ask::peers(&at)),
        Command::AddStore(add) => runtime(1)?.block_on(ask::add_store(add)),
        Command::Verify(verify) => runtime(1)?.block_on(ask::verify(&verify)),
    }
}

fn runtime(threads: usize) -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
}
