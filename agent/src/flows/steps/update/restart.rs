//! The step that restarts what depends on a container that was made anew.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::UpdatePlanRecord;
use crate::docker::{Engine, EngineError};
use crate::flows::steps::engine_failed;
use crate::operations::{Step, StepContext, StepError};

/// Restarts them, those that run.
pub(super) struct Restart {
    pub(super) engine: Arc<Engine>,
    pub(super) plan: Arc<UpdatePlanRecord>,
}

impl Step for Restart {
    fn name(&self) -> &'static str {
        "restart"
    }

    fn title(&self) -> String {
        "Restart what depends on it".to_owned()
    }

    fn ensure<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for (id, _) in &self.plan.restart {
                match self.engine.standing(id).await {
                    Ok(standing) if standing.running => {}
                    Ok(_) | Err(EngineError::NotFound(_)) => continue,
                    Err(error) => return Err(engine_failed(error)),
                }
                match self.engine.restart(id, None).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            Ok(())
        })
    }

    /// It stands behind the commit point and is never undone.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}
