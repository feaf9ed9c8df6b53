//! Conditions and placeholders of Cosmos, in a text that is no JSON before they are gone.

use std::collections::BTreeMap;

use crate::import::names;
use crate::import::report::{Reason, Refusal};

/// Every name a condition asks about, and whether it is on to begin with.
pub(super) fn choices(text: &str) -> BTreeMap<String, bool> {
    let mut all = BTreeMap::new();
    for (at, _) in text.match_indices("{if ") {
        let rest = &text[at + 4..];
        let Some(end) = rest.find('}') else { continue };
        let name = rest[..end].trim();
        let name = name.strip_prefix("not ").unwrap_or(name).trim();
        if let Some(name) = name.strip_prefix("Context.") {
            all.insert(name.to_owned(), is_on(text, name));
        }
    }
    all
}

/// Whether the form's field begins with something; found in the text, which is no JSON yet.
fn is_on(text: &str, name: &str) -> bool {
    let wanted = format!("\"{name}\"");
    text.match_indices("\"name\"").any(|(at, found)| {
        let rest = text[at + found.len()..]
            .trim_start()
            .trim_start_matches(':')
            .trim_start();
        let Some(field) = rest.strip_prefix(&wanted) else {
            return false;
        };
        let field = &field[..field.find("\"name\"").unwrap_or(field.len())];
        let value = field
            .find("\"initialValue\"")
            .map(|at| field[at + 14..].trim_start());
        let value = value.map(|value| value.trim_start_matches(':').trim_start());
        value.is_some_and(|value| {
            !value.starts_with("\"\"") && !value.starts_with("false") && !value.starts_with("null")
        })
    })
}

/// The text with each `{if X}…{/if}` kept or left out; `{else}` splits one.
pub(super) fn without_conditions(text: &str, on: &dyn Fn(&str) -> bool) -> Result<String, Refusal> {
    let mut out = String::with_capacity(text.len());
    let mut keeping: Vec<bool> = Vec::new();
    let mut left = text;
    while let Some(at) = left.find('{') {
        let (before, rest) = left.split_at(at);
        let all = |keeping: &[bool]| keeping.iter().all(|keep| *keep);
        if all(&keeping) {
            out.push_str(before);
        }
        if let Some(condition) = rest.strip_prefix("{if ") {
            let end = condition.find('}').ok_or_else(open_condition)?;
            let condition_text = condition[..end].trim();
            let negated = condition_text.strip_prefix("not ");
            let name = negated.unwrap_or(condition_text).trim();
            let name = name.strip_prefix("Context.").unwrap_or(name);
            keeping.push(on(name) != negated.is_some());
            left = &condition[end + 1..];
        } else if let Some(after) = rest.strip_prefix("{/if}") {
            // Cosmos passes over an end without a beginning.
            keeping.pop();
            left = after;
        } else if let Some(after) = rest.strip_prefix("{else}") {
            let last = keeping.last_mut().ok_or_else(open_condition)?;
            *last = !*last;
            left = after;
        } else {
            if all(&keeping) {
                out.push('{');
            }
            left = &rest[1..];
        }
    }
    if !keeping.is_empty() {
        return Err(open_condition());
    }
    out.push_str(left);
    Ok(out)
}

fn open_condition() -> Refusal {
    Refusal::new(
        Reason::Unreadable,
        "a condition of cosmos-compose.json does not end",
    )
}

/// The text with what Cosmos fills in: names at once, answers as `${…}` of Compose.
pub(super) fn fill(text: &str, slug: &str) -> String {
    let text = text
        .replace('$', "$$")
        .replace("{ServiceName}", slug)
        .replace("{StaticServiceName}", slug)
        .replace("{DefaultDataPath}", "/srv")
        .replace("{RootHostname}", "${HM_HOST}")
        .replace("{RootProtocol}", "http");
    let mut out = String::with_capacity(text.len());
    let mut left = text.as_str();
    while let Some(at) = left.find('{') {
        out.push_str(&left[..at]);
        let rest = &left[at + 1..];
        let inner = rest
            .find(['}', '{', '"', '\n'])
            .map(|end| (&rest[..end], &rest[end..]));
        let filled = match inner {
            Some((inner, after)) if after.starts_with('}') => placeholder(inner),
            _ => None,
        };
        match (filled, inner) {
            (Some(filled), Some((_, after))) => {
                out.push_str(&filled);
                left = &after[1..];
            }
            _ => {
                out.push('{');
                left = rest;
            }
        }
    }
    out.push_str(left);
    out
}

fn placeholder(inner: &str) -> Option<String> {
    if let Some(name) = inner.strip_prefix("Context.") {
        return Some(format!("${{{}}}", names::key(name)));
    }
    if let Some(number) = inner.strip_prefix("Passwords.") {
        return Some(format!(
            "${{{}}}",
            names::key(&format!("PASSWORD_{number}"))
        ));
    }
    if inner.starts_with("Hostnames.") {
        return Some("${HM_HOST}".to_owned());
    }
    None
}
