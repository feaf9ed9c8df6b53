//! The one account: its password and the browsers that know it, as stored.

use jiff::Timestamp;

use super::browsers::KnownBrowsers;
use crate::db::Db;
pub use crate::db::DbError as AccountError;
use crate::secrets::Secret;

/// The admin's account.
#[derive(Debug)]
pub struct Account {
    db: Db,
    browsers: KnownBrowsers,
}

impl Account {
    /// Reads what is stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(db: Db) -> Result<Self, AccountError> {
        let browsers = KnownBrowsers::new(db.browsers().await?);
        Ok(Self { db, browsers })
    }

    /// The password's hash (PHC string), when one was set.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password(&self) -> Result<Option<String>, AccountError> {
        self.db.password().await
    }

    /// Sets the first password; answers false when there is one. Of racing
    /// calls one wins.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_first_password(&self, phc: String) -> Result<bool, AccountError> {
        self.db.set_first_password(phc).await
    }

    /// Sets another password, which ends every session but `own` also for the
    /// next start, and forgets every browser but the one that shows `browser`:
    /// what was known to somebody who knew the old password is worth nothing.
    ///
    /// # Errors
    /// When the database fails; the old password holds then.
    pub async fn change_password(
        &self,
        phc: String,
        own: &str,
        browser: Option<&str>,
        now: Timestamp,
    ) -> Result<(), AccountError> {
        self.db.change_password(phc, own.to_owned()).await?;
        let records = self.browsers.forget_others(browser, now);
        self.db.save_browsers(&records).await
    }

    /// Whether this browser has signed in within the last 30 days.
    #[must_use]
    pub fn knows(&self, browser: &str, now: Timestamp) -> bool {
        self.browsers.is_known(browser, now)
    }

    /// Remembers a browser that signs in; answers its token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remember(
        &self,
        browser: Option<&str>,
        now: Timestamp,
    ) -> Result<Secret<String>, AccountError> {
        let (token, records) = self.browsers.remember(browser, now);
        self.db.save_browsers(&records).await?;
        Ok(token)
    }
}
