//! A draft as a Compose file, under the names of the Compose specification.
//! Nothing is checked: what is wrong with a draft is wrong in the file as well.

use std::collections::BTreeMap;

use crate::container_name::make_valid;
use crate::draft::{CreateDraft, HealthcheckDraft, MountDraft, NetworkDraft, PortDraft};
use crate::image_ref::ImageRef;
use crate::yaml::write::{self as yaml, Yaml};

/// The file.
pub fn to_yaml(draft: &CreateDraft) -> String {
    let given_name = draft
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let from_image = || {
        ImageRef::parse(draft.image.trim())
            .map_or_else(|_| "app".to_owned(), |image| image.base_name())
    };
    let name = given_name.map_or_else(from_image, make_valid);
    let mut file = Map::default();
    let services = Yaml::Map(vec![(name, service(draft, given_name))]);
    file.put("services", services);
    file.list_of_maps("networks", outside_networks(draft));
    file.list_of_maps("volumes", outside_volumes(draft));
    yaml::write(&Yaml::Map(file.0))
}

/// Entries in order; what is empty has none.
#[derive(Default)]
struct Map(Vec<(String, Yaml)>);

impl Map {
    fn put(&mut self, key: &str, value: Yaml) {
        self.0.push((key.to_owned(), value));
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.put(key, literal(value));
        }
    }

    fn number(&mut self, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.put(key, Yaml::Number(value));
        }
    }

    fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.put(key, Yaml::Bool(true));
        }
    }

    fn seconds(&mut self, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.put(key, Yaml::Text(format!("{value}s")));
        }
    }

    fn texts<'a>(&mut self, key: &str, values: impl IntoIterator<Item = &'a String>) {
        let list: Vec<Yaml> = values.into_iter().map(|value| literal(value)).collect();
        if !list.is_empty() {
            self.put(key, Yaml::List(list));
        }
    }

    fn pairs<'a>(&mut self, key: &str, values: impl IntoIterator<Item = (&'a String, &'a String)>) {
        let map: Vec<_> = values
            .into_iter()
            .map(|(key, value)| (key.clone(), literal(value)))
            .collect();
        if !map.is_empty() {
            self.put(key, Yaml::Map(map));
        }
    }

    fn list_of_maps(&mut self, key: &str, map: BTreeMap<String, Yaml>) {
        if !map.is_empty() {
            self.put(key, Yaml::Map(map.into_iter().collect()));
        }
    }
}

/// A value that Compose takes as it is: `$` would be filled in otherwise
/// (Compose specification, "Interpolation").
fn literal(value: &str) -> Yaml {
    Yaml::Text(value.replace('$', "$$"))
}

fn service(draft: &CreateDraft, name: Option<&str>) -> Yaml {
    let (process, lookup) = (&draft.process, &draft.lookup);
    let mut map = Map::default();
    let out = &mut map;
    out.put("image", literal(draft.image.trim()));
    out.text("container_name", name);
    if draft.pull.as_deref() == Some("always") {
        out.text("pull_policy", Some("always"));
    }
    out.texts("entrypoint", &process.entrypoint);
    out.texts("command", &draft.command);
    out.text("user", process.user.as_deref());
    out.text("working_dir", process.working_dir.as_deref());
    out.text("hostname", process.hostname.as_deref());
    out.text("domainname", process.domainname.as_deref());
    if let Some(init) = process.init {
        out.put("init", Yaml::Bool(init));
    }
    out.flag("tty", process.tty);
    out.flag("stdin_open", process.stdin_open);
    out.text("stop_signal", process.stop_signal.as_deref());
    out.seconds("stop_grace_period", process.stop_grace_seconds);
    if let Some(restart) = &draft.restart {
        let retries = restart.max_retries.filter(|&most| most > 0);
        let policy = match retries {
            Some(most) => format!("{}:{most}", restart.policy),
            None => restart.policy.clone(),
        };
        out.text("restart", Some(&policy));
    }
    let env: Vec<_> = draft.env.iter().map(|v| (&v.name, &v.value)).collect();
    out.pairs("environment", env);
    let ports: Vec<Yaml> = draft.ports.iter().map(port).collect();
    if !ports.is_empty() {
        out.put("ports", Yaml::List(ports));
    }
    let mounts: Vec<Yaml> = draft.mounts.iter().map(mount).collect();
    if !mounts.is_empty() {
        out.put("volumes", Yaml::List(mounts));
    }
    networks(out, draft);
    let hosts: Vec<String> = lookup
        .extra_hosts
        .iter()
        .map(|h| format!("{}:{}", h.host, h.ip))
        .collect();
    out.texts("extra_hosts", &hosts);
    out.texts("dns", &lookup.dns);
    out.texts("dns_search", &lookup.dns_search);
    out.texts("dns_opt", &lookup.dns_options);
    if let Some(check) = &draft.healthcheck {
        out.put("healthcheck", health(check));
    }
    rights(out, draft);
    limits(out, draft);
    if let Some(logging) = &draft.logging {
        let mut map = Map::default();
        map.text("driver", Some(&logging.driver));
        map.pairs("options", logging.options.iter().map(|(k, v)| (k, v)));
        out.put("logging", Yaml::Map(map.0));
    }
    out.pairs("labels", draft.labels.iter().map(|(k, v)| (k, v)));
    Yaml::Map(map.0)
}

fn port(port: &PortDraft) -> Yaml {
    let range = |first: i64, last: Option<i64>| match last {
        Some(last) if last != first => format!("{first}-{last}"),
        _ => first.to_string(),
    };
    let mut text = String::new();
    if let Some(ip) = port.host_ip.as_deref().filter(|ip| !ip.is_empty()) {
        text = if ip.contains(':') {
            format!("[{ip}]:")
        } else {
            format!("{ip}:")
        };
    }
    match port.host {
        Some(host) => {
            let more = port
                .container_end
                .map(|end| end.saturating_sub(port.container));
            let last = port.host_end.or(more.map(|more| host.saturating_add(more)));
            text.push_str(&format!("{}:", range(host, last)));
        }
        // An address without a port leaves the port to the engine.
        None if !text.is_empty() => text.push(':'),
        None => {}
    }
    text.push_str(&range(port.container, port.container_end));
    if let Some(protocol) = port
        .protocol
        .as_deref()
        .filter(|p| !matches!(*p, "" | "tcp"))
    {
        text.push_str(&format!("/{protocol}"));
    }
    Yaml::Text(text)
}

fn mount(mount: &MountDraft) -> Yaml {
    let mut map = Map::default();
    map.text("type", Some(&mount.kind));
    map.text("source", Some(&mount.source));
    map.text("target", Some(&mount.target));
    map.flag("read_only", mount.read_only);
    if mount.kind == "bind" {
        let made = vec![("create_host_path".to_owned(), Yaml::Bool(mount.create))];
        map.put("bind", Yaml::Map(made));
    }
    let mut memory = Map::default();
    memory.number("size", mount.size_bytes);
    // The specification's number is read as octal when it begins with 0.
    let mode = mount
        .mode
        .as_deref()
        .and_then(|mode| i64::from_str_radix(mode, 8).ok());
    memory.number("mode", mode);
    if !memory.0.is_empty() {
        map.put("tmpfs", Yaml::Map(memory.0));
    }
    Yaml::Map(map.0)
}

fn networks(out: &mut Map, draft: &CreateDraft) {
    if !draft.networks.is_empty() {
        let one = |network: &NetworkDraft| {
            let mut map = Map::default();
            map.texts("aliases", &network.aliases);
            map.text("ipv4_address", network.ipv4_address.as_deref());
            map.text("ipv6_address", network.ipv6_address.as_deref());
            (network.name.clone(), Yaml::Map(map.0))
        };
        out.put(
            "networks",
            Yaml::Map(draft.networks.iter().map(one).collect()),
        );
        return;
    }
    match draft.network.as_deref() {
        None | Some("") => {}
        Some(mode) if is_mode(mode) => out.text("network_mode", Some(mode)),
        Some(name) => out.texts("networks", [&name.to_owned()]),
    }
}

fn is_mode(network: &str) -> bool {
    matches!(network, "bridge" | "host" | "none" | "default") || network.starts_with("container:")
}

fn health(check: &HealthcheckDraft) -> Yaml {
    let mut map = Map::default();
    map.texts("test", &check.test);
    map.seconds("interval", check.interval_seconds);
    map.seconds("timeout", check.timeout_seconds);
    map.number("retries", check.retries);
    map.seconds("start_period", check.start_period_seconds);
    Yaml::Map(map.0)
}

fn rights(out: &mut Map, draft: &CreateDraft) {
    let rights = &draft.rights;
    out.flag("privileged", draft.privileged);
    if draft.pid_host {
        out.text("pid", Some("host"));
    }
    out.text("ipc", rights.ipc.as_deref());
    out.texts("cap_add", &draft.cap_add);
    out.texts("cap_drop", &rights.cap_drop);
    out.texts("security_opt", &rights.security_opt);
    out.texts("group_add", &rights.group_add);
    out.flag("read_only", rights.read_only);
    out.pairs("sysctls", rights.sysctls.iter().map(|(k, v)| (k, v)));
    let devices: Vec<String> = draft
        .devices
        .iter()
        .map(|device| {
            let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
            let inside = given(&device.container).unwrap_or_else(|| device.host.clone());
            let permissions = given(&device.permissions).unwrap_or_else(|| "rwm".to_owned());
            format!("{}:{inside}:{permissions}", device.host)
        })
        .collect();
    out.texts("devices", &devices);
    let Some(gpus) = &rights.gpus else { return };
    let mut device = Map::default();
    device.text("driver", gpus.driver.as_deref());
    match (gpus.count, gpus.device_ids.as_slice()) {
        (_, [_, ..]) => device.texts("device_ids", &gpus.device_ids),
        (None | Some(-1), []) => device.text("count", Some("all")),
        (count, []) => device.number("count", count),
    }
    let mut capabilities = gpus.capabilities.clone();
    if !capabilities.iter().any(|name| name == "gpu") {
        capabilities.insert(0, "gpu".to_owned());
    }
    device.texts("capabilities", &capabilities);
    let nested = ["devices", "reservations", "resources"]
        .iter()
        .fold(Yaml::List(vec![Yaml::Map(device.0)]), |inner, key| {
            Yaml::Map(vec![((*key).to_owned(), inner)])
        });
    out.put("deploy", nested);
}

fn limits(out: &mut Map, draft: &CreateDraft) {
    let limits = &draft.limits;
    out.number("mem_limit", limits.memory_bytes);
    out.number("mem_reservation", limits.memory_reservation_bytes);
    out.number("memswap_limit", limits.memory_swap_bytes);
    if let Some(cpus) = limits.cpus {
        out.put("cpus", Yaml::Float(cpus));
    }
    out.number("cpu_shares", limits.cpu_shares);
    out.text("cpuset", limits.cpuset.as_deref());
    out.number("pids_limit", limits.pids_limit);
    out.number("shm_size", limits.shm_size_bytes);
    let ulimits: Vec<_> = limits
        .ulimits
        .iter()
        .map(|limit| {
            let mut map = Map::default();
            map.number("soft", Some(limit.soft));
            map.number("hard", Some(limit.hard.unwrap_or(limit.soft)));
            (limit.name.clone(), Yaml::Map(map.0))
        })
        .collect();
    if !ulimits.is_empty() {
        out.put("ulimits", Yaml::Map(ulimits));
    }
}

/// A thing that is there already, under its own name.
fn outside(name: &str) -> Yaml {
    let mut map = Map::default();
    map.flag("external", true);
    map.text("name", Some(name));
    Yaml::Map(map.0)
}

fn outside_networks(draft: &CreateDraft) -> BTreeMap<String, Yaml> {
    let single = draft
        .network
        .iter()
        .filter(|name| !name.is_empty() && !is_mode(name));
    let single = single.filter(|_| draft.networks.is_empty());
    single
        .chain(draft.networks.iter().map(|network| &network.name))
        .map(|name| (name.clone(), outside(name)))
        .collect()
}

/// Volumes keep their names: without one Compose would put the project before it.
fn outside_volumes(draft: &CreateDraft) -> BTreeMap<String, Yaml> {
    draft
        .mounts
        .iter()
        .filter(|mount| mount.kind == "volume" && !mount.source.is_empty())
        .map(|mount| {
            let mut map = Map::default();
            map.text("name", Some(&mount.source));
            (mount.source.clone(), Yaml::Map(map.0))
        })
        .collect()
}

#[cfg(test)]
mod tests;
