//! What is kept, for how long, and that it stays small.

use super::*;

const START: f64 = 1_700_000_000.0;

fn values(cpu: f64) -> Values {
    [cpu * 100.0, 1000.0, 2.0, f64::NAN, 4.0, 5.0]
}

fn history() -> (tempfile::TempDir, History) {
    let dir = tempfile::tempdir().expect("a directory");
    let history = History::open(dir.path().join("stats")).expect("made");
    (dir, history)
}

#[test]
fn a_day_of_minutes_survives_a_restart() {
    let (dir, mut history) = history();
    for minute in 1..=24 * 60 {
        history.add(
            "web",
            START + f64::from(minute) * 60.0,
            60.0,
            &values(12.5),
            false,
        );
        if minute % 10 == 0 {
            history.flush(START + f64::from(minute) * 60.0, false);
        }
    }
    let now = START + 24.0 * 3600.0;
    history.flush(now, true);
    drop(history);
    let history = History::open(dir.path().join("stats")).expect("there");
    let day = history.read("web", Range::Day, now).expect("readable");
    assert!((1439..=1441).contains(&day.at.len()), "{}", day.at.len());
    assert_eq!(day.step_seconds, 60);
    assert!(
        day.cpu
            .iter()
            .all(|cpu| cpu.is_some_and(|c| (c - 12.5).abs() < 0.05))
    );
    assert!(day.memory.iter().all(|m| *m == Some(1000)));
    assert!(day.tx.iter().all(Option::is_none), "not known is not zero");
    assert!(day.storage.is_empty() && day.read.len() == day.at.len());
    assert!(day.at.windows(2).all(|pair| pair[1] - pair[0] == 60_000));
    let month = history.read("web", Range::Month, now).expect("readable");
    assert_eq!((month.step_seconds, month.at.len()), (1800, 49));
    let hour = history.read("web", Range::Hour, now).expect("readable");
    assert!((358..=361).contains(&hour.at.len()));
    assert!(
        history
            .read("other", Range::Day, now)
            .expect("readable")
            .at
            .is_empty()
    );
    assert!(
        history
            .read("../audit", Range::Day, now)
            .expect("refused")
            .at
            .is_empty()
    );
}

#[test]
fn watched_seconds_follow_older_tens() {
    let (_dir, mut history) = history();
    for minute in 1..=5 {
        history.add(
            "web",
            START + f64::from(minute) * 60.0,
            60.0,
            &values(1.0),
            false,
        );
    }
    for second in 1..=60 {
        history.add(
            "web",
            START + 300.0 + f64::from(second),
            1.0,
            &values(2.0),
            true,
        );
    }
    let read = history
        .read("web", Range::TenMinutes, START + 360.0)
        .expect("readable");
    assert_eq!(read.step_seconds, 1);
    assert!(
        read.at.windows(2).all(|pair| pair[0] < pair[1]),
        "{:?}",
        read.at
    );
    assert_eq!(read.cpu.iter().filter(|c| **c == Some(2.0)).count(), 60);
    assert!(read.cpu.iter().filter(|c| **c == Some(1.0)).count() >= 29);
    let seconds_kept = |h: &History| h.series["web"].seconds.is_some();
    history.flush(START + 400.0, false);
    assert!(seconds_kept(&history));
    history.add("web", START + 1000.0, 60.0, &values(1.0), false);
    history.flush(START + 1000.0, false);
    assert!(!seconds_kept(&history), "nobody watched for ten minutes");
    history.flush(START + 9000.0, false);
    assert!(history.series.is_empty(), "gone from memory");
    assert!(
        !history
            .read("web", Range::Day, START + 9000.0)
            .expect("readable")
            .at
            .is_empty()
    );
}

#[test]
fn gaps_and_nonsense_are_not_recorded() {
    let (_dir, mut history) = history();
    history.add("web", START, 4000.0, &values(1.0), false);
    history.add("web", START, -1.0, &values(1.0), false);
    history.add("web", START, f64::NAN, &values(1.0), false);
    history.add("web", 5.0, 1.0, &values(1.0), false);
    history.add("../web", START, 1.0, &values(1.0), false);
    history.add("", START, 1.0, &values(1.0), false);
    assert!(history.series.is_empty());
}

#[test]
fn old_files_go() {
    let (_dir, mut history) = history();
    for n in 0..5 {
        history.add(&format!("c{n}"), START, 60.0, &values(1.0), false);
    }
    history.flush(START, true);
    let files = |h: &History| fs::read_dir(&h.dir).expect("there").count();
    assert_eq!(files(&history), 5);
    let now = SystemTime::now();
    history.sweep(now).expect("swept");
    assert_eq!(files(&history), 5);
    history
        .sweep(now + KEEP_FILES + Duration::from_secs(9))
        .expect("swept");
    assert_eq!(files(&history), 0);
}

#[test]
fn three_hundred_containers_stay_small() {
    // Rings of seconds, points on their way to disk, and the rest.
    let ring = SECONDS.kept as usize * size_of::<Record>();
    let waiting = 2 * 64 * size_of::<Record>();
    assert!(300 * (ring + waiting + size_of::<Series>() + 64) < 4 << 20);
}
