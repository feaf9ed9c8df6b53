//! Public keys and what they have signed.

use std::collections::BTreeMap;
use std::fmt;

use p256::ecdsa::signature::Verifier as _;
use p256::pkcs8::DecodePublicKey as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::canonical::canonical;
use super::hex;

/// The field of a key in which we write whose it is; other clients keep it.
const NAME_FIELD: &str = "x-name";

/// How a key is called in metadata: often the SHA-256 of the key, but any
/// text will do since version 1.0.3 of the specification.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(String);

impl KeyId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for KeyId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A public key (section 4.2). One of a kind that we can not use is kept as
/// it is; its signatures do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Kind of the key, such as `ed25519`.
    pub keytype: String,
    /// How it signs, such as `ed25519` or `ecdsa-sha2-nistp256`.
    pub scheme: String,
    /// The key itself, under `public`.
    pub keyval: Map<String, Value>,
    /// Fields that are none of the specification's.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// A key ready to verify with.
enum Verifier {
    Ed25519(ed25519_dalek::VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
}

impl Key {
    /// A key for ed25519 signatures.
    pub fn ed25519(public: &[u8; 32]) -> Self {
        let keyval = Map::from_iter([("public".to_owned(), json!(hex::encode(public)))]);
        Self {
            keytype: "ed25519".to_owned(),
            scheme: "ed25519".to_owned(),
            keyval,
            other: BTreeMap::new(),
        }
    }

    /// The same key with the name of whoever holds it, for people to read.
    /// The name is as trustworthy as whoever signs the list of keys.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.other.insert(NAME_FIELD.to_owned(), json!(name));
        self
    }

    /// Whose key it is, if it says.
    pub fn name(&self) -> Option<&str> {
        self.other.get(NAME_FIELD)?.as_str()
    }

    /// The SHA-256 of the key's canonical JSON, without fields of others.
    pub fn id(&self) -> KeyId {
        let value = json!({
            "keytype": self.keytype, "scheme": self.scheme, "keyval": self.keyval,
        });
        // A key value with a fraction in it is no key; any name will do for it.
        let bytes = canonical(&value).unwrap_or_default();
        KeyId(hex::encode(&Sha256::digest(bytes)))
    }

    /// Whether signatures of this key can be verified here.
    pub fn supported(&self) -> bool {
        self.verifier().is_some()
    }

    fn verifier(&self) -> Option<Verifier> {
        let public = self.keyval.get("public")?.as_str()?;
        match (self.keytype.as_str(), self.scheme.as_str()) {
            ("ed25519", "ed25519") => {
                let bytes: [u8; 32] = hex::decode(public)?.try_into().ok()?;
                ed25519_dalek::VerifyingKey::from_bytes(&bytes)
                    .ok()
                    .map(Verifier::Ed25519)
            }
            // The longer type is that of metadata before version 1.0.17.
            ("ecdsa" | "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => {
                p256::ecdsa::VerifyingKey::from_public_key_pem(public)
                    .ok()
                    .map(Verifier::P256)
            }
            _ => None,
        }
    }

    /// What the key is, whatever it is called, when the hexadecimal text is
    /// its signature of the bytes.
    pub(crate) fn verify(&self, bytes: &[u8], signature: &str) -> Option<Vec<u8>> {
        let signature = hex::decode(signature)?;
        match self.verifier()? {
            Verifier::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_slice(&signature).ok()?;
                key.verify_strict(bytes, &signature).ok()?;
                Some(key.to_bytes().to_vec())
            }
            Verifier::P256(key) => {
                let signature = p256::ecdsa::Signature::from_der(&signature).ok()?;
                key.verify(bytes, &signature).ok()?;
                Some(key.to_sec1_point(true).as_bytes().to_vec())
            }
        }
    }
}
