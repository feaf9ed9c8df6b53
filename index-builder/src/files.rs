//! Files of the commands: read within limits, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::key::Key;
use harbour_core::tuf::metadata::Root;
use harbour_core::tuf::secret::SecretKey;
use harbour_core::tuf::time::Time;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::error::CommandError;

/// Bytes of any file that goes into a store, an icon for instance.
pub const MAX_FILE: u64 = 16 * 1_024 * 1_024;
/// Bytes of a key file.
const MAX_KEY: u64 = 4_096;

/// The time of the system.
///
/// # Errors
/// When it is before 1970.
pub fn now() -> Result<Time, CommandError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_err(|_| CommandError::Clock)?.as_secs();
    Ok(Time::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX)))
}

/// The time that `SOURCE_DATE_EPOCH` asks for, in seconds after 1970.
///
/// # Errors
/// When it is no such number.
pub fn reproducible_now() -> Result<Option<Time>, CommandError> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(None);
    };
    let seconds = text.to_str().and_then(|text| text.parse().ok());
    let seconds = seconds.ok_or_else(|| {
        CommandError::Found("SOURCE_DATE_EPOCH is no number of seconds since 1970".to_owned())
    })?;
    Ok(Some(Time::from_unix(seconds)))
}

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// When it can not be read or is larger.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, CommandError> {
    let file = File::open(path).map_err(CommandError::file(path, "opened"))?;
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(CommandError::file(path, "read"))?;
    if u64::try_from(bytes.len()).is_ok_and(|count| count <= limit) {
        return Ok(bytes);
    }
    Err(CommandError::content(
        path,
        format!("it is larger than {limit} bytes"),
    ))
}

/// Writes a file aside and puts it in its place.
///
/// # Errors
/// When it can not be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    let failed = || CommandError::file(path, "written");
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed())?;
    let mut aside = NamedTempFile::new_in(folder).map_err(failed())?;
    aside.write_all(bytes).map_err(failed())?;
    // What is published is for everybody to read.
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    aside
        .as_file()
        .set_permissions(everybody)
        .map_err(failed())?;
    aside.as_file().sync_all().map_err(failed())?;
    aside.persist(path).map_err(|error| failed()(error.error))?;
    Ok(())
}

/// Writes a new file that nobody else may read; none that is there is touched.
///
/// # Errors
/// When it is there, or can not be written.
pub fn write_secret(path: &Path, text: &str) -> Result<(), CommandError> {
    let failed = || CommandError::file(path, "written");
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(failed())?;
    file.write_all(text.as_bytes()).map_err(failed())?;
    file.sync_all().map_err(failed())
}

/// Reads a private key.
///
/// # Errors
/// When it is none.
pub fn read_secret(path: &Path) -> Result<SecretKey, CommandError> {
    let bytes = Zeroizing::new(read(path, MAX_KEY)?);
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| CommandError::content(path, "it is no text"))?;
    SecretKey::from_pem(text).map_err(|error| CommandError::content(path, error))
}

/// Reads a public key.
///
/// # Errors
/// When it is none.
pub fn read_public(path: &Path) -> Result<Key, CommandError> {
    let key: Key = serde_json::from_slice(&read(path, MAX_KEY)?)
        .map_err(|error| CommandError::content(path, format!("this is no public key: {error}")))?;
    if key.supported() {
        return Ok(key);
    }
    Err(CommandError::content(
        path,
        "this is no key that can be used; make one with `keys new`",
    ))
}

/// Reads public keys.
///
/// # Errors
/// When one is none.
pub fn read_publics(paths: &[impl AsRef<Path>]) -> Result<Vec<Key>, CommandError> {
    paths
        .iter()
        .map(|path| read_public(path.as_ref()))
        .collect()
}

/// Reads a root file, signed or not.
///
/// # Errors
/// When it is none.
pub fn read_root(path: &Path) -> Result<(Envelope, Root), CommandError> {
    let bytes = read(path, harbour_core::tuf::limits::MAX_ROOT)?;
    let envelope =
        Envelope::read("root", &bytes).map_err(|refusal| CommandError::content(path, refusal))?;
    let root = envelope
        .content()
        .map_err(|refusal| CommandError::content(path, refusal))?;
    Ok((envelope, root))
}
