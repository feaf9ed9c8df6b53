//! Single values as Compose allows them: a text, a number, a list or a map.

use super::Project;
use crate::manifest::{Template, parse_duration, words};
use crate::yaml::{Node, Value};
use std::time::Duration;

impl Project<'_> {
    /// A text in which nothing is filled in later.
    pub(super) fn literal(&mut self, node: &Node, field: &str) -> Option<String> {
        let text = node.as_str()?;
        let literal = self.vars.literal(text, field);
        if literal.is_none() {
            self.notes().lost(
                field,
                format!(
                    "“{}” has no value before the app is installed",
                    crate::problem::shown(text)
                ),
            );
        }
        literal
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// A text with variables.
    pub(super) fn template(&mut self, node: &Node, field: &str) -> Option<Template> {
        let text = node.as_str()?;
        let template = self.vars.template(text, field);
        (!template.parts().is_empty()).then_some(template)
    }

    pub(super) fn flag(&mut self, node: &Node, field: &str) -> Option<bool> {
        match self.literal(node, field)?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            other => {
                self.notes().lost(
                    field,
                    format!("“{}” is neither yes nor no", crate::problem::shown(other)),
                );
                None
            }
        }
    }

    pub(super) fn integer(&mut self, node: &Node, field: &str) -> Option<i64> {
        let text = self.literal(node, field)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.notes().lost(
                field,
                format!("“{}” is no number", crate::problem::shown(&text)),
            );
        }
        number
    }

    /// Bytes; Compose takes numbers and texts with a unit.
    pub(super) fn size(&mut self, node: &Node, field: &str) -> Option<i64> {
        let text = self.literal(node, field)?;
        if text == "0" {
            return None;
        }
        match crate::docker_run::values::bytes(&text) {
            Ok(size) => Some(size),
            Err(message) => {
                self.notes().lost(field, message);
                None
            }
        }
    }

    /// A time; a bare number is seconds.
    pub(super) fn time(&mut self, node: &Node, field: &str) -> Option<Duration> {
        let text = self.literal(node, field)?;
        let time = go_duration(&text);
        if time.is_none() {
            self.notes().lost(
                field,
                format!("“{}” is no time", crate::problem::shown(&text)),
            );
        }
        time
    }

    /// Texts: a list, or a single one.
    pub(super) fn texts(&mut self, node: &Node, field: &str) -> Vec<String> {
        match &node.value {
            Value::List(items) => items
                .iter()
                .filter_map(|item| self.literal(item, field))
                .collect(),
            Value::Scalar(_) => self.literal(node, field).into_iter().collect(),
            Value::Map(_) => {
                self.notes().lost(field, "is a map where a list belongs");
                Vec::new()
            }
        }
    }

    /// `KEY=value` entries of a list, or a map; `None` is a key without a value.
    pub(super) fn pairs(&mut self, node: &Node, field: &str) -> Vec<(String, Option<String>)> {
        let mut all = Vec::new();
        match &node.value {
            Value::Map(entries) => {
                for entry in entries {
                    let value = match &entry.value.value {
                        Value::Scalar(_) if entry.value.is_null() => None,
                        Value::Scalar(scalar) => Some(scalar.text.clone()),
                        Value::List(_) | Value::Map(_) => {
                            self.notes().lost(
                                format!("{field}.{}", entry.key),
                                "is neither text nor number",
                            );
                            continue;
                        }
                    };
                    all.push((entry.key.clone(), value));
                }
            }
            Value::List(items) => {
                for item in items {
                    // `- KEY: value` is a map in a list, which people write by mistake.
                    if let Value::Map(_) = item.value {
                        all.extend(self.pairs(item, field));
                        continue;
                    }
                    let Some(text) = item.as_str() else { continue };
                    match text.split_once('=') {
                        Some((key, value)) => {
                            all.push((key.trim().to_owned(), Some(value.to_owned())))
                        }
                        // `- KEY:` is a slip of the pen for a key without a value.
                        None => match text.trim().strip_suffix(':') {
                            Some(key) => all.push((key.to_owned(), Some(String::new()))),
                            None => all.push((text.trim().to_owned(), None)),
                        },
                    }
                }
            }
            Value::Scalar(_) if node.is_null() => {}
            Value::Scalar(_) => self.notes().lost(field, "is a text where a map belongs"),
        }
        all.retain(|(key, _)| !key.is_empty());
        all
    }

    /// A command: words, or a line that is split into them.
    pub(super) fn command(&mut self, node: &Node, field: &str) -> Option<Vec<Template>> {
        match &node.value {
            Value::List(items) => Some(
                items
                    .iter()
                    .filter_map(Node::as_str)
                    .map(|text| self.vars.template(text, field))
                    .collect(),
            ),
            Value::Scalar(_) => {
                let line = node.as_str().filter(|line| !line.trim().is_empty())?;
                match words::split(line) {
                    Ok(words) => Some(
                        words
                            .iter()
                            .map(|word| self.vars.template(word, field))
                            .collect(),
                    ),
                    Err(error) => {
                        self.notes().lost(field, error.to_string());
                        None
                    }
                }
            }
            Value::Map(_) => {
                self.notes().lost(field, "is a map where a command belongs");
                None
            }
        }
    }
}

/// A time as Go writes it (`time.ParseDuration`), or a bare number of seconds.
fn go_duration(text: &str) -> Option<Duration> {
    if let Some(time) = parse_duration(text) {
        return Some(time);
    }
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let mut left = text;
    let mut seconds = 0.0;
    while !left.is_empty() {
        let digits = left.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = left[..digits].parse().ok()?;
        let rest = &left[digits..];
        let end = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        seconds += number
            * match &rest[..end] {
                "us" | "µs" => 1e-6,
                "ms" => 1e-3,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
        left = &rest[end..];
    }
    // Manifests have whole milliseconds.
    Duration::try_from_secs_f64((seconds * 1000.0).round() / 1000.0).ok()
}
