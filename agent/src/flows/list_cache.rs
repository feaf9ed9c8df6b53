//! The list of containers as JSON text, made once for every state of the
//! inventory however often it is asked for.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// A text and the state it shows, counted in changes.
type Made = Option<(u64, Bytes)>;

/// The newest text of both lists: of those that run, and of all.
#[derive(Default)]
pub(super) struct ListCache {
    made: Mutex<[Made; 2]>,
}

impl ListCache {
    /// The text of the state after so many changes, if it was made.
    pub(super) fn get(&self, all: bool, changes: u64) -> Option<Bytes> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, text) = made[usize::from(all)].as_ref()?;
        (*of == changes).then(|| text.clone())
    }

    /// Keeps a text, unless a newer one is there: two readers may have made
    /// theirs at the same time, the older one last.
    pub(super) fn keep(&self, all: bool, changes: u64, text: Bytes) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = &mut made[usize::from(all)];
        if kept.as_ref().is_none_or(|(of, _)| *of < changes) {
            *kept = Some((changes, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_of_this_very_state_is_given() {
        let cache = ListCache::default();
        assert_eq!(cache.get(true, 0), None);
        cache.keep(true, 0, Bytes::from_static(b"old"));
        assert_eq!(cache.get(true, 0), Some(Bytes::from_static(b"old")));
        assert_eq!(cache.get(false, 0), None, "the other list");
        assert_eq!(cache.get(true, 1), None, "something has changed");
        cache.keep(true, 2, Bytes::from_static(b"new"));
        cache.keep(true, 1, Bytes::from_static(b"late"));
        assert_eq!(cache.get(true, 2), Some(Bytes::from_static(b"new")));
        assert_eq!(cache.get(true, 1), None);
    }
}
