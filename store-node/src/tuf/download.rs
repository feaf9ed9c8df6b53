//! Target files: fetched, checked while they come, kept when they are right.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use harbour_core::tuf::client::Found;
use harbour_core::tuf::content::describe;
use harbour_core::tuf::name::file_name;
use harbour_core::tuf::refusal::Refusal;
use tempfile::NamedTempFile;

use super::directory::put;
use crate::origin::{Origin, OriginError};

/// Longest name of a file that every file system takes, less some room.
const MAX_FILE_NAME: usize = 200;

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

/// One file name for a path of any letters; long ones are cut and get a hash.
fn local_name(path: &str) -> String {
    let name = file_name(path);
    if name.len() <= MAX_FILE_NAME {
        return name;
    }
    let hash = describe(path.as_bytes()).hashes.remove("sha256");
    let kept = MAX_FILE_NAME - 65;
    format!("{}~{}", &name[..kept], hash.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_a_file_name_of_its_own() {
        assert_eq!(local_name("a/b c"), "a%2Fb%20c");
        let long = "x/".repeat(300);
        let (one, other) = (
            local_name(&format!("{long}a")),
            local_name(&format!("{long}b")),
        );
        assert_eq!(one.len(), MAX_FILE_NAME);
        assert_ne!(one, other);
        assert!(!one.contains('/'));
    }
}
