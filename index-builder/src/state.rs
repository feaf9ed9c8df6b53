//! What the last `build` found out, so that the next one need not. It only
//! saves time: without it the same bytes are published.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::app::Record;
use crate::build::Retired;
use crate::error::CommandError;

/// Counts up whenever an older file would say too little, or what is checked
/// becomes another.
const FORMAT: u32 = 1;

/// What the last `build` found out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct State {
    format: u32,
    version: String,
    /// When it looked, in seconds after 1970.
    pub(crate) looked: i64,
    /// Apps by slug.
    pub(crate) apps: BTreeMap<String, Record>,
    /// SHA-256 of the snapshot that it wrote or left.
    pub(crate) snapshot: String,
    /// What each page of the gallery was made of, by file.
    pub(crate) pages: BTreeMap<String, String>,
    /// Files that no publication uses any more.
    pub(crate) retired: Retired,
}

impl Default for State {
    fn default() -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            looked: 0,
            apps: BTreeMap::new(),
            snapshot: String::new(),
            pages: BTreeMap::new(),
            retired: Retired::new(),
        }
    }
}

impl State {
    /// The state in a file; one without anything when there is none that can be used.
    pub(crate) fn read(path: &Path) -> Self {
        let usable =
            |state: &Self| state.format == FORMAT && state.version == env!("CARGO_PKG_VERSION");
        File::open(path)
            .ok()
            .and_then(|file| serde_json::from_reader(BufReader::new(file)).ok())
            .filter(usable)
            .unwrap_or_default()
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), CommandError> {
        let failed = || CommandError::file(path, "written");
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed())?;
        let aside = tempfile::NamedTempFile::new_in(folder).map_err(failed())?;
        let mut out = BufWriter::new(aside.as_file());
        serde_json::to_writer(&mut out, self).map_err(|error| failed()(error.into()))?;
        out.flush().map_err(failed())?;
        drop(out);
        aside.persist(path).map_err(|error| failed()(error.error))?;
        Ok(())
    }
}
