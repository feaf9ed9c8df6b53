//! Names of files: as they are kept, as they are asked for, what they say.

use harbour_core::tuf::metadata::{Role as _, Timestamp};
use harbour_core::tuf::name::{TargetPath, file_name};
use serde::Deserialize;

pub(super) const TIMESTAMP_FILE: &str = "timestamp.json";

#[derive(Deserialize)]
struct Versioned {
    signed: Version,
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

pub(super) fn version_of(bytes: &[u8]) -> u64 {
    // What was verified has one.
    serde_json::from_slice(bytes).map_or(0, |file: Versioned| file.signed.version)
}

/// The name under which a role's file is kept, which is what peers ask for.
pub(super) fn kept_name(role: &str, version: u64) -> String {
    match role {
        Timestamp::TYPE => TIMESTAMP_FILE.to_owned(),
        _ => format!("{version}.{}.json", file_name(role)),
    }
}

/// Undoes the percent-encoding of a name in an address.
pub(super) fn plain_path(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            let digits = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
            plain.push(u8::from_str_radix(digits, 16).ok()?);
            at += 3;
        } else {
            plain.push(*byte);
            at += 1;
        }
    }
    let plain = String::from_utf8(plain).ok()?;
    let path = TargetPath::new(&plain).ok()?;
    Some(path.as_str().to_owned())
}

/// The path of a target, from its name in an address.
pub(super) fn target_path(name: &str, consistent: bool) -> Option<TargetPath> {
    let plain = plain_path(name)?;
    if !consistent {
        return TargetPath::new(&plain).ok();
    }
    let (folder, file) = match plain.rsplit_once('/') {
        Some((folder, file)) => (format!("{folder}/"), file),
        None => (String::new(), plain.as_str()),
    };
    let (_, file) = file.split_once('.')?;
    TargetPath::new(&format!("{folder}{file}")).ok()
}

/// The role of a metadata file that the verifier asks for.
pub(super) fn role_of(path: &str) -> Option<String> {
    let name = path.strip_suffix(".json")?;
    let role = match name.split_once('.') {
        Some((version, role)) if version.bytes().all(|byte| byte.is_ascii_digit()) => role,
        _ => name,
    };
    // A role may have any letters; as a path it need not be one.
    let decoded = plain_path(role);
    Some(decoded.unwrap_or_else(|| role.to_owned()))
}
