//! An operation as people see it.

use harbour_core::operation::StepState;

use crate::db::OperationRecord;
use crate::views::{Operation, OperationProgress, OperationResult, StepView};

/// The view of a record. `commit_point` is the number of steps that can still
/// be taken back.
pub(super) fn operation(
    record: &OperationRecord,
    commit_point: usize,
    progress: Option<OperationProgress>,
) -> Operation {
    let at = record
        .steps
        .iter()
        .position(|s| s.state != StepState::Done.as_str());
    Operation {
        id: record.id.clone(),
        kind: record.plan.kind().to_owned(),
        title: record.title.clone(),
        target: record.target.clone(),
        state: record.state.clone(),
        cause: record.cause.clone(),
        steps: record
            .steps
            .iter()
            .map(|s| StepView {
                name: s.name.clone(),
                title: s.title.clone(),
                state: s.state.clone(),
                started_at: s.started_at.clone(),
                ended_at: s.ended_at.clone(),
            })
            .collect(),
        progress,
        cancel_requested: record.cancel_requested,
        cancellable: record.ended_at.is_none()
            && !record.cancel_requested
            && at.is_some_and(|at| at < commit_point),
        actor: record.actor.clone(),
        created_at: record.created_at.clone(),
        ended_at: record.ended_at.clone(),
        result: (record.outputs.result != OperationResult::default())
            .then(|| record.outputs.result.clone()),
    }
}
