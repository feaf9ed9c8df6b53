//! An inspected container as a draft, with its image's defaults left out.

mod limits;

use harbour_core::draft::{
    CreateDraft, DeviceDraft, EnvDraft, GpuDraft, HealthcheckDraft, HostDraft, LoggingDraft,
    LookupDraft, MountDraft, NetworkDraft, PortDraft, ProcessDraft, RestartDraft, RightsDraft,
};
use serde_json::Value;

use limits::limits;

use super::{pairs, port_key, text, texts};

/// Labels of the agent's own that are no settings.
pub(super) const OWN_LABELS: &str = "io.harbourmaster.";
const OPEN_LABELS: [&str; 2] = ["io.harbourmaster.icon", "io.harbourmaster.webui"];
/// Hexadecimal digits of an id that stand for the container as a name.
const SHORT_ID: usize = 12;
const NANOS: i64 = 1_000_000_000;

pub(super) fn draft(raw: &Value, image: &Value) -> CreateDraft {
    let (config, host) = (&raw["Config"], &raw["HostConfig"]);
    let (network, networks) = networks(raw);
    let entrypoint = entrypoint(config, image);
    // An entrypoint of its own leaves the image's command out.
    let plain = entrypoint.is_empty() && !no_entrypoint(config, image);
    let command = texts(&config["Cmd"]);
    let state = &raw["State"];
    CreateDraft {
        image: text(&config["Image"]).unwrap_or_default(),
        name: text(&raw["Name"]).map(|name| name.trim_start_matches('/').to_owned()),
        ports: ports(&host["PortBindings"]),
        mounts: mounts(raw),
        env: env(config, image),
        restart: restart(&host["RestartPolicy"]),
        healthcheck: health(config, image),
        network,
        networks,
        command: if plain && command == texts(&image["Cmd"]) {
            Vec::new()
        } else {
            command
        },
        labels: labels(config, image),
        start: ["Running", "Paused", "Restarting"]
            .iter()
            .any(|word| state[word] == true),
        pull: None,
        privileged: host["Privileged"] == true,
        pid_host: host["PidMode"] == "host",
        cap_add: capabilities(&host["CapAdd"]),
        devices: devices(&host["Devices"]),
        process: process(raw, image, entrypoint),
        lookup: LookupDraft {
            extra_hosts: texts(&host["ExtraHosts"])
                .iter()
                .filter_map(|h| extra_host(h))
                .collect(),
            dns: texts(&host["Dns"]),
            dns_search: texts(&host["DnsSearch"]),
            dns_options: texts(&host["DnsOptions"]),
        },
        rights: RightsDraft {
            cap_drop: capabilities(&host["CapDrop"]),
            security_opt: security_opt(host),
            group_add: texts(&host["GroupAdd"]),
            read_only: host["ReadonlyRootfs"] == true,
            // What the engine gives by itself.
            ipc: text(&host["IpcMode"]).filter(|mode| mode != "private"),
            gpus: gpus(&host["DeviceRequests"]),
            sysctls: pairs(&host["Sysctls"]),
        },
        limits: limits(host),
        logging: logging(&host["LogConfig"]),
        auto_remove: host["AutoRemove"] == true,
        confirm_risks: Vec::new(),
    }
}

fn entrypoint(config: &Value, image: &Value) -> Vec<String> {
    let own = texts(&config["Entrypoint"]);
    if own == texts(&image["Entrypoint"]) {
        Vec::new()
    } else {
        own
    }
}

/// The image has an entrypoint and the container was made without any.
pub(super) fn no_entrypoint(config: &Value, image: &Value) -> bool {
    texts(&config["Entrypoint"]).is_empty() && !texts(&image["Entrypoint"]).is_empty()
}

fn process(raw: &Value, image: &Value, entrypoint: Vec<String>) -> ProcessDraft {
    let (config, host) = (&raw["Config"], &raw["HostConfig"]);
    let own = |key: &str| text(&config[key]).filter(|value| image[key].as_str() != Some(value));
    let id = raw["Id"].as_str().unwrap_or_default();
    let mode = host["NetworkMode"].as_str().unwrap_or_default();
    // On the server's or another container's network the name is theirs.
    let borrowed = mode == "host" || mode.starts_with("container:");
    let given = |name: &String| !borrowed && !id.starts_with(name.as_str());
    ProcessDraft {
        entrypoint,
        user: own("User"),
        working_dir: own("WorkingDir"),
        hostname: text(&config["Hostname"]).filter(given),
        domainname: text(&config["Domainname"]).filter(|_| !borrowed),
        init: host["Init"].as_bool(),
        stop_signal: own("StopSignal"),
        stop_grace_seconds: config["StopTimeout"].as_i64(),
        tty: config["Tty"] == true,
        stdin_open: config["OpenStdin"] == true,
    }
}

fn env(config: &Value, image: &Value) -> Vec<EnvDraft> {
    let defaults = texts(&image["Env"]);
    texts(&config["Env"])
        .into_iter()
        .filter(|entry| !defaults.contains(entry))
        .map(|entry| {
            let (name, value) = entry.split_once('=').unwrap_or((&entry, ""));
            EnvDraft {
                name: name.to_owned(),
                value: value.to_owned(),
            }
        })
        .collect()
}

fn labels(config: &Value, image: &Value) -> Vec<(String, String)> {
    let own = |name: &str| name.starts_with(OWN_LABELS) && !OPEN_LABELS.contains(&name);
    pairs(&config["Labels"])
        .into_iter()
        .filter(|(name, value)| image["Labels"][name].as_str() != Some(value) && !own(name))
        .collect()
}

fn health(config: &Value, image: &Value) -> Option<HealthcheckDraft> {
    let check = &config["Healthcheck"];
    let test = texts(&check["Test"]);
    if test.is_empty() || *check == image["Healthcheck"] {
        return None;
    }
    // The form counts whole seconds; as long as it is not changed the engine's
    // own number is carried over.
    let seconds = |key: &str| {
        let nanos = check[key].as_i64().filter(|&nanos| nanos > 0)?;
        Some((nanos / NANOS).max(1))
    };
    Some(HealthcheckDraft {
        test,
        interval_seconds: seconds("Interval"),
        timeout_seconds: seconds("Timeout"),
        retries: check["Retries"].as_i64().filter(|&count| count > 0),
        start_period_seconds: seconds("StartPeriod"),
    })
}

fn restart(policy: &Value) -> Option<RestartDraft> {
    let name = text(&policy["Name"]).filter(|name| name != "no")?;
    let tries = policy["MaximumRetryCount"].as_i64();
    Some(RestartDraft {
        max_retries: tries.filter(|&count| name == "on-failure" && count > 0),
        policy: name,
    })
}

fn ports(bindings: &Value) -> Vec<PortDraft> {
    let mut ports = Vec::new();
    for (key, list) in bindings.as_object().into_iter().flatten() {
        let Some((container, protocol)) = port_key(key) else {
            continue;
        };
        for binding in list.as_array().into_iter().flatten() {
            let host = binding["HostPort"].as_str().unwrap_or_default();
            // A range that the engine chooses from has no field.
            if !host.is_empty() && host.parse::<u16>().is_err() {
                continue;
            }
            ports.push(PortDraft {
                container,
                host: host.parse().ok().filter(|&port| port != 0),
                host_ip: text(&binding["HostIp"]),
                protocol: Some(protocol.to_owned()).filter(|p| p != "tcp"),
                ..PortDraft::default()
            });
        }
    }
    ports.sort_by(|a, b| {
        (a.container, &a.protocol, a.host).cmp(&(b.container, &b.protocol, b.host))
    });
    ports
}

fn mounts(raw: &Value) -> Vec<MountDraft> {
    let host = &raw["HostConfig"];
    let mut mounts = Vec::new();
    for mount in raw["Mounts"].as_array().into_iter().flatten() {
        let kind = mount["Type"].as_str().unwrap_or_default();
        let source = if kind == "volume" { "Name" } else { "Source" };
        if !matches!(kind, "bind" | "volume") {
            continue;
        }
        mounts.push(MountDraft {
            kind: kind.to_owned(),
            source: text(&mount[source]).unwrap_or_default(),
            target: text(&mount["Destination"]).unwrap_or_default(),
            read_only: mount["RW"] == false,
            ..MountDraft::default()
        });
    }
    for mount in host["Mounts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|m| m["Type"] == "tmpfs")
    {
        let options = &mount["TmpfsOptions"];
        mounts.push(MountDraft {
            kind: "tmpfs".to_owned(),
            target: text(&mount["Target"]).unwrap_or_default(),
            read_only: mount["ReadOnly"] == true,
            size_bytes: options["SizeBytes"].as_i64().filter(|&size| size > 0),
            mode: options["Mode"]
                .as_u64()
                .filter(|&mode| mode > 0)
                .map(|mode| format!("{mode:o}")),
            ..MountDraft::default()
        });
    }
    for (target, options) in pairs(&host["Tmpfs"]) {
        let option = |name: &str| {
            options
                .split(',')
                .find_map(|o| o.strip_prefix(name))
                .map(str::to_owned)
        };
        mounts.push(MountDraft {
            kind: "tmpfs".to_owned(),
            target,
            read_only: options.split(',').any(|option| option == "ro"),
            size_bytes: option("size=").and_then(|size| kernel_size(&size)),
            mode: option("mode="),
            ..MountDraft::default()
        });
    }
    mounts.sort_by(|a, b| a.target.cmp(&b.target));
    mounts
}

/// A size as mount(8) takes it: bytes, or with one of `kmg`.
fn kernel_size(text: &str) -> Option<i64> {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_end_matches(['k', 'm', 'g']);
    let shift = match &lower[digits.len()..] {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(1 << shift)
}

/// One plain network by name or mode, or a list, the first one first.
fn networks(raw: &Value) -> (Option<String>, Vec<NetworkDraft>) {
    let mode = text(&raw["HostConfig"]["NetworkMode"]).unwrap_or_default();
    if matches!(mode.as_str(), "host" | "none") || mode.starts_with("container:") {
        return (Some(mode), Vec::new());
    }
    let mut list: Vec<(bool, NetworkDraft)> = Vec::new();
    for (name, endpoint) in raw["NetworkSettings"]["Networks"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let is_first = *name == mode
            || endpoint["NetworkID"] == mode.as_str()
            || (name == "bridge" && matches!(mode.as_str(), "" | "default"));
        let network = NetworkDraft {
            name: name.clone(),
            aliases: aliases(endpoint, raw),
            ipv4_address: text(&endpoint["IPAMConfig"]["IPv4Address"]),
            ipv6_address: text(&endpoint["IPAMConfig"]["IPv6Address"]),
        };
        list.push((!is_first, network));
    }
    list.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    let list: Vec<NetworkDraft> = list.into_iter().map(|(_, network)| network).collect();
    match list.as_slice() {
        [] => (
            Some(mode).filter(|mode| !matches!(mode.as_str(), "" | "default")),
            list,
        ),
        [one]
            if *one
                == (NetworkDraft {
                    name: one.name.clone(),
                    ..NetworkDraft::default()
                }) =>
        {
            let named = !matches!(mode.as_str(), "" | "default");
            (named.then(|| one.name.clone()), Vec::new())
        }
        _ => (None, list),
    }
}

/// Without the short id and the host name, which the engine adds by itself.
pub(super) fn aliases(endpoint: &Value, raw: &Value) -> Vec<String> {
    let id = raw["Id"].as_str().unwrap_or_default();
    let short = id.get(..SHORT_ID).unwrap_or(id);
    let hostname = raw["Config"]["Hostname"].as_str();
    texts(&endpoint["Aliases"])
        .into_iter()
        .filter(|alias| alias != short && Some(alias.as_str()) != hostname)
        .collect()
}

fn capabilities(list: &Value) -> Vec<String> {
    let short = |name: String| name.strip_prefix("CAP_").map(str::to_owned).unwrap_or(name);
    texts(list).into_iter().map(short).collect()
}

fn devices(list: &Value) -> Vec<DeviceDraft> {
    let one = |device: &Value| DeviceDraft {
        host: text(&device["PathOnHost"]).unwrap_or_default(),
        container: text(&device["PathInContainer"]),
        permissions: text(&device["CgroupPermissions"]),
    };
    list.as_array().into_iter().flatten().map(one).collect()
}

fn security_opt(host: &Value) -> Vec<String> {
    let mut options = texts(&host["SecurityOpt"]);
    let is_empty = |key: &str| host[key].as_array().is_some_and(Vec::is_empty);
    if host["Privileged"] != true && is_empty("MaskedPaths") && is_empty("ReadonlyPaths") {
        options.push("systempaths=unconfined".to_owned());
    }
    options
}

/// One request that asks for nothing but graphics processors.
pub(super) fn gpus(requests: &Value) -> Option<GpuDraft> {
    let [request] = requests.as_array()?.as_slice() else {
        return None;
    };
    let [capabilities] = request["Capabilities"].as_array()?.as_slice() else {
        return None;
    };
    let mut capabilities = texts(capabilities);
    let options = request["Options"]
        .as_object()
        .is_some_and(|options| !options.is_empty());
    if options || !capabilities.iter().any(|name| name == "gpu") {
        return None;
    }
    capabilities.retain(|name| name != "gpu");
    Some(GpuDraft {
        count: request["Count"].as_i64().filter(|&count| count != 0),
        device_ids: texts(&request["DeviceIDs"]),
        driver: text(&request["Driver"]),
        capabilities,
    })
}

fn logging(config: &Value) -> Option<LoggingDraft> {
    let driver = text(&config["Type"])?;
    let options = pairs(&config["Config"]);
    // The engine writes down its own default too.
    (driver != "json-file" || !options.is_empty()).then_some(LoggingDraft { driver, options })
}

fn extra_host(entry: &str) -> Option<HostDraft> {
    let (host, ip) = entry.split_once(':')?;
    Some(HostDraft {
        host: host.to_owned(),
        ip: ip.to_owned(),
    })
}
