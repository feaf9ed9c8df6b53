//! The list of containers: how long it takes, and how many a second.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use super::is_agents;
use crate::fault::Outcome;
use crate::figures::{Times, count};
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::{API, Stage};
use crate::wire::{Side, Wire};

/// The agent's list.
pub(crate) const OURS: &str = "/api/containers?all=true";
/// Clients of the throughput.
const CLIENTS: usize = 16;

/// The raw engine's list.
pub(crate) fn theirs() -> String {
    format!("{API}/containers/json?all=1")
}

/// Median of one list, in turns.
pub(crate) async fn latency(stage: &Stage, pairs: usize, limit: f64) -> Outcome<Row> {
    let (mut ours, mut raw) = (stage.api().open().await?, stage.raw().open().await?);
    let theirs = theirs();
    let (mut fast, mut slow) = (Times::default(), Times::default());
    for round in 0..pairs + 5 {
        // Who goes first changes, so that neither always follows the other.
        let (first, second) = if round % 2 == 0 {
            let first = timed(&mut ours, OURS).await?;
            (first, timed(&mut raw, &theirs).await?)
        } else {
            let second = timed(&mut raw, &theirs).await?;
            (timed(&mut ours, OURS).await?, second)
        };
        // The first few warm both sides up.
        if round >= 5 {
            fast.push(first);
            slow.push(second);
        }
    }
    let mut hot = Times::default();
    for _ in 0..pairs {
        hot.push(timed(&mut ours, OURS).await?);
    }
    let size = stage.size();
    let ratio = fast.p50() / slow.p50();
    Ok(Row::at_most(
        &format!("list-p50-{size}"),
        format!("list of {size}, p50 ÷ raw"),
        ratio,
        limit,
    )
    .detail(format!(
        "{:.3} ms against {:.3} ms, {} pairs; p99 {:.3} ms against {:.3} ms; without the engine's \
         lists between them, {:.3} ms",
        fast.p50() * 1e3,
        slow.p50() * 1e3,
        fast.len(),
        fast.p99() * 1e3,
        slow.p99() * 1e3,
        hot.p50() * 1e3
    )))
}

/// One request to the last byte of its answer.
pub(crate) async fn timed(wire: &mut Wire, path: &str) -> Outcome<Duration> {
    let began = Instant::now();
    wire.drain(path).await?;
    Ok(began.elapsed())
}

/// Lists a second with sixteen clients, in turns.
pub(crate) async fn throughput(stage: &Stage, scale: &Scale, limit: f64) -> Outcome<Row> {
    let (turn, turns) = scale.flood;
    let (mut ours, mut raw) = (0.0, 0.0);
    for round in 0..turns * 2 {
        if is_agents(round) {
            ours += flood(&stage.api(), OURS, turn).await?;
        } else {
            raw += flood(&stage.raw(), &theirs(), turn).await?;
        }
    }
    let size = stage.size();
    Ok(Row::at_least(
        &format!("list-throughput-{size}"),
        format!("list of {size}, {CLIENTS} clients, throughput ÷ raw"),
        ours / raw,
        limit,
    )
    .detail(format!(
        "{:.0} lists a second against {:.1}; the clients share the machine",
        ours / count(turns),
        raw / count(turns)
    )))
}

/// Answers a second while all clients ask again as soon as they have one.
async fn flood(side: &Side, path: &str, turn: Duration) -> Outcome<f64> {
    let wires = try_join_all((0..CLIENTS).map(|_| side.open())).await?;
    let began = Instant::now();
    let clients = wires.into_iter().map(|mut wire| {
        let path = path.to_owned();
        tokio::spawn(async move {
            let mut answers = 0_usize;
            while began.elapsed() < turn {
                wire.drain(&path).await?;
                answers += 1;
            }
            Outcome::Ok(answers)
        })
    });
    let mut answers = 0;
    for client in clients.collect::<Vec<_>>() {
        answers += client
            .await
            .map_err(crate::fault::Fault::wire("a client"))??;
    }
    Ok(count(answers) / began.elapsed().as_secs_f64())
}
