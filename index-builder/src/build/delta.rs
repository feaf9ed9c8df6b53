//! Deltas between publications, so that a node that is up to date fetches little.

use harbour_core::store::delta::{largest, make, name};

use super::site::Site;
use crate::error::CommandError;
use crate::files::{MAX_FILE, read};
use crate::parallel;

/// Publications back from which there is a delta.
const BACK: u64 = 8;

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
        let [length, whole] = [delta.len(), bytes.len()].map(|length| length as u64);
        if length > largest(whole) {
            return Ok(());
        }
        let file = name(role, *old, *version);
        site.put(&format!("metadata/{file}"), &delta)
    });
    done.into_iter().collect()
}
