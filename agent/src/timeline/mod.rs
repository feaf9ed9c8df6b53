//! What happened and what was done, on one line of time, kept on disk.
//!
//! Whoever tells something only puts it into memory; a task of its own writes it
//! down, all that gathered in a second at once. A crash loses at most that
//! second, and of that only what the engine cannot tell again: what the manager
//! did, and who was behind an event.

mod key;
mod recent;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

pub use key::Key;
pub use recent::{Batch, KEPT, Recent};

use crate::db::{Db, DbError};
use crate::events::Event;
use crate::operations::error_chain;
use crate::settings::Settings;
use crate::views::{Activity, ActivityKind};

/// How long entries gather before they are written.
const GATHER: Duration = Duration::from_secs(1);
/// Entries read at once. Between two readings the database does other work.
const CHUNK: usize = 1000;
/// How long the list of names is given again.
const APPS_FRESH: Duration = Duration::from_secs(10);

/// Which entries are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only before this one.
    pub before: Option<Key>,
    /// Only of the container with this name.
    pub app: Option<String>,
    /// Only of this kind.
    pub kind: Option<ActivityKind>,
    /// Only what was done through the manager, or only the rest.
    pub by_you: Option<bool>,
    /// Only with this text, in small letters.
    pub text: Option<String>,
    /// Only from this time on.
    pub since: Option<Timestamp>,
    /// Only up to this time.
    pub until: Option<Timestamp>,
}

/// Entries, newest first.
#[derive(Debug, Default)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Activity>,
    /// Whether there are more before the last of them.
    pub more: bool,
}

struct Inner {
    db: Db,
    settings: Settings,
    recent: Arc<Recent>,
    /// One batch at a time, so that an older form of an entry never follows a
    /// newer one.
    writing: Mutex<()>,
    apps: Mutex<Option<(Instant, Vec<String>)>>,
}

/// The whole timeline; cheap to clone.
#[derive(Clone)]
pub struct Timeline(Arc<Inner>);

impl Timeline {
    /// Reads the newest part into memory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(db: Db, settings: Settings) -> Result<Self, DbError> {
        let recent = Arc::new(Recent::default());
        let mut rows = db.timeline_before(None, KEPT).await?;
        rows.reverse();
        let entries = rows.into_iter().filter_map(|(key, row)| {
            Some((
                key,
                Arc::new(Event::remembered(String::from_utf8(row).ok()?)),
            ))
        });
        recent.restore(entries, db.timeline_seen().await?);
        Ok(Self(Arc::new(Inner {
            db,
            settings,
            recent,
            writing: Mutex::new(()),
            apps: Mutex::new(None),
        })))
    }

    /// Its part in memory.
    #[must_use]
    pub fn recent(&self) -> Arc<Recent> {
        Arc::clone(&self.0.recent)
    }

    /// Writes down what gathers, until stopped.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.0.recent.changed() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(GATHER) => {}
            }
            self.flush_or_log().await;
        }
    }

    /// As [`Timeline::flush`], for those who go on anyway.
    pub async fn flush_or_log(&self) {
        if let Err(error) = self.flush().await {
            let error = error_chain(&error);
            tracing::error!(%error, "the timeline could not be written; it is tried again");
        }
    }

    /// Writes down what has gathered, and lets go of what is too old or too much.
    ///
    /// # Errors
    /// When the database fails; nothing is lost then.
    pub async fn flush(&self) -> Result<(), DbError> {
        let _turn = self.0.writing.lock().await;
        let Some(batch) = self.0.recent.take() else {
            return Ok(());
        };
        let settings = self.0.settings.get();
        let days = SignedDuration::from_hours(24 * i64::from(settings.timeline_days));
        let oldest = Timestamp::now()
            .checked_sub(days)
            .map_or(Key { nanos: 0, tie: 0 }, Key::first_of);
        let most = u64::from(settings.timeline_entries);
        let written = self.0.db.save_timeline(&batch, oldest, most).await;
        if written.is_err() {
            self.0.recent.put_back(batch);
        }
        written
    }

    /// At most `limit` of the wanted entries, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(&self, wanted: Wanted, limit: usize) -> Result<Page, DbError> {
        self.flush().await?;
        // An entry of that very nanosecond belongs to it.
        let until = wanted.until.map(|t| Key {
            nanos: Key::first_of(t).nanos.saturating_add(1),
            tie: 0,
        });
        let since = wanted.since.map(Key::first_of);
        let mut before = match (wanted.before, until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let mut page = Page::default();
        loop {
            let rows = self.0.db.timeline_before(before, CHUNK).await?;
            let last = rows.len() < CHUNK;
            before = rows.last().map(|(key, _)| *key);
            for (key, row) in rows {
                if since.is_some_and(|since| key < since) {
                    return Ok(page);
                }
                let Some(entry) = read(&row).filter(|e| wanted.fits(e)) else {
                    continue;
                };
                if page.entries.len() == limit {
                    page.more = true;
                    return Ok(page);
                }
                page.entries.push(entry);
            }
            if last {
                return Ok(page);
            }
        }
    }

    /// Names of all containers it tells of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn apps(&self) -> Result<Vec<String>, DbError> {
        let mut known = self.0.apps.lock().await;
        if let Some((at, apps)) = known.as_ref()
            && at.elapsed() < APPS_FRESH
        {
            return Ok(apps.clone());
        }
        self.flush().await?;
        let mut names = std::collections::BTreeSet::new();
        let mut before = None;
        loop {
            let rows = self.0.db.timeline_before(before, CHUNK).await?;
            names.extend(rows.iter().filter_map(|(_, row)| read(row)?.app));
            if rows.len() < CHUNK {
                break;
            }
            before = rows.last().map(|(key, _)| *key);
        }
        let apps: Vec<String> = names.into_iter().collect();
        *known = Some((Instant::now(), apps.clone()));
        Ok(apps)
    }
}

impl Wanted {
    fn fits(&self, entry: &Activity) -> bool {
        let text = |wanted: &String| {
            let parts = [
                Some(&entry.subject),
                Some(&entry.text),
                entry.detail.as_ref(),
                entry.app.as_ref(),
            ];
            parts
                .into_iter()
                .flatten()
                .any(|p| p.to_lowercase().contains(wanted))
        };
        self.app
            .as_ref()
            .is_none_or(|app| entry.app.as_ref() == Some(app))
            && self.kind.is_none_or(|kind| entry.kind == kind)
            && self.by_you.is_none_or(|you| entry.actor.is_some() == you)
            && self.text.as_ref().is_none_or(text)
    }
}

/// One that cannot be read is left out, not the page with it.
fn read(row: &[u8]) -> Option<Activity> {
    serde_json::from_slice(row)
        .inspect_err(|error| tracing::warn!(%error, "an entry of the timeline is not readable"))
        .ok()
}

#[cfg(test)]
mod tests;
