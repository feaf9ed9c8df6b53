//! One app of a store's source: everything about its folder and its lock that a
//! publication needs, or everything that is wrong with it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use harbour_core::manifest::{self, Manifest};
use harbour_core::store::cid::Cid;
use harbour_core::store::index::{AppEntry, FileEntry, Listed, Publisher};
use harbour_core::store::lock::{Lock, MAX_LOCK};
use harbour_core::tuf::key::Key;
use harbour_core::tuf::metadata::MetaFile;
use harbour_core::tuf::repo::publication::{App, describe_role};
use harbour_core::tuf::repo::publisher::Slug;
use harbour_core::tuf::time::Time;
use harbour_core::yaml::{self, Mark, Node};
use serde::{Deserialize, Serialize};

use crate::files::{self, read, read_public};
use crate::problems::Problems;
use crate::publisher::{MANIFEST, MAX_MANIFEST, PUBLIC, SIGNED, icon_kind, read_app};
use crate::source::Source;

/// An app that is in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// How its files looked from outside.
    stamp: Vec<Option<Stamp>>,
    /// The publisher's key.
    key: Key,
    /// The role that was signed with it.
    role: MetaFile,
    /// Until when that holds.
    pub(crate) expires: Time,
    /// What the index says, but for the times.
    pub(crate) entry: AppEntry,
}

/// A file from outside: when nothing of it changed, nor did what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    size: u64,
    inode: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    changed: (i64, i64),
}

/// A change within so many seconds before a look may have the same times as one
/// after it.
const COARSE: i64 = 2;

/// The files that make up an app.
fn places(source: &Source, folder: &Path, slug: &str) -> [PathBuf; 6] {
    [
        folder.join(MANIFEST),
        folder.join("icon.png"),
        folder.join("icon.svg"),
        folder.join(SIGNED),
        folder.join(PUBLIC),
        source.lock(slug),
    ]
}

fn stamps(source: &Source, folder: &Path) -> Vec<Option<Stamp>> {
    let places = places(source, folder, &name_of(folder));
    let stamp = |path: &PathBuf| {
        // What can not be looked at is read, and then says why.
        let data = fs::symlink_metadata(path).ok()?;
        Some(Stamp {
            size: data.size(),
            inode: data.ino(),
            modified: (data.mtime(), data.mtime_nsec()),
            changed: (data.ctime(), data.ctime_nsec()),
        })
    };
    places.iter().map(stamp).collect()
}

fn name_of(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

impl Record {
    /// Whether the files are those that were looked at, at `looked` seconds
    /// after 1970.
    pub(crate) fn is_fresh(&self, source: &Source, folder: &Path, looked: i64) -> bool {
        let now = stamps(source, folder);
        let settled = now.iter().flatten();
        let settled = settled.map(|stamp| stamp.changed.0.max(stamp.modified.0));
        now == self.stamp && settled.max().is_none_or(|last| last + COARSE < looked)
    }

    /// What the metadata says of it.
    pub(crate) fn app(&self) -> Result<App, crate::error::CommandError> {
        let slug = Slug::new(&self.entry.slug)?;
        Ok(App::verified_before(
            slug,
            self.key.clone(),
            self.role.clone(),
        ))
    }

    /// Its files among the targets.
    pub(crate) fn files(&self) -> impl Iterator<Item = &FileEntry> {
        std::iter::once(&self.entry.manifest).chain(&self.entry.icon)
    }
}

/// Checks an app.
pub(crate) fn check(source: &Source, folder: &Path, problems: &mut Problems) -> Option<Record> {
    let mut own = Problems::default();
    let record = check_all(source, folder, &mut own);
    let whole = own.is_empty();
    problems.append(own);
    record.filter(|_| whole)
}

fn check_all(source: &Source, folder: &Path, problems: &mut Problems) -> Option<Record> {
    // Before anything is read: what changes later is then seen as a change.
    let stamp = stamps(source, folder);
    let name = name_of(folder);
    let file = folder.join(MANIFEST);
    let manifest = read_manifest(&file, &name, problems);
    let signed = read_public(&folder.join(PUBLIC))
        .and_then(|key| Ok((read_app(folder, &key)?, key)))
        .map_err(|error| problems.error(folder, error))
        .ok();
    let lock = manifest
        .as_ref()
        .and_then(|(manifest, _)| read_lock(source, &file, manifest, problems));
    let (app, key) = signed?;
    let mut icon = None;
    for (name, bytes) in &app.files {
        if name == MANIFEST {
            continue;
        }
        match icon_kind(name) {
            Some(kind) if icon.is_none() => {
                icon = Some(entry(&app.slug, name, bytes));
                if let Err(reason) = kind.check(bytes) {
                    let again = "; sign it with `publisher sign --icon`, which puts it in order";
                    problems.whole(&folder.join(name), format!("{reason}{again}"));
                }
            }
            Some(_) => problems.whole(&folder.join(name), "an app has one icon; sign only one"),
            None => problems.whole(
                &folder.join(SIGNED),
                format!("it lists {name}; only {MANIFEST}, icon.png and icon.svg are published"),
            ),
        }
    }
    let Some(bytes) = app.files.get(MANIFEST) else {
        problems.whole(&folder.join(SIGNED), format!("it does not list {MANIFEST}"));
        return None;
    };
    let ((manifest, tree), lock) = (manifest?, lock?);
    let publisher = Publisher {
        name: key.name().map_or_else(
            || key.id().as_str().chars().take(10).collect(),
            str::to_owned,
        ),
        key_id: key.id().as_str().to_owned(),
    };
    let listed = Listed {
        publisher,
        manifest: entry(&app.slug, MANIFEST, bytes),
        icon,
    };
    // Its times are those of the index, which come later.
    let made = AppEntry::new(&manifest, &lock, listed, Time::from_unix(0));
    let entry = made
        .map_err(|error| problems.add(&file, tree.mark, error))
        .ok()?;
    let role = describe_role(app.signed.role.common.version, &app.bytes);
    Some(Record {
        stamp,
        key,
        role,
        expires: app.signed.role.common.expires,
        entry,
    })
}

fn entry(slug: &Slug, name: &str, bytes: &[u8]) -> FileEntry {
    FileEntry {
        path: format!("{}{name}", slug.folder()),
        cid: Cid::of(bytes),
        length: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
    }
}

/// Reads the manifest in the folder of an app.
pub(crate) fn read_manifest(
    file: &Path,
    folder: &str,
    problems: &mut Problems,
) -> Option<(Manifest, Node)> {
    let bytes = read(file, MAX_MANIFEST)
        .map_err(|error| problems.error(file, error))
        .ok()?;
    let tree = match yaml::read(&bytes, &manifest::limits::FILE) {
        Ok(tree) => tree,
        Err(error) => {
            problems.add(file, error.mark, error.message);
            return None;
        }
    };
    let manifest = match manifest::from_tree(&tree) {
        Ok(manifest) => manifest,
        Err(faults) => {
            problems.faults(file, &faults);
            return None;
        }
    };
    if manifest.slug != folder {
        let mark = tree.get("slug").map_or(Mark::START, |node| node.mark);
        let slug = &manifest.slug;
        problems.add(
            file,
            mark,
            format!("slug: {slug} lies in a folder called {folder}"),
        );
        return None;
    }
    Some((manifest, tree))
}

fn read_lock(
    source: &Source,
    file: &Path,
    manifest: &Manifest,
    problems: &mut Problems,
) -> Option<Lock> {
    let path = source.lock(&manifest.slug);
    if !path.exists() {
        let path = path.display();
        problems.whole(
            file,
            format!("there is no {path}; run `index-builder resolve`"),
        );
        return None;
    }
    let limit = u64::try_from(MAX_LOCK).unwrap_or(u64::MAX);
    let bytes = files::read(&path, limit)
        .map_err(|error| problems.error(&path, error))
        .ok()?;
    let lock = Lock::read(&bytes).map_err(|error| problems.whole(&path, error));
    lock.ok()
}
