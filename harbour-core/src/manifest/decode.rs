//! Taking parts out of a tree: each value asked for by its type, each key that
//! nobody asked for refused.

use super::fault::{FaultKind, Faults};
use super::limits;
use super::template::Template;
use crate::problem::shown;
use crate::yaml::{Mark, Node, Scalar, ScalarKind, Value};

/// A part of the tree with its address.
#[derive(Clone)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    pub(super) path: String,
}

impl<'a> At<'a> {
    pub(super) fn mark(&self) -> Mark {
        self.node.mark
    }

    pub(super) fn schema(&self, faults: &mut Faults, message: impl Into<String>) {
        faults.add(self.mark(), &self.path, FaultKind::Schema, message);
    }

    pub(super) fn rule(&self, faults: &mut Faults, message: impl Into<String>) {
        faults.add(self.mark(), &self.path, FaultKind::Rule, message);
    }

    fn scalar(&self, faults: &mut Faults, wanted: &str) -> Option<&'a Scalar> {
        match &self.node.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::List(_) => {
                self.schema(faults, format!("must be {wanted}, not a list"));
                None
            }
            Value::Map(_) => {
                self.schema(faults, format!("must be {wanted}, not a map"));
                None
            }
        }
    }

    /// A text, at most so long. Plain numbers and words such as `true` are
    /// refused: `1.10` would be 1.1 to others.
    pub(super) fn text(&self, faults: &mut Faults, longest: usize) -> Option<String> {
        let scalar = self.scalar(faults, "a text")?;
        match scalar.kind() {
            ScalarKind::Text => self.bounded(faults, &scalar.text, longest),
            ScalarKind::Null => {
                self.schema(faults, "is empty; give a text or leave the key out");
                None
            }
            ScalarKind::Bool(_) | ScalarKind::Integer | ScalarKind::Float => {
                self.schema(
                    faults,
                    format!(
                        "must be a text; write it in quotes: \"{}\"",
                        shown(&scalar.text)
                    ),
                );
                None
            }
        }
    }

    /// A text that is not empty.
    pub(super) fn filled(&self, faults: &mut Faults, longest: usize) -> Option<String> {
        let text = self.text(faults, longest)?;
        if text.is_empty() {
            self.schema(faults, "must not be empty");
            return None;
        }
        Some(text)
    }

    /// A text, number or yes or no, as it was written.
    pub(super) fn value(&self, faults: &mut Faults, longest: usize) -> Option<String> {
        let scalar = self.scalar(faults, "a text, a number, true or false")?;
        if scalar.kind() == ScalarKind::Null {
            self.schema(faults, "is empty; write \"\" for an empty text");
            return None;
        }
        self.bounded(faults, &scalar.text, longest)
    }

    /// A text or whole number, as it was written.
    pub(super) fn text_or_integer(&self, faults: &mut Faults, longest: usize) -> Option<String> {
        match self.scalar(faults, "a text or a number")?.kind() {
            ScalarKind::Integer => self.value(faults, longest),
            _ => self.text(faults, longest),
        }
    }

    /// A text or any number, as it was written.
    pub(super) fn text_or_number(&self, faults: &mut Faults, longest: usize) -> Option<String> {
        match self.scalar(faults, "a text or a number")?.kind() {
            ScalarKind::Integer | ScalarKind::Float => self.value(faults, longest),
            _ => self.text(faults, longest),
        }
    }

    fn bounded(&self, faults: &mut Faults, text: &str, longest: usize) -> Option<String> {
        let length = text.chars().count();
        if length > longest {
            self.schema(
                faults,
                format!("has {length} characters; at most {longest} are allowed"),
            );
            return None;
        }
        Some(text.to_owned())
    }

    pub(super) fn flag(&self, faults: &mut Faults) -> Option<bool> {
        let scalar = self.scalar(faults, "true or false")?;
        if let ScalarKind::Bool(value) = scalar.kind() {
            return Some(value);
        }
        self.schema(faults, "must be true or false, without quotes");
        None
    }

    pub(super) fn integer(&self, faults: &mut Faults, least: i64, most: i64) -> Option<i64> {
        let scalar = self.scalar(faults, "a whole number")?;
        if scalar.kind() != ScalarKind::Integer {
            self.schema(faults, "must be a whole number, without quotes");
            return None;
        }
        let number = to_integer(&scalar.text);
        match number.filter(|number| (least..=most).contains(number)) {
            Some(number) => Some(number),
            None => {
                self.schema(faults, format!("must be between {least} and {most}"));
                None
            }
        }
    }

    pub(super) fn number(&self, faults: &mut Faults) -> Option<f64> {
        let scalar = self.scalar(faults, "a number")?;
        let number = match scalar.kind() {
            #[allow(clippy::cast_precision_loss, reason = "a JSON number does the same")]
            ScalarKind::Integer => to_integer(&scalar.text).map(|number| number as f64),
            ScalarKind::Float => scalar.text.parse().ok(),
            ScalarKind::Null | ScalarKind::Bool(_) | ScalarKind::Text => None,
        };
        match number.filter(|number: &f64| number.is_finite()) {
            Some(number) => Some(number),
            None => {
                self.schema(faults, "must be a number, without quotes");
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, faults: &mut Faults, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(faults, limits::TEXT)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.schema(
                faults,
                format!("“{}” is none of: {}", shown(&text), all.join(", ")),
            );
        }
        found.map(|(_, value)| *value)
    }

    /// A text of this place as one with `${KEY}`.
    pub(super) fn as_template(&self, faults: &mut Faults, text: &str) -> Option<Template> {
        match Template::parse(text) {
            Ok(template) => Some(template),
            Err(error) => {
                self.schema(faults, error.to_string());
                None
            }
        }
    }

    /// A text with `${KEY}`.
    pub(super) fn template(&self, faults: &mut Faults, longest: usize) -> Option<Template> {
        let text = self.text(faults, longest);
        self.as_template(faults, &text?)
    }

    /// A text with `${KEY}`, or a number, or a yes or no, as it was written.
    pub(super) fn template_value(&self, faults: &mut Faults, longest: usize) -> Option<Template> {
        let text = self.value(faults, longest);
        self.as_template(faults, &text?)
    }

    /// The values of a list.
    pub(super) fn list(&self, faults: &mut Faults) -> Vec<At<'a>> {
        let Value::List(items) = &self.node.value else {
            self.schema(faults, "must be a list");
            return Vec::new();
        };
        if items.len() > limits::ENTRIES {
            self.schema(
                faults,
                format!(
                    "has {} entries; at most {} are allowed",
                    items.len(),
                    limits::ENTRIES
                ),
            );
            return Vec::new();
        }
        items
            .iter()
            .enumerate()
            .map(|(index, node)| At {
                node,
                path: join(&self.path, &index.to_string()),
            })
            .collect()
    }

    /// The texts of a list, none of them empty.
    pub(super) fn texts(&self, faults: &mut Faults, longest: usize) -> Vec<String> {
        self.list(faults)
            .iter()
            .filter_map(|item| item.filled(faults, longest))
            .collect()
    }

    /// The entries of a map whose keys are free, each key with its place.
    pub(super) fn pairs(&self, faults: &mut Faults) -> Vec<(&'a str, Mark, At<'a>)> {
        let Value::Map(entries) = &self.node.value else {
            self.schema(faults, "must be a map: `KEY: value`, one on each line");
            return Vec::new();
        };
        if entries.len() > limits::ENTRIES {
            self.schema(
                faults,
                format!(
                    "has {} entries; at most {} are allowed",
                    entries.len(),
                    limits::ENTRIES
                ),
            );
            return Vec::new();
        }
        entries
            .iter()
            .map(|entry| {
                let at = At {
                    node: &entry.value,
                    path: join(&self.path, &entry.key),
                };
                (entry.key.as_str(), entry.mark, at)
            })
            .collect()
    }
}

fn to_integer(text: &str) -> Option<i64> {
    if let Some(octal) = text.strip_prefix("0o") {
        return i64::from_str_radix(octal, 8).ok();
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).ok();
    }
    text.parse().ok()
}

fn join(path: &str, part: &str) -> String {
    let part = shown(part);
    if path.is_empty() {
        part
    } else {
        format!("{path}.{part}")
    }
}

/// A map whose keys are known.
pub(super) struct Fields<'a> {
    at: At<'a>,
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Opens a map.
    pub(super) fn open(at: &At<'a>, faults: &mut Faults) -> Option<Self> {
        if matches!(at.node.value, Value::Map(_)) {
            return Some(Self {
                at: at.clone(),
                asked: Vec::new(),
            });
        }
        at.schema(faults, "must be a map: `key: value`, one on each line");
        None
    }

    /// The value of a key, if it is there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<At<'a>> {
        self.asked.push(key);
        self.at.node.get(key).map(|node| At {
            node,
            path: join(&self.at.path, key),
        })
    }

    /// The value of a key that must be there.
    pub(super) fn require(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<'a>> {
        let found = self.take(key);
        if found.is_none() {
            self.at.schema(faults, format!("`{key}` is missing"));
        }
        found
    }

    /// Refuses the keys that nobody asked for.
    pub(super) fn close(self, faults: &mut Faults) {
        for entry in self.at.node.entries() {
            if !self.asked.contains(&entry.key.as_str()) {
                let message = unknown(&entry.key, &self.asked);
                let path = join(&self.at.path, &entry.key);
                faults.add(entry.mark, path, FaultKind::Schema, message);
            }
        }
    }
}

/// Keys of Compose that have no place here, and why.
const ELSEWHERE: [(&str, &str); 17] = [
    (
        "build",
        "images are not built here; name one that is published",
    ),
    ("cgroup_parent", "the engine chooses it"),
    ("container_name", "containers are named after the slug"),
    ("deploy", "use mem_limit, cpus, gpus and restart"),
    ("dependsOn", "write depends_on"),
    ("env_file", "write the variables into environment"),
    ("expose", "services of an app reach each other on all ports"),
    ("extends", "write the keys out"),
    ("image_tag", "write defaultTag"),
    ("links", "services of an app reach each other by name"),
    ("networks", "each app has one private network"),
    ("platform", "use architectures"),
    ("pull_policy", "the person who installs decides"),
    ("requires", "it is not in this version of the format yet"),
    ("secrets", "use a param of the type secret"),
    ("tag", "write defaultTag"),
    (
        "volumes_from",
        "give both services a volume with the same hostDefault",
    ),
];

fn unknown(key: &str, known: &[&'static str]) -> String {
    let shown_key = shown(key);
    if let Some((_, why)) = ELSEWHERE
        .iter()
        .find(|(name, _)| *name == key && !known.contains(name))
    {
        return format!("unknown key `{shown_key}`: {why}");
    }
    let nearest = known
        .iter()
        .map(|name| (distance(&key.to_lowercase(), &name.to_lowercase()), *name))
        .filter(|(distance, name)| *distance <= 2 && *distance < name.len() / 2)
        .min();
    match nearest {
        Some((_, name)) => format!("unknown key `{shown_key}`; did you mean `{name}`?"),
        None => format!(
            "unknown key `{shown_key}`; known here: {}",
            known.join(", ")
        ),
    }
}

/// How many letters must be put in, taken away or changed (Levenshtein); 9 if far.
fn distance(a: &str, b: &str) -> usize {
    const FAR: usize = 9;
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 2 || a.len() > 64 {
        return FAR;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let replaced = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(before + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_key_is_suggested_and_a_far_one_is_not() {
        let known = ["hostDefault", "protocol", "label"];
        assert!(unknown("hostdefault", &known).contains("`hostDefault`?"));
        assert!(unknown("protocl", &known).contains("`protocol`?"));
        assert!(unknown("color", &known).contains("known here: hostDefault"));
        assert!(unknown("networks", &known).contains("one private network"));
    }
}
