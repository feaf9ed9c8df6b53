//! Cosmos: Compose as JSON with `{…}` in its text, filled in before it is JSON.

mod text;

use std::collections::BTreeMap;

use text::{choices, fill, without_conditions};

use super::compose::{LIMITS, Project, read};
use super::finish::{About, Page, finish};
use super::report::{Converted, Reason, Refusal};
use super::tree::{address, architectures, categories, paragraph, put};
use super::vars::{generated, plain_param};
use super::{Source, missing, names};
use crate::manifest::{Encoding, Generate, Listing, Param, ParamKind, Service, Template};
use crate::yaml::{self, Node, Value};

/// Characters of a password that the platform makes up.
const PASSWORD_LENGTH: u32 = 24;

pub(super) fn import(source: &Source<'_>) -> Result<Converted, Refusal> {
    let file = source
        .find(&["cosmos-compose.json"])
        .ok_or_else(|| missing("cosmos-compose.json"))?;
    let description = match source.find(&["description.json"]) {
        Some(file) => read(file)?,
        None => Node::map([]),
    };
    let text = std::str::from_utf8(file.bytes)
        .ok()
        .filter(|text| text.len() <= LIMITS.bytes)
        .ok_or_else(|| Refusal::new(Reason::Unreadable, "cosmos-compose.json is no text"))?;
    let slug = names::slug(source.name);
    let mut choices = choices(text);
    let render = |choices: &BTreeMap<String, bool>| {
        let on = |name: &str| choices.get(name).copied().unwrap_or_default();
        let rendered = fill(&without_conditions(text, &on)?, &slug);
        yaml::read(rendered.as_bytes(), &LIMITS).map_err(|error| {
            Refusal::new(
                Reason::Unreadable,
                format!(
                    "cosmos-compose.json, filled in: {}: {}",
                    error.mark, error.message
                ),
            )
        })
    };
    let flipped = |choices: &BTreeMap<String, bool>, name: &str| {
        let mut other = choices.clone();
        other.entry(name.to_owned()).and_modify(|on| *on = !*on);
        other
    };
    // What a choice only adds can be there and be left out by the person.
    let names: Vec<String> = choices.keys().cloned().collect();
    for name in names
        .iter()
        .filter(|name| choices.get(*name) == Some(&false))
        .collect::<Vec<_>>()
    {
        let other = flipped(&choices, name);
        let more = optional(&compose(&render(&other)?), &compose(&render(&choices)?));
        if more.is_some_and(|targets| !targets.is_empty()) {
            choices = other;
        }
    }
    let raw = render(&choices)?;
    let root = compose(&raw);
    let mut project = Project::new(&root, source.files, &slug);
    project.dialect.labels = &["cosmos"];
    project.dialect.paths = vec![("/srv/".to_owned(), "/srv".to_owned())];
    ask(&raw, &mut project);
    let mut services = project.convert()?;
    for (name, initial) in &choices {
        if asks_for_container(&raw, name) {
            project.vars.notes.changed(
                format!("Context.{name}"),
                "apps are not linked; each reaches the other by its address",
            );
            continue;
        }
        let other = compose(&render(&flipped(&choices, name))?);
        let (with, without) = if *initial {
            (&root, &other)
        } else {
            (&other, &root)
        };
        match optional(with, without) {
            Some(targets) => make_optional(&targets, &mut services),
            None => project.vars.notes.lost(
                format!("Context.{name}"),
                format!(
                    "decides about more than a folder; it is {} here",
                    if *initial { "on" } else { "off" }
                ),
            ),
        }
    }
    project
        .vars
        .params
        .retain(|param| !choices.contains_key(&param.key) || is_used(&param.key, &services));
    let page = page(&raw);
    finish(project, services, about(&description, &raw, page))
}

/// Whether a field of the form chooses a container of another app.
fn asks_for_container(raw: &Node, name: &str) -> bool {
    let installer = raw.get("cosmos-installer");
    let form = installer.and_then(|installer| installer.get("form"));
    form.map(Node::items)
        .unwrap_or_default()
        .iter()
        .any(|field| {
            let of = |key: &str| field.get(key).and_then(Node::as_str);
            of("name") == Some(name) && of("type").is_some_and(|kind| kind.starts_with("container"))
        })
}

fn is_used(key: &str, services: &[Service]) -> bool {
    services.iter().any(|service| {
        crate::manifest::templates(service)
            .iter()
            .any(|(_, template)| template.references().any(|other| other == key))
    })
}

/// What the form asks, and the passwords that are made up.
fn ask(raw: &Node, project: &mut Project<'_>) {
    let installer = raw.get("cosmos-installer");
    let form = installer.and_then(|installer| installer.get("form"));
    for field in form.map(Node::items).unwrap_or_default() {
        let of = |key: &str| field.get(key).and_then(Node::as_str);
        let Some(name) = of("name") else { continue };
        let default = of("initialValue").map(|text| text.replace("$$", "$"));
        let default = default
            .filter(|text| !text.is_empty())
            .map(Template::literal);
        let key = names::key(name);
        let base = plain_param(&key, default);
        let options = field.get("options").map(Node::items).unwrap_or_default();
        let param = Param {
            label: of("label").map_or(base.label.clone(), names::line),
            kind: match of("type") {
                Some("password") => ParamKind::Secret,
                Some("checkbox") => ParamKind::Boolean,
                Some("number") => ParamKind::Number,
                _ => base.kind,
            },
            options: options
                .iter()
                .filter_map(|option| option.as_str().or_else(|| option.items().first()?.as_str()))
                .map(str::to_owned)
                .collect(),
            ..base
        };
        project.vars.bind_param(&key, param);
    }
    for number in 0..10 {
        let key = format!("PASSWORD_{number}");
        let generate = Generate {
            length: PASSWORD_LENGTH,
            encoding: Encoding::Alphanumeric,
        };
        project.vars.bind_param(&key, generated(&key, generate));
    }
}

/// Services of Cosmos as Compose.
fn compose(raw: &Node) -> Node {
    let services = raw.get("services").map(Node::entries).unwrap_or_default();
    let converted = services
        .iter()
        .map(|entry| (entry.key.clone(), service(&entry.value)));
    let mut all = vec![("services".to_owned(), Node::map(converted))];
    for key in ["networks", "volumes"] {
        // Volumes may be a list of maps with a name.
        let given = raw.get(key).filter(|node| !node.entries().is_empty());
        all.extend(given.map(|node| (key.to_owned(), node.clone())));
    }
    Node::map(all)
}

fn service(raw: &Node) -> Node {
    if raw.entries().is_empty() {
        return raw.clone();
    }
    let of = |key: &str| raw.get(key).and_then(Node::as_str);
    let mut out = Vec::new();
    for entry in raw.entries() {
        match entry.key.as_str() {
            "routes" | "UID" | "GID" | "post_install" => {}
            "NetworkMode" => put(&mut out, "network_mode", entry.value.clone()),
            "environment" => put(&mut out, "environment", environment(&entry.value)),
            key => put(&mut out, key, entry.value.clone()),
        }
    }
    if let (Some(user), None) = (of("UID"), of("user")) {
        let group = of("GID")
            .map(|group| format!(":{group}"))
            .unwrap_or_default();
        put(&mut out, "user", Node::text(format!("{user}{group}")));
    }
    if raw
        .get("post_install")
        .is_some_and(|node| !node.items().is_empty())
    {
        put(&mut out, "post_install", Node::text("commands"));
    }
    Node::map(out)
}

/// `TZ=auto` is the server's own time zone.
fn environment(node: &Node) -> Node {
    let auto = |item: &Node| match item.as_str() {
        Some("TZ=auto") => Node::text("TZ=${HM_TZ}"),
        _ => item.clone(),
    };
    match &node.value {
        Value::List(items) => Node::list(items.iter().map(auto)),
        Value::Map(_) | Value::Scalar(_) => node.clone(),
    }
}

/// Paths in containers that are there only with a choice; `None` if more than
/// that is different.
fn optional(with: &Node, without: &Node) -> Option<Vec<String>> {
    let services = |root: &Node| {
        root.get("services")
            .cloned()
            .unwrap_or_else(|| Node::map([]))
    };
    let (with, without) = (services(with), services(without));
    if with.entries().len() != without.entries().len() {
        return None;
    }
    let mut targets = Vec::new();
    for (a, b) in with.entries().iter().zip(without.entries()) {
        let rest = |node: &Node| {
            let others = |key: &str| !matches!(key, "volumes" | "devices" | "labels");
            let entries = node.entries().iter().filter(|entry| others(&entry.key));
            entries
                .map(|entry| format!("{}={}", entry.key, shape(&entry.value)))
                .collect::<Vec<_>>()
        };
        if a.key != b.key || rest(&a.value) != rest(&b.value) {
            return None;
        }
        for key in ["volumes", "devices"] {
            let items = |node: &Node| {
                let items = node.get(key).map(Node::items).unwrap_or_default();
                items
                    .iter()
                    .map(|item| (shape(item), item.clone()))
                    .collect::<Vec<_>>()
            };
            let (more, fewer) = (items(&a.value), items(&b.value));
            let in_more = |written: &String| more.iter().any(|(other, _)| other == written);
            if fewer.iter().any(|(written, _)| !in_more(written)) {
                return None;
            }
            for (written, item) in &more {
                if !fewer.iter().any(|(other, _)| other == written) {
                    let target = item.get("target").and_then(Node::as_str);
                    let short = item.as_str().and_then(|text| text.split(':').nth(1));
                    targets.extend(target.or(short).map(str::to_owned));
                }
            }
        }
    }
    Some(targets)
}

/// A tree as text, without places.
fn shape(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => format!("{:?}", scalar.text),
        Value::List(items) => format!(
            "[{}]",
            items.iter().map(shape).collect::<Vec<_>>().join(",")
        ),
        Value::Map(entries) => {
            let all: Vec<String> = entries
                .iter()
                .map(|entry| format!("{:?}:{}", entry.key, shape(&entry.value)))
                .collect();
            format!("{{{}}}", all.join(","))
        }
    }
}

fn make_optional(targets: &[String], services: &mut [Service]) {
    let chosen = |path: &str| {
        let mut targets = targets.iter();
        targets.any(|target| crate::host_path::normalise(target) == path)
    };
    for service in services {
        let volumes = service
            .volumes
            .iter_mut()
            .filter(|volume| chosen(&volume.container));
        volumes.for_each(|volume| volume.hint.required = Some(false));
        let devices = service
            .devices
            .iter_mut()
            .filter(|device| chosen(&device.container));
        devices.for_each(|device| device.hint.required = Some(false));
    }
}

/// The first route, `http://SERVICE:PORT`.
fn page(raw: &Node) -> Option<Page> {
    let services = raw.get("services").map(Node::entries).unwrap_or_default();
    services.iter().find_map(|entry| {
        let routes = entry
            .value
            .get("routes")
            .map(Node::items)
            .unwrap_or_default();
        let target = routes
            .iter()
            .find_map(|route| route.get("target").and_then(Node::as_str))?;
        let (scheme, rest) = target.split_once("://")?;
        let host_and_port = rest.split('/').next().unwrap_or_default();
        let port = host_and_port
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok());
        Some(Page {
            service: Some(names::service(&entry.key)),
            port: port.unwrap_or(80),
            host: None,
            path: "/".to_owned(),
            https: scheme == "https",
        })
    })
}

fn about(description: &Node, raw: &Node, page: Option<Page>) -> About {
    let after = raw
        .get("cosmos-installer")
        .and_then(|installer| installer.get("post-install"));
    let notes = after
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|note| note.get("label").and_then(Node::as_str))
        .filter_map(names::paragraph)
        .map(|note| note.replace("$$", "$"));
    About {
        name: paragraph(description, "name"),
        listing: Listing {
            description: paragraph(description, "description"),
            categories: categories(description.get("tags")),
            homepage: address(description, "repository"),
            architectures: architectures(description.get("supported_architectures")),
            notes: notes.collect(),
            ..Listing::default()
        },
        page,
    }
}
