//! The steps that make, change and remove what a store's app consists of.

pub(super) mod containers;
mod data;
mod network;
mod record;
mod removal;
mod volumes;
mod wait;

use std::sync::Arc;

use super::{Flows, Steps, folders, pull};
use crate::db::{InstallPlanRecord, UninstallPlanRecord};
use crate::operations::Flow;

impl Flows {
    /// record → pull … → folders → network → volumes → [put the old ones aside] →
    /// (wait → make → start) … → verdict ‖ [remove the old ones] → done
    pub(super) fn install(&self, plan: &InstallPlanRecord) -> Flow {
        let plan = Arc::new(plan.clone());
        let mut steps: Steps = vec![Box::new(record::Begin {
            db: self.db.clone(),
            events: Arc::clone(&self.events),
            plan: Arc::clone(&plan),
        })];
        for (image, name) in &plan.pulls {
            steps.push(Box::new(pull::PullPinned {
                engine: Arc::clone(&self.engine),
                image: image.clone(),
                shown: name.clone(),
            }));
        }
        if !plan.make_dirs.is_empty() {
            steps.push(Box::new(folders::MakeDirs {
                dirs: plan.make_dirs.clone(),
                root: plan.app_data_root.clone(),
                owner: Some(plan.owner),
            }));
        }
        if let Some(name) = &plan.install.network {
            steps.push(Box::new(network::MakeNetwork {
                engine: Arc::clone(&self.engine),
                name: name.clone(),
                plan: Arc::clone(&plan),
            }));
        }
        if !plan.volumes.is_empty() {
            steps.push(Box::new(volumes::MakeVolumes {
                engine: Arc::clone(&self.engine),
                plan: Arc::clone(&plan),
            }));
        }
        if !plan.old.is_empty() {
            steps.push(Box::new(containers::ParkAll {
                engine: Arc::clone(&self.engine),
                old: plan.old.clone(),
            }));
        }
        for index in 0..plan.containers.len() {
            let service = || containers::Service {
                engine: Arc::clone(&self.engine),
                inventory: Arc::clone(&self.inventory),
                plan: Arc::clone(&plan),
                index,
            };
            let container = &plan.containers[index];
            if container
                .waits
                .iter()
                .any(|(_, condition)| condition != "service_started")
            {
                steps.push(Box::new(wait::WaitFor {
                    engine: Arc::clone(&self.engine),
                    waits: container.waits.clone(),
                }));
            }
            steps.push(Box::new(containers::Make(service())));
            steps.push(Box::new(containers::Start(service())));
        }
        steps.push(Box::new(wait::AllWell {
            engine: Arc::clone(&self.engine),
            plan: Arc::clone(&plan),
        }));
        let commit_point = steps.len();
        if !plan.old.is_empty() {
            steps.push(Box::new(containers::RemoveParked {
                engine: Arc::clone(&self.engine),
                inventory: Arc::clone(&self.inventory),
            }));
        }
        steps.push(Box::new(record::Done {
            db: self.db.clone(),
            events: Arc::clone(&self.events),
            engine: Arc::clone(&self.engine),
            inventory: Arc::clone(&self.inventory),
            plan,
        }));
        Flow {
            steps,
            commit_point,
        }
    }

    /// record → stop ‖ containers → network → [data] → done
    pub(super) fn uninstall(&self, plan: &UninstallPlanRecord) -> Flow {
        let plan = Arc::new(plan.clone());
        let part = || removal::Part {
            db: self.db.clone(),
            events: Arc::clone(&self.events),
            engine: Arc::clone(&self.engine),
            inventory: Arc::clone(&self.inventory),
            plan: Arc::clone(&plan),
        };
        let mut steps: Steps = vec![
            Box::new(removal::Begin(part())),
            Box::new(removal::Stop(part())),
        ];
        let commit_point = steps.len();
        steps.push(Box::new(removal::Containers(part())));
        if plan.install.network.is_some() {
            steps.push(Box::new(removal::Network(part())));
        }
        if plan.delete_data {
            steps.push(Box::new(data::DeleteData {
                engine: Arc::clone(&self.engine),
                plan: Arc::clone(&plan),
            }));
        }
        steps.push(Box::new(removal::Done(part())));
        Flow {
            steps,
            commit_point,
        }
    }
}
