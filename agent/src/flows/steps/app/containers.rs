//! The steps that make and start the containers of an app, and those that put
//! the old ones aside and remove them.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::{AppContainerRecord, InstallPlanRecord, ParkedRecord};
use crate::docker::{Engine, EngineError, app_request};
use crate::flows::Inventory;
use crate::flows::lifecycle::{collisions, describe};
use crate::flows::steps::{create, engine_failed, park};
use crate::operations::{Step, StepContext, StepError};

/// One container of the plan.
pub(super) struct Service {
    pub(super) engine: Arc<Engine>,
    pub(super) inventory: Arc<Inventory>,
    pub(super) plan: Arc<InstallPlanRecord>,
    pub(super) index: usize,
}

impl Service {
    fn record(&self) -> &AppContainerRecord {
        &self.plan.containers[self.index]
    }

    async fn id(&self, operation: &str) -> Result<Option<String>, StepError> {
        let found = self
            .engine
            .service_of(operation, &self.record().service)
            .await;
        found.map_err(engine_failed)
    }
}

/// Makes it and puts its files in.
pub(super) struct Make(pub(super) Service);

impl Step for Make {
    fn name(&self) -> &'static str {
        "create"
    }

    fn title(&self) -> String {
        format!("Make {}", self.0.record().service)
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let (engine, record) = (&self.0.engine, self.0.record());
            let id = match self.0.id(ctx.operation_id).await? {
                Some(id) => id,
                None => {
                    create::check_links(&record.create)?;
                    let request =
                        app_request(record, &self.0.plan.install).map_err(engine_failed)?;
                    let name = &record.create.name;
                    let made = engine.create(name, &request, ctx.operation_id, &[]);
                    made.await.map_err(engine_failed)?
                }
            };
            if !record.configs.is_empty() {
                engine
                    .put_files(&id, &record.configs)
                    .await
                    .map_err(engine_failed)?;
            }
            // The first one stands for all where one is asked for.
            if ctx.outputs.result.container_id.is_none() {
                ctx.outputs.result.container_id = Some(id);
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            if let Some(id) = self.0.id(ctx.operation_id).await? {
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

/// Starts it.
pub(super) struct Start(pub(super) Service);

impl Step for Start {
    fn name(&self) -> &'static str {
        "start"
    }

    fn title(&self) -> String {
        format!("Start {}", self.0.record().service)
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let service = &self.0.record().service;
            let id = self.0.id(ctx.operation_id).await?;
            let id = id.ok_or_else(|| {
                StepError::failed(format!("the container of {service} was removed meanwhile"))
            })?;
            let made = self.0.engine.inspect(&id).await.map_err(engine_failed)?;
            if made.summary.started_at.is_some() {
                // Done before a crash; one that runs once must not run twice.
                return Ok(());
            }
            let aside = ctx
                .outputs
                .parked_all
                .iter()
                .map(|parked| parked.id.clone());
            let taken = collisions(&self.0.inventory, &made, aside.collect())
                .await
                .map_err(engine_failed)?;
            if !taken.is_empty() {
                return Err(StepError::failed(describe(&taken)));
            }
            self.0.engine.start(&id).await.map_err(engine_failed)
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let Some(id) = self.0.id(ctx.operation_id).await? else {
                return Ok(());
            };
            match self.0.engine.inspect(&id).await {
                Ok(made) if made.summary.started_at.is_some() => {
                    for mount in self.0.record().create.mounts.iter().filter(|m| m.volume) {
                        if !ctx.outputs.used_volumes.contains(&mount.source) {
                            ctx.outputs.used_volumes.push(mount.source.clone());
                        }
                    }
                }
                Ok(_) => return Ok(()),
                Err(EngineError::NotFound(_)) => return Ok(()),
                Err(error) => return Err(engine_failed(error)),
            }
            match self.0.engine.stop(&id, None).await {
                Ok(()) | Err(EngineError::NotFound(_)) => Ok(()),
                Err(error) => Err(engine_failed(error)),
            }
        })
    }
}

/// Puts all containers of the old settings aside, the last started first.
pub(in crate::flows::steps) struct ParkAll {
    pub(in crate::flows::steps) engine: Arc<Engine>,
    pub(in crate::flows::steps) old: Vec<(String, String)>,
}

impl Step for ParkAll {
    fn name(&self) -> &'static str {
        "park"
    }

    fn title(&self) -> String {
        "Put the old containers aside".to_owned()
    }

    fn prepare<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for (id, name) in &self.old {
                // After a crash it may be aside already: what was written down first counts.
                if ctx.outputs.parked_all.iter().any(|parked| parked.id == *id) {
                    continue;
                }
                let parked = park::record_of(&self.engine, id, name, ctx.operation_id).await?;
                ctx.outputs.parked_all.push(parked);
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for parked in ctx.outputs.parked_all.iter().rev() {
                park::put_aside(&self.engine, parked).await?;
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let parked: Vec<ParkedRecord> = ctx.outputs.parked_all.clone();
            for parked in &parked {
                park::put_back(&self.engine, parked).await?;
            }
            Ok(())
        })
    }
}

/// Removes what was put aside; volumes stay, the new ones have them.
pub(in crate::flows::steps) struct RemoveParked {
    pub(in crate::flows::steps) engine: Arc<Engine>,
    pub(in crate::flows::steps) inventory: Arc<Inventory>,
}

impl Step for RemoveParked {
    fn name(&self) -> &'static str {
        "remove"
    }

    fn title(&self) -> String {
        "Remove the old containers".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for parked in &ctx.outputs.parked_all {
                match self.engine.remove(&parked.id, true, false).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
                self.inventory.forget(&parked.id);
            }
            Ok(())
        })
    }

    /// It stands behind the commit point and is never undone.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}
