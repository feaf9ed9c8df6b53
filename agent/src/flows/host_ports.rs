//! Which ports are taken on this host: by containers, from the inventory, and
//! by other processes, from the kernel's socket tables.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use harbour_core::port::{PortHolder, PortUse, Protocol, ips_overlap};

use crate::views::{ContainerDetail, PortView};

/// TCP state LISTEN and the state of an unconnected UDP socket, as the kernel
/// prints them (`net/tcp_states.h`).
const TCP_LISTEN: &str = "0A";
const UDP_UNCONNECTED: &str = "07";
const PROC: &str = "/proc";

/// A listening socket.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Socket {
    protocol: Protocol,
    ip: IpAddr,
    port: u16,
    inode: u64,
}

/// All ports in use, leaving out those of the containers `except`. The holders
/// of process ports are looked up only for `wanted` ports, because that walks
/// through all processes.
pub(super) fn in_use(
    containers: &[std::sync::Arc<ContainerDetail>],
    except: &[&str],
    wanted: &[u16],
) -> Vec<PortUse> {
    let mut own = Vec::new();
    let mut used = Vec::new();
    for container in containers.iter().filter(|c| c.summary.state.is_live()) {
        let ours = except.contains(&container.summary.id.as_str());
        for port in &container.summary.ports {
            let Some(entry) = container_use(&container.summary.name, port) else {
                continue;
            };
            if ours {
                own.push(entry)
            } else {
                used.push(entry)
            }
        }
    }
    let sockets = sockets(Path::new(PROC));
    let by_container = |s: &Socket, list: &[PortUse]| {
        list.iter()
            .any(|u| u.host == s.port && u.protocol == s.protocol && ips_overlap(Some(u.ip), s.ip))
    };
    let strangers: Vec<Socket> = sockets
        .into_iter()
        // The engine's own proxy listens for the container.
        .filter(|s| !by_container(s, &used) && !by_container(s, &own))
        .collect();
    let inodes: Vec<u64> = strangers
        .iter()
        .filter(|s| wanted.contains(&s.port))
        .map(|s| s.inode)
        .collect();
    let owners = owners(Path::new(PROC), &inodes);
    used.extend(strangers.into_iter().map(|socket| {
        let owner = owners.iter().find(|(inode, ..)| *inode == socket.inode);
        PortUse {
            host: socket.port,
            protocol: socket.protocol,
            ip: socket.ip,
            holder: PortHolder::Process {
                name: owner.map(|(_, _, name)| name.clone()),
                pid: owner.map(|(_, pid, _)| *pid),
            },
        }
    }));
    used
}

fn container_use(name: &str, port: &PortView) -> Option<PortUse> {
    Some(PortUse {
        host: port.host?,
        protocol: port.protocol.parse().ok()?,
        ip: match &port.host_ip {
            Some(ip) => ip.parse().ok()?,
            None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        },
        holder: PortHolder::Container {
            name: name.to_owned(),
        },
    })
}

fn sockets(proc: &Path) -> Vec<Socket> {
    let tables = [
        ("net/tcp", Protocol::Tcp, TCP_LISTEN),
        ("net/tcp6", Protocol::Tcp, TCP_LISTEN),
        ("net/udp", Protocol::Udp, UDP_UNCONNECTED),
        ("net/udp6", Protocol::Udp, UDP_UNCONNECTED),
    ];
    let mut found = Vec::new();
    for (table, protocol, state) in tables {
        match fs::read_to_string(proc.join(table)) {
            Ok(text) => found.extend(
                text.lines()
                    .skip(1)
                    .filter_map(|l| socket(l, protocol, state)),
            ),
            // A kernel without IPv6 has no such table.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(table, %error, "a socket table cannot be read"),
        }
    }
    found
}

/// One line of a socket table (`proc_net_tcp.rst` of the kernel).
fn socket(line: &str, protocol: Protocol, state: &str) -> Option<Socket> {
    let mut fields = line.split_ascii_whitespace();
    let local = fields.nth(1)?;
    if fields.nth(1)? != state {
        return None;
    }
    let inode = fields.nth(5)?.parse().ok()?;
    let (ip, port) = local.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    (port != 0).then_some(Socket {
        protocol,
        ip: address(ip)?,
        port,
        inode,
    })
}

/// The kernel prints addresses as 32-bit words in host byte order.
fn address(hex: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        u32::from_str_radix(hex.get(at..at + 8)?, 16)
            .ok()
            .map(u32::to_ne_bytes)
    };
    match hex.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let mut bytes = [0; 16];
            for part in 0..4 {
                bytes[part * 4..part * 4 + 4].copy_from_slice(&word(part * 8)?);
            }
            Some(IpAddr::V6(Ipv6Addr::from(bytes)))
        }
        _ => None,
    }
}

/// Who holds these sockets, as far as we may see: without privileges only
/// processes of our own user.
fn owners(proc: &Path, inodes: &[u64]) -> Vec<(u64, u32, String)> {
    if inodes.is_empty() {
        return Vec::new();
    }
    let wanted: Vec<String> = inodes.iter().map(|i| format!("socket:[{i}]")).collect();
    let mut found = Vec::new();
    let Ok(processes) = fs::read_dir(proc) else {
        return found;
    };
    for process in processes.flatten() {
        let Some(pid) = process
            .file_name()
            .to_str()
            .and_then(|n| n.parse::<u32>().ok())
        else {
            continue;
        };
        // Not ours to look at, or gone meanwhile.
        let Ok(descriptors) = fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        for descriptor in descriptors.flatten() {
            let Ok(target) = fs::read_link(descriptor.path()) else {
                continue;
            };
            let Some(at) = wanted.iter().position(|w| target.as_os_str() == w.as_str()) else {
                continue;
            };
            let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            found.push((inodes[at], pid, name.trim_end().to_owned()));
        }
        if found.len() == inodes.len() {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_kernel_are_read() {
        let line = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0000000000000000 100 0 0 10 0";
        let found = socket(line, Protocol::Tcp, TCP_LISTEN).expect("listens");
        assert_eq!(
            (found.ip, found.port, found.inode),
            ("127.0.0.1".parse().expect("ip"), 8080, 4242)
        );
        assert_eq!(
            socket(&line.replace(" 0A ", " 01 "), Protocol::Tcp, TCP_LISTEN),
            None,
            "connected"
        );
        for bad in ["", "x", "0: zz:1 a 0A", "0: 0100007F 0:0 0A 0 0 0 0 0 1"] {
            assert_eq!(socket(bad, Protocol::Tcp, TCP_LISTEN), None, "{bad}");
        }
        assert_eq!(
            address("00000000000000000000000001000000"),
            Some("::1".parse().expect("ip"))
        );
    }

    #[test]
    fn a_real_listener_is_found_with_its_name() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let used = in_use(&[], &[], &[port]);
        let found = used.iter().find(|u| u.host == port).expect("listed");
        let PortHolder::Process { pid, name } = &found.holder else {
            panic!("{found:?}")
        };
        assert_eq!(*pid, Some(std::process::id()));
        assert!(name.as_ref().is_some_and(|n| !n.is_empty()));
        drop(listener);
        assert!(
            !in_use(&[], &[], &[port]).iter().any(|u| u.host == port),
            "closed again"
        );
    }
}
