//! Deltas between publications: a new metadata file, compressed with an old one
//! as what comes before it (`zstd --patch-from`). Nothing is trusted because of a
//! delta; what comes out is checked as if it had been fetched.

use std::io::{self, Read as _, Write as _};

use zstd::stream::raw::{CParameter, DParameter};

use super::site::Site;
use crate::error::CommandError;
use crate::files::{MAX_FILE, read};
use crate::parallel;

/// Publications back from which there is a delta.
const BACK: u64 = 8;
/// Fast and small enough: what is new is little.
const LEVEL: i32 = 3;
/// Bits of the largest window: both files at the limit of python-tuf fit.
const MAX_WINDOW: u32 = 24;

/// The name of the delta between two versions of a role, below `metadata/`.
fn name(role: &str, old: u64, new: u64) -> String {
    format!("deltas/{old}-{new}.{role}.json.zst")
}

/// Window that reaches over both files.
fn window(old: &[u8], new: usize) -> u32 {
    let both = old.len() + new;
    (usize::BITS - both.leading_zeros()).clamp(10, MAX_WINDOW)
}

/// A new file as what changed against the old one.
fn make(old: &[u8], new: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::with_ref_prefix(Vec::new(), LEVEL, old)?;
    encoder.set_parameter(CParameter::WindowLog(window(old, new.len())))?;
    encoder.set_parameter(CParameter::EnableLongDistanceMatching(true))?;
    encoder.set_pledged_src_size(u64::try_from(new.len()).ok())?;
    encoder.write_all(new)?;
    encoder.finish()
}

/// The new file, of at most `limit` bytes.
pub(crate) fn apply(old: &[u8], delta: &[u8], limit: u64) -> io::Result<Vec<u8>> {
    let mut decoder = zstd::Decoder::with_ref_prefix(delta, old)?;
    let limit_length = usize::try_from(limit).unwrap_or(usize::MAX);
    decoder.set_parameter(DParameter::WindowLogMax(window(old, limit_length)))?;
    let mut new = Vec::new();
    decoder.take(limit + 1).read_to_end(&mut new)?;
    if u64::try_from(new.len()).is_ok_and(|length| length <= limit) {
        return Ok(new);
    }
    Err(io::Error::other(format!(
        "it becomes more than {limit} bytes"
    )))
}

/// Deltas to the roles that are new.
pub(crate) fn write_deltas(
    site: &Site,
    new: &[(String, Vec<u8>)],
    roles: &[(&'static str, u64)],
) -> Result<(), CommandError> {
    let mut wanted = Vec::new();
    for &(role, version) in roles {
        let name = format!("{version}.{role}.json");
        let Some((_, bytes)) = new.iter().find(|(file, _)| *file == name) else {
            continue;
        };
        for old in version.saturating_sub(BACK).max(1)..version {
            wanted.push((role, old, version, bytes));
        }
    }
    let metadata = site.metadata();
    let done = parallel::map(&wanted, |(role, old, version, bytes)| {
        let path = metadata.join(format!("{old}.{role}.json"));
        // An older store has no older files.
        if !path.exists() {
            return Ok(());
        }
        let before = read(&path, MAX_FILE)?;
        let delta =
            make(&before, bytes).map_err(CommandError::file(&path, "compared with the new one"))?;
        // A delta that saves nothing is not worth a question.
        if delta.len() >= bytes.len() {
            return Ok(());
        }
        let file = name(role, *old, *version);
        site.put(&format!("metadata/{file}"), &delta)
    });
    done.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(from: usize, to: usize) -> Vec<u8> {
        use sha2::Digest as _;
        let line = |number: usize| format!("{:x?}\n", sha2::Sha256::digest(number.to_string()));
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
}
