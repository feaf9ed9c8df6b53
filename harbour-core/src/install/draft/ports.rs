//! Ports of the server for the ports of an app, and the address of its page.

use std::collections::BTreeMap;

use crate::draft::{CreateDraft, PortDraft};
use crate::install::field::port_id;
use crate::install::{Answers, Situation};
use crate::manifest::{Manifest, NetworkMode, Port, Service};
use crate::port::{PortRun, Protocol, next_free_port, next_free_run};
use crate::problem::{Problem, ProblemCode};

/// A port that is published.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    id: String,
    service: String,
    container: crate::manifest::PortRange,
    udp: bool,
    host: u16,
    host_ip: Option<String>,
    /// Nobody asked for this number.
    free: bool,
}

/// Decides on a port of the server for every port that is not left out.
pub(super) fn choose(
    services: &[&Service],
    answers: &Answers,
    situation: &Situation,
    out: &mut Vec<Problem>,
) -> Vec<Chosen> {
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut open: Vec<(usize, Protocol, u16, u16)> = Vec::new();
    for service in services {
        for port in &service.ports {
            let id = port_id(service, port);
            let answer = answers.ports.get(&id).cloned().unwrap_or_default();
            if answer.off {
                if port.hint.required != Some(false) {
                    let message = "This port can not be left out.";
                    out.push(Problem::new(
                        format!("ports.{id}"),
                        ProblemCode::Required,
                        message,
                    ));
                }
                continue;
            }
            let before = situation.existing.as_ref().and_then(|e| e.ports.get(&id));
            let wanted = match answer.host {
                Some(host) => Some(host).filter(|&host| host != 0),
                None => port.host_default.map(|range| range.first),
            };
            let length = u16::try_from(port.container.count()).unwrap_or(u16::MAX);
            if wanted.is_none() && before.is_none() {
                open.push((chosen.len(), protocol(port), port.container.first, length));
            }
            let ip = port.host_ip.map(|ip| ip.to_string());
            chosen.push(Chosen {
                id,
                service: service.name.clone(),
                container: port.container,
                udp: port.udp,
                host: wanted.or(before.copied()).unwrap_or_default(),
                host_ip: answer.host_ip.filter(|ip| !ip.is_empty()).or(ip),
                free: wanted.is_none(),
            });
        }
    }
    // Numbers that were asked for come first.
    for (index, protocol, container, length) in open {
        let promised: Vec<u16> = chosen.iter().flat_map(Chosen::hosts).collect();
        let after = usual(container) - 1;
        let ip = chosen[index]
            .host_ip
            .as_deref()
            .and_then(|ip| ip.parse().ok());
        let free = match length {
            1 => next_free_port(after, protocol, ip, &situation.ports, &promised),
            length => {
                let run = PortRun { after, length };
                next_free_run(run, protocol, ip, &situation.ports, &promised)
            }
        };
        match free {
            Some(free) => chosen[index].host = free,
            None => {
                let field = format!("ports.{}", chosen[index].id);
                let message = "No port of this server is free; name one.";
                out.push(Problem::new(field, ProblemCode::PortTaken, message));
            }
        }
    }
    chosen
}

/// Where a search for a free port begins: the same number, but above those that
/// belong to the system.
fn usual(container: u16) -> u16 {
    match container {
        0..=999 => container + 8_000,
        1_000..=1_023 => container + 9_000,
        container => container,
    }
}

fn protocol(port: &Port) -> Protocol {
    if port.udp {
        Protocol::Udp
    } else {
        Protocol::Tcp
    }
}

impl Chosen {
    fn hosts(&self) -> impl Iterator<Item = u16> {
        let first = u32::from(self.host);
        let all = (first..first + self.container.count()).filter(move |_| first != 0);
        all.filter_map(|port| u16::try_from(port).ok())
    }
}

/// Puts a service's ports into its draft; answers the ids of their fields.
pub(super) fn drafts(service: &Service, chosen: &[Chosen], draft: &mut CreateDraft) -> Vec<String> {
    let own = chosen.iter().filter(|port| port.service == service.name);
    own.map(|port| {
        let range = port.container;
        draft.ports.push(PortDraft {
            container: i64::from(range.first),
            container_end: (range.last != range.first).then(|| i64::from(range.last)),
            host: Some(i64::from(port.host)).filter(|&host| host != 0),
            host_end: None,
            host_ip: port.host_ip.clone(),
            protocol: Some(if port.udp { "udp" } else { "tcp" }.to_owned()),
        });
        port.id.clone()
    })
    .collect()
}

/// Ports that were free to choose, to be kept when the settings change.
pub(super) fn free_choices(chosen: &[Chosen]) -> BTreeMap<String, u16> {
    let free = chosen.iter().filter(|port| port.free && port.host != 0);
    free.map(|port| (port.id.clone(), port.host)).collect()
}

/// The address of the app's page.
pub(super) fn url(
    manifest: &Manifest,
    services: &[&Service],
    chosen: &[Chosen],
    host: &str,
) -> Option<String> {
    let page = manifest.webui.as_ref()?;
    let service = services
        .iter()
        .find(|service| service.name == page.service)?;
    let publisher = match &service.network.mode {
        Some(NetworkMode::Service(other)) => services.iter().find(|s| s.name == *other)?,
        Some(NetworkMode::Host | NetworkMode::None) | None => service,
    };
    let port = match publisher.network.mode {
        Some(NetworkMode::Host) => page.port,
        _ => {
            let inside = |port: &&Chosen| {
                port.service == publisher.name
                    && !port.udp
                    && (port.container.first..=port.container.last).contains(&page.port)
            };
            let port = chosen.iter().find(inside)?;
            port.host.checked_add(page.port - port.container.first)?
        }
    };
    let scheme = if page.https { "https" } else { "http" };
    let default = if page.https { 443 } else { 80 };
    let host = in_url(host);
    Some(if port == default {
        format!("{scheme}://{host}{}", page.path)
    } else {
        format!("{scheme}://{host}:{port}{}", page.path)
    })
}

/// A host as it stands in an address: IPv6 in brackets (RFC 3986, section 3.2.2).
pub(super) fn in_url(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}
