//! Errors as HTTP answers. The only place that chooses status codes.

mod records;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use harbour_core::docker_run::RunError;
use harbour_core::problem::{Problem, SuggestionValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::AuditError;
use crate::auth::account::AccountError;
use crate::flows::updates::UpdateError;
use crate::flows::{
    CreateError, EngineError, ExecError, FindError, ImageError, LifecycleError, LogError,
    RecreateError, RegistryError, TagsError,
};
use crate::operations::{Busy, StartError, error_chain};
use crate::stats::StatsError;

/// A value that would be right.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SuggestionBody {
    /// Words for a button: `Use 8081`.
    pub label: String,
    /// The value: a text or a number.
    #[schema(value_type = Object)]
    pub value: serde_json::Value,
}

/// One thing wrong with a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProblemBody {
    /// Where: `ports.0.host`.
    pub field: String,
    /// Stable word: `port_taken`.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
    /// With `risk_not_confirmed`: what to put into `confirmRisks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
    /// A value that would be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<SuggestionBody>,
}

/// The body of every error.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorBody {
    /// Stable word for programs.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
    /// The field it is about, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Names the request in the agent's log and the audit log.
    pub request_id: String,
    /// All that is wrong, when there is more than one thing to say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ProblemBody>,
}

/// An error on its way out; the request id is added at the door.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) field: Option<String>,
    pub(super) problems: Vec<ProblemBody>,
    pub(super) retry_after: Option<u64>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
            problems: Vec::new(),
            retry_after: None,
        }
    }

    pub(super) fn on(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// All that is wrong with a request at once.
    fn invalid(problems: &[Problem], text: String) -> Self {
        Self {
            field: problems.first().map(|p| p.field.clone()),
            problems: problems.iter().map(ProblemBody::from).collect(),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", text)
        }
    }

    /// A fault of ours: little is said, much is logged.
    pub(super) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = %error_chain(error), "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on the server. Its log has the reason under this request id.",
        )
    }

    pub(super) fn body(&self, request_id: String) -> ErrorBody {
        ErrorBody {
            code: self.code.to_owned(),
            message: self.message.clone(),
            field: self.field.clone(),
            request_id,
            problems: self.problems.clone(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // The door writes the body, because it knows the request id.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<&Problem> for ProblemBody {
    fn from(problem: &Problem) -> Self {
        Self {
            field: problem.field.clone(),
            code: problem.code.as_str().to_owned(),
            message: problem.message.clone(),
            risk: problem.risk.clone(),
            suggestion: problem.suggestion.as_ref().map(|s| SuggestionBody {
                label: s.label.clone(),
                value: match &s.value {
                    SuggestionValue::Text(text) => serde_json::Value::from(text.clone()),
                    SuggestionValue::Number(number) => serde_json::Value::from(*number),
                },
            }),
        }
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            EngineError::Down(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "engine_down",
                format!("{text} Start Docker; this page notices by itself."),
            ),
            EngineError::NotFound(_) => Self::new(StatusCode::NOT_FOUND, "not_found", text),
            EngineError::Conflict(_) => Self::new(StatusCode::CONFLICT, "conflict", text),
            EngineError::Refused { status: 400, .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "engine_refused", text)
            }
            EngineError::Refused { .. } => Self::new(StatusCode::CONFLICT, "engine_refused", text),
            EngineError::Unreadable { .. } => Self::internal(&error),
        }
    }
}

impl From<FindError> for ApiError {
    fn from(error: FindError) -> Self {
        match error {
            FindError::None(_) => Self::new(
                StatusCode::NOT_FOUND,
                "container_not_found",
                sentence(&error.to_string()),
            ),
            FindError::Several(_) => Self::new(
                StatusCode::CONFLICT,
                "ambiguous_id",
                sentence(&error.to_string()),
            ),
        }
    }
}

impl From<Busy> for ApiError {
    fn from(busy: Busy) -> Self {
        Self::new(StatusCode::CONFLICT, "busy", sentence(&busy.to_string()))
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::TooMany => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many",
                sentence(&error.to_string()),
            ),
            StartError::Journal(_) => Self::internal(&error),
        }
    }
}

impl From<StatsError> for ApiError {
    fn from(error: StatsError) -> Self {
        Self::internal(&error)
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        Self::internal(&error)
    }
}

impl From<AuditError> for ApiError {
    fn from(error: AuditError) -> Self {
        tracing::error!(error = %error_chain(&error), "the audit log failed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "audit_unavailable",
            "The audit log cannot be written, so nothing was changed. Is the disk full?",
        )
    }
}

impl From<LifecycleError> for ApiError {
    fn from(error: LifecycleError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            LifecycleError::Find(error) => error.into(),
            LifecycleError::Busy(busy) => busy.into(),
            LifecycleError::Engine(error) => error.into(),
            LifecycleError::Icon(error) => error.into(),
            LifecycleError::PortTaken(_) => Self::new(StatusCode::CONFLICT, "port_taken", text),
            LifecycleError::Name(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on("name")
            }
            LifecycleError::NameTaken(_) => {
                Self::new(StatusCode::CONFLICT, "name_taken", text).on("name")
            }
            LifecycleError::Running(_) => {
                Self::new(StatusCode::CONFLICT, "container_running", text)
            }
            LifecycleError::Signal(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on("signal")
            }
        }
    }
}

impl From<CreateError> for ApiError {
    fn from(error: CreateError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            CreateError::Invalid(problems) => Self::invalid(&problems, text),
            CreateError::Busy(busy) => busy.into(),
            CreateError::Start(error) => error.into(),
            CreateError::Failed { .. } => Self::new(StatusCode::CONFLICT, "create_failed", text),
            CreateError::Engine(error) => error.into(),
        }
    }
}

impl From<RecreateError> for ApiError {
    fn from(error: RecreateError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            RecreateError::Find(error) => error.into(),
            RecreateError::Changed(_) => Self::new(StatusCode::CONFLICT, "changed", text),
            RecreateError::Create(error) => error.into(),
            RecreateError::Busy(busy) => busy.into(),
            RecreateError::Start(error) => error.into(),
            RecreateError::Engine(error) => error.into(),
        }
    }
}

impl From<UpdateError> for ApiError {
    fn from(error: UpdateError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            UpdateError::Find(error) => error.into(),
            UpdateError::Busy(busy) => busy.into(),
            UpdateError::Start(error) => error.into(),
            UpdateError::Engine(error) => error.into(),
            UpdateError::Db(error) => Self::internal(&error),
            UpdateError::Invalid(problems) => Self::invalid(&problems, text),
            UpdateError::Changed(_) => Self::new(StatusCode::CONFLICT, "changed", text),
            UpdateError::Refused(_) => Self::new(StatusCode::CONFLICT, "refused", text),
            UpdateError::Risks(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "risks", text).on("confirmRisks")
            }
            UpdateError::Nothing(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing_to_update", text)
            }
            UpdateError::Reference(error) => TagsError::Reference(error).into(),
            UpdateError::Registry(error) => TagsError::Registry(error).into(),
        }
    }
}

impl From<RunError> for ApiError {
    fn from(error: RunError) -> Self {
        let text = sentence(&error.to_string());
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on("command")
    }
}

impl From<TagsError> for ApiError {
    fn from(error: TagsError) -> Self {
        let text = sentence(&error.to_string());
        let (status, code) = match error {
            TagsError::Reference(_) => {
                return Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on("image");
            }
            TagsError::Registry(
                RegistryError::NoSuchRepository { .. } | RegistryError::NoSuchImage { .. },
            ) => (StatusCode::NOT_FOUND, "no_such_repository"),
            TagsError::Registry(RegistryError::Auth(_)) => {
                (StatusCode::BAD_GATEWAY, "registry_auth")
            }
            TagsError::Registry(RegistryError::TooMany(_)) => {
                (StatusCode::BAD_GATEWAY, "registry_busy")
            }
            TagsError::Registry(
                RegistryError::Unreachable { .. } | RegistryError::Answer { .. },
            ) => (StatusCode::BAD_GATEWAY, "registry_unreachable"),
        };
        Self::new(status, code, text)
    }
}

impl From<ImageError> for ApiError {
    fn from(error: ImageError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            ImageError::Reference(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on("image")
            }
            ImageError::Unknown(_) => Self::new(StatusCode::NOT_FOUND, "image_not_found", text),
            ImageError::Start(error) => error.into(),
            ImageError::InUse { .. } => Self::new(StatusCode::CONFLICT, "image_in_use", text),
            ImageError::Engine(error) => error.into(),
        }
    }
}

impl From<LogError> for ApiError {
    fn from(error: LogError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            LogError::Find(error) => error.into(),
            LogError::Time { field, .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on(field)
            }
            LogError::Driver(_) => Self::new(StatusCode::CONFLICT, "no_log", text),
            LogError::Engine(error) => error.into(),
        }
    }
}

impl From<ExecError> for ApiError {
    fn from(error: ExecError) -> Self {
        let text = sentence(&error.to_string());
        match error {
            ExecError::Find(error) => error.into(),
            ExecError::NotRunning(_) => {
                Self::new(StatusCode::CONFLICT, "container_not_running", text)
            }
            ExecError::NoShell(_) => Self::new(StatusCode::CONFLICT, "no_shell", text),
            ExecError::Command { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text).on("cmd")
            }
            ExecError::Engine(error) => error.into(),
        }
    }
}

/// First letter large, full stop at the end.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.trim().chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let mut text: String = first.to_uppercase().chain(chars).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}
