//! The form of an app, made from its manifest for this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use harbour_core::host_path::normalise;
use harbour_core::install::{Situation, default_of, default_volume, device_id, port_id, volume_id};
use harbour_core::manifest::{
    Device, Manifest, NetworkMode, Param, ParamKind, Port, Service, Volume, VolumeDefault,
};

use crate::views::store::{
    AppForm, DeviceField, ParamField, ParamKindView, PortField, PresetView, VolumeField,
    VolumeFieldKind,
};

/// Devices that are offered, at most.
const MAX_CANDIDATES: usize = 32;

/// The form. `kept` are params whose values are kept from before.
pub(super) fn form(
    manifest: &Manifest,
    situation: &Situation,
    name: &str,
    kept: &BTreeMap<String, String>,
) -> AppForm {
    let services = || manifest.services.iter();
    AppForm {
        name: name.to_owned(),
        presets: manifest
            .presets
            .iter()
            .map(|preset| PresetView {
                name: preset.name.clone(),
                description: preset.description.clone(),
                params: preset.params.clone(),
            })
            .collect(),
        params: manifest
            .params
            .iter()
            .map(|param| self::param(param, manifest, situation, kept))
            .collect(),
        ports: services()
            .flat_map(|service| service.ports.iter().map(move |port| (service, port)))
            .map(|(service, port)| self::port(manifest, service, port, situation))
            .collect(),
        volumes: services()
            .flat_map(|service| service.volumes.iter().map(move |volume| (service, volume)))
            .filter(|(service, volume)| is_first(manifest, service, volume))
            .map(|(service, volume)| self::volume(manifest, service, volume, name, situation))
            .collect(),
        devices: services()
            .flat_map(|service| service.devices.iter().map(move |device| (service, device)))
            .map(|(service, device)| self::device(service, device))
            .collect(),
        app_data_root: situation.app_data_root.clone(),
    }
}

fn param(
    param: &Param,
    manifest: &Manifest,
    situation: &Situation,
    kept: &BTreeMap<String, String>,
) -> ParamField {
    let turned_on = manifest
        .services
        .iter()
        .filter(|service| service.profiles.contains(&param.key));
    ParamField {
        key: param.key.clone(),
        label: param.label.clone(),
        kind: match param.kind {
            ParamKind::String => ParamKindView::String,
            ParamKind::Secret => ParamKindView::Secret,
            ParamKind::Number => ParamKindView::Number,
            ParamKind::Boolean => ParamKindView::Boolean,
        },
        description: param.description.clone(),
        default: default_of(param, &situation.platform, ""),
        required: param.required,
        advanced: param.advanced,
        options: param.options.clone(),
        pattern: param.pattern.clone(),
        min: param.min,
        max: param.max,
        generated: param.generate.is_some(),
        kept: param.kind == ParamKind::Secret && kept.contains_key(&param.key),
        turns_on: turned_on.map(|service| service.name.clone()).collect(),
    }
}

fn port(manifest: &Manifest, service: &Service, port: &Port, situation: &Situation) -> PortField {
    let id = port_id(service, port);
    let range = port.container;
    let page = manifest.webui.as_ref().filter(|page| {
        let joined = manifest
            .service(&page.service)
            .and_then(|s| s.network.mode.as_ref());
        let holder = match joined {
            Some(NetworkMode::Service(other)) => other,
            _ => &page.service,
        };
        *holder == service.name && !port.udp && (range.first..=range.last).contains(&page.port)
    });
    let before = situation
        .existing
        .as_ref()
        .and_then(|existing| existing.ports.get(&id));
    PortField {
        service: service.name.clone(),
        container: range.first,
        container_end: (range.last != range.first).then_some(range.last),
        protocol: if port.udp { "udp" } else { "tcp" }.to_owned(),
        label: port.hint.label.clone(),
        description: port.hint.description.clone(),
        required: port.hint.required != Some(false),
        default: port
            .host_default
            .map(|range| range.first)
            .or(before.copied()),
        host_ip: port.host_ip.map(|ip| ip.to_string()),
        web_ui: page.is_some(),
        id,
    }
}

/// A shared volume has one field, with the service that comes first.
fn is_first(manifest: &Manifest, service: &Service, volume: &Volume) -> bool {
    let VolumeDefault::Shared(_) = volume.host_default else {
        return true;
    };
    let mut all = manifest
        .services
        .iter()
        .flat_map(|s| s.volumes.iter().map(move |v| (s, v)));
    let first = all.find(|(_, other)| other.host_default == volume.host_default);
    first.is_some_and(|(s, v)| s.name == service.name && std::ptr::eq(v, volume))
}

fn volume(
    manifest: &Manifest,
    service: &Service,
    volume: &Volume,
    name: &str,
    situation: &Situation,
) -> VolumeField {
    VolumeField {
        id: volume_id(service, volume),
        service: service.name.clone(),
        container: volume.container.clone(),
        kind: match volume.host_default {
            VolumeDefault::Own => VolumeFieldKind::Own,
            VolumeDefault::Shared(_) => VolumeFieldKind::Shared,
            VolumeDefault::Host(_) => VolumeFieldKind::Path,
        },
        default: default_volume(manifest, service, volume, name, &situation.app_data_root),
        read_only: volume.read_only,
        label: volume.hint.label.clone(),
        description: volume.hint.description.clone(),
        required: volume.hint.required != Some(false),
    }
}

fn device(service: &Service, device: &Device) -> DeviceField {
    let default = device.host_default.as_ref().unwrap_or(&device.container);
    let path = normalise(default);
    DeviceField {
        id: device_id(service, device),
        service: service.name.clone(),
        container: device.container.clone(),
        present: Path::new(&path).exists(),
        candidates: candidates(&path),
        default: path,
        label: device.hint.label.clone(),
        description: device.hint.description.clone(),
        required: device.hint.required != Some(false),
    }
}

/// Devices beside one with names like its own: `/dev/ttyUSB1` and `/dev/ttyACM0`
/// beside `/dev/ttyUSB0`.
fn candidates(path: &str) -> Vec<String> {
    let Some((folder, name)) = path.rsplit_once('/') else {
        return Vec::new();
    };
    // Only devices are offered, whatever a manifest names.
    if !folder.starts_with("/dev") {
        return Vec::new();
    }
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let serial = ["ttyUSB", "ttyACM", "ttyAMA"];
    let alike = |other: &str| {
        let other = other.trim_end_matches(|c: char| c.is_ascii_digit());
        other == stem || (serial.contains(&stem) && serial.contains(&other))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut found: Vec<String> = names
        .filter(|other| alike(other))
        .map(|other| format!("{folder}/{other}"))
        .collect();
    found.sort();
    found.truncate(MAX_CANDIDATES);
    found
}
