//! What is installed from stores.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::plan::{Subject, plan};
use super::situation::own_containers;
use super::{StoreError, answers, form};
use crate::db::InstallRecord;
use crate::docker::SERVICE_LABEL;
use crate::flows::Context;
use crate::views::store::{InstallContainer, InstallDetails, InstallState, InstallSummary};

/// Everything installed from stores, by name.
///
/// # Errors
/// When the database fails.
pub async fn installs(context: &Context) -> Result<Vec<InstallSummary>, StoreError> {
    let installs = context.db.installs().await?;
    let mut records: Vec<&InstallRecord> = installs.iter().collect();
    records.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(records
        .iter()
        .map(|record| summary(context, record))
        .collect())
}

/// An install, its form and its answers.
///
/// # Errors
/// When nothing has that id, or Docker does not answer.
pub async fn install_details(
    context: &Context,
    id: &str,
    host: &str,
) -> Result<InstallDetails, StoreError> {
    let record = find(context, id).await?;
    let subject = Subject::of_record(&record, host)?;
    let asked = answers::of_view(&answers::to_view(&record.answers, &subject.manifest));
    let planned = plan(context, &subject, &asked, &record.confirmed).await?;
    let kept: BTreeMap<String, String> = record.answers.params.clone();
    Ok(InstallDetails {
        summary: summary(context, &record),
        form: form::form(&subject.manifest, &planned.situation, &record.name, &kept),
        answers: answers::to_view(&record.answers, &subject.manifest),
        confirmed: record.confirmed.clone(),
        network: record.network.clone(),
        revision: revision(&record),
    })
}

pub(super) async fn find(context: &Context, id: &str) -> Result<InstallRecord, StoreError> {
    let records = context.db.installs().await?;
    let found = records.iter().find(|record| record.id == id).cloned();
    found.ok_or_else(|| StoreError::UnknownInstall(id.to_owned()))
}

/// Names a state of the settings.
pub(super) fn revision(record: &InstallRecord) -> String {
    let state = format!("{}\n{}\n{}", record.id, record.changed_at, record.version);
    let hash = Sha256::digest(state.as_bytes());
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether an install is still as it was when it was planned.
pub(super) async fn unchanged(context: &Context, subject: &Subject) -> Result<(), StoreError> {
    let records = context.db.installs().await?;
    let now = records.iter().find(|record| record.id == subject.install);
    match now == subject.existing.as_ref() {
        true => Ok(()),
        false => Err(StoreError::Changed(subject.manifest.name.clone())),
    }
}

fn summary(context: &Context, record: &InstallRecord) -> InstallSummary {
    let own = own_containers(context, &record.id);
    let containers = record.containers.iter().map(|(service, name)| {
        // While it is changed there may be two of one service; the name tells.
        let id = own
            .iter()
            .find(|(_, other)| other == name)
            .map(|(id, _)| id.clone());
        let found = id.as_ref().and_then(|id| context.inventory.find(id).ok());
        let found = found.filter(|c| c.summary.labels.get(SERVICE_LABEL) == Some(service));
        InstallContainer {
            service: service.clone(),
            name: name.clone(),
            id: found.as_ref().map(|c| c.summary.id.clone()),
            state: found.map(|c| c.summary.state),
        }
    });
    let listed = context.catalogue.listing(&record.store, &record.slug);
    let running = context
        .operations
        .get(&record.operation)
        .filter(|op| op.ended_at.is_none());
    InstallSummary {
        id: record.id.clone(),
        name: record.name.clone(),
        store: record.store.clone(),
        slug: record.slug.clone(),
        app: record.app.clone(),
        version: record.version.clone(),
        newer: listed
            .map(|app| app.version.clone())
            .filter(|newer| *newer != record.version),
        state: match record.state.as_str() {
            "installing" => InstallState::Installing,
            "changing" => InstallState::Changing,
            "removing" => InstallState::Removing,
            "removed" => InstallState::Removed,
            _ => InstallState::Installed,
        },
        containers: containers.collect(),
        url: record.url.clone(),
        operation: running.map(|operation| operation.id),
        installed_at: record.installed_at.clone(),
        changed_at: record.changed_at.clone(),
    }
}
