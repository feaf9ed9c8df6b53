//! Content digests as the OCI image specification writes them.

use std::fmt;
use std::str::FromStr;

/// The hash functions the OCI image specification registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// SHA-256, 64 hex digits.
    Sha256,
    /// SHA-512, 128 hex digits.
    Sha512,
}

impl Algorithm {
    /// The name before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// How many hex digits follow the colon.
    pub fn hex_len(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

/// A digest such as `sha256:9f86…`, always lower case.
///
/// Source: OCI image-spec, "Descriptors", section "Digests".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest {
    algorithm: Algorithm,
    hex: String,
}

/// Why a text is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// No colon, so no algorithm is named.
    #[error("a digest looks like sha256: followed by 64 hex digits")]
    NoAlgorithm,
    /// An algorithm other than the two registered ones.
    #[error("the digest algorithm “{0}” is not known; use sha256 or sha512")]
    UnknownAlgorithm(String),
    /// Too few or too many digits for the algorithm.
    #[error("a {algorithm} digest has {expected} hex digits, this one has {found}")]
    WrongLength {
        /// Name of the algorithm.
        algorithm: &'static str,
        /// Digits it must have.
        expected: usize,
        /// Characters that were given.
        found: usize,
    },
    /// A character other than `0-9a-f`; upper case counts as wrong too.
    #[error("a digest holds only the characters 0-9 and a-f, in lower case")]
    NotHex,
}

impl Digest {
    /// Reads `algorithm:hex`.
    ///
    /// # Errors
    /// An unknown algorithm, a wrong length, or anything but lower-case hex.
    pub fn parse(text: &str) -> Result<Self, DigestError> {
        let (name, hex) = text.split_once(':').ok_or(DigestError::NoAlgorithm)?;
        let algorithm = match name {
            "sha256" => Algorithm::Sha256,
            "sha512" => Algorithm::Sha512,
            other => return Err(DigestError::UnknownAlgorithm(other.to_owned())),
        };
        if !hex.bytes().all(is_lower_hex) {
            return Err(DigestError::NotHex);
        }
        if hex.len() != algorithm.hex_len() {
            return Err(DigestError::WrongLength {
                algorithm: algorithm.as_str(),
                expected: algorithm.hex_len(),
                found: hex.len(),
            });
        }
        Ok(Self {
            algorithm,
            hex: hex.to_owned(),
        })
    }

    /// The hash function.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The hex digits without the algorithm.
    pub fn hex(&self) -> &str {
        &self.hex
    }

    /// The first 12 hex digits, as tools print them for people.
    pub fn short(&self) -> &str {
        &self.hex[..12]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.as_str(), self.hex)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        Self::parse(text)
    }
}

/// True for the hex digits a digest may hold.
pub(crate) fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_both_algorithms_and_shortens() {
        let digest = Digest::parse(&format!("sha256:{}", "0a".repeat(32))).unwrap();
        assert_eq!(digest.algorithm(), Algorithm::Sha256);
        assert_eq!(digest.short(), "0a0a0a0a0a0a");
        let digest = Digest::parse(&format!("sha512:{}", "f".repeat(128))).unwrap();
        assert_eq!(digest.hex().len(), 128);
    }

    #[test]
    fn names_what_is_wrong() {
        let hex = "a".repeat(64);
        assert_eq!(Digest::parse(&hex), Err(DigestError::NoAlgorithm));
        assert_eq!(
            Digest::parse(&format!("md5:{hex}")),
            Err(DigestError::UnknownAlgorithm("md5".into()))
        );
        assert_eq!(
            Digest::parse(&format!("sha256:{}", "A".repeat(64))),
            Err(DigestError::NotHex)
        );
        assert_eq!(
            Digest::parse("sha256:abc"),
            Err(DigestError::WrongLength {
                algorithm: "sha256",
                expected: 64,
                found: 3
            })
        );
        assert_eq!(
            Digest::parse("sha256:abc").unwrap_err().to_string(),
            "a sha256 digest has 64 hex digits, this one has 3"
        );
    }

    proptest! {
        #[test]
        fn display_reads_back(hex in "[0-9a-f]{64}") {
            let text = format!("sha256:{hex}");
            prop_assert_eq!(Digest::parse(&text).unwrap().to_string(), text);
        }

        #[test]
        fn never_panics(text in "\\PC*") {
            if let Ok(digest) = Digest::parse(&text) {
                prop_assert_eq!(digest.to_string(), text);
            }
        }
    }
}
