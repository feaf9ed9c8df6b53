//! The database: redb behind one writer thread. Every write is durable when
//! the call returns. Only this module knows redb.

mod account;
mod icons;
mod installs;
mod journal;
mod plan_record;
mod records;
mod settings;
mod timeline;
mod updates;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio::sync::{mpsc, oneshot};

pub use account::session_store;
pub use icons::{IconChanges, IconRecord, PictureRecord};
pub use installs::{
    AnswersRecord, AppContainerRecord, ImageRecord, InstallPlanRecord, InstallRecord,
    UninstallPlanRecord,
};
pub use plan_record::{
    AttachmentRecord, CreatePlanRecord, DeviceRecord, EngineRequest, GpuRecord, HealthcheckRecord,
    LimitsRecord, LoggingRecord, LookupRecord, MountRecord, PortRecord, ProcessRecord,
    RecreatePlanRecord, RightsRecord, TmpfsRecord,
};
pub use records::{
    OperationOutputs, OperationPlanRecord, OperationRecord, ParkedRecord, StepRecord,
};
pub use updates::{
    BeforeRecord, DeploymentRecord, FailedRecord, MemberRecord, PolicyRecord, SightingRecord,
    UpdatePlanRecord,
};

const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
const OPERATIONS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("operations");
const SESSIONS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("sessions");
const SCHEMA_KEY: &str = "schema";
const SCHEMA_VERSION: &str = "1";
/// redb's page cache, in bytes; its default of 1 GiB is not for a home server.
/// The system keeps the file in memory as well.
const CACHE_BYTES: usize = 1 << 20;
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
    /// What is installed, as it was read last: every search in the catalogue asks.
    installed: Arc<Mutex<installs::Kept>>,
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
        let installed = Arc::default();
        Ok((Self { jobs, installed }, DbThread(thread)))
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

fn parse<T: serde::de::DeserializeOwned>(what: &'static str, row: &[u8]) -> Result<T, DbError> {
    serde_json::from_slice(row).map_err(|source| DbError::Record { what, source })
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
    installs::prepare(&txn)?;
    updates::prepare(&txn)?;
    txn.commit()?;
    Ok(found)
}

#[cfg(test)]
mod tests;
