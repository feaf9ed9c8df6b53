//! What an event means after those before it: a signal explains an end, a
//! container that keeps failing is one entry and not a flood, and a reason that
//! only the next reading shows is put into the entry it belongs to.

use std::collections::{HashMap, VecDeque};

use super::activity::{self, Around};
use super::exit_words;
use crate::cause::Cause;
use crate::docker::{EngineEvent, EngineEventKind};
use crate::views::{Activity, ContainerDetail, Severity};

const SECOND: i64 = 1_000_000_000;
/// An end within this time after a signal was meant.
const ASKED: i64 = 30 * SECOND;
/// So many ends by itself within this time are a loop. It is over when the
/// container has stayed up for as long.
const LOOP_ENDS: usize = 3;
const LOOP_TIME: i64 = 10 * 60 * SECOND;
/// Longest text of a probe in an entry, in bytes.
const MAX_PROBE: usize = 300;

#[derive(Debug, Default)]
struct Track {
    signalled: Option<i64>,
    oom: Option<i64>,
    /// When it ended by itself, of late.
    ends: VecDeque<i64>,
    looping: Option<Looping>,
    /// An entry whose reason the next reading may tell.
    open: Option<Activity>,
}

#[derive(Debug)]
struct Looping {
    entry: Activity,
    since: i64,
}

/// What went before, for each container.
#[derive(Debug, Default)]
pub(super) struct Story(HashMap<String, Track>);

impl Story {
    /// The entry for an event, if it makes one: a new one, or one that was told
    /// before in its new form.
    pub(super) fn tell(
        &mut self,
        event: &EngineEvent,
        doer: Option<&Cause>,
        known: Option<&ContainerDetail>,
    ) -> Option<Activity> {
        if event.kind != EngineEventKind::Container {
            return activity::of(
                event,
                &Around {
                    doer,
                    ..Default::default()
                },
            );
        }
        if event.action == "destroy" {
            self.0.remove(&event.id);
            return activity::of(
                event,
                &Around {
                    doer,
                    ..Default::default()
                },
            );
        }
        // Health checks and terminals: many, and nothing to remember.
        if event.action.starts_with("exec_") {
            return None;
        }
        let at = event.at_nanos;
        let track = self.0.entry(event.id.clone()).or_default();
        let lately = |moment: Option<i64>| moment.is_some_and(|m| (0..=ASKED).contains(&(at - m)));
        let probe = known.and_then(failed_probe);
        let around = Around {
            doer,
            oom: lately(track.oom) || known.is_some_and(|c| !event.past && c.summary.oom_killed),
            asked: lately(track.signalled),
            probe: probe.as_deref(),
        };
        let entry = activity::of(event, &around);
        match event.action.as_str() {
            "kill" => track.signalled = Some(at),
            "oom" => track.oom = Some(at),
            _ => {}
        }
        match event.action.as_str() {
            "die" if doer.is_some() || around.asked => {
                track.ends.clear();
                track.looping = None;
            }
            "die" => {
                let code = event.attributes.get("exitCode").map_or("", String::as_str);
                if let Some(entry) = track.ended(at, code, around.oom, entry.as_ref()?) {
                    return Some(entry);
                }
            }
            // What else happens in a loop is part of it.
            "start" | "oom" | "health_status: healthy" | "health_status: unhealthy"
                if doer.is_none() && track.in_loop(at) =>
            {
                return None;
            }
            _ => {}
        }
        let waits = matches!(event.action.as_str(), "die" | "health_status: unhealthy");
        track.open = entry.clone().filter(|_| waits && !event.past);
        entry
    }

    /// A container was read: the reason of its newest entry may be known now.
    pub(super) fn read(&mut self, container: &ContainerDetail) -> Option<Activity> {
        let track = self.0.get_mut(&container.summary.id)?;
        let open = track.open.take()?;
        let mut entry = open.clone();
        if entry.action == "die" {
            let killed = entry
                .detail
                .as_deref()
                .is_some_and(|d| d.starts_with("exit 137"));
            if killed && container.summary.oom_killed {
                entry.severity = Severity::Bad;
                entry.text = "was ended".to_owned();
                entry.detail = Some("exit 137, out of memory".to_owned());
            }
        } else if let Some(probe) = failed_probe(container) {
            entry.detail = Some(probe);
        }
        (entry != open).then_some(entry)
    }
}

impl Track {
    fn in_loop(&self, at: i64) -> bool {
        let last = self.ends.back();
        self.looping.is_some() && last.is_some_and(|last| at - last <= LOOP_TIME)
    }

    /// Notes an end by itself; the entry of the loop when it is in one.
    fn ended(&mut self, at: i64, code: &str, oom: bool, plain: &Activity) -> Option<Activity> {
        if self.ends.back().is_some_and(|last| at - last > LOOP_TIME) {
            self.looping = None;
        }
        self.ends.push_back(at);
        while self
            .ends
            .front()
            .is_some_and(|first| at - first > LOOP_TIME)
        {
            self.ends.pop_front();
        }
        if self.ends.len() < LOOP_ENDS && self.looping.is_none() {
            return None;
        }
        let first = self.ends.front().copied().unwrap_or(at);
        let looping = self.looping.get_or_insert_with(|| {
            let mut entry = plain.clone();
            entry.action = "restart_loop".to_owned();
            entry.severity = Severity::Bad;
            entry.text = "keeps ending".to_owned();
            Looping {
                entry,
                since: first,
            }
        });
        let before = u32::try_from(LOOP_ENDS - 1).unwrap_or_default();
        let count = looping.entry.count.map_or(before, |c| c).saturating_add(1);
        let minutes = (at - looping.since) / (60 * SECOND) + 1;
        let s = if minutes == 1 { "" } else { "s" };
        let reason = if oom {
            "exit 137, out of memory".to_owned()
        } else {
            exit_words::of(code)
        };
        looping.entry.count = Some(count);
        looping.entry.detail = Some(format!(
            "{count} times in {minutes} minute{s}; last: {reason}"
        ));
        // Bounded: the count is kept apart.
        while self.ends.len() > LOOP_ENDS {
            self.ends.pop_front();
        }
        Some(looping.entry.clone())
    }
}

/// What the newest probe said, if it failed; on one line.
fn failed_probe(container: &ContainerDetail) -> Option<String> {
    let reason = container.summary.health.as_ref()?.reason.as_ref()?;
    if reason.exit_code == 0 {
        return None;
    }
    let line = reason
        .output
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let text = &line[..line.floor_char_boundary(MAX_PROBE)];
    Some(match text {
        "" => format!("its probe ended with {}", reason.exit_code),
        text => format!("probe: {text}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seconds: i64, action: &str, code: &str) -> EngineEvent {
        EngineEvent {
            kind: EngineEventKind::Container,
            action: action.into(),
            id: "1".into(),
            attributes: [("name", "web"), ("exitCode", code)]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into(),
            at_nanos: seconds * SECOND,
            past: false,
        }
    }

    fn tell(story: &mut Story, seconds: i64, action: &str, code: &str) -> Option<Activity> {
        story.tell(&event(seconds, action, code), None, None)
    }

    #[test]
    fn a_container_that_keeps_failing_is_one_entry() {
        let mut story = Story::default();
        let mut told: HashMap<String, Activity> = HashMap::new();
        let mut last = None;
        for n in 0..50 {
            for (offset, action) in [(0, "die"), (1, "start")] {
                if let Some(entry) = tell(&mut story, n * 10 + offset, action, "1") {
                    last = Some(entry.clone());
                    told.insert(entry.id.clone(), entry);
                }
            }
        }
        assert_eq!(told.len(), 5, "two ends, two starts and the loop");
        let entry = last.expect("told");
        assert_eq!(entry.count, Some(50));
        assert_eq!(entry.text, "keeps ending");
        assert_eq!(
            entry.detail.as_deref(),
            Some("50 times in 9 minutes; last: exit 1")
        );
        // Up for long, then one end: that is news of its own.
        let later = tell(&mut story, 5_000, "die", "1").expect("told");
        assert_eq!((later.text.as_str(), later.count), ("failed", None));
    }

    #[test]
    fn ends_that_were_asked_for_are_no_loop() {
        let mut story = Story::default();
        for n in 0..10 {
            assert_eq!(tell(&mut story, n * 20, "kill", ""), None);
            let end = tell(&mut story, n * 20 + 10, "die", "143").expect("told");
            assert_eq!(
                (end.text.as_str(), end.severity),
                ("stopped", Severity::Info)
            );
            assert!(tell(&mut story, n * 20 + 11, "start", "").is_some());
        }
        let cause = Cause::operation("O");
        for n in 0..10 {
            let end = story.tell(&event(1_000 + n, "die", "1"), Some(&cause), None);
            let end = end.expect("told");
            assert_eq!(end.actor.as_deref(), Some("you"));
            assert_eq!(end.operation_id.as_deref(), Some("O"));
        }
    }

    #[test]
    fn memory_is_named_as_the_reason() {
        let mut story = Story::default();
        tell(&mut story, 1, "oom", "");
        let end = tell(&mut story, 2, "die", "137").expect("told");
        assert_eq!(end.detail.as_deref(), Some("exit 137, out of memory"));
        let long_after = tell(&mut story, 200, "die", "137").expect("told");
        assert_eq!(long_after.detail.as_deref(), Some("exit 137"));
    }

    #[test]
    fn the_same_history_gives_the_same_entries() {
        let history = |story: &mut Story| -> Vec<Activity> {
            let told = (0..20).filter_map(|n| tell(story, n * 5, "die", "1"));
            told.collect()
        };
        assert_eq!(
            history(&mut Story::default()),
            history(&mut Story::default())
        );
    }
}
