//! Creating a container: check everything at once, then carry it out as an
//! operation.

use std::time::Duration;

use harbour_core::draft::CreateDraft;
use harbour_core::plan::{CreatePreview, World, plan_create, preview_create};
use harbour_core::problem::Problem;

use super::lifecycle::read_again;
use super::world::{self, Aside};
use super::{Context, plan_record};
use crate::db::OperationPlanRecord;
use crate::docker::EngineError;
use crate::operations::{Busy, StartError, StartOperation};
use crate::views::{Operation, OperationTarget};

/// How long a caller waits for a container whose image is here already; then
/// the operation goes on by itself.
const QUICK: Duration = Duration::from_secs(20);

/// Why no container was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The request will not do; all that is wrong with it.
    #[error("{}", summary(.0))]
    Invalid(Vec<Problem>),
    /// The name is being worked on.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The operation did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It was begun, failed and went back.
    #[error("{cause}")]
    Failed {
        /// Why.
        cause: String,
    },
    /// The engine does not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What became of a request so far.
#[derive(Debug)]
pub enum CreateOutcome {
    /// The container is there.
    Made {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// The operation that made it.
        operation: String,
    },
    /// The operation goes on.
    Begun {
        /// Its id.
        operation: String,
    },
}

pub(super) fn summary(problems: &[Problem]) -> String {
    match problems {
        [] => "the request is not valid".to_owned(),
        [one] => one.message.clone(),
        [first, rest @ ..] => {
            let more = rest.len();
            let s = if more == 1 { "" } else { "s" };
            format!("{} And {more} more problem{s}.", first.message)
        }
    }
}

/// What would come of `draft`. Changes nothing.
///
/// # Errors
/// When Docker does not answer: then too little is known.
pub async fn preview(context: &Context, draft: CreateDraft) -> Result<CreatePreview, CreateError> {
    check(context, draft, |draft, world| {
        preview_create(&draft, &world)
    })
    .await
}

/// Makes a container; waits for it when nothing has to be fetched.
///
/// # Errors
/// With all problems of the request, or why it could not be carried out.
pub async fn create(
    context: &Context,
    draft: CreateDraft,
    actor: String,
) -> Result<CreateOutcome, CreateError> {
    let plan = check(context, draft, |draft, world| plan_create(&draft, &world))
        .await?
        .map_err(CreateError::Invalid)?;
    let name = plan.spec.name.as_str().to_owned();
    let image = plan.spec.image.familiar();
    let title = format!("Create {name}");
    let lock = context.locks.acquire(&[&name], &title)?;
    let pull = plan.pull;
    let root = context
        .settings
        .app_data_root()
        .to_string_lossy()
        .into_owned();
    let operation = context
        .operations
        .start(StartOperation {
            plan: OperationPlanRecord::Create(Box::new(plan_record::of(plan, root))),
            title,
            target: OperationTarget {
                image: Some(image),
                container_name: Some(name.clone()),
                app: None,
            },
            actor,
            lock: Some(lock),
        })
        .await?;
    if pull {
        return Ok(CreateOutcome::Begun { operation });
    }
    let ended = context.operations.wait(&operation, QUICK).await;
    outcome(context, ended, operation, name).await
}

async fn outcome(
    context: &Context,
    ended: Option<Operation>,
    operation: String,
    name: String,
) -> Result<CreateOutcome, CreateError> {
    let Some(ended) = ended.filter(|o| o.ended_at.is_some()) else {
        return Ok(CreateOutcome::Begun { operation });
    };
    if let Some(cause) = ended.cause {
        return Err(CreateError::Failed { cause });
    }
    let id = ended
        .result
        .and_then(|r| r.container_id)
        .unwrap_or_default();
    // The list shows it before the answer arrives. One that ended at once and
    // removed itself is simply not there any more.
    if let Err(error) = read_again(context, &id).await {
        tracing::warn!(%error, "a container that was just made cannot be read");
    }
    Ok(CreateOutcome::Made {
        id,
        name,
        operation,
    })
}

async fn check<T: Send + 'static>(
    context: &Context,
    draft: CreateDraft,
    judge: impl FnOnce(CreateDraft, World) -> T + Send + 'static,
) -> Result<T, CreateError> {
    world::judged(context, draft, Aside::Nothing, judge)
        .await
        .map_err(Into::into)
}
