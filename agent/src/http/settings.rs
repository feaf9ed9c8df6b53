//! What can be set while the agent runs.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::error::{ApiError, ErrorBody};
use super::json::Json;
use crate::flows::{SettingsDraft, change_settings};
use crate::settings::Values;

/// Answer of both, the settings as they are.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SettingsAnswer {
    /// Where new apps keep their files.
    app_data_root: String,
    /// How many days the timeline goes back.
    timeline_days: u32,
    /// How many entries it has at most.
    timeline_entries: u32,
}

/// Body of `PUT /api/settings`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SettingsRequest {
    /// Where new apps keep their files: an absolute path, made if it is missing.
    app_data_root: String,
    /// How many days the timeline goes back, 1 to 3,650.
    timeline_days: u32,
    /// How many entries it has at most, 1,000 to 200,000; absent leaves it.
    timeline_entries: Option<u32>,
}

/// The settings.
#[utoipa::path(get, path = "/api/settings", tag = "settings", responses((status = 200, body = SettingsAnswer)))]
pub(super) async fn get(State(app): State<Arc<App>>) -> Answer<SettingsAnswer> {
    Answer(app.flows.settings.get().into())
}

/// Changes the settings; they hold at once.
#[utoipa::path(put, path = "/api/settings", tag = "settings", request_body = SettingsRequest,
    responses((status = 200, body = SettingsAnswer), (status = 422, body = ErrorBody)))]
pub(super) async fn put(
    State(app): State<Arc<App>>,
    Json(request): Json<SettingsRequest>,
) -> Result<Answer<SettingsAnswer>, ApiError> {
    let draft = SettingsDraft {
        app_data_root: PathBuf::from(request.app_data_root),
        timeline_days: request.timeline_days,
        timeline_entries: request.timeline_entries,
    };
    Ok(Answer(change_settings(&app.flows, draft).await?.into()))
}

impl From<Values> for SettingsAnswer {
    fn from(values: Values) -> Self {
        Self {
            app_data_root: values.app_data_root.to_string_lossy().into_owned(),
            timeline_days: values.timeline_days,
            timeline_entries: values.timeline_entries,
        }
    }
}
