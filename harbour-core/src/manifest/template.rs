//! Texts with `${KEY}` in them, filled in when an app is installed.

use std::fmt;

/// A text with references to params and platform variables.
///
/// `${KEY}` refers, `$$` is a dollar sign, any other use of `$` is refused:
/// Compose would read more forms, so nothing may pass here by accident.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Template(Vec<Part>);

/// A part of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// As it is.
    Text(String),
    /// The value of a key.
    Reference(String),
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A `$` that means nothing here.
    #[error("`$` stands alone; write `$$` for a dollar sign or `${{KEY}}` for a param")]
    LoneDollar,
    /// `${` without its end.
    #[error("`${{` is not closed with `}}`")]
    Open,
    /// `${…}` with more or less than a key.
    #[error(
        "`${{{0}}}` is no `${{KEY}}`: a key has letters, digits and `_`, and defaults belong to the param"
    )]
    BadKey(String),
}

/// Whether a text can be a key: letters, digits and `_`, no digit first.
pub fn is_key(text: &str) -> bool {
    text.len() <= super::limits::KEY
        && text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

impl Template {
    /// A text without references.
    pub fn literal(text: impl Into<String>) -> Self {
        let text = text.into();
        Self(if text.is_empty() {
            Vec::new()
        } else {
            vec![Part::Text(text)]
        })
    }

    /// Nothing but a reference.
    pub fn reference(key: impl Into<String>) -> Self {
        Self(vec![Part::Reference(key.into())])
    }

    /// Reads the written form.
    ///
    /// # Errors
    /// When `$` is used in another way than `${KEY}` and `$$`.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut template = Self::default();
        let mut left = text;
        while let Some(at) = left.find('$') {
            template.push_text(&left[..at]);
            let after = &left[at + 1..];
            if let Some(rest) = after.strip_prefix('$') {
                template.push_text("$");
                left = rest;
            } else if let Some(inner) = after.strip_prefix('{') {
                let end = inner.find('}').ok_or(TemplateError::Open)?;
                let key = &inner[..end];
                if !is_key(key) {
                    return Err(TemplateError::BadKey(crate::problem::shown(key)));
                }
                template.0.push(Part::Reference(key.to_owned()));
                left = &inner[end + 1..];
            } else {
                return Err(TemplateError::LoneDollar);
            }
        }
        template.push_text(left);
        Ok(template)
    }

    /// Adds a text at the end.
    pub fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Part::Text(last)) = self.0.last_mut() {
            last.push_str(text);
        } else {
            self.0.push(Part::Text(text.to_owned()));
        }
    }

    /// Adds another template at the end.
    pub fn push(&mut self, other: &Self) {
        for part in &other.0 {
            match part {
                Part::Text(text) => self.push_text(text),
                Part::Reference(_) => self.0.push(part.clone()),
            }
        }
    }

    /// Its parts; no two texts in a row.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The keys it refers to, in order, repeated as they are.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Reference(key) => Some(key.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text, if it refers to nothing.
    pub fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text with every reference filled in, or the first key without a value.
    ///
    /// # Errors
    /// The key that `value` does not know.
    pub fn fill(&self, value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Reference(key) => out.push_str(&value(key).ok_or_else(|| key.clone())?),
            }
        }
        Ok(out)
    }
}

/// The written form, which [`Template::parse`] reads back.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => f.write_str(&text.replace('$', "$$"))?,
                Part::Reference(key) => write!(f, "${{{key}}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn references_and_dollars() {
        let text = "postgres://${USER}:$$1@db";
        let template = Template::parse(text).unwrap();
        assert_eq!(template.references().collect::<Vec<_>>(), ["USER"]);
        assert_eq!(template.to_string(), text);
        let filled = template.fill(|key| (key == "USER").then(|| "a$b".to_owned()));
        assert_eq!(filled.as_deref(), Ok("postgres://a$b:$1@db"));
        assert_eq!(template.fill(|_| None), Err("USER".to_owned()));
        assert_eq!(Template::parse("$$").unwrap().as_literal(), Some("$"));
    }

    #[test]
    fn other_uses_of_a_dollar_are_refused() {
        assert_eq!(Template::parse("a $HOME"), Err(TemplateError::LoneDollar));
        assert_eq!(Template::parse("a$"), Err(TemplateError::LoneDollar));
        assert_eq!(Template::parse("${A"), Err(TemplateError::Open));
        for bad in ["${}", "${A:-b}", "${1}", "${A B}"] {
            let error = Template::parse(bad);
            assert!(
                matches!(error, Err(TemplateError::BadKey(_))),
                "{bad}: {error:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_literal_survives_writing(text in "\\PC*") {
            let template = Template::literal(text.clone());
            let read = Template::parse(&template.to_string()).unwrap();
            prop_assert_eq!(read.as_literal(), Some(text.as_str()));
        }

        #[test]
        fn what_parses_is_written_back(text in "[$\\{\\}AB1:]{0,12}") {
            if let Ok(template) = Template::parse(&text) {
                prop_assert_eq!(template.to_string(), text);
            }
        }
    }
}
