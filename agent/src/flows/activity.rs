//! One engine event in words, given what is known around it.

use super::exit_words;
use crate::cause::Cause;
use crate::docker::{EngineEvent, EngineEventKind, is_made_up};
use crate::events::YOU;
use crate::timeline::Key;
use crate::views::{Activity, ActivityKind, Severity};

/// Exit code of a process that SIGKILL ended (128 + 9).
const KILLED: &str = "137";

/// What else is known when an event comes.
#[derive(Debug, Default)]
pub(super) struct Around<'a> {
    /// Who works on it through the manager at this moment.
    pub(super) doer: Option<&'a Cause>,
    /// Whether it ran out of memory just before.
    pub(super) oom: bool,
    /// Whether somebody sent it a signal just before.
    pub(super) asked: bool,
    /// What the last failed probe of its health check said.
    pub(super) probe: Option<&'a str>,
}

/// The event's own time as RFC 3339.
pub(super) fn time_of(event: &EngineEvent) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(event.at_nanos))
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string()
}

/// Where the event stands in time; the same event always has the same key.
pub(super) fn key_of(event: &EngineEvent) -> Key {
    let kind = match event.kind {
        EngineEventKind::Container => "container",
        EngineEventKind::Image => "image",
        EngineEventKind::Network => "network",
        EngineEventKind::Volume => "volume",
    };
    Key::of(event.at_nanos, &[kind, &event.action, &event.id])
}

/// The entry for an event; `None` for what would only be noise.
pub(super) fn of(event: &EngineEvent, around: &Around<'_>) -> Option<Activity> {
    let attribute = |name: &str| event.attributes.get(name).map(String::as_str);
    let (severity, text, detail) = words(event, around)?;
    let (kind, subject) = match event.kind {
        EngineEventKind::Container => (ActivityKind::Container, attribute("name")?),
        EngineEventKind::Image => (
            ActivityKind::Image,
            image_name(attribute("name"), &event.id),
        ),
        EngineEventKind::Network => (ActivityKind::Network, attribute("name")?),
        EngineEventKind::Volume => (ActivityKind::Volume, event.id.as_str()),
    };
    let container = event.kind == EngineEventKind::Container;
    let doer = around.doer;
    Some(Activity {
        id: key_of(event).to_string(),
        at: time_of(event),
        severity,
        kind,
        action: event
            .action
            .split(':')
            .next()
            .unwrap_or_default()
            .to_owned(),
        subject: subject.to_owned(),
        container_id: container.then(|| event.id.clone()),
        text: text.to_owned(),
        detail,
        app: container.then(|| subject.to_owned()),
        actor: doer.map(|_| YOU.to_owned()),
        request_id: doer.and_then(|d| d.request_id.clone()),
        operation_id: doer.and_then(|d| d.operation_id.clone()),
        count: None,
    })
}

/// An image that has no name any more is told by the short form of its id.
fn image_name<'a>(name: Option<&'a str>, id: &'a str) -> &'a str {
    let known = name.unwrap_or(id);
    match known.strip_prefix("sha256:") {
        Some(hex) => hex.get(..12).unwrap_or(hex),
        None => known,
    }
}

type Words = (Severity, &'static str, Option<String>);

fn words(event: &EngineEvent, around: &Around<'_>) -> Option<Words> {
    let action = event.action.as_str();
    Some(match event.kind {
        EngineEventKind::Container => return container(event, around),
        EngineEventKind::Image => match action {
            "pull" => (Severity::Good, "pulled", None),
            "delete" => (Severity::Info, "removed", None),
            "import" | "load" => (Severity::Info, "imported", None),
            _ => return None,
        },
        // Those without a name of their own come and go with their containers.
        EngineEventKind::Volume if is_made_up(&event.id) => return None,
        EngineEventKind::Network | EngineEventKind::Volume => match action {
            "create" => (Severity::Info, "created", None),
            "destroy" => (Severity::Info, "removed", None),
            _ => return None,
        },
    })
}

fn container(event: &EngineEvent, around: &Around<'_>) -> Option<Words> {
    let attribute = |name: &str| event.attributes.get(name).map(String::as_str);
    Some(match event.action.as_str() {
        "create" => (Severity::Info, "created", None),
        "start" => (Severity::Good, "started", None),
        "destroy" => (Severity::Info, "removed", None),
        "pause" => (Severity::Info, "paused", None),
        "unpause" => (Severity::Good, "resumed", None),
        "rename" => {
            let old = attribute("oldName").map(|n| n.trim_start_matches('/'));
            let was = old.map(|old| format!("was {old}"));
            (Severity::Info, "renamed", was)
        }
        "oom" => (Severity::Bad, "ran out of memory", None),
        "health_status: unhealthy" => (
            Severity::Bad,
            "became unhealthy",
            around.probe.map(str::to_owned),
        ),
        "health_status: healthy" => (Severity::Good, "is healthy", None),
        "die" => died(attribute("exitCode").unwrap_or_default(), around),
        _ => return None,
    })
}

fn died(code: &str, around: &Around<'_>) -> Words {
    let detail = || Some(exit_words::of(code));
    match code {
        KILLED if around.oom => (
            Severity::Bad,
            "was ended",
            Some("exit 137, out of memory".to_owned()),
        ),
        "0" | "" => (Severity::Info, "stopped", None),
        KILLED if around.doer.is_some() || around.asked => (
            Severity::Info,
            "stopped",
            Some("exit 137, ended by force".to_owned()),
        ),
        _ if around.doer.is_some() || around.asked => (Severity::Info, "stopped", detail()),
        KILLED => (Severity::Warning, "was killed", detail()),
        _ => (Severity::Bad, "failed", detail()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn line(
        action: &str,
        attributes: &[(&str, &str)],
        around: &Around<'_>,
    ) -> Option<(String, Option<String>)> {
        let mut map: HashMap<String, String> = attributes
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect();
        map.insert("name".into(), "web".into());
        let event = EngineEvent {
            kind: EngineEventKind::Container,
            action: action.into(),
            id: "1".into(),
            attributes: map,
            at_nanos: 1_000_000_000,
            past: false,
        };
        of(&event, around).map(|a| (a.text, a.detail))
    }

    #[test]
    fn images_without_a_name_are_told_by_their_short_id() {
        assert_eq!(image_name(Some("a/b:1"), "sha256:0"), "a/b:1");
        let id = "sha256:76852b7c61c83bd5b68fd1113df88d71";
        assert_eq!(image_name(None, id), "76852b7c61c8");
        assert_eq!(image_name(Some(id), id), "76852b7c61c8");
        assert_eq!(image_name(None, "sha256:76"), "76");
    }

    #[test]
    fn reasons_are_in_words() {
        let by_itself = Around::default();
        let you = Cause::request("R");
        let yours = Around {
            doer: Some(&you),
            ..Default::default()
        };
        let oom = Around {
            oom: true,
            ..Default::default()
        };
        let asked = Around {
            asked: true,
            ..Default::default()
        };
        let probe = Around {
            probe: Some("no answer"),
            ..Default::default()
        };
        let check = |action: &str, code: &str, around: &Around<'_>, expected: &str| {
            let (text, detail) = line(action, &[("exitCode", code)], around).expect("told");
            let all = detail.map_or(text.clone(), |d| format!("{text}: {d}"));
            assert_eq!(all, expected);
        };
        check("die", "3", &by_itself, "failed: exit 3");
        check("die", "0", &by_itself, "stopped");
        check("die", "137", &by_itself, "was killed: exit 137");
        check("die", "137", &oom, "was ended: exit 137, out of memory");
        check("die", "137", &yours, "stopped: exit 137, ended by force");
        check("die", "143", &asked, "stopped: exit 143, ended by SIGTERM");
        check("die", "0", &yours, "stopped");
        check(
            "health_status: unhealthy",
            "",
            &probe,
            "became unhealthy: no answer",
        );
        let renamed = line("rename", &[("oldName", "/old")], &yours);
        assert_eq!(renamed, Some(("renamed".into(), Some("was old".into()))));
        assert_eq!(line("exec_create: sh", &[], &by_itself), None);
    }
}
