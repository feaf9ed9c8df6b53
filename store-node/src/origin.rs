//! A store's files over HTTP, within limits of bytes and of time.

use std::error::Error as _;
use std::time::Duration;

use harbour_core::tuf::client::Fetch;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use tokio::time::timeout;

/// Time for a connection, and for the next bytes of an answer.
pub const CONNECT: Duration = Duration::from_secs(10);
/// Longest silence within an answer.
pub const SILENCE: Duration = Duration::from_secs(15);
/// Time for any answer at all; larger ones get a second more for each
/// [`SLOWEST`] bytes that they may have.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes a second that a server has to keep up, or it is slow on purpose.
pub const SLOWEST: u64 = 16 * 1_024;
/// Redirects that are followed.
const MAX_REDIRECTS: usize = 3;
/// Names this program to servers.
const USER_AGENT: &str = concat!("harbourmaster/", env!("CARGO_PKG_VERSION"));

/// Why a file did not come.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    /// The address is none.
    #[error("“{0}” is no address of a store; it looks like https://store.example/metadata")]
    Address(String),
    /// The connection failed, at some point.
    #[error("{url} can not be fetched: {reason}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// Why, in words.
        reason: String,
    },
    /// The server gave another answer than the file.
    #[error("{url} can not be fetched: the server answered {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The answer.
        status: StatusCode,
    },
    /// It has more bytes than it may.
    #[error("{url} is larger than the {limit} bytes it may have")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// Bytes it may have.
        limit: u64,
    },
    /// It takes too long.
    #[error("{url} comes too slowly: not complete after {} seconds", .after.as_secs())]
    Slow {
        /// What was asked for.
        url: String,
        /// How long we waited.
        after: Duration,
    },
    /// Whoever takes the bytes does not want more of them.
    #[error(transparent)]
    Rejected(Box<dyn std::error::Error + Send + Sync>),
}

/// Fetches files below base addresses.
#[derive(Debug, Clone)]
pub struct Origin {
    client: Client,
    patience: Duration,
}

impl Origin {
    /// Prepares to fetch from these addresses. The system's certificates are
    /// read only when one of them needs TLS. The process must have a TLS
    /// provider by then.
    ///
    /// # Errors
    /// When one is no `http` or `https` address, or TLS can not be set up.
    pub fn new(bases: &[&str]) -> Result<Self, OriginError> {
        let mut secure = false;
        for base in bases {
            secure |= address(base)?.scheme() == "https";
        }
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .no_proxy()
            .redirect(Policy::limited(MAX_REDIRECTS))
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE);
        let builder = match secure {
            true => builder,
            false => builder.tls_certs_only([]),
        };
        let client = builder.build().map_err(|error| OriginError::Unreachable {
            url: bases.join(", "),
            reason: reason(&error),
        })?;
        let patience = PATIENCE;
        Ok(Self { client, patience })
    }

    /// Waits so long for a file instead of [`PATIENCE`].
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Fetches a file into memory. `None` when the server says that there is
    /// none, with 404, or with 403 as file stores do that do not list.
    ///
    /// # Errors
    /// When it does not come, in time and within its limit.
    pub async fn fetch(&self, base: &str, file: &Fetch) -> Result<Option<Vec<u8>>, OriginError> {
        let mut bytes = Vec::new();
        let there = self
            .stream(base, file, |piece| {
                bytes.extend_from_slice(piece);
                Ok(())
            })
            .await?;
        Ok(there.then_some(bytes))
    }

    /// Fetches a file piece by piece. `false` when there is none.
    ///
    /// # Errors
    /// As [`Self::fetch`], or what `take` says.
    pub async fn stream(
        &self,
        base: &str,
        file: &Fetch,
        take: impl FnMut(&[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>>,
    ) -> Result<bool, OriginError> {
        let url = format!("{}/{}", base.trim_end_matches('/'), file.path);
        let after = self.patience + Duration::from_secs(file.limit / SLOWEST);
        match timeout(after, self.read(&url, file.limit, take)).await {
            Ok(result) => result,
            Err(_) => Err(OriginError::Slow { url, after }),
        }
    }

    async fn read(
        &self,
        url: &str,
        limit: u64,
        mut take: impl FnMut(&[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>>,
    ) -> Result<bool, OriginError> {
        let unreachable = |error: reqwest::Error| OriginError::Unreachable {
            url: url.to_owned(),
            reason: reason(&error),
        };
        let too_large = || OriginError::TooLarge {
            url: url.to_owned(),
            limit,
        };
        let request = self.client.get(address(url)?);
        let mut response: Response = request.send().await.map_err(unreachable)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND | StatusCode::FORBIDDEN => return Ok(false),
            status => {
                let url = url.to_owned();
                return Err(OriginError::Status { url, status });
            }
        }
        if response
            .content_length()
            .is_some_and(|length| length > limit)
        {
            return Err(too_large());
        }
        let mut left = limit;
        while let Some(piece) = response.chunk().await.map_err(unreachable)? {
            let count = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            left = left.checked_sub(count).ok_or_else(too_large)?;
            take(&piece).map_err(OriginError::Rejected)?;
        }
        Ok(true)
    }
}

fn address(text: &str) -> Result<Url, OriginError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| OriginError::Address(text.to_owned()))
}

/// The error and what lies under it, without the address, which is named once.
fn reason(error: &reqwest::Error) -> String {
    let mut words = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        words.push(error.to_string());
        source = error.source();
    }
    if words.is_empty() {
        words.push(error.to_string());
    }
    words.join(": ")
}
