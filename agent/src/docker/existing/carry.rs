//! Carries everything from a container to its successor that its form does not
//! change.

use harbour_core::draft::{CreateDraft, MountDraft};
use harbour_core::host_path::normalise;
use serde_json::{Map, Value, json};

use super::form::{OWN_LABELS, aliases, no_entrypoint};
use super::{Existing, keeps, port_key};
use crate::db::{CreatePlanRecord, EngineRequest};
use crate::docker::{OPERATION_LABEL, REPLACES_LABEL};

/// The form before and after.
pub(super) struct Drafts<'a> {
    pub(super) before: &'a CreateDraft,
    pub(super) after: &'a CreateDraft,
}

impl Drafts<'_> {
    fn differ<T: PartialEq>(&self, part: impl Fn(&CreateDraft) -> T) -> bool {
        part(self.before) != part(self.after)
    }
}

/// First API version that takes the address of each network by itself.
const MAC_OF_ENDPOINTS: (u32, u32) = (1, 44);
/// How addresses begin that the engine made up from an IP address.
const MADE_UP_MAC: &str = "02:42:";

/// What the image says too: taken from the plan alone, which leaves the image's
/// own out, so that another image is not covered by the old one's.
const OF_THE_IMAGE: [&str; 13] = [
    "Cmd",
    "Domainname",
    "Entrypoint",
    "Env",
    "Hostname",
    "Image",
    "Labels",
    "OpenStdin",
    "StopSignal",
    "StopTimeout",
    "Tty",
    "User",
    "WorkingDir",
];

pub(super) fn over(
    old: &Existing,
    plan: &CreatePlanRecord,
    request: EngineRequest,
    drafts: &Drafts<'_>,
) -> EngineRequest {
    let planned = request.body;
    let mut body = old.raw["Config"].clone();
    for key in OF_THE_IMAGE {
        replace(&mut body, &planned, key);
    }
    if no_entrypoint(&old.raw["Config"], &old.image) && drafts.after.process.entrypoint.is_empty() {
        // An empty word is how the engine is told "none".
        body["Entrypoint"] = json!([""]);
    }
    let own = old.raw["Config"]["Healthcheck"] != old.image["Healthcheck"];
    if !own || drafts.differ(|d| d.healthcheck.clone()) {
        replace(&mut body, &planned, "Healthcheck");
    }
    // They are mounted by name below.
    remove(&mut body, "Volumes");
    for (name, value) in old.raw["Config"]["Labels"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let kept = name.starts_with(OWN_LABELS)
            && !matches!(name.as_str(), OPERATION_LABEL | REPLACES_LABEL);
        if kept && body["Labels"].get(name).is_none() {
            body["Labels"][name] = value.clone();
        }
    }
    body["ExposedPorts"] = planned["ExposedPorts"].clone();
    for key in keeps::exposed(&old.raw, &old.image) {
        body["ExposedPorts"][key] = json!({});
    }
    body["HostConfig"] = host_config(old, &planned["HostConfig"], drafts);
    let (first, connect) = endpoints(old, plan, drafts);
    match first {
        Some((name, endpoint)) => {
            body["NetworkingConfig"] = json!({ "EndpointsConfig": { name: endpoint } })
        }
        None => remove(&mut body, "NetworkingConfig"),
    }
    EngineRequest { body, connect }
}

/// Takes a key from the plan; what is not planned goes.
fn replace(into: &mut Value, planned: &Value, key: &str) {
    match planned.get(key) {
        Some(value) => into[key] = value.clone(),
        None => remove(into, key),
    }
}

fn remove(from: &mut Value, key: &str) {
    if let Some(map) = from.as_object_mut() {
        map.remove(key);
    }
}

fn host_config(old: &Existing, planned: &Value, drafts: &Drafts<'_>) -> Value {
    let raw = &old.raw["HostConfig"];
    let mut host = raw.clone();
    let parts: [(bool, &[&str]); 26] = [
        (drafts.differ(|d| d.restart.clone()), &["RestartPolicy"]),
        (drafts.differ(network_mode), &["NetworkMode"]),
        (drafts.differ(|d| d.pid_host), &["PidMode"]),
        (
            drafts.differ(|d| d.privileged),
            &["Privileged", "MaskedPaths", "ReadonlyPaths"],
        ),
        (drafts.differ(|d| d.cap_add.clone()), &["CapAdd"]),
        (drafts.differ(|d| d.devices.clone()), &["Devices"]),
        (drafts.differ(|d| d.rights.cap_drop.clone()), &["CapDrop"]),
        (
            drafts.differ(|d| d.rights.security_opt.clone()),
            &["SecurityOpt", "MaskedPaths", "ReadonlyPaths"],
        ),
        (drafts.differ(|d| d.rights.group_add.clone()), &["GroupAdd"]),
        (drafts.differ(|d| d.rights.read_only), &["ReadonlyRootfs"]),
        (drafts.differ(|d| d.rights.ipc.clone()), &["IpcMode"]),
        (
            drafts.differ(|d| d.rights.gpus.clone()),
            &["DeviceRequests"],
        ),
        (drafts.differ(|d| d.rights.sysctls.clone()), &["Sysctls"]),
        (
            // The engine makes the one from the other.
            drafts.differ(|d| {
                let limits = &d.limits;
                (
                    limits.memory_bytes,
                    limits.memory_reservation_bytes,
                    limits.memory_swap_bytes,
                )
            }),
            &["Memory", "MemoryReservation", "MemorySwap"],
        ),
        // They exclude each other.
        (
            drafts.differ(|d| d.limits.cpus),
            &["NanoCpus", "CpuPeriod", "CpuQuota"],
        ),
        (drafts.differ(|d| d.limits.cpu_shares), &["CpuShares"]),
        (drafts.differ(|d| d.limits.cpuset.clone()), &["CpusetCpus"]),
        (drafts.differ(|d| d.limits.pids_limit), &["PidsLimit"]),
        (drafts.differ(|d| d.limits.shm_size_bytes), &["ShmSize"]),
        (drafts.differ(|d| d.limits.ulimits.clone()), &["Ulimits"]),
        (drafts.differ(|d| d.lookup.dns.clone()), &["Dns"]),
        (
            drafts.differ(|d| d.lookup.dns_search.clone()),
            &["DnsSearch"],
        ),
        (
            drafts.differ(|d| d.lookup.dns_options.clone()),
            &["DnsOptions"],
        ),
        (
            drafts.differ(|d| d.lookup.extra_hosts.clone()),
            &["ExtraHosts"],
        ),
        (drafts.differ(|d| d.logging.clone()), &["LogConfig"]),
        (
            drafts.differ(|d| (d.process.init, d.auto_remove)),
            &["Init", "AutoRemove"],
        ),
    ];
    for (_, keys) in parts.iter().filter(|(differs, _)| *differs) {
        for key in *keys {
            replace(&mut host, planned, key);
        }
    }
    if drafts.differ(|d| d.ports.clone()) {
        host["PortBindings"] = port_bindings(&raw["PortBindings"], &planned["PortBindings"]);
    }
    mounts(&mut host, raw, &planned["Mounts"], drafts);
    host
}

fn network_mode(draft: &CreateDraft) -> Option<String> {
    let first = draft.networks.first().map(|first| first.name.clone());
    first
        .or_else(|| draft.network.clone())
        .filter(|mode| !mode.is_empty())
}

/// The planned ones, and those the form has no field for.
fn port_bindings(raw: &Value, planned: &Value) -> Value {
    let mut bindings = planned.clone();
    for (key, list) in raw.as_object().into_iter().flatten() {
        if port_key(key).is_none() {
            bindings[key] = list.clone();
        }
    }
    bindings
}

/// A mount that did not change stays as it was said: with options the form
/// does not have, in whichever of the engine's three ways.
fn mounts(host: &mut Value, raw: &Value, planned: &Value, drafts: &Drafts<'_>) {
    let (mut binds, mut list, mut memory) = (Vec::new(), Vec::new(), Map::new());
    let target_of = |text: &str| normalise(text);
    for mount in planned.as_array().into_iter().flatten() {
        let target = mount["Target"].as_str().unwrap_or_default();
        let same = find(drafts.before, target) == find(drafts.after, target);
        let said_as_bind = || {
            let binds = raw["Binds"].as_array().into_iter().flatten();
            binds.clone().find(|bind| {
                bind.as_str()
                    .and_then(|bind| bind.split(':').nth(1))
                    .is_some_and(|to| target_of(to) == target)
            })
        };
        let said_as_mount = || {
            let mounts = raw["Mounts"].as_array().into_iter().flatten();
            mounts.clone().find(|mount| {
                mount["Target"].as_str().is_some_and(|to| target_of(to) == target)
                    // One without a name would get a new volume.
                    && (mount["Type"] == "tmpfs" || mount["Source"].is_string())
            })
        };
        let said_as_memory = || {
            let map = raw["Tmpfs"].as_object().into_iter().flatten();
            map.clone().find(|(to, _)| target_of(to) == target)
        };
        if !same {
            list.push(mount.clone());
        } else if let Some(bind) = said_as_bind() {
            binds.push(bind.clone());
        } else if let Some(mount) = said_as_mount() {
            list.push(without_operation(mount.clone()));
        } else if let Some((target, options)) = said_as_memory() {
            memory.insert(target.clone(), options.clone());
        } else {
            list.push(mount.clone());
        }
    }
    let unknown = |m: &&Value| !matches!(m["Type"].as_str(), Some("bind" | "volume" | "tmpfs"));
    list.extend(
        raw["Mounts"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(unknown)
            .cloned(),
    );
    for (key, value, is_empty) in [
        ("Binds", Value::from(binds.clone()), binds.is_empty()),
        ("Mounts", Value::from(list.clone()), list.is_empty()),
        ("Tmpfs", Value::from(memory.clone()), memory.is_empty()),
    ] {
        if is_empty {
            remove(host, key);
        } else {
            host[key] = value;
        }
    }
}

/// What the form says about a target, but for how a missing path is handled.
fn find(draft: &CreateDraft, target: &str) -> Option<MountDraft> {
    let mount = draft
        .mounts
        .iter()
        .find(|mount| normalise(&mount.target) == target)?;
    let source = match mount.kind.as_str() {
        "bind" => normalise(&mount.source),
        _ => mount.source.clone(),
    };
    Some(MountDraft {
        source,
        target: target.to_owned(),
        create: false,
        ..mount.clone()
    })
}

/// A volume is labelled with the operation that made it, not with a later one.
fn without_operation(mut mount: Value) -> Value {
    if let Some(labels) = mount.pointer_mut("/VolumeOptions/Labels") {
        remove(labels, OPERATION_LABEL);
    }
    mount
}

type Endpoint = (String, Value);

/// The first network, and those that are joined afterwards.
fn endpoints(
    old: &Existing,
    plan: &CreatePlanRecord,
    drafts: &Drafts<'_>,
) -> (Option<Endpoint>, Vec<Endpoint>) {
    let is_mode =
        |name: &str| matches!(name, "host" | "none" | "default") || name.starts_with("container:");
    let single = plan
        .network
        .iter()
        .filter(|name| plan.networks.is_empty() && !is_mode(name));
    let names = plan
        .networks
        .iter()
        .map(|network| &network.name)
        .chain(single);
    let mut list = names.map(|name| (name.clone(), endpoint(old, plan, drafts, name)));
    (list.next(), list.collect())
}

fn endpoint(old: &Existing, plan: &CreatePlanRecord, drafts: &Drafts<'_>, name: &str) -> Value {
    let raw = &old.raw["NetworkSettings"]["Networks"][name];
    let mut endpoint = json!({});
    for key in ["Links", "DriverOpts", "GwPriority"] {
        if let Some(value) = raw.get(key).filter(|value| !value.is_null()) {
            endpoint[key] = value.clone();
        }
    }
    let entry = |draft: &CreateDraft| {
        draft
            .networks
            .iter()
            .find(|n| n.name == name)
            .cloned()
            .unwrap_or_default()
    };
    let planned = plan.networks.iter().find(|network| network.name == name);
    let mut ipam = json!({});
    if let Some(local) = raw["IPAMConfig"]
        .get("LinkLocalIPs")
        .filter(|ips| !ips.is_null())
    {
        ipam["LinkLocalIPs"] = local.clone();
    }
    if let Some(ip) = planned.and_then(|network| network.ipv4.as_ref()) {
        ipam["IPv4Address"] = ip.clone().into();
    }
    if let Some(ip) = planned.and_then(|network| network.ipv6.as_ref()) {
        ipam["IPv6Address"] = ip.clone().into();
    }
    if ipam != json!({}) {
        endpoint["IPAMConfig"] = ipam;
    }
    let names = if drafts.differ(|draft| entry(draft).aliases) {
        planned
            .map(|network| network.aliases.clone())
            .unwrap_or_default()
    } else {
        aliases(raw, &old.raw)
    };
    if !names.is_empty() {
        endpoint["Aliases"] = names.into();
    }
    if let Some(address) = mac_address(old, raw) {
        endpoint["MacAddress"] = address.into();
    }
    endpoint
}

/// An address that somebody chose. Older engines have it in the container's own
/// configuration, which is carried over as it is.
fn mac_address(old: &Existing, endpoint: &Value) -> Option<String> {
    let version = old.api_version.split_once('.');
    let version =
        version.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    if version.is_none_or(|version: (u32, u32)| version < MAC_OF_ENDPOINTS) {
        return None;
    }
    let address = endpoint["MacAddress"].as_str()?;
    (!address.is_empty() && !address.to_ascii_lowercase().starts_with(MADE_UP_MAC))
        .then(|| address.to_owned())
}
