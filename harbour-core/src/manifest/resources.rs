//! What a container may use up, and its rights beyond the usual or fewer.

use super::container::{Place, each, settings, texts};
use super::decode::{At, Fields};
use super::fault::Faults;
use super::limits;
use super::model::{GpuRequest, Gpus, Limits, Rights, Ulimit};
use super::params::{take_flag, take_text};
use super::value::{is_service_name, size, size_or_unlimited};
use crate::problem::shown;
use crate::risk::normalise_capability;

pub(super) fn limits_of(fields: &mut Fields<'_>, faults: &mut Faults) -> Limits {
    Limits {
        mem_limit: fields.take("mem_limit").and_then(|at| size(&at, faults)),
        mem_reservation: fields
            .take("mem_reservation")
            .and_then(|at| size(&at, faults)),
        memswap_limit: fields
            .take("memswap_limit")
            .and_then(|at| size_or_unlimited(&at, faults)),
        cpus: fields.take("cpus").and_then(|at| cpus(&at, faults)),
        cpu_shares: fields
            .take("cpu_shares")
            .and_then(|at| at.integer(faults, 2, 262_144)),
        cpuset: fields
            .take("cpuset")
            .and_then(|at| at.filled(faults, limits::LINE)),
        pids_limit: fields
            .take("pids_limit")
            .and_then(|at| at.integer(faults, -1, 4_194_304)),
        shm_size: fields.take("shm_size").and_then(|at| size(&at, faults)),
        tmpfs: each(fields.take("tmpfs"), faults, |at, faults| {
            let text = at.filled(faults, limits::TEXT)?;
            if text.starts_with('/') {
                return Some(text);
            }
            at.schema(
                faults,
                "must be PATH or PATH:OPTIONS, such as /run:size=64m",
            );
            None
        }),
        ulimits: ulimits(fields, faults),
    }
}

/// Processors, as a number or as the same in quotes.
fn cpus(at: &At<'_>, faults: &mut Faults) -> Option<f64> {
    let text = at.text_or_number(faults, limits::LINE)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let has_form = match text.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(&text),
    };
    if !has_form {
        at.schema(
            faults,
            format!(
                "“{}” is no number of processors like 2 or 0.5",
                shown(&text)
            ),
        );
        return None;
    }
    let number = text
        .parse()
        .ok()
        .filter(|cpus| (0.01..=1024.0).contains(cpus));
    if number.is_none() {
        at.rule(faults, "must be between 0.01 and 1024");
    }
    number
}

fn ulimits(fields: &mut Fields<'_>, faults: &mut Faults) -> Vec<Ulimit> {
    let Some(at) = fields.take("ulimits") else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, _, value) in at.pairs(faults) {
        let limits = if matches!(value.node.value, crate::yaml::Value::Map(_)) {
            Fields::open(&value, faults).and_then(|mut fields| {
                let mut take = |key, faults: &mut Faults| {
                    let at = fields.require(key, faults);
                    at.and_then(|at| at.integer(faults, -1, i64::MAX))
                };
                let soft = take("soft", faults);
                let hard = take("hard", faults);
                fields.close(faults);
                Some((soft?, hard?))
            })
        } else {
            let both = value.integer(faults, -1, i64::MAX);
            both.map(|both| (both, both))
        };
        all.extend(limits.map(|(soft, hard)| Ulimit {
            name: name.to_owned(),
            soft,
            hard,
        }));
    }
    all
}

pub(super) fn rights(fields: &mut Fields<'_>, place: Place, faults: &mut Faults) -> Rights {
    let capabilities = |names: Vec<String>| {
        let names = names.iter().map(|name| normalise_capability(name));
        names.collect::<Vec<_>>()
    };
    Rights {
        privileged: take_flag(fields, "privileged", faults),
        cap_add: capabilities(texts(fields, "cap_add", faults)),
        cap_drop: capabilities(texts(fields, "cap_drop", faults)),
        security_opt: texts(fields, "security_opt", faults),
        read_only: take_flag(fields, "read_only", faults),
        pid: fields
            .take("pid")
            .and_then(|at| shared(&at, &["host"], place, faults)),
        ipc: fields.take("ipc").and_then(|at| {
            shared(
                &at,
                &["host", "none", "private", "shareable"],
                place,
                faults,
            )
        }),
        device_cgroup_rules: texts(fields, "device_cgroup_rules", faults),
        sysctls: settings(fields.take("sysctls"), faults),
        gpus: fields.take("gpus").and_then(|at| gpus(&at, faults)),
    }
}

/// A word, or `service:NAME` where there are others.
fn shared(at: &At<'_>, words: &[&str], place: Place, faults: &mut Faults) -> Option<String> {
    let text = at.text(faults, limits::LINE)?;
    let other = text.strip_prefix("service:").is_some_and(is_service_name);
    if words.contains(&text.as_str()) || (other && place == Place::AmongOthers) {
        return Some(text);
    }
    let also = match place {
        Place::Alone => "",
        Place::AmongOthers => ", service:NAME",
    };
    at.schema(
        faults,
        format!("“{}” is none of: {}{also}", shown(&text), words.join(", ")),
    );
    None
}

fn gpus(at: &At<'_>, faults: &mut Faults) -> Option<Gpus> {
    if !matches!(at.node.value, crate::yaml::Value::List(_)) {
        return at.choice(faults, &[("all", ())]).map(|()| Gpus::All);
    }
    let items = at.list(faults);
    let requests = items.iter().filter_map(|item| gpu_request(item, faults));
    Some(Gpus::Some(requests.collect()))
}

fn gpu_request(at: &At<'_>, faults: &mut Faults) -> Option<GpuRequest> {
    let mut fields = Fields::open(at, faults)?;
    let driver = take_text(&mut fields, "driver", faults);
    let count_at = fields.take("count");
    let count = count_at.as_ref().and_then(|at| match at.node.as_str() {
        Some("all") => Some(-1),
        _ => at.integer(faults, -1, 1_024),
    });
    let device_ids = texts(&mut fields, "device_ids", faults);
    let capabilities = texts(&mut fields, "capabilities", faults);
    fields.close(faults);
    if count.is_some() && !device_ids.is_empty() {
        at.rule(faults, "has `count` and `device_ids`; keep one");
    }
    Some(GpuRequest {
        driver,
        count,
        device_ids,
        capabilities,
    })
}
