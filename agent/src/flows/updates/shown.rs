//! What is known about updates, as it is shown.

use std::collections::BTreeMap;

use harbour_core::image_ref::ImageRef;
use harbour_core::update::database::is_database;
use harbour_core::update::policy::{Known, Mode, Standing, automatic, ready_at, standing};

use super::known::{Deployed, deployed};
use super::plan::OWN;
use super::schedule::next_run;
use super::{UpdateError, settings};
use crate::db::{BeforeRecord, SightingRecord};
use crate::docker::{APP_LABEL, INSTALL_LABEL};
use crate::flows::Context;
use crate::views::update::{
    AvailableUpdate, ContainerUpdate, DeployedBefore, NewerTag, PausedRegistry, TagStepView,
    UpdateMode, UpdatePolicy, UpdateSettings, UpdateSource, UpdateStatus, Updates,
};

/// What is known about updates of all containers. Asks nobody outside.
///
/// # Errors
/// When the database fails.
pub async fn list(context: &Context) -> Result<Updates, UpdateError> {
    let settings = settings(context).await?;
    let policies = context.db.update_policies().await?;
    let policies: BTreeMap<String, UpdatePolicy> = policies
        .into_iter()
        .map(|one| (one.name, one.policy))
        .collect();
    let sightings = context.db.sightings().await?;
    let sightings: BTreeMap<String, SightingRecord> = sightings
        .into_iter()
        .map(|one| (one.reference.clone(), one))
        .collect();
    let here: Vec<String> = context
        .inventory
        .images()
        .into_iter()
        .map(|one| one.id)
        .collect();
    let now = jiff::Timestamp::now().as_second();
    let all = deployed(context).await?;
    let containers: Vec<ContainerUpdate> = all
        .iter()
        .map(|one| {
            let known = About {
                sighting: one
                    .record
                    .follows
                    .as_ref()
                    .and_then(|name| sightings.get(name)),
                policy: policies.get(&one.record.name).cloned().unwrap_or_default(),
                settings: &settings,
                here: &here,
                now,
                own: context.own_container.as_deref(),
            };
            shown(one, known)
        })
        .collect();
    let available = containers
        .iter()
        .filter(|one| one.status == UpdateStatus::Available)
        .count();
    let mut paused: Vec<PausedRegistry> = Vec::new();
    for sighting in sightings.values().filter(|one| one.paused) {
        let Ok(image) = ImageRef::parse(&sighting.reference) else {
            continue;
        };
        if paused.iter().all(|one| one.registry != image.registry()) {
            paused.push(PausedRegistry {
                registry: image.registry().to_owned(),
                reason: sighting.error.clone().unwrap_or_default(),
            });
        }
    }
    Ok(Updates {
        checked_at: sightings.values().map(|one| one.checked_at.clone()).max(),
        checking: context.checks.is_running(),
        next_run: next_run(&settings),
        available,
        containers,
        paused,
    })
}

struct About<'a> {
    sighting: Option<&'a SightingRecord>,
    policy: UpdatePolicy,
    settings: &'a UpdateSettings,
    /// Ids of the images on this engine.
    here: &'a [String],
    now: i64,
    /// Id of the container that this program runs in.
    own: Option<&'a str>,
}

fn shown(one: &Deployed, about: About<'_>) -> ContainerUpdate {
    let (record, summary) = (&one.record, &one.detail.summary);
    let cooldown = about
        .policy
        .cooldown_hours
        .unwrap_or(about.settings.cooldown_hours);
    let newest = about.sighting.and_then(|sighting| sighting.digests.last());
    let newest = newest.map(|(digest, seen)| (digest.as_str(), seconds(seen)));
    let deployed: Vec<String> = record.digest.iter().cloned().collect();
    let standing = standing(
        &Known {
            deployed: &deployed,
            newest,
            mode: match about.policy.mode {
                UpdateMode::Follow => Mode::Follow,
                UpdateMode::Hold => Mode::Hold,
                UpdateMode::Pin => Mode::Pin,
            },
            skip: about.policy.skip.as_deref(),
            cooldown_hours: cooldown,
        },
        about.now,
    );
    let install = summary.labels.get(INSTALL_LABEL).cloned();
    let failed = about.sighting.and_then(|sighting| sighting.error.clone());
    let (status, reason) = if about.own == Some(summary.id.as_str()) {
        (UpdateStatus::Unsupported, Some(OWN.to_owned()))
    } else if install.is_some() {
        (
            UpdateStatus::Unsupported,
            Some("It belongs to an app of a store, and is updated with the app.".to_owned()),
        )
    } else if record.follows.is_none() {
        (
            UpdateStatus::Unknown,
            Some(
                "It was made from an image without a tag, so there is nothing to follow."
                    .to_owned(),
            ),
        )
    } else if record.digest.is_none() && about.policy.mode != UpdateMode::Pin {
        (
            UpdateStatus::Unknown,
            Some(
                "No registry knows its image: it was made on this server, or loaded from a file."
                    .to_owned(),
            ),
        )
    } else if failed.is_some() && newest.is_none() {
        (UpdateStatus::Unknown, failed)
    } else {
        (status_of(standing), failed)
    };
    let available = newest
        .filter(|(digest, _)| record.digest.as_deref() != Some(digest))
        .filter(|_| status != UpdateStatus::Unsupported && status != UpdateStatus::Unknown)
        .map(|(digest, seen)| AvailableUpdate {
            digest: digest.to_owned(),
            source: UpdateSource::Registry,
            first_seen: time(seen),
            ready_at: time(ready_at(seen, cooldown)),
            failed: record
                .failed
                .as_ref()
                .filter(|failed| failed.digest == digest)
                .map(|failed| failed.cause.clone()),
        });
    let mounts = summary.mounts.iter().map(|mount| mount.target.as_str());
    let database = is_database(&summary.image, mounts);
    ContainerUpdate {
        name: record.name.clone(),
        id: summary.id.clone(),
        app: summary.labels.get(APP_LABEL).cloned(),
        install,
        follows: record.follows.as_deref().map(familiar),
        digest: record.digest.clone(),
        since: record.since.clone(),
        operation: record.operation.clone(),
        status,
        reason,
        available,
        newer_tags: about.sighting.map(newer_tags).unwrap_or_default(),
        checked_at: about.sighting.map(|sighting| sighting.checked_at.clone()),
        database,
        automatic: automatic(about.policy.automatic, about.settings.automatic, database),
        policy: about.policy,
        before: record
            .before
            .iter()
            .map(|one| before(one, about.here))
            .collect(),
    }
}

fn status_of(standing: Standing) -> UpdateStatus {
    match standing {
        Standing::Unchecked => UpdateStatus::Unchecked,
        Standing::Current => UpdateStatus::Current,
        Standing::Available => UpdateStatus::Available,
        Standing::Waiting(_) => UpdateStatus::Waiting,
        Standing::Skipped => UpdateStatus::Skipped,
        Standing::Held => UpdateStatus::Held,
        Standing::Pinned => UpdateStatus::Pinned,
    }
}

fn before(one: &BeforeRecord, here: &[String]) -> DeployedBefore {
    DeployedBefore {
        digest: one.digest.clone(),
        reference: familiar(&one.reference),
        since: one.since.clone(),
        until: one.until.clone(),
        here: here.contains(&one.image_id),
    }
}

fn newer_tags(sighting: &SightingRecord) -> Vec<NewerTag> {
    let step = |word: &str| match word {
        "patch" => Some(TagStepView::Patch),
        "minor" => Some(TagStepView::Minor),
        "major" => Some(TagStepView::Major),
        _ => None,
    };
    let tags = sighting.newer_tags.iter();
    tags.filter_map(|(word, tag)| {
        Some(NewerTag {
            tag: tag.clone(),
            step: step(word)?,
        })
    })
    .collect()
}

/// As a person writes it.
pub(super) fn familiar(reference: &str) -> String {
    ImageRef::parse(reference).map_or_else(|_| reference.to_owned(), |image| image.familiar())
}

/// Seconds since 1970 of a time that we wrote ourselves; one that is damaged
/// counts as long ago.
fn seconds(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>()
        .map_or(0, jiff::Timestamp::as_second)
}

fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string()
}
