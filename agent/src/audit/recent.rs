//! Reading the newest lines, backwards, over the borders of files, without reading all of them.

use std::fs::File;
use std::io::{self, BufReader};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use serde::Deserialize;

use super::files::{self, LogFile, Next};
use super::line::MAX_LINE;
use super::{AuditError, AuditLine};

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// See [`super::AuditLog::recent`].
pub(super) fn recent(
    dir: &Path,
    limit: usize,
    before_seq: Option<u64>,
) -> Result<Vec<AuditLine>, AuditError> {
    let before = before_seq.unwrap_or(u64::MAX);
    let mut lines = Vec::new();
    let all = files::list(dir).map_err(AuditError::io("list", dir))?;
    for file in all.iter().rev() {
        if lines.len() >= limit {
            break;
        }
        match read_file(file, limit, before, &mut lines) {
            Ok(()) => {}
            // Pruned since it was listed, and everything older with it.
            Err(AuditError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(error),
        }
    }
    Ok(lines)
}

fn read_file(
    file: &LogFile,
    limit: usize,
    before: u64,
    lines: &mut Vec<AuditLine>,
) -> Result<(), AuditError> {
    let io_error = || AuditError::io("read", &file.path);
    if first_seq(file)?.is_none_or(|first| first >= before) {
        return Ok(());
    }
    let (opened, len) = files::open_read(&file.path).map_err(io_error())?;
    let mut backwards = Backwards::new(opened, len).map_err(io_error())?;
    while lines.len() < limit {
        let Some(text) = backwards.next_line().map_err(io_error())? else {
            break;
        };
        if seq_of(&text, file)? < before {
            lines.push(parse(&text, file)?);
        }
    }
    Ok(())
}

fn parse<'a, T: Deserialize<'a>>(text: &'a [u8], file: &LogFile) -> Result<T, AuditError> {
    serde_json::from_slice(text).map_err(|source| AuditError::Unreadable {
        path: file.path.clone(),
        source,
    })
}

fn seq_of(text: &[u8], file: &LogFile) -> Result<u64, AuditError> {
    #[derive(Deserialize)]
    struct Seq {
        seq: u64,
    }
    parse::<Seq>(text, file).map(|line| line.seq)
}

/// Number of a file's first line, so that files that are too new are not read through.
fn first_seq(file: &LogFile) -> Result<Option<u64>, AuditError> {
    let (opened, _) = files::open_read(&file.path).map_err(AuditError::io("read", &file.path))?;
    let mut buffer = Vec::new();
    match files::next_line(&mut BufReader::new(opened), &mut buffer) {
        Ok(Next::Line) => seq_of(&buffer, file).map(Some),
        Ok(Next::End | Next::Unfinished) => Ok(None),
        Err(error) => Err(AuditError::io("read", &file.path)(error)),
    }
}

/// A file's lines from the last to the first.
struct Backwards {
    file: File,
    /// Bytes before this were not read yet.
    unread: u64,
    /// The bytes that follow `unread` and were not given out yet.
    held: Vec<u8>,
}

impl Backwards {
    fn new(file: File, len: u64) -> io::Result<Self> {
        let mut new = Self {
            file,
            unread: len,
            held: Vec::new(),
        };
        // What follows the last line feed is being written at this moment.
        new.up_to_line_feed()?;
        Ok(new)
    }

    /// The line before the ones given so far, without its line feed.
    fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.held.pop().is_none() {
            return Ok(None);
        }
        self.up_to_line_feed().map(Some)
    }

    /// Takes from the end what follows the last line feed, which stays; all, if there is none.
    fn up_to_line_feed(&mut self) -> io::Result<Vec<u8>> {
        let mut searched = 0;
        loop {
            let unsearched = &self.held[..self.held.len() - searched];
            if let Some(place) = unsearched.iter().rposition(|b| *b == b'\n') {
                return Ok(self.held.split_off(place + 1));
            }
            if self.unread == 0 {
                return Ok(std::mem::take(&mut self.held));
            }
            if self.held.len() > MAX_LINE {
                let text = "a line is longer than any this program writes";
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            searched = self.held.len();
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> io::Result<()> {
        let size = self.unread.min(CHUNK as u64);
        let mut chunk = vec![0; usize::try_from(size).unwrap_or(CHUNK)];
        self.file.read_exact_at(&mut chunk, self.unread - size)?;
        self.unread -= size;
        chunk.append(&mut self.held);
        self.held = chunk;
        Ok(())
    }
}
