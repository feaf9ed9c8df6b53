//! Portainer: a list of templates as JSON, or a stack, which is plain Compose.

use super::compose::{Project, read};
use super::finish::{About, Page, finish};
use super::report::{Converted, Import, Reason, Refusal};
use super::tree::{categories, paragraph, put};
use super::vars::plain_param;
use super::{Source, names, plain};
use crate::manifest::{Listing, Param, Template};
use crate::yaml::{Node, Value};

pub(super) fn import(source: &Source<'_>) -> Vec<Import> {
    let one = |name: &str, outcome| {
        vec![Import {
            name: name.to_owned(),
            outcome,
        }]
    };
    let lists = source
        .files
        .iter()
        .find(|file| file.path.ends_with(".json"));
    let Some(file) = lists else {
        return one(source.name, plain::import(source));
    };
    let root = match read(file) {
        Ok(root) => root,
        Err(refusal) => return one(source.name, Err(refusal)),
    };
    let templates = match &root.value {
        Value::List(items) => items.as_slice(),
        Value::Map(_) | Value::Scalar(_) => {
            root.get("templates").map(Node::items).unwrap_or_default()
        }
    };
    if templates.is_empty() && root.get("image").is_some() {
        return one(source.name, template(&root, source));
    }
    if templates.is_empty() {
        let refusal = Refusal::new(Reason::Unreadable, "there are no templates in it");
        return one(source.name, Err(refusal));
    }
    templates
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let fallback = format!("{}-{}", source.name, index + 1);
            let title = item
                .get("title")
                .or_else(|| item.get("name"))
                .and_then(Node::as_str);
            Import {
                name: title.unwrap_or(&fallback).to_owned(),
                outcome: template(item, source),
            }
        })
        .collect()
}

fn template(item: &Node, source: &Source<'_>) -> Result<Converted, Refusal> {
    let of = |key: &str| item.get(key).and_then(Node::as_str);
    let title = of("title").or_else(|| of("name")).unwrap_or(source.name);
    let slug = names::slug(title);
    if matches!(of("type"), Some("2" | "3")) || item.get("repository").is_some() {
        return stack(item, source, &slug);
    }
    let root = Node::map([(
        "services".to_owned(),
        Node::map([(slug.clone(), service(item))]),
    )]);
    let mut project = Project::new(&root, &[], &slug);
    project.vars.dollar_is_plain = true;
    let mut services = project.convert()?;
    if let Some(service) = services.first_mut() {
        for variable in item.get("env").map(Node::items).unwrap_or_default() {
            let Some(name) = variable.get("name").and_then(Node::as_str) else {
                continue;
            };
            let preset = variable.get("preset").and_then(Node::as_str) == Some("true");
            let value = if preset {
                Template::literal(default(variable).unwrap_or_default())
            } else {
                let param = param(name, variable);
                let reference = Template::reference(param.key.clone());
                project.vars.ask(param);
                reference
            };
            service.environment.push((name.to_owned(), value));
        }
    }
    let first = services
        .first()
        .and_then(|service| service.ports.iter().find(|port| !port.udp));
    let page = first.map(|port| Page {
        service: None,
        port: port.container.first,
        host: None,
        path: "/".to_owned(),
        https: port.container.first == 443,
    });
    finish(project, services, about(item, title, page))
}

/// A stack lies in a repository; it is read only when its file was handed in.
fn stack(item: &Node, source: &Source<'_>, slug: &str) -> Result<Converted, Refusal> {
    let file = item
        .get("repository")
        .and_then(|repository| repository.get("stackfile"))
        .and_then(Node::as_str)
        .unwrap_or("docker-compose.yml");
    let Some(found) = source.find(&[file]) else {
        return Err(Refusal::new(
            Reason::Elsewhere,
            format!(
                "its stack is the file {} of another repository",
                crate::problem::shown(file)
            ),
        ));
    };
    let root = read(found)?;
    let mut project = Project::new(&root, source.files, slug);
    for variable in item.get("env").map(Node::items).unwrap_or_default() {
        if let Some(name) = variable.get("name").and_then(Node::as_str) {
            project.vars.bind_param(name, param(name, variable));
        }
    }
    let services = project.convert()?;
    let title = item
        .get("title")
        .and_then(Node::as_str)
        .unwrap_or(source.name);
    finish(project, services, about(item, title, None))
}

fn about(item: &Node, title: &str, page: Option<Page>) -> About {
    About {
        name: Some(title.to_owned()),
        listing: Listing {
            description: paragraph(item, "description"),
            icon: paragraph(item, "logo"),
            categories: categories(item.get("categories")),
            notes: paragraph(item, "note").into_iter().collect(),
            ..Listing::default()
        },
        page,
    }
}

fn service(item: &Node) -> Node {
    let mut out = Vec::new();
    for entry in item.entries() {
        let value = &entry.value;
        match entry.key.as_str() {
            "image" | "command" | "privileged" | "hostname" | "ports" => {
                put(&mut out, &entry.key, value.clone());
            }
            "restart_policy" => put(&mut out, "restart", value.clone()),
            "network" => put(&mut out, "network_mode", value.clone()),
            "labels" => {
                let pairs = value.items().iter().filter_map(|label| {
                    let name = label.get("name").and_then(Node::as_str)?;
                    let text = label
                        .get("value")
                        .and_then(Node::as_str)
                        .unwrap_or_default();
                    Some((name.to_owned(), Node::text(text)))
                });
                put(&mut out, "labels", Node::map(pairs));
            }
            "volumes" => {
                let mounts = value.items().iter().filter_map(|mount| {
                    let of = |key: &str| mount.get(key).and_then(Node::as_str);
                    let container = of("container")?;
                    let option = if of("readonly") == Some("true") {
                        ":ro"
                    } else {
                        ""
                    };
                    Some(Node::text(match of("bind") {
                        Some(bind) => format!("{bind}:{container}{option}"),
                        None => container.to_owned(),
                    }))
                });
                put(&mut out, "volumes", Node::list(mounts));
            }
            // What the list shows, and what is taken elsewhere.
            "type" | "title" | "name" | "description" | "logo" | "categories" | "platform"
            | "note" | "env" | "maintainer" | "administrator_only" | "id" | "registry"
            | "interactive" => {}
            key => put(&mut out, key, value.clone()),
        }
    }
    if item.get("restart_policy").is_none() {
        // Portainer's own default.
        put(&mut out, "restart", Node::text("always"));
    }
    if item.get("interactive").and_then(Node::as_str) == Some("true") {
        put(&mut out, "stdin_open", Node::text("true"));
        put(&mut out, "tty", Node::text("true"));
    }
    Node::map(out)
}

fn default(variable: &Node) -> Option<String> {
    let of = |key: &str| variable.get(key).and_then(Node::as_str);
    let selected = variable
        .get("select")
        .map(Node::items)
        .unwrap_or_default()
        .iter();
    let chosen = selected
        .filter(|option| option.get("default").and_then(Node::as_str) == Some("true"))
        .find_map(|option| option.get("value").and_then(Node::as_str));
    of("default")
        .or_else(|| of("set"))
        .or(chosen)
        .map(str::to_owned)
}

fn param(name: &str, variable: &Node) -> Param {
    let of = |key: &str| variable.get(key).and_then(Node::as_str);
    let options = variable.get("select").map(Node::items).unwrap_or_default();
    let base = plain_param(
        name,
        default(variable)
            .filter(|text| !text.is_empty())
            .map(Template::literal),
    );
    Param {
        label: of("label").map_or(base.label.clone(), names::line),
        description: of("description").and_then(names::paragraph),
        options: options
            .iter()
            .filter_map(|option| {
                option
                    .get("value")
                    .and_then(Node::as_str)
                    .map(str::to_owned)
            })
            .collect(),
        ..base
    }
}
