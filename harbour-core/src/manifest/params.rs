//! Params and presets: what the person is asked, and which answers will do.

use std::collections::BTreeMap;

use regex_lite::Regex;

use super::decode::{At, Fields};
use super::fault::{FaultKind, Faults};
use super::limits;
use super::model::{Encoding, Generate, Param, ParamKind, Preset};
use super::template::is_key;
use crate::problem::shown;

pub(super) const KINDS: [(&str, ParamKind); 4] = [
    ("string", ParamKind::String),
    ("secret", ParamKind::Secret),
    ("number", ParamKind::Number),
    ("boolean", ParamKind::Boolean),
];

pub(super) const ENCODINGS: [(&str, Encoding); 6] = [
    ("alphanumeric", Encoding::Alphanumeric),
    ("digits", Encoding::Digits),
    ("hex", Encoding::Hex),
    ("base64", Encoding::Base64),
    ("base64url", Encoding::Base64Url),
    ("uuid", Encoding::Uuid),
];

/// Random characters or bytes when a manifest says nothing.
const GENERATED_LENGTH: u32 = 32;

/// Names that the platform fills in; all of them begin with [`PLATFORM_PREFIX`].
pub const PLATFORM_VARIABLES: [&str; 5] = ["HM_TZ", "HM_UID", "HM_GID", "HM_HOST", "HM_URL"];
/// No param may begin so.
pub const PLATFORM_PREFIX: &str = "HM_";

impl Param {
    /// Whether an answer will do; the error is a sentence for the person.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn check(&self, value: &str) -> Result<(), String> {
        if value.is_empty() {
            return if self.required {
                Err("A value is needed.".to_owned())
            } else {
                Ok(())
            };
        }
        if value.chars().count() > limits::TEXT {
            return Err(format!("At most {} characters are allowed.", limits::TEXT));
        }
        if !self.options.is_empty() && !self.options.iter().any(|option| option == value) {
            return Err(format!("Choose one of: {}.", self.options.join(", ")));
        }
        let (measured, unit) = match self.kind {
            ParamKind::Boolean if matches!(value, "true" | "false") => return Ok(()),
            ParamKind::Boolean => return Err("It must be true or false.".to_owned()),
            ParamKind::Number => {
                let number = value
                    .parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite());
                (number.ok_or("It must be a number.")?, "")
            }
            ParamKind::String | ParamKind::Secret => {
                #[allow(clippy::cast_precision_loss, reason = "bounded by limits::TEXT")]
                let length = value.chars().count() as f64;
                (length, " characters")
            }
        };
        if self.min.is_some_and(|min| measured < min) {
            return Err(format!(
                "It must be at least {}{unit}.",
                self.min.unwrap_or_default()
            ));
        }
        if self.max.is_some_and(|max| measured > max) {
            return Err(format!(
                "It must be at most {}{unit}.",
                self.max.unwrap_or_default()
            ));
        }
        if let Some(pattern) = &self.pattern {
            let regex = whole(pattern).map_err(|_| "Its pattern can not be read.".to_owned())?;
            if !regex.is_match(value) {
                return Err(format!("It must have the form {pattern}"));
            }
        }
        Ok(())
    }
}

/// A regular expression for a whole value; takes time in proportion to the value only.
fn whole(pattern: &str) -> Result<Regex, regex_lite::Error> {
    regex_lite::RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(64 * 1024)
        .build()
}

pub(super) fn params(at: &At<'_>, faults: &mut Faults) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for item in at.list(faults) {
        let Some(param) = param(&item, faults) else {
            continue;
        };
        if params.iter().any(|other| other.key == param.key) {
            item.rule(
                faults,
                format!("the key `{}` is taken by another param", param.key),
            );
        }
        params.push(param);
    }
    params
}

fn param(at: &At<'_>, faults: &mut Faults) -> Option<Param> {
    let mut fields = Fields::open(at, faults)?;
    let key_at = fields.require("key", faults);
    let key = key_at.as_ref().and_then(|at| key(at, faults));
    let label = fields
        .require("label", faults)
        .and_then(|at| at.filled(faults, limits::LINE));
    let kind = fields
        .require("type", faults)
        .and_then(|at| at.choice(faults, &KINDS));
    let default_at = fields.take("default");
    let default = default_at
        .as_ref()
        .and_then(|at| at.template_value(faults, limits::TEXT));
    let pattern_at = fields.take("pattern");
    let param = Param {
        key: key.clone().unwrap_or_default(),
        label: label.clone().unwrap_or_default(),
        kind: kind.unwrap_or(ParamKind::String),
        description: take_text(&mut fields, "description", faults),
        default,
        required: take_flag(&mut fields, "required", faults),
        advanced: take_flag(&mut fields, "advanced", faults),
        options: fields
            .take("options")
            .map(|at| {
                let items = at.list(faults);
                let values = items
                    .iter()
                    .filter_map(|item| item.value(faults, limits::LINE));
                values.collect()
            })
            .unwrap_or_default(),
        pattern: pattern_at
            .as_ref()
            .and_then(|at| at.filled(faults, limits::PATTERN)),
        min: fields.take("min").and_then(|at| at.number(faults)),
        max: fields.take("max").and_then(|at| at.number(faults)),
        generate: fields.take("generate").and_then(|at| generate(&at, faults)),
    };
    fields.close(faults);
    key?;
    label?;
    kind?;
    check_rules(&param, pattern_at.as_ref(), default_at.as_ref(), at, faults);
    Some(param)
}

fn check_rules(
    param: &Param,
    pattern: Option<&At<'_>>,
    default: Option<&At<'_>>,
    at: &At<'_>,
    faults: &mut Faults,
) {
    if let (Some(at), Some(text)) = (pattern, &param.pattern)
        && whole(text).is_err()
    {
        at.rule(faults, "is no regular expression that can be checked in even time (no look-around, no back-references)");
        return;
    }
    if let (Some(min), Some(max)) = (param.min, param.max)
        && min > max
    {
        at.rule(faults, "min is greater than max");
    }
    if param.generate.is_some() && !matches!(param.kind, ParamKind::Secret | ParamKind::String) {
        at.rule(
            faults,
            "only a string or a secret can be made up by `generate`",
        );
    }
    if param.generate.is_some() && param.default.is_some() {
        at.rule(faults, "has `default` and `generate`; keep one");
    }
    let (Some(at), Some(template)) = (default, &param.default) else {
        return;
    };
    for reference in template.references() {
        if !PLATFORM_VARIABLES.contains(&reference) {
            at.rule(
                faults,
                format!(
                    "a default may refer to {} only",
                    PLATFORM_VARIABLES.join(", ")
                ),
            );
        }
    }
    if let Some(text) = template.as_literal()
        && !text.is_empty()
        && let Err(message) = param.check(text)
    {
        at.rule(faults, format!("does not suit the param itself: {message}"));
    }
}

fn key(at: &At<'_>, faults: &mut Faults) -> Option<String> {
    let text = at.filled(faults, limits::KEY)?;
    if !is_key(&text) {
        at.schema(
            faults,
            format!(
                "“{}” is no key: letters, digits and `_`, no digit first",
                shown(&text)
            ),
        );
        return None;
    }
    if text.starts_with(PLATFORM_PREFIX) {
        at.rule(faults, "keys that begin with HM_ belong to the platform");
        return None;
    }
    Some(text)
}

fn generate(at: &At<'_>, faults: &mut Faults) -> Option<Generate> {
    let mut fields = Fields::open(at, faults)?;
    let length = match fields.take("length") {
        Some(at) => at.integer(faults, 1, i64::from(limits::GENERATE)),
        None => Some(i64::from(GENERATED_LENGTH)),
    };
    let encoding = match fields.take("encoding") {
        Some(at) => at.choice(faults, &ENCODINGS),
        None => Some(Encoding::Alphanumeric),
    };
    fields.close(faults);
    Some(Generate {
        length: length.and_then(|length| u32::try_from(length).ok())?,
        encoding: encoding?,
    })
}

pub(super) fn presets(at: &At<'_>, params: &[Param], faults: &mut Faults) -> Vec<Preset> {
    let items = at.list(faults);
    items
        .iter()
        .filter_map(|item| preset(item, params, faults))
        .collect()
}

fn preset(at: &At<'_>, params: &[Param], faults: &mut Faults) -> Option<Preset> {
    let mut fields = Fields::open(at, faults)?;
    let name = fields
        .require("name", faults)
        .and_then(|at| at.filled(faults, limits::LINE));
    let description = take_text(&mut fields, "description", faults);
    let mut values = BTreeMap::new();
    if let Some(at) = fields.require("params", faults) {
        for (key, mark, value_at) in at.pairs(faults) {
            let Some(value) = value_at.value(faults, limits::TEXT) else {
                continue;
            };
            match params.iter().find(|param| param.key == key) {
                None => faults.add(
                    mark,
                    &value_at.path,
                    FaultKind::Rule,
                    format!("no param has the key `{}`", shown(key)),
                ),
                Some(param) => {
                    if let Err(message) = param.check(&value) {
                        value_at.rule(faults, format!("does not suit the param: {message}"));
                    }
                }
            }
            values.insert(key.to_owned(), value);
        }
    }
    fields.close(faults);
    Some(Preset {
        name: name?,
        description,
        params: values,
    })
}

pub(super) fn take_text(
    fields: &mut Fields<'_>,
    key: &'static str,
    faults: &mut Faults,
) -> Option<String> {
    fields
        .take(key)
        .and_then(|at| at.text(faults, limits::TEXT))
}

pub(super) fn take_flag(fields: &mut Fields<'_>, key: &'static str, faults: &mut Faults) -> bool {
    fields
        .take(key)
        .and_then(|at| at.flag(faults))
        .unwrap_or_default()
}
