//! Reads everything once: the machine, and each container from the files of
//! its control groups or, where they cannot be seen, from what the engine said.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::cgroup::Mounts;
use super::files::{Buffer, FILES_EACH, Files};
use super::history::{HOST, History};
use super::host::{Host, round, whole};
use super::rates::{Rates, Reading, as_float};
use super::record::Values;
use super::tick::{Row, Tick};
use crate::config::StatsSource;
use crate::views::{ContainerDetail, ContainerState, HostStats};

/// Open files that are left to connections, the database and the rest.
const OTHER_FILES: u64 = 2048;

/// What a round is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The record: nobody watches, files are closed again.
    Record,
    /// The first reading for somebody who came, from which the next counts.
    Begin,
    /// A second of those who watch.
    Watch,
}

/// Keeps what rates are counted from.
pub(super) struct Reader {
    setting: StatsSource,
    mounts: Option<Mounts>,
    sources: HashMap<String, Source>,
    host: Host,
    host_read: Option<Instant>,
    buffer: Buffer,
    base: Instant,
    /// How many containers may keep their files open.
    most_open: usize,
    round: u64,
}

struct Source {
    /// A new one means that the container was started again.
    pid: i64,
    kind: Kind,
    last: Option<Reading>,
    round: u64,
}

enum Kind {
    Files(Box<Files>),
    Engine,
    /// Its process was not to be seen: it has just ended, or it is another
    /// machine's. The next round tells.
    Unseen,
}

impl Reader {
    pub(super) fn new(setting: StatsSource, storage: &Path) -> Self {
        let files = crate::host::raise_file_limit();
        let most_open = files.saturating_sub(OTHER_FILES) / FILES_EACH;
        Self {
            setting,
            mounts: None,
            sources: HashMap::new(),
            host: Host::new(storage),
            host_read: None,
            buffer: Buffer::default(),
            base: Instant::now(),
            most_open: usize::try_from(most_open).unwrap_or(usize::MAX),
            round: 0,
        }
    }

    /// Those of `containers` about which the engine has to be asked.
    pub(super) fn engine_ids(&self, containers: &[Arc<ContainerDetail>]) -> Vec<String> {
        let ids = containers.iter().map(|c| &c.summary.id);
        ids.filter(|id| {
            let known = self.sources.get(*id);
            self.setting == StatsSource::Engine
                || known.is_some_and(|source| matches!(source.kind, Kind::Engine))
        })
        .cloned()
        .collect()
    }

    /// Reads all `containers` that run, and puts what they did since the last
    /// round into the history. `asked` are the engine's answers.
    pub(super) fn round(
        &mut self,
        containers: &[Arc<ContainerDetail>],
        asked: &HashMap<String, Reading>,
        purpose: Purpose,
        history: &Mutex<History>,
    ) -> Option<Tick> {
        self.round += 1;
        let host = self.read_host();
        let total = host
            .as_ref()
            .map_or(u64::MAX, |(h, _)| h.memory_total_bytes);
        let mut rows = Vec::with_capacity(containers.len());
        let mut seconds = Vec::with_capacity(containers.len());
        for (index, container) in containers.iter().enumerate() {
            let keep = purpose != Purpose::Record && index < self.most_open;
            let Some((reading, last)) = self.read(container, asked, keep) else {
                continue;
            };
            let Some(rates) = last.and_then(|last| reading.since(&last)) else {
                continue;
            };
            let nanos = last.map_or(0, |last| reading.at_nanos.saturating_sub(last.at_nanos));
            seconds.push(as_float(nanos) / 1e9);
            rows.push(row(container, &reading, &rates, total));
        }
        let round = self.round;
        self.sources.retain(|_, source| source.round == round);
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = since_epoch.as_secs_f64();
        let watched = purpose == Purpose::Watch;
        let mut history = history.lock().unwrap_or_else(PoisonError::into_inner);
        for (row, seconds) in rows.iter().zip(seconds) {
            let name = &row.container.summary.name;
            history.add(name, now, seconds, &values(row), watched);
        }
        let (host, host_seconds) = host?;
        if let Some(seconds) = host_seconds {
            history.add(HOST, now, seconds, &host_values(&host), watched);
        }
        drop(history);
        let at = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        Some(Tick::new(at, host, rows))
    }

    /// Closes all files until somebody watches again.
    pub(super) fn rest(&mut self) {
        for source in self.sources.values_mut() {
            if let Kind::Files(files) = &mut source.kind {
                files.rest();
            }
        }
    }

    fn read_host(&mut self) -> Option<(HostStats, Option<f64>)> {
        match self.host.read(&mut self.buffer) {
            Ok(stats) => {
                let now = Instant::now();
                let before = self.host_read.replace(now);
                let seconds = before.map(|before| now.duration_since(before).as_secs_f64());
                Some((stats, seconds))
            }
            Err(error) => {
                tracing::warn!(%error, "the machine's own numbers could not be read");
                None
            }
        }
    }

    /// The container's counters now and at the round before.
    fn read(
        &mut self,
        container: &ContainerDetail,
        asked: &HashMap<String, Reading>,
        keep: bool,
    ) -> Option<(Reading, Option<Reading>)> {
        let id = &container.summary.id;
        let pid = container.pid?;
        let known = self.sources.get(id).filter(|source| source.pid == pid);
        let unseen = known.is_some_and(|source| matches!(source.kind, Kind::Unseen));
        if known.is_none() || unseen {
            let kind = match self.find(container, pid) {
                Kind::Unseen if unseen => Kind::Engine,
                kind => kind,
            };
            let source = Source {
                pid,
                kind,
                last: None,
                round: self.round,
            };
            self.sources.insert(id.clone(), source);
        }
        let source = self.sources.get_mut(id)?;
        source.round = self.round;
        let reading = match &mut source.kind {
            Kind::Files(files) => match files.read(&mut self.buffer, self.base, keep) {
                Ok(reading) => reading,
                Err(error) => {
                    // It ended in between; when it runs again it is looked for anew.
                    tracing::debug!(container = %container.summary.name, %error, "no numbers");
                    self.sources.remove(id);
                    return None;
                }
            },
            Kind::Engine => {
                let mut reading = *asked.get(id)?;
                // The engine leaves networks out where there are none.
                reading.network =
                    (!has_hosts_network(container)).then(|| reading.network.unwrap_or_default());
                reading
            }
            Kind::Unseen => return None,
        };
        let last = source.last.replace(reading);
        Some((reading, last))
    }

    fn find(&mut self, container: &ContainerDetail, pid: i64) -> Kind {
        if self.setting == StatsSource::Engine {
            return Kind::Engine;
        }
        let mounts = self.mounts.get_or_insert_with(|| {
            let text = std::fs::read_to_string("/proc/self/mountinfo");
            Mounts::parse(&text.unwrap_or_default())
        });
        let id = &container.summary.id;
        // Also that of a container which uses the network of such a one.
        let ours = std::fs::read_link("/proc/self/ns/net").ok();
        let its = std::fs::read_link(format!("/proc/{pid}/ns/net")).ok();
        let hosts = has_hosts_network(container) || ours.is_some() && ours == its;
        match Files::find(mounts, Path::new("/proc"), pid, id, hosts) {
            Ok(Some(files)) => Kind::Files(Box::new(files)),
            Ok(None) => Kind::Engine,
            Err(error) => {
                tracing::debug!(container = %container.summary.name, %error, "no process");
                Kind::Unseen
            }
        }
    }
}

/// Those whose processes may have done something.
pub(super) fn is_running(container: &ContainerDetail) -> bool {
    matches!(
        container.summary.state,
        ContainerState::Running | ContainerState::Paused
    ) && container.pid.is_some()
}

fn has_hosts_network(container: &ContainerDetail) -> bool {
    container.network_mode == "host"
}

fn row(container: &Arc<ContainerDetail>, reading: &Reading, rates: &Rates, total: u64) -> Row {
    let pair = |rate: Option<(f64, f64)>| rate.map(|(a, b)| (whole(a), whole(b)));
    Row {
        container: Arc::clone(container),
        cpu_percent: round(rates.cpu_percent),
        memory: reading.memory,
        memory_limit: reading.memory_limit.map_or(total, |limit| limit.min(total)),
        network: pair(rates.network),
        disk: pair(rates.disk),
        pids: reading.pids,
    }
}

fn values(row: &Row) -> Values {
    let pair = |pair: Option<(u64, u64)>| {
        pair.map_or((f64::NAN, f64::NAN), |(a, b)| (as_float(a), as_float(b)))
    };
    let (network, disk) = (pair(row.network), pair(row.disk));
    [
        row.cpu_percent * 100.0,
        as_float(row.memory),
        network.0,
        network.1,
        disk.0,
        disk.1,
    ]
}

fn host_values(host: &HostStats) -> Values {
    [
        host.cpu_percent * 100.0,
        as_float(host.memory_used_bytes),
        as_float(host.rx_per_second),
        as_float(host.tx_per_second),
        as_float(host.storage_used_bytes),
        f64::NAN,
    ]
}
