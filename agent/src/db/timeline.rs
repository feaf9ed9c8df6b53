//! The stored timeline: entries by time, and which of the engine's events have
//! been told.

use redb::{ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};

use super::{Db, DbError, META};
use crate::timeline::{Batch, Key};

pub(super) const TIMELINE: TableDefinition<'_, (u64, u32), &[u8]> =
    TableDefinition::new("timeline");
const SEEN_KEY: &str = "timeline-seen";
const SEEN_BYTES: usize = 12;

impl Db {
    /// Writes a batch, then lets go of entries before `oldest` and of the
    /// oldest beyond `most`. All of it or nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_timeline(
        &self,
        batch: &Batch,
        oldest: Key,
        most: u64,
    ) -> Result<(), DbError> {
        let mut rows = Vec::with_capacity(batch.entries.len());
        for (key, activity) in &batch.entries {
            let bytes = serde_json::to_vec(activity).map_err(|source| DbError::Record {
                what: "timeline",
                source,
            })?;
            rows.push(((key.nanos, key.tie), bytes));
        }
        let seen: Vec<u8> = batch.seen.iter().flat_map(bytes_of).collect();
        let oldest = (oldest.nanos, oldest.tie);
        self.run("store the timeline", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(META)?.insert(SEEN_KEY, seen.as_slice())?;
            {
                let mut table = txn.open_table(TIMELINE)?;
                for (key, bytes) in &rows {
                    table.insert(key, bytes.as_slice())?;
                }
                loop {
                    let first = table.first()?.map(|(key, _)| key.value());
                    let Some(first) = first else { break };
                    if first >= oldest && table.len()? <= most {
                        break;
                    }
                    table.remove(first)?;
                }
            }
            txn.commit()?;
            Ok(())
        })
        .await
    }

    /// At most `most` entries before this key, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn timeline_before(
        &self,
        before: Option<Key>,
        most: usize,
    ) -> Result<Vec<(Key, Vec<u8>)>, DbError> {
        let before = before.map_or((u64::MAX, u32::MAX), |k| (k.nanos, k.tie));
        self.run("read the timeline", move |db| {
            let table = db.begin_read()?.open_table(TIMELINE)?;
            let mut rows = Vec::new();
            for row in table.range(..before)?.rev().take(most) {
                let (key, value) = row?;
                let (nanos, tie) = key.value();
                rows.push((Key { nanos, tie }, value.value().to_vec()));
            }
            Ok(rows)
        })
        .await
    }

    /// The engine's events told so far, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn timeline_seen(&self) -> Result<Vec<Key>, DbError> {
        self.run("read the timeline's place", |db| {
            let table = db.begin_read()?.open_table(META)?;
            let found = table.get(SEEN_KEY)?;
            Ok(found.map_or_else(Vec::new, |v| {
                v.value()
                    .chunks_exact(SEEN_BYTES)
                    .filter_map(key_of)
                    .collect()
            }))
        })
        .await
    }
}

fn bytes_of(key: &Key) -> [u8; SEEN_BYTES] {
    let mut bytes = [0; SEEN_BYTES];
    bytes[..8].copy_from_slice(&key.nanos.to_be_bytes());
    bytes[8..].copy_from_slice(&key.tie.to_be_bytes());
    bytes
}

fn key_of(bytes: &[u8]) -> Option<Key> {
    Some(Key {
        nanos: u64::from_be_bytes(bytes.get(..8)?.try_into().ok()?),
        tie: u32::from_be_bytes(bytes.get(8..)?.try_into().ok()?),
    })
}
