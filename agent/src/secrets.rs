//! Values that must not leak: their wrapper, their making, their comparison and their files.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, Zeroizing};

/// A value that prints as `***` and is overwritten in memory when dropped.
///
/// It can be read from a request (`Deserialize`) but has no `Serialize`: whoever sends a secret
/// out must write [`Secret::expose`], which is easy to find in a review.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value into custody.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Never pass the result to a log or an error.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T: Zeroize> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// Fills an array from the kernel's random source.
///
/// # Panics
/// If the kernel offers no random source at all. Nothing safe can be done without one.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("Linux answers getrandom(2) on every supported kernel");
    bytes
}

/// As many bytes from the kernel's random source, overwritten when dropped.
///
/// # Panics
/// If the kernel offers no random source at all. Nothing safe can be done without one.
pub fn random_vec(count: usize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; count]);
    getrandom::fill(&mut bytes).expect("Linux answers getrandom(2) on every supported kernel");
    bytes
}

/// A new bearer token: 32 random bytes as 43 base64url characters (RFC 4648 section 5, no padding).
pub fn random_token() -> Secret<String> {
    let bytes = Zeroizing::new(random_bytes::<32>());
    Secret(URL_SAFE_NO_PAD.encode(*bytes))
}

/// SHA-256 of a token, which is all that is kept of it.
///
/// A plain hash is enough because tokens carry 256 random bits; passwords go to
/// [`crate::auth::password`] instead.
pub fn fingerprint(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Compares without telling by its duration where two byte strings differ.
///
/// Only the lengths may be learnt, and these are public here.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// Lower-case hexadecimal text of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Replaces a file by `bytes`, readable by its owner alone (mode 0600).
///
/// The bytes are written aside in the same directory, synced, renamed over the target, and the
/// directory is synced: after a crash the file is the old one or the new one, never half of each.
///
/// # Errors
/// Any error of the file system; the target is then unchanged and the aside file removed.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path names no file",
        ));
    };
    let dir = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    let mut aside_name = std::ffi::OsString::from(".");
    aside_name.push(name);
    aside_name.push(format!(".{}.new", hex(&random_bytes::<6>())));
    let aside = dir.join(aside_name);

    let written = write_synced(&aside, bytes).and_then(|()| fs::rename(&aside, path));
    if let Err(error) = written {
        // The first error is the one to report; a left-over aside file harms nothing.
        let _ = fs::remove_file(&aside);
        return Err(error);
    }
    sync_dir(dir)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes created, renamed and removed names of a directory durable.
///
/// # Errors
/// Any error of the file system.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_secret_never_prints_itself() {
        #[derive(Debug)]
        #[allow(dead_code, reason = "read by Debug alone")]
        struct Holder {
            password: Secret<String>,
        }
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        let holder = Holder { password: secret };
        assert!(!format!("{holder:#?}").contains("hunter2"));
        assert_eq!(holder.password.expose(), "hunter2");
    }

    #[test]
    fn a_secret_comes_from_json() {
        let secret: Secret<String> = serde_json::from_str("\"open sesame\"").unwrap();
        assert_eq!(secret.expose(), "open sesame");
    }

    #[test]
    fn tokens_are_long_url_safe_and_different() {
        let a = random_token();
        let b = random_token();
        assert_ne!(a.expose(), b.expose());
        assert_eq!(a.expose().len(), 43);
        assert_eq!(URL_SAFE_NO_PAD.decode(a.expose()).unwrap().len(), 32);
    }

    #[test]
    fn fingerprint_is_sha_256() {
        // FIPS 180-4 example "abc".
        assert_eq!(
            hex(&fingerprint("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn comparison_agrees_with_equality() {
        for (a, b) in [("", ""), ("a", "b"), ("abc", "abc"), ("abc", "abcd")] {
            assert_eq!(constant_time_eq(a.as_bytes(), b.as_bytes()), a == b);
        }
    }

    #[test]
    fn private_files_are_private_and_leave_nothing_beside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        fs::write(&path, "old and world-readable").unwrap();
        write_private(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failed_write_leaves_the_old_state() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("taken");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("inside"), "x").unwrap();
        assert!(write_private(&path, b"new").is_err());
        assert!(path.join("inside").exists());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(write_private(&dir.path().join("missing/key"), b"new").is_err());
    }
}
