//! From a tag to a digest, and from a digest to platforms and sizes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use harbour_core::digest::{Algorithm, Digest};
use harbour_core::image_ref::ImageRef;
use harbour_core::store::index::{MAX_PLATFORMS, Platform};
use oci_client::secrets::RegistryAuth;
use oci_client::{Reference, RegistryOperation};
use reqwest::header::{ACCEPT, HeaderMap, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode};
use sha2::{Digest as _, Sha256, Sha512};
use tokio::time::Instant;

use crate::error::{RegistryError, explain, innermost};
use crate::manifest::{self, Document, MAX_CONFIG, MAX_MANIFEST};
use crate::manners::retry_after;
use crate::{LIMIT, Registries, is_loopback};

/// How often one question is asked when the registry fails in passing.
const ATTEMPTS: u32 = 4;
/// Tokens live for at least a minute (distribution project, "Token
/// Authentication Specification").
const TOKEN_LIFE: Duration = Duration::from_secs(50);
/// Tokens that are kept.
const MAX_TOKENS: usize = 1_000;
const DIGEST_HEADER: &str = "docker-content-digest";

/// An image as a registry has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Digest of the index of all platforms, or of the manifest if there is none.
    pub digest: Digest,
    /// What it is there for: Linux only, sorted.
    pub platforms: Vec<Platform>,
}

/// Tokens by registry and repository.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Mutex<HashMap<(String, String), (Token, Instant)>>);

#[derive(Clone)]
struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Tokens {
    fn get(&self, image: &ImageRef) -> Option<Token> {
        let key = (image.registry().to_owned(), image.repository().to_owned());
        let tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (token, since) = tokens.get(&key)?;
        (since.elapsed() < TOKEN_LIFE).then(|| token.clone())
    }

    fn put(&self, image: &ImageRef, token: Token) {
        let key = (image.registry().to_owned(), image.repository().to_owned());
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MAX_TOKENS {
            tokens.retain(|_, (_, since)| since.elapsed() < TOKEN_LIFE);
        }
        if tokens.len() < MAX_TOKENS {
            tokens.insert(key, (token, Instant::now()));
        }
    }
}

impl Registries {
    /// What the tag of `image` means now: a question of a few hundred bytes
    /// that registries do not count as a pull. An image with a digest is asked
    /// for by that.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn digest(&self, image: &ImageRef) -> Result<Digest, RegistryError> {
        let reference = reference_of(image);
        let path = format!("manifests/{reference}");
        let response = self.ask(image, Method::HEAD, &path).await?;
        let named = header_digest(response.headers());
        let digest = match named {
            Some(digest) => digest,
            // Registries that do not say it on the cheap question.
            None => {
                let response = self.ask(image, Method::GET, &path).await?;
                let bytes = self.body(image, response, MAX_MANIFEST).await?;
                sha256(&bytes)
            }
        };
        match image.digest() {
            Some(asked) if *asked != digest => Err(another(image)),
            _ => Ok(digest),
        }
    }

    /// The digest of `image` with its platforms and sizes. Only what is not
    /// known by digest yet is asked.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub async fn resolve(&self, image: &ImageRef) -> Result<Resolved, RegistryError> {
        let digest = self.digest(image).await?;
        if let Some(platforms) = self.cache.get(&digest) {
            return Ok(Resolved { digest, platforms });
        }
        let mut platforms = match self.document(image, &digest).await? {
            Document::Image { config, size } => {
                let bytes = self.by_digest(image, "blobs", &config, MAX_CONFIG).await?;
                let platform = manifest::platform(&bytes);
                let platform = platform.map_err(|reason| unusable(image, reason))?;
                let image = platform.map(|platform| Platform {
                    platform,
                    digest: digest.clone(),
                    size,
                });
                image.into_iter().collect()
            }
            Document::Index(images) => {
                let mut platforms = Vec::new();
                for (platform, digest) in images.into_iter().take(MAX_PLATFORMS) {
                    let Document::Image { size, .. } = self.document(image, &digest).await? else {
                        return Err(unusable(image, "an index names another index".to_owned()));
                    };
                    platforms.push(Platform {
                        platform,
                        digest,
                        size,
                    });
                }
                platforms
            }
        };
        platforms.sort_by(|a, b| (&a.platform, &a.digest).cmp(&(&b.platform, &b.digest)));
        self.cache.put(&digest, &platforms);
        Ok(Resolved { digest, platforms })
    }

    pub(crate) async fn document(
        &self,
        image: &ImageRef,
        digest: &Digest,
    ) -> Result<Document, RegistryError> {
        let bytes = self
            .by_digest(image, "manifests", digest, MAX_MANIFEST)
            .await?;
        manifest::read(&bytes).map_err(|reason| unusable(image, reason))
    }

    /// Bytes that are those of the digest.
    pub(crate) async fn by_digest(
        &self,
        image: &ImageRef,
        kind: &str,
        digest: &Digest,
        limit: usize,
    ) -> Result<Vec<u8>, RegistryError> {
        let path = format!("{kind}/{digest}");
        let response = self.ask(image, Method::GET, &path).await?;
        let bytes = self.body(image, response, limit).await?;
        let found = match digest.algorithm() {
            Algorithm::Sha256 => sha256(&bytes),
            Algorithm::Sha512 => hashed("sha512", &Sha512::digest(&bytes)),
        };
        if found == *digest {
            return Ok(bytes);
        }
        Err(another(image))
    }

    async fn body(
        &self,
        image: &ImageRef,
        mut response: Response,
        limit: usize,
    ) -> Result<Vec<u8>, RegistryError> {
        let mut bytes = Vec::new();
        let read = async {
            while let Some(piece) = response.chunk().await.map_err(|e| broken(image, &e))? {
                if bytes.len() + piece.len() > limit {
                    let reason = format!("an answer has more than {limit} bytes");
                    return Err(unusable(image, reason));
                }
                bytes.extend_from_slice(&piece);
            }
            Ok(())
        };
        match tokio::time::timeout(LIMIT, read).await {
            Ok(read) => read.map(|()| bytes),
            Err(_) => Err(silent(image)),
        }
    }

    /// Asks until there is an answer: with a token when one is wanted, again
    /// when the registry fails in passing or wants to be asked later.
    async fn ask(
        &self,
        image: &ImageRef,
        method: Method,
        path: &str,
    ) -> Result<Response, RegistryError> {
        let registry = image.registry();
        let (mut attempt, mut signed_in) = (0, false);
        loop {
            let turn = self.manners.turn(registry).await;
            let turn = turn.map_err(|_| RegistryError::TooMany(registry.to_owned()))?;
            let response = self.once(image, method.clone(), path).await;
            let status = match &response {
                Ok(response) => response.status(),
                Err(_) => StatusCode::BAD_GATEWAY,
            };
            if status == StatusCode::UNAUTHORIZED && !signed_in {
                signed_in = true;
                self.sign_in(image).await?;
                continue;
            }
            let passing = status == StatusCode::TOO_MANY_REQUESTS
                || (status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED);
            if !passing {
                return named(response?, image);
            }
            drop(turn);
            let said = response.as_ref().ok().and_then(|response| {
                let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
                retry_after(value, SystemTime::now())
            });
            self.manners.wait(registry, said, attempt);
            attempt += 1;
            if attempt == ATTEMPTS {
                return named(response?, image);
            }
        }
    }

    async fn once(
        &self,
        image: &ImageRef,
        method: Method,
        path: &str,
    ) -> Result<Response, RegistryError> {
        let scheme = if is_loopback(image.registry()) {
            "http"
        } else {
            "https"
        };
        let host = reference(image).resolve_registry().to_owned();
        let url = format!("{scheme}://{host}/v2/{}/{path}", image.repository());
        let mut request = self.http(image.registry())?.request(method, url);
        request = request.header(ACCEPT, manifest::ACCEPT);
        if let Some(Token(token)) = self.tokens.get(image) {
            request = request.bearer_auth(token);
        }
        match tokio::time::timeout(LIMIT, request.send()).await {
            Ok(sent) => sent.map_err(|error| broken(image, &error)),
            Err(_) => Err(silent(image)),
        }
    }

    /// Fetches the token that everybody gets.
    async fn sign_in(&self, image: &ImageRef) -> Result<(), RegistryError> {
        let client = self.client(image.registry())?;
        let reference = reference(image);
        let asked = client.auth(
            &reference,
            &RegistryAuth::Anonymous,
            RegistryOperation::Pull,
        );
        match tokio::time::timeout(LIMIT, asked).await {
            Err(_) => Err(silent(image)),
            Ok(Err(error)) => Err(explain(error, image)),
            Ok(Ok(None)) => Err(RegistryError::Auth(image.registry().to_owned())),
            Ok(Ok(Some(token))) => {
                self.tokens.put(image, Token(token));
                Ok(())
            }
        }
    }
}

fn reference(image: &ImageRef) -> Reference {
    Reference::with_tag(
        image.registry().to_owned(),
        image.repository().to_owned(),
        "latest".to_owned(),
    )
}

fn reference_of(image: &ImageRef) -> String {
    match image.digest() {
        Some(digest) => digest.to_string(),
        None => image.tag_or_latest().unwrap_or("latest").to_owned(),
    }
}

/// An answer, or what its status means.
fn named(response: Response, image: &ImageRef) -> Result<Response, RegistryError> {
    let registry = image.registry().to_owned();
    match response.status() {
        status if status.is_success() => Ok(response),
        StatusCode::NOT_FOUND => Err(RegistryError::NoSuchImage {
            registry,
            repository: image.repository().to_owned(),
            reference: reference_of(image),
        }),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(RegistryError::Auth(registry)),
        StatusCode::TOO_MANY_REQUESTS => Err(RegistryError::TooMany(registry)),
        status => Err(RegistryError::Unreachable {
            registry,
            reason: format!("it answered with the status {}", status.as_u16()),
        }),
    }
}

fn header_digest(headers: &HeaderMap) -> Option<Digest> {
    Digest::parse(headers.get(DIGEST_HEADER)?.to_str().ok()?).ok()
}

fn sha256(bytes: &[u8]) -> Digest {
    hashed("sha256", &Sha256::digest(bytes))
}

fn hashed(algorithm: &str, hash: &[u8]) -> Digest {
    let mut text = format!("{algorithm}:");
    for byte in hash {
        text.push_str(&format!("{byte:02x}"));
    }
    Digest::parse(&text).expect("a hash of that algorithm has its length")
}

fn broken(image: &ImageRef, error: &reqwest::Error) -> RegistryError {
    RegistryError::Unreachable {
        registry: image.registry().to_owned(),
        reason: innermost(error),
    }
}

fn silent(image: &ImageRef) -> RegistryError {
    RegistryError::Unreachable {
        registry: image.registry().to_owned(),
        reason: format!("it did not answer within {} s", LIMIT.as_secs()),
    }
}

pub(crate) fn unusable(image: &ImageRef, reason: String) -> RegistryError {
    RegistryError::Answer {
        registry: image.registry().to_owned(),
        reason,
    }
}

fn another(image: &ImageRef) -> RegistryError {
    unusable(
        image,
        "it sent something else than the digest names".to_owned(),
    )
}
