//! The options of `docker run` (Docker run reference, version 28), and where
//! each goes in a draft.

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

pub(super) const NO_FIELD: &str = "The form has no field for this.";
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
