//! The top level of a manifest: names, what the store shows, and the services.

use super::container::{self, Place};
use super::decode::{At, Fields};
use super::entries::service_name;
use super::fault::{FaultKind, Faults};
use super::limits;
use super::model::{Architecture, Listing, Manifest, SchemaVersion, Service, WebUi};
use super::params::{self, take_text};
use super::value::{is_picture_file, is_service_name, is_slug, is_web_address, web_address};
use crate::problem::shown;
use crate::yaml::{Node, Value};

pub(super) const ARCHITECTURES: [(&str, Architecture); 7] = [
    ("amd64", Architecture::Amd64),
    ("arm64", Architecture::Arm64),
    ("arm", Architecture::Arm),
    ("386", Architecture::I386),
    ("riscv64", Architecture::Riscv64),
    ("ppc64le", Architecture::Ppc64le),
    ("s390x", Architecture::S390x),
];

impl Architecture {
    /// The word for it, as in the OCI image specification.
    pub fn as_str(self) -> &'static str {
        let found = ARCHITECTURES.iter().find(|(_, one)| *one == self);
        found.map(|(word, _)| *word).expect("the table has all")
    }
}

pub(super) const SCHEMAS: [(&str, SchemaVersion); 2] =
    [("v1", SchemaVersion::V1), ("v2", SchemaVersion::V2)];

/// Reads the whole tree. What could not be read is missing from the answer and
/// among the faults; without a known `schema` there is no answer.
pub(super) fn manifest(root: &Node, faults: &mut Faults) -> Option<Manifest> {
    let at = At {
        node: root,
        path: String::new(),
    };
    let mut fields = Fields::open(&at, faults)?;
    // Without it nobody knows which keys may follow.
    let schema = fields.require("schema", faults)?.choice(faults, &SCHEMAS)?;
    let name = fields
        .require("name", faults)
        .and_then(|at| at.filled(faults, limits::LINE));
    let slug = fields
        .require("slug", faults)
        .and_then(|at| slug(&at, faults));
    let listing = listing(&mut fields, faults);
    let params = fields
        .take("params")
        .map(|at| params::params(&at, faults))
        .unwrap_or_default();
    let presets = fields
        .take("presets")
        .map(|at| params::presets(&at, &params, faults))
        .unwrap_or_default();
    let webui_at = fields.take("webui");
    let own_name = slug.clone().unwrap_or_default();
    let services = match schema {
        SchemaVersion::V1 => {
            let service = container::service(&mut fields, &own_name, Place::Alone, faults);
            service.into_iter().collect()
        }
        SchemaVersion::V2 => {
            let at = fields.require("services", faults);
            at.map(|at| services(&at, faults)).unwrap_or_default()
        }
    };
    let webui = webui_at.and_then(|at| webui(&at, schema, &own_name, &services, faults));
    fields.close(faults);
    Some(Manifest {
        schema,
        name: name.unwrap_or_default(),
        slug: own_name,
        listing,
        params,
        presets,
        webui,
        services,
    })
}

fn slug(at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let text = at.filled(faults, limits::TEXT)?;
    if is_slug(&text) {
        return Some(text);
    }
    at.schema(
        faults,
        format!(
            "“{}” is no slug: lower-case letters, digits and dashes, at most {}",
            shown(&text),
            limits::SLUG
        ),
    );
    None
}

fn listing(fields: &mut Fields<'_>, faults: &mut Faults) -> Listing {
    let list = |fields: &mut Fields<'_>, key, longest, faults: &mut Faults| {
        let at = fields.take(key);
        at.map(|at| at.texts(faults, longest)).unwrap_or_default()
    };
    Listing {
        description: take_text(fields, "description", faults),
        icon: fields.take("icon").and_then(|at| icon(&at, faults)),
        categories: list(fields, "categories", limits::LINE, faults),
        homepage: fields
            .take("homepage")
            .and_then(|at| web_address(&at, faults)),
        docs: fields.take("docs").and_then(|at| web_address(&at, faults)),
        license: fields
            .take("license")
            .and_then(|at| at.filled(faults, limits::LINE)),
        architectures: fields
            .take("architectures")
            .map(|at| {
                let items = at.list(faults);
                let words = items.iter();
                words
                    .filter_map(|item| item.choice(faults, &ARCHITECTURES))
                    .collect()
            })
            .unwrap_or_default(),
        notes: list(fields, "notes", limits::TEXT, faults),
        upgrade_from: fields
            .take("upgradeFrom")
            .and_then(|at| at.filled(faults, limits::LINE)),
    }
}

fn icon(at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let text = at.filled(faults, limits::TEXT)?;
    if is_web_address(&text) || is_picture_file(&text) {
        return Some(text);
    }
    at.schema(
        faults,
        "must be an address that begins with https://, or a picture beside the manifest such as icons/app.svg",
    );
    None
}

fn services(at: &At<'_>, faults: &mut Faults) -> Vec<Service> {
    let Value::Map(entries) = &at.node.value else {
        at.schema(faults, "must be a map of names to containers");
        return Vec::new();
    };
    if entries.is_empty() || entries.len() > limits::SERVICES {
        at.schema(
            faults,
            format!("must have between 1 and {} services", limits::SERVICES),
        );
    }
    let mut all = Vec::new();
    for (name, mark, place) in at.pairs(faults).into_iter().take(limits::SERVICES) {
        if !is_service_name(name) {
            faults.add(
                mark,
                &place.path,
                FaultKind::Schema,
                format!(
                    "“{}” is no name of a service: letters, digits, `-`, `_` and `.`, at most {}",
                    shown(name),
                    limits::SERVICE_NAME
                ),
            );
        }
        let Some(mut fields) = Fields::open(&place, faults) else {
            continue;
        };
        let service = container::service(&mut fields, name, Place::AmongOthers, faults);
        fields.close(faults);
        all.extend(service);
    }
    all
}

fn webui(
    at: &At<'_>,
    schema: SchemaVersion,
    own_name: &str,
    services: &[Service],
    faults: &mut Faults,
) -> Option<WebUi> {
    let mut fields = Fields::open(at, faults)?;
    let service_at = fields.take("service");
    let service = service_at.as_ref().and_then(|at| service_name(at, faults));
    let port = fields
        .require("port", faults)
        .and_then(|at| at.integer(faults, 1, 65_535))
        .and_then(|port| u16::try_from(port).ok());
    let path = fields.take("path").map_or(Some("/".to_owned()), |at| {
        let text = at.filled(faults, limits::TEXT)?;
        if text.starts_with('/') && !text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Some(text);
        }
        at.schema(faults, "must begin with `/` and have no blanks in it");
        None
    });
    let https = fields.take("scheme").map_or(Some(false), |at| {
        at.choice(faults, &[("http", false), ("https", true)])
    });
    fields.close(faults);
    let service = match (service, schema, services) {
        (Some(service), _, _) => service,
        (None, SchemaVersion::V1, _) => own_name.to_owned(),
        (None, SchemaVersion::V2, [only]) => only.name.clone(),
        (None, SchemaVersion::V2, _) => {
            if service_at.is_none() {
                at.rule(
                    faults,
                    "`service` is missing: say which of the services has the page",
                );
            }
            return None;
        }
    };
    Some(WebUi {
        service,
        port: port?,
        path: path?,
        https: https?,
    })
}
