//! What all tidying up has in common, and tidying up images.

use harbour_core::image_ref::ImageRef;

use super::Context;
use crate::docker::EngineError;
use crate::operations::error_chain;
use crate::views::{Image, PruneFailure, PruneItem, PrunePreview, Pruned};

/// Names in a row.
pub(super) fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Gathers what became of each thing.
#[derive(Debug, Default)]
pub(super) struct Outcome(Pruned);

impl Outcome {
    pub(super) fn removed(&mut self, id: &str, bytes: i64) {
        self.0.removed.push(id.to_owned());
        self.0.freed_bytes += bytes;
    }

    pub(super) fn stayed(
        &mut self,
        id: &str,
        name: &str,
        error: &(dyn std::error::Error + 'static),
    ) {
        self.kept(id, name, error_chain(error));
    }

    pub(super) fn kept(&mut self, id: &str, name: &str, reason: String) {
        self.0.failed.push(PruneFailure {
            id: id.to_owned(),
            name: name.to_owned(),
            reason,
        });
    }

    pub(super) fn gone(&mut self, id: &str) {
        self.kept(id, id, "it is not there any more".to_owned());
    }

    pub(super) fn done(self) -> Pruned {
        self.0
    }
}

/// Images that may go: those without a name, with `unused` all that no
/// container was made from.
///
/// # Errors
/// When the engine does not say how large they are.
pub async fn preview_images(context: &Context, unused: bool) -> Result<PrunePreview, EngineError> {
    let usage = context.engine.usage().await?;
    let wanted = wanted_by_operations(context);
    let mut preview = PrunePreview::default();
    for image in context.inventory.images() {
        let dangling = image.references.is_empty();
        if in_use(&image, &wanted).is_some() || !(dangling || unused) {
            continue;
        }
        let size = usage.images.get(&image.id).copied();
        preview.bytes += size.unwrap_or_default();
        preview.items.push(PruneItem {
            name: name_of(&image),
            id: image.id,
            size_bytes: size,
            reason: if dangling {
                "it has no name and no container".to_owned()
            } else {
                "no container was made from it".to_owned()
            },
            created: Some(image.created),
        });
    }
    Ok(preview)
}

/// Removes these images, as far as still no container was made from them.
///
/// # Errors
/// When Docker is gone.
pub async fn prune_images(context: &Context, ids: &[String]) -> Result<Pruned, EngineError> {
    let usage = context.engine.usage().await?;
    let mut outcome = Outcome::default();
    for id in ids {
        let found = context.inventory.images().into_iter().find(|i| i.id == *id);
        let Some(image) = found else {
            outcome.gone(id);
            continue;
        };
        if let Some(reason) = in_use(&image, &wanted_by_operations(context)) {
            outcome.kept(id, &name_of(&image), reason);
            continue;
        }
        match remove(context, &image).await {
            Ok(()) => outcome.removed(id, usage.images.get(id).copied().unwrap_or_default()),
            Err(down @ EngineError::Down(_)) => return Err(down),
            Err(error) => outcome.stayed(id, &name_of(&image), &error),
        }
    }
    context.engine.forget_usage().await;
    let images = context.engine.images().await?;
    crate::docker::Observer::images(&*context.inventory, images);
    Ok(outcome.done())
}

/// Never by force: the engine itself then keeps what a container uses, also
/// one that was made a moment ago.
async fn remove(context: &Context, image: &Image) -> Result<(), EngineError> {
    // With several names the id alone is refused; the last name takes it along.
    if image.references.len() > 1 {
        for name in &image.references {
            gone_is_fine(context.engine.remove_image(name, false).await)?;
        }
        return Ok(());
    }
    gone_is_fine(context.engine.remove_image(&image.id, false).await)
}

fn gone_is_fine<T>(result: Result<T, EngineError>) -> Result<(), EngineError> {
    match result {
        Ok(_) | Err(EngineError::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Canonical names of images that operations at work need, before there is a
/// container that shows it.
fn wanted_by_operations(context: &Context) -> Vec<String> {
    let running = context.operations.list().into_iter();
    running
        .filter(|o| o.ended_at.is_none())
        .filter_map(|o| ImageRef::parse(o.target.image.as_deref()?).ok())
        .map(|r| r.canonical())
        .collect()
}

/// Who uses an image, in words.
fn in_use(image: &Image, wanted: &[String]) -> Option<String> {
    if !image.containers.is_empty() {
        return Some(format!(
            "it is used by {}",
            names(image.containers.iter().map(String::as_str))
        ));
    }
    let names = image.references.iter().chain(&image.digests);
    let mut canonical = names.filter_map(|n| ImageRef::parse(n).ok());
    canonical
        .any(|r| wanted.contains(&r.canonical()))
        .then(|| "an operation at work needs it".to_owned())
}

fn name_of(image: &Image) -> String {
    let short = || {
        let hex = image.id.strip_prefix("sha256:").unwrap_or(&image.id);
        hex.get(..12).unwrap_or(hex).to_owned()
    };
    if image.references.is_empty() {
        let repository = image.digests.first().and_then(|d| d.split('@').next());
        return repository.map_or_else(short, |r| format!("{r} ({})", short()));
    }
    image.references.join(", ")
}
