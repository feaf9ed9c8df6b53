//! Browsers that have signed in before. Their tries at the password have a
//! brake of their own, so that a flood of strangers cannot lock the admin out.
//!
//! The token is no proof of anything else. It lives in the page's own storage,
//! not in a cookie, which apps on other ports of the host would receive too.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::secrets::{Secret, constant_time_eq, fingerprint, random_token};

/// How long a browser is known after it last signed in.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Browsers remembered; the one that signed in longest ago goes first.
const MAX_BROWSERS: usize = 32;

/// A browser as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrowserRecord {
    /// SHA-256 of its token.
    pub hash: [u8; 32],
    /// When it last signed in.
    pub seen: Timestamp,
}

/// The browsers that are known.
#[derive(Debug, Default)]
pub struct KnownBrowsers(Mutex<Vec<BrowserRecord>>);

impl KnownBrowsers {
    /// Takes over what was stored.
    #[must_use]
    pub fn new(records: Vec<BrowserRecord>) -> Self {
        Self(Mutex::new(records))
    }

    /// Whether this token was given out and used within the last 30 days.
    #[must_use]
    pub fn is_known(&self, token: &str, now: Timestamp) -> bool {
        let hash = fingerprint(token);
        self.lock()
            .iter()
            .any(|b| constant_time_eq(&b.hash, &hash) && is_fresh(b, now))
    }

    /// Notes a sign-in. Gives the token for the page, the same as before when
    /// it showed one that is known, and all records to be stored.
    pub fn remember(
        &self,
        shown: Option<&str>,
        now: Timestamp,
    ) -> (Secret<String>, Vec<BrowserRecord>) {
        let mut list = self.lock();
        list.retain(|b| is_fresh(b, now));
        let known = shown.filter(|token| {
            let hash = fingerprint(token);
            list.iter().any(|b| constant_time_eq(&b.hash, &hash))
        });
        let token = known.map_or_else(random_token, |token| Secret::new(token.to_owned()));
        let hash = fingerprint(token.expose());
        list.retain(|b| b.hash != hash);
        while list.len() >= MAX_BROWSERS {
            list.remove(0);
        }
        list.push(BrowserRecord { hash, seen: now });
        (token, list.clone())
    }

    /// Forgets all but the browser that shows this token; gives all records to
    /// be stored.
    pub fn forget_others(&self, shown: Option<&str>, now: Timestamp) -> Vec<BrowserRecord> {
        let hash = shown.map(fingerprint);
        let mut list = self.lock();
        list.retain(|b| is_fresh(b, now) && hash.is_some_and(|h| constant_time_eq(&b.hash, &h)));
        list.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<BrowserRecord>> {
        // No method leaves the list half-changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fresh(browser: &BrowserRecord, now: Timestamp) -> bool {
    now.duration_since(browser.seen) < KNOWN_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_for_thirty_days() {
        let browsers = KnownBrowsers::default();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let (token, records) = browsers.remember(None, now);
        assert_eq!(records.len(), 1);
        assert!(browsers.is_known(token.expose(), now));
        assert!(!browsers.is_known("made up", now));
        let later = now + SignedDuration::from_hours(29 * 24);
        let (again, records) = browsers.remember(Some(token.expose()), later);
        assert_eq!(
            (again.expose(), records.len()),
            (token.expose(), 1),
            "the same, once"
        );
        let last = later + SignedDuration::from_hours(29 * 24);
        assert!(
            browsers.is_known(token.expose(), last),
            "counted from the last sign-in"
        );
        assert!(!browsers.is_known(token.expose(), last + SignedDuration::from_hours(48)));
        let (other, _) = browsers.remember(Some("made up"), now);
        assert_ne!(
            other.expose(),
            "made up",
            "no token of the caller's own making"
        );
    }

    #[test]
    fn others_are_forgotten() {
        let browsers = KnownBrowsers::default();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let (own, _) = browsers.remember(None, now);
        let (other, _) = browsers.remember(None, now);
        assert_eq!(browsers.forget_others(Some(own.expose()), now).len(), 1);
        assert!(browsers.is_known(own.expose(), now) && !browsers.is_known(other.expose(), now));
        assert!(browsers.forget_others(None, now).is_empty());
    }

    #[test]
    fn the_list_is_bounded() {
        let browsers = KnownBrowsers::default();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
        let (first, _) = browsers.remember(None, now);
        for _ in 0..MAX_BROWSERS {
            browsers.remember(None, now);
        }
        assert!(!browsers.is_known(first.expose(), now), "the oldest went");
        assert_eq!(browsers.remember(None, now).1.len(), MAX_BROWSERS);
    }
}
