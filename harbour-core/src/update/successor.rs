//! What the engine is asked for to make the successor of a container with
//! another image and everything else as it was.
//!
//! The engine mixes what a container was made with and what its image sets into
//! one configuration, and does so again for the successor. So what the old image
//! set is taken out, and the engine puts in what the new one sets. Everything
//! else is sent back in the engine's own form, so that settings this program
//! does not know come along.
//!
//! Source: Engine API, `ContainerInspect`, `ContainerCreate`; how the engine
//! mixes is in moby, `daemon/commit.go`, `merge`.

use serde_json::{Map, Value, json};

use super::{keys, text, texts};
use crate::host_path::normalise;

/// First API version that takes the hardware address of each network by itself.
const MAC_OF_ENDPOINTS: (u32, u32) = (1, 44);
/// How hardware addresses begin that older engines made up from an IP address.
const MADE_UP_MAC: &str = "02:42:";
/// Hexadecimal digits of an id that stand for the container as a name.
const SHORT_ID: usize = 12;
/// What an image may set as one value, and a container as well.
const PLAIN: [&str; 6] = [
    "User",
    "WorkingDir",
    "StopSignal",
    "Shell",
    "OnBuild",
    "ArgsEscaped",
];
/// Parts of a health check; each may come from the image by itself.
const HEALTH: [&str; 6] = [
    "Test",
    "Interval",
    "Timeout",
    "StartPeriod",
    "StartInterval",
    "Retries",
];

/// A container, as the engine describes it, and what else must be known.
#[derive(Debug, Clone, Copy)]
pub struct Old<'a> {
    /// The container (`ContainerInspect`).
    pub container: &'a Value,
    /// Configuration of its image (`ImageInspect`, `Config`).
    pub image: &'a Value,
    /// Version of the API that described it.
    pub api: (u32, u32),
    /// Name of the machine, which containers on its network have as theirs.
    pub machine: Option<&'a str>,
    /// Containers it takes volumes from, each as it is written there and with
    /// its own mounts; `None` when it is gone.
    pub lenders: &'a [(String, Option<Value>)],
}

/// What the engine is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Successor {
    /// Body of `ContainerCreate`.
    pub body: Value,
    /// Networks to join after that, each with its endpoint's settings.
    pub connect: Vec<(String, Value)>,
}

/// The successor of `old` with `image`. Labels for which `own` says yes belong to
/// whoever makes containers and are left out.
pub fn successor(old: &Old<'_>, image: &str, own: impl Fn(&str) -> bool) -> Successor {
    let (config, default) = (&old.container["Config"], old.image);
    let mut body = config.clone();
    if !body.is_object() {
        body = json!({});
    }
    body["Image"] = image.into();
    for key in PLAIN {
        if config[key] == default[key] || config[key].is_null() {
            remove(&mut body, key);
        }
    }
    program(&mut body, config, default);
    let env = texts(&config["Env"]);
    let defaults = texts(&default["Env"]);
    body["Env"] = env
        .into_iter()
        .filter(|entry| !defaults.contains(entry))
        .collect();
    let labels = config["Labels"].as_object().cloned().unwrap_or_default();
    body["Labels"] = labels
        .into_iter()
        .filter(|(name, value)| default["Labels"].get(name) != Some(value) && !own(name))
        .collect::<Map<_, _>>()
        .into();
    health(&mut body, config, default);
    let bindings = &old.container["HostConfig"]["PortBindings"];
    body["ExposedPorts"] = keys(&config["ExposedPorts"])
        .filter(|port| default["ExposedPorts"].get(port).is_none() || bindings.get(port).is_some())
        .map(|port| (port.to_owned(), json!({})))
        .collect::<Map<_, _>>()
        .into();
    body["Volumes"] = keys(&config["Volumes"])
        .filter(|path| default["Volumes"].get(path).is_none())
        .map(|path| (path.to_owned(), json!({})))
        .collect::<Map<_, _>>()
        .into();
    names(&mut body, old);
    body["HostConfig"] = host_config(old);
    let mut connect = endpoints(old);
    if connect.is_empty() {
        remove(&mut body, "NetworkingConfig");
    } else {
        let (name, endpoint) = connect.remove(0);
        body["NetworkingConfig"] = json!({ "EndpointsConfig": { name: endpoint } });
    }
    Successor { body, connect }
}

/// Entrypoint and command. A container with an entrypoint of its own has no
/// command of the image, and one without any is told so by an empty word.
fn program(body: &mut Value, config: &Value, default: &Value) {
    let (entry, command) = (texts(&config["Entrypoint"]), texts(&config["Cmd"]));
    let (old_entry, old_command) = (texts(&default["Entrypoint"]), texts(&default["Cmd"]));
    if entry.is_empty() && !old_entry.is_empty() {
        body["Entrypoint"] = json!([""]);
        return;
    }
    if entry != old_entry {
        return;
    }
    if command.is_empty() && !old_command.is_empty() {
        // Its own entrypoint, which happens to be that of the image.
        return;
    }
    remove(body, "Entrypoint");
    if command == old_command {
        remove(body, "Cmd");
    }
}

/// A health check with a test of its own is the container's as a whole; one with
/// the image's test may have other parts of its own.
fn health(body: &mut Value, config: &Value, default: &Value) {
    let (own, image) = (&config["Healthcheck"], &default["Healthcheck"]);
    if own["Test"] != image["Test"] {
        return;
    }
    let mut kept = own.clone();
    for key in HEALTH {
        if own[key] == image[key] {
            remove(&mut kept, key);
        }
    }
    match kept.as_object().is_some_and(|map| !map.is_empty()) {
        true => body["Healthcheck"] = kept,
        false => remove(body, "Healthcheck"),
    }
}

/// Host name and domain: not those the engine made up, nor those of whoever owns
/// the network.
fn names(body: &mut Value, old: &Old<'_>) {
    let (config, host) = (&old.container["Config"], &old.container["HostConfig"]);
    let id = text(&old.container["Id"]).unwrap_or_default();
    let mode = text(&host["NetworkMode"]).unwrap_or_default();
    let shares = mode.starts_with("container:") || host["UTSMode"] == "host";
    let name = text(&config["Hostname"]);
    let made_up = name.is_none_or(|name| id.starts_with(name));
    let machines = mode == "host" && name == old.machine;
    if shares || made_up || machines {
        remove(body, "Hostname");
    }
    if shares || text(&config["Domainname"]).is_none() {
        remove(body, "Domainname");
    }
    if old.api >= MAC_OF_ENDPOINTS || shares {
        remove(body, "MacAddress");
    }
}

fn host_config(old: &Old<'_>) -> Value {
    let raw = &old.container["HostConfig"];
    let mut host = raw.clone();
    // The engine shows `/db:/web/database` and takes `db:database`.
    if let Some(links) = raw["Links"].as_array() {
        let links = links.iter().filter_map(Value::as_str).map(link);
        host["Links"] = links.collect();
    }
    let mode = text(&raw["NetworkMode"]).unwrap_or_default();
    let attached = attached(old);
    if let Some((first, _)) = attached.first()
        && !is_mode(mode)
        && !attached
            .iter()
            .any(|(name, endpoint)| is_named(mode, name, endpoint))
    {
        // It was taken off the network it was made on.
        host["NetworkMode"] = (*first).into();
    }
    mounts(&mut host, old);
    host
}

fn link(shown: &str) -> String {
    match shown.split_once(':') {
        Some((target, alias)) => {
            let alias = alias.rsplit('/').next().unwrap_or(alias);
            format!("{}:{alias}", target.trim_start_matches('/'))
        }
        None => shown.to_owned(),
    }
}

/// Attaches volumes without a name by the name the engine gave them; otherwise
/// the successor would get new ones and the data would be gone.
fn mounts(host: &mut Value, old: &Old<'_>) {
    let raw = &old.container["HostConfig"];
    let of = |target: &str| {
        let mounts = old.container["Mounts"].as_array().into_iter().flatten();
        let target = normalise(target);
        mounts
            .filter(|mount| mount["Type"] == "volume")
            .find(|mount| text(&mount["Destination"]).is_some_and(|to| normalise(to) == target))
            .and_then(|mount| text(&mount["Name"]))
    };
    let mut said: Vec<String> = Vec::new();
    if let Some(binds) = host.get_mut("Binds").and_then(Value::as_array_mut) {
        for bind in binds {
            let Some(written) = bind.as_str().map(str::to_owned) else {
                continue;
            };
            let target = match written.split_once(':') {
                Some((_, rest)) => rest.split(':').next().unwrap_or(rest).to_owned(),
                None => {
                    if let Some(name) = of(&written) {
                        *bind = format!("{name}:{written}").into();
                    }
                    written
                }
            };
            said.push(normalise(&target));
        }
    }
    if let Some(list) = host.get_mut("Mounts").and_then(Value::as_array_mut) {
        for mount in list {
            let Some(target) = text(&mount["Target"]).map(str::to_owned) else {
                continue;
            };
            said.push(normalise(&target));
            if mount["Type"] == "volume"
                && text(&mount["Source"]).is_none()
                && let Some(name) = of(&target)
            {
                mount["Source"] = name.into();
            }
        }
    }
    said.extend(keys(&raw["Tmpfs"]).map(normalise));
    let gone = |lender: &str| {
        let found = old.lenders.iter().find(|(written, _)| written == lender);
        found.is_none_or(|(_, mounts)| mounts.is_none())
    };
    if let Some(lenders) = raw["VolumesFrom"].as_array() {
        let there = lenders
            .iter()
            .filter(|lender| !lender.as_str().is_some_and(gone));
        host["VolumesFrom"] = there.cloned().collect();
    }
    let lent = |mount: &Value| {
        let mut lenders = old.lenders.iter().filter_map(|(_, mounts)| mounts.as_ref());
        lenders.any(|mounts| {
            let mut mounts = mounts.as_array().into_iter().flatten();
            mounts.any(|other| {
                ["Type", "Name", "Source", "Destination"]
                    .iter()
                    .all(|key| mount[key] == other[key])
            })
        })
    };
    let mut carried = Vec::new();
    for mount in old.container["Mounts"].as_array().into_iter().flatten() {
        let Some(target) = text(&mount["Destination"]) else {
            continue;
        };
        if said.contains(&normalise(target)) || lent(mount) {
            continue;
        }
        let read_only = mount["RW"] == false;
        match (mount["Type"].as_str(), text(&mount["Name"])) {
            (Some("volume"), Some(name)) => carried.push(json!({
                "Type": "volume", "Source": name, "Target": target, "ReadOnly": read_only,
                // A volume that was emptied must not be filled from the image.
                "VolumeOptions": { "NoCopy": true },
            })),
            // Borrowed from a container that is gone.
            (Some("bind"), _) => carried.push(json!({
                "Type": "bind", "Source": mount["Source"], "Target": target,
                "ReadOnly": read_only,
            })),
            _ => {}
        }
    }
    if !carried.is_empty() {
        let mut list = host["Mounts"].as_array().cloned().unwrap_or_default();
        list.extend(carried);
        host["Mounts"] = list.into();
    }
}

fn is_mode(mode: &str) -> bool {
    matches!(mode, "host" | "none") || mode.starts_with("container:")
}

/// Whether a network mode means this network.
fn is_named(mode: &str, name: &str, endpoint: &Value) -> bool {
    mode == name
        || (name == "bridge" && matches!(mode, "" | "default"))
        || text(&endpoint["NetworkID"]) == Some(mode)
}

/// Networks it is on: the one it was made on first, then by name.
fn attached<'a>(old: &Old<'a>) -> Vec<(&'a str, &'a Value)> {
    let mode = text(&old.container["HostConfig"]["NetworkMode"]).unwrap_or_default();
    if is_mode(mode) {
        return Vec::new();
    }
    let networks = old.container["NetworkSettings"]["Networks"].as_object();
    let mut list: Vec<_> = networks
        .into_iter()
        .flatten()
        .map(|(name, endpoint)| (name.as_str(), endpoint))
        .collect();
    list.sort_by_key(|(name, endpoint)| (!is_named(mode, name, endpoint), *name));
    list
}

/// Endpoints as they were asked for, without what comes and goes with each start.
fn endpoints(old: &Old<'_>) -> Vec<(String, Value)> {
    let id = text(&old.container["Id"]).unwrap_or_default();
    let short = id.get(..SHORT_ID).unwrap_or(id);
    let one = |(name, raw): (&str, &Value)| {
        let mut endpoint = json!({});
        for key in ["IPAMConfig", "Links", "DriverOpts", "GwPriority"] {
            if let Some(value) = raw.get(key).filter(|value| !value.is_null()) {
                endpoint[key] = value.clone();
            }
        }
        let aliases: Vec<&str> = texts(&raw["Aliases"])
            .into_iter()
            .filter(|alias| *alias != short)
            .collect();
        if !aliases.is_empty() {
            endpoint["Aliases"] = aliases.into();
        }
        let address = text(&raw["MacAddress"]).filter(|address| {
            old.api >= MAC_OF_ENDPOINTS && !address.to_ascii_lowercase().starts_with(MADE_UP_MAC)
        });
        if let Some(address) = address {
            endpoint["MacAddress"] = address.into();
        }
        (name.to_owned(), endpoint)
    };
    attached(old).into_iter().map(one).collect()
}

fn remove(from: &mut Value, key: &str) {
    if let Some(map) = from.as_object_mut() {
        map.remove(key);
    }
}

#[cfg(test)]
mod tests;
