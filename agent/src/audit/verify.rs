//! Checking the whole chain and naming the first line that does not belong to it.

use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::files::{self, LogFile, Next};
use super::line::{self, Head};

/// How long a line at the very end may stay unfinished before it counts as broken: an agent may
/// be writing it while this runs.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a whole log looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Lines checked.
    pub lines: u64,
    /// Files checked.
    pub files: u64,
    /// Number of the first line kept; `None` if there is no line.
    pub first_seq: Option<u64>,
    /// Number of the last line; `None` if there is no line.
    pub last_seq: Option<u64>,
    /// Hash of the last line. Note it elsewhere to be able to tell later that no line was cut off
    /// the end.
    pub last_hash: Option<String>,
    /// Older files were removed, so that the first `prev` had to be believed.
    pub pruned: bool,
}

/// The first line that is not as it was written.
#[derive(Debug, thiserror::Error)]
#[error("{}, line {line}", file.display())]
pub struct Broken {
    /// The file, or the directory if that could not be read.
    pub file: PathBuf,
    /// Number of the line in its file, from 1; 0 if the file as a whole is meant.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub reason: BrokenReason,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum BrokenReason {
    /// It is not the JSON object of an audit line.
    #[error("it is not an audit line: {0}")]
    NotALine(String),
    /// Its content and its hash disagree.
    #[error("it was changed: its hash does not fit its content")]
    HashMismatch,
    /// It does not continue the line before it.
    #[error("the line before it was changed, removed or put in: its `prev` does not fit")]
    PrevMismatch,
    /// A line is missing, repeated or out of order.
    #[error(
        "a line is missing, repeated or out of order: number {expected} expected, {found} found"
    )]
    Sequence {
        /// The number that should follow.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// It has no line feed, or is longer than any line this program writes.
    #[error("it is unfinished")]
    Unfinished,
    /// A file between the oldest and the newest is missing.
    #[error("a file is missing before this one: number {expected} expected")]
    FileMissing {
        /// Number of the missing file.
        expected: u64,
    },
    /// The file or directory cannot be read.
    #[error("it cannot be read")]
    Unreadable(#[source] io::Error),
}

/// Checks every line of every file of a log, which may be in use. Reads one line at a time.
///
/// # Errors
/// The first broken line.
pub fn verify(dir: &Path) -> Result<VerifyReport, Broken> {
    let unreadable = |error| Broken {
        file: dir.to_owned(),
        line: 0,
        reason: BrokenReason::Unreadable(error),
    };
    // A missing directory is a wrong path, not an empty log.
    std::fs::metadata(dir).map_err(unreadable)?;
    loop {
        let all = files::list(dir).map_err(unreadable)?;
        match verify_files(&all) {
            Err(broken) if pruned_meanwhile(&broken, &all, dir) => {}
            verdict => return verdict,
        }
    }
}

/// Whether the agent removed the oldest file between listing and reading.
fn pruned_meanwhile(broken: &Broken, listed: &[LogFile], dir: &Path) -> bool {
    let gone = matches!(&broken.reason,
        BrokenReason::Unreadable(error) if error.kind() == io::ErrorKind::NotFound);
    let oldest = |all: &[LogFile]| all.first().map(|file| file.number);
    gone && files::list(dir).is_ok_and(|now| oldest(&now) > oldest(listed))
}

fn verify_files(all: &[LogFile]) -> Result<VerifyReport, Broken> {
    let mut report = VerifyReport {
        lines: 0,
        files: 0,
        first_seq: None,
        last_seq: None,
        last_hash: None,
        pruned: all.first().is_some_and(|file| file.number > 1),
    };
    let mut head = (!report.pruned).then(Head::origin);
    let numbers = all.first().map_or(1, |file| file.number)..;
    for (expected, file) in numbers.zip(all) {
        if file.number != expected {
            return Err(Broken {
                file: file.path.clone(),
                line: 0,
                reason: BrokenReason::FileMissing { expected },
            });
        }
        let newest = all.last() == Some(file);
        verify_file(file, newest, &mut head, &mut report)?;
        report.files += 1;
    }
    Ok(report)
}

fn verify_file(
    file: &LogFile,
    newest: bool,
    head: &mut Option<Head>,
    report: &mut VerifyReport,
) -> Result<(), Broken> {
    let mut number = 0;
    let broken = |line, reason| Broken {
        file: file.path.clone(),
        line,
        reason,
    };
    let unreadable = |error| broken(0, BrokenReason::Unreadable(error));
    let (opened, _) = files::open_read(&file.path).map_err(unreadable)?;
    let mut reader = BufReader::new(opened);
    let (mut buffer, mut more) = (Vec::new(), Vec::new());
    loop {
        let mut next = files::next_line(&mut reader, &mut buffer).map_err(unreadable)?;
        let deadline = Instant::now() + PATIENCE;
        while newest && next == Next::Unfinished && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
            next = match files::next_line(&mut reader, &mut more).map_err(unreadable)? {
                Next::End => Next::Unfinished,
                found => found,
            };
            buffer.append(&mut more);
        }
        number += 1;
        match next {
            Next::End => return Ok(()),
            Next::Unfinished => return Err(broken(number, BrokenReason::Unfinished)),
            Next::Line => {}
        }
        let read = line::check(&buffer).map_err(|reason| broken(number, reason))?;
        let expected = head.get_or_insert_with(|| Head {
            next_seq: read.seq,
            prev: read.prev.clone(),
        });
        line::follow(expected, &read).map_err(|reason| broken(number, reason))?;
        report.lines += 1;
        report.first_seq.get_or_insert(read.seq);
        report.last_seq = Some(read.seq);
        report.last_hash = Some(read.hash);
    }
}
