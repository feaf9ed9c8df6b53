//! Checks of a draft's networks, and of the names it resolves.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::process::is_host_name;
use super::{MAX_HOSTS, MAX_NETWORKS, MAX_OPTIONS, World, bounded, given, unfit};
use crate::draft::{CreateDraft, NetworkDraft};
use crate::problem::{Problem, ProblemCode, shown};
use crate::spec::{Attachment, Lookup};

/// Networks every engine has.
const BUILT_IN: [&str; 3] = ["bridge", "host", "none"];
/// Stands for the server's address on the container's network.
const GATEWAY: &str = "host-gateway";
/// Longest option of a resolver.
const MAX_OPTION_LEN: usize = 256;

/// The mode, where a shared one ends, and the networks to join.
#[derive(Default)]
pub(super) struct CheckedNetwork {
    pub(super) mode: Option<String>,
    pub(super) resolved: Option<String>,
    pub(super) list: Vec<Attachment>,
}

pub(super) fn check(draft: &CreateDraft, world: &World, out: &mut Vec<Problem>) -> CheckedNetwork {
    let mode = given(&draft.network);
    if !draft.networks.is_empty() {
        if mode.is_some() {
            let message = "Networks are listed already; leave the single one out.";
            out.push(Problem::new("network", ProblemCode::Invalid, message));
        }
        return check_list(draft, world, out);
    }
    let Some(mode) = mode else {
        return CheckedNetwork::default();
    };
    let mut checked = CheckedNetwork {
        mode: Some(mode.to_owned()),
        ..CheckedNetwork::default()
    };
    if let Some(name) = mode.strip_prefix("container:") {
        match world.joins.get(name) {
            Some(joined) => checked.resolved = joined.host_network.then(|| "host".to_owned()),
            None => out.push(no_container("network", name)),
        }
        conflicts(draft, name, out);
    } else if !knows(world, mode) {
        out.push(unknown("network", mode));
        checked.mode = None;
    }
    checked
}

/// What the engine refuses on another container's network: it has a host name,
/// ports and a resolver already.
fn conflicts(draft: &CreateDraft, name: &str, out: &mut Vec<Problem>) {
    for (field, is_set, what) in [
        ("ports", !draft.ports.is_empty(), "ports are published"),
        (
            "hostname",
            given(&draft.process.hostname).is_some(),
            "host name is set",
        ),
        ("dns", !draft.lookup.dns.is_empty(), "name servers are set"),
        (
            "extraHosts",
            !draft.lookup.extra_hosts.is_empty(),
            "hosts are added",
        ),
    ] {
        if is_set {
            let name = shown(name);
            let message = format!("On the network of “{name}” the {what} there, not here.");
            out.push(Problem::new(field, ProblemCode::Invalid, message));
        }
    }
}

fn check_list(draft: &CreateDraft, world: &World, out: &mut Vec<Problem>) -> CheckedNetwork {
    let mut list: Vec<Attachment> = Vec::new();
    for (index, network) in
        bounded("networks", &draft.networks, MAX_NETWORKS, out).collect::<Vec<_>>()
    {
        let field = format!("networks.{index}.name");
        let name = network.name.as_str();
        if name.is_empty() {
            out.push(Problem::new(
                field,
                ProblemCode::Required,
                "Name the network.",
            ));
        } else if matches!(name, "host" | "none") || name.starts_with("container:") {
            let message = format!("“{}” goes with no other network.", shown(name));
            out.push(Problem::new(field, ProblemCode::Invalid, message));
        } else if !knows(world, name) {
            out.push(unknown(field, name));
        } else if list.iter().any(|known| known.name == name) {
            let message = format!("The network “{}” is listed twice.", shown(name));
            out.push(Problem::new(field, ProblemCode::Duplicate, message));
        } else {
            list.push(attachment(index, network, world, out));
        }
    }
    CheckedNetwork {
        mode: list.first().map(|first| first.name.clone()),
        resolved: None,
        list,
    }
}

fn attachment(
    index: usize,
    network: &NetworkDraft,
    world: &World,
    out: &mut Vec<Problem>,
) -> Attachment {
    let plain = network.name == "bridge";
    let mut bad = |part: &str, code, message: String| {
        out.push(Problem::new(
            format!("networks.{index}.{part}"),
            code,
            message,
        ));
    };
    if plain && !network.aliases.is_empty() {
        let message = "The default network knows no aliases; use a network of your own.".to_owned();
        bad("aliases", ProblemCode::Invalid, message);
    }
    if network.aliases.len() > MAX_NETWORKS {
        let message = format!("{MAX_NETWORKS} aliases are the most.");
        bad("aliases", ProblemCode::Invalid, message);
    }
    let mut seen = HashSet::new();
    for (position, alias) in network.aliases.iter().take(MAX_NETWORKS).enumerate() {
        let part = format!("aliases.{position}");
        if !is_host_name(alias) {
            let message = format!("“{}” is no name a container can answer to.", shown(alias));
            bad(&part, ProblemCode::Invalid, message);
        } else if !seen.insert(alias) {
            let message = format!("“{}” is listed twice.", shown(alias));
            bad(&part, ProblemCode::Duplicate, message);
        }
    }
    let subnets = world.subnets.get(&network.name);
    let mut address = |part: &str, text: &str, family: &str, is_v4: bool| -> Option<IpAddr> {
        let address = text
            .parse::<IpAddr>()
            .ok()
            .filter(|ip| ip.is_ipv4() == is_v4);
        let Some(address) = address else {
            let message = format!("“{}” is no {family} address.", shown(text));
            bad(part, ProblemCode::Invalid, message);
            return None;
        };
        if plain {
            let message =
                "The default network gives no fixed addresses; use a network of your own.";
            bad(part, ProblemCode::Invalid, message.to_owned());
        } else if let Some(subnets) = subnets
            && !subnets.iter().any(|subnet| subnet.contains(address))
        {
            let ranges: Vec<String> = subnets
                .iter()
                .filter(|subnet| subnet.is_ipv4() == is_v4)
                .map(ToString::to_string)
                .collect();
            let message = if ranges.is_empty() {
                format!("This network has no {family} addresses.")
            } else {
                format!(
                    "{address} is not in this network; choose one in {}.",
                    ranges.join(" or ")
                )
            };
            bad(part, ProblemCode::Invalid, message);
        }
        Some(address)
    };
    let ipv4: Option<Ipv4Addr> = given(&network.ipv4_address)
        .and_then(|text| address("ipv4Address", text, "IPv4", true))
        .and_then(|ip| match ip {
            IpAddr::V4(ip) => Some(ip),
            IpAddr::V6(_) => None,
        });
    let ipv6: Option<Ipv6Addr> = given(&network.ipv6_address)
        .and_then(|text| address("ipv6Address", text, "IPv6", false))
        .and_then(|ip| match ip {
            IpAddr::V6(ip) => Some(ip),
            IpAddr::V4(_) => None,
        });
    Attachment {
        name: network.name.clone(),
        aliases: network.aliases.clone(),
        ipv4,
        ipv6,
    }
}

pub(super) fn check_lookup(draft: &CreateDraft, out: &mut Vec<Problem>) -> Lookup {
    let asked = &draft.lookup;
    let mut lookup = Lookup::default();
    for (index, entry) in
        bounded("extraHosts", &asked.extra_hosts, MAX_HOSTS, out).collect::<Vec<_>>()
    {
        let mut bad = |part: &str, message: String| {
            let field = format!("extraHosts.{index}.{part}");
            out.push(Problem::new(field, ProblemCode::Invalid, message));
        };
        if !is_host_name(&entry.host) {
            bad("host", format!("“{}” is no host name.", shown(&entry.host)));
        }
        if entry.ip != GATEWAY && entry.ip.parse::<IpAddr>().is_err() {
            let text = shown(&entry.ip);
            bad(
                "ip",
                format!("“{text}” is no IP address; {GATEWAY} stands for this server."),
            );
        }
        lookup
            .extra_hosts
            .push((entry.host.clone(), entry.ip.clone()));
    }
    for (index, text) in bounded("dns", &asked.dns, MAX_OPTIONS, out).collect::<Vec<_>>() {
        match text.parse::<IpAddr>() {
            Ok(ip) => lookup.dns.push(ip),
            Err(_) => {
                let message = format!("“{}” is no IP address of a name server.", shown(text));
                out.push(Problem::new(
                    format!("dns.{index}"),
                    ProblemCode::Invalid,
                    message,
                ));
            }
        }
    }
    for (index, text) in
        bounded("dnsSearch", &asked.dns_search, MAX_OPTIONS, out).collect::<Vec<_>>()
    {
        // One dot alone switches the server's own search domains off.
        if text != "." && !text.trim_end_matches('.').split('.').all(is_host_name) {
            let message = format!("“{}” is no domain name.", shown(text));
            out.push(Problem::new(
                format!("dnsSearch.{index}"),
                ProblemCode::Invalid,
                message,
            ));
        }
        lookup.dns_search.push(text.clone());
    }
    for (index, text) in
        bounded("dnsOptions", &asked.dns_options, MAX_OPTIONS, out).collect::<Vec<_>>()
    {
        let fault = unfit("An option", text, MAX_OPTION_LEN).or_else(|| {
            let odd = text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control());
            odd.then(|| format!("“{}” is no option like ndots:1.", shown(text)))
        });
        if let Some(message) = fault {
            out.push(Problem::new(
                format!("dnsOptions.{index}"),
                ProblemCode::Invalid,
                message,
            ));
        }
        lookup.dns_options.push(text.clone());
    }
    lookup
}

fn knows(world: &World, name: &str) -> bool {
    BUILT_IN.contains(&name) || world.networks.iter().any(|known| known == name)
}

fn unknown(field: impl Into<String>, name: &str) -> Problem {
    let message = format!("There is no network called “{}”.", shown(name));
    Problem::new(field, ProblemCode::UnknownNetwork, message)
}

/// A `container:` mode that names nobody.
pub(super) fn no_container(field: &str, name: &str) -> Problem {
    let message = format!("There is no container called “{}”.", shown(name));
    Problem::new(field, ProblemCode::Invalid, message)
}
