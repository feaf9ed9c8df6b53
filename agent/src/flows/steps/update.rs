//! The steps that give a container another image. It and the containers that
//! hang on it are made anew, in the order they start; others that have to look
//! again are restarted afterwards.

mod member;
mod record;
mod restart;
mod well;

use std::sync::Arc;

use super::app::containers::{ParkAll, RemoveParked};
use super::{Flows, Steps, pull};
use crate::db::UpdatePlanRecord;
use crate::operations::Flow;

impl Flows {
    /// pull → [put the old ones aside] → (make → start) … → verdict ‖ record →
    /// [remove the old ones] → restart
    ///
    /// The image is here before anything is touched, so an app is away only for
    /// its stop, its start, and what the engine needs between them. What was
    /// stopped is made and not started.
    pub(super) fn update(&self, plan: &UpdatePlanRecord) -> Flow {
        let plan = Arc::new(plan.clone());
        let mut steps: Steps = vec![
            Box::new(pull::PullPinned {
                engine: Arc::clone(&self.engine),
                image: plan.pull.clone(),
                shown: plan.shown.clone(),
            }),
            Box::new(ParkAll {
                engine: Arc::clone(&self.engine),
                old: plan
                    .members
                    .iter()
                    .map(|member| (member.old.clone(), member.name.clone()))
                    .collect(),
            }),
        ];
        for index in 0..plan.members.len() {
            let member = || member::Member {
                engine: Arc::clone(&self.engine),
                inventory: Arc::clone(&self.inventory),
                plan: Arc::clone(&plan),
                index,
            };
            steps.push(Box::new(member::Make(member())));
            steps.push(Box::new(member::Start(member())));
        }
        steps.push(Box::new(well::AllWell {
            engine: Arc::clone(&self.engine),
            plan: Arc::clone(&plan),
        }));
        let commit_point = steps.len();
        steps.push(Box::new(record::Record {
            db: self.db.clone(),
            engine: Arc::clone(&self.engine),
            plan: Arc::clone(&plan),
        }));
        steps.push(Box::new(RemoveParked {
            engine: Arc::clone(&self.engine),
            inventory: Arc::clone(&self.inventory),
        }));
        if !plan.restart.is_empty() {
            steps.push(Box::new(restart::Restart {
                engine: Arc::clone(&self.engine),
                plan,
            }));
        }
        Flow {
            steps,
            commit_point,
        }
    }
}
