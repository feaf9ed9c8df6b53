//! Tests of certificates, with handshakes by a real client.

use super::*;
use std::io::{Read as _, Write as _};

use rustls::client::ClientConfig;
use rustls::pki_types::UnixTime;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConnection, ProtocolVersion, ServerConnection, SupportedProtocolVersion};

const NAMES: [&str; 5] = ["localhost", "127.0.0.1", "::1", "nas", "nas.example.org"];

fn at(days: u64) -> Timestamp {
    let start: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    start + DAY * u32::try_from(days).unwrap()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn ensure(dir: &Path, wanted: &[&str], days: u64) -> Result<TlsSetup, TlsError> {
    ensure_server_config(dir, &names(wanted), at(days))
}

/// The same files in a new directory, so that a test may spoil them.
fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.path().join(entry.file_name())).unwrap();
    }
    to
}

fn made(wanted: &[&str]) -> (tempfile::TempDir, TlsSetup) {
    let dir = tempfile::tempdir().unwrap();
    let setup = ensure(dir.path(), wanted, 0).unwrap();
    (dir, setup)
}

#[derive(Debug)]
struct FixedTime(UnixTime);

impl rustls::time_provider::TimeProvider for FixedTime {
    fn current_time(&self) -> Option<UnixTime> {
        Some(self.0)
    }
}

/// What a handshake agreed on.
#[derive(Debug)]
struct Agreed {
    version: ProtocolVersion,
    suite: String,
    alpn: Option<Vec<u8>>,
}

/// A client that trusts `ca` alone opens a connection to `name` and says hello.
fn handshake(
    setup: &TlsSetup,
    ca: &Path,
    name: &str,
    days: u64,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<Agreed, rustls::Error> {
    let ca = CertificateDer::from_pem_file(ca).unwrap();
    let now = Duration::from_secs(at(days).as_second().unsigned_abs());
    let time = Arc::new(FixedTime(UnixTime::since_unix_epoch(now)));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_details(provider, time)
        .with_protocol_versions(versions)?
        .with_root_certificates(root_store(&ca)?)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec(), b"h2".to_vec()];
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name)?;
    let mut server = ServerConnection::new(Arc::clone(&setup.config))?;

    client.writer().write_all(b"hello").unwrap();
    let mut heard = Vec::new();
    while heard.len() < 5 {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).unwrap();
        }
        while !wire.is_empty() {
            let taken = server.read_tls(&mut wire.as_slice()).unwrap();
            wire.drain(..taken);
            server.process_new_packets()?;
        }
        let mut chunk = [0; 16];
        if let Ok(n) = server.reader().read(&mut chunk) {
            heard.extend_from_slice(&chunk[..n]);
        }
        while server.wants_write() {
            server.write_tls(&mut wire).unwrap();
        }
        while !wire.is_empty() {
            let taken = client.read_tls(&mut wire.as_slice()).unwrap();
            wire.drain(..taken);
            client.process_new_packets()?;
        }
    }
    assert_eq!(heard, b"hello");
    Ok(Agreed {
        version: client.protocol_version().unwrap(),
        suite: format!("{:?}", client.negotiated_cipher_suite().unwrap().suite()),
        alpn: client.alpn_protocol().map(<[u8]>::to_vec),
    })
}

fn greet(setup: &TlsSetup, name: &str, days: u64) -> Result<Agreed, rustls::Error> {
    handshake(setup, &setup.ca_path, name, days, &[&TLS13, &TLS12])
}

#[test]
fn a_client_that_trusts_the_authority_connects_to_every_name() {
    let (_dir, setup) = made(&NAMES);
    for name in NAMES {
        let agreed = greet(&setup, name, 0).unwrap();
        assert_eq!(agreed.version, ProtocolVersion::TLSv1_3, "{name}");
        assert_eq!(
            agreed.alpn.as_deref(),
            Some(b"h2".as_slice()),
            "the server's choice"
        );
    }
    assert!(setup.uncovered.is_empty());
    assert!(
        greet(&setup, "other.local", 0).is_err(),
        "not one of its names"
    );
}

#[test]
fn tls_1_2_only_with_forward_secrecy_and_authenticated_encryption() {
    let (_dir, setup) = made(&NAMES);
    let agreed = handshake(&setup, &setup.ca_path, "localhost", 0, &[&TLS12]).unwrap();
    assert_eq!(agreed.version, ProtocolVersion::TLSv1_2);
    assert!(
        agreed.suite.starts_with("TLS_ECDHE_ECDSA_"),
        "{}",
        agreed.suite
    );
    for suite in setup.config.crypto_provider().cipher_suites.iter() {
        let name = format!("{:?}", suite.suite());
        let modern = name.starts_with("TLS13_") || name.starts_with("TLS_ECDHE_");
        assert!(
            modern && (name.contains("_GCM_") || name.contains("_CHACHA20_")),
            "{name}"
        );
    }
}

#[test]
fn a_client_that_trusts_another_authority_does_not() {
    let (_dir, setup) = made(&NAMES);
    let (_other_dir, other) = made(&NAMES);
    let versions: &[_] = &[&TLS13];
    assert!(handshake(&setup, &other.ca_path, "localhost", 0, versions).is_err());
    assert_ne!(setup.ca_fingerprint, other.ca_fingerprint);
}

#[test]
fn a_second_start_changes_nothing() {
    let (dir, setup) = made(&NAMES);
    let files = |dir: &Path| {
        let read = |name: &str| fs::read(dir.join(name)).unwrap();
        ["ca.pem", "ca.key", "server.pem", "server.key"].map(read)
    };
    let before = files(dir.path());
    // Order, case, spelling and repetition of names do not matter.
    let again = [
        "nas.example.org.",
        "NAS",
        "[::1]",
        "127.0.0.1",
        "localhost",
        " nas ",
    ];
    let second = ensure(dir.path(), &again, 300).unwrap();
    assert_eq!(files(dir.path()), before);
    assert_eq!(second.ca_fingerprint, setup.ca_fingerprint);
    assert_eq!(second.leaf_expires, setup.leaf_expires);
    greet(&second, "nas", 300).unwrap();
}

#[test]
fn files_are_private() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("deep/tls");
    ensure(&dir, &NAMES, 0).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for name in ["ca.pem", "ca.key", "server.pem", "server.key"] {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
    }
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 4);
}

#[test]
fn lives_and_fingerprint_are_as_documented() {
    let (_dir, setup) = made(&NAMES);
    let from_start = |at_: Timestamp| at_.duration_since(at(0)).as_secs() + 3600;
    let day = i64::try_from(DAY.as_secs()).unwrap();
    assert_eq!(from_start(setup.leaf_expires), 397 * day);
    let ca = CertificateDer::from_pem_file(&setup.ca_path).unwrap();
    let (_, x509) = x509_parser::parse_x509_certificate(&ca).unwrap();
    let end = Timestamp::from_second(x509.validity().not_after.timestamp()).unwrap();
    assert_eq!(from_start(end), 3653 * day);
    assert!(x509.is_ca());
    let basic = x509.basic_constraints().unwrap().unwrap();
    assert_eq!(basic.value.path_len_constraint, Some(0));
    assert!(x509.name_constraints().unwrap().unwrap().critical);
    assert_eq!(x509.subject().to_string(), "CN=Harbourmaster local CA nas");
    assert_eq!(setup.ca_fingerprint.len(), 32 * 3 - 1);
    assert_eq!(setup.ca_fingerprint, fingerprint(&ca));
}

#[test]
fn a_long_host_name_still_gives_a_valid_subject() {
    let host = format!("{}.{}.local", "a".repeat(60), "b".repeat(60));
    let (_dir, setup) = made(&[&host]);
    greet(&setup, &host, 0).unwrap();
    let ca = CertificateDer::from_pem_file(&setup.ca_path).unwrap();
    let (_, x509) = x509_parser::parse_x509_certificate(&ca).unwrap();
    assert_eq!(x509.subject().to_string().len(), "CN=".len() + 64);
}

#[test]
fn the_certificate_is_renewed_in_its_last_thirty_days() {
    let (dir, first) = made(&NAMES);
    let days_left = |days: u64| ensure(dir.path(), &NAMES, days).unwrap().leaf_expires;
    assert_eq!(days_left(366), first.leaf_expires);
    let renewed = ensure(dir.path(), &NAMES, 367).unwrap();
    assert!(renewed.leaf_expires > first.leaf_expires);
    assert_eq!(renewed.ca_fingerprint, first.ca_fingerprint);
    greet(&renewed, "localhost", 367).unwrap();
    assert!(
        greet(&first, "localhost", 397).is_err(),
        "the old one has expired"
    );
    greet(&renewed, "localhost", 397).unwrap();
}

#[test]
fn the_certificate_never_outlives_the_authority() {
    let (dir, _) = made(&NAMES);
    let late = ensure(dir.path(), &NAMES, 3600).unwrap();
    let left = late.leaf_expires.duration_since(at(3600)).as_hours();
    assert_eq!(left, 53 * 24 - 1);
    let error = ensure(dir.path(), &NAMES, 3653).unwrap_err().to_string();
    assert!(error.contains("ca.pem has expired"), "{error}");
}

#[test]
fn new_names_need_a_new_certificate_but_no_new_trust() {
    let (dir, first) = made(&NAMES);
    let second = ensure(dir.path(), &["nas", "box.lan", "192.168.7.9", "fd00::9"], 1).unwrap();
    assert_eq!(second.ca_fingerprint, first.ca_fingerprint);
    for name in ["nas", "box.lan", "192.168.7.9", "fd00::9"] {
        handshake(&second, &first.ca_path, name, 1, &[&TLS13]).unwrap();
    }
    assert!(
        greet(&second, "localhost", 1).is_err(),
        "no longer one of its names"
    );
}

#[test]
fn a_name_given_up_leaves_the_certificate() {
    let (dir, _) = made(&NAMES);
    let fewer = ensure(dir.path(), &["localhost"], 1).unwrap();
    greet(&fewer, "localhost", 1).unwrap();
    assert!(greet(&fewer, "nas", 1).is_err());
}

#[test]
fn names_beyond_the_authoritys_limits_are_left_out_and_told() {
    let (dir, _) = made(&NAMES);
    let moved = [
        "localhost",
        "nas.example.com",
        "203.0.113.5",
        "a.nas.example.org",
        "2001:db8::1",
    ];
    let setup = ensure(dir.path(), &moved, 1).unwrap();
    assert_eq!(
        setup.uncovered,
        ["nas.example.com", "203.0.113.5", "2001:db8::1"]
    );
    greet(&setup, "localhost", 1).unwrap();
    greet(&setup, "a.nas.example.org", 1).unwrap();
    let error = ensure(dir.path(), &["nas.example.com"], 1).unwrap_err();
    assert!(matches!(error, TlsError::NoNames { .. }), "{error}");
    assert!(matches!(
        ensure(dir.path(), &[], 1),
        Err(TlsError::NoNames { .. })
    ));
    // Without the old files they are what the new authority is made for.
    fs::remove_file(dir.path().join("ca.pem")).unwrap();
    fs::remove_file(dir.path().join("ca.key")).unwrap();
    let setup = ensure(dir.path(), &moved, 1).unwrap();
    assert!(setup.uncovered.is_empty());
    greet(&setup, "203.0.113.5", 1).unwrap();
}

#[test]
fn a_stolen_key_signs_for_nobody_else() {
    let (dir, setup) = made(&NAMES);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let authority = Authority::ensure(dir.path(), &BTreeSet::new(), at(0), &provider).unwrap();
    let bank = normalise(&names(&["bank.example"])).unwrap();
    let evil = tempfile::tempdir().unwrap();
    let leaf = leaf::ensure(evil.path(), &authority, &bank, at(0)).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.cert], leaf.key)
        .unwrap();
    let evil = TlsSetup {
        config: Arc::new(config),
        ..setup
    };
    let error = greet(&evil, "bank.example", 0).unwrap_err();
    assert!(error.to_string().contains("NameConstraint"), "{error}");
}

#[test]
fn damage_to_the_authority_is_named_and_nothing_is_replaced() {
    let (dir, _) = made(&NAMES);
    let (other, _) = made(&NAMES);
    let pem = |dir: &Path, name: &str| fs::read_to_string(dir.join(name)).unwrap();
    let (ca, key) = (pem(dir.path(), "ca.pem"), pem(dir.path(), "ca.key"));
    // The last characters of the text are in the signature.
    let place = ca.trim_end().rfind("\n-----END").unwrap() - 8;
    let flipped = if &ca[place..=place] == "A" { "B" } else { "A" };
    let bad_signature = format!("{}{flipped}{}", &ca[..place], &ca[place + 1..]);
    let check = |file: &str, content: Option<&str>, says: &str| {
        let dir = copy(dir.path());
        let path = dir.path().join(file);
        match content {
            Some(content) => fs::write(&path, content).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let listing = || {
            let mut all: Vec<_> = fs::read_dir(dir.path())
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .map(|path| (fs::read(&path).unwrap(), path))
                .collect();
            all.sort();
            all
        };
        let before = listing();
        let error = ensure(dir.path(), &NAMES, 1).unwrap_err().to_string();
        assert!(
            error.contains(file) && error.contains(says),
            "{file}: {error}"
        );
        assert!(error.contains("restore it from a backup"), "{error}");
        assert_eq!(listing(), before, "{file}: {says}");
    };
    check("ca.pem", Some(""), "is no PEM certificate");
    check("ca.pem", Some(&ca[..ca.len() / 2]), "is no PEM certificate");
    check("ca.pem", Some(&bad_signature), "its signature is wrong");
    check(
        "ca.pem",
        Some(&pem(other.path(), "ca.pem")),
        "does not belong to the key",
    );
    check(
        "ca.pem",
        Some(&pem(dir.path(), "server.pem")),
        "is not the certificate of",
    );
    check("ca.key", None, "is missing");
    check("ca.key", Some("\u{0}\u{0}"), "is no ECDSA P-256 key");
    check(
        "ca.key",
        Some(&key[..key.len() / 2]),
        "is no ECDSA P-256 key",
    );
}

#[test]
fn an_interrupted_first_start_goes_on_with_the_same_key() {
    let (dir, first) = made(&NAMES);
    let trusted = copy(dir.path());
    for name in ["ca.pem", "server.pem", "server.key"] {
        fs::remove_file(dir.path().join(name)).unwrap();
    }
    let key = fs::read(dir.path().join("ca.key")).unwrap();
    let second = ensure(dir.path(), &NAMES, 0).unwrap();
    assert_eq!(fs::read(dir.path().join("ca.key")).unwrap(), key);
    assert_ne!(first.ca_fingerprint, second.ca_fingerprint);
    // Whoever trusts the first certificate of this key trusts what it signs now.
    for ca in [trusted.path().join("ca.pem"), second.ca_path.clone()] {
        handshake(&second, &ca, "localhost", 0, &[&TLS13]).unwrap();
    }
}

#[test]
fn damage_to_the_servers_certificate_is_repaired() {
    let (dir, first) = made(&NAMES);
    let (other, _) = made(&NAMES);
    let pem = |dir: &Path, name: &str| fs::read_to_string(dir.join(name)).unwrap();
    let strange = pem(other.path(), "server.key");
    for (file, content) in [
        ("server.pem", None),
        ("server.key", None),
        ("server.pem", Some("nonsense")),
        ("server.key", Some("nonsense")),
        ("server.key", Some(strange.as_str())),
    ] {
        let dir = copy(dir.path());
        match content {
            Some(content) => fs::write(dir.path().join(file), content).unwrap(),
            None => fs::remove_file(dir.path().join(file)).unwrap(),
        }
        let setup = ensure(dir.path(), &NAMES, 1).unwrap();
        assert!(
            setup.leaf_expires > first.leaf_expires,
            "{file} {content:?}"
        );
        greet(&setup, "localhost", 1).unwrap();
    }
    // A whole pair of another authority.
    let dir = copy(dir.path());
    for name in ["server.pem", "server.key"] {
        fs::copy(other.path().join(name), dir.path().join(name)).unwrap();
    }
    greet(&ensure(dir.path(), &NAMES, 1).unwrap(), "localhost", 1).unwrap();
}

#[test]
fn a_wrong_clock_makes_nothing_but_serves_what_there_is() {
    let wrong: Timestamp = "1970-01-02T00:00:00Z".parse().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let error = ensure_server_config(dir.path(), &names(&NAMES), wrong).unwrap_err();
    assert!(matches!(error, TlsError::Clock { .. }), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);

    let first = ensure(dir.path(), &NAMES, 0).unwrap();
    let again = ensure_server_config(dir.path(), &names(&NAMES), wrong).unwrap();
    assert_eq!(again.leaf_expires, first.leaf_expires);
    greet(&again, "localhost", 0).unwrap();
}

#[test]
fn names_are_understood_or_refused() {
    let check = |given: &str, expected: Option<&str>| {
        let parsed = parse_name(given).ok().map(|name| name.to_string());
        assert_eq!(parsed.as_deref(), expected, "{given:?}");
    };
    check("NAS.Local.", Some("nas.local"));
    check("[fd00::1]", Some("fd00::1"));
    check("10.0.0.1", Some("10.0.0.1"));
    check("", None);
    check("*.local", None);
    check("a b", None);
    check("nas:8443", None);
    check("https://nas", None);
    check("10.0.0.1/8", None);
    check("bücher.local", None);
}
