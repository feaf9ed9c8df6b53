//! Networks, ports and names of a Compose service.

use super::{Named, Project};
use crate::import::names;
use crate::manifest::{Hint, Network, NetworkMode, Port, PortRange, Service};
use crate::yaml::{Node, Value};

impl Project<'_> {
    /// Takes a key about names; false if it is none.
    pub(super) fn network_key(
        &mut self,
        key: &str,
        node: &Node,
        field: &str,
        network: &mut Network,
    ) -> bool {
        match key {
            "domainname" => network.domainname = self.template(node, field),
            "extra_hosts" => {
                let hosts = match node.value {
                    Value::Map(_) => self
                        .pairs(node, field)
                        .into_iter()
                        .map(|(name, address)| format!("{name}:{}", address.unwrap_or_default()))
                        .collect(),
                    Value::List(_) | Value::Scalar(_) => node
                        .items()
                        .iter()
                        .filter_map(Node::as_str)
                        .map(str::to_owned)
                        .collect::<Vec<_>>(),
                };
                network.extra_hosts = hosts
                    .iter()
                    .map(|host| self.vars.template(host, field))
                    .collect();
            }
            "dns" => network.dns = self.texts(node, field),
            "dns_search" => network.dns_search = self.texts(node, field),
            "dns_opt" => network.dns_opt = self.texts(node, field),
            _ => return false,
        }
        true
    }

    pub(super) fn top_networks(&mut self, node: &Node) {
        for entry in node.entries() {
            let field = format!("networks.{}", entry.key);
            let of = |key: &str| entry.value.get(key).and_then(Node::as_str);
            if of("internal") == Some("true") {
                self.notes().lost(
                    &field,
                    "its services could not reach the internet; here they can",
                );
            }
            match of("driver") {
                None | Some("bridge" | "overlay" | "default") => {}
                Some(driver) => {
                    let driver = crate::problem::shown(driver);
                    self.notes().lost(
                        &field,
                        format!("has the driver {driver}; each app has one private network here"),
                    );
                }
            }
            self.notes()
                .changed(&field, "each app has one private network");
        }
    }

    /// The network of a service, and the ports it publishes there.
    pub(super) fn network_of(&mut self, node: &Node, named: &mut Named) {
        let field = format!("services.{}", named.service.name);
        if let Some(mode) = node.get("network_mode").filter(|mode| !mode.is_null()) {
            let text = self.literal(mode, &format!("{field}.network_mode"));
            named.service.network.mode = text.and_then(|mode| self.mode(&mode, &field));
        }
        if let Some(networks) = node.get("networks") {
            self.joined(networks, &field, named);
        }
        let ports = node.get("ports").map(Node::items).unwrap_or_default();
        for port in ports {
            self.port(port, &format!("{field}.ports"), &mut named.service);
        }
        if named.service.network.mode.is_some() && !named.service.ports.is_empty() {
            named.service.ports.clear();
            self.notes().changed(
                format!("{field}.ports"),
                "publishing means nothing in this network mode",
            );
        }
    }

    fn mode(&mut self, mode: &str, field: &str) -> Option<NetworkMode> {
        match mode.split_once(':') {
            None => match mode {
                "host" => Some(NetworkMode::Host),
                "none" => Some(NetworkMode::None),
                "bridge" | "default" | "" => None,
                other => {
                    let other = crate::problem::shown(other);
                    self.notes().changed(
                        format!("{field}.network_mode"),
                        format!("the network {other} belongs to its platform; each app has one of its own"),
                    );
                    None
                }
            },
            Some(("service", name)) => Some(NetworkMode::Service(names::service(name))),
            Some(("container", name)) => {
                let service = self.service_of_container(name);
                if service.is_none() {
                    self.notes().lost(
                        format!("{field}.network_mode"),
                        format!(
                            "uses the network of {}, which is not part of the app",
                            crate::problem::shown(name)
                        ),
                    );
                }
                service.map(NetworkMode::Service)
            }
            Some(_) => {
                self.notes().lost(
                    format!("{field}.network_mode"),
                    format!("“{}” is not known here", crate::problem::shown(mode)),
                );
                None
            }
        }
    }

    fn service_of_container(&mut self, name: &str) -> Option<String> {
        let root = self.root;
        let services = root.get("services").map(Node::entries).unwrap_or_default();
        services
            .iter()
            .find(|entry| {
                entry.key == name
                    || entry.value.get("container_name").and_then(Node::as_str) == Some(name)
            })
            .map(|entry| names::service(&entry.key))
    }

    fn joined(&mut self, networks: &Node, field: &str, named: &mut Named) {
        for entry in networks.entries() {
            for setting in entry.value.entries() {
                let field = format!("{field}.networks.{}.{}", entry.key, setting.key);
                match setting.key.as_str() {
                    "aliases" => named.aliases.extend(self.texts(&setting.value, &field)),
                    "ipv4_address" | "ipv6_address" => {
                        self.notes().lost(
                            field,
                            "addresses are not fixed here; services are reached by name",
                        );
                    }
                    "priority" | "gw_priority" | "interface_name" => {}
                    _ => self.notes().lost(field, "has no place in a manifest"),
                }
            }
        }
    }

    /// Adds a port that is written as Compose's short form.
    pub(in crate::import) fn add_port(
        &mut self,
        text: &str,
        field: &str,
        hint: Hint,
        service: &mut Service,
    ) {
        let before = service.ports.len();
        self.port(&Node::text(text), field, service);
        if let Some(port) = service.ports.get_mut(before) {
            port.hint = hint;
        }
    }

    fn port(&mut self, node: &Node, field: &str, service: &mut Service) {
        let read = match &node.value {
            Value::Scalar(_) => {
                let Some(text) = node.as_str() else { return };
                let template = self.vars.template(text, field);
                match self.vars.as_known(&template) {
                    Some(known) => read_port(&known),
                    // The port of the server is asked for; that of the container is known.
                    None => self
                        .vars
                        .literal(container_part(text), field)
                        .and_then(|text| read_port(&text)),
                }
            }
            Value::Map(_) => self.long_port(node, field),
            Value::List(_) => None,
        };
        let Some(port) = read else {
            let text = node.as_str().unwrap_or("an entry");
            self.notes().lost(
                field,
                format!("“{}” is no port", crate::problem::shown(text)),
            );
            return;
        };
        let same = |other: &Port| {
            other.udp == port.udp
                && other.container.overlaps(port.container)
                && other.host_default == port.host_default
        };
        if !service.ports.iter().any(same) {
            service.ports.push(port);
        }
    }

    fn long_port(&mut self, node: &Node, field: &str) -> Option<Port> {
        let mut text = |key: &str| {
            let value = node.get(key).and_then(Node::as_str)?;
            self.vars
                .literal(value, field)
                .filter(|text| !text.is_empty())
        };
        let container = range(&text("target")?)?;
        let host = text("published").and_then(|text| range(&text));
        let protocol = text("protocol");
        let ip = text("host_ip").and_then(|ip| ip.parse().ok());
        Some(Port {
            container,
            host_default: host.filter(|host| host.count() == container.count()),
            udp: protocol
                .as_deref()
                .is_some_and(|p| p.eq_ignore_ascii_case("udp")),
            host_ip: unless_any(ip),
            hint: Hint::default(),
        })
    }
}

/// What stands behind the last colon that is not inside of braces.
fn container_part(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => start = at + 1,
            _ => {}
        }
    }
    &text[start..]
}

/// `[ADDRESS:][HOST:]CONTAINER[/PROTOCOL]`, each a port or a range.
fn read_port(text: &str) -> Option<Port> {
    let (ends, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let udp = match protocol.trim().to_ascii_lowercase().as_str() {
        "" | "tcp" => false,
        "udp" => true,
        _ => return None,
    };
    let (rest, container) = ends
        .rsplit_once(':')
        .map_or((None, ends), |(rest, c)| (Some(rest), c));
    let container = range(container)?;
    let (ip, host) = match rest {
        None => (None, None),
        Some(rest) => match rest.rsplit_once(':') {
            Some((ip, host)) => {
                let ip = ip.trim_start_matches('[').trim_end_matches(']');
                (Some(ip.parse().ok()?), Some(host))
            }
            None => (None, Some(rest)),
        },
    };
    let host = match host.map(str::trim).filter(|host| !host.is_empty()) {
        Some(host) => Some(range(host)?),
        None => None,
    };
    Some(Port {
        container,
        host_default: host.filter(|host| host.count() == container.count()),
        udp,
        host_ip: unless_any(ip),
        hint: Hint::default(),
    })
}

/// The address that stands for all of IPv4 is what an absent one means.
fn unless_any(ip: Option<std::net::IpAddr>) -> Option<std::net::IpAddr> {
    ip.filter(|ip| !ip.is_unspecified())
}

fn range(text: &str) -> Option<PortRange> {
    let port = |text: &str| text.trim().parse::<u16>().ok().filter(|&port| port != 0);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (port(first)?, port(last)?);
    (first <= last).then_some(PortRange { first, last })
}
