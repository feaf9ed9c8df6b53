//! What was published before, read from the site.

use std::collections::BTreeMap;
use std::path::Path;

use harbour_core::store::index::{AppEntry, HEAD, Head, Shard, shard_bytes, shard_path};
use harbour_core::tuf::content::{ContentCheck, describe};
use harbour_core::tuf::limits::{MAX_SNAPSHOT, MAX_TARGETS, MAX_TIMESTAMP};
use harbour_core::tuf::metadata::{Role, Snapshot, Targets, Timestamp};
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::repo::publication::{Out, Previous, target_file_name};

use crate::error::CommandError;
use crate::files::{MAX_FILE, read};
use crate::parallel;

/// The publication before.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// Its metadata, which the next publication goes on from.
    pub(crate) metadata: Previous,
    /// SHA-256 of its snapshot; empty when there is none.
    pub(crate) snapshot_hash: String,
    /// Bits that choose a shard of its index.
    pub(crate) shard_bits: Option<u8>,
    /// Entries of its index by slug.
    pub(crate) entries: BTreeMap<String, AppEntry>,
    /// Its own files, by their names below `targets/`.
    pub(crate) own: Vec<String>,
}

/// Reads it; nothing when nothing is there.
///
/// # Errors
/// When something is missing or is not what it should be.
pub(crate) fn read_published(site: &Path) -> Result<Published, CommandError> {
    let metadata = site.join("metadata");
    let path = metadata.join("timestamp.json");
    if !path.exists() {
        return Ok(Published::default());
    }
    let timestamp: Out<Timestamp> = out(&path, MAX_TIMESTAMP)?;
    let version = timestamp.role.meta.snapshot.version;
    let path = metadata.join(format!("{version}.snapshot.json"));
    let snapshot: Out<Snapshot> = out(&path, MAX_SNAPSHOT)?;
    let hash = describe(snapshot.bytes()).hashes.remove("sha256");
    let mut published = Published {
        snapshot_hash: hash.unwrap_or_default(),
        ..Published::default()
    };
    if let Some(entry) = snapshot.role.entry(Targets::TYPE) {
        let path = metadata.join(format!("{}.targets.json", entry.version));
        let targets: Out<Targets> = out(&path, MAX_TARGETS)?;
        for (path, file) in &targets.role.targets {
            let name = target_file_name(&TargetPath::new(path)?, file);
            published.own.extend(name);
        }
        read_index(site, &targets.role, &mut published)?;
        published.metadata.targets = Some(targets);
    }
    published.metadata.timestamp = Some(timestamp);
    published.metadata.snapshot = Some(snapshot);
    Ok(published)
}

fn out<R: Role>(path: &Path, limit: u64) -> Result<Out<R>, CommandError> {
    let read = Out::read(read(path, limit)?);
    read.map_err(|refusal| CommandError::content(path, refusal))
}

fn read_index(site: &Path, role: &Targets, published: &mut Published) -> Result<(), CommandError> {
    let Some((path, bytes)) = read_target(site, role, HEAD)? else {
        return Ok(());
    };
    let head = Head::read(&bytes).map_err(|error| CommandError::content(&path, error))?;
    published.shard_bits = Some(head.shard_bits);
    let bytes: Vec<u8> = shard_bytes(head.shard_bits).collect();
    let shards = parallel::map(&bytes, |byte| {
        let Some((path, bytes)) = read_target(site, role, &shard_path(*byte))? else {
            return Ok::<_, CommandError>(Vec::new());
        };
        let shard = Shard::read(&bytes, *byte, head.shard_bits);
        let shard = shard.map_err(|error| CommandError::content(&path, error))?;
        Ok(shard.apps)
    });
    for shard in shards {
        let entries = shard?.into_iter();
        let named = entries.map(|entry| (entry.slug.clone(), entry));
        published.entries.extend(named);
    }
    Ok(())
}

type File = (std::path::PathBuf, Vec<u8>);

/// A target that the role lists, with its path on the disk.
pub(crate) fn read_target(
    site: &Path,
    role: &Targets,
    name: &str,
) -> Result<Option<File>, CommandError> {
    let Some(file) = role.targets.get(name) else {
        return Ok(None);
    };
    let Some(stored) = target_file_name(&TargetPath::new(name)?, file) else {
        return Ok(None);
    };
    let path = site.join("targets").join(stored);
    let bytes = read(&path, MAX_FILE)?;
    let mut check = ContentCheck::target(name, file)?;
    check
        .update(&bytes)
        .and_then(|()| check.finish())
        .map_err(|refusal| CommandError::content(&path, refusal))?;
    Ok(Some((path, bytes)))
}
