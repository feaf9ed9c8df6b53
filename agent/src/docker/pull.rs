//! Fetches an image and tells how far each layer is.

use std::collections::HashMap;

use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;

use super::actions::patient;
use super::{Engine, EngineError};
use crate::views::{LayerProgress, OperationProgress};

/// Most layers shown; the engine itself allows 127.
const MAX_LAYERS: usize = 256;
/// Share of a layer's work that is downloading; the rest is unpacking.
const DOWNLOAD_SHARE: f64 = 0.8;

/// What a pull brought.
#[derive(Clone, Debug)]
pub struct PulledImage {
    /// Id of the image on this engine.
    pub id: String,
    /// `repository@digest` names.
    pub digests: Vec<String>,
}

impl Engine {
    /// Fetches `reference` (canonical, with tag or digest). Layers that are
    /// here already are not fetched again. Answers `None` when cancelled.
    ///
    /// # Errors
    /// As the engine or, through it, the registry says.
    pub async fn pull(
        &self,
        reference: &str,
        progress: &(dyn Fn(OperationProgress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<Option<PulledImage>, EngineError> {
        let client = self.client()?;
        let options = CreateImageOptions {
            from_image: Some(reference.to_owned()),
            ..Default::default()
        };
        // A registry may be slow to send its first line.
        let docker = patient(&client.docker);
        let mut lines = std::pin::pin!(docker.create_image(Some(options), None, None));
        let mut layers = Layers::default();
        loop {
            // Dropping the stream tells the engine to stop.
            let line = tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(None),
                line = lines.next() => line,
            };
            let Some(line) = line else { break };
            let line = line.map_err(|e| EngineError::of("pulling an image", e))?;
            if layers.take(line) {
                progress(layers.progress());
            }
        }
        self.image(reference).await.map(Some)
    }

    /// Reads an image by name or id.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn image(&self, reference: &str) -> Result<PulledImage, EngineError> {
        let client = self.client()?;
        let image = client
            .docker
            .inspect_image(reference)
            .await
            .map_err(|e| EngineError::of("inspecting an image", e))?;
        Ok(PulledImage {
            id: image.id.unwrap_or_default(),
            digests: image.repo_digests.unwrap_or_default(),
        })
    }
}

#[derive(Debug, Default)]
struct Layers {
    shown: Vec<LayerProgress>,
    at: HashMap<String, usize>,
}

impl Layers {
    /// Takes a line; answers whether it was about a layer.
    fn take(&mut self, line: CreateImageInfo) -> bool {
        let (Some(id), Some(status)) = (line.id, line.status) else {
            return false;
        };
        // "Pulling from library/x" carries the tag as its id.
        if status.starts_with("Pulling from") {
            return false;
        }
        let at = match self.at.get(&id) {
            Some(at) => *at,
            None if self.shown.len() >= MAX_LAYERS => return false,
            None => {
                self.shown.push(LayerProgress {
                    id: id.clone(),
                    status: String::new(),
                    current: None,
                    total: None,
                });
                self.at.insert(id, self.shown.len() - 1);
                self.shown.len() - 1
            }
        };
        let layer = &mut self.shown[at];
        layer.status = status;
        let detail = line.progress_detail.unwrap_or_default();
        layer.current = detail.current.filter(|n| *n > 0);
        layer.total = detail.total.filter(|n| *n > 0);
        true
    }

    fn progress(&self) -> OperationProgress {
        let done: f64 = self.shown.iter().map(share).sum();
        #[expect(clippy::cast_precision_loss, reason = "at most 256 layers")]
        let all = self.shown.len() as f64;
        OperationProgress {
            fraction: (all > 0.0).then(|| (done / all).clamp(0.0, 1.0)),
            layers: self.shown.clone(),
        }
    }
}

fn share(layer: &LayerProgress) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a display value")]
    let part = match (layer.current, layer.total) {
        (Some(current), Some(total)) => (current as f64 / total as f64).clamp(0.0, 1.0),
        _ => 0.0,
    };
    match layer.status.as_str() {
        "Pull complete" | "Already exists" => 1.0,
        "Downloading" => part * DOWNLOAD_SHARE,
        "Verifying Checksum" | "Download complete" => DOWNLOAD_SHARE,
        "Extracting" => DOWNLOAD_SHARE + part * (1.0 - DOWNLOAD_SHARE),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::ProgressDetail;

    use super::*;

    fn line(id: &str, status: &str, current: i64, total: i64) -> CreateImageInfo {
        CreateImageInfo {
            id: Some(id.into()),
            status: Some(status.into()),
            progress_detail: Some(ProgressDetail {
                current: Some(current),
                total: Some(total),
            }),
            error_detail: None,
        }
    }

    #[test]
    fn progress_only_grows_to_one() {
        let mut layers = Layers::default();
        assert!(!layers.take(line("latest", "Pulling from a/b", 0, 0)));
        let mut last = 0.0;
        for step in [
            line("a", "Pulling fs layer", 0, 0),
            line("a", "Downloading", 50, 100),
            line("a", "Download complete", 0, 0),
            line("a", "Extracting", 50, 100),
            line("a", "Pull complete", 0, 0),
        ] {
            assert!(layers.take(step));
            let fraction = layers.progress().fraction.expect("one layer");
            assert!(fraction >= last, "{fraction} after {last}");
            last = fraction;
        }
        assert!((last - 1.0).abs() < f64::EPSILON);
    }
}
