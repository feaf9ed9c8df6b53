//! Dokploy: Compose, with variables, files and domains in `template.toml`.

use std::collections::BTreeMap;

use super::compose::{Dialect, Project, env_lines, read};
use super::finish::{About, Page, finish};
use super::report::{Converted, Notes, Reason, Refusal};
use super::tree::{address, categories, paragraph};
use super::vars::{generated, only_reference, plain_param};
use super::{File, Source, missing, names};
use crate::manifest::{
    Encoding, Generate, Hint, Listing, NetworkMode, Param, ParamKind, Port, PortRange, Service,
    Template, limits,
};
use crate::yaml::{Node, Value};

/// How deep variables are followed that are made of others.
const DEPTH: usize = 8;

pub(super) fn import(source: &Source<'_>) -> Result<Converted, Refusal> {
    let file = source
        .compose_file()
        .ok_or_else(|| missing("Compose file"))?;
    let root = read(file)?;
    let template = settings(source)?;
    let meta = match source.find(&["meta.json"]) {
        Some(file) => read(file)?,
        None => Node::map([]),
    };
    let id = meta.get("id").and_then(Node::as_str).unwrap_or(source.name);
    let slug = names::slug(id);
    let mut project = Project::new(&root, source.files, &slug);
    let nothing = Node::map([]);
    let config = template.get("config").unwrap_or(&nothing);
    let mut reader = Reader {
        variables: variables(&template),
        known: BTreeMap::new(),
        open: Vec::new(),
        params: Vec::new(),
        notes: Notes::default(),
    };
    let env = environment(config.get("env"));
    for (name, text) in &env {
        let value = reader.text(text, name, 0);
        reader.bind(&mut project, name, value);
    }
    project.dialect = Dialect {
        env_file: env,
        labels: &["dokploy."],
        ..Dialect::default()
    };
    for mount in config.get("mounts").map(Node::items).unwrap_or_default() {
        let of = |key: &str| mount.get(key).and_then(Node::as_str);
        if let (Some(path), Some(content)) = (of("filePath"), of("content")) {
            let content = reader.text(content, path, 0);
            project.templated.push((format!("files/{path}"), content));
        }
    }
    for param in std::mem::take(&mut reader.params) {
        project.vars.ask(param);
    }
    project.vars.notes = reader.notes;
    let mut services = project.convert()?;
    let page = domains(config, &mut services);
    let links = meta.get("links").unwrap_or(&nothing);
    let about = About {
        name: paragraph(&meta, "name"),
        listing: Listing {
            description: paragraph(&meta, "description"),
            categories: categories(meta.get("tags")),
            homepage: address(links, "website").or_else(|| address(links, "github")),
            docs: address(links, "docs"),
            icon: paragraph(&meta, "logo"),
            ..Listing::default()
        },
        page,
    };
    finish(project, services, about)
}

/// `template.toml`, or the same as JSON.
fn settings(source: &Source<'_>) -> Result<Node, Refusal> {
    if let Some(file) = source.find(&["template.toml"]) {
        return toml_tree(file);
    }
    match source.find(&["template.toml.json", "template.json"]) {
        Some(file) => read(file),
        None => Ok(Node::map([])),
    }
}

fn toml_tree(file: &File<'_>) -> Result<Node, Refusal> {
    const LARGEST: usize = 1024 * 1024;
    let text = std::str::from_utf8(file.bytes)
        .ok()
        .filter(|text| text.len() <= LARGEST);
    let table = text.and_then(|text| text.parse::<toml::Table>().ok());
    let table = table.ok_or_else(|| {
        Refusal::new(
            Reason::Unreadable,
            format!("{} is no TOML", crate::problem::shown(file.path)),
        )
    })?;
    Ok(of_table(&table))
}

fn of_table(table: &toml::Table) -> Node {
    Node::map(
        table
            .iter()
            .map(|(key, value)| (key.clone(), of_value(value))),
    )
}

fn of_value(value: &toml::Value) -> Node {
    match value {
        toml::Value::String(text) => Node::text(text),
        toml::Value::Table(table) => of_table(table),
        toml::Value::Array(items) => Node::list(items.iter().map(of_value)),
        toml::Value::Integer(number) => Node::text(number.to_string()),
        toml::Value::Float(number) => Node::text(number.to_string()),
        toml::Value::Boolean(yes) => Node::text(yes.to_string()),
        toml::Value::Datetime(time) => Node::text(time.to_string()),
    }
}

fn variables(template: &Node) -> BTreeMap<String, String> {
    let entries = template
        .get("variables")
        .map(Node::entries)
        .unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some((entry.key.clone(), entry.value.as_str()?.to_owned())))
        .collect()
}

/// A map, or lines `KEY=value`, or maps in a list.
fn environment(env: Option<&Node>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let Some(env) = env else {
        return all;
    };
    for entry in env.entries() {
        if let Value::Scalar(scalar) = &entry.value.value {
            all.push((entry.key.clone(), scalar.text.clone()));
        }
    }
    for item in env.items() {
        match &item.value {
            Value::Scalar(scalar) => all.extend(env_lines(&scalar.text)),
            Value::Map(_) | Value::List(_) => all.extend(environment(Some(item))),
        }
    }
    all
}

/// Fills in what Dokploy would.
struct Reader {
    variables: BTreeMap<String, String>,
    known: BTreeMap<String, Template>,
    /// Variables that are being read: each may name a word of the platform like itself.
    open: Vec<String>,
    params: Vec<Param>,
    notes: Notes,
}

impl Reader {
    /// A text with `${…}` of Dokploy; `field` names what is made up on the way.
    fn text(&mut self, text: &str, field: &str, depth: usize) -> Template {
        let mut out = Template::default();
        let mut left = text;
        while let Some(at) = left.find("${") {
            out.push_text(&left[..at]);
            let rest = &left[at + 2..];
            let Some(end) = rest.find('}') else {
                out.push_text(&left[at..]);
                return out;
            };
            match self.expression(&rest[..end], field, depth) {
                Some(value) => out.push(&value),
                // Not one of Dokploy's: for the program that reads it.
                None => out.push_text(&left[at..at + end + 3]),
            }
            left = &rest[end + 1..];
        }
        out.push_text(left);
        out
    }

    fn expression(&mut self, inner: &str, field: &str, depth: usize) -> Option<Template> {
        if let Some(known) = self.known.get(inner) {
            return Some(known.clone());
        }
        let own = self.variables.get(inner).cloned();
        if let Some(text) = own.filter(|_| !self.open.iter().any(|open| open == inner)) {
            if depth > DEPTH {
                self.notes.lost(field, "is made of too many others");
                return Some(Template::default());
            }
            self.open.push(inner.to_owned());
            let value = self.text(&text, inner, depth + 1);
            self.open.pop();
            self.known.insert(inner.to_owned(), value.clone());
            return Some(value);
        }
        let (word, argument) = inner.split_once(':').unwrap_or((inner, ""));
        let length = argument.parse::<u32>().ok();
        let made = |length: u32, encoding| {
            Some(Generate {
                length: length.clamp(1, limits::GENERATE),
                encoding,
            })
        };
        let generate = match word {
            "password" => made(length.unwrap_or(16), Encoding::Alphanumeric),
            "hash" => made(length.unwrap_or(8).div_ceil(2), Encoding::Hex),
            "base64" => made(length.unwrap_or(32), Encoding::Base64),
            "uuid" => made(16, Encoding::Uuid),
            "jwt" if argument.is_empty() || length.is_some() => {
                made(length.unwrap_or(256).div_ceil(2), Encoding::Hex)
            }
            _ => None,
        };
        if let Some(generate) = generate {
            return Some(self.make_up(field, generated(field, generate)));
        }
        match word {
            "domain" => Some(Template::reference("HM_HOST")),
            "email" => {
                let param = plain_param("EMAIL", Some(Template::literal("admin@example.com")));
                Some(self.ask(param))
            }
            "username" => {
                let param = plain_param("USERNAME", Some(Template::literal("admin")));
                Some(self.ask(param))
            }
            "randomPort" => {
                self.notes
                    .changed(field, "a port is not made up; the person may change it");
                let param = plain_param(field, Some(Template::literal("30080")));
                Some(self.ask(param))
            }
            "jwt" => {
                self.notes
                    .lost(field, "signed tokens are not made up here; it is asked for");
                let param = plain_param(field, None);
                Some(self.ask(param))
            }
            "timestamp" | "timestampms" | "timestamps" => {
                self.notes
                    .lost(field, "the time of the installation is not filled in");
                Some(Template::literal("0"))
            }
            _ => None,
        }
    }

    /// A param for something made up; a key that is taken gets a number.
    fn make_up(&mut self, field: &str, param: Param) -> Template {
        let base = names::key(&field.to_ascii_uppercase());
        let mut key = base.clone();
        let mut number = 2;
        while self.params.iter().any(|other| other.key == key) {
            key = format!("{base}_{number}");
            number += 1;
        }
        self.ask(Param {
            label: names::human(&key),
            key,
            ..param
        })
    }

    fn ask(&mut self, param: Param) -> Template {
        let key = param.key.clone();
        if !self.params.iter().any(|other| other.key == key) {
            self.params.push(param);
        }
        Template::reference(key)
    }

    /// Binds a variable of the environment: to a param if the person may choose it.
    fn bind(&mut self, project: &mut Project<'_>, name: &str, value: Template) {
        if only_reference(&value).is_none()
            && let Some(text) = value.as_literal()
            && !self
                .params
                .iter()
                .any(|param| param.key == names::key(name))
        {
            let default = Some(text)
                .filter(|text| !text.is_empty())
                .map(Template::literal);
            let param = Param {
                kind: ParamKind::String,
                ..plain_param(name, default)
            };
            let reference = self.ask(param);
            project.vars.bind(name, reference);
            return;
        }
        project.vars.bind(name, value);
    }
}

/// Publishes what has a domain; the first is the page.
fn domains(config: &Node, services: &mut [Service]) -> Option<Page> {
    let mut page = None;
    for domain in config.get("domains").map(Node::items).unwrap_or_default() {
        let of = |key: &str| domain.get(key).and_then(Node::as_str);
        let (Some(name), Some(port)) = (of("serviceName"), of("port")) else {
            continue;
        };
        let Ok(port) = port.trim().parse::<u16>() else {
            continue;
        };
        let name = names::service(name);
        if page.is_none() {
            page = Some(Page {
                service: Some(name),
                port,
                host: None,
                path: "/".to_owned(),
                https: false,
            });
            continue;
        }
        let found = services.iter_mut().find(|service| service.name == name);
        let Some(service) = found.filter(|service| {
            !matches!(
                service.network.mode,
                Some(NetworkMode::Host | NetworkMode::None | NetworkMode::Service(_))
            )
        }) else {
            continue;
        };
        let range = PortRange {
            first: port,
            last: port,
        };
        let published = |other: &Port| !other.udp && other.container.overlaps(range);
        if port != 0 && !service.ports.iter().any(published) {
            service.ports.push(Port {
                container: range,
                host_default: None,
                udp: false,
                host_ip: None,
                hint: Hint {
                    label: of("host").map(|_| "Web".to_owned()),
                    ..Hint::default()
                },
            });
        }
    }
    page
}
