//! Checks of what a draft wants from the server: capabilities and devices.

use std::collections::HashSet;

use super::mounts::path_fault;
use super::{MAX_CAPABILITIES, MAX_DEVICES, bounded};
use crate::draft::{CreateDraft, DeviceDraft};
use crate::host_path::normalise;
use crate::problem::{Problem, ProblemCode, shown};
use crate::risk::normalise_capability;
use crate::spec::Device;

/// Names of Linux capabilities, without `CAP_`; source: capabilities(7), Linux 5.9 and later.
const CAPABILITIES: [&str; 41] = [
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

/// Capabilities to add or to take away, with their positions in `field`.
pub(super) fn check_capabilities(
    field: &str,
    names: &[String],
    out: &mut Vec<Problem>,
) -> Vec<(usize, String)> {
    let mut list: Vec<(usize, String)> = Vec::new();
    for (index, text) in bounded(field, names, MAX_CAPABILITIES, out).collect::<Vec<_>>() {
        let name = normalise_capability(text);
        let field = format!("{field}.{index}");
        if name.is_empty() {
            out.push(Problem::new(
                field,
                ProblemCode::Required,
                "Name the capability.",
            ));
        } else if name != "ALL" && !CAPABILITIES.contains(&name.as_str()) {
            let message = format!(
                "“{}” is no capability of Linux; they are called like NET_ADMIN.",
                shown(text)
            );
            out.push(Problem::new(field, ProblemCode::Invalid, message));
        } else if list.iter().any(|(_, known)| *known == name) {
            out.push(Problem::new(
                field,
                ProblemCode::Duplicate,
                format!("{name} is listed twice."),
            ));
        } else {
            list.push((index, name));
        }
    }
    list
}

pub(super) fn check_devices(draft: &CreateDraft, out: &mut Vec<Problem>) -> Vec<(usize, Device)> {
    let mut list = Vec::new();
    let mut targets = HashSet::new();
    for (index, device) in bounded("devices", &draft.devices, MAX_DEVICES, out).collect::<Vec<_>>()
    {
        let Some(device) = check_device(index, device, out) else {
            continue;
        };
        if !targets.insert(device.container.clone()) {
            let message = format!(
                "Two devices have the path {} in the container.",
                shown(&device.container)
            );
            out.push(Problem::new(
                format!("devices.{index}.container"),
                ProblemCode::Duplicate,
                message,
            ));
        }
        list.push((index, device));
    }
    list
}

fn check_device(index: usize, device: &DeviceDraft, out: &mut Vec<Problem>) -> Option<Device> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let mut path = |part: &str, what: &str, text: &str| match path_fault(what, text) {
        Some((code, message)) => {
            out.push(Problem::new(
                format!("devices.{index}.{part}"),
                code,
                message,
            ));
            None
        }
        None => Some(normalise(text)),
    };
    let host = path("host", "The device's path on the server", &device.host);
    let container = match given(&device.container) {
        Some(text) => path("container", "The device's path in the container", &text),
        None => host.clone(),
    };
    let permissions = given(&device.permissions).unwrap_or_else(|| "rwm".to_owned());
    let distinct: HashSet<char> = permissions.chars().collect();
    let fit = permissions.len() == distinct.len() && distinct.iter().all(|c| "rwm".contains(*c));
    if !fit {
        let message = format!(
            "Permissions are some of r (read), w (write) and m (make nodes), not “{}”.",
            shown(&permissions)
        );
        out.push(Problem::new(
            format!("devices.{index}.permissions"),
            ProblemCode::Invalid,
            message,
        ));
    }
    // The risk is told even if the rest of the entry does not hold.
    let host = host?;
    Some(Device {
        container: container.unwrap_or_else(|| host.clone()),
        host,
        permissions,
    })
}
