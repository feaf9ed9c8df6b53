//! Files that were signed for, kept by their hash. What is read is checked
//! again by whoever reads it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// A folder of files by the SHA-256 of their content.
#[derive(Clone, Debug)]
pub(super) struct Files(PathBuf);

impl Files {
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self(folder.to_owned()))
    }

    /// At most `limit` bytes of a file; `None` when it is not kept.
    pub(super) fn read(&self, sha256: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.0.join(sha256)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Keeps a file. It can be fetched again, so it need not be durable; but it
    /// is never there in part under its name.
    pub(super) fn write(&self, sha256: &str, bytes: &[u8]) -> io::Result<()> {
        let aside = self.0.join(format!("{sha256}.new"));
        File::create(&aside)?.write_all(bytes)?;
        fs::rename(&aside, self.0.join(sha256))
    }

    /// Removes all files but those.
    pub(super) fn keep(&self, wanted: &BTreeSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let name = entry.file_name();
            if !name.to_str().is_some_and(|name| wanted.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}
