//! App manifests: what an author writes about an app, read strictly.
//!
//! One parser for both versions of the format. It reads strangers' bytes: the
//! file, its nesting and its values are bounded, aliases are refused, and every
//! key that is not known is a fault with its line and column, so that no reader
//! silently drops one that matters. `docs/manifest.md` is the reference.

mod check;
mod container;
mod decode;
mod entries;
mod fault;
pub mod limits;
mod listing;
mod model;
mod params;
mod resources;
mod template;
mod value;
pub mod words;
mod write;

pub(crate) use check::templates;
pub use fault::{Fault, FaultKind, MAX_FAULTS};
pub use model::*;
pub use params::{PLATFORM_PREFIX, PLATFORM_VARIABLES};
pub use template::{Part, Template, TemplateError, is_key};
pub use value::{parse_duration, write_duration};
pub use write::to_yaml;

use crate::yaml::{self, Node};
use fault::Faults;

/// Reads a manifest.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file.
pub fn parse(bytes: &[u8]) -> Result<Manifest, Vec<Fault>> {
    let root = yaml::read(bytes, &limits::FILE).map_err(|error| {
        vec![Fault {
            mark: error.mark,
            path: String::new(),
            kind: FaultKind::Syntax,
            message: error.message,
        }]
    })?;
    from_tree(&root)
}

/// Reads a manifest that has been read as YAML.
///
/// # Errors
/// As [`parse`].
pub fn from_tree(root: &Node) -> Result<Manifest, Vec<Fault>> {
    let mut faults = Faults::default();
    let manifest = listing::manifest(root, &mut faults);
    if let Some(manifest) = &manifest {
        check::check(manifest, root, &mut faults);
    }
    match manifest {
        Some(manifest) if faults.is_empty() => Ok(manifest),
        Some(_) | None => Err(faults.into_sorted()),
    }
}

#[cfg(test)]
mod tests;
