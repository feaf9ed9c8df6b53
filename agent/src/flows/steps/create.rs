//! The step that makes a container.

use std::fs;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::engine_failed;
use crate::db::{CreatePlanRecord, EngineRequest};
use crate::docker::{self, Engine, EngineError};
use crate::operations::{Step, StepContext, StepError};

/// Makes the container.
pub(super) struct Create {
    pub(super) engine: Arc<Engine>,
    pub(super) plan: Arc<CreatePlanRecord>,
    /// What the engine is asked for, when more than the plan says.
    pub(super) request: Option<EngineRequest>,
}

impl Step for Create {
    fn name(&self) -> &'static str {
        "create"
    }

    fn title(&self) -> String {
        "Make the container".to_owned()
    }

    fn prepare<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for mount in self.plan.mounts.iter().filter(|m| m.volume) {
                if ctx.outputs.new_volumes.contains(&mount.source) {
                    continue;
                }
                if !self
                    .engine
                    .volume_exists(&mount.source)
                    .await
                    .map_err(engine_failed)?
                {
                    ctx.outputs.new_volumes.push(mount.source.clone());
                }
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let made = self
                .engine
                .made_by(ctx.operation_id)
                .await
                .map_err(engine_failed)?;
            let request = match &self.request {
                Some(request) => request.clone(),
                None => docker::request(&self.plan).map_err(engine_failed)?,
            };
            let id = match made.into_iter().next() {
                // Made before a crash, perhaps without its last network.
                Some(id) => {
                    self.engine
                        .join(&id, &request)
                        .await
                        .map_err(engine_failed)?;
                    id
                }
                None => {
                    check_links(&self.plan)?;
                    let (name, volumes) = (&self.plan.name, &ctx.outputs.new_volumes);
                    self.engine
                        .create(name, &request, ctx.operation_id, volumes)
                        .await
                        .map_err(engine_failed)?
                }
            };
            ctx.outputs.result.container_id = Some(id);
            Ok(())
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
                match self.engine.remove(&id, true, true).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            ctx.outputs.result.container_id = None;
            for volume in &ctx.outputs.new_volumes {
                // Only what this operation made: the name alone could be a
                // volume that somebody made and filled meanwhile.
                let label = self
                    .engine
                    .volume_operation(volume)
                    .await
                    .map_err(engine_failed)?;
                if label.as_deref() != Some(ctx.operation_id) {
                    continue;
                }
                match self.engine.remove_volume(volume).await {
                    // In use: another container took it meanwhile, it is theirs.
                    Ok(()) | Err(EngineError::Conflict(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            Ok(())
        })
    }
}

/// Host paths must still end where they ended when their risks were judged: a
/// link put there since then would be nobody's consent.
pub(super) fn check_links(plan: &CreatePlanRecord) -> Result<(), StepError> {
    for mount in plan
        .mounts
        .iter()
        .filter(|m| !m.volume && m.tmpfs.is_none())
    {
        let judged = mount.resolved_source.as_ref().unwrap_or(&mount.source);
        match fs::canonicalize(&mount.source) {
            Ok(now) if now.as_os_str() != judged.as_str() => {
                return Err(StepError::failed(format!(
                    "{} leads to {} now, not to {judged}; check it and try again",
                    mount.source,
                    now.display()
                )));
            }
            // The engine says itself what it cannot mount.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}
