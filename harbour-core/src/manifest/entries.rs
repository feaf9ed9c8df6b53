//! Ports, volumes, devices, files and dependencies of a container.

use super::decode::{At, Fields};
use super::fault::Faults;
use super::limits;
use super::model::{
    Condition, ConfigFile, Dependency, Device, Healthcheck, Hint, Port, Volume, VolumeDefault,
};
use super::value::{check_path, duration, ip, is_service_name, is_volume_name, path, ports};
use crate::problem::shown;

pub(super) const CONDITIONS: [(&str, Condition); 3] = [
    ("service_started", Condition::Started),
    ("service_healthy", Condition::Healthy),
    (
        "service_completed_successfully",
        Condition::CompletedSuccessfully,
    ),
];

const PROTOCOLS: [(&str, bool); 2] = [("tcp", false), ("udp", true)];

fn hint(fields: &mut Fields<'_>, faults: &mut Faults) -> Hint {
    Hint {
        label: fields
            .take("label")
            .and_then(|at| at.filled(faults, limits::LINE)),
        description: fields
            .take("description")
            .and_then(|at| at.text(faults, limits::TEXT)),
        required: fields.take("required").and_then(|at| at.flag(faults)),
    }
}

pub(super) fn port(at: &At<'_>, faults: &mut Faults) -> Option<Port> {
    let mut fields = Fields::open(at, faults)?;
    let container = fields
        .require("container", faults)
        .and_then(|at| ports(&at, faults));
    let host_at = fields.take("hostDefault");
    let host_default = host_at.as_ref().and_then(|at| ports(at, faults));
    let udp = fields
        .take("protocol")
        .and_then(|at| at.choice(faults, &PROTOCOLS))
        .unwrap_or_default();
    let host_ip = fields.take("host_ip").and_then(|at| ip(&at, faults));
    let hint = hint(&mut fields, faults);
    fields.close(faults);
    let container = container?;
    if let (Some(at), Some(host)) = (&host_at, host_default)
        && host.count() != container.count()
    {
        at.rule(
            faults,
            format!(
                "has {} ports and `container` has {}",
                host.count(),
                container.count()
            ),
        );
        return None;
    }
    Some(Port {
        container,
        host_default,
        udp,
        host_ip,
        hint,
    })
}

pub(super) fn volume(at: &At<'_>, faults: &mut Faults) -> Option<Volume> {
    let mut fields = Fields::open(at, faults)?;
    let container = fields
        .require("container", faults)
        .and_then(|at| path(&at, faults));
    let host_default = match fields.take("hostDefault") {
        None => Some(VolumeDefault::Own),
        Some(at) => volume_default(&at, faults),
    };
    let read_only = super::params::take_flag(&mut fields, "read_only", faults);
    let hint = hint(&mut fields, faults);
    fields.close(faults);
    Some(Volume {
        container: container?,
        host_default: host_default?,
        read_only,
        hint,
    })
}

fn volume_default(at: &At<'_>, faults: &mut Faults) -> Option<VolumeDefault> {
    let text = at.filled(faults, limits::TEXT)?;
    if text.starts_with('/') {
        return check_path(at, faults, text).map(VolumeDefault::Host);
    }
    if is_volume_name(&text) {
        return Some(VolumeDefault::Shared(text));
    }
    at.schema(
        faults,
        format!(
            "“{}” is neither an absolute path nor a name of a volume",
            shown(&text)
        ),
    );
    None
}

pub(super) fn device(at: &At<'_>, faults: &mut Faults) -> Option<Device> {
    let mut fields = Fields::open(at, faults)?;
    let container = fields
        .require("container", faults)
        .and_then(|at| path(&at, faults));
    let host_default = fields.take("hostDefault").and_then(|at| path(&at, faults));
    let permissions_at = fields.take("permissions");
    let permissions = permissions_at.as_ref().and_then(|at| at.filled(faults, 3));
    if let (Some(at), Some(text)) = (&permissions_at, &permissions)
        && !text.chars().all(|c| matches!(c, 'r' | 'w' | 'm'))
    {
        at.schema(faults, "must be some of the letters r, w and m");
    }
    let hint = hint(&mut fields, faults);
    fields.close(faults);
    Some(Device {
        container: container?,
        host_default,
        permissions,
        hint,
    })
}

pub(super) fn config_file(at: &At<'_>, faults: &mut Faults) -> Option<ConfigFile> {
    let mut fields = Fields::open(at, faults)?;
    let target = fields
        .require("target", faults)
        .and_then(|at| path(&at, faults));
    let content = fields
        .require("content", faults)
        .and_then(|at| at.template(faults, limits::CONTENT));
    let mode = match fields.take("mode") {
        None => Some(None),
        Some(at) => mode(&at, faults).map(Some),
    };
    fields.close(faults);
    Some(ConfigFile {
        target: target?,
        content: content?,
        mode: mode?,
    })
}

/// Access rights as octal text; a number would be decimal to some and octal to others.
fn mode(at: &At<'_>, faults: &mut Faults) -> Option<u32> {
    let text = at.filled(faults, limits::LINE)?;
    let octal = (3..=4).contains(&text.len()) && text.chars().all(|c| c.is_digit(8));
    if !octal {
        at.schema(
            faults,
            "must be an octal number in quotes, such as \"0644\"",
        );
        return None;
    }
    u32::from_str_radix(&text, 8).ok()
}

pub(super) fn healthcheck(at: &At<'_>, faults: &mut Faults) -> Option<Healthcheck> {
    let mut fields = Fields::open(at, faults)?;
    let test_at = fields.take("test");
    let test = test_at
        .as_ref()
        .map(|at| {
            let items = at.list(faults);
            let words = items
                .iter()
                .filter_map(|item| item.template(faults, limits::TEXT));
            words.collect::<Vec<_>>()
        })
        .unwrap_or_default();
    let mut time = |key, faults: &mut Faults| fields.take(key).and_then(|at| duration(&at, faults));
    let interval = time("interval", faults);
    let timeout = time("timeout", faults);
    let start_period = time("start_period", faults);
    let start_interval = time("start_interval", faults);
    let retries = fields
        .take("retries")
        .and_then(|at| at.integer(faults, 1, 1_000))
        .and_then(|retries| u32::try_from(retries).ok());
    let disable = super::params::take_flag(&mut fields, "disable", faults);
    fields.close(faults);
    let mut check = Healthcheck {
        test,
        interval,
        timeout,
        retries,
        start_period,
        start_interval,
        disable,
    };
    if let Some(at) = &test_at {
        let first = check.test.first().and_then(|word| word.as_literal());
        match (first, check.test.len()) {
            (Some("NONE"), 1) => {
                check.disable = true;
                check.test.clear();
            }
            (Some("CMD"), 2..) | (Some("CMD-SHELL"), 2) => {}
            (Some("CMD-SHELL"), _) => at.rule(faults, "CMD-SHELL takes one command line"),
            // Unless a word of it could not be read, which has been said.
            _ if is_list(at) && at.node.items().len() == check.test.len() => at.rule(
                faults,
                "must begin with CMD and the words of a command, or CMD-SHELL and one line, or be [NONE]",
            ),
            _ => {}
        }
    }
    Some(check)
}

fn is_list(at: &At<'_>) -> bool {
    matches!(at.node.value, crate::yaml::Value::List(_))
}

/// A list of names, or a map of names to conditions.
pub(super) fn depends_on(at: &At<'_>, faults: &mut Faults) -> Vec<Dependency> {
    if is_list(at) {
        let started = |service| Dependency {
            service,
            condition: Condition::Started,
        };
        let items = at.list(faults);
        return items
            .iter()
            .filter_map(|item| service_name(item, faults))
            .map(started)
            .collect();
    }
    let mut all = Vec::new();
    for (name, _, entry) in at.pairs(faults) {
        let Some(mut fields) = Fields::open(&entry, faults) else {
            continue;
        };
        let condition = fields
            .require("condition", faults)
            .and_then(|at| at.choice(faults, &CONDITIONS));
        fields.close(faults);
        all.extend(condition.map(|condition| Dependency {
            service: name.to_owned(),
            condition,
        }));
    }
    all
}

pub(super) fn service_name(at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let text = at.filled(faults, limits::LINE)?;
    if is_service_name(&text) {
        return Some(text);
    }
    at.schema(
        faults,
        format!(
            "“{}” is no name: letters, digits, `-`, `_` and `.`, at most {} of them",
            shown(&text),
            limits::SERVICE_NAME
        ),
    );
    None
}
