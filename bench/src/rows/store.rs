//! A store of ten thousand apps: built, fetched and verified by the agent, searched
//! at each key, and changed by one app.

use std::time::{Duration, Instant};

use hyper::Method;
use serde_json::{Value, json};
use testkit::store::SiteServer;

use super::list::timed;
use crate::fault::{Fault, Outcome};
use crate::figures::{Times, count};
use crate::market::{Market, slug};
use crate::report::Row;
use crate::scale::Scale;
use crate::stage::Stage;
use crate::wire::Wire;

/// How long the agent may take to read the store.
const PATIENCE: Duration = Duration::from_secs(120);
/// What is typed: apps by name, by slug, by category, and what is not there.
const TYPED: [&str; 6] = [
    "sample app 12",
    "lantern compass",
    "harbour-anchor-000",
    "group-17 page",
    "number 4711 needs",
    "nothing of the kind",
];

/// All rows, in the order they come about.
pub(crate) async fn ten_thousand(stage: &Stage, scale: &Scale) -> Outcome<Vec<Row>> {
    let apps = scale.apps;
    let market = Market::found(apps)?;
    // What was written a moment ago is looked at again; a real source is older.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let cold = market.build()?;
    let server = SiteServer::start(&market.site())?;
    let id = market.id()?.to_string();
    let mut wire = stage.api().open().await?;

    let began = Instant::now();
    let wanted = json!({"origin": server.address(), "root": id});
    wire.json(Method::POST, "/api/store/stores", Some(&wanted))
        .await?;
    loop {
        let path = "/api/store/index?limit=1";
        let found = wire.json(Method::GET, path, None).await?;
        if found["total"] == json!(apps) {
            break;
        }
        if began.elapsed() > PATIENCE {
            return Err(Fault::answer(path, found.to_string()));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let added = began.elapsed();
    let whole = fetched(&mut wire).await?;
    let search = search(&mut wire, scale).await?;

    market.app(apps / 2, 1, 'd')?;
    let image = market.build()?;
    let (image_bytes, image_time) = refreshed(&mut wire, &id).await?;
    market.app(apps / 2, 2, 'e')?;
    let manifest = market.build()?;
    let (manifest_bytes, manifest_time) = refreshed(&mut wire, &id).await?;
    let path = format!("/api/store/apps/{id}/{}", slug(apps / 2));
    let page = wire.json(Method::GET, &path, None).await?;
    if !page["description"].to_string().contains("version 2") {
        return Err(Fault::answer(path, page.to_string()));
    }
    wire.json(Method::DELETE, &format!("/api/store/stores/{id}"), None)
        .await?;
    let slower = image.max(manifest).as_secs_f64();
    let more = image_bytes.max(manifest_bytes);
    Ok(vec![
        Row::at_most(
            "store-build",
            format!("cold build of {apps} apps"),
            cold.as_secs_f64(),
            10.0,
        )
        .unit(" s"),
        Row::at_most(
            "store-rebuild",
            format!("build after one of {apps} apps has changed"),
            slower,
            1.0,
        )
        .unit(" s"),
        Row::at_most(
            "store-change",
            format!("bytes of that for an agent that was up to date ({apps} apps)"),
            more / 1024.0,
            64.0,
        )
        .unit(" KiB")
        .detail(format!(
            "{image_bytes} B with a new image, {manifest_bytes} B with a new manifest; asked for and \
             shown after {:.2} and {:.2} s",
            image_time.as_secs_f64(),
            manifest_time.as_secs_f64()
        )),
        Row::at_most(
            "store-add",
            format!("a store of {apps} apps, added, verified twice, searchable"),
            added.as_secs_f64(),
            10.0,
        )
        .unit(" s")
        .detail(format!("{:.1} MB from a web server on this machine", whole / 1e6)),
        search,
    ])
}

/// Every beginning of what is typed, as the page asks for it.
async fn search(wire: &mut Wire, scale: &Scale) -> Outcome<Row> {
    let beginnings = TYPED.iter().flat_map(|text| {
        text.char_indices()
            .map(|(at, letter)| text.get(..at + letter.len_utf8()).unwrap_or(text))
    });
    let paths: Vec<String> = beginnings
        .map(|text| format!("/api/store/index?q={}", text.replace(' ', "%20")))
        .collect();
    let mut times = Times::default();
    for round in 0..=scale.searches {
        for path in &paths {
            let took = timed(wire, path).await?;
            // The first round warms up.
            if round > 0 {
                times.push(took);
            }
        }
    }
    Ok(Row::at_most(
        "store-search",
        format!("search in {} apps at each key, p99", scale.apps),
        times.p99() * 1e3,
        5.0,
    )
    .unit(" ms")
    .detail(format!(
        "{} keys over HTTPS, to the last byte of 48 cards; p50 {:.2} ms",
        times.len(),
        times.p50() * 1e3
    )))
}

/// Bytes that came from web servers since the node started.
async fn fetched(wire: &mut Wire) -> Outcome<f64> {
    let status = wire.json(Method::GET, "/api/store/status", None).await?;
    let bytes = status["bytes"]["origin"].as_u64();
    let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
    let missing = || Fault::answer("/api/store/status", status.to_string());
    bytes.map(count).ok_or_else(missing)
}

/// What looking for news brings, in bytes, and how long it takes.
async fn refreshed(wire: &mut Wire, id: &str) -> Outcome<(f64, Duration)> {
    let before = fetched(wire).await?;
    let began = Instant::now();
    let path = format!("/api/store/stores/{id}/refresh");
    let store: Value = wire.json(Method::POST, &path, None).await?;
    let took = began.elapsed();
    if store["message"].is_string() {
        return Err(Fault::answer(path, store["message"].to_string()));
    }
    Ok((fetched(wire).await? - before, took))
}
