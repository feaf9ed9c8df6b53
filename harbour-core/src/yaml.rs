//! YAML as a tree that knows where each part stands, and as text to write.
//!
//! Scalars keep the characters they were written with: `1.10` stays `1.10`, and
//! whether it is a number is asked where it is used.

pub(crate) mod read;
pub(crate) mod write;

pub use read::{Limits, YamlError, read};

use std::fmt;

/// A place in a text, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

impl Mark {
    /// Where a text begins.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub mark: Mark,
    /// What it is.
    pub value: Value,
}

/// What a part of a document is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// Values in order.
    List(Vec<Node>),
    /// Keys and values in order; no key twice.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where the key begins.
    pub mark: Mark,
    /// The key.
    pub key: String,
    /// Its value.
    pub value: Node,
}

/// A single value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The characters, without quotes.
    pub text: String,
    /// It stood without quotes, so it may be a number, a yes or no, or nothing.
    pub plain: bool,
}

/// What a scalar is (YAML 1.2.2, section 10.3, "Core Schema").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarKind {
    /// Nothing: empty, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer,
    /// A number with a part, or one that is none.
    Float,
    /// Anything else.
    Text,
}

impl Scalar {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            plain: false,
        }
    }

    /// What it is.
    pub fn kind(&self) -> ScalarKind {
        if !self.plain {
            return ScalarKind::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
            "true" | "True" | "TRUE" => ScalarKind::Bool(true),
            "false" | "False" | "FALSE" => ScalarKind::Bool(false),
            text if is_integer(text) => ScalarKind::Integer,
            text if is_float(text) => ScalarKind::Float,
            _ => ScalarKind::Text,
        }
    }
}

fn is_integer(text: &str) -> bool {
    let digits =
        |text: &str, radix: u32| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    if let Some(octal) = text.strip_prefix("0o") {
        return digits(octal, 8);
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return digits(hex, 16);
    }
    digits(text.strip_prefix(['-', '+']).unwrap_or(text), 10)
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let mantissa_holds = match mantissa.split_once('.') {
        Some((whole, part)) => {
            digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_holds = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    mantissa_holds && exponent_holds
}

impl Node {
    /// A text that stands nowhere: made by a program.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            mark: Mark::START,
            value: Value::Scalar(Scalar::text(text)),
        }
    }

    /// A map that stands nowhere.
    pub fn map(entries: impl IntoIterator<Item = (String, Node)>) -> Self {
        let entry = |(key, value): (String, Node)| Entry {
            mark: value.mark,
            key,
            value,
        };
        Self {
            mark: Mark::START,
            value: Value::Map(entries.into_iter().map(entry).collect()),
        }
    }

    /// A list that stands nowhere.
    pub fn list(entries: impl IntoIterator<Item = Node>) -> Self {
        Self {
            mark: Mark::START,
            value: Value::List(entries.into_iter().collect()),
        }
    }

    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// The entries of a map; of anything else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    /// The values of a list; of anything else none.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Scalar(_) | Value::Map(_) => &[],
        }
    }

    /// The scalar, unless it is nothing.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) if scalar.kind() != ScalarKind::Null => Some(scalar),
            Value::Scalar(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The characters of a scalar that is not nothing.
    pub fn as_str(&self) -> Option<&str> {
        self.scalar().map(|scalar| scalar.text.as_str())
    }

    /// Whether it is nothing.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.kind() == ScalarKind::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_what_the_core_schema_says() {
        let check = |text: &str, expected: ScalarKind| {
            let plain = Scalar {
                text: text.to_owned(),
                plain: true,
            };
            assert_eq!(plain.kind(), expected, "{text:?}");
            assert_eq!(Scalar::text(text).kind(), ScalarKind::Text, "{text:?}");
        };
        for text in ["", "~", "null", "NULL"] {
            check(text, ScalarKind::Null);
        }
        check("true", ScalarKind::Bool(true));
        check("FALSE", ScalarKind::Bool(false));
        for text in ["0", "-7", "+7", "0777", "0o17", "0xfF"] {
            check(text, ScalarKind::Integer);
        }
        for text in ["1.10", "1.", ".5", "-1e3", "1E-3", ".inf", "-.INF", ".nan"] {
            check(text, ScalarKind::Float);
        }
        for text in [
            "yes", "on", "1.2.3", "1_000", "08:30", ".", "e3", "-", "0x", "1e", "nUll", "2026.8.2",
        ] {
            check(text, ScalarKind::Text);
        }
    }
}
