//! Checks of a draft's image and name.

use super::{FoundImage, World};
use crate::container_name::ContainerName;
use crate::digest::{Digest, is_lower_hex};
use crate::draft::CreateDraft;
use crate::image_ref::{ImageRef, is_image_id};
use crate::problem::{Problem, ProblemCode, shown};
use crate::spec::ImageSource;

/// Shortest part of an image id that is taken as one; what listings show.
const SHORT_ID_LEN: usize = 12;

pub(super) fn check_image(
    draft: &CreateDraft,
    world: &World,
    out: &mut Vec<Problem>,
) -> Option<FoundImage> {
    let always = match draft.pull.as_deref() {
        None | Some("" | "missing") => false,
        Some("always") => true,
        Some(other) => {
            let message = format!("Pull is missing or always, not “{}”.", shown(other));
            out.push(Problem::new("pull", ProblemCode::Invalid, message));
            false
        }
    };
    match resolve(draft.image.trim(), world) {
        Ok(found) if always && found.source.reference().is_none() => {
            let message = "An image named by its id is only on this server and can not be pulled.";
            out.push(Problem::new("pull", ProblemCode::Invalid, message));
            None
        }
        Ok(found) => Some(FoundImage {
            pull: always || !found.local,
            ..found
        }),
        Err(problem) => {
            out.push(*problem);
            None
        }
    }
}

fn resolve(text: &str, world: &World) -> Result<FoundImage, Box<Problem>> {
    let problem = |code, message: String| Box::new(Problem::new("image", code, message));
    let named = |reference, local| FoundImage {
        source: ImageSource::Reference(reference),
        local,
        pull: false,
    };
    let local_id = |id: Digest| FoundImage {
        source: ImageSource::LocalId(id),
        local: true,
        pull: false,
    };
    // As for the engine, the name of a local image comes before an id that looks the same.
    let by_name = match ImageRef::parse(text) {
        Ok(reference) if is_local(&reference, world) => return Ok(named(reference, true)),
        Ok(reference) => Ok(named(reference, false)),
        Err(error) => Err(error),
    };
    let ids = ids_starting_with(text, world);
    match ids.as_slice() {
        [id] => Ok(local_id(id.clone())),
        [] if is_image_id(text) => Err(problem(
            ProblemCode::Invalid,
            "No image on this server has that id. Write the image's name to pull it.".to_owned(),
        )),
        [] => by_name.map_err(|error| {
            let code = if text.is_empty() {
                ProblemCode::Required
            } else {
                ProblemCode::Invalid
            };
            problem(code, sentence(&error.to_string()))
        }),
        _ => Err(problem(
            ProblemCode::Invalid,
            "Several images on this server have an id that starts like that. Write more of it."
                .to_owned(),
        )),
    }
}

fn is_local(reference: &ImageRef, world: &World) -> bool {
    let wanted = match reference.digest() {
        Some(digest) => format!("{}@{digest}", reference.name()),
        None => reference.canonical(),
    };
    world.local_images.contains(&wanted)
}

fn ids_starting_with(text: &str, world: &World) -> Vec<Digest> {
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    if hex.len() < SHORT_ID_LEN || !hex.bytes().all(is_lower_hex) {
        return Vec::new();
    }
    let mut ids: Vec<Digest> = world
        .local_images
        .iter()
        .filter_map(|image| Digest::parse(image).ok())
        .filter(|id| id.hex().starts_with(hex))
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// The name to use, and whether the draft's own name (or none) can stand.
pub(super) fn check_name(
    draft: &CreateDraft,
    world: &World,
    image: Option<&ImageSource>,
    out: &mut Vec<Problem>,
) -> (ContainerName, bool) {
    let taken = |name: &str| {
        world
            .container_names
            .iter()
            .any(|used| used.trim_start_matches('/') == name)
    };
    let from_image = || {
        let base = image.map_or_else(|| "container".to_owned(), ImageSource::base_name);
        ContainerName::next_free(&base, &taken)
    };
    let Some(wanted) = draft
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty())
    else {
        return (from_image(), true);
    };
    let free = match ContainerName::parse(wanted) {
        Ok(name) if !taken(name.as_str()) => return (name, true),
        Ok(name) => {
            let free = ContainerName::next_free(name.as_str(), &taken);
            let message =
                format!("Another container is called “{name}” already. “{free}” is free.");
            out.push(
                Problem::new("name", ProblemCode::NameTaken, message)
                    .suggest_text(format!("Use {free}"), free.as_str()),
            );
            free
        }
        Err(error) => {
            let free = from_image();
            let message = sentence(&error.to_string());
            out.push(
                Problem::new("name", ProblemCode::Invalid, message)
                    .suggest_text(format!("Use {free}"), free.as_str()),
            );
            free
        }
    };
    (free, false)
}

/// The text of an error as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    format!(
        "{}{}.",
        first.into_iter().flatten().collect::<String>(),
        chars.as_str()
    )
}
