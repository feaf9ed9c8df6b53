//! Files of earlier publications: they stay while a client may be in the middle
//! of an update, and go then.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::build::site::{KEPT, remove};
use crate::error::CommandError;
use crate::folders;

/// Files below `targets/`, each with the version of the first snapshot without it.
pub(crate) type Retired = BTreeMap<String, u64>;

/// Files below `targets/` that are there and not used.
pub(crate) fn unused(site: &Path, used: &BTreeSet<String>) -> Result<Vec<String>, CommandError> {
    let targets = site.join("targets");
    if !targets.exists() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for path in folders::below(&targets)? {
        let name = path.strip_prefix(&targets).unwrap_or(&path);
        let name = name.to_string_lossy().into_owned();
        if !used.contains(&name) {
            found.push(name);
        }
    }
    Ok(found)
}

/// Removes what has been unused for long enough; what is used again is no
/// longer retired.
pub(crate) fn remove_old(
    site: &Path,
    retired: &mut Retired,
    snapshot: u64,
    used: impl FnOnce() -> BTreeSet<String>,
) -> Result<(), CommandError> {
    let kept = u64::try_from(KEPT).unwrap_or(u64::MAX);
    let old = |version: u64| snapshot.saturating_sub(version) >= kept;
    if !retired.values().any(|version| old(*version)) {
        return Ok(());
    }
    let used = used();
    retired.retain(|name, _| !used.contains(name));
    let due: Vec<String> = retired
        .iter()
        .filter(|(_, version)| old(**version))
        .map(|(name, _)| name.clone())
        .collect();
    for name in due {
        remove(&site.join("targets").join(&name))?;
        retired.remove(&name);
    }
    Ok(())
}
