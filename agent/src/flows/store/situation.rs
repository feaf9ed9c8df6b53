//! What is true on the server before an app is planned.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use harbour_core::host_path::normalise;
use harbour_core::install::{Answers, Existing, PinnedImage, Platform, Situation, default_volume};
use harbour_core::manifest::{Manifest, VolumeDefault};

use super::plan::Subject;
use crate::db::InstallRecord;
use crate::docker::{EngineError, INSTALL_LABEL};
use crate::flows::{Context, host_ports};
use crate::host;

/// Gathers it. `installs` are all there are.
pub(super) async fn situation(
    context: &Context,
    subject: &Subject,
    answers: &Answers,
    installs: &[InstallRecord],
    images: BTreeMap<String, PinnedImage>,
) -> Result<Situation, EngineError> {
    super::super::world::connected(context)?;
    let containers = context.inventory.list(true);
    let own = own_containers(context, &subject.install);
    let is_own = |id: &str| own.iter().any(|(other, _)| other == id);
    let of_install = |network: &crate::views::Network| {
        network.labels.get(INSTALL_LABEL) == Some(&subject.install)
    };
    let root = context.settings.app_data_root();
    let others = installs
        .iter()
        .filter(|install| install.id != subject.install);
    let mut situation = Situation {
        container_names: containers
            .iter()
            .filter(|container| !is_own(&container.summary.id))
            .map(|container| container.summary.name.clone())
            .collect(),
        networks: context
            .inventory
            .networks()
            .into_iter()
            .filter(|network| !of_install(network))
            .map(|network| network.name)
            .collect(),
        install_names: others.map(|install| install.name.clone()).collect(),
        volumes: context
            .inventory
            .volumes()
            .into_iter()
            .map(|volume| (volume.name, volume.labels.get(INSTALL_LABEL).cloned()))
            .collect(),
        app_data_root: root.to_string_lossy().into_owned(),
        images,
        install: subject.install.clone(),
        existing: subject.existing.as_ref().map(|existing| Existing {
            name: existing.name.clone(),
            ports: existing.chosen_ports.clone(),
        }),
        platform: Platform {
            tz: host::time_zone(),
            host: subject.host.clone(),
            ..Platform::default()
        },
        ..Situation::default()
    };
    let paths = paths(&subject.manifest, answers, &situation.app_data_root);
    let wanted = wanted_ports(&subject.manifest, answers);
    // The rest looks at files and processes.
    tokio::task::spawn_blocking(move || {
        let own: Vec<&str> = own.iter().map(|(id, _)| id.as_str()).collect();
        situation.ports = host_ports::in_use(&containers, &own, &wanted);
        situation.present = paths
            .into_iter()
            .filter(|path| Path::new(path).exists())
            .collect();
        // Folders of apps belong to whom their root belongs.
        if let Ok(meta) = fs::metadata(&root) {
            (situation.platform.uid, situation.platform.gid) = (meta.uid(), meta.gid());
        }
        situation
    })
    .await
    .map_err(|_| EngineError::Down("the check was interrupted".to_owned()))
}

/// The containers of an install: id and name.
pub(super) fn own_containers(context: &Context, install: &str) -> Vec<(String, String)> {
    let containers = context.inventory.list(true);
    let own = containers.iter().filter(|container| {
        container
            .summary
            .labels
            .get(INSTALL_LABEL)
            .map(String::as_str)
            == Some(install)
    });
    own.map(|c| (c.summary.id.clone(), c.summary.name.clone()))
        .collect()
}

/// Devices and folders that the manifest or the answers name.
fn paths(manifest: &Manifest, answers: &Answers, root: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for service in &manifest.services {
        for device in &service.devices {
            paths.insert(
                device
                    .host_default
                    .as_ref()
                    .unwrap_or(&device.container)
                    .clone(),
            );
        }
        for volume in &service.volumes {
            if matches!(volume.host_default, VolumeDefault::Host(_)) {
                paths.insert(default_volume(
                    manifest,
                    service,
                    volume,
                    &manifest.slug,
                    root,
                ));
            }
        }
    }
    let devices = answers
        .devices
        .values()
        .filter_map(|answer| answer.host.clone());
    paths.extend(devices);
    paths
        .into_iter()
        .filter(|path| path.starts_with('/'))
        .map(|path| normalise(&path))
        .collect()
}

fn wanted_ports(manifest: &Manifest, answers: &Answers) -> Vec<u16> {
    let ports = manifest.services.iter().flat_map(|service| &service.ports);
    let of_manifest = ports
        .filter_map(|port| port.host_default)
        .flat_map(|range| range.first..=range.last);
    let answered = answers.ports.values().filter_map(|answer| answer.host);
    of_manifest.chain(answered).collect()
}
