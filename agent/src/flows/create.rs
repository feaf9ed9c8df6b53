//! Creating a container: check everything at once, then carry it out as an
//! operation.

use std::time::Duration;

use harbour_core::draft::CreateDraft;
use harbour_core::plan::{CreatePlan, CreatePreview, plan_create, preview_create};
use harbour_core::problem::Problem;
use harbour_core::spec::{
    ContainerSpec, Healthcheck, ImageSource, Mount, MountKind, RestartPolicy,
};

use super::lifecycle::read_again;
use super::{Context, world};
use crate::db::{
    CreatePlanRecord, DeviceRecord, HealthcheckRecord, MountRecord, OperationPlanRecord, PortRecord,
};
use crate::docker::EngineError;
use crate::operations::{Busy, StartError, StartOperation};
use crate::views::{Operation, OperationTarget};

/// How long a caller waits for a container whose image is here already; then
/// the operation goes on by itself.
const QUICK: Duration = Duration::from_secs(20);

/// Why no container was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The request will not do; all that is wrong with it.
    #[error("{}", summary(.0))]
    Invalid(Vec<Problem>),
    /// The name is being worked on.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The operation did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// It was begun, failed and went back.
    #[error("{cause}")]
    Failed {
        /// Why.
        cause: String,
    },
    /// The engine does not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// What became of a request so far.
#[derive(Debug)]
pub enum CreateOutcome {
    /// The container is there.
    Made {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// The operation that made it.
        operation: String,
    },
    /// The operation goes on.
    Begun {
        /// Its id.
        operation: String,
    },
}

pub(super) fn summary(problems: &[Problem]) -> String {
    match problems {
        [] => "the request is not valid".to_owned(),
        [one] => one.message.clone(),
        [first, rest @ ..] => {
            let more = rest.len();
            let s = if more == 1 { "" } else { "s" };
            format!("{} And {more} more problem{s}.", first.message)
        }
    }
}

/// What would come of `draft`. Changes nothing.
///
/// # Errors
/// When Docker does not answer: then too little is known.
pub async fn preview(context: &Context, draft: CreateDraft) -> Result<CreatePreview, CreateError> {
    check(context, draft, |draft, world| {
        preview_create(&draft, &world)
    })
    .await
}

/// Makes a container; waits for it when nothing has to be fetched.
///
/// # Errors
/// With all problems of the request, or why it could not be carried out.
pub async fn create(
    context: &Context,
    draft: CreateDraft,
    actor: String,
) -> Result<CreateOutcome, CreateError> {
    let plan = check(context, draft, |draft, world| plan_create(&draft, &world))
        .await?
        .map_err(CreateError::Invalid)?;
    let name = plan.spec.name.as_str().to_owned();
    let image = plan.spec.image.familiar();
    let title = format!("Create {name}");
    let lock = context.locks.acquire(&[&name], &title)?;
    let pull = plan.pull;
    let root = context
        .settings
        .app_data_root()
        .to_string_lossy()
        .into_owned();
    let operation = context
        .operations
        .start(StartOperation {
            plan: OperationPlanRecord::Create(Box::new(record(plan, root))),
            title,
            target: OperationTarget {
                image: Some(image),
                container_name: Some(name.clone()),
            },
            actor,
            lock: Some(lock),
        })
        .await?;
    if pull {
        return Ok(CreateOutcome::Begun { operation });
    }
    let ended = context.operations.wait(&operation, QUICK).await;
    outcome(context, ended, operation, name).await
}

async fn outcome(
    context: &Context,
    ended: Option<Operation>,
    operation: String,
    name: String,
) -> Result<CreateOutcome, CreateError> {
    let Some(ended) = ended.filter(|o| o.ended_at.is_some()) else {
        return Ok(CreateOutcome::Begun { operation });
    };
    if let Some(cause) = ended.cause {
        return Err(CreateError::Failed { cause });
    }
    let id = ended
        .result
        .and_then(|r| r.container_id)
        .unwrap_or_default();
    // The list shows it before the answer arrives. One that ended at once and
    // removed itself is simply not there any more.
    if let Err(error) = read_again(context, &id).await {
        tracing::warn!(%error, "a container that was just made cannot be read");
    }
    Ok(CreateOutcome::Made {
        id,
        name,
        operation,
    })
}

async fn check<T: Send + 'static>(
    context: &Context,
    draft: CreateDraft,
    judge: impl FnOnce(CreateDraft, harbour_core::plan::World) -> T + Send + 'static,
) -> Result<T, CreateError> {
    let engine = context.inventory.engine();
    if !engine.connected {
        let reason = engine
            .message
            .unwrap_or_else(|| "it was not asked yet".to_owned());
        return Err(EngineError::Down(reason).into());
    }
    let context = context.clone();
    tokio::task::spawn_blocking(move || {
        let world = world::around(&context, &draft);
        judge(draft, world)
    })
    .await
    .map_err(|_| EngineError::Down("the check was interrupted".to_owned()).into())
}

fn record(plan: CreatePlan, app_data_root: String) -> CreatePlanRecord {
    let ContainerSpec {
        image,
        name,
        ports,
        mounts,
        env,
        restart,
        healthcheck,
        network,
        command,
        labels,
        privileged,
        pid_host,
        cap_add,
        devices,
        start,
    } = plan.spec;
    CreatePlanRecord {
        image: match &image {
            ImageSource::Reference(reference) => reference.familiar(),
            ImageSource::LocalId(id) => id.to_string(),
        },
        pull_reference: image.canonical(),
        name: name.as_str().to_owned(),
        pull: plan.pull,
        make_dirs: plan.make_dirs,
        app_data_root,
        ports: ports
            .into_iter()
            .map(|p| PortRecord {
                container: p.container,
                protocol: p.protocol.as_str().to_owned(),
                host: p.host,
                host_ip: p.host_ip.map(|ip| ip.to_string()),
            })
            .collect(),
        mounts: mounts.into_iter().map(mount).collect(),
        env,
        restart: restart.as_str().to_owned(),
        max_retries: match restart {
            RestartPolicy::OnFailure { max_retries } => max_retries,
            RestartPolicy::No | RestartPolicy::Always | RestartPolicy::UnlessStopped => None,
        },
        healthcheck: healthcheck.map(health),
        network,
        command,
        labels,
        privileged,
        pid_host,
        cap_add,
        devices: devices
            .into_iter()
            .map(|d| DeviceRecord {
                host: d.host,
                container: d.container,
                permissions: d.permissions,
            })
            .collect(),
        start,
    }
}

fn mount(mount: Mount) -> MountRecord {
    MountRecord {
        volume: mount.kind == MountKind::Volume,
        resolved_source: mount.resolved_source,
        source: mount.source,
        target: mount.target,
        read_only: mount.read_only,
    }
}

fn health(check: Healthcheck) -> HealthcheckRecord {
    let nanos = |d: Duration| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX);
    HealthcheckRecord {
        test: check.test,
        interval: check.interval.map(nanos),
        timeout: check.timeout.map(nanos),
        start_period: check.start_period.map(nanos),
        retries: check.retries,
    }
}
