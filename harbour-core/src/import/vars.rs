//! Variables of foreign templates: what they stand for here.
//!
//! Compose fills in `$NAME`, `${NAME}`, `${NAME:-default}` and more (Compose
//! specification, "Interpolation"). Here a name is bound to a text, or becomes
//! a param that the person is asked for.

use std::collections::BTreeMap;

use super::names::{human, is_secret, key};
use super::report::Notes;
use crate::manifest::{Generate, PLATFORM_VARIABLES, Param, ParamKind, Part, Template, is_key};

/// Names and what they stand for.
#[derive(Debug, Default)]
pub(super) struct Vars {
    bound: BTreeMap<String, Template>,
    pub(super) params: Vec<Param>,
    pub(super) notes: Notes,
    /// `$` is a character like any other in this format.
    pub(super) dollar_is_plain: bool,
}

/// How deep `${A:-${B:-…}}` is followed.
const DEPTH: usize = 8;

impl Vars {
    /// Binds a name to a text.
    pub(super) fn bind(&mut self, name: impl Into<String>, value: Template) {
        self.bound.insert(name.into(), value);
    }

    /// What a name is bound to.
    pub(super) fn bound(&self, name: &str) -> Option<&Template> {
        self.bound.get(name)
    }

    /// Asks the person; a key that is taken stays as it is.
    pub(super) fn ask(&mut self, param: Param) {
        if !self.params.iter().any(|other| other.key == param.key) {
            self.params.push(param);
        }
    }

    /// Binds a name to a param of nearly the same name.
    pub(super) fn bind_param(&mut self, name: &str, param: Param) {
        self.bind(name, Template::reference(param.key.clone()));
        self.ask(param);
    }

    /// A text of the template with its variables.
    pub(super) fn template(&mut self, text: &str, field: &str) -> Template {
        if self.dollar_is_plain {
            return Template::literal(text);
        }
        self.fill(text, field, 0)
    }

    /// A text where nothing can be filled in later: what is known now, or `None`.
    pub(super) fn literal(&mut self, text: &str, field: &str) -> Option<String> {
        let template = self.template(text, field);
        self.as_known(&template)
    }

    /// A template with the defaults of its params filled in.
    pub(super) fn as_known(&self, template: &Template) -> Option<String> {
        let known = |key: &str| {
            let param = self.params.iter().find(|param| param.key == key)?;
            let default = param.default.as_ref()?;
            default
                .as_literal()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        template.fill(known).ok()
    }

    fn fill(&mut self, text: &str, field: &str, depth: usize) -> Template {
        let mut out = Template::default();
        let mut left = text;
        while let Some(at) = left.find('$') {
            out.push_text(&left[..at]);
            let after = &left[at + 1..];
            if let Some(rest) = after.strip_prefix('$') {
                out.push_text("$");
                left = rest;
            } else if after.starts_with('{') {
                let end = closing(after);
                let inner = after.get(1..end).unwrap_or_default();
                let value = self.expression(inner, field, depth);
                out.push(&value);
                left = after.get(end + 1..).unwrap_or_default();
            } else {
                let length = after
                    .bytes()
                    .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                    .count();
                let name = &after[..length];
                if is_key(name) {
                    let value = self.variable(name, None);
                    out.push(&value);
                    left = &after[length..];
                } else {
                    out.push_text("$");
                    left = after;
                }
            }
        }
        out.push_text(left);
        out
    }

    /// What stands between `${` and `}`.
    fn expression(&mut self, inner: &str, field: &str, depth: usize) -> Template {
        let length = inner
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let (name, rest) = inner.split_at(length);
        if !is_key(name) || depth > DEPTH {
            self.notes.lost(
                field,
                format!("`${{{}}}` can not be read", crate::problem::shown(inner)),
            );
            return Template::default();
        }
        let (operator, operand) = match rest.strip_prefix(':') {
            Some(rest) if !rest.is_empty() => rest.split_at(1),
            _ if rest.is_empty() => ("", ""),
            _ => rest.split_at(rest.chars().next().map_or(0, char::len_utf8)),
        };
        match operator {
            "" => self.variable(name, None),
            "-" | "=" => {
                if let Some(value) = self.bound(name) {
                    return value.clone();
                }
                let default = self.fill(operand, field, depth + 1);
                self.variable(name, Some(default))
            }
            "?" => {
                let value = self.variable(name, None);
                for param in &mut self.params {
                    if param.key == name {
                        param.required = true;
                    }
                }
                value
            }
            _ => {
                self.notes.lost(
                    field,
                    format!(
                        "`${{{}}}` depends on whether a variable is set",
                        crate::problem::shown(inner)
                    ),
                );
                self.fill(operand, field, depth + 1)
            }
        }
    }

    /// A variable: what it is bound to, or a param that is made for it.
    fn variable(&mut self, name: &str, default: Option<Template>) -> Template {
        if let Some(value) = self.bound.get(name) {
            return value.clone();
        }
        if PLATFORM_VARIABLES.contains(&name) {
            return Template::reference(name);
        }
        // A default of other params can not be one: it stands as it is.
        let plain = |template: &Template| {
            template
                .references()
                .all(|key| PLATFORM_VARIABLES.contains(&key))
        };
        if let Some(default) = default.as_ref().filter(|default| !plain(default)) {
            self.notes.changed(
                name,
                "its default is made of other values; it stands in its place",
            );
            let default = default.clone();
            self.bind(name, default.clone());
            return default;
        }
        let default = default.filter(|default| !default.parts().is_empty());
        let param = plain_param(name, default);
        self.bind_param(name, param);
        Template::reference(key(name))
    }
}

/// Where the brace that opens `text` closes, or the end.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// A param about which nothing is known but its name.
pub(super) fn plain_param(name: &str, default: Option<Template>) -> Param {
    Param {
        key: key(name),
        label: human(name),
        kind: if is_secret(name) {
            ParamKind::Secret
        } else {
            ParamKind::String
        },
        description: None,
        default,
        required: false,
        advanced: false,
        options: Vec::new(),
        pattern: None,
        min: None,
        max: None,
        generate: None,
    }
}

/// A secret that is made up.
pub(super) fn generated(name: &str, generate: Generate) -> Param {
    Param {
        kind: ParamKind::Secret,
        generate: Some(generate),
        ..plain_param(name, None)
    }
}

/// The only key a template consists of.
pub(super) fn only_reference(template: &Template) -> Option<&str> {
    match template.parts() {
        [Part::Reference(key)] => Some(key),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_compose_become_params_or_texts() {
        let mut vars = Vars::default();
        vars.bind("TZ", Template::reference("HM_TZ"));
        let mut check = |text: &str, expected: &str| {
            assert_eq!(vars.template(text, "x").to_string(), expected, "{text}");
        };
        check("a $TZ ${TZ:-Europe/Paris}", "a ${HM_TZ} ${HM_TZ}");
        check("${PORT:-80}/x", "${PORT}/x");
        check("$$HOME $ $1", "$$HOME $$ $$1");
        check("${A:-${B:-c}}", "${B}");
        check("${NEEDED:?set it}", "${NEEDED}");
        let port = vars.params.iter().find(|p| p.key == "PORT").unwrap();
        assert_eq!(
            port.default.as_ref().and_then(|d| d.as_literal()),
            Some("80")
        );
        assert!(vars.params.iter().any(|p| p.key == "NEEDED" && p.required));
        assert_eq!(vars.literal("${PORT}0", "x").as_deref(), Some("800"));
        assert_eq!(vars.literal("${NEEDED}", "x"), None);
        assert!(
            vars.notes
                .0
                .iter()
                .all(|n| n.kind == super::super::NoteKind::Changed)
        );
        assert_eq!(vars.template("${Q:+on}", "f").to_string(), "on");
        assert!(
            vars.notes
                .0
                .iter()
                .any(|n| n.kind == super::super::NoteKind::Lost)
        );
    }
}
