//! How much later than the engine's own stream the agent's tells of an event.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bollard::query_parameters::RenameContainerOptions;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::sse::{Events, RawEvents};
use crate::fault::{Fault, Outcome};
use crate::figures::{count, quantile};
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::Stage;

const NAME: &str = "renamed";
/// No event takes longer, on a machine that is not broken.
const LIMIT: Duration = Duration::from_secs(20);
/// Pause between events.
const BETWEEN: Duration = Duration::from_millis(5);

/// Renames a container again and again and watches both streams.
pub(crate) async fn delivery(stage: &Stage, scale: &Scale) -> Outcome<Vec<Row>> {
    let id = stage_renamed(stage).await?;
    let measured = watch_both(stage, &id, scale.events).await;
    stage.remove(&id).await?;
    let mut late = measured?;
    late.sort_by(f64::total_cmp);
    let row = |id: &str, what: &str, part: f64, limit: f64| {
        let what = format!("event delivery over raw, {what}");
        Row::at_most(id, what, quantile(&late, part), limit)
            .unit(" ms")
            .detail(format!("{} renames of a container", late.len()))
    };
    Ok(vec![
        row("events-p50", "p50", 0.5, 1.0),
        row("events-p99", "p99", 0.99, 10.0),
    ])
}

/// A container to rename; answers its id, which stays.
pub(crate) async fn stage_renamed(stage: &Stage) -> Outcome<String> {
    stage.run(NAME, "exec sleep 3600").await?;
    stage.known(stage.size() + 1).await?;
    let found = stage.engine.docker().inspect_container(NAME, None).await;
    let found = found.map_err(Fault::engine("inspect a container"))?;
    Ok(found.id.unwrap_or_default())
}

/// Gives a container its name number `number`.
pub(crate) async fn rename(stage: &Stage, id: &str, number: usize) -> Outcome<()> {
    let name = name_of(number);
    let renamed = stage
        .engine
        .docker()
        .rename_container(id, RenameContainerOptions { name })
        .await;
    renamed.map_err(Fault::engine("rename a container"))
}

fn name_of(number: usize) -> String {
    format!("{NAME}-{number}")
}

/// The number in a name that [`rename`] gave.
pub(crate) fn number_in(name: Option<&str>) -> Option<usize> {
    name?.strip_prefix(NAME)?.strip_prefix('-')?.parse().ok()
}

type Seen = mpsc::UnboundedReceiver<(usize, Instant)>;

/// Reads the engine's stream in a task and tells of each rename.
pub(crate) async fn watch_raw(stage: &Stage) -> Outcome<(Seen, JoinHandle<()>)> {
    let mut raw = RawEvents::join(&stage.raw(), "").await?;
    let (tell, seen) = mpsc::unbounded_channel();
    let task = tokio::spawn(async move {
        // An error ends the telling, and the reader's wait with it.
        while let Ok(Some((event, at))) = raw.next().await {
            let name = event["Actor"]["Attributes"]["name"].as_str();
            if event["Action"] == "rename"
                && let Some(number) = number_in(name)
                && tell.send((number, at)).is_err()
            {
                return;
            }
        }
    });
    Ok((seen, task))
}

/// Reads the agent's stream in a task and tells of each new name.
pub(crate) async fn watch_ours(stage: &Stage) -> Outcome<(Seen, JoinHandle<()>)> {
    let mut ours = Events::join(&stage.api(), None).await?;
    let (tell, seen) = mpsc::unbounded_channel();
    let task = tokio::spawn(async move {
        while let Ok(Some(event)) = ours.next().await {
            if event.name == "container"
                && let Some(number) = number_in(event.data["name"].as_str())
                && tell.send((number, event.at)).is_err()
            {
                return;
            }
        }
    });
    Ok((seen, task))
}

/// The first moment at which `number` was told of. A container that is read
/// again is told of again, so numbers may repeat.
pub(crate) async fn first(seen: &mut Seen, number: usize) -> Outcome<Instant> {
    let wait = async {
        while let Some((found, at)) = seen.recv().await {
            if found == number {
                return Ok(at);
            }
        }
        Err(Fault::answer("an event stream", "the end"))
    };
    let in_time = tokio::time::timeout(LIMIT, wait).await;
    in_time.map_err(Fault::wire(format!("event number {number}")))?
}

/// Milliseconds by which each event came later; below zero when earlier.
async fn watch_both(stage: &Stage, id: &str, events: usize) -> Outcome<Vec<f64>> {
    let (mut raw, raw_task) = watch_raw(stage).await?;
    let (mut ours, our_task) = watch_ours(stage).await?;
    let mut late = Vec::new();
    for number in 0..events {
        rename(stage, id, number).await?;
        let (raw_at, our_at) = (
            first(&mut raw, number).await?,
            first(&mut ours, number).await?,
        );
        late.push(milliseconds(raw_at, our_at));
        tokio::time::sleep(BETWEEN).await;
    }
    raw_task.abort();
    our_task.abort();
    Ok(late)
}

/// From one moment to another, in either direction.
pub(crate) fn milliseconds(from: Instant, to: Instant) -> f64 {
    let forward = to.saturating_duration_since(from).as_secs_f64();
    let back = from.saturating_duration_since(to).as_secs_f64();
    (forward - back) * 1e3
}

/// Delays of many readers against the raw stream, and how many got everything.
pub(crate) struct Delivered {
    /// Milliseconds, ascending.
    pub(crate) late: Vec<f64>,
    /// Readers that missed at least one.
    pub(crate) incomplete: usize,
}

/// Compares what each reader saw with the raw stream.
pub(crate) fn compare(
    raw: &HashMap<usize, Instant>,
    readers: &[HashMap<usize, Instant>],
) -> Delivered {
    let mut late = Vec::new();
    let mut incomplete = 0;
    for reader in readers {
        let seen: Vec<f64> = raw
            .iter()
            .filter_map(|(number, at)| Some(milliseconds(*at, *reader.get(number)?)))
            .collect();
        incomplete += usize::from(count(seen.len()) < count(raw.len()));
        late.extend(seen);
    }
    late.sort_by(f64::total_cmp);
    Delivered { late, incomplete }
}
