//! `POST /api/containers`: checks everything, then makes the container.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use harbour_core::draft::CreateDraft;
use harbour_core::plan::CreatePreview;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::ADMIN;
use super::error::{ApiError, ErrorBody, ProblemBody};
use super::form::CreateRequest;
use super::json::{Json, Query};
use crate::flows::{CreateOutcome, create as create_container, preview};

/// Query of what has a dry run.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DryRunQuery {
    /// Only tell what would come of it.
    #[serde(default)]
    pub(super) dry_run: bool,
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

/// Makes a container. With `dryRun=true` it only says what would come of it.
#[utoipa::path(post, path = "/api/containers", tag = "containers", params(DryRunQuery),
    request_body = CreateRequest,
    responses((status = 200, description = "Dry run", body = PreviewAnswer),
        (status = 201, description = "Made", body = CreateAnswer),
        (status = 202, description = "The image is being fetched", body = CreateAnswer),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    Query(query): Query<DryRunQuery>,
    Json(request): Json<CreateRequest>,
) -> Result<Response, ApiError> {
    let draft = CreateDraft::from(request);
    if query.dry_run {
        let preview = preview(&app.flows, draft).await?;
        return Ok(axum::Json(PreviewAnswer::from(&preview)).into_response());
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

impl From<&CreatePreview> for PreviewAnswer {
    fn from(preview: &CreatePreview) -> Self {
        Self {
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
        }
    }
}
