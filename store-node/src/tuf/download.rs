//! Target files: fetched, checked while they come, kept when they are right.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use harbour_core::tuf::client::Found;
use harbour_core::tuf::name::local_name;
use harbour_core::tuf::refusal::Refusal;
use tempfile::NamedTempFile;

use super::directory::put;
use crate::origin::{Origin, OriginError};

/// Why a target is not there.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// It is not what was signed for.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It did not come.
    #[error(transparent)]
    Origin(OriginError),
    /// It can not be stored.
    #[error("{} can not be written: {source}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A target that is in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it had to be fetched; it may have been there already.
    pub fetched: bool,
}

impl Download {
    /// Fetches a target into a folder, unless it is there with the right bytes.
    ///
    /// # Errors
    /// When it does not come, is not what was signed for, or can not be stored.
    pub async fn run(
        found: &Found,
        origin: &Origin,
        base_url: &str,
        folder: &Path,
    ) -> Result<Self, DownloadError> {
        let path = folder.join(local_name(found.path.as_str()));
        if is_there(found, &path)? {
            let fetched = false;
            return Ok(Self { path, fetched });
        }
        let failed = |source| DownloadError::File {
            path: path.clone(),
            source,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let mut aside = NamedTempFile::new_in(folder).map_err(failed)?;
        let mut check = found.check()?;
        let fetch = found.fetch();
        let take = |piece: &[u8]| {
            check.update(piece)?;
            aside.write_all(piece)?;
            Ok(())
        };
        let there = origin.stream(base_url, &fetch, take).await;
        if !there.map_err(DownloadError::Origin)? {
            return Err(Refusal::Missing(fetch.path).into());
        }
        check.finish()?;
        put(folder, &path, aside).map_err(failed)?;
        let fetched = true;
        Ok(Self { path, fetched })
    }
}

/// Whether the file has the signed bytes. One that has others is fetched anew,
/// as is one that can not be read.
fn is_there(found: &Found, path: &Path) -> Result<bool, DownloadError> {
    let mut check = found.check()?;
    let Ok(mut file) = File::open(path) else {
        return Ok(false);
    };
    let mut buffer = vec![0; 64 * 1_024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(check.finish().is_ok()),
            Ok(count) => {
                if check.update(&buffer[..count]).is_err() {
                    return Ok(false);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Ok(false),
        }
    }
}
