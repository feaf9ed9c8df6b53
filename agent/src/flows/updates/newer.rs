//! Later tags of what is followed, as hints. Listing tags takes much longer than
//! asking for a digest, so it happens after a check and seldom.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _};
use harbour_core::image_ref::ImageRef;
use harbour_core::update::tags::{Step, newer};
use jiff::{SignedDuration, Timestamp};

use super::check::told;
use crate::db::SightingRecord;
use crate::flows::Context;
use crate::operations::error_chain;

/// How old hints may be.
const FRESH: SignedDuration = SignedDuration::from_hours(12);
/// Questions at once, of all registries together.
const AT_ONCE: usize = 4;

/// Looks, and says so on the event stream when hints changed.
pub(super) async fn look(context: &Context) {
    match all(context).await {
        Ok(true) => told(context),
        Ok(false) => {}
        Err(error) => {
            tracing::error!(error = %error_chain(&error), "hints of later tags could not be kept");
        }
    }
}

/// Answers whether there was something to look for.
async fn all(context: &Context) -> Result<bool, crate::db::DbError> {
    let now = Timestamp::now();
    let is_old = |one: &SightingRecord| {
        let at = one.tags_at.as_deref().and_then(|at| at.parse().ok());
        at.is_none_or(|at: Timestamp| now.duration_since(at) > FRESH)
    };
    let sightings = context.db.sightings().await?;
    let old = sightings
        .into_iter()
        .filter(|one| !one.paused && is_old(one));
    let old: Vec<(String, ImageRef)> = old
        .filter_map(|one| Some((one.reference.clone(), ImageRef::parse(&one.reference).ok()?)))
        .filter(|(_, image)| image.tag().is_some_and(|tag| tag.contains('.')))
        .collect();
    let names: BTreeSet<String> = old.iter().map(|(_, image)| image.name()).collect();
    if names.is_empty() {
        return Ok(false);
    }
    let listed: BTreeMap<String, Vec<String>> = stream::iter(names)
        .map(|name| async {
            let image = ImageRef::parse(&name).ok()?;
            // Hints only: the check itself tells when a registry does not answer.
            let found = context.net.network().tags(&image).await.ok()?;
            Some((name, found.tags))
        })
        .buffer_unordered(AT_ONCE)
        .filter_map(|one| async { one })
        .collect()
        .await;
    // A check may have written meanwhile.
    let mut changed = Vec::new();
    for mut sighting in context.db.sightings().await? {
        let Some((_, image)) = old.iter().find(|(one, _)| *one == sighting.reference) else {
            continue;
        };
        let (Some(tags), Some(tag)) = (listed.get(&image.name()), image.tag()) else {
            continue;
        };
        let found = newer(tag, tags.iter().map(String::as_str));
        sighting.newer_tags = found
            .into_iter()
            .map(|(step, tag)| (word(step).to_owned(), tag.to_owned()))
            .collect();
        sighting.tags_at = Some(now.to_string());
        changed.push(sighting);
    }
    context.db.save_sightings(&changed, Vec::new()).await?;
    Ok(!changed.is_empty())
}

fn word(step: Step) -> &'static str {
    match step {
        Step::Patch => "patch",
        Step::Minor => "minor",
        Step::Major => "major",
    }
}
