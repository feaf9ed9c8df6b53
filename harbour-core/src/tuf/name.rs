//! Names of roles and targets, as they appear in addresses and files.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::hex;
use super::limits::MAX_NAME;

/// The roles that every repository has.
pub const TOP_LEVEL: [&str; 4] = ["root", "timestamp", "snapshot", "targets"];

/// The path of a target: relative, `/` between its parts, none of them empty
/// or a step through directories.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetPath(String);

/// Why a text is no path of a target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetPathError {
    /// A part is missing, or leads elsewhere.
    #[error("“{0}” is no path of a target: no part of it may be empty, “.” or “..”")]
    Part(String),
    /// It is too long.
    #[error("a path of {0} bytes is too long; {MAX_NAME} are allowed")]
    Long(usize),
    /// It has a byte that no name has.
    #[error("a path may not contain control characters")]
    Control,
}

impl TargetPath {
    /// Takes the text when it is a path.
    ///
    /// # Errors
    /// When it is not, so that it names no file outside the folder it is put in.
    pub fn new(text: &str) -> Result<Self, TargetPathError> {
        if text.len() > MAX_NAME {
            return Err(TargetPathError::Long(text.len()));
        }
        if text.chars().any(char::is_control) {
            return Err(TargetPathError::Control);
        }
        if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(TargetPathError::Part(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path with a hash before the last part, as repositories with
    /// consistent snapshots store it (section 6.2).
    pub(crate) fn with_hash(&self, hash: &str) -> String {
        match self.0.rsplit_once('/') {
            Some((folder, name)) => format!("{folder}/{hash}.{name}"),
            None => format!("{hash}.{}", self.0),
        }
    }
}

impl fmt::Display for TargetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The file name that stands for a name of any letters: everything but
/// letters, digits, `-`, `.`, `_` and `~` is percent-encoded, `/` too.
pub fn file_name(name: &str) -> String {
    encode(name, b"-._~")
}

/// Longest name that [`local_name`] gives: with an ending every file system
/// takes it.
const MAX_LOCAL: usize = 200;

/// The name of a file on this machine: [`file_name`], and when that is too
/// long its beginning and a hash. The `=` between them is in no other name.
pub fn local_name(name: &str) -> String {
    let encoded = file_name(name);
    if encoded.len() <= MAX_LOCAL {
        return encoded;
    }
    let hash = hex::encode(&Sha256::digest(name));
    let kept = MAX_LOCAL - 1 - hash.len();
    format!("{}={hash}", &encoded[..kept])
}

/// A path as it stands in an address: the separators stay, and of each part
/// what RFC 3986 calls `pchar`.
pub fn url_path(path: &str) -> String {
    encode(path, b"-._~!$&'()*+,;=:@/")
}

fn encode(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_in_its_folder() {
        for path in ["a", "a/b/c.txt", ".hidden", "a..b/...", "a b?#%"] {
            assert!(TargetPath::new(path).is_ok(), "{path}");
        }
        for path in [
            "", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\nb", "a\0",
        ] {
            assert!(TargetPath::new(path).is_err(), "{path:?}");
        }
        assert!(TargetPath::new(&"a".repeat(MAX_NAME + 1)).is_err());
    }

    #[test]
    fn the_hash_stands_before_the_last_part() {
        let with = |path| TargetPath::new(path).unwrap().with_hash("ab");
        assert_eq!(with("a/b.c"), "a/ab.b.c");
        assert_eq!(with("b"), "ab.b");
    }

    #[test]
    fn names_are_safe_in_files_and_addresses() {
        assert_eq!(file_name("../x y?#%"), "..%2Fx%20y%3F%23%25");
        assert_eq!(file_name("ü-._~"), "%C3%BC-._~");
        assert_eq!(local_name("a/b c"), "a%2Fb%20c");
        let long = "ü/".repeat(300);
        let [one, other] = ["a", "b"].map(|end| local_name(&format!("{long}{end}")));
        assert_eq!((one.len(), other.len()), (MAX_LOCAL, MAX_LOCAL));
        assert_ne!(one, other);
        assert_eq!(url_path("a/b c?d#e%f+g"), "a/b%20c%3Fd%23e%25f+g");
    }
}
