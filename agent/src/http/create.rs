//! `POST /api/containers`: checks everything, then makes the container.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use harbour_core::draft::{
    CreateDraft, DeviceDraft, EnvDraft, HealthcheckDraft, MountDraft, PortDraft, RestartDraft,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::ADMIN;
use super::error::{ApiError, ErrorBody, ProblemBody};
use super::json::{Json, Query};
use crate::flows::{CreateOutcome, create as create_container, preview};
use crate::views::EnvVar;

/// A container to be made. Names are those of the Compose specification where
/// it has one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateRequest {
    /// Image by name or id.
    image: String,
    /// Name; absent means one made from the image.
    #[serde(default)]
    name: Option<String>,
    /// Ports.
    #[serde(default)]
    ports: Vec<PortRequest>,
    /// Directories, files and volumes.
    #[serde(default)]
    mounts: Vec<MountRequest>,
    /// Environment.
    #[serde(default)]
    env: Vec<EnvVar>,
    /// Restart policy.
    #[serde(default)]
    restart: Option<RestartRequest>,
    /// Health check.
    #[serde(default)]
    healthcheck: Option<HealthcheckRequest>,
    /// `bridge`, `host`, `none`, or a network's name.
    #[serde(default)]
    network: Option<String>,
    /// Command; absent means the image's.
    #[serde(default)]
    command: Vec<String>,
    /// Labels.
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// Whether to start it.
    #[serde(default = "yes")]
    start: bool,
    /// `missing` or `always`.
    #[serde(default)]
    pull: Option<String>,
    /// All rights of the host's root.
    #[serde(default)]
    privileged: bool,
    /// The host's processes are visible.
    #[serde(default)]
    pid_host: bool,
    /// Added capabilities.
    #[serde(default)]
    cap_add: Vec<String>,
    /// Devices of the host.
    #[serde(default)]
    devices: Vec<DeviceRequest>,
    /// Names of risks that are accepted.
    #[serde(default)]
    confirm_risks: Vec<String>,
}

/// A port.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PortRequest {
    /// Inside, 1 to 65,535.
    container: i64,
    /// On the host; absent lets the engine choose.
    #[serde(default)]
    host: Option<i64>,
    /// Host address; absent means all.
    #[serde(default)]
    host_ip: Option<String>,
    /// `tcp` or `udp`; absent means tcp.
    #[serde(default)]
    protocol: Option<String>,
}

/// A mount.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MountRequest {
    /// `bind` or `volume`.
    #[serde(rename = "type")]
    kind: String,
    /// Host path or volume name.
    source: String,
    /// Path inside.
    target: String,
    /// Whether it may only be read.
    #[serde(default)]
    read_only: bool,
    /// Whether to make a missing directory, below the app-data root.
    #[serde(default)]
    create: bool,
}

/// A restart policy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RestartRequest {
    /// `no`, `always`, `unless-stopped` or `on-failure`.
    policy: String,
    /// Tries, with `on-failure`.
    #[serde(default)]
    max_retries: Option<i64>,
}

/// A health check.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct HealthcheckRequest {
    /// `CMD`, `CMD-SHELL` or `NONE`, then the command.
    test: Vec<String>,
    /// Seconds between probes, 1 to 86,400.
    #[serde(default)]
    interval_seconds: Option<i64>,
    /// Seconds for one probe.
    #[serde(default)]
    timeout_seconds: Option<i64>,
    /// Failures in a row until unhealthy, 1 to 100.
    #[serde(default)]
    retries: Option<i64>,
    /// Seconds in which failures do not count.
    #[serde(default)]
    start_period_seconds: Option<i64>,
}

/// A device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceRequest {
    /// On the host.
    host: String,
    /// Inside; absent means the same.
    #[serde(default)]
    container: Option<String>,
    /// Some of `rwm`; absent means all.
    #[serde(default)]
    permissions: Option<String>,
}

/// Query of `POST /api/containers`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateQuery {
    /// Only tell what would come of it.
    #[serde(default)]
    dry_run: bool,
}

/// Answer when the container is there, or its operation goes on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateAnswer {
    /// Its id, once it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Its name, once it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The operation.
    operation_id: String,
}

/// A port as it would be.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PortAnswer {
    container: u16,
    protocol: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_ip: Option<String>,
}

/// A risk of the container.
#[derive(Serialize, ToSchema)]
pub(super) struct RiskAnswer {
    /// What to put into `confirmRisks`.
    risk: String,
    /// What it means.
    label: String,
}

/// Answer of a dry run.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreviewAnswer {
    /// All that is wrong.
    problems: Vec<ProblemBody>,
    /// The name it would get.
    name: String,
    /// Its risks, confirmed or not.
    risks: Vec<RiskAnswer>,
    /// Whether the image is here already.
    image_local: bool,
    /// Its ports.
    ports: Vec<PortAnswer>,
}

fn yes() -> bool {
    true
}

/// Makes a container. With `dryRun=true` it only says what would come of it.
#[utoipa::path(post, path = "/api/containers", tag = "containers", params(CreateQuery),
    request_body = CreateRequest,
    responses((status = 200, description = "Dry run", body = PreviewAnswer),
        (status = 201, description = "Made", body = CreateAnswer),
        (status = 202, description = "The image is being fetched", body = CreateAnswer),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Query(query): Query<CreateQuery>,
    Json(request): Json<CreateRequest>,
) -> Result<Response, ApiError> {
    let draft = CreateDraft::from(request);
    if query.dry_run {
        let preview = preview(&app.flows, draft).await?;
        return Ok(axum::Json(PreviewAnswer {
            problems: preview.problems.iter().map(ProblemBody::from).collect(),
            name: preview.name.as_str().to_owned(),
            risks: preview
                .risks
                .iter()
                .map(|r| RiskAnswer {
                    risk: r.name(),
                    label: r.explain(),
                })
                .collect(),
            image_local: preview.image_local,
            ports: preview
                .ports
                .iter()
                .map(|p| PortAnswer {
                    container: p.container,
                    protocol: p.protocol.as_str().to_owned(),
                    host: p.host,
                    host_ip: p.host_ip.map(|ip| ip.to_string()),
                })
                .collect(),
        })
        .into_response());
    }
    let (status, location, answer) =
        match create_container(&app.flows, draft, ADMIN.to_owned()).await? {
            CreateOutcome::Made {
                id,
                name,
                operation,
            } => (
                StatusCode::CREATED,
                format!("/api/containers/{id}"),
                CreateAnswer {
                    id: Some(id),
                    name: Some(name),
                    operation_id: operation,
                },
            ),
            CreateOutcome::Begun { operation } => (
                StatusCode::ACCEPTED,
                format!("/api/operations/{operation}"),
                CreateAnswer {
                    id: None,
                    name: None,
                    operation_id: operation,
                },
            ),
        };
    let mut response = (status, axum::Json(answer)).into_response();
    // Ids are hexadecimal digits or ULIDs.
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

impl From<CreateRequest> for CreateDraft {
    fn from(r: CreateRequest) -> Self {
        Self {
            image: r.image,
            name: r.name,
            ports: r
                .ports
                .into_iter()
                .map(|p| PortDraft {
                    container: p.container,
                    host: p.host,
                    host_ip: p.host_ip,
                    protocol: p.protocol,
                })
                .collect(),
            mounts: r
                .mounts
                .into_iter()
                .map(|m| MountDraft {
                    kind: m.kind,
                    source: m.source,
                    target: m.target,
                    read_only: m.read_only,
                    create: m.create,
                })
                .collect(),
            env: r
                .env
                .into_iter()
                .map(|e| EnvDraft {
                    name: e.name,
                    value: e.value,
                })
                .collect(),
            restart: r.restart.map(|r| RestartDraft {
                policy: r.policy,
                max_retries: r.max_retries,
            }),
            healthcheck: r.healthcheck.map(|h| HealthcheckDraft {
                test: h.test,
                interval_seconds: h.interval_seconds,
                timeout_seconds: h.timeout_seconds,
                retries: h.retries,
                start_period_seconds: h.start_period_seconds,
            }),
            network: r.network,
            command: r.command,
            labels: r.labels.into_iter().collect(),
            start: r.start,
            pull: r.pull,
            privileged: r.privileged,
            pid_host: r.pid_host,
            cap_add: r.cap_add,
            devices: r
                .devices
                .into_iter()
                .map(|d| DeviceDraft {
                    host: d.host,
                    container: d.container,
                    permissions: d.permissions,
                })
                .collect(),
            confirm_risks: r.confirm_risks,
        }
    }
}
