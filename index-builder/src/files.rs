//! Reading files and folders, with limits.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The most that is read of one file, in bytes.
pub(crate) const LARGEST: u64 = 8 * 1024 * 1024;
/// The most files and folders that are looked at below one folder.
const MOST: usize = 100_000;
/// How deep folders are followed.
const DEPTH: usize = 16;

/// Why a file or folder could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// Reading failed.
    #[error("can not read {0}")]
    Read(PathBuf, #[source] std::io::Error),
    /// Writing failed.
    #[error("can not write {0}")]
    Write(PathBuf, #[source] std::io::Error),
    /// Too large to read.
    #[error("{0} is larger than {LARGEST} bytes")]
    TooLarge(PathBuf),
    /// Too many files.
    #[error("there are more than {MOST} files below {0}")]
    TooMany(PathBuf),
}

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let error = |error| FileError::Read(path.to_owned(), error);
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(error)?;
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(error)?;
    if bytes.len() as u64 > LARGEST {
        return Err(FileError::TooLarge(path.to_owned()));
    }
    Ok(bytes)
}

/// Writes a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), FileError> {
    let error = |error| FileError::Write(path.to_owned(), error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(error)?;
    }
    fs::write(path, text).map_err(error)
}

/// Files below a folder, sorted; links are not followed.
pub(crate) fn below(root: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut files = Vec::new();
    let mut open = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for path in entries(&folder)? {
            let kind = fs::symlink_metadata(&path)
                .map_err(|error| FileError::Read(path.clone(), error))?
                .file_type();
            if kind.is_dir() && depth < DEPTH {
                open.push((path, depth + 1));
            } else if kind.is_file() {
                files.push(path);
            }
        }
        if files.len() + open.len() > MOST {
            return Err(FileError::TooMany(root.to_owned()));
        }
    }
    files.sort();
    Ok(files)
}

/// Entries of a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let error = |error| FileError::Read(folder.to_owned(), error);
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).map_err(error)? {
        all.push(entry.map_err(error)?.path());
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
