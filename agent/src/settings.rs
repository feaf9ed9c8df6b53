//! What can be set while the agent runs. Whoever needs a value asks for it when
//! it is needed, so a change holds at once.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::db::{Db, DbError};

/// How many days the timeline goes back, unless somebody says otherwise.
pub const TIMELINE_DAYS: u32 = 90;
/// How many entries it has at most, unless somebody says otherwise.
pub const TIMELINE_ENTRIES: u32 = 50_000;

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// Where new apps keep their files.
    pub app_data_root: PathBuf,
    /// How many days the timeline goes back.
    pub timeline_days: u32,
    /// How many entries it has at most.
    pub timeline_entries: u32,
}

/// Settings as stored. What is absent was never set and keeps its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SettingsRecord {
    /// Where new apps keep their files.
    pub app_data_root: Option<PathBuf>,
    /// How many days the timeline goes back.
    pub timeline_days: Option<u32>,
    /// How many entries it has at most.
    pub timeline_entries: Option<u32>,
}

/// The settings, shared by everything that reads them.
#[derive(Clone, Debug)]
pub struct Settings(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    values: RwLock<Values>,
    db: Db,
    /// One change at a time, so that what is stored is what holds.
    changing: Mutex<()>,
}

impl Settings {
    /// What is stored, over the defaults; that of the app-data root comes from
    /// the configuration file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(db: Db, app_data_root: PathBuf) -> Result<Self, DbError> {
        let record = db.settings().await?;
        let values = RwLock::new(Values {
            app_data_root: record.app_data_root.unwrap_or(app_data_root),
            timeline_days: record.timeline_days.unwrap_or(TIMELINE_DAYS),
            timeline_entries: record.timeline_entries.unwrap_or(TIMELINE_ENTRIES),
        });
        Ok(Self(Arc::new(Inner {
            values,
            db,
            changing: Mutex::new(()),
        })))
    }

    /// All of them, as they are now.
    #[must_use]
    pub fn get(&self) -> Values {
        let values = self.0.values.read();
        values.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where new apps keep their files.
    #[must_use]
    pub fn app_data_root(&self) -> PathBuf {
        self.get().app_data_root
    }

    /// Stores these and makes them hold.
    ///
    /// # Errors
    /// When the database fails; the old ones hold then.
    pub(crate) async fn change(&self, new: Values) -> Result<(), DbError> {
        let _turn = self.0.changing.lock().await;
        self.0.db.save_settings(&SettingsRecord::from(&new)).await?;
        *self
            .0
            .values
            .write()
            .unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }
}

impl From<&Values> for SettingsRecord {
    fn from(values: &Values) -> Self {
        Self {
            app_data_root: Some(values.app_data_root.clone()),
            timeline_days: Some(values.timeline_days),
            timeline_entries: Some(values.timeline_entries),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_set_wins_over_the_configuration() {
        let dir = tempfile::tempdir().expect("a directory");
        let (db, _thread) = Db::open(&dir.path().join("x.redb")).expect("made");
        let open = || Settings::open(db.clone(), "/srv/a".into());
        let settings = open().await.expect("opened");
        assert_eq!(settings.app_data_root(), PathBuf::from("/srv/a"));
        assert_eq!(settings.get().timeline_days, TIMELINE_DAYS);
        let other = settings.clone();
        let new = Values {
            app_data_root: "/srv/b".into(),
            timeline_days: 7,
            timeline_entries: 5_000,
        };
        settings.change(new.clone()).await.expect("stored");
        assert_eq!(other.get(), new, "seen by all");
        assert_eq!(open().await.expect("opened").get(), new, "and kept");
    }
}
