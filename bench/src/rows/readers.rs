//! Many readers of the event stream, some of which never read: the others must
//! not notice.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::events::{compare, first, rename, stage_renamed, watch_ours, watch_raw};
use crate::fault::{Fault, Outcome};
use crate::figures::quantile;
use crate::process;
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::Stage;

/// Receive buffer of those that do not read: full after a few events.
const SMALL: u32 = 4096;
/// Pause between events.
const BETWEEN: Duration = Duration::from_millis(20);

/// Completeness and delay of those that read.
pub(crate) async fn some_never_read(stage: &Stage, scale: &Scale) -> Outcome<Vec<Row>> {
    let id = stage_renamed(stage).await?;
    let measured = watch_all(stage, &id, scale).await;
    stage.remove(&id).await?;
    measured
}

async fn watch_all(stage: &Stage, id: &str, scale: &Scale) -> Outcome<Vec<Row>> {
    let (all, stuck) = scale.readers;
    let silent = try_join_all((0..stuck).map(|_| never_reads(stage))).await?;
    let (mut raw, raw_task) = watch_raw(stage).await?;
    let mut readers = try_join_all((0..all - stuck).map(|_| watch_ours(stage))).await?;
    let agent = stage.agent_pid()?;
    let memory = process::resident(agent)?;

    let mut raw_seen = HashMap::new();
    for number in 0..scale.events {
        rename(stage, id, number).await?;
        raw_seen.insert(number, first(&mut raw, number).await?);
        tokio::time::sleep(BETWEEN).await;
    }
    let mut seen = Vec::new();
    for (reader, _) in &mut readers {
        // The last one there means that all before it are, or never will be.
        // One that does not come is counted as missing, not waited for again.
        let last = scale.events - 1;
        let mut its: HashMap<usize, Instant> = HashMap::new();
        while !its.contains_key(&last) {
            let next = tokio::time::timeout(Duration::from_secs(10), reader.recv()).await;
            let Ok(Some((number, at))) = next else { break };
            its.entry(number).or_insert(at);
        }
        seen.push(its);
    }
    let grown = process::resident(agent)?.saturating_sub(memory) / 1000;
    drop(silent);
    raw_task.abort();
    for (_, task) in readers {
        task.abort();
    }
    let delivered = compare(&raw_seen, &seen);
    let detail = format!(
        "{all} readers of which {stuck} never read; {} events; p50 {:.2} ms over raw; the agent grew by {grown} kB",
        scale.events,
        quantile(&delivered.late, 0.5)
    );
    let incomplete = u32::try_from(delivered.incomplete).map_or(f64::MAX, f64::from);
    Ok(vec![
        Row::at_most(
            "readers-missing",
            "readers that missed an event beside readers that never read",
            incomplete,
            0.0,
        )
        .detail(detail),
        Row::at_most(
            "readers-p99",
            "event delivery to all of them over raw, p99",
            quantile(&delivered.late, 0.99),
            50.0,
        )
        .unit(" ms"),
    ])
}

/// Asks for the stream and never reads a byte of it.
async fn never_reads(stage: &Stage) -> Outcome<TlsStream<TcpStream>> {
    let what = "a reader that never reads";
    let mut stream = stage.api.connect(Some(SMALL)).await?;
    let (host, cookie, proof) = (&stage.api.address, &stage.api.cookie, &stage.api.proof);
    let request = format!(
        "GET /api/events HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nX-Session-Proof: {proof}\r\n\r\n"
    );
    let written = stream.write_all(request.as_bytes()).await;
    written.map_err(Fault::wire(what))?;
    stream.flush().await.map_err(Fault::wire(what))?;
    Ok(stream)
}
