//! How registries are asked: few questions at once, fewer to each, and none
//! while one of them said to wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Questions at once, to all registries and to one.
const AT_ONCE: usize = 12;
const AT_ONCE_EACH: usize = 4;
/// The first wait when a registry does not say how long; doubled each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// No registry is waited for longer, whatever it says.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3_600);
/// Registries that are remembered.
const MAX_REGISTRIES: usize = 1_000;

/// Who is asked how often.
#[derive(Debug)]
pub(crate) struct Manners {
    all: Arc<Semaphore>,
    each: Mutex<HashMap<String, Registry>>,
    /// Longest time that one question waits for a registry which asked for it.
    patience: Duration,
}

#[derive(Debug, Clone)]
struct Registry {
    turns: Arc<Semaphore>,
    not_before: Option<Instant>,
}

/// A turn to ask; others wait until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _one: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

/// The registry wants no question for longer than anybody would wait here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl Manners {
    pub(crate) fn new(patience: Duration) -> Self {
        Self {
            all: Arc::new(Semaphore::new(AT_ONCE)),
            each: Mutex::new(HashMap::new()),
            patience,
        }
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self, name: &str) -> Result<Turn, Wait> {
        loop {
            let registry = self.of(name);
            // First of the one registry: a slow one must not take the turns of others.
            let one = registry.turns.acquire_owned().await;
            let one = one.expect("nobody closes it");
            let Some(wait) = self.pause(name) else {
                let of_all = Arc::clone(&self.all).acquire_owned().await;
                return Ok(Turn {
                    _one: one,
                    _of_all: of_all.expect("nobody closes it"),
                });
            };
            if wait > self.patience {
                return Err(Wait(wait));
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// How long a registry wants no questions.
    pub(crate) fn pause(&self, name: &str) -> Option<Duration> {
        let wait = self
            .of(name)
            .not_before?
            .checked_duration_since(Instant::now())?;
        (!wait.is_zero()).then_some(wait)
    }

    /// The registry said to wait, or failed in passing for the `attempt`th time.
    pub(crate) fn wait(&self, name: &str, said: Option<Duration>, attempt: u32) {
        let wait = said.unwrap_or_else(|| jittered(FIRST_WAIT * 2_u32.saturating_pow(attempt)));
        let until = Instant::now() + wait.min(LONGEST_WAIT);
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(registry) = each.get_mut(name) {
            registry.not_before = registry.not_before.max(Some(until));
        }
    }

    fn of(&self, name: &str) -> Registry {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        if !each.contains_key(name) {
            if each.len() >= MAX_REGISTRIES {
                let now = Instant::now();
                each.retain(|_, one| one.not_before > Some(now));
            }
            each.insert(
                name.to_owned(),
                Registry {
                    turns: Arc::new(Semaphore::new(AT_ONCE_EACH)),
                    not_before: None,
                },
            );
        }
        each[name].clone()
    }
}

/// Up to half as long again, so that not everybody comes back at once.
fn jittered(wait: Duration) -> Duration {
    let mut byte = [0];
    // Without random bytes the wait is the same for everybody, which is no harm.
    let _ = getrandom::fill(&mut byte);
    wait + wait * u32::from(byte[0]) / 512
}

/// The value of `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds).min(LONGEST_WAIT));
    }
    let at = httpdate::parse_http_date(value.trim()).ok()?;
    // A moment that has passed is no wait.
    Some(at.duration_since(now).unwrap_or_default().min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_retry_after_are_read() {
        let now = httpdate::parse_http_date("Wed, 25 Nov 2026 10:00:00 GMT").unwrap();
        for (value, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("18446744073709551615", Some(86_400)),
            ("Wed, 25 Nov 2026 10:00:30 GMT", Some(30)),
            ("Wed, 25 Nov 2026 09:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            let found = retry_after(value, now).map(|wait| wait.as_secs());
            assert_eq!(found, seconds, "{value}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_registry_that_said_to_wait_is_left_alone_and_others_are_not() {
        let manners = Manners::new(Duration::from_secs(10));
        drop(manners.turn("slow").await.unwrap());
        manners.wait("slow", Some(Duration::from_secs(5)), 0);
        let before = Instant::now();
        drop(manners.turn("other").await.unwrap());
        assert_eq!(before.elapsed(), Duration::ZERO);
        drop(manners.turn("slow").await.unwrap());
        assert!(before.elapsed() >= Duration::from_secs(5));
        manners.wait("slow", Some(Duration::from_secs(3_600)), 0);
        let Err(Wait(wait)) = manners.turn("slow").await else {
            panic!("it was asked");
        };
        assert!(wait > Duration::from_secs(3_590));
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_few_ask_at_once() {
        let manners = Manners::new(Duration::ZERO);
        let mut turns = Vec::new();
        for _ in 0..AT_ONCE_EACH {
            turns.push(manners.turn("one").await.unwrap());
        }
        let next = tokio::time::timeout(Duration::from_secs(1), manners.turn("one"));
        assert!(next.await.is_err());
        for name in ["two", "three"] {
            for _ in 0..AT_ONCE_EACH {
                turns.push(manners.turn(name).await.unwrap());
            }
        }
        let next = tokio::time::timeout(Duration::from_secs(1), manners.turn("four"));
        assert!(next.await.is_err());
        turns.clear();
        assert!(manners.turn("four").await.is_ok());
    }

    #[test]
    fn waits_are_spread() {
        for _ in 0..100 {
            let wait = jittered(Duration::from_secs(2));
            assert!((2_000..3_000).contains(&wait.as_millis()), "{wait:?}");
        }
    }
}
