//! What two images set differently, and whether that widens what a container
//! may do.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{keys, text, texts};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `env`, `entrypoint`, `command`, `user`, `workingDir`, `ports`, `volumes`,
    /// `healthcheck`, `stopSignal` or `labels`.
    pub field: &'static str,
    /// Which one of several.
    pub name: Option<String>,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
    /// Whether it holds for the container, or a setting of its own covers it.
    pub effective: bool,
}

/// Differences between what the images `old` and `new` set (`Config` of
/// `ImageInspect`) for a container with the configuration `container`.
pub fn differences(container: &Value, old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    let (before, after) = (variables(old), variables(new));
    let own = variables(container);
    each(&before, &after, |name, old, new| {
        found.push(Difference {
            field: "env",
            effective: own.get(name).map(String::as_str) == old,
            name: Some(name.to_owned()),
            before: old.map(str::to_owned),
            after: new.map(str::to_owned),
        });
    });
    let plain = [
        ("entrypoint", "Entrypoint"),
        ("command", "Cmd"),
        ("user", "User"),
        ("workingDir", "WorkingDir"),
        ("healthcheck", "Healthcheck"),
        ("stopSignal", "StopSignal"),
    ];
    for (field, key) in plain {
        let (before, after) = (shown(&old[key]), shown(&new[key]));
        if before != after {
            found.push(Difference {
                field,
                name: None,
                effective: shown(&container[key]) == before,
                before,
                after,
            });
        }
    }
    for (field, key) in [("ports", "ExposedPorts"), ("volumes", "Volumes")] {
        let set = |value: &Value| -> BTreeMap<String, String> {
            keys(&value[key])
                .map(|name| (name.to_owned(), name.to_owned()))
                .collect()
        };
        each(&set(old), &set(new), |name, old, new| {
            found.push(Difference {
                field,
                name: Some(name.to_owned()),
                before: old.map(str::to_owned),
                after: new.map(str::to_owned),
                effective: true,
            });
        });
    }
    let labels = |value: &Value| -> BTreeMap<String, String> {
        let map = value["Labels"].as_object().into_iter().flatten();
        map.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect()
    };
    let own = labels(container);
    each(&labels(old), &labels(new), |name, old, new| {
        found.push(Difference {
            field: "labels",
            effective: own.get(name).map(String::as_str) == old,
            name: Some(name.to_owned()),
            before: old.map(str::to_owned),
            after: new.map(str::to_owned),
        });
    });
    found
}

/// What a container gains by these differences that a person must confirm: a
/// name for the confirmation, and what it means.
pub fn widened(differences: &[Difference]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let user = differences
        .iter()
        .find(|one| one.field == "user" && one.effective);
    if let Some(user) = user
        && !is_root(user.before.as_deref())
        && is_root(user.after.as_deref())
    {
        let before = user.before.as_deref().unwrap_or_default();
        found.push((
            "image-user:root".to_owned(),
            format!(
                "The new image runs as root inside the container; the old one ran as {before}. Root can change every file of its volumes and folders."
            ),
        ));
    }
    found
}

/// Whether a user of an image (`0`, `root:staff`, nothing) is root.
fn is_root(user: Option<&str>) -> bool {
    let user = user.unwrap_or_default();
    let name = user.split(':').next().unwrap_or_default().trim();
    matches!(name, "" | "root") || name.parse::<u64>() == Ok(0)
}

fn variables(config: &Value) -> BTreeMap<String, String> {
    let pair = |entry: &str| {
        let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
        (name.to_owned(), value.to_owned())
    };
    texts(&config["Env"]).into_iter().map(pair).collect()
}

fn each(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    mut tell: impl FnMut(&str, Option<&str>, Option<&str>),
) {
    let names = before
        .keys()
        .chain(after.keys().filter(|name| !before.contains_key(*name)));
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        if old != new {
            tell(name, old.map(String::as_str), new.map(String::as_str));
        }
    }
}

/// A value in words; nothing for the ways to say nothing.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(_) => text(value).map(str::to_owned),
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) if list.iter().all(Value::is_string) => Some(texts(value).join(" ")),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_are_told_with_what_they_mean_here() {
        let old = json!({"Env": ["A=1", "B=1", "GONE=x"], "User": "app", "Cmd": ["serve"], "Labels": {"v": "1"}});
        let new = json!({"Env": ["A=2", "B=2", "NEW=y"], "User": "0:0", "Cmd": ["serve", "-x"], "Labels": {"v": "2"},
            "Volumes": {"/data": {}}, "ExposedPorts": {"81/tcp": {}}});
        let container = json!({"Env": ["A=1", "B=own", "GONE=x"], "User": "app", "Cmd": ["mine"], "Labels": {"v": "1"}});
        let found = differences(&container, &old, &new);
        let of = |field: &str, name: Option<&str>| {
            found
                .iter()
                .find(|one| one.field == field && one.name.as_deref() == name)
                .unwrap_or_else(|| panic!("{field} {name:?} in {found:?}"))
        };
        assert!(of("env", Some("A")).effective && !of("env", Some("B")).effective);
        assert_eq!(of("env", Some("GONE")).after, None);
        assert_eq!(of("env", Some("NEW")).before, None);
        assert!(!of("command", None).effective && of("user", None).effective);
        assert!(of("labels", Some("v")).effective);
        of("volumes", Some("/data"));
        of("ports", Some("81/tcp"));
        assert_eq!(found.len(), 9, "{found:?}");
        let risks = widened(&found);
        assert!(
            risks.len() == 1 && risks[0].0 == "image-user:root",
            "{risks:?}"
        );
        let covered = differences(&json!({"User": "me"}), &old, &new);
        assert_eq!(widened(&covered), [], "its own user stays");
        assert_eq!(
            widened(&differences(
                &json!({}),
                &json!({}),
                &json!({"User": "root"})
            )),
            []
        );
        assert_eq!(differences(&container, &old, &old), []);
    }
}
