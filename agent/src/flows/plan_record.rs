//! A plan in the form the journal keeps.

use std::time::Duration;

use harbour_core::plan::CreatePlan;
use harbour_core::spec::{
    Attachment, ContainerSpec, GpuChoice, Gpus, Healthcheck, ImageSource, Limits, Lookup, Mount,
    MountKind, Process, RestartPolicy, Rights,
};

use crate::db::{
    AttachmentRecord, CreatePlanRecord, DeviceRecord, GpuRecord, HealthcheckRecord, LimitsRecord,
    LoggingRecord, LookupRecord, MountRecord, PortRecord, ProcessRecord, RightsRecord, TmpfsRecord,
};

pub(super) fn of(plan: CreatePlan, app_data_root: String) -> CreatePlanRecord {
    let ContainerSpec {
        image,
        name,
        ports,
        mounts,
        env,
        restart,
        healthcheck,
        network,
        // Only for the judgement of risks, which has been made.
        resolved_network: _,
        networks,
        command,
        labels,
        privileged,
        pid_host,
        cap_add,
        devices,
        process,
        lookup,
        rights,
        resolved_ipc: _,
        limits,
        logging,
        auto_remove,
        start,
    } = plan.spec;
    CreatePlanRecord {
        image: match &image {
            ImageSource::Reference(reference) => reference.familiar(),
            ImageSource::LocalId(id) => id.to_string(),
        },
        pull_reference: image.canonical(),
        name: name.as_str().to_owned(),
        pull: plan.pull,
        make_dirs: plan.make_dirs,
        app_data_root,
        ports: ports
            .into_iter()
            .map(|p| PortRecord {
                container: p.container,
                protocol: p.protocol.as_str().to_owned(),
                host: p.host,
                host_ip: p.host_ip.map(|ip| ip.to_string()),
            })
            .collect(),
        mounts: mounts.into_iter().map(mount).collect(),
        env,
        restart: restart.as_str().to_owned(),
        max_retries: match restart {
            RestartPolicy::OnFailure { max_retries } => max_retries,
            RestartPolicy::No | RestartPolicy::Always | RestartPolicy::UnlessStopped => None,
        },
        healthcheck: healthcheck.map(health),
        network,
        networks: networks.into_iter().map(attachment).collect(),
        command,
        labels,
        privileged,
        pid_host,
        cap_add,
        devices: devices
            .into_iter()
            .map(|d| DeviceRecord {
                host: d.host,
                container: d.container,
                permissions: d.permissions,
            })
            .collect(),
        process: self::process(process),
        lookup: self::lookup(lookup),
        rights: self::rights(rights),
        limits: self::limits(limits),
        logging: logging.map(|l| LoggingRecord {
            driver: l.driver,
            options: l.options,
        }),
        auto_remove,
        start,
    }
}

fn mount(mount: Mount) -> MountRecord {
    MountRecord {
        volume: mount.kind == MountKind::Volume,
        tmpfs: match mount.kind {
            MountKind::Tmpfs { size_bytes, mode } => Some(TmpfsRecord {
                size_bytes: size_bytes.map(signed),
                mode,
            }),
            MountKind::Bind { .. } | MountKind::Volume => None,
        },
        resolved_source: mount.resolved_source,
        source: mount.source,
        target: mount.target,
        read_only: mount.read_only,
    }
}

fn health(check: Healthcheck) -> HealthcheckRecord {
    let nanos = |d: Duration| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX);
    HealthcheckRecord {
        test: check.test,
        interval: check.interval.map(nanos),
        timeout: check.timeout.map(nanos),
        start_period: check.start_period.map(nanos),
        retries: check.retries,
    }
}

fn attachment(network: Attachment) -> AttachmentRecord {
    AttachmentRecord {
        name: network.name,
        aliases: network.aliases,
        ipv4: network.ipv4.map(|ip| ip.to_string()),
        ipv6: network.ipv6.map(|ip| ip.to_string()),
    }
}

fn process(process: Process) -> ProcessRecord {
    ProcessRecord {
        entrypoint: process.entrypoint,
        user: process.user,
        working_dir: process.working_dir,
        hostname: process.hostname,
        domainname: process.domainname,
        init: process.init,
        stop_signal: process.stop_signal,
        stop_grace: process.stop_grace,
        tty: process.tty,
        stdin_open: process.stdin_open,
    }
}

fn lookup(lookup: Lookup) -> LookupRecord {
    LookupRecord {
        extra_hosts: lookup.extra_hosts,
        dns: lookup.dns.iter().map(ToString::to_string).collect(),
        dns_search: lookup.dns_search,
        dns_options: lookup.dns_options,
    }
}

fn rights(rights: Rights) -> RightsRecord {
    RightsRecord {
        cap_drop: rights.cap_drop,
        security_opt: rights.security_opt,
        group_add: rights.group_add,
        read_only: rights.read_only,
        ipc: rights.ipc,
        gpus: rights.gpus.map(gpus),
        sysctls: rights.sysctls,
    }
}

fn gpus(gpus: Gpus) -> GpuRecord {
    let (count, ids) = match gpus.which {
        GpuChoice::All => (Some(-1), Vec::new()),
        GpuChoice::Count(count) => (Some(count.into()), Vec::new()),
        GpuChoice::Ids(ids) => (None, ids),
    };
    GpuRecord {
        count,
        ids,
        driver: gpus.driver,
        capabilities: gpus.capabilities,
    }
}

fn limits(limits: Limits) -> LimitsRecord {
    LimitsRecord {
        memory: limits.memory.map(signed),
        memory_reservation: limits.memory_reservation.map(signed),
        memory_swap: limits.memory_swap,
        nano_cpus: limits.nano_cpus.map(signed),
        cpu_shares: limits.cpu_shares.map(i64::from),
        cpuset: limits.cpuset,
        pids: limits.pids,
        shm_size: limits.shm_size.map(signed),
        ulimits: limits
            .ulimits
            .into_iter()
            .map(|limit| (limit.name, limit.soft, limit.hard))
            .collect(),
    }
}

/// The engine's numbers are signed; the planner keeps them far below the end.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
