//! The order in which rows are measured, on one engine that grows from five
//! containers to three hundred.

use std::fs;
use std::time::Instant;

use crate::Measuring;
use crate::fault::{Outcome, told};
use crate::report::{Circumstances, Row};
use crate::rows::{cost, events, exec, list, logs, readers, start, stats, store};
use crate::scale::Scale;
use crate::stage::{Stage, release_build};
use crate::ui;

/// Goals of the list at the three sizes: p50 ÷ raw, throughput ÷ raw.
const LIST_GOALS: [(f64, f64); 3] = [(0.5, 2.0), (0.05, 10.0), (0.02, 20.0)];

/// Collects rows; one that fails does not keep the others from being measured.
struct Collected<'a> {
    rows: Vec<Row>,
    only: &'a [String],
    began: Instant,
}

impl Collected<'_> {
    fn wants(&self, group: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == group)
    }

    fn take(&mut self, group: &str, measured: Outcome<Vec<Row>>) {
        let seconds = self.began.elapsed().as_secs();
        let rows = measured.unwrap_or_else(|fault| vec![Row::failed(group, group, told(&fault))]);
        for row in &rows {
            eprintln!("{seconds:5} s  {}: {}", row.what, row.measured);
        }
        self.rows.extend(rows);
    }
}

/// Measures what was asked for.
pub(crate) async fn all(measuring: &Measuring) -> Outcome<Vec<Row>> {
    let scale = if measuring.quick {
        Scale::quick()
    } else {
        Scale::full()
    };
    let mut into = Collected {
        rows: Vec::new(),
        only: &measuring.only,
        began: Instant::now(),
    };
    let binary = measuring.agent.clone().unwrap_or_else(release_build);
    let mut stage = Stage::start(binary).await?;
    for (step, (size, pairs)) in scale.sizes.into_iter().enumerate() {
        stage.fleet(size).await?;
        let seconds = into.began.elapsed().as_secs();
        eprintln!(
            "{seconds:5} s  {size} containers run; making them took {:.1} s so far",
            stage.making.as_secs_f64()
        );
        if into.wants("list") {
            let (p50, throughput) = LIST_GOALS[step];
            into.take("list", list::latency(&stage, pairs, p50).await.map(one));
            let measured = list::throughput(&stage, &scale, throughput).await;
            into.take("list", measured.map(one));
        }
        if step == 1 && into.wants("start") {
            let measured = start::first_list(&mut stage, &scale).await;
            into.take("start", measured.map(one));
        }
    }
    full_house(&stage, &scale, &mut into).await;
    Ok(into.rows)
}

/// What is measured with all containers there.
async fn full_house(stage: &Stage, scale: &Scale, into: &mut Collected<'_>) {
    if into.wants("cost") {
        into.take("cost", cost::lists(stage, scale).await);
        into.take("cost", cost::memory(stage, "lists").map(one));
    }
    if into.wants("idle") {
        into.take("idle", cost::idle(stage, scale).await.map(one));
    }
    if into.wants("events") {
        into.take("events", events::delivery(stage, scale).await);
    }
    if into.wants("readers") {
        into.take("readers", readers::some_never_read(stage, scale).await);
    }
    if into.wants("exec") {
        into.take("exec", exec::echo(stage, scale).await);
    }
    if into.wants("logs") {
        into.take("logs", logs::follow(stage, scale).await);
    }
    if into.wants("stats") {
        into.take("stats", stats::live(stage, scale).await);
    }
    if into.wants("cost") {
        into.take("cost", cost::memory(stage, "everything").map(one));
    }
    if into.wants("ui") {
        into.take("ui", ui::scripts(stage).await);
    }
    if into.wants("store") {
        into.take("store", store::ten_thousand(stage, scale).await);
    }
}

fn one(row: Row) -> Vec<Row> {
    vec![row]
}

/// What was typed: as told, or as far as it chooses what is measured.
fn command(measuring: &Measuring) -> String {
    let only = measuring.only.join(",");
    match &measuring.command {
        Some(told) => told.clone(),
        None if only.is_empty() => "bench run".to_owned(),
        None => format!("bench run --only {only}"),
    }
}

/// When, where and how this run was made.
pub(crate) fn circumstances(measuring: &Measuring) -> Circumstances {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        });
    let cores = cpus.lines().filter(|l| l.starts_with("processor")).count();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').take(3).collect::<Vec<_>>().join(" ");
    Circumstances {
        date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        command: command(measuring),
        machine: format!(
            "{cores} × {model}, {} GB, Linux {}",
            memory / 1_000_000,
            kernel.trim()
        ),
        remark: format!(
            "{}; load at its end {load}",
            if measuring.quick {
                "quick: its sizes are not those of the goals"
            } else {
                "in full"
            }
        ),
    }
}
