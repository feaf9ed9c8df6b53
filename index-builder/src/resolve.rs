//! `resolve`: what the tags of all apps mean now, written into `locks/`, so that
//! `build` asks nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use futures_util::{StreamExt as _, stream};
use harbour_core::image_ref::ImageRef;
use harbour_core::manifest::{Manifest, SchemaVersion, Service};
use harbour_core::store::channel;
use harbour_core::store::index::service_key;
use harbour_core::store::lock::{Found, Lock, MAX_LOCK};
use harbour_core::tuf::time::Time;
use harbour_core::yaml::{Mark, Node};
use registry::Registries;

use crate::app::read_manifest;
use crate::catalogue::file_name;
use crate::error::{CommandError, Failure};
use crate::files::{read, write};
use crate::problems::Problems;
use crate::publisher::MANIFEST;
use crate::source::Source;

/// Images that are asked about at once; the registries' client lets fewer through.
const AT_ONCE: usize = 32;

/// Whose tags.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// The store's source: `store.yaml` and `apps/`.
    store: PathBuf,
    /// Keep every tag as its manifest has it, not only those of apps that
    /// `hold` in store.yaml lists.
    #[arg(long)]
    as_written: bool,
    /// Seconds to wait for a registry that wants to be asked later.
    #[arg(long, default_value_t = 60)]
    patience: u64,
    /// The time of first sight, like 2030-01-31T12:00:00Z; without it now.
    #[arg(long)]
    now: Option<Time>,
}

/// An app to be looked up.
struct App {
    file: PathBuf,
    manifest: Manifest,
    tree: Node,
    hold: bool,
}

/// An image, and whether a newer tag may take its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    image: ImageRef,
    tag: Option<String>,
    hold: bool,
}

/// Looks everything up.
///
/// # Errors
/// Every manifest that does not hold and every image that is not known; the
/// locks of the other apps are written.
pub(crate) fn run(command: &Resolve, now: Time) -> Result<String, Failure> {
    let now = command.now.unwrap_or(now);
    let source = Source::new(&command.store);
    let mut problems = Problems::default();
    let settings = source.settings(&mut problems);
    let mut apps = Vec::new();
    for folder in source.app_folders(&mut problems) {
        let file = folder.join(MANIFEST);
        let slug = file_name(&folder);
        let hold = command.as_written || settings.hold.contains(&slug);
        if let Some((manifest, tree)) = read_manifest(&file, &slug, &mut problems) {
            apps.push(App {
                file,
                manifest,
                tree,
                hold,
            });
        }
    }
    let answers = ask_all(&command_registries(command, &source), &apps)?;
    let mut output = String::new();
    let mut written = 0;
    for app in &apps {
        let mut own = Problems::default();
        let before = read_lock(&source, app, &mut own);
        let mut found = BTreeMap::new();
        let mut failed = Vec::new();
        for service in &app.manifest.services {
            let name = service_key(&app.manifest, &service.name);
            match &answers[&question(service, app.hold)] {
                Ok(answer) => {
                    found.insert(name.to_owned(), answer.clone());
                }
                Err(reason) => failed.push((place(app, service), format!("{name}: {reason}"))),
            }
        }
        // What was known stays when a registry does not answer today.
        let known = before.fits(&app.manifest).is_ok() && !before.services.is_empty();
        for (mark, reason) in failed.iter().filter(|_| known) {
            let file = app.file.display();
            // Writing to a String does not fail, here and below.
            let _ = writeln!(output, "{file}:{mark}: {reason}; what was known stays");
        }
        if failed.is_empty() {
            let after = before.after(&app.manifest, &found, now);
            if after != before {
                write(&source.lock(&app.manifest.slug), &after.write())?;
                written += 1;
                changes(&app.manifest.slug, &before, &after, &mut output);
            }
        } else if !known {
            for (mark, reason) in failed {
                own.add(&app.file, mark, reason);
            }
        }
        problems.append(own);
    }
    if problems.is_empty() {
        let _ = writeln!(output, "{} apps, {written} locks changed", apps.len());
        return Ok(output);
    }
    let mut failure = problems.failure("the locks of the other apps are up to date");
    failure.output.insert_str(0, &output);
    Err(failure)
}

fn command_registries(command: &Resolve, source: &Source) -> Registries {
    Registries::new()
        .with_patience(Duration::from_secs(command.patience))
        .with_cache(source.own().join("registry"))
}

fn question(service: &Service, hold: bool) -> Question {
    let tag = match (&service.default_tag, &service.digest) {
        (None, None) => Some("latest".to_owned()),
        (tag, _) => tag.clone(),
    };
    let mut name = service.image.name();
    if let Some(digest) = &service.digest {
        name = format!("{name}@{digest}");
    } else if let Some(tag) = &tag {
        name = format!("{name}:{tag}");
    }
    // A name, tag and digest that were read make a reference that can be read.
    let image = ImageRef::parse(&name).unwrap_or_else(|_| service.image.clone());
    Question { image, tag, hold }
}

type Answers = BTreeMap<Question, Result<Found, String>>;

/// Asks each question once, however many apps have it.
fn ask_all(registries: &Registries, apps: &[App]) -> Result<Answers, CommandError> {
    let services = apps.iter().flat_map(|app| {
        app.manifest
            .services
            .iter()
            .map(|service| (service, app.hold))
    });
    let questions: BTreeSet<_> = services
        .map(|(service, hold)| question(service, hold))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let asked = stream::iter(questions).map(|question| async {
        let answer = ask(registries, &question).await;
        (question, answer)
    });
    Ok(runtime.block_on(asked.buffer_unordered(AT_ONCE).collect()))
}

async fn ask(registries: &Registries, question: &Question) -> Result<Found, String> {
    let image = &question.image;
    let mut tag = question.tag.clone();
    if let (Some(current), None, false) = (&question.tag, image.digest(), question.hold)
        && channel::moves(current)
    {
        let tags = registries
            .tags(image)
            .await
            .map_err(|error| error.to_string())?;
        let newest = channel::newest(current, tags.tags.iter().map(String::as_str));
        tag = Some(newest.to_owned());
    }
    let reference = match (&tag, image.digest()) {
        (Some(tag), None) => format!("{}:{tag}", image.name()),
        _ => image.to_string(),
    };
    let reference = ImageRef::parse(&reference).map_err(|error| error.to_string())?;
    let resolved = registries.resolve(&reference).await;
    let resolved = resolved.map_err(|error| error.to_string())?;
    if resolved.platforms.is_empty() {
        return Err(format!("{reference} is there for no Linux platform"));
    }
    Ok(Found {
        tag,
        digest: resolved.digest,
        platforms: resolved.platforms,
    })
}

/// Where the manifest names the image of a service: its tag if there is one.
fn place(app: &App, service: &Service) -> Mark {
    let container = match app.manifest.schema {
        SchemaVersion::V1 => Some(&app.tree),
        SchemaVersion::V2 => {
            let services = app.tree.get("services");
            services.and_then(|services| services.get(&service.name))
        }
    };
    let of = |key| container.and_then(|container| container.get(key));
    of("defaultTag")
        .or(of("image"))
        .map_or(Mark::START, |node| node.mark)
}

fn read_lock(source: &Source, app: &App, problems: &mut Problems) -> Lock {
    let path = source.lock(&app.manifest.slug);
    if !path.exists() {
        return Lock::empty();
    }
    let limit = u64::try_from(MAX_LOCK).unwrap_or(u64::MAX);
    let bytes = match read(&path, limit) {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.error(&path, error);
            return Lock::empty();
        }
    };
    Lock::read(&bytes).unwrap_or_else(|error| {
        problems.whole(
            &path,
            format!("{error}; remove it, and first sights begin anew"),
        );
        Lock::empty()
    })
}

/// One line for each image that became another.
fn changes(slug: &str, before: &Lock, after: &Lock, output: &mut String) {
    for (name, now) in &after.services {
        let then = before.services.get(name);
        if then.is_some_and(|then| then.digest == now.digest && then.tag == now.tag) {
            continue;
        }
        let tag = now.tag.as_deref().unwrap_or("(by digest)");
        let short = now.digest.short();
        let _ = match then {
            None => writeln!(output, "{slug}: {name}: {tag} is {short}"),
            Some(then) => {
                let (before, old) = (
                    then.tag.as_deref().unwrap_or("(by digest)"),
                    then.digest.short(),
                );
                writeln!(output, "{slug}: {name}: {before} {old} → {tag} {short}")
            }
        };
    }
}
