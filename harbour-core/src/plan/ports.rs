//! Checks of a draft's published ports.

use std::collections::HashSet;
use std::net::IpAddr;

use super::{MAX_PORTS, World, bounded};
use crate::draft::{CreateDraft, PortDraft};
use crate::port::{
    PortBinding, PortRun, Protocol, ips_overlap, next_free_port, next_free_run, port_collisions,
};
use crate::problem::{Problem, ProblemCode, shown};

/// The readable bindings with their positions in the draft.
pub(super) fn check(
    draft: &CreateDraft,
    world: &World,
    out: &mut Vec<Problem>,
) -> Vec<(usize, PortBinding)> {
    let mut bindings: Vec<(usize, PortBinding)> = Vec::new();
    // What is said about a container's network comes with the networks.
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
        if bindings.len() > MAX_PORTS {
            break;
        }
        let range = check_one(index, port, out);
        bindings.extend(range.into_iter().map(|binding| (index, binding)));
    }
    if bindings.len() > MAX_PORTS {
        let message =
            format!("With all ranges these are more than {MAX_PORTS} ports, which are the most.");
        out.push(Problem::new("ports", ProblemCode::Invalid, message));
        bindings.truncate(MAX_PORTS);
    }
    let plain: Vec<PortBinding> = bindings
        .iter()
        .map(|(_, binding)| binding.clone())
        .collect();
    let mut promised: Vec<u16> = plain.iter().filter_map(|binding| binding.host).collect();
    let mut told = HashSet::new();
    for collision in port_collisions(&plain, &world.ports) {
        let (index, binding) = &bindings[collision.index];
        let length = bindings.iter().filter(|(other, _)| other == index).count();
        // A range is one thing to the person: one problem, one way out.
        if !told.insert(*index) {
            continue;
        }
        let field = format!("ports.{index}.host");
        if length == 1 {
            let mut problem = Problem::new(field, ProblemCode::PortTaken, collision.describe());
            if let Some(free) = collision.next_free {
                promised.push(free);
                problem = problem.suggest_number(format!("Use {free}"), free.into());
            }
            out.push(problem);
            continue;
        }
        let mut message = format!(
            "Port {}/{} of this range is already used by {}.",
            collision.port,
            collision.protocol,
            collision.holder.describe()
        );
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        let run = PortRun {
            after: collision.port,
            length,
        };
        let free = next_free_run(
            run,
            binding.protocol,
            binding.host_ip,
            &world.ports,
            &promised,
        );
        let Some(free) = free else {
            out.push(Problem::new(field, ProblemCode::PortTaken, message));
            continue;
        };
        let last = free + (length - 1);
        promised.extend(free..=last);
        message.push_str(&format!(" The next free range is {free} to {last}."));
        out.push(
            Problem::new(field, ProblemCode::PortTaken, message)
                .suggest_number(format!("Use {free} to {last}"), free.into()),
        );
    }
    report_duplicates(&bindings, world, &mut promised, out);
    bindings
}

/// The bindings of one entry: one, or as many as its range has ports.
fn check_one(index: usize, port: &PortDraft, out: &mut Vec<Problem>) -> Vec<PortBinding> {
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
    let container_end = port
        .container_end
        .map(|value| number("containerEnd", value));
    let host = port.host.map(|value| number("host", value));
    let host_end = port.host_end.map(|value| number("hostEnd", value));
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
    let (Some(container), Some(protocol), Some(host_ip)) = (container, protocol, host_ip) else {
        return Vec::new();
    };
    // An end that can not be read was told already.
    let (Some(host), Some(container_end), Some(host_end)) =
        (told(host), told(container_end), told(host_end))
    else {
        return Vec::new();
    };
    let last = container_end.unwrap_or(container);
    if last < container {
        bad(
            "containerEnd",
            format!("The range ends before it begins: {container} to {last}."),
        );
        return Vec::new();
    }
    let more = last - container;
    match (host, host_end) {
        (None, Some(_)) => {
            bad(
                "host",
                "A range on the server needs its first port.".to_owned(),
            );
            return Vec::new();
        }
        (Some(first), Some(end)) if end.checked_sub(first) != Some(more) => {
            let count = u32::from(more) + 1;
            let message = format!(
                "Both ranges have the same length; {count} ports of the container need {count} of the server."
            );
            bad("hostEnd", message);
            return Vec::new();
        }
        (Some(first), None) if first.checked_add(more).is_none() => {
            bad(
                "host",
                format!(
                    "{} ports do not fit above {first}; the last one is 65535.",
                    u32::from(more) + 1
                ),
            );
            return Vec::new();
        }
        _ => {}
    }
    (0..=more)
        .map(|offset| PortBinding {
            container: container + offset,
            protocol,
            host: host.map(|first| first + offset),
            host_ip,
        })
        .collect()
}

/// What was not given is fine; what was given and can not be read is not.
fn told(value: Option<Option<u16>>) -> Option<Option<u16>> {
    value.map_or(Some(None), |read| read.map(Some))
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
