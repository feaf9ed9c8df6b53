//! The folder of trusted files: `root.json`, `timestamp.json`, … One process
//! uses it at a time; every file is whole or absent.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use harbour_core::tuf::client::stored_name;
use harbour_core::tuf::limits::MAX_TARGETS;
use harbour_core::tuf::time::Time;
use tempfile::NamedTempFile;

/// Holds the highest time ever seen; not called `.json`, for it is no role.
const HIGHEST_TIME: &str = "highest-time";
const LOCK: &str = ".lock";

/// A file of the folder can not be used.
#[derive(Debug, thiserror::Error)]
#[error("{} can not be {action}: {source}", .path.display())]
pub struct DirectoryError {
    path: PathBuf,
    action: &'static str,
    source: io::Error,
}

/// The folder, locked until dropped.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// The lock goes with the open file.
    _lock: File,
}

impl Directory {
    /// Opens the folder, which must be there; waits while another uses it.
    ///
    /// # Errors
    /// When it can not be locked.
    pub fn open(path: &Path) -> Result<Self, DirectoryError> {
        let lock_path = path.join(LOCK);
        let failed = |action| {
            let path = lock_path.clone();
            move |source| DirectoryError {
                path,
                action,
                source,
            }
        };
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(failed("opened"))?;
        lock.lock().map_err(failed("locked"))?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// Makes the folder if it is not there, and opens it.
    ///
    /// # Errors
    /// When it can not be made or locked.
    pub fn create(path: &Path) -> Result<Self, DirectoryError> {
        fs::create_dir_all(path).map_err(|source| DirectoryError {
            path: path.to_owned(),
            action: "made",
            source,
        })?;
        Self::open(path)
    }

    /// The stored file of a role, if there is one. No role is larger than a
    /// targets file may be; what is, is cut and will not verify.
    ///
    /// # Errors
    /// When it is there and can not be read.
    pub fn load(&self, role: &str) -> Result<Option<Vec<u8>>, DirectoryError> {
        self.read(&stored_name(role))
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, DirectoryError> {
        let path = self.path.join(name);
        let failed = |source| DirectoryError {
            path: path.clone(),
            action: "read",
            source,
        };
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed)?,
        };
        let mut bytes = Vec::new();
        file.take(MAX_TARGETS)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        Ok(Some(bytes))
    }

    /// Stores the file of a role, durably.
    ///
    /// # Errors
    /// When it can not be written.
    pub fn save(&self, role: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        self.write(&stored_name(role), bytes)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        let path = self.path.join(name);
        write_whole(&self.path, &path, |file| file.write_all(bytes)).map_err(|source| {
            DirectoryError {
                path,
                action: "written",
                source,
            }
        })
    }

    /// Removes the stored file of a role, if there is one.
    ///
    /// # Errors
    /// When it is there and stays.
    pub fn remove(&self, role: &str) -> Result<(), DirectoryError> {
        self.remove_file(&stored_name(role))
    }

    fn remove_file(&self, name: &str) -> Result<(), DirectoryError> {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(DirectoryError {
                path,
                action: "removed",
                source,
            }),
            _ => Ok(()),
        }
    }

    /// The highest time ever kept. A file that holds none counts as absent.
    ///
    /// # Errors
    /// When it can not be read.
    pub fn highest_time(&self) -> Result<Option<Time>, DirectoryError> {
        let bytes = self.read(HIGHEST_TIME)?;
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(text.and_then(|text| text.trim_end().parse().ok()))
    }

    /// Keeps a time as the highest.
    ///
    /// # Errors
    /// When it can not be written.
    pub fn keep_time(&self, time: Time) -> Result<(), DirectoryError> {
        self.write(HIGHEST_TIME, format!("{time}\n").as_bytes())
    }

    /// Forgets the highest time.
    ///
    /// # Errors
    /// When its file stays.
    pub fn forget_time(&self) -> Result<(), DirectoryError> {
        self.remove_file(HIGHEST_TIME)
    }
}

/// Writes a file aside, makes it durable and puts it in its place.
pub(super) fn write_whole(
    folder: &Path,
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let mut aside = NamedTempFile::new_in(folder)?;
    write(aside.as_file_mut())?;
    put(folder, path, aside)
}

/// Makes a file that was written aside durable and puts it in its place.
pub(super) fn put(folder: &Path, path: &Path, aside: NamedTempFile) -> io::Result<()> {
    aside.as_file().sync_all()?;
    aside.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}
