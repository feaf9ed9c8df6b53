//! One sample of everything, and how it goes over the wire: written as JSON
//! once, however many look at it.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde::Serialize;

use crate::views::{ContainerDetail, ContainerRow, ContainerStats, HostStats, StatsSample};

/// One container in a sample.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) container: Arc<ContainerDetail>,
    pub(super) cpu_percent: f64,
    pub(super) memory: u64,
    pub(super) memory_limit: u64,
    pub(super) network: Option<(u64, u64)>,
    pub(super) disk: Option<(u64, u64)>,
    pub(super) pids: Option<u64>,
}

/// All numbers of one moment.
#[derive(Debug)]
pub struct Tick {
    at: i64,
    host: HostStats,
    rows: Vec<Row>,
    all: OnceLock<Bytes>,
}

impl Tick {
    pub(super) fn new(at: i64, host: HostStats, rows: Vec<Row>) -> Self {
        Self {
            at,
            host,
            rows,
            all: OnceLock::new(),
        }
    }

    /// The whole sample as a server-sent event.
    #[must_use]
    pub fn all(&self) -> Bytes {
        let event = || {
            event(&StatsSample {
                at: self.at,
                host: self.host,
                containers: self.rows.iter().map(row).collect(),
            })
        };
        self.all.get_or_init(event).clone()
    }

    /// One container's part as a server-sent event; `None` when it is not in
    /// this sample.
    #[must_use]
    pub fn one(&self, id: &str) -> Option<Bytes> {
        let row = self.rows.iter().find(|r| r.container.summary.id == id)?;
        Some(event(&ContainerStats {
            at: self.at,
            id: id.to_owned(),
            cpu_percent: row.cpu_percent,
            memory_bytes: row.memory,
            memory_limit_bytes: row.memory_limit,
            rx_per_second: row.network.map(|n| n.0),
            tx_per_second: row.network.map(|n| n.1),
            read_per_second: row.disk.map(|d| d.0),
            write_per_second: row.disk.map(|d| d.1),
            pids: row.pids,
        }))
    }
}

fn row(row: &Row) -> ContainerRow {
    ContainerRow(
        row.container.summary.id.clone(),
        row.cpu_percent,
        row.memory,
        row.memory_limit,
        row.network.map(|n| n.0),
        row.network.map(|n| n.1),
        row.disk.map(|d| d.0),
        row.disk.map(|d| d.1),
        row.pids,
    )
}

fn event<T: Serialize>(data: &T) -> Bytes {
    let mut bytes = b"event: sample\ndata: ".to_vec();
    if let Err(error) = serde_json::to_writer(&mut bytes, data) {
        tracing::error!(%error, "a sample could not be written as JSON");
        return Bytes::new();
    }
    bytes.extend_from_slice(b"\n\n");
    Bytes::from(bytes)
}
