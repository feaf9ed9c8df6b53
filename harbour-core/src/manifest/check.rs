//! Rules between the parts of a manifest: who refers to whom, what collides.

use std::collections::{BTreeSet, HashMap};

use super::fault::{FaultKind, Faults};
use super::model::{
    Condition, Manifest, NetworkMode, ParamKind, Port, Restart, SchemaVersion, Service,
};
use super::params::PLATFORM_VARIABLES;
use super::template::Template;
use crate::yaml::{Mark, Node};

/// Checks a manifest that could be read; places come from its tree.
pub(super) fn check(manifest: &Manifest, root: &Node, faults: &mut Faults) {
    let mut check = Check {
        manifest,
        root,
        faults,
    };
    for service in &manifest.services {
        check.templates(service);
        check.targets(service);
        check.service_network(service);
        check.profiles(service);
        check.dependencies(service);
    }
    check.host_ports();
    check.cycles();
    check.webui();
    check.v1_environment();
}

struct Check<'a> {
    manifest: &'a Manifest,
    root: &'a Node,
    faults: &'a mut Faults,
}

impl Check<'_> {
    /// Where a part of a service stands; the nearest place above it that is there.
    fn place(&self, service: &Service, path: &[&str]) -> (Mark, String) {
        let mut all: Vec<&str> = Vec::new();
        if self.manifest.schema == SchemaVersion::V2 {
            all.extend(["services", service.name.as_str()]);
        }
        all.extend(path);
        self.top(&all)
    }

    fn top(&self, path: &[&str]) -> (Mark, String) {
        let mut node = self.root;
        for part in path {
            let next = match part.parse::<usize>() {
                Ok(index) if !node.items().is_empty() => node.items().get(index),
                _ => node.get(part),
            };
            let Some(next) = next else {
                break;
            };
            node = next;
        }
        (node.mark, path.join("."))
    }

    /// Whether a service is there, even one that could not be read.
    fn has_service(&self, name: &str) -> bool {
        self.manifest.service(name).is_some()
            || self
                .root
                .get("services")
                .is_some_and(|all| all.get(name).is_some())
    }

    /// Whether a param is there, even one that could not be read.
    fn has_param(&self, key: &str) -> bool {
        let written = self.root.get("params").map(Node::items).unwrap_or_default();
        written
            .iter()
            .any(|param| param.get("key").and_then(Node::as_str) == Some(key))
    }

    fn fault(&mut self, (mark, path): (Mark, String), message: String) {
        self.faults.add(mark, path, FaultKind::Rule, message);
    }

    /// Every `${KEY}` must be a param or a platform variable.
    fn templates(&mut self, service: &Service) {
        for (path, template) in templates(service) {
            let unknown: BTreeSet<&str> = template
                .references()
                .filter(|key| !PLATFORM_VARIABLES.contains(key) && !self.has_param(key))
                .collect();
            for key in unknown {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let place = self.place(service, &path);
                let message = if key.starts_with(super::params::PLATFORM_PREFIX) {
                    format!(
                        "`${{{key}}}` is none of the platform's: {}",
                        PLATFORM_VARIABLES.join(", ")
                    )
                } else {
                    format!(
                        "`${{{key}}}` is no param; add one with this key, or write `$$` for a dollar sign"
                    )
                };
                self.fault(place, message);
            }
        }
    }

    /// Nothing may be mounted or published twice in one container.
    fn targets(&mut self, service: &Service) {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        let volumes = service
            .volumes
            .iter()
            .map(|v| ("volumes", v.container.as_str()));
        let configs = service
            .configs
            .iter()
            .map(|c| ("configs", c.target.as_str()));
        let mut indices: HashMap<&str, usize> = HashMap::new();
        for (kind, target) in volumes.chain(configs) {
            let index = indices.entry(kind).or_default();
            let here = index.to_string();
            *index += 1;
            if let Some(other) = seen.insert(target, kind) {
                let place = self.place(service, &[kind, &here]);
                self.fault(
                    place,
                    format!("{target} is already taken by an entry of {other}"),
                );
            }
        }
        for (index, port) in service.ports.iter().enumerate() {
            let twice = service.ports[..index].iter().any(|other| {
                other.udp == port.udp
                    && other.container.overlaps(port.container)
                    && other.host_default == port.host_default
                    && other.host_ip == port.host_ip
            });
            if twice {
                let place = self.place(service, &["ports", &index.to_string()]);
                self.fault(place, "the same port stands above".to_owned());
            }
        }
    }

    fn service_network(&mut self, service: &Service) {
        let Some(mode) = &service.network.mode else {
            return;
        };
        if !service.ports.is_empty() {
            let place = self.place(service, &["ports"]);
            let why = match mode {
                NetworkMode::Host => {
                    "with network_mode: host every port is open already; leave `ports` out"
                }
                NetworkMode::None => "with network_mode: none no port can be published",
                NetworkMode::Service(_) => {
                    "ports belong to the service whose network this one uses"
                }
            };
            self.fault(place, why.to_owned());
        }
        let others = [(
            "network_mode",
            match mode {
                NetworkMode::Service(name) => Some(name.as_str()),
                NetworkMode::Host | NetworkMode::None => None,
            },
        )];
        let shared = |text: &Option<String>| {
            text.as_deref()
                .and_then(|text| text.strip_prefix("service:"))
                .map(str::to_owned)
        };
        let (pid, ipc) = (shared(&service.rights.pid), shared(&service.rights.ipc));
        let more = [("pid", pid.as_deref()), ("ipc", ipc.as_deref())];
        for (key, name) in others.into_iter().chain(more) {
            if let Some(name) = name {
                self.other_service(service, key, name);
            }
        }
    }

    fn other_service(&mut self, service: &Service, key: &str, name: &str) {
        if name == service.name {
            let place = self.place(service, &[key]);
            self.fault(place, "a service can not refer to itself".to_owned());
        } else if !self.has_service(name) {
            let place = self.place(service, &[key]);
            self.fault(place, format!("there is no service `{name}`"));
        }
    }

    fn profiles(&mut self, service: &Service) {
        for (index, profile) in service.profiles.iter().enumerate() {
            let is_boolean = self
                .manifest
                .param(profile)
                .is_some_and(|param| param.kind == ParamKind::Boolean);
            if !is_boolean {
                let place = self.place(service, &["profiles", &index.to_string()]);
                self.fault(
                    place,
                    format!("there is no param `{profile}` of the type boolean that turns it on"),
                );
            }
        }
    }

    fn dependencies(&mut self, service: &Service) {
        for dependency in &service.depends_on {
            let name = dependency.service.as_str();
            let path = ["depends_on", name];
            if name == service.name {
                let place = self.place(service, &path);
                self.fault(place, "a service can not wait for itself".to_owned());
                continue;
            }
            let Some(other) = self.manifest.service(name) else {
                if !self.has_service(name) {
                    let place = self.place(service, &path);
                    self.fault(place, format!("there is no service `{name}`"));
                }
                continue;
            };
            let restart = other.process.restart;
            let ends = matches!(restart, Some(Restart::No | Restart::OnFailure(_)));
            if dependency.condition == Condition::CompletedSuccessfully && !ends {
                let place = self.place(service, &path);
                self.fault(
                    place,
                    format!("`{name}` would be started again after it has ended; give it restart: \"no\""),
                );
            }
            if dependency.condition == Condition::Healthy
                && other
                    .healthcheck
                    .as_ref()
                    .is_some_and(|check| check.disable)
            {
                let place = self.place(service, &path);
                self.fault(place, format!("the health check of `{name}` is disabled"));
            }
        }
    }

    /// No two ports may want the same port of the server.
    fn host_ports(&mut self) {
        let mut seen: Vec<(&Service, &Port)> = Vec::new();
        for service in &self.manifest.services {
            for (index, port) in service.ports.iter().enumerate() {
                let Some(host) = port.host_default else {
                    continue;
                };
                let taken = seen.iter().find(|(_, other)| {
                    other.udp == port.udp
                        && other.host_default.is_some_and(|other| other.overlaps(host))
                        && (other.host_ip.is_none()
                            || port.host_ip.is_none()
                            || other.host_ip == port.host_ip)
                });
                let message = taken.map(|(other, _)| {
                    format!(
                        "port {} of the server is already wanted by `{}`",
                        host.first, other.name
                    )
                });
                if let Some(message) = message {
                    let place = self.place(service, &["ports", &index.to_string(), "hostDefault"]);
                    self.fault(place, message);
                } else {
                    seen.push((service, port));
                }
            }
        }
    }

    /// Services must not wait for each other in a circle.
    fn cycles(&mut self) {
        let mut waiting: Vec<&Service> = self.manifest.services.iter().collect();
        loop {
            let names: BTreeSet<&str> = waiting.iter().map(|s| s.name.as_str()).collect();
            let before = waiting.len();
            waiting.retain(|service| {
                needs(service).any(|name| name != service.name && names.contains(name))
            });
            if waiting.len() == before {
                break;
            }
        }
        if let Some(first) = waiting.first() {
            let names: Vec<&str> = waiting.iter().map(|s| s.name.as_str()).collect();
            let place = self.place(first, &["depends_on"]);
            self.fault(
                place,
                format!("these wait for each other: {}", names.join(", ")),
            );
        }
    }

    fn webui(&mut self) {
        let Some(webui) = &self.manifest.webui else {
            return;
        };
        let Some(service) = self.manifest.service(&webui.service) else {
            // In v1 the one service has the slug's name, and its absence has been said.
            let known = match self.manifest.schema {
                SchemaVersion::V1 => webui.service == self.manifest.slug,
                SchemaVersion::V2 => self.has_service(&webui.service),
            };
            if !known {
                let place = self.top(&["webui", "service"]);
                self.fault(place, format!("there is no service `{}`", webui.service));
            }
            return;
        };
        let holder = match &service.network.mode {
            Some(NetworkMode::Host) => return,
            Some(NetworkMode::Service(name)) => self.manifest.service(name).unwrap_or(service),
            Some(NetworkMode::None) | None => service,
        };
        if holder.network.mode == Some(NetworkMode::Host) {
            return;
        }
        let published = holder.ports.iter().any(|port| {
            !port.udp && (port.container.first..=port.container.last).contains(&webui.port)
        });
        if !published {
            let place = self.top(&["webui", "port"]);
            self.fault(
                place,
                format!(
                    "`{}` does not publish port {}; add it to `ports`",
                    holder.name, webui.port
                ),
            );
        }
    }

    /// In v1 a param is a variable already.
    fn v1_environment(&mut self) {
        if self.manifest.schema != SchemaVersion::V1 {
            return;
        }
        for service in &self.manifest.services {
            for (name, _) in &service.environment {
                if self.manifest.param(name).is_some() {
                    let place = self.top(&["environment", name]);
                    self.fault(
                        place,
                        format!("the param `{name}` is this variable already"),
                    );
                }
            }
        }
    }
}

/// Services that must be there before this one.
fn needs(service: &Service) -> impl Iterator<Item = &str> {
    let network = match &service.network.mode {
        Some(NetworkMode::Service(name)) => Some(name.as_str()),
        _ => None,
    };
    service
        .depends_on
        .iter()
        .map(|dependency| dependency.service.as_str())
        .chain(network)
}

/// Every template of a service with its address.
pub(crate) fn templates(service: &Service) -> Vec<(Vec<String>, &Template)> {
    let mut all = Vec::new();
    let path = |parts: &[&str]| {
        parts
            .iter()
            .map(|part| (*part).to_owned())
            .collect::<Vec<_>>()
    };
    for (name, value) in &service.environment {
        all.push((path(&["environment", name]), value));
    }
    for (name, value) in &service.labels {
        all.push((path(&["labels", name]), value));
    }
    for (index, config) in service.configs.iter().enumerate() {
        all.push((
            path(&["configs", &index.to_string(), "content"]),
            &config.content,
        ));
    }
    let lists = [
        (["command", ""], service.process.command.as_deref()),
        (["entrypoint", ""], service.process.entrypoint.as_deref()),
        (
            ["extra_hosts", ""],
            Some(service.network.extra_hosts.as_slice()),
        ),
        (
            ["healthcheck", "test"],
            service
                .healthcheck
                .as_ref()
                .map(|check| check.test.as_slice()),
        ),
    ];
    for (parts, templates) in lists {
        for (index, template) in templates.unwrap_or_default().iter().enumerate() {
            let mut parts = path(&parts);
            parts.retain(|part| !part.is_empty());
            parts.push(index.to_string());
            all.push((parts, template));
        }
    }
    let singles = [
        ("working_dir", &service.process.working_dir),
        ("user", &service.process.user),
        ("hostname", &service.network.hostname),
        ("domainname", &service.network.domainname),
    ];
    for (key, template) in singles {
        all.extend(template.as_ref().map(|template| (path(&[key]), template)));
    }
    all
}
