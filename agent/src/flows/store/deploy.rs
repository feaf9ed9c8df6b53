//! Installing an app and changing its settings: check everything at once, then
//! carry it out as an operation.

use harbour_core::install::AppPlan;

use super::plan::{Planned, Subject, changed, plan, subject};
use super::situation::own_containers;
use super::{Change, StoreError, Wanted, answers, installs, records};
use crate::db::{InstallPlanRecord, OperationPlanRecord};
use crate::flows::Context;
use crate::operations::{APP, NETWORK, StartOperation};
use crate::store::Verified;
use crate::views::OperationTarget;
use crate::views::store::{GeneratedSecret, InstallStarted};

/// Begins to install an app.
///
/// # Errors
/// With all problems of the answers, or why it may not be installed now.
pub async fn install(
    context: &Context,
    wanted: Wanted,
    actor: String,
) -> Result<InstallStarted, StoreError> {
    let (subject, verified) = subject(context, &wanted).await?;
    may_install(context, &subject, &verified).await?;
    let asked = answers::of_view(&wanted.answers);
    let planned = plan(context, &subject, &asked, &wanted.confirm_risks).await?;
    let title = format!("Install {}", subject.manifest.name);
    begin(
        context,
        subject,
        planned,
        &wanted.confirm_risks,
        Vec::new(),
        title,
        actor,
    )
    .await
}

/// Begins to change the settings of an install, and its version if that is wanted.
///
/// # Errors
/// With all problems of the answers, or why it cannot be changed now.
pub async fn change(
    context: &Context,
    id: &str,
    change: Change,
    actor: String,
) -> Result<InstallStarted, StoreError> {
    let record = installs::find(context, id).await?;
    if record.state != "installed" {
        return Err(StoreError::State(format!(
            "{} is {} now; its settings can be changed when it is installed",
            record.name, record.state
        )));
    }
    if installs::revision(&record) != change.revision {
        return Err(StoreError::Changed(record.name));
    }
    let (subject, newer) = changed(context, id, &change).await?;
    if let Some(verified) = &newer {
        may_install(context, &subject, verified).await?;
    }
    let asked = answers::of_view(&change.answers);
    let planned = plan(context, &subject, &asked, &change.confirm_risks).await?;
    let title = match newer {
        Some(_) => format!("Update {} to {}", record.name, subject.version),
        None => format!("Change {}", record.name),
    };
    let mut old = own_containers(context, &record.id);
    let place = |name: &str| record.containers.iter().position(|(_, own)| own == name);
    old.sort_by_key(|(_, name)| place(name));
    begin(
        context,
        subject,
        planned,
        &change.confirm_risks,
        old,
        title,
        actor,
    )
    .await
}

/// Signed, not expired, and there for this processor.
async fn may_install(
    context: &Context,
    subject: &Subject,
    verified: &Verified,
) -> Result<(), StoreError> {
    if let Some(reason) = context.catalogue.store(&subject.store)?.refused() {
        return Err(StoreError::Stale(reason));
    }
    let may = context
        .catalogue
        .may_install(&subject.store, verified)
        .await;
    may.map_err(|error| StoreError::Stale(error.to_string()))?;
    let listing = context
        .catalogue
        .listing(&subject.store, &subject.manifest.slug);
    let here = super::catalogue::architecture();
    let fits = listing.is_none_or(|listing| {
        listing
            .architectures
            .as_ref()
            .is_none_or(|list| list.iter().any(|a| **a == *here))
    });
    match fits {
        true => Ok(()),
        false => Err(StoreError::State(format!(
            "there are no images of {} for the processor of this machine ({here})",
            subject.manifest.name
        ))),
    }
}

async fn begin(
    context: &Context,
    subject: Subject,
    planned: Planned,
    confirmed: &[String],
    old: Vec<(String, String)>,
    title: String,
    actor: String,
) -> Result<InstallStarted, StoreError> {
    let plan: AppPlan = planned
        .preview
        .clone()
        .into_plan()
        .map_err(StoreError::Problems)?;
    let secrets = plan.made.iter().map(|made| GeneratedSecret {
        key: made.key.clone(),
        label: made.label.clone(),
        value: made.value.clone(),
    });
    let secrets = secrets.collect();
    let record = records::of(&subject, &planned, plan, confirmed, old);
    let names = held(&record);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let lock = context.locks.acquire(&names, &title)?;
    // Somebody may have been quicker while this was planned.
    installs::unchanged(context, &subject).await?;
    let target = OperationTarget {
        app: Some(record.install.name.clone()),
        ..OperationTarget::default()
    };
    let install = record.install.id.clone();
    let plan = match record.old.is_empty() {
        true => OperationPlanRecord::Install(Box::new(record)),
        false => OperationPlanRecord::ChangeApp(Box::new(record)),
    };
    let operation_id = context
        .operations
        .start(StartOperation {
            plan,
            title,
            target,
            actor,
            lock: Some(lock),
        })
        .await?;
    Ok(InstallStarted {
        operation_id,
        install,
        secrets,
    })
}

/// Names that nobody else may work on meanwhile.
fn held(record: &InstallPlanRecord) -> Vec<String> {
    let install = &record.install;
    let mut names = vec![format!("{APP}{}", install.name)];
    names.extend(
        install
            .network
            .iter()
            .map(|network| format!("{NETWORK}{network}")),
    );
    let containers = install.containers.iter().map(|(_, name)| name);
    let old = record.old.iter().map(|(_, name)| name);
    for name in containers.chain(old) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}
