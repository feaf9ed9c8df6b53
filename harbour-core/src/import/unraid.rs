//! Unraid: one XML file with the words of a `docker run` line.

use roxmltree::{Document, ParsingOptions};

use super::compose::Project;
use super::finish::{About, Page, finish};
use super::report::{Converted, Reason, Refusal};
use super::tree::put;
use super::vars::plain_param;
use super::{Source, missing, names};
use crate::docker_run;
use crate::draft::CreateDraft;
use crate::manifest::{Hint, Listing, Param, ParamKind, Service, Template, words};
use crate::yaml::{Entry, Node, Scalar, Value};

/// Folders of that platform and what stands for them here.
const PATHS: [(&str, &str); 6] = [
    ("/mnt/user/appdata", "/srv/appdata"),
    ("/mnt/cache/appdata", "/srv/appdata"),
    ("/mnt/user", "/srv"),
    ("/mnt/cache", "/srv"),
    ("/mnt/disks", "/srv/disks"),
    ("/mnt/remotes", "/srv/remotes"),
];

const LARGEST: usize = 1024 * 1024;
const MOST_NODES: u32 = 20_000;

pub(super) fn import(source: &Source<'_>) -> Result<Converted, Refusal> {
    let file = source
        .files
        .iter()
        .find(|file| file.path.ends_with(".xml"))
        .ok_or_else(|| missing("XML file"))?;
    let text = std::str::from_utf8(file.bytes)
        .ok()
        .filter(|text| text.len() <= LARGEST)
        .ok_or_else(|| {
            Refusal::new(
                Reason::Unreadable,
                "the file is no UTF-8 text of at most 1 MiB",
            )
        })?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options)
        .map_err(|error| Refusal::new(Reason::Unreadable, format!("this is no XML: {error}")))?;
    let template = Xml(document.root_element());
    let container = if template.0.has_tag_name("Container") {
        template
    } else {
        let inner = document
            .descendants()
            .find(|node| node.has_tag_name("Container"));
        Xml(inner.ok_or_else(|| Refusal::new(Reason::Unreadable, "there is no Container in it"))?)
    };
    convert(container, source)
}

/// An element; texts are trimmed and never empty.
#[derive(Clone, Copy)]
struct Xml<'a, 'i>(roxmltree::Node<'a, 'i>);

impl<'a, 'i> Xml<'a, 'i> {
    fn child(self, name: &str) -> Option<Self> {
        self.0
            .children()
            .find(|node| node.has_tag_name(name))
            .map(Xml)
    }

    fn children(self, name: &'static str) -> impl Iterator<Item = Self> {
        self.0
            .children()
            .filter(move |node| node.has_tag_name(name))
            .map(Xml)
    }

    fn text(self, name: &str) -> Option<&'a str> {
        self.child(name)?.own_text()
    }

    fn own_text(self) -> Option<&'a str> {
        self.0.text().map(str::trim).filter(|text| !text.is_empty())
    }

    fn attribute(self, name: &str) -> Option<&'a str> {
        self.0
            .attribute(name)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }
}

fn convert(container: Xml<'_, '_>, source: &Source<'_>) -> Result<Converted, Refusal> {
    let name = container.text("Name").unwrap_or(source.name);
    let slug = names::slug(name);
    let repository = container
        .text("Repository")
        .ok_or_else(|| Refusal::new(Reason::Unreadable, "it names no Repository"))?;
    let extra = container.text("ExtraParams").unwrap_or_default();
    let arguments = container.text("PostArgs").unwrap_or_default();
    for (key, text) in [("ExtraParams", extra), ("PostArgs", arguments)] {
        if runs_more(text) {
            return Err(Refusal::new(
                Reason::HostScripts,
                format!("{key} runs further commands on the server"),
            ));
        }
    }
    let mut out = vec![
        ("image".to_owned(), Node::text(repository)),
        ("restart".to_owned(), Node::text("unless-stopped")),
    ];
    let network = container
        .text("Network")
        .or_else(|| container.child("Networking")?.text("Mode"));
    if let Some(network) = network {
        put(
            &mut out,
            "network_mode",
            Node::text(network.to_ascii_lowercase()),
        );
    }
    if container
        .text("Privileged")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
    {
        put(&mut out, "privileged", Node::text("true"));
    }
    if let Some(cpus) = container.text("CPUset") {
        put(&mut out, "cpuset", Node::text(cpus));
    }
    if !arguments.is_empty() {
        put(&mut out, "command", Node::text(arguments));
    }
    let mut lost = Vec::new();
    if !extra.is_empty() {
        extra_params(extra, &mut out, &mut lost);
    }
    let root = Node::map([(
        "services".to_owned(),
        Node::map([(slug.clone(), Node::map(out))]),
    )]);
    let mut project = Project::new(&root, &[], &slug);
    project.vars.dollar_is_plain = true;
    let mut services = project.convert()?;
    for text in lost {
        project.vars.notes.lost("ExtraParams", text);
    }
    if let Some(service) = services.first_mut() {
        for config in container.children("Config") {
            let value = config.attribute("Default").or_else(|| config.own_text());
            let entry = Setting {
                kind: config.attribute("Type").unwrap_or_default(),
                target: config.attribute("Target").unwrap_or_default(),
                value: value.unwrap_or_default(),
                mode: config.attribute("Mode").unwrap_or_default(),
                name: config.attribute("Name"),
                description: config.attribute("Description"),
                required: config.attribute("Required").map(|text| text == "true"),
                advanced: config
                    .attribute("Display")
                    .is_some_and(|text| text.starts_with("advanced")),
                masked: config.attribute("Mask") == Some("true"),
            };
            add(&entry, service, &mut project);
        }
        if container.children("Config").next().is_none() {
            old_form(container, service, &mut project);
        }
        if service.network.mode.is_some() && !service.ports.is_empty() {
            service.ports.clear();
            project
                .vars
                .notes
                .changed("Port", "publishing means nothing in this network mode");
        }
    }
    let about = about(container, name);
    finish(project, services, about)
}

/// Whether a shell would run something behind the line.
fn runs_more(text: &str) -> bool {
    let words = words::split(text).unwrap_or_default();
    words
        .iter()
        .any(|word| matches!(word.as_str(), "&&" | "||" | ";" | "|" | "&") || word.ends_with(';'))
}

/// One setting, new form or old.
struct Setting<'a> {
    kind: &'a str,
    target: &'a str,
    value: &'a str,
    mode: &'a str,
    name: Option<&'a str>,
    description: Option<&'a str>,
    required: Option<bool>,
    advanced: bool,
    masked: bool,
}

fn add(entry: &Setting<'_>, service: &mut Service, project: &mut Project<'_>) {
    let field = format!("Config {}", entry.name.unwrap_or(entry.target));
    let hint = Hint {
        label: entry.name.map(names::line),
        description: entry.description.and_then(names::paragraph),
        required: entry.required.filter(|required| !required),
    };
    match entry.kind {
        "Variable" if !entry.target.is_empty() => variable(entry, service, project),
        "Port" => {
            let host = if entry.value.is_empty() {
                entry.target
            } else {
                entry.value
            };
            let protocol = if entry.mode.eq_ignore_ascii_case("udp") {
                "udp"
            } else {
                "tcp"
            };
            let text = format!("{host}:{}/{protocol}", entry.target);
            project.add_port(&text, &field, hint, service);
        }
        "Path" if entry.target.is_empty() => {
            project
                .vars
                .notes
                .changed(field, "names no path in the container");
        }
        "Path" => {
            let path = PATHS.iter().find_map(|(from, to)| {
                let rest = entry.value.strip_prefix(from)?;
                (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
            });
            if path.is_some() {
                project
                    .vars
                    .notes
                    .changed(&field, "folders of the platform lie below /srv here");
            }
            let host = path.unwrap_or_else(|| entry.value.to_owned());
            let text = match (host.as_str(), entry.mode) {
                ("", _) => entry.target.to_owned(),
                (host, "") => format!("{host}:{}", entry.target),
                (host, mode) => format!("{host}:{}:{mode}", entry.target),
            };
            project.add_volume(&text, &field, hint, service);
        }
        "Device" => {
            let path = if entry.value.is_empty() {
                entry.target
            } else {
                entry.value
            };
            if !path.is_empty() {
                project.add_device(path, &field, hint, service);
            }
        }
        "Label" => project
            .vars
            .notes
            .changed(field, "labels for other programs are left out"),
        _ => project
            .vars
            .notes
            .lost(field, "is of a kind that is not known here"),
    }
}

fn variable(entry: &Setting<'_>, service: &mut Service, project: &mut Project<'_>) {
    let name = entry.target.to_owned();
    if service.environment.iter().any(|(other, _)| *other == name) {
        project
            .vars
            .notes
            .changed(&name, "stands twice; the first counts");
        return;
    }
    let key = names::key(&name);
    let platform = match (name.as_str(), entry.value) {
        ("PUID", "99") => Some("HM_UID"),
        ("PGID", "100") => Some("HM_GID"),
        ("TZ", _) => Some("HM_TZ"),
        _ => None,
    };
    let (default, options) = match entry.value.split_once('|') {
        Some(_) if !entry.value.contains(' ') || entry.value.contains(" | ") => {
            let options: Vec<String> = entry
                .value
                .split('|')
                .map(|text| text.trim().to_owned())
                .collect();
            let all = options
                .iter()
                .filter(|text| !text.is_empty())
                .cloned()
                .collect();
            (options.first().cloned().unwrap_or_default(), all)
        }
        _ => (entry.value.to_owned(), Vec::new()),
    };
    let default = match platform {
        Some(platform) => Some(Template::reference(platform)),
        None => Some(default)
            .filter(|text| !text.is_empty())
            .map(Template::literal),
    };
    let base = plain_param(&key, default);
    project.vars.ask(Param {
        label: entry.name.map_or(base.label.clone(), names::line),
        description: entry.description.and_then(names::paragraph),
        kind: if entry.masked {
            ParamKind::Secret
        } else {
            base.kind
        },
        required: entry.required == Some(true) && base.default.is_some(),
        advanced: entry.advanced,
        options,
        ..base
    });
    service.environment.push((name, Template::reference(key)));
}

/// The form of version 1: `Networking`, `Data` and `Environment`.
fn old_form(container: Xml<'_, '_>, service: &mut Service, project: &mut Project<'_>) {
    let plain = |kind: &'static str| Setting {
        kind,
        target: "",
        value: "",
        mode: "",
        name: None,
        description: None,
        required: None,
        advanced: false,
        masked: false,
    };
    let publish = container
        .child("Networking")
        .and_then(|networking| networking.child("Publish"));
    for port in publish
        .into_iter()
        .flat_map(|publish| publish.children("Port"))
    {
        let entry = Setting {
            target: port.text("ContainerPort").unwrap_or_default(),
            value: port.text("HostPort").unwrap_or_default(),
            mode: port.text("Protocol").unwrap_or_default(),
            ..plain("Port")
        };
        add(&entry, service, project);
    }
    for volume in container
        .child("Data")
        .into_iter()
        .flat_map(|data| data.children("Volume"))
    {
        let entry = Setting {
            target: volume.text("ContainerDir").unwrap_or_default(),
            value: volume.text("HostDir").unwrap_or_default(),
            mode: volume.text("Mode").unwrap_or_default(),
            ..plain("Path")
        };
        add(&entry, service, project);
    }
    let environment = container.child("Environment");
    for variable in environment
        .into_iter()
        .flat_map(|environment| environment.children("Variable"))
    {
        let entry = Setting {
            target: variable.text("Name").unwrap_or_default(),
            value: variable.text("Value").unwrap_or_default(),
            ..plain("Variable")
        };
        add(&entry, service, project);
    }
}

/// Options of `docker run` as keys of Compose.
fn extra_params(extra: &str, out: &mut Vec<(String, Node)>, lost: &mut Vec<String>) {
    let parsed = match docker_run::parse(&format!("docker run {extra} image")) {
        Ok(parsed) => parsed,
        Err(error) => {
            lost.push(error.to_string());
            return;
        }
    };
    for other in &parsed.not_understood {
        if let Some(rule) = other.text.strip_prefix("--device-cgroup-rule") {
            let rule = rule
                .trim_start_matches(['=', ' '])
                .trim_matches('\'')
                .trim_matches('"');
            put(out, "device_cgroup_rules", Node::list([Node::text(rule)]));
        } else {
            lost.push(format!("{}: {}", other.text, other.reason));
        }
    }
    draft_keys(&parsed.draft, out);
}

fn draft_keys(draft: &CreateDraft, out: &mut Vec<(String, Node)>) {
    let compose = crate::compose::to_yaml(draft);
    // Written by ourselves; what it can not read it does not have.
    let Ok(root) = crate::yaml::read(compose.as_bytes(), &super::compose::LIMITS) else {
        return;
    };
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    for entry in services.iter().flat_map(|service| service.value.entries()) {
        if !matches!(entry.key.as_str(), "image" | "container_name") {
            put(out, &entry.key, single_dollars(&entry.value));
        }
    }
}

/// Compose doubles each `$`; in this format it is a character like any other.
fn single_dollars(node: &Node) -> Node {
    let value = match &node.value {
        Value::Scalar(scalar) => Value::Scalar(Scalar {
            text: scalar.text.replace("$$", "$"),
            ..scalar.clone()
        }),
        Value::List(items) => Value::List(items.iter().map(single_dollars).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|entry| Entry {
                    value: single_dollars(&entry.value),
                    ..entry.clone()
                })
                .collect(),
        ),
    };
    Node {
        mark: node.mark,
        value,
    }
}

fn about(container: Xml<'_, '_>, name: &str) -> About {
    let web = |key: &str| {
        let text = container.text(key)?;
        let node = Node::map([("address".to_owned(), Node::text(text))]);
        super::tree::address(&node, "address")
    };
    let mut categories: Vec<String> = Vec::new();
    for word in container
        .text("Category")
        .unwrap_or_default()
        .split([' ', ':'])
    {
        let category = names::slug(word);
        if !word.is_empty() && !categories.contains(&category) {
            categories.push(category);
        }
    }
    let description = container
        .text("Overview")
        .or_else(|| container.text("Description"));
    About {
        name: Some(name.to_owned()),
        listing: Listing {
            description: description.and_then(names::paragraph),
            icon: container.text("Icon").map(str::to_owned),
            categories,
            homepage: web("Project"),
            docs: web("ReadMe"),
            notes: container
                .text("Requires")
                .and_then(names::paragraph)
                .into_iter()
                .collect(),
            ..Listing::default()
        },
        page: container.text("WebUI").and_then(page),
    }
}

/// `http://[IP]:[PORT:8080]/path`.
fn page(text: &str) -> Option<Page> {
    let (scheme, rest) = text.split_once("://")?;
    let (_, port) = rest.split_once("[PORT:")?;
    let (port, path) = port.split_once(']')?;
    Some(Page {
        service: None,
        port: port.trim().parse().ok().filter(|&port| port != 0)?,
        host: None,
        path: if path.is_empty() {
            "/".to_owned()
        } else {
            path.to_owned()
        },
        https: scheme == "https",
    })
}
