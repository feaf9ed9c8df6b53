//! Ids of the form's fields, which stay the same over updates of the app, and
//! the values that fields have by default.

use super::{CONVENTIONAL_ROOT, Situation};
use crate::host_path::{is_below, normalise};
use crate::manifest::{Device, Manifest, Port, Service, Volume, VolumeDefault};

/// Id of a port's field: `web:80/tcp`, or `torrent:6881-6889/udp`.
pub fn port_id(service: &Service, port: &Port) -> String {
    let range = port.container;
    let protocol = if port.udp { "udp" } else { "tcp" };
    let ports = if range.first == range.last {
        range.first.to_string()
    } else {
        format!("{}-{}", range.first, range.last)
    };
    // One port of a container may be published on several addresses.
    let earlier = service
        .ports
        .iter()
        .take_while(|other| !std::ptr::eq(*other, port));
    let same = |other: &&Port| other.container == range && other.udp == port.udp;
    match earlier.filter(same).count() {
        0 => format!("{}:{ports}/{protocol}", service.name),
        count => format!("{}:{ports}/{protocol}#{}", service.name, count + 1),
    }
}

/// Id of a volume's field: `database:/var/lib/postgresql/data`.
pub fn volume_id(service: &Service, volume: &Volume) -> String {
    format!("{}:{}", service.name, volume.container)
}

/// Id of a device's field: `hub:/dev/ttyUSB0`.
pub fn device_id(service: &Service, device: &Device) -> String {
    format!("{}:{}", service.name, device.container)
}

/// The field that answers for a volume: its own, or for a shared one that of
/// the first service that has it.
pub(super) fn answering<'a>(
    manifest: &'a Manifest,
    service: &'a Service,
    volume: &'a Volume,
) -> (&'a Service, &'a Volume) {
    let VolumeDefault::Shared(name) = &volume.host_default else {
        return (service, volume);
    };
    let shares = |other: &&Volume| other.host_default == VolumeDefault::Shared(name.clone());
    manifest
        .services
        .iter()
        .find_map(|other| Some((other, other.volumes.iter().find(shares)?)))
        .unwrap_or((service, volume))
}

/// What a volume is when nothing is entered: a path with a slash, or a name.
pub fn default_volume(
    manifest: &Manifest,
    service: &Service,
    volume: &Volume,
    install: &str,
    app_data_root: &str,
) -> String {
    match &volume.host_default {
        VolumeDefault::Own => own_name(manifest, service, volume, install),
        VolumeDefault::Shared(name) => format!("{install}_{name}"),
        VolumeDefault::Host(path) => below_root(manifest, path, install, app_data_root),
    }
}

fn own_name(manifest: &Manifest, service: &Service, volume: &Volume, install: &str) -> String {
    let volumes = manifest
        .services
        .iter()
        .flat_map(|service| &service.volumes);
    let own = volumes.filter(|volume| volume.host_default == VolumeDefault::Own);
    if own.count() == 1 {
        return format!("{install}_data");
    }
    let letter = |c: char| match c {
        c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') => c,
        _ => '_',
    };
    let target: String = volume
        .container
        .trim_matches('/')
        .chars()
        .map(letter)
        .collect();
    match manifest.services.as_slice() {
        [_] => format!("{install}_{target}"),
        _ => format!("{install}_{}_{target}", service.name),
    }
}

/// Folders below the conventional root lie below the server's root instead, in
/// the folder of this install, so that a second install has folders of its own.
fn below_root(manifest: &Manifest, path: &str, install: &str, root: &str) -> String {
    let root = normalise(root);
    if root == "/" || !is_below(path, CONVENTIONAL_ROOT) {
        return path.to_owned();
    }
    let rest = path.strip_prefix(CONVENTIONAL_ROOT).unwrap_or_default();
    let rest = rest.trim_start_matches('/');
    let (first, deeper) = rest.split_once('/').unwrap_or((rest, ""));
    let first = if first == manifest.slug {
        install
    } else {
        first
    };
    format!("{root}/{first}/{deeper}")
        .trim_end_matches('/')
        .to_owned()
}

/// Whether a volume is left out when nothing is entered: an optional path of
/// the server that is not there and would not be made.
pub(super) fn volume_off(volume: &Volume, source: &str, situation: &Situation) -> bool {
    let optional = volume.hint.required == Some(false);
    let is_path = matches!(volume.host_default, VolumeDefault::Host(_));
    optional
        && is_path
        && !is_below(source, &normalise(&situation.app_data_root))
        && !situation.present.contains(source)
}
