//! The steps that write down what is being installed, and that it is there.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::{Db, InstallPlanRecord, InstallRecord};
use crate::docker::Engine;
use crate::events::EventHub;
use crate::flows::Inventory;
use crate::operations::{Step, StepContext, StepError};

/// Writes down what is being made, so that what is left of a failure is known.
pub(super) struct Begin {
    pub(super) db: Db,
    pub(super) events: Arc<EventHub>,
    pub(super) plan: Arc<InstallPlanRecord>,
}

impl Step for Begin {
    fn name(&self) -> &'static str {
        "record"
    }

    fn title(&self) -> String {
        "Write down what is installed".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let state = if self.plan.old.is_empty() {
                "installing"
            } else {
                "changing"
            };
            // While it is changed, what is there is what was there before.
            let shown = match &self.plan.previous {
                Some(previous) if !self.plan.old.is_empty() => previous,
                _ => &self.plan.install,
            };
            let record = InstallRecord {
                state: state.to_owned(),
                operation: ctx.operation_id.to_owned(),
                ..shown.clone()
            };
            save(&self.db, &self.events, &record).await
        })
    }

    /// The last to be undone: what has data is kept by now, with its answers.
    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            if let Some(previous) = &self.plan.previous {
                return save(&self.db, &self.events, previous).await;
            }
            let install = &self.plan.install;
            if ctx.outputs.kept_volumes.is_empty() {
                self.db
                    .forget_install(&install.id)
                    .await
                    .map_err(|error| failed(&error))?;
                told(&self.events, &install.id);
                return Ok(());
            }
            let record = InstallRecord {
                state: "removed".to_owned(),
                operation: ctx.operation_id.to_owned(),
                volumes: ctx.outputs.kept_volumes.clone(),
                folders: Vec::new(),
                ..install.clone()
            };
            save(&self.db, &self.events, &record).await
        })
    }
}

/// Writes down that it is there.
pub(super) struct Done {
    pub(super) db: Db,
    pub(super) events: Arc<EventHub>,
    pub(super) engine: Arc<Engine>,
    pub(super) inventory: Arc<Inventory>,
    pub(super) plan: Arc<InstallPlanRecord>,
}

impl Step for Done {
    fn name(&self) -> &'static str {
        "done"
    }

    fn title(&self) -> String {
        "Write down that it is there".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let install = &self.plan.install;
            let mut made_dirs = install.made_dirs.clone();
            for dir in &ctx.outputs.made_dirs {
                if !made_dirs.contains(dir) {
                    made_dirs.push(dir.clone());
                }
            }
            let record = InstallRecord {
                state: "installed".to_owned(),
                operation: ctx.operation_id.to_owned(),
                made_dirs,
                ..install.clone()
            };
            // Whoever hears that it has ended finds its containers in the list.
            for id in self
                .engine
                .made_by(ctx.operation_id)
                .await
                .unwrap_or_default()
            {
                let seen = self.inventory.version(&id);
                if let Ok(detail) = self.engine.inspect(&id).await {
                    self.inventory.refresh(detail, seen);
                }
            }
            save(&self.db, &self.events, &record).await
        })
    }

    /// It stands behind the commit point and is never undone.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

pub(super) async fn save(
    db: &Db,
    events: &EventHub,
    record: &InstallRecord,
) -> Result<(), StepError> {
    db.save_install(record)
        .await
        .map_err(|error| failed(&error))?;
    told(events, &record.id);
    Ok(())
}

/// Readers ask again.
pub(super) fn told(events: &EventHub, id: &str) {
    events.publish("installs", &serde_json::json!({ "id": id }));
}

pub(super) fn failed(error: &crate::db::DbError) -> StepError {
    StepError::failed(format!("{error}; is the disk full?"))
}
