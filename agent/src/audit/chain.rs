//! Whether the log's chain is whole, checked at most once in a while however often it is asked.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::{AuditError, Broken, VerifyReport, verify};

/// An answer is given again for this long.
const FRESH: Duration = Duration::from_secs(60);
/// And for so many times as long as finding it took, so that a log of many files cannot keep a
/// processor busy.
const REST: u32 = 20;

/// What came of the newest check.
#[derive(Clone, Debug)]
pub struct ChainState {
    /// When it was made.
    pub checked_at: Timestamp,
    /// What it found.
    pub verdict: Arc<Result<VerifyReport, Broken>>,
}

#[derive(Debug)]
struct Checked {
    state: ChainState,
    good_until: Instant,
}

/// Checks the log in one directory.
#[derive(Debug)]
pub struct Chain {
    dir: PathBuf,
    /// Held while a check runs: whoever else asks waits for the same answer.
    checked: Mutex<Option<Checked>>,
}

impl Chain {
    /// For the log in `dir`.
    #[must_use]
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            checked: Mutex::new(None),
        }
    }

    /// The state of the chain, at most a minute old unless the log is very long.
    ///
    /// # Errors
    /// [`AuditError::Closed`] when the check did not end, which happens at shutdown only.
    pub async fn state(&self) -> Result<ChainState, AuditError> {
        let mut checked = self.checked.lock().await;
        if let Some(known) = checked.as_ref().filter(|c| Instant::now() < c.good_until) {
            return Ok(known.state.clone());
        }
        let dir = self.dir.clone();
        let began = Instant::now();
        let verdict = tokio::task::spawn_blocking(move || verify(&dir))
            .await
            .map_err(|_| AuditError::Closed)?;
        if let Err(broken) = &verdict {
            tracing::error!(%broken, reason = %broken.reason, "the audit log is not as it was written");
        }
        let state = ChainState {
            checked_at: Timestamp::now(),
            verdict: Arc::new(verdict),
        };
        *checked = Some(Checked {
            state: state.clone(),
            good_until: Instant::now() + FRESH.max(began.elapsed() * REST),
        });
        Ok(state)
    }
}
