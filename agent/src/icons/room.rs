//! Which icons and pictures go when there are too many, or when nobody has
//! needed them for long.

use std::collections::HashSet;

use super::{IconError, STORED, State};
use crate::db::{IconChanges, IconRecord, PictureRecord};

/// Pictures kept, and their bytes together.
pub(super) const MAX_PICTURES: usize = 1000;
const MAX_BYTES: u64 = 32 << 20;
/// Names with an icon kept; the ones without a container go first.
const MAX_NAMES: usize = 4096;
/// A name without a container, and a picture without a name, is kept so long.
const KEEP_SECONDS: i64 = 90 * 24 * 60 * 60;
/// The last time something was seen is stored at most this often.
const NOTE_SECONDS: i64 = 24 * 60 * 60;

fn used(state: &State) -> HashSet<&str> {
    let icons = state.names.values();
    icons.filter_map(|r| r.icon.strip_prefix(STORED)).collect()
}

/// Lets pictures that no name has go, the longest unused first, until there is
/// room for one more.
pub(super) fn make_room(
    state: &State,
    bytes: u64,
    changes: &mut IconChanges,
) -> Result<(), IconError> {
    let mut count = state.pictures.len() + 1;
    let mut total = state.pictures.values().map(|p| p.bytes).sum::<u64>() + bytes;
    let in_use = used(state);
    let mut idle: Vec<_> = state
        .pictures
        .iter()
        .filter(|(id, _)| !in_use.contains(id.as_str()))
        .collect();
    idle.sort_by_key(|(_, record)| std::cmp::Reverse(record.used));
    while count > MAX_PICTURES || total > MAX_BYTES {
        let (id, record) = idle.pop().ok_or(IconError::Full)?;
        count -= 1;
        total -= record.bytes;
        changes.pictures.push((id.clone(), None));
    }
    Ok(())
}

/// What changes when it is looked through: last times, and what nobody needs.
pub(super) fn plan_tidy(state: &State, exists: &HashSet<String>, now: i64) -> IconChanges {
    let mut changes = IconChanges::default();
    let mut kept: HashSet<&str> = HashSet::new();
    let mut idle: Vec<(&String, i64)> = Vec::new();
    for (name, record) in &state.names {
        if exists.contains(name) {
            if now - record.seen >= NOTE_SECONDS {
                let record = IconRecord {
                    seen: now,
                    ..record.clone()
                };
                changes.names.push((name.clone(), Some(record)));
            }
        } else if now - record.seen > KEEP_SECONDS {
            changes.names.push((name.clone(), None));
            continue;
        } else {
            idle.push((name, record.seen));
        }
        kept.extend(record.icon.strip_prefix(STORED));
    }
    idle.sort_by_key(|(_, seen)| *seen);
    let surplus = state.names.len().saturating_sub(MAX_NAMES);
    let oldest = idle.into_iter().take(surplus);
    changes
        .names
        .extend(oldest.map(|(name, _)| (name.clone(), None)));
    for (id, record) in &state.pictures {
        if kept.contains(id.as_str()) {
            if now - record.used >= NOTE_SECONDS {
                let record = PictureRecord {
                    used: now,
                    ..record.clone()
                };
                changes.pictures.push((id.clone(), Some(record)));
            }
        } else if now - record.used > KEEP_SECONDS {
            changes.pictures.push((id.clone(), None));
        }
    }
    changes
}
