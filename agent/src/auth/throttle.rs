//! The brake on guessing passwords: slows each address down, and never locks the administrator out.
//!
//! Two brakes work together. After three failures an address waits 1, 2, 4 … 30 seconds before its
//! next attempt. And all attempts together come out of a bucket of 10, refilled with one each
//! second, so that many addresses gain nothing over one. A browser that has signed in lately
//! (`known`) has a bucket of its own and ignores what others did from its address: a flood, even
//! from behind the same proxy, cannot keep it out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Failures of an address that cost nothing yet: people mistype.
const FREE_FAILURES: u32 = 3;
/// Longest wait after a failure.
const MAX_DELAY: Duration = Duration::from_secs(30);
/// An address is forgotten this long after its last failure.
const FORGET_AFTER: Duration = Duration::from_secs(60 * 60);
/// Addresses remembered at most; the one quiet for longest makes room.
const MAX_ADDRESSES: usize = 4096;
/// Attempts a full bucket holds.
const BURST: f64 = 10.0;
/// Attempts that flow back per second.
const REFILL_PER_SECOND: f64 = 1.0;

/// Try again after this long. [`RetryAfter::seconds`] is the value of the `Retry-After` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; try again in {} s", self.seconds())]
pub struct RetryAfter(pub Duration);

impl RetryAfter {
    /// Whole seconds, rounded up, at least 1 (RFC 9110 section 10.2.3).
    pub fn seconds(&self) -> u64 {
        let whole = self.0.as_secs();
        let part = u64::from(self.0.subsec_nanos() > 0);
        (whole + part).max(1)
    }
}

/// See the module. Every method takes the time, so that tests need not wait.
#[derive(Debug, Default)]
pub struct LoginThrottle {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    addresses: HashMap<IpAddr, Failures>,
    strangers: Bucket,
    known: Bucket,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn blocked_until(&self) -> Instant {
        self.last + delay(self.count)
    }
}

/// Wait after the `count`th failure in a row.
fn delay(count: u32) -> Duration {
    match count.checked_sub(FREE_FAILURES + 1) {
        None => Duration::ZERO,
        Some(steps) => Duration::from_secs(1 << steps.min(5)).min(MAX_DELAY),
    }
}

/// A token bucket; `None` is full.
#[derive(Debug, Default)]
struct Bucket(Option<(f64, Instant)>);

impl Bucket {
    fn take(&mut self, now: Instant) -> Result<(), RetryAfter> {
        let held = self.0.map_or(BURST, |(held, at)| {
            let flowed = now.saturating_duration_since(at).as_secs_f64() * REFILL_PER_SECOND;
            (held + flowed).min(BURST)
        });
        if held < 1.0 {
            let missing = (1.0 - held) / REFILL_PER_SECOND;
            return Err(RetryAfter(Duration::from_secs_f64(missing)));
        }
        self.0 = Some((held - 1.0, now));
        Ok(())
    }
}

impl LoginThrottle {
    /// A throttle that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for one attempt. Call before the password is looked at, so that a refused attempt
    /// costs no hash and tells nothing.
    ///
    /// `known` says that the caller has proved to have signed in within the last 30 days.
    ///
    /// # Errors
    /// [`RetryAfter`] with the time until an attempt is possible, at most 30 s.
    pub fn check(&self, addr: IpAddr, known: bool, now: Instant) -> Result<(), RetryAfter> {
        let mut state = self.lock();
        if known {
            return state.known.take(now);
        }
        if let Some(failures) = state.addresses.get(&group(addr)) {
            let wait = failures.blocked_until().saturating_duration_since(now);
            if !wait.is_zero() {
                return Err(RetryAfter(wait));
            }
        }
        // Only now: an address that must wait takes nothing from the others.
        state.strangers.take(now)
    }

    /// Notes a wrong password from an address.
    pub fn failed(&self, addr: IpAddr, now: Instant) {
        let mut state = self.lock();
        let addr = group(addr);
        if !state.addresses.contains_key(&addr) && state.addresses.len() >= MAX_ADDRESSES {
            make_room(&mut state.addresses, now);
        }
        let failures = state.addresses.entry(addr).or_insert(Failures {
            count: 0,
            last: now,
        });
        if now.saturating_duration_since(failures.last) > FORGET_AFTER {
            failures.count = 0;
        }
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
    }

    /// Notes a right password: the address starts afresh.
    pub fn succeeded(&self, addr: IpAddr, _now: Instant) {
        self.lock().addresses.remove(&group(addr));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No method leaves the state half-changed, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One customer owns a whole IPv6 /64, so that is the unit; mapped IPv4 counts as IPv4.
fn group(addr: IpAddr) -> IpAddr {
    match addr.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

fn make_room(addresses: &mut HashMap<IpAddr, Failures>, now: Instant) {
    addresses.retain(|_, f| now.saturating_duration_since(f.last) <= FORGET_AFTER);
    while addresses.len() >= MAX_ADDRESSES {
        let quietest = addresses
            .iter()
            .min_by_key(|(_, f)| f.last)
            .map(|(a, _)| *a);
        match quietest {
            Some(addr) => addresses.remove(&addr),
            None => break,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 7));

    fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn waits_grow_to_thirty_seconds_and_no_further() {
        let throttle = LoginThrottle::new();
        let mut now = Instant::now();
        let mut waits = Vec::new();
        for _ in 0..12 {
            throttle.check(HOME, false, now).unwrap();
            throttle.failed(HOME, now);
            let wait = match throttle.check(HOME, false, now) {
                Ok(()) => Duration::ZERO,
                Err(RetryAfter(wait)) => wait,
            };
            waits.push(wait.as_secs());
            now += wait.max(secs(2)); // Two seconds keep the common bucket out of this test.
        }
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]);
    }

    #[test]
    fn success_and_time_clear_an_address() {
        let throttle = LoginThrottle::new();
        let start = Instant::now();
        (0..8).for_each(|_| throttle.failed(HOME, start));
        assert!(throttle.check(HOME, false, start).is_err());
        throttle.succeeded(HOME, start);
        assert!(throttle.check(HOME, false, start).is_ok());

        (0..8).for_each(|_| throttle.failed(HOME, start));
        let later = start + FORGET_AFTER + secs(1);
        throttle.failed(HOME, later);
        assert!(throttle.check(HOME, false, later).is_ok(), "counted from 1");
    }

    #[test]
    fn one_address_does_not_slow_another() {
        let throttle = LoginThrottle::new();
        let now = Instant::now();
        (0..50).for_each(|_| throttle.failed(HOME, now));
        let other = "192.168.1.8".parse().unwrap();
        // Refused attempts take nothing out of the common bucket either.
        (0..100).for_each(|_| assert!(throttle.check(HOME, false, now).is_err()));
        assert!(throttle.check(other, false, now).is_ok());
    }

    #[test]
    fn the_common_bucket_holds_ten_and_refills_one_a_second() {
        let throttle = LoginThrottle::new();
        let now = Instant::now();
        let addr = |n: u8| IpAddr::from([10, 0, 0, n]);
        (0..10).for_each(|n| assert!(throttle.check(addr(n), false, now).is_ok()));
        let RetryAfter(wait) = throttle.check(addr(11), false, now).unwrap_err();
        assert_eq!(wait, secs(1));
        assert!(throttle.check(addr(11), false, now + secs(1)).is_ok());
        assert!(throttle.check(addr(12), false, now + secs(1)).is_err());
        // A long pause fills it to ten, not beyond.
        let later = now + secs(3600);
        (0..10).for_each(|n| assert!(throttle.check(addr(n), false, later).is_ok()));
        assert!(throttle.check(addr(11), false, later).is_err());
    }

    #[test]
    fn a_flood_cannot_keep_a_known_browser_out() {
        let throttle = LoginThrottle::new();
        let now = Instant::now();
        for n in 0..=255 {
            let _ = throttle.check(IpAddr::from([10, 0, 0, n]), false, now);
            throttle.failed(HOME, now);
        }
        assert!(throttle.check(HOME, false, now).is_err());
        assert!(throttle.check(HOME, true, now).is_ok());
        // Its own bucket bounds it, in case the device's cookie was stolen.
        (0..9).for_each(|_| assert!(throttle.check(HOME, true, now).is_ok()));
        assert_eq!(throttle.check(HOME, true, now), Err(RetryAfter(secs(1))));
    }

    #[test]
    fn memory_is_bounded_and_the_quietest_goes_first() {
        let throttle = LoginThrottle::new();
        let start = Instant::now();
        for n in 0..5000_u32 {
            let at = start + Duration::from_millis(u64::from(n));
            let addr = IpAddr::from(std::net::Ipv4Addr::from_bits(0x0a00_0000 + n));
            throttle.failed(addr, at);
        }
        let state = throttle.lock();
        assert_eq!(state.addresses.len(), MAX_ADDRESSES);
        let held = |n: u32| {
            let addr = IpAddr::from(std::net::Ipv4Addr::from_bits(0x0a00_0000 + n));
            state.addresses.contains_key(&addr)
        };
        assert!(!held(0) && !held(903) && held(904) && held(4999));
    }

    #[test]
    fn addresses_are_grouped_as_people_own_them() {
        let check = |a: &str, b: &str, same: bool| {
            let (a, b): (IpAddr, IpAddr) = (a.parse().unwrap(), b.parse().unwrap());
            assert_eq!(group(a) == group(b), same, "{a} {b}");
        };
        check("2001:db8::1", "2001:db8::ffff:1", true);
        check("2001:db8:0:1::1", "2001:db8:0:2::1", false);
        check("::ffff:10.0.0.1", "10.0.0.1", true);
        check("10.0.0.1", "10.0.0.2", false);
    }

    #[test]
    fn retry_after_rounds_up() {
        for (millis, expected) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (30_000, 30)] {
            let wait = RetryAfter(Duration::from_millis(millis));
            assert_eq!(wait.seconds(), expected, "{millis} ms");
        }
    }
}
