//! From a `docker run` line to a form, and from a form to Compose. Nothing
//! here is stored or logged: both may hold secrets.

use axum::Json as Answer;
use harbour_core::draft::CreateDraft;
use harbour_core::{compose, docker_run};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::form::CreateRequest;
use super::json::Json;

/// A command line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RunRequest {
    /// `docker run …`, at most 32 KiB.
    command: String,
}

/// A part of a command line that is not in the form.
#[derive(Serialize, ToSchema)]
pub(super) struct NotUnderstood {
    /// As it was written.
    text: String,
    /// Why, and what to do.
    reason: String,
}

/// What a command line asks for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RunAnswer {
    /// As a form.
    form: CreateRequest,
    /// What is not in the form.
    not_understood: Vec<NotUnderstood>,
}

/// A Compose file.
#[derive(Serialize, ToSchema)]
pub(super) struct ComposeAnswer {
    /// YAML.
    yaml: String,
}

/// Reads a `docker run` line into a form. Names what it does not understand.
#[utoipa::path(post, path = "/api/convert/docker-run", tag = "convert", request_body = RunRequest,
    responses((status = 200, body = RunAnswer), (status = 422, body = ErrorBody)))]
pub(super) async fn from_run(
    Json(request): Json<RunRequest>,
) -> Result<Answer<RunAnswer>, ApiError> {
    let parsed = docker_run::parse(&request.command)?;
    let not_understood = parsed
        .not_understood
        .into_iter()
        .map(|part| NotUnderstood {
            text: part.text,
            reason: part.reason,
        })
        .collect();
    Ok(Answer(RunAnswer {
        form: parsed.draft.into(),
        not_understood,
    }))
}

/// A form as a Compose file. Nothing is checked.
#[utoipa::path(post, path = "/api/convert/compose", tag = "convert", request_body = CreateRequest,
    responses((status = 200, body = ComposeAnswer), (status = 422, body = ErrorBody)))]
pub(super) async fn to_compose(Json(request): Json<CreateRequest>) -> Answer<ComposeAnswer> {
    Answer(ComposeAnswer {
        yaml: compose::to_yaml(&CreateDraft::from(request)),
    })
}
