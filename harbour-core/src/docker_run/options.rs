//! The options of `docker run` (Docker run reference, version 28), and where
//! each goes in a draft.

use super::Reader;
use super::values::{self, Fault, Partly};
use crate::draft::{
    EnvDraft, GpuDraft, HealthcheckDraft, LimitsDraft, LoggingDraft, MountDraft, NetworkDraft,
};

/// Whether an option takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// It is a switch.
    Nothing,
    /// It does.
    Value,
}

/// One option.
pub(super) struct RunOption {
    pub(super) long: &'static str,
    pub(super) short: Option<char>,
    pub(super) takes: Takes,
    pub(super) what: What,
}

/// What an option is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    AddHost,
    CapAdd,
    CapDrop,
    Cpus,
    CpuSet,
    CpuShares,
    Device,
    Dns,
    DnsOption,
    DnsSearch,
    Domainname,
    Entrypoint,
    Env,
    Gpus,
    GroupAdd,
    HealthCommand,
    HealthInterval,
    HealthRetries,
    HealthStart,
    HealthTimeout,
    HealthNone,
    Hostname,
    Init,
    Interactive,
    Ip,
    Ip6,
    Ipc,
    Label,
    LogDriver,
    LogOption,
    Memory,
    MemoryReservation,
    MemorySwap,
    Mount,
    Name,
    Network,
    NetworkAlias,
    Pid,
    PidsLimit,
    Privileged,
    Publish,
    Pull,
    ReadOnly,
    Remove,
    Restart,
    SecurityOpt,
    ShmSize,
    StopSignal,
    StopTimeout,
    Sysctl,
    Tmpfs,
    Tty,
    Ulimit,
    User,
    Volume,
    WorkingDir,
    /// It says how the command line behaves, which is always so here.
    Usual,
    /// There is no field for it, for this reason.
    Not(&'static str),
}

const NO_FIELD: &str = "The form has no field for this.";
const NO_TERMINAL: &str =
    "Nothing is attached here; logs and terminal are on the container's page.";
const FILE: &str =
    "The file is on the computer where the command runs; write its content into the form.";

const fn value(long: &'static str, what: What) -> RunOption {
    RunOption {
        long,
        short: None,
        takes: Takes::Value,
        what,
    }
}

const fn switch(long: &'static str, what: What) -> RunOption {
    RunOption {
        long,
        short: None,
        takes: Takes::Nothing,
        what,
    }
}

const fn short(letter: char, option: RunOption) -> RunOption {
    RunOption {
        short: Some(letter),
        ..option
    }
}

pub(super) const OPTIONS: &[RunOption] = &[
    value("add-host", What::AddHost),
    value("annotation", What::Not(NO_FIELD)),
    short('a', value("attach", What::Not(NO_TERMINAL))),
    value("blkio-weight", What::Not(NO_FIELD)),
    value("blkio-weight-device", What::Not(NO_FIELD)),
    value("cap-add", What::CapAdd),
    value("cap-drop", What::CapDrop),
    value(
        "cgroup-parent",
        What::Not(
            "Where a container's control group lies is the server's business; the form has no field for it.",
        ),
    ),
    value("cgroupns", What::Not(NO_FIELD)),
    value("cidfile", What::Not(NO_FIELD)),
    value("cpu-count", What::Not(NO_FIELD)),
    value("cpu-percent", What::Not(NO_FIELD)),
    value(
        "cpu-period",
        What::Not("Limit the number of processors instead."),
    ),
    value(
        "cpu-quota",
        What::Not("Limit the number of processors instead."),
    ),
    value("cpu-rt-period", What::Not(NO_FIELD)),
    value("cpu-rt-runtime", What::Not(NO_FIELD)),
    short('c', value("cpu-shares", What::CpuShares)),
    value("cpus", What::Cpus),
    value("cpuset-cpus", What::CpuSet),
    value("cpuset-mems", What::Not(NO_FIELD)),
    short('d', switch("detach", What::Usual)),
    value("detach-keys", What::Not(NO_TERMINAL)),
    value("device", What::Device),
    value(
        "device-cgroup-rule",
        What::Not("Hand in the devices themselves instead."),
    ),
    value("device-read-bps", What::Not(NO_FIELD)),
    value("device-read-iops", What::Not(NO_FIELD)),
    value("device-write-bps", What::Not(NO_FIELD)),
    value("device-write-iops", What::Not(NO_FIELD)),
    switch("disable-content-trust", What::Not(NO_FIELD)),
    value("dns", What::Dns),
    value("dns-opt", What::DnsOption),
    value("dns-option", What::DnsOption),
    value("dns-search", What::DnsSearch),
    value("domainname", What::Domainname),
    value("entrypoint", What::Entrypoint),
    short('e', value("env", What::Env)),
    value("env-file", What::Not(FILE)),
    value(
        "expose",
        What::Not(
            "Containers on one network reach all ports of each other; publish the ports that others shall reach.",
        ),
    ),
    value("gpus", What::Gpus),
    value("group-add", What::GroupAdd),
    value("health-cmd", What::HealthCommand),
    value("health-interval", What::HealthInterval),
    value("health-retries", What::HealthRetries),
    value("health-start-interval", What::Not(NO_FIELD)),
    value("health-start-period", What::HealthStart),
    value("health-timeout", What::HealthTimeout),
    short('h', value("hostname", What::Hostname)),
    switch("help", What::Not("Help is not shown here.")),
    switch("init", What::Init),
    short('i', switch("interactive", What::Interactive)),
    value("io-maxbandwidth", What::Not(NO_FIELD)),
    value("io-maxiops", What::Not(NO_FIELD)),
    value("ip", What::Ip),
    value("ip6", What::Ip6),
    value("ipc", What::Ipc),
    value("isolation", What::Not(NO_FIELD)),
    value(
        "kernel-memory",
        What::Not("The engine no longer has this limit."),
    ),
    short('l', value("label", What::Label)),
    value("label-file", What::Not(FILE)),
    value(
        "link",
        What::Not(
            "Put both containers on one network of their own; there they find each other by name.",
        ),
    ),
    value("link-local-ip", What::Not(NO_FIELD)),
    value("log-driver", What::LogDriver),
    value("log-opt", What::LogOption),
    value("mac-address", What::Not(NO_FIELD)),
    short('m', value("memory", What::Memory)),
    value("memory-reservation", What::MemoryReservation),
    value("memory-swap", What::MemorySwap),
    value("memory-swappiness", What::Not(NO_FIELD)),
    value("mount", What::Mount),
    value("name", What::Name),
    value("net", What::Network),
    value("net-alias", What::NetworkAlias),
    value("network", What::Network),
    value("network-alias", What::NetworkAlias),
    switch("no-healthcheck", What::HealthNone),
    switch("oom-kill-disable", What::Not(NO_FIELD)),
    value("oom-score-adj", What::Not(NO_FIELD)),
    value("pid", What::Pid),
    value("pids-limit", What::PidsLimit),
    value(
        "platform",
        What::Not("The image is taken for this server's own processor."),
    ),
    switch("privileged", What::Privileged),
    short('p', value("publish", What::Publish)),
    short(
        'P',
        switch(
            "publish-all",
            What::Not(
                "Which ports the image has is not known yet; list those that shall be published.",
            ),
        ),
    ),
    value("pull", What::Pull),
    short('q', switch("quiet", What::Usual)),
    switch("read-only", What::ReadOnly),
    value("restart", What::Restart),
    switch("rm", What::Remove),
    value(
        "runtime",
        What::Not(
            "The engine's default runtime is used; for graphics processors there is a field of their own.",
        ),
    ),
    value("security-opt", What::SecurityOpt),
    value("shm-size", What::ShmSize),
    switch("sig-proxy", What::Not(NO_TERMINAL)),
    value("stop-signal", What::StopSignal),
    value("stop-timeout", What::StopTimeout),
    value("storage-opt", What::Not(NO_FIELD)),
    value("sysctl", What::Sysctl),
    value("tmpfs", What::Tmpfs),
    short('t', switch("tty", What::Tty)),
    value("ulimit", What::Ulimit),
    switch(
        "use-api-socket",
        What::Not("Mount the engine's socket instead, and accept the risk by name."),
    ),
    short('u', value("user", What::User)),
    value("userns", What::Not(NO_FIELD)),
    value("uts", What::Not(NO_FIELD)),
    short('v', value("volume", What::Volume)),
    value(
        "volume-driver",
        What::Not("Make the volume with its driver first, then mount it by name."),
    ),
    value(
        "volumes-from",
        What::Not("Mount the same paths and volumes here."),
    ),
    short('w', value("workdir", What::WorkingDir)),
];

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
                reader.leave(format!("{whole} ({text})"), reason);
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
        reader.leave(format!("{whole} ({text})"), reason);
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
