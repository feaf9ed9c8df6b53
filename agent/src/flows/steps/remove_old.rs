//! The step that removes the container that was put aside, after its successor
//! has proved itself. There is no way back from it.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::engine_failed;
use crate::docker::{Engine, EngineError};
use crate::operations::{Step, StepContext, StepError};

/// Removes what was put aside; its volumes stay, its successor has them.
pub(super) struct RemoveOld {
    pub(super) engine: Arc<Engine>,
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
                Ok(()) | Err(EngineError::NotFound(_)) => Ok(()),
                Err(error) => Err(engine_failed(error)),
            }
        })
    }

    /// It stands behind the commit point and is never undone.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}
