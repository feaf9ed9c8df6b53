//! How much disk images and volumes take. The engine has to walk through all
//! of it to say so, so it is asked only when somebody wants to know, and its
//! answer is good for a while.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::Method;
use serde::Deserialize;

use super::raw::{checked, request};
use super::{Engine, EngineError};

/// How long an answer is given again.
const FRESH: Duration = Duration::from_secs(30);
/// Time for the engine to walk through everything.
const LIMIT: Duration = Duration::from_secs(300);
/// Largest answer read: about a kilobyte for each image and volume.
const MAX_BYTES: usize = 32 << 20;

/// Bytes on disk.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DiskUsage {
    /// Of volumes by name, where the driver knows.
    pub volumes: HashMap<String, i64>,
    /// Of images by id, only what no other image has a part in.
    pub images: HashMap<String, i64>,
}

/// The newest answer and when it came.
#[derive(Debug, Default)]
pub(super) struct Kept(tokio::sync::Mutex<Option<(Instant, Arc<DiskUsage>)>>);

impl Engine {
    /// What images and volumes take, as of at most half a minute ago. Whoever
    /// else asks meanwhile waits for the same answer.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn usage(&self) -> Result<Arc<DiskUsage>, EngineError> {
        let mut kept = self.usage.0.lock().await;
        if let Some((at, usage)) = kept.as_ref()
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(usage));
        }
        let read = tokio::time::timeout(LIMIT, self.read_usage()).await;
        let usage =
            Arc::new(read.map_err(|_| {
                EngineError::Down("it did not measure its disk in time".to_owned())
            })??);
        *kept = Some((Instant::now(), Arc::clone(&usage)));
        Ok(usage)
    }

    /// Something was removed: the next who asks gets a new answer.
    pub async fn forget_usage(&self) {
        *self.usage.0.lock().await = None;
    }

    /// bollard reads the form of API 1.52 only and would find nothing in the
    /// answers of older engines; both forms are read here.
    async fn read_usage(&self) -> Result<DiskUsage, EngineError> {
        let version = self.client()?.api_version.clone();
        let path = format!("/v{version}/system/df?type=image&type=volume&verbose=true");
        let (response, _connection) = self
            .send(request(Method::GET, &path, Bytes::new())?)
            .await?;
        let body = Limited::new(checked(response).await?.into_body(), MAX_BYTES)
            .collect()
            .await
            .map_err(|source| EngineError::Unreadable {
                what: "its disk usage",
                source,
            })?;
        parse(&body.to_bytes())
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Answer {
    images: Option<Vec<ImageItem>>,
    volumes: Option<Vec<VolumeItem>>,
    image_usage: Option<Items<ImageItem>>,
    volume_usage: Option<Items<VolumeItem>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Items<T> {
    #[serde(default = "Option::default")]
    items: Option<Vec<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ImageItem {
    id: String,
    #[serde(default)]
    size: i64,
    #[serde(default)]
    shared_size: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VolumeItem {
    name: String,
    usage_data: Option<VolumeUse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VolumeUse {
    size: i64,
}

fn parse(body: &[u8]) -> Result<DiskUsage, EngineError> {
    let answer: Answer =
        serde_json::from_slice(body).map_err(|source| EngineError::Unreadable {
            what: "its disk usage",
            source: Box::new(source),
        })?;
    let newer = answer.image_usage.and_then(|u| u.items);
    let images = answer.images.or(newer).unwrap_or_default();
    let newer = answer.volume_usage.and_then(|u| u.items);
    let volumes = answer.volumes.or(newer).unwrap_or_default();
    Ok(DiskUsage {
        volumes: volumes
            .into_iter()
            .filter_map(|v| Some((v.name, v.usage_data?.size)))
            // The engine's word for "unknown" is -1.
            .filter(|(_, size)| *size >= 0)
            .collect(),
        images: images
            .into_iter()
            .map(|i| (i.id, (i.size - i.shared_size.max(0)).max(0)))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let image = r#"{"Id":"sha256:a","Size":100,"SharedSize":40}"#;
        let volumes = r#"[{"Name":"v","UsageData":{"Size":7,"RefCount":1}},{"Name":"w","UsageData":{"Size":-1,"RefCount":0}},{"Name":"x"}]"#;
        let old = format!(
            r#"{{"LayersSize":1,"Images":[{image}],"Volumes":{volumes},"BuildCache":null}}"#
        );
        let new = format!(
            r#"{{"ImageUsage":{{"Items":[{image}]}},"VolumeUsage":{{"TotalSize":7,"Items":{volumes}}}}}"#
        );
        for text in [old, new] {
            let usage = parse(text.as_bytes()).expect("readable");
            assert_eq!(usage.images, HashMap::from([("sha256:a".to_owned(), 60)]));
            assert_eq!(usage.volumes, HashMap::from([("v".to_owned(), 7)]));
        }
        assert_eq!(parse(b"{}").expect("readable"), DiskUsage::default());
        assert!(parse(b"7").is_err());
    }
}
