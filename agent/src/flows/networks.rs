//! Networks: make, remove, tidy up.

use std::collections::BTreeMap;
use std::net::IpAddr;

use harbour_core::problem::{Problem, ProblemCode};
use harbour_core::volume::check_labels;

use super::Context;
use super::create::summary;
use super::prune::{Outcome, names};
use crate::docker::{EngineError, NetworkSpec};
use crate::operations::{Busy, NETWORK};
use crate::views::{Network, PruneItem, PrunePreview, Pruned};

const BRIDGE: &str = "bridge";
const MAX_NAME: usize = 128;

/// A network as somebody wants it, unchecked.
#[derive(Clone, Debug, Default)]
pub struct NetworkDraft {
    /// Name.
    pub name: String,
    /// Absent means `bridge`.
    pub driver: Option<String>,
    /// Whether it has no way out.
    pub internal: bool,
    /// Whether it has IPv6.
    pub ipv6: bool,
    /// `172.20.0.0/16`
    pub subnet: Option<String>,
    /// The server's own address in it.
    pub gateway: Option<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
}

/// Why nothing was done to a network.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// The request will not do.
    #[error("{}", summary(.0))]
    Invalid(Vec<Problem>),
    /// There is none.
    #[error("there is no network {0}")]
    Unknown(String),
    /// There is one already.
    #[error("there is already a network {0}; choose another name")]
    NameTaken(String),
    /// The engine's own.
    #[error("the network {0} is Docker's own and stays")]
    BuiltIn(String),
    /// Containers belong to it, running or not.
    #[error("the network {network} is used by {users}; take them off it or remove them first")]
    InUse {
        /// The network.
        network: String,
        /// Names of the containers.
        users: String,
    },
    /// Somebody else is at work on it.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Makes a network; answers its id and name.
///
/// # Errors
/// When the draft will not do, the name is taken, or the engine refuses.
pub async fn create_network(
    context: &Context,
    draft: NetworkDraft,
) -> Result<(String, String), NetworkError> {
    let spec = checked(draft).map_err(NetworkError::Invalid)?;
    let name = spec.name.clone();
    let key = format!("{NETWORK}{name}");
    let _lock = context.locks.acquire(&[&key], "it is being made")?;
    // Asked anew: engines before API 1.44 make a second one of the same name.
    let existing = context.engine.networks().await?;
    if existing.iter().any(|n| n.name == name) {
        return Err(NetworkError::NameTaken(name));
    }
    let id = context.engine.create_network(spec).await?;
    read_again(context).await?;
    Ok((id, name))
}

/// Removes a network that no container belongs to.
///
/// # Errors
/// When it is unknown, built in or used, or the engine refuses.
pub async fn remove_network(context: &Context, wanted: &str) -> Result<(), NetworkError> {
    let network = context
        .inventory
        .network(wanted)
        .ok_or_else(|| NetworkError::Unknown(wanted.to_owned()))?;
    let removed = remove(context, &network).await;
    read_again(context).await?;
    removed
}

async fn remove(context: &Context, network: &Network) -> Result<(), NetworkError> {
    let key = format!("{NETWORK}{}", network.name);
    let _lock = context.locks.acquire(&[&key], "it is being removed")?;
    if network.built_in {
        return Err(NetworkError::BuiltIn(network.name.clone()));
    }
    if !network.containers.is_empty() {
        return Err(NetworkError::InUse {
            network: network.name.clone(),
            users: names(network.containers.iter().map(|c| c.name.as_str())),
        });
    }
    Ok(context.engine.remove_network(&network.id).await?)
}

/// Networks that no container belongs to, running or not.
#[must_use]
pub fn preview_networks(context: &Context) -> PrunePreview {
    let unused = context.inventory.networks().into_iter();
    let items = unused
        .filter(|n| !n.built_in && n.scope == "local" && n.containers.is_empty())
        .map(|n| PruneItem {
            id: n.id,
            name: n.name,
            size_bytes: None,
            reason: match n.project {
                Some(project) => {
                    format!("no container belongs to it; Compose made it for {project}")
                }
                None => "no container belongs to it".to_owned(),
            },
            created: Some(n.created).filter(|c| !c.is_empty()),
        });
    PrunePreview {
        items: items.collect(),
        bytes: 0,
    }
}

/// Removes these networks, as far as still no container belongs to them.
///
/// # Errors
/// When Docker is gone.
pub async fn prune_networks(context: &Context, ids: &[String]) -> Result<Pruned, EngineError> {
    let mut outcome = Outcome::default();
    for id in ids {
        let Some(network) = context.inventory.network(id) else {
            outcome.gone(id);
            continue;
        };
        match remove(context, &network).await {
            Ok(()) => outcome.removed(id, 0),
            Err(NetworkError::Engine(down @ EngineError::Down(_))) => return Err(down),
            Err(error) => outcome.stayed(id, &network.name, &error),
        }
    }
    read_again(context).await?;
    Ok(outcome.done())
}

async fn read_again(context: &Context) -> Result<(), EngineError> {
    let networks = context.engine.networks().await?;
    context.inventory.take_networks(networks);
    Ok(())
}

fn checked(draft: NetworkDraft) -> Result<NetworkSpec, Vec<Problem>> {
    let mut out = Vec::new();
    let mut bad = |field: &str, message: &str| {
        out.push(Problem::new(field, ProblemCode::Invalid, message));
    };
    let name = draft.name.trim();
    let fits = name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
    // `default` and `container` mean something else where a network is named.
    if !fits || matches!(name, "default" | "container" | "bridge" | "host" | "none") {
        bad(
            "name",
            "A network's name has up to 128 letters, digits, dots, dashes and underscores, begins with a letter or digit, and is none of Docker's own.",
        );
    }
    let driver = draft.driver.as_deref().map_or(BRIDGE, str::trim);
    if !matches!(driver, "" | BRIDGE) {
        bad("driver", refusal(driver));
    }
    let subnet = draft
        .subnet
        .as_deref()
        .map(str::trim)
        .filter(|s| !s.is_empty());
    let range = subnet.and_then(parse_subnet);
    if subnet.is_some() && range.is_none() {
        bad(
            "subnet",
            "Write a range of addresses like 172.20.0.0/16 that begins at its first address.",
        );
    }
    if range.is_some_and(|(ip, _)| ip.is_ipv6()) && !draft.ipv6 {
        bad("subnet", "An IPv6 range needs IPv6 to be on.");
    }
    let gateway = draft
        .gateway
        .as_deref()
        .map(str::trim)
        .filter(|s| !s.is_empty());
    if let Some(gateway) = gateway {
        match (gateway.parse::<IpAddr>(), range) {
            (Ok(ip), Some(range)) if contains(range, ip) => {}
            (Ok(_), None) if subnet.is_none() => {
                bad(
                    "gateway",
                    "Give the range of addresses it belongs to as well.",
                );
            }
            (_, None) => {}
            _ => bad("gateway", "Write an address that lies in the range."),
        }
    }
    check_labels(&draft.labels, &mut out);
    if !out.is_empty() {
        return Err(out);
    }
    Ok(NetworkSpec {
        name: name.to_owned(),
        driver: BRIDGE.to_owned(),
        internal: draft.internal,
        ipv6: draft.ipv6,
        subnet: subnet.map(|s| (s.to_owned(), gateway.map(str::to_owned))),
        labels: draft.labels,
    })
}

/// Only bridges are made here. The others hand a container the server's own
/// network or its cable, past the ports that are shown and past its firewall.
fn refusal(driver: &str) -> &'static str {
    match driver {
        "host" => {
            "There is only one network of the kind host, and it exists. Choose it for a container instead."
        }
        "none" | "null" => {
            "A network of the kind none exists already. Choose it for a container instead."
        }
        "macvlan" | "ipvlan" => {
            "A macvlan or ipvlan puts containers on the cable beside this server, past its firewall and its published ports. Make it with docker network create, where its interface and addresses are chosen; it will be listed here."
        }
        "overlay" => "An overlay needs several servers in a swarm. Choose bridge.",
        _ => "Only networks of the kind bridge are made here.",
    }
}

/// First address and length of a range whose other bits are zero.
fn parse_subnet(text: &str) -> Option<(IpAddr, u8)> {
    let (ip, length) = text.split_once('/')?;
    let (ip, length): (IpAddr, u8) = (ip.parse().ok()?, length.parse().ok()?);
    let most = if ip.is_ipv4() { 30 } else { 126 };
    (1..=most).contains(&length).then_some(())?;
    let range = (ip, length);
    (masked(ip, length) == bits(ip)).then_some(range)
}

fn contains((first, length): (IpAddr, u8), ip: IpAddr) -> bool {
    first.is_ipv4() == ip.is_ipv4() && masked(ip, length) == bits(first)
}

fn bits(ip: IpAddr) -> u128 {
    match ip {
        // Shifted to the top, so that lengths mean the same for both.
        IpAddr::V4(ip) => u128::from(ip.to_bits()) << 96,
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

fn masked(ip: IpAddr, length: u8) -> u128 {
    bits(ip) & (u128::MAX << (128 - u32::from(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(edit: impl FnOnce(&mut NetworkDraft)) -> Vec<String> {
        let mut draft = NetworkDraft {
            name: "media".into(),
            ..Default::default()
        };
        edit(&mut draft);
        match checked(draft) {
            Ok(_) => Vec::new(),
            Err(problems) => problems.into_iter().map(|p| p.field).collect(),
        }
    }

    #[test]
    fn drafts_are_checked_field_by_field() {
        assert!(fields(|_| {}).is_empty());
        for bad in ["", "a b", "-a", "host", "default", "a/b", "../x"] {
            assert_eq!(fields(|d| d.name = bad.into()), ["name"], "{bad:?}");
        }
        for bad in ["host", "macvlan", "ipvlan", "overlay", "x"] {
            assert_eq!(fields(|d| d.driver = Some(bad.into())), ["driver"], "{bad}");
        }
        for good in ["172.20.0.0/16", "10.0.0.8/29"] {
            assert!(
                fields(|d| d.subnet = Some(good.into())).is_empty(),
                "{good}"
            );
        }
        for bad in [
            "172.20.0.1/16",
            "172.20.0.0",
            "172.20.0.0/0",
            "10.0.0.0/31",
            "x/8",
            "fd00::/64",
        ] {
            assert_eq!(fields(|d| d.subnet = Some(bad.into())), ["subnet"], "{bad}");
        }
        let gateway = |subnet: Option<&str>, gateway: &str| {
            fields(|d| {
                d.subnet = subnet.map(str::to_owned);
                d.gateway = Some(gateway.to_owned());
            })
        };
        assert!(gateway(Some("172.20.0.0/16"), "172.20.0.1").is_empty());
        assert_eq!(gateway(Some("172.20.0.0/16"), "172.21.0.1"), ["gateway"]);
        assert_eq!(gateway(None, "172.21.0.1"), ["gateway"]);
        assert_eq!(gateway(Some("172.20.0.0/16"), "x"), ["gateway"]);
        let v6 = |d: &mut NetworkDraft| {
            d.ipv6 = true;
            d.subnet = Some("fd00:1::/64".into());
            d.gateway = Some("fd00:1::1".into());
        };
        assert!(fields(v6).is_empty());
    }
}
