//! Reads what the engine has: everything at once, or one kind of thing.

use bollard::query_parameters::{
    InspectContainerOptions, ListContainersOptions, ListImagesOptions,
};
use futures_util::{StreamExt, stream};

use super::observer::Snapshot;
use super::things::{networks, volumes};
use super::{Client, Engine, EngineError, view};
use crate::views::{ContainerDetail, Image};

/// Inspect calls at once; more only queue up in the engine.
pub(super) const INSPECTS_AT_ONCE: usize = 8;

impl Engine {
    /// Reads all images.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn images(&self) -> Result<Vec<Image>, EngineError> {
        images(&*self.client()?).await
    }
}

/// The engine's clock: its events carry it, ours may differ.
pub(super) async fn engine_time(client: &Client) -> Result<i64, EngineError> {
    let info = client
        .docker
        .info()
        .await
        .map_err(|e| EngineError::of("its state", e))?;
    let text = info.system_time.unwrap_or_default();
    let time: jiff::Timestamp = text.parse().map_err(|source| EngineError::Unreadable {
        what: "its clock",
        source: Box::new(source),
    })?;
    Ok(i64::try_from(time.as_nanosecond()).unwrap_or(i64::MAX))
}

pub(super) async fn read_all(client: &Client) -> Result<Snapshot, EngineError> {
    let options = ListContainersOptions {
        all: true,
        ..Default::default()
    };
    let list = client
        .docker
        .list_containers(Some(options))
        .await
        .map_err(|e| EngineError::of("listing containers", e))?;
    let ids = list.into_iter().filter_map(|c| c.id);
    let read: Vec<_> = stream::iter(ids)
        .map(|id| async move { inspect(client, &id).await })
        .buffer_unordered(INSPECTS_AT_ONCE)
        .collect()
        .await;
    let mut containers = Vec::with_capacity(read.len());
    for container in read {
        match container {
            Ok(container) => containers.extend(container),
            Err(error @ EngineError::Down(_)) => return Err(error),
            // One that the engine itself cannot read must not hide the others.
            Err(error) => unreadable("a container", &error),
        }
    }
    Ok(Snapshot {
        containers,
        images: images(client).await?,
        networks: networks(client).await?,
        volumes: volumes(client).await?,
        version: client.version.clone(),
        api_version: client.api_version.clone(),
    })
}

/// `None` when the container is gone.
pub(super) async fn inspect(
    client: &Client,
    id: &str,
) -> Result<Option<ContainerDetail>, EngineError> {
    let options = None::<InspectContainerOptions>;
    match client.docker.inspect_container(id, options).await {
        Ok(raw) => Ok(Some(view::container(raw))),
        Err(error) => match EngineError::of("inspecting a container", error) {
            EngineError::NotFound(_) => Ok(None),
            other => Err(other),
        },
    }
}

pub(super) async fn images(client: &Client) -> Result<Vec<Image>, EngineError> {
    let options = ListImagesOptions {
        digests: true,
        ..Default::default()
    };
    let images = client
        .docker
        .list_images(Some(options))
        .await
        .map_err(|e| EngineError::of("listing images", e))?;
    Ok(images.into_iter().map(view::image).collect())
}

/// One thing could not be read; the others are.
pub(super) fn unreadable(what: &str, error: &EngineError) {
    let error = crate::operations::error_chain(error);
    tracing::warn!(%error, "{what} could not be read");
}
