//! What is installed from stores: the deployment records, and the plans of the
//! operations that make, change and remove them.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use redb::{TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{CreatePlanRecord, Db, DbError, parse};

const INSTALLS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("installs");

/// Something installed from a store. Answers stand apart from what the manifest
/// says by default, so that they outlive it. Secrets are among them, as they are
/// in the containers; the file is for its owner only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallRecord {
    /// Version of this record's form: 1.
    pub v: u32,
    /// ULID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Id of the store.
    pub store: String,
    /// The app.
    pub slug: String,
    /// Name of the app for people.
    pub app: String,
    /// Version.
    pub version: String,
    /// The manifest, as its publisher signed it.
    pub manifest: String,
    /// Images by service.
    pub images: BTreeMap<String, ImageRecord>,
    /// Answers.
    pub answers: AnswersRecord,
    /// Names of the risks that were accepted.
    pub confirmed: Vec<String>,
    /// Ports of the server that nobody asked for by number, by id of their field.
    pub chosen_ports: BTreeMap<String, u16>,
    /// Its private network.
    pub network: Option<String>,
    /// Services and the names of their containers, in the order they start.
    pub containers: Vec<(String, String)>,
    /// Named volumes it uses.
    pub volumes: Vec<String>,
    /// Folders it uses below the app-data root.
    pub folders: Vec<String>,
    /// Folders that its operations made, outermost first.
    #[serde(default)]
    pub made_dirs: Vec<String>,
    /// Address of its page.
    pub url: Option<String>,
    /// `installing`, `installed`, `changing`, `removing` or `removed`.
    pub state: String,
    /// The operation at work on it, or the last one.
    pub operation: String,
    /// When it was installed (RFC 3339).
    pub installed_at: String,
    /// When its settings last changed (RFC 3339).
    pub changed_at: String,
}

/// It never prints answers.
impl std::fmt::Debug for InstallRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InstallRecord({} {} {})", self.id, self.name, self.state)
    }
}

/// The image of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRecord {
    /// Tag.
    pub tag: String,
    /// Digest.
    pub digest: String,
    /// Bytes to fetch.
    pub size: Option<u64>,
}

/// Answers to a form.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswersRecord {
    /// Chosen preset.
    pub preset: Option<String>,
    /// Params by key.
    pub params: BTreeMap<String, String>,
    /// Ports by id: left out, port and address of the server.
    pub ports: BTreeMap<String, (bool, Option<u16>, Option<String>)>,
    /// Volumes by id: left out, path or name.
    pub volumes: BTreeMap<String, (bool, Option<String>)>,
    /// Devices by id: left out, path.
    pub devices: BTreeMap<String, (bool, Option<String>)>,
}

/// Everything that installing or changing an app does.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct InstallPlanRecord {
    /// The deployment record as it will be.
    pub install: InstallRecord,
    /// As it was, when there was one.
    pub previous: Option<InstallRecord>,
    /// Named volumes to make if they are missing.
    pub volumes: Vec<String>,
    /// Folders to make.
    pub make_dirs: Vec<String>,
    /// Folder below which they are made.
    pub app_data_root: String,
    /// User and group to whom they belong.
    pub owner: (u32, u32),
    /// Images to fetch: the canonical reference with its digest, and the name for people.
    pub pulls: Vec<(String, String)>,
    /// Containers in the order they start.
    pub containers: Vec<AppContainerRecord>,
    /// Containers to be replaced: id and name, in the order they started.
    pub old: Vec<(String, String)>,
}

/// A container of an app.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AppContainerRecord {
    /// Its service.
    pub service: String,
    /// The container.
    pub create: CreatePlanRecord,
    /// Files to put in before the start: path, content, access rights.
    pub configs: Vec<(String, String, u32)>,
    /// Memory file systems: path and options.
    pub tmpfs: BTreeMap<String, String>,
    /// Rules for kinds of devices.
    pub device_rules: Vec<String>,
    /// Name of the container whose processes it sees.
    pub pid_of: Option<String>,
    /// Between probes during the grace at the start, in nanoseconds.
    pub start_interval: Option<i64>,
    /// Services it waits for, and the condition in the words of Compose.
    pub waits: Vec<(String, String)>,
    /// It does its work once and ends.
    pub setup: bool,
}

/// Everything that taking an app away does.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct UninstallPlanRecord {
    /// The deployment record as it is.
    pub install: InstallRecord,
    /// Delete its data, too.
    pub delete_data: bool,
    /// Volumes to delete.
    pub volumes: Vec<String>,
    /// Folders to delete, each strictly below the root.
    pub folders: Vec<String>,
    /// The app-data root.
    pub app_data_root: String,
}

macro_rules! silent {
    ($($kind:ty => $text:literal),*) => {$(
        /// It never prints what containers are made with.
        impl std::fmt::Debug for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($text)
            }
        }
    )*};
}
silent!(
    AnswersRecord => "AnswersRecord",
    InstallPlanRecord => "InstallPlanRecord",
    AppContainerRecord => "AppContainerRecord",
    UninstallPlanRecord => "UninstallPlanRecord"
);

/// The records as they were read last.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Counts the writes, so that what was read before one is not kept after it.
    writes: u64,
    records: Option<Arc<Vec<InstallRecord>>>,
}

pub(super) fn prepare(txn: &WriteTransaction) -> Result<(), redb::Error> {
    txn.open_table(INSTALLS)?;
    Ok(())
}

impl Db {
    /// Everything installed from stores, from memory when nothing was written since.
    ///
    /// # Errors
    /// When the database fails or a record is damaged.
    pub async fn installs(&self) -> Result<Arc<Vec<InstallRecord>>, DbError> {
        let before = {
            let kept = self.kept();
            if let Some(records) = &kept.records {
                return Ok(Arc::clone(records));
            }
            kept.writes
        };
        let rows = self.all("read what is installed", INSTALLS).await?;
        let records = rows.iter().map(|row| parse("install", row));
        let records: Arc<Vec<InstallRecord>> = Arc::new(records.collect::<Result<_, _>>()?);
        let mut kept = self.kept();
        if kept.writes == before {
            kept.records = Some(Arc::clone(&records));
        }
        Ok(records)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change under the lock is complete in itself.
        self.installed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn forget_kept(&self) {
        let mut kept = self.kept();
        kept.writes += 1;
        kept.records = None;
    }

    /// Writes one; durable on return.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_install(&self, record: &InstallRecord) -> Result<(), DbError> {
        let bytes = serde_json::to_vec(record).map_err(|source| DbError::Record {
            what: "install",
            source,
        })?;
        let id = record.id.clone();
        let written = self.run("store an install", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(INSTALLS)?
                .insert(id.as_str(), bytes.as_slice())?;
            txn.commit()?;
            Ok(())
        });
        let written = written.await;
        // Also after a failure: who knows what is on disk then.
        self.forget_kept();
        written
    }

    /// Forgets one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_install(&self, id: &str) -> Result<(), DbError> {
        let id = id.to_owned();
        let written = self.run("forget an install", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(INSTALLS)?.remove(id.as_str())?;
            txn.commit()?;
            Ok(())
        });
        let written = written.await;
        self.forget_kept();
        written
    }
}
