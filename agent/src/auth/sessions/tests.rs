//! Tests of sessions and their guards.

use super::*;
use std::collections::BTreeMap;

/// A store in memory that also counts its writes.
#[derive(Default)]
struct Memory {
    records: Mutex<BTreeMap<String, SessionRecord>>,
    saves: std::sync::atomic::AtomicUsize,
}

impl Memory {
    fn saves(&self) -> usize {
        self.saves.load(std::sync::atomic::Ordering::SeqCst)
    }
    fn records(&self) -> Vec<SessionRecord> {
        self.records.lock().unwrap().values().cloned().collect()
    }
}

impl SessionStore for Memory {
    fn save(&self, record: &SessionRecord) {
        self.saves.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let mut records = self.records.lock().unwrap();
        records.insert(record.id.clone(), record.clone());
    }
    fn remove(&self, ids: &[String]) {
        let mut records = self.records.lock().unwrap();
        records.retain(|id, _| !ids.contains(id));
    }
}

const HOUR: u64 = 3600;

fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    start + Duration::from_secs(seconds)
}

fn fresh(policy: SessionPolicy) -> (Sessions, Arc<Memory>) {
    let store = Arc::new(Memory::default());
    let sessions = Sessions::new(
        policy,
        Vec::new(),
        Arc::clone(&store) as Arc<dyn SessionStore>,
    );
    (sessions, store)
}

fn auth(sessions: &Sessions, new: &NewSession, now: Timestamp) -> Result<SessionInfo, AuthError> {
    sessions.authenticate(new.token.expose(), Some(new.proof.expose()), now)
}

#[test]
fn both_secrets_are_needed_and_of_the_same_session() {
    let (sessions, _) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "127.0.0.1", "Firefox");
    let b = sessions.create(at(0), "127.0.0.1", "Firefox");
    let check = |token: &str, proof: Option<&str>, expected| {
        let answer = sessions.authenticate(token, proof, at(1));
        assert_eq!(answer.map(|info| info.id), expected);
    };
    check(
        a.token.expose(),
        Some(a.proof.expose()),
        Ok(a.info.id.clone()),
    );
    check(a.token.expose(), None, Err(AuthError::ProofMissing));
    check(a.token.expose(), Some(""), Err(AuthError::ProofWrong));
    check(
        a.token.expose(),
        Some(b.proof.expose()),
        Err(AuthError::ProofWrong),
    );
    check(
        a.token.expose(),
        Some(a.token.expose()),
        Err(AuthError::ProofWrong),
    );
    check(
        a.proof.expose(),
        Some(a.proof.expose()),
        Err(AuthError::NoSession),
    );
    check("", Some(a.proof.expose()), Err(AuthError::NoSession));
}

#[test]
fn the_cookie_alone_identifies_but_is_no_use() {
    let (sessions, store) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "r", "u");
    let saves = store.saves();
    let info = sessions.identify(a.token.expose(), at(11 * HOUR)).unwrap();
    assert_eq!((info.id, info.last_used_at), (a.info.id.clone(), at(0)));
    assert_eq!(store.saves(), saves);
    assert_eq!(sessions.identify("x", at(0)), Err(AuthError::NoSession));
    assert_eq!(
        sessions.identify(a.token.expose(), at(12 * HOUR)),
        Err(AuthError::Expired)
    );
}

#[test]
fn nothing_stored_or_printed_opens_a_session() {
    let (sessions, store) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "127.0.0.1", "Firefox");
    let stored = serde_json::to_string(&store.records()).unwrap();
    let printed = format!("{a:?}");
    for secret in [a.token.expose(), a.proof.expose()] {
        assert!(!stored.contains(secret.as_str()) && !printed.contains(secret.as_str()));
        assert_ne!(&a.info.id, secret);
    }
    assert_ne!(a.token.expose(), a.proof.expose());
}

#[test]
fn idle_and_absolute_expiry() {
    let (sessions, store) = fresh(SessionPolicy::default());
    let idle = sessions.create(at(0), "r", "u");
    let used = sessions.create(at(0), "r", "u");
    assert_eq!(idle.info.idle_expires_at, at(12 * HOUR));
    assert_eq!(idle.info.expires_at, at(30 * 24 * HOUR));
    for hour in 1..=12 {
        let info = auth(&sessions, &used, at(hour * HOUR)).unwrap();
        assert_eq!(info.idle_expires_at, at((hour + 12) * HOUR));
    }
    // A request without the proof did not keep the other one alive.
    let no_proof = sessions.authenticate(idle.token.expose(), None, at(12 * HOUR - 1));
    assert_eq!(no_proof, Err(AuthError::ProofMissing));
    assert_eq!(
        auth(&sessions, &idle, at(12 * HOUR)),
        Err(AuthError::Expired)
    );
    assert_eq!(
        auth(&sessions, &idle, at(12 * HOUR)),
        Err(AuthError::NoSession)
    );
    assert_eq!(store.records().len(), 1);

    let month = 30 * 24 * HOUR;
    for hour in (13..30 * 24).step_by(11) {
        auth(&sessions, &used, at(hour * HOUR)).unwrap();
    }
    let info = auth(&sessions, &used, at(month - 1)).unwrap();
    assert_eq!(
        info.idle_expires_at,
        at(month),
        "never beyond the absolute end"
    );
    assert_eq!(auth(&sessions, &used, at(month)), Err(AuthError::Expired));
    assert!(store.records().is_empty());
}

#[test]
fn last_use_is_stored_once_a_minute_and_survives_a_restart() {
    let (sessions, store) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "r", "u");
    assert_eq!(store.saves(), 1);
    (0..60).for_each(|s| assert!(auth(&sessions, &a, at(s)).is_ok()));
    assert_eq!(store.saves(), 1);
    (60..240).for_each(|s| assert!(auth(&sessions, &a, at(s)).is_ok()));
    assert_eq!(store.saves(), 4);

    let json = serde_json::to_string(&store.records()).unwrap();
    let records: Vec<SessionRecord> = serde_json::from_str(&json).unwrap();
    assert_eq!(records[0].last_used_at, at(180));
    let again = Sessions::new(SessionPolicy::default(), records, store);
    assert_eq!(auth(&again, &a, at(300)).unwrap().id, a.info.id);
}

#[test]
fn a_clock_set_back_does_not_end_or_shorten_a_session() {
    let (sessions, _) = fresh(SessionPolicy::default());
    let a = sessions.create(at(10 * HOUR), "r", "u");
    let info = auth(&sessions, &a, at(0)).unwrap();
    assert_eq!(info.last_used_at, at(10 * HOUR));
}

#[test]
fn unknown_record_versions_are_dropped_from_the_store() {
    let (sessions, store) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "r", "u");
    let mut records = store.records();
    records[0].version = 2;
    let again = Sessions::new(
        SessionPolicy::default(),
        records,
        Arc::clone(&store) as Arc<dyn SessionStore>,
    );
    assert_eq!(auth(&again, &a, at(1)), Err(AuthError::NoSession));
    assert!(store.records().is_empty());
}

#[test]
fn the_oldest_makes_room() {
    let policy = SessionPolicy {
        max: 3,
        ..SessionPolicy::default()
    };
    let (sessions, store) = fresh(policy);
    let all: Vec<_> = (0..5).map(|n| sessions.create(at(n), "r", "u")).collect();
    assert_eq!(auth(&sessions, &all[0], at(9)), Err(AuthError::NoSession));
    assert_eq!(auth(&sessions, &all[1], at(9)), Err(AuthError::NoSession));
    let ids = |infos: Vec<SessionInfo>| infos.into_iter().map(|i| i.id).collect::<Vec<_>>();
    let expected = [4, 3, 2].map(|n: usize| all[n].info.id.clone());
    assert_eq!(ids(sessions.list(at(9))), expected);
    assert_eq!(store.records().len(), 3);
}

#[test]
fn signing_out_here_and_everywhere() {
    let (sessions, store) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "r", "u");
    let b = sessions.create(at(0), "r", "u");
    let c = sessions.create(at(0), "r", "u");
    assert!(sessions.end(&a.info.id));
    assert!(!sessions.end(&a.info.id));
    assert_eq!(auth(&sessions, &a, at(1)), Err(AuthError::NoSession));
    assert!(auth(&sessions, &b, at(1)).is_ok());
    let mut ended = sessions.end_all();
    let mut expected = vec![b.info.id.clone(), c.info.id.clone()];
    ended.sort();
    expected.sort();
    assert_eq!(ended, expected);
    assert_eq!(auth(&sessions, &c, at(1)), Err(AuthError::NoSession));
    assert!(store.records().is_empty());
}

#[test]
fn long_browser_names_are_cut_between_characters() {
    let (sessions, _) = fresh(SessionPolicy::default());
    let info = sessions.create(at(0), "r", &"ä".repeat(200)).info;
    assert_eq!(info.user_agent.len(), 256);
    let info = sessions.create(at(0), "r", &"€".repeat(200)).info;
    assert_eq!(info.user_agent.len(), 255);
}

#[test]
fn a_save_never_overtakes_a_removal() {
    for _ in 0..50 {
        let (sessions, store) = fresh(SessionPolicy::default());
        let a = sessions.create(at(0), "r", "u");
        std::thread::scope(|scope| {
            for n in 1..=4 {
                let (sessions, a) = (&sessions, &a);
                scope.spawn(move || {
                    for step in 0..20 {
                        let _ = auth(sessions, a, at((n * 20 + step) * 61));
                    }
                });
            }
            scope.spawn(|| sessions.end(&a.info.id));
        });
        assert!(store.records().is_empty());
    }
}

/// Ample for what should happen at once, on a machine busy with other tests.
const SOON: Duration = Duration::from_secs(20);
/// Within this, what should not happen would have been seen.
const SHORT: Duration = Duration::from_millis(150);

async fn ends(guard: &mut SessionGuard) -> EndReason {
    tokio::time::timeout(SOON, guard.ended()).await.unwrap()
}

#[tokio::test]
async fn a_guard_hears_of_signing_out() {
    let (sessions, _) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "r", "u");
    let b = sessions.create(at(0), "r", "u");
    let mut guard = sessions.guard(&a.info.id, at(0)).unwrap();
    let mut other = sessions.guard(&b.info.id, at(0)).unwrap();
    let (reason, _) = tokio::join!(ends(&mut guard), async { sessions.end(&a.info.id) });
    assert_eq!(reason, EndReason::SignedOut);
    assert_eq!(
        ends(&mut guard).await,
        EndReason::SignedOut,
        "and stays ended"
    );
    let waited = tokio::time::timeout(SHORT, other.ended()).await;
    assert!(waited.is_err(), "the other session goes on");
    assert!(sessions.guard(&a.info.id, at(0)).is_none());
}

#[tokio::test]
async fn a_guard_ends_by_idling_which_use_puts_off() {
    let policy = SessionPolicy {
        idle: Duration::from_millis(300),
        ..SessionPolicy::default()
    };
    let (sessions, _) = fresh(policy);
    let a = sessions.create(at(0), "r", "u");
    let mut guard = sessions.guard(&a.info.id, at(0)).unwrap();
    let start = std::time::Instant::now();
    auth(&sessions, &a, at(0) + Duration::from_millis(200)).unwrap();
    assert_eq!(ends(&mut guard).await, EndReason::Idle);
    assert!(start.elapsed() >= Duration::from_millis(500));
}

#[tokio::test]
async fn a_guard_ends_by_age_and_by_making_room() {
    let policy = SessionPolicy {
        max: 1,
        idle: Duration::from_secs(HOUR),
        absolute: Duration::from_secs(HOUR / 2),
    };
    let (sessions, _) = fresh(policy);
    let a = sessions.create(at(0), "r", "u");
    let nearly = at(HOUR / 2) - Duration::from_millis(100);
    let mut guard = sessions.guard(&a.info.id, nearly).unwrap();
    let start = std::time::Instant::now();
    assert_eq!(ends(&mut guard).await, EndReason::TooOld);
    assert!(start.elapsed() >= Duration::from_millis(100));

    let b = sessions.create(at(HOUR), "r", "u");
    let mut guard = sessions.guard(&b.info.id, at(HOUR)).unwrap();
    sessions.create(at(HOUR + 1), "r", "u");
    assert_eq!(ends(&mut guard).await, EndReason::Replaced);
}

#[tokio::test]
async fn a_sweep_after_sleep_ends_guards() {
    let (sessions, _) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "r", "u");
    let mut guard = sessions.guard(&a.info.id, at(0)).unwrap();
    // The machine slept: no monotonic time passed, but the time of day says a day did.
    assert!(sessions.sweep(at(60)).is_empty());
    assert_eq!(sessions.sweep(at(24 * HOUR)), [a.info.id]);
    assert_eq!(ends(&mut guard).await, EndReason::Idle);
}

#[tokio::test]
async fn guards_of_a_dropped_agent_end() {
    let (sessions, _) = fresh(SessionPolicy::default());
    let a = sessions.create(at(0), "r", "u");
    let mut guard = sessions.guard(&a.info.id, at(0)).unwrap();
    drop(sessions);
    assert_eq!(ends(&mut guard).await, EndReason::SignedOut);
}
