//! Content identifiers of files: what a file is called by what is in it.

use std::fmt;
use std::str::FromStr;

use cid::multihash::Multihash;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The codec `raw` and the hash `sha2-256` in the table of multicodecs.
const RAW: u64 = 0x55;
const SHA2_256: u64 = 0x12;

/// A CIDv1 of a file's bytes: codec `raw`, hash SHA-256, written in base32.
///
/// Source: the CID specification of multiformats, version 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cid([u8; 32]);

/// Why a text is no such identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no CID of a file here: version 1, codec raw, hash SHA-256, in base32")]
pub struct CidError(String);

impl Cid {
    /// Of a file with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of a file with this SHA-256.
    pub fn from_sha256(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The SHA-256 of the file.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = Multihash::<64>::wrap(SHA2_256, &self.0).map_err(|_| fmt::Error)?;
        write!(f, "{}", cid::Cid::new_v1(RAW, hash))
    }
}

impl FromStr for Cid {
    type Err = CidError;

    fn from_str(text: &str) -> Result<Self, CidError> {
        let wrong = || CidError(text.chars().take(80).collect());
        // No CID of ours is longer, and only one writing of each is taken.
        if text.len() > 80 {
            return Err(wrong());
        }
        let read: cid::Cid = text.parse().map_err(|_| wrong())?;
        let hash: [u8; 32] = read.hash().digest().try_into().map_err(|_| wrong())?;
        let ours = Self(hash);
        if read.codec() == RAW && read.hash().code() == SHA2_256 && ours.to_string() == text {
            return Ok(ours);
        }
        Err(wrong())
    }
}

impl TryFrom<String> for Cid {
    type Error = CidError;

    fn try_from(text: String) -> Result<Self, CidError> {
        text.parse()
    }
}

impl From<Cid> for String {
    fn from(cid: Cid) -> Self {
        cid.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_bytes_have_the_known_name() {
        // `ipfs add --cid-version 1 --raw-leaves` of the five bytes of “hello”.
        let name = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";
        assert_eq!(Cid::of(b"hello").to_string(), name);
        assert_eq!(name.parse(), Ok(Cid::of(b"hello")));
    }

    #[test]
    fn other_names_are_refused() {
        for wrong in [
            "",
            "b",
            "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4ye",
            // Version 0, the codec dag-pb, upper case, another base.
            "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n",
            "bafybeibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq",
            "BAFKREIBM6JG3UX5QUMHCN2B3FLC3TYU6DMLB4XA7U5BF44YEGNRJHC4YEQ",
            &"b".repeat(10_000),
        ] {
            assert!(wrong.parse::<Cid>().is_err(), "{wrong}");
        }
    }
}
