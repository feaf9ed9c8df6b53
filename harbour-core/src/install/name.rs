//! Names of an install and of what it is made of.

use crate::container_name::ContainerName;
use crate::manifest::Manifest;

/// Longest name of an install; names of its containers are made from it.
const MAX_NAME: usize = 63;

/// Whether a text can name an install: lower-case letters, digits and dashes,
/// as a slug.
pub fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && ContainerName::parse(text).is_ok()
}

/// The name of a service's container: that of the install when it is the only
/// one, else with the service behind it.
pub fn container_name(manifest: &Manifest, install: &str, service: &str) -> String {
    match manifest.services.as_slice() {
        [_] => install.to_owned(),
        _ => format!("{install}-{service}"),
    }
}

/// The name of the private network of an install.
pub fn network_name(install: &str) -> String {
    install.to_owned()
}

/// The slug, or with the lowest number from 2 on with which nothing is taken.
pub fn free_name(manifest: &Manifest, taken: &dyn Fn(&str) -> bool) -> String {
    let free = |name: &str| {
        let containers = manifest.services.iter();
        !taken(name)
            && !containers
                .map(|service| container_name(manifest, name, &service.name))
                .any(|name| taken(&name))
    };
    let slug = manifest.slug.trim_matches('-');
    if free(slug) {
        return slug.to_owned();
    }
    let numbered = |number: u32| {
        let room = MAX_NAME - 11;
        let base = slug.get(..room).unwrap_or(slug).trim_end_matches('-');
        format!("{base}-{number}")
    };
    (2..u32::MAX)
        .map(numbered)
        .find(|name| free(name))
        .unwrap_or_else(|| slug.to_owned())
}
