//! Reading small things out of trees of foreign files, and making trees.

use super::names;
use crate::manifest::Architecture;
use crate::yaml::{Entry, Node, Value};

/// The text of a key, as one paragraph.
pub(super) fn paragraph(node: &Node, key: &str) -> Option<String> {
    node.get(key)
        .and_then(Node::as_str)
        .and_then(names::paragraph)
}

/// A text that may stand there in several languages: English, or the first.
pub(super) fn localised(node: &Node) -> Option<String> {
    if let Some(text) = node.as_str() {
        return names::paragraph(text);
    }
    let of = |wanted: &str| {
        let entry = node
            .entries()
            .iter()
            .find(|entry| entry.key.eq_ignore_ascii_case(wanted));
        entry.and_then(|entry| entry.value.as_str())
    };
    let first = || {
        node.entries()
            .first()
            .and_then(|entry| entry.value.as_str())
    };
    ["en_US", "en_GB", "en"]
        .iter()
        .find_map(|wanted| of(wanted))
        .or_else(first)
        .and_then(names::paragraph)
}

/// An address of the web, or nothing.
pub(super) fn address(node: &Node, key: &str) -> Option<String> {
    let text = node.get(key).and_then(Node::as_str)?.trim();
    let holds = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let good = |c: char| !c.is_whitespace() && !c.is_control();
    holds
        .filter(|rest| !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(good))
        .filter(|_| text.len() <= crate::manifest::limits::TEXT)
        .map(|_| text.to_owned())
}

/// The texts of a list, as categories.
pub(super) fn categories(node: Option<&Node>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in node
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
    {
        let category = names::slug(text);
        if !all.contains(&category) {
            all.push(category);
        }
    }
    all
}

/// `keyLikeThis` as `key_like_this`.
pub(super) fn snake(key: &str) -> String {
    let mut out = String::new();
    for c in key.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// A map with other keys; `None` drops an entry.
pub(super) fn renamed(node: &Node, name: impl Fn(&str) -> Option<String>) -> Node {
    let entries = node.entries().iter().filter_map(|entry| {
        Some(Entry {
            key: name(&entry.key)?,
            ..entry.clone()
        })
    });
    Node {
        mark: node.mark,
        value: Value::Map(entries.collect()),
    }
}

/// Puts a value into a map, in place of what was there.
pub(super) fn put(map: &mut Vec<(String, Node)>, key: &str, value: Node) {
    match map.iter_mut().find(|(other, _)| other == key) {
        Some((_, old)) => *old = value,
        None => map.push((key.to_owned(), value)),
    }
}

/// Architectures of a list that a manifest has too.
pub(super) fn architectures(node: Option<&Node>) -> Vec<Architecture> {
    let items = node.map(Node::items).unwrap_or_default();
    let texts = items.iter().filter_map(Node::as_str);
    texts.filter_map(names::architecture).collect()
}
