//! The value of each option into its place in a draft.

use super::Reader;
use super::options::{NO_FIELD, What};
use super::values::{self, Fault, Partly};
use crate::draft::{
    EnvDraft, GpuDraft, HealthcheckDraft, LimitsDraft, LoggingDraft, MountDraft, NetworkDraft,
};
use crate::problem::shown;

/// Puts the value of one option into the draft.
pub(super) fn put(reader: &mut Reader, what: What, whole: &str, value: &str) -> Result<(), Fault> {
    let on = matches!(value, "true" | "1");
    let text = || Some(value.to_owned());
    let draft = &mut reader.draft;
    let LimitsDraft { ulimits, .. } = &mut draft.limits;
    match what {
        What::Usual if on => {}
        What::Usual => return Err("This is always so here.".to_owned()),
        What::Not(reason) => return Err(reason.to_owned()),
        What::Name => draft.name = text(),
        What::Env => match values::pair(value) {
            (name, Some(value)) => draft.env.push(EnvDraft { name, value }),
            (name, None) => {
                return Err(format!(
                    "The value of {name} comes from the shell; write it into the form."
                ));
            }
        },
        What::Label => {
            let (name, value) = values::pair(value);
            put_last(&mut draft.labels, name, value.unwrap_or_default());
        }
        What::Publish => draft.ports.push(values::port(value)?),
        What::Volume => put_mount(reader, values::volume(value)?, whole),
        What::Mount => put_mount(reader, values::mount(value)?, whole),
        What::Tmpfs => put_mount(reader, values::tmpfs(value)?, whole),
        What::Restart => draft.restart = Some(values::restart(value)?),
        What::Remove => draft.auto_remove = on,
        What::Privileged => draft.privileged = on,
        What::CapAdd => draft.cap_add.push(value.to_owned()),
        What::Device => draft.devices.push(values::device(value)?),
        What::Pid if value == "host" => draft.pid_host = true,
        What::Pid => {
            return Err("The form knows the server's processes only: --pid host.".to_owned());
        }
        What::Pull => match value {
            "always" => draft.pull = text(),
            "missing" => draft.pull = None,
            _ => return Err("An image that is missing is always fetched here.".to_owned()),
        },
        What::LogDriver => logging(reader).driver = value.to_owned(),
        What::LogOption => {
            let (name, value) = values::pair(value);
            let value = value.ok_or("An option of a log driver is written NAME=VALUE.")?;
            put_last(&mut logging(reader).options, name, value);
        }
        What::Ulimit => ulimits.push(values::ulimit(value)?),
        What::Network => network(reader, value)?,
        What::NetworkAlias => reader.first.aliases.push(value.to_owned()),
        What::Ip => reader.first.ipv4_address = text(),
        What::Ip6 => reader.first.ipv6_address = text(),
        What::HealthCommand => {
            check(reader).test = vec!["CMD-SHELL".to_owned(), value.to_owned()];
        }
        What::HealthNone if on => check(reader).test = vec!["NONE".to_owned()],
        What::HealthNone => {}
        What::HealthInterval => check(reader).interval_seconds = Some(values::seconds(value)?),
        What::HealthTimeout => check(reader).timeout_seconds = Some(values::seconds(value)?),
        What::HealthStart => check(reader).start_period_seconds = Some(values::seconds(value)?),
        What::HealthRetries => check(reader).retries = Some(values::number(value)?),
        What::Gpus => {
            let Partly { value: gpus, left } = values::gpus(value)?;
            reader.draft.rights.gpus = Some(GpuDraft { ..gpus });
            for (text, reason) in left {
                reader.leave(format!("{} ({text})", shown(whole)), reason);
            }
        }
        _ => return put_plain(reader, what, value),
    }
    Ok(())
}

/// The options with a field of their own and nothing more to it.
fn put_plain(reader: &mut Reader, what: What, value: &str) -> Result<(), Fault> {
    let on = matches!(value, "true" | "1");
    let text = || Some(value.to_owned());
    let draft = &mut reader.draft;
    let (process, lookup) = (&mut draft.process, &mut draft.lookup);
    let (rights, limits) = (&mut draft.rights, &mut draft.limits);
    match what {
        What::Entrypoint if value.is_empty() => {
            return Err("An image's entrypoint can be replaced here, not emptied.".to_owned());
        }
        What::Entrypoint => process.entrypoint = vec![value.to_owned()],
        What::User => process.user = text(),
        What::WorkingDir => process.working_dir = text(),
        What::Hostname => process.hostname = text(),
        What::Domainname => process.domainname = text(),
        What::Init => process.init = Some(on),
        What::Interactive => process.stdin_open = on,
        What::Tty => process.tty = on,
        What::StopSignal => process.stop_signal = text(),
        What::StopTimeout => process.stop_grace_seconds = Some(values::number(value)?),
        What::AddHost => lookup.extra_hosts.push(values::host(value)?),
        What::Dns => lookup.dns.push(value.to_owned()),
        What::DnsOption => lookup.dns_options.push(value.to_owned()),
        What::DnsSearch => lookup.dns_search.push(value.to_owned()),
        What::CapDrop => rights.cap_drop.push(value.to_owned()),
        What::SecurityOpt => {
            let profile = value
                .strip_prefix("seccomp=")
                .or_else(|| value.strip_prefix("seccomp:"));
            if profile.is_some_and(|p| !matches!(p, "unconfined" | "builtin")) {
                return Err("The profile is a file on the computer where the command runs; write seccomp= and its content.".to_owned());
            }
            rights.security_opt.push(value.to_owned());
        }
        What::GroupAdd => rights.group_add.push(value.to_owned()),
        What::ReadOnly => rights.read_only = on,
        What::Ipc => rights.ipc = text(),
        What::Sysctl => {
            let (name, value) = values::pair(value);
            let value = value.ok_or("A kernel parameter is written NAME=VALUE.")?;
            put_last(&mut rights.sysctls, name, value);
        }
        What::Memory => limits.memory_bytes = Some(values::bytes(value)?),
        What::MemoryReservation => limits.memory_reservation_bytes = Some(values::bytes(value)?),
        What::MemorySwap if value == "-1" => limits.memory_swap_bytes = Some(-1),
        What::MemorySwap => limits.memory_swap_bytes = Some(values::bytes(value)?),
        What::Cpus => {
            let cpus: f64 = value
                .parse()
                .map_err(|_| format!("“{value}” is no number."))?;
            if !cpus.is_finite() {
                return Err(format!("“{value}” is no number of processors."));
            }
            limits.cpus = Some(cpus);
        }
        What::CpuShares => limits.cpu_shares = Some(values::number(value)?),
        What::CpuSet => limits.cpuset = text(),
        What::PidsLimit => limits.pids_limit = Some(values::number(value)?),
        What::ShmSize => limits.shm_size_bytes = Some(values::bytes(value)?),
        // All others are put before.
        _ => return Err(NO_FIELD.to_owned()),
    }
    Ok(())
}

/// The last one counts, as on the command line.
fn put_last(list: &mut Vec<(String, String)>, name: String, value: String) {
    list.retain(|(known, _)| *known != name);
    list.push((name, value));
}

fn put_mount(reader: &mut Reader, mount: Partly<MountDraft>, whole: &str) {
    reader.draft.mounts.push(mount.value);
    for (text, reason) in mount.left {
        reader.leave(format!("{} ({text})", shown(whole)), reason);
    }
}

fn logging(reader: &mut Reader) -> &mut LoggingDraft {
    reader
        .draft
        .logging
        .get_or_insert_with(LoggingDraft::default)
}

fn check(reader: &mut Reader) -> &mut HealthcheckDraft {
    reader
        .draft
        .healthcheck
        .get_or_insert_with(HealthcheckDraft::default)
}

/// A name or mode, or `name=…,alias=…,ip=…`.
fn network(reader: &mut Reader, value: &str) -> Result<(), Fault> {
    if !value.contains('=') {
        // The engine's default is what no network at all means.
        if value != "default" {
            reader.networks.push(NetworkDraft {
                name: value.to_owned(),
                ..NetworkDraft::default()
            });
        }
        return Ok(());
    }
    let mut network = NetworkDraft::default();
    for field in values::csv(value)? {
        match values::pair(&field) {
            (key, Some(text)) if key == "name" => network.name = text,
            (key, Some(text)) if key == "alias" => network.aliases.push(text),
            (key, Some(text)) if key == "ip" => network.ipv4_address = Some(text),
            (key, Some(text)) if key == "ip6" => network.ipv6_address = Some(text),
            _ => reader.leave(format!("--network {field}"), NO_FIELD),
        }
    }
    reader.networks.push(network);
    Ok(())
}
