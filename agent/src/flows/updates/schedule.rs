//! Looking for updates, and making those that may be made, without being asked.
//!
//! The schedule says when to look. What may be updated by itself is updated then,
//! or, when it has a window, while that is open.

pub(super) mod cron;

use std::collections::BTreeSet;
use std::time::Duration;

use cron::{Times, zone_of};
use harbour_core::update::policy::Window;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{Target, UpdateError, Wanted, check, list, newer, settings, update};
use crate::flows::Context;
use crate::operations::error_chain;
use crate::views::update::{ContainerUpdate, UpdateSettings, UpdateStatus};

/// Who does it, in the audit log and the timeline.
const ACTOR: &str = "schedule";
/// Windows are looked at this often.
const EACH: Duration = Duration::from_secs(60);

/// When the schedule comes next (RFC 3339).
pub(super) fn next_run(settings: &UpdateSettings) -> Option<String> {
    Some(times(settings)?.after(Timestamp::now())?.to_string())
}

fn times(settings: &UpdateSettings) -> Option<Times> {
    // It was read when it was set.
    Times::new(settings.schedule.as_deref()?, &settings.time_zone).ok()
}

/// Works off the schedule until it is stopped. What was missed while the agent was
/// down is not made up for.
pub async fn by_itself(context: Context, stop: CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        error = forever(&context) => {
            tracing::error!(error = %error_chain(&error), "the schedule of updates cannot be read");
        }
    }
}

/// Ends only when the database fails.
async fn forever(context: &Context) -> UpdateError {
    let mut last = Timestamp::now();
    // What was refused is planned again when the schedule comes, not each minute.
    let mut refused = BTreeSet::new();
    loop {
        let settings = match settings(context).await {
            Ok(settings) => settings,
            Err(error) => return error,
        };
        let due = times(&settings).and_then(|times| times.after(last));
        let now = Timestamp::now();
        if due.is_some_and(|due| due <= now) {
            last = now;
            refused.clear();
            done(context, &settings, true, &mut refused).await;
            continue;
        }
        if due.is_some() {
            done(context, &settings, false, &mut refused).await;
        }
        let left = due.and_then(|due| Duration::try_from(due.duration_since(now)).ok());
        let wait = left.map_or(EACH, |left| left.min(EACH));
        tokio::select! {
            // A schedule that is new counts from now on.
            () = context.checks.wishes() => last = Timestamp::now(),
            () = context.checks.checked() => newer::look(context).await,
            // Without a schedule there is nothing to wait for but wishes.
            () = tokio::time::sleep(wait), if due.is_some() => {}
        }
    }
}

async fn done(
    context: &Context,
    settings: &UpdateSettings,
    is_time: bool,
    refused: &mut BTreeSet<(String, String)>,
) {
    if let Err(error) = one(context, settings, is_time, refused).await {
        tracing::error!(error = %error_chain(&error), "the schedule of updates could not be worked off");
    }
}

async fn one(
    context: &Context,
    settings: &UpdateSettings,
    is_time: bool,
    refused: &mut BTreeSet<(String, String)>,
) -> Result<(), UpdateError> {
    let known = match is_time {
        true => check(context).await?,
        false => list(context).await?,
    };
    for one in known.containers.iter().filter(|one| is_wanted(one)) {
        let open = match &one.policy.window {
            Some(_) => is_open(one, settings),
            None => is_time,
        };
        let digest = one.available.as_ref().map(|new| new.digest.clone());
        let Some(digest) = digest.filter(|_| open) else {
            continue;
        };
        let this = (one.name.clone(), digest);
        if !refused.contains(&this) && !begin(context, one).await {
            refused.insert(this);
        }
    }
    Ok(())
}

/// What may be updated by itself, now. What was undone once is not tried again.
fn is_wanted(one: &ContainerUpdate) -> bool {
    let failed = one
        .available
        .as_ref()
        .is_some_and(|new| new.failed.is_some());
    one.automatic && one.status == UpdateStatus::Available && !failed
}

fn is_open(one: &ContainerUpdate, settings: &UpdateSettings) -> bool {
    let (Some(window), Ok(zone)) = (&one.policy.window, zone_of(&settings.time_zone)) else {
        return false;
    };
    // It was read when it was set.
    let Ok(window) = Window::new(&window.days, &window.from, &window.to) else {
        return false;
    };
    let now = Timestamp::now().to_zoned_datetime(zone);
    let day = now.weekday().to_monday_one_offset().unsigned_abs();
    let minute = u32::from(now.hour().unsigned_abs()) * 60 + u32::from(now.minute().unsigned_abs());
    window.is_open(day, minute)
}

/// Answers whether it has begun.
async fn begin(context: &Context, one: &ContainerUpdate) -> bool {
    let digest = one.available.as_ref().map(|new| new.digest.clone());
    let wanted = Wanted {
        target: Target { tag: None, digest },
        ..Wanted::default()
    };
    match update(context, &one.name, wanted, ACTOR).await {
        Ok(operation) => {
            tracing::info!(container = one.name, operation, "updated by the schedule");
            true
        }
        // The next one looks again; the plan shows the reason to whoever looks.
        Err(error) => {
            tracing::warn!(container = one.name, error = %error_chain(&error), "not updated by the schedule");
            false
        }
    }
}
