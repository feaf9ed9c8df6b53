//! Asking registries what references mean now. Nothing is fetched.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _};
use harbour_core::image_ref::ImageRef;

use super::known::deployed;
use super::{UpdateError, list};
use crate::db::SightingRecord;
use crate::flows::Context;
use crate::views::update::{UpdateMode, Updates};

/// Questions at once, of all registries together.
const AT_ONCE: usize = 16;
/// Digests that are remembered for a reference.
const REMEMBERED: usize = 50;

/// One look for updates at a time, and word of changed wishes.
#[derive(Debug, Default)]
pub struct Checks {
    running: tokio::sync::Mutex<()>,
    wishes: tokio::sync::Notify,
    checked: tokio::sync::Notify,
}

impl Checks {
    /// Whether somebody looks for updates now.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running.try_lock().is_err()
    }

    /// Settings or a policy are other ones now.
    pub(super) fn wishes_changed(&self) {
        self.wishes.notify_one();
    }

    pub(super) async fn wishes(&self) {
        self.wishes.notified().await;
    }

    pub(super) async fn checked(&self) {
        self.checked.notified().await;
    }
}

/// Says on the event stream that what is known of updates changed.
pub(super) fn told(context: &Context) {
    context.events.publish("updates", &serde_json::json!({}));
}

/// Asks about everything that is followed; each reference once.
///
/// # Errors
/// When the database fails. A registry that does not answer is no error: its
/// reason is kept for those who follow something of it.
pub async fn check(context: &Context) -> Result<Updates, UpdateError> {
    match context.checks.running.try_lock() {
        Ok(one) => {
            told(context);
            let asked = ask_all(context).await;
            drop(one);
            told(context);
            asked?;
            context.checks.checked.notify_one();
        }
        // Somebody asks already: what they hear is new enough.
        Err(_) => drop(context.checks.running.lock().await),
    }
    list(context).await
}

async fn ask_all(context: &Context) -> Result<(), UpdateError> {
    let policies = context.db.update_policies().await?;
    let pinned: BTreeSet<String> = policies
        .into_iter()
        .filter(|one| one.policy.mode == UpdateMode::Pin)
        .map(|one| one.name)
        .collect();
    let all = deployed(context).await?;
    let followed: BTreeSet<String> = all
        .iter()
        .filter(|one| !pinned.contains(&one.record.name))
        .filter_map(|one| one.record.follows.clone())
        .collect();
    let known = context.db.sightings().await?;
    let mut known: BTreeMap<String, SightingRecord> = known
        .into_iter()
        .map(|one| (one.reference.clone(), one))
        .collect();
    let asked = stream::iter(followed.iter().cloned())
        .map(|reference| {
            let before = known.remove(&reference);
            ask(context, reference, before)
        })
        .buffer_unordered(AT_ONCE);
    let answers: Vec<SightingRecord> = asked.collect().await;
    // What nobody follows any more is forgotten.
    let gone = known
        .into_keys()
        .filter(|one| !followed.contains(one))
        .collect();
    context.db.save_sightings(&answers, gone).await?;
    Ok(())
}

async fn ask(
    context: &Context,
    reference: String,
    before: Option<SightingRecord>,
) -> SightingRecord {
    let now = jiff::Timestamp::now().to_string();
    let mut record = before.unwrap_or_else(|| SightingRecord {
        v: 1,
        reference: reference.clone(),
        digests: Vec::new(),
        checked_at: now.clone(),
        error: None,
        paused: false,
        newer_tags: Vec::new(),
        tags_at: None,
    });
    record.checked_at.clone_from(&now);
    let image = match ImageRef::parse(&reference) {
        Ok(image) => image,
        Err(error) => {
            record.error = Some(error.to_string());
            return record;
        }
    };
    match context.net.network().digest(&image).await {
        Ok(digest) => {
            record.error = None;
            record.paused = false;
            let digest = digest.to_string();
            // It may go back to one that it meant before: the newest is last.
            let seen = record.digests.iter().position(|(one, _)| *one == digest);
            let seen = seen.map(|at| record.digests.remove(at));
            record.digests.push(seen.unwrap_or((digest, now)));
            let over = record.digests.len().saturating_sub(REMEMBERED);
            record.digests.drain(..over);
        }
        Err(error) => {
            record.paused = matches!(error, registry::RegistryError::TooMany(_));
            record.error = Some(error.to_string());
        }
    }
    record
}
