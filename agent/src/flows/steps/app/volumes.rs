//! The step that makes an app's named volumes. What has data is never taken
//! back: it is kept, and named in the reason.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use harbour_core::volume::VolumeSpec;

use crate::db::InstallPlanRecord;
use crate::docker::{Engine, EngineError, app_labels};
use crate::flows::steps::engine_failed;
use crate::operations::{Step, StepContext, StepError};

/// Makes the volumes that are missing.
pub(super) struct MakeVolumes {
    pub(super) engine: Arc<Engine>,
    pub(super) plan: Arc<InstallPlanRecord>,
}

impl Step for MakeVolumes {
    fn name(&self) -> &'static str {
        "volumes"
    }

    fn title(&self) -> String {
        "Make the volumes".to_owned()
    }

    fn prepare<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for name in &self.plan.volumes {
                let known = ctx.outputs.new_volumes.contains(name);
                if !known
                    && !self
                        .engine
                        .volume_exists(name)
                        .await
                        .map_err(engine_failed)?
                {
                    ctx.outputs.new_volumes.push(name.clone());
                }
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for name in &ctx.outputs.new_volumes {
                // For one that is there by now the engine answers the old one.
                let spec = VolumeSpec {
                    name: name.clone(),
                    driver: "local".to_owned(),
                    driver_options: BTreeMap::new(),
                    labels: app_labels(&self.plan.install, ctx.operation_id),
                };
                self.engine
                    .create_volume(spec)
                    .await
                    .map_err(engine_failed)?;
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let used = ctx.outputs.used_volumes.clone();
            // Only volumes that a container had while it ran can hold something of it.
            let sizes = if used.is_empty() {
                None
            } else {
                self.engine.forget_usage().await;
                Some(self.engine.usage().await.map_err(engine_failed)?)
            };
            for name in ctx.outputs.new_volumes.clone() {
                let label = self
                    .engine
                    .volume_operation(&name)
                    .await
                    .map_err(engine_failed)?;
                if label.as_deref() != Some(ctx.operation_id) {
                    continue;
                }
                let size = sizes.as_ref().and_then(|sizes| sizes.volumes.get(&name));
                // A size that is not known may be data.
                if used.contains(&name) && size.is_none_or(|&size| size > 0) {
                    if !ctx.outputs.kept_volumes.contains(&name) {
                        ctx.outputs.kept_volumes.push(name);
                    }
                    continue;
                }
                match self.engine.remove_volume(&name).await {
                    // In use: another container took it meanwhile, it is theirs.
                    Ok(()) | Err(EngineError::Conflict(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            Ok(())
        })
    }
}
