//! Checks of a draft's published ports.

use std::net::IpAddr;

use super::{MAX_PORTS, World, bounded};
use crate::draft::{CreateDraft, PortDraft};
use crate::port::{PortBinding, Protocol, ips_overlap, next_free_port, port_collisions};
use crate::problem::{Problem, ProblemCode, shown};

/// The readable bindings with their positions in the draft.
pub(super) fn check(
    draft: &CreateDraft,
    world: &World,
    out: &mut Vec<Problem>,
) -> Vec<(usize, PortBinding)> {
    let mut bindings: Vec<(usize, PortBinding)> = Vec::new();
    if let (Some(mode @ ("host" | "none")), false) =
        (draft.network.as_deref(), draft.ports.is_empty())
    {
        let why = if mode == "host" {
            "On the server's own network the container's ports are the server's; nothing is published."
        } else {
            "Without a network nothing can be published."
        };
        let message = format!("{why} Remove the ports or choose another network.");
        out.push(Problem::new("ports", ProblemCode::Invalid, message));
    }
    for (index, port) in bounded("ports", &draft.ports, MAX_PORTS, out).collect::<Vec<_>>() {
        if let Some(binding) = check_one(index, port, out) {
            bindings.push((index, binding));
        }
    }
    let plain: Vec<PortBinding> = bindings
        .iter()
        .map(|(_, binding)| binding.clone())
        .collect();
    let mut promised: Vec<u16> = plain.iter().filter_map(|binding| binding.host).collect();
    for collision in port_collisions(&plain, &world.ports) {
        let field = format!("ports.{}.host", bindings[collision.index].0);
        let mut problem = Problem::new(field, ProblemCode::PortTaken, collision.describe());
        if let Some(free) = collision.next_free {
            promised.push(free);
            problem = problem.suggest_number(format!("Use {free}"), free.into());
        }
        out.push(problem);
    }
    report_duplicates(&bindings, world, &mut promised, out);
    bindings
}

fn check_one(index: usize, port: &PortDraft, out: &mut Vec<Problem>) -> Option<PortBinding> {
    let mut bad = |part: &str, message: String| {
        out.push(Problem::new(
            format!("ports.{index}.{part}"),
            ProblemCode::Invalid,
            message,
        ));
    };
    let mut number = |part: &str, value: i64| match u16::try_from(value) {
        Ok(number) if number > 0 => Some(number),
        _ => {
            bad(
                part,
                format!("A port is a number from 1 to 65535, not {value}."),
            );
            None
        }
    };
    let container = number("container", port.container);
    let host = port.host.map(|value| number("host", value));
    let protocol = match port.protocol.as_deref() {
        None | Some("") => Some(Protocol::Tcp),
        Some(text) => text
            .parse()
            .inspect_err(|_| {
                bad(
                    "protocol",
                    format!("The protocol is tcp or udp, not “{}”.", shown(text)),
                )
            })
            .ok(),
    };
    let host_ip = match port.host_ip.as_deref() {
        None | Some("") => Some(None),
        Some(text) => match text.parse::<IpAddr>() {
            Ok(ip) => Some(Some(ip)),
            Err(_) => {
                bad(
                    "hostIp",
                    format!(
                        "“{}” is no IP address. Leave it empty for all addresses.",
                        shown(text)
                    ),
                );
                None
            }
        },
    };
    Some(PortBinding {
        container: container?,
        protocol: protocol?,
        host: host.map_or(Some(None), |host| host.map(Some))?,
        host_ip: host_ip?,
    })
}

fn report_duplicates(
    bindings: &[(usize, PortBinding)],
    world: &World,
    promised: &mut Vec<u16>,
    out: &mut Vec<Problem>,
) {
    for (position, (index, binding)) in bindings.iter().enumerate() {
        let earlier = &bindings[..position];
        if binding.host.is_none() {
            if earlier.iter().any(|(_, other)| other == binding) {
                let message = format!(
                    "Port {}/{} of the container is listed twice.",
                    binding.container, binding.protocol
                );
                out.push(Problem::new(
                    format!("ports.{index}.container"),
                    ProblemCode::Duplicate,
                    message,
                ));
            }
            continue;
        }
        let Some(port) = binding
            .host
            .filter(|_| earlier.iter().any(|(_, other)| collide(other, binding)))
        else {
            continue;
        };
        let message = format!(
            "Port {port}/{} of the server is used twice in this request.",
            binding.protocol
        );
        let mut problem = Problem::new(
            format!("ports.{index}.host"),
            ProblemCode::Duplicate,
            message,
        );
        if let Some(free) = next_free_port(
            port,
            binding.protocol,
            binding.host_ip,
            &world.ports,
            promised,
        ) {
            promised.push(free);
            problem = problem.suggest_number(format!("Use {free}"), free.into());
        }
        out.push(problem);
    }
}

/// True if two bindings of one request want the same port on a common address.
fn collide(a: &PortBinding, b: &PortBinding) -> bool {
    let same_address = match (a.host_ip, b.host_ip) {
        (ip, Some(other)) | (Some(other), ip) => ips_overlap(ip, other),
        (None, None) => true,
    };
    a.host.is_some() && a.host == b.host && a.protocol == b.protocol && same_address
}
