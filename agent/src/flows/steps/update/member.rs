//! The steps that make and start a container's successor.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::{MemberRecord, ParkedRecord, UpdatePlanRecord};
use crate::docker::{Engine, EngineError};
use crate::flows::Inventory;
use crate::flows::lifecycle::{collisions, describe};
use crate::flows::steps::engine_failed;
use crate::operations::{Step, StepContext, StepError};

/// One container of the plan.
pub(super) struct Member {
    pub(super) engine: Arc<Engine>,
    pub(super) inventory: Arc<Inventory>,
    pub(super) plan: Arc<UpdatePlanRecord>,
    pub(super) index: usize,
}

impl Member {
    fn record(&self) -> &MemberRecord {
        &self.plan.members[self.index]
    }

    /// What this operation made in its place.
    async fn made(&self, operation: &str) -> Result<Option<String>, StepError> {
        let found = self
            .engine
            .successor_of(operation, &self.record().old)
            .await;
        found.map_err(engine_failed)
    }
}

/// How the container was that this one takes the place of.
pub(super) fn before<'a>(
    ctx: &'a StepContext<'_>,
    old: &str,
) -> Result<&'a ParkedRecord, StepError> {
    let parked = ctx
        .outputs
        .parked_all
        .iter()
        .find(|parked| parked.id == old);
    parked.ok_or_else(|| StepError::failed("the journal does not say how the old container was"))
}

/// Makes it under the name of the old one, which has stepped aside.
pub(super) struct Make(pub(super) Member);

impl Step for Make {
    fn name(&self) -> &'static str {
        "create"
    }

    fn title(&self) -> String {
        format!("Make {} anew", self.0.record().name)
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let (engine, record) = (&self.0.engine, self.0.record());
            let id = match self.0.made(ctx.operation_id).await? {
                // Made before a crash, perhaps without its last network.
                Some(id) => {
                    let joined = engine.join(&id, &record.request).await;
                    joined.map_err(engine_failed)?;
                    id
                }
                None => {
                    let made = engine.create(&record.name, &record.request, ctx.operation_id, &[]);
                    made.await.map_err(engine_failed)?
                }
            };
            // The first is the one that somebody wanted to update.
            if self.0.index == 0 {
                ctx.outputs.result.container_id = Some(id);
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            if let Some(id) = self.0.made(ctx.operation_id).await? {
                // With the volumes that came with it; those of the old one are in
                // its use still, and stay.
                match self.0.engine.remove(&id, true, true).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            ctx.outputs.result.container_id = None;
            Ok(())
        })
    }
}

/// Starts it when the old one ran.
pub(super) struct Start(pub(super) Member);

impl Step for Start {
    fn name(&self) -> &'static str {
        "start"
    }

    fn title(&self) -> String {
        format!("Start {}", self.0.record().name)
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let (engine, name) = (&self.0.engine, &self.0.record().name);
            let old = before(&ctx, &self.0.record().old)?;
            if !old.running {
                return Ok(());
            }
            let id = self.0.made(ctx.operation_id).await?;
            let id = id.ok_or_else(|| {
                StepError::failed(format!("the new container {name} was removed meanwhile"))
            })?;
            let made = engine.inspect(&id).await.map_err(engine_failed)?;
            if made.summary.started_at.is_none() {
                let aside = ctx.outputs.parked_all.iter();
                let aside = aside.map(|parked| parked.id.clone()).collect();
                let taken = collisions(&self.0.inventory, &made, aside)
                    .await
                    .map_err(engine_failed)?;
                if !taken.is_empty() {
                    return Err(StepError::failed(describe(&taken)));
                }
                engine.start(&id).await.map_err(engine_failed)?;
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let Some(id) = self.0.made(ctx.operation_id).await? else {
                return Ok(());
            };
            match self.0.engine.stop(&id, None).await {
                Ok(()) | Err(EngineError::NotFound(_)) => Ok(()),
                Err(error) => Err(engine_failed(error)),
            }
        })
    }
}
