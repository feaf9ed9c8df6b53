//! Long operations: a list of idempotent steps, journalled before each effect,
//! undone up to the commit point and finished after it.

mod locks;
mod runner;
mod shown;
mod supervisor;

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

pub use locks::{APP, Busy, LockGuard, Locks, NETWORK, VOLUME};
pub(crate) use runner::chain as error_chain;
pub use supervisor::{
    CancelError, EndHook, HoldHook, Hooks, StartError, StartOperation, Supervisor,
};

use crate::db::{OperationOutputs, OperationPlanRecord};
use crate::views::OperationProgress;

/// Why a step did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// Somebody asked to cancel, and the step stopped half-way.
    #[error("cancelled")]
    Cancelled,
    /// Docker did not answer; the same may work later.
    #[error("{0}")]
    Unavailable(String),
    /// It failed. The text is for people.
    #[error("{message}")]
    Failed {
        /// What failed and what to do.
        message: String,
        /// What lies behind it, for the log.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

impl StepError {
    /// A failure with its reason in words only.
    #[must_use]
    pub fn failed(message: impl Into<String>) -> Self {
        Self::Failed {
            message: message.into(),
            source: None,
        }
    }
}

/// What a step works with.
pub struct StepContext<'a> {
    /// Id of the operation; its containers carry it as a label.
    pub operation_id: &'a str,
    /// What earlier steps found, and where this one leaves what it found.
    pub outputs: &'a mut OperationOutputs,
    /// Where to report progress; only the newest counts.
    pub progress: &'a (dyn Fn(OperationProgress) + Send + Sync),
    /// Ends when a cancel is asked for. A step that takes long listens.
    pub cancel: &'a CancellationToken,
}

/// One step of an operation.
pub trait Step: Send + Sync {
    /// Stable word for the journal.
    fn name(&self) -> &'static str;
    /// Words for people.
    fn title(&self) -> String;
    /// What must be journalled before [`Step::ensure`] may run, so that its
    /// undo knows what was there before. Changes nothing outside.
    fn prepare<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        let _ = ctx;
        Box::pin(async { Ok(()) })
    }
    /// Brings about the step's effect. Done twice it does no more than once,
    /// also after a crash half-way.
    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>>;
    /// Takes the effect back, whether it came about wholly, partly or not.
    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>>;
}

/// The steps of an operation and where it can no longer be undone.
pub struct Flow {
    /// Steps in order.
    pub steps: Vec<Box<dyn Step>>,
    /// So many steps are undone when one of them fails; later ones are finished.
    pub commit_point: usize,
}

/// Builds the steps of a journalled plan; asked again after a restart.
pub trait FlowBuilder: Send + Sync {
    /// The steps that carry out `plan`.
    fn build(&self, plan: &OperationPlanRecord) -> Flow;
}
