//! How large parts of a manifest may be. Lengths count characters.

use crate::yaml;

/// The file: bytes, nesting, values; no aliases.
pub const FILE: yaml::Limits = yaml::Limits {
    bytes: 512 * 1024,
    depth: 16,
    nodes: 20_000,
    aliases: false,
};

/// A name, label, category or word of a list.
pub const LINE: usize = 200;
/// The slug: also a part of names of containers and networks.
pub const SLUG: usize = 63;
/// Names of services.
pub const SERVICE_NAME: usize = 63;
/// Key of a param.
pub const KEY: usize = 128;
/// Descriptions, notes, values and addresses.
pub const TEXT: usize = 8_192;
/// The content of a file that is put in.
pub const CONTENT: usize = 256 * 1024;
/// Entries of any list or map.
pub const ENTRIES: usize = 500;
/// Services.
pub const SERVICES: usize = 64;
/// Regular expressions of params.
pub const PATTERN: usize = 500;
/// Random characters or bytes of a value that is made up.
pub const GENERATE: u32 = 1_024;
