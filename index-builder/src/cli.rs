//! What can be asked for.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use harbour_core::import::Format;

/// Checks app manifests and brings in templates of other platforms.
#[derive(Debug, Parser)]
#[command(name = "index-builder", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check manifests: every error at once, as FILE:LINE:COLUMN.
    Validate(ValidateArgs),
    /// Convert templates of other platforms to manifests, and say what was lost.
    Import(ImportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Manifests, or folders of them.
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
