//! Deltas: a new metadata file as what changed against an old one, a zstd frame
//! over the old bytes (`zstd --patch-from`; RFC 8878). Nothing is trusted because
//! of a delta: what it makes is checked as if the whole file had been fetched.

use std::io::{self, Read as _, Write as _};

use zstd::stream::raw::{CParameter, DParameter};

/// Fast and small enough: what is new is little.
const LEVEL: i32 = 3;
/// Bits of the smallest and the largest window, 1 KiB and 16 MiB. Both of two
/// files at the limit of python-tuf fit into the largest.
const WINDOW: (u32, u32) = (10, 24);

/// The folder of all deltas, below the metadata.
pub const FOLDER: &str = "deltas/";

/// The name of the delta between two versions of a role, below the metadata.
#[must_use]
pub fn name(role: &str, old: u64, new: u64) -> String {
    format!("{FOLDER}{old}-{new}.{role}.json.zst")
}

/// Bytes that a delta may have, when the file that it makes has so many: one
/// that saves less than half is not worth a question.
#[must_use]
pub fn largest(file: u64) -> u64 {
    file / 2
}

/// Window that reaches over both files.
fn window(old: usize, new: usize) -> u32 {
    let both = old.saturating_add(new);
    (usize::BITS - both.leading_zeros()).clamp(WINDOW.0, WINDOW.1)
}

/// A new file as what changed against the old one.
///
/// # Errors
/// When zstd can not work, for want of memory.
pub fn make(old: &[u8], new: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::with_ref_prefix(Vec::new(), LEVEL, old)?;
    encoder.set_parameter(CParameter::WindowLog(window(old.len(), new.len())))?;
    encoder.set_parameter(CParameter::EnableLongDistanceMatching(true))?;
    encoder.set_pledged_src_size(u64::try_from(new.len()).ok())?;
    encoder.write_all(new)?;
    encoder.finish()
}

/// The new file, of at most `limit` bytes.
///
/// # Errors
/// When the bytes are no delta, need a larger window than files of these sizes
/// do, or become more than `limit` bytes.
pub fn apply(old: &[u8], delta: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut decoder = zstd::Decoder::with_ref_prefix(delta, old)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    decoder.set_parameter(DParameter::WindowLogMax(window(old.len(), most)))?;
    let mut new = Vec::new();
    decoder
        .take(limit.saturating_add(1))
        .read_to_end(&mut new)?;
    if u64::try_from(new.len()).is_ok_and(|length| length <= limit) {
        return Ok(new);
    }
    Err(io::Error::other(format!(
        "it becomes more than {limit} bytes"
    )))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn text(from: usize, to: usize) -> Vec<u8> {
        let line = |number: usize| format!("{:x?}\n", Sha256::digest(number.to_string()));
        (from..to)
            .flat_map(|number| line(number).into_bytes())
            .collect()
    }

    #[test]
    fn little_that_is_new_is_a_small_delta() {
        let old = text(0, 20_000);
        let new = [text(0, 9_000), b"new\n".to_vec(), text(9_001, 20_010)].concat();
        let delta = make(&old, &new).unwrap();
        assert!(delta.len() < 4_000, "{} of {}", delta.len(), new.len());
        let limit = u64::try_from(new.len()).unwrap();
        assert_eq!(apply(&old, &delta, limit).unwrap(), new);
        assert!(apply(&old, &delta, limit - 1).is_err());
        // Over another file it gives something else or nothing; that is found
        // out by its hash.
        assert!(apply(&text(5, 20_005), &delta, limit).map_or(true, |found| found != new));
        assert!(apply(&old, &delta[..delta.len() / 2], limit).is_err());
        assert!(apply(&old, b"no zstd", limit).is_err());
    }

    #[test]
    fn a_bomb_is_cut_at_the_limit() {
        let bomb = make(b"", &vec![0; 50 << 20]).unwrap();
        assert!(bomb.len() < 10_000, "{} bytes", bomb.len());
        assert!(apply(b"", &bomb, 1_000).is_err());
        assert!(apply(&text(0, 100_000), &bomb, 1 << 20).is_err());
    }
}
