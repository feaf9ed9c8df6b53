//! What answers would make on this server.

use std::collections::BTreeMap;

use harbour_core::digest::Digest;
use harbour_core::install::{
    self, Answers, AppPreview as CorePreview, PinnedImage, Situation, bytes_needed, draft_app,
    plan_app,
};
use harbour_core::manifest::{self, Manifest};

use super::catalogue::{indexed, size_here};
use super::situation::{own_containers, situation};
use super::{Change, StoreError, Wanted, answers, shown};
use crate::db::InstallRecord;
use crate::flows::Context;
use crate::flows::world::{Aside, judged_all};
use crate::secrets::random_vec;
use crate::store::Verified;
use crate::views::store::AppPreview;

/// What is planned: an app, and the install it is or will be.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) manifest: Manifest,
    /// The manifest as it was signed.
    pub(super) text: String,
    pub(super) images: BTreeMap<String, PinnedImage>,
    pub(super) store: String,
    pub(super) version: String,
    /// Id of the install.
    pub(super) install: String,
    /// The install as it is, or as it was when its data was kept.
    pub(super) existing: Option<InstallRecord>,
    /// Name under which this server is reached.
    pub(super) host: String,
}

/// A plan with what it was made from.
pub(super) struct Planned {
    pub(super) preview: CorePreview,
    pub(super) situation: Situation,
    /// Answers with what was kept.
    pub(super) answers: Answers,
}

impl Subject {
    /// A new install of an app in a store.
    pub(super) fn of_store(verified: &Verified, store: &str, host: &str) -> Self {
        Self {
            manifest: verified.manifest.clone(),
            text: String::from_utf8_lossy(&verified.bytes).into_owned(),
            images: pinned(verified),
            store: store.to_owned(),
            version: verified.entry.version.clone(),
            install: ulid::Ulid::generate().to_string(),
            existing: None,
            host: host.to_owned(),
        }
    }

    /// An install as it is.
    pub(super) fn of_record(record: &InstallRecord, host: &str) -> Result<Self, StoreError> {
        let manifest = manifest::parse(record.manifest.as_bytes()).map_err(|faults| {
            let fault = faults.first().map(ToString::to_string).unwrap_or_default();
            StoreError::State(format!(
                "the manifest of {} can no longer be read: {fault}",
                record.name
            ))
        })?;
        let images = record.images.iter().filter_map(|(service, image)| {
            let digest = Digest::parse(&image.digest).ok()?;
            let pinned = PinnedImage {
                tag: image.tag.clone(),
                digest,
                size: image.size,
            };
            Some((service.clone(), pinned))
        });
        Ok(Self {
            manifest,
            text: record.manifest.clone(),
            images: images.collect(),
            store: record.store.clone(),
            version: record.version.clone(),
            install: record.id.clone(),
            existing: Some(record.clone()),
            host: host.to_owned(),
        })
    }

    /// The same install with what the store has now.
    pub(super) fn updated(self, verified: &Verified) -> Self {
        Self {
            manifest: verified.manifest.clone(),
            text: String::from_utf8_lossy(&verified.bytes).into_owned(),
            images: pinned(verified),
            version: verified.entry.version.clone(),
            ..self
        }
    }
}

/// Images as the signed index pins them, where they are those of the manifest.
fn pinned(verified: &Verified) -> BTreeMap<String, PinnedImage> {
    let services = verified.manifest.services.iter();
    let pinned = services.filter_map(|service| {
        let image = indexed(verified, &service.name)?;
        // What the index says of another image is not about this one.
        (image.image == service.image.name()).then(|| {
            let tag = image.tag.clone().or_else(|| service.default_tag.clone());
            let pinned = PinnedImage {
                tag: tag.unwrap_or_else(|| image.digest.short().to_owned()),
                digest: image.digest.clone(),
                size: size_here(image),
            };
            (service.name.clone(), pinned)
        })
    });
    pinned.collect()
}

/// Plans it. Values are made up anew each time; only an install keeps them.
pub(super) async fn plan(
    context: &Context,
    subject: &Subject,
    asked: &Answers,
    confirm_risks: &[String],
) -> Result<Planned, StoreError> {
    let installs = context.db.installs().await?;
    let mut answers = asked.clone();
    if let Some(existing) = &subject.existing {
        answers::with_kept(&mut answers, &existing.answers, &subject.manifest);
    }
    let situation = situation(
        context,
        subject,
        &answers,
        &installs,
        subject.images.clone(),
    )
    .await?;
    let random = random_vec(bytes_needed(&subject.manifest));
    let draft = draft_app(&subject.manifest, &answers, &situation, &random);
    let drafts = draft
        .services
        .iter()
        .map(|service| service.draft.clone())
        .collect();
    let own = own_containers(context, &subject.install)
        .into_iter()
        .map(|(id, _)| id);
    let aside = Aside::Containers(own.collect());
    let network = draft.network.clone();
    let confirm = confirm_risks.to_vec();
    let preview = judged_all(context, drafts, aside, move |mut world| {
        // The network of the app itself is added by the plan.
        world.networks.retain(|name| Some(name) != network.as_ref());
        plan_app(draft, &world, &confirm)
    })
    .await?;
    Ok(Planned {
        preview,
        situation,
        answers,
    })
}

/// The subject of a wish to install: a new install, or one whose data was kept.
pub(super) async fn subject(
    context: &Context,
    wanted: &Wanted,
) -> Result<(Subject, Verified), StoreError> {
    let verified = context
        .catalogue
        .verified(&wanted.store, &wanted.slug)
        .await?;
    let mut subject = Subject::of_store(&verified, &wanted.store, &wanted.host);
    let installs = context.db.installs().await?;
    let name = wanted
        .answers
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let left = installs.iter().find(|install| {
        install.state == "removed"
            && install.store == wanted.store
            && install.slug == wanted.slug
            && name.is_none_or(|name| install.name == name)
    });
    if let Some(left) = left {
        subject.install = left.id.clone();
        subject.existing = Some(left.clone());
    }
    Ok((subject, verified))
}

/// The subject of a change, and the manifest it goes to when that is a newer one.
pub(super) async fn changed(
    context: &Context,
    id: &str,
    change: &Change,
) -> Result<(Subject, Option<Verified>), StoreError> {
    let record = super::installs::find(context, id).await?;
    let subject = Subject::of_record(&record, &change.host)?;
    if !change.update {
        return Ok((subject, None));
    }
    let verified = context
        .catalogue
        .verified(&record.store, &record.slug)
        .await?;
    Ok((subject.updated(&verified), Some(verified)))
}

/// What an install would make, or all that is wrong. Changes nothing.
///
/// # Errors
/// When the app is not there or not believed, or Docker does not answer.
pub async fn preview(context: &Context, wanted: Wanted) -> Result<AppPreview, StoreError> {
    let (subject, _) = subject(context, &wanted).await?;
    let asked = answers::of_view(&wanted.answers);
    let planned = plan(context, &subject, &asked, &wanted.confirm_risks).await?;
    Ok(shown::preview(planned.preview))
}

/// What changed answers would make, or all that is wrong. Changes nothing.
///
/// # Errors
/// When nothing has that id, or Docker does not answer.
pub async fn preview_change(
    context: &Context,
    id: &str,
    change: Change,
) -> Result<AppPreview, StoreError> {
    let (subject, _) = changed(context, id, &change).await?;
    let asked = answers::of_view(&change.answers);
    let planned = plan(context, &subject, &asked, &change.confirm_risks).await?;
    Ok(shown::preview(planned.preview))
}

/// Answers with what was made up among them, as they are kept.
pub(super) fn kept_answers(answers: &Answers, plan: &install::AppPlan) -> Answers {
    let mut kept = answers.clone();
    for made in &plan.made {
        kept.params.insert(made.key.clone(), made.value.clone());
    }
    kept
}
