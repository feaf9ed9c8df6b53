//! Stored icons: pictures by the hash of their content, and which name has which.

use redb::{ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};

use super::{Db, DbError, parse};

const PICTURES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("icon-pictures");
const ABOUT: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("icon-about");
const NAMES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("icon-names");

/// What is known of a stored picture without reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRecord {
    /// Its size.
    pub bytes: u64,
    /// When it was sent, in seconds since 1970.
    pub added: i64,
    /// When a name last had it, in seconds since 1970.
    pub used: i64,
}

/// The icon of one container name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IconRecord {
    /// `builtin:<word>` or `stored:<hex>`.
    pub icon: String,
    /// When a container last had the name, in seconds since 1970.
    pub seen: i64,
}

/// Icons that change together; `None` forgets.
#[derive(Debug, Default)]
pub struct IconChanges {
    /// By container name.
    pub names: Vec<(String, Option<IconRecord>)>,
    /// By hash.
    pub pictures: Vec<(String, Option<PictureRecord>)>,
    /// A picture that is new: its hash and its bytes.
    pub content: Option<(String, Vec<u8>)>,
}

pub(super) fn prepare(txn: &WriteTransaction) -> Result<(), redb::Error> {
    for table in [PICTURES, ABOUT, NAMES] {
        txn.open_table(table)?;
    }
    Ok(())
}

impl Db {
    /// All names with an icon, and all pictures, without their bytes.
    ///
    /// # Errors
    /// When the database fails or a record is damaged.
    pub async fn icons(
        &self,
    ) -> Result<(Vec<(String, IconRecord)>, Vec<(String, PictureRecord)>), DbError> {
        let names = self.named("read the icons", NAMES).await?;
        let about = self.named("read the icons", ABOUT).await?;
        Ok((read("icon", names)?, read("picture", about)?))
    }

    /// The bytes of a picture.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn picture(&self, hash: &str) -> Result<Option<Vec<u8>>, DbError> {
        let hash = hash.to_owned();
        self.run("read a picture", move |db| {
            let table = db.begin_read()?.open_table(PICTURES)?;
            Ok(table.get(hash.as_str())?.map(|v| v.value().to_vec()))
        })
        .await
    }

    /// Stores changes, all or none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_icons(&self, changes: IconChanges) -> Result<(), DbError> {
        let job = icon_job(changes)?;
        self.run("store icons", job).await
    }

    /// As [`Db::save_icons`], without waiting: for what events tell.
    ///
    /// # Errors
    /// When a record cannot be written as JSON.
    pub fn queue_icons(&self, changes: IconChanges) -> Result<(), DbError> {
        self.enqueue("store icons", icon_job(changes)?);
        Ok(())
    }

    async fn named(
        &self,
        what: &'static str,
        table: TableDefinition<'static, &'static str, &'static [u8]>,
    ) -> Result<Vec<(String, Vec<u8>)>, DbError> {
        self.run(what, move |db| {
            let table = db.begin_read()?.open_table(table)?;
            let mut rows = Vec::new();
            for row in table.iter()? {
                let (key, value) = row?;
                rows.push((key.value().to_owned(), value.value().to_vec()));
            }
            Ok(rows)
        })
        .await
    }
}

type Rows = Vec<(String, Option<Vec<u8>>)>;

fn icon_job(
    changes: IconChanges,
) -> Result<impl FnOnce(&redb::Database) -> Result<(), redb::Error> + Send + 'static, DbError> {
    let names = write("icon", &changes.names)?;
    let about = write("picture", &changes.pictures)?;
    Ok(move |db: &redb::Database| {
        let txn = db.begin_write()?;
        {
            let mut pictures = txn.open_table(PICTURES)?;
            for (hash, row) in &about {
                if row.is_none() {
                    pictures.remove(hash.as_str())?;
                }
            }
            if let Some((hash, bytes)) = &changes.content {
                pictures.insert(hash.as_str(), bytes.as_slice())?;
            }
            for (definition, rows) in [(NAMES, &names), (ABOUT, &about)] {
                let mut table = txn.open_table(definition)?;
                for (key, row) in rows {
                    match row {
                        Some(row) => table.insert(key.as_str(), row.as_slice())?,
                        None => table.remove(key.as_str())?,
                    };
                }
            }
        }
        txn.commit()?;
        Ok(())
    })
}

fn write<T: Serialize>(what: &'static str, rows: &[(String, Option<T>)]) -> Result<Rows, DbError> {
    let json =
        |record: &T| serde_json::to_vec(record).map_err(|source| DbError::Record { what, source });
    rows.iter()
        .map(|(key, row)| Ok((key.clone(), row.as_ref().map(json).transpose()?)))
        .collect()
}

fn read<T: serde::de::DeserializeOwned>(
    what: &'static str,
    rows: Vec<(String, Vec<u8>)>,
) -> Result<Vec<(String, T)>, DbError> {
    rows.into_iter()
        .map(|(key, row)| Ok((key, parse(what, &row)?)))
        .collect()
}
