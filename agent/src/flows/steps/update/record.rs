//! The step that writes down what runs now and what ran before.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::{BeforeRecord, Db, DeploymentRecord, UpdatePlanRecord};
use crate::docker::Engine;
use crate::flows::steps::engine_failed;
use crate::operations::{Step, StepContext, StepError};

/// Writes it down, once: a second time it says the same.
pub(super) struct Record {
    pub(super) db: Db,
    pub(super) engine: Arc<Engine>,
    pub(super) plan: Arc<UpdatePlanRecord>,
}

impl Step for Record {
    fn name(&self) -> &'static str {
        "record"
    }

    fn title(&self) -> String {
        "Write down what runs".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let failed = |error: crate::db::DbError| StepError::Failed {
                message: error.to_string(),
                source: Some(Box::new(error)),
            };
            let old = &self.plan.deployed;
            let known = self.db.deployments().await.map_err(failed)?;
            let known = known.into_iter().find(|record| record.name == old.name);
            if known.is_some_and(|known| known.operation.as_deref() == Some(ctx.operation_id)) {
                return Ok(());
            }
            let id = ctx.outputs.result.container_id.clone();
            let id =
                id.ok_or_else(|| StepError::failed("the journal does not say what was made"))?;
            let made = self.engine.existing(&id).await.map_err(engine_failed)?;
            let now = jiff::Timestamp::now().to_string();
            let mut before = old.before.clone();
            if let (Some(digest), Some(reference)) = (&old.digest, &old.follows) {
                // What is gone back to is no longer one of those before.
                before.retain(|one| one.digest != *digest && one.digest != self.plan.digest);
                before.insert(
                    0,
                    BeforeRecord {
                        digest: digest.clone(),
                        reference: reference.clone(),
                        image_id: old.image_id.clone(),
                        since: old.since.clone(),
                        until: now.clone(),
                    },
                );
            }
            before.truncate(usize::try_from(self.plan.keep).unwrap_or(usize::MAX));
            let record = DeploymentRecord {
                v: 1,
                name: old.name.clone(),
                container_id: id,
                follows: Some(self.plan.follows.clone()),
                digest: Some(self.plan.digest.clone()),
                image_id: made.image_id().to_owned(),
                since: now,
                operation: Some(ctx.operation_id.to_owned()),
                before,
                failed: None,
            };
            let saved = self.db.save_deployments(&[record], Vec::new()).await;
            saved.map_err(failed)
        })
    }

    /// It stands behind the commit point and is never undone.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}
