//! Events that belong together, told as one entry: a container that is started
//! again and again, and a failed health check with the words of its probe.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::docker::EngineEvent;
use crate::views::{Activity, ContainerDetail, Severity};

/// So many failures …
const LOOP_FAILURES: usize = 3;
/// … within this time are a loop; it is over when none came for as long.
const LOOP_NANOS: i64 = 5 * 60 * 1_000_000_000;
/// Longest part of a probe's output that is told, in characters.
const MAX_WORDS: usize = 200;

#[derive(Debug, Default)]
struct Chapter {
    /// When it failed of late, in nanoseconds since 1970.
    failures: VecDeque<i64>,
    /// The entry of the loop, once it is one.
    looping: Option<Activity>,
    total: u32,
    /// An entry that waits for the words of the probe.
    unhealthy: Option<Activity>,
}

/// What is going on with each container.
#[derive(Debug, Default)]
pub(super) struct Stories(Mutex<HashMap<String, Chapter>>);

impl Stories {
    /// The entry to tell for an event that would be told as `activity`: itself,
    /// the entry of the loop it is a part of, or nothing.
    pub(super) fn tell(
        &self,
        event: &EngineEvent,
        acting: bool,
        activity: Activity,
    ) -> Option<Activity> {
        let mut all = self.lock();
        if event.action == "destroy" {
            all.remove(&event.id);
            return Some(activity);
        }
        let chapter = all.entry(event.id.clone()).or_default();
        if acting {
            // Somebody has taken matters in hand.
            *chapter = Chapter::default();
            return Some(activity);
        }
        let told = match event.action.as_str() {
            "die" if activity.severity != Severity::Info => {
                Some(chapter.failed(event.at_nanos, activity))
            }
            // A start in between belongs to the loop.
            "start" if chapter.is_looping(event.at_nanos) => None,
            "health_status: unhealthy" => {
                chapter.unhealthy = Some(activity.clone());
                Some(activity)
            }
            _ => Some(activity),
        };
        if chapter.is_empty() {
            all.remove(&event.id);
        }
        told
    }

    /// A container was read: the entry that waited for its probe's words, with
    /// them.
    pub(super) fn explain(&self, detail: &ContainerDetail) -> Option<Activity> {
        let mut all = self.lock();
        let chapter = all.get_mut(&detail.summary.id)?;
        let reason = detail.summary.health.as_ref()?.reason.as_ref()?;
        let mut activity = chapter.unhealthy.take()?;
        if chapter.is_empty() {
            all.remove(&detail.summary.id);
        }
        let words: String = reason.output.trim().chars().take(MAX_WORDS).collect();
        activity.detail = Some(if words.is_empty() {
            format!("its check ended with code {}", reason.exit_code)
        } else {
            words
        });
        Some(activity)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Chapter>> {
        // Every change under the lock is complete in itself.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Chapter {
    fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.unhealthy.is_none()
    }

    fn is_looping(&self, now: i64) -> bool {
        let fresh = |last: &i64| now - last <= LOOP_NANOS;
        self.looping.is_some() && self.failures.back().is_some_and(fresh)
    }

    fn failed(&mut self, now: i64, activity: Activity) -> Activity {
        if !self.is_looping(now) {
            self.looping = None;
        }
        self.failures.retain(|at| now - at <= LOOP_NANOS);
        self.failures.push_back(now);
        if self.failures.len() > LOOP_FAILURES {
            self.failures.pop_front();
        }
        if let Some(looping) = &mut self.looping {
            self.total += 1;
            looping.count = Some(self.total);
            looping.detail = activity.detail;
            return looping.clone();
        }
        if self.failures.len() < LOOP_FAILURES {
            return activity;
        }
        self.total = LOOP_FAILURES as u32;
        let looping = Activity {
            action: "loop".to_owned(),
            severity: Severity::Bad,
            text: "keeps failing and is started again".to_owned(),
            count: Some(self.total),
            ..activity
        };
        self.looping = Some(looping.clone());
        looping
    }
}

#[cfg(test)]
mod tests {
    use super::super::activity;
    use super::*;
    use crate::docker::EngineEventKind;

    fn event(action: &str, second: i64) -> EngineEvent {
        let attributes = [("name", "web"), ("exitCode", "1")];
        EngineEvent {
            kind: EngineEventKind::Container,
            action: action.into(),
            id: "1".into(),
            attributes: attributes.map(|(k, v)| (k.into(), v.into())).into(),
            at_nanos: second * 1_000_000_000,
            past: false,
        }
    }

    fn tell(stories: &Stories, action: &str, second: i64, acting: bool) -> Option<Activity> {
        let event = event(action, second);
        let told = activity::of(&event, None, false).expect("words");
        stories.tell(&event, acting, told)
    }

    #[test]
    fn a_loop_is_one_entry_that_counts() {
        let stories = Stories::default();
        let mut ids = Vec::new();
        for round in 0..6 {
            let told = tell(&stories, "die", round * 10, false).expect("told");
            assert_eq!(told.count, (round >= 2).then(|| round as u32 + 1));
            ids.push(told.id);
            let start = tell(&stories, "start", round * 10 + 1, false);
            assert_eq!(
                start.is_some(),
                round < 2,
                "starts in a loop are part of it"
            );
        }
        ids.dedup();
        assert_eq!(ids.len(), 3, "two failures and one loop");
        let later = tell(&stories, "die", 2_000, false).expect("told");
        assert_eq!(later.count, None, "that loop is over");
    }

    #[test]
    fn what_somebody_does_ends_the_loop() {
        let stories = Stories::default();
        for round in 0..4 {
            tell(&stories, "die", round, false);
        }
        assert!(tell(&stories, "start", 5, true).is_some());
        assert_eq!(tell(&stories, "die", 6, false).expect("told").count, None);
    }
}
