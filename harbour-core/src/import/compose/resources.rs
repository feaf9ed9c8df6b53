//! Limits, rights, devices and output of a Compose service.

use super::Project;
use crate::manifest::{
    Device, GpuRequest, Gpus, Hint, Limits, Logging, Process, Restart, Service, Ulimit,
};
use crate::risk::normalise_capability;
use crate::yaml::{Node, Value};

impl Project<'_> {
    /// Takes a key about rights and limits; false if it is none.
    pub(super) fn resource_key(
        &mut self,
        key: &str,
        node: &Node,
        field: &str,
        service: &mut Service,
    ) -> bool {
        let rights = &mut service.rights;
        match key {
            "privileged" => rights.privileged = self.flag(node, field).unwrap_or_default(),
            "cap_add" => rights.cap_add = self.capabilities(node, field),
            "cap_drop" => rights.cap_drop = self.capabilities(node, field),
            "security_opt" => rights.security_opt = self.texts(node, field),
            "read_only" => rights.read_only = self.flag(node, field).unwrap_or_default(),
            "pid" => rights.pid = self.shared(node, field, &["host"]),
            "ipc" => {
                rights.ipc = self.shared(node, field, &["host", "none", "private", "shareable"])
            }
            "device_cgroup_rules" => rights.device_cgroup_rules = self.texts(node, field),
            "sysctls" => {
                for (name, value) in self.pairs(node, field) {
                    let value = self.vars.literal(&value.unwrap_or_default(), field);
                    rights.sysctls.extend(value.map(|value| (name, value)));
                }
            }
            "gpus" => rights.gpus = self.gpus(node, field),
            "runtime" => match self.literal(node, field).as_deref() {
                Some("nvidia") => {
                    rights.gpus.get_or_insert(Gpus::All);
                    self.notes()
                        .changed(field, "the runtime nvidia is said by gpus");
                }
                None | Some("runc") => {}
                Some(_) => self
                    .notes()
                    .lost(field, "other runtimes are not chosen here"),
            },
            "devices" => {
                for item in node.items() {
                    let device = self.device(item, field);
                    service.devices.extend(device);
                }
            }
            "deploy" => self.deploy(node, field, service),
            "logging" => self.logging(node, field, service),
            _ => return self.limit_key(key, node, field, &mut service.limits),
        }
        true
    }

    fn limit_key(&mut self, key: &str, node: &Node, field: &str, limits: &mut Limits) -> bool {
        match key {
            "mem_limit" => limits.mem_limit = self.size(node, field),
            "mem_reservation" => limits.mem_reservation = self.size(node, field),
            "memswap_limit" if node.as_str() == Some("-1") => limits.memswap_limit = Some(-1),
            "memswap_limit" => limits.memswap_limit = self.size(node, field),
            "shm_size" => limits.shm_size = self.size(node, field),
            "cpus" => limits.cpus = self.cpus(node, field),
            "cpu_shares" => {
                limits.cpu_shares = self
                    .integer(node, field)
                    .filter(|shares| (2..=262_144).contains(shares));
            }
            "cpuset" => limits.cpuset = self.literal(node, field),
            "pids_limit" => limits.pids_limit = self.integer(node, field).filter(|&most| most != 0),
            "tmpfs" => limits.tmpfs = self.texts(node, field),
            "ulimits" => {
                for entry in node.entries() {
                    let field = format!("{field}.{}", entry.key);
                    let value = &entry.value;
                    let mut part = |key: &str| {
                        let node = value.get(key)?;
                        self.integer(node, &field)
                    };
                    let both = match value.value {
                        Value::Map(_) => (part("soft"), part("hard")),
                        Value::Scalar(_) | Value::List(_) => {
                            let both = self.integer(value, &field);
                            (both, both)
                        }
                    };
                    if let (Some(soft), Some(hard)) = (both.0.or(both.1), both.1.or(both.0)) {
                        limits.ulimits.push(Ulimit {
                            name: entry.key.clone(),
                            soft: soft.max(-1),
                            hard: hard.max(-1),
                        });
                    }
                }
            }
            _ => return false,
        }
        true
    }

    fn cpus(&mut self, node: &Node, field: &str) -> Option<f64> {
        let text = self.literal(node, field)?;
        let cpus = text.parse::<f64>().ok().filter(|cpus| cpus.is_finite());
        match cpus {
            Some(cpus) if (0.01..=1024.0).contains(&cpus) => Some(cpus),
            Some(0.0) => None,
            _ => {
                self.notes().lost(
                    field,
                    format!(
                        "“{}” is no number of processors",
                        crate::problem::shown(&text)
                    ),
                );
                None
            }
        }
    }

    fn capabilities(&mut self, node: &Node, field: &str) -> Vec<String> {
        let names = self.texts(node, field);
        names
            .iter()
            .map(|name| normalise_capability(name))
            .collect()
    }

    fn shared(&mut self, node: &Node, field: &str, words: &[&str]) -> Option<String> {
        let text = self.literal(node, field)?;
        if words.contains(&text.as_str()) || text.starts_with("service:") {
            return Some(text);
        }
        self.notes().lost(
            field,
            format!("“{}” is not known here", crate::problem::shown(&text)),
        );
        None
    }

    /// Adds a device that is written as Compose's short form.
    pub(in crate::import) fn add_device(
        &mut self,
        text: &str,
        field: &str,
        hint: Hint,
        service: &mut Service,
    ) {
        if let Some(device) = self.device(&Node::text(text), field) {
            service.devices.push(Device { hint, ..device });
        }
    }

    fn device(&mut self, node: &Node, field: &str) -> Option<Device> {
        let of = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let (host, container, permissions) = match &node.value {
            Value::Map(_) => (of("source"), of("target"), of("permissions")),
            Value::Scalar(_) => {
                let text = self.literal(node, field)?;
                let mut parts = text.split(':').map(str::to_owned);
                let host = parts.next();
                match (parts.next(), parts.next()) {
                    (Some(second), None) if !second.starts_with('/') => (host, None, Some(second)),
                    (container, permissions) => (host, container, permissions),
                }
            }
            Value::List(_) => (None, None, None),
        };
        let host = host.filter(|host| host.starts_with('/'));
        let Some(host) = host else {
            self.notes()
                .lost(field, "only devices with a path are handed in here");
            return None;
        };
        let container = container
            .filter(|path| path.starts_with('/'))
            .unwrap_or_else(|| host.clone());
        let permissions = permissions.filter(|text| {
            !text.is_empty() && text.len() <= 3 && text.chars().all(|c| "rwm".contains(c))
        });
        Some(Device {
            host_default: (host != container).then_some(host),
            container,
            permissions: permissions.filter(|text| text != "rwm"),
            hint: Hint::default(),
        })
    }

    fn gpus(&mut self, node: &Node, field: &str) -> Option<Gpus> {
        if let Value::List(items) = &node.value {
            let requests = items.iter().map(|item| self.gpu(item, field)).collect();
            return Some(Gpus::Some(requests));
        }
        match self.literal(node, field)?.as_str() {
            "all" => Some(Gpus::All),
            text => {
                let count = text.parse().ok();
                if count.is_none() {
                    self.notes()
                        .lost(field, "is no number of graphics processors");
                }
                count.map(|count| {
                    Gpus::Some(vec![GpuRequest {
                        count: Some(count),
                        ..GpuRequest::default()
                    }])
                })
            }
        }
    }

    fn gpu(&mut self, node: &Node, field: &str) -> GpuRequest {
        let mut list = |key: &str| {
            node.get(key)
                .map(|node| self.texts(node, field))
                .unwrap_or_default()
        };
        let device_ids = list("device_ids");
        let capabilities = list("capabilities");
        let count = match node.get("count").and_then(Node::as_str) {
            Some("all") => Some(-1),
            Some(text) => text.parse().ok(),
            None => None,
        };
        GpuRequest {
            driver: node
                .get("driver")
                .and_then(|node| self.literal(node, field)),
            count: count.filter(|_| device_ids.is_empty()),
            device_ids,
            capabilities,
        }
    }

    fn deploy(&mut self, node: &Node, field: &str, service: &mut Service) {
        for entry in node.entries() {
            let field = format!("{field}.{}", entry.key);
            let value = &entry.value;
            match entry.key.as_str() {
                "resources" => {
                    for part in ["limits", "reservations"] {
                        for entry in value.get(part).map(Node::entries).unwrap_or_default() {
                            let field = format!("{field}.{part}.{}", entry.key);
                            self.resource(part, &entry.key, &entry.value, &field, service);
                        }
                    }
                }
                "replicas" => {
                    if self
                        .integer(value, &field)
                        .is_some_and(|number| number != 1)
                    {
                        self.notes().lost(field, "a service has one container");
                    }
                }
                "restart_policy" => self.restart_policy(value, &field, &mut service.process),
                "labels" | "mode" | "placement" | "update_config" | "rollback_config"
                | "endpoint_mode" => {
                    self.notes()
                        .changed(field, "is about clusters; there is one server here");
                }
                _ => self.notes().lost(field, "has no place in a manifest"),
            }
        }
    }

    fn resource(&mut self, part: &str, key: &str, node: &Node, field: &str, service: &mut Service) {
        let limits = &mut service.limits;
        match (part, key) {
            ("limits", "memory") => limits.mem_limit = self.size(node, field),
            ("limits", "cpus") => limits.cpus = self.cpus(node, field),
            ("limits", "pids") => {
                limits.pids_limit = self.integer(node, field).filter(|&most| most != 0)
            }
            ("reservations", "memory") => limits.mem_reservation = self.size(node, field),
            ("reservations", "cpus") => {
                self.notes().changed(
                    field,
                    "outside of clusters the engine reserves no processors",
                );
            }
            ("reservations", "devices") => {
                let requests: Vec<GpuRequest> = node
                    .items()
                    .iter()
                    .map(|item| self.gpu(item, field))
                    .collect();
                if !requests.is_empty() {
                    service.rights.gpus = Some(Gpus::Some(requests));
                }
            }
            _ => self.notes().lost(field, "has no place in a manifest"),
        }
    }

    fn restart_policy(&mut self, node: &Node, field: &str, process: &mut Process) {
        let of = |key: &str| node.get(key).and_then(Node::as_str);
        if process.restart.is_some() {
            return;
        }
        let most = of("max_attempts").and_then(|text| text.parse().ok());
        process.restart = match of("condition") {
            None | Some("any") => Some(Restart::Always),
            Some("on-failure") => Some(Restart::OnFailure(most.filter(|&most| most > 0))),
            Some("none") => Some(Restart::No),
            Some(other) => {
                let other = other.to_owned();
                self.restart(&other, field)
            }
        };
        if of("delay").or(of("window")).is_some() {
            self.notes().changed(field, "delays are the engine's own");
        }
    }

    fn logging(&mut self, node: &Node, field: &str, service: &mut Service) {
        let driver = node
            .get("driver")
            .and_then(|node| self.literal(node, field));
        let mut options = Vec::new();
        if let Some(node) = node.get("options") {
            for (name, value) in self.pairs(node, field) {
                let value = self.vars.literal(&value.unwrap_or_default(), field);
                options.extend(value.map(|value| (name, value)));
            }
        }
        if driver.is_some() || !options.is_empty() {
            service.logging = Some(Logging { driver, options });
        }
    }
}
