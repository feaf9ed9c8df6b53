//! Files that come with a template: configs, secrets, `env_file`.

use super::Project;
use super::service::set;
use crate::host_path::normalise;
use crate::manifest::{ConfigFile, Service, Template, limits};
use crate::yaml::{Node, Value};

impl Project<'_> {
    /// What stands in a file beside the template.
    pub(super) fn file_content(&self, path: &str) -> Option<Template> {
        let wanted = normalise(path);
        let written = self
            .templated
            .iter()
            .find(|(path, _)| normalise(path) == wanted);
        if let Some((_, content)) = written {
            return Some(content.clone());
        }
        let file = self
            .files
            .iter()
            .find(|file| normalise(file.path) == wanted)?;
        let text = std::str::from_utf8(file.bytes).ok()?;
        (text.chars().count() <= limits::CONTENT).then(|| Template::literal(text))
    }

    /// The files below a folder beside the template, each with the rest of its path.
    pub(super) fn folder(&self, path: &str) -> Vec<(String, Template)> {
        let root = normalise(path);
        if root == "/" {
            return Vec::new();
        }
        let written = self.templated.iter().map(|(path, _)| path.as_str());
        let inside = written
            .chain(self.files.iter().map(|file| file.path))
            .filter_map(|path| {
                let full = normalise(path);
                let rest = full.strip_prefix(&root)?.strip_prefix('/')?.to_owned();
                Some((rest, self.file_content(path)?))
            });
        inside.collect()
    }

    /// Puts a file into the manifest as it is.
    pub(super) fn put_file(
        &mut self,
        target: &str,
        content: Template,
        field: &str,
        service: &mut Service,
    ) {
        self.notes()
            .changed(field, format!("{target} is written by the platform"));
        self.put(target, content, None, field, service);
    }

    fn put(
        &mut self,
        target: &str,
        content: Template,
        mode: Option<u32>,
        field: &str,
        service: &mut Service,
    ) {
        let target = normalise(target);
        let taken = service.configs.iter().any(|other| other.target == target)
            || service
                .volumes
                .iter()
                .any(|other| other.container == target);
        if taken || target.contains(':') {
            self.notes()
                .lost(field, format!("{target} is there twice or is no path"));
            return;
        }
        service.configs.push(ConfigFile {
            target,
            content,
            mode,
        });
    }

    /// `configs` or `secrets` of a service.
    pub(super) fn config_files(
        &mut self,
        node: &Node,
        field: &str,
        kind: &str,
        service: &mut Service,
    ) {
        for item in node.items() {
            let of = |key: &str| item.get(key).and_then(Node::as_str);
            let Some(name) = item.as_str().or_else(|| of("source")).map(str::to_owned) else {
                self.notes().lost(field, "an entry names no source");
                continue;
            };
            let default = match kind {
                "secrets" => format!("/run/secrets/{name}"),
                _ => format!("/{name}"),
            };
            let target = match of("target") {
                Some(target) if target.starts_with('/') => target.to_owned(),
                Some(target) if kind == "secrets" => format!("/run/secrets/{target}"),
                Some(target) => format!("/{target}"),
                None => default,
            };
            let mode = item.get("mode").and_then(|mode| self.mode_of(mode, field));
            if of("uid").or(of("gid")).is_some_and(|id| id != "0") {
                self.notes()
                    .lost(format!("{field}.{name}"), "the owner of a file is root");
            }
            let root = self.root;
            let declared = root.get(kind).and_then(|all| all.get(&name));
            let field = format!("{kind}.{name}");
            match declared.and_then(|declared| self.content(declared, &field)) {
                Some(content) => self.put(&target, content, mode, &field, service),
                None => self
                    .notes()
                    .lost(field, "what stands in it is not part of the template"),
            }
        }
    }

    /// A number is what YAML made of it: decimal. A text is octal.
    fn mode_of(&mut self, node: &Node, field: &str) -> Option<u32> {
        let Value::Scalar(scalar) = &node.value else {
            return None;
        };
        let text = scalar.text.trim_start_matches("0o");
        // Who writes 0440 means octal; JSON, which has no octal numbers, says 288.
        let octal = scalar.text.starts_with('0') || !scalar.plain;
        let mode = u32::from_str_radix(text, if octal { 8 } else { 10 }).ok();
        let mode = mode.filter(|mode| *mode <= 0o7777);
        if mode.is_none() {
            self.notes()
                .lost(field, "the access rights can not be read");
        }
        mode
    }

    fn content(&mut self, declared: &Node, field: &str) -> Option<Template> {
        let of = |key: &str| declared.get(key).and_then(Node::as_str);
        if let Some(content) = of("content") {
            return Some(self.vars.template(content, field));
        }
        if let Some(name) = of("environment") {
            return Some(self.vars.template(&format!("${{{name}}}"), field));
        }
        let path = self.vars.literal(of("file")?, field)?;
        self.file_content(&path)
    }

    /// The variables of `env_file`.
    pub(super) fn env_files(&mut self, node: &Node, field: &str, service: &mut Service) {
        let mut paths: Vec<(String, bool)> = Vec::new();
        let one = |item: &Node| {
            let path = item
                .as_str()
                .or_else(|| item.get("path").and_then(Node::as_str))?;
            let optional = item.get("required").and_then(Node::as_str) == Some("false");
            Some((path.to_owned(), optional))
        };
        match &node.value {
            Value::List(items) => paths.extend(items.iter().filter_map(one)),
            Value::Scalar(_) | Value::Map(_) => paths.extend(one(node)),
        }
        for (path, optional) in paths {
            let is_env = normalise(&path) == "/.env";
            let lines: Vec<(String, String)> = match self.file_content(&path) {
                Some(text) => env_lines(text.as_literal().unwrap_or_default()),
                None if is_env && !self.dialect.env_file.is_empty() => {
                    self.dialect.env_file.clone()
                }
                None => {
                    if !optional {
                        let path = crate::problem::shown(&path);
                        self.notes().lost(
                            field,
                            format!("the file {path} is not part of the template"),
                        );
                    }
                    continue;
                }
            };
            for (name, value) in lines {
                let value = match self.vars.bound(&name) {
                    Some(bound) => bound.clone(),
                    None => self.vars.template(&value, field),
                };
                set(&mut service.environment, name, value);
            }
        }
    }
}

/// `KEY=value` lines; quotes around a value and comments are not part of it.
pub(in crate::import) fn env_lines(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        all.push((name.trim().to_owned(), unquoted(value.trim()).to_owned()));
    }
    all
}

/// A value without the quotes around it, or without the comment behind it.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote)
            && let Some(end) = inner.rfind(quote)
        {
            return &inner[..end];
        }
    }
    value.find(" #").map_or(value, |at| value[..at].trim_end())
}
