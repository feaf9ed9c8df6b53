//! The newest part of the timeline, in memory: what a page that was just opened
//! begins with, what still has to be stored, and which of the engine's events
//! have been told already.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::Key;
use crate::events::Event;
use crate::views::Activity;

/// Entries kept for the rail of a page that was just opened.
pub const KEPT: usize = 500;
/// Events remembered as told. An engine keeps its last 256, so one that is
/// replayed is always among them.
const SEEN: usize = 1024;
/// Entries that wait for the database at most, should it not answer.
const MAX_UNSAVED: usize = 10_000;

/// What is written at once.
#[derive(Debug, Default)]
pub struct Batch {
    /// Entries, also those that are there already and changed.
    pub entries: Vec<(Key, Activity)>,
    /// The engine's events told so far, oldest first.
    pub seen: Vec<Key>,
}

#[derive(Debug, Default)]
struct Inner {
    shown: BTreeMap<Key, Arc<Event>>,
    unsaved: BTreeMap<Key, Activity>,
    seen: HashSet<Key>,
    seen_order: VecDeque<Key>,
    seen_changed: bool,
    lost: u64,
}

/// The newest part of the timeline.
#[derive(Debug, Default)]
pub struct Recent {
    inner: Mutex<Inner>,
    changed: Notify,
}

impl Recent {
    /// Takes over what was stored, entries oldest first.
    pub fn restore(&self, entries: impl IntoIterator<Item = (Key, Arc<Event>)>, seen: Vec<Key>) {
        let mut inner = self.lock();
        inner.shown.extend(entries);
        inner.seen = seen.iter().copied().collect();
        inner.seen_order = seen.into();
    }

    /// Takes an entry in; one with a key that is known replaces the older.
    pub fn accept(&self, key: Key, activity: Activity, event: Arc<Event>) {
        let mut inner = self.lock();
        inner.shown.insert(key, event);
        if inner.shown.len() > KEPT {
            inner.shown.pop_first();
        }
        inner.unsaved.insert(key, activity);
        if inner.unsaved.len() > MAX_UNSAVED {
            inner.unsaved.pop_first();
            inner.lost += 1;
        }
        drop(inner);
        self.changed.notify_one();
    }

    /// Notes an event of the engine; whether it is told for the first time.
    pub fn is_new(&self, key: Key) -> bool {
        let mut inner = self.lock();
        if !inner.seen.insert(key) {
            return false;
        }
        inner.seen_order.push_back(key);
        if inner.seen_order.len() > SEEN
            && let Some(oldest) = inner.seen_order.pop_front()
        {
            inner.seen.remove(&oldest);
        }
        inner.seen_changed = true;
        true
    }

    /// When the newest event that was told happened, in nanoseconds since 1970.
    #[must_use]
    pub fn newest_seen(&self) -> Option<i64> {
        let newest = self.lock().seen_order.iter().map(|k| k.nanos).max()?;
        i64::try_from(newest).ok()
    }

    /// The newest entries as events, oldest first.
    #[must_use]
    pub fn newest(&self, most: usize) -> Vec<Arc<Event>> {
        let inner = self.lock();
        let skip = inner.shown.len().saturating_sub(most);
        inner.shown.values().skip(skip).cloned().collect()
    }

    /// Waits until there is something to store.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What has to be stored; `None` when all is.
    pub(super) fn take(&self) -> Option<Batch> {
        let mut inner = self.lock();
        if inner.unsaved.is_empty() && !inner.seen_changed {
            return None;
        }
        if inner.lost > 0 {
            tracing::error!(
                entries = inner.lost,
                "the timeline lost entries: the database did not take them"
            );
            inner.lost = 0;
        }
        inner.seen_changed = false;
        Some(Batch {
            entries: std::mem::take(&mut inner.unsaved).into_iter().collect(),
            seen: inner.seen_order.iter().copied().collect(),
        })
    }

    /// A batch that could not be stored: it is tried again, except for what
    /// changed meanwhile.
    pub(super) fn put_back(&self, batch: Batch) {
        let mut inner = self.lock();
        for (key, activity) in batch.entries {
            inner.unsaved.entry(key).or_insert(activity);
        }
        inner.seen_changed = true;
        drop(inner);
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change under the lock is complete in itself.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_once_however_often_it_comes() {
        let recent = Recent::default();
        let key = |n: i64| Key::of(n, &["die"]);
        assert!(recent.is_new(key(1)) && !recent.is_new(key(1)));
        for n in 2..=i64::try_from(SEEN).expect("small") {
            assert!(recent.is_new(key(n)));
        }
        assert!(!recent.is_new(key(1)), "still known");
        let seen = recent.take().expect("to be stored").seen;
        assert!(recent.take().is_none(), "nothing new");
        let after_restart = Recent::default();
        after_restart.restore([], seen);
        assert!(!after_restart.is_new(key(7)) && after_restart.is_new(key(0)));
    }
}
