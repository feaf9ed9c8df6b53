//! The step that puts a container aside so that another can take its name and
//! its ports: no restart by itself, stopped, renamed. Its undo puts all three
//! back.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::engine_failed;
use crate::db::ParkedRecord;
use crate::docker::{Engine, EngineError};
use crate::operations::{Step, StepContext, StepError};

/// Letters of an operation's id that make a name its own.
const MARK: usize = 8;

/// Puts the container `old` aside.
pub(super) struct Park {
    pub(super) engine: Arc<Engine>,
    /// Its id.
    pub(super) old: String,
    /// Its name.
    pub(super) name: String,
}

impl Step for Park {
    fn name(&self) -> &'static str {
        "park"
    }

    fn title(&self) -> String {
        "Put the old container aside".to_owned()
    }

    fn prepare<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            // After a crash it may be aside already: what was written down first counts.
            if ctx.outputs.parked.is_none() {
                let standing = self
                    .engine
                    .standing(&self.old)
                    .await
                    .map_err(engine_failed)?;
                ctx.outputs.parked = Some(ParkedRecord {
                    id: self.old.clone(),
                    name: self.name.clone(),
                    parked_name: parked_name(&self.name, ctx.operation_id),
                    restart: standing.restart,
                    max_retries: standing.max_retries,
                    running: standing.running,
                    paused: standing.paused,
                });
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let parked = record(&ctx)?;
            let standing = self
                .engine
                .standing(&parked.id)
                .await
                .map_err(engine_failed)?;
            if standing.restart != "no" {
                self.engine
                    .set_restart(&parked.id, "no", None)
                    .await
                    .map_err(engine_failed)?;
            }
            if standing.running {
                self.engine
                    .stop(&parked.id, None)
                    .await
                    .map_err(engine_failed)?;
            }
            if standing.name != parked.parked_name {
                self.engine
                    .rename(&parked.id, &parked.parked_name)
                    .await
                    .map_err(engine_failed)?;
            }
            Ok(())
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            // Without a record nothing was done.
            let Some(parked) = ctx.outputs.parked.clone() else {
                return Ok(());
            };
            let standing = match self.engine.standing(&parked.id).await {
                Ok(standing) => standing,
                Err(EngineError::NotFound(_)) => {
                    return Err(StepError::failed(format!(
                        "the old container {} was removed meanwhile",
                        parked.name
                    )));
                }
                Err(error) => return Err(engine_failed(error)),
            };
            if standing.name == parked.parked_name {
                self.engine
                    .rename(&parked.id, &parked.name)
                    .await
                    .map_err(engine_failed)?;
            }
            if parked.running && !standing.running {
                self.engine.start(&parked.id).await.map_err(engine_failed)?;
            }
            if parked.paused && !standing.paused {
                match self.engine.pause(&parked.id).await {
                    // Frozen by somebody meanwhile, or a process that ended at once.
                    Ok(()) | Err(EngineError::Conflict(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            if standing.restart != parked.restart {
                self.engine
                    .set_restart(&parked.id, &parked.restart, parked.max_retries)
                    .await
                    .map_err(engine_failed)?;
            }
            Ok(())
        })
    }
}

fn record(ctx: &StepContext<'_>) -> Result<ParkedRecord, StepError> {
    ctx.outputs
        .parked
        .clone()
        .ok_or_else(|| StepError::failed("the journal does not say what to put aside"))
}

/// A name that nobody else chooses, in the alphabet of names. It is cut where
/// it is too long; the mark is what makes it its own.
fn parked_name(name: &str, operation: &str) -> String {
    let mark = operation.len().saturating_sub(MARK);
    let mark = operation
        .get(mark..)
        .unwrap_or(operation)
        .to_ascii_lowercase();
    let room = harbour_core::container_name::MAX_LEN.saturating_sub(mark.len() + 8);
    // Safe to cut anywhere: a name is ASCII.
    let base = name.get(..room).unwrap_or(name);
    format!("{base}.parked-{mark}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use harbour_core::container_name::{ContainerName, MAX_LEN};

    #[test]
    fn parked_names_are_names() {
        let operation = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        assert_eq!(parked_name("web", operation), "web.parked-q69g5fav");
        let long = parked_name(&"x".repeat(MAX_LEN), operation);
        assert_eq!(long.len(), MAX_LEN);
        assert!(ContainerName::parse(&long).is_ok());
    }
}
