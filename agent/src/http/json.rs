//! JSON bodies: bounded, timed, strict, with errors that name the field.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::error::{ApiError, sentence};

/// Largest body of a request.
pub(super) const MAX_BODY: usize = 256 << 10;
/// Largest body from somebody who has not signed in: a code and a password.
const MAX_SMALL_BODY: usize = 8 << 10;
/// Time for the whole body to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);

/// A JSON body that must be there.
pub(super) struct Json<T>(pub(super) T);

/// A JSON body that may be missing.
pub(super) struct OptionalJson<T>(pub(super) T);

/// A small JSON body, for those who have not signed in.
pub(super) struct SmallJson<T>(pub(super) T);

/// A query, with errors that name the parameter.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => {
                let text = rejection.body_text();
                let reason = text.rsplit("query string: ").next().unwrap_or(&text);
                Err(ApiError::new(
                    StatusCode::BAD_REQUEST,
                    "invalid_query",
                    sentence(&format!("the address cannot be understood: {reason}")),
                ))
            }
        }
    }
}

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        read_json(request, MAX_BODY).await.map(Self)
    }
}

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for SmallJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        read_json(request, MAX_SMALL_BODY).await.map(Self)
    }
}

async fn read_json<T: DeserializeOwned>(request: Request, most: usize) -> Result<T, ApiError> {
    let typed = is_json(&request);
    let bytes = read_up_to(request.into_body(), most).await?;
    if !typed {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "Send the body as JSON with the header Content-Type: application/json.",
        ));
    }
    parse(&bytes)
}

impl<T: DeserializeOwned + Default, S: Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = read_up_to(body, MAX_BODY).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        let request = Request::from_parts(parts, Body::from(bytes));
        Json::from_request(request, state)
            .await
            .map(|Json(value)| Self(value))
    }
}

fn is_json(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split(';').next())
        .is_some_and(|v| v.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads a body within its limits.
pub(super) async fn read_up_to(body: Body, most: usize) -> Result<Bytes, ApiError> {
    let read = Limited::new(body, most).collect();
    match tokio::time::timeout(BODY_TIME, read).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("The body is larger than {} KiB.", most >> 10),
        )),
        Ok(Err(_)) => Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "incomplete",
            "The body broke off before its end.",
        )),
        Err(_) => Err(ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            format!("The body did not arrive within {} s.", BODY_TIME.as_secs()),
        )),
    }
}

/// Reads JSON, with an error on the field that is wrong.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut input).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_syntax() || inner.is_eof() {
            return ApiError::new(
                StatusCode::BAD_REQUEST,
                "invalid_json",
                format!("The body is not JSON: {inner}."),
            );
        }
        field_error(&path, &inner)
    })?;
    input.end().map_err(|error| {
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "invalid_json",
            format!("The body has more than one JSON value: {error}."),
        )
    })?;
    Ok(value)
}

fn field_error(path: &str, error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text).to_owned();
    let named = |prefix: &str| {
        text.strip_prefix(prefix)
            .and_then(|t| t.split('`').next())
            .map(str::to_owned)
    };
    let below = |name: String| match path {
        "." | "" => name,
        path if path.ends_with(&name) => path.to_owned(),
        path => format!("{path}.{name}"),
    };
    let field = path.replace('[', ".").replace(']', "");
    if let Some(name) = named("unknown field `") {
        let message = format!("There is no field {name:?} here. {}", expected(&text));
        return ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown_field",
            message.trim(),
        )
        .on(below(name).replace('[', ".").replace(']', ""));
    }
    if let Some(name) = named("missing field `") {
        return ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "required",
            format!("The field {name:?} is missing."),
        )
        .on(below(name).replace('[', ".").replace(']', ""));
    }
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid",
        format!("The value of {field:?} does not fit: {text}."),
    )
    .on(field)
}

fn expected(text: &str) -> String {
    text.split_once("expected ")
        .map(|(_, names)| {
            format!(
                "Possible: {}.",
                names.trim_start_matches("one of ").replace('`', "")
            )
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Inner {
        host: i64,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Outer {
        image: String,
        #[serde(default)]
        ports: Vec<Inner>,
    }

    #[test]
    fn faults_are_on_their_field() {
        let check = |body: &str, code: &str, field: Option<&str>| {
            let error = parse::<Outer>(body.as_bytes()).expect_err(body);
            assert_eq!(
                (error.code, error.field.as_deref()),
                (code, field),
                "{body}: {}",
                error.message
            );
        };
        check("{", "invalid_json", None);
        check("{} {}", "required", Some("image"));
        check(r#"{"image":"a"} x"#, "invalid_json", None);
        check(r#"{"image":"a","imge":1}"#, "unknown_field", Some("imge"));
        check(
            r#"{"image":"a","ports":[{"host":1,"x":2}]}"#,
            "unknown_field",
            Some("ports.0.x"),
        );
        check(
            r#"{"image":"a","ports":[{"host":"1"}]}"#,
            "invalid",
            Some("ports.0.host"),
        );
        check(
            r#"{"image":"a","ports":[{}]}"#,
            "required",
            Some("ports.0.host"),
        );
    }
}
