//! The step that removes the container that was put aside, after its successor
//! has proved itself. There is no way back from it.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::engine_failed;
use crate::docker::{Engine, EngineError};
use crate::flows::Inventory;
use crate::operations::{Step, StepContext, StepError};

/// Removes what was put aside; its volumes stay, its successor has them.
pub(super) struct RemoveOld {
    pub(super) engine: Arc<Engine>,
    pub(super) inventory: Arc<Inventory>,
}

impl RemoveOld {
    /// Whoever hears that the operation has ended finds the new container in
    /// the list, however late its events are. That it cannot be read now is no
    /// failure: the events bring it.
    async fn show_successor(&self, operation: &str) {
        for id in self.engine.made_by(operation).await.unwrap_or_default() {
            let seen = self.inventory.version(&id);
            if let Ok(detail) = self.engine.inspect(&id).await {
                self.inventory.refresh(detail, seen);
            }
        }
    }
}

impl Step for RemoveOld {
    fn name(&self) -> &'static str {
        "remove"
    }

    fn title(&self) -> String {
        "Remove the old container".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let Some(parked) = &ctx.outputs.parked else {
                return Ok(());
            };
            match self.engine.remove(&parked.id, true, false).await {
                Ok(()) | Err(EngineError::NotFound(_)) => {}
                Err(error) => return Err(engine_failed(error)),
            }
            self.inventory.forget(&parked.id);
            self.show_successor(ctx.operation_id).await;
            Ok(())
        })
    }

    /// It stands behind the commit point and is never undone.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}
