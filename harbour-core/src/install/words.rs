//! What an app gets on this machine, in words.

use super::plan::{AppPlan, AppRisk};
use crate::spec::{Mount, MountKind};

pub(super) fn will_get(plan: &AppPlan, risks: &[AppRisk]) -> Vec<String> {
    let mut words = Vec::new();
    let running = plan
        .containers
        .iter()
        .filter(|container| !container.setup)
        .count();
    let setup = plan.containers.len() - running;
    let containers = count(running, "container");
    let network = match &plan.network {
        Some(network) => format!(" on a private network of their own, {network}"),
        None => String::new(),
    };
    let once = match setup {
        0 => String::new(),
        setup => format!(
            ", and {} that run{} once for the setup",
            count(setup, "container"),
            if setup == 1 { "s" } else { "" }
        ),
    };
    words.push(format!("{containers}{network}{once}.").replace(
        "1 container on a private network of their own",
        "1 container on a private network of its own",
    ));
    for container in &plan.containers {
        for port in &container.plan.spec.ports {
            let inside = format!("port {} of {}", port.container, container.service);
            let protocol = port.protocol.as_str().to_uppercase();
            let address = match port.host_ip {
                Some(ip) if ip.is_loopback() => " for programs on this server only".to_owned(),
                Some(ip) => format!(" at {ip}"),
                None => String::new(),
            };
            words.push(match port.host {
                Some(host) => format!(
                    "{protocol} port {host} of this server{address}, which leads to {inside}."
                ),
                None => format!(
                    "A free {protocol} port of this server{address}, which leads to {inside}."
                ),
            });
        }
    }
    let mut told: Vec<(&str, &str)> = Vec::new();
    for container in &plan.containers {
        for mount in &container.plan.spec.mounts {
            let kind = mount.kind.as_str();
            if kind == "tmpfs" || told.contains(&(kind, mount.source.as_str())) {
                continue;
            }
            told.push((kind, mount.source.as_str()));
            words.push(storage(plan, mount));
        }
    }
    for container in &plan.containers {
        if let Some(memory) = container.plan.spec.limits.memory {
            words.push(format!(
                "At most {} of memory for {}.",
                size(memory),
                container.service
            ));
        }
    }
    words.extend(risks.iter().map(|known| known.risk.explain()));
    words
}

fn storage(plan: &AppPlan, mount: &Mount) -> String {
    let source = &mount.source;
    let reads = if mount.read_only {
        ", which it can only read"
    } else {
        ""
    };
    match mount.kind {
        MountKind::Volume => {
            let known = plan.volumes.iter().find(|volume| volume.name == *source);
            match known.is_some_and(|volume| volume.exists) {
                true => {
                    format!("The volume {source} that is here already, with what is in it{reads}.")
                }
                false => format!("A new volume {source} for its data{reads}."),
            }
        }
        MountKind::Bind { .. } if plan.make_dirs.contains(source) => {
            format!("A new folder {source}{reads}.")
        }
        MountKind::Bind { .. } | MountKind::Tmpfs { .. } => {
            format!("{source} of this server{reads}.")
        }
    }
}

fn count(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        number => format!("{number} {thing}s"),
    }
}

/// Bytes in the largest unit that leaves a whole number.
fn size(bytes: u64) -> String {
    for (unit, name) in [(1_u64 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
        if bytes >= unit && bytes.is_multiple_of(unit) {
            return format!("{} {name}", bytes / unit);
        }
    }
    format!("{bytes} bytes")
}
