//! Where an entry stands on the line of time: by its moment, then by what it
//! is. The same event always has the same key, so telling it twice changes
//! nothing.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Key of an entry; its text is the entry's id and sorts the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Nanoseconds since 1970.
    pub nanos: u64,
    /// Tells apart what happened in one moment.
    pub tie: u32,
}

impl Key {
    /// The key of something that happened at this time and is told by `parts`.
    #[must_use]
    pub fn of(at_nanos: i64, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let hash = hash.finalize();
        Self {
            nanos: u64::try_from(at_nanos).unwrap_or_default(),
            tie: u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]),
        }
    }

    /// The first key of a moment.
    #[must_use]
    pub fn first_of(at: Timestamp) -> Self {
        Self {
            nanos: u64::try_from(at.as_nanosecond()).unwrap_or_default(),
            tie: 0,
        }
    }

    /// Reads what [`Key`] prints.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit());
        plain.then_some(())?;
        Some(Self {
            nanos: u64::from_str_radix(&text[..16], 16).ok()?,
            tie: u32::from_str_radix(&text[16..], 16).ok()?,
        })
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:08x}", self.nanos, self.tie)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_as_time_does_and_come_back() {
        let (a, b) = (Key::of(5, &["a", "b"]), Key::of(6, &["a"]));
        assert!(a < b && a.to_string() < b.to_string());
        assert_eq!(Key::parse(&a.to_string()), Some(a));
        assert_eq!(a, Key::of(5, &["a", "b"]), "the same event, the same key");
        assert_ne!(a, Key::of(5, &["ab", ""]));
        for bad in ["", "x", "+00000000000000500000001", &"é".repeat(12)] {
            assert_eq!(Key::parse(bad), None, "{bad}");
        }
    }
}
