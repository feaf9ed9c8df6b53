//! From the start of the process to the first full list.

use std::time::{Duration, Instant};

use hyper::Method;

use super::list::{OURS, theirs, timed};
use crate::fault::{Fault, Outcome};
use crate::figures::Times;
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::Stage;
use crate::wire::Side;

/// Pause between two knocks at a door that is not open yet.
const PAUSE: Duration = Duration::from_millis(1);
const LIMIT: Duration = Duration::from_secs(30);

/// Starts the agent again and again, a raw list before each start.
pub(crate) async fn first_list(stage: &mut Stage, scale: &Scale) -> Outcome<Row> {
    let (mut starts, mut lists, mut over) = (Times::default(), Times::default(), Times::default());
    for _ in 0..scale.starts {
        stage.agent.stop().await?;
        let list = timed(&mut stage.raw().open().await?, &theirs()).await?;
        let began = Instant::now();
        let (api, size) = (stage.api(), stage.size());
        let knocking =
            tokio::spawn(async move { tokio::time::timeout(LIMIT, knock(&api, size)).await });
        stage.agent.start_again().await?;
        let first = knocking.await.map_err(Fault::wire("the first list"))?;
        let first = first.map_err(Fault::wire("waiting for the first list"))? - began;
        over.push(first.saturating_sub(list));
        starts.push(first);
        lists.push(list);
    }
    let what = format!(
        "start to first full list of {}, less one raw list",
        stage.size()
    );
    Ok(Row::at_most("start", what, over.p50(), 0.15)
        .unit(" s")
        .detail(format!(
            "{:.0} ms from the start, a raw list takes {:.1} ms; {} starts",
            starts.p50() * 1e3,
            lists.p50() * 1e3,
            starts.len()
        )))
}

/// When the list was first whole.
async fn knock(api: &Side, size: usize) -> Instant {
    loop {
        if let Ok(mut wire) = api.open().await {
            while let Ok(list) = wire.json(Method::GET, OURS, None).await {
                if list.as_array().map(Vec::len) == Some(size) {
                    return Instant::now();
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
