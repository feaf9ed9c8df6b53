//! A plan in the journal's form, and the deployment record that comes of it.

use harbour_core::install::{AppContainer, AppPlan, container_name};

use super::answers::to_record;
use super::plan::{Planned, Subject, kept_answers};
use super::shown;
use crate::db::{AppContainerRecord, ImageRecord, InstallPlanRecord, InstallRecord};
use crate::flows::plan_record;

/// What an operation journals. `old` are the containers to be replaced.
pub(super) fn of(
    subject: &Subject,
    planned: &Planned,
    plan: AppPlan,
    confirmed: &[String],
    old: Vec<(String, String)>,
) -> InstallPlanRecord {
    let now = jiff::Timestamp::now().to_string();
    let root = planned.situation.app_data_root.clone();
    let platform = &planned.situation.platform;
    let existing = subject.existing.as_ref();
    let answers = to_record(&kept_answers(&planned.answers, &plan));
    // Only risks that this plan has stay confirmed.
    let has = |name: &&String| {
        planned
            .preview
            .risks
            .iter()
            .any(|known| known.risk.name() == **name)
    };
    let mut folders: Vec<String> = plan
        .containers
        .iter()
        .flat_map(|container| &container.plan.spec.mounts)
        .filter(|mount| harbour_core::host_path::is_below(&mount.source, &root))
        .map(|mount| mount.source.clone())
        .collect();
    folders.sort();
    folders.dedup();
    let mut pulls: Vec<(String, String)> = Vec::new();
    for container in plan
        .containers
        .iter()
        .filter(|container| container.plan.pull)
    {
        let pull = (
            container.plan.spec.image.canonical(),
            container.image_name.clone(),
        );
        if !pulls.iter().any(|(known, _)| *known == pull.0) {
            pulls.push(pull);
        }
    }
    let image = |service: &String, pinned: &harbour_core::install::PinnedImage| {
        let record = ImageRecord {
            tag: pinned.tag.clone(),
            digest: pinned.digest.to_string(),
            size: pinned.size,
        };
        (service.clone(), record)
    };
    let install = InstallRecord {
        v: 1,
        id: subject.install.clone(),
        name: plan.name.clone(),
        store: subject.store.clone(),
        slug: subject.manifest.slug.clone(),
        app: subject.manifest.name.clone(),
        version: subject.version.clone(),
        manifest: subject.text.clone(),
        images: subject
            .images
            .iter()
            .map(|(service, pinned)| image(service, pinned))
            .collect(),
        answers,
        confirmed: confirmed.iter().filter(has).cloned().collect(),
        chosen_ports: plan.chosen_ports.clone(),
        network: plan.network.clone(),
        containers: plan
            .containers
            .iter()
            .map(|container| {
                (
                    container.service.clone(),
                    container.plan.spec.name.as_str().to_owned(),
                )
            })
            .collect(),
        volumes: plan
            .volumes
            .iter()
            .map(|volume| volume.name.clone())
            .collect(),
        folders,
        made_dirs: existing
            .map(|existing| existing.made_dirs.clone())
            .unwrap_or_default(),
        url: plan.url.clone(),
        state: "installed".to_owned(),
        operation: String::new(),
        installed_at: existing
            .map_or_else(|| now.clone(), |existing| existing.installed_at.clone()),
        changed_at: now,
    };
    InstallPlanRecord {
        previous: subject.existing.clone(),
        volumes: install.volumes.clone(),
        make_dirs: plan.make_dirs.clone(),
        owner: (platform.uid, platform.gid),
        pulls,
        containers: plan
            .containers
            .into_iter()
            .map(|container| self::container(subject, &plan.name, &root, container))
            .collect(),
        app_data_root: root,
        old,
        install,
    }
}

fn container(
    subject: &Subject,
    install: &str,
    root: &str,
    container: AppContainer,
) -> AppContainerRecord {
    let extras = container.extras;
    AppContainerRecord {
        service: container.service,
        configs: extras
            .configs
            .into_iter()
            .map(|config| (config.target, config.content, config.mode))
            .collect(),
        tmpfs: extras.tmpfs,
        device_rules: extras.device_rules,
        pid_of: extras
            .pid_of
            .map(|service| container_name(&subject.manifest, install, &service)),
        start_interval: extras
            .start_interval
            .map(|time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)),
        waits: container
            .waits
            .into_iter()
            .map(|wait| (wait.service, shown::condition(wait.condition).to_owned()))
            .collect(),
        setup: container.setup,
        create: plan_record::of(container.plan, root.to_owned()),
    }
}
