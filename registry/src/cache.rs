//! Answers that never change, because their questions name digests: kept in
//! memory, and in a folder if there is one.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use harbour_core::digest::Digest;
use harbour_core::store::index::Platform;
use serde::{Deserialize, Serialize};

/// Answers in memory; half of them go when there are more.
const MAX_ANSWERS: usize = 4_000;
/// Bytes of a file of the folder.
const MAX_FILE: u64 = 256 * 1024;

#[derive(Debug, Default)]
pub(crate) struct Cache {
    folder: Option<PathBuf>,
    known: Mutex<HashMap<Digest, Vec<Platform>>>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    platforms: Vec<Platform>,
}

impl Cache {
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self {
            folder: Some(folder),
            known: Mutex::default(),
        }
    }

    pub(crate) fn get(&self, digest: &Digest) -> Option<Vec<Platform>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(platforms) = known.get(digest) {
            return Some(platforms.clone());
        }
        drop(known);
        // What is not there or is damaged is asked again.
        let path = self.file(digest)?;
        let small = std::fs::metadata(&path).ok()?.len() <= MAX_FILE;
        let kept: Kept =
            serde_json::from_slice(&std::fs::read(path).ok().filter(|_| small)?).ok()?;
        self.remember(digest, &kept.platforms);
        Some(kept.platforms)
    }

    /// A folder that can not be written costs a question next time, no more.
    pub(crate) fn put(&self, digest: &Digest, platforms: &[Platform]) {
        self.remember(digest, platforms);
        let (Some(folder), Some(path)) = (&self.folder, self.file(digest)) else {
            return;
        };
        let kept = Kept {
            platforms: platforms.to_vec(),
        };
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(folder)?;
            let mut aside = tempfile::NamedTempFile::new_in(folder)?;
            aside.write_all(&serde_json::to_vec(&kept)?)?;
            aside.persist(path)?;
            Ok(())
        };
        if let Err(error) = write() {
            tracing::debug!(%error, folder = %folder.display(), "an answer can not be kept");
        }
    }

    fn remember(&self, digest: &Digest, platforms: &[Platform]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_ANSWERS {
            let mut keep = false;
            known.retain(|_, _| {
                keep = !keep;
                keep
            });
        }
        known.insert(digest.clone(), platforms.to_vec());
    }

    fn file(&self, digest: &Digest) -> Option<PathBuf> {
        let name = format!("{}-{}.json", digest.algorithm().as_str(), digest.hex());
        Some(self.folder.as_ref()?.join(name))
    }
}
