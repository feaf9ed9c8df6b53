//! CasaOS: Compose with `x-casaos` at the top and in each service.

use super::compose::{Dialect, Project, read};
use super::finish::{About, Page, finish};
use super::report::{Converted, Reason, Refusal};
use super::tree::{address, architectures, categories, localised};
use super::vars::{only_reference, plain_param};
use super::{Source, missing, names};
use crate::manifest::{Hint, Listing, Param, Service, Template};
use crate::yaml::Node;

/// Keys by which an app of the catalogue asks for commands on the server.
const SCRIPTS: [&str; 4] = [
    "pre-install-cmd",
    "post-install-cmd",
    "pre-uninstall-cmd",
    "post-uninstall-cmd",
];

pub(super) fn import(source: &Source<'_>) -> Result<Converted, Refusal> {
    let file = source
        .compose_file()
        .ok_or_else(|| missing("Compose file"))?;
    let root = read(file)?;
    let nothing = Node::map([]);
    let casa = root.get("x-casaos").unwrap_or(&nothing);
    let scripts = SCRIPTS
        .iter()
        .find(|key| casa.get(key).and_then(Node::as_str).is_some());
    if let Some(key) = scripts {
        return Err(Refusal::new(
            Reason::HostScripts,
            format!("{key} runs commands on the server"),
        ));
    }
    let name = root
        .get("name")
        .and_then(Node::as_str)
        .unwrap_or(source.name);
    let slug = names::slug(name);
    let mut project = Project::new(&root, source.files, &slug);
    project.dialect = Dialect {
        paths: [
            ("/DATA/AppData", "/srv/appdata"),
            ("/DATA/Media", "/srv/media"),
            ("/DATA", "/srv"),
        ]
        .map(|(from, to)| (from.to_owned(), to.to_owned()))
        .to_vec(),
        labels: &[],
        env_file: Vec::new(),
    };
    for (name, platform) in [("TZ", "HM_TZ"), ("PUID", "HM_UID"), ("PGID", "HM_GID")] {
        project.vars.bind(name, Template::reference(platform));
    }
    for name in ["AppID", "APP_ID"] {
        project.vars.bind(name, Template::literal(slug.clone()));
    }
    for name in ["default_username", "DefaultUserName"] {
        let param = plain_param("ADMIN_USER", Some(Template::literal("admin")));
        project.vars.bind_param(name, param);
    }
    for name in ["default_pwd", "DefaultPassword"] {
        project
            .vars
            .bind_param(name, plain_param("ADMIN_PASSWORD", None));
    }
    project
        .vars
        .bind("public_dns", Template::literal("1.1.1.1"));
    let mut services = project.convert()?;
    for entry in root.get("services").map(Node::entries).unwrap_or_default() {
        let Some(casa) = entry.value.get("x-casaos") else {
            continue;
        };
        let own = names::service(&entry.key);
        let other = entry.value.get("container_name").and_then(Node::as_str);
        let found = services
            .iter_mut()
            .find(|service| service.name == own || Some(service.name.as_str()) == other);
        if let Some(service) = found {
            hints(casa, service, &mut project);
        }
    }
    finish(project, services, about(casa))
}

fn about(casa: &Node) -> About {
    let text = |key: &str| casa.get(key).and_then(localised);
    let one_line = |key: &str| casa.get(key).and_then(Node::as_str);
    let mut found = categories(casa.get("categories"));
    found.extend(one_line("category").map(names::slug));
    let tips = casa.get("tips");
    let note = ["before_install", "custom"]
        .iter()
        .find_map(|key| tips.and_then(|tips| tips.get(key)).and_then(localised));
    let port = one_line("port_map").and_then(|port| port.trim().parse().ok());
    About {
        name: text("title"),
        listing: Listing {
            description: text("tagline").or_else(|| text("description")),
            icon: one_line("icon").map(str::to_owned),
            categories: found,
            homepage: address(casa, "website"),
            architectures: architectures(casa.get("architectures")),
            notes: note.into_iter().collect(),
            ..Listing::default()
        },
        page: port.map(|port| Page {
            service: None,
            port,
            host: Some(port),
            path: one_line("index").unwrap_or("/").to_owned(),
            https: one_line("scheme") == Some("https"),
        }),
    }
}

/// What a service's `x-casaos` says about its variables, ports and paths.
fn hints(casa: &Node, service: &mut Service, project: &mut Project<'_>) {
    let items = |key: &str| casa.get(key).map(Node::items).unwrap_or_default();
    let told = |item: &Node| {
        let container = item.get("container").and_then(Node::as_str)?.to_owned();
        let text = item.get("description").and_then(localised)?;
        Some((container, names::line(&text)))
    };
    let hint = |text: String| Hint {
        label: Some(text),
        ..Hint::default()
    };
    for (container, text) in items("volumes").iter().filter_map(told) {
        let found = service
            .volumes
            .iter_mut()
            .find(|volume| volume.container == container);
        if let Some(volume) = found {
            volume.hint = hint(text);
        }
    }
    for (container, text) in items("ports").iter().filter_map(told) {
        let number = container.parse().ok();
        let found = service
            .ports
            .iter_mut()
            .find(|port| Some(port.container.first) == number);
        if let Some(port) = found {
            port.hint = hint(text);
        }
    }
    for (name, text) in items("envs").iter().filter_map(told) {
        let Some((_, value)) = service
            .environment
            .iter_mut()
            .find(|(other, _)| *other == name)
        else {
            continue;
        };
        if let Some(key) = only_reference(value).map(str::to_owned) {
            if let Some(param) = project
                .vars
                .params
                .iter_mut()
                .find(|param| param.key == key)
            {
                param.label = text;
            }
            continue;
        }
        let key = names::key(&name);
        let known = project.vars.params.iter().any(|param| param.key == key);
        if let (Some(default), false) =
            (value.as_literal().map(str::to_owned), known || key != name)
        {
            project.vars.ask(Param {
                label: text,
                ..plain_param(
                    &key,
                    Some(Template::literal(default)).filter(|t| !t.parts().is_empty()),
                )
            });
            *value = Template::reference(key);
        }
    }
}
