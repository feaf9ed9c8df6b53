//! Checks of a draft's environment, command, labels, restart policy and health check.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use super::{MAX_ENV, MAX_LABELS, MAX_VALUE_LEN, MAX_WORDS, bounded, unfit};
use crate::draft::CreateDraft;
use crate::problem::{Problem, ProblemCode, shown};
use crate::spec::{Healthcheck, RestartPolicy};

/// Labels with this start are the agent's own …
const RESERVED_LABELS: &str = "io.harbourmaster.";
/// … but for these, with which a person tells the page what to show.
const OPEN_LABELS: [&str; 2] = ["io.harbourmaster.icon", "io.harbourmaster.webui"];
/// Longest name of a variable or label, in bytes.
const MAX_KEY_LEN: usize = 4096;
const MAX_SECONDS: i64 = 24 * 60 * 60;
const MAX_HEALTH_RETRIES: i64 = 100;

pub(super) fn check_env(draft: &CreateDraft, out: &mut Vec<Problem>) -> Vec<(String, String)> {
    let mut env = Vec::new();
    let mut seen = HashSet::new();
    for (index, variable) in bounded("env", &draft.env, MAX_ENV, out).collect::<Vec<_>>() {
        let name = variable.name.as_str();
        let mut bad = |part: &str, code, message: String| {
            out.push(Problem::new(format!("env.{index}.{part}"), code, message));
        };
        if name.is_empty() {
            bad(
                "name",
                ProblemCode::Required,
                "Name the variable.".to_owned(),
            );
        } else if name.contains('=') {
            bad(
                "name",
                ProblemCode::Invalid,
                "A variable's name can not hold “=”; the value has its own field.".to_owned(),
            );
        } else if let Some(message) = unfit("A variable's name", name, MAX_KEY_LEN) {
            bad("name", ProblemCode::Invalid, message);
        } else if !seen.insert(name) {
            bad(
                "name",
                ProblemCode::Duplicate,
                format!("The variable “{}” is set twice.", shown(name)),
            );
        }
        if let Some(message) = unfit("The value", &variable.value, MAX_VALUE_LEN) {
            bad("value", ProblemCode::Invalid, message);
        }
        env.push((variable.name.clone(), variable.value.clone()));
    }
    env
}

pub(super) fn check_labels(
    draft: &CreateDraft,
    out: &mut Vec<Problem>,
) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for (_, (key, value)) in bounded("labels", &draft.labels, MAX_LABELS, out).collect::<Vec<_>>() {
        let mut bad = |code, message: String| {
            out.push(Problem::new(
                format!("labels.{}", shown(key)),
                code,
                message,
            ));
        };
        if key.is_empty() {
            bad(ProblemCode::Required, "Name the label.".to_owned());
        } else if key.starts_with(RESERVED_LABELS) && !OPEN_LABELS.contains(&key.as_str()) {
            bad(
                ProblemCode::Invalid,
                format!(
                    "Labels that start with {RESERVED_LABELS} are Harbourmaster's own; choose another."
                ),
            );
        } else if let Some(message) = unfit("A label's name", key, MAX_KEY_LEN) {
            bad(ProblemCode::Invalid, message);
        }
        if let Some(message) = unfit("The value", value, MAX_VALUE_LEN) {
            bad(ProblemCode::Invalid, message);
        }
        if labels.insert(key.clone(), value.clone()).is_some() {
            bad(
                ProblemCode::Duplicate,
                "This label is set twice.".to_owned(),
            );
        }
    }
    labels
}

/// Words of a command line, each on its own field.
pub(super) fn check_words(field: &str, words: &[String], out: &mut Vec<Problem>) -> Vec<String> {
    for (index, word) in bounded(field, words, MAX_WORDS, out).collect::<Vec<_>>() {
        if let Some(message) = unfit("A word of the command", word, MAX_VALUE_LEN) {
            out.push(Problem::new(
                format!("{field}.{index}"),
                ProblemCode::Invalid,
                message,
            ));
        }
    }
    if words.first().is_some_and(String::is_empty) {
        out.push(Problem::new(
            field,
            ProblemCode::Invalid,
            "The command starts with the name of a program.",
        ));
    }
    words.to_vec()
}

pub(super) fn check_restart(draft: &CreateDraft, out: &mut Vec<Problem>) -> RestartPolicy {
    let Some(restart) = &draft.restart else {
        return RestartPolicy::No;
    };
    let mut bad =
        |message: String| out.push(Problem::new("restart", ProblemCode::Invalid, message));
    let policy = match restart.policy.as_str() {
        "no" | "" => RestartPolicy::No,
        "always" => RestartPolicy::Always,
        "unless-stopped" => RestartPolicy::UnlessStopped,
        "on-failure" => {
            // The engine keeps the number in 32 bits; 0 means no limit to it.
            let retries = restart.max_retries.map(|count| {
                u32::try_from(count)
                    .ok()
                    .filter(|&count| i32::try_from(count).is_ok())
            });
            if retries == Some(None) {
                bad(format!(
                    "The number of restarts is from 0 (no limit) to {}.",
                    i32::MAX
                ));
            }
            return RestartPolicy::OnFailure {
                max_retries: retries.flatten().filter(|&count| count > 0),
            };
        }
        other => {
            bad(format!(
                "The restart policy is no, always, unless-stopped or on-failure, not “{}”.",
                shown(other)
            ));
            return RestartPolicy::No;
        }
    };
    // The engine lists 0 for every policy, so 0 is no limit anyone asked for.
    if restart.max_retries.is_some_and(|count| count != 0) {
        bad(format!(
            "A number of restarts goes with on-failure only, not with {}.",
            policy.as_str()
        ));
    }
    policy
}

pub(super) fn check_healthcheck(
    draft: &CreateDraft,
    out: &mut Vec<Problem>,
) -> Option<Healthcheck> {
    let check = draft.healthcheck.as_ref()?;
    if let Some(message) = test_fault(&check.test) {
        let code = if check.test.is_empty() {
            ProblemCode::Required
        } else {
            ProblemCode::Invalid
        };
        out.push(Problem::new("healthcheck.test", code, message));
    } else {
        check_words("healthcheck.test", &check.test, out);
    }
    let mut seconds = |part: &str, value: Option<i64>, least: i64| {
        let value = value?;
        if (least..=MAX_SECONDS).contains(&value) {
            // 0 asks for the engine's default, which is what leaving it out means.
            return u64::try_from(value)
                .ok()
                .filter(|&value| value > 0)
                .map(Duration::from_secs);
        }
        let message =
            format!("A time is from {least} to {MAX_SECONDS} seconds (24 hours), not {value}.");
        out.push(Problem::new(
            format!("healthcheck.{part}"),
            ProblemCode::Invalid,
            message,
        ));
        None
    };
    let interval = seconds("intervalSeconds", check.interval_seconds, 1);
    let timeout = seconds("timeoutSeconds", check.timeout_seconds, 1);
    let start_period = seconds("startPeriodSeconds", check.start_period_seconds, 0);
    let retries = check.retries.and_then(|count| {
        let fit = u32::try_from(count)
            .ok()
            .filter(|_| (1..=MAX_HEALTH_RETRIES).contains(&count));
        if fit.is_none() {
            let message =
                format!("The number of failures is from 1 to {MAX_HEALTH_RETRIES}, not {count}.");
            out.push(Problem::new(
                "healthcheck.retries",
                ProblemCode::Invalid,
                message,
            ));
        }
        fit
    });
    Some(Healthcheck {
        test: check.test.clone(),
        interval,
        timeout,
        start_period,
        retries,
    })
}

fn test_fault(test: &[String]) -> Option<&'static str> {
    let words: Vec<&str> = test.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Some("Say how to check: CMD and a program, CMD-SHELL and a line, or NONE."),
        ["NONE"] => None,
        ["NONE", ..] => Some("Nothing follows NONE; it switches the image's own check off."),
        ["CMD", program, ..] if !program.trim().is_empty() => None,
        ["CMD", ..] => Some("Name the program that checks after CMD."),
        ["CMD-SHELL", line] if !line.trim().is_empty() => None,
        ["CMD-SHELL", _, _, ..] => Some("One line follows CMD-SHELL; put everything into it."),
        ["CMD-SHELL", ..] => Some("Write the line that checks after CMD-SHELL."),
        _ => Some("A health check starts with CMD, CMD-SHELL or NONE."),
    }
}
