//! A proxy in front of the engine's socket that sees every request and can
//! cut, delay or refuse.

mod relay;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::{KitError, Result, Scratch};

/// When a chosen request loses its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Before the engine has seen anything of it.
    Before,
    /// When the first bytes of the answer's body have passed.
    DuringResponse,
    /// After the engine has answered in full; the client sees nothing of the
    /// answer. The effect has happened and nobody was told.
    AfterResponse,
}

/// What happens to a chosen request.
#[derive(Debug, Clone, Copy)]
struct Fault {
    when: Cut,
    /// Instead of an end there is silence.
    hold: bool,
}

/// One request, as seen on its way to the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRequest {
    /// Number of the connection, from 0 in order of acceptance.
    pub connection: usize,
    /// Its method.
    pub method: String,
    /// Its target: path and query, as sent.
    pub path: String,
}

/// What the connections of one proxy share.
#[derive(Debug)]
struct Shared {
    upstream: PathBuf,
    plan: Mutex<Plan>,
    /// Counts the calls of [`FaultProxy::cut_all`]; a connection ends when it changes.
    generation: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Plan {
    requests: Vec<SeenRequest>,
    connections: usize,
    open: usize,
    refuse: bool,
    delay: Duration,
    cuts: Vec<(String, Fault)>,
    /// So many requests pass before the fault.
    nth: Option<(usize, Fault)>,
    held: bool,
    met: bool,
}

/// What the agent asks all the time, whatever it does.
fn is_routine(path: &str) -> bool {
    path.contains("/_ping") || path.contains("/events")
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        // Only plain assignments happen under the lock: a panic elsewhere
        // cannot leave it half changed.
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request and says what is to happen to it.
    fn see(&self, seen: SeenRequest) -> (Duration, Option<Fault>) {
        let mut plan = self.plan();
        let chosen = plan
            .cuts
            .iter()
            .position(|(part, _)| seen.path.contains(part.as_str()));
        let mut fault = chosen.map(|index| plan.cuts.remove(index).1);
        if !is_routine(&seen.path) {
            match &mut plan.nth {
                Some((0, nth)) => {
                    fault = Some(*nth);
                    plan.nth = None;
                    plan.met = true;
                }
                Some((before, _)) => *before -= 1,
                None => {}
            }
        }
        plan.requests.push(seen);
        (plan.delay, fault)
    }

    /// Loses a connection, or falls silent until [`FaultProxy::cut_all`].
    async fn lose(&self, fault: Fault) -> std::io::Error {
        if fault.hold {
            self.plan().held = true;
            std::future::pending::<()>().await;
        }
        std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "cut on purpose")
    }
}

/// A running proxy; it ends with this value.
#[derive(Debug)]
pub struct FaultProxy {
    scratch: Scratch,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl FaultProxy {
    /// Listens on a socket of its own in front of `upstream`, which need not
    /// exist yet: a failing connection there closes the one here.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn start(upstream: impl Into<PathBuf>) -> Result<Self> {
        let scratch = Scratch::new()?;
        let path = scratch.join("p.sock");
        let listener = UnixListener::bind(&path).map_err(KitError::file("listen on", &path))?;
        let shared = Arc::new(Shared {
            upstream: upstream.into(),
            plan: Mutex::default(),
            generation: watch::Sender::new(0),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            scratch,
            shared,
            accepting,
        })
    }

    /// The socket to give to the client.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.scratch.join("p.sock")
    }

    /// The socket behind it.
    #[must_use]
    pub fn upstream(&self) -> &Path {
        &self.shared.upstream
    }

    /// Every request so far, in order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.shared.plan().requests.clone()
    }

    /// How many requests so far have a target that contains `part`.
    #[must_use]
    pub fn count(&self, part: &str) -> usize {
        self.shared
            .plan()
            .requests
            .iter()
            .filter(|seen| seen.path.contains(part))
            .count()
    }

    /// Forgets the requests seen so far.
    pub fn forget_requests(&self) {
        self.shared.plan().requests.clear();
    }

    /// Connections open at this moment.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.shared.plan().open
    }

    /// Drops every connection, in both directions, in the middle of whatever
    /// passes. New ones are accepted.
    pub fn cut_all(&self) {
        self.shared
            .generation
            .send_modify(|generation| *generation += 1);
    }

    /// While `true`, new connections are closed at once. Those that are open
    /// stay; [`FaultProxy::cut_all`] ends them.
    pub fn refuse(&self, refuse: bool) {
        self.shared.plan().refuse = refuse;
    }

    /// Holds every following request back for so long before it is forwarded.
    pub fn delay(&self, delay: Duration) {
        self.shared.plan().delay = delay;
    }

    /// Cuts the connection of the next request whose target contains `part`,
    /// once. Several cuts may wait; the oldest that fits is used.
    pub fn cut_next(&self, part: &str, when: Cut) {
        let fault = Fault { when, hold: false };
        self.shared.plan().cuts.push((part.to_owned(), fault));
    }

    /// Cuts the connection of a request, once, after so many have passed from now
    /// on. Pings and the engine's stream of events do not count.
    pub fn cut_nth(&self, before: usize, when: Cut) {
        self.choose(before, Fault { when, hold: false });
    }

    /// As [`FaultProxy::cut_nth`], but the connection stays, silent, until
    /// [`FaultProxy::cut_all`]: time to end whoever waits for the answer.
    pub fn hold_nth(&self, before: usize, when: Cut) {
        self.choose(before, Fault { when, hold: true });
    }

    fn choose(&self, before: usize, fault: Fault) {
        let mut plan = self.shared.plan();
        plan.nth = Some((before, fault));
        (plan.held, plan.met) = (false, false);
    }

    /// Whether the request of [`FaultProxy::hold_nth`] is being held.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.shared.plan().held
    }

    /// Whether the request of [`FaultProxy::cut_nth`] or [`FaultProxy::hold_nth`]
    /// has come; `false` also when none was chosen.
    #[must_use]
    pub fn met(&self) -> bool {
        self.shared.plan().met
    }

    /// Takes [`FaultProxy::cut_nth`] and [`FaultProxy::hold_nth`] back; whether it
    /// had not met its request yet.
    pub fn disarm(&self) -> bool {
        let mut plan = self.shared.plan();
        (plan.held, plan.met) = (false, false);
        plan.nth.take().is_some()
    }

    /// Cuts that have not met their request yet.
    #[must_use]
    pub fn waiting_cuts(&self) -> usize {
        self.shared.plan().cuts.len()
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        // Ends the connections too: they are in the acceptor's `JoinSet`.
        self.accepting.abort();
    }
}

async fn accept(listener: UnixListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // Out of descriptors, for instance: the client's attempt failed, the next may not.
                let Ok((client, _)) = accepted else { continue };
                if shared.plan().refuse {
                    continue;
                }
                connections.spawn(serve(client, Arc::clone(&shared)));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(client: UnixStream, shared: Arc<Shared>) {
    let open = Open::new(&shared);
    let number = open.number;
    let mut generation = shared.generation.subscribe();
    let Ok(upstream) = UnixStream::connect(&shared.upstream).await else {
        return;
    };
    tokio::select! {
        // However it ends, both sockets close here; an error has no other reader.
        _ = relay::both_ways(client, upstream, number, &shared) => {}
        _ = generation.changed() => {}
    }
}

/// Counts a connection for as long as it lives, also when its task is aborted.
struct Open<'a> {
    shared: &'a Shared,
    number: usize,
}

impl<'a> Open<'a> {
    fn new(shared: &'a Shared) -> Self {
        let mut plan = shared.plan();
        let number = plan.connections;
        plan.connections += 1;
        plan.open += 1;
        Self { shared, number }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.shared.plan().open -= 1;
    }
}
