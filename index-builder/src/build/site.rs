//! The files of a site. What is new is written aside and put in its place; what
//! a visitor sees changes with the timestamp, which is written last.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::CommandError;
use crate::files::MAX_FILE;
use crate::folders;

/// Versions of a role's file that stay for clients in the middle of an update,
/// and as the ground of deltas.
pub(crate) const KEPT: usize = 9;

/// A site being written.
#[derive(Debug)]
pub(crate) struct Site {
    folder: PathBuf,
    aside: AtomicU64,
}

impl Site {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            aside: AtomicU64::new(0),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn metadata(&self) -> PathBuf {
        self.folder.join("metadata")
    }

    /// Writes a file unless the same bytes are there.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), CommandError> {
        let path = self.folder.join(name);
        let same_length = fs::metadata(&path).is_ok_and(|data| data.len() == bytes.len() as u64);
        if same_length && crate::files::read(&path, MAX_FILE)? == bytes {
            return Ok(());
        }
        self.write(&path, bytes)
    }

    /// Writes a file whose name has the hash of what is in it, unless one of
    /// its length is there: what broke off is shorter.
    pub(crate) fn put_hashed(&self, name: &str, bytes: &[u8]) -> Result<(), CommandError> {
        let path = self.folder.join(name);
        if fs::metadata(&path).is_ok_and(|data| data.len() == bytes.len() as u64) {
            return Ok(());
        }
        self.write(&path, bytes)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
        let failed = || CommandError::file(path, "written");
        let folder = path.parent().unwrap_or(Path::new("."));
        let number = self.aside.fetch_add(1, Ordering::Relaxed);
        let aside = folder.join(format!(".new-{}-{number}", std::process::id()));
        let write = || -> std::io::Result<()> {
            let mut file = match fs::File::create(&aside) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    fs::create_dir_all(folder)?;
                    fs::File::create(&aside)?
                }
                file => file?,
            };
            file.write_all(bytes)?;
            drop(file);
            fs::rename(&aside, path)
        };
        write().map_err(|error| {
            // It may not even have been made.
            let _ = fs::remove_file(&aside);
            failed()(error)
        })
    }

    /// Waits until everything that was written is on the disk.
    pub(crate) fn settle(&self) -> Result<(), CommandError> {
        let folder = &self.folder;
        let file = fs::File::open(folder).map_err(CommandError::file(folder, "opened"))?;
        rustix::fs::syncfs(file).map_err(|error| {
            CommandError::file(folder, "brought to the disk")(std::io::Error::from(error))
        })
    }

    /// Removes what no client asks for any more: metadata before the newest
    /// [`KEPT`] versions, deltas to older versions, files left aside.
    pub(crate) fn prune_metadata(
        &self,
        newest: &BTreeMap<String, u64>,
    ) -> Result<(), CommandError> {
        let folder = self.metadata();
        let mut versions: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
        for (path, is_folder) in folders::kinds(&folder)? {
            let name = crate::catalogue::file_name(&path);
            if is_folder {
                continue;
            }
            if name.starts_with(".new-") {
                remove(&path)?;
                continue;
            }
            let parts = name
                .strip_suffix(".json")
                .and_then(|name| name.split_once('.'));
            let Some((version, role)) = parts else {
                continue;
            };
            // Every root stays: clients walk through all of them.
            if let Ok(version) = version.parse()
                && role != "root"
            {
                versions.entry(role.to_owned()).or_default().insert(version);
            }
        }
        for (role, versions) in &versions {
            // Numbers above the newest are of keys that no longer count.
            let top = newest.get(role).copied().unwrap_or(u64::MAX);
            let (over, under): (Vec<u64>, Vec<u64>) =
                versions.iter().rev().partition(|version| **version > top);
            for version in over.iter().chain(under.iter().skip(KEPT)) {
                remove(&folder.join(format!("{version}.{role}.json")))?;
            }
        }
        let deltas = folder.join("deltas");
        if !deltas.exists() {
            return Ok(());
        }
        for path in folders::entries(&deltas)? {
            let name = crate::catalogue::file_name(&path);
            let to_newest = name.split_once('-').and_then(|(_, rest)| {
                let (new, role) = rest.strip_suffix(".json.zst")?.split_once('.')?;
                let new: u64 = new.parse().ok()?;
                Some(*newest.get(role)? == new)
            });
            if to_newest != Some(true) {
                remove(&path)?;
            }
        }
        Ok(())
    }
}

pub(crate) fn remove(path: &Path) -> Result<(), CommandError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(CommandError::file(path, "removed")),
    }
}
