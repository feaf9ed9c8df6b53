//! The thread that writes the log: batches, syncs, turns files over and undoes half-done writes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::files::{self, LogFile};
use super::line::{self, Head};
use super::{AuditEntry, AuditError, AuditLimits, Phase, QUEUE, Request, recover};
use crate::secrets::sync_dir;

/// The file before the current one is always kept: while the current one is still empty, only the
/// one before knows where the chain stands.
const MIN_KEEP: usize = 2;

/// Owns the end of the log.
pub(super) struct Writer {
    dir: PathBuf,
    limits: AuditLimits,
    /// Held open: its lock is what keeps a second writer out.
    _lock: File,
    current: LogFile,
    pub(super) file: File,
    /// Durable bytes of the current file; whatever follows them is not part of the log.
    len: u64,
    head: Head,
    /// A write failed and what it left could not be cut off yet.
    spoiled: bool,
    #[cfg(test)]
    pub(super) faults: std::sync::Arc<super::tests::Faults>,
}

/// A line's text and the head of the chain after it.
struct Made {
    text: Vec<u8>,
    after: Head,
}

impl Writer {
    /// See [`super::AuditLog::open`].
    pub(super) fn open(dir: &Path, limits: AuditLimits) -> Result<Self, AuditError> {
        let lock = files::claim(dir)?;
        let tail = recover::recover(dir)?;
        let path = &tail.file.path;
        let file = files::open_append(path, false).map_err(AuditError::io("open", path))?;
        sync_dir(dir).map_err(AuditError::io("sync", dir))?;
        let mut writer = Self {
            dir: dir.to_owned(),
            limits,
            _lock: lock,
            current: tail.file,
            file,
            len: tail.len,
            head: tail.head,
            spoiled: false,
            #[cfg(test)]
            faults: std::sync::Arc::default(),
        };
        if let Some(name) = tail.torn {
            writer.note_recovery(name)?;
        }
        Ok(writer)
    }

    fn note_recovery(&mut self, torn: String) -> Result<(), AuditError> {
        let entry = AuditEntry {
            user: "system".to_owned(),
            remote: "local".to_owned(),
            action: "audit.recovered".to_owned(),
            target: torn,
            outcome: Some("ok".to_owned()),
            ..AuditEntry::default()
        };
        let path = self.current.path.clone();
        let results = self.append(&[(Phase::After, &entry)]);
        for result in results {
            result.map_err(AuditError::io("write", &path))?;
        }
        Ok(())
    }

    /// Writes until the log is closed. Everything that waits is one batch with one sync.
    pub(super) fn run(&mut self, mut requests: mpsc::Receiver<Request>) {
        let mut batch = Vec::with_capacity(QUEUE);
        while requests.blocking_recv_many(&mut batch, QUEUE) > 0 {
            let entries: Vec<_> = batch.iter().map(|r| (r.phase, &r.entry)).collect();
            let results = self.append(&entries);
            if let Some(error) = results.iter().find_map(|result| result.as_ref().err()) {
                let file = self.current.path.display();
                tracing::error!(%file, error = error as &dyn std::error::Error, "audit log");
            }
            for (request, result) in batch.drain(..).zip(results) {
                let result = result.map_err(|error| AuditError::NotWritten {
                    reason: error.to_string(),
                });
                // A caller that stopped waiting has no use for the answer; its line stays.
                let _ = request.done.send(result);
            }
        }
    }

    /// Writes entries in order and says of each whether it is durable, with its number. After the
    /// first failure the rest fails too, so that no line appears without the one before it.
    fn append(&mut self, entries: &[(Phase, &AuditEntry)]) -> Vec<io::Result<u64>> {
        let mut results = Vec::with_capacity(entries.len());
        let mut rest = entries;
        while !rest.is_empty() {
            let first = self.head.next_seq;
            match self.append_some(rest) {
                Ok(count) => {
                    results.extend((first..).take(count).map(Ok));
                    rest = &rest[count..];
                }
                Err(error) => {
                    let (kind, text) = (error.kind(), error.to_string());
                    let repeated = || Err(io::Error::new(kind, text.clone()));
                    results.extend(rest.iter().map(|_| repeated()));
                    break;
                }
            }
        }
        results
    }

    /// Writes as many entries as fit the current file, at least one, with one sync.
    fn append_some(&mut self, entries: &[(Phase, &AuditEntry)]) -> io::Result<usize> {
        self.cut_back()?;
        let mut made = self.make(entries)?;
        if made.is_empty() {
            self.turn_over()?;
            made = self.make(entries)?;
        }
        let count = made.len();
        let bytes: Vec<u8> = made.iter().flat_map(|m| &m.text).copied().collect();
        if let Err(error) = self.write_durably(&bytes) {
            self.spoiled = true;
            // Tried at once, because a reader must not see these lines; if it fails, the next
            // write tries again first and reports it.
            let _ = self.cut_back();
            return Err(error);
        }
        self.len += bytes.len() as u64;
        if let Some(last) = made.pop() {
            self.head = last.after;
        }
        Ok(count)
    }

    /// Lines for as many entries as fit; none if even the first does not. An empty file takes one
    /// line of any length.
    fn make(&self, entries: &[(Phase, &AuditEntry)]) -> io::Result<Vec<Made>> {
        let now = Timestamp::now();
        let mut len = self.len;
        let mut made = Vec::new();
        for (phase, entry) in entries {
            let head = made.last().map_or(&self.head, |m: &Made| &m.after);
            let (text, after) = line::make(head, now, *phase, entry)?;
            len += text.len() as u64;
            let first_of_file = self.len == 0 && made.is_empty();
            if len > self.limits.max_bytes && !first_of_file {
                break;
            }
            made.push(Made { text, after });
        }
        Ok(made)
    }

    fn write_durably(&mut self, bytes: &[u8]) -> io::Result<()> {
        #[cfg(test)]
        self.faults.before_write(&mut self.file, bytes)?;
        self.file.write_all(bytes)?;
        self.file.sync_data()
    }

    /// Removes what a failed write left behind the durable bytes.
    fn cut_back(&mut self) -> io::Result<()> {
        if self.spoiled {
            self.file.set_len(self.len)?;
            self.file.sync_all()?;
            self.spoiled = false;
        }
        Ok(())
    }

    /// Starts the next file, durably, and prunes the oldest ones.
    fn turn_over(&mut self) -> io::Result<()> {
        let next = LogFile::new(&self.dir, self.current.number + 1);
        self.file = files::open_append(&next.path, true)?;
        self.current = next;
        self.len = 0;
        sync_dir(&self.dir)?;
        // Too many old files are no reason to refuse an action; the next turn tries again.
        if let Err(error) = self.prune() {
            let dir = self.dir.display();
            tracing::error!(%dir, error = &error as &dyn std::error::Error, "audit log: prune");
        }
        Ok(())
    }

    fn prune(&self) -> io::Result<()> {
        let all = files::list(&self.dir)?;
        let surplus = all.len().saturating_sub(self.limits.keep.max(MIN_KEEP));
        for old in &all[..surplus] {
            fs::remove_file(&old.path)?;
            tracing::info!(file = %old.path.display(), "removed the oldest audit file");
        }
        Ok(())
    }
}
