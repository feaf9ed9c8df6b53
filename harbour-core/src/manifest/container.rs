//! One container: every key of it, in v1 at the top level, in v2 below `services`.

use super::decode::{At, Fields};
use super::entries;
use super::fault::{FaultKind, Faults};
use super::limits;
use super::model::{Logging, Network, NetworkMode, Process, Restart, Service};
use super::params::take_flag;
use super::resources::{limits_of, rights};
use super::template::Template;
use super::value::{duration, is_service_name};
use super::words;
use crate::digest::Digest;
use crate::image_ref::ImageRef;
use crate::problem::shown;

/// Labels that the platform writes itself.
const OWN_LABELS: &str = "io.harbourmaster.";

/// What a container's place in the file allows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The one container of v1.
    Alone,
    /// One of `services` of v2.
    AmongOthers,
}

/// Takes the keys of a container; the caller closes the fields.
pub(super) fn service(
    fields: &mut Fields<'_>,
    name: &str,
    place: Place,
    faults: &mut Faults,
) -> Option<Service> {
    let image_at = fields.require("image", faults);
    let image = image_at.as_ref().and_then(|at| image(at, faults));
    let tag_at = fields.take("defaultTag");
    let tag = tag_at.as_ref().and_then(|at| tag(at, faults));
    let ports = each(fields.take("ports"), faults, entries::port);
    let volumes = each(fields.take("volumes"), faults, entries::volume);
    let devices = each(fields.take("devices"), faults, entries::device);
    let environment = environment(fields, faults);
    let configs = each(fields.take("configs"), faults, entries::config_file);
    let healthcheck = fields
        .take("healthcheck")
        .and_then(|at| entries::healthcheck(&at, faults));
    let process = process(fields, faults);
    let network = network(fields, place, faults);
    let limits = limits_of(fields, faults);
    let rights = rights(fields, place, faults);
    let labels = labels(fields, faults);
    let logging = fields.take("logging").and_then(|at| logging(&at, faults));
    let (depends_on, profiles) = match place {
        Place::Alone => Default::default(),
        Place::AmongOthers => (
            fields
                .take("depends_on")
                .map(|at| entries::depends_on(&at, faults))
                .unwrap_or_default(),
            texts(fields, "profiles", faults),
        ),
    };
    let (image, own_tag, digest) = image?;
    if let (Some(at), Some(_)) = (&tag_at, own_tag.as_ref().or(tag.as_ref()))
        && (own_tag.is_some() || digest.is_some())
    {
        at.rule(
            faults,
            "the image has a tag or digest of its own; keep one of both",
        );
    }
    Some(Service {
        name: name.to_owned(),
        image,
        default_tag: tag.or(own_tag),
        digest,
        ports,
        volumes,
        devices,
        environment,
        configs,
        healthcheck,
        process,
        network,
        limits,
        rights,
        labels,
        logging,
        depends_on,
        profiles,
    })
}

/// Every entry of a list that can be read.
pub(super) fn each<'a, T>(
    at: Option<At<'a>>,
    faults: &mut Faults,
    read: impl Fn(&At<'a>, &mut Faults) -> Option<T>,
) -> Vec<T> {
    let Some(at) = at else {
        return Vec::new();
    };
    let items = at.list(faults);
    items.iter().filter_map(|item| read(item, faults)).collect()
}

pub(super) fn texts(
    fields: &mut Fields<'_>,
    key: &'static str,
    faults: &mut Faults,
) -> Vec<String> {
    fields
        .take(key)
        .map(|at| at.texts(faults, limits::TEXT))
        .unwrap_or_default()
}

fn template(fields: &mut Fields<'_>, key: &'static str, faults: &mut Faults) -> Option<Template> {
    fields
        .take(key)
        .and_then(|at| at.template(faults, limits::TEXT))
}

type Image = (ImageRef, Option<String>, Option<Digest>);

fn image(at: &At<'_>, faults: &mut Faults) -> Option<Image> {
    let text = at.filled(faults, limits::TEXT)?;
    let parsed = ImageRef::parse(&text).and_then(|image| {
        let bare = ImageRef::parse(&image.name())?;
        Ok((
            bare,
            image.tag().map(str::to_owned),
            image.digest().cloned(),
        ))
    });
    match parsed {
        Ok(image) => Some(image),
        Err(error) => {
            at.rule(faults, format!("“{}” is no image: {error}", shown(&text)));
            None
        }
    }
}

fn tag(at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let text = at.filled(faults, limits::TEXT)?;
    if ImageRef::parse(&format!("image:{text}")).is_ok_and(|image| image.tag() == Some(&text)) {
        return Some(text);
    }
    at.schema(
        faults,
        format!(
            "“{}” is no tag: letters, digits, `_`, `.` and `-`, at most {}",
            shown(&text),
            crate::image_ref::MAX_TAG_LEN
        ),
    );
    None
}

fn environment(fields: &mut Fields<'_>, faults: &mut Faults) -> Vec<(String, Template)> {
    let Some(at) = fields.take("environment") else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, mark, value) in at.pairs(faults) {
        if name.is_empty() || name.contains(['=', '\0', '\n']) {
            faults.add(
                mark,
                &value.path,
                FaultKind::Schema,
                "a variable's name must not be empty or have `=`, a line end or a zero byte in it",
            );
        }
        if let Some(value) = value.template_value(faults, limits::TEXT) {
            all.push((name.to_owned(), value));
        }
    }
    all
}

fn labels(fields: &mut Fields<'_>, faults: &mut Faults) -> Vec<(String, Template)> {
    let Some(at) = fields.take("labels") else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, mark, value) in at.pairs(faults) {
        if name.starts_with(OWN_LABELS) {
            faults.add(
                mark,
                &value.path,
                FaultKind::Rule,
                format!("labels that begin with {OWN_LABELS} belong to the platform"),
            );
        }
        if let Some(value) = value.template_value(faults, limits::TEXT) {
            all.push((name.to_owned(), value));
        }
    }
    all
}

/// Texts by name, in the order of the file.
pub(super) fn settings(at: Option<At<'_>>, faults: &mut Faults) -> Vec<(String, String)> {
    let Some(at) = at else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (name, _, value) in at.pairs(faults) {
        if let Some(value) = value.value(faults, limits::TEXT) {
            all.push((name.to_owned(), value));
        }
    }
    all
}

fn process(fields: &mut Fields<'_>, faults: &mut Faults) -> Process {
    Process {
        command: fields.take("command").and_then(|at| words_of(&at, faults)),
        entrypoint: fields
            .take("entrypoint")
            .and_then(|at| words_of(&at, faults)),
        working_dir: template(fields, "working_dir", faults),
        user: fields.take("user").and_then(|at| {
            let text = at.text_or_integer(faults, limits::LINE)?;
            at.as_template(faults, &text)
        }),
        group_add: fields
            .take("group_add")
            .map(|at| {
                let items = at.list(faults);
                let names = items
                    .iter()
                    .filter_map(|item| item.text_or_integer(faults, limits::LINE));
                names.collect()
            })
            .unwrap_or_default(),
        restart: fields.take("restart").and_then(|at| restart(&at, faults)),
        init: fields.take("init").and_then(|at| at.flag(faults)),
        tty: take_flag(fields, "tty", faults),
        stdin_open: take_flag(fields, "stdin_open", faults),
        stop_grace_period: fields
            .take("stop_grace_period")
            .and_then(|at| duration(&at, faults)),
        stop_signal: fields
            .take("stop_signal")
            .and_then(|at| at.filled(faults, limits::LINE)),
    }
}

/// Words as a list, or as one line that is split as a shell would, without running one.
fn words_of(at: &At<'_>, faults: &mut Faults) -> Option<Vec<Template>> {
    if matches!(at.node.value, crate::yaml::Value::List(_)) {
        let items = at.list(faults);
        let words = items
            .iter()
            .filter_map(|item| item.template(faults, limits::TEXT));
        return Some(words.collect());
    }
    let line = at.text(faults, limits::TEXT)?;
    match words::split(&line) {
        Ok(words) => words
            .iter()
            .map(|word| at.as_template(faults, word))
            .collect(),
        Err(error) => {
            at.rule(faults, format!("can not be split into words: {error}"));
            None
        }
    }
}

fn restart(at: &At<'_>, faults: &mut Faults) -> Option<Restart> {
    let text = at.text(faults, limits::LINE)?;
    let retries = text.strip_prefix("on-failure:").filter(|number| {
        (1..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
    });
    let parsed = match (text.as_str(), retries) {
        ("no", _) => Some(Restart::No),
        ("always", _) => Some(Restart::Always),
        ("unless-stopped", _) => Some(Restart::UnlessStopped),
        ("on-failure", _) => Some(Restart::OnFailure(None)),
        (_, Some(number)) => number
            .parse()
            .ok()
            .map(|most| Restart::OnFailure(Some(most))),
        _ => None,
    };
    if parsed.is_none() {
        at.schema(
            faults,
            format!(
                "“{}” is none of: no, always, unless-stopped, on-failure, on-failure:NUMBER",
                shown(&text)
            ),
        );
    }
    parsed
}

fn network(fields: &mut Fields<'_>, place: Place, faults: &mut Faults) -> Network {
    Network {
        mode: fields
            .take("network_mode")
            .and_then(|at| network_mode(&at, place, faults)),
        hostname: template(fields, "hostname", faults),
        domainname: template(fields, "domainname", faults),
        extra_hosts: each(fields.take("extra_hosts"), faults, extra_host),
        dns: texts(fields, "dns", faults),
        dns_search: texts(fields, "dns_search", faults),
        dns_opt: texts(fields, "dns_opt", faults),
    }
}

fn network_mode(at: &At<'_>, place: Place, faults: &mut Faults) -> Option<NetworkMode> {
    let text = at.text(faults, limits::LINE)?;
    match text.as_str() {
        "host" => Some(NetworkMode::Host),
        "none" => Some(NetworkMode::None),
        other => {
            let service = other
                .strip_prefix("service:")
                .filter(|s| is_service_name(s));
            if let (Some(service), Place::AmongOthers) = (service, place) {
                return Some(NetworkMode::Service(service.to_owned()));
            }
            let also = match place {
                Place::Alone => "",
                Place::AmongOthers => ", service:NAME",
            };
            at.schema(
                faults,
                format!(
                    "“{}” is none of: host, none{also}; leave the key out for the app's own network",
                    shown(other)
                ),
            );
            None
        }
    }
}

fn extra_host(at: &At<'_>, faults: &mut Faults) -> Option<Template> {
    let text = at.filled(faults, limits::TEXT)?;
    let parts = text.split_once(':').or_else(|| text.split_once('='));
    if !parts.is_some_and(|(name, address)| !name.is_empty() && !address.is_empty()) {
        at.schema(
            faults,
            "must be NAME:ADDRESS, such as host.docker.internal:host-gateway",
        );
        return None;
    }
    at.as_template(faults, &text)
}

fn logging(at: &At<'_>, faults: &mut Faults) -> Option<Logging> {
    let mut fields = Fields::open(at, faults)?;
    let driver = fields
        .take("driver")
        .and_then(|at| at.filled(faults, limits::LINE));
    let options = settings(fields.take("options"), faults);
    fields.close(faults);
    Some(Logging { driver, options })
}
