//! Live numbers: the same as the engine's, one sampler, none without viewers,
//! and a history that survives.

use std::cell::Cell;
use std::time::{Duration, Instant};

use bollard::models::{ContainerCreateBody, ContainerStatsResponse, HostConfig};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, StartContainerOptions, StatsOptionsBuilder,
};
use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::wait;

use crate::client::{Api, Events};
use crate::world::{BUSYBOX, Harbour, SOON, World, harbour_with};

/// Holds 48 MiB in a file system of its own, then takes all of the processor
/// that its quota leaves it.
const BUSY: &str = "head -c 50331648 /dev/zero >/held/memory; while :; do :; done";

async fn busy(world: &World, api: &Api, base: &str) -> (String, String) {
    let name = world.name(base);
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    let host = HostConfig {
        memory: Some(256 << 20),
        nano_cpus: Some(500_000_000),
        tmpfs: Some([("/held".to_owned(), "size=64m".to_owned())].into()),
        ..Default::default()
    };
    let body = ContainerCreateBody {
        image: Some(BUSYBOX.to_owned()),
        cmd: Some(["sh", "-c", BUSY].map(str::to_owned).to_vec()),
        host_config: Some(host),
        ..Default::default()
    };
    let docker = world.docker();
    let made = docker.create_container(Some(options), body).await.unwrap();
    docker
        .start_container(&made.id, None::<StartContainerOptions>)
        .await
        .unwrap();
    api.container(&name, |c| c["state"] == "running").await;
    // Until the memory is held, numbers are on their way up.
    wait::until(SOON, "48 MiB in use", || async {
        let memory = engines_reading(world, &made.id).await.memory_stats;
        match memory.and_then(|m| m.usage) {
            Some(bytes) if bytes > 48 << 20 => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await
    .unwrap();
    (made.id, name)
}

/// The engine's counters at this moment.
async fn engines_reading(world: &World, id: &str) -> ContainerStatsResponse {
    let options = StatsOptionsBuilder::new().stream(false).one_shot(true);
    let docker = world.docker();
    let mut stats = Box::pin(docker.stats(id, Some(options.build())));
    stats.next().await.unwrap().unwrap()
}

/// Processor, memory and limit as `docker stats` counts them from two readings.
fn dockers_numbers(before: &ContainerStatsResponse, now: &ContainerStatsResponse) -> [f64; 3] {
    let cpu = |raw: &ContainerStatsResponse| {
        let cpu = raw.cpu_stats.clone().unwrap();
        let used = cpu.cpu_usage.unwrap().total_usage.unwrap();
        let system = cpu.system_cpu_usage.unwrap();
        (used as f64, system as f64, cpu.online_cpus.unwrap())
    };
    let (old, new) = (cpu(before), cpu(now));
    let share = (new.0 - old.0) / (new.1 - old.1);
    let memory = now.memory_stats.clone().unwrap();
    let stats = memory.stats.unwrap();
    let cache = stats
        .get("total_inactive_file")
        .or_else(|| stats.get("inactive_file"));
    [
        share * f64::from(new.2) * 100.0,
        (memory.usage.unwrap() - cache.unwrap()) as f64,
        memory.limit.unwrap() as f64,
    ]
}

async fn open(api: &Api, path: &str) -> Events {
    let response = api.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    Events::new(response)
}

async fn sample(stream: &mut Events) -> Value {
    let next = tokio::time::timeout(SOON, stream.next()).await;
    let event = next.expect("in time").expect("the stream goes on");
    assert_eq!(event.name, "sample");
    event.data
}

/// The container's row in the next sample that has one.
async fn row(stream: &mut Events, id: &str) -> Vec<Value> {
    loop {
        let sample = sample(stream).await;
        let rows = sample["containers"].as_array().unwrap();
        if let Some(row) = rows.iter().find(|r| r[0] == id) {
            return row.as_array().unwrap().clone();
        }
    }
}

async fn sampler(api: &Api) -> (u64, u64) {
    let health = api.get("/api/health").await.ok(200);
    let of = |key: &str| health["sampler"][key].as_u64().unwrap();
    (of("viewers"), of("samples"))
}

/// Waits until nobody watches and no sample has come for a while.
async fn at_rest(api: &Api) {
    let last = Cell::new((sampler(api).await, Instant::now()));
    wait::until(Duration::from_secs(15), "a sampler at rest", || async {
        let now = sampler(api).await;
        let (before, since) = last.get();
        if now != before || now.0 > 0 {
            last.set((now, Instant::now()));
        } else if since.elapsed() > Duration::from_millis(2500) {
            return Ok(());
        }
        Err(format!("{now:?}"))
    })
    .await
    .unwrap();
}

/// Ten seconds of ours beside what the engine counted over the same time. A
/// busy machine may come between the two at an edge, so there are three tries.
async fn compare(world: &World, harbour: &Harbour, id: &str) {
    const SAMPLES: u8 = 10;
    let mut stream = open(&harbour.api, "/api/stats").await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        row(&mut stream, id).await;
        let before = engines_reading(world, id).await;
        let mut ours = [0.0; 3];
        for _ in 0..SAMPLES {
            let row = row(&mut stream, id).await;
            for (sum, column) in ours.iter_mut().zip(&row[1..]) {
                *sum += column.as_f64().unwrap() / f64::from(SAMPLES);
            }
        }
        let theirs = dockers_numbers(&before, &engines_reading(world, id).await);
        let mut pairs = ours.iter().zip(theirs);
        if pairs.all(|(ours, theirs)| (ours - theirs).abs() < theirs * 0.02) {
            return;
        }
        seen.push((ours, theirs));
    }
    panic!("never within 2 %: {seen:#?}");
}

pub async fn the_same_numbers_as_the_engine(world: &World) {
    let harbour = world.harbour().await;
    let (id, name) = busy(world, &harbour.api, "same").await;
    harbour.proxy.forget_requests();
    compare(world, &harbour, &id).await;
    assert!(
        !harbour.engine_calls().iter().any(|c| c.contains("/stats")),
        "the engine was not asked"
    );
    harbour.api.remove(&name).await;
}

pub async fn the_engine_is_asked_when_told_so(world: &World) {
    let harbour = harbour_with(world.engine.socket(), "stats_source = \"engine\"\n").await;
    let (id, name) = busy(world, &harbour.api, "asked").await;
    compare(world, &harbour, &id).await;
    let asked = harbour.engine_calls();
    assert!(
        asked.iter().any(|c| c.contains("one-shot=true")),
        "{asked:?}"
    );
    harbour.api.remove(&name).await;
}

pub async fn no_viewer_no_sampling(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("watched");
    let id = api.create(&json!({"image": BUSYBOX, "name": name})).await;
    assert_eq!(sampler(api).await, (0, 0));
    let mut all = open(api, "/api/stats").await;
    let mut one = open(api, &format!("/api/containers/{name}/stats")).await;
    let first = sample(&mut all).await;
    let host = &first["host"];
    assert!(host["cores"].as_u64().unwrap() > 0, "{host}");
    for (used, total) in [
        ("memoryUsedBytes", "memoryTotalBytes"),
        ("storageUsedBytes", "storageTotalBytes"),
    ] {
        let (used, total) = (host[used].as_u64().unwrap(), host[total].as_u64().unwrap());
        assert!(0 < used && used <= total, "{host}");
    }
    let own = sample(&mut one).await;
    assert_eq!(own["id"], json!(id));
    assert!(own["memoryBytes"].as_u64().unwrap() > 0 && own["pids"].as_u64().unwrap() > 0);
    assert_eq!(
        own["memoryLimitBytes"], first["host"]["memoryTotalBytes"],
        "nothing else limits it"
    );
    assert_eq!(sampler(api).await.0, 2);
    drop(all);
    let before = sampler(api).await.1;
    sample(&mut one).await;
    sample(&mut one).await;
    assert!(sampler(api).await.1 > before, "one is still there");
    drop(one);
    at_rest(api).await;

    // A client whose connection breaks in the middle.
    let gone = api.on_a_new_connection(&harbour.agent);
    let mut broken = open(&gone, "/api/stats").await;
    sample(&mut broken).await;
    drop((broken, gone));
    at_rest(api).await;
    api.remove(&name).await;
}

pub async fn a_container_comes_pauses_and_goes(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let (id, name) = busy(world, api, "moody").await;
    let mut stream = open(api, "/api/stats").await;
    let cpu = |row: &[Value]| row[1].as_f64().unwrap();
    assert!(cpu(&row(&mut stream, &id).await) > 1.0);
    let act = async |verb: &str| {
        api.act(&format!("/api/containers/{name}/{verb}"))
            .await
            .ok(200)
    };
    act("pause").await;
    row(&mut stream, &id).await;
    let paused = row(&mut stream, &id).await;
    assert!(cpu(&paused) < 0.5, "{paused:?}");
    assert!(paused[2].as_u64().unwrap() > 40 << 20, "its memory stays");
    act("unpause").await;
    row(&mut stream, &id).await;
    assert!(cpu(&row(&mut stream, &id).await) > 1.0);
    // Its counters begin anew; no number may come of the difference.
    act("restart").await;
    for _ in 0..3 {
        let again = row(&mut stream, &id).await;
        assert!(cpu(&again) < 800.0, "{again:?}");
    }
    act("kill").await;
    loop {
        let sample = sample(&mut stream).await;
        let rows = sample["containers"].as_array().unwrap();
        if !rows.iter().any(|r| r[0] == id.as_str()) {
            break;
        }
    }
    let hosts = world.name("hosts");
    let with_hosts = api
        .create(
            &json!({"image": BUSYBOX, "name": hosts, "command": ["sleep", "1000"],
            "network": "host", "confirmRisks": ["host-network"]}),
        )
        .await;
    let its = row(&mut stream, &with_hosts).await;
    assert_eq!((&its[4], &its[5]), (&Value::Null, &Value::Null), "{its:?}");
    api.remove(&hosts).await;
    api.remove(&name).await;
}

pub async fn the_history_survives(world: &World) {
    let mut harbour = world.harbour().await;
    let (_, name) = busy(world, &harbour.api, "kept").await;
    let path = |range: &str| format!("/api/containers/{name}/stats/history?range={range}");
    let mut stream = open(&harbour.api, &format!("/api/containers/{name}/stats")).await;
    for _ in 0..4 {
        sample(&mut stream).await;
    }
    drop(stream);
    let seconds = harbour.api.get(&path("10m")).await.ok(200);
    assert_eq!(seconds["stepSeconds"], 1);
    let points = |answer: &Value| answer["at"].as_array().unwrap().len();
    assert!(points(&seconds) >= 4, "{seconds}");
    for column in ["cpu", "memory", "rx", "tx", "read", "write"] {
        assert_eq!(seconds[column].as_array().unwrap().len(), points(&seconds));
    }
    harbour.agent.stop().await.unwrap();
    harbour.start_again().await;
    for range in ["1h", "24h", "7d", "30d"] {
        let kept = harbour.api.get(&path(range)).await.ok(200);
        let memory = kept["memory"][0].as_f64().unwrap_or_default();
        assert!(memory > 40e6, "{range}: {kept}");
        assert!(kept["cpu"][0].as_f64().unwrap() > 0.5, "{range}: {kept}");
    }
    let host = harbour
        .api
        .get("/api/host/stats/history?range=1h")
        .await
        .ok(200);
    assert!(host["storage"][0].as_f64().unwrap() > 0.0, "{host}");
    // The name counts, not the container.
    harbour.api.remove(&name).await;
    harbour
        .api
        .create(&json!({"image": BUSYBOX, "name": name}))
        .await;
    let again = harbour.api.get(&path("1h")).await.ok(200);
    assert!(points(&again) >= 1, "{again}");
    harbour
        .api
        .get(&path("1y"))
        .await
        .error(400, "invalid_query");
    harbour
        .api
        .get("/api/containers/nobody/stats")
        .await
        .error(404, "container_not_found");
    harbour.api.remove(&name).await;
}
