//! The steps that take an app away: stopped first, so that there is a way back
//! until the first container is removed.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::record::{failed, save, told};
use crate::db::{Db, InstallRecord, UninstallPlanRecord};
use crate::docker::{Engine, EngineError, INSTALL_LABEL};
use crate::events::EventHub;
use crate::flows::Inventory;
use crate::flows::steps::engine_failed;
use crate::operations::{Step, StepContext, StepError};

/// What these steps work with.
pub(super) struct Part {
    pub(super) db: Db,
    pub(super) events: Arc<EventHub>,
    pub(super) engine: Arc<Engine>,
    pub(super) inventory: Arc<Inventory>,
    pub(super) plan: Arc<UninstallPlanRecord>,
}

impl Part {
    /// Its containers, the last started first, asked from the engine itself.
    async fn containers(&self) -> Result<Vec<(String, String)>, StepError> {
        let install = &self.plan.install;
        let mut found = self
            .engine
            .labelled(&[(INSTALL_LABEL, &install.id)])
            .await
            .map_err(engine_failed)?;
        let place = |name: &str| install.containers.iter().position(|(_, own)| own == name);
        found.sort_by_key(|(_, name)| std::cmp::Reverse(place(name)));
        Ok(found)
    }

    async fn save_as(&self, state: &str, operation: &str) -> Result<(), StepError> {
        let record = InstallRecord {
            state: state.to_owned(),
            operation: operation.to_owned(),
            ..self.plan.install.clone()
        };
        save(&self.db, &self.events, &record).await
    }
}

/// Writes down that it is being removed.
pub(super) struct Begin(pub(super) Part);

impl Step for Begin {
    fn name(&self) -> &'static str {
        "record"
    }

    fn title(&self) -> String {
        "Write down that it goes".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(self.0.save_as("removing", ctx.operation_id))
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(self.0.save_as(&self.0.plan.install.state, ctx.operation_id))
    }
}

/// Stops its containers.
pub(super) struct Stop(pub(super) Part);

impl Step for Stop {
    fn name(&self) -> &'static str {
        "stop"
    }

    fn title(&self) -> String {
        "Stop its containers".to_owned()
    }

    fn prepare<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for (id, _) in self.0.containers().await? {
                let standing = self.0.engine.standing(&id).await.map_err(engine_failed)?;
                if standing.running && !ctx.outputs.stopped.contains(&id) {
                    ctx.outputs.stopped.push(id);
                }
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for id in &ctx.outputs.stopped {
                match self.0.engine.stop(id, None).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for id in ctx.outputs.stopped.iter().rev() {
                match self.0.engine.start(id).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            Ok(())
        })
    }
}

/// Removes its containers; from here on there is no way back.
pub(super) struct Containers(pub(super) Part);

impl Step for Containers {
    fn name(&self) -> &'static str {
        "remove"
    }

    fn title(&self) -> String {
        "Remove its containers".to_owned()
    }

    fn ensure<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for (id, _) in self.0.containers().await? {
                match self.0.engine.remove(&id, true, true).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
                self.0.inventory.forget(&id);
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Removes its network.
pub(super) struct Network(pub(super) Part);

impl Step for Network {
    fn name(&self) -> &'static str {
        "network"
    }

    fn title(&self) -> String {
        "Remove its network".to_owned()
    }

    fn ensure<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let install = &self.0.plan.install;
            let Some(name) = &install.network else {
                return Ok(());
            };
            let there = self
                .0
                .engine
                .network_named(name)
                .await
                .map_err(engine_failed)?;
            let Some((id, labels)) = there else {
                return Ok(());
            };
            if labels.get(INSTALL_LABEL) != Some(&install.id) {
                return Ok(());
            }
            match self.0.engine.remove_network(&id).await {
                // Somebody else's container is in it; the network stays for that one.
                Ok(())
                | Err(EngineError::Conflict(_) | EngineError::Refused { status: 403, .. }) => {
                    Ok(())
                }
                Err(error) => Err(engine_failed(error)),
            }
        })
    }

    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Writes down what is left: the answers for its data, or nothing.
pub(super) struct Done(pub(super) Part);

impl Step for Done {
    fn name(&self) -> &'static str {
        "done"
    }

    fn title(&self) -> String {
        "Write down that it is gone".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let plan = &self.0.plan;
            let install = &plan.install;
            let nothing_left = install.volumes.is_empty() && install.folders.is_empty();
            if plan.delete_data || nothing_left {
                let forgotten = self.0.db.forget_install(&install.id).await;
                forgotten.map_err(|error| failed(&error))?;
                told(&self.0.events, &install.id);
                return Ok(());
            }
            self.0.save_as("removed", ctx.operation_id).await
        })
    }

    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}
