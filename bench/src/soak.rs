//! Mixed load for a long time, with engine restarts: does memory grow, do
//! descriptors leak, is an event lost?

mod history;
mod load;
mod vitals;

use std::time::{Duration, Instant};

use crate::Soaking;
use crate::fault::Outcome;
use crate::report::Row;
use crate::stage::{Stage, release_build};
use history::Follower;
use load::Load;
use vitals::Vitals;

/// Containers that only stand there.
const FLEET: usize = 20;
/// Time between two restarts of the engine.
const RESTART_EVERY: Duration = Duration::from_secs(120);

/// Soaks the agent and tells how it bore it.
pub(crate) async fn run(soaking: &Soaking) -> Outcome<Vec<Row>> {
    let binary = soaking.agent.clone().unwrap_or_else(release_build);
    let mut stage = Stage::start(binary).await?;
    stage.fleet(FLEET).await?;
    let end = Instant::now() + Duration::from_secs_f64(soaking.minutes * 60.0);
    // A short soak has a restart, too.
    let between = RESTART_EVERY.min(Duration::from_secs_f64(soaking.minutes * 20.0));
    let mut vitals = Vitals::new(stage.agent_pid()?)?;
    let mut follower = Follower::start(stage.api());
    let load = Load::start(&stage).await?;
    let mut restarted = Instant::now();
    let mut restarts = 0_u32;
    while Instant::now() < end {
        follower.window(&stage).await?;
        vitals.take(follower.published())?;
        if restarted.elapsed() >= between && Instant::now() + between / 2 < end {
            stage.engine.restart().await?;
            stage.revive().await?;
            load::revive(&stage).await?;
            restarts += 1;
            restarted = Instant::now();
            eprintln!("{} after {restarts} restarts", vitals.line());
        }
    }
    let done = load.stop();
    let history = follower.stop();
    // The load has closed all it had; what stays open was left behind.
    let left = vitals.settle().await?;
    Ok(vec![
        vitals.growth(),
        Row::at_most("soak-descriptors", "descriptors left behind", left, 0.0).detail(format!(
            "{restarts} restarts of the engine; {} lists and details, {} logs, {} terminals, {} readers of events, {} of live numbers",
            done.lists, done.logs, done.terminals, done.readers, done.watchers
        )),
        Row::at_most("soak-refused", "lists and details refused", done.refused, 0.0),
        Row::at_most("soak-lost", "events lost", history.lost, 0.0).detail(format!(
            "{} events of the engine's own history looked for on a stream that was broken off and resumed {} times",
            history.events, history.resumed
        )),
    ])
}
