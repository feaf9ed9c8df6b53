//! Walks through the steps of one operation.

use std::time::Duration;

use harbour_core::operation::{
    OperationState, Recovery, StepRecord as CoreStep, StepState, plan_recovery, undo_order,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{Flow, Step, StepContext, StepError};
use crate::db::{Db, DbError, OperationRecord};
use crate::views::OperationProgress;

/// Pause between two tries while Docker is away and there is no way but on.
const PAUSE: Duration = Duration::from_secs(1);
const CANCELLED: &str = "cancelled by you";

/// What the runner needs from its surroundings.
pub(super) struct Surroundings<'a> {
    pub(super) db: &'a Db,
    /// Told after every journalled change.
    pub(super) changed: &'a (dyn Fn(&OperationRecord) + Send + Sync),
    pub(super) progress: &'a (dyn Fn(OperationProgress) + Send + Sync),
    pub(super) cancel: &'a CancellationToken,
    /// Ends when the agent shuts down: stop where we are, as after a crash.
    pub(super) park: &'a CancellationToken,
}

/// The agent shuts down; the journal stays as it is for the next start.
#[derive(Debug, thiserror::Error)]
pub(super) enum Interrupted {
    #[error("parked for the next start")]
    Parked,
    #[error("the journal cannot be written")]
    Journal(#[from] DbError),
}

/// Runs `record` to its end from wherever its journal stands.
pub(super) async fn run(
    flow: &Flow,
    record: &mut OperationRecord,
    around: &Surroundings<'_>,
) -> Result<(), Interrupted> {
    let states = states(record);
    match plan_recovery(&states, flow.commit_point, record.cancel_requested) {
        Recovery::Resume { from } => forward(flow, record, around, from).await,
        Recovery::Unwind { from } => {
            let cause = match record.cause.clone() {
                Some(cause) => cause,
                None if record.cancel_requested => CANCELLED.to_owned(),
                None => "interrupted".to_owned(),
            };
            unwind(flow, record, around, from, cause).await
        }
    }
}

/// The steps as the rules see them.
fn states(record: &OperationRecord) -> Vec<CoreStep> {
    let step = |s: &crate::db::StepRecord| CoreStep {
        name: s.name.clone(),
        // A word we do not know may have had an effect: look again.
        state: StepState::parse(&s.state).unwrap_or(StepState::Running),
    };
    record.steps.iter().map(step).collect()
}

async fn forward(
    flow: &Flow,
    record: &mut OperationRecord,
    around: &Surroundings<'_>,
    from: usize,
) -> Result<(), Interrupted> {
    for at in from..flow.steps.len() {
        let step = flow.steps[at].as_ref();
        if at < flow.commit_point && around.cancel.is_cancelled() {
            return unwind(flow, record, around, at, CANCELLED.to_owned()).await;
        }
        let span = tracing::info_span!("step", name = step.name());
        let mut outcome = attempt(step, record, around, at)
            .instrument(span.clone())
            .await?;
        // Behind the commit point there is no going back: it waits for Docker.
        while at >= flow.commit_point && matches!(outcome, Err(StepError::Unavailable(_))) {
            tokio::select! {
                () = around.park.cancelled() => return Err(Interrupted::Parked),
                () = tokio::time::sleep(PAUSE) => {}
            }
            let again = attempt(step, record, around, at);
            outcome = again.instrument(span.clone()).await?;
        }
        let Err(error) = outcome else {
            mark(record, at, StepState::Done, around).await?;
            continue;
        };
        let cause = match &error {
            StepError::Cancelled => CANCELLED.to_owned(),
            StepError::Unavailable(message) => message.clone(),
            StepError::Failed { message, .. } => {
                tracing::warn!(step = step.name(), error = %chain(&error), "a step failed");
                message.clone()
            }
        };
        record.cause = Some(cause.clone());
        mark(record, at, StepState::Failed, around).await?;
        if at < flow.commit_point {
            return unwind(flow, record, around, at, cause).await;
        }
        return end(record, OperationState::NeedsAttention { cause }, around).await;
    }
    end(record, OperationState::Succeeded, around).await
}

/// Journals what the step will do, then does it. The outer error ends the run.
async fn attempt(
    step: &dyn Step,
    record: &mut OperationRecord,
    around: &Surroundings<'_>,
    at: usize,
) -> Result<Result<(), StepError>, Interrupted> {
    let id = record.id.clone();
    let mut outputs = record.outputs.clone();
    macro_rules! context {
        () => {
            StepContext {
                operation_id: &id,
                outputs: &mut outputs,
                progress: around.progress,
                cancel: around.cancel,
            }
        };
    }
    let prepared = tokio::select! {
        biased;
        () = around.park.cancelled() => return Err(Interrupted::Parked),
        done = step.prepare(context!()) => done,
    };
    record.outputs = outputs.clone();
    mark(record, at, StepState::Running, around).await?;
    if prepared.is_err() {
        return Ok(prepared);
    }
    let done = tokio::select! {
        biased;
        () = around.park.cancelled() => return Err(Interrupted::Parked),
        done = step.ensure(context!()) => done,
    };
    record.outputs = outputs;
    Ok(done)
}

/// Takes back the steps from `from` down to the first.
async fn unwind(
    flow: &Flow,
    record: &mut OperationRecord,
    around: &Surroundings<'_>,
    from: usize,
    cause: String,
) -> Result<(), Interrupted> {
    record.cause = Some(cause.clone());
    for at in undo_order(&states(record), from) {
        let step = flow.steps[at].as_ref();
        let undone = undo(step, record, around).await?;
        if let Err(error) = undone {
            tracing::error!(step = step.name(), error = %chain(&error), "a step could not be undone");
            let cause = format!("{cause}; then going back failed: {error}");
            return end(record, OperationState::NeedsAttention { cause }, around).await;
        }
        // The step that failed keeps saying so: it is where to look.
        let state = if record.steps[at].state == StepState::Failed.as_str() {
            StepState::Failed
        } else {
            StepState::Undone
        };
        mark(record, at, state, around).await?;
    }
    let cause = match record.outputs.kept_volumes.as_slice() {
        [] => cause,
        kept => format!(
            "{cause}. Kept, because there is data in it: {}",
            kept.join(", ")
        ),
    };
    end(record, OperationState::RolledBack { cause }, around).await
}

/// Takes one step back. While Docker does not answer it waits: half of the
/// effect may be there, and only Docker knows.
async fn undo(
    step: &dyn Step,
    record: &mut OperationRecord,
    around: &Surroundings<'_>,
) -> Result<Result<(), StepError>, Interrupted> {
    let never = CancellationToken::new();
    let id = record.id.clone();
    loop {
        let mut outputs = record.outputs.clone();
        let context = StepContext {
            operation_id: &id,
            outputs: &mut outputs,
            progress: around.progress,
            cancel: &never,
        };
        let undone = tokio::select! {
            biased;
            () = around.park.cancelled() => return Err(Interrupted::Parked),
            done = step.undo(context) => done,
        };
        record.outputs = outputs;
        if !matches!(undone, Err(StepError::Unavailable(_))) {
            return Ok(undone);
        }
        tokio::select! {
            () = around.park.cancelled() => return Err(Interrupted::Parked),
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

async fn mark(
    record: &mut OperationRecord,
    at: usize,
    state: StepState,
    around: &Surroundings<'_>,
) -> Result<(), Interrupted> {
    let now = jiff::Timestamp::now().to_string();
    record.cancel_requested |= around.cancel.is_cancelled();
    let step = &mut record.steps[at];
    step.state = state.as_str().to_owned();
    if state == StepState::Running {
        step.started_at.get_or_insert(now);
    } else {
        step.ended_at = Some(now);
    }
    around.db.save_operation(record).await?;
    (around.changed)(record);
    Ok(())
}

async fn end(
    record: &mut OperationRecord,
    state: OperationState,
    around: &Surroundings<'_>,
) -> Result<(), Interrupted> {
    record.cancel_requested |= around.cancel.is_cancelled();
    record.state = state.as_str().to_owned();
    record.cause = match state {
        OperationState::RolledBack { cause } | OperationState::NeedsAttention { cause } => {
            Some(cause)
        }
        OperationState::Succeeded | OperationState::Running => None,
    };
    record.ended_at = Some(jiff::Timestamp::now().to_string());
    around.db.save_operation(record).await?;
    (around.changed)(record);
    Ok(())
}

/// An error with everything that lies behind it, for the log.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}
