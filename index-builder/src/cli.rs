//! The commands as words.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use harbour_core::import::Format;
use harbour_core::tuf::time::Time;

use crate::error::{CommandError, Failure};
use crate::{build, import, keys, preview, publisher, resolve, root, validate, verify};

/// Checks the manifests of a store, keeps its keys, builds its site.
#[derive(Debug, Parser)]
#[command(name = "index-builder", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check manifests: every error at once, as FILE:LINE:COLUMN.
    Validate(ValidateArgs),
    /// Convert templates of other platforms to manifests, and say what was lost.
    Import(ImportArgs),
    /// Make keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Make, sign, rotate and recover root files.
    #[command(subcommand)]
    Root(root::Command),
    /// Sign an app as its publisher.
    #[command(subcommand)]
    Publisher(publisher::Command),
    /// Ask registries what the tags of all apps mean, and write it into locks.
    Resolve(resolve::Resolve),
    /// Build or renew the site of a store.
    Build(Box<build::Build>),
    /// Check a site as a stranger would, from its first root file on.
    Verify(verify::Verify),
    /// Show a site on this machine, for a look at it.
    Preview(preview::Preview),
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// A store's source, manifests, or folders of them.
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Whose templates: casaos, compose, cosmos, dokploy, portainer, runtipi or unraid.
    #[arg(long, value_parser = format, required_unless_present = "table")]
    pub(crate) from: Option<Format>,
    /// A template's file or folder, or a folder of them.
    #[arg(required_unless_present = "table")]
    pub(crate) path: Option<PathBuf>,
    /// Write the manifests into this folder instead of printing them.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Convert every catalogue below this folder and print one row for each.
    #[arg(long, conflicts_with_all = ["from", "path", "out"])]
    pub(crate) table: Option<PathBuf>,
    /// With --table: also list every template that was refused or lost something.
    #[arg(long, requires = "table")]
    pub(crate) details: bool,
}

fn format(word: &str) -> Result<Format, String> {
    Format::parse(word).ok_or_else(|| {
        let all: Vec<&str> = Format::ALL.iter().map(|(word, _)| *word).collect();
        format!("it is none of: {}", all.join(", "))
    })
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
        Command::Validate(args) => print(validate::run(&args), out),
        Command::Import(args) => print(import::run(&args), out),
        Command::Keys(command) => keys::run(&command, out),
        Command::Root(command) => root::run(&command, now, out),
        Command::Publisher(command) => publisher::run(&command, now, out),
        Command::Resolve(command) => print(resolve::run(&command, now), out),
        Command::Build(command) => print(build::run(&command, now), out),
        Command::Verify(command) => print(verify::run(&command, now), out),
        Command::Preview(command) => preview::run(&command, out),
    }
}

fn print(answer: Result<String, Failure>, out: &mut dyn Write) -> Result<(), CommandError> {
    let (output, failed) = match answer {
        Ok(output) => (output, None),
        Err(failure) => (failure.output, Some(failure.message)),
    };
    out.write_all(output.as_bytes())?;
    failed.map_or(Ok(()), |message| Err(CommandError::Found(message)))
}
