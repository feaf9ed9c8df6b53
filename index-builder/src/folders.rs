//! Looking through folders, with limits.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::CommandError;

/// The most files and folders that are looked at below one folder.
const MOST: usize = 100_000;
/// How deep folders are followed.
const DEPTH: usize = 16;

/// Files below a folder, sorted; links are not followed.
pub(crate) fn below(root: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let mut files = Vec::new();
    let mut open = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for path in entries(&folder)? {
            let kind = fs::symlink_metadata(&path)
                .map_err(CommandError::file(&path, "read"))?
                .file_type();
            if kind.is_dir() && depth < DEPTH {
                open.push((path, depth + 1));
            } else if kind.is_file() {
                files.push(path);
            }
        }
        if files.len() + open.len() > MOST {
            let reason = format!("there are more than {MOST} files below it");
            return Err(CommandError::content(root, reason));
        }
    }
    files.sort();
    Ok(files)
}

/// Entries of a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let failed = || CommandError::file(folder, "read");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        all.push(entry.map_err(failed())?.path());
    }
    all.sort();
    Ok(all)
}

/// Entries of a folder, sorted, each with whether it is a folder; links are none.
pub(crate) fn kinds(folder: &Path) -> Result<Vec<(PathBuf, bool)>, CommandError> {
    let failed = || CommandError::file(folder, "read");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        let kind = entry.file_type().map_err(failed())?;
        all.push((entry.path(), kind.is_dir()));
    }
    all.sort();
    Ok(all)
}

/// Whether a file is YAML by its name.
pub(crate) fn is_yaml(path: &Path) -> bool {
    has_ending(path, &["yml", "yaml"])
}

/// Whether a file has one of these endings.
pub(crate) fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| endings.contains(&ending))
}
