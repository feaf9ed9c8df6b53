//! The configuration: one TOML file, all of it optional, read before anything
//! else happens.

mod network;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use harbour_core::store::invite::{Invite, InviteError};
use serde::Deserialize;

use crate::auth::sessions::SessionPolicy;
use crate::http::{TrustedProxies, TrustedProxyError};
pub use network::{NetworkConfig, NodeSettings};
use network::{NetworkFile, network};

/// Largest configuration file.
const MAX_BYTES: u64 = 1 << 20;
const UNIX_PREFIX: &str = "unix:";

/// Why the configuration will not do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is far too large.
    #[error("{0} is larger than 1 MiB; that is no configuration file")]
    TooLarge(PathBuf),
    /// The file is not TOML, or has a key we do not know.
    #[error("{path}: {source}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
    /// The address to listen on cannot be read.
    #[error(
        "{0:?} is no address to listen on; use 127.0.0.1:8443, [::1]:8443 or unix:/run/docker-manager.sock"
    )]
    Listen(String),
    /// A time is out of range.
    #[error("{field} must be {least} to {most} {unit}, not {value}")]
    Range {
        /// The key.
        field: &'static str,
        /// Least value.
        least: u64,
        /// Greatest value.
        most: u64,
        /// Unit.
        unit: &'static str,
        /// What was given.
        value: u64,
    },
    /// A proxy address cannot be read.
    #[error(transparent)]
    Proxy(#[from] TrustedProxyError),
    /// Plain HTTP where others could read along.
    #[error("plain HTTP is allowed on loopback only, and {0} is not; leave --insecure-http out")]
    InsecureNotLoopback(SocketAddr),
    /// A host name with something else in it.
    #[error("allowed_hosts takes names or addresses without ports and brackets, not {0:?}")]
    Host(String),
    /// A store that is none.
    #[error("stores takes invitations, not {value:?}: {source}")]
    Store {
        /// What was given.
        value: String,
        /// What is wrong with it.
        source: InviteError,
    },
    /// An address of a node that cannot be read.
    #[error(
        "network.{field} takes multiaddresses such as /ip4/192.168.1.5/tcp/4410/p2p/12D3…, not {value:?}: {problem}"
    )]
    Peer {
        /// The key.
        field: &'static str,
        /// What was given.
        value: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Settings of a node in this process, and one in another.
    #[error(
        "network.socket names a node of its own; its other settings belong on its own command line, not into this file"
    )]
    TwoNodes,
    /// More addresses than the node can listen on.
    #[error("network.listen takes at most one IPv4 and one IPv6 address with a port")]
    NodeListen,
    /// A path must be absolute.
    #[error("{field} must be an absolute path, not {value:?}")]
    NotAbsolute {
        /// The key.
        field: &'static str,
        /// What was given.
        value: PathBuf,
    },
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// TCP.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

impl std::str::FromStr for Listen {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        match text.strip_prefix(UNIX_PREFIX) {
            Some(path) if path.starts_with('/') => Ok(Self::Unix(PathBuf::from(path))),
            Some(_) => Err(ConfigError::Listen(text.to_owned())),
            None => text
                .parse()
                .map(Self::Tcp)
                .map_err(|_| ConfigError::Listen(text.to_owned())),
        }
    }
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    listen: Option<String>,
    data_dir: Option<PathBuf>,
    docker_socket: Option<PathBuf>,
    app_data_root: Option<PathBuf>,
    insecure_http: bool,
    allowed_hosts: Vec<String>,
    trusted_proxies: Vec<String>,
    session_idle_minutes: Option<u64>,
    session_days: Option<u64>,
    stats_source: StatsSource,
    stores: Vec<String>,
    network: NetworkFile,
}

/// Where live numbers come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StatsSource {
    /// The kernel's files where they can be seen, else the engine.
    #[default]
    Auto,
    /// Always the engine, which costs it more.
    Engine,
}

/// What the command line says; it wins over the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--listen`
    pub listen: Option<String>,
    /// `--data-dir`
    pub data_dir: Option<PathBuf>,
    /// `--docker`
    pub docker_socket: Option<PathBuf>,
    /// `--insecure-http`
    pub insecure_http: bool,
}

/// Everything decided.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: Listen,
    /// Where the agent keeps its own files.
    pub data_dir: PathBuf,
    /// The engine's socket.
    pub docker_socket: PathBuf,
    /// Where new apps keep their files.
    pub app_data_root: PathBuf,
    /// Whether plain HTTP is wanted.
    pub insecure_http: bool,
    /// More names the site is reached under.
    pub allowed_hosts: Vec<String>,
    /// Proxies that are believed.
    pub trusted_proxies: TrustedProxies,
    /// How long sessions last.
    pub sessions: SessionPolicy,
    /// Where live numbers come from.
    pub stats_source: StatsSource,
    /// Stores that are added when they are not known yet.
    pub stores: Vec<Invite>,
    /// Where the node of the app store runs, and how.
    pub network: NetworkConfig,
}

impl Config {
    /// Reads the file, when there is one, and applies the command line.
    ///
    /// # Errors
    /// Says which key of which file will not do, and what would.
    pub fn load(file: Option<&Path>, overrides: Overrides) -> Result<Self, ConfigError> {
        let file = file.map(read).transpose()?.unwrap_or_default();
        let listen = overrides
            .listen
            .or(file.listen)
            .as_deref()
            .unwrap_or("127.0.0.1:8443")
            .parse()?;
        let idle = range(
            "session_idle_minutes",
            file.session_idle_minutes,
            5,
            43_200,
            "minutes",
        )?;
        let days = range("session_days", file.session_days, 1, 365, "days")?;
        let mut sessions = SessionPolicy::default();
        if let Some(minutes) = idle {
            sessions.idle = Duration::from_secs(minutes * 60);
        }
        if let Some(days) = days {
            sessions.absolute = Duration::from_secs(days * 24 * 60 * 60);
        }
        let socket = overrides.docker_socket.or(file.docker_socket);
        let root = file
            .app_data_root
            .unwrap_or_else(|| PathBuf::from("/srv/appdata"));
        if !root.is_absolute() {
            return Err(ConfigError::NotAbsolute {
                field: "app_data_root",
                value: root,
            });
        }
        let invite = |text: &String| {
            text.parse().map_err(|source| ConfigError::Store {
                value: text.clone(),
                source,
            })
        };
        let stores = file.stores.iter().map(invite).collect::<Result<_, _>>()?;
        let insecure_http = overrides.insecure_http || file.insecure_http;
        if let Listen::Tcp(address) = &listen
            && insecure_http
            && !address.ip().is_loopback()
        {
            return Err(ConfigError::InsecureNotLoopback(*address));
        }
        let odd = |h: &&String| {
            h.parse::<std::net::IpAddr>().is_err()
                && (h.is_empty()
                    || !h
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)))
        };
        if let Some(bad) = file.allowed_hosts.iter().find(odd) {
            return Err(ConfigError::Host(bad.clone()));
        }
        Ok(Self {
            listen,
            data_dir: overrides
                .data_dir
                .or(file.data_dir)
                .unwrap_or_else(|| PathBuf::from("/var/lib/docker-manager")),
            docker_socket: socket.map_or_else(
                || PathBuf::from("/var/run/docker.sock"),
                |s| match s.to_str().and_then(|t| t.strip_prefix("unix://")) {
                    Some(path) => PathBuf::from(path),
                    None => s,
                },
            ),
            app_data_root: root,
            insecure_http,
            allowed_hosts: file.allowed_hosts,
            trusted_proxies: TrustedProxies::parse(&file.trusted_proxies)?,
            sessions,
            stats_source: file.stats_source,
            stores,
            network: network(file.network)?,
        })
    }
}

fn read(path: &Path) -> Result<File, ConfigError> {
    let error = |source| ConfigError::Read {
        path: path.to_owned(),
        source,
    };
    if fs::metadata(path).map_err(error)?.len() > MAX_BYTES {
        return Err(ConfigError::TooLarge(path.to_owned()));
    }
    let text = fs::read_to_string(path).map_err(error)?;
    toml::from_str(&text).map_err(|source| ConfigError::Parse {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

fn range(
    field: &'static str,
    value: Option<u64>,
    least: u64,
    most: u64,
    unit: &'static str,
) -> Result<Option<u64>, ConfigError> {
    match value {
        Some(value) if !(least..=most).contains(&value) => Err(ConfigError::Range {
            field,
            least,
            most,
            unit,
            value,
        }),
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use store_node::node::NodeConfig;

    use super::*;

    fn load(text: &str) -> Result<Config, String> {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("c.toml");
        fs::write(&path, text).expect("written");
        Config::load(Some(&path), Overrides::default()).map_err(|e| e.to_string())
    }

    #[test]
    fn everything_is_optional_and_nothing_is_guessed() {
        let config = load("").expect("empty is fine");
        assert_eq!(
            config.listen,
            Listen::Tcp("127.0.0.1:8443".parse().expect("address"))
        );
        assert_eq!(config.app_data_root, Path::new("/srv/appdata"));
        let check = |text: &str, says: &str| {
            let error = load(text).expect_err(text);
            assert!(error.contains(says), "{text}: {error}");
        };
        check("listn = \"x\"", "unknown field `listn`");
        check("listen = \"8443\"", "is no address to listen on");
        check("listen = \"unix:relative\"", "is no address to listen on");
        check("session_days = 0", "1 to 365 days");
        check("trusted_proxies = [\"caddy\"]", "not an IP address");
        check("app_data_root = \"apps\"", "absolute path");
        check("stores = [\"https://apps.example\"]", "harbour:store:");
        check("listen = ", "c.toml");
        check("allowed_hosts = [\"nas:8443\"]", "without ports");
        check("allowed_hosts = [\"[::1]\"]", "without ports");
        assert!(load("allowed_hosts = [\"nas.lan\", \"::1\"]").is_ok());
    }

    /// The example has every key, and each with the value that it has anyway
    /// where there is one.
    #[test]
    fn the_example_is_complete_and_valid() {
        let path = Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../fixtures/agent.toml"
        ));
        let example = Config::load(Some(path), Overrides::default()).expect("valid");
        let plain = load("").expect("valid");
        assert_eq!(example.listen, plain.listen);
        assert_eq!(example.data_dir, plain.data_dir);
        assert_eq!(example.docker_socket, plain.docker_socket);
        assert_eq!(example.app_data_root, plain.app_data_root);
        assert_eq!(example.insecure_http, plain.insecure_http);
        assert_eq!(example.sessions.idle, plain.sessions.idle);
        assert_eq!(example.sessions.absolute, plain.sessions.absolute);
        assert_eq!(example.stats_source, plain.stats_source);
        let node = |config: &Config| match &config.network {
            NetworkConfig::Embedded(settings) => settings.node(NodeConfig::new(Path::new("/x"))),
            NetworkConfig::Separate(socket) => panic!("{}", socket.display()),
        };
        let [example, plain] = [&example, &plain].map(node);
        assert_eq!(
            (example.listen, example.blobs, example.mdns),
            (plain.listen, plain.blobs, plain.mdns)
        );
        assert_eq!(example.limits, plain.limits);
        // serde names all keys it knows when it meets one it does not.
        let text = fs::read_to_string(path).expect("readable");
        let keys_of = |with: &str| {
            let all = load(with).expect_err("unknown");
            let keys: Vec<String> = all
                .split('`')
                .skip(3)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            assert!(keys.len() >= 7, "{all}");
            keys
        };
        for key in keys_of("x = 1") {
            let there =
                text.contains(&format!("\n{key} = ")) || text.contains(&format!("\n[{key}]"));
            assert!(there, "{key} is missing in the example");
        }
        for key in keys_of("[network]\nx = 1") {
            let there = text.contains(&format!("{key} = "));
            assert!(there, "network.{key} is missing in the example");
        }
    }

    #[test]
    fn the_node_is_here_or_elsewhere() {
        let at = |text: &str| load(&format!("[network]\n{text}")).map(|config| config.network);
        let check = |text: &str, says: &str| {
            let error = at(text).expect_err(text);
            assert!(error.contains(says), "{text}: {error}");
        };
        check("socket = \"node.sock\"", "absolute path");
        check(
            "socket = \"/n.sock\"\nmdns = false",
            "on its own command line",
        );
        check("listen = []", "at most one IPv4");
        check(
            "listen = [\"127.0.0.1:1\", \"127.0.0.1:2\"]",
            "at most one IPv4",
        );
        check("peers = [\"/ip4/10.0.0.7/tcp/4410\"]", "put /p2p/");
        check(
            "relays = [\"relay.example\"]",
            "network.relays takes multiaddresses",
        );
        check("disk_mib = 1", "16 to 1048576 MiB");
        let separate = at("socket = \"/n.sock\"").expect("good");
        assert_eq!(separate, NetworkConfig::Separate("/n.sock".into()));
        let NetworkConfig::Embedded(settings) =
            at("listen = [\"127.0.0.1:7\", \"[::1]:8\"]\ndisk_mib = 16").expect("good")
        else {
            panic!("no socket was named");
        };
        let node = settings.node(NodeConfig::new(Path::new("/x")));
        let listen: Vec<String> = node.listen.iter().map(ToString::to_string).collect();
        assert_eq!(listen, ["/ip4/127.0.0.1/tcp/7", "/ip6/::1/tcp/8"]);
        assert_eq!((node.blobs.len(), node.limits.disk), (2, 16 << 20));
    }

    #[test]
    fn the_command_line_wins() {
        let overrides = Overrides {
            listen: Some("unix:/run/x.sock".into()),
            docker_socket: Some("unix:///run/d.sock".into()),
            ..Overrides::default()
        };
        let config = Config::load(None, overrides).expect("valid");
        assert_eq!(config.listen, Listen::Unix("/run/x.sock".into()));
        assert_eq!(config.docker_socket, Path::new("/run/d.sock"));
    }
}
