//! The database: redb behind one writer thread. Every write is durable when
//! the call returns. Only this module knows redb.

mod icons;
mod records;
mod settings;
mod timeline;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio::sync::{mpsc, oneshot};

pub use icons::{IconChanges, IconRecord, PictureRecord};
pub use records::{
    CreatePlanRecord, DeviceRecord, HealthcheckRecord, MountRecord, OperationOutputs,
    OperationPlanRecord, OperationRecord, PortRecord, StepRecord,
};

use crate::auth::browsers::BrowserRecord;
use crate::auth::sessions::{SessionRecord, SessionStore};

const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
const OPERATIONS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("operations");
const SESSIONS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("sessions");
const SCHEMA_KEY: &str = "schema";
const PASSWORD_KEY: &str = "password";
const BROWSERS_KEY: &str = "browsers";
const SCHEMA_VERSION: &str = "1";
/// redb's page cache; its default of 1 GiB is not for a home server.
const CACHE_BYTES: usize = 4 << 20;
const QUEUE: usize = 256;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Another agent works on this data directory.
    #[error("{0} is in use: another docker-manager runs with this data directory; stop it first")]
    InUse(PathBuf),
    /// The file could not be opened.
    #[error("the database {path} cannot be opened")]
    Open {
        /// The file.
        path: PathBuf,
        /// What redb said.
        #[source]
        source: Box<redb::Error>,
    },
    /// The file was written by a newer version.
    #[error(
        "the database has schema {found}, this version knows {SCHEMA_VERSION}; install the newer version again, or restore the backup made before the update"
    )]
    Newer {
        /// Version in the file.
        found: String,
    },
    /// A read or write failed.
    #[error("the database failed to {what}")]
    Failed {
        /// What was tried.
        what: &'static str,
        /// What redb said.
        #[source]
        source: Box<redb::Error>,
    },
    /// A record could not be read or written as JSON.
    #[error("a {what} record in the database is not readable")]
    Record {
        /// Kind of record.
        what: &'static str,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// The writer thread is gone, which happens at shutdown only.
    #[error("the database is closed")]
    Closed,
}

type Job = Box<dyn FnOnce(&Database) + Send>;

/// Handle to the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    jobs: mpsc::Sender<Job>,
}

/// Owns the writer thread; dropping the last [`Db`] and joining closes the file.
#[derive(Debug)]
pub struct DbThread(JoinHandle<()>);

impl DbThread {
    /// Waits until everything queued is written. All [`Db`] handles must be gone.
    pub fn join(self) {
        if self.0.join().is_err() {
            tracing::error!("the database thread ended with a panic");
        }
    }
}

impl Db {
    /// Opens or makes the database file.
    ///
    /// # Errors
    /// When the file is in use, damaged, or from a newer version.
    pub fn open(path: &Path) -> Result<(Self, DbThread), DbError> {
        let database = open_file(path)?;
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let thread = std::thread::Builder::new()
            .name("database".into())
            .spawn(move || {
                while let Some(job) = queue.blocking_recv() {
                    job(&database);
                }
            })
            .map_err(|source| DbError::Open {
                path: path.to_owned(),
                source: Box::new(redb::Error::Io(source)),
            })?;
        Ok((Self { jobs }, DbThread(thread)))
    }

    /// The stored password hash (PHC string), when one was set.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password(&self) -> Result<Option<String>, DbError> {
        self.run("read the password", |db| {
            let txn = db.begin_read()?;
            let table = txn.open_table(META)?;
            let found = table.get(PASSWORD_KEY)?;
            Ok(found.map(|v| String::from_utf8_lossy(v.value()).into_owned()))
        })
        .await
    }

    /// Sets the first password. Answers false, and changes nothing, when one
    /// was set before: of fifty racing calls one wins.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_first_password(&self, phc: String) -> Result<bool, DbError> {
        self.run("store the password", move |db| {
            let txn = db.begin_write()?;
            let won = {
                let mut table = txn.open_table(META)?;
                let taken = table.get(PASSWORD_KEY)?.is_some();
                if !taken {
                    table.insert(PASSWORD_KEY, phc.as_bytes())?;
                }
                !taken
            };
            txn.commit()?;
            Ok(won)
        })
        .await
    }

    /// Sets the password whatever it was, and ends every session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn replace_password(&self, phc: String) -> Result<(), DbError> {
        self.run("store the password", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(META)?.insert(PASSWORD_KEY, phc.as_bytes())?;
            txn.delete_table(SESSIONS)?;
            txn.open_table(SESSIONS)?;
            txn.commit()?;
            Ok(())
        })
        .await
    }

    /// Sets another password and forgets every session but `own`, in one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_password(&self, phc: String, own: String) -> Result<(), DbError> {
        self.run("store the password", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(META)?.insert(PASSWORD_KEY, phc.as_bytes())?;
            txn.open_table(SESSIONS)?.retain(|id, _| id == own)?;
            txn.commit()?;
            Ok(())
        })
        .await
    }

    /// The browsers that have signed in.
    ///
    /// # Errors
    /// When the database fails or the record is damaged.
    pub async fn browsers(&self) -> Result<Vec<BrowserRecord>, DbError> {
        let found = self
            .run("read the known browsers", |db| {
                let txn = db.begin_read()?;
                let table = txn.open_table(META)?;
                Ok(table.get(BROWSERS_KEY)?.map(|v| v.value().to_vec()))
            })
            .await?;
        found.map_or_else(|| Ok(Vec::new()), |row| parse("browsers", &row))
    }

    /// Stores the browsers that have signed in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_browsers(&self, records: &[BrowserRecord]) -> Result<(), DbError> {
        let bytes = serde_json::to_vec(records).map_err(|source| DbError::Record {
            what: "browsers",
            source,
        })?;
        self.run("store the known browsers", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(META)?
                .insert(BROWSERS_KEY, bytes.as_slice())?;
            txn.commit()?;
            Ok(())
        })
        .await
    }

    /// All stored sessions.
    ///
    /// # Errors
    /// When the database fails or a record is damaged.
    pub async fn sessions(&self) -> Result<Vec<SessionRecord>, DbError> {
        let rows = self.all("read the sessions", SESSIONS).await?;
        rows.iter().map(|row| parse("session", row)).collect()
    }

    /// All stored operations, oldest first.
    ///
    /// # Errors
    /// When the database fails or a record is damaged.
    pub async fn operations(&self) -> Result<Vec<OperationRecord>, DbError> {
        let rows = self.all("read the operations", OPERATIONS).await?;
        rows.iter().map(|row| parse("operation", row)).collect()
    }

    /// Writes one operation; durable on return.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_operation(&self, record: &OperationRecord) -> Result<(), DbError> {
        let bytes = serde_json::to_vec(record).map_err(|source| DbError::Record {
            what: "operation",
            source,
        })?;
        let id = record.id.clone();
        self.run("store an operation", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(OPERATIONS)?
                .insert(id.as_str(), bytes.as_slice())?;
            txn.commit()?;
            Ok(())
        })
        .await
    }

    /// Notes in the stored operation that somebody wants it cancelled, whatever
    /// step it has reached meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn request_cancel(&self, id: &str) -> Result<(), DbError> {
        let id = id.to_owned();
        self.run("store a cancel", move |db| {
            let txn = db.begin_write()?;
            {
                let mut table = txn.open_table(OPERATIONS)?;
                let found = table.get(id.as_str())?.map(|v| v.value().to_vec());
                match found.map(|row| with_cancel(&row)) {
                    None => {}
                    Some(Ok(row)) => {
                        table.insert(id.as_str(), row.as_slice())?;
                    }
                    Some(Err(error)) => tracing::error!(%error, "an operation is not readable"),
                }
            }
            txn.commit()?;
            Ok(())
        })
        .await
    }

    /// Forgets operations by id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_operations(&self, ids: Vec<String>) -> Result<(), DbError> {
        self.run("forget operations", move |db| {
            let txn = db.begin_write()?;
            {
                let mut table = txn.open_table(OPERATIONS)?;
                for id in &ids {
                    table.remove(id.as_str())?;
                }
            }
            txn.commit()?;
            Ok(())
        })
        .await
    }

    async fn all(
        &self,
        what: &'static str,
        table: TableDefinition<'static, &'static str, &'static [u8]>,
    ) -> Result<Vec<Vec<u8>>, DbError> {
        self.run(what, move |db| {
            let txn = db.begin_read()?;
            let table = txn.open_table(table)?;
            let mut rows = Vec::new();
            for row in table.iter()? {
                rows.push(row?.1.value().to_vec());
            }
            Ok(rows)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        what: &'static str,
        job: impl FnOnce(&Database) -> Result<T, redb::Error> + Send + 'static,
    ) -> Result<T, DbError> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |db| {
            // A caller that went away no longer needs the answer.
            let _ = answer.send(job(db));
        });
        self.jobs.send(job).await.map_err(|_| DbError::Closed)?;
        wait.await
            .map_err(|_| DbError::Closed)?
            .map_err(|source| DbError::Failed {
                what,
                source: Box::new(source),
            })
    }
}

impl SessionStore for Db {
    fn save(&self, record: &SessionRecord) {
        let bytes = match serde_json::to_vec(record) {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::error!(%error, "a session could not be written as JSON");
                return;
            }
        };
        let id = record.id.clone();
        self.enqueue("store a session", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(SESSIONS)?
                .insert(id.as_str(), bytes.as_slice())?;
            txn.commit()?;
            Ok(())
        });
    }

    fn remove(&self, ids: &[String]) {
        let ids = ids.to_vec();
        self.enqueue("forget sessions", move |db| {
            let txn = db.begin_write()?;
            {
                let mut table = txn.open_table(SESSIONS)?;
                for id in &ids {
                    table.remove(id.as_str())?;
                }
            }
            txn.commit()?;
            Ok(())
        });
    }
}

impl Db {
    /// Queues a write nobody waits for.
    fn enqueue(
        &self,
        what: &'static str,
        job: impl FnOnce(&Database) -> Result<(), redb::Error> + Send + 'static,
    ) {
        let job: Job = Box::new(move |db| {
            if let Err(error) = job(db) {
                tracing::error!(%error, what, "the database failed");
            }
        });
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(job)) => {
                // A session that ended must not come back: wait for a place.
                let jobs = self.jobs.clone();
                tokio::spawn(async move {
                    if jobs.send(job).await.is_err() {
                        tracing::error!(what, "the database closed too early");
                    }
                });
            }
            Err(mpsc::error::TrySendError::Closed(_)) => {
                tracing::error!(what, "the database is closed");
            }
        }
    }
}

/// A shared store for sessions.
#[must_use]
pub fn session_store(db: &Db) -> Arc<dyn SessionStore> {
    Arc::new(db.clone())
}

fn parse<T: serde::de::DeserializeOwned>(what: &'static str, row: &[u8]) -> Result<T, DbError> {
    serde_json::from_slice(row).map_err(|source| DbError::Record { what, source })
}

/// The stored operation, with the wish to cancel it.
fn with_cancel(row: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let mut record: OperationRecord = serde_json::from_slice(row)?;
    record.cancel_requested = true;
    serde_json::to_vec(&record)
}

fn open_file(path: &Path) -> Result<Database, DbError> {
    let open = |source: redb::Error| match source {
        redb::Error::DatabaseAlreadyOpen => DbError::InUse(path.to_owned()),
        source => DbError::Open {
            path: path.to_owned(),
            source: Box::new(source),
        },
    };
    let database = Database::builder()
        .set_cache_size(CACHE_BYTES)
        .create(path)
        .map_err(|e| open(e.into()))?;
    // The journal holds what containers were made with, secrets among it.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|e| open(redb::Error::Io(e)))?;
    let found = prepare(&database).map_err(open)?;
    if found != SCHEMA_VERSION {
        return Err(DbError::Newer { found });
    }
    Ok(database)
}

/// Makes the tables and answers the schema version of the file.
fn prepare(database: &Database) -> Result<String, redb::Error> {
    let txn = database.begin_write()?;
    let found = {
        let mut meta = txn.open_table(META)?;
        let found = meta
            .get(SCHEMA_KEY)?
            .map(|v| String::from_utf8_lossy(v.value()).into_owned());
        match found {
            Some(found) => found,
            None => {
                meta.insert(SCHEMA_KEY, SCHEMA_VERSION.as_bytes())?;
                SCHEMA_VERSION.to_owned()
            }
        }
    };
    txn.open_table(OPERATIONS)?;
    txn.open_table(SESSIONS)?;
    txn.open_table(timeline::TIMELINE)?;
    icons::prepare(&txn)?;
    txn.commit()?;
    Ok(found)
}

#[cfg(test)]
mod tests;
