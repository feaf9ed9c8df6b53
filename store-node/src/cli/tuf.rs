//! `tuf`: the verifier as a tool.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use harbour_core::tuf::clock::SteppedBack;
use store_node::origin::Origin;
use store_node::tuf::{Download, init, now, refresh, status};

use super::Failure;

/// Bytes of a root file given on the command line.
const MAX_ROOT_FILE: u64 = harbour_core::tuf::limits::MAX_ROOT;

#[derive(Args)]
pub(super) struct Tuf {
    /// Folder of the trusted metadata.
    #[arg(long, value_name = "D")]
    metadata_dir: PathBuf,
    /// Address of the repository's metadata.
    #[arg(long, value_name = "U")]
    metadata_url: Option<String>,
    /// Path of a target to download; may be given several times.
    #[arg(long, value_name = "N")]
    target_name: Vec<String>,
    /// Address of the repository's targets.
    #[arg(long, value_name = "B")]
    target_base_url: Option<String>,
    /// Folder for downloads.
    #[arg(long, value_name = "T")]
    target_dir: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Start to trust a root file.
    Init {
        /// The root file, from a source that you trust.
        root: PathBuf,
    },
    /// Update the trusted metadata.
    Refresh,
    /// Update the trusted metadata, then download targets.
    Download,
    /// Show what is trusted, without asking the repository.
    Status,
}

/// Carries out the command.
pub(super) fn run(tuf: &Tuf) -> Result<(), Failure> {
    let directory = &tuf.metadata_dir;
    match &tuf.action {
        Action::Init { root } => Ok(init(directory, &read_root(root)?)?),
        Action::Status => show(directory),
        Action::Refresh | Action::Download => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            match tuf.action {
                Action::Download => runtime.block_on(download(tuf)),
                _ => runtime.block_on(async {
                    let url = needed(tuf.metadata_url.as_deref(), "--metadata-url")?;
                    let origin = Origin::new(&[url])?;
                    refresh(directory, url, origin, now(), warn).await?;
                    Ok(())
                }),
            }
        }
    }
}

fn needed<'a, T: ?Sized>(value: Option<&'a T>, flag: &str) -> Result<&'a T, Failure> {
    value.ok_or_else(|| format!("{flag} is needed for this").into())
}

pub(super) fn read_root(path: &Path) -> Result<Vec<u8>, Failure> {
    let size = std::fs::metadata(path).map(|file| file.len());
    match size {
        Ok(size) if size > MAX_ROOT_FILE => {
            Err(format!("{} is too large for a root file", path.display()).into())
        }
        _ => std::fs::read(path)
            .map_err(|error| format!("{} can not be read: {error}", path.display()).into()),
    }
}

fn warn(stepped_back: &SteppedBack) {
    eprintln!("warning: {stepped_back}");
}

async fn download(tuf: &Tuf) -> Result<(), Failure> {
    let url = needed(tuf.metadata_url.as_deref(), "--metadata-url")?;
    let base = needed(tuf.target_base_url.as_deref(), "--target-base-url")?;
    let folder = needed(tuf.target_dir.as_deref(), "--target-dir")?;
    if tuf.target_name.is_empty() {
        return Err("--target-name is needed for this".into());
    }
    let origin = Origin::new(&[url, base])?;
    let mut refreshed = refresh(&tuf.metadata_dir, url, origin, now(), warn).await?;
    let mut failed = 0;
    for name in &tuf.target_name {
        let result: Result<(), Failure> = async {
            let found = refreshed.find(name).await?;
            let done = Download::run(&found, refreshed.origin(), base, folder).await?;
            let how = if done.fetched {
                "downloaded"
            } else {
                "was there"
            };
            println!("{name}: {how}, {}", done.path.display());
            for (id, key) in &found.signed_by {
                let whose = key.name().unwrap_or("no name");
                println!("  listed by {}, signed with {id} ({whose})", found.role);
            }
            Ok(())
        }
        .await;
        // One bad target does not keep the others away.
        if let Err(error) = result {
            eprintln!("{name}: {error}");
            failed += 1;
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} of {} targets failed", tuf.target_name.len()).into()),
    }
}

fn show(directory: &Path) -> Result<(), Failure> {
    let status = status(directory, now())?;
    if let Some(stepped_back) = &status.stepped_back {
        warn(stepped_back);
    }
    for role in &status.roles {
        println!(
            "{} version {}, until {}",
            role.role, role.version, role.expires
        );
    }
    match &status.stale {
        None => println!("fresh"),
        Some(reason) => println!("stale, nothing may be installed: {reason}"),
    }
    Ok(())
}
