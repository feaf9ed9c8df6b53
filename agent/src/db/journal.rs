//! The journal of operations.

use redb::ReadableTable;

use super::{Db, DbError, OPERATIONS, OperationRecord, parse};

impl Db {
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
}

/// The stored operation, with the wish to cancel it.
fn with_cancel(row: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let mut record: OperationRecord = serde_json::from_slice(row)?;
    record.cancel_requested = true;
    serde_json::to_vec(&record)
}
