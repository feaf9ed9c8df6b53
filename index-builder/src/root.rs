//! `root`: ceremonies around the file that all trust starts from.
//!
//! A root comes out unsigned and goes from one key holder to the next, each
//! adding a signature on a machine without network. `N.root.json` is checked
//! against `N-1.root.json` beside it.

use std::io::Write;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::key::KeyId;
use harbour_core::tuf::metadata::Root;
use harbour_core::tuf::repo::root::{FirstKeys, TopLevel, first, progress, recover, rotate};
use harbour_core::tuf::time::Time;

use crate::error::CommandError;
use crate::files::{read_publics, read_root, read_secret, write};

/// What to do with a root file.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the first root of a store.
    Init(Init),
    /// Add a signature.
    Sign {
        /// The root file.
        file: PathBuf,
        /// Private key of a root key holder.
        #[arg(long)]
        key: PathBuf,
    },
    /// Say who may do what and which signatures are missing.
    Show {
        /// The root file.
        file: PathBuf,
    },
    /// Make the next root, with keys added to and taken from a role.
    Rotate(Rotate),
    /// Make the next root after the online keys were stolen.
    Recover(Recover),
}

/// Keys of a new store.
#[derive(Debug, Args)]
pub struct Init {
    /// Folder for `1.root.json`.
    #[arg(long)]
    out: PathBuf,
    /// Public key of a root key holder; give three.
    #[arg(long, required = true)]
    root_key: Vec<PathBuf>,
    /// How many of them must sign.
    #[arg(long, default_value = "2")]
    threshold: NonZeroU64,
    /// Public key of the machine that publishes, for timestamps.
    #[arg(long, required = true)]
    timestamp_key: Vec<PathBuf>,
    /// Public key of the machine that publishes, for snapshots.
    #[arg(long, required = true)]
    snapshot_key: Vec<PathBuf>,
    /// Public key of whoever admits publishers.
    #[arg(long, required = true)]
    targets_key: Vec<PathBuf>,
    /// Days until it must be renewed.
    #[arg(long, default_value_t = 365)]
    days: u32,
}

/// A top-level role, by name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleName {
    /// The root key holders.
    Root,
    /// What is newest.
    Timestamp,
    /// What belongs together.
    Snapshot,
    /// Files and publishers.
    Targets,
}

impl From<RoleName> for TopLevel {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Root => Self::Root,
            RoleName::Timestamp => Self::Timestamp,
            RoleName::Snapshot => Self::Snapshot,
            RoleName::Targets => Self::Targets,
        }
    }
}

/// A planned change of keys, or a renewal without any.
#[derive(Debug, Args)]
pub struct Rotate {
    /// The newest root file.
    file: PathBuf,
    /// The role whose keys change.
    #[arg(long)]
    role: RoleName,
    /// Public key to add.
    #[arg(long)]
    add: Vec<PathBuf>,
    /// Id of a key to take away.
    #[arg(long)]
    remove: Vec<String>,
    /// How many keys of the role must sign from now on.
    #[arg(long)]
    threshold: Option<NonZeroU64>,
    /// Days until it must be renewed.
    #[arg(long, default_value_t = 365)]
    days: u32,
}

/// New keys for all that was stolen.
#[derive(Debug, Args)]
pub struct Recover {
    /// The newest root file.
    file: PathBuf,
    /// New public key for timestamps.
    #[arg(long, required = true)]
    timestamp_key: Vec<PathBuf>,
    /// New public key for snapshots.
    #[arg(long, required = true)]
    snapshot_key: Vec<PathBuf>,
    /// New public key for targets, if that was stolen too.
    #[arg(long)]
    targets_key: Vec<PathBuf>,
    /// Days until it must be renewed.
    #[arg(long, default_value_t = 365)]
    days: u32,
}

/// Carries a command out.
///
/// # Errors
/// When a file can not be used, or the change leaves a role without its keys.
pub fn run(command: &Command, now: Time, out: &mut dyn Write) -> Result<(), CommandError> {
    match command {
        Command::Init(init) => {
            let keys = FirstKeys {
                root: &read_publics(&init.root_key)?,
                root_threshold: init.threshold,
                timestamp: &read_publics(&init.timestamp_key)?,
                snapshot: &read_publics(&init.snapshot_key)?,
                targets: &read_publics(&init.targets_key)?,
            };
            let root = first(&keys, now.plus_days(init.days))?;
            hand_out(&root, &init.out, out)
        }
        Command::Sign { file, key } => {
            let (mut envelope, _) = read_root(file)?;
            envelope.sign(&read_secret(key)?);
            write(file, &envelope.write()?)?;
            show(file, out)
        }
        Command::Show { file } => show(file, out),
        Command::Rotate(change) => {
            let (_, before) = read_root(&change.file)?;
            let removed: Vec<_> = change
                .remove
                .iter()
                .map(|id| KeyId::from(id.as_str()))
                .collect();
            let root = rotate(
                &before,
                change.role.into(),
                &read_publics(&change.add)?,
                &removed,
                change.threshold,
                now.plus_days(change.days),
            )?;
            hand_out(&root, folder(&change.file), out)
        }
        Command::Recover(change) => {
            let (_, before) = read_root(&change.file)?;
            let targets = read_publics(&change.targets_key)?;
            let root = recover(
                &before,
                &read_publics(&change.timestamp_key)?,
                &read_publics(&change.snapshot_key)?,
                (!targets.is_empty()).then_some(&targets),
                now.plus_days(change.days),
            )?;
            hand_out(&root, folder(&change.file), out)
        }
    }
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// Writes an unsigned root, unless there is one of its version.
fn hand_out(root: &Root, folder: &Path, out: &mut dyn Write) -> Result<(), CommandError> {
    let file = folder.join(format!("{}.root.json", root.common.version));
    if file.exists() {
        return Err(CommandError::content(
            &file,
            "it is there already; sign it, or remove it first",
        ));
    }
    write(&file, &Envelope::unsigned(root)?.write()?)?;
    writeln!(out, "{}", file.display())?;
    show(&file, out)
}

fn show(file: &Path, out: &mut dyn Write) -> Result<(), CommandError> {
    let (envelope, root) = read_root(file)?;
    writeln!(
        out,
        "root version {}, until {}",
        root.common.version, root.common.expires
    )?;
    for role in [
        TopLevel::Root,
        TopLevel::Timestamp,
        TopLevel::Snapshot,
        TopLevel::Targets,
    ] {
        let keys = role.keys(&root);
        let count = keys.keyids.len();
        writeln!(
            out,
            "{}: {} of {count} must sign",
            role.name(),
            keys.threshold
        )?;
        for id in &keys.keyids {
            let name = root.keys.get(id).and_then(|key| key.name());
            writeln!(out, "  {id}  {}", name.unwrap_or("no name"))?;
        }
    }
    let previous = root.common.version.get() - 1;
    let previous = folder(file).join(format!("{previous}.root.json"));
    let previous = match root.common.version.get() > 1 {
        true => Some(read_root(&previous)?.1),
        false => None,
    };
    let progress = progress(&envelope, previous.as_ref())?;
    let (valid, needed) = progress.own;
    writeln!(out, "signed by {valid} of the {needed} keys it needs")?;
    if let Some((valid, needed)) = progress.previous {
        writeln!(
            out,
            "signed by {valid} of the {needed} keys the root before it needs"
        )?;
    }
    let complete = if progress.complete() {
        "complete"
    } else {
        "not complete yet"
    };
    writeln!(out, "{complete}")?;
    Ok(())
}
