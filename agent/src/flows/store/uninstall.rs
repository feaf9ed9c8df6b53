//! Taking an app away. Its data stays unless its deletion is asked for.

use harbour_core::host_path::{is_below, normalise};

use super::situation::own_containers;
use super::{StoreError, installs};
use crate::db::{InstallRecord, OperationPlanRecord, UninstallPlanRecord};
use crate::docker::INSTALL_LABEL;
use crate::flows::Context;
use crate::operations::{APP, NETWORK, StartOperation};
use crate::views::store::{KeptData, UninstallPreview};
use crate::views::{ContainerDetail, MountKind, OperationTarget};

/// What taking it away does, and where its data is.
///
/// # Errors
/// When nothing has that id, or Docker does not answer.
pub async fn uninstall_preview(
    context: &Context,
    id: &str,
) -> Result<UninstallPreview, StoreError> {
    let record = installs::find(context, id).await?;
    let sizes = context.engine.usage().await?;
    let own = own_containers(context, &record.id);
    let volumes = record.volumes.iter().filter_map(|name| {
        let volume = context.inventory.volume(name)?;
        let users = volume.used_by.iter().map(|user| user.name.clone());
        let used_by: Vec<String> = users.filter(|name| !is_own(&own, name)).collect();
        Some(KeptData {
            kind: "volume".to_owned(),
            name: name.clone(),
            size_bytes: sizes.volumes.get(name).copied(),
            deletable: used_by.is_empty() && volume.labels.get(INSTALL_LABEL) == Some(&record.id),
            used_by,
        })
    });
    let root = root(context);
    let made = deletable_folders(context, &record, &own);
    let folders = record.folders.iter().map(|folder| KeptData {
        kind: "folder".to_owned(),
        name: folder.clone(),
        size_bytes: None,
        used_by: users_of(context, folder, &own),
        deletable: is_below(folder, &root)
            && made
                .iter()
                .any(|made| made == folder || is_below(folder, made)),
    });
    Ok(UninstallPreview {
        containers: own.iter().map(|(_, name)| name.clone()).collect(),
        network: record.network.clone(),
        data: volumes.chain(folders).collect(),
    })
}

/// Begins to take it away.
///
/// # Errors
/// When nothing has that id, it is being worked on, or Docker does not answer.
pub async fn uninstall(
    context: &Context,
    id: &str,
    delete_data: bool,
    actor: String,
) -> Result<String, StoreError> {
    let record = installs::find(context, id).await?;
    let title = match delete_data {
        true => format!("Remove {} and its data", record.name),
        false => format!("Remove {}", record.name),
    };
    let own = own_containers(context, &record.id);
    let mut names = vec![format!("{APP}{}", record.name)];
    names.extend(
        record
            .network
            .iter()
            .map(|network| format!("{NETWORK}{network}")),
    );
    names.extend(own.iter().map(|(_, name)| name.clone()));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let lock = context.locks.acquire(&names, &title)?;
    if installs::find(context, id).await? != record {
        return Err(StoreError::Changed(record.name));
    }
    let (mut volumes, mut folders) = (Vec::new(), Vec::new());
    if delete_data {
        let ours = |name: &&String| {
            let volume = context.inventory.volume(name);
            volume.is_some_and(|volume| {
                volume.labels.get(INSTALL_LABEL) == Some(&record.id)
                    && volume.used_by.iter().all(|user| is_own(&own, &user.name))
            })
        };
        volumes = record.volumes.iter().filter(ours).cloned().collect();
        folders = deletable_folders(context, &record, &own);
    }
    let target = OperationTarget {
        app: Some(record.name.clone()),
        ..OperationTarget::default()
    };
    let plan = UninstallPlanRecord {
        app_data_root: root(context),
        install: record,
        delete_data,
        volumes,
        folders,
    };
    let plan = OperationPlanRecord::Uninstall(Box::new(plan));
    let start = StartOperation {
        plan,
        title,
        target,
        actor,
        lock: Some(lock),
    };
    Ok(context.operations.start(start).await?)
}

fn root(context: &Context) -> String {
    normalise(&context.settings.app_data_root().to_string_lossy())
}

fn is_own(own: &[(String, String)], name: &str) -> bool {
    own.iter().any(|(_, other)| other == name)
}

/// Folders that the app's own operations made, below the root, the outermost of
/// each, unless another container uses something in them.
fn deletable_folders(
    context: &Context,
    record: &InstallRecord,
    own: &[(String, String)],
) -> Vec<String> {
    let root = root(context);
    let mut outermost: Vec<String> = Vec::new();
    for dir in &record.made_dirs {
        let inside = outermost.iter().any(|outer| is_below(dir, outer));
        // The root itself may have been made with the first app; it is nobody's.
        if is_below(dir, &root) && normalise(dir) != root && !inside {
            outermost.push(dir.clone());
        }
    }
    outermost.retain(|dir| users_of(context, dir, own).is_empty());
    outermost
}

/// Other containers that mount a folder, something in it or something around it
/// below the root.
fn users_of(context: &Context, folder: &str, own: &[(String, String)]) -> Vec<String> {
    let mounts = |container: &ContainerDetail| {
        container.summary.mounts.iter().any(|mount| {
            mount.kind == MountKind::Bind && {
                let source = normalise(&mount.source);
                source == folder || is_below(&source, folder)
            }
        })
    };
    let containers = context.inventory.list(true);
    let others = containers
        .iter()
        .filter(|c| !is_own(own, &c.summary.name) && mounts(c));
    others.map(|c| c.summary.name.clone()).collect()
}
