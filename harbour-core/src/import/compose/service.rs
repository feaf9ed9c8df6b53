//! One service of a Compose file, key by key.

use std::collections::BTreeSet;

use super::{Named, OTHERS_LABELS, Project};
use crate::image_ref::ImageRef;
use crate::import::names;
use crate::import::report::{Reason, Refusal};
use crate::manifest::{
    Condition, Dependency, Limits, Network, Part, Process, Rights, Service, Template,
};
use crate::yaml::{Entry, Node, Value};

/// Keys that say nothing about how the app runs.
const OF_NO_EFFECT: [&str; 9] = [
    "expose",
    "pull_policy",
    "version",
    "scale",
    "attach",
    "annotations",
    "develop",
    "isolation",
    "name",
];

impl Project<'_> {
    pub(super) fn service(&mut self, key: &str, node: &Node) -> Result<Named, Refusal> {
        let field = format!("services.{key}");
        let (image, default_tag, digest) = self.image(key, node)?;
        let mut named = Named {
            service: Service {
                name: names::service(key),
                image,
                default_tag,
                digest,
                ports: Vec::new(),
                volumes: Vec::new(),
                devices: Vec::new(),
                environment: Vec::new(),
                configs: Vec::new(),
                healthcheck: None,
                process: Process::default(),
                network: Network::default(),
                limits: Limits::default(),
                rights: Rights::default(),
                labels: Vec::new(),
                logging: None,
                depends_on: Vec::new(),
                profiles: Vec::new(),
            },
            aliases: Vec::new(),
        };
        self.environment(node, &field, &mut named.service);
        for entry in node.entries() {
            if entry.value.is_null() {
                continue;
            }
            let field = format!("{field}.{}", entry.key);
            self.key(entry, &field, &mut named);
        }
        if named.service.process.restart.is_none() {
            // Compose's own default; ours is to start again.
            named.service.process.restart = Some(crate::manifest::Restart::No);
        }
        self.network_of(node, &mut named);
        Ok(named)
    }

    fn key(&mut self, entry: &Entry, field: &str, named: &mut Named) {
        let node = &entry.value;
        let service = &mut named.service;
        match entry.key.as_str() {
            // Taken elsewhere.
            "image" | "build" | "environment" | "env_file" | "network_mode" | "networks"
            | "ports" => {}
            "container_name" => {
                let name = self.literal(node, field);
                named.aliases.extend(name);
            }
            "hostname" => service.network.hostname = self.template(node, field),
            "links" => self.links(node, field, named),
            "depends_on" => self.depends_on(node, field, service),
            "profiles" => self.profiles(node, field, service),
            "labels" => self.labels(node, field, service),
            "platform" => self.platform(node, field),
            key if OF_NO_EFFECT.contains(&key) => {
                if matches!(key, "pull_policy" | "scale") {
                    self.notes().changed(field, "the platform decides this");
                }
            }
            key if key.starts_with("x-") => {}
            key => {
                if !self.process_key(key, node, field, &mut service.process)
                    && !self.network_key(key, node, field, &mut service.network)
                    && !self.resource_key(key, node, field, service)
                    && !self.storage_key(key, node, field, service)
                {
                    self.notes().lost(field, "has no place in a manifest");
                }
            }
        }
    }

    fn image(&mut self, key: &str, node: &Node) -> Result<super::service::Image, Refusal> {
        let field = format!("services.{key}.image");
        let shown = crate::problem::shown(key);
        if node.get("build").is_some() {
            return Err(Refusal::new(
                Reason::ImageBuild,
                format!("the image of `{shown}` would have to be built"),
            ));
        }
        let Some(text) = node.get("image").and_then(Node::as_str) else {
            return Err(Refusal::new(
                Reason::Unreadable,
                format!("the service `{shown}` names no image"),
            ));
        };
        let template = self.vars.template(text, &field);
        let known = self.vars.as_known(&template).ok_or_else(|| {
            Refusal::new(
                Reason::Unreadable,
                format!(
                    "which image `{shown}` has is not said: {}",
                    crate::problem::shown(text)
                ),
            )
        })?;
        if template.as_literal().is_none() {
            self.notes()
                .changed(&field, "the version is chosen by defaultTag");
        }
        let image = known.trim().trim_start_matches("https://");
        let parsed = ImageRef::parse(image).and_then(|image| {
            let bare = ImageRef::parse(&image.name())?;
            let tag = image.tag().map(str::to_owned);
            Ok((bare, tag, image.digest().cloned()))
        });
        parsed.map_err(|error| {
            Refusal::new(
                Reason::Unreadable,
                format!("the image of `{shown}` can not be read: {error}"),
            )
        })
    }

    fn environment(&mut self, node: &Node, field: &str, service: &mut Service) {
        if let Some(files) = node.get("env_file") {
            self.env_files(files, &format!("{field}.env_file"), service);
        }
        let Some(environment) = node.get("environment") else {
            return;
        };
        let field = format!("{field}.environment");
        for (name, value) in self.pairs(environment, &field) {
            let template = match value {
                Some(value) => self.vars.template(&value, &format!("{field}.{name}")),
                None => self
                    .vars
                    .template(&format!("${{{name}}}"), &format!("{field}.{name}")),
            };
            set(&mut service.environment, name, template);
        }
    }

    fn labels(&mut self, node: &Node, field: &str, service: &mut Service) {
        for (name, value) in self.pairs(node, field) {
            let own = self.dialect.labels;
            let mut prefixes = OTHERS_LABELS.iter().chain(own);
            if prefixes.any(|prefix| name.starts_with(prefix)) {
                self.notes()
                    .changed(field, "labels for other programs are left out");
                continue;
            }
            if name.starts_with("io.harbourmaster.") {
                self.notes()
                    .lost(field, "labels of the platform are left out");
                continue;
            }
            let value = self.vars.template(&value.unwrap_or_default(), field);
            set(&mut service.labels, name, value);
        }
    }

    fn depends_on(&mut self, node: &Node, field: &str, service: &mut Service) {
        let condition = |word: &str| match word {
            "service_healthy" => Condition::Healthy,
            "service_completed_successfully" => Condition::CompletedSuccessfully,
            _ => Condition::Started,
        };
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    let word = entry.value.get("condition").and_then(Node::as_str);
                    if entry.value.get("restart").and_then(Node::as_str) == Some("true") {
                        self.notes()
                            .changed(field, "an app is started again as a whole");
                    }
                    service.depends_on.push(Dependency {
                        service: names::service(&entry.key),
                        condition: condition(word.unwrap_or_default()),
                    });
                }
            }
            Value::List(_) | Value::Scalar(_) => {
                for name in self.texts(node, field) {
                    service.depends_on.push(Dependency {
                        service: names::service(&name),
                        condition: Condition::Started,
                    });
                }
            }
        }
    }

    fn links(&mut self, node: &Node, field: &str, named: &mut Named) {
        for link in self.texts(node, field) {
            let (service, alias) = link.split_once(':').unwrap_or((&link, &link));
            named.service.depends_on.push(Dependency {
                service: names::service(service),
                condition: Condition::Started,
            });
            if service != alias {
                self.notes().lost(
                    field,
                    format!("reaches {service} as {alias}; it is reached as {service} only"),
                );
            }
        }
    }

    fn profiles(&mut self, node: &Node, field: &str, service: &mut Service) {
        for profile in self.texts(node, field) {
            let key = names::key(&profile);
            self.notes().changed(
                field,
                format!("the profile {profile} is a yes or no of the form"),
            );
            let param = crate::manifest::Param {
                kind: crate::manifest::ParamKind::Boolean,
                ..super::super::vars::plain_param(&key, Some(Template::literal("false")))
            };
            self.vars.ask(param);
            service.profiles.push(key);
        }
    }

    /// A platform that is named is the only one the image is meant for.
    fn platform(&mut self, node: &Node, field: &str) {
        let Some(text) = self.literal(node, field) else {
            return;
        };
        let architecture = text.split('/').nth(1).and_then(names::architecture);
        match architecture {
            Some(architecture) if self.platform.is_none_or(|other| other == architecture) => {
                self.platform = Some(architecture);
                self.notes()
                    .changed(field, "is said by architectures, for the whole app");
            }
            _ => self
                .notes()
                .lost(field, "an app is for one set of processors"),
        }
    }
}

pub(super) type Image = (ImageRef, Option<String>, Option<crate::digest::Digest>);

/// Puts a value under a name, in place of what was there.
pub(super) fn set(all: &mut Vec<(String, Template)>, name: String, value: Template) {
    match all.iter_mut().find(|(other, _)| *other == name) {
        Some((_, old)) => *old = value,
        None => all.push((name, value)),
    }
}

/// Whether a service speaks to another by this name: as a host in an address,
/// or as the whole value of a variable that is about a host.
pub(super) fn reaches(service: &Service, name: &str) -> bool {
    let in_address = |text: &str| {
        text.match_indices(name).any(|(at, _)| {
            let before = &text[..at];
            let after = &text[at + name.len()..];
            let starts = before.ends_with("//") || before.ends_with('@');
            let word_before =
                !before.ends_with(|c: char| c.is_alphanumeric() || "-_./".contains(c));
            let word_after = !after.starts_with(|c: char| c.is_alphanumeric() || "-_.".contains(c));
            let port = after
                .strip_prefix(':')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '$'));
            word_after && (starts || (word_before && port))
        })
    };
    let about_hosts = |variable: &str| {
        let variable = variable.to_ascii_uppercase();
        const WORDS: [&str; 9] = [
            "HOST", "SERVER", "ADDR", "URL", "URI", "ENDPOINT", "UPSTREAM", "BROKER", "NODES",
        ];
        WORDS.iter().any(|word| variable.contains(word))
    };
    let written = |template: &Template| {
        template
            .parts()
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Reference(_) => "$",
            })
            .collect::<String>()
    };
    let of_variables = service.environment.iter().any(|(variable, value)| {
        let text = written(value);
        in_address(&text) || (text == name && about_hosts(variable))
    });
    let words: BTreeSet<String> = [&service.process.command, &service.process.entrypoint]
        .into_iter()
        .flatten()
        .flatten()
        .map(written)
        .collect();
    of_variables
        || words.iter().any(|word| in_address(word) || word == name)
        || service
            .configs
            .iter()
            .any(|config| in_address(&written(&config.content)))
}
