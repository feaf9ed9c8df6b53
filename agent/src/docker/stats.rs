//! The engine's own numbers of a container, for where its control groups
//! cannot be seen: a remote engine, a rootless one, one in a virtual machine.

use std::collections::HashMap;

use bollard::models::{ContainerMemoryStats, ContainerStatsResponse};
use bollard::query_parameters::StatsOptionsBuilder;
use futures_util::StreamExt;

use super::{Engine, EngineError};
use crate::stats::Reading;

impl Engine {
    /// One reading, without the second that the engine takes to make rates of
    /// it (`one-shot`). `None` when the container does not run any more.
    ///
    /// # Errors
    /// When Docker does not answer or its answer has no time.
    pub async fn stats(&self, id: &str) -> Result<Option<Reading>, EngineError> {
        let client = self.client()?;
        let options = StatsOptionsBuilder::new()
            .stream(false)
            .one_shot(true)
            .build();
        let answer = client.docker.stats(id, Some(options)).next().await;
        match answer.map(|read| read.map_err(|e| EngineError::of("reading numbers", e))) {
            Some(Ok(raw)) => reading(raw),
            None | Some(Err(EngineError::NotFound(_) | EngineError::Conflict(_))) => Ok(None),
            Some(Err(error)) => Err(error),
        }
    }
}

fn reading(raw: ContainerStatsResponse) -> Result<Option<Reading>, EngineError> {
    let Some(cpu_nanos) = raw
        .cpu_stats
        .and_then(|cpu| cpu.cpu_usage?.total_usage)
        .filter(|nanos| *nanos > 0)
    else {
        // The engine answers with empty numbers for what does not run.
        return Ok(None);
    };
    let text = raw.read.unwrap_or_default();
    let at: jiff::Timestamp = text.parse().map_err(|source| EngineError::Unreadable {
        what: "the time of its numbers",
        source: Box::new(source),
    })?;
    let memory = raw.memory_stats.unwrap_or_default();
    let entries = raw
        .blkio_stats
        .and_then(|disk| disk.io_service_bytes_recursive);
    let disk = |word: &str| {
        let of = |op: &Option<String>| op.as_ref().is_some_and(|op| op.eq_ignore_ascii_case(word));
        let entries = entries.iter().flatten().filter(|e| of(&e.op));
        entries.fold(0_u64, |sum, e| {
            sum.saturating_add(e.value.unwrap_or_default())
        })
    };
    Ok(Some(Reading {
        at_nanos: u64::try_from(at.as_nanosecond()).unwrap_or_default(),
        cpu_nanos,
        memory: in_use(&memory),
        memory_limit: memory.limit.filter(|limit| *limit > 0),
        network: raw.networks.map(|networks| {
            networks.values().fold((0_u64, 0_u64), |sum, n| {
                (
                    sum.0.saturating_add(n.rx_bytes.unwrap_or_default()),
                    sum.1.saturating_add(n.tx_bytes.unwrap_or_default()),
                )
            })
        }),
        disk: Some((disk("read"), disk("write"))),
        pids: raw.pids_stats.and_then(|pids| pids.current),
    }))
}

fn in_use(memory: &ContainerMemoryStats) -> u64 {
    let empty = HashMap::new();
    let stats = memory.stats.as_ref().unwrap_or(&empty);
    // The first is there with control groups v1 only.
    let cache = stats
        .get("total_inactive_file")
        .or_else(|| stats.get("inactive_file"))
        .copied()
        .unwrap_or_default();
    Reading::without_cache(memory.usage.unwrap_or_default(), cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Option<Reading>, EngineError> {
        reading(serde_json::from_str(text).expect("an answer of the engine"))
    }

    #[test]
    fn the_engines_answer_is_read() {
        let read = parse(
            r#"{"read":"2026-11-24T20:00:00.5Z","cpu_stats":{"cpu_usage":{"total_usage":1500}},
            "memory_stats":{"usage":1000,"limit":2000,"stats":{"inactive_file":1,"total_inactive_file":300}},
            "networks":{"eth0":{"rx_bytes":10,"tx_bytes":20},"eth1":{"rx_bytes":1,"tx_bytes":2}},
            "blkio_stats":{"io_service_bytes_recursive":[{"major":8,"minor":0,"op":"Read","value":5},
            {"major":8,"minor":0,"op":"write","value":6},{"major":8,"minor":0,"op":"Total","value":11}]},
            "pids_stats":{"current":3}}"#,
        );
        let reading = read.expect("readable").expect("running");
        assert_eq!(reading.at_nanos % 1_000_000_000, 500_000_000);
        assert_eq!((reading.cpu_nanos, reading.memory), (1500, 700));
        assert_eq!(reading.memory_limit, Some(2000));
        assert_eq!(reading.network, Some((11, 22)));
        assert_eq!(reading.disk, Some((5, 6)));
        assert_eq!(reading.pids, Some(3));
    }

    #[test]
    fn what_does_not_run_has_no_numbers() {
        let stopped = r#"{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}"#;
        assert!(parse(stopped).expect("readable").is_none());
        let no_time = r#"{"read":"soon","cpu_stats":{"cpu_usage":{"total_usage":1}}}"#;
        assert!(parse(no_time).is_err());
    }
}
