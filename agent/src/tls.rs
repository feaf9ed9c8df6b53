//! HTTPS for this server: a local certificate authority made at the first start, and the server's
//! certificate, which is renewed when it is due or when the server's names change.
//!
//! The authority's key is made once and never replaced by itself, because every browser that
//! trusts it would have to be told. The server's certificate is replaced whenever it does not fit.
//! Files, all in one directory only its owner may enter: `ca.pem`, `ca.key`, `server.pem`,
//! `server.key`.

mod authority;
mod leaf;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{CertificateParams, DistinguishedName, DnType, SerialNumber};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig};
use sha2::{Digest as _, Sha256};

use crate::secrets::random_bytes;
use authority::Authority;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Certificates begin a little earlier, for browsers whose clock is behind.
const BACKDATED: Duration = Duration::from_secs(60 * 60);
/// This program is younger than any clock before 2026 says: certificates made then would have
/// expired when the clock is set right.
const EARLIEST: i64 = 1_767_225_600;

/// What [`ensure_server_config`] found or made.
#[derive(Debug)]
pub struct TlsSetup {
    /// For the listener: TLS 1.2 and 1.3, ALPN `h2` and `http/1.1`.
    pub config: Arc<ServerConfig>,
    /// The authority's certificate, for people to import.
    pub ca_path: PathBuf,
    /// SHA-256 of the authority's certificate, `AA:BB:…`, as browsers show it.
    pub ca_fingerprint: String,
    /// End of the server's certificate. Call again at least 30 days earlier to have it renewed.
    pub leaf_expires: Timestamp,
    /// Names the authority was not made for and its certificates cannot have. Removing `ca.pem`
    /// and `ca.key` makes a new authority for them, which browsers must then be told to trust.
    pub uncovered: Vec<String>,
}

/// Why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file system said no.
    #[error("could not {what} {}", path.display())]
    Io {
        /// What was attempted.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The error.
        #[source]
        source: io::Error,
    },
    /// A file of the authority cannot be used. It is never replaced without being asked.
    #[error(
        "{} {reason}; restore it from a backup, or remove ca.pem and ca.key beside it to make a \
         new authority, which browsers must then be told to trust",
        path.display()
    )]
    Authority {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A name is neither a host name nor an IP address.
    #[error("`{name}` is neither a host name nor an IP address")]
    BadName {
        /// As it was given.
        name: String,
    },
    /// The authority may sign for none of the names, or there are none.
    #[error(
        "no certificate is possible: {} was not made for any of the server's names; remove it and \
         ca.key beside it to make a new authority", ca.display()
    )]
    NoNames {
        /// The authority's certificate.
        ca: PathBuf,
    },
    /// The clock is wrong, so that no certificate should be made now.
    #[error("the clock of this server says {now}; set it, then start again")]
    Clock {
        /// What the clock says.
        now: Timestamp,
    },
    /// Making a certificate failed.
    #[error("could not make a certificate")]
    Make(#[source] rcgen::Error),
    /// rustls refused what was made.
    #[error("could not set up TLS")]
    Setup(#[source] rustls::Error),
}

impl TlsError {
    fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}

/// Loads or makes the authority and the server's certificate for `names` (host names or IP
/// addresses) in `dir`. Blocks for some milliseconds.
///
/// # Errors
/// [`TlsError`]; a damaged file of the authority is named and left alone.
pub fn ensure_server_config(
    dir: &Path,
    names: &[String],
    now: Timestamp,
) -> Result<TlsSetup, TlsError> {
    let names = normalise(names)?;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .and_then(|()| fs::set_permissions(dir, Permissions::from_mode(0o700)))
        .map_err(TlsError::io("create", dir))?;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let authority = Authority::ensure(dir, &names, now, &provider)?;
    let (covered, uncovered): (BTreeSet<Name>, BTreeSet<Name>) =
        leaf::partition_covered(&authority, names)?;
    if covered.is_empty() {
        return Err(TlsError::NoNames { ca: authority.path });
    }
    for name in &uncovered {
        tracing::warn!(%name, ca = %authority.path.display(), "the authority may not sign for it");
    }
    let leaf = leaf::ensure(dir, &authority, &covered, now)?;

    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(TlsError::Setup)?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.cert], leaf.key)
        .map_err(TlsError::Setup)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsSetup {
        config: Arc::new(config),
        ca_fingerprint: fingerprint(&authority.cert),
        ca_path: authority.path,
        leaf_expires: leaf.expires,
        uncovered: uncovered.iter().map(Name::to_string).collect(),
    })
}

/// A name of this server, as certificates spell it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Dns(String),
    Ip(IpAddr),
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dns(name) => f.write_str(name),
            Self::Ip(ip) => ip.fmt(f),
        }
    }
}

fn normalise(names: &[String]) -> Result<BTreeSet<Name>, TlsError> {
    names.iter().map(|name| parse_name(name)).collect()
}

fn parse_name(given: &str) -> Result<Name, TlsError> {
    let bare = given.trim();
    let bare = bare
        .strip_prefix('[')
        .and_then(|b| b.strip_suffix(']'))
        .unwrap_or(bare);
    let bare = bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase();
    match ServerName::try_from(bare.as_str()) {
        Ok(ServerName::IpAddress(ip)) => Ok(Name::Ip(IpAddr::from(ip))),
        Ok(_) => Ok(Name::Dns(bare)),
        Err(_) => Err(TlsError::BadName {
            name: given.to_owned(),
        }),
    }
}

/// SHA-256 of a certificate as browsers show it.
fn fingerprint(cert: &CertificateDer<'_>) -> String {
    let bytes = Sha256::digest(cert);
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// Parameters that both kinds of certificate share: subject, life and a random serial number
/// (RFC 5280 section 4.1.2.2: positive, at most 20 octets).
fn params(
    common_name: &str,
    now: Timestamp,
    life: Duration,
    latest_end: Timestamp,
) -> Result<CertificateParams, TlsError> {
    if now.as_second() < EARLIEST {
        return Err(TlsError::Clock { now });
    }
    let begin = now
        .checked_sub(BACKDATED)
        .map_err(|_| TlsError::Clock { now })?;
    let end = begin
        .checked_add(life)
        .map_err(|_| TlsError::Clock { now })?;
    let mut serial = random_bytes::<16>();
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, common_name);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let moment = |at: Timestamp| epoch + Duration::from_secs(at.as_second().unsigned_abs());
    params.not_before = moment(begin);
    params.not_after = moment(end.min(latest_end));
    Ok(params)
}

fn root_store(cert: &CertificateDer<'static>) -> Result<Arc<RootCertStore>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(cert.clone())?;
    Ok(Arc::new(roots))
}

type Provider = Arc<CryptoProvider>;
