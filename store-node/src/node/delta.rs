//! Deltas: the change from one version of a metadata file to a later one, as a
//! zstd frame that refers to the old bytes. Nothing is trusted because of one:
//! what it gives is checked as if the whole file had been fetched.

use std::io::{self, Read as _, Write as _};

/// Bytes of a delta, for each byte of the file that it makes.
const WORTH_IT: u64 = 2;
const LEVEL: i32 = 9;

/// The name of a delta below the metadata.
pub(super) fn name(role: &str, old: u64, new: u64) -> String {
    format!("deltas/{old}-{new}.{role}.json.zst")
}

/// Most bytes that a delta may have to be worth fetching, when the file may
/// have so many.
pub(super) fn limit(file: u64) -> u64 {
    file / WORTH_IT
}

/// The window that a delta needs: it reaches back over all of the old bytes.
fn window(old: usize, new: usize) -> u32 {
    let reach = old.saturating_add(new).max(1 << 10);
    // Within what zstd takes without being asked twice.
    (usize::BITS - reach.leading_zeros()).clamp(10, 27)
}

/// Makes a delta.
pub(super) fn make(old: &[u8], new: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::stream::Encoder::with_ref_prefix(Vec::new(), LEVEL, old)?;
    encoder.window_log(window(old.len(), new.len()))?;
    encoder.long_distance_matching(true)?;
    encoder.include_contentsize(false)?;
    encoder.write_all(new)?;
    encoder.finish()
}

/// Applies a delta; never gives more than `limit` bytes.
pub(super) fn apply(old: &[u8], delta: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut decoder = zstd::stream::Decoder::with_ref_prefix(delta, old)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    decoder.window_log_max(window(old.len(), most))?;
    let mut new = Vec::new();
    decoder
        .take(limit.saturating_add(1))
        .read_to_end(&mut new)?;
    match u64::try_from(new.len()) {
        Ok(length) if length <= limit => Ok(new),
        _ => Err(io::Error::other("the delta gives more than it may")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(changed: usize) -> Vec<u8> {
        let mut text = String::new();
        for number in 0..10_000 {
            let version = if number == changed { 2 } else { 1 };
            text += &format!("\"app-{number}.json\":{{\"version\":{version}}},");
        }
        text.into_bytes()
    }

    #[test]
    fn one_change_of_many_is_small_and_comes_out_exactly() {
        let (old, new) = (entries(0), entries(7_000));
        let delta = make(&old, &new).unwrap();
        assert!(delta.len() < 300, "{} bytes", delta.len());
        let limit = u64::try_from(new.len()).unwrap();
        assert_eq!(apply(&old, &delta, limit).unwrap(), new);
        assert!(apply(&old, &delta, limit - 1).is_err(), "more than allowed");
        let other = entries(3);
        let wrong = apply(&other[..50_000], &delta, limit);
        assert!(wrong.is_err() || wrong.unwrap() != new, "another old file");
    }

    #[test]
    fn a_bomb_is_cut_at_the_limit() {
        let bomb = make(b"", &vec![0; 50 << 20]).unwrap();
        assert!(bomb.len() < 10_000);
        assert!(apply(b"", &bomb, 1_000).is_err());
        assert!(apply(b"", b"nothing of the kind", 1_000).is_err());
    }
}
