//! The stored settings.

use redb::ReadableDatabase;

use super::{Db, DbError, META, parse};
use crate::settings::SettingsRecord;

const SETTINGS_KEY: &str = "settings";

impl Db {
    /// The settings as far as somebody set them.
    ///
    /// # Errors
    /// When the database fails or the record is damaged.
    pub async fn settings(&self) -> Result<SettingsRecord, DbError> {
        let found = self
            .run("read the settings", |db| {
                let table = db.begin_read()?.open_table(META)?;
                Ok(table.get(SETTINGS_KEY)?.map(|v| v.value().to_vec()))
            })
            .await?;
        found.map_or_else(
            || Ok(SettingsRecord::default()),
            |row| parse("settings", &row),
        )
    }

    /// Stores the settings.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_settings(&self, record: &SettingsRecord) -> Result<(), DbError> {
        let bytes = serde_json::to_vec(record).map_err(|source| DbError::Record {
            what: "settings",
            source,
        })?;
        self.run("store the settings", move |db| {
            let txn = db.begin_write()?;
            txn.open_table(META)?
                .insert(SETTINGS_KEY, bytes.as_slice())?;
            txn.commit()?;
            Ok(())
        })
        .await
    }
}
