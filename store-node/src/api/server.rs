//! The handle over a Unix socket, for whoever may open it: the owner, or also
//! a group. No other check is made.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::net::UnixStream as StdStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path as Segment, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use futures_util::StreamExt as _;
use harbour_core::image_ref::ImageRef;
use harbour_core::store::id::StoreId;
use harbour_core::store::invite::Invite;
use harbour_core::store::wire::Area;
use registry::RegistryError;
use serde::Deserialize;
use tokio::net::UnixListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::types::{
    Add, ErrorCode, FactsQuestion, NetworkError, NodeStatus, StoreStatus, TagsAnswer, TagsFailure,
};
use super::{Network, SOURCE, metrics};

/// Bytes of a question.
const MAX_QUESTION: usize = 600 * 1_024;
/// Time for open questions when the server ends.
const DRAIN: Duration = Duration::from_secs(3);
/// Bytes of a path of a socket (`sun_path`).
const MAX_PATH: usize = 107;

/// Who may open the socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketAccess {
    /// Only the user that the node runs as.
    Owner,
    /// Also members of the group with this number.
    Group(u32),
}

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// It can not be made.
    #[error("the socket {} can not be made: {source}", .path.display())]
    Socket {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another node is there.
    #[error("another node answers at {} already", .0.display())]
    Taken(PathBuf),
    /// The path is longer than the system takes.
    #[error("the path of the socket is longer than {MAX_PATH} bytes: {}", .0.display())]
    TooLong(PathBuf),
}

/// The running server.
#[derive(Debug)]
pub struct Server {
    path: PathBuf,
    ending: CancellationToken,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Serves a node's handle on a socket.
    ///
    /// # Errors
    /// When the socket can not be made, or another node has it.
    pub fn start(network: Network, path: &Path, access: SocketAccess) -> Result<Self, ServerError> {
        let failed = |source| ServerError::Socket {
            path: path.to_owned(),
            source,
        };
        if path.as_os_str().len() > MAX_PATH {
            return Err(ServerError::TooLong(path.to_owned()));
        }
        if StdStream::connect(path).is_ok() {
            return Err(ServerError::Taken(path.to_owned()));
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        // Made under a name that only we know, so that nobody opens it before
        // its permissions are set.
        let mut aside = path.as_os_str().to_owned();
        aside.push(".new");
        let aside = PathBuf::from(aside);
        let _ = fs::remove_file(&aside);
        let listener = UnixListener::bind(&aside).map_err(failed)?;
        let mode = match access {
            SocketAccess::Owner => 0o600,
            SocketAccess::Group(group) => {
                chown(&aside, None, Some(group)).map_err(failed)?;
                0o660
            }
        };
        fs::set_permissions(&aside, fs::Permissions::from_mode(mode)).map_err(failed)?;
        fs::rename(&aside, path).map_err(failed)?;
        let ending = CancellationToken::new();
        let over = ending.clone();
        let app = router(network);
        let task = tokio::spawn(async move {
            axum::serve(listener, app)
                .with_graceful_shutdown(over.cancelled_owned())
                .await
        });
        Ok(Self {
            path: path.to_owned(),
            ending,
            task,
        })
    }

    /// Ends it: open questions have three seconds.
    pub async fn stop(mut self) {
        self.ending.cancel();
        if timeout(DRAIN, &mut self.task).await.is_err() {
            self.task.abort();
        }
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the socket was gone already");
        }
    }
}

fn router(network: Network) -> Router {
    Router::new()
        .route("/v1/status", get(status))
        .route("/v1/stores", get(stores).post(add))
        .route("/v1/stores/{store}", delete(remove))
        .route("/v1/stores/{store}/pin", put(pin))
        .route("/v1/stores/{store}/refresh", post(refresh))
        .route("/v1/stores/{store}/invite", get(invite))
        .route("/v1/stores/{store}/{area}", get(file))
        .route("/v1/news", get(news))
        .route("/v1/tags", post(tags))
        .route("/v1/digest", post(digest))
        .route("/v1/image-facts", post(image_facts))
        .route("/metrics", get(metrics))
        .layer(DefaultBodyLimit::max(MAX_QUESTION))
        .with_state(network)
}

impl IntoResponse for NetworkError {
    fn into_response(self) -> Response {
        let status = match self.code {
            ErrorCode::UnknownStore => StatusCode::NOT_FOUND,
            ErrorCode::Invalid | ErrorCode::TooLarge => StatusCode::BAD_REQUEST,
            ErrorCode::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            ErrorCode::Limit => StatusCode::CONFLICT,
            ErrorCode::Unreachable | ErrorCode::NoNode => StatusCode::BAD_GATEWAY,
            ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(self)).into_response()
    }
}

type Answer<T> = Result<Json<T>, NetworkError>;

fn store_id(text: &str) -> Result<StoreId, NetworkError> {
    let invalid = |error| NetworkError::new(ErrorCode::Invalid, error);
    text.parse().map_err(invalid)
}

async fn status(State(network): State<Network>) -> Answer<NodeStatus> {
    network.status().await.map(Json)
}

async fn stores(State(network): State<Network>) -> Answer<Vec<StoreStatus>> {
    network.stores().await.map(Json)
}

async fn add(State(network): State<Network>, Json(store): Json<Add>) -> Answer<StoreId> {
    network.add(store).await.map(Json)
}

async fn remove(State(network): State<Network>, Segment(store): Segment<String>) -> Answer<()> {
    network.remove(store_id(&store)?).await.map(Json)
}

async fn pin(
    State(network): State<Network>,
    Segment(store): Segment<String>,
    Json(pinned): Json<bool>,
) -> Answer<()> {
    network.pin(store_id(&store)?, pinned).await.map(Json)
}

async fn refresh(State(network): State<Network>, Segment(store): Segment<String>) -> Answer<()> {
    network.refresh(store_id(&store)?).await.map(Json)
}

async fn invite(State(network): State<Network>, Segment(store): Segment<String>) -> Answer<Invite> {
    network.invite(store_id(&store)?).await.map(Json)
}

#[derive(Deserialize)]
struct FileQuery {
    name: String,
    max: u64,
}

async fn file(
    State(network): State<Network>,
    Segment((store, area)): Segment<(String, String)>,
    Query(query): Query<FileQuery>,
) -> Result<Response, NetworkError> {
    let area = Area::of_folder(&area).ok_or_else(|| {
        NetworkError::new(ErrorCode::Invalid, "a file is in metadata or in targets")
    })?;
    let store = store_id(&store)?;
    let fetched = network.fetch(store, area, &query.name, query.max).await?;
    let Some(fetched) = fetched else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let source = serde_json::to_vec(&fetched.source).map_err(NetworkError::internal)?;
    let source = HeaderValue::from_bytes(&source).map_err(NetworkError::internal)?;
    let name = HeaderName::from_static(SOURCE);
    Ok(([(name, source)], fetched.bytes).into_response())
}

async fn news(State(network): State<Network>) -> Result<Response, NetworkError> {
    let lines = network.news().await?.map(|news| {
        let mut line = serde_json::to_vec(&news).unwrap_or_default();
        line.push(b'\n');
        Ok::<_, Infallible>(line)
    });
    Ok(Body::from_stream(lines).into_response())
}

async fn tags(State(network): State<Network>, Json(image): Json<String>) -> Response {
    let image = match reference(&image) {
        Ok(image) => image,
        Err(error) => return error.into_response(),
    };
    match network.tags(&image).await {
        Ok(registry::Tags { tags, more }) => Json(TagsAnswer { tags, more }).into_response(),
        Err(error) => refused(error),
    }
}

async fn digest(State(network): State<Network>, Json(image): Json<String>) -> Response {
    let image = match reference(&image) {
        Ok(image) => image,
        Err(error) => return error.into_response(),
    };
    match network.digest(&image).await {
        Ok(digest) => Json(digest.to_string()).into_response(),
        Err(error) => refused(error),
    }
}

async fn image_facts(
    State(network): State<Network>,
    Json(question): Json<FactsQuestion>,
) -> Response {
    let image = match reference(&question.image) {
        Ok(image) => image,
        Err(error) => return error.into_response(),
    };
    match network.image_facts(&image, &question.platform).await {
        Ok(facts) => Json(facts).into_response(),
        Err(error) => refused(error),
    }
}

fn reference(image: &str) -> Result<ImageRef, NetworkError> {
    image
        .parse()
        .map_err(|error| NetworkError::new(ErrorCode::Invalid, format!("{image}: {error}")))
}

fn refused(error: RegistryError) -> Response {
    (StatusCode::BAD_GATEWAY, Json(failure(error))).into_response()
}

fn failure(error: RegistryError) -> TagsFailure {
    match error {
        RegistryError::NoSuchRepository {
            registry,
            repository,
        } => TagsFailure::NoSuchRepository {
            registry,
            repository,
        },
        RegistryError::NoSuchImage {
            registry,
            repository,
            reference,
        } => TagsFailure::NoSuchImage {
            registry,
            repository,
            reference,
        },
        RegistryError::Auth(registry) => TagsFailure::Auth { registry },
        RegistryError::TooMany(registry) => TagsFailure::TooMany { registry },
        RegistryError::Unreachable { registry, reason } => {
            TagsFailure::Unreachable { registry, reason }
        }
        RegistryError::Answer { registry, reason } => TagsFailure::Answer { registry, reason },
    }
}

async fn metrics(State(network): State<Network>) -> Result<Response, NetworkError> {
    let text = metrics::text(&network.status().await?, &network.stores().await?);
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
