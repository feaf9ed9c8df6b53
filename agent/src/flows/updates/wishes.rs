//! How updates are wanted: for all, and for one container.

use harbour_core::problem::{Problem, ProblemCode};
use harbour_core::update::policy::{MAX_COOLDOWN_HOURS, MAX_WATCH_SECONDS, Window};

use super::check::told;
use super::schedule::cron::{Times, zone_of};
use super::{UpdateError, list};
use crate::db::PolicyRecord;
use crate::flows::Context;
use crate::views::update::{ContainerUpdate, UpdatePolicy, UpdateSettings};

/// Images kept for each container to go back to, at most.
const MOST_KEPT: u32 = 20;
/// What holds until somebody says otherwise.
fn unset() -> UpdateSettings {
    UpdateSettings {
        schedule: None,
        time_zone: "UTC".to_owned(),
        automatic: false,
        cooldown_hours: 0,
        keep: 3,
    }
}

/// The settings of updates.
///
/// # Errors
/// When the database fails.
pub async fn settings(context: &Context) -> Result<UpdateSettings, UpdateError> {
    let stored = context.db.update_settings().await?;
    Ok(stored.unwrap_or_else(unset))
}

/// Changes them.
///
/// # Errors
/// With all that is wrong with them.
pub async fn change_settings(
    context: &Context,
    wanted: UpdateSettings,
) -> Result<UpdateSettings, UpdateError> {
    let mut problems = Vec::new();
    let mut bad = |field: &str, message: String| {
        problems.push(Problem::new(field, ProblemCode::Invalid, message));
    };
    if let Err(error) = zone_of(&wanted.time_zone) {
        bad("timeZone", format!("{error}."));
    } else if let Some(schedule) = &wanted.schedule
        && let Err(error) = Times::new(schedule, &wanted.time_zone)
    {
        bad("schedule", format!("{error}."));
    }
    if wanted.cooldown_hours > MAX_COOLDOWN_HOURS {
        bad("cooldownHours", too_much(MAX_COOLDOWN_HOURS, "hours"));
    }
    if wanted.keep > MOST_KEPT {
        bad("keep", too_much(MOST_KEPT, "images"));
    }
    if !problems.is_empty() {
        return Err(UpdateError::Invalid(problems));
    }
    context.db.save_update_settings(&wanted).await?;
    context.checks.wishes_changed();
    told(context);
    Ok(wanted)
}

/// Sets how a container wants to be treated.
///
/// # Errors
/// When it is unknown, or with all that is wrong with the policy.
pub async fn set_policy(
    context: &Context,
    wanted: &str,
    policy: UpdatePolicy,
) -> Result<ContainerUpdate, UpdateError> {
    let name = context.inventory.find(wanted)?.summary.name.clone();
    let mut problems = Vec::new();
    let mut bad = |field: &str, message: String| {
        problems.push(Problem::new(field, ProblemCode::Invalid, message));
    };
    if policy
        .cooldown_hours
        .is_some_and(|hours| hours > MAX_COOLDOWN_HOURS)
    {
        bad("cooldownHours", too_much(MAX_COOLDOWN_HOURS, "hours"));
    }
    if policy
        .watch_seconds
        .is_some_and(|seconds| seconds == 0 || seconds > MAX_WATCH_SECONDS)
    {
        bad(
            "watchSeconds",
            format!("Give 1 to {MAX_WATCH_SECONDS} seconds."),
        );
    }
    if let Some(window) = &policy.window
        && let Err(message) = Window::new(&window.days, &window.from, &window.to)
    {
        bad("window", message);
    }
    if !problems.is_empty() {
        return Err(UpdateError::Invalid(problems));
    }
    let record = PolicyRecord {
        v: 1,
        name: name.clone(),
        policy,
    };
    context.db.save_update_policy(&record).await?;
    context.checks.wishes_changed();
    told(context);
    let all = list(context).await?.containers;
    let found = all.into_iter().find(|one| one.name == name);
    found.ok_or_else(|| crate::flows::FindError::None(wanted.to_owned()).into())
}

fn too_much(most: u32, of_what: &str) -> String {
    format!("Give at most {most} {of_what}.")
}
