//! The audit log: what was done, newest first, and whether its chain is whole.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::error::{ApiError, sentence};
use super::json::Query;
use crate::audit::{AuditLine, ChainState, MAX_RECENT, Phase};

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

/// The first line that is not as it was written.
#[derive(Serialize, ToSchema)]
pub(super) struct BrokenAnswer {
    /// Name of the file.
    file: String,
    /// Number of the line in it, from 1; 0 means the file as a whole.
    line: u64,
    /// What is wrong with it.
    reason: String,
}

/// Answer of `GET /api/audit/chain`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChainAnswer {
    /// Whether every line follows from the one before it.
    ok: bool,
    /// Lines that were checked; 0 when it is broken.
    lines: u64,
    /// Number of the first line that is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seq: Option<u64>,
    /// Number of the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seq: Option<u64>,
    /// Its hash. Note it elsewhere to see later that nothing was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_hash: Option<String>,
    /// When it was checked (RFC 3339); at most a minute ago.
    checked_at: String,
    /// Where it is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<BrokenAnswer>,
}

/// Whether the log is as it was written.
#[utoipa::path(get, path = "/api/audit/chain", tag = "audit", responses((status = 200, body = ChainAnswer)))]
pub(super) async fn chain(State(app): State<Arc<App>>) -> Result<Json<ChainAnswer>, ApiError> {
    let ChainState {
        checked_at,
        verdict,
    } = app.chain.state().await?;
    let checked_at = checked_at.to_string();
    Ok(Json(match &*verdict {
        Ok(report) => ChainAnswer {
            ok: true,
            lines: report.lines,
            first_seq: report.first_seq,
            last_seq: report.last_seq,
            last_hash: report.last_hash.clone(),
            checked_at,
            broken: None,
        },
        Err(broken) => ChainAnswer {
            ok: false,
            lines: 0,
            first_seq: None,
            last_seq: None,
            last_hash: None,
            checked_at,
            broken: Some(BrokenAnswer {
                file: broken
                    .file
                    .file_name()
                    .map(|n| n.to_string_lossy().into_owned())
                    .unwrap_or_default(),
                line: broken.line,
                reason: sentence(&broken.reason.to_string()),
            }),
        },
    }))
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
