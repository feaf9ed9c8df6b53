//! One change at a time per container name. The second caller is told who is
//! first, and events can be told apart from what happens by itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::cause::Cause;

/// How long an ended change is remembered, for events that arrive after it.
const REMEMBERED_NANOS: i128 = 10_000_000_000;
/// What happens so soon after a signal is its effect.
const FOLLOWS_NANOS: i128 = 2_000_000_000;

/// Somebody else is at work on it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is busy: {holder}. Try again when that has ended.", thing(.name))]
pub struct Busy {
    /// The container, or another thing as [`NETWORK`] and [`VOLUME`] name it.
    pub name: String,
    /// What goes on, in words.
    pub holder: String,
}

/// Before the name of a network that is held; no container's name has a colon.
pub const NETWORK: &str = "network:";
/// Before the name of a volume that is held.
pub const VOLUME: &str = "volume:";
/// Before the name of an app that is held.
pub const APP: &str = "app:";

fn thing(name: &str) -> String {
    match name.split_once(':') {
        Some((kind, name)) => format!("the {kind} {name}"),
        None => format!("the container {name}"),
    }
}

/// A change that is going on.
#[derive(Debug)]
struct Held {
    holder: String,
    since: i128,
    cause: Cause,
}

#[derive(Debug, Default)]
struct Inner {
    held: HashMap<String, Held>,
    /// Begin and end of the newest ended change, in nanoseconds since 1970, and
    /// who was behind it.
    ended: HashMap<String, (i128, i128, Cause)>,
}

/// Which names are held, and for what.
#[derive(Clone, Debug, Default)]
pub struct Locks(Arc<Mutex<Inner>>);

/// Holds names until it is dropped.
#[derive(Debug)]
pub struct LockGuard {
    locks: Locks,
    names: Vec<String>,
}

impl Locks {
    /// Takes all `names` or none.
    ///
    /// # Errors
    /// [`Busy`] names the first that is taken and by what.
    pub fn acquire(&self, names: &[&str], holder: &str) -> Result<LockGuard, Busy> {
        let mut inner = self.lock();
        for name in names {
            if let Some(other) = inner.held.get(*name) {
                return Err(Busy {
                    name: (*name).to_owned(),
                    holder: other.holder.clone(),
                });
            }
        }
        let since = now();
        for name in names {
            let held = Held {
                holder: holder.to_owned(),
                since,
                cause: Cause::current().unwrap_or_default(),
            };
            inner.held.insert((*name).to_owned(), held);
        }
        drop(inner);
        Ok(LockGuard {
            locks: self.clone(),
            names: names.iter().map(|n| (*n).to_owned()).collect(),
        })
    }

    /// Says that something is being done to `name` without holding it, so that
    /// events of that time have a doer: a signal needs no turn.
    #[must_use]
    pub fn attend(&self, name: &str) -> Attending {
        let began = now();
        let cause = Cause::current().unwrap_or_default();
        let span = (began, i128::MAX, cause);
        self.lock().ended.insert(name.to_owned(), span);
        Attending {
            locks: self.clone(),
            name: name.to_owned(),
            began,
        }
    }

    /// Who was at work on `name` at this time, in nanoseconds since 1970. Of
    /// what has ended, the newest change of the last ten seconds is known.
    #[must_use]
    pub fn doer_at(&self, name: &str, nanos: i64) -> Option<Cause> {
        let nanos = i128::from(nanos);
        let inner = self.lock();
        let held = inner.held.get(name).filter(|h| h.since <= nanos);
        held.map(|h| h.cause.clone()).or_else(|| {
            let (begin, end, cause) = inner.ended.get(name)?;
            (*begin..=*end).contains(&nanos).then(|| cause.clone())
        })
    }

    /// Whether somebody is at work on `name` now.
    #[must_use]
    pub fn is_held(&self, name: &str) -> bool {
        self.lock().held.contains_key(name)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change under the lock is complete in itself.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that is done without a lock, until this is dropped.
#[derive(Debug)]
pub struct Attending {
    locks: Locks,
    name: String,
    began: i128,
}

impl Drop for Attending {
    fn drop(&mut self) {
        let mut inner = self.locks.lock();
        if let Some((began, end, _)) = inner.ended.get_mut(&self.name)
            && *began == self.began
        {
            *end = now() + FOLLOWS_NANOS;
        }
    }
}

impl LockGuard {
    /// The names that are held.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// From now on it is this operation that holds the names.
    pub fn hand_to(&self, operation: &str) {
        let mut inner = self.locks.lock();
        for name in &self.names {
            if let Some(held) = inner.held.get_mut(name) {
                held.cause.operation_id = Some(operation.to_owned());
            }
        }
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        let mut inner = self.locks.lock();
        let end = now();
        inner
            .ended
            .retain(|_, (_, ended, _)| end - *ended < REMEMBERED_NANOS);
        for name in &self.names {
            if let Some(held) = inner.held.remove(name) {
                let span = (held.since, end, held.cause);
                inner.ended.insert(name.clone(), span);
            }
        }
    }
}

fn now() -> i128 {
    Timestamp::now().as_nanosecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_about_the_first() {
        let locks = Locks::default();
        let first = locks.acquire(&["a"], "being stopped").expect("free");
        let busy = locks
            .acquire(&["b", "a"], "being removed")
            .expect_err("a is held");
        assert_eq!(
            busy,
            Busy {
                name: "a".into(),
                holder: "being stopped".into()
            }
        );
        assert!(locks.acquire(&["b"], "x").is_ok(), "b was not left held");
        drop(first);
        assert!(locks.acquire(&["a"], "x").is_ok());
    }

    #[tokio::test]
    async fn a_signal_and_what_follows_has_a_doer() {
        let locks = Locks::default();
        let cause = Cause::request("R");
        let attending = cause.clone().of(async { locks.attend("a") }).await;
        let at = || i64::try_from(now()).expect("before the year 2262");
        assert_eq!(locks.doer_at("a", at()), Some(cause));
        assert!(!locks.is_held("a"), "nobody has to wait");
        drop(attending);
        assert!(locks.doer_at("a", at() + 1_000_000).is_some());
        assert!(locks.doer_at("a", at() + 3_000_000_000).is_none());
    }

    #[test]
    fn events_belong_to_the_change_they_fall_into() {
        let locks = Locks::default();
        let at = || i64::try_from(now()).expect("before the year 2262");
        let before = at();
        let guard = locks.acquire(&["a"], "x").expect("free");
        let during = at();
        assert!(locks.doer_at("a", during).is_some() && locks.doer_at("b", during).is_none());
        drop(guard);
        let after = at() + 1;
        assert!(
            locks.doer_at("a", during).is_some(),
            "an event that comes late"
        );
        assert!(locks.doer_at("a", after).is_none() && locks.doer_at("a", before - 1).is_none());
    }
}
