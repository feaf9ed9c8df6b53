//! What many people at once would do: lists, details, logs, terminals, live
//! numbers, pages that come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bollard::query_parameters::StartContainerOptions;
use http_body_util::BodyExt;
use hyper::Method;
use tokio::task::JoinSet;

use crate::fault::{Fault, Outcome};
use crate::rows::exec::{echo_socket, open_socket};
use crate::rows::list::OURS;
use crate::rows::sse::Events;
use crate::stage::Stage;
use crate::wire::{AgentSide, Side};

/// Writes a line ten times a second, and has a shell.
const TALKER: &str = "talker";
const LISTERS: usize = 4;
const FOLLOWERS: usize = 2;
const TYPISTS: usize = 2;
const PAGES: usize = 8;
const WATCHERS: usize = 2;
/// Pause of those who wait for the engine.
const PAUSE: Duration = Duration::from_millis(200);
/// Keys typed into one terminal.
const KEYS: usize = 20;

#[derive(Default)]
struct Counts {
    lists: AtomicU64,
    refused: AtomicU64,
    logs: AtomicU64,
    terminals: AtomicU64,
    readers: AtomicU64,
    watchers: AtomicU64,
}

/// What was done in all.
pub(crate) struct Done {
    pub(crate) lists: u64,
    pub(crate) refused: f64,
    pub(crate) logs: u64,
    pub(crate) terminals: u64,
    pub(crate) readers: u64,
    pub(crate) watchers: u64,
}

/// The load; it ends with [`Load::stop`].
pub(crate) struct Load {
    tasks: JoinSet<()>,
    counts: Arc<Counts>,
}

/// Starts the load's container again, which ended with the engine.
pub(crate) async fn revive(stage: &Stage) -> Outcome<()> {
    let docker = stage.engine.docker();
    let started = docker.start_container(TALKER, None::<StartContainerOptions>);
    started.await.map_err(Fault::engine("start a container"))
}

impl Load {
    /// Begins everything.
    pub(crate) async fn start(stage: &Stage) -> Outcome<Self> {
        let script = "n=0; while :; do echo \"line $n\"; n=$((n+1)); usleep 100000; done";
        stage.run(TALKER, script).await?;
        stage.known(stage.size() + 1).await?;
        let counts = Arc::new(Counts::default());
        let mut tasks = JoinSet::new();
        for _ in 0..LISTERS {
            tasks.spawn(list(stage.api(), Arc::clone(&counts)));
        }
        for _ in 0..FOLLOWERS {
            tasks.spawn(follow(stage.api(), Arc::clone(&counts)));
        }
        for _ in 0..TYPISTS {
            tasks.spawn(type_keys(stage.api.clone(), Arc::clone(&counts)));
        }
        for _ in 0..PAGES {
            tasks.spawn(look(stage.api(), Arc::clone(&counts)));
        }
        for _ in 0..WATCHERS {
            tasks.spawn(watch(stage.api(), Arc::clone(&counts)));
        }
        Ok(Self { tasks, counts })
    }

    /// Ends everything and says what it was.
    pub(crate) fn stop(mut self) -> Done {
        self.tasks.abort_all();
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let refused = of(&self.counts.refused);
        Done {
            lists: of(&self.counts.lists),
            refused: u32::try_from(refused).map_or(f64::MAX, f64::from),
            logs: of(&self.counts.logs),
            terminals: of(&self.counts.terminals),
            readers: of(&self.counts.readers),
            watchers: of(&self.counts.watchers),
        }
    }
}

fn note(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Lists and details come from memory: also without an engine, none may fail.
async fn list(api: Side, counts: Arc<Counts>) {
    let detail = format!("/api/containers/{TALKER}");
    loop {
        let asked = async {
            let mut wire = api.open().await?;
            for _ in 0..50 {
                for path in [OURS, detail.as_str(), "/api/health"] {
                    wire.drain(path).await?;
                    note(&counts.lists);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            Outcome::Ok(())
        };
        if asked.await.is_err() {
            note(&counts.refused);
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Follows the log for a while and goes away in the middle. What needs the
/// engine may fail while it is restarted, and is tried again.
async fn follow(api: Side, counts: Arc<Counts>) {
    let path = format!("/api/containers/{TALKER}/logs?follow=true&tail=1000");
    loop {
        let read = async {
            let mut wire = api.open().await?;
            let mut response = wire.send(Method::GET, &path, &[], None).await?;
            let reading = async { while let Some(Ok(_)) = response.frame().await {} };
            // Most often it is the time that ends it.
            let _ = tokio::time::timeout(Duration::from_secs(2), reading).await;
            Outcome::Ok(())
        };
        if read.await.is_ok() {
            note(&counts.logs);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Opens a terminal, types, and closes the page without a word.
async fn type_keys(api: AgentSide, counts: Arc<Counts>) {
    loop {
        let typed = async {
            let mut socket = open_socket(&api, TALKER).await?;
            for _ in 0..KEYS {
                echo_socket(&mut socket).await?;
            }
            Outcome::Ok(())
        };
        // An engine that is restarted in between leaves the echo out.
        if let Ok(Ok(())) = tokio::time::timeout(Duration::from_secs(10), typed).await {
            note(&counts.terminals);
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// A page that is opened, looked at for a second, and closed.
async fn look(api: Side, counts: Arc<Counts>) {
    loop {
        let looked = async {
            let mut events = Events::join(&api, None).await?;
            let reading = async { while let Ok(Some(_)) = events.next().await {} };
            let _ = tokio::time::timeout(Duration::from_secs(1), reading).await;
            Outcome::Ok(())
        };
        if looked.await.is_ok() {
            note(&counts.readers);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Somebody who looks at the live numbers for a few samples. They are taken
/// once a second while anybody does.
async fn watch(api: Side, counts: Arc<Counts>) {
    loop {
        let looked = async {
            let mut numbers = Events::at(&api, "/api/stats", None).await?;
            let reading = async { while let Ok(Some(_)) = numbers.next().await {} };
            let _ = tokio::time::timeout(Duration::from_secs(5), reading).await;
            Outcome::Ok(())
        };
        if looked.await.is_ok() {
            note(&counts.watchers);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
