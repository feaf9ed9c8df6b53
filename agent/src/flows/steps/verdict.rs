//! The step that waits until a new container has proved itself: healthy by its
//! health check, or up for a few seconds without ending.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::engine_failed;
use crate::docker::Engine;
use crate::operations::{Step, StepContext, StepError};
use crate::views::{ContainerDetail, ContainerState, HealthStatus, HealthcheckView};

/// How long one without a health check must be up.
pub(super) const UP_FOR: Duration = Duration::from_secs(5);
/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// What the engine takes when a health check does not say (Dockerfile reference,
/// `HEALTHCHECK`).
const INTERVAL: f64 = 30.0;
const TIMEOUT: f64 = 30.0;
const RETRIES: i64 = 3;
/// Over and above a health check's own schedule.
const MARGIN: f64 = 15.0;
/// Nobody waits longer, whatever the schedule.
const LONGEST: f64 = 30.0 * 60.0;

/// Waits for the container that this operation made.
pub(super) struct Verdict {
    pub(super) engine: Arc<Engine>,
    /// A run that ends well counts as a success, too: its predecessor did not
    /// run any more either.
    pub(super) may_end: bool,
}

/// What a container is waited for to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// Healthy by its check, or up for a while without one.
    Well,
    /// The same, or ended with 0.
    WellOrEnded,
    /// Ended with 0.
    Ended,
}

/// Waits for a container to prove itself, within its own schedule; without a
/// health check it must be up for `up_for`.
pub(super) async fn wait(
    engine: &Engine,
    id: &str,
    until: Until,
    up_for: Duration,
    cancel: &CancellationToken,
) -> Result<(), StepError> {
    let began = Instant::now();
    loop {
        let container = engine.inspect(id).await.map_err(engine_failed)?;
        match look(&container, until != Until::Well) {
            Look::Well
                if until != Until::Ended || container.summary.state == ContainerState::Exited =>
            {
                return Ok(());
            }
            Look::Failed(why) => return Err(StepError::failed(why)),
            _ if until == Until::Ended => {
                if began.elapsed().as_secs_f64() >= LONGEST {
                    let minutes = LONGEST / 60.0;
                    return Err(StepError::failed(format!(
                        "it has not done its work within {minutes} minutes"
                    )));
                }
            }
            Look::Up if began.elapsed() >= up_for => return Ok(()),
            Look::Up | Look::Well => {}
            Look::Undecided => {
                let limit = schedule(container.healthcheck.as_ref());
                if began.elapsed() >= limit {
                    let seconds = limit.as_secs();
                    return Err(StepError::failed(format!(
                        "the health check has not decided within {seconds} s"
                    )));
                }
            }
        }
        tokio::select! {
            () = cancel.cancelled() => return Err(StepError::Cancelled),
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// What a look at a container tells.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    Well,
    Failed(String),
    /// It runs; a health check has not decided yet.
    Undecided,
    Up,
}

impl Step for Verdict {
    fn name(&self) -> &'static str {
        "verdict"
    }

    fn title(&self) -> String {
        "See whether it runs".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let made = self
                .engine
                .made_by(ctx.operation_id)
                .await
                .map_err(engine_failed)?;
            let id = made
                .first()
                .ok_or_else(|| StepError::failed("the container was removed meanwhile"))?;
            let until = if self.may_end {
                Until::WellOrEnded
            } else {
                Until::Well
            };
            wait(&self.engine, id, until, UP_FOR, ctx.cancel).await
        })
    }

    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

fn look(container: &ContainerDetail, may_end: bool) -> Look {
    let summary = &container.summary;
    let said = || match summary.error.as_deref() {
        Some(error) => format!(": {error}"),
        None => String::new(),
    };
    match summary.state {
        ContainerState::Running | ContainerState::Paused if summary.restart_count == 0 => {}
        ContainerState::Exited if may_end && summary.exit_code == Some(0) => return Look::Well,
        ContainerState::Exited | ContainerState::Dead => {
            let code = summary.exit_code.unwrap_or_default();
            let memory = if summary.oom_killed {
                ", out of memory"
            } else {
                ""
            };
            return Look::Failed(format!(
                "the new container ended with code {code}{memory}{}",
                said()
            ));
        }
        _ => return Look::Failed(format!("the new container ends again and again{}", said())),
    }
    let Some(health) = &summary.health else {
        return Look::Up;
    };
    match health.status {
        HealthStatus::Healthy => Look::Well,
        HealthStatus::Starting => Look::Undecided,
        HealthStatus::Unhealthy => {
            let reason = health.reason.as_ref().map(|reason| reason.output.as_str());
            let reason = reason
                .filter(|text| !text.is_empty())
                .unwrap_or("it does not say why");
            Look::Failed(format!(
                "the health check of the new container failed: {reason}"
            ))
        }
    }
}

/// When a health check must have decided at the latest, by its own schedule.
fn schedule(check: Option<&HealthcheckView>) -> Duration {
    let or = |value: Option<f64>, default: f64| value.filter(|&v| v > 0.0).unwrap_or(default);
    let interval = or(check.map(|c| c.interval_seconds), INTERVAL);
    let timeout = or(check.map(|c| c.timeout_seconds), TIMEOUT);
    let start = check.map_or(0.0, |c| c.start_period_seconds);
    let retries = check
        .map(|c| c.retries)
        .filter(|&count| count > 0)
        .unwrap_or(RETRIES);
    // At most 100 by the planner; an image may say more, and the end is bounded.
    let retries = f64::from(i32::try_from(retries).unwrap_or(i32::MAX));
    let seconds = start + (interval + timeout) * retries + MARGIN;
    Duration::from_secs_f64(seconds.clamp(0.0, LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_is_the_health_checks_own() {
        let check = HealthcheckView {
            test: Vec::new(),
            interval_seconds: 10.0,
            timeout_seconds: 5.0,
            retries: 2,
            start_period_seconds: 60.0,
        };
        assert_eq!(
            schedule(Some(&check)),
            Duration::from_secs(60 + 2 * 15 + 15)
        );
        assert_eq!(schedule(None), Duration::from_secs(3 * 60 + 15));
        let endless = HealthcheckView {
            start_period_seconds: 1e9,
            ..check
        };
        assert_eq!(schedule(Some(&endless)), Duration::from_secs(30 * 60));
    }
}
