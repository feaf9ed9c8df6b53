//! Waiting for a condition with a deadline, so that no test sleeps.

use std::fmt::Display;
use std::time::{Duration, Instant};

use crate::{KitError, Result};

/// Shortest and longest pause between two looks.
const PAUSE: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(100));

/// Calls `look` until it answers `Ok`, at most for `deadline`.
///
/// `look` says in its `Err` what it saw instead; the last such text is part of
/// the error. The pause between looks grows from 2 ms to 100 ms.
///
/// # Errors
/// [`KitError::Deadline`] when the time is up.
pub async fn until<T, E, F, Fut>(deadline: Duration, what: &str, mut look: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = std::result::Result<T, E>>,
    E: Display,
{
    let start = Instant::now();
    let mut pause = PAUSE.0;
    let mut last = "nothing, not even one answer".to_owned();
    loop {
        let left = deadline.saturating_sub(start.elapsed());
        // A look that hangs counts as waiting, too.
        match tokio::time::timeout(left, look()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(seen)) => last = seen.to_string(),
            Err(_) => {}
        }
        if start.elapsed() >= deadline {
            return Err(KitError::Deadline {
                what: what.to_owned(),
                seconds: deadline.as_secs_f64(),
                last,
            });
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE.1);
    }
}

/// The same for a plain yes or no.
///
/// # Errors
/// [`KitError::Deadline`] when the time is up.
pub async fn until_true<F, Fut>(deadline: Duration, what: &str, mut look: F) -> Result<()>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    until(deadline, what, || {
        let answer = look();
        async move { if answer.await { Ok(()) } else { Err("no") } }
    })
    .await
}
