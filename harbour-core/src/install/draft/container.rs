//! A service as the draft of its container.

use crate::draft::{
    CreateDraft, EnvDraft, GpuDraft, HostDraft, LimitsDraft, LoggingDraft, LookupDraft,
    NetworkDraft, ProcessDraft, RestartDraft, RightsDraft, UlimitDraft,
};
use crate::image_ref::ImageRef;
use crate::install::PinnedImage;
use crate::install::name::{container_name, network_name};
use crate::install::values::Filler;
use crate::manifest::{Gpus, Manifest, NetworkMode, Restart, SchemaVersion, Service, Template};
use crate::problem::{Problem, ProblemCode};

/// The engine's own log driver, when only options are given.
const LOG_DRIVER: &str = "json-file";
/// Label with the address of an app's page, which the list of containers reads.
const WEB_UI_LABEL: &str = "io.harbourmaster.webui";

/// The draft without what a person may choose: ports, volumes and devices.
pub(super) fn container(
    manifest: &Manifest,
    service: &Service,
    install: &str,
    filler: &Filler<'_>,
    image: &PinnedImage,
    out: &mut Vec<Problem>,
) -> CreateDraft {
    let (process, network) = (&service.process, &service.network);
    let name_of = |other: &str| container_name(manifest, install, other);
    let (mode, networks) = match &network.mode {
        Some(NetworkMode::Host) => (Some("host".to_owned()), Vec::new()),
        Some(NetworkMode::None) => (Some("none".to_owned()), Vec::new()),
        Some(NetworkMode::Service(other)) => {
            (Some(format!("container:{}", name_of(other))), Vec::new())
        }
        None => {
            let private = NetworkDraft {
                name: network_name(install),
                aliases: vec![service.name.clone()],
                ..NetworkDraft::default()
            };
            (None, vec![private])
        }
    };
    let pinned = format!("{}@{}", service.image.name(), image.digest);
    CreateDraft {
        // Read back, so that what is asked for is what was checked.
        image: ImageRef::parse(&pinned).map_or(pinned, |image| image.familiar()),
        name: Some(name_of(&service.name)),
        env: environment(manifest, service, filler),
        restart: Some(restart(process.restart)),
        network: mode,
        networks,
        command: filler.all(process.command.as_deref().unwrap_or_default()),
        labels: labels(manifest, service, filler),
        start: true,
        privileged: service.rights.privileged,
        pid_host: service.rights.pid.as_deref() == Some("host"),
        cap_add: service.rights.cap_add.clone(),
        process: ProcessDraft {
            entrypoint: filler.all(process.entrypoint.as_deref().unwrap_or_default()),
            user: filler.optional(process.user.as_ref()),
            working_dir: filler.optional(process.working_dir.as_ref()),
            hostname: filler.optional(network.hostname.as_ref()),
            domainname: filler.optional(network.domainname.as_ref()),
            init: process.init,
            stop_signal: process.stop_signal.clone(),
            // A part of a second more is no harm, a part less is.
            stop_grace_seconds: process.stop_grace_period.map(|time| {
                i64::try_from(time.as_secs() + u64::from(time.subsec_nanos() > 0))
                    .unwrap_or(i64::MAX)
            }),
            tty: process.tty,
            stdin_open: process.stdin_open,
        },
        lookup: LookupDraft {
            extra_hosts: network
                .extra_hosts
                .iter()
                .map(|host| extra_host(&filler.text(host)))
                .collect(),
            dns: network.dns.clone(),
            dns_search: network.dns_search.clone(),
            dns_options: network.dns_opt.clone(),
        },
        rights: rights(service, &name_of, out),
        limits: limits(service),
        logging: service.logging.as_ref().map(|logging| LoggingDraft {
            driver: logging
                .driver
                .clone()
                .unwrap_or_else(|| LOG_DRIVER.to_owned()),
            options: logging.options.clone(),
        }),
        ..CreateDraft::default()
    }
}

/// In v1 a param is a variable by its name; one without a value is not set.
fn environment(manifest: &Manifest, service: &Service, filler: &Filler<'_>) -> Vec<EnvDraft> {
    let params = manifest
        .params
        .iter()
        .filter(|_| manifest.schema == SchemaVersion::V1);
    let of_params = params.filter_map(|param| {
        let value = filler.values.get(&param.key)?;
        (!value.is_empty()).then(|| EnvDraft {
            name: param.key.clone(),
            value: value.clone(),
        })
    });
    let written = service.environment.iter().map(|(name, value)| EnvDraft {
        name: name.clone(),
        value: filler.text(value),
    });
    of_params.chain(written).collect()
}

fn labels(manifest: &Manifest, service: &Service, filler: &Filler<'_>) -> Vec<(String, String)> {
    let fill = |(key, value): &(String, Template)| (key.clone(), filler.text(value));
    let mut labels: Vec<(String, String)> = service.labels.iter().map(fill).collect();
    if let Some(page) = manifest
        .webui
        .as_ref()
        .filter(|page| page.service == service.name)
    {
        let scheme = if page.https { "https" } else { "http" };
        let address = format!("{scheme}://[IP]:[PORT:{}]{}", page.port, page.path);
        labels.push((WEB_UI_LABEL.to_owned(), address));
    }
    labels
}

fn restart(restart: Option<Restart>) -> RestartDraft {
    let (policy, max_retries) = match restart {
        Some(Restart::No) => ("no", None),
        Some(Restart::Always) => ("always", None),
        Some(Restart::UnlessStopped) | None => ("unless-stopped", None),
        Some(Restart::OnFailure(count)) => ("on-failure", count.map(i64::from)),
    };
    RestartDraft {
        policy: policy.to_owned(),
        max_retries,
    }
}

/// `NAME:ADDRESS`; an address may have colons.
fn extra_host(text: &str) -> HostDraft {
    let (host, ip) = text.split_once(':').unwrap_or((text, ""));
    HostDraft {
        host: host.to_owned(),
        ip: ip.trim_start_matches('[').trim_end_matches(']').to_owned(),
    }
}

fn rights(
    service: &Service,
    name_of: &dyn Fn(&str) -> String,
    out: &mut Vec<Problem>,
) -> RightsDraft {
    let asked = &service.rights;
    let ipc = asked
        .ipc
        .as_deref()
        .map(|mode| match mode.strip_prefix("service:") {
            Some(other) => format!("container:{}", name_of(other)),
            None => mode.to_owned(),
        });
    let gpus = match &asked.gpus {
        None => None,
        Some(Gpus::All) => Some(GpuDraft {
            count: Some(-1),
            ..GpuDraft::default()
        }),
        Some(Gpus::Some(requests)) => {
            if requests.len() > 1 {
                let message = format!(
                    "{} asks for graphics processors of several kinds, which can not be handed in together yet.",
                    service.name
                );
                out.push(Problem::new("app", ProblemCode::Invalid, message));
            }
            requests.first().map(|request| GpuDraft {
                count: request.count,
                device_ids: request.device_ids.clone(),
                driver: request.driver.clone(),
                capabilities: request.capabilities.clone(),
            })
        }
    };
    RightsDraft {
        cap_drop: asked.cap_drop.clone(),
        security_opt: asked.security_opt.clone(),
        group_add: service.process.group_add.clone(),
        read_only: asked.read_only,
        ipc,
        gpus,
        sysctls: asked.sysctls.clone(),
    }
}

fn limits(service: &Service) -> LimitsDraft {
    let asked = &service.limits;
    LimitsDraft {
        memory_bytes: asked.mem_limit,
        memory_reservation_bytes: asked.mem_reservation,
        memory_swap_bytes: asked.memswap_limit,
        cpus: asked.cpus,
        cpu_shares: asked.cpu_shares,
        cpuset: asked.cpuset.clone(),
        pids_limit: asked.pids_limit,
        shm_size_bytes: asked.shm_size,
        ulimits: asked
            .ulimits
            .iter()
            .map(|limit| UlimitDraft {
                name: limit.name.clone(),
                soft: limit.soft,
                hard: Some(limit.hard),
            })
            .collect(),
    }
}
