//! The step that waits until what was made anew has proved itself.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, try_join_all};

use super::member::before;
use crate::db::UpdatePlanRecord;
use crate::docker::Engine;
use crate::flows::steps::{engine_failed, verdict};
use crate::operations::{Step, StepContext, StepError};

/// Healthy by its check, or up for as long as the plan says; what did not run
/// before is not judged.
pub(super) struct AllWell {
    pub(super) engine: Arc<Engine>,
    pub(super) plan: Arc<UpdatePlanRecord>,
}

impl Step for AllWell {
    fn name(&self) -> &'static str {
        "verdict"
    }

    fn title(&self) -> String {
        "See whether it runs".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let up_for = Duration::from_secs(self.plan.watch_seconds.into());
            let mut waits = Vec::new();
            for member in &self.plan.members {
                if before(&ctx, &member.old)?.running {
                    waits.push(async {
                        let found = self.engine.successor_of(ctx.operation_id, &member.old);
                        let id = found.await.map_err(engine_failed)?.ok_or_else(|| {
                            StepError::failed(format!(
                                "the new container {} was removed meanwhile",
                                member.name
                            ))
                        })?;
                        let until = verdict::Until::Well;
                        let waited = verdict::wait(&self.engine, &id, until, up_for, ctx.cancel);
                        waited.await
                    });
                }
            }
            try_join_all(waits).await.map(drop)
        })
    }

    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}
