//! What is known and verified, in one database file: stores, which version of
//! each role is trusted, files with their place, and the highest time seen.
//!
//! Keys and values are bytes. Every commit is durable and in two phases; one
//! thread writes, and what waits for it goes into one commit.

mod record;
mod writer;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use harbour_core::store::id::StoreId;
use harbour_core::store::wire::{Area, FileName};
use harbour_core::tuf::time::Time;
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};

pub(crate) use record::{FileRecord, Place, StoreRecord};
pub(crate) use writer::Change;
use writer::Writer;

const STORES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("stores");
const ROLES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("roles");
const FILES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("files");
const INLINE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("inline");
const PARTIAL: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("partial");
/// The version of each store of which all metadata is here.
const COMPLETE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("complete");
const CLOCK: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("clock");
const HIGHEST: &[u8] = b"highest";

/// Bytes of the database that are kept in memory.
const CACHE: usize = 4 << 20;

/// The database can not be used.
#[derive(Debug, thiserror::Error)]
#[error("the node's database {} can not be {action}: {reason}", .path.display())]
pub struct DbError {
    path: PathBuf,
    action: &'static str,
    reason: String,
}

/// The database.
#[derive(Debug)]
pub(crate) struct Db {
    path: PathBuf,
    database: Arc<Database>,
    writer: Writer,
}

/// A key that begins with a store.
fn of_store(store: &StoreId, rest: &[u8]) -> Vec<u8> {
    let mut key = store.as_bytes().to_vec();
    key.extend_from_slice(rest);
    key
}

/// The key of a file.
fn file_key(file: &FileName) -> Vec<u8> {
    let area = match file.area {
        Area::Metadata => 0,
        Area::Target => 1,
    };
    let mut key = of_store(&file.store, &[area]);
    key.extend_from_slice(file.name.as_bytes());
    key
}

fn file_of(key: &[u8]) -> Option<FileName> {
    let (store, rest) = key.split_first_chunk::<32>()?;
    let (area, name) = rest.split_first()?;
    Some(FileName {
        store: StoreId::from_bytes(*store),
        area: match area {
            0 => Area::Metadata,
            _ => Area::Target,
        },
        name: std::str::from_utf8(name).ok()?.to_owned(),
    })
}

impl Db {
    /// Opens the database, or makes it.
    pub(crate) fn open(path: &Path) -> Result<Self, DbError> {
        let failed = |reason: String| DbError {
            path: path.to_owned(),
            action: "opened",
            reason,
        };
        let database = Database::builder()
            .set_cache_size(CACHE)
            .create(path)
            .map_err(|error| match error {
                redb::DatabaseError::DatabaseAlreadyOpen => {
                    failed("another node uses this data folder".to_owned())
                }
                error => failed(error.to_string()),
            })?;
        let database = Arc::new(database);
        // All tables are there from the beginning, so that reading needs no cases.
        let made = (|| -> Result<(), redb::Error> {
            let write = database.begin_write()?;
            for table in [STORES, ROLES, FILES, INLINE, PARTIAL, COMPLETE, CLOCK] {
                write.open_table(table)?;
            }
            write.commit()?;
            Ok(())
        })();
        made.map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            writer: Writer::start(Arc::clone(&database))
                .map_err(|error| failed(error.to_string()))?,
            database,
        })
    }

    /// Makes changes together, durably.
    pub(crate) async fn write(&self, changes: Vec<Change>) -> Result<(), DbError> {
        self.writer.write(changes).await.map_err(|reason| DbError {
            path: self.path.clone(),
            action: "written",
            reason,
        })
    }

    fn read<T>(
        &self,
        question: impl FnOnce(&redb::ReadTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, DbError> {
        let answer = (|| question(&self.database.begin_read()?))();
        answer.map_err(|error| DbError {
            path: self.path.clone(),
            action: "read",
            reason: error.to_string(),
        })
    }

    fn get(
        &self,
        table: TableDefinition<'_, &'static [u8], &'static [u8]>,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, DbError> {
        self.read(|read| {
            let value = read.open_table(table)?.get(key)?;
            Ok(value.map(|value| value.value().to_vec()))
        })
    }

    /// The stores, as they were added. One that can not be read is left out.
    pub(crate) fn stores(&self) -> Result<Vec<(StoreId, StoreRecord)>, DbError> {
        self.read(|read| {
            let mut stores = Vec::new();
            for entry in read.open_table(STORES)?.iter()? {
                let (key, value) = entry?;
                let id: Option<[u8; 32]> = key.value().try_into().ok();
                let record = StoreRecord::from_bytes(value.value());
                if let (Some(id), Some(record)) = (id, record) {
                    stores.push((StoreId::from_bytes(id), record));
                }
            }
            Ok(stores)
        })
    }

    /// The trusted version of a role.
    pub(crate) fn role(&self, store: &StoreId, role: &str) -> Result<Option<u64>, DbError> {
        let value = self.get(ROLES, &of_store(store, role.as_bytes()))?;
        let value = value.and_then(|value| <[u8; 8]>::try_from(value).ok());
        Ok(value.map(u64::from_be_bytes))
    }

    /// The last version of a store of which all metadata was here.
    pub(crate) fn complete(&self, store: &StoreId) -> Result<Option<u64>, DbError> {
        let value = self.get(COMPLETE, store.as_bytes())?;
        let value = value.and_then(|value| <[u8; 8]>::try_from(value).ok());
        Ok(value.map(u64::from_be_bytes))
    }

    /// Where a file is.
    pub(crate) fn file(&self, file: &FileName) -> Result<Option<FileRecord>, DbError> {
        let value = self.get(FILES, &file_key(file))?;
        Ok(value.and_then(|value| FileRecord::from_bytes(&value)))
    }

    /// A file that lies in the database.
    pub(crate) fn inline(&self, file: &FileName) -> Result<Option<Vec<u8>>, DbError> {
        self.get(INLINE, &file_key(file))
    }

    /// All files, or those of one store.
    pub(crate) fn files(
        &self,
        store: Option<&StoreId>,
    ) -> Result<Vec<(FileName, FileRecord)>, DbError> {
        self.files_from(&store.map_or_else(Vec::new, |store| of_store(store, &[])))
    }

    /// The files whose names begin so.
    pub(crate) fn files_below(
        &self,
        start: &FileName,
    ) -> Result<Vec<(FileName, FileRecord)>, DbError> {
        self.files_from(&file_key(start))
    }

    fn files_from(&self, start: &[u8]) -> Result<Vec<(FileName, FileRecord)>, DbError> {
        self.read(|read| {
            let mut files = Vec::new();
            let table = read.open_table(FILES)?;
            for entry in table.range::<&[u8]>(start..)? {
                let (key, value) = entry?;
                if !key.value().starts_with(start) {
                    break;
                }
                let file = file_of(key.value());
                if let (Some(file), Some(record)) = (file, FileRecord::from_bytes(value.value())) {
                    files.push((file, record));
                }
            }
            Ok(files)
        })
    }

    /// The hashes of all blobs that must stay.
    pub(crate) fn blobs(&self) -> Result<HashSet<[u8; 32]>, DbError> {
        let files = self.files(None)?;
        let mut kept: HashSet<[u8; 32]> = files
            .into_iter()
            .filter_map(|(_, record)| record.blake3())
            .collect();
        self.read(|read| {
            for entry in read.open_table(PARTIAL)?.iter()? {
                kept.extend(<[u8; 32]>::try_from(entry?.1.value()).ok());
            }
            Ok(())
        })?;
        Ok(kept)
    }

    /// The highest time ever seen.
    pub(crate) fn highest_time(&self) -> Result<Option<Time>, DbError> {
        let value = self.get(CLOCK, HIGHEST)?;
        let value = value.and_then(|value| <[u8; 8]>::try_from(value).ok());
        Ok(value.map(|value| Time::from_unix(i64::from_be_bytes(value))))
    }
}

#[cfg(test)]
mod tests;
