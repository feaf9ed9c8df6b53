//! Owns all operations: starts them, lets them be watched and cancelled, and
//! picks them up after a restart.

mod drive;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use harbour_core::operation::{OperationState, StepState};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{FlowBuilder, LockGuard, Locks, shown};
use crate::db::{Db, DbError, OperationOutputs, OperationPlanRecord, OperationRecord, StepRecord};
use crate::events::EventHub;
use crate::views::{Operation, OperationProgress, OperationTarget};

/// Ended operations kept for the list.
const KEPT: usize = 200;
/// Operations at work at once; more are refused.
const MAX_RUNNING: usize = 32;

/// What is to be done.
pub struct StartOperation {
    /// The plan.
    pub plan: OperationPlanRecord,
    /// Words for people: `Pull postgres:16`.
    pub title: String,
    /// What it works on.
    pub target: OperationTarget,
    /// Who asked for it.
    pub actor: String,
    /// The container name it holds while it runs, already locked.
    pub lock: Option<LockGuard>,
}

/// Why an operation did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Too many at once.
    #[error("{MAX_RUNNING} operations are at work; wait for one to end")]
    TooMany,
    /// The journal cannot be written, so nothing was begun.
    #[error("the operation could not be written to the journal, so nothing was begun")]
    Journal(#[from] DbError),
}

/// Why an operation cannot be cancelled.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CancelError {
    /// No such operation.
    #[error("no operation has the id {0}")]
    Unknown(String),
    /// It ended, or passed the point from which it only goes forward.
    #[error("this operation can no longer be cancelled: {0}")]
    TooLate(&'static str),
}

struct Entry {
    record: OperationRecord,
    commit_point: usize,
    progress: Option<OperationProgress>,
    published: Instant,
    cancel: CancellationToken,
    ended: watch::Sender<bool>,
}

impl Entry {
    fn view(&self) -> Operation {
        shown::operation(&self.record, self.commit_point, self.progress.clone())
    }
}

struct Inner {
    db: Db,
    events: Arc<EventHub>,
    locks: Locks,
    flows: Arc<dyn FlowBuilder>,
    entries: Mutex<BTreeMap<String, Entry>>,
    park: CancellationToken,
    tasks: TaskTracker,
    hooks: Hooks,
}

/// Told the container's name and the operation that takes it, or `None` when it
/// is left.
pub type HoldHook = Box<dyn Fn(&str, Option<&str>) + Send + Sync>;
/// Told the record of an operation that has ended.
pub type EndHook = Box<dyn Fn(OperationRecord) -> BoxFuture<'static, ()> + Send + Sync>;

/// Who is told what operations do.
pub struct Hooks {
    /// An operation takes (`Some`) or leaves a container's name.
    pub on_hold: HoldHook,
    /// An operation has ended.
    pub on_end: EndHook,
}

/// Handle to the operations; cheap to clone.
#[derive(Clone)]
pub struct Supervisor(Arc<Inner>);

impl Supervisor {
    /// A supervisor whose operations are built by `flows`.
    pub fn new(
        db: Db,
        events: Arc<EventHub>,
        locks: Locks,
        flows: Arc<dyn FlowBuilder>,
        hooks: Hooks,
    ) -> Self {
        Self(Arc::new(Inner {
            db,
            events,
            locks,
            flows,
            entries: Mutex::default(),
            park: CancellationToken::new(),
            tasks: TaskTracker::new(),
            hooks,
        }))
    }

    /// Reads the journal and takes the names of unfinished operations. Must
    /// end before requests are accepted; the operations go on when `ready`
    /// resolves, which is when Docker has answered.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn recover(
        &self,
        ready: impl Future<Output = ()> + Clone + Send + 'static,
    ) -> Result<usize, DbError> {
        let mut unfinished = 0;
        for record in self.0.db.operations().await? {
            let running = record.state == OperationState::Running.as_str();
            let id = record.id.clone();
            let lock = running.then(|| self.lock_of(&record)).flatten();
            self.insert(record);
            if running {
                unfinished += 1;
                tracing::info!(operation = %id, "picking up an unfinished operation");
                self.spawn(id, lock, ready.clone());
            }
        }
        self.prune().await;
        Ok(unfinished)
    }

    fn lock_of(&self, record: &OperationRecord) -> Option<LockGuard> {
        let mut names: Vec<&str> = record.held.iter().map(String::as_str).collect();
        // Journals of earlier versions know the name of the target only.
        if names.is_empty() {
            names.extend(record.target.container_name.as_deref());
        }
        if names.is_empty() {
            return None;
        }
        match self.0.locks.acquire(&names, &record.title) {
            Ok(guard) => {
                guard.hand_to(&record.id);
                Some(guard)
            }
            Err(busy) => {
                tracing::error!(%busy, "two unfinished operations hold one name");
                None
            }
        }
    }

    /// Journals and begins an operation; answers its id.
    ///
    /// # Errors
    /// When too many are at work or the journal cannot be written.
    pub async fn start(&self, new: StartOperation) -> Result<String, StartError> {
        if self.running() >= MAX_RUNNING {
            return Err(StartError::TooMany);
        }
        let flow = self.0.flows.build(&new.plan);
        let id = ulid::Ulid::generate().to_string();
        let record = OperationRecord {
            v: 1,
            id: id.clone(),
            plan: new.plan,
            title: new.title,
            target: new.target,
            held: new.lock.as_ref().map(LockGuard::names).unwrap_or_default(),
            actor: new.actor,
            steps: flow
                .steps
                .iter()
                .map(|s| StepRecord {
                    name: s.name().to_owned(),
                    title: s.title(),
                    state: StepState::Pending.as_str().to_owned(),
                    started_at: None,
                    ended_at: None,
                })
                .collect(),
            outputs: OperationOutputs::default(),
            state: OperationState::Running.as_str().to_owned(),
            cause: None,
            cancel_requested: false,
            created_at: jiff::Timestamp::now().to_string(),
            ended_at: None,
        };
        self.0.db.save_operation(&record).await?;
        self.insert(record);
        if let Some(lock) = &new.lock {
            lock.hand_to(&id);
        }
        self.publish(&id);
        self.spawn(id.clone(), new.lock, std::future::ready(()));
        self.prune().await;
        Ok(id)
    }

    /// All operations, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<Operation> {
        self.entries().values().rev().map(Entry::view).collect()
    }

    /// One operation.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Operation> {
        self.entries().get(id).map(Entry::view)
    }

    /// Waits until the operation ended, at most `limit`; answers it as it is.
    pub async fn wait(&self, id: &str, limit: Duration) -> Option<Operation> {
        let mut ended = self.entries().get(id)?.ended.subscribe();
        // Both a timeout and a closed channel are answered by the state itself.
        let _ = tokio::time::timeout(limit, ended.wait_for(|e| *e)).await;
        self.get(id)
    }

    /// Asks an operation to stop and go back.
    ///
    /// # Errors
    /// When it is unknown or past the point of no return, or the wish cannot
    /// be journalled.
    pub async fn cancel(&self, id: &str) -> Result<Result<Operation, CancelError>, DbError> {
        {
            let mut entries = self.entries();
            let Some(entry) = entries.get_mut(id) else {
                return Ok(Err(CancelError::Unknown(id.to_owned())));
            };
            if entry.record.ended_at.is_some() {
                return Ok(Err(CancelError::TooLate("it has ended")));
            }
            if !entry.view().cancellable && !entry.record.cancel_requested {
                return Ok(Err(CancelError::TooLate(
                    "its effect is there and it only tidies up",
                )));
            }
            entry.record.cancel_requested = true;
            entry.cancel.cancel();
        }
        self.0.db.request_cancel(id).await?;
        self.publish(id);
        Ok(self
            .get(id)
            .ok_or_else(|| CancelError::Unknown(id.to_owned())))
    }

    /// Stops all operations where they are; the next start picks them up.
    pub async fn park(&self, limit: Duration) {
        self.0.park.cancel();
        self.0.tasks.close();
        if tokio::time::timeout(limit, self.0.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("an operation did not stop in time; its journal is whole");
        }
    }

    /// How many are at work.
    #[must_use]
    pub fn running(&self) -> usize {
        self.entries()
            .values()
            .filter(|e| e.record.ended_at.is_none())
            .count()
    }

    fn insert(&self, record: OperationRecord) {
        let flow = self.0.flows.build(&record.plan);
        let cancel = CancellationToken::new();
        if record.cancel_requested {
            cancel.cancel();
        }
        let ended = record.ended_at.is_some();
        let entry = Entry {
            commit_point: flow.commit_point,
            record,
            progress: None,
            published: Instant::now(),
            cancel,
            ended: watch::Sender::new(ended),
        };
        self.entries().insert(entry.record.id.clone(), entry);
    }

    /// Forgets the oldest ended operations beyond what is kept.
    async fn prune(&self) {
        let old: Vec<String> = {
            let mut entries = self.entries();
            let ended: Vec<String> = entries
                .values()
                .filter(|e| e.record.ended_at.is_some())
                .map(|e| e.record.id.clone())
                .collect();
            let old: Vec<String> = ended
                .iter()
                .take(ended.len().saturating_sub(KEPT))
                .cloned()
                .collect();
            for id in &old {
                entries.remove(id);
            }
            old
        };
        if old.is_empty() {
            return;
        }
        if let Err(error) = self.0.db.forget_operations(old).await {
            tracing::warn!(%error, "old operations could not be forgotten");
        }
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Entry>> {
        // Every change under the lock is complete in itself.
        self.0
            .entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
