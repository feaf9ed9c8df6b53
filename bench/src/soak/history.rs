//! Whether every event of the engine's own history reached a reader that is
//! broken off again and again and resumes after the last event it has.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bollard::query_parameters::{KillContainerOptions, StartContainerOptions};
use jiff::Timestamp;
use serde_json::Value;
use tokio::task::JoinHandle;

use crate::fault::{Fault, Outcome};
use crate::figures::count;
use crate::rows::sse::{Events, RawEvents};
use crate::stage::Stage;
use crate::wire::Side;

/// What the agent has a line for; an event of another kind is none to lose.
const KNOWN: [&str; 6] = ["create", "start", "die", "pause", "unpause", "destroy"];
/// Rounds of events between two looks into the history. The engine keeps its
/// last 256 events only; a round makes six, and the load adds its own.
const ROUNDS: usize = 12;
/// How long a reader may take to have what the engine has.
const CATCH_UP: Duration = Duration::from_secs(10);
/// How long a connection is kept.
const CONNECTION: Duration = Duration::from_millis(700);

/// Container, action and the engine's own time: one event.
type Key = (String, String, String);

#[derive(Default)]
struct Seen {
    keys: HashSet<Key>,
    resumed: u64,
    resets: u64,
    /// Number of the newest event.
    newest: u64,
}

/// Follows the agent's stream in a task.
pub(crate) struct Follower {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
    events: usize,
    lost: usize,
}

/// What came of it.
pub(crate) struct History {
    pub(crate) events: usize,
    /// Missing events, and each time the stream itself said "read all again".
    pub(crate) lost: f64,
    pub(crate) resumed: u64,
}

impl Follower {
    /// Joins the stream and keeps coming back to it.
    pub(crate) fn start(api: Side) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let into = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            let mut last: Option<String> = None;
            loop {
                // A connection that fails is made again: the agent is there throughout.
                let reading = follow(&api, &mut last, &into);
                if let Ok(Err(fault)) = tokio::time::timeout(CONNECTION, reading).await {
                    eprintln!("the stream broke off: {fault}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                if last.is_some() {
                    lock(&into).resumed += 1;
                }
            }
        });
        Self {
            seen,
            task,
            events: 0,
            lost: 0,
        }
    }

    /// Causes some events and compares what came with what the engine says.
    pub(crate) async fn window(&mut self, stage: &Stage) -> Outcome<()> {
        lock(&self.seen).keys.clear();
        let since = Timestamp::now();
        for round in 0..ROUNDS {
            cause(stage, &format!("fleet-{:03}", round % stage.size())).await?;
        }
        let query = format!(
            "?since={}&until={}",
            seconds(since),
            seconds(Timestamp::now())
        );
        let mut raw = RawEvents::join(&stage.raw(), &query).await?;
        let mut wanted = Vec::new();
        while let Some((event, _)) = raw.next().await? {
            wanted.extend(key(&event));
        }
        let missing = || {
            let seen = lock(&self.seen);
            wanted
                .iter()
                .filter(|key| !seen.keys.contains(*key))
                .count()
        };
        let end = tokio::time::Instant::now() + CATCH_UP;
        while missing() > 0 && tokio::time::Instant::now() < end {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if wanted.len() < ROUNDS * 4 {
            return Err(Fault::answer("the engine's history", format!("{wanted:?}")));
        }
        self.lost += missing();
        self.events += wanted.len();
        Ok(())
    }

    /// Events that the agent has published so far.
    pub(crate) fn published(&self) -> u64 {
        lock(&self.seen).newest
    }

    /// Ends it.
    pub(crate) fn stop(self) -> History {
        self.task.abort();
        let seen = lock(&self.seen);
        let resets = usize::try_from(seen.resets).unwrap_or(usize::MAX);
        History {
            events: self.events,
            lost: count(self.lost.saturating_add(resets)),
            resumed: seen.resumed,
        }
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    // Every change under the lock is complete in itself.
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn follow(api: &Side, last: &mut Option<String>, into: &Mutex<Seen>) -> Outcome<()> {
    let mut events = Events::join(api, last.as_deref()).await?;
    while let Some(event) = events.next().await? {
        if event.name == "reset" {
            lock(into).resets += 1;
        }
        if event.name == "activity" {
            let text = |name: &str| event.data[name].as_str().unwrap_or_default().to_owned();
            let key = (text("containerId"), text("action"), text("at"));
            lock(into).keys.insert(key);
        }
        if let Some(id) = event.id {
            let number = id.rsplit_once('-').and_then(|(_, n)| n.parse().ok());
            let number = number.ok_or_else(|| Fault::answer("an event's id", &id))?;
            lock(into).newest = number;
            *last = Some(id);
        }
    }
    Ok(())
}

/// Pauses, goes on, kills and starts one container: five events the agent
/// tells of.
async fn cause(stage: &Stage, name: &str) -> Outcome<()> {
    let docker = stage.engine.docker();
    let what = Fault::engine;
    docker.pause_container(name).await.map_err(what("pause"))?;
    let unpaused = docker.unpause_container(name).await;
    unpaused.map_err(what("go on with a container"))?;
    let kill = KillContainerOptions {
        signal: "KILL".to_owned(),
    };
    docker
        .kill_container(name, Some(kill))
        .await
        .map_err(what("kill"))?;
    let started = docker.start_container(name, None::<StartContainerOptions>);
    started.await.map_err(what("start a container"))
}

/// The key of an event of the engine, when the agent has a line for it.
fn key(event: &Value) -> Option<Key> {
    let action = event["Action"].as_str()?;
    if event["Type"] != "container" || !KNOWN.contains(&action) {
        return None;
    }
    let at = Timestamp::from_nanosecond(i128::from(event["timeNano"].as_i64()?)).ok()?;
    let id = event["Actor"]["ID"].as_str()?;
    Some((id.to_owned(), action.to_owned(), at.to_string()))
}

/// As the engine takes times: seconds with nine digits of fraction.
fn seconds(at: Timestamp) -> String {
    let nanos = at.as_nanosecond();
    format!("{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_a_key_when_the_agent_tells_of_them() {
        let event = |action: &str| {
            serde_json::json!({ "Type": "container", "Action": action,
                "Actor": { "ID": "abc" }, "timeNano": 1_500_000_000_i64 })
        };
        assert_eq!(
            key(&event("die")),
            Some(("abc".into(), "die".into(), "1970-01-01T00:00:01.5Z".into()))
        );
        assert_eq!(key(&event("exec_create: ls")), None);
        assert_eq!(key(&event("kill")), None);
    }

    #[test]
    fn times_for_the_engine() {
        let at = Timestamp::from_nanosecond(1_000_000_001).expect("valid");
        assert_eq!(seconds(at), "1.000000001");
    }
}
