//! Who may name which targets (section 4.5).

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::hex;
use super::key::{Key, KeyId};
use super::limits::MAX_NAME;
use super::metadata::{RoleKeys, unique};
use super::name::TOP_LEVEL;
use super::pattern::matches;

/// The delegations of one targets role: either named roles or hash bins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegations {
    /// Keys of the roles below.
    pub keys: BTreeMap<KeyId, Key>,
    /// Named roles, the most trusted first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<DelegatedRole>>,
    /// Bins of equal size by the hash of the path (TAP 15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succinct_roles: Option<SuccinctRoles>,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// A role that may name some targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedRole {
    /// Its name.
    pub name: String,
    /// The keys that count.
    pub keyids: Vec<KeyId>,
    /// So many different ones are needed.
    pub threshold: NonZeroU64,
    /// Whether the search ends with it and those below it.
    #[serde(default)]
    pub terminating: bool,
    /// Patterns of the paths that it may name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paths: Option<Vec<String>>,
    /// Or how the SHA-256 of these paths begins, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_hash_prefixes: Option<Vec<String>>,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// Roles that share the paths evenly, named by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuccinctRoles {
    /// The keys that count for each of them.
    pub keyids: Vec<KeyId>,
    /// So many different ones are needed.
    pub threshold: NonZeroU64,
    /// There are two to the power of this many roles, 1 to 32.
    pub bit_length: u32,
    /// Their names begin so.
    pub name_prefix: String,
    /// Fields of others.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// A role that may speak for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Child {
    pub(crate) name: String,
    pub(crate) keys: RoleKeys,
    pub(crate) terminating: bool,
}

impl DelegatedRole {
    fn speaks_for(&self, path: &str, hash: &str) -> bool {
        let paths = self.paths.iter().flatten();
        let prefixes = self.path_hash_prefixes.iter().flatten();
        paths.into_iter().any(|pattern| matches(pattern, path))
            || prefixes
                .into_iter()
                .any(|prefix| hash.starts_with(&prefix.to_ascii_lowercase()))
    }

    fn check(&self) -> Result<(), String> {
        let name = &self.name;
        if TOP_LEVEL.contains(&name.as_str()) {
            return Err(format!("a delegated role may not be called {name}"));
        }
        if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(format!(
                "the name of a delegated role has 1 to {MAX_NAME} bytes and no control characters"
            ));
        }
        unique(&self.keyids).map_err(|id| format!("role {name} lists the key {id} twice"))?;
        if self.paths.is_some() == self.path_hash_prefixes.is_some() {
            return Err(format!(
                "role {name} must have either paths or path_hash_prefixes"
            ));
        }
        Ok(())
    }
}

impl SuccinctRoles {
    /// The one role that may speak for a path with this hash.
    fn bin(&self, hash: &[u8]) -> String {
        let first = hash
            .first_chunk::<4>()
            .map_or(0, |bytes| u32::from_be_bytes(*bytes));
        let number = u64::from(first) >> (32 - self.bit_length);
        let digits = usize::try_from(self.bit_length.div_ceil(4)).unwrap_or(8);
        format!("{}-{number:0digits$x}", self.name_prefix)
    }

    fn check(&self) -> Result<(), String> {
        if !(1..=32).contains(&self.bit_length) {
            return Err(format!(
                "succinct roles have a bit_length of 1 to 32, not {}",
                self.bit_length
            ));
        }
        if self.name_prefix.len() > MAX_NAME - 9 || self.name_prefix.chars().any(char::is_control) {
            return Err(
                "the name_prefix of succinct roles is too long or has control characters"
                    .to_owned(),
            );
        }
        unique(&self.keyids).map_err(|id| format!("succinct roles list the key {id} twice"))
    }
}

impl Delegations {
    /// The roles that may speak for the path, in their order, up to the first
    /// that ends the search.
    pub(crate) fn children(&self, path: &str) -> Vec<Child> {
        let hash = Sha256::digest(path);
        if let Some(bins) = &self.succinct_roles {
            return vec![Child {
                name: bins.bin(&hash),
                keys: role_keys(&bins.keyids, bins.threshold),
                terminating: true,
            }];
        }
        let hash = hex::encode(&hash);
        let mut children = Vec::new();
        for role in self.roles.iter().flatten() {
            if role.speaks_for(path, &hash) {
                children.push(Child {
                    name: role.name.clone(),
                    keys: role_keys(&role.keyids, role.threshold),
                    terminating: role.terminating,
                });
                if role.terminating {
                    break;
                }
            }
        }
        children
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        match (&self.roles, &self.succinct_roles) {
            (Some(roles), None) => {
                let names: Vec<_> = roles.iter().map(|role| &role.name).collect();
                unique(&names).map_err(|name| format!("role {name} is delegated to twice"))?;
                roles.iter().try_for_each(DelegatedRole::check)
            }
            (None, Some(bins)) => bins.check(),
            _ => Err("delegations have either roles or succinct_roles".to_owned()),
        }
    }
}

fn role_keys(keyids: &[KeyId], threshold: NonZeroU64) -> RoleKeys {
    RoleKeys {
        keyids: keyids.to_vec(),
        threshold,
        other: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn delegations(value: Value) -> Result<Delegations, String> {
        let delegations: Delegations =
            serde_json::from_value(value).map_err(|error| error.to_string())?;
        delegations.check()?;
        Ok(delegations)
    }

    fn role(name: &str, more: &Value) -> Value {
        let mut role = json!({"name": name, "keyids": [], "threshold": 1, "terminating": false});
        let fields = more.as_object().unwrap().clone();
        role.as_object_mut().unwrap().extend(fields);
        role
    }

    #[test]
    fn bins_are_numbered_by_the_first_bits_of_the_hash() {
        for (bits, expected) in [
            (1, "bin-1"),
            (4, "bin-b"),
            (5, "bin-16"),
            (9, "bin-16f"),
            (32, "bin-b7e6d95c"),
        ] {
            let hash = Sha256::digest("apps/immich/app.yaml");
            let found = delegations(json!({"keys": {}, "succinct_roles": {
                "keyids": [], "threshold": 1, "bit_length": bits, "name_prefix": "bin"}}))
            .unwrap();
            let name = &found.children("apps/immich/app.yaml")[0].name;
            let number = u32::from_be_bytes(*hash.first_chunk().unwrap()) >> (32 - bits);
            assert_eq!(
                *name,
                format!(
                    "bin-{number:0width$x}",
                    width = usize::div_ceil(bits as usize, 4)
                )
            );
            assert_eq!(name.len(), expected.len());
        }
    }

    #[test]
    fn a_hash_prefix_speaks_for_its_paths() {
        let hash = hex::encode(&Sha256::digest("a/b"));
        let found = delegations(json!({"keys": {}, "roles": [
            role("wrong", &json!({"path_hash_prefixes": ["zz", &hash[1..5]]})),
            role("right", &json!({"path_hash_prefixes": [hash[..3].to_uppercase()]})),
        ]}))
        .unwrap();
        let names: Vec<_> = found
            .children("a/b")
            .into_iter()
            .map(|child| child.name)
            .collect();
        assert_eq!(names, ["right"]);
    }

    #[test]
    fn what_follows_a_terminating_role_is_not_asked() {
        let found = delegations(json!({"keys": {}, "roles": [
            role("other", &json!({"paths": ["b"], "terminating": true})),
            role("first", &json!({"paths": ["*"]})),
            role("last", &json!({"paths": ["a"], "terminating": true})),
            role("never", &json!({"paths": ["*"]})),
        ]}))
        .unwrap();
        let names: Vec<_> = found
            .children("a")
            .into_iter()
            .map(|child| child.name)
            .collect();
        assert_eq!(names, ["first", "last"]);
    }

    #[test]
    fn delegations_that_can_not_be_meant_are_refused() {
        for (value, reason) in [
            (json!({"keys": {}}), "either roles or"),
            (
                json!({"keys": {}, "roles": [role("timestamp", &json!({"paths": []}))]}),
                "may not be called",
            ),
            (
                json!({"keys": {}, "roles": [role("", &json!({"paths": []}))]}),
                "1 to",
            ),
            (
                json!({"keys": {}, "roles": [role("a\n", &json!({"paths": []}))]}),
                "control",
            ),
            (
                json!({"keys": {}, "roles": [role("a", &json!({}))]}),
                "either paths or",
            ),
            (
                json!({"keys": {}, "roles": [role("a", &json!({"paths": [], "path_hash_prefixes": []}))]}),
                "either paths or",
            ),
            (
                json!({"keys": {}, "roles": [role("a", &json!({"paths": []})), role("a", &json!({"paths": []}))]}),
                "twice",
            ),
            (
                json!({"keys": {}, "roles": [role("a", &json!({"paths": [], "keyids": ["k", "k"]}))]}),
                "twice",
            ),
            (
                json!({"keys": {}, "roles": [role("a", &json!({"paths": [], "threshold": 0}))]}),
                "nonzero",
            ),
            (
                json!({"keys": {}, "succinct_roles": {"keyids": [], "threshold": 1, "bit_length": 33, "name_prefix": "b"}}),
                "1 to 32",
            ),
            (
                json!({"keys": {}, "succinct_roles": {"keyids": [], "threshold": 1, "bit_length": 0, "name_prefix": "b"}}),
                "1 to 32",
            ),
        ] {
            let error = delegations(value.clone()).unwrap_err();
            assert!(error.contains(reason), "{value}: {error}");
        }
    }
}
