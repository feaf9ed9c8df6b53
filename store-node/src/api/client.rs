//! The handle's other side of the socket: HTTP/1.1 with JSON, a connection for
//! each question.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use harbour_core::digest::{Digest, DigestError};
use harbour_core::image_ref::ImageRef;
use harbour_core::store::id::StoreId;
use harbour_core::store::invite::Invite;
use harbour_core::store::wire::Area;
use harbour_core::tuf::name::url_path;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use registry::{ImageFacts, RegistryError, Tags};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::types::{
    Add, ErrorCode, FactsQuestion, Fetched, NetworkError, News, NodeStatus, Source, StoreStatus,
    TagsAnswer, TagsFailure,
};
use super::{MAX_JSON, SOURCE};

/// Time for any answer. A file may come from far away.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes of one piece of news.
const MAX_NEWS: usize = 1_024;

/// Asks a node over its socket.
#[derive(Debug, Clone)]
pub(super) struct Client {
    path: Arc<PathBuf>,
}

fn broken(error: impl std::fmt::Display) -> NetworkError {
    let message = format!("the node broke off: {error}");
    NetworkError::new(ErrorCode::NoNode, message)
}

impl Client {
    pub(super) fn new(path: &Path) -> Self {
        let path = Arc::new(path.to_owned());
        Self { path }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Incoming>, NetworkError> {
        let connected = UnixStream::connect(&*self.path).await;
        let stream = connected.map_err(|error| {
            let message = format!(
                "the node does not answer at {}: {error}; is it running?",
                self.path.display()
            );
            NetworkError::new(ErrorCode::NoNode, message)
        })?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(broken)?;
        // Ends with the answer's body, which whoever asked holds.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection with the node ended");
            }
        });
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "node")
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(NetworkError::internal)?;
        let answer = timeout(PATIENCE, sender.send_request(request)).await;
        let late = || NetworkError::new(ErrorCode::NoNode, "the node does not answer in time");
        answer.map_err(|_| late())?.map_err(broken)
    }

    async fn body(response: Response<Incoming>, limit: usize) -> Result<Bytes, NetworkError> {
        let collected = Limited::new(response.into_body(), limit).collect().await;
        collected.map(|body| body.to_bytes()).map_err(|error| {
            match error.downcast_ref::<LengthLimitError>() {
                Some(_) => NetworkError::new(ErrorCode::TooLarge, "the answer is too large"),
                None => broken(error),
            }
        })
    }

    /// The answer, or the failure that it is.
    async fn ask(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Bytes, NetworkError> {
        let response = self.send(method, path, body).await?;
        let good = response.status().is_success();
        let body = Self::body(response, MAX_JSON).await?;
        match good {
            true => Ok(body),
            false => Err(serde_json::from_slice(&body).map_err(broken)?),
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, NetworkError> {
        let body = self.ask(Method::GET, path, Vec::new()).await?;
        serde_json::from_slice(&body).map_err(broken)
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, NetworkError> {
        let body = serde_json::to_vec(body).map_err(NetworkError::internal)?;
        let answer = self.ask(method, path, body).await?;
        serde_json::from_slice(&answer).map_err(broken)
    }

    pub(super) async fn stores(&self) -> Result<Vec<StoreStatus>, NetworkError> {
        self.get("/v1/stores").await
    }

    pub(super) async fn add(&self, store: &Add) -> Result<StoreId, NetworkError> {
        self.call(Method::POST, "/v1/stores", store).await
    }

    pub(super) async fn remove(&self, store: StoreId) -> Result<(), NetworkError> {
        let path = format!("/v1/stores/{store}");
        self.call(Method::DELETE, &path, &()).await
    }

    pub(super) async fn pin(&self, store: StoreId, pinned: bool) -> Result<(), NetworkError> {
        let path = format!("/v1/stores/{store}/pin");
        self.call(Method::PUT, &path, &pinned).await
    }

    pub(super) async fn refresh(&self, store: StoreId) -> Result<(), NetworkError> {
        let path = format!("/v1/stores/{store}/refresh");
        self.call(Method::POST, &path, &()).await
    }

    pub(super) async fn invite(&self, store: StoreId) -> Result<Invite, NetworkError> {
        self.get(&format!("/v1/stores/{store}/invite")).await
    }

    pub(super) async fn status(&self) -> Result<NodeStatus, NetworkError> {
        self.get("/v1/status").await
    }

    pub(super) async fn fetch(
        &self,
        store: StoreId,
        area: Area,
        name: &str,
        max_len: u64,
    ) -> Result<Option<Fetched>, NetworkError> {
        // The name is an address already; it is encoded once more, whole, as a query.
        let name = url_path(name).replace('&', "%26").replace('+', "%2B");
        let folder = area.folder();
        let path = format!("/v1/stores/{store}/{folder}?name={name}&max={max_len}");
        let response = self.send(Method::GET, &path, Vec::new()).await?;
        let source = response.headers().get(SOURCE);
        let source: Option<Source> =
            source.and_then(|value| serde_json::from_slice(value.as_bytes()).ok());
        match (response.status(), source) {
            (StatusCode::NO_CONTENT, _) => Ok(None),
            (StatusCode::OK, Some(source)) => {
                let limit = usize::try_from(max_len).unwrap_or(usize::MAX);
                let bytes = Self::body(response, limit).await?;
                Ok(Some(Fetched { bytes, source }))
            }
            _ => {
                let body = Self::body(response, MAX_JSON).await?;
                Err(serde_json::from_slice(&body).map_err(broken)?)
            }
        }
    }

    pub(super) async fn news(&self) -> Result<BoxStream<'static, News>, NetworkError> {
        let response = self.send(Method::GET, "/v1/news", Vec::new()).await?;
        let start = (response.into_body(), Vec::new());
        let news = stream::unfold(start, |(mut body, mut line)| async move {
            loop {
                if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
                    let rest = line.split_off(end + 1);
                    let news = serde_json::from_slice(&line).ok()?;
                    return Some((news, (body, rest)));
                }
                if line.len() > MAX_NEWS {
                    return None;
                }
                // Whatever ends it, the stream ends; whoever listens asks again.
                let frame = body.frame().await?.ok()?;
                if let Ok(piece) = frame.into_data() {
                    line.extend_from_slice(&piece);
                }
            }
        });
        Ok(news.boxed())
    }

    pub(super) async fn tags(&self, image: &ImageRef) -> Result<Tags, RegistryError> {
        let TagsAnswer { tags, more } =
            self.registry("/v1/tags", &image.to_string(), image).await?;
        Ok(Tags { tags, more })
    }

    pub(super) async fn digest(&self, image: &ImageRef) -> Result<Digest, RegistryError> {
        let text: String = self
            .registry("/v1/digest", &image.to_string(), image)
            .await?;
        text.parse()
            .map_err(|error: DigestError| unreachable(image, error.to_string()))
    }

    pub(super) async fn image_facts(
        &self,
        image: &ImageRef,
        platform: &str,
    ) -> Result<ImageFacts, RegistryError> {
        let question = FactsQuestion {
            image: image.to_string(),
            platform: platform.to_owned(),
        };
        self.registry("/v1/image-facts", &question, image).await
    }

    /// A question that a registry answers in the end.
    async fn registry<T: DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
        image: &ImageRef,
    ) -> Result<T, RegistryError> {
        let body = serde_json::to_vec(question);
        let body = body.map_err(|error| unreachable(image, error.to_string()))?;
        let response = self.send(Method::POST, path, body).await;
        let response = response.map_err(|error| unreachable(image, error.message))?;
        let good = response.status().is_success();
        let body = Self::body(response, MAX_JSON).await;
        let body = body.map_err(|error| unreachable(image, error.message))?;
        if good {
            return serde_json::from_slice(&body)
                .map_err(|error| unreachable(image, error.to_string()));
        }
        let failure: Result<TagsFailure, _> = serde_json::from_slice(&body);
        Err(failure.map_or_else(
            |error| unreachable(image, error.to_string()),
            RegistryError::from,
        ))
    }
}

fn unreachable(image: &ImageRef, reason: String) -> RegistryError {
    RegistryError::Unreachable {
        registry: image.registry().to_owned(),
        reason,
    }
}

impl From<TagsFailure> for RegistryError {
    fn from(failure: TagsFailure) -> Self {
        match failure {
            TagsFailure::NoSuchRepository {
                registry,
                repository,
            } => Self::NoSuchRepository {
                registry,
                repository,
            },
            TagsFailure::NoSuchImage {
                registry,
                repository,
                reference,
            } => Self::NoSuchImage {
                registry,
                repository,
                reference,
            },
            TagsFailure::Answer { registry, reason } => Self::Answer { registry, reason },
            TagsFailure::Auth { registry } => Self::Auth(registry),
            TagsFailure::TooMany { registry } => Self::TooMany(registry),
            TagsFailure::Unreachable { registry, reason } => Self::Unreachable { registry, reason },
        }
    }
}
