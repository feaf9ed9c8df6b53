//! Who vouches for a publication: all root files, and the online keys.

use std::path::{Path, PathBuf};

use harbour_core::tuf::metadata::Root;
use harbour_core::tuf::repo::root::progress;
use harbour_core::tuf::secret::SecretKey;

use super::Build;
use crate::catalogue::file_name;
use crate::error::CommandError;
use crate::files::{read_root, read_secret};
use crate::folders;

/// Root files in order, and what the newest says.
pub(crate) struct Roots {
    pub(crate) newest: Root,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// The root file with the highest version in a folder.
fn newest_root(folder: &Path) -> Result<PathBuf, CommandError> {
    let mut newest = None;
    for path in folders::entries(folder)? {
        let name = file_name(&path);
        let version = name.strip_suffix(".root.json");
        let version = version.and_then(|version| version.parse::<u64>().ok());
        newest = newest.max(version.map(|version| (version, path)));
    }
    let found = newest.map(|(_, path)| path);
    found.ok_or_else(|| CommandError::content(folder, "there is no root file in it"))
}

/// Reads all root files, after a look at their signatures.
pub(crate) fn read_roots(given: &Path) -> Result<Roots, CommandError> {
    let newest = &match given.is_dir() {
        true => newest_root(given)?,
        false => given.to_owned(),
    };
    let (_, root) = read_root(newest)?;
    let folder = newest.parent().unwrap_or(Path::new(""));
    let mut previous: Option<Root> = None;
    let mut all = Vec::new();
    for version in 1..=root.common.version.get() {
        let name = format!("{version}.root.json");
        let path = folder.join(&name);
        let (envelope, this) = read_root(&path)?;
        if this.common.version.get() != version {
            return Err(CommandError::content(
                &path,
                format!("it is version {}", this.common.version),
            ));
        }
        if !progress(&envelope, previous.as_ref())?.complete() {
            return Err(CommandError::content(
                &path,
                "too few keys have signed it; see `root show`",
            ));
        }
        all.push((name, envelope.write()?));
        previous = Some(this);
    }
    Ok(Roots {
        newest: root,
        files: all,
    })
}

/// The private keys that sign a publication.
pub(crate) struct Keys {
    pub(crate) targets: Vec<SecretKey>,
    pub(crate) snapshot: Vec<SecretKey>,
    pub(crate) timestamp: Vec<SecretKey>,
}

impl Keys {
    pub(crate) fn read(command: &Build) -> Result<Self, CommandError> {
        Ok(Self {
            targets: read_secrets(&command.targets_key)?,
            snapshot: read_secrets(&command.snapshot_key)?,
            timestamp: read_secrets(&command.timestamp_key)?,
        })
    }
}

fn read_secrets(paths: &[PathBuf]) -> Result<Vec<SecretKey>, CommandError> {
    paths.iter().map(|path| read_secret(path)).collect()
}
