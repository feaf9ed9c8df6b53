//! Tests of the timeline against a real database file.

use super::*;
use crate::events::EventHub;
use crate::views::Severity;

struct Rig {
    _dir: tempfile::TempDir,
    path: std::path::PathBuf,
}

impl Rig {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("x.redb");
        Self { _dir: dir, path }
    }

    /// Opens it, does the work, closes it.
    async fn with<T>(&self, work: impl AsyncFnOnce(&Timeline, &Settings, &EventHub) -> T) -> T {
        let (db, thread) = Db::open(&self.path).expect("opened");
        let settings = Settings::open(db.clone(), "/srv".into())
            .await
            .expect("read");
        let timeline = Timeline::open(db, settings.clone()).await.expect("read");
        let hub = EventHub::new("b".into(), timeline.recent());
        let done = work(&timeline, &settings, &hub).await;
        drop((timeline, settings, hub));
        thread.join();
        done
    }
}

fn entry(nanos: i64, subject: &str) -> Activity {
    Activity {
        id: Key::of(nanos, &[subject]).to_string(),
        at: String::new(),
        severity: Severity::Info,
        kind: ActivityKind::Container,
        action: "die".into(),
        subject: subject.into(),
        container_id: None,
        text: "stopped".into(),
        detail: Some("Exit 3".into()),
        app: Some(subject.into()),
        actor: None,
        request_id: None,
        operation_id: None,
        count: None,
    }
}

fn subjects(page: &Page) -> Vec<&str> {
    page.entries.iter().map(|e| e.subject.as_str()).collect()
}

/// A moment that retention does not touch.
fn recent(n: i64) -> i64 {
    let now = i64::try_from(Timestamp::now().as_nanosecond()).expect("before the year 2262");
    now - 1_000_000_000 + n
}

#[tokio::test]
async fn what_was_told_is_there_after_a_restart_and_once() {
    let rig = Rig::new();
    let base = recent(0);
    rig.with(async |timeline, _, hub| {
        hub.activity(entry(base + 1, "a"));
        hub.activity(entry(base + 2, "b"));
        let mut amended = entry(base + 1, "a");
        amended.detail = Some("out of memory".into());
        hub.activity(amended);
        timeline.flush().await.expect("written");
    })
    .await;
    rig.with(async |timeline, _, hub| {
        let page = timeline.page(Wanted::default(), 10).await.expect("read");
        assert_eq!(subjects(&page), ["b", "a"]);
        assert_eq!(page.entries[1].detail.as_deref(), Some("out of memory"));
        assert!(!page.more);
        let rail = hub.subscribe(None, 10).recent;
        assert_eq!(rail.len(), 2, "the rail begins with what is stored");
        assert!(rail[1].data.contains(r#""subject":"b""#), "{rail:?}");
        assert_eq!(timeline.apps().await.expect("read"), ["a", "b"]);
    })
    .await;
}

#[tokio::test]
async fn filters_and_pages() {
    let rig = Rig::new();
    let base = recent(0);
    rig.with(async |timeline, _, hub| {
        for n in 0..2_500 {
            let mut new = entry(base + n, if n % 1_000 == 7 { "Rare" } else { "web" });
            if n % 2 == 0 {
                new.actor = Some("you".into());
                new.kind = ActivityKind::Image;
            }
            hub.activity(new);
        }
        let all = |wanted: Wanted, limit| timeline.page(wanted, limit);
        let first = all(Wanted::default(), 2).await.expect("read");
        assert!(first.more && first.entries.len() == 2);
        let before = Key::parse(&first.entries[1].id);
        let second = all(
            Wanted {
                before,
                ..Default::default()
            },
            2,
        )
        .await
        .expect("read");
        assert!(second.entries[0].id < first.entries[1].id);

        let rare = Wanted {
            app: Some("Rare".into()),
            ..Default::default()
        };
        let page = all(rare.clone(), 2).await.expect("read");
        assert!(page.more, "three of them, far apart");
        assert_eq!(all(rare, 3).await.expect("read").entries.len(), 3);
        let text = Wanted {
            text: Some("rar".into()),
            ..Default::default()
        };
        assert_eq!(all(text, 10).await.expect("read").entries.len(), 3);
        let text = Wanted {
            text: Some("exit 3".into()),
            ..Default::default()
        };
        assert_eq!(all(text, 5).await.expect("read").entries.len(), 5);
        let yours = Wanted {
            by_you: Some(true),
            ..Default::default()
        };
        let page = all(yours, 500).await.expect("read");
        assert!(page.entries.iter().all(|e| e.kind == ActivityKind::Image));
        let kind = Wanted {
            kind: Some(ActivityKind::Volume),
            ..Default::default()
        };
        assert!(all(kind, 5).await.expect("read").entries.is_empty());
        let moment = |n: i64| Timestamp::from_nanosecond(i128::from(base + n)).ok();
        let window = Wanted {
            since: moment(10),
            until: moment(12),
            ..Default::default()
        };
        assert_eq!(
            all(window, 9).await.expect("read").entries.len(),
            3,
            "10, 11 and 12"
        );
    })
    .await;
}

#[tokio::test]
async fn the_old_and_the_surplus_go() {
    let rig = Rig::new();
    let base = recent(0);
    rig.with(async |timeline, settings, hub| {
        let day = 24 * 60 * 60 * 1_000_000_000;
        hub.activity(entry(base - 91 * day, "too old"));
        hub.activity(entry(base - 89 * day, "old"));
        for n in 0..10 {
            hub.activity(entry(base + n, "new"));
        }
        let page = timeline.page(Wanted::default(), 100).await.expect("read");
        assert_eq!(page.entries.len(), 11);
        let few = crate::settings::Values {
            timeline_entries: 4,
            ..settings.get()
        };
        settings.change(few).await.expect("stored");
        hub.activity(entry(base + 99, "newest"));
        let page = timeline.page(Wanted::default(), 100).await.expect("read");
        assert_eq!(subjects(&page), ["newest", "new", "new", "new"]);
    })
    .await;
}
