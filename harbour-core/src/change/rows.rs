//! A draft as rows: one value for each thing that can differ, in words.

mod shown;

use std::collections::BTreeMap;

use super::{Change, Group};
use crate::draft::{CreateDraft, PortDraft};
use crate::host_path::normalise;
use crate::image_ref::ImageRef;
use crate::risk::normalise_capability;
use shown::{check_shown, mount_shown, network_shown};

pub(super) use shown::words_shown;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) group: Group,
    pub(super) field: &'static str,
    pub(super) label: String,
}

impl Key {
    pub(super) fn change(self, before: Option<String>, after: Option<String>) -> Change {
        Change {
            field: self.field,
            group: self.group,
            label: self.label,
            before,
            after,
        }
    }
}

/// One value for each thing that can differ; what is not said has no row.
#[derive(Default)]
struct Rows(BTreeMap<Key, String>);

impl Rows {
    fn put(&mut self, group: Group, field: &'static str, label: impl Into<String>, value: String) {
        let key = Key {
            group,
            field,
            label: label.into(),
        };
        // The same key twice (two bindings of one port) is one row with both.
        self.0
            .entry(key)
            .and_modify(|known| {
                known.push_str(", ");
                known.push_str(&value);
            })
            .or_insert(value);
    }

    fn text(&mut self, group: Group, field: &'static str, label: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.put(group, field, label, value.to_owned());
        }
    }

    fn number(&mut self, group: Group, field: &'static str, label: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.put(group, field, label, value.to_string());
        }
    }

    fn flag(&mut self, group: Group, field: &'static str, label: &str, value: bool) {
        if value {
            self.put(group, field, label, "yes".to_owned());
        }
    }

    fn words(&mut self, group: Group, field: &'static str, label: &str, words: &[String]) {
        if !words.is_empty() {
            self.put(group, field, label, words_shown(words));
        }
    }

    /// A list whose order means nothing.
    fn set(&mut self, group: Group, field: &'static str, label: &str, list: Vec<String>) {
        let mut list = list;
        list.sort();
        if !list.is_empty() {
            self.put(group, field, label, list.join(", "));
        }
    }
}

pub(super) fn rows(draft: &CreateDraft) -> BTreeMap<Key, String> {
    let mut rows = Rows::default();
    let out = &mut rows;
    out.text(Group::Image, "image", "Image", Some(&image(&draft.image)));
    for port in &draft.ports {
        put_port(out, port);
    }
    for mount in &draft.mounts {
        out.put(
            Group::Storage,
            "mounts",
            normalise(&mount.target),
            mount_shown(mount),
        );
    }
    for variable in &draft.env {
        out.put(
            Group::Environment,
            "env",
            &variable.name,
            variable.value.clone(),
        );
    }
    network(out, draft);
    health(out, draft);
    limits(out, draft);
    rights(out, draft);
    other(out, draft);
    rows.0
}

fn network(out: &mut Rows, draft: &CreateDraft) {
    let group = Group::Network;
    // One plain network is the same, however it is said.
    match (draft.network.as_deref(), draft.networks.as_slice()) {
        (Some(name), []) if !name.is_empty() && name != "default" => {
            out.put(group, "networks", name, "joined".to_owned());
        }
        (_, []) => {}
        (_, networks) => {
            for network in networks {
                out.put(group, "networks", &network.name, network_shown(network));
            }
        }
    }
    let lookup = &draft.lookup;
    for host in &lookup.extra_hosts {
        out.put(group, "extraHosts", &host.host, host.ip.clone());
    }
    out.words(group, "dns", "Name servers", &lookup.dns);
    out.words(group, "dnsSearch", "Search domains", &lookup.dns_search);
    out.words(group, "dnsOptions", "Resolver options", &lookup.dns_options);
    out.text(
        group,
        "hostname",
        "Host name",
        draft.process.hostname.as_deref(),
    );
    out.text(
        group,
        "domainname",
        "Domain name",
        draft.process.domainname.as_deref(),
    );
}

fn health(out: &mut Rows, draft: &CreateDraft) {
    let group = Group::Health;
    if let Some(check) = &draft.healthcheck {
        out.put(group, "healthcheck", "Health check", check_shown(check));
    }
    if let Some(restart) = &draft.restart {
        let shown = match restart.max_retries {
            Some(most) if most > 0 => format!("{} ({most} times)", restart.policy),
            _ => restart.policy.clone(),
        };
        if !matches!(shown.as_str(), "" | "no") {
            out.put(group, "restart", "Restart policy", shown);
        }
    }
}

fn limits(out: &mut Rows, draft: &CreateDraft) {
    let group = Group::Limits;
    let limits = &draft.limits;
    out.number(group, "memoryBytes", "Memory in bytes", limits.memory_bytes);
    out.number(
        group,
        "memoryReservationBytes",
        "Reserved memory in bytes",
        limits.memory_reservation_bytes,
    );
    out.number(
        group,
        "memorySwapBytes",
        "Memory and swap in bytes",
        limits.memory_swap_bytes,
    );
    if let Some(cpus) = limits.cpus {
        out.put(group, "cpus", "Processors", cpus.to_string());
    }
    out.number(group, "cpuShares", "Processor weight", limits.cpu_shares);
    out.text(
        group,
        "cpuset",
        "Which processors",
        limits.cpuset.as_deref(),
    );
    out.number(group, "pidsLimit", "Processes", limits.pids_limit);
    out.number(
        group,
        "shmSizeBytes",
        "/dev/shm in bytes",
        limits.shm_size_bytes,
    );
    for limit in &limits.ulimits {
        let hard = limit.hard.unwrap_or(limit.soft);
        out.put(
            group,
            "ulimits",
            &limit.name,
            format!("{}:{hard}", limit.soft),
        );
    }
}

fn rights(out: &mut Rows, draft: &CreateDraft) {
    let group = Group::Rights;
    let rights = &draft.rights;
    let capabilities = |list: &[String]| list.iter().map(|c| normalise_capability(c)).collect();
    out.flag(group, "privileged", "Privileged", draft.privileged);
    out.flag(
        group,
        "pidHost",
        "Sees the server's processes",
        draft.pid_host,
    );
    out.set(
        group,
        "capAdd",
        "Added capabilities",
        capabilities(&draft.cap_add),
    );
    out.set(
        group,
        "capDrop",
        "Dropped capabilities",
        capabilities(&rights.cap_drop),
    );
    out.set(
        group,
        "securityOpt",
        "Security options",
        rights.security_opt.clone(),
    );
    out.set(group, "groupAdd", "More groups", rights.group_add.clone());
    out.flag(group, "readOnly", "Read-only file system", rights.read_only);
    out.text(group, "ipc", "Shared memory of", rights.ipc.as_deref());
    for device in &draft.devices {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let inside = given(&device.container).unwrap_or_else(|| device.host.clone());
        let permissions = given(&device.permissions).unwrap_or_else(|| "rwm".to_owned());
        out.put(
            group,
            "devices",
            &device.host,
            format!("{inside} ({permissions})"),
        );
    }
    if let Some(gpus) = &rights.gpus {
        let which = match (gpus.count, gpus.device_ids.as_slice()) {
            (_, [_, ..]) => gpus.device_ids.join(", "),
            (None | Some(-1), []) => "all".to_owned(),
            (Some(count), []) => count.to_string(),
        };
        out.put(group, "gpus", "Graphics processors", which);
    }
    for (name, value) in &rights.sysctls {
        out.put(group, "sysctls", name, value.clone());
    }
}

fn other(out: &mut Rows, draft: &CreateDraft) {
    let group = Group::Other;
    let process = &draft.process;
    out.text(group, "name", "Name", draft.name.as_deref());
    out.words(group, "command", "Command", &draft.command);
    out.words(group, "entrypoint", "Entrypoint", &process.entrypoint);
    out.text(group, "user", "User", process.user.as_deref());
    out.text(
        group,
        "workingDir",
        "Working directory",
        process.working_dir.as_deref(),
    );
    if let Some(init) = process.init {
        let shown = if init { "yes" } else { "no" };
        out.put(group, "init", "Init process", shown.to_owned());
    }
    out.text(
        group,
        "stopSignal",
        "Stop signal",
        process.stop_signal.as_deref(),
    );
    out.number(
        group,
        "stopGraceSeconds",
        "Seconds to stop",
        process.stop_grace_seconds,
    );
    out.flag(group, "tty", "Terminal", process.tty);
    out.flag(
        group,
        "stdinOpen",
        "Open standard input",
        process.stdin_open,
    );
    out.flag(
        group,
        "autoRemove",
        "Removed when it ends",
        draft.auto_remove,
    );
    out.flag(group, "start", "Started", draft.start);
    for (name, value) in &draft.labels {
        out.put(group, "labels", name, value.clone());
    }
    if let Some(logging) = &draft.logging {
        out.text(group, "logging", "Log driver", Some(&logging.driver));
        for (name, value) in &logging.options {
            out.put(group, "logging", name, value.clone());
        }
    }
}

fn image(text: &str) -> String {
    ImageRef::parse(text.trim()).map_or_else(|_| text.trim().to_owned(), |image| image.familiar())
}

fn put_port(out: &mut Rows, port: &PortDraft) {
    let range = |first: i64, last: Option<i64>| match last {
        Some(last) if last != first => format!("{first}-{last}"),
        _ => first.to_string(),
    };
    let protocol = port.protocol.as_deref().filter(|p| !p.is_empty());
    let label = format!(
        "{}/{}",
        range(port.container, port.container_end),
        protocol.unwrap_or("tcp")
    );
    let length = port
        .container_end
        .map(|end| end.saturating_sub(port.container));
    let host = port.host.map_or_else(
        || "any".to_owned(),
        |host| {
            range(
                host,
                port.host_end
                    .or(length.map(|more| host.saturating_add(more))),
            )
        },
    );
    let shown = match port.host_ip.as_deref().filter(|ip| !ip.is_empty()) {
        Some(ip) => format!("{ip}:{host}"),
        None => host,
    };
    out.put(Group::Ports, "ports", label, shown);
}
