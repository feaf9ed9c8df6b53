//! What lists cost in CPU time, what the agent keeps in memory, and what it
//! does while nobody looks.

use std::time::{Duration, Instant};

use super::list::{OURS, theirs};
use crate::fault::Outcome;
use crate::figures::count;
use crate::process;
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::Stage;

/// Turns over which the counted lists are spread.
const TURNS: usize = 3;
/// A clock tick spread over all lists: less cannot be told from nothing.
const NOTHING_MS: f64 = 0.01;

/// CPU time of agent and engine for a list.
pub(crate) async fn lists(stage: &Stage, scale: &Scale) -> Outcome<Vec<Row>> {
    let (agent, engine) = (stage.agent_pid()?, stage.engine_pid()?);
    let (mut ours, mut raw) = (stage.api().open().await?, stage.raw().open().await?);
    let mut agent_time = Duration::ZERO;
    let mut engine_time = Duration::ZERO;
    let mut caused = Duration::ZERO;
    let mut ours_took = Duration::ZERO;
    for _ in 0..TURNS {
        let (began, cpu, other) = (Instant::now(), process::cpu(agent)?, process::cpu(engine)?);
        for _ in 0..scale.counted.0 / TURNS {
            ours.drain(OURS).await?;
        }
        agent_time += process::cpu(agent)? - cpu;
        caused += process::cpu(engine)? - other;
        ours_took += began.elapsed();
        let cpu = process::cpu(engine)?;
        for _ in 0..scale.counted.1 / TURNS {
            raw.drain(&theirs()).await?;
        }
        engine_time += process::cpu(engine)? - cpu;
    }
    // What the engine does by itself in the same time is not caused by us.
    let (began, cpu) = (Instant::now(), process::cpu(engine)?);
    tokio::time::sleep(ours_took.max(Duration::from_secs(3))).await;
    let own_share = (process::cpu(engine)? - cpu).as_secs_f64() / began.elapsed().as_secs_f64();
    let own = own_share * ours_took.as_secs_f64();

    let (ours_n, raw_n) = (
        count(scale.counted.0 / TURNS * TURNS),
        count(scale.counted.1 / TURNS * TURNS),
    );
    let caused_ms = ((caused.as_secs_f64() - own).max(0.0)) / ours_n * 1e3;
    let ours_ms = agent_time.as_secs_f64() / ours_n * 1e3;
    let raw_ms = engine_time.as_secs_f64() / raw_n * 1e3;
    let size = stage.size();
    let mut nothing = Row::at_most(
        "list-engine-cpu",
        format!("engine CPU caused by a list of {size}"),
        caused_ms,
        NOTHING_MS,
    )
    .unit(" ms")
    .detail(format!(
        "{} ms in {ours_n} lists, of which {:.0} ms are what it does by itself in that time; a test counts the requests: none",
        caused.as_millis(),
        own * 1e3
    ));
    nothing.goal = format!("0 (below {NOTHING_MS} ms, the clock's step)");
    Ok(vec![
        nothing,
        Row::at_most(
            "list-agent-cpu",
            format!("agent CPU of a list of {size} ÷ engine's for its own"),
            ours_ms / raw_ms,
            0.01,
        )
        .detail(format!("{ours_ms:.3} ms against {raw_ms:.2} ms")),
    ])
}

/// Resident memory, right after everything that loads it.
pub(crate) fn memory(stage: &Stage, after: &str) -> Outcome<Row> {
    let bytes = process::resident(stage.agent_pid()?)?;
    #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
    let megabytes = bytes as f64 / 1e6;
    Ok(Row::at_most(
        &format!("rss-{after}"),
        format!("agent memory at {} after {after}", stage.size()),
        megabytes,
        30.0,
    )
    .unit(" MB"))
}

/// CPU time while nobody is connected.
pub(crate) async fn idle(stage: &Stage, scale: &Scale) -> Outcome<Row> {
    let agent = stage.agent_pid()?;
    let (began, cpu) = (Instant::now(), process::cpu(agent)?);
    tokio::time::sleep(scale.idle).await;
    let used = process::cpu(agent)? - cpu;
    let percent = used.as_secs_f64() / began.elapsed().as_secs_f64() * 100.0;
    let what = format!("idle CPU at {} with no viewer", stage.size());
    Ok(Row::at_most("idle-cpu", what, percent, 0.1)
        .unit(" %")
        .detail(format!(
            "{} ms of CPU in {} s",
            used.as_millis(),
            scale.idle.as_secs()
        )))
}
