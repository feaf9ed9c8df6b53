//! The commands as words.

use std::ffi::OsString;
use std::io::Write;

use clap::{Parser, Subcommand};
use harbour_core::tuf::time::Time;

use crate::error::CommandError;
use crate::{keys, publish, publisher, root};

/// Keeps the keys of a store and publishes it.
#[derive(Debug, Parser)]
#[command(name = "index-builder", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Make, sign, rotate and recover root files.
    #[command(subcommand)]
    Root(root::Command),
    /// Sign an app as its publisher.
    #[command(subcommand)]
    Publisher(publisher::Command),
    /// Publish apps with their publishers' signatures.
    Publish(publish::Publish),
}

/// Carries out a command line, whose first word is the program's name.
///
/// # Errors
/// When it is no command, or the command fails.
pub fn run<W>(words: W, now: Time, out: &mut dyn Write) -> Result<(), CommandError>
where
    W: IntoIterator,
    W::Item: Into<OsString> + Clone,
{
    match Cli::try_parse_from(words)?.command {
        Command::Keys(command) => keys::run(&command, out),
        Command::Root(command) => root::run(&command, now, out),
        Command::Publisher(command) => publisher::run(&command, now, out),
        Command::Publish(command) => publish::run(&command, now, out),
    }
}
