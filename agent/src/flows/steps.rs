//! The steps of which long operations are made, and which operation has which.

mod app;
mod create;
mod folders;
mod park;
mod pull;
mod remove_old;
mod start;
mod update;
mod verdict;

use std::sync::Arc;

use crate::db::{CreatePlanRecord, Db, EngineRequest, OperationPlanRecord};
use crate::docker::{Engine, EngineError};
use crate::events::EventHub;
use crate::operations::{Flow, FlowBuilder, Step, StepError};

use super::Inventory;

/// Builds flows on one engine.
pub struct Flows {
    /// The engine.
    pub engine: Arc<Engine>,
    /// What it has, for the ports in use.
    pub inventory: Arc<Inventory>,
    /// Where it is written down what is installed.
    pub db: Db,
    /// Who is told of it.
    pub events: Arc<EventHub>,
}

type Steps = Vec<Box<dyn Step>>;

impl FlowBuilder for Flows {
    fn build(&self, plan: &OperationPlanRecord) -> Flow {
        let mut steps: Steps = Vec::new();
        match plan {
            OperationPlanRecord::Pull { image } => {
                steps.push(Box::new(self.pull(image)));
            }
            OperationPlanRecord::Create(plan) => {
                let plan: Arc<CreatePlanRecord> = Arc::from(plan.clone());
                self.before(&plan, &mut steps);
                self.create(&plan, None, &mut steps);
                if plan.start {
                    self.start(&mut steps);
                }
            }
            OperationPlanRecord::Install(plan) | OperationPlanRecord::ChangeApp(plan) => {
                return self.install(plan);
            }
            OperationPlanRecord::Uninstall(plan) => return self.uninstall(plan),
            OperationPlanRecord::Update(plan) => return self.update(plan),
            // pull → folders → park → create → start → verdict ‖ remove the old one
            OperationPlanRecord::Recreate(recreate) => {
                let plan = Arc::new(recreate.create.clone());
                self.before(&plan, &mut steps);
                steps.push(Box::new(park::Park {
                    engine: Arc::clone(&self.engine),
                    old: recreate.old.clone(),
                    name: plan.name.clone(),
                }));
                self.create(&plan, Some(recreate.request.clone()), &mut steps);
                if plan.start {
                    self.start(&mut steps);
                    steps.push(Box::new(verdict::Verdict {
                        engine: Arc::clone(&self.engine),
                        may_end: !recreate.old_ran,
                    }));
                }
                let commit_point = steps.len();
                steps.push(Box::new(remove_old::RemoveOld {
                    engine: Arc::clone(&self.engine),
                    inventory: Arc::clone(&self.inventory),
                }));
                return Flow {
                    steps,
                    commit_point,
                };
            }
        }
        let commit_point = steps.len();
        Flow {
            steps,
            commit_point,
        }
    }
}

impl Flows {
    fn pull(&self, image: &str) -> pull::Pull {
        pull::Pull {
            engine: Arc::clone(&self.engine),
            image: image.to_owned(),
        }
    }

    /// What a container needs before it can be made.
    fn before(&self, plan: &Arc<CreatePlanRecord>, steps: &mut Steps) {
        if plan.pull {
            steps.push(Box::new(self.pull(&plan.pull_reference)));
        }
        if !plan.make_dirs.is_empty() {
            steps.push(Box::new(folders::MakeDirs {
                dirs: plan.make_dirs.clone(),
                root: plan.app_data_root.clone(),
                owner: None,
            }));
        }
    }

    fn create(
        &self,
        plan: &Arc<CreatePlanRecord>,
        request: Option<EngineRequest>,
        steps: &mut Steps,
    ) {
        steps.push(Box::new(create::Create {
            engine: Arc::clone(&self.engine),
            plan: Arc::clone(plan),
            request,
        }));
    }

    fn start(&self, steps: &mut Steps) {
        steps.push(Box::new(start::Start {
            engine: Arc::clone(&self.engine),
            inventory: Arc::clone(&self.inventory),
        }));
    }
}

fn engine_failed(error: EngineError) -> StepError {
    match error {
        EngineError::Down(_) => StepError::Unavailable(error.to_string()),
        error => StepError::Failed {
            message: error.to_string(),
            source: Some(Box::new(error)),
        },
    }
}
