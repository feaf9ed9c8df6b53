//! One operation at work: driven through its steps, and told to whoever watches.

use std::time::{Duration, Instant};

use tracing::Instrument;

use super::Supervisor;
use crate::cause::Cause;
use crate::db::OperationRecord;
use crate::operations::LockGuard;
use crate::operations::runner::{self, Surroundings};
use crate::views::{ActivityKind, OperationProgress, Severity};

/// Shortest time between two progress events of one operation.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

impl Supervisor {
    /// Begins to drive it, once `ready` resolves.
    pub(super) fn spawn(
        &self,
        id: String,
        lock: Option<LockGuard>,
        ready: impl Future<Output = ()> + Send + 'static,
    ) {
        let this = self.clone();
        let span = tracing::info_span!("operation", id = %id);
        self.0.tasks.spawn(
            async move {
                tokio::select! {
                    () = this.0.park.cancelled() => return,
                    () = ready => {}
                }
                let cause = Cause::operation(&id);
                cause.of(this.drive(&id, lock)).await;
            }
            .instrument(span),
        );
    }

    async fn drive(&self, id: &str, lock: Option<LockGuard>) {
        let Some((mut record, cancel)) = self
            .entries()
            .get(id)
            .map(|e| (e.record.clone(), e.cancel.clone()))
        else {
            return;
        };
        // Networks and apps have their kind before their names.
        let mut held = lock.as_ref().map(LockGuard::names).unwrap_or_default();
        held.retain(|name| !name.contains(':'));
        self.hold(&held, Some(id));
        let flow = self.0.flows.build(&record.plan);
        let changed = |record: &OperationRecord| self.update(record);
        let progress = |progress: OperationProgress| self.progress(id, progress);
        let around = Surroundings {
            db: &self.0.db,
            changed: &changed,
            progress: &progress,
            cancel: &cancel,
            park: &self.0.park,
        };
        let outcome = runner::run(&flow, &mut record, &around).await;
        self.hold(&held, None);
        drop(lock);
        match outcome {
            Ok(()) => {
                self.tell(&record);
                (self.0.hooks.on_end)(record).await;
            }
            Err(runner::Interrupted::Parked) => tracing::info!("parked for the next start"),
            Err(error @ runner::Interrupted::Journal(_)) => {
                tracing::error!(error = %runner::chain(&error), "the operation was interrupted");
                // The next start finds it unfinished and picks it up.
                record.state = "needsAttention".to_owned();
                record.cause = Some(format!("{error}; is the disk full?"));
                record.ended_at = Some(jiff::Timestamp::now().to_string());
                self.update(&record);
                self.tell(&record);
            }
        }
        if let Some(entry) = self.entries().get(id) {
            entry.ended.send_replace(true);
        }
    }

    fn hold(&self, names: &[String], id: Option<&str>) {
        for name in names {
            (self.0.hooks.on_hold)(name, id);
        }
    }

    fn tell(&self, record: &OperationRecord) {
        let (severity, text) = match record.state.as_str() {
            "succeeded" => (Severity::Good, "done"),
            "rolledBack" if record.cancel_requested => (Severity::Info, "cancelled"),
            "rolledBack" => (Severity::Bad, "failed and went back"),
            _ => (Severity::Bad, "needs attention"),
        };
        self.0.events.note_on(
            record.target.container_name.as_deref(),
            severity,
            ActivityKind::Operation,
            &record.state,
            &record.title,
            text,
            record.cause.clone(),
        );
    }

    fn update(&self, record: &OperationRecord) {
        let id = record.id.clone();
        if let Some(entry) = self.entries().get_mut(&id) {
            // A cancel that came in between is kept.
            let asked = entry.record.cancel_requested || record.cancel_requested;
            entry.record = record.clone();
            entry.record.cancel_requested = asked;
            if record.ended_at.is_some() {
                entry.progress = None;
            }
        }
        self.publish(&id);
    }

    fn progress(&self, id: &str, progress: OperationProgress) {
        {
            let mut entries = self.entries();
            let Some(entry) = entries.get_mut(id) else {
                return;
            };
            entry.progress = Some(progress);
            if entry.published.elapsed() < PROGRESS_EVERY {
                return;
            }
        }
        self.publish(id);
    }

    pub(super) fn publish(&self, id: &str) {
        // Published under the lock, so that no older state comes after a newer.
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(id) else {
            return;
        };
        entry.published = Instant::now();
        self.0.events.publish("operation", &entry.view());
    }
}
