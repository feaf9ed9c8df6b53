//! What each container was deployed with and before, how it wants to be updated,
//! what references were seen to mean, and the settings of updates.

use redb::{ReadableDatabase, TableDefinition, WriteTransaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Db, DbError, EngineRequest, META, parse};
use crate::views::update::{UpdatePolicy, UpdateSettings};

const DEPLOYMENTS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("deployments");
const POLICIES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("update_policies");
const SIGHTINGS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("sightings");
const SETTINGS_KEY: &str = "updates";

/// What a container runs, and ran before. Its key is the container's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentRecord {
    /// Version of this record's form: 1.
    pub v: u32,
    /// Name of the container.
    pub name: String,
    /// Its id.
    pub container_id: String,
    /// Canonical reference it follows, with a tag.
    pub follows: Option<String>,
    /// Registry digest of what runs.
    pub digest: Option<String>,
    /// Id of its image on this engine.
    pub image_id: String,
    /// Since when (RFC 3339).
    pub since: String,
    /// The operation that deployed it; absent for one that was made elsewhere.
    pub operation: Option<String>,
    /// What ran before, the newest first.
    pub before: Vec<BeforeRecord>,
    /// The last update that was undone, until another one succeeds.
    #[serde(default)]
    pub failed: Option<FailedRecord>,
}

/// An update that was undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedRecord {
    /// Registry digest it went to.
    pub digest: String,
    /// Why it was undone.
    pub cause: String,
    /// When (RFC 3339).
    pub at: String,
}

/// A digest that ran before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeRecord {
    /// Registry digest.
    pub digest: String,
    /// Canonical reference that was followed.
    pub reference: String,
    /// Id of the image on this engine.
    pub image_id: String,
    /// From when (RFC 3339).
    pub since: String,
    /// Until when (RFC 3339).
    pub until: String,
}

/// How a container wants to be treated. Its key is the container's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// Version of this record's form: 1.
    pub v: u32,
    /// Name of the container.
    pub name: String,
    /// The policy.
    pub policy: UpdatePolicy,
}

/// What a reference was seen to mean. Its key is the canonical reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightingRecord {
    /// Version of this record's form: 1.
    pub v: u32,
    /// Canonical reference.
    pub reference: String,
    /// Digests it meant and when each was seen first (RFC 3339), the newest last.
    pub digests: Vec<(String, String)>,
    /// When it was last asked (RFC 3339).
    pub checked_at: String,
    /// Why the last question was not answered.
    pub error: Option<String>,
    /// Whether that was because the registry wants to be left alone.
    #[serde(default)]
    pub paused: bool,
    /// Later tags: `patch`, `minor` or `major`, and the tag.
    pub newer_tags: Vec<(String, String)>,
    /// When tags were last looked through (RFC 3339).
    #[serde(default)]
    pub tags_at: Option<String>,
}

/// Everything an update does.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdatePlanRecord {
    /// Canonical reference that is followed from then on, with a tag.
    pub follows: String,
    /// Canonical name of the repository with the digest, for the pull.
    pub pull: String,
    /// The digest.
    pub digest: String,
    /// The reference for people.
    pub shown: String,
    /// The container itself, then those that hang on it, in the order they start.
    pub members: Vec<MemberRecord>,
    /// Containers to restart afterwards: id and name.
    pub restart: Vec<(String, String)>,
    /// Seconds that one without a health check must run.
    pub watch_seconds: u32,
    /// The deployment record as it was.
    pub deployed: DeploymentRecord,
    /// Images kept to go back to.
    pub keep: u32,
}

/// A container that is made anew.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberRecord {
    /// Id of the old one.
    pub old: String,
    /// Its name.
    pub name: String,
    /// What the engine is asked for.
    pub request: EngineRequest,
}

/// It never prints what containers are made with.
impl std::fmt::Debug for UpdatePlanRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UpdatePlanRecord({} {})", self.shown, self.digest)
    }
}

pub(super) fn prepare(txn: &WriteTransaction) -> Result<(), redb::Error> {
    txn.open_table(DEPLOYMENTS)?;
    txn.open_table(POLICIES)?;
    txn.open_table(SIGHTINGS)?;
    Ok(())
}

impl Db {
    /// What is known of deployed containers.
    ///
    /// # Errors
    /// When the database fails or a record is damaged.
    pub async fn deployments(&self) -> Result<Vec<DeploymentRecord>, DbError> {
        self.records("deployment", DEPLOYMENTS).await
    }

    /// Writes these and forgets those of `gone`, at once; durable on return.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_deployments(
        &self,
        records: &[DeploymentRecord],
        gone: Vec<String>,
    ) -> Result<(), DbError> {
        let rows = records.iter().map(|record| (record.name.as_str(), record));
        let rows = rows.map(|(name, record)| row("deployment", name, record));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        self.replace("store deployments", DEPLOYMENTS, rows, gone)
            .await
    }

    /// How containers want to be treated, those with wishes only.
    ///
    /// # Errors
    /// When the database fails or a record is damaged.
    pub async fn update_policies(&self) -> Result<Vec<PolicyRecord>, DbError> {
        self.records("policy", POLICIES).await
    }

    /// Writes one; durable on return.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_update_policy(&self, record: &PolicyRecord) -> Result<(), DbError> {
        let rows = vec![row("policy", &record.name, record)?];
        self.replace("store a policy", POLICIES, rows, Vec::new())
            .await
    }

    /// What references were seen to mean.
    ///
    /// # Errors
    /// When the database fails or a record is damaged.
    pub async fn sightings(&self) -> Result<Vec<SightingRecord>, DbError> {
        self.records("sighting", SIGHTINGS).await
    }

    /// Writes these and forgets those of `gone`; durable on return.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_sightings(
        &self,
        records: &[SightingRecord],
        gone: Vec<String>,
    ) -> Result<(), DbError> {
        let rows = records
            .iter()
            .map(|record| row("sighting", &record.reference, record));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        self.replace("store sightings", SIGHTINGS, rows, gone).await
    }

    /// The settings of updates, as far as somebody set them.
    ///
    /// # Errors
    /// When the database fails or the record is damaged.
    pub async fn update_settings(&self) -> Result<Option<UpdateSettings>, DbError> {
        let found = self
            .run("read the settings of updates", |db| {
                let table = db.begin_read()?.open_table(META)?;
                Ok(table.get(SETTINGS_KEY)?.map(|v| v.value().to_vec()))
            })
            .await?;
        found.map(|row| parse("settings", &row)).transpose()
    }

    /// Stores the settings of updates.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_update_settings(&self, settings: &UpdateSettings) -> Result<(), DbError> {
        let rows = vec![row("settings", SETTINGS_KEY, settings)?];
        self.replace("store the settings of updates", META, rows, Vec::new())
            .await
    }

    async fn records<T: DeserializeOwned>(
        &self,
        what: &'static str,
        table: TableDefinition<'static, &'static str, &'static [u8]>,
    ) -> Result<Vec<T>, DbError> {
        let rows = self.all(what, table).await?;
        rows.iter().map(|row| parse(what, row)).collect()
    }

    async fn replace(
        &self,
        what: &'static str,
        table: TableDefinition<'static, &'static str, &'static [u8]>,
        rows: Vec<(String, Vec<u8>)>,
        gone: Vec<String>,
    ) -> Result<(), DbError> {
        self.run(what, move |db| {
            let txn = db.begin_write()?;
            {
                let mut table = txn.open_table(table)?;
                for key in &gone {
                    table.remove(key.as_str())?;
                }
                for (key, bytes) in &rows {
                    table.insert(key.as_str(), bytes.as_slice())?;
                }
            }
            txn.commit()?;
            Ok(())
        })
        .await
    }
}

fn row(
    what: &'static str,
    key: &str,
    record: &impl Serialize,
) -> Result<(String, Vec<u8>), DbError> {
    let bytes = serde_json::to_vec(record).map_err(|source| DbError::Record { what, source })?;
    Ok((key.to_owned(), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn deployments_are_replaced_at_once() {
        let dir = tempfile::tempdir().expect("a directory");
        let (db, _thread) = Db::open(&dir.path().join("x.redb")).expect("made");
        let record = |name: &str| DeploymentRecord {
            v: 1,
            name: name.to_owned(),
            container_id: "c".to_owned(),
            follows: Some("docker.io/library/nginx:1".to_owned()),
            digest: None,
            image_id: "i".to_owned(),
            since: "2026-01-01T00:00:00Z".to_owned(),
            operation: None,
            before: Vec::new(),
            failed: None,
        };
        let first = [record("a"), record("b")];
        db.save_deployments(&first, Vec::new())
            .await
            .expect("written");
        db.save_deployments(&[record("c")], vec!["a".to_owned()])
            .await
            .expect("written");
        assert_eq!(
            db.deployments().await.expect("read"),
            [record("b"), record("c")]
        );
        assert_eq!(db.update_settings().await.expect("read"), None);
    }
}
