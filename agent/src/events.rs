//! The agent's one event stream: numbered, kept for a while so that a client
//! which lost its connection can go on where it stopped.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tokio::sync::broadcast;

use crate::cause::Cause;
use crate::timeline::{Key, Recent};
use crate::views::{Activity, ActivityKind, Severity};

/// Events kept for resuming; older ones cost the client a full reload.
pub const KEPT_EVENTS: usize = 4096;
/// Bytes of them, whatever their number.
const KEPT_BYTES: usize = 8 << 20;

/// The word for the person before the screen.
pub const YOU: &str = "you";
/// Name of the event that carries an entry of the timeline.
const ACTIVITY: &str = "activity";

/// One event, serialised once for all readers.
#[derive(Debug)]
pub struct Event {
    /// Position in this run of the agent, from 1; 0 for what is from before.
    pub seq: u64,
    /// Event name (`container`, `operation` …).
    pub name: &'static str,
    /// JSON text of the data. Without the room it was written into: thousands
    /// are kept.
    pub data: Box<str>,
}

impl Event {
    /// An activity that was stored by an earlier run.
    #[must_use]
    pub fn remembered(data: String) -> Self {
        Self {
            seq: 0,
            name: ACTIVITY,
            data: data.into_boxed_str(),
        }
    }
}

/// What a reader gets when it connects.
#[derive(Debug)]
pub struct Subscription {
    /// Id of the place in the stream before `missed` and `live`. A reader that
    /// loses its connection before the first event goes on from here.
    pub position: String,
    /// Events it missed, oldest first; `None` when they are no longer kept.
    pub missed: Option<Vec<Arc<Event>>>,
    /// Newest activities, oldest first.
    pub recent: Vec<Arc<Event>>,
    /// What comes from now on.
    pub live: broadcast::Receiver<Arc<Event>>,
}

#[derive(Debug, Default)]
struct Kept {
    seq: u64,
    bytes: usize,
    events: VecDeque<Arc<Event>>,
}

/// Publishes events to any number of readers; a slow reader loses its place,
/// never the publisher's time.
#[derive(Debug)]
pub struct EventHub {
    boot: String,
    kept: Mutex<Kept>,
    live: broadcast::Sender<Arc<Event>>,
    recent: Arc<Recent>,
    notes: AtomicU64,
}

impl EventHub {
    /// A hub whose ids begin with `boot`, which must differ between runs.
    /// Activities go into the timeline, whose newest part is `recent`.
    #[must_use]
    pub fn new(boot: String, recent: Arc<Recent>) -> Self {
        let (live, _) = broadcast::channel(256);
        Self {
            boot,
            kept: Mutex::default(),
            live,
            recent,
            notes: AtomicU64::new(0),
        }
    }

    /// The part of event ids that tells this run of the agent from others.
    #[must_use]
    pub fn boot(&self) -> &str {
        &self.boot
    }

    /// The id of an event as clients see it.
    #[must_use]
    pub fn id_of(&self, event: &Event) -> String {
        self.id_at(event.seq)
    }

    /// The id of the newest event. A state that is read after this shows it and
    /// all before.
    #[must_use]
    pub fn position(&self) -> String {
        let seq = self.lock().seq;
        self.id_at(seq)
    }

    fn id_at(&self, seq: u64) -> String {
        format!("{}-{seq}", self.boot)
    }

    /// Publishes `data` under `name`.
    pub fn publish<T: Serialize>(&self, name: &'static str, data: &T) {
        let data = match serde_json::to_string(data) {
            Ok(data) => data,
            Err(error) => {
                tracing::error!(name, %error, "an event could not be written as JSON");
                return;
            }
        };
        let mut kept = self.lock();
        self.push(&mut kept, name, data);
    }

    /// Publishes an entry of the timeline and keeps it. One whose id is known
    /// replaces the older form.
    pub fn activity(&self, activity: Activity) {
        let Some(key) = Key::parse(&activity.id) else {
            tracing::error!(id = activity.id, "an activity without a place in time");
            return;
        };
        let data = match serde_json::to_string(&activity) {
            Ok(data) => data,
            Err(error) => {
                tracing::error!(%error, "an activity could not be written as JSON");
                return;
            }
        };
        let mut kept = self.lock();
        let event = self.push(&mut kept, ACTIVITY, data);
        // Under the same lock, so that a new reader gets it once: live or kept.
        self.recent.accept(key, activity, event);
    }

    /// Notes an event of the engine; whether it is told for the first time.
    pub fn is_new(&self, key: Key) -> bool {
        self.recent.is_new(key)
    }

    /// A short form of [`EventHub::activity`] for what the manager itself did.
    pub fn note(
        &self,
        severity: Severity,
        kind: ActivityKind,
        action: &str,
        subject: &str,
        text: &str,
        detail: Option<String>,
    ) {
        self.note_on(None, severity, kind, action, subject, text, detail);
    }

    /// As [`EventHub::note`], about the container `app`. Who is behind the
    /// running task is named as the doer.
    #[expect(clippy::too_many_arguments, reason = "the parts of one sentence")]
    pub fn note_on(
        &self,
        app: Option<&str>,
        severity: Severity,
        kind: ActivityKind,
        action: &str,
        subject: &str,
        text: &str,
        detail: Option<String>,
    ) {
        let now = jiff::Timestamp::now();
        let number = self.notes.fetch_add(1, Ordering::Relaxed).to_string();
        let nanos = i64::try_from(now.as_nanosecond()).unwrap_or(i64::MAX);
        let cause = Cause::current();
        self.activity(Activity {
            id: Key::of(nanos, &[&self.boot, &number]).to_string(),
            at: now.to_string(),
            severity,
            kind,
            action: action.to_owned(),
            subject: subject.to_owned(),
            container_id: None,
            text: text.to_owned(),
            detail,
            app: app.map(str::to_owned),
            actor: cause.as_ref().map(|_| YOU.to_owned()),
            request_id: cause.as_ref().and_then(|c| c.request_id.clone()),
            operation_id: cause.and_then(|c| c.operation_id),
            count: None,
        });
    }

    /// Joins the stream. `last_id` is the last event the client saw, `recent`
    /// how many activities it wants to begin with.
    #[must_use]
    pub fn subscribe(&self, last_id: Option<&str>, recent: usize) -> Subscription {
        let kept = self.lock();
        let live = self.live.subscribe();
        let resumed = last_id.and_then(|id| self.parse_id(id));
        let missed = match last_id {
            None => Some(Vec::new()),
            Some(_) => resumed.and_then(|seq| missed_since(&kept, seq)),
        };
        // Whoever gets what it missed stands where it stopped until it has it.
        let position = match (&missed, resumed) {
            (Some(_), Some(seq)) => seq,
            _ => kept.seq,
        };
        let recent = self.recent.newest(recent);
        Subscription {
            position: self.id_at(position),
            missed,
            recent,
            live,
        }
    }

    fn parse_id(&self, id: &str) -> Option<u64> {
        let (boot, seq) = id.rsplit_once('-')?;
        (boot == self.boot).then(|| seq.parse().ok()).flatten()
    }

    fn push(&self, kept: &mut Kept, name: &'static str, data: String) -> Arc<Event> {
        kept.seq += 1;
        kept.bytes += data.len();
        let event = Arc::new(Event {
            seq: kept.seq,
            name,
            // Copied, not shrunk in place, which would leave gaps.
            data: Box::from(data.as_str()),
        });
        kept.events.push_back(Arc::clone(&event));
        while kept.events.len() > KEPT_EVENTS || kept.bytes > KEPT_BYTES {
            let Some(oldest) = kept.events.pop_front() else {
                break;
            };
            kept.bytes -= oldest.data.len();
        }
        // No reader is no fault.
        let _ = self.live.send(Arc::clone(&event));
        event
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        // Every change under the lock is complete in itself.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missed_since(kept: &Kept, seq: u64) -> Option<Vec<Arc<Event>>> {
    if seq > kept.seq {
        return None;
    }
    let oldest = kept.events.front().map_or(kept.seq + 1, |e| e.seq);
    if seq + 1 < oldest {
        return None;
    }
    Some(
        kept.events
            .iter()
            .filter(|e| e.seq > seq)
            .cloned()
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_resumes_exactly_where_it_stopped() {
        let hub = EventHub::new("b".into(), Arc::default());
        for n in 0..5 {
            hub.publish("n", &n);
        }
        let missed = hub.subscribe(Some("b-3"), 0).missed.expect("still kept");
        assert_eq!(missed.iter().map(|e| e.seq).collect::<Vec<_>>(), [4, 5]);
        assert!(
            hub.subscribe(Some("b-5"), 0)
                .missed
                .expect("nothing missed")
                .is_empty()
        );
    }

    #[test]
    fn a_reader_cut_off_before_its_first_event_misses_nothing() {
        let hub = EventHub::new("b".into(), Arc::default());
        hub.publish("n", &1);
        let first = hub.subscribe(None, 0);
        assert_eq!(first.position, "b-1");
        hub.publish("n", &2);
        let again = hub.subscribe(Some(&first.position), 0);
        assert_eq!(again.missed.expect("still kept")[0].seq, 2);
        assert_eq!(again.position, "b-1", "until it has what it missed");
        assert_eq!(hub.subscribe(Some("other-1"), 0).position, "b-2");
    }

    #[test]
    fn a_lost_place_is_told_not_guessed() {
        let hub = EventHub::new("b".into(), Arc::default());
        for n in 0..KEPT_EVENTS + 10 {
            hub.publish("n", &n);
        }
        assert!(hub.subscribe(Some("b-3"), 0).missed.is_none(), "too old");
        assert!(
            hub.subscribe(Some("other-3"), 0).missed.is_none(),
            "another run"
        );
        assert!(
            hub.subscribe(Some("b-999999"), 0).missed.is_none(),
            "the future"
        );
        assert!(hub.subscribe(Some("nonsense"), 0).missed.is_none());
        assert!(
            hub.subscribe(Some("b-10"), 0).missed.is_some(),
            "the oldest kept is 11"
        );
    }

    #[test]
    fn large_events_do_not_pile_up() {
        let hub = EventHub::new("b".into(), Arc::default());
        let large = "x".repeat(1 << 20);
        for _ in 0..20 {
            hub.publish("n", &large);
        }
        assert!(
            hub.subscribe(Some("b-1"), 0).missed.is_none(),
            "the first are gone"
        );
        assert!(
            hub.subscribe(Some("b-15"), 0).missed.is_some(),
            "the last are kept"
        );
    }

    #[test]
    fn recent_activities_come_in_order() {
        let hub = EventHub::new("b".into(), Arc::default());
        for n in 0..4 {
            hub.note(
                Severity::Info,
                ActivityKind::Engine,
                "x",
                &n.to_string(),
                "t",
                None,
            );
        }
        let recent = hub.subscribe(None, 2).recent;
        assert_eq!(recent.iter().map(|e| e.seq).collect::<Vec<_>>(), [3, 4]);
    }
}
