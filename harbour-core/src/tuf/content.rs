//! Whether bytes are those that were signed for, checked as they arrive.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256, Sha512};

use super::hex;
use super::metadata::{MetaFile, TargetFile};
use super::refusal::Refusal;

/// Length and hashes that bytes must have. A hash of an algorithm we do not
/// know is passed over as long as one that we know is there.
pub struct ContentCheck {
    what: String,
    /// Bytes that may still come; `None` when the length was not signed for.
    left: Option<u64>,
    sha256: Option<(Sha256, Vec<u8>)>,
    sha512: Option<(Sha512, Vec<u8>)>,
}

impl std::fmt::Debug for ContentCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContentCheck({})", self.what)
    }
}

impl ContentCheck {
    /// For a target, whose length and at least one hash are always known.
    ///
    /// # Errors
    /// When none of its hashes is one we can check, or one is not well formed.
    pub fn target(path: &str, file: &TargetFile) -> Result<Self, Refusal> {
        Self::new(path, Some(file.length), &file.hashes)
    }

    /// For a metadata file; both are optional there.
    fn meta(role: &str, file: &MetaFile) -> Result<Self, Refusal> {
        match &file.hashes {
            Some(hashes) => Self::new(role, file.length, hashes),
            None => Ok(Self::unhashed(role, file.length)),
        }
    }

    fn unhashed(what: &str, left: Option<u64>) -> Self {
        Self {
            what: what.to_owned(),
            left,
            sha256: None,
            sha512: None,
        }
    }

    fn new(
        what: &str,
        length: Option<u64>,
        hashes: &BTreeMap<String, String>,
    ) -> Result<Self, Refusal> {
        let mut check = Self::unhashed(what, length);
        let digest = |name: &str, bytes: usize| match hashes.get(name) {
            None => Ok(None),
            Some(text) => match hex::decode(text).filter(|digest| digest.len() == bytes) {
                Some(digest) => Ok(Some(digest)),
                None => Err(check.differs(format!("its {name} is no such hash"))),
            },
        };
        let (sha256, sha512) = (digest("sha256", 32)?, digest("sha512", 64)?);
        if sha256.is_none() && sha512.is_none() {
            return Err(check.differs("it has neither a sha256 nor a sha512 to check".to_owned()));
        }
        check.sha256 = sha256.map(|expected| (Sha256::new(), expected));
        check.sha512 = sha512.map(|expected| (Sha512::new(), expected));
        Ok(check)
    }

    fn differs(&self, reason: String) -> Refusal {
        Refusal::Content {
            what: self.what.clone(),
            reason,
        }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// As soon as there are more than signed for.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        if let Some(left) = self.left {
            let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let left = left.checked_sub(count);
            self.left = Some(left.ok_or_else(|| self.differs("it is too long".to_owned()))?);
        }
        if let Some((hasher, _)) = &mut self.sha256 {
            hasher.update(bytes);
        }
        if let Some((hasher, _)) = &mut self.sha512 {
            hasher.update(bytes);
        }
        Ok(())
    }

    /// There are no more bytes.
    ///
    /// # Errors
    /// When some are missing or a hash is another.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.left.is_some_and(|left| left > 0) {
            return Err(self.differs("it is too short".to_owned()));
        }
        if let Some((hasher, expected)) = &self.sha256
            && hasher.clone().finalize().as_slice() != expected
        {
            return Err(self.differs("its sha256 is another".to_owned()));
        }
        if let Some((hasher, expected)) = &self.sha512
            && hasher.clone().finalize().as_slice() != expected
        {
            return Err(self.differs("its sha512 is another".to_owned()));
        }
        Ok(())
    }
}

/// Whether the bytes of a metadata file are those that were signed for.
pub(crate) fn check_meta(role: &str, file: &MetaFile, bytes: &[u8]) -> Result<(), Refusal> {
    let mut check = ContentCheck::meta(role, file)?;
    check.update(bytes)?;
    check.finish()
}

/// The hash that stands in the file name of a target: SHA-256 if there is one.
pub(crate) fn name_hash(file: &TargetFile) -> Option<&str> {
    let hash = file
        .hashes
        .get("sha256")
        .or_else(|| file.hashes.get("sha512"))?;
    Some(hash)
}

/// The entry of a target with these bytes.
pub fn describe(bytes: &[u8]) -> TargetFile {
    let hash = hex::encode(&Sha256::digest(bytes));
    TargetFile {
        length: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        hashes: BTreeMap::from([("sha256".to_owned(), hash)]),
        custom: None,
        other: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &TargetFile, pieces: &[&[u8]]) -> Result<(), String> {
        let mut check = ContentCheck::target("t", file).map_err(|error| error.to_string())?;
        for piece in pieces {
            check.update(piece).map_err(|error| error.to_string())?;
        }
        check.finish().map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_signed_bytes_pass() {
        let mut file = describe(b"bytes");
        assert_eq!(check(&file, &[b"by", b"", b"tes"]), Ok(()));
        for (pieces, reason) in [
            (&[b"byte".as_slice()][..], "too short"),
            (&[b"bytes".as_slice(), b"!".as_slice()][..], "too long"),
            (&[b"Bytes".as_slice()][..], "sha256 is another"),
        ] {
            assert!(check(&file, pieces).unwrap_err().contains(reason));
        }
        // Every hash that we know must match.
        let sha512 = hex::encode(&Sha512::digest(b"bytes")).to_uppercase();
        file.hashes.insert("sha512".to_owned(), sha512);
        file.hashes.insert("md5".to_owned(), "00".to_owned());
        assert_eq!(check(&file, &[b"bytes"]), Ok(()));
        let other = hex::encode(&Sha512::digest(b"other"));
        file.hashes.insert("sha512".to_owned(), other);
        assert!(
            check(&file, &[b"bytes"])
                .unwrap_err()
                .contains("sha512 is another")
        );
    }

    #[test]
    fn hashes_that_can_not_be_checked_are_refused() {
        let mut file = describe(b"bytes");
        file.hashes = BTreeMap::from([("md5".to_owned(), "00".to_owned())]);
        assert!(check(&file, &[b"bytes"]).unwrap_err().contains("neither"));
        file.hashes = BTreeMap::new();
        assert!(check(&file, &[b"bytes"]).unwrap_err().contains("neither"));
        file.hashes = BTreeMap::from([("sha256".to_owned(), "../../x".to_owned())]);
        assert!(
            check(&file, &[b"bytes"])
                .unwrap_err()
                .contains("no such hash")
        );
    }
}
