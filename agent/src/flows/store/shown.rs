//! Decisions of the core in the form the API shows.

use harbour_core::install::{AppContainer, AppPreview as CorePreview, AppRisk};
use harbour_core::manifest::Condition;
use harbour_core::problem::{Problem, SuggestionValue};

use crate::store::StoreShown;
use crate::views::store::{
    AppPreview, ConfigFileView, PlannedContainer, PlannedMount, PlannedPort, PlannedRole,
    PlannedVolume, PlannedWait, PreviewProblem, PreviewRisk, PreviewSuggestion,
};

pub(super) fn time(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    time.to_string()
}

pub(super) fn store_name(store: &StoreShown) -> String {
    let own = store.head.as_ref().map(|head| head.name.clone());
    own.or_else(|| store.source.name.clone())
        .unwrap_or_else(|| store.source.id.short())
}

pub(super) fn risks(risks: &[AppRisk]) -> Vec<PreviewRisk> {
    let one = |known: &AppRisk| PreviewRisk {
        risk: known.risk.name(),
        label: known.risk.explain(),
        services: known.services.clone(),
    };
    risks.iter().map(one).collect()
}

/// A condition in the words of Compose.
pub(super) fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Started => "service_started",
        Condition::Healthy => "service_healthy",
        Condition::CompletedSuccessfully => "service_completed_successfully",
    }
}

pub(super) fn preview(preview: CorePreview) -> AppPreview {
    let plan = &preview.shown;
    let pulls: Vec<&AppContainer> = plan.containers.iter().filter(|c| c.plan.pull).collect();
    // The same image twice is fetched once.
    let mut digests: Vec<&str> = Vec::new();
    let mut names = Vec::new();
    let mut bytes = Some(0_u64);
    for container in pulls {
        if digests.contains(&container.image.digest.hex()) {
            continue;
        }
        digests.push(container.image.digest.hex());
        names.push(container.image_name.clone());
        bytes = bytes
            .zip(container.image.size)
            .map(|(sum, size)| sum.saturating_add(size));
    }
    AppPreview {
        problems: preview.problems.iter().map(problem).collect(),
        risks: risks(&preview.risks),
        name: plan.name.clone(),
        network: plan.network.clone(),
        volumes: plan
            .volumes
            .iter()
            .map(|volume| PlannedVolume {
                name: volume.name.clone(),
                exists: volume.exists,
            })
            .collect(),
        folders: plan.make_dirs.clone(),
        containers: plan.containers.iter().map(container).collect(),
        pulls: names,
        pull_bytes: bytes,
        generates: plan.made.iter().map(|made| made.key.clone()).collect(),
        url: plan.url.clone(),
        will_get: preview.will_get,
    }
}

fn problem(problem: &Problem) -> PreviewProblem {
    PreviewProblem {
        field: problem.field.clone(),
        code: problem.code.as_str().to_owned(),
        message: problem.message.clone(),
        risk: problem.risk.clone(),
        suggestion: problem
            .suggestion
            .as_ref()
            .map(|suggestion| PreviewSuggestion {
                label: suggestion.label.clone(),
                value: match &suggestion.value {
                    SuggestionValue::Text(text) => text.clone().into(),
                    SuggestionValue::Number(number) => (*number).into(),
                },
            }),
    }
}

fn container(container: &AppContainer) -> PlannedContainer {
    let spec = &container.plan.spec;
    let memory = container.extras.tmpfs.keys().map(|path| PlannedMount {
        kind: "tmpfs".to_owned(),
        source: String::new(),
        target: path.clone(),
        read_only: false,
    });
    let mounts = spec.mounts.iter().map(|mount| PlannedMount {
        kind: mount.kind.as_str().to_owned(),
        source: mount.source.clone(),
        target: mount.target.clone(),
        read_only: mount.read_only,
    });
    PlannedContainer {
        service: container.service.clone(),
        name: spec.name.as_str().to_owned(),
        image: container.image_name.clone(),
        digest: container.image.digest.to_string(),
        role: if container.setup {
            PlannedRole::Setup
        } else {
            PlannedRole::Service
        },
        waits_for: container
            .waits
            .iter()
            .map(|wait| PlannedWait {
                service: wait.service.clone(),
                condition: condition(wait.condition).to_owned(),
            })
            .collect(),
        ports: spec
            .ports
            .iter()
            .map(|port| PlannedPort {
                container: port.container,
                protocol: port.protocol.as_str().to_owned(),
                host: port.host,
                host_ip: port.host_ip.map(|ip| ip.to_string()),
            })
            .collect(),
        mounts: mounts.chain(memory).collect(),
        devices: spec
            .devices
            .iter()
            .map(|device| device.host.clone())
            .collect(),
        env: spec.env.iter().map(|(name, _)| name.clone()).collect(),
        configs: container
            .extras
            .configs
            .iter()
            .map(|config| ConfigFileView {
                target: config.target.clone(),
                bytes: u64::try_from(config.content.len()).unwrap_or(u64::MAX),
            })
            .collect(),
        restart: spec.restart.as_str().to_owned(),
    }
}
