//! `GET /api/timeline`: what happened and what was done, on one line of time.

use std::sync::Arc;

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::error::{ApiError, ErrorBody};
use super::json::Query;
use crate::timeline::{Key, Wanted};
use crate::views::{Activity, ActivityKind};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 500;
/// Longest text searched for, in bytes.
const MAX_TEXT: usize = 200;

/// Query of `GET /api/timeline`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct TimelineQuery {
    /// Only what came before the entry with this id.
    before: Option<String>,
    /// How many, at most 500; 100 when absent.
    limit: Option<usize>,
    /// Only of the container with this name.
    app: Option<String>,
    /// Only of this kind.
    kind: Option<ActivityKind>,
    /// `you`: only what was done through the manager. `engine`: only the rest.
    #[param(inline)]
    actor: Option<Actor>,
    /// Only with this text in it, in small or large letters.
    q: Option<String>,
    /// Only from this time on (RFC 3339).
    since: Option<String>,
    /// Only up to this time (RFC 3339).
    until: Option<String>,
}

/// Who did it.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Actor {
    /// Somebody, through the manager.
    You,
    /// Anything else.
    Engine,
}

/// A page of the timeline.
#[derive(Serialize, ToSchema)]
pub(super) struct TimelineAnswer {
    /// Newest first.
    entries: Vec<Activity>,
    /// Whether there is more before the last of them.
    more: bool,
}

/// What happened, newest first.
#[utoipa::path(get, path = "/api/timeline", tag = "timeline", params(TimelineQuery),
    responses((status = 200, body = TimelineAnswer), (status = 422, body = ErrorBody)))]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(query): Query<TimelineQuery>,
) -> Result<Answer<TimelineAnswer>, ApiError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let wanted = wanted(query)?;
    let page = app.flows.timeline.page(wanted, limit).await?;
    Ok(Answer(TimelineAnswer {
        entries: page.entries,
        more: page.more,
    }))
}

/// Names of all containers the timeline tells of.
#[utoipa::path(get, path = "/api/timeline/apps", tag = "timeline", responses((status = 200, body = Vec<String>)))]
pub(super) async fn apps(State(app): State<Arc<App>>) -> Result<Answer<Vec<String>>, ApiError> {
    Ok(Answer(app.flows.timeline.apps().await?))
}

fn wanted(query: TimelineQuery) -> Result<Wanted, ApiError> {
    let before = match query.before {
        None => None,
        Some(id) => Some(Key::parse(&id).ok_or_else(|| {
            invalid(
                "before",
                "That is no id of an entry. Take the last one you have.",
            )
        })?),
    };
    if query.q.as_ref().is_some_and(|q| q.len() > MAX_TEXT) {
        return Err(invalid("q", "Search for at most 200 bytes."));
    }
    let time = |field, text: Option<String>| {
        text.map(|t| {
            t.parse::<Timestamp>()
                .map_err(|_| invalid(field, "Give a time like 2026-11-24T18:30:00Z."))
        })
        .transpose()
    };
    Ok(Wanted {
        before,
        app: query.app.filter(|a| !a.is_empty()),
        kind: query.kind,
        by_you: query.actor.map(|a| matches!(a, Actor::You)),
        text: query
            .q
            .map(|q| q.trim().to_lowercase())
            .filter(|q| !q.is_empty()),
        since: time("since", query.since)?,
        until: time("until", query.until)?,
    })
}

fn invalid(field: &str, message: &str) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", message).on(field)
}
