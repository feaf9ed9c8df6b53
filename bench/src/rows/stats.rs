//! Live numbers of everything: one viewer of the agent against one raw stream
//! for each container.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use http_body_util::BodyExt;
use hyper::Method;
use tokio::task::JoinHandle;

use super::sse::Events;
use crate::fault::{Fault, Outcome};
use crate::figures::{Times, count};
use crate::process;
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::{API, Stage};

/// Time for a side to get going before its turn is counted.
const WARM: Duration = Duration::from_secs(3);
const SETTLE: Duration = Duration::from_secs(5);

/// CPU that live numbers of all cause in agent and engine, in turns. What the
/// engine and its shims do by themselves is taken in turns too, and counts for
/// neither side. Of the engine's turns the median counts: its garbage is
/// collected now and then.
pub(crate) async fn live(stage: &Stage, scale: &Scale) -> Outcome<Vec<Row>> {
    let (turn, turns) = scale.stats;
    let family = stage.engine_family()?;
    let agent = stage.agent_pid()?;
    let (mut own, mut kept, mut due) = (Times::default(), 0.0, 0.0);
    let (mut ours, mut raw, mut rest) = (Times::default(), Times::default(), Times::default());
    for round in 0..turns {
        // Who goes first changes.
        if round % 2 == 0 {
            rest.push(at_rest(&family, turn).await);
        }
        let viewed = one_viewer(stage, agent, &family, turn).await?;
        own.push(viewed.agent);
        ours.push(viewed.engine);
        kept += count(viewed.samples);
        due += count(stage.size()) * turn.as_secs_f64();
        if round % 2 == 1 {
            rest.push(at_rest(&family, turn).await);
        }
        raw.push(raw_streams(stage, &family, turn).await?);
        // Until what hundreds of streams left behind has been cleared away.
        tokio::time::sleep(SETTLE).await;
    }
    let size = stage.size();
    let percent = |times: &Times| times.p50() / turn.as_secs_f64() * 100.0;
    let caused = |engine: &Times| (percent(engine) - percent(&rest)).max(0.0);
    Ok(vec![
        Row::at_most(
            "stats-cpu",
            format!("live numbers of {size}: CPU caused in agent and engine ÷ raw streams"),
            (percent(&own) + caused(&ours)) / caused(&raw),
            0.1,
        )
        .detail(format!(
            "{:.1} % of a core in the agent and {:.1} % in the engine against {:.1} %; the engine and \
             its shims use {:.1} % by themselves, which counts for neither; {turns} turns of {} s, medians",
            percent(&own),
            caused(&ours),
            caused(&raw),
            percent(&rest),
            turn.as_secs()
        )),
        Row::at_least(
            "stats-kept",
            format!("samples kept at {size}"),
            (kept / due * 100.0).min(100.0),
            99.0,
        )
        .unit(" %")
        .detail(format!(
            "{kept:.0} of {due:.0}, one a second for each container"
        )),
    ])
}

/// What a turn with one viewer took and gave.
struct Viewed {
    agent: Duration,
    engine: Duration,
    samples: usize,
}

/// CPU time of the engine while nobody asks it anything.
async fn at_rest(family: &[u32], turn: Duration) -> Duration {
    tokio::time::sleep(WARM).await;
    let cpu = process::cpu_of(family);
    tokio::time::sleep(turn).await;
    process::cpu_of(family) - cpu
}

/// CPU times with one viewer of everything, and the samples it got.
async fn one_viewer(stage: &Stage, agent: u32, family: &[u32], turn: Duration) -> Outcome<Viewed> {
    let mut events = Events::at(&stage.api(), "/api/stats", None).await?;
    let warm = tokio::time::Instant::now() + WARM;
    while tokio::time::timeout_at(warm, events.next()).await.is_ok() {}
    let (own, engine) = (process::cpu_of(&[agent]), process::cpu_of(family));
    let (began, end) = (Instant::now(), tokio::time::Instant::now() + turn);
    let mut samples = 0;
    while let Ok(event) = tokio::time::timeout_at(end, events.next()).await {
        let event = event?.ok_or_else(|| Fault::answer("/api/stats", "the end"))?;
        if event.name == "sample" {
            let rows = event.data["containers"].as_array();
            let ids: HashSet<_> = rows
                .into_iter()
                .flatten()
                .filter_map(|row| row[0].as_str())
                .collect();
            samples += ids.len();
        }
    }
    debug_assert!(began.elapsed() >= turn);
    Ok(Viewed {
        agent: process::cpu_of(&[agent]) - own,
        engine: process::cpu_of(family) - engine,
        samples,
    })
}

/// CPU time of the engine while every container's own stream is read.
async fn raw_streams(stage: &Stage, family: &[u32], turn: Duration) -> Outcome<Duration> {
    let list = format!("{API}/containers/json");
    let list = stage
        .raw()
        .open()
        .await?
        .json(Method::GET, &list, None)
        .await?;
    let ids: Vec<String> = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|c| c["Id"].as_str().map(str::to_owned))
        .collect();
    let streams = try_join_all(ids.iter().map(|id| raw_stream(stage, id))).await?;
    tokio::time::sleep(WARM).await;
    let cpu = process::cpu_of(family);
    tokio::time::sleep(turn).await;
    let used = process::cpu_of(family) - cpu;
    for stream in streams {
        stream.abort();
    }
    Ok(used)
}

async fn raw_stream(stage: &Stage, id: &str) -> Outcome<JoinHandle<()>> {
    let path = format!("{API}/containers/{id}/stats?stream=true");
    let mut wire = stage.raw().open().await?;
    let mut response = wire.send(Method::GET, &path, &[], None).await?;
    Ok(tokio::spawn(async move {
        while let Some(Ok(_)) = response.frame().await {}
        drop(wire);
    }))
}
