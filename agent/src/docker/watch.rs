//! Follows the engine: connects, reads everything once, then applies its
//! events one by one. When the stream breaks it says so and begins again.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bollard::models::{EventMessage, EventMessageTypeEnum};
use bollard::query_parameters::EventsOptions;
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::observer::{EngineEvent, EngineEventKind, Observer};
use super::read::{INSPECTS_AT_ONCE, engine_time, images, inspect, read_all, unreadable};
use super::things::{networks, volumes};
use super::{Client, Engine, EngineError, connect};

/// Events waiting to be applied; beyond that the engine keeps them.
const EVENT_QUEUE: usize = 1024;
/// How often a silent engine is asked whether it is still there, and how long
/// it may take to say so.
const PING_EVERY: Duration = Duration::from_secs(15);
const PING_LIMIT: Duration = Duration::from_secs(10);
/// First and longest pause between two tries to connect.
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(2);
/// How far back the engine's own history is read for the events rail, seconds.
const HISTORY_SECONDS: i64 = 24 * 60 * 60;
/// How far before the newest event that was told of the next run begins.
const OVERLAP_SECONDS: i64 = 60;
const SECOND: i64 = 1_000_000_000;

/// How long the engine's own history may take to arrive.
const REPLAY_TIME: Duration = Duration::from_secs(5);

/// The task that follows one engine.
pub struct Watch {
    engine: Arc<Engine>,
    observer: Arc<dyn Observer>,
    stop: CancellationToken,
    /// Newest event applied, so that nothing is shown twice after a break.
    newest_nanos: i64,
    /// Newest event an earlier run of the agent has told of.
    told_until: Option<i64>,
}

/// The engine's own history, which comes before what is new.
struct Replay {
    /// When the lists were read.
    began: i64,
    /// The newest event seen before the break.
    resumed: i64,
    /// Until when it may still be coming.
    until: Instant,
}

impl Replay {
    /// After that no event is taken for an old one, whatever its time says:
    /// the clock may have been set back.
    fn going_on(&self) -> bool {
        Instant::now() < self.until
    }
}

enum Work {
    Container(String, u64),
    Images,
    Networks,
    Volumes,
}

impl Watch {
    /// A watch that ends with `stop`.
    /// `told_until` is the newest event an earlier run has told of.
    pub fn new(
        engine: Arc<Engine>,
        observer: Arc<dyn Observer>,
        told_until: Option<i64>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            engine,
            observer,
            stop,
            newest_nanos: 0,
            told_until,
        }
    }

    /// Follows the engine until stopped.
    pub async fn run(mut self) {
        let stop = self.stop.clone();
        let mut pause = RETRY_FIRST;
        loop {
            let outcome = tokio::select! {
                () = stop.cancelled() => return,
                outcome = self.follow(&mut pause) => outcome,
            };
            let reason = match outcome {
                Ok(()) => "it closed the event stream".to_owned(),
                Err(EngineError::Down(reason)) => reason,
                Err(error) => crate::operations::error_chain(&error),
            };
            self.engine.set_client(Err(reason.clone()));
            self.observer.lost(&reason);
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(RETRY_MOST);
        }
    }

    async fn follow(&mut self, pause: &mut Duration) -> Result<(), EngineError> {
        let client = connect::connect(self.engine.socket()).await?;
        let began = engine_time(&client).await?;
        // Events from the moment before the lists are read: none falls between.
        if self.newest_nanos > began {
            // The clock was set back; what was seen tells nothing any more.
            self.newest_nanos = 0;
        }
        let resumed = self.newest_nanos;
        let since = if resumed == 0 {
            // What was told is told again, for the observer to leave out: events
            // come out of order now and then.
            let day = began - HISTORY_SECONDS * SECOND;
            let told = self.told_until.filter(|told| *told <= began);
            told.map_or(day, |told| (told - OVERLAP_SECONDS * SECOND).min(day))
        } else {
            resumed
        };
        let mut events = subscribe(Arc::clone(&client), since);
        let snapshot = read_all(&client).await?;
        self.engine.set_client(Ok(Arc::clone(&client)));
        self.observer.synced(snapshot);
        *pause = RETRY_FIRST;

        let (work, queue) = mpsc::unbounded_channel();
        let reader = read_again(Arc::clone(&client), Arc::clone(&self.observer), queue);
        tokio::pin!(reader);
        let pinger = ping(&client);
        tokio::pin!(pinger);
        let replay = Replay {
            began,
            resumed,
            until: Instant::now() + REPLAY_TIME,
        };
        loop {
            tokio::select! {
                biased;
                error = &mut reader => return Err(error),
                error = &mut pinger => return Err(error),
                event = events.recv() => match event {
                    Some(Ok(event)) => self.apply(event, &replay, &work),
                    Some(Err(error)) => return Err(error),
                    None => return Ok(()),
                },
            }
        }
    }

    fn apply(&mut self, raw: EventMessage, replay: &Replay, work: &mpsc::UnboundedSender<Work>) {
        let Some(mut event) = event(raw) else { return };
        // Seen before the break. Within a stream events may be out of order by
        // their own clock, so only the moment of the break counts.
        if replay.going_on() && event.at_nanos <= replay.resumed {
            return;
        }
        self.newest_nanos = self.newest_nanos.max(event.at_nanos);
        event.past = replay.going_on() && event.at_nanos < replay.began;
        let reread = self.observer.event(&event);
        // The reader lives as long as this loop.
        if let Some((id, mark)) = reread.container {
            let _ = work.send(Work::Container(id, mark));
        }
        if reread.images {
            let _ = work.send(Work::Images);
        }
        if reread.networks {
            let _ = work.send(Work::Networks);
        }
        if reread.volumes {
            let _ = work.send(Work::Volumes);
        }
    }
}

/// Reads the events into a bounded queue, so that the engine's connection is
/// drained while the lists are read.
fn subscribe(
    client: Arc<Client>,
    since_nanos: i64,
) -> mpsc::Receiver<Result<EventMessage, EngineError>> {
    let (send, receive) = mpsc::channel(EVENT_QUEUE);
    tokio::spawn(async move {
        let since = format!(
            "{}.{:09}",
            since_nanos.div_euclid(1_000_000_000),
            since_nanos.rem_euclid(1_000_000_000)
        );
        let options = EventsOptions {
            since: Some(since),
            until: None,
            filters: None,
        };
        let mut events = std::pin::pin!(client.docker.events(Some(options)));
        loop {
            let next = tokio::select! {
                () = send.closed() => return,
                next = events.next() => next,
            };
            let Some(next) = next else { return };
            let next = next.map_err(|e| EngineError::of("its events", e));
            if send.send(next).await.is_err() {
                return;
            }
        }
    });
    receive
}

/// Reads what events made stale, a container once however many events it had.
async fn read_again(
    client: Arc<Client>,
    observer: Arc<dyn Observer>,
    mut queue: mpsc::UnboundedReceiver<Work>,
) -> EngineError {
    loop {
        let Some(first) = queue.recv().await else {
            return std::future::pending().await;
        };
        let mut containers: HashMap<String, u64> = HashMap::new();
        let (mut images_stale, mut networks_stale, mut volumes_stale) = (false, false, false);
        let mut next = Some(first);
        while let Some(work) = next {
            match work {
                Work::Container(id, mark) => {
                    containers.insert(id, mark);
                }
                Work::Images => images_stale = true,
                Work::Networks => networks_stale = true,
                Work::Volumes => volumes_stale = true,
            }
            next = queue.try_recv().ok();
        }
        let client = &client;
        let mut reads = stream::iter(containers)
            .map(|(id, mark)| async move { (inspect(client, &id).await, id, mark) })
            .buffer_unordered(INSPECTS_AT_ONCE);
        while let Some((read, id, mark)) = reads.next().await {
            match read {
                Ok(detail) => observer.container(&id, mark, detail),
                Err(error @ EngineError::Down(_)) => return error,
                Err(error) => unreadable("a container", &error),
            }
        }
        drop(reads);
        if images_stale {
            match images(client).await {
                Ok(images) => observer.images(images),
                Err(error @ EngineError::Down(_)) => return error,
                Err(error) => unreadable("the images", &error),
            }
        }
        if networks_stale {
            match networks(client).await {
                Ok(networks) => observer.networks(networks),
                Err(error @ EngineError::Down(_)) => return error,
                Err(error) => unreadable("the networks", &error),
            }
        }
        if volumes_stale {
            match volumes(client).await {
                Ok(volumes) => observer.volumes(volumes),
                Err(error @ EngineError::Down(_)) => return error,
                Err(error) => unreadable("the volumes", &error),
            }
        }
    }
}

async fn ping(client: &Client) -> EngineError {
    loop {
        tokio::time::sleep(PING_EVERY).await;
        match tokio::time::timeout(PING_LIMIT, client.docker.ping()).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return EngineError::of("a ping", error),
            Err(_) => return EngineError::Down("it does not answer a ping".to_owned()),
        }
    }
}

fn event(raw: EventMessage) -> Option<EngineEvent> {
    let kind = match raw.typ? {
        EventMessageTypeEnum::CONTAINER => EngineEventKind::Container,
        EventMessageTypeEnum::IMAGE => EngineEventKind::Image,
        EventMessageTypeEnum::NETWORK => EngineEventKind::Network,
        EventMessageTypeEnum::VOLUME => EngineEventKind::Volume,
        _ => return None,
    };
    let actor = raw.actor.unwrap_or_default();
    Some(EngineEvent {
        kind,
        action: raw.action?,
        id: actor.id.filter(|id| !id.is_empty())?,
        attributes: actor.attributes.unwrap_or_default(),
        at_nanos: raw.time_nano?,
        past: false,
    })
}
