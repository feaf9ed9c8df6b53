//! The program and the parser, over the fixtures of the project.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "in a test a panic is the report"
)]

mod building;
mod catalogues;
mod commands;
mod fixtures;
mod imports;
mod preview;
mod publishing;
mod resolving;
mod store;
mod template;

use std::path::{Path, PathBuf};

/// A folder of the project.
fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// YAML files of a folder, sorted.
fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut all: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    all.sort();
    assert!(!all.is_empty(), "{} is empty", folder.display());
    all
}
