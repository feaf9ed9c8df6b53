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
                let record = record_of(&self.engine, &self.old, &self.name, ctx.operation_id);
                ctx.outputs.parked = Some(record.await?);
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move { put_aside(&self.engine, &record(&ctx)?).await })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            // Without a record nothing was done.
            match ctx.outputs.parked.clone() {
                Some(parked) => put_back(&self.engine, &parked).await,
                None => Ok(()),
            }
        })
    }
}

/// What must be known to put a container back.
pub(super) async fn record_of(
    engine: &Engine,
    id: &str,
    name: &str,
    operation: &str,
) -> Result<ParkedRecord, StepError> {
    let standing = engine.standing(id).await.map_err(engine_failed)?;
    Ok(ParkedRecord {
        id: id.to_owned(),
        name: name.to_owned(),
        parked_name: parked_name(name, operation),
        restart: standing.restart,
        max_retries: standing.max_retries,
        running: standing.running,
        paused: standing.paused,
    })
}

/// No restart by itself, stopped, renamed.
pub(super) async fn put_aside(engine: &Engine, parked: &ParkedRecord) -> Result<(), StepError> {
    let standing = engine.standing(&parked.id).await.map_err(engine_failed)?;
    if standing.restart != "no" {
        engine
            .set_restart(&parked.id, "no", None)
            .await
            .map_err(engine_failed)?;
    }
    if standing.running {
        engine.stop(&parked.id, None).await.map_err(engine_failed)?;
    }
    if standing.name != parked.parked_name {
        engine
            .rename(&parked.id, &parked.parked_name)
            .await
            .map_err(engine_failed)?;
    }
    Ok(())
}

/// As it was before.
pub(super) async fn put_back(engine: &Engine, parked: &ParkedRecord) -> Result<(), StepError> {
    let standing = match engine.standing(&parked.id).await {
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
        engine
            .rename(&parked.id, &parked.name)
            .await
            .map_err(engine_failed)?;
    }
    if parked.running && !standing.running {
        engine.start(&parked.id).await.map_err(engine_failed)?;
    }
    if parked.paused && !standing.paused {
        match engine.pause(&parked.id).await {
            // Frozen by somebody meanwhile, or a process that ended at once.
            Ok(()) | Err(EngineError::Conflict(_)) => {}
            Err(error) => return Err(engine_failed(error)),
        }
    }
    if standing.restart != parked.restart {
        engine
            .set_restart(&parked.id, &parked.restart, parked.max_retries)
            .await
            .map_err(engine_failed)?;
    }
    Ok(())
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
