//! What stores offer, as the API shows it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use harbour_core::manifest::Manifest;
use harbour_core::store::index::{ONLY_SERVICE, ServiceImage as IndexImage};

use super::form::form;
use super::plan::{self, Subject};
use super::{IndexQuery, StoreError, shown};
use crate::db::InstallRecord;
use crate::flows::Context;
use crate::store::{Found, Query, StoreShown, Verified};
use crate::views::store::{
    AppCard, AppDetails, AppVersion, CategoryCount, Fit, Publisher, ServiceImage, SignerView,
    StoreIndex,
};

/// A page of the catalogue, from memory.
///
/// # Errors
/// When it is no search.
pub async fn index(context: &Context, query: &IndexQuery) -> Result<StoreIndex, StoreError> {
    let store = match &query.store {
        None => None,
        Some(id) => Some(context.catalogue.store(id)?.source.id),
    };
    let installs = context.db.installs().await?;
    let there = installs.iter().filter(|install| install.state != "removed");
    let there =
        there.filter_map(|install| Some((install.store.parse().ok()?, install.slug.clone())));
    let only = query.installed.then(|| there.collect());
    let page = context.catalogue.search(&Query {
        sort: query.sort,
        only,
        words: query.words.clone(),
        category: query.category.clone(),
        store,
        cursor: query.cursor.clone(),
        limit: query.limit,
    })?;
    let stores = context.catalogue.stores();
    Ok(StoreIndex {
        apps: page
            .apps
            .iter()
            .map(|app| card(app, &stores, &installs))
            .collect(),
        categories: page
            .categories
            .into_iter()
            .map(|(name, count)| CategoryCount {
                name: name.to_string(),
                count,
            })
            .collect(),
        total: page.total,
        next: page.next,
    })
}

/// The page of an app.
///
/// # Errors
/// When it is not there, does not come or is not believed.
pub async fn details(
    context: &Context,
    store: &str,
    slug: &str,
    host: &str,
) -> Result<AppDetails, StoreError> {
    let shown = context.catalogue.store(store)?;
    let listing = context.catalogue.listing(store, slug);
    let listing = listing.ok_or_else(|| StoreError::UnknownApp(slug.to_owned()))?;
    let verified = context.catalogue.verified(store, slug).await?;
    let installs = context.db.installs().await?;
    let card = card(&listing, std::slice::from_ref(&shown), &installs);
    let manifest = &verified.manifest;
    let subject = Subject::of_store(&verified, store, host);
    let planned = plan::plan(context, &subject, &Default::default(), &[]).await?;
    let of_app = |install: &&InstallRecord| install.store == store && install.slug == slug;
    let listing = &manifest.listing;
    Ok(AppDetails {
        homepage: listing.homepage.clone(),
        docs: listing.docs.clone(),
        license: listing.license.clone(),
        architectures: verified.entry.architectures.clone(),
        notes: listing.notes.clone(),
        signer: SignerView {
            role: verified.role.clone(),
            keys: verified.signed_by.clone(),
        },
        images: images(manifest, &verified),
        versions: verified
            .entry
            .history
            .iter()
            .map(|seen| AppVersion {
                service: service_name(manifest, &seen.service),
                tag: seen.tag.clone(),
                digest: seen.digest.to_string(),
                first_seen: seen.first_seen.to_string(),
            })
            .collect(),
        will_get: planned.preview.will_get.clone(),
        risks: shown::risks(&planned.preview.risks),
        form: form(
            manifest,
            &planned.situation,
            &planned.preview.shown.name,
            &BTreeMap::new(),
        ),
        refused: refused(&shown, &card),
        installs: installs
            .iter()
            .filter(of_app)
            .map(|install| install.id.clone())
            .collect(),
        card,
    })
}

/// Why an app can not be installed now.
fn refused(store: &StoreShown, card: &AppCard) -> Option<String> {
    if let Some(reason) = store.refused() {
        return Some(format!(
            "Nothing new is installed from this store: {reason}."
        ));
    }
    (card.fits == Fit::No).then(|| {
        format!(
            "There are no images of it for the processor of this machine ({}).",
            architecture()
        )
    })
}

/// The manifest of an app, exactly as it was signed.
///
/// # Errors
/// When it is not there, does not come or is not believed.
pub async fn manifest(
    context: &Context,
    store: Option<&str>,
    slug: &str,
) -> Result<Vec<u8>, StoreError> {
    let store = match store {
        Some(store) => store.to_owned(),
        None => {
            let found = context.catalogue.store_with(slug);
            found
                .ok_or_else(|| StoreError::UnknownApp(slug.to_owned()))?
                .to_string()
        }
    };
    Ok(context.catalogue.verified(&store, slug).await?.bytes)
}

/// The picture of an app and its media type.
///
/// # Errors
/// When it has none, or none that is a picture.
pub async fn icon(
    context: &Context,
    store: &str,
    slug: &str,
) -> Result<(Vec<u8>, &'static str), StoreError> {
    let none = || StoreError::NoIcon(slug.to_owned());
    let bytes = context
        .catalogue
        .icon(store, slug)
        .await?
        .ok_or_else(none)?;
    let kind = picture(&bytes).ok_or_else(none)?;
    Ok((bytes, kind))
}

/// What the bytes say they are. A vector picture is only ever shown as a picture,
/// and its answer forbids it to run or load anything.
fn picture(bytes: &[u8]) -> Option<&'static str> {
    let head = &bytes[..bytes.len().min(256)];
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match head {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ if text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg")) => {
            Some("image/svg+xml")
        }
        _ => None,
    }
}

fn card(app: &Found, stores: &[StoreShown], installs: &[InstallRecord]) -> AppCard {
    let store = stores.iter().find(|store| store.source.id == app.store);
    let id = app.store.to_string();
    let there = |install: &&InstallRecord| {
        install.slug == app.slug && install.state != "removed" && install.store == id
    };
    let icon = app.icon.map(|hash| {
        let version = hash.iter().take(8).fold(String::new(), |mut text, byte| {
            // Writing into a text never fails.
            let _ = write!(text, "{byte:02x}");
            text
        });
        format!("/api/store/icons/{id}/{}?v={version}", app.slug)
    });
    AppCard {
        store_name: store.map_or_else(|| app.store.short(), shown::store_name),
        slug: app.slug.clone(),
        name: app.name.clone(),
        description: app.description.clone(),
        categories: app.categories.iter().map(ToString::to_string).collect(),
        version: app.version.clone(),
        publisher: Publisher {
            name: app.publisher.0.to_string(),
            key_id: app.publisher.1.to_string(),
        },
        icon,
        services: app.services,
        fits: match &app.architectures {
            None => Fit::Unknown,
            Some(list) if list.iter().any(|known| **known == *architecture()) => Fit::Yes,
            Some(_) => Fit::No,
        },
        installed: u32::try_from(installs.iter().filter(there).count()).unwrap_or(u32::MAX),
        added: shown::time(app.added),
        updated: shown::time(app.updated),
        stale: store.is_some_and(|store| store.refused().is_some()),
        store: id,
    }
}

/// The processor of this machine in the words of OCI. The engine is on the same
/// machine: it is reached by a socket.
pub(super) fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "powerpc64" => "ppc64le",
        other => other,
    }
}

/// The one service of a v1 manifest has another name in the index.
fn service_name(manifest: &Manifest, service: &str) -> String {
    match manifest.services.as_slice() {
        [only] if service == ONLY_SERVICE => only.name.clone(),
        _ => service.to_owned(),
    }
}

/// The image of a service in the index.
pub(super) fn indexed<'a>(verified: &'a Verified, service: &str) -> Option<&'a IndexImage> {
    let services = &verified.entry.services;
    let alone = verified.manifest.services.len() == 1;
    services
        .get(service)
        .or_else(|| services.get(ONLY_SERVICE).filter(|_| alone))
}

/// Bytes to fetch for this machine.
pub(super) fn size_here(image: &IndexImage) -> Option<u64> {
    let here = |platform: &str| {
        let mut parts = platform.split('/');
        parts.next() == Some("linux") && parts.next() == Some(architecture())
    };
    let found = image
        .platforms
        .iter()
        .find(|platform| here(&platform.platform));
    found.map(|platform| platform.size)
}

fn images(manifest: &Manifest, verified: &Verified) -> Vec<ServiceImage> {
    let services = manifest.services.iter();
    services
        .filter_map(|service| {
            let image = indexed(verified, &service.name)?;
            Some(ServiceImage {
                service: service.name.clone(),
                image: service.image.familiar_name(),
                tag: image.tag.clone().unwrap_or_default(),
                digest: image.digest.to_string(),
                first_seen: image.first_seen.to_string(),
                platforms: image.platforms.iter().map(|p| p.platform.clone()).collect(),
                size_bytes: size_here(image),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_their_bytes() {
        assert_eq!(picture(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(picture(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(picture(b" <svg xmlns=\"x\">"), Some("image/svg+xml"));
        assert_eq!(
            picture(b"<?xml version=\"1.0\"?>\n<svg/>"),
            Some("image/svg+xml")
        );
        for bad in [&b"<html><svg>"[..], b"", b"GIF89a", b"<script>"] {
            assert_eq!(picture(bad), None);
        }
    }
}
