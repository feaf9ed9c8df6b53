//! A signed file: read within limits, its signatures counted, its role taken
//! out (section 4.2).

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canonical::canonical;
use super::key::{Key, KeyId};
use super::limits::MAX_SIGNATURES;
use super::metadata::{Role, RoleKeys};
use super::refusal::Refusal;
use super::secret::SecretKey;

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Signature {
    keyid: KeyId,
    /// Hexadecimal; what is none is a signature that is not valid.
    sig: String,
    #[serde(flatten)]
    other: BTreeMap<String, Value>,
}

#[derive(Serialize, Deserialize)]
struct File {
    signatures: Vec<Signature>,
    signed: Value,
    #[serde(flatten)]
    other: BTreeMap<String, Value>,
}

/// A file whose signatures are not counted yet, or have been.
pub struct Envelope {
    role: String,
    file: File,
    canonical: Vec<u8>,
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Envelope({})", self.role)
    }
}

impl Envelope {
    /// Reads a file that is offered as this role's. Nesting deeper than 128
    /// is refused by the JSON reader.
    ///
    /// # Errors
    /// When it is no signed file, has two signatures of one key, or numbers
    /// that have no canonical form.
    pub fn read(role: &str, bytes: &[u8]) -> Result<Self, Refusal> {
        let malformed = |reason: String| Refusal::Malformed {
            role: role.to_owned(),
            reason,
        };
        let file: File =
            serde_json::from_slice(bytes).map_err(|error| malformed(error.to_string()))?;
        if file.signatures.len() > MAX_SIGNATURES {
            return Err(malformed(format!(
                "it has more than {MAX_SIGNATURES} signatures"
            )));
        }
        let mut signers = HashSet::new();
        if let Some(twice) = file
            .signatures
            .iter()
            .find(|one| !signers.insert(&one.keyid))
        {
            return Err(malformed(format!(
                "the key {} signed it twice",
                twice.keyid
            )));
        }
        let canonical = canonical(&file.signed).map_err(|error| malformed(error.to_string()))?;
        Ok(Self {
            role: role.to_owned(),
            file,
            canonical,
        })
    }

    /// Wraps a role that nobody has signed yet.
    ///
    /// # Errors
    /// When it has no canonical form.
    pub fn unsigned<R: Role>(content: &R) -> Result<Self, Refusal> {
        let malformed = |reason: String| Refusal::Malformed {
            role: R::TYPE.to_owned(),
            reason,
        };
        let signed = serde_json::to_value(content).map_err(|error| malformed(error.to_string()))?;
        let canonical = canonical(&signed).map_err(|error| malformed(error.to_string()))?;
        Ok(Self {
            role: R::TYPE.to_owned(),
            file: File {
                signatures: Vec::new(),
                signed,
                other: BTreeMap::new(),
            },
            canonical,
        })
    }

    /// Adds a signature; one of the same key before it is replaced.
    pub fn sign(&mut self, key: &SecretKey) {
        let keyid = key.public().id();
        self.file.signatures.retain(|one| one.keyid != keyid);
        self.file.signatures.push(Signature {
            keyid,
            sig: key.sign(&self.canonical),
            other: BTreeMap::new(),
        });
    }

    /// The file.
    ///
    /// # Errors
    /// Never for values that JSON gave or the canonical form took.
    pub fn write(&self) -> Result<Vec<u8>, Refusal> {
        let mut bytes = serde_json::to_vec(&self.file).map_err(|error| Refusal::Malformed {
            role: self.role.clone(),
            reason: error.to_string(),
        })?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The keys of the role that signed this, each once, when they are enough.
    /// Keys count by what they are, not by what they are called.
    ///
    /// # Errors
    /// When they are too few.
    pub fn verify(
        &self,
        keys: &BTreeMap<KeyId, Key>,
        role: &RoleKeys,
    ) -> Result<Vec<KeyId>, Refusal> {
        let signed_by = self.signed_by(keys, role);
        if u64::try_from(signed_by.len()).is_ok_and(|count| count >= role.threshold.get()) {
            return Ok(signed_by);
        }
        Err(Refusal::Signatures {
            role: self.role.clone(),
            valid: signed_by.len(),
            needed: role.threshold.get(),
        })
    }

    /// The keys that claim to have signed this.
    pub fn signers(&self) -> impl Iterator<Item = &KeyId> {
        self.file.signatures.iter().map(|one| &one.keyid)
    }

    /// The keys of the role that signed this, each once.
    pub fn signed_by(&self, keys: &BTreeMap<KeyId, Key>, role: &RoleKeys) -> Vec<KeyId> {
        let allowed: HashSet<_> = role.keyids.iter().collect();
        let mut counted = HashSet::new();
        let mut signed_by = Vec::new();
        for signature in &self.file.signatures {
            let known = keys.get(&signature.keyid);
            let Some(key) = known.filter(|_| allowed.contains(&signature.keyid)) else {
                continue;
            };
            let identity = key.verify(&self.canonical, &signature.sig);
            if identity.is_some_and(|identity| counted.insert(identity)) {
                signed_by.push(signature.keyid.clone());
            }
        }
        signed_by
    }

    /// The role in it. Whether it may be believed is another matter.
    ///
    /// # Errors
    /// When it is another kind of role or not well formed.
    pub fn content<R: Role>(&self) -> Result<R, Refusal> {
        let malformed = |reason: String| Refusal::Malformed {
            role: self.role.clone(),
            reason,
        };
        // Another kind is named before its missing fields are.
        let kind = self.file.signed.get("_type").and_then(Value::as_str);
        if let Some(kind) = kind.filter(|kind| *kind != R::TYPE) {
            return Err(malformed(format!("it is “{kind}”, not “{}”", R::TYPE)));
        }
        let content: R =
            R::deserialize(&self.file.signed).map_err(|error| malformed(error.to_string()))?;
        content
            .common()
            .check::<R>()
            .and_then(|()| content.check())
            .map_err(malformed)?;
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::tuf::metadata::{Root, Snapshot, Targets, Timestamp};

    fn read_as<R: Role>(bytes: &[u8]) -> Result<R, Refusal> {
        Envelope::read(R::TYPE, bytes)?.content()
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange_to_refuse(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read_as::<Root>(&bytes).is_err());
        }

        #[test]
        fn no_field_is_too_strange(
            field in prop::sample::select(vec![
                "_type", "spec_version", "version", "expires", "keys", "roles", "meta", "targets",
                "delegations", "consistent_snapshot",
            ]),
            kind in prop::sample::select(vec!["root", "timestamp", "snapshot", "targets"]),
            odd in prop::sample::select(vec![
                json!(null), json!(-1), json!(0), json!(u64::MAX), json!(""), json!([]), json!({}),
                json!({"": null}), json!([[]]), json!("9999-12-31T23:59:59Z"), json!(true),
            ]),
        ) {
            let mut signed = json!({
                "_type": kind, "spec_version": "1.0", "version": 1,
                "expires": "2030-01-01T00:00:00Z", "keys": {}, "roles": {}, "meta": {}, "targets": {},
            });
            signed[field] = odd;
            let bytes = serde_json::to_vec(&json!({"signatures": [], "signed": signed})).unwrap();
            // Any answer will do, as long as there is one.
            let _ = read_as::<Root>(&bytes);
            let _ = read_as::<Timestamp>(&bytes);
            let _ = read_as::<Snapshot>(&bytes);
            let _ = read_as::<Targets>(&bytes);
        }
    }

    #[test]
    fn nesting_and_signatures_have_a_limit() {
        let deep = format!(
            "{{\"signatures\":[],\"signed\":{}{}}}",
            "[".repeat(200),
            "]".repeat(200)
        );
        assert!(Envelope::read("root", deep.as_bytes()).is_err());
        let signatures: Vec<_> = (0..=MAX_SIGNATURES)
            .map(|id| json!({"keyid": id.to_string(), "sig": ""}))
            .collect();
        let many = json!({"signatures": signatures, "signed": {}}).to_string();
        let refused = Envelope::read("root", many.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(refused.contains("more than 256 signatures"), "{refused}");
    }
}
