//! A Compose project into services of a manifest. The other formats are brought
//! into this form first, so that each key is understood in one place.

mod files;
mod network;
mod process;
mod resources;
mod service;
mod storage;
mod value;

pub(super) use files::env_lines;

use std::collections::BTreeMap;

use super::File;
use super::names;
use super::report::{Notes, Reason, Refusal};
use super::vars::Vars;
use crate::manifest::{
    Architecture, Condition, Dependency, NetworkMode, Restart, Service, Template, VolumeDefault,
};
use crate::yaml::{self, Node, YamlError};

/// Limits of strangers' files; templates of whole catalogues are larger than manifests.
pub(super) const LIMITS: yaml::Limits = yaml::Limits {
    bytes: 8 * 1024 * 1024,
    depth: 48,
    nodes: 400_000,
    aliases: true,
};

/// What a platform adds to Compose.
#[derive(Debug, Default)]
pub(super) struct Dialect {
    /// Beginnings of paths of the server, and what stands for them here; first match.
    pub(super) paths: Vec<(String, String)>,
    /// Beginnings of labels that speak to the platform only.
    pub(super) labels: &'static [&'static str],
    /// The whole `.env` of the template, for `env_file`.
    pub(super) env_file: Vec<(String, String)>,
}

/// Labels for programs that are not part of the app, in any catalogue.
const OTHERS_LABELS: [&str; 14] = [
    "traefik.",
    "caddy",
    "swag",
    "homepage.",
    "com.centurylinklabs.watchtower.",
    "diun.",
    "wud.",
    "net.unraid.",
    "com.docker.compose.",
    "org.opencontainers.image.",
    "io.portainer.",
    "io.casaos.",
    "kuma.",
    "icon",
];

/// Everything that is known while a project is converted.
pub(super) struct Project<'a> {
    pub(super) root: &'a Node,
    pub(super) files: &'a [File<'a>],
    /// Files whose content has variables in it.
    pub(super) templated: Vec<(String, Template)>,
    pub(super) dialect: Dialect,
    pub(super) vars: Vars,
    pub(super) slug: String,
    /// The only processor that a service names.
    pub(super) platform: Option<Architecture>,
}

/// A service and the names it has beside its own.
struct Named {
    service: Service,
    aliases: Vec<String>,
}

impl<'a> Project<'a> {
    /// A project about which only its text is known.
    pub(super) fn new(root: &'a Node, files: &'a [File<'a>], slug: &str) -> Self {
        Self {
            root,
            files,
            templated: Vec::new(),
            dialect: Dialect::default(),
            vars: Vars::default(),
            slug: slug.to_owned(),
            platform: None,
        }
    }

    fn notes(&mut self) -> &mut Notes {
        &mut self.vars.notes
    }

    /// The services, under names that are valid and under which others reach them.
    ///
    /// # Errors
    /// When there is none, an image would have to be built, or nothing names an image.
    pub(super) fn convert(&mut self) -> Result<Vec<Service>, Refusal> {
        let root = self.root;
        let services = root.get("services").map(Node::entries).unwrap_or_default();
        if services.is_empty() {
            return Err(Refusal::new(
                Reason::Unreadable,
                "there are no services in it",
            ));
        }
        self.top_level();
        let mut all: Vec<Named> = Vec::new();
        for entry in services {
            if entry.value.entries().is_empty() {
                return Err(Refusal::new(
                    Reason::Unreadable,
                    format!(
                        "the service `{}` is no map",
                        crate::problem::shown(&entry.key)
                    ),
                ));
            }
            all.push(self.service(&entry.key, &entry.value)?);
        }
        rename(&mut all, &mut self.vars.notes);
        let mut services: Vec<Service> = all.into_iter().map(|named| named.service).collect();
        own_volumes(&mut services);
        settle(&mut services, &mut self.vars.notes);
        Ok(services)
    }

    fn top_level(&mut self) {
        let root = self.root;
        for entry in root.entries() {
            match entry.key.as_str() {
                "services" | "version" | "name" | "volumes" | "configs" | "secrets" => {}
                "networks" => self.top_networks(&entry.value),
                key if key.starts_with("x-") => {}
                key => self
                    .vars
                    .notes
                    .lost(key, "this key of the project is not known here"),
            }
        }
    }
}

/// Reads YAML or JSON.
pub(super) fn read(file: &File<'_>) -> Result<Node, Refusal> {
    let first = match yaml::read(file.bytes, &LIMITS) {
        Ok(root) => return Ok(root),
        Err(error) => error,
    };
    indented_brackets(file.bytes, first).map_err(|error| unreadable(file, &error))
}

/// Other parsers take a bracket that closes a list at the indentation of its
/// key, which YAML does not (1.2.2, section 7.4). Such a line is moved inwards.
fn indented_brackets(bytes: &[u8], first: YamlError) -> Result<Node, YamlError> {
    const MOST: usize = 20;
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(first);
    };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut error = first;
    for _ in 0..MOST {
        let index = usize::try_from(error.mark.line)
            .unwrap_or_default()
            .saturating_sub(1);
        match lines.get_mut(index) {
            Some(line) if line.trim_start().starts_with([']', '}']) => line.insert_str(0, "    "),
            _ => break,
        }
        match yaml::read(lines.join("\n").as_bytes(), &LIMITS) {
            Ok(root) => return Ok(root),
            Err(next) => error = next,
        }
    }
    Err(error)
}

fn unreadable(file: &File<'_>, error: &YamlError) -> Refusal {
    Refusal::new(
        Reason::Unreadable,
        format!(
            "{}:{}: {}",
            crate::problem::shown(file.path),
            error.mark,
            error.message
        ),
    )
}

/// Gives each service one name: its own, unless others reach it by another.
fn rename(all: &mut [Named], notes: &mut Notes) {
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut taken: Vec<String> = all.iter().map(|named| named.service.name.clone()).collect();
    for index in 0..all.len() {
        let own = all[index].service.name.clone();
        let reached = |name: &str| {
            all.iter()
                .enumerate()
                .any(|(other, named)| other != index && service::reaches(&named.service, name))
        };
        let used: Vec<&String> = all[index]
            .aliases
            .iter()
            .filter(|alias| **alias != own && reached(alias))
            .collect();
        let Some(first) = used.first().map(|alias| (*alias).clone()) else {
            continue;
        };
        let field = format!("services.{own}");
        if used.len() > 1 || reached(&own) || taken.contains(&first) {
            notes.lost(
                field,
                format!("others reach it as {own} and as {first}; only {own} is left"),
            );
            continue;
        }
        let valid = names::service(&first);
        if valid != first {
            notes.lost(
                field,
                format!("others reach it as {first}, which is no name of a service"),
            );
            continue;
        }
        notes.changed(
            field,
            format!("is called {first}, the name by which others reach it"),
        );
        taken.push(first.clone());
        renamed.insert(own, first);
    }
    let new = |name: &mut String| {
        if let Some(to) = renamed.get(name) {
            name.clone_from(to);
        }
    };
    for named in all {
        new(&mut named.service.name);
        for dependency in &mut named.service.depends_on {
            new(&mut dependency.service);
        }
        if let Some(NetworkMode::Service(name)) = &mut named.service.network.mode {
            new(name);
        }
        for text in [&mut named.service.rights.pid, &mut named.service.rights.ipc] {
            let other = text
                .as_deref()
                .and_then(|text| text.strip_prefix("service:"));
            if let Some(to) = other.and_then(|other| renamed.get(other)) {
                *text = Some(format!("service:{to}"));
            }
        }
    }
}

/// A named volume that only one place uses needs no name.
fn own_volumes(services: &mut [Service]) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for volume in services.iter().flat_map(|service| &service.volumes) {
        if let VolumeDefault::Shared(name) = &volume.host_default {
            *uses.entry(name.clone()).or_default() += 1;
        }
    }
    for volume in services.iter_mut().flat_map(|service| &mut service.volumes) {
        if let VolumeDefault::Shared(name) = &volume.host_default
            && uses.get(name) == Some(&1)
        {
            volume.host_default = VolumeDefault::Own;
        }
    }
}

/// Brings services into line with the rules between them.
fn settle(services: &mut [Service], notes: &mut Notes) {
    let names: Vec<String> = services
        .iter()
        .map(|service| service.name.clone())
        .collect();
    let completed: Vec<String> = services
        .iter()
        .flat_map(|service| &service.depends_on)
        .filter(|dependency| dependency.condition == Condition::CompletedSuccessfully)
        .map(|dependency| dependency.service.clone())
        .collect();
    let disabled: Vec<String> = services
        .iter()
        .filter(|service| {
            service
                .healthcheck
                .as_ref()
                .is_some_and(|check| check.disable)
        })
        .map(|service| service.name.clone())
        .collect();
    for service in services.iter_mut() {
        let field = format!("services.{}", service.name);
        let ends = matches!(
            service.process.restart,
            Some(Restart::No | Restart::OnFailure(_))
        );
        if completed.contains(&service.name) && !ends {
            notes.changed(&field, "runs once: others wait for its end");
            service.process.restart = Some(Restart::No);
        }
        let own = service.name.clone();
        let mut seen: Vec<String> = Vec::new();
        service.depends_on.retain(|dependency: &Dependency| {
            let known = names.contains(&dependency.service) && dependency.service != own;
            if !known {
                notes.changed(
                    format!("{field}.depends_on"),
                    format!(
                        "there is no other service `{}`",
                        crate::problem::shown(&dependency.service)
                    ),
                );
            }
            let first = !seen.contains(&dependency.service);
            seen.push(dependency.service.clone());
            known && first
        });
        for dependency in &mut service.depends_on {
            if dependency.condition == Condition::Healthy && disabled.contains(&dependency.service)
            {
                dependency.condition = Condition::Started;
                notes.changed(
                    format!("{field}.depends_on"),
                    "waits for the start: the health check of the other is disabled",
                );
            }
        }
    }
    host_ports(services, notes);
}

/// The first of two that want a port of the server gets it.
fn host_ports(services: &mut [Service], notes: &mut Notes) {
    let mut taken: Vec<(bool, crate::manifest::PortRange, Option<std::net::IpAddr>)> = Vec::new();
    for service in services {
        for port in &mut service.ports {
            let Some(host) = port.host_default else {
                continue;
            };
            let collides = taken.iter().any(|(udp, other, ip)| {
                *udp == port.udp
                    && other.overlaps(host)
                    && (ip.is_none() || port.host_ip.is_none() || *ip == port.host_ip)
            });
            if collides {
                notes.changed(
                    format!("services.{}.ports", service.name),
                    format!(
                        "port {} of the server is taken by another; a free one is chosen",
                        host.first
                    ),
                );
                port.host_default = None;
            } else {
                taken.push((port.udp, host, port.host_ip));
            }
        }
    }
}
