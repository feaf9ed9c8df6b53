//! The local certificate authority: its key, its certificate, and what it may sign for.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CidrSubnet, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P256_SHA256, PublicKeyData as _,
};
use rustls::client::WebPkiServerVerifier;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, alg_id};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::{DAY, Name, Provider, TlsError, params, root_store};
use crate::secrets::{Secret, write_private};

/// Life of the authority: ten years, because each new one must be imported by hand.
const LIFE: std::time::Duration = std::time::Duration::from_secs(3653 * DAY.as_secs());

/// Names under which homes call their machines, whatever this server is called today: multicast
/// DNS (RFC 6762), the home network's domain (RFC 8375), and what routers hand out.
const HOME_DOMAINS: [&str; 4] = ["localhost", "local", "home.arpa", "lan"];

/// Addresses of this machine and of private networks (RFC 1122, RFC 1918, RFC 4291, RFC 4193).
const HOME_NETWORKS: [(IpAddr, u8); 6] = [
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
];

/// The authority, ready to sign.
pub(super) struct Authority {
    pub(super) path: PathBuf,
    pub(super) cert: CertificateDer<'static>,
    pub(super) expires: Timestamp,
    key: KeyPair,
    /// Judges certificates as a client that trusts this authority does.
    pub(super) client: Arc<WebPkiServerVerifier>,
}

impl Authority {
    /// Loads the authority, or makes it if there is none. A key without a certificate (the first
    /// start was interrupted, or someone removed `ca.pem`) gets a new certificate; anything else
    /// that is not whole is an error.
    pub(super) fn ensure(
        dir: &Path,
        names: &BTreeSet<Name>,
        now: Timestamp,
        provider: &Provider,
    ) -> Result<Self, TlsError> {
        let (cert_path, key_path) = (dir.join("ca.pem"), dir.join("ca.key"));
        let exists = |path: &Path| fs::exists(path).map_err(TlsError::io("look for", path));
        let (has_cert, has_key) = (exists(&cert_path)?, exists(&key_path)?);
        if has_cert && !has_key {
            return Err(TlsError::Authority {
                path: key_path,
                reason: "is missing".to_owned(),
            });
        }
        if !has_key {
            let key = new_key()?;
            let pem = Secret::new(key.serialize_pem());
            // Certificates made by a wrong clock are refused before a key is left behind.
            certificate(&key, names, now)?;
            write_private(&key_path, pem.expose().as_bytes())
                .map_err(TlsError::io("write", &key_path))?;
        }
        let key = load_key(&key_path)?;
        if !has_cert {
            let pem = certificate(&key, names, now)?;
            write_private(&cert_path, pem.as_bytes()).map_err(TlsError::io("write", &cert_path))?;
            tracing::info!(ca = %cert_path.display(), "made a local certificate authority");
        }
        Self::load(cert_path, key, now, provider)
    }

    fn load(
        path: PathBuf,
        key: KeyPair,
        now: Timestamp,
        provider: &Provider,
    ) -> Result<Self, TlsError> {
        let unusable = |reason: &str| TlsError::Authority {
            path: path.clone(),
            reason: reason.to_owned(),
        };
        let pem = fs::read(&path).map_err(TlsError::io("read", &path))?;
        let cert = CertificateDer::from_pem_slice(&pem)
            .map_err(|error| unusable(&format!("is no PEM certificate ({error})")))?;
        let (_, x509) = X509Certificate::from_der(&cert)
            .map_err(|error| unusable(&format!("is no X.509 certificate ({error})")))?;
        if !x509.is_ca() {
            return Err(unusable("is not the certificate of an authority"));
        }
        if x509.public_key().raw != key.subject_public_key_info() {
            return Err(unusable("does not belong to the key in ca.key"));
        }
        if !self_signed(&x509, provider) {
            return Err(unusable("is damaged: its signature is wrong"));
        }
        let expires = Timestamp::from_second(x509.validity().not_after.timestamp())
            .map_err(|_| unusable("has an impossible end date"))?;
        if expires <= now {
            return Err(unusable("has expired"));
        }
        let refused = |error: String| unusable(&format!("is refused as an authority ({error})"));
        let roots = root_store(&cert).map_err(|error| refused(error.to_string()))?;
        let client = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider))
            .build()
            .map_err(|error| refused(error.to_string()))?;
        Ok(Self {
            path,
            cert,
            expires,
            key,
            client,
        })
    }

    /// The authority as a signer.
    pub(super) fn issuer(&self) -> Result<Issuer<'_, &KeyPair>, TlsError> {
        Issuer::from_ca_cert_der(&self.cert, &self.key).map_err(TlsError::Make)
    }
}

/// A new ECDSA P-256 key.
pub(super) fn new_key() -> Result<KeyPair, TlsError> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(TlsError::Make)
}

fn load_key(path: &Path) -> Result<KeyPair, TlsError> {
    let unusable = |reason: String| TlsError::Authority {
        path: path.to_owned(),
        reason,
    };
    let pem = fs::read(path).map_err(TlsError::io("read", path))?;
    let pem = String::from_utf8(pem).map_err(|_| unusable("is no text".to_owned()))?;
    let pem = Secret::new(pem);
    KeyPair::from_pkcs8_pem_and_sign_algo(pem.expose(), &PKCS_ECDSA_P256_SHA256)
        .map_err(|error| unusable(format!("is no ECDSA P-256 key in PKCS #8 PEM ({error})")))
}

/// The authority's certificate as PEM. Even with its key stolen it is good for this home's names
/// and addresses alone (RFC 5280 section 4.2.1.10), and it signs no further authorities.
fn certificate(key: &KeyPair, names: &BTreeSet<Name>, now: Timestamp) -> Result<String, TlsError> {
    let host = names.iter().find_map(|name| match name {
        Name::Dns(dns) if dns != "localhost" => Some(dns.as_str()),
        _ => None,
    });
    let mut common_name = format!(
        "Harbourmaster local CA {}",
        host.unwrap_or("of this server")
    );
    // RFC 5280 appendix A: ub-common-name. Host names are ASCII.
    common_name.truncate(64);
    let mut params = params(&common_name, now, LIFE, Timestamp::MAX)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: permitted(names),
        excluded_subtrees: Vec::new(),
    });
    let cert = params.self_signed(key).map_err(TlsError::Make)?;
    Ok(cert.pem())
}

fn permitted(names: &BTreeSet<Name>) -> Vec<GeneralSubtree> {
    let domains = HOME_DOMAINS.map(|d| Name::Dns(d.to_owned()));
    let all: BTreeSet<&Name> = domains.iter().chain(names).collect();
    let host_prefix = |ip: IpAddr| if ip.is_ipv4() { 32 } else { 128 };
    let networks = HOME_NETWORKS.iter().map(|(net, prefix)| {
        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(*net, *prefix))
    });
    all.into_iter()
        .map(|name| match name {
            Name::Dns(dns) => GeneralSubtree::DnsName(dns.clone()),
            Name::Ip(ip) => {
                let subnet = CidrSubnet::from_addr_prefix(*ip, host_prefix(*ip));
                GeneralSubtree::IpAddress(subnet)
            }
        })
        .chain(networks)
        .collect()
}

/// Whether a certificate is signed by its own key. Clients do not look at that signature; here it
/// shows that the file is what was written.
fn self_signed(x509: &X509Certificate<'_>, provider: &Provider) -> bool {
    provider
        .signature_verification_algorithms
        .all
        .iter()
        .any(|algorithm| {
            algorithm.public_key_alg_id() == alg_id::ECDSA_P256
                && algorithm.signature_alg_id() == alg_id::ECDSA_SHA256
                && algorithm
                    .verify_signature(
                        &x509.public_key().subject_public_key.data,
                        x509.tbs_certificate.as_ref(),
                        &x509.signature_value.data,
                    )
                    .is_ok()
        })
}
