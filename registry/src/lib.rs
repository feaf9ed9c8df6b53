//! Asks OCI registries, within limits. Nothing here touches the Docker socket;
//! what a registry says is a stranger's word and only shown, never acted on.

mod cache;
mod digests;
mod error;
mod facts;
mod manifest;
mod manners;
mod order;

pub use digests::Resolved;
pub use error::RegistryError;
pub use facts::ImageFacts;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use harbour_core::image_ref::{ImageRef, MAX_TAG_LEN};
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference};

use cache::Cache;
use digests::Tokens;
use error::{explain, innermost};
use manners::Manners;

/// Most tags given back.
pub const MAX_TAGS: usize = 1000;
/// Tags asked for at once, and how often it is asked: so many are looked
/// through for those that look newest.
const PAGE: usize = 1000;
const MAX_PAGES: usize = 10;
/// Time for the connection, for a silent moment, and for everything.
const CONNECT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_secs(20);
/// Time that a question waits for a registry that wants to be asked later.
const PATIENCE: Duration = Duration::from_secs(5);
/// Redirects that are followed, for instance to where blobs lie.
const REDIRECTS: usize = 5;
/// Names this program to registries.
const USER_AGENT: &str = concat!("harbourmaster/", env!("CARGO_PKG_VERSION"));

/// The tags of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// Those that look newest first, at most [`MAX_TAGS`].
    pub tags: Vec<String>,
    /// There are more.
    pub more: bool,
}

/// Asks registries without signing in. Its clients are made when they are
/// needed first: most runs never ask, and reading the system's certificates
/// takes time and memory.
///
/// At most twelve questions are under way, four to one registry; one that
/// wants to be asked later is left alone until then.
pub struct Registries {
    secure: OnceLock<Client>,
    plain: OnceLock<Client>,
    /// For what oci-client does not show: headers, and bodies within limits.
    secure_http: OnceLock<reqwest::Client>,
    plain_http: OnceLock<reqwest::Client>,
    manners: Manners,
    cache: Cache,
    tokens: Tokens,
}

impl Default for Registries {
    fn default() -> Self {
        Self {
            secure: OnceLock::new(),
            plain: OnceLock::new(),
            secure_http: OnceLock::new(),
            plain_http: OnceLock::new(),
            manners: Manners::new(PATIENCE),
            cache: Cache::default(),
            tokens: Tokens::default(),
        }
    }
}

impl std::fmt::Debug for Registries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registries")
    }
}

impl Registries {
    /// A client with the process's TLS provider, which must be set before the
    /// first question.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, for somebody who waits so long for a registry that wants to be
    /// asked later; others are told at once.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.manners = Manners::new(patience);
        self
    }

    /// The same, keeping what digests mean in a folder, which is made.
    #[must_use]
    pub fn with_cache(mut self, folder: PathBuf) -> Self {
        self.cache = Cache::in_folder(folder);
        self
    }

    /// How long a registry wants no more questions; `None` is not at all.
    pub fn pause(&self, registry: &str) -> Option<Duration> {
        self.manners.pause(registry)
    }

    fn http(&self, registry: &str) -> Result<&reqwest::Client, RegistryError> {
        let plain = is_loopback(registry);
        let place = if plain {
            &self.plain_http
        } else {
            &self.secure_http
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let made = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::limited(REDIRECTS))
            .https_only(!plain)
            .build();
        match made {
            Ok(client) => Ok(place.get_or_init(|| client)),
            Err(error) => Err(no_tls(registry, &error)),
        }
    }

    fn client(&self, registry: &str) -> Result<&Client, RegistryError> {
        let (place, protocol) = if is_loopback(registry) {
            (&self.plain, ClientProtocol::Http)
        } else {
            (&self.secure, ClientProtocol::Https)
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let made = Client::try_from(ClientConfig {
            protocol,
            connect_timeout: Some(CONNECT),
            read_timeout: Some(SILENCE),
            user_agent: USER_AGENT,
            ..ClientConfig::default()
        });
        match made {
            Ok(client) => Ok(place.get_or_init(|| client)),
            Err(error) => Err(no_tls(registry, &error)),
        }
    }

    /// The tags of the repository that `image` names.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn tags(&self, image: &ImageRef) -> Result<Tags, RegistryError> {
        let client = self.client(image.registry())?;
        let turn = self.manners.turn(image.registry()).await;
        let _turn = turn.map_err(|_| RegistryError::TooMany(image.registry().to_owned()))?;
        match tokio::time::timeout(LIMIT, all_tags(client, image)).await {
            Ok(Ok((tags, unread))) => Ok(newest(tags, unread)),
            Ok(Err(error)) => Err(explain(error, image)),
            Err(_) => Err(RegistryError::Unreachable {
                registry: image.registry().to_owned(),
                reason: format!("it did not answer within {} s", LIMIT.as_secs()),
            }),
        }
    }
}

fn no_tls(registry: &str, error: &dyn std::error::Error) -> RegistryError {
    RegistryError::Unreachable {
        registry: registry.to_owned(),
        reason: format!("TLS can not be set up here: {}", innermost(error)),
    }
}

/// Page after page; `true` when there may be more.
async fn all_tags(
    client: &Client,
    image: &ImageRef,
) -> Result<(HashSet<String>, bool), OciDistributionError> {
    let reference = Reference::with_tag(
        image.registry().to_owned(),
        image.repository().to_owned(),
        "latest".to_owned(),
    );
    let mut known = HashSet::new();
    let mut last: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let page = client
            .list_tags(
                &reference,
                &RegistryAuth::Anonymous,
                Some(PAGE),
                last.as_deref(),
            )
            .await?;
        let count = page.tags.len();
        last = page.tags.last().cloned();
        let before = known.len();
        known.extend(page.tags.into_iter().filter(|tag| is_tag(tag)));
        // Older registries know no pages and tell everything each time.
        if count == 0 || known.len() == before || count > PAGE {
            return Ok((known, false));
        }
    }
    Ok((known, true))
}

fn newest(tags: HashSet<String>, unread: bool) -> Tags {
    let more = unread || tags.len() > MAX_TAGS;
    let mut tags: Vec<String> = tags.into_iter().collect();
    order::newest_first(&mut tags);
    tags.truncate(MAX_TAGS);
    Tags { tags, more }
}

/// What the distribution specification allows; anything else is not shown.
fn is_tag(tag: &str) -> bool {
    tag.len() <= MAX_TAG_LEN
        && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && tag
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// Only a registry on this machine is asked without TLS.
fn is_loopback(registry: &str) -> bool {
    let host = match registry.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => registry.split(':').next().unwrap_or_default(),
    };
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for here in [
            "127.0.0.1:5000",
            "localhost",
            "localhost:5000",
            "[::1]:5000",
            "127.9.9.9",
        ] {
            assert!(is_loopback(here), "{here}");
        }
        for away in [
            "docker.io",
            "localhost.example.org",
            "10.0.0.1:5000",
            "127.0.0.1.nip.io",
            "[fd00::1]",
            "128.0.0.1",
        ] {
            assert!(!is_loopback(away), "{away}");
        }
    }

    #[test]
    fn a_long_list_is_cut_after_it_was_sorted() {
        let tags: HashSet<String> = (0..2000).map(|n| format!("1.{n}")).collect();
        let found = newest(tags, false);
        assert!(found.more && found.tags.len() == MAX_TAGS);
        assert_eq!(found.tags[0], "1.1999");
        let few = newest(HashSet::from(["a".to_owned()]), false);
        assert!(!few.more);
    }

    #[test]
    fn what_is_no_tag_is_left_out() {
        for good in ["latest", "1.2-alpine", "_x", "A"] {
            assert!(is_tag(good), "{good}");
        }
        for bad in [
            "",
            "-a",
            ".a",
            "a b",
            "a/b",
            "ü",
            &"a".repeat(MAX_TAG_LEN + 1),
        ] {
            assert!(!is_tag(bad), "{bad}");
        }
    }
}
