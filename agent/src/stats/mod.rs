//! Live numbers: one sampler for all who watch, at rest while nobody does, and
//! the history of what it read. `docs/adr/0010-live-numbers.md` has the why.

mod cgroup;
mod files;
mod history;
mod host;
mod parse;
mod rates;
mod reader;
mod record;
mod ring_file;
mod slots;
mod tick;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::{StreamExt, stream};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

pub use history::Range;
pub use rates::Reading;
pub use tick::Tick;

use crate::config::StatsSource;
use crate::docker::Engine;
use crate::flows::Inventory;
use crate::operations::error_chain;
use crate::views::{ContainerDetail, StatsHistory};
use history::{HOST, History};
use reader::{Purpose, Reader, is_running};

/// Between two samples for those who watch.
const EVERY: Duration = Duration::from_secs(1);
/// Between the first reading and the first sample.
const FIRST: Duration = Duration::from_millis(250);
/// Between two readings for the record while nobody watches, and between two
/// for which the engine has to be asked.
const RECORD_EVERY: Duration = Duration::from_secs(60);
const ASK_EVERY: Duration = Duration::from_secs(300);
/// How often the history is written; a crash loses as much.
const FLUSH_EVERY: Duration = Duration::from_secs(600);
/// How often files of long gone names are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Questions to the engine at once, and how long one may take.
const ASK_AT_ONCE: usize = 8;
const ASK_LIMIT: Duration = Duration::from_secs(5);

/// Why there is no history to show.
#[derive(Debug, thiserror::Error)]
pub enum StatsError {
    /// The folder of the history cannot be used.
    #[error("the history of live numbers in {path} cannot be used")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file of it cannot be read.
    #[error("the history of {name} cannot be read")]
    Read {
        /// Whose.
        name: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The reading was cut off, which happens at shutdown only.
    #[error("the agent is shutting down")]
    Closed,
}

/// Whose history is wanted.
#[derive(Clone, Debug)]
pub enum Subject {
    /// The machine's.
    Host,
    /// A container's, by its name.
    Container(String),
}

/// How the sampler does, for the health page and for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamplerState {
    /// Who watches.
    pub viewers: usize,
    /// Samples taken for them since the agent started.
    pub samples: u64,
}

/// The handle that everything else holds.
pub struct Stats {
    engine: Arc<Engine>,
    inventory: Arc<Inventory>,
    latest: watch::Sender<Option<Arc<Tick>>>,
    came: Notify,
    samples: AtomicU64,
    history: Arc<Mutex<History>>,
}

/// Somebody who watches. Only the newest sample waits for it: who is slow
/// misses some, and costs nobody anything.
#[derive(Debug)]
pub struct Viewer(watch::Receiver<Option<Arc<Tick>>>);

impl Viewer {
    /// The next sample; `None` when the agent ends.
    pub async fn next(&mut self) -> Option<Arc<Tick>> {
        loop {
            self.0.changed().await.ok()?;
            if let Some(tick) = self.0.borrow_and_update().clone() {
                return Some(tick);
            }
        }
    }
}

impl Stats {
    /// Opens the history in `dir`. Nothing is read until [`Stats::run`].
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(
        dir: &Path,
        engine: Arc<Engine>,
        inventory: Arc<Inventory>,
    ) -> Result<Arc<Self>, StatsError> {
        let history = History::open(dir.to_owned()).map_err(|source| StatsError::Folder {
            path: dir.to_owned(),
            source,
        })?;
        Ok(Arc::new(Self {
            engine,
            inventory,
            latest: watch::Sender::new(None),
            came: Notify::new(),
            samples: AtomicU64::new(0),
            history: Arc::new(Mutex::new(history)),
        }))
    }

    /// Begins to watch; dropping the viewer ends it.
    #[must_use]
    pub fn watch(&self) -> Viewer {
        let mut receiver = self.latest.subscribe();
        // What was just read for others is news for this one.
        receiver.mark_changed();
        self.came.notify_one();
        Viewer(receiver)
    }

    /// How the sampler does.
    #[must_use]
    pub fn state(&self) -> SamplerState {
        SamplerState {
            viewers: self.latest.receiver_count(),
            samples: self.samples.load(Ordering::Relaxed),
        }
    }

    /// The recorded numbers of the `range` that ends now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn history(
        &self,
        subject: Subject,
        range: Range,
    ) -> Result<StatsHistory, StatsError> {
        let history = Arc::clone(&self.history);
        let name = match subject {
            Subject::Host => HOST.to_owned(),
            Subject::Container(name) => name,
        };
        let read = move || {
            let history = history.lock().unwrap_or_else(PoisonError::into_inner);
            history
                .read(&name, range, now())
                .map_err(|source| StatsError::Read { name, source })
        };
        tokio::task::spawn_blocking(read)
            .await
            .map_err(|_| StatsError::Closed)?
    }

    /// Samples while somebody watches and keeps the record, until `stop`.
    pub async fn run(
        self: Arc<Self>,
        setting: StatsSource,
        storage: PathBuf,
        stop: CancellationToken,
    ) {
        let mut sampler = Sampler {
            stats: Arc::clone(&self),
            reader: Some(Reader::new(setting, &storage)),
            asked_at: None,
            flush_at: Instant::now() + FLUSH_EVERY,
            sweep_at: Instant::now(),
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = sampler.run() => {}
        }
        // A round at work is let be; what it would add is a second.
        let history = Arc::clone(&self.history);
        let flush = move || lock(&history).flush(now(), true);
        if tokio::task::spawn_blocking(flush).await.is_err() {
            tracing::error!("the last numbers could not be written");
        }
    }
}

/// The one task that reads.
struct Sampler {
    stats: Arc<Stats>,
    /// Lent to the thread that reads files. Lost only when that panics.
    reader: Option<Reader>,
    asked_at: Option<Instant>,
    flush_at: Instant,
    sweep_at: Instant,
}

impl Sampler {
    async fn run(&mut self) {
        Arc::clone(&self.stats.inventory).ready().await;
        while self.reader.is_some() {
            if self.stats.latest.receiver_count() == 0 {
                self.round(Purpose::Record).await;
                tokio::select! {
                    () = self.stats.came.notified() => {}
                    () = tokio::time::sleep(RECORD_EVERY) => {}
                }
            } else {
                self.round(Purpose::Begin).await;
                tokio::time::sleep(FIRST).await;
                self.watch().await;
            }
        }
    }

    /// A sample a second while somebody watches.
    async fn watch(&mut self) {
        let mut seconds = tokio::time::interval(EVERY);
        seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
        tracing::debug!("live numbers: watching");
        loop {
            seconds.tick().await;
            if self.stats.latest.receiver_count() == 0 {
                break;
            }
            let Some(tick) = self.round(Purpose::Watch).await else {
                break;
            };
            self.stats.samples.fetch_add(1, Ordering::Relaxed);
            self.stats.latest.send_replace(Some(Arc::new(tick)));
        }
        // Who comes next shall not see old numbers first.
        self.stats.latest.send_replace(None);
        tracing::debug!("live numbers: at rest");
    }

    async fn round(&mut self, purpose: Purpose) -> Option<Tick> {
        let mut reader = self.reader.take()?;
        let mut containers = self.stats.inventory.list(false);
        containers.retain(|container| is_running(container));
        let asked = self.ask(&reader, &containers, purpose).await;
        let history = Arc::clone(&self.stats.history);
        let (flush, sweep) = (
            self.flush_at <= Instant::now(),
            self.sweep_at <= Instant::now(),
        );
        if flush {
            self.flush_at = Instant::now() + FLUSH_EVERY;
        }
        if sweep {
            self.sweep_at = Instant::now() + SWEEP_EVERY;
        }
        let work = move || {
            let tick = reader.round(&containers, &asked, purpose, &history);
            if purpose == Purpose::Record {
                reader.rest();
            }
            if flush {
                lock(&history).flush(now(), false);
            }
            if sweep && let Err(error) = lock(&history).sweep(SystemTime::now()) {
                tracing::warn!(%error, "old files of the history could not be removed");
            }
            (reader, tick)
        };
        match tokio::task::spawn_blocking(work).await {
            Ok((reader, tick)) => {
                self.reader = Some(reader);
                tick
            }
            Err(error) => {
                tracing::error!(%error, "live numbers end: their thread panicked");
                None
            }
        }
    }

    /// Asks the engine about containers whose files cannot be seen. For the
    /// record alone that is done rarely: each question costs it about as much
    /// as reading all files costs us.
    async fn ask(
        &mut self,
        reader: &Reader,
        containers: &[Arc<ContainerDetail>],
        purpose: Purpose,
    ) -> HashMap<String, Reading> {
        let recent = self.asked_at.is_some_and(|at| at.elapsed() < ASK_EVERY);
        if purpose == Purpose::Record && recent {
            return HashMap::new();
        }
        let ids = reader.engine_ids(containers);
        if ids.is_empty() {
            return HashMap::new();
        }
        self.asked_at = Some(Instant::now());
        let engine = &self.stats.engine;
        stream::iter(ids)
            .map(|id| async move {
                match tokio::time::timeout(ASK_LIMIT, engine.stats(&id)).await {
                    Ok(Ok(reading)) => Some((id, reading?)),
                    Ok(Err(error)) => {
                        tracing::debug!(id, error = %error_chain(&error), "no numbers");
                        None
                    }
                    Err(_) => None,
                }
            })
            .buffer_unordered(ASK_AT_ONCE)
            .filter_map(std::future::ready)
            .collect()
            .await
    }
}

fn lock(history: &Mutex<History>) -> std::sync::MutexGuard<'_, History> {
    // Every change under the lock is complete in itself.
    history.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}
