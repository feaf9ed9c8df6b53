//! Services as drafts of containers, with every field that a person may change.

mod ports;
mod storage;

use std::collections::BTreeMap;

use super::extras::{Extras, healthcheck};
use super::name::{container_name, free_name, is_name, network_name};
use super::order::{Wait, active, start_order};
use super::plan::AppVolume;
use super::values::{Filler, Made, resolve};
use super::{Answers, PinnedImage, Situation};
use crate::draft::{
    CreateDraft, EnvDraft, GpuDraft, HostDraft, LimitsDraft, LoggingDraft, LookupDraft,
    NetworkDraft, ProcessDraft, RestartDraft, RightsDraft, UlimitDraft,
};
use crate::image_ref::ImageRef;
use crate::manifest::{Gpus, Manifest, NetworkMode, Restart, SchemaVersion, Service, Template};
use crate::problem::{Problem, ProblemCode, shown};

/// The engine's own log driver, when only options are given.
const LOG_DRIVER: &str = "json-file";
/// Label with the address of an app's page, which the list of containers reads.
const WEB_UI_LABEL: &str = "io.harbourmaster.webui";

/// An app before the paths of the server were looked at.
#[derive(Debug, Clone)]
pub struct AppDraft {
    /// Name of the install.
    pub name: String,
    /// Its private network, if a container is in it.
    pub network: Option<String>,
    /// Containers in the order they start.
    pub services: Vec<ServiceDraft>,
    /// Named volumes.
    pub volumes: Vec<AppVolume>,
    /// What is wrong already.
    pub problems: Vec<Problem>,
    /// Values that were made up.
    pub made: Vec<Made>,
    /// Ports of the server that nobody asked for by number, by id of their field.
    pub chosen_ports: BTreeMap<String, u16>,
    /// Address of the app's page.
    pub url: Option<String>,
}

/// One container before the paths of the server were looked at.
#[derive(Debug, Clone)]
pub struct ServiceDraft {
    /// Its service.
    pub service: String,
    /// As a container made by hand would be asked for.
    pub draft: CreateDraft,
    /// What the form of a container does not have.
    pub extras: Extras,
    /// Its health check; absent keeps the image's own.
    pub healthcheck: Option<crate::spec::Healthcheck>,
    /// What it waits for.
    pub waits: Vec<Wait>,
    /// It does its work once and ends.
    pub setup: bool,
    /// Its image.
    pub image: PinnedImage,
    /// Image and tag for people.
    pub image_name: String,
    /// Ids of the fields behind its ports, mounts and devices, in their order.
    pub(super) ports: Vec<String>,
    pub(super) mounts: Vec<String>,
    pub(super) devices: Vec<String>,
}

/// Fills in the form and says which containers there would be. `random` must
/// have [`super::bytes_needed`] bytes.
pub fn draft_app(
    manifest: &Manifest,
    answers: &Answers,
    situation: &Situation,
    random: &[u8],
) -> AppDraft {
    let mut problems = Vec::new();
    let out = &mut problems;
    if situation.existing.is_none() {
        unknown_answers(manifest, answers, out);
    }
    let name = name(manifest, answers, situation, out);
    // Which services are there depends on switches, and the address of the page
    // on their ports; texts depend on both.
    let switches = resolve(
        manifest,
        answers,
        &situation.platform,
        "",
        random,
        &mut Vec::new(),
    );
    let services = active(manifest, &switches.all);
    let chosen = ports::choose(&services, answers, situation, out);
    let url = ports::url(manifest, &services, &chosen, &situation.platform.host);
    let for_texts = url
        .clone()
        .unwrap_or_else(|| format!("http://{}", ports::in_url(&situation.platform.host)));
    let values = resolve(
        manifest,
        answers,
        &situation.platform,
        &for_texts,
        random,
        out,
    );
    let filler = Filler {
        values: &values.all,
        platform: &situation.platform,
        url: &for_texts,
    };
    let mut volumes: Vec<AppVolume> = Vec::new();
    let mut drafts = Vec::new();
    for (service, waits) in start_order(&services) {
        let Some(image) = situation.images.get(&service.name) else {
            let message = format!(
                "The store has no image of {} that could be installed.",
                service.name
            );
            out.push(Problem::new("app", ProblemCode::Invalid, message));
            continue;
        };
        let mut draft = container(manifest, service, &name, &filler, image, out);
        let ports = ports::drafts(service, &chosen, &mut draft);
        let mounts = storage::mounts(
            manifest, service, &name, answers, situation, &mut draft, out,
        );
        for mount in draft.mounts.iter().filter(|mount| mount.kind == "volume") {
            if !volumes.iter().any(|volume| volume.name == mount.source) {
                volumes.push(AppVolume {
                    name: mount.source.clone(),
                    exists: situation.volumes.contains_key(&mount.source),
                });
            }
        }
        let devices = storage::devices(service, answers, situation, &mut draft, out);
        let check = service.healthcheck.as_ref();
        drafts.push(ServiceDraft {
            service: service.name.clone(),
            extras: Extras::of(service, &filler),
            healthcheck: check.map(|check| healthcheck(check, &filler)),
            waits,
            setup: service.process.restart == Some(Restart::No),
            image_name: format!("{}:{}", service.image.familiar_name(), image.tag),
            image: image.clone(),
            draft,
            ports,
            mounts,
            devices,
        });
    }
    let network = network_name(&name);
    let in_it = drafts.iter().any(|draft| !draft.draft.networks.is_empty());
    if in_it && situation.networks.contains(&network) {
        let message = format!(
            "A network called {network} is here already and belongs to something else. Give the app another name."
        );
        problems.push(Problem::new("name", ProblemCode::NameTaken, message));
    }
    AppDraft {
        network: in_it.then_some(network),
        name,
        services: drafts,
        volumes,
        problems,
        made: values.made,
        chosen_ports: ports::free_choices(&chosen),
        url,
    }
}

/// Answers to what nobody asked are mistakes; after an update of the app they
/// are only left over.
fn unknown_answers(manifest: &Manifest, answers: &Answers, out: &mut Vec<Problem>) {
    let mut unknown = |kind: &str, id: &str| {
        let message = format!("This app has no such setting: {}.", shown(id));
        out.push(Problem::new(
            format!("{kind}.{id}"),
            ProblemCode::Invalid,
            message,
        ));
    };
    for key in answers.params.keys() {
        if manifest.param(key).is_none() {
            unknown("params", key);
        }
    }
    let has = |there: &dyn Fn(&Service) -> bool| manifest.services.iter().any(there);
    for id in answers.ports.keys() {
        if !has(&|s| s.ports.iter().any(|port| super::port_id(s, port) == *id)) {
            unknown("ports", id);
        }
    }
    for id in answers.volumes.keys() {
        if !has(&|s| {
            s.volumes
                .iter()
                .any(|volume| super::volume_id(s, volume) == *id)
        }) {
            unknown("volumes", id);
        }
    }
    for id in answers.devices.keys() {
        if !has(&|s| {
            s.devices
                .iter()
                .any(|device| super::device_id(s, device) == *id)
        }) {
            unknown("devices", id);
        }
    }
}

fn name(
    manifest: &Manifest,
    answers: &Answers,
    situation: &Situation,
    out: &mut Vec<Problem>,
) -> String {
    if let Some(existing) = &situation.existing {
        return existing.name.clone();
    }
    let taken = |name: &str| {
        [
            &situation.container_names,
            &situation.networks,
            &situation.install_names,
        ]
        .into_iter()
        .flatten()
        .any(|other| other.trim_start_matches('/') == name)
    };
    let given = answers.name.as_deref().map(str::trim);
    let Some(given) = given.filter(|name| !name.is_empty()) else {
        return free_name(manifest, &taken);
    };
    if !is_name(given) {
        let message = format!(
            "“{}” is no name for an app: lower-case letters, digits and dashes, at most 63, beginning and ending with a letter or a digit.",
            shown(given)
        );
        out.push(Problem::new("name", ProblemCode::Invalid, message));
        return free_name(manifest, &taken);
    }
    if taken(given) {
        let free = free_name(manifest, &taken);
        let message = format!("Something is called {given} already; another name is {free}.");
        out.push(
            Problem::new("name", ProblemCode::NameTaken, message)
                .suggest_text(format!("Use {free}"), free),
        );
    }
    given.to_owned()
}

fn container(
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
