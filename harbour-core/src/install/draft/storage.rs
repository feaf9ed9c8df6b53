//! Volumes, folders and devices of an app.

use crate::draft::{CreateDraft, DeviceDraft, MountDraft};
use crate::host_path::{is_below, normalise};
use crate::install::field::{answering, default_volume, device_id, volume_id, volume_off};
use crate::install::{Answers, Situation};
use crate::manifest::{Manifest, Service};
use crate::problem::{Problem, ProblemCode};

/// Puts a service's volumes into its draft; answers the ids of their fields.
pub(super) fn mounts(
    manifest: &Manifest,
    service: &Service,
    install: &str,
    answers: &Answers,
    situation: &Situation,
    draft: &mut CreateDraft,
    out: &mut Vec<Problem>,
) -> Vec<String> {
    let root = normalise(&situation.app_data_root);
    let mut ids = Vec::new();
    for volume in &service.volumes {
        let (owner, asked) = answering(manifest, service, volume);
        let id = volume_id(owner, asked);
        let field = format!("volumes.{id}");
        let answer = answers.volumes.get(&id).cloned().unwrap_or_default();
        let own = std::ptr::eq(asked, volume);
        let entered = answer.source.filter(|source| !source.trim().is_empty());
        let default = default_volume(manifest, owner, asked, install, &root);
        let is_default = entered.as_ref().is_none_or(|entered| *entered == default);
        let source = entered.unwrap_or(default);
        if answer.off {
            if asked.hint.required != Some(false) && own {
                let message = "This can not be left out; the app would lose its data.";
                out.push(Problem::new(field, ProblemCode::Required, message));
            }
            continue;
        }
        if is_default && volume_off(asked, &source, situation) {
            continue;
        }
        let is_path = source.contains('/');
        let made_by = situation.volumes.get(&source);
        if let Some(owner) = made_by
            && !is_path
            && is_default
            && own
            && owner.as_deref() != Some(situation.install.as_str())
            && situation.existing.is_none()
        {
            let free = free_volume(&source, situation);
            let message = format!(
                "A volume called {source} is here already and is not this app's. Take another name, or remove that volume first."
            );
            out.push(
                Problem::new(field, ProblemCode::NameTaken, message)
                    .suggest_text(format!("Use {free}"), free),
            );
        }
        let create = is_path && source.starts_with('/') && is_below(&normalise(&source), &root);
        draft.mounts.push(MountDraft {
            kind: if is_path { "bind" } else { "volume" }.to_owned(),
            source,
            target: volume.container.clone(),
            read_only: volume.read_only,
            create,
            size_bytes: None,
            mode: None,
        });
        ids.push(id);
    }
    ids
}

fn free_volume(name: &str, situation: &Situation) -> String {
    (2..u32::MAX)
        .map(|number| format!("{name}-{number}"))
        .find(|name| !situation.volumes.contains_key(name))
        .unwrap_or_else(|| name.to_owned())
}

/// Puts a service's devices into its draft; answers the ids of their fields.
pub(super) fn devices(
    service: &Service,
    answers: &Answers,
    situation: &Situation,
    draft: &mut CreateDraft,
    out: &mut Vec<Problem>,
) -> Vec<String> {
    let mut ids = Vec::new();
    for device in &service.devices {
        let id = device_id(service, device);
        let field = format!("devices.{id}");
        let answer = answers.devices.get(&id).cloned().unwrap_or_default();
        let required = device.hint.required != Some(false);
        if answer.off {
            if required {
                let message = "The app does not work without this device.";
                out.push(Problem::new(field, ProblemCode::Required, message));
            }
            continue;
        }
        let entered = answer.host.filter(|host| !host.trim().is_empty());
        let is_default = entered.is_none();
        let default = device.host_default.as_ref().unwrap_or(&device.container);
        let host = entered.unwrap_or_else(|| default.clone());
        let here = situation.present.contains(&normalise(&host));
        if is_default && !here && !required {
            continue;
        }
        if !here {
            let message = format!(
                "{host} is not there on this server. Plug the device in, or choose another."
            );
            out.push(Problem::new(field, ProblemCode::PathMissing, message));
        }
        draft.devices.push(DeviceDraft {
            host,
            container: Some(device.container.clone()),
            permissions: device.permissions.clone(),
        });
        ids.push(id);
    }
    ids
}
