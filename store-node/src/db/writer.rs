//! The one thread that writes. Changes that wait while a commit runs go
//! together into the next: durable, and not one disk flush for each file.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use harbour_core::store::id::StoreId;
use harbour_core::store::wire::FileName;
use harbour_core::tuf::time::Time;
use redb::{Database, ReadableTable as _, WriteTransaction};
use tokio::sync::{mpsc, oneshot};

use super::record::{FileRecord, StoreRecord};
use super::{CLOCK, COMPLETE, FILES, HIGHEST, INLINE, PARTIAL, ROLES, STORES, file_key, of_store};

/// Changes that wait; more wait with their senders.
const QUEUE: usize = 256;

/// One change.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    PutStore(StoreId, StoreRecord),
    /// Removes a store and everything of it.
    RemoveStore(StoreId),
    /// Trusts a version of a role, or none.
    Role(StoreId, String, Option<u64>),
    /// All metadata of this version of a store is here.
    Complete(StoreId, u64),
    /// A file with its bytes, when it is to lie in the database.
    PutFile(FileName, FileRecord, Option<Vec<u8>>),
    RemoveFile(FileName),
    /// Somebody here wanted the file.
    Used(FileName, u64),
    /// The file is being fetched under this hash, or no longer.
    Partial(FileName, Option<[u8; 32]>),
    Highest(Time),
}

type Job = (Vec<Change>, oneshot::Sender<Result<(), String>>);

/// Sends changes to the thread, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(database: Arc<Database>) -> io::Result<Self> {
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let thread = thread::Builder::new()
            .name("node-db".to_owned())
            .spawn(move || {
                while let Some(first) = queue.blocking_recv() {
                    let mut batch = vec![first];
                    while let Ok(next) = queue.try_recv() {
                        batch.push(next);
                    }
                    let changes = batch.iter().flat_map(|(changes, _)| changes);
                    let result = commit(&database, changes).map_err(|error| error.to_string());
                    for (_, reply) in batch {
                        // Whoever asked may be gone; the change is made all the same.
                        let _ = reply.send(result.clone());
                    }
                }
            })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    pub(super) async fn write(&self, changes: Vec<Change>) -> Result<(), String> {
        let ended = || "its writer has ended".to_owned();
        let jobs = self.jobs.as_ref().ok_or_else(ended)?;
        let (reply, answer) = oneshot::channel();
        jobs.send((changes, reply)).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // It ends after the last commit; a panic there was reported already.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn commit<'a>(
    database: &Database,
    changes: impl Iterator<Item = &'a Change>,
) -> Result<(), redb::Error> {
    let mut write = database.begin_write()?;
    write.set_two_phase_commit(true);
    for change in changes {
        apply(&write, change)?;
    }
    write.commit()?;
    Ok(())
}

fn apply(write: &WriteTransaction, change: &Change) -> Result<(), redb::Error> {
    match change {
        Change::PutStore(store, record) => {
            let record = record.to_bytes();
            write
                .open_table(STORES)?
                .insert(store.as_bytes().as_slice(), record.as_slice())?;
        }
        Change::RemoveStore(store) => {
            for table in [STORES, ROLES, FILES, INLINE, PARTIAL, COMPLETE] {
                let mut table = write.open_table(table)?;
                let first = store.as_bytes().as_slice();
                table.retain_in::<&[u8], _>(first.., |key, _| !key.starts_with(first))?;
            }
        }
        Change::Role(store, role, version) => {
            let key = of_store(store, role.as_bytes());
            let mut table = write.open_table(ROLES)?;
            match version {
                Some(version) => {
                    table.insert(key.as_slice(), version.to_be_bytes().as_slice())?;
                }
                None => {
                    table.remove(key.as_slice())?;
                }
            }
        }
        Change::Complete(store, version) => {
            let value = version.to_be_bytes();
            write
                .open_table(COMPLETE)?
                .insert(store.as_bytes().as_slice(), value.as_slice())?;
        }
        Change::PutFile(file, record, bytes) => {
            let key = file_key(file);
            let value = record.to_bytes();
            write
                .open_table(FILES)?
                .insert(key.as_slice(), value.as_slice())?;
            write.open_table(PARTIAL)?.remove(key.as_slice())?;
            let mut inline = write.open_table(INLINE)?;
            match bytes {
                Some(bytes) => inline.insert(key.as_slice(), bytes.as_slice())?,
                None => inline.remove(key.as_slice())?,
            };
        }
        Change::RemoveFile(file) => {
            let key = file_key(file);
            for table in [FILES, INLINE, PARTIAL] {
                write.open_table(table)?.remove(key.as_slice())?;
            }
        }
        Change::Used(file, when) => {
            let key = file_key(file);
            let mut table = write.open_table(FILES)?;
            let record = table.get(key.as_slice())?;
            let record = record.and_then(|value| FileRecord::from_bytes(value.value()));
            if let Some(record) = record {
                let value = FileRecord {
                    used: *when,
                    ..record
                };
                table.insert(key.as_slice(), value.to_bytes().as_slice())?;
            }
        }
        Change::Partial(file, hash) => {
            let key = file_key(file);
            let mut table = write.open_table(PARTIAL)?;
            match hash {
                Some(hash) => {
                    table.insert(key.as_slice(), hash.as_slice())?;
                }
                None => {
                    table.remove(key.as_slice())?;
                }
            }
        }
        Change::Highest(time) => {
            let value = time.unix().to_be_bytes();
            write.open_table(CLOCK)?.insert(HIGHEST, value.as_slice())?;
        }
    }
    Ok(())
}
