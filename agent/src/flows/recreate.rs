//! Making a container anew from a changed form. The old one is kept until the
//! new one has proved itself.

use harbour_core::change::{Change, Group, changes};
use harbour_core::draft::CreateDraft;
use harbour_core::image_ref::ImageRef;
use harbour_core::plan::{CreatePreview, preview_create};
use harbour_core::problem::{Problem, ProblemCode};

use super::world::{self, Aside};
use super::{Context, CreateError, FindError, plan_record};
use crate::db::{OperationPlanRecord, RecreatePlanRecord};
use crate::docker::{EngineError, Existing};
use crate::operations::{Busy, StartError, StartOperation};
use crate::views::OperationTarget;

/// Why a container was not made anew.
#[derive(Debug, thiserror::Error)]
pub enum RecreateError {
    /// Which container?
    #[error(transparent)]
    Find(#[from] FindError),
    /// Its settings are others than those the form was filled from.
    #[error("the container {0} was changed meanwhile; open its settings again")]
    Changed(String),
    /// The request will not do.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// Something else is at work on it.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The operation did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A container as a form.
pub struct Settings {
    /// Its settings without those of its image.
    pub draft: CreateDraft,
    /// Names this state of the settings.
    pub revision: String,
    /// Settings the form does not show, in words.
    pub keeps: Vec<(String, String)>,
}

/// What would come of it.
pub struct RecreatePreview {
    /// As for a new container.
    pub plan: CreatePreview,
    /// What would be different.
    pub changes: Vec<Change>,
}

/// The settings of a container as a form.
///
/// # Errors
/// When it is unknown or Docker does not answer.
pub async fn settings(context: &Context, wanted: &str) -> Result<Settings, RecreateError> {
    let old = existing(context, wanted).await?;
    let mut draft = as_form(context, &old);
    // What it has now was accepted once; only what is new asks again.
    let risks = judged(context, &old, draft.clone()).await?.risks;
    draft.confirm_risks = risks.iter().map(|risk| risk.name()).collect();
    Ok(Settings {
        draft,
        revision: old.revision(),
        keeps: old.keeps(),
    })
}

/// What would come of `after`. Changes nothing.
///
/// # Errors
/// When the container is unknown or was changed, or Docker does not answer.
pub async fn preview_recreate(
    context: &Context,
    wanted: &str,
    after: CreateDraft,
    revision: &str,
) -> Result<RecreatePreview, RecreateError> {
    let old = unchanged(context, wanted, revision).await?;
    let before = as_form(context, &old);
    let mut plan = judged(context, &old, after.clone()).await?;
    let own = own_problems(&old, &after);
    if !own.is_empty() {
        plan.problems.extend(own);
        plan.plan = None;
    }
    let mut changes = changes(&before, &after);
    changes.extend(moved_image(context, &old, &before, &after));
    changes.sort_by_key(|change| change.group);
    Ok(RecreatePreview { plan, changes })
}

/// Begins to make a container anew; answers the operation's id.
///
/// # Errors
/// With all problems of the request, or why it could not be begun.
pub async fn recreate(
    context: &Context,
    wanted: &str,
    after: CreateDraft,
    revision: &str,
    actor: String,
) -> Result<String, RecreateError> {
    let name = context.inventory.find(wanted)?.summary.name.clone();
    let title = format!("Recreate {name}");
    // From here on nobody else changes it, so what is read now stays true.
    let lock = context.locks.acquire(&[&name], &title)?;
    let old = unchanged(context, wanted, revision).await?;
    let before = as_form(context, &old);
    let preview = judged(context, &old, after.clone()).await?;
    let mut problems = preview.problems;
    problems.extend(own_problems(&old, &after));
    let Some(mut plan) = preview.plan.filter(|_| problems.is_empty()) else {
        return Err(CreateError::Invalid(problems).into());
    };
    let old_ran = old.is_live();
    plan.spec.start |= old_ran;
    let image = plan.spec.image.familiar();
    let root = context
        .settings
        .app_data_root()
        .to_string_lossy()
        .into_owned();
    let create = plan_record::of(plan, root);
    let request = old.anew(&create, &before, &after)?;
    let plan = RecreatePlanRecord {
        request,
        create,
        old: old.id().to_owned(),
        old_ran,
    };
    let operation = context
        .operations
        .start(StartOperation {
            plan: OperationPlanRecord::Recreate(Box::new(plan)),
            title,
            target: OperationTarget {
                image: Some(image),
                container_name: Some(name),
                app: None,
            },
            actor,
            lock: Some(lock),
        })
        .await?;
    Ok(operation)
}

async fn existing(context: &Context, wanted: &str) -> Result<Existing, RecreateError> {
    let id = context.inventory.find(wanted)?.summary.id.clone();
    match context.engine.existing(&id).await {
        // It went a moment ago.
        Err(EngineError::NotFound(_)) => Err(FindError::None(wanted.to_owned()).into()),
        other => Ok(other?),
    }
}

async fn unchanged(
    context: &Context,
    wanted: &str,
    revision: &str,
) -> Result<Existing, RecreateError> {
    let old = existing(context, wanted).await?;
    if old.revision() == revision {
        Ok(old)
    } else {
        Err(RecreateError::Changed(old.name().to_owned()))
    }
}

/// As a form, with names instead of the ids of containers it shares with.
fn as_form(context: &Context, old: &Existing) -> CreateDraft {
    let mut draft = old.draft();
    for mode in [&mut draft.network, &mut draft.rights.ipc] {
        let id = mode
            .as_deref()
            .and_then(|mode| mode.strip_prefix("container:"));
        let found = id.and_then(|id| context.inventory.find(id).ok());
        if let Some(container) = found {
            *mode = Some(format!("container:{}", container.summary.name));
        }
    }
    draft
}

/// Judges a draft by the world without the old container, which makes room.
async fn judged(
    context: &Context,
    old: &Existing,
    draft: CreateDraft,
) -> Result<CreatePreview, EngineError> {
    let aside = Aside::Containers(vec![old.id().to_owned()]);
    world::judged(context, draft, aside, |draft, world| {
        preview_create(&draft, &world)
    })
    .await
}

/// What stands in the way of making this container anew.
fn own_problems(old: &Existing, after: &CreateDraft) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut bad = |field: &str, message: String| {
        problems.push(Problem::new(field, ProblemCode::Invalid, message));
    };
    if after
        .name
        .as_deref()
        .is_none_or(|name| name.trim() != old.name())
    {
        bad(
            "name",
            format!(
                "A container that is made anew keeps its name, {}; rename it afterwards.",
                old.name()
            ),
        );
    }
    if old.removes_itself() && old.is_live() {
        bad(
            "autoRemove",
            "This container is removed as soon as it ends (--rm), so it can not be kept until its successor runs. Create a new container instead.".to_owned(),
        );
    }
    problems
}

/// The same name may mean another image by now.
fn moved_image(
    context: &Context,
    old: &Existing,
    before: &CreateDraft,
    after: &CreateDraft,
) -> Option<Change> {
    let name = |draft: &CreateDraft| Some(ImageRef::parse(draft.image.trim()).ok()?.canonical());
    let wanted = name(after).filter(|wanted| name(before).as_ref() == Some(wanted))?;
    let images = context.inventory.images();
    let now = images.iter().find(|image| {
        let names = image.references.iter().chain(&image.digests);
        names
            .filter_map(|name| ImageRef::parse(name).ok())
            .any(|name| name.canonical() == wanted)
    })?;
    let short = |id: &str| id.trim_start_matches("sha256:").chars().take(12).collect();
    (now.id != old.image_id()).then(|| Change {
        field: "image",
        group: Group::Image,
        label: "What the image's name stands for".to_owned(),
        before: Some(short(old.image_id())),
        after: Some(short(&now.id)),
    })
}
