//! The account as stored: its password, the browsers that know it, its sessions.

use std::sync::Arc;

use redb::{ReadableDatabase, ReadableTable};

use super::{Db, DbError, META, SESSIONS, parse};
use crate::auth::browsers::BrowserRecord;
use crate::auth::sessions::{SessionRecord, SessionStore};

const PASSWORD_KEY: &str = "password";
const BROWSERS_KEY: &str = "browsers";

impl Db {
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

/// A shared store for sessions.
#[must_use]
pub fn session_store(db: &Db) -> Arc<dyn SessionStore> {
    Arc::new(db.clone())
}
