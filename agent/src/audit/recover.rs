//! Finding the end of the chain when the log is opened, and setting aside what a crash tore.

use std::fs::{self, OpenOptions};
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::files::{self, LogFile, Next};
use super::line::{self, Head};
use super::{AuditError, Broken, BrokenReason};
use crate::secrets::write_private;

/// Where the log goes on.
#[derive(Debug)]
pub(super) struct Tail {
    /// The current file, which may not exist yet.
    pub(super) file: LogFile,
    /// Its good bytes.
    pub(super) len: u64,
    pub(super) head: Head,
    /// Name of the file that holds what was cut off.
    pub(super) torn: Option<String>,
}

/// Checks the newest file and repairs its end. See [`super::AuditLog::open`].
pub(super) fn recover(dir: &Path) -> Result<Tail, AuditError> {
    let all = files::list(dir).map_err(AuditError::io("list", dir))?;
    let Some(newest) = all.last() else {
        return Ok(Tail {
            file: LogFile::new(dir, 1),
            len: 0,
            head: Head::origin(),
            torn: None,
        });
    };
    let before = match all.len().checked_sub(2) {
        // The file before was finished and synced before the newest was made.
        Some(place) => Some(end_of(&all[place])?),
        None if newest.number == 1 => Some(Head::origin()),
        // Everything older was pruned: its first line says where the chain stood.
        None => None,
    };
    let scan = scan(newest, before)?;
    let torn = if scan.good < scan.len {
        Some(set_aside(dir, newest, scan.good)?)
    } else {
        None
    };
    Ok(Tail {
        file: newest.clone(),
        len: scan.good,
        head: scan.head,
        torn,
    })
}

struct Scan {
    head: Head,
    good: u64,
    len: u64,
}

/// The head after a finished file.
fn end_of(file: &LogFile) -> Result<Head, AuditError> {
    let scan = scan(file, None)?;
    if scan.good < scan.len {
        return Err(AuditError::Damaged(Broken {
            file: file.path.clone(),
            line: 0,
            reason: BrokenReason::Unfinished,
        }));
    }
    Ok(scan.head)
}

/// Follows the chain through a file up to what a crash may have left. A crash leaves half a line,
/// or, after a power cut, blocks of zeros where data never reached the disk. Anything else that
/// does not fit was changed by someone.
fn scan(file: &LogFile, before: Option<Head>) -> Result<Scan, AuditError> {
    let io_error = || AuditError::io("read", &file.path);
    let (opened, len) = files::open_read(&file.path).map_err(io_error())?;
    let mut reader = BufReader::new(opened);
    let mut buffer = Vec::new();
    let mut head = before;
    let (mut good, mut number) = (0, 0);
    loop {
        let next = files::next_line(&mut reader, &mut buffer).map_err(io_error())?;
        number += 1;
        let reason = match next {
            Next::End => break,
            Next::Unfinished => BrokenReason::Unfinished,
            Next::Line => match line::check(&buffer) {
                Ok(read) => {
                    let expected = head.get_or_insert_with(|| Head {
                        next_seq: read.seq,
                        prev: read.prev.clone(),
                    });
                    match line::follow(expected, &read) {
                        Ok(()) => {
                            good += buffer.len() as u64 + 1;
                            continue;
                        }
                        Err(reason) => reason,
                    }
                }
                Err(reason) => reason,
            },
        };
        if torn(&file.path, good).map_err(io_error())? {
            break;
        }
        return Err(AuditError::Damaged(Broken {
            file: file.path.clone(),
            line: number,
            reason,
        }));
    }
    // Only an empty file without a file before it leaves the head unknown, and the file before is
    // never pruned.
    let head = head.ok_or_else(|| {
        AuditError::Damaged(Broken {
            file: file.path.clone(),
            line: 0,
            reason: BrokenReason::FileMissing {
                expected: file.number.saturating_sub(1),
            },
        })
    })?;
    Ok(Scan { head, good, len })
}

/// Whether what follows `good` bytes looks like a write that a crash interrupted.
fn torn(path: &Path, good: u64) -> io::Result<bool> {
    let (mut file, _) = files::open_read(path)?;
    file.seek(SeekFrom::Start(good))?;
    let mut rest = Vec::new();
    file.read_to_end(&mut rest)?;
    Ok(rest.contains(&0) || !rest.contains(&b'\n'))
}

/// Copies what follows `good` bytes into a file of its own, durably, and only then cuts it off.
fn set_aside(dir: &Path, file: &LogFile, good: u64) -> Result<String, AuditError> {
    let mut rest = Vec::new();
    let mut current = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&file.path)
        .map_err(AuditError::io("open", &file.path))?;
    current
        .seek(SeekFrom::Start(good))
        .and_then(|_| current.read_to_end(&mut rest))
        .map_err(AuditError::io("read", &file.path))?;

    let (name, path) = (1_u64..)
        .map(|n| format!("audit.torn-{n}"))
        .map(|name| (name.clone(), dir.join(name)))
        .find(|(_, path)| !fs::exists(path).unwrap_or(true))
        .expect("a directory does not hold 2^64 files");
    write_private(&path, &rest).map_err(AuditError::io("write", &path))?;
    current
        .set_len(good)
        .and_then(|()| current.sync_all())
        .map_err(AuditError::io("shorten", &file.path))?;
    tracing::warn!(
        file = %file.path.display(),
        bytes = rest.len(),
        kept_in = %path.display(),
        "the audit log ended in an unfinished write"
    );
    Ok(name)
}
