//! What the program is made of.

use std::sync::LazyLock;

use serde::Serialize;
use utoipa::ToSchema;

/// Name, version and licence of each library, one on each line; `make
/// components` writes it.
const LIST: &str = include_str!("components.tsv");

/// A library in the program or in its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Component {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its licence, as an SPDX expression.
    pub licence: &'static str,
}

/// All libraries, by name.
pub fn components() -> &'static [Component] {
    static COMPONENTS: LazyLock<Vec<Component>> =
        LazyLock::new(|| LIST.lines().filter_map(parse).collect());
    &COMPONENTS
}

fn parse(line: &'static str) -> Option<Component> {
    let mut parts = line.split('\t');
    Some(Component {
        name: parts.next()?,
        version: parts.next()?,
        licence: parts.next()?,
    })
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_list_is_that_of_the_lock_files() {
        for lock in [
            concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock"),
            concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/package-lock.json"),
        ] {
            let bytes = std::fs::read(lock).expect("a lock file");
            let hash = crate::secrets::hex(&Sha256::digest(&bytes));
            assert!(
                LIST.contains(&hash),
                "{lock} has changed: run `make components`"
            );
        }
    }

    #[test]
    fn every_line_is_a_component() {
        let lines = LIST.lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(components().len(), lines);
        for name in ["tokio", "redb", "react", "uplot"] {
            assert!(components().iter().any(|c| c.name == name), "{name}");
        }
        assert!(components().iter().all(|c| !c.licence.is_empty()));
    }
}
