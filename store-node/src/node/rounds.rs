//! What is looked at from time to time: folders, web servers, copies that are
//! not complete, metadata that nobody needs in memory.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::core::Core;
use super::joined::Joined;
use super::trust::Hint;

/// How often a folder that is hosted is looked at.
const LOOK_AT_SITE: Duration = Duration::from_secs(1);
/// How long a verifier with its metadata stays in memory after its last use.
const KEEP_CLIENT: Duration = Duration::from_secs(60);

impl Core {
    /// Asks folders and web servers from time to time.
    pub(super) async fn keep_time(self: Arc<Self>) {
        let mut tick = tokio::time::interval(LOOK_AT_SITE);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut polled = Instant::now();
        loop {
            tokio::select! {
                () = self.ending.cancelled() => return,
                _ = tick.tick() => {}
            }
            let due = polled.elapsed() >= self.config.poll;
            if due {
                polled = Instant::now();
            }
            for joined in self.joined_all() {
                self.let_go(&joined);
                if joined.mirror_is_due() && joined.record().pinned {
                    self.mirror_soon(&joined);
                }
                let asks = due && !joined.record().origins.is_empty();
                if asks || self.site_changed(&joined).await {
                    let core = Arc::clone(&self);
                    let hint = Hint {
                        look: true,
                        ..Hint::default()
                    };
                    let store = joined.id;
                    self.tasks
                        .spawn(async move { core.run_update(store, hint).await });
                }
            }
        }
    }

    /// Drops the verifier of a store that nobody asked for a while: the parsed
    /// metadata of a large store takes some ten megabytes.
    fn let_go(&self, joined: &Joined) {
        let touched = *joined
            .touched
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if touched.elapsed() > KEEP_CLIENT
            && let Ok(mut client) = joined.client.try_lock()
        {
            *client = None;
        }
    }

    /// Whether a hosted folder has something that was not looked at yet.
    async fn site_changed(&self, joined: &Joined) -> bool {
        for site in joined.sites() {
            let Ok(there) = tokio::fs::read(site.join("metadata/timestamp.json")).await else {
                continue;
            };
            let mut tried = joined.tried.lock().unwrap_or_else(PoisonError::into_inner);
            if tried.as_ref() != Some(&there) {
                *tried = Some(there);
                return true;
            }
        }
        false
    }
}
