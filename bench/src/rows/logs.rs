//! A long log through the API and straight from the engine.

use std::time::{Duration, Instant};

use hyper::Method;

use super::is_agents;
use crate::fault::{Fault, Outcome};
use crate::figures::{Times, count};
use crate::process;
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::{API, Stage};

const NAME: &str = "long-log";
/// How long it may take to write it.
const WRITING: Duration = Duration::from_secs(300);

/// Follows the log of a container that has ended, in turns.
pub(crate) async fn follow(stage: &Stage, scale: &Scale) -> Outcome<Vec<Row>> {
    let (lines, turns) = scale.logs;
    let script = format!(
        "yes 'INFO served GET /library/items?page=17&sort=title in 12 ms to 192.168.1.20' | head -n {lines}"
    );
    stage.run(NAME, &script).await?;
    let measured = read_in_turns(stage, lines, turns).await;
    stage.remove(NAME).await?;
    measured
}

async fn read_in_turns(stage: &Stage, lines: u32, turns: usize) -> Outcome<Vec<Row>> {
    written(stage).await?;
    let ours = format!("/api/containers/{NAME}/logs?follow=true&timestamps=true");
    let theirs = format!("{API}/containers/{NAME}/logs?stdout=1&stderr=1&timestamps=1&follow=1");
    let (agent, engine) = (stage.agent_pid()?, stage.engine_pid()?);
    let (mut our_times, mut their_times) = (Times::default(), Times::default());
    let (mut agent_cpu, mut engine_cpu) = (Duration::ZERO, Duration::ZERO);
    for round in 0..turns * 2 {
        if is_agents(round) {
            let cpu = process::cpu(agent)?;
            let began = Instant::now();
            let size = stage.api().swallow(&ours).await?;
            our_times.push(began.elapsed());
            agent_cpu += process::cpu(agent)? - cpu;
            if size < usize::try_from(lines).unwrap_or(usize::MAX) * 80 {
                return Err(Fault::answer(ours, format!("{size} bytes only")));
            }
        } else {
            let cpu = process::cpu(engine)?;
            let began = Instant::now();
            stage.raw().swallow(&theirs).await?;
            their_times.push(began.elapsed());
            engine_cpu += process::cpu(engine)? - cpu;
        }
    }
    let n = count(turns);
    let (ours_s, theirs_s) = (agent_cpu.as_secs_f64() / n, engine_cpu.as_secs_f64() / n);
    Ok(vec![
        Row::at_most(
            "logs-time",
            format!("{lines} log lines, time ÷ raw follow"),
            our_times.p50() / their_times.p50(),
            1.15,
        )
        .detail(format!(
            "{:.2} s against {:.2} s, the middle of {turns}; both with time stamps",
            our_times.p50(),
            their_times.p50()
        )),
        Row::at_most(
            "logs-cpu",
            format!("{lines} log lines, agent CPU ÷ engine's for its own"),
            ours_s / theirs_s,
            0.25,
        )
        .detail(format!("{ours_s:.2} s against {theirs_s:.2} s")),
    ])
}

/// Waits until the container has said everything.
async fn written(stage: &Stage) -> Outcome<()> {
    let path = format!("{API}/containers/{NAME}/wait");
    let mut raw = stage.raw().open().await?;
    let ended = tokio::time::timeout(WRITING, raw.json(Method::POST, &path, None)).await;
    ended.map_err(Fault::wire("writing the long log"))??;
    Ok(())
}
