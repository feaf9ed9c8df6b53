//! Images put into a registry without an engine: for tests that only ask about
//! tags, digests, platforms and sizes.

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Registry;
use crate::{KitError, Result};

const IMAGE: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// What was put.
#[derive(Debug, Clone)]
pub struct PutImage {
    /// Digest that the tag means.
    pub digest: String,
    /// For each platform the digest of its manifest and the bytes of its layer
    /// and configuration.
    pub platforms: Vec<(String, String, u64)>,
}

impl Registry {
    /// Puts an image under a tag (`hm-test/multi`, `1.2`): with one platform
    /// (`linux/amd64`) as a plain manifest, with several as an index. `seed`
    /// makes its one layer, and so its digests.
    ///
    /// # Errors
    /// When the registry refuses it.
    pub async fn put_image(
        &self,
        repository: &str,
        tag: &str,
        platforms: &[&str],
        seed: &str,
    ) -> Result<PutImage> {
        let mut put = Vec::new();
        for platform in platforms {
            let mut parts = platform.split('/');
            let (os, architecture) = (parts.next(), parts.next());
            let config = serde_json::json!({
                "os": os, "architecture": architecture, "variant": parts.next(),
                "rootfs": {"type": "layers", "diff_ids": []},
            });
            let config = self
                .put_blob(repository, config.to_string().as_bytes())
                .await?;
            let layer = format!("{seed} {platform}");
            let layer = self.put_blob(repository, layer.as_bytes()).await?;
            let blob = |kind: &str, (digest, size): &(String, usize)| serde_json::json!({"mediaType": kind, "digest": digest, "size": size});
            let manifest = serde_json::json!({
                "schemaVersion": 2, "mediaType": IMAGE,
                "config": blob("application/vnd.oci.image.config.v1+json", &config),
                "layers": [blob("application/vnd.oci.image.layer.v1.tar", &layer)],
            });
            let text = manifest.to_string();
            let digest = sha256(text.as_bytes());
            let reference = if platforms.len() == 1 { tag } else { &digest };
            self.put_manifest(repository, reference, IMAGE, &text)
                .await?;
            let size = u64::try_from(config.1 + layer.1).unwrap_or(u64::MAX);
            put.push((platform.to_string(), digest, size, text.len()));
        }
        let mut digest = put.first().map(|one| one.1.clone()).unwrap_or_default();
        if put.len() != 1 {
            let entries: Vec<_> = put
                .iter()
                .map(|(platform, digest, _, length)| {
                    let mut parts = platform.split('/');
                    let mut said = serde_json::json!({"os": parts.next(), "architecture": parts.next()});
                    if let Some(variant) = parts.next() {
                        said["variant"] = variant.into();
                    }
                    serde_json::json!({"mediaType": IMAGE, "digest": digest, "size": length, "platform": said})
                })
                .collect();
            let index =
                serde_json::json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": entries});
            let text = index.to_string();
            digest = sha256(text.as_bytes());
            self.put_manifest(repository, tag, INDEX, &text).await?;
        }
        let platforms = put
            .into_iter()
            .map(|(platform, digest, size, _)| (platform, digest, size));
        Ok(PutImage {
            digest,
            platforms: platforms.collect(),
        })
    }

    async fn put_blob(&self, repository: &str, bytes: &[u8]) -> Result<(String, usize)> {
        let begun = self
            .say("POST", &format!("/v2/{repository}/blobs/uploads/"), "", b"")
            .await?;
        let place = begun.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location")
                .then(|| value.trim().to_owned())
        });
        let place = place.ok_or_else(|| refused(&begun))?;
        // Its address may be a whole one.
        let path = place.find("/v2/").map_or(place.as_str(), |at| &place[at..]);
        let digest = sha256(bytes);
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{joint}digest={digest}");
        self.say("PUT", &path, "application/octet-stream", bytes)
            .await?;
        Ok((digest, bytes.len()))
    }

    async fn put_manifest(
        &self,
        repository: &str,
        reference: &str,
        kind: &str,
        text: &str,
    ) -> Result<()> {
        let path = format!("/v2/{repository}/manifests/{reference}");
        self.say("PUT", &path, kind, text.as_bytes())
            .await
            .map(drop)
    }

    /// One request; its answer's head when that is a success.
    async fn say(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<String> {
        let address = self.address();
        let exchange = async {
            let mut stream = TcpStream::connect(&address).await?;
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
                 Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(body).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            std::io::Result::Ok(String::from_utf8_lossy(&answer).into_owned())
        };
        let answer = exchange
            .await
            .map_err(|error| refused(&error.to_string()))?;
        if answer.starts_with("HTTP/1.1 20") {
            Ok(answer)
        } else {
            Err(refused(&format!("{method} {path}: {answer}")))
        }
    }
}

fn refused(detail: &str) -> KitError {
    KitError::Program {
        program: "docker-registry".into(),
        detail: detail.to_owned(),
    }
}

fn sha256(bytes: &[u8]) -> String {
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}
