//! Checks of how a draft's main process runs and where its output goes.

use std::collections::BTreeMap;

use super::mounts::path_fault;
use super::settings::check_words;
use super::{MAX_OPTIONS, MAX_VALUE_LEN, bounded, given, unfit};
use crate::draft::CreateDraft;
use crate::host_path::normalise;
use crate::problem::{Problem, ProblemCode, shown};
use crate::spec::{Logging, Process, RestartPolicy};

/// Longest host name of Linux (`HOST_NAME_MAX`).
const MAX_HOSTNAME: usize = 64;
/// Longest name of a user with its group.
const MAX_USER: usize = 256;
const MAX_GRACE: i64 = 24 * 60 * 60;
/// Longest name of a log driver or of one of its options.
const MAX_LOG_NAME: usize = 128;

pub(super) fn check(draft: &CreateDraft, out: &mut Vec<Problem>) -> Process {
    let asked = &draft.process;
    let entrypoint = check_words("entrypoint", &asked.entrypoint, out);
    let mut invalid = |field: &str, message: String| {
        out.push(Problem::new(field, ProblemCode::Invalid, message));
    };
    let user = given(&asked.user).map(str::to_owned);
    if let Some(text) = &user
        && !is_user(text)
    {
        let text = shown(text);
        invalid(
            "user",
            format!(
                "“{text}” is no user; write a name or number, perhaps with a group: 1000:1000."
            ),
        );
    }
    for (field, what, value) in [
        ("hostname", "host name", given(&asked.hostname)),
        ("domainname", "domain name", given(&asked.domainname)),
    ] {
        if let Some(text) = value.filter(|text| !is_host_name(text)) {
            let text = shown(text);
            invalid(
                field,
                format!(
                    "“{text}” is no {what}; use up to {MAX_HOSTNAME} letters, digits, dots and dashes."
                ),
            );
        }
    }
    let stop_signal = given(&asked.stop_signal).map(str::to_owned);
    if let Some(text) = stop_signal.as_deref().filter(|text| !is_signal(text)) {
        let text = shown(text);
        invalid(
            "stopSignal",
            format!("“{text}” is no signal; give a name like SIGTERM or a number from 1 to 64."),
        );
    }
    let stop_grace = asked.stop_grace_seconds.and_then(|seconds| {
        let fit = u32::try_from(seconds).ok().filter(|_| seconds <= MAX_GRACE);
        if fit.is_none() {
            invalid(
                "stopGraceSeconds",
                format!("The time to stop is from 0 to {MAX_GRACE} seconds, not {seconds}."),
            );
        }
        fit
    });
    let working_dir = given(&asked.working_dir);
    if let Some((code, message)) =
        working_dir.and_then(|path| path_fault("The working directory", path))
    {
        out.push(Problem::new("workingDir", code, message));
    }
    Process {
        entrypoint,
        user,
        working_dir: working_dir.map(normalise),
        hostname: given(&asked.hostname).map(str::to_owned),
        domainname: given(&asked.domainname).map(str::to_owned),
        init: asked.init,
        stop_signal,
        stop_grace,
        tty: asked.tty,
        stdin_open: asked.stdin_open,
    }
}

pub(super) fn check_auto_remove(
    draft: &CreateDraft,
    restart: RestartPolicy,
    out: &mut Vec<Problem>,
) {
    if draft.auto_remove && restart != RestartPolicy::No {
        let message = format!(
            "A container that is removed when it ends can not be started again; choose the restart policy no instead of {}.",
            restart.as_str()
        );
        out.push(Problem::new("autoRemove", ProblemCode::Invalid, message));
    }
}

pub(super) fn check_logging(draft: &CreateDraft, out: &mut Vec<Problem>) -> Option<Logging> {
    let logging = draft.logging.as_ref()?;
    let mut bad = |field: String, code, message: String| {
        out.push(Problem::new(field, code, message));
    };
    if logging.driver.is_empty() {
        let message = "Name the log driver, such as json-file or local.".to_owned();
        bad("logging.driver".to_owned(), ProblemCode::Required, message);
    } else if !is_log_name(&logging.driver) {
        let message = format!("“{}” is no log driver.", shown(&logging.driver));
        bad("logging.driver".to_owned(), ProblemCode::Invalid, message);
    }
    let mut options = BTreeMap::new();
    for (name, value) in logging.options.iter().take(MAX_OPTIONS) {
        let field = format!("logging.options.{}", shown(name));
        if !is_log_name(name) {
            let message = format!("“{}” is no option of a log driver.", shown(name));
            bad(field, ProblemCode::Invalid, message);
        } else if let Some(message) = unfit("The value", value, MAX_VALUE_LEN) {
            bad(field, ProblemCode::Invalid, message);
        } else if options.insert(name.clone(), value.clone()).is_some() {
            let message = "This option is set twice.".to_owned();
            bad(field, ProblemCode::Duplicate, message);
        }
    }
    // Says that there are too many, if there are.
    bounded("logging.options", &logging.options, MAX_OPTIONS, out).for_each(drop);
    Some(Logging {
        driver: logging.driver.clone(),
        options,
    })
}

/// Letters, digits and what joins them; plugins have a path and a tag.
fn is_log_name(text: &str) -> bool {
    text.len() <= MAX_LOG_NAME
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-/:".contains(&b))
}

/// `user`, `user:group` or numbers; the engine looks names up in the image.
fn is_user(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && part.chars().all(|c| !c.is_whitespace() && !c.is_control())
    };
    let mut parts = text.split(':');
    text.len() <= MAX_USER && parts.clone().count() <= 2 && parts.all(part)
}

/// Labels of letters, digits and dashes, joined by dots. Underscores are
/// common in homes, and the engine takes them.
pub(super) fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    text.len() <= MAX_HOSTNAME && text.split('.').all(label)
}

/// A name with or without `SIG`, or a number (signal(7)).
pub fn is_signal(text: &str) -> bool {
    let number = text.parse::<u8>().is_ok_and(|n| (1..=64).contains(&n));
    let name = (2..=16).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-'));
    number || name
}
