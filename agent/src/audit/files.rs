//! The files of the log in their directory: names, order, and reading a line with a bound.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::AuditError;
use super::line::MAX_LINE;

/// Name of the file that says, by its lock, that an agent writes here.
const LOCK: &str = "audit.lock";

/// One numbered file; the highest number is the current one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LogFile {
    pub(super) number: u64,
    pub(super) path: PathBuf,
}

impl LogFile {
    pub(super) fn new(dir: &Path, number: u64) -> Self {
        Self {
            number,
            path: dir.join(format!("audit-{number:08}.jsonl")),
        }
    }
}

/// All files of the log, oldest first. A directory that does not exist has none.
pub(super) fn list(dir: &Path) -> io::Result<Vec<LogFile>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix("audit-")?.strip_suffix(".jsonl"))
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok());
        // Only the canonical spelling counts, so that no two names have the same number.
        if let Some(number) = number
            && LogFile::new(dir, number).path.file_name() == Some(&name)
        {
            files.push(LogFile::new(dir, number));
        }
    }
    files.sort();
    Ok(files)
}

/// Makes the directory, readable by its owner alone, and takes the right to write in it.
pub(super) fn claim(dir: &Path) -> Result<File, AuditError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(AuditError::io("create", dir))?;
    let path = dir.join(LOCK);
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(AuditError::io("open", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(AuditError::InUse {
            dir: dir.to_owned(),
        }),
        Err(fs::TryLockError::Error(source)) => Err(AuditError::io("lock", &path)(source)),
    }
}

/// Opens a file for appending; `new` insists on creating it.
pub(super) fn open_append(path: &Path, new: bool) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .create_new(new)
        .mode(0o600)
        .open(path)
}

/// Opens a file for reading, with its size. Devices and pipes have no end and are refused.
pub(super) fn open_read(path: &Path) -> io::Result<(File, u64)> {
    let file = OpenOptions::new().read(true).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        let text = "it is not a regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    Ok((file, metadata.len()))
}

/// What [`next_line`] found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A line is in the buffer, without its line feed.
    Line,
    /// The buffer has what follows the last line feed, or the beginning of a line that is longer
    /// than any this program writes.
    Unfinished,
    /// Nothing follows.
    End,
}

/// Reads one line into `buffer`, never more than [`MAX_LINE`] bytes.
pub(super) fn next_line(reader: &mut impl BufRead, buffer: &mut Vec<u8>) -> io::Result<Next> {
    buffer.clear();
    reader.take(MAX_LINE as u64 + 1).read_until(b'\n', buffer)?;
    Ok(match buffer.last() {
        None => Next::End,
        Some(b'\n') => {
            buffer.pop();
            Next::Line
        }
        Some(_) => Next::Unfinished,
    })
}
