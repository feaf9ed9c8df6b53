//! Whether the successor of a container is the same but for its image: by what
//! the engine shows of both (`ContainerInspect`), field by field.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What the engine makes up for each container anew, and what names its image.
const FRESH: [&str; 9] = [
    "/Id",
    "/Created",
    "/Image",
    "/ResolvConfPath",
    "/HostnamePath",
    "/HostsPath",
    "/LogPath",
    "/GraphDriver",
    "/Config/Image",
];
/// The same of how it runs, and of where it is on its networks.
const FRESH_STATE: [&str; 4] = ["Pid", "StartedAt", "FinishedAt", "Health"];
const FRESH_NETWORK: [&str; 4] = [
    "SandboxID",
    "SandboxKey",
    "EndpointID",
    "LinkLocalIPv6Address",
];
/// Labels of the agent's own.
const OWN: &str = "io.harbourmaster.";

/// All fields that differ, each with both values; none when they are the same.
pub fn differences(before: &Value, after: &Value) -> Vec<String> {
    let (mut one, mut other) = (settled(before), settled(after));
    carried(before, &mut one, &mut other);
    let mut found = Vec::new();
    compare("", &one, &other, &mut found);
    found
}

fn remove(from: &mut Value, key: &str) {
    if let Some(map) = from.as_object_mut() {
        map.remove(key);
    }
}

/// Without what is made up anew. An address counts when it was asked for.
fn settled(container: &Value) -> Value {
    let mut one = container.clone();
    for path in FRESH {
        let (parent, key) = path.rsplit_once('/').unwrap();
        remove(one.pointer_mut(parent).unwrap(), key);
    }
    for key in FRESH_STATE {
        remove(&mut one["State"], key);
    }
    let runs = container["State"]["Running"] == true;
    if !runs {
        // How an earlier start ended went with that container.
        for key in ["Error", "ExitCode"] {
            remove(&mut one["State"], key);
        }
    }
    if one["HostConfig"]["Runtime"].is_null() {
        // The engine writes its default down at the first start.
        one["HostConfig"]["Runtime"] = "runc".into();
    }
    let id = container["Id"].as_str().unwrap();
    let short = &id[..12];
    if one["Config"]["Hostname"] == short {
        remove(&mut one["Config"], "Hostname");
    }
    if let Some(labels) = one["Config"]["Labels"].as_object_mut() {
        labels.retain(|name, _| !name.starts_with(OWN));
    }
    let network = &mut one["NetworkSettings"];
    for key in FRESH_NETWORK {
        remove(network, key);
    }
    for key in ["IPAddress", "MacAddress", "GlobalIPv6Address"] {
        remove(network, key);
    }
    ports(&container["HostConfig"], &mut network["Ports"]);
    for endpoint in network["Networks"].as_object_mut().into_iter().flatten() {
        let endpoint = endpoint.1;
        for key in FRESH_NETWORK {
            remove(endpoint, key);
        }
        if !runs {
            remove(endpoint, "NetworkID");
        }
        if endpoint["IPAMConfig"]["IPv4Address"].is_null() {
            remove(endpoint, "IPAddress");
        }
        if container["Config"]["MacAddress"]
            .as_str()
            .is_none_or(str::is_empty)
        {
            remove(endpoint, "MacAddress");
        }
        if let Some(aliases) = endpoint["Aliases"].as_array_mut() {
            aliases.retain(|alias| alias != short);
            if aliases.is_empty() {
                endpoint["Aliases"] = Value::Null;
            }
        }
    }
    for list in ["/Mounts", "/HostConfig/Mounts"] {
        if let Some(mounts) = one.pointer_mut(list).and_then(Value::as_array_mut) {
            mounts.sort_by_key(|one| {
                let to = one["Destination"].as_str().or(one["Target"].as_str());
                to.unwrap_or_default().to_owned()
            });
        }
    }
    one
}

/// Ports that nobody chose are others each time.
fn ports(host: &Value, ports: &mut Value) {
    for (port, bound) in ports.as_object_mut().into_iter().flatten() {
        let asked = host["PortBindings"][port].as_array();
        let chosen = asked.is_some_and(|all| {
            all.iter().all(|one| {
                one["HostPort"]
                    .as_str()
                    .is_some_and(|port| !port.is_empty())
            })
        });
        if !chosen && bound.is_array() {
            *bound = "some".into();
        }
    }
}

/// Volumes without a name are asked for by the name that the engine gave them.
/// Those are the only mounts that may be new, and each must be one of before.
fn carried(before: &Value, one: &mut Value, other: &mut Value) {
    let volumes: BTreeSet<(String, String)> = before["Mounts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|mount| mount["Type"] == "volume")
        .map(|mount| {
            let text = |key: &str| mount[key].as_str().unwrap_or_default().to_owned();
            (text("Name"), text("Destination"))
        })
        .collect();
    let is_carried = |name: &str, to: &str| volumes.contains(&(name.to_owned(), to.to_owned()));
    let named: BTreeSet<String> = before["HostConfig"]["Mounts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|mount| {
            mount["Source"]
                .as_str()
                .is_some_and(|name| !name.is_empty())
        })
        .filter_map(|mount| mount["Target"].as_str().map(str::to_owned))
        .collect();
    for side in [one, other] {
        // How a mount was asked for decides about this word alone.
        for mount in side["Mounts"].as_array_mut().into_iter().flatten() {
            if mount["Type"] == "volume" {
                remove(mount, "Mode");
            }
        }
        if let Some(binds) = side["HostConfig"]["Binds"].as_array_mut() {
            for bind in binds.iter_mut() {
                let parts = bind.as_str().unwrap_or_default().split_once(':');
                let to = match parts {
                    Some((name, to)) if is_carried(name, to) => to.to_owned(),
                    _ => continue,
                };
                *bind = to.into();
            }
        }
        let asked = side["HostConfig"]["Mounts"].take();
        let mut kept: Vec<Value> = asked.as_array().cloned().unwrap_or_default();
        kept.retain(|mount| {
            let text = |key: &str| mount[key].as_str().unwrap_or_default();
            let nameless = text("Source").is_empty();
            let new = !named.contains(text("Target"));
            mount["Type"] != "volume"
                || !(nameless || new && is_carried(text("Source"), text("Target")))
        });
        side["HostConfig"]["Mounts"] = kept.into();
    }
}

fn compare(path: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            let of = |map: &Map<String, Value>, key: &String| {
                map.get(key).cloned().unwrap_or(Value::Null)
            };
            for key in keys {
                compare(
                    &format!("{path}/{key}"),
                    &of(left, key),
                    &of(right, key),
                    found,
                );
            }
        }
        _ if empty(one) && empty(other) => {}
        _ if one == other => {}
        _ => found.push(format!("{path}: {one} became {other}")),
    }
}

/// An empty list, an empty map and nothing are the same to the engine.
fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
