//! `GET /api/audit`: what was done, newest first.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::error::ApiError;
use super::json::Query;
use crate::audit::{AuditLine, MAX_RECENT, Phase};

const DEFAULT_LIMIT: usize = 100;

/// Query of `GET /api/audit`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditQuery {
    /// How many, at most 1,000; 100 when absent.
    limit: Option<usize>,
    /// Only lines before this number.
    before: Option<u64>,
}

/// One line of the audit log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuditAnswer {
    /// Number of the line.
    seq: u64,
    /// When (RFC 3339).
    at: String,
    /// `before` or `after` the action.
    phase: &'static str,
    /// The request.
    request_id: String,
    /// Who.
    user: String,
    /// From where.
    remote: String,
    /// What.
    action: String,
    /// On what.
    target: String,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// Error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// How long it took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
    /// Hash of the line, which the next one contains.
    hash: String,
}

/// What was done, newest first.
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Vec<AuditAnswer>)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Vec<AuditAnswer>>, ApiError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_RECENT);
    let lines = app.audit.recent(limit, query.before).await?;
    Ok(Json(lines.into_iter().map(AuditAnswer::from).collect()))
}

impl From<AuditLine> for AuditAnswer {
    fn from(line: AuditLine) -> Self {
        Self {
            seq: line.seq,
            at: line.at,
            phase: match line.phase {
                Phase::Before => "before",
                Phase::After => "after",
            },
            request_id: line.request_id,
            user: line.user,
            remote: line.remote,
            action: line.action,
            target: line.target,
            outcome: line.outcome,
            code: line.code,
            duration_ms: line.duration_ms,
            hash: line.hash,
        }
    }
}
