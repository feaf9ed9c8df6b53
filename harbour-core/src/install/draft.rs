//! Services as drafts of containers, with every field that a person may change.

mod container;
mod ports;
mod storage;

use std::collections::BTreeMap;

use super::extras::{Extras, healthcheck};
use super::name::{free_name, is_name, network_name};
use super::order::{Wait, active, start_order};
use super::plan::AppVolume;
use super::values::{Filler, Made, resolve};
use super::{Answers, PinnedImage, Situation};
use crate::draft::CreateDraft;
use crate::manifest::{Manifest, Restart, Service};
use crate::problem::{Problem, ProblemCode, shown};

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
        let mut draft = container::container(manifest, service, &name, &filler, image, out);
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
