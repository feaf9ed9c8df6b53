//! The steps that wait: for what a service needs, and until all are well.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::InstallPlanRecord;
use crate::docker::Engine;
use crate::flows::steps::{engine_failed, verdict};
use crate::operations::{Step, StepContext, StepError};

/// Waits until other services are healthy, or have done their work.
pub(super) struct WaitFor {
    pub(super) engine: Arc<Engine>,
    /// Services and conditions.
    pub(super) waits: Vec<(String, String)>,
}

impl Step for WaitFor {
    fn name(&self) -> &'static str {
        "wait"
    }

    fn title(&self) -> String {
        let word = |(service, condition): &(String, String)| match condition.as_str() {
            "service_healthy" => Some(format!("{service} is healthy")),
            "service_completed_successfully" => Some(format!("{service} has done its work")),
            _ => None,
        };
        let words: Vec<String> = self.waits.iter().filter_map(word).collect();
        format!("Wait until {}", words.join(" and "))
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for (service, condition) in &self.waits {
                let until = match condition.as_str() {
                    "service_healthy" => verdict::Until::Well,
                    "service_completed_successfully" => verdict::Until::Ended,
                    _ => continue,
                };
                let id = self
                    .engine
                    .service_of(ctx.operation_id, service)
                    .await
                    .map_err(engine_failed)?;
                let id = id.ok_or_else(|| {
                    StepError::failed(format!("the container of {service} was removed meanwhile"))
                })?;
                let waited =
                    verdict::wait(&self.engine, &id, until, verdict::UP_FOR, ctx.cancel).await;
                waited.map_err(|error| named(service, error))?;
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Waits until every container has proved itself: healthy by its check, up for
/// a while, or done with its work.
pub(super) struct AllWell {
    pub(super) engine: Arc<Engine>,
    pub(super) plan: Arc<InstallPlanRecord>,
}

impl Step for AllWell {
    fn name(&self) -> &'static str {
        "verdict"
    }

    fn title(&self) -> String {
        "See whether everything runs".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let waits = self.plan.containers.iter().map(|container| async {
                let service = &container.service;
                let id = self
                    .engine
                    .service_of(ctx.operation_id, service)
                    .await
                    .map_err(engine_failed)?;
                let id = id.ok_or_else(|| {
                    StepError::failed(format!("the container of {service} was removed meanwhile"))
                })?;
                let until = if container.setup {
                    verdict::Until::WellOrEnded
                } else {
                    verdict::Until::Well
                };
                let waited =
                    verdict::wait(&self.engine, &id, until, verdict::UP_FOR, ctx.cancel).await;
                waited.map_err(|error| named(service, error))
            });
            futures_util::future::try_join_all(waits).await.map(drop)
        })
    }

    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Says which of the containers it is about.
fn named(service: &str, error: StepError) -> StepError {
    match error {
        StepError::Failed { message, source } => StepError::Failed {
            message: format!("{service}: {message}"),
            source,
        },
        other => other,
    }
}
