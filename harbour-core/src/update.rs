//! Updating a container to another image: what its successor is asked for, what
//! the images set differently, who else is touched, and when it may happen.

pub mod database;
pub mod defaults;
pub mod dependants;
pub mod policy;
pub mod refusal;
pub mod successor;
pub mod tags;

use serde_json::Value;

/// Texts of a list; nothing for anything else.
fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// A text that says something.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// Keys of a map; nothing for anything else.
fn keys(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
}
