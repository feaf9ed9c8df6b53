//! Settings of a container that the form does not show.

use serde_json::Value;

use super::{form, port_key, text, texts};

/// Longest value shown.
const LONGEST: usize = 200;

/// What the form shows, and what the engine fills in by itself.
const SHOWN: [&str; 51] = [
    "AutoRemove",
    "Binds",
    "CapAdd",
    "CapDrop",
    "CgroupnsMode",
    "ConsoleSize",
    "CpuShares",
    "CpusetCpus",
    "DeviceRequests",
    "Devices",
    "Dns",
    "DnsOptions",
    "DnsSearch",
    "ExtraHosts",
    "GroupAdd",
    "Init",
    "IpcMode",
    "Isolation",
    "LogConfig",
    "MaskedPaths",
    "Memory",
    "MemoryReservation",
    "MemorySwap",
    "Mounts",
    "NanoCpus",
    "NetworkMode",
    "OomKillDisable",
    "PidMode",
    "PidsLimit",
    "PortBindings",
    "Privileged",
    "ReadonlyPaths",
    "ReadonlyRootfs",
    "RestartPolicy",
    "SecurityOpt",
    "ShmSize",
    "Sysctls",
    "Tmpfs",
    "Ulimits",
    "ContainerIDFile",
    "Runtime",
    "MemorySwappiness",
    "CpuCount",
    "CpuPercent",
    "IOMaximumIOps",
    "IOMaximumBandwidth",
    "KernelMemory",
    "KernelMemoryTCP",
    "BlkioWeight",
    "Annotations",
    "Capabilities",
];

pub(super) fn list(raw: &Value, image: &Value) -> Vec<(String, String)> {
    let (config, host) = (&raw["Config"], &raw["HostConfig"]);
    let mut keeps = Vec::new();
    let mut keep = |name: &str, value: String| {
        let mut short: String = value.chars().take(LONGEST).collect();
        if value.chars().nth(LONGEST).is_some() {
            short.push('…');
        }
        keeps.push((name.to_owned(), short));
    };
    for (key, value) in host.as_object().into_iter().flatten() {
        if !SHOWN.contains(&key.as_str()) && says_something(value) {
            keep(&in_words(key), shown(value));
        }
    }
    if let Some(runtime) = text(&host["Runtime"]).filter(|name| name != "runc") {
        keep("Runtime", runtime);
    }
    if let Some(weight) = host["BlkioWeight"].as_u64().filter(|&weight| weight > 0) {
        keep("Blkio weight", weight.to_string());
    }
    if let Some(mode) = text(&host["PidMode"]).filter(|mode| mode != "host") {
        keep("Pid mode", mode);
    }
    let requests = &host["DeviceRequests"];
    if form::gpus(requests).is_none() && says_something(requests) {
        keep("Device requests", shown(requests));
    }
    if let Some(address) = text(&config["MacAddress"]) {
        keep("Mac address", address);
    }
    if form::no_entrypoint(config, image) {
        keep("Entrypoint", "none, although the image has one".to_owned());
    }
    for mount in raw["Mounts"].as_array().into_iter().flatten() {
        let target = text(&mount["Destination"]).unwrap_or_default();
        let kind = mount["Type"].as_str().unwrap_or_default();
        if !matches!(kind, "bind" | "volume" | "tmpfs") {
            keep(&format!("Mount {target}"), kind.to_owned());
            continue;
        }
        let usual = ["", "rprivate"];
        let propagation = mount["Propagation"].as_str().unwrap_or_default();
        let labels = mount["Mode"].as_str().unwrap_or_default();
        if !usual.contains(&propagation) {
            keep(&format!("Mount {target}"), propagation.to_owned());
        }
        if labels.split(',').any(|mode| matches!(mode, "z" | "Z")) && kind == "bind" {
            keep(&format!("Mount {target}"), format!("mode {labels}"));
        }
    }
    for (key, bindings) in host["PortBindings"].as_object().into_iter().flatten() {
        let plain = |b: &Value| {
            b["HostPort"]
                .as_str()
                .is_none_or(|p| p.is_empty() || p.parse::<u16>().is_ok())
        };
        let all_plain = bindings.as_array().into_iter().flatten().all(plain);
        if port_key(key).is_none() || !all_plain {
            keep(&format!("Port {key}"), shown(bindings));
        }
    }
    let exposed = exposed(raw, image);
    if !exposed.is_empty() {
        keep("Exposed ports", exposed.join(", "));
    }
    keeps
}

/// Ports that are exposed but neither published nor the image's.
pub(super) fn exposed(raw: &Value, image: &Value) -> Vec<String> {
    let bindings = &raw["HostConfig"]["PortBindings"];
    let ports = raw["Config"]["ExposedPorts"]
        .as_object()
        .into_iter()
        .flatten();
    ports
        .map(|(key, _)| key.clone())
        .filter(|key| bindings.get(key).is_none() && image["ExposedPorts"].get(key).is_none())
        .collect()
}

/// Anything but the ways to say nothing.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if list.iter().all(Value::is_string) => texts(value).join(", "),
        other => other.to_string(),
    }
}

/// `CgroupParent` as `Cgroup parent`.
fn in_words(key: &str) -> String {
    let mut words = String::new();
    for c in key.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
            words.push(c.to_ascii_lowercase());
        } else {
            words.push(c);
        }
    }
    words
}
