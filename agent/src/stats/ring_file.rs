//! The history of one container on disk: a file of fixed size, two rings in
//! it. Each record carries its own time, so a record that was torn or left
//! from an earlier round is simply not one, and nothing needs repair.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use super::record::{RECORD_BYTES, Record};
use super::slots::{COARSE, FINE, Tier};

/// Tells the format and its version.
const MAGIC: &[u8; 16] = b"HARBOURSTATS 1\n\0";
/// The rings begin on a page, and no record lies across two.
const HEADER: u64 = 4096;
/// Size of each file. Places never written take no room on disk.
pub(super) const FILE_BYTES: u64 =
    HEADER + (FINE.kept as u64 + COARSE.kept as u64) * RECORD_BYTES as u64;

pub(super) struct RingFile(File);

impl RingFile {
    /// Opens the file, or makes it. One of another format begins anew: these
    /// are measurements, and old ones are worth less than new ones.
    pub(super) fn for_writing(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)?;
        if !is_ours(&file)? {
            file.set_len(0)?;
            file.set_len(FILE_BYTES)?;
            file.write_all_at(MAGIC, 0)?;
        }
        Ok(Self(file))
    }

    /// Opens the file; `None` when there is none that can be read.
    pub(super) fn for_reading(path: &Path) -> io::Result<Option<Self>> {
        match File::open(path) {
            Ok(file) => Ok(is_ours(&file)?.then_some(Self(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes records of one tier, ascending; neighbours in one call.
    pub(super) fn write(&self, tier: Tier, records: &[Record]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(records.len() * RECORD_BYTES);
        for run in records
            .chunk_by(|a, b| place(tier, a.slot) + RECORD_BYTES as u64 == place(tier, b.slot))
        {
            bytes.clear();
            bytes.extend(run.iter().flat_map(|record| record.to_bytes()));
            self.0.write_all_at(&bytes, place(tier, run[0].slot))?;
        }
        Ok(())
    }

    /// The records of one tier from `first` to `last`, both included; what is
    /// not there is not in the answer.
    pub(super) fn read(&self, tier: Tier, first: u32, last: u32) -> io::Result<Vec<Record>> {
        let first = first.max(last.saturating_sub(tier.kept - 1));
        let mut found = Vec::new();
        let mut from = first;
        while from <= last {
            // Up to the end of the ring; the rest begins at its start.
            let to = last.min(from + (tier.kept - 1 - from % tier.kept));
            let mut bytes = vec![0; (to - from + 1) as usize * RECORD_BYTES];
            self.0.read_exact_at(&mut bytes, place(tier, from))?;
            let (records, _) = bytes.as_chunks::<RECORD_BYTES>();
            let expected = records.iter().map(Record::from_bytes).zip(from..=to);
            found.extend(
                expected
                    .filter(|(r, slot)| r.slot == *slot && *slot != 0)
                    .map(|(r, _)| r),
            );
            let Some(next) = to.checked_add(1) else { break };
            from = next;
        }
        Ok(found)
    }
}

fn is_ours(file: &File) -> io::Result<bool> {
    if file.metadata()?.len() != FILE_BYTES {
        return Ok(false);
    }
    let mut magic = [0; MAGIC.len()];
    file.read_exact_at(&mut magic, 0)?;
    Ok(magic == *MAGIC)
}

fn place(tier: Tier, slot: u32) -> u64 {
    let before = if tier == FINE { 0 } else { FINE.kept };
    HEADER + (u64::from(before) + u64::from(slot % tier.kept)) * RECORD_BYTES as u64
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn record(slot: u32, cpu: f64) -> Record {
        Record::new(slot, &[cpu, 1.0, 2.0, 3.0, 4.0, 5.0])
    }

    #[test]
    fn rings_turn_and_forget() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("web");
        assert!(RingFile::for_reading(&path).expect("no fault").is_none());
        let file = RingFile::for_writing(&path).expect("made");
        let start = 17_000_000;
        let records: Vec<Record> = (start..start + 10_000).map(|s| record(s, 1.0)).collect();
        for part in records.chunks(37) {
            file.write(FINE, part).expect("written");
        }
        file.write(COARSE, &[record(500_000, 7.0)])
            .expect("written");
        drop(file);
        let file = RingFile::for_reading(&path)
            .expect("no fault")
            .expect("there");
        let last = start + 9999;
        let read = file.read(FINE, start, last).expect("readable");
        assert_eq!(read.len(), FINE.kept as usize, "only the newest are kept");
        assert_eq!(read.first().map(|r| r.slot), Some(last - FINE.kept + 1));
        assert_eq!(read.last().map(|r| r.slot), Some(last));
        assert_eq!(
            file.read(FINE, last - 3, last + 5).expect("readable").len(),
            4
        );
        assert_eq!(
            file.read(COARSE, 499_990, 500_010).expect("readable"),
            [record(500_000, 7.0)]
        );
        assert_eq!(std::fs::metadata(&path).expect("there").len(), FILE_BYTES);
    }

    #[test]
    fn gaps_stay_gaps_and_cost_no_room() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("web");
        let file = RingFile::for_writing(&path).expect("made");
        file.write(
            FINE,
            &[record(100, 1.0), record(101, 2.0), record(250, 3.0)],
        )
        .expect("written");
        let slots: Vec<u32> = file
            .read(FINE, 0, 300)
            .expect("readable")
            .iter()
            .map(|r| r.slot)
            .collect();
        assert_eq!(slots, [100, 101, 250]);
        assert!(std::fs::metadata(&path).expect("there").blocks() * 512 < FILE_BYTES / 4);
    }

    #[test]
    fn strange_files_begin_anew() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("web");
        std::fs::write(&path, "not ours").expect("written");
        assert!(RingFile::for_reading(&path).expect("no fault").is_none());
        let file = RingFile::for_writing(&path).expect("made");
        assert!(file.read(FINE, 0, 10).expect("readable").is_empty());
        std::fs::write(
            &path,
            vec![0xA5; usize::try_from(FILE_BYTES).expect("small")],
        )
        .expect("written");
        assert!(RingFile::for_reading(&path).expect("no fault").is_none());
    }
}
