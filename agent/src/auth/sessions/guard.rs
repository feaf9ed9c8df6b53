//! What an open stream holds of its session: it learns of the end, however it comes.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// Signed out, here or everywhere.
    SignedOut,
    /// Unused for too long.
    Idle,
    /// Reached its absolute age.
    TooOld,
    /// Made room for a newer session.
    Replaced,
}

/// The part of a session that its guards watch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    pub(super) last_used_at: Timestamp,
    pub(super) ended: Option<EndReason>,
}

impl Life {
    pub(super) fn new(last_used_at: Timestamp) -> Self {
        Self {
            last_used_at,
            ended: None,
        }
    }
}

/// Held by an event stream or WebSocket; [`SessionGuard::ended`] resolves when it must close.
#[derive(Debug)]
pub struct SessionGuard {
    life: watch::Receiver<Life>,
    idle: Duration,
    expires_at: Timestamp,
    /// The same moment on both clocks; from there time is counted monotonically.
    wall: Timestamp,
    monotonic: Instant,
}

impl SessionGuard {
    pub(super) fn new(
        life: watch::Receiver<Life>,
        idle: Duration,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        Self {
            life,
            idle,
            expires_at,
            wall: now,
            monotonic: Instant::now(),
        }
    }

    /// Waits until the session has ended or expired. May be dropped and called again: it then
    /// continues, and after the end it answers at once.
    pub async fn ended(&mut self) -> EndReason {
        loop {
            let life = *self.life.borrow_and_update();
            if let Some(reason) = life.ended {
                return reason;
            }
            let idle_at = super::later(life.last_used_at, self.idle);
            let (next, reason) = if self.expires_at <= idle_at {
                (self.expires_at, EndReason::TooOld)
            } else {
                (idle_at, EndReason::Idle)
            };
            let until = self.monotonic + positive(self.wall, next);
            if until <= Instant::now() {
                return reason;
            }
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                changed = self.life.changed() => if changed.is_err() {
                    // The sender goes with the session; without a reason the agent itself ends.
                    return self.life.borrow().ended.unwrap_or(EndReason::SignedOut);
                },
            }
        }
    }
}

/// Time from one moment to a later one; zero if it is not later.
fn positive(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}
