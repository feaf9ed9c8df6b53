//! The step that starts a container.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::engine_failed;
use crate::docker::{Engine, EngineError};
use crate::flows::Inventory;
use crate::flows::lifecycle::{collisions, describe};
use crate::operations::{Step, StepContext, StepError};

/// Starts the container that this operation made.
pub(super) struct Start {
    pub(super) engine: Arc<Engine>,
    pub(super) inventory: Arc<Inventory>,
}

impl Step for Start {
    fn name(&self) -> &'static str {
        "start"
    }

    fn title(&self) -> String {
        "Start it".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let made = self
                .engine
                .made_by(ctx.operation_id)
                .await
                .map_err(engine_failed)?;
            let id = made
                .first()
                .ok_or_else(|| StepError::failed("the container was removed meanwhile"))?;
            let made = self.engine.inspect(id).await.map_err(engine_failed)?;
            if made.summary.started_at.is_some() {
                // Done before a crash; one that runs once must not run twice.
                return Ok(());
            }
            // What was put aside has stopped for this one; the list may not know yet.
            let aside = ctx.outputs.parked.iter().map(|parked| parked.id.clone());
            let taken = collisions(&self.inventory, &made, aside.collect())
                .await
                .map_err(engine_failed)?;
            if !taken.is_empty() {
                return Err(StepError::failed(describe(&taken)));
            }
            self.engine.start(id).await.map_err(engine_failed)
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for id in self
                .engine
                .made_by(ctx.operation_id)
                .await
                .map_err(engine_failed)?
            {
                match self.engine.stop(&id, None).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            Ok(())
        })
    }
}
