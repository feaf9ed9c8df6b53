//! Runtipi: `config.json`, and services in its own words in `docker-compose.json`.

use super::compose::{Dialect, Project, read};
use super::finish::{About, Page, finish};
use super::report::{Converted, Refusal};
use super::tree::{address, architectures, categories, paragraph, put, renamed, snake};
use super::vars::{generated, plain_param};
use super::{Source, missing, names};
use crate::manifest::{Encoding, Generate, Listing, Param, ParamKind, Template};
use crate::yaml::{Node, Value};

pub(super) fn import(source: &Source<'_>) -> Result<Converted, Refusal> {
    let config = match source.find(&["config.json"]) {
        Some(file) => read(file)?,
        None => return Err(missing("config.json")),
    };
    let dynamic = source.find(&["docker-compose.json"]);
    let port = number(&config, "port");
    let (root, main) = match dynamic {
        Some(file) => compose(&read(file)?, port),
        None => {
            let file = source
                .compose_file()
                .ok_or_else(|| missing("docker-compose.json"))?;
            (read(file)?, None)
        }
    };
    let id = config
        .get("id")
        .and_then(Node::as_str)
        .unwrap_or(source.name);
    let slug = names::slug(id);
    let mut project = Project::new(&root, source.files, &slug);
    let data = format!("/srv/appdata/{slug}");
    project.dialect = Dialect {
        paths: vec![(data.clone(), data.clone())],
        labels: &["runtipi."],
        env_file: Vec::new(),
    };
    platform(&mut project, &data, id, port);
    let mut notes = std::mem::take(&mut project.vars.notes);
    for field in config
        .get("form_fields")
        .map(Node::items)
        .unwrap_or_default()
    {
        if let Some((name, param)) = form_field(field) {
            project.vars.bind_param(&name, param);
        }
    }
    if config.get("generate_vapid_keys").and_then(Node::as_str) == Some("true") {
        for name in ["VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY"] {
            project.vars.bind_param(name, plain_param(name, None));
        }
        notes.lost(
            "generate_vapid_keys",
            "a pair of keys is not made up here; both are asked for",
        );
    }
    project.vars.notes = notes;
    let services = project.convert()?;
    if config.get("uid").is_some()
        && !services
            .iter()
            .any(|service| service.process.user.is_some())
    {
        project.vars.notes.lost(
            "uid",
            "folders are made for the user of the container, and none is named",
        );
    }
    let page = main.map(|(service, inside)| Page {
        service: Some(service),
        port: inside,
        host: port,
        path: paragraph(&config, "url_suffix").unwrap_or_else(|| "/".to_owned()),
        https: config.get("https").and_then(Node::as_str) == Some("true"),
    });
    let no_gui = config.get("no_gui").and_then(Node::as_str) == Some("true");
    let about = About {
        name: paragraph(&config, "name"),
        listing: Listing {
            description: paragraph(&config, "short_desc"),
            categories: categories(config.get("categories")),
            homepage: address(&config, "website").or_else(|| address(&config, "source")),
            architectures: architectures(config.get("supported_architectures")),
            ..Listing::default()
        },
        page: page.filter(|_| !no_gui),
    };
    finish(project, services, about)
}

fn number(node: &Node, key: &str) -> Option<u16> {
    node.get(key).and_then(Node::as_str)?.parse().ok()
}

/// What the platform fills in.
fn platform(project: &mut Project<'_>, data: &str, id: &str, port: Option<u16>) {
    let vars = &mut project.vars;
    let host = Template::reference("HM_HOST");
    let mut domain = host.clone();
    if let Some(port) = port {
        domain.push_text(&format!(":{port}"));
        vars.bind("APP_PORT", Template::literal(port.to_string()));
    }
    vars.bind("TZ", Template::reference("HM_TZ"));
    vars.bind("APP_DATA_DIR", Template::literal(data));
    vars.bind("ROOT_FOLDER_HOST", Template::literal("/srv"));
    vars.bind("APP_ID", Template::literal(id));
    vars.bind("APP_DOMAIN", domain);
    vars.bind("APP_HOST", host.clone());
    vars.bind("LOCAL_DOMAIN", host.clone());
    vars.bind("INTERNAL_IP", host);
    vars.bind("APP_PROTOCOL", Template::literal("http"));
    vars.bind("APP_EXPOSED", Template::literal("false"));
}

/// Services of Runtipi as Compose, with the main one and its port.
fn compose(file: &Node, port: Option<u16>) -> (Node, Option<(String, u16)>) {
    let mut main = None;
    let mut services = Vec::new();
    let listed = file.get("services").map(Node::items).unwrap_or_default();
    for (index, item) in listed.iter().enumerate() {
        let fallback = format!("service-{}", index + 1);
        let name = item
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or(&fallback)
            .to_owned();
        let is_main =
            item.get("isMain").and_then(Node::as_str) == Some("true") || listed.len() == 1;
        let inside = number(item, "internalPort");
        let published = inside.filter(|_| is_main);
        services.push((name.clone(), service(item, published.zip(port))));
        if let Some(inside) = published {
            main = Some((names::service(&name), inside));
        }
    }
    (
        Node::map([("services".to_owned(), Node::map(services))]),
        main,
    )
}

fn service(item: &Node, page: Option<(u16, u16)>) -> Node {
    let mut out: Vec<(String, Node)> = vec![("restart".to_owned(), Node::text("unless-stopped"))];
    let mut ports: Vec<Node> = page
        .map(|(inside, outside)| Node::text(format!("{outside}:{inside}")))
        .into_iter()
        .collect();
    for entry in item.entries() {
        let value = &entry.value;
        match entry.key.as_str() {
            "name" | "isMain" | "internalPort" | "extraLabels" | "addToMainNetwork" => {}
            "environment" => put(&mut out, "environment", environment(value)),
            "volumes" => {
                let mounts = value.items().iter().map(|mount| {
                    renamed(mount, |key| {
                        Some(match key {
                            "hostPath" => "source".to_owned(),
                            "containerPath" => "target".to_owned(),
                            "private" | "shared" => "selinux".to_owned(),
                            key => snake(key),
                        })
                    })
                });
                put(&mut out, "volumes", Node::list(mounts));
            }
            "addPorts" => ports.extend(value.items().iter().flat_map(added_port)),
            "healthCheck" => put(
                &mut out,
                "healthcheck",
                renamed(value, |key| Some(snake(key))),
            ),
            key => put(&mut out, &snake(key), value.clone()),
        }
    }
    if !ports.is_empty() {
        put(&mut out, "ports", Node::list(ports));
    }
    Node::map(out)
}

/// `[{key, value}]`, or a map.
fn environment(value: &Node) -> Node {
    let Value::List(items) = &value.value else {
        return value.clone();
    };
    let pairs = items.iter().filter_map(|item| {
        let key = item.get("key").and_then(Node::as_str)?.to_owned();
        Some((
            key,
            item.get("value").cloned().unwrap_or_else(|| Node::text("")),
        ))
    });
    Node::map(pairs)
}

fn added_port(item: &Node) -> Vec<Node> {
    let of = |key: &str| item.get(key).and_then(Node::as_str);
    let (Some(host), Some(container)) = (of("hostPort"), of("containerPort")) else {
        return Vec::new();
    };
    let ip = of("interface")
        .map(|ip| format!("{ip}:"))
        .unwrap_or_default();
    let udp = of("udp") == Some("true");
    let tcp = of("tcp") == Some("true") || !udp;
    let one = |protocol: &str| Node::text(format!("{ip}{host}:{container}/{protocol}"));
    let mut all = Vec::new();
    if tcp {
        all.push(one("tcp"));
    }
    if udp {
        all.push(one("udp"));
    }
    all
}

fn form_field(field: &Node) -> Option<(String, Param)> {
    let of = |key: &str| field.get(key).and_then(Node::as_str);
    let name = of("env_variable")?.to_owned();
    let kind = of("type").unwrap_or("text");
    let min: Option<f64> = of("min").and_then(|text| text.parse().ok());
    let max: Option<f64> = of("max").and_then(|text| text.parse().ok());
    let base = if kind == "random" {
        let length = of("min")
            .and_then(|text| text.parse::<u32>().ok())
            .unwrap_or(32);
        let (encoding, length) = match of("encoding") {
            Some("base64") => (Encoding::Base64, length),
            // Two characters for each byte.
            _ => (Encoding::Hex, length.div_ceil(2)),
        };
        generated(
            &name,
            Generate {
                length: length.clamp(1, crate::manifest::limits::GENERATE),
                encoding,
            },
        )
    } else {
        plain_param(&name, None)
    };
    let random = base.generate.is_some();
    let options: Vec<String> = field
        .get("options")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|option| {
            option
                .get("value")
                .and_then(Node::as_str)
                .map(str::to_owned)
        })
        .collect();
    let param = Param {
        label: of("label").map_or(base.label.clone(), names::line),
        kind: match kind {
            "password" | "random" => ParamKind::Secret,
            "number" => ParamKind::Number,
            "boolean" => ParamKind::Boolean,
            _ => ParamKind::String,
        },
        description: of("hint").and_then(names::paragraph),
        default: of("default").filter(|_| !random).map(Template::literal),
        required: of("required") == Some("true") && !random,
        options,
        min: min.filter(|_| !random),
        max: max.filter(|_| !random),
        ..base
    };
    Some((name, param))
}
