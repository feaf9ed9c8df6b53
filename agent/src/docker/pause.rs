//! Pauses shorter than the runtime's timer can make, whose step is a
//! millisecond: in that time the engine fills a socket and waits for us.

use std::io;
use std::time::Duration;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::net::unix::pipe::Receiver;

/// A clock for pauses (`timerfd_create(2)`). One pause at a time. To the runtime
/// it is something to read from; no pipe is needed for that.
#[derive(Debug)]
pub(super) struct Pause(Receiver);

impl Pause {
    /// Makes the clock.
    ///
    /// # Errors
    /// When the process has no file descriptor left.
    pub(super) fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let clock = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        Ok(Self(Receiver::from_owned_fd_unchecked(clock)?))
    }

    /// Waits for less than a second.
    ///
    /// # Errors
    /// When the system refuses the clock.
    pub(super) async fn wait(&self, pause: Duration) -> io::Result<()> {
        let zero = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let once = Itimerspec {
            it_interval: zero,
            it_value: Timespec {
                tv_sec: 0,
                tv_nsec: i64::from(pause.subsec_nanos()),
            },
        };
        timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once)?;
        let mut ticks = [0; 8];
        loop {
            self.0.readable().await?;
            match self.0.try_read(&mut ticks) {
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_pause_is_as_long_as_it_says_each_time() {
        let clock = Pause::new().expect("a clock");
        let began = Instant::now();
        for _ in 0..20 {
            clock
                .wait(Duration::from_micros(150))
                .await
                .expect("waited");
        }
        assert!(began.elapsed() >= Duration::from_millis(3));
    }
}
