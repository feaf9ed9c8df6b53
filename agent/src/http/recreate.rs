//! The settings of a container as a form, and making it anew from a changed one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use harbour_core::change::Change;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::access::ADMIN;
use super::create::{DryRunQuery, PreviewAnswer};
use super::error::{ApiError, ErrorBody};
use super::form::CreateRequest;
use super::images::Begun;
use super::json::{Json, Query};
use crate::flows::{preview_recreate, recreate as recreate_container, settings as settings_of};

/// A setting that the form does not show.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptAnswer {
    /// What it is.
    name: String,
    /// Its value in words.
    value: String,
}

/// A container as a form.
#[derive(Serialize, ToSchema)]
pub(super) struct ContainerSettings {
    /// Its settings without those of its image.
    form: CreateRequest,
    /// Names this state of the settings; to be sent back with a changed form.
    revision: String,
    /// Settings the form does not show; a recreated container has them too.
    keeps: Vec<KeptAnswer>,
}

/// A changed form.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecreateRequest {
    /// The whole form, changed.
    form: CreateRequest,
    /// As it came with the form.
    revision: String,
}

/// Part of the form that a change belongs to.
#[derive(Serialize, ToSchema)]
pub(super) enum ChangeGroup {
    Image,
    Ports,
    Storage,
    Environment,
    Network,
    Health,
    Limits,
    Rights,
    Other,
}

/// What a change does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ChangeKind {
    Added,
    Removed,
    Changed,
}

/// One difference between the container and the form.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangeAnswer {
    /// Field of the form.
    field: String,
    group: ChangeGroup,
    /// What is changed, in words.
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    kind: ChangeKind,
}

/// What would come of making it anew.
#[derive(Serialize, ToSchema)]
pub(super) struct RecreatePreviewAnswer {
    #[serde(flatten)]
    plan: PreviewAnswer,
    /// What would be different.
    changes: Vec<ChangeAnswer>,
}

/// A container's settings as a form, with what its image sets left out.
#[utoipa::path(get, path = "/api/containers/{id}/settings", tag = "containers", params(("id" = String, Path)),
    responses((status = 200, body = ContainerSettings), (status = 404, body = ErrorBody)))]
pub(super) async fn settings(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<axum::Json<ContainerSettings>, ApiError> {
    let settings = settings_of(&app.flows, &id).await?;
    let kept = |(name, value)| KeptAnswer { name, value };
    Ok(axum::Json(ContainerSettings {
        form: settings.draft.into(),
        revision: settings.revision,
        keeps: settings.keeps.into_iter().map(kept).collect(),
    }))
}

/// Makes a container anew from a changed form. The old one is kept until the
/// new one runs. With `dryRun=true` it only says what would come of it.
#[utoipa::path(post, path = "/api/containers/{id}/recreate", tag = "containers",
    params(("id" = String, Path), DryRunQuery), request_body = RecreateRequest,
    responses((status = 200, description = "Dry run", body = RecreatePreviewAnswer),
        (status = 202, body = Begun), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub(super) async fn recreate(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(query): Query<DryRunQuery>,
    Json(request): Json<RecreateRequest>,
) -> Result<Response, ApiError> {
    let RecreateRequest { form, revision } = request;
    if query.dry_run {
        let preview = preview_recreate(&app.flows, &id, form.into(), &revision).await?;
        let answer = RecreatePreviewAnswer {
            plan: PreviewAnswer::from(&preview.plan),
            changes: preview.changes.into_iter().map(Into::into).collect(),
        };
        return Ok(axum::Json(answer).into_response());
    }
    let actor = ADMIN.to_owned();
    let operation = recreate_container(&app.flows, &id, form.into(), &revision, actor).await?;
    let location = format!("/api/operations/{operation}");
    let mut response = (StatusCode::ACCEPTED, axum::Json(Begun::new(operation))).into_response();
    // A ULID in a path is always a header value.
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

impl From<Change> for ChangeAnswer {
    fn from(change: Change) -> Self {
        use harbour_core::change::{Group, Kind};
        Self {
            group: match change.group {
                Group::Image => ChangeGroup::Image,
                Group::Ports => ChangeGroup::Ports,
                Group::Storage => ChangeGroup::Storage,
                Group::Environment => ChangeGroup::Environment,
                Group::Network => ChangeGroup::Network,
                Group::Health => ChangeGroup::Health,
                Group::Limits => ChangeGroup::Limits,
                Group::Rights => ChangeGroup::Rights,
                Group::Other => ChangeGroup::Other,
            },
            kind: match change.kind() {
                Kind::Added => ChangeKind::Added,
                Kind::Removed => ChangeKind::Removed,
                Kind::Changed => ChangeKind::Changed,
            },
            field: change.field.to_owned(),
            label: change.label,
            before: change.before,
            after: change.after,
        }
    }
}
