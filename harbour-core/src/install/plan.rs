//! Drafts of containers into exactly what would be made, through the same
//! checks and the same rule about risks as containers made by hand.

use super::draft::{AppDraft, ServiceDraft};
use super::extras::Extras;
use super::order::Wait;
use super::values::Made;
use super::{PinnedImage, words};
use crate::plan::{CreatePlan, Joined, World, preview_create};
use crate::port::{PortHolder, PortUse};
use crate::problem::{Problem, ProblemCode};
use crate::risk::Risk;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};

/// A named volume of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppVolume {
    /// Name.
    pub name: String,
    /// It is here already.
    pub exists: bool,
}

/// A container of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppContainer {
    /// Its service.
    pub service: String,
    /// The container.
    pub plan: CreatePlan,
    /// What the engine is asked for beside it.
    pub extras: Extras,
    /// What it waits for before it starts.
    pub waits: Vec<Wait>,
    /// It does its work once and ends.
    pub setup: bool,
    /// Its image.
    pub image: PinnedImage,
    /// Image and tag for people.
    pub image_name: String,
}

/// A risk and the services that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRisk {
    /// The risk.
    pub risk: Risk,
    /// Services.
    pub services: Vec<String>,
}

/// Everything an install makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppPlan {
    /// Name of the install.
    pub name: String,
    /// Its private network.
    pub network: Option<String>,
    /// Named volumes.
    pub volumes: Vec<AppVolume>,
    /// Folders to make, each strictly below the app-data root.
    pub make_dirs: Vec<String>,
    /// Containers in the order they start.
    pub containers: Vec<AppContainer>,
    /// Values that were made up.
    pub made: Vec<Made>,
    /// Ports of the server that nobody asked for by number, by id of their field.
    pub chosen_ports: BTreeMap<String, u16>,
    /// Address of the app's page.
    pub url: Option<String>,
}

/// What would come of the answers, for showing while they are still being given.
#[derive(Debug, Clone)]
pub struct AppPreview {
    /// Everything that is wrong, unconfirmed risks last.
    pub problems: Vec<Problem>,
    /// Risks, confirmed or not, each once.
    pub risks: Vec<AppRisk>,
    /// What would be made, so far as the containers can be planned at all;
    /// it may be carried out only if there are no problems.
    pub shown: AppPlan,
    /// What it gets on this machine, a sentence each.
    pub will_get: Vec<String>,
}

impl AppPreview {
    /// The plan.
    ///
    /// # Errors
    /// All problems, when there are some.
    pub fn into_plan(self) -> Result<AppPlan, Vec<Problem>> {
        match self.problems.is_empty() {
            true => Ok(self.shown),
            false => Err(self.problems),
        }
    }
}

/// Plans every container. `world` is without the containers of this install;
/// its paths are those that the drafts name.
pub fn plan_app(draft: AppDraft, world: &World, confirm_risks: &[String]) -> AppPreview {
    let mut world = world.clone();
    world.networks.extend(draft.network.clone());
    join_each_other(&draft, &mut world);
    let mut problems = draft.problems;
    let mut unconfirmed: Vec<Problem> = Vec::new();
    let mut risks: Vec<AppRisk> = Vec::new();
    let mut make_dirs: Vec<String> = Vec::new();
    let mut containers = Vec::new();
    for service in draft.services {
        let mut asked = service.draft.clone();
        // Shown whole even while risks are not confirmed; those are problems of their own.
        asked.confirm_risks = preview_create(&asked, &world)
            .risks
            .iter()
            .map(Risk::name)
            .collect();
        let preview = preview_create(&asked, &world);
        problems.extend(
            preview
                .problems
                .into_iter()
                .map(|problem| on_field(problem, &service)),
        );
        asked.confirm_risks = confirm_risks.to_vec();
        let confirmed = preview_create(&asked, &world);
        let is_risk = |problem: &Problem| problem.code == ProblemCode::RiskNotConfirmed;
        let open = confirmed.problems.into_iter().filter(is_risk);
        unconfirmed.extend(open.map(|problem| on_field(problem, &service)));
        let extra = service.extras.risks();
        for risk in &extra {
            if !confirm_risks.contains(&risk.name()) {
                unconfirmed.push(Problem::unconfirmed("app", risk));
            }
        }
        for risk in preview.risks.into_iter().chain(extra) {
            match risks.iter_mut().find(|known| known.risk == risk) {
                Some(known) => known.services.push(service.service.clone()),
                None => risks.push(AppRisk {
                    risk,
                    services: vec![service.service.clone()],
                }),
            }
        }
        let Some(mut plan) = preview.plan else {
            continue;
        };
        take(&mut world, &plan);
        plan.spec.healthcheck = service.healthcheck;
        for dir in &plan.make_dirs {
            if !make_dirs.contains(dir) {
                make_dirs.push(dir.clone());
            }
        }
        containers.push(AppContainer {
            service: service.service,
            plan,
            extras: service.extras,
            waits: service.waits,
            setup: service.setup,
            image: service.image,
            image_name: service.image_name,
        });
    }
    // One risk is confirmed once, however many containers have it.
    let mut told: Vec<Option<String>> = Vec::new();
    unconfirmed.retain(|problem| {
        let first = !told.contains(&problem.risk);
        told.push(problem.risk.clone());
        first
    });
    problems.extend(unconfirmed);
    let shown = AppPlan {
        name: draft.name,
        network: draft.network,
        volumes: draft.volumes,
        make_dirs,
        containers,
        made: draft.made,
        chosen_ports: draft.chosen_ports,
        url: draft.url,
    };
    AppPreview {
        will_get: words::will_get(&shown, &risks),
        problems,
        risks,
        shown,
    }
}

/// Containers that are joined are made just before, and are what their drafts say.
fn join_each_other(draft: &AppDraft, world: &mut World) {
    for service in &draft.services {
        let Some(name) = &service.draft.name else {
            continue;
        };
        let joined = Joined {
            host_network: service.draft.network.as_deref() == Some("host"),
            host_ipc: service.draft.rights.ipc.as_deref() == Some("host"),
        };
        world.joins.insert(name.clone(), joined);
    }
}

/// What one container gets, the next one cannot have.
fn take(world: &mut World, plan: &CreatePlan) {
    let name = plan.spec.name.as_str();
    world.container_names.push(name.to_owned());
    let ports = plan.spec.ports.iter().filter_map(|port| {
        Some(PortUse {
            host: port.host?,
            protocol: port.protocol,
            ip: port.host_ip.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
            holder: PortHolder::Container {
                name: name.to_owned(),
            },
        })
    });
    world.ports.extend(ports);
}

/// Puts a container's problem on the field of the form that can change it.
fn on_field(problem: Problem, service: &ServiceDraft) -> Problem {
    let mut parts = problem.field.split('.');
    let kind = parts.next().unwrap_or_default();
    let index = parts.next().and_then(|index| index.parse::<usize>().ok());
    let id = |ids: &[String]| index.and_then(|index| ids.get(index).cloned());
    let field = match kind {
        "name" => Some("name".to_owned()),
        "ports" => id(&service.ports).map(|id| format!("ports.{id}")),
        "mounts" => id(&service.mounts).map(|id| format!("volumes.{id}")),
        "devices" => id(&service.devices).map(|id| format!("devices.{id}")),
        _ => None,
    };
    match field {
        Some(field) => {
            // Another name of the container is not the name of the app.
            let suggestion = problem.suggestion.filter(|_| kind != "name");
            Problem {
                field,
                suggestion,
                ..problem
            }
        }
        None if problem.code == ProblemCode::RiskNotConfirmed => Problem {
            field: "app".to_owned(),
            ..problem
        },
        None => Problem {
            message: format!(
                "{} ({}): {}",
                service.service, problem.field, problem.message
            ),
            field: "app".to_owned(),
            suggestion: None,
            ..problem
        },
    }
}
