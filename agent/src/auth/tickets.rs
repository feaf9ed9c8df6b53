//! One-use tickets: they carry a session's right into a WebSocket handshake, which can send no
//! header of its own.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::secrets::{Secret, fingerprint, random_token};

/// How long a ticket may be redeemed.
pub const LIFETIME: Duration = Duration::from_secs(30);
/// Tickets outstanding at most; the oldest makes room.
const MAX_TICKETS: usize = 256;

/// Tickets with a payload each, such as the exec that a handshake will attach to.
#[derive(Debug)]
pub struct Tickets<T> {
    /// Oldest first.
    outstanding: Mutex<VecDeque<Ticket<T>>>,
}

#[derive(Debug)]
struct Ticket<T> {
    hash: [u8; 32],
    session_id: String,
    purpose: String,
    expires: Instant,
    payload: T,
}

impl<T> Default for Tickets<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Tickets<T> {
    /// None outstanding.
    pub fn new() -> Self {
        Self {
            outstanding: Mutex::new(VecDeque::new()),
        }
    }

    /// Makes a ticket for one session and one purpose, such as `exec:<container id>`.
    pub fn issue(
        &self,
        session_id: &str,
        purpose: &str,
        payload: T,
        now: Instant,
    ) -> Secret<String> {
        let token = random_token();
        let mut outstanding = self.lock();
        outstanding.retain(|ticket| ticket.expires > now);
        while outstanding.len() >= MAX_TICKETS {
            outstanding.pop_front();
        }
        outstanding.push_back(Ticket {
            hash: fingerprint(token.expose()),
            session_id: session_id.to_owned(),
            purpose: purpose.to_owned(),
            expires: now + LIFETIME,
            payload,
        });
        token
    }

    /// Uses a ticket up and gives its payload, if it was issued to this session for this purpose
    /// at most [`LIFETIME`] ago. A ticket shown by the wrong session is gone as well: it leaked.
    pub fn redeem(&self, ticket: &str, session_id: &str, purpose: &str, now: Instant) -> Option<T> {
        // Found by hash: the duration of the search tells nothing about the tickets themselves.
        let hash = fingerprint(ticket);
        let mut outstanding = self.lock();
        let place = outstanding.iter().position(|held| held.hash == hash)?;
        let held = outstanding.remove(place)?;
        let right = held.session_id == session_id && held.purpose == purpose && held.expires > now;
        right.then_some(held.payload)
    }

    /// Voids all tickets of a session that has ended.
    pub fn void_session(&self, session_id: &str) {
        self.lock().retain(|ticket| ticket.session_id != session_id);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Ticket<T>>> {
        // Every change is one call on the queue, so a panic elsewhere leaves it whole.
        self.outstanding
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn redeemed_once_by_its_session_for_its_purpose() {
        let tickets = Tickets::new();
        let now = Instant::now();
        let ticket = tickets.issue("s1", "exec:abc", 7, now);
        let ticket = ticket.expose();
        assert_eq!(tickets.redeem("nonsense", "s1", "exec:abc", now), None);
        assert_eq!(tickets.redeem(ticket, "s1", "exec:abc", now), Some(7));
        assert_eq!(tickets.redeem(ticket, "s1", "exec:abc", now), None);
    }

    #[test]
    fn a_ticket_shown_wrongly_is_gone() {
        let now = Instant::now();
        for (session, purpose, after) in [
            ("s2", "exec:abc", 0),
            ("s1", "exec:abd", 0),
            ("s1", "exec:abc", 30),
        ] {
            let tickets = Tickets::new();
            let ticket = tickets.issue("s1", "exec:abc", (), now);
            let late = now + Duration::from_secs(after);
            assert!(
                tickets
                    .redeem(ticket.expose(), session, purpose, late)
                    .is_none()
            );
            assert!(
                tickets
                    .redeem(ticket.expose(), "s1", "exec:abc", now)
                    .is_none()
            );
        }
    }

    #[test]
    fn good_until_just_before_thirty_seconds() {
        let tickets = Tickets::new();
        let now = Instant::now();
        let ticket = tickets.issue("s", "p", (), now);
        let late = now + LIFETIME - Duration::from_millis(1);
        assert!(tickets.redeem(ticket.expose(), "s", "p", late).is_some());
    }

    #[test]
    fn bounded_and_the_oldest_goes() {
        let tickets = Tickets::new();
        let now = Instant::now();
        let all: Vec<_> = (0..300).map(|n| tickets.issue("s", "p", n, now)).collect();
        assert_eq!(tickets.lock().len(), MAX_TICKETS);
        assert_eq!(tickets.redeem(all[43].expose(), "s", "p", now), None);
        assert_eq!(tickets.redeem(all[44].expose(), "s", "p", now), Some(44));
        assert_eq!(tickets.redeem(all[299].expose(), "s", "p", now), Some(299));
        tickets.issue("s", "p", 0, now + LIFETIME);
        assert_eq!(tickets.lock().len(), 1, "expired ones are swept");
    }

    #[test]
    fn an_ended_session_takes_its_tickets_along() {
        let tickets = Tickets::new();
        let now = Instant::now();
        let gone = tickets.issue("s1", "p", 1, now);
        let kept = tickets.issue("s2", "p", 2, now);
        tickets.void_session("s1");
        assert_eq!(tickets.redeem(gone.expose(), "s1", "p", now), None);
        assert_eq!(tickets.redeem(kept.expose(), "s2", "p", now), Some(2));
    }

    #[test]
    fn fifty_race_and_one_wins() {
        for _ in 0..20 {
            let tickets = Tickets::new();
            let now = Instant::now();
            let ticket = tickets.issue("s", "p", (), now);
            let (start, wins) = (Barrier::new(50), AtomicUsize::new(0));
            std::thread::scope(|scope| {
                for _ in 0..50 {
                    scope.spawn(|| {
                        start.wait();
                        if tickets.redeem(ticket.expose(), "s", "p", now).is_some() {
                            wins.fetch_add(1, Ordering::SeqCst);
                        }
                    });
                }
            });
            assert_eq!(wins.load(Ordering::SeqCst), 1);
        }
    }
}
