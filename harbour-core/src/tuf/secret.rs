//! Private keys: made from random bytes that are given, kept as PKCS #8.

use std::fmt;

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::hex;
use super::key::Key;

/// An ed25519 key that signs. It prints as `***` and is overwritten in memory
/// when dropped.
pub struct SecretKey(SigningKey);

/// Why a text is no private key; it says nothing of what was in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no ed25519 private key in PEM (PKCS #8, not encrypted)")]
pub struct SecretKeyError;

impl SecretKey {
    /// The key of a seed: 32 bytes of good randomness.
    pub fn from_seed(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads what [`Self::to_pem`] wrote, or OpenSSL or python-tuf.
    ///
    /// # Errors
    /// When it is something else.
    pub fn from_pem(pem: &str) -> Result<Self, SecretKeyError> {
        SigningKey::from_pkcs8_pem(pem)
            .map(Self)
            .map_err(|_| SecretKeyError)
    }

    /// The key as a file holds it.
    ///
    /// # Errors
    /// Never for a key that exists; the encoder's type has one.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, SecretKeyError> {
        self.0
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| SecretKeyError)
    }

    /// The half that everybody may know.
    pub fn public(&self) -> Key {
        Key::ed25519(self.0.verifying_key().as_bytes())
    }

    /// The signature of the bytes, in hexadecimal.
    pub(crate) fn sign(&self, bytes: &[u8]) -> String {
        hex::encode(&self.0.sign(bytes).to_bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_through_its_file_and_shows_itself_nowhere() {
        let key = SecretKey::from_seed(&Zeroizing::new([7; 32]));
        let pem = key.to_pem().unwrap();
        assert_eq!(SecretKey::from_pem(&pem).unwrap().public(), key.public());
        assert_eq!(format!("{key:?}"), "***");
        assert!(SecretKey::from_pem("-----BEGIN PRIVATE KEY-----").is_err());
        let signature = key.sign(b"bytes");
        assert!(key.public().verify(b"bytes", &signature).is_some());
        assert_eq!(key.public().verify(b"other", &signature), None);
        assert_eq!(key.public().verify(b"bytes", ""), None);
        assert_eq!(key.public().verify(b"bytes", "zz"), None);
    }
}
