//! The kit against itself: what it starts works, what it breaks is broken, and
//! nothing stays behind.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
#![allow(
    clippy::disallowed_methods,
    reason = "starting programs is what the kit is for"
)]

mod engine;
mod faults;
mod guard;
mod launcher;
mod traces;

use std::time::Duration;

use bollard::Docker;
use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::CreateContainerOptionsBuilder;

const SOON: Duration = Duration::from_secs(30);

/// Creates and starts a container with a host configuration.
async fn run(
    docker: &Docker,
    name: &str,
    image: &str,
    host: HostConfig,
) -> Result<String, bollard::errors::Error> {
    let options = CreateContainerOptionsBuilder::new().name(name).build();
    let body = ContainerCreateBody {
        image: Some(image.to_owned()),
        host_config: Some(host),
        ..ContainerCreateBody::default()
    };
    let id = docker.create_container(Some(options), body).await?.id;
    docker.start_container(&id, None).await?;
    Ok(id)
}
