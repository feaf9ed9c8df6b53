//! Values of params: what was entered, preset, given by default or made up.

use std::collections::BTreeMap;

use super::generate::generate;
use super::{Answers, Platform};
use crate::manifest::{Manifest, Param, ParamKind, Template};
use crate::problem::{Problem, ProblemCode, shown};

/// A value that was made up.
#[derive(Clone, PartialEq, Eq)]
pub struct Made {
    /// Key of the param.
    pub key: String,
    /// Its label.
    pub label: String,
    /// The value.
    pub value: String,
}

/// It never prints its value.
impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Made({}: ***)", self.key)
    }
}

/// All values, and which of them were made up.
#[derive(Default)]
pub(super) struct Values {
    pub(super) all: BTreeMap<String, String>,
    pub(super) made: Vec<Made>,
}

impl Platform {
    /// The value of a variable of the platform.
    pub(super) fn variable(&self, key: &str, url: &str) -> Option<String> {
        Some(match key {
            "HM_TZ" => self.tz.clone(),
            "HM_UID" => self.uid.to_string(),
            "HM_GID" => self.gid.to_string(),
            "HM_HOST" => self.host.clone(),
            "HM_URL" => url.to_owned(),
            _ => return None,
        })
    }
}

/// What a param is when nothing is entered and nothing is made up.
pub fn default_of(param: &Param, platform: &Platform, url: &str) -> Option<String> {
    let filled = param
        .default
        .as_ref()?
        .fill(|key| platform.variable(key, url));
    // The parser lets a default refer to the platform only.
    filled.ok()
}

pub(super) fn resolve(
    manifest: &Manifest,
    answers: &Answers,
    platform: &Platform,
    url: &str,
    random: &[u8],
    out: &mut Vec<Problem>,
) -> Values {
    let preset = preset(manifest, answers, out);
    let mut values = Values::default();
    let mut random = random;
    for param in &manifest.params {
        let field = format!("params.{}", param.key);
        let entered = answers.params.get(&param.key).or_else(|| {
            let preset = preset?;
            preset.get(&param.key)
        });
        // Every value has its own bytes, whether it needs them or not.
        let own = param.generate.map(|how| {
            let (own, rest) = random.split_at(how.bytes().min(random.len()));
            random = rest;
            (how, own)
        });
        let value = match (entered, own) {
            (Some(value), _) if !value.is_empty() => value.clone(),
            (_, Some((how, own))) => {
                let value = generate(how, own);
                values.made.push(Made {
                    key: param.key.clone(),
                    label: param.label.clone(),
                    value: value.clone(),
                });
                value
            }
            (Some(empty), None) => empty.clone(),
            (None, None) => default_of(param, platform, url).unwrap_or_default(),
        };
        let value = match (value.as_str(), param.kind) {
            // A switch that nobody touched is off.
            ("", ParamKind::Boolean) => "false".to_owned(),
            _ => value,
        };
        if let Err(message) = param.check(&value) {
            let code = match value.as_str() {
                "" => ProblemCode::Required,
                _ => ProblemCode::Invalid,
            };
            out.push(Problem::new(field, code, message));
        }
        values.all.insert(param.key.clone(), value);
    }
    values
}

fn preset<'a>(
    manifest: &'a Manifest,
    answers: &Answers,
    out: &mut Vec<Problem>,
) -> Option<&'a BTreeMap<String, String>> {
    let name = answers.preset.as_deref().filter(|name| !name.is_empty())?;
    let found = manifest.presets.iter().find(|preset| preset.name == name);
    if found.is_none() {
        let message = format!("This app has no preset called “{}”.", shown(name));
        out.push(Problem::new("preset", ProblemCode::Invalid, message));
    }
    found.map(|preset| &preset.params)
}

/// A template with params and the platform's variables filled in.
pub(super) struct Filler<'a> {
    pub(super) values: &'a BTreeMap<String, String>,
    pub(super) platform: &'a Platform,
    pub(super) url: &'a str,
}

impl Filler<'_> {
    pub(super) fn text(&self, template: &Template) -> String {
        let value = |key: &str| {
            let param = self.values.get(key).cloned();
            param.or_else(|| self.platform.variable(key, self.url))
        };
        // The parser refuses references to anything else.
        template.fill(value).unwrap_or_default()
    }

    pub(super) fn optional(&self, template: Option<&Template>) -> Option<String> {
        template.map(|template| self.text(template))
    }

    pub(super) fn all(&self, templates: &[Template]) -> Vec<String> {
        templates
            .iter()
            .map(|template| self.text(template))
            .collect()
    }
}
