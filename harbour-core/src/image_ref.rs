//! Image references: how a person, a registry and the engine name an image.

use std::fmt;
use std::str::FromStr;

use crate::digest::{Digest, DigestError, is_lower_hex};

/// Longest name (registry, slash and repository) in bytes.
pub const MAX_NAME_LEN: usize = 255;
/// Longest tag in bytes.
pub const MAX_TAG_LEN: usize = 128;
/// No reference is longer; keeps errors that quote it short.
const MAX_TEXT_LEN: usize = 1024;
const DEFAULT_REGISTRY: &str = "docker.io";
const DEFAULT_TAG: &str = "latest";
const OFFICIAL: &str = "library";

/// A parsed image reference with the registry and the `library/` prefix filled in.
///
/// Source: the grammar of the distribution project's `reference` package,
/// including its rule for telling a registry from the first part of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageRef {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// Why a text is no image reference; the text says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageRefError {
    /// Nothing was given.
    #[error("name an image, for example nginx or ghcr.io/owner/app:1.2")]
    Empty,
    /// Blank, control or non-ASCII characters.
    #[error("an image name has no spaces and no special characters; remove “{}”", .0.escape_debug())]
    BadCharacter(char),
    /// A copied address such as `https://…`.
    #[error(
        "leave out “{0}”: an image name starts with the registry, for example ghcr.io/owner/app"
    )]
    Address(String),
    /// Longer than [`MAX_NAME_LEN`].
    #[error("the image name is longer than {MAX_NAME_LEN} characters")]
    TooLong,
    /// The registry part is no host name.
    #[error(
        "“{0}” is no registry; write a host name and perhaps a port, like registry.example.org:5000"
    )]
    BadRegistry(String),
    /// Upper case in the repository.
    #[error("image names are lower case; try “{0}”")]
    Uppercase(String),
    /// Some component of the path breaks the grammar.
    #[error(
        "“{0}” is no part of an image name; use lower-case letters and digits, joined by . _ - inside"
    )]
    BadComponent(String),
    /// The tag breaks the grammar.
    #[error(
        "“{0}” is no tag; use up to {MAX_TAG_LEN} letters, digits, . _ -, not starting with . or -"
    )]
    BadTag(String),
    /// The digest after `@` breaks the grammar.
    #[error("what follows @ is no digest: {0}")]
    BadDigest(DigestError),
    /// 64 hex digits, which always mean an image id.
    #[error("that is the id of an image, not its name; write the name")]
    LooksLikeId,
}

impl ImageRef {
    /// Reads a reference as a person or a program writes it.
    ///
    /// # Errors
    /// Every deviation from the grammar; see [`ImageRefError`].
    pub fn parse(text: &str) -> Result<Self, ImageRefError> {
        if text.is_empty() {
            return Err(ImageRefError::Empty);
        }
        if text.len() > MAX_TEXT_LEN {
            return Err(ImageRefError::TooLong);
        }
        if let Some(bad) = text.chars().find(|c| !c.is_ascii_graphic()) {
            return Err(ImageRefError::BadCharacter(bad));
        }
        if let Some(at) = text.find("://") {
            return Err(ImageRefError::Address(text[..at + 3].to_owned()));
        }
        if is_image_id(text) {
            return Err(ImageRefError::LooksLikeId);
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (
                rest,
                Some(Digest::parse(digest).map_err(ImageRefError::BadDigest)?),
            ),
            None => (text, None),
        };
        // A colon before the last slash belongs to the registry's port.
        let path_start = rest.rfind('/').map_or(0, |slash| slash + 1);
        let (name, tag) = match rest[path_start..].find(':') {
            Some(colon) => (
                &rest[..path_start + colon],
                Some(&rest[path_start + colon + 1..]),
            ),
            None => (rest, None),
        };
        if let Some(tag) = tag.filter(|tag| !is_tag(tag)) {
            return Err(ImageRefError::BadTag(tag.to_owned()));
        }
        let (registry, repository) = split_name(name)?;
        if registry.len() + 1 + repository.len() > MAX_NAME_LEN {
            return Err(ImageRefError::TooLong);
        }
        Ok(Self {
            registry,
            repository,
            tag: tag.map(str::to_owned),
            digest,
        })
    }

    /// Host name of the registry, with its port if one was written; `docker.io` by default.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Path in the registry, such as `library/nginx`.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, if one was written.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, if one was written.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// The tag, or `latest` when neither tag nor digest was written.
    pub fn tag_or_latest(&self) -> Option<&str> {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => Some(tag),
            (None, None) => Some(DEFAULT_TAG),
            (None, Some(_)) => None,
        }
    }

    /// Registry and repository without tag and digest, such as `docker.io/library/nginx`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.registry, self.repository)
    }

    /// The full form with everything filled in: `docker.io/library/nginx:latest`.
    pub fn canonical(&self) -> String {
        self.with_suffix(self.name())
    }

    /// The short form a person writes, with its tag: `nginx:latest`, `ghcr.io/owner/app:1`.
    ///
    /// It always parses back to the same image; where the short form would mean
    /// something else (a path whose first part looks like a registry), the full one stays.
    pub fn familiar(&self) -> String {
        if self.registry == DEFAULT_REGISTRY {
            let official = self
                .repository
                .strip_prefix("library/")
                .filter(|rest| !rest.contains('/'));
            let short = self.with_suffix(official.unwrap_or(&self.repository).to_owned());
            if Self::parse(&short).is_ok_and(|parsed| parsed.canonical() == self.canonical()) {
                return short;
            }
        }
        self.canonical()
    }

    /// The short form without tag and digest: `nginx`, `ghcr.io/owner/app`.
    ///
    /// Like [`ImageRef::familiar`] it always parses back to the same name.
    pub fn familiar_name(&self) -> String {
        let bare = Self {
            registry: self.registry.clone(),
            repository: self.repository.clone(),
            tag: Some(DEFAULT_TAG.to_owned()),
            digest: None,
        };
        let familiar = bare.familiar();
        let suffix = format!(":{DEFAULT_TAG}");
        familiar
            .strip_suffix(&suffix)
            .unwrap_or(&familiar)
            .to_owned()
    }

    /// The last part of the path as a container may be called: `nginx` for `docker.io/library/nginx`.
    pub fn base_name(&self) -> String {
        let last = self
            .repository
            .rsplit('/')
            .next()
            .unwrap_or(&self.repository);
        crate::container_name::make_valid(last)
    }

    fn with_suffix(&self, mut name: String) -> String {
        if let Some(tag) = self.tag_or_latest() {
            name.push(':');
            name.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            name.push('@');
            name.push_str(&digest.to_string());
        }
        name
    }
}

/// Writes the canonical form, so that what is sent onwards is never ambiguous.
impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}

impl FromStr for ImageRef {
    type Err = ImageRefError;

    fn from_str(text: &str) -> Result<Self, ImageRefError> {
        Self::parse(text)
    }
}

/// True for a full image id, with or without `sha256:` in front.
pub(crate) fn is_image_id(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    hex.len() == 64 && hex.bytes().all(is_lower_hex)
}

fn split_name(name: &str) -> Result<(String, String), ImageRefError> {
    let (registry, path) = match name.split_once('/') {
        Some((first, rest)) if is_registry_like(first) => (first, rest),
        _ => (DEFAULT_REGISTRY, name),
    };
    if !is_registry(registry) {
        return Err(ImageRefError::BadRegistry(registry.to_owned()));
    }
    for component in path.split('/') {
        check_component(component)?;
    }
    // The registry's older host name means the same place.
    let registry = if registry == "index.docker.io" {
        DEFAULT_REGISTRY
    } else {
        registry
    };
    let repository = if registry == DEFAULT_REGISTRY && !path.contains('/') {
        format!("{OFFICIAL}/{path}")
    } else {
        path.to_owned()
    };
    Ok((registry.to_owned(), repository))
}

fn is_registry_like(first: &str) -> bool {
    first.contains(['.', ':'])
        || first == "localhost"
        || first.bytes().any(|b| b.is_ascii_uppercase())
}

fn is_registry(text: &str) -> bool {
    let (host, port) = if let Some(inner) = text.strip_prefix('[') {
        let Some((address, after)) = inner.split_once(']') else {
            return false;
        };
        if address.is_empty() || !address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') {
            return false;
        }
        let port = match after.strip_prefix(':') {
            Some(port) => Some(port),
            None if after.is_empty() => None,
            None => return false,
        };
        (None, port)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(text), None),
        }
    };
    host.is_none_or(|host| host.split('.').all(is_host_label))
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()))
}

fn is_host_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_tag(tag: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= MAX_TAG_LEN
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

/// Lower-case words joined by one dot, one or two underscores, or any number of dashes.
fn check_component(component: &str) -> Result<(), ImageRefError> {
    let bad = || ImageRefError::BadComponent(component.to_owned());
    if component.bytes().any(|b| b.is_ascii_uppercase()) {
        let lower = component.to_ascii_lowercase();
        return Err(if check_component(&lower).is_ok() {
            ImageRefError::Uppercase(lower)
        } else {
            bad()
        });
    }
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let starts_and_ends = component.bytes().next().is_some_and(word)
        && component.bytes().next_back().is_some_and(word);
    let separators_hold = component
        .split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        .all(|run| matches!(run, "" | "." | "_" | "__") || run.bytes().all(|b| b == b'-'));
    if starts_and_ends && separators_hold {
        Ok(())
    } else {
        Err(bad())
    }
}

#[cfg(test)]
mod tests;
