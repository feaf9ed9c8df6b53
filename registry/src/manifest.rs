//! What manifests of images say: platforms and sizes. Strangers' bytes, read
//! within limits.
//!
//! Source: OCI image specification 1.1, "Image Index" and "Image Manifest"; the
//! older formats of Docker have the same fields.

use harbour_core::digest::Digest;
use serde::Deserialize;

/// Formats that are asked for.
pub(crate) const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json";
/// Bytes of a manifest that are read; registries take no larger ones.
pub(crate) const MAX_MANIFEST: usize = 4 * 1024 * 1024;
/// Bytes of a configuration that are read.
pub(crate) const MAX_CONFIG: usize = 8 * 1024 * 1024;
/// Images of an index that are looked at.
const MAX_ENTRIES: usize = 1_000;
/// The system that containers here run.
const SYSTEM: &str = "linux";

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Document {
    /// One image for each platform, Linux only.
    Index(Vec<(String, Digest)>),
    /// One image.
    Image {
        /// Digest of its configuration, which names the platform.
        config: Digest,
        /// Bytes of layers and configuration.
        size: u64,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    schema_version: u64,
    manifests: Option<Vec<RawEntry>>,
    config: Option<RawBlob>,
    layers: Option<Vec<RawBlob>>,
}

#[derive(Deserialize)]
struct RawEntry {
    digest: String,
    platform: Option<RawPlatform>,
}

#[derive(Deserialize)]
struct RawPlatform {
    os: String,
    architecture: String,
    variant: Option<String>,
}

#[derive(Deserialize)]
struct RawBlob {
    digest: String,
    size: u64,
}

/// Reads a manifest or an index.
///
/// # Errors
/// Why it can not be used, without quoting it.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, String> {
    let raw: Raw =
        serde_json::from_slice(bytes).map_err(|_| "a manifest could not be read".to_owned())?;
    if raw.schema_version != 2 {
        return Err("the image has a manifest of the first version; push it anew".to_owned());
    }
    if let Some(entries) = raw.manifests {
        let mut images = Vec::new();
        for entry in entries.into_iter().take(MAX_ENTRIES) {
            // Attestations have no platform, or the platform unknown/unknown.
            let Some(platform) = entry.platform.filter(|one| one.os == SYSTEM) else {
                continue;
            };
            images.push((name(&platform)?, digest(&entry.digest)?));
        }
        return Ok(Document::Index(images));
    }
    let (Some(config), Some(layers)) = (raw.config, raw.layers) else {
        return Err("a manifest has neither images nor layers".to_owned());
    };
    let size = layers
        .iter()
        .fold(config.size, |sum, layer| sum.saturating_add(layer.size));
    Ok(Document::Image {
        config: digest(&config.digest)?,
        size,
    })
}

/// The platform that a configuration names.
///
/// # Errors
/// Why it can not be used.
pub(crate) fn platform(config: &[u8]) -> Result<Option<String>, String> {
    let platform: RawPlatform = serde_json::from_slice(config)
        .map_err(|_| "the configuration of an image names no platform".to_owned())?;
    (platform.os == SYSTEM).then(|| name(&platform)).transpose()
}

fn name(platform: &RawPlatform) -> Result<String, String> {
    let mut name = format!("{}/{}", platform.os, platform.architecture);
    if let Some(variant) = platform.variant.as_deref().filter(|text| !text.is_empty()) {
        name.push('/');
        name.push_str(variant);
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if name.len() > 64 || !name.bytes().all(plain) {
        return Err("the platform of an image is none".to_owned());
    }
    Ok(name)
}

fn digest(text: &str) -> Result<Digest, String> {
    Digest::parse(text).map_err(|_| "a manifest names something by no digest".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hex(letter: &str) -> String {
        format!("sha256:{}", letter.repeat(64))
    }

    fn reading(value: &serde_json::Value) -> Result<Document, String> {
        read(&serde_json::to_vec(value).unwrap())
    }

    #[test]
    fn an_index_names_the_images_for_linux() {
        let entry = |os: &str, architecture: &str, more: serde_json::Value| {
            let mut platform = json!({"os": os, "architecture": architecture});
            platform
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            json!({"digest": hex("a"), "size": 5, "platform": platform})
        };
        let found = reading(&json!({"schemaVersion": 2, "manifests": [
            entry("linux", "amd64", json!({})),
            entry("linux", "arm", json!({"variant": "v7"})),
            entry("windows", "amd64", json!({"os.version": "10"})),
            entry("unknown", "unknown", json!({})),
            {"digest": hex("b"), "size": 1},
        ]}));
        let Ok(Document::Index(images)) = found else {
            panic!("{found:?}");
        };
        let names: Vec<_> = images.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["linux/amd64", "linux/arm/v7"]);
    }

    #[test]
    fn the_size_is_that_of_layers_and_configuration() {
        let blob = |size: u64| json!({"digest": hex("c"), "size": size});
        let image = |sizes: &[u64]| {
            let layers: Vec<_> = sizes.iter().map(|size| blob(*size)).collect();
            reading(&json!({"schemaVersion": 2, "config": blob(7), "layers": layers}))
        };
        let size_of = |sizes: &[u64]| match image(sizes) {
            Ok(Document::Image { size, .. }) => size,
            other => panic!("{other:?}"),
        };
        assert_eq!(size_of(&[100, 20]), 127);
        // A registry that lies does no harm.
        assert_eq!(size_of(&[u64::MAX, u64::MAX]), u64::MAX);
    }

    #[test]
    fn strange_manifests_are_refused() {
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!({"schemaVersion": 1, "fsLayers": []}),
            json!({"schemaVersion": 2}),
            json!({"schemaVersion": 2, "config": {"digest": "x", "size": 1}, "layers": []}),
            json!({"schemaVersion": 2, "config": {"digest": hex("a"), "size": -1}, "layers": []}),
            json!({"schemaVersion": 2, "manifests": [{"digest": "../x",
                "platform": {"os": "linux", "architecture": "amd64"}}]}),
            json!({"schemaVersion": 2, "manifests": [{"digest": hex("a"),
                "platform": {"os": "linux", "architecture": "a\nb"}}]}),
        ] {
            assert!(reading(&value).is_err(), "{value}");
        }
        assert!(platform(b"{}").is_err());
        assert_eq!(
            platform(br#"{"os":"windows","architecture":"amd64"}"#),
            Ok(None)
        );
        assert_eq!(
            platform(br#"{"os":"linux","architecture":"arm64","variant":"v8","rootfs":{}}"#),
            Ok(Some("linux/arm64/v8".to_owned()))
        );
    }
}
