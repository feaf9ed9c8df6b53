//! What is remembered of updates that ended.

use crate::db::{Db, DbError, FailedRecord, OperationPlanRecord, OperationRecord};
use crate::events::EventHub;

/// Remembers why an update was undone, so that it is not tried again by itself,
/// and says that something changed. Other operations are left alone.
///
/// # Errors
/// When the database fails.
pub async fn ended(db: &Db, events: &EventHub, operation: &OperationRecord) -> Result<(), DbError> {
    let OperationPlanRecord::Update(plan) = &operation.plan else {
        return Ok(());
    };
    if operation.state == "rolledBack" && !operation.cancel_requested {
        let known = db.deployments().await?;
        let mut known = known.into_iter();
        if let Some(mut record) = known.find(|one| one.name == plan.deployed.name) {
            record.failed = Some(FailedRecord {
                digest: plan.digest.clone(),
                cause: operation.cause.clone().unwrap_or_default(),
                at: jiff::Timestamp::now().to_string(),
            });
            db.save_deployments(&[record], Vec::new()).await?;
        }
    }
    events.publish("updates", &serde_json::json!({}));
    Ok(())
}
