//! The index: the apps in parts, and under which names all of it lies.

use std::collections::{BTreeMap, BTreeSet};

use harbour_core::store::index::{
    FORMAT, FileEntry, HEAD, Head, MAX_APPS, Shard, choose_shard_bits, shard_byte, shard_bytes,
    shard_path,
};
use harbour_core::tuf::content::describe;
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::repo::publication::target_file_name;
use harbour_core::tuf::time::Time;

use super::apps::Apps;
use super::previous::Published;
use crate::app::Record;
use crate::error::CommandError;
use crate::source::Settings;

/// The index, as it is and as files.
pub(crate) struct Index {
    pub(crate) head: Head,
    pub(crate) shards: Vec<Shard>,
    pub(crate) files: BTreeMap<TargetPath, Vec<u8>>,
}

/// Makes the index; times go on from what was published.
pub(crate) fn index(
    settings: &Settings,
    apps: &Apps,
    published: &Published,
    now: Time,
) -> Result<Index, CommandError> {
    let bits = choose_shard_bits(apps.records.len(), published.shard_bits);
    let mut shards: BTreeMap<u8, Shard> = shard_bytes(bits)
        .map(|byte| {
            let apps = Vec::new();
            (
                byte,
                Shard {
                    format: FORMAT,
                    apps,
                },
            )
        })
        .collect();
    for (slug, record) in &apps.records {
        let entry = record.entry.clone();
        let entry = entry.after(published.entries.get(slug), now);
        if let Some(shard) = shards.get_mut(&shard_byte(slug, bits)) {
            shard.apps.push(entry);
        }
    }
    let head = settings.head(bits);
    let mut files = BTreeMap::from([(TargetPath::new(HEAD)?, head.write())]);
    for (byte, shard) in &shards {
        if shard.apps.len() > MAX_APPS {
            let count = shard.apps.len();
            return Err(CommandError::Found(format!(
                "a part of the index would have {count} apps; {MAX_APPS} are read: make a second store"
            )));
        }
        files.insert(TargetPath::new(&shard_path(*byte))?, shard.write());
    }
    Ok(Index {
        head,
        shards: shards.into_values().collect(),
        files,
    })
}

/// Names below `targets/` of what this publication uses.
pub(crate) fn used(apps: &Apps, index: &Index) -> BTreeSet<String> {
    let files = apps.records.values().flat_map(Record::files);
    let own = index.files.iter();
    let own = own.filter_map(|(path, bytes)| target_file_name(path, &describe(bytes)));
    files.filter_map(stored_name).chain(own).collect()
}

pub(crate) fn stored_name(file: &FileEntry) -> Option<String> {
    let path = TargetPath::new(&file.path).ok()?;
    let hash: String = file
        .cid
        .sha256()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut described = describe(&[]);
    described.hashes.insert("sha256".to_owned(), hash);
    target_file_name(&path, &described)
}
