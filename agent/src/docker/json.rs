//! Calls whose answers are kept as the engine gave them. The client library's
//! types know the fields of one version; what is carried from one container to
//! the next must not lose the others.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::Method;
use serde_json::Value;

use super::raw::{checked, request};
use super::{Engine, EngineError};

/// Largest answer read; an inspected container has some tens of KiB.
const MAX_ANSWER: usize = 8 << 20;
/// Longest wait for an answer.
const LIMIT: Duration = Duration::from_secs(120);

impl Engine {
    /// A container as the engine describes it.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn inspect_json(&self, id: &str) -> Result<Value, EngineError> {
        self.get("inspecting a container", &format!("/containers/{id}/json"))
            .await
    }

    /// An image as the engine describes it.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn image_json(&self, id: &str) -> Result<Value, EngineError> {
        self.get("inspecting an image", &format!("/images/{id}/json"))
            .await
    }

    pub(super) async fn get(&self, what: &'static str, path: &str) -> Result<Value, EngineError> {
        self.ask(what, Method::GET, path, Bytes::new()).await
    }

    pub(super) async fn post(
        &self,
        what: &'static str,
        path: &str,
        body: &Value,
    ) -> Result<Value, EngineError> {
        let body = Bytes::from(body.to_string());
        self.ask(what, Method::POST, path, body).await
    }

    async fn ask(
        &self,
        what: &'static str,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Value, EngineError> {
        let client = self.client()?;
        let path = format!("/v{}{path}", client.api_version);
        let request = request(method, &path, body)?;
        let answer = async {
            let (response, _connection) = self.send(request).await?;
            let response = checked(response).await?;
            let body = Limited::new(response.into_body(), MAX_ANSWER);
            match body.collect().await {
                Ok(body) => Ok(body.to_bytes()),
                Err(source) if source.is::<http_body_util::LengthLimitError>() => {
                    Err(EngineError::Unreadable { what, source })
                }
                Err(error) => Err(EngineError::Down(error.to_string())),
            }
        };
        let bytes = tokio::time::timeout(LIMIT, answer)
            .await
            .map_err(|_| EngineError::Down("no answer in time".to_owned()))??;
        // Some calls answer with nothing.
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|source| EngineError::Unreadable {
            what,
            source: Box::new(source),
        })
    }
}
