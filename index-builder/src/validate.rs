//! `validate`: everything that is wrong with manifests.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use harbour_core::manifest::{self, Manifest};

use crate::cli::ValidateArgs;
use crate::error::Failure;
use crate::files::{self, MAX_FILE};
use crate::folders;
use crate::problems::Problems;
use crate::publisher::MANIFEST;
use crate::source::Source;

pub(crate) fn run(args: &ValidateArgs) -> Result<String, Failure> {
    let mut paths = Vec::new();
    for path in &args.paths {
        if Source::is_one(path) {
            let source = Source::new(path);
            settings(&source)?;
            let mut problems = Problems::default();
            let folders = source.app_folders(&mut problems);
            if !problems.is_empty() {
                return Err(problems.failure("nothing else was looked at"));
            }
            paths.extend(folders.into_iter().map(|folder| folder.join(MANIFEST)));
        } else if path.is_dir() {
            let found = folders::below(path)?;
            paths.extend(found.into_iter().filter(|path| folders::is_yaml(path)));
        } else {
            paths.push(path.clone());
        }
    }
    let mut output = String::new();
    let (mut errors, mut wrong) = (0, 0);
    let mut slugs: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in &paths {
        let lines = check(path, &mut slugs)?;
        errors += lines.len();
        wrong += usize::from(!lines.is_empty());
        for line in lines {
            // Writing to a String does not fail.
            let _ = writeln!(output, "{line}");
        }
    }
    if paths.is_empty() {
        return Err(Failure {
            output,
            message: "there are no manifests (*.yaml, *.yml) here".to_owned(),
        });
    }
    if errors > 0 {
        return Err(Failure {
            output,
            message: format!("{errors} errors in {wrong} of {} manifests", paths.len()),
        });
    }
    Ok(format!("{} manifests hold\n", paths.len()))
}

/// `store.yaml` of a store.
fn settings(source: &Source) -> Result<(), Failure> {
    let mut problems = Problems::default();
    source.settings(&mut problems);
    if problems.is_empty() {
        return Ok(());
    }
    Err(problems.failure("nothing else was looked at"))
}

/// `FILE:LINE:COLUMN: …` for everything wrong with one file.
fn check(path: &Path, slugs: &mut BTreeMap<String, PathBuf>) -> Result<Vec<String>, Failure> {
    let bytes = files::read(path, MAX_FILE)?;
    let shown = path.display();
    let mut lines = Vec::new();
    match manifest::parse(&bytes) {
        Err(faults) => lines.extend(faults.iter().map(|fault| format!("{shown}:{fault}"))),
        Ok(manifest) => {
            lines.extend(icon(path, &manifest).map(|text| format!("{shown}:1:1: icon: {text}")));
            if let Some(other) = slugs.insert(manifest.slug.clone(), path.to_owned()) {
                lines.push(format!(
                    "{shown}:1:1: slug: {} is also the slug of {}",
                    manifest.slug,
                    other.display()
                ));
            }
        }
    }
    Ok(lines)
}

/// A picture beside the manifest must be there.
fn icon(path: &Path, manifest: &Manifest) -> Option<String> {
    let icon = manifest.listing.icon.as_deref()?;
    if icon.contains("://") {
        return None;
    }
    let file = path.parent().unwrap_or(Path::new("")).join(icon);
    (!file.is_file()).then(|| format!("there is no file {}", file.display()))
}
