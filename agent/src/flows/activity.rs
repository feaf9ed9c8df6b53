//! Engine events in words, for the events rail.

use crate::docker::{EngineEvent, EngineEventKind};
use crate::views::{Activity, ActivityKind, Severity};

/// Exit code of a process that SIGKILL ended (128 + 9).
const KILLED: &str = "137";

/// The event's own time as RFC 3339.
pub(super) fn time_of(event: &EngineEvent) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(event.at_nanos))
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_string()
}

/// The line for an event; `None` for what would only be noise. `acting` says
/// that the manager works on the container now, `oom` that it ran out of memory.
pub(super) fn of(event: &EngineEvent, acting: bool, oom: bool) -> Option<Activity> {
    let attribute = |name: &str| event.attributes.get(name).map(String::as_str);
    let by = acting.then(|| "by you".to_owned());
    let (severity, text, detail) = match event.kind {
        EngineEventKind::Container => container(event, acting, oom, by)?,
        EngineEventKind::Image => match event.action.as_str() {
            "pull" => (Severity::Good, "pulled", None),
            "delete" => (Severity::Info, "removed", None),
            "import" | "load" => (Severity::Info, "imported", None),
            _ => return None,
        },
        EngineEventKind::Network => return None,
    };
    let (kind, subject, container_id) = match event.kind {
        EngineEventKind::Container => (
            ActivityKind::Container,
            attribute("name")?,
            Some(event.id.clone()),
        ),
        _ => (
            ActivityKind::Image,
            image_name(attribute("name"), &event.id),
            None,
        ),
    };
    Some(Activity {
        id: String::new(),
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
        container_id,
        text: text.to_owned(),
        detail,
 app: None, actor: None, request_id: None, operation_id: None, count: None,
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

fn container(event: &EngineEvent, acting: bool, oom: bool, by: Option<String>) -> Option<Words> {
    Some(match event.action.as_str() {
        "create" => (Severity::Info, "created", by),
        "start" => (Severity::Good, "started", by),
        "destroy" => (Severity::Info, "removed", by),
        "pause" => (Severity::Info, "paused", by),
        "unpause" => (Severity::Good, "resumed", by),
        "rename" => {
            let old = event
                .attributes
                .get("oldName")
                .map(|n| n.trim_start_matches('/'));
            (
                Severity::Info,
                "renamed",
                old.map(|old| format!("was {old}")),
            )
        }
        "oom" => (Severity::Bad, "ran out of memory", None),
        "health_status: unhealthy" => (Severity::Bad, "became unhealthy", None),
        "health_status: healthy" => (Severity::Good, "is healthy", None),
        "die" => died(
            event.attributes.get("exitCode").map_or("", String::as_str),
            acting,
            oom,
            by,
        ),
        _ => return None,
    })
}

fn died(code: &str, acting: bool, oom: bool, by: Option<String>) -> Words {
    if acting {
        return (Severity::Info, "stopped", by);
    }
    match code {
        "0" | "" => (Severity::Info, "stopped", None),
        KILLED if oom => (
            Severity::Bad,
            "was ended",
            Some("exit 137, out of memory".to_owned()),
        ),
        KILLED => (Severity::Warning, "was killed", Some("exit 137".to_owned())),
        code => (Severity::Bad, "failed", Some(format!("exit {code}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn line(
        action: &str,
        attributes: &[(&str, &str)],
        acting: bool,
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
        of(&event, acting, false).map(|a| (a.text, a.detail))
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
        let s = |t: &str| Some(t.to_owned());
        assert_eq!(
            line("die", &[("exitCode", "3")], false),
            Some(("failed".into(), s("exit 3")))
        );
        assert_eq!(
            line("die", &[("exitCode", "137")], true),
            Some(("stopped".into(), s("by you")))
        );
        assert_eq!(
            line("die", &[("exitCode", "0")], false),
            Some(("stopped".into(), None))
        );
        assert_eq!(
            line("rename", &[("oldName", "/old")], true),
            Some(("renamed".into(), s("was old")))
        );
        assert_eq!(line("exec_create: sh", &[], false), None);
    }
}
