//! The step that makes an app's private network.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::InstallPlanRecord;
use crate::docker::{Engine, EngineError, INSTALL_LABEL, NetworkSpec, OPERATION_LABEL, app_labels};
use crate::flows::steps::engine_failed;
use crate::operations::{Step, StepContext, StepError};

/// Makes the network, unless it is there from before.
pub(super) struct MakeNetwork {
    pub(super) engine: Arc<Engine>,
    pub(super) name: String,
    pub(super) plan: Arc<InstallPlanRecord>,
}

impl Step for MakeNetwork {
    fn name(&self) -> &'static str {
        "network"
    }

    fn title(&self) -> String {
        format!("Make the network {}", self.name)
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let there = self
                .engine
                .network_named(&self.name)
                .await
                .map_err(engine_failed)?;
            if let Some((_, labels)) = there {
                return match labels.get(INSTALL_LABEL) == Some(&self.plan.install.id) {
                    true => Ok(()),
                    false => Err(StepError::failed(format!(
                        "a network called {} was made by somebody else meanwhile; give the app another name",
                        self.name
                    ))),
                };
            }
            let spec = NetworkSpec {
                name: self.name.clone(),
                driver: "bridge".to_owned(),
                internal: false,
                ipv6: false,
                subnet: None,
                labels: app_labels(&self.plan.install, ctx.operation_id),
            };
            self.engine
                .create_network(spec)
                .await
                .map(drop)
                .map_err(engine_failed)
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let there = self
                .engine
                .network_named(&self.name)
                .await
                .map_err(engine_failed)?;
            let Some((id, labels)) = there else {
                return Ok(());
            };
            if labels.get(OPERATION_LABEL).map(String::as_str) != Some(ctx.operation_id) {
                return Ok(());
            }
            match self.engine.remove_network(&id).await {
                // Somebody has joined it meanwhile; it is theirs, too.
                Ok(())
                | Err(EngineError::Conflict(_) | EngineError::Refused { status: 403, .. }) => {
                    Ok(())
                }
                Err(error) => Err(engine_failed(error)),
            }
        })
    }
}
