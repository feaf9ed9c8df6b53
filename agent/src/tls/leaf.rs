//! The server's own certificate: whether the one on disk still fits, and making a new one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rcgen::{
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
    PublicKeyData as _, SanType,
};
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{
    CertificateDer, IpAddr as PkiIp, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime,
};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::authority::{Authority, new_key};
use super::{DAY, EARLIEST, Name, TlsError, params};
use crate::secrets::{Secret, write_private};

/// Life of the certificate: the longest that browsers accept from any authority.
const LIFE: Duration = Duration::from_secs(397 * DAY.as_secs());
/// A certificate with less than this left is replaced.
const RENEW_WITHIN: Duration = Duration::from_secs(30 * DAY.as_secs());

/// The certificate and its key, ready to serve.
pub(super) struct Leaf {
    pub(super) cert: CertificateDer<'static>,
    pub(super) key: PrivateKeyDer<'static>,
    pub(super) expires: Timestamp,
}

/// Loads the certificate for exactly these names, or makes a new one if it does not fit. Nothing is
/// lost by that: clients trust the authority, not this certificate.
pub(super) fn ensure(
    dir: &Path,
    authority: &Authority,
    names: &BTreeSet<Name>,
    now: Timestamp,
) -> Result<Leaf, TlsError> {
    let (cert_path, key_path) = (dir.join("server.pem"), dir.join("server.key"));
    let read = |path: &Path| match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TlsError::io("read", path)(error)),
    };
    let why = match (read(&cert_path)?, read(&key_path)?.map(Secret::new)) {
        (Some(cert), Some(key)) => match load(&cert, &key, authority, names, now) {
            Ok(leaf) => return Ok(leaf),
            Err(why) => why,
        },
        (None, None) => "there is none".to_owned(),
        (None, Some(_)) => "server.pem is missing".to_owned(),
        (Some(_), None) => "server.key is missing".to_owned(),
    };
    let key = new_key()?;
    let cert = sign(authority, &key, names, now)?;
    let key_pem = Secret::new(key.serialize_pem());
    // An interruption between the two leaves a pair that does not match, which is made anew.
    write_private(&key_path, key_pem.expose().as_bytes())
        .map_err(TlsError::io("write", &key_path))?;
    write_private(&cert_path, cert.pem().as_bytes()).map_err(TlsError::io("write", &cert_path))?;
    tracing::info!(file = %cert_path.display(), %why, "made a new server certificate");

    let cert = cert.der().clone();
    Ok(Leaf {
        expires: validity(&cert).map_or(now, |(_, end)| end),
        cert,
        key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
    })
}

/// Splits names into those the authority may sign for and the others, by asking the code that
/// clients use rather than by reading the constraints again here.
pub(super) fn partition_covered(
    authority: &Authority,
    names: BTreeSet<Name>,
) -> Result<(BTreeSet<Name>, BTreeSet<Name>), TlsError> {
    let key = new_key()?;
    // The middle of the authority's life: only names are judged here, not today's date.
    let (begin, end) = validity(&authority.cert).unwrap_or((authority.expires, authority.expires));
    let middle = begin
        .checked_add(end.duration_since(begin) / 2)
        .unwrap_or(begin);
    let (mut covered, mut uncovered) = (BTreeSet::new(), BTreeSet::new());
    for name in names {
        let only = BTreeSet::from([name.clone()]);
        let cert = sign(authority, &key, &only, middle)?;
        match verify(authority, cert.der(), &name, middle) {
            Ok(()) => covered.insert(name),
            Err(_) => uncovered.insert(name),
        };
    }
    Ok((covered, uncovered))
}

fn sign(
    authority: &Authority,
    key: &KeyPair,
    names: &BTreeSet<Name>,
    now: Timestamp,
) -> Result<rcgen::Certificate, TlsError> {
    let mut params = params("Harbourmaster OS server", now, LIFE, authority.expires)?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    for name in names {
        params.subject_alt_names.push(match name {
            Name::Dns(dns) => SanType::DnsName(dns.as_str().try_into().map_err(TlsError::Make)?),
            Name::Ip(ip) => SanType::IpAddress(*ip),
        });
    }
    params
        .signed_by(key, &authority.issuer()?)
        .map_err(TlsError::Make)
}

/// The pair from disk, or why it must be replaced.
fn load(
    cert_pem: &[u8],
    key_pem: &Secret<Vec<u8>>,
    authority: &Authority,
    names: &BTreeSet<Name>,
    now: Timestamp,
) -> Result<Leaf, String> {
    let cert = CertificateDer::from_pem_slice(cert_pem)
        .map_err(|error| format!("server.pem is no PEM certificate ({error})"))?;
    let (_, x509) = X509Certificate::from_der(&cert)
        .map_err(|error| format!("server.pem is no X.509 certificate ({error})"))?;
    let key = std::str::from_utf8(key_pem.expose()).map_err(|_| "server.key is no text")?;
    let key = KeyPair::from_pkcs8_pem_and_sign_algo(key, &PKCS_ECDSA_P256_SHA256)
        .map_err(|error| format!("server.key is no ECDSA P-256 key ({error})"))?;
    if x509.public_key().raw != key.subject_public_key_info() {
        return Err("server.key does not belong to server.pem".to_owned());
    }
    if names_of(&x509).as_ref() != Some(names) {
        return Err("the names of the server have changed".to_owned());
    }
    let (begin, end) = validity(&cert).ok_or("server.pem has impossible dates")?;
    for name in names {
        verify(authority, &cert, name, begin)
            .map_err(|error| format!("the authority does not vouch for it ({error})"))?;
    }
    // With a clock that is surely wrong, an old certificate is better than none.
    if now.as_second() >= EARLIEST {
        if now < begin {
            return Err("it is not valid yet".to_owned());
        }
        if now.checked_add(RENEW_WITHIN).is_ok_and(|soon| end < soon) {
            return Err("it ends in less than 30 days".to_owned());
        }
    }
    Ok(Leaf {
        key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        expires: end,
        cert: cert.clone(),
    })
}

/// Begin and end of a certificate.
fn validity(cert: &CertificateDer<'_>) -> Option<(Timestamp, Timestamp)> {
    let (_, x509) = X509Certificate::from_der(cert).ok()?;
    let moment = |at: x509_parser::time::ASN1Time| Timestamp::from_second(at.timestamp()).ok();
    Some((
        moment(x509.validity().not_before)?,
        moment(x509.validity().not_after)?,
    ))
}

/// The names in a certificate; `None` if there is one of another kind.
fn names_of(x509: &X509Certificate<'_>) -> Option<BTreeSet<Name>> {
    let extension = x509.subject_alternative_name().ok()??;
    extension
        .value
        .general_names
        .iter()
        .map(|name| match name {
            GeneralName::DNSName(dns) => Some(Name::Dns((*dns).to_owned())),
            GeneralName::IPAddress(octets) => match octets.len() {
                4 => Some(Name::Ip(<[u8; 4]>::try_from(*octets).ok()?.into())),
                16 => Some(Name::Ip(<[u8; 16]>::try_from(*octets).ok()?.into())),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// Judges a certificate as a client does that trusts the authority.
pub(super) fn verify(
    authority: &Authority,
    cert: &CertificateDer<'_>,
    name: &Name,
    at: Timestamp,
) -> Result<(), rustls::Error> {
    let server = match name {
        Name::Dns(dns) => ServerName::try_from(dns.as_str())
            .map_err(|_| rustls::Error::General("it is no host name".to_owned()))?,
        Name::Ip(ip) => ServerName::IpAddress(PkiIp::from(*ip)),
    };
    let since_epoch = Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0));
    let at = UnixTime::since_unix_epoch(since_epoch);
    authority
        .client
        .verify_server_cert(cert, &[], &server, &[], at)
        .map(drop)
}
