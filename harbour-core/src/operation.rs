//! Long operations: their states, and what to do with one that was interrupted.

use std::fmt;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// Fetches an image.
    Pull,
    /// Fetches an image if needed, then makes a container from it.
    Create,
    /// Makes a container anew in place of one that is there.
    Recreate,
}

/// Where one step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Begun; its effect may be there in part or in full.
    Running,
    /// Done.
    Done,
    /// Ended with an error; its effect may be there in part.
    Failed,
    /// Its effect has been taken back.
    Undone,
}

/// Where an operation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperationState {
    /// Under way.
    Running,
    /// Everything was done.
    Succeeded,
    /// Everything was taken back.
    RolledBack {
        /// Why, in words for a person.
        cause: String,
    },
    /// It could neither be finished nor taken back.
    NeedsAttention {
        /// Why, in words for a person.
        cause: String,
    },
}

/// A stored word that names no state or kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” is no {what}")]
pub struct UnknownWord {
    what: &'static str,
    word: String,
}

impl OperationKind {
    /// The word the API and the journal use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::Create => "create",
            Self::Recreate => "recreate",
        }
    }

    /// Reads [`Self::as_str`] back.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        [Self::Pull, Self::Create, Self::Recreate]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownWord {
                what: "kind of operation",
                word: word.to_owned(),
            })
    }
}

impl StepState {
    /// The word the API and the journal use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undone => "undone",
        }
    }

    /// Reads [`Self::as_str`] back.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(word: &str) -> Result<Self, UnknownWord> {
        [
            Self::Pending,
            Self::Running,
            Self::Done,
            Self::Failed,
            Self::Undone,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
        .ok_or_else(|| UnknownWord {
            what: "state of a step",
            word: word.to_owned(),
        })
    }

    /// True if the step may have left something behind that an undo must take away.
    pub fn may_have_effect(self) -> bool {
        matches!(self, Self::Running | Self::Done | Self::Failed)
    }
}

impl OperationState {
    /// The word the API and the journal use.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::RolledBack { .. } => "rolledBack",
            Self::NeedsAttention { .. } => "needsAttention",
        }
    }

    /// Why it ended as it did, for the two unhappy ends.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::RolledBack { cause } | Self::NeedsAttention { cause } => Some(cause),
            Self::Running | Self::Succeeded => None,
        }
    }

    /// True once nothing more will happen.
    pub fn is_finished(&self) -> bool {
        *self != Self::Running
    }

    /// Reads a state back from its word and cause; a missing cause reads as empty.
    ///
    /// # Errors
    /// Any other word.
    pub fn parse(word: &str, cause: Option<&str>) -> Result<Self, UnknownWord> {
        let cause = || cause.unwrap_or_default().to_owned();
        match word {
            "running" => Ok(Self::Running),
            "succeeded" => Ok(Self::Succeeded),
            "rolledBack" => Ok(Self::RolledBack { cause: cause() }),
            "needsAttention" => Ok(Self::NeedsAttention { cause: cause() }),
            other => Err(UnknownWord {
                what: "state of an operation",
                word: other.to_owned(),
            }),
        }
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One step as the journal remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// Name, unique within the operation.
    pub name: String,
    /// Last state that was written down.
    pub state: StepState,
}

/// What to do with an operation that was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// Run the steps from here to the end, in order. `from` equals the number
    /// of steps when only the end remains to be written down.
    Resume {
        /// First step to run.
        from: usize,
    },
    /// Undo from here back to the first step; see [`undo_order`].
    Unwind {
        /// Last step that may have left something behind, or 0 when none has.
        from: usize,
    },
}

/// True once the operation may only be finished, not taken back.
///
/// `commit_point` is the number of steps before that point: it is passed when
/// they are all done, or when any later step has begun.
pub fn is_committed(steps: &[StepRecord], commit_point: usize) -> bool {
    let later_begun = steps
        .iter()
        .skip(commit_point)
        .any(|step| step.state != StepState::Pending);
    let earlier_done = commit_point <= steps.len()
        && steps
            .iter()
            .take(commit_point)
            .all(|step| step.state == StepState::Done);
    later_begun || earlier_done
}

/// Decides how an interrupted operation goes on.
///
/// Steps are idempotent, so one that was running is simply run again. Before
/// the commit point a wish to cancel, a failed step or an undo already begun
/// means taking everything back; after it the work is always finished.
pub fn plan_recovery(
    steps: &[StepRecord],
    commit_point: usize,
    cancel_requested: bool,
) -> Recovery {
    let broken = steps
        .iter()
        .any(|step| matches!(step.state, StepState::Failed | StepState::Undone));
    if !is_committed(steps, commit_point) && (cancel_requested || broken) {
        let from = steps
            .iter()
            .rposition(|step| step.state.may_have_effect())
            .unwrap_or(0);
        return Recovery::Unwind { from };
    }
    let from = steps
        .iter()
        .position(|step| step.state != StepState::Done)
        .unwrap_or(steps.len());
    Recovery::Resume { from }
}

/// The steps to undo, in order: backwards from `from`, without those that left nothing.
pub fn undo_order(steps: &[StepRecord], from: usize) -> Vec<usize> {
    let count = steps.len().min(from.saturating_add(1));
    (0..count)
        .rev()
        .filter(|&index| steps[index].state.may_have_effect())
        .collect()
}

#[cfg(test)]
mod tests;
