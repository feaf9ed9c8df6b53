//! What holds after every update, however it was disturbed: the container is
//! there once, it runs, with the old image or the new one, it is otherwise as it
//! was, and its data is the same, byte for byte.

use bollard::query_parameters::{DownloadFromContainerOptions, ListContainersOptions};
use futures_util::TryStreamExt as _;
use serde_json::Value;

use super::same;
use crate::client::Api;
use crate::world::World;

/// Where the data is that must stay.
pub const TOKEN: &str = "/data/token";

/// How it was before.
pub struct Before {
    pub name: String,
    /// What the engine showed (`ContainerInspect`).
    pub inspected: Value,
    /// Digest it ran with.
    pub from: String,
    /// Digest it was to run with.
    pub to: String,
    /// Content of [`TOKEN`].
    pub token: String,
}

/// All that is wrong now, in words; `operation` is what was begun, if anything.
pub async fn violations(
    world: &World,
    api: &Api,
    before: &Before,
    operation: Option<&Value>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    let docker = world.docker();
    let options = ListContainersOptions {
        all: true,
        ..Default::default()
    };
    let all = docker.list_containers(Some(options)).await.unwrap();
    let mut named: Vec<String> = all
        .iter()
        .flat_map(|one| one.names.iter().flatten())
        .filter(|name| {
            // Itself, or one of its kind that was put aside.
            let rest = name.strip_prefix(&format!("/{}", before.name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
        .cloned()
        .collect();
    named.sort();
    if named != [format!("/{}", before.name)] {
        wrong.push(format!("these are there: {named:?}"));
        if !named.contains(&format!("/{}", before.name)) {
            return wrong;
        }
    }
    let after = super::inspect(world, &before.name).await;
    if after["State"]["Running"] != true {
        wrong.push(format!("it does not run: {}", after["State"]));
    }
    let same_one = after["Id"] == before.inspected["Id"];
    let state = operation.map(|one| one["state"].as_str().unwrap_or_default());
    let runs = match same_one {
        true => &before.from,
        false => &before.to,
    };
    match state {
        None | Some("rolledBack") if !same_one => {
            wrong.push(format!("{state:?}, and yet it is another container"));
        }
        Some("succeeded") if same_one => wrong.push("succeeded without a new container".into()),
        None | Some("succeeded" | "rolledBack") => {}
        Some(other) => wrong.push(format!(
            "it ended as {other}: {:?}",
            operation.map(|one| &one["cause"])
        )),
    }
    if state == Some("rolledBack") && operation.is_some_and(|one| !one["cause"].is_string()) {
        wrong.push("undone without a reason".into());
    }
    if same_one != (after["Image"] == before.inspected["Image"]) {
        wrong.push(format!("its image is {}", after["Image"]));
    }
    wrong.extend(same::differences(&before.inspected, &after));
    match token(world, &before.name).await {
        Ok(found) if found == before.token => {}
        Ok(found) => wrong.push(format!("its data is {found:?}, not {:?}", before.token)),
        Err(error) => wrong.push(format!("its data is gone: {error}")),
    }
    let known = api.get("/api/updates").await.ok(200);
    let known = known["containers"].as_array().unwrap().iter();
    match known
        .clone()
        .find(|one| one["name"] == before.name.as_str())
    {
        Some(one) if one["digest"] == runs.as_str() => {}
        other => wrong.push(format!("known as {other:?}, runs {runs}")),
    }
    wrong
}

/// The content of the file that must stay.
async fn token(world: &World, name: &str) -> Result<String, String> {
    let options = DownloadFromContainerOptions { path: TOKEN.into() };
    let docker = world.docker();
    let archive = docker.download_from_container(name, Some(options));
    let bytes: Vec<_> = archive
        .try_collect()
        .await
        .map_err(|error| error.to_string())?;
    let bytes = bytes.concat();
    let mut archive = tar::Archive::new(bytes.as_slice());
    let mut entries = archive.entries().map_err(|error| error.to_string())?;
    let file = entries.next().ok_or("no file")?;
    let file = file.map_err(|error| error.to_string())?;
    std::io::read_to_string(file).map_err(|error| error.to_string())
}
