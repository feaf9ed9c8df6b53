//! Published ports: what is asked for, who holds what, and what is still free.

use std::collections::HashSet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Transport of a published port.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP, the default.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

/// A text that names no supported transport.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the protocol is tcp or udp, not “{0}”")]
pub struct ProtocolError(String);

impl Protocol {
    /// `tcp` or `udp`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Protocol {
    type Err = ProtocolError;

    fn from_str(text: &str) -> Result<Self, ProtocolError> {
        match text {
            "tcp" => Ok(Self::Tcp),
            "udp" => Ok(Self::Udp),
            other => Err(ProtocolError(other.to_owned())),
        }
    }
}

/// One port of a container and where it is published.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PortBinding {
    /// Port inside the container, 1 to 65535.
    pub container: u16,
    /// Transport of both ends.
    pub protocol: Protocol,
    /// Port on the server; `None` lets the engine choose.
    pub host: Option<u16>,
    /// Address on the server; `None` means all of them.
    pub host_ip: Option<IpAddr>,
}

/// Who holds a port of the server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PortHolder {
    /// A container that publishes it.
    Container {
        /// Name without a leading slash.
        name: String,
    },
    /// A socket that belongs to no known container.
    Process {
        /// Program, when the server tells.
        name: Option<String>,
        /// Process id, when the server tells.
        pid: Option<u32>,
    },
}

impl PortHolder {
    /// The holder in words, to follow "is used by".
    pub fn describe(&self) -> String {
        match self {
            Self::Container { name } => format!("container {name}"),
            Self::Process {
                name: Some(name),
                pid: Some(pid),
            } => format!("process {name} (pid {pid})"),
            Self::Process {
                name: Some(name),
                pid: None,
            } => format!("process {name}"),
            Self::Process {
                name: None,
                pid: Some(pid),
            } => format!("process {pid}"),
            Self::Process {
                name: None,
                pid: None,
            } => "another process on this server".to_owned(),
        }
    }
}

/// A port of the server that is in use.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PortUse {
    /// Port number on the server.
    pub host: u16,
    /// Transport.
    pub protocol: Protocol,
    /// Address it is bound to; `0.0.0.0` and `::` mean all.
    pub ip: IpAddr,
    /// Who holds it.
    pub holder: PortHolder,
}

/// A binding that cannot be made, because someone holds its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortCollision {
    /// Position in the list of bindings that was checked.
    pub index: usize,
    /// Port of the server.
    pub port: u16,
    /// Transport.
    pub protocol: Protocol,
    /// Who holds it.
    pub holder: PortHolder,
    /// A free port to offer instead; `None` if all are taken.
    pub next_free: Option<u16>,
}

impl PortCollision {
    /// One sentence or two for the person: who holds the port and what is free.
    pub fn describe(&self) -> String {
        let taken = format!(
            "Port {}/{} is already used by {}.",
            self.port,
            self.protocol,
            self.holder.describe()
        );
        match self.next_free {
            Some(free) => format!("{taken} The next free one is {free}."),
            None => taken,
        }
    }
}

/// True if sockets on both addresses cannot share a port.
///
/// `None` asks for all addresses. An IPv4 address inside IPv6 counts as IPv4.
/// A listener on `::` counts for IPv4 too, because on Linux it usually takes both.
pub fn ips_overlap(a: Option<IpAddr>, b: IpAddr) -> bool {
    let Some(a) = a else { return true };
    let (a, b) = (a.to_canonical(), b.to_canonical());
    let takes_all = |ip: IpAddr| ip.is_ipv6() && ip.is_unspecified();
    if takes_all(a) || takes_all(b) || a == b {
        return true;
    }
    a.is_ipv4() == b.is_ipv4() && (a.is_unspecified() || b.is_unspecified())
}

/// Who stands in the way of a binding.
///
/// A container is named before a process: the engine's own proxy listens for
/// its containers, and "container jellyfin" helps where "docker-proxy" does not.
pub fn find_holder<'a>(binding: &PortBinding, used: &'a [PortUse]) -> Option<&'a PortUse> {
    let host = binding.host?;
    let mut hits = used.iter().filter(|port| {
        port.host == host
            && port.protocol == binding.protocol
            && ips_overlap(binding.host_ip, port.ip)
    });
    let first = hits.next()?;
    if matches!(first.holder, PortHolder::Container { .. }) {
        return Some(first);
    }
    Some(
        hits.find(|port| matches!(port.holder, PortHolder::Container { .. }))
            .unwrap_or(first),
    )
}

/// The first free port above `after`; at 65535 the search goes on from 1024.
///
/// Ports below 1024 are offered only if `after` lies there. `also_taken` are
/// ports promised to others. `None` if nothing is free.
pub fn next_free_port(
    after: u16,
    protocol: Protocol,
    ip: Option<IpAddr>,
    used: &[PortUse],
    also_taken: &[u16],
) -> Option<u16> {
    const FIRST_UNPRIVILEGED: u16 = 1024;
    let taken: HashSet<u16> = used
        .iter()
        .filter(|port| port.protocol == protocol && ips_overlap(ip, port.ip))
        .map(|port| port.host)
        .chain(also_taken.iter().copied())
        .collect();
    let upwards = after
        .checked_add(1)
        .into_iter()
        .flat_map(|first| first..=u16::MAX);
    let wrapped = FIRST_UNPRIVILEGED..after.max(FIRST_UNPRIVILEGED);
    upwards.chain(wrapped).find(|port| !taken.contains(port))
}

/// Ports in a row that are looked for.
#[derive(Debug, Clone, Copy)]
pub struct PortRun {
    /// The search begins above this port.
    pub after: u16,
    /// How many.
    pub length: u16,
}

/// The first port of as many free ones in a row, above `run.after`; the search
/// does not wrap, because people number such ranges upwards. `None` if there
/// is no such gap.
pub fn next_free_run(
    run: PortRun,
    protocol: Protocol,
    ip: Option<IpAddr>,
    used: &[PortUse],
    also_taken: &[u16],
) -> Option<u16> {
    let mut taken: Vec<u16> = used
        .iter()
        .filter(|port| port.protocol == protocol && ips_overlap(ip, port.ip))
        .map(|port| port.host)
        .chain(also_taken.iter().copied())
        .filter(|port| *port > run.after)
        .collect();
    taken.sort_unstable();
    let mut first = u32::from(run.after) + 1;
    let length = u32::from(run.length.max(1));
    for port in taken.into_iter().map(u32::from) {
        if port >= first + length {
            break;
        }
        first = first.max(port + 1);
    }
    u16::try_from(first + length - 1).ok()?;
    u16::try_from(first).ok()
}

/// Every binding whose port is held by someone, each with another port to offer.
///
/// Used before creating and again before every start. Offers never repeat a
/// port that another binding of the same list asks for or was offered. Ports
/// that collide within the list itself are not reported here.
pub fn port_collisions(bindings: &[PortBinding], used: &[PortUse]) -> Vec<PortCollision> {
    let mut promised: Vec<u16> = bindings.iter().filter_map(|binding| binding.host).collect();
    let mut collisions = Vec::new();
    for (index, binding) in bindings.iter().enumerate() {
        let (Some(port), Some(holder)) = (binding.host, find_holder(binding, used)) else {
            continue;
        };
        let next_free = next_free_port(port, binding.protocol, binding.host_ip, used, &promised);
        promised.extend(next_free);
        collisions.push(PortCollision {
            index,
            port,
            protocol: binding.protocol,
            holder: holder.holder.clone(),
            next_free,
        });
    }
    collisions
}

#[cfg(test)]
mod tests;
