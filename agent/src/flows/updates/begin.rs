//! Beginning updates.

use super::plan::planned;
use super::{Target, UpdateError, list};
use crate::db::OperationPlanRecord;
use crate::flows::{Context, FindError};
use crate::operations::StartOperation;
use crate::views::OperationTarget;
use crate::views::update::{UpdateBegun, UpdateRefused, UpdateStatus, UpdatesApplied};

/// Containers of one wish.
const MOST: usize = 200;

/// An update that somebody wants.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What to.
    pub target: Target,
    /// The revision of the plan that was looked at.
    pub revision: Option<String>,
    /// Names of the risks that are accepted.
    pub confirm_risks: Vec<String>,
}

/// Begins to update a container; answers the operation's id.
///
/// # Errors
/// When it is not as planned, something stands in the way, or a risk is not
/// confirmed. Then nothing was done.
pub async fn update(
    context: &Context,
    container: &str,
    wanted: Wanted,
    actor: &str,
) -> Result<String, UpdateError> {
    let name = context.inventory.find(container)?.summary.name.clone();
    let first = planned(context, &name, &wanted.target).await?;
    let names: Vec<&str> = first
        .record
        .members
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let title = format!("Update {name}");
    let lock = context.locks.acquire(&names, &title)?;
    // From here on nobody else changes them, so what is read now stays true.
    let planned = planned(context, &name, &wanted.target).await?;
    let now: Vec<&str> = planned
        .record
        .members
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let as_planned = wanted
        .revision
        .is_none_or(|revision| revision == planned.view.revision);
    if !as_planned || now != names {
        return Err(UpdateError::Changed(name));
    }
    if !planned.view.refused.is_empty() {
        return Err(UpdateError::Refused(planned.view.refused));
    }
    let open = planned.risks.into_iter();
    let open: Vec<_> = open
        .filter(|(risk, _)| !wanted.confirm_risks.contains(risk))
        .collect();
    if !open.is_empty() {
        return Err(UpdateError::Risks(open));
    }
    let image = planned.record.shown.clone();
    let operation = context
        .operations
        .start(StartOperation {
            plan: OperationPlanRecord::Update(Box::new(planned.record)),
            title,
            target: OperationTarget {
                image: Some(image),
                container_name: Some(name),
                app: None,
            },
            actor: actor.to_owned(),
            lock: Some(lock),
        })
        .await?;
    Ok(operation)
}

/// Begins to go back to a digest that ran before.
///
/// # Errors
/// When it is none of those, else as [`update`].
pub async fn rollback(
    context: &Context,
    container: &str,
    digest: &str,
    confirm_risks: Vec<String>,
    actor: &str,
) -> Result<String, UpdateError> {
    let name = context.inventory.find(container)?.summary.name.clone();
    let all = list(context).await?.containers;
    let found = all.into_iter().find(|one| one.name == name);
    let found = found.ok_or_else(|| FindError::None(container.to_owned()))?;
    if found.before.iter().all(|one| one.digest != digest) {
        return Err(UpdateError::Nothing(format!(
            "{name} never ran {digest}; choose one of its digests before"
        )));
    }
    let wanted = Wanted {
        target: Target {
            tag: None,
            digest: Some(digest.to_owned()),
        },
        revision: None,
        confirm_risks,
    };
    update(context, &name, wanted, actor).await
}

/// Begins to update several, each by itself; what needs a person's eyes is refused.
///
/// # Errors
/// When they are too many, or the database fails.
pub async fn apply(
    context: &Context,
    containers: &[String],
    actor: &str,
) -> Result<UpdatesApplied, UpdateError> {
    if containers.len() > MOST {
        return Err(UpdateError::Refused(vec![format!(
            "At most {MOST} containers at once."
        )]));
    }
    let all = list(context).await?.containers;
    let mut applied = UpdatesApplied {
        begun: Vec::new(),
        refused: Vec::new(),
    };
    for name in containers {
        let known = all.iter().find(|one| one.name == *name);
        let digest = known
            .filter(|one| one.status == UpdateStatus::Available)
            .and_then(|one| one.available.as_ref());
        let Some(available) = digest else {
            applied.refused.push(UpdateRefused {
                name: name.clone(),
                reason: match known {
                    Some(_) => "There is nothing to update to now.".to_owned(),
                    None => "There is no such container.".to_owned(),
                },
            });
            continue;
        };
        let wanted = Wanted {
            target: Target {
                tag: None,
                digest: Some(available.digest.clone()),
            },
            ..Wanted::default()
        };
        match update(context, name, wanted, actor).await {
            Ok(operation_id) => applied.begun.push(UpdateBegun {
                name: name.clone(),
                operation_id,
            }),
            Err(error) => applied.refused.push(UpdateRefused {
                name: name.clone(),
                reason: error.to_string(),
            }),
        }
    }
    Ok(applied)
}
