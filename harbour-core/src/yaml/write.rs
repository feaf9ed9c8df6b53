//! Just enough YAML to write a Compose file: maps, lists and scalars, quoted
//! whenever a plain text could be read as anything else.

/// Something to write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Yaml {
    /// A text, always read back as one.
    Text(String),
    /// A number.
    Number(i64),
    /// A number with a part.
    Float(f64),
    /// Yes or no.
    Bool(bool),
    /// Entries in order.
    List(Vec<Yaml>),
    /// Keys and values in order.
    Map(Vec<(String, Yaml)>),
}

/// The document.
pub(crate) fn write(root: &Yaml) -> String {
    let mut out = String::new();
    node(root, 0, &mut out);
    out
}

/// Writes a map's or a list's entries, each on a line of its own.
fn node(value: &Yaml, depth: usize, out: &mut String) {
    match value {
        Yaml::Map(entries) => {
            for (key, value) in entries {
                indent(depth, out);
                out.push_str(&text(key));
                out.push(':');
                child(value, depth, out);
            }
        }
        Yaml::List(entries) => {
            for value in entries {
                indent(depth, out);
                out.push('-');
                match value {
                    // The first key stands beside the dash.
                    Yaml::Map(map) if !map.is_empty() => {
                        let mut inner = String::new();
                        node(value, depth + 1, &mut inner);
                        out.push(' ');
                        out.push_str(inner.trim_start());
                    }
                    value => child(value, depth, out),
                }
            }
        }
        scalar => {
            out.push_str(&plain(scalar));
            out.push('\n');
        }
    }
}

/// Writes what follows a key or a dash.
fn child(value: &Yaml, depth: usize, out: &mut String) {
    match value {
        Yaml::Map(entries) if entries.is_empty() => out.push_str(" {}\n"),
        Yaml::List(entries) if entries.is_empty() => out.push_str(" []\n"),
        Yaml::Map(_) | Yaml::List(_) => {
            out.push('\n');
            node(value, depth + 1, out);
        }
        scalar => {
            out.push(' ');
            out.push_str(&plain(scalar));
            out.push('\n');
        }
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn plain(value: &Yaml) -> String {
    match value {
        Yaml::Text(value) => text(value),
        Yaml::Number(number) => number.to_string(),
        Yaml::Float(number) => number.to_string(),
        Yaml::Bool(value) => value.to_string(),
        // Written by their entries.
        Yaml::List(_) | Yaml::Map(_) => String::new(),
    }
}

/// A text as it is where that is safe, else in double quotes.
fn text(value: &str) -> String {
    if is_plain(value) {
        return value.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            // Controls, marks of byte order and the separators that YAML takes
            // for line ends or does not take at all (YAML 1.2.2, section 5.1).
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            '\u{fffe}' | '\u{ffff}' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Letters first, then characters that mean nothing to YAML, and no word that
/// YAML 1.1 or 1.2 reads as something else. Digits first is never plain:
/// `1.10`, `0777`, `08:30` and `1e3` all are numbers to somebody.
fn is_plain(value: &str) -> bool {
    const WORDS: [&str; 14] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "none", "t", "f",
    ];
    let starts = value.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_'));
    let harmless = value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_-./@+=,;()".contains(c) || c == ':');
    // A colon before a blank or at the end makes a key.
    let colon = value.ends_with(':');
    starts && harmless && !colon && !WORDS.contains(&value.to_ascii_lowercase().as_str())
}
