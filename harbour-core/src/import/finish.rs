//! From services and what is known about an app to a manifest that validates.

use super::compose::Project;
use super::names;
use super::report::{Converted, Notes, Reason, Refusal};
use super::vars::only_reference;
use crate::manifest::{
    self, Hint, Listing, Manifest, NetworkMode, Param, ParamKind, Port, PortRange, SchemaVersion,
    Service, Template, WebUi,
};

/// What a template says about its app beside the containers.
#[derive(Debug, Default)]
pub(super) struct About {
    pub(super) name: Option<String>,
    pub(super) listing: Listing,
    pub(super) page: Option<Page>,
}

/// Where its page is.
#[derive(Debug)]
pub(super) struct Page {
    /// Service; absent is the one that publishes the port, or the first.
    pub(super) service: Option<String>,
    /// Port in the container, or on the server if no container has it.
    pub(super) port: u16,
    /// Port on the server, if the page has one of its own.
    pub(super) host: Option<u16>,
    pub(super) path: String,
    pub(super) https: bool,
}

/// Puts everything together, writes it and reads it back.
pub(super) fn finish(
    project: Project<'_>,
    mut services: Vec<Service>,
    about: About,
) -> Result<Converted, Refusal> {
    let Project {
        mut vars,
        slug,
        platform,
        ..
    } = project;
    let mut notes = std::mem::take(&mut vars.notes);
    let mut params = std::mem::take(&mut vars.params);
    let webui = about
        .page
        .and_then(|page| webui(page, &mut services, &mut notes));
    let mut listing = about.listing;
    if let Some(platform) = platform {
        listing.architectures = vec![platform];
    }
    if listing.icon.take().is_some() {
        notes.changed("icon", "pictures travel with the index, not by address");
    }
    let name = about.name.map(|name| names::line(&name));
    let used: Vec<String> = services
        .iter()
        .flat_map(|service| {
            let profiles = service.profiles.iter().cloned();
            profiles.chain(references(service))
        })
        .collect();
    params.retain(|param| used.contains(&param.key));
    for param in &mut params {
        suit(param, &mut notes);
    }
    let schema = schema(&services, &params);
    if schema == SchemaVersion::V1 {
        for service in &mut services {
            service.name.clone_from(&slug);
            service
                .environment
                .retain(|(name, value)| only_reference(value) != Some(name));
        }
    }
    let webui = webui.map(|webui| WebUi {
        service: match schema {
            SchemaVersion::V1 => slug.clone(),
            SchemaVersion::V2 => webui.service,
        },
        ..webui
    });
    let manifest = Manifest {
        schema,
        name: name.unwrap_or_else(|| names::human(&slug)),
        slug,
        listing,
        params,
        presets: Vec::new(),
        webui,
        services,
    };
    let yaml = manifest::to_yaml(&manifest);
    match manifest::parse(yaml.as_bytes()) {
        Ok(manifest) => Ok(Converted {
            manifest,
            yaml,
            report: notes.0,
        }),
        Err(faults) => {
            let texts: Vec<String> = faults
                .iter()
                .take(3)
                .map(|fault| format!("{}: {}", fault.path, fault.message))
                .collect();
            Err(Refusal::new(Reason::Invalid, texts.join("; ")))
        }
    }
}

fn references(service: &Service) -> impl Iterator<Item = String> {
    let all: Vec<String> = manifest::templates(service)
        .into_iter()
        .flat_map(|(_, template)| template.references().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    all.into_iter()
}

/// v1 if there is one container and each param is the variable of its name.
fn schema(services: &[Service], params: &[Param]) -> SchemaVersion {
    let [only] = services else {
        return SchemaVersion::V2;
    };
    let is_variable = |param: &Param| {
        only.environment
            .iter()
            .any(|(name, value)| *name == param.key && only_reference(value) == Some(name))
    };
    let with_others = !only.profiles.is_empty()
        || matches!(only.network.mode, Some(NetworkMode::Service(_)))
        || [&only.rights.pid, &only.rights.ipc].iter().any(|text| {
            text.as_deref()
                .is_some_and(|text| text.starts_with("service:"))
        });
    if params.iter().all(is_variable) && !with_others {
        SchemaVersion::V1
    } else {
        SchemaVersion::V2
    }
}

/// Drops what a param says about its values when its own default breaks it.
fn suit(param: &mut Param, notes: &mut Notes) {
    param.label = names::line(&param.label);
    param.description = param
        .description
        .take()
        .and_then(|text| names::paragraph(&text));
    for option in &mut param.options {
        option.truncate(
            option
                .char_indices()
                .nth(manifest::limits::LINE)
                .map_or(option.len(), |(at, _)| at),
        );
    }
    if param.generate.is_some() {
        param.default = None;
    }
    let literal = param
        .default
        .as_ref()
        .and_then(Template::as_literal)
        .map(str::to_owned);
    let Some(default) = literal.filter(|default| !default.is_empty()) else {
        return;
    };
    if param.check(&default).is_err() {
        notes.changed(
            &param.key,
            "its default breaks its own rules; the rules are left out",
        );
        param.options.clear();
        param.pattern = None;
        param.min = None;
        param.max = None;
        if param.check(&default).is_err() {
            param.kind = ParamKind::String;
        }
    }
}

/// The page, on a port that is published.
fn webui(page: Page, services: &mut [Service], notes: &mut Notes) -> Option<WebUi> {
    let inside = |port: &Port, number: u16| {
        !port.udp && (port.container.first..=port.container.last).contains(&number)
    };
    let outside = |port: &Port, number: u16| {
        !port.udp
            && port
                .host_default
                .is_some_and(|host| host.first == number && host.last == number)
    };
    let named = page
        .service
        .as_ref()
        .and_then(|name| services.iter().position(|service| service.name == *name));
    // Some templates name the port of the server, some that of the container.
    let by_host = services
        .iter()
        .position(|service| service.ports.iter().any(|port| outside(port, page.port)));
    let by_container = services
        .iter()
        .position(|service| service.ports.iter().any(|port| inside(port, page.port)));
    let index = named.or(by_host).or(by_container).unwrap_or(0);
    let service = services.get_mut(index)?;
    let published = service
        .ports
        .iter()
        .find(|port| outside(port, page.port))
        .or_else(|| service.ports.iter().find(|port| inside(port, page.port)));
    let port = match published {
        Some(port) if outside(port, page.port) => port.container.first,
        Some(_) => page.port,
        None => {
            match service.network.mode {
                None => {
                    let single = |port| PortRange {
                        first: port,
                        last: port,
                    };
                    service.ports.push(Port {
                        container: single(page.port),
                        host_default: page.host.map(single),
                        udp: false,
                        host_ip: None,
                        hint: Hint {
                            label: Some("Web".to_owned()),
                            ..Hint::default()
                        },
                    });
                }
                Some(NetworkMode::Host) => {}
                Some(NetworkMode::None | NetworkMode::Service(_)) => {
                    notes.changed("webui", "its port belongs to another network");
                    return None;
                }
            }
            page.port
        }
    };
    let path = if page.path.starts_with('/') {
        page.path
    } else {
        format!("/{}", page.path)
    };
    let valid = !path.contains(|c: char| c.is_whitespace() || c.is_control());
    Some(WebUi {
        service: service.name.clone(),
        port,
        path: if valid { path } else { "/".to_owned() },
        https: page.https,
    })
}
