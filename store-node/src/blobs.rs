//! Large files by their BLAKE3 hash: from several peers, verified while they
//! come, taken up again after an interruption. iroh is used here only.

mod guard;

use std::collections::HashSet;
use std::future::pending;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use iroh::address_lookup::MemoryLookup;
use iroh::dns::DnsResolver;
use iroh::endpoint::{Connection, PortmapperConfig, presets};
use iroh::protocol::Router;
use iroh::{Endpoint, EndpointAddr, NetReportConfig, RelayMode, RelayUrl};
use iroh_blobs::api::TempTag;
use iroh_blobs::api::remote::GetProgressItem;
use iroh_blobs::protocol::{ChunkRanges, ChunkRangesExt as _, GetRequest};
use iroh_blobs::store::fs::FsStore;
use iroh_blobs::store::fs::options::Options;
use iroh_blobs::store::{GcConfig, ProtectOutcome};
use iroh_blobs::{BlobsProtocol, Hash, HashAndFormat};
use libp2p::PeerId;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::key::{KeyError, NodeKey, endpoint_id};
use crate::swarm::Shared;

pub(crate) use guard::Offered;

/// Time for a connection with a peer.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest silence of a peer that sends.
const SILENCE: Duration = Duration::from_secs(10);
/// Time for everything; larger files get a second more for each [`SLOWEST`] bytes.
const PATIENCE: Duration = Duration::from_secs(30);
const SLOWEST: u64 = 16 * 1_024;
/// Bytes after which it is written down that there is a part of a file, the
/// first time and from then on.
const NOTED: (u64, u64) = (1 << 20, 16 << 20);
/// Time to end in.
const STOP: Duration = Duration::from_secs(5);

/// Why a blob is not there.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The store of blobs can not be used.
    #[error("the folder of large files can not be used: {0}")]
    Store(String),
    /// Peers can not be reached with QUIC.
    #[error("the node can not take part in the exchange of large files: {0}")]
    Endpoint(String),
    /// The peer has no such name.
    #[error(transparent)]
    Peer(#[from] KeyError),
    /// The peer can not be reached, or refuses.
    #[error("the peer does not send the file: {0}")]
    Refused(String),
    /// The peer takes too long.
    #[error("the peer sends too slowly")]
    Slow,
    /// The peer sends something else.
    #[error("the peer does not send the file it promised: {0}")]
    Wrong(String),
}

/// The blobs of this node.
#[derive(Debug)]
pub(crate) struct Blobs {
    store: FsStore,
    router: Router,
    offered: Offered,
    guard: tokio::task::JoinHandle<()>,
    ended: CancellationToken,
}

/// Says which hashes must stay; `None` when that is not known now.
pub(crate) type Kept = Arc<dyn Fn() -> Option<HashSet<[u8; 32]>> + Send + Sync>;

/// How blobs are to be kept and given.
pub(crate) struct BlobsConfig<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) key: &'a NodeKey,
    pub(crate) bind: Vec<SocketAddr>,
    /// Any free port will do when the wanted one is taken.
    pub(crate) any_port: bool,
    pub(crate) relays: Vec<RelayUrl>,
    pub(crate) collect_every: Duration,
    pub(crate) kept: Kept,
    pub(crate) protocol: Shared,
    pub(crate) started: Instant,
}

fn store_error(error: impl std::fmt::Display) -> BlobError {
    BlobError::Store(format!("{error:#}"))
}

fn endpoint_error(error: impl std::fmt::Display) -> BlobError {
    BlobError::Endpoint(format!("{error:#}"))
}

/// Listens without others' relays, name servers and reports: only what is
/// configured.
async fn bind(
    key: &NodeKey,
    addresses: &[SocketAddr],
    relays: &[RelayUrl],
) -> Result<Endpoint, BlobError> {
    let relay_mode = match relays {
        [] => RelayMode::Disabled,
        relays => RelayMode::custom(relays.iter().cloned()),
    };
    let names = DnsResolver::builder().with_system_defaults();
    let mut endpoint = Endpoint::builder(presets::Minimal)
        .secret_key(key.iroh())
        .relay_mode(relay_mode)
        .clear_address_lookup()
        .address_lookup(MemoryLookup::new())
        .dns_resolver(names.disable_fallback().build())
        .portmapper_config(PortmapperConfig::Disabled)
        .net_report_config(NetReportConfig::minimal())
        .clear_ip_transports();
    for address in addresses {
        endpoint = endpoint.bind_addr(*address).map_err(endpoint_error)?;
    }
    endpoint.bind().await.map_err(endpoint_error)
}

impl Blobs {
    /// Opens the folder and listens.
    pub(crate) async fn start(config: BlobsConfig<'_>) -> Result<Self, BlobError> {
        let mut options = Options::new(config.folder);
        let (kept, ended) = (config.kept, CancellationToken::new());
        let over = ended.clone();
        options.gc = Some(GcConfig {
            interval: config.collect_every,
            add_protected: Some(Arc::new(move |live| {
                let (kept, over) = (kept(), over.clone());
                Box::pin(async move {
                    if over.is_cancelled() {
                        // The collector can not be ended, and would complain.
                        pending::<()>().await;
                    }
                    let Some(kept) = kept else {
                        return ProtectOutcome::Abort;
                    };
                    live.extend(kept.into_iter().map(Hash::from_bytes));
                    ProtectOutcome::Continue
                })
            })),
        });
        let database = config.folder.join("blobs.db");
        let store = FsStore::load_with_opts(database, options)
            .await
            .map_err(store_error)?;
        let bound = bind(config.key, &config.bind, &config.relays).await;
        let endpoint = match bound {
            Err(error) if config.any_port => {
                tracing::warn!(%error, "another port is used for large files");
                let any: Vec<SocketAddr> = config
                    .bind
                    .iter()
                    .map(|address| SocketAddr::new(address.ip(), 0))
                    .collect();
                bind(config.key, &any, &config.relays).await?
            }
            bound => bound?,
        };
        let offered = Offered::default();
        let (events, guard) = guard::start(
            offered.clone(),
            Arc::clone(&config.protocol),
            config.started,
        );
        let router = Router::builder(endpoint)
            .accept(iroh_blobs::ALPN, BlobsProtocol::new(&store, Some(events)))
            .spawn();
        Ok(Self {
            store,
            router,
            offered,
            guard,
            ended,
        })
    }

    /// The UDP port on which blobs are given.
    pub(crate) fn port(&self) -> u16 {
        let sockets = self.router.endpoint().bound_sockets();
        sockets.first().map_or(0, SocketAddr::port)
    }

    /// What peers may fetch.
    pub(crate) fn offered(&self) -> &Offered {
        &self.offered
    }

    /// Keeps bytes durably. They are collected again unless the hash is among
    /// those that stay by the time the tag is dropped.
    pub(crate) async fn keep(&self, bytes: Bytes) -> Result<([u8; 32], TempTag), BlobError> {
        let tag = self.store.blobs().add_bytes(bytes).temp_tag().await;
        let tag = tag.map_err(store_error)?;
        self.store.sync_db().await.map_err(store_error)?;
        Ok((*tag.hash().as_bytes(), tag))
    }

    /// Whether all of a blob is here.
    pub(crate) async fn has(&self, hash: [u8; 32]) -> Result<bool, BlobError> {
        let hash = Hash::from_bytes(hash);
        self.store.blobs().has(hash).await.map_err(store_error)
    }

    /// All of a blob that is here.
    pub(crate) async fn read(&self, hash: [u8; 32]) -> Result<Bytes, BlobError> {
        let hash = Hash::from_bytes(hash);
        self.store
            .blobs()
            .get_bytes(hash)
            .await
            .map_err(store_error)
    }

    /// Fetches what is missing of a blob of exactly this length from a peer.
    /// Gives the bytes that came. The tag keeps the blob until it is dropped.
    pub(crate) async fn fetch(
        &self,
        hash: [u8; 32],
        length: u64,
        peer: &PeerId,
        at: SocketAddr,
    ) -> Result<(u64, TempTag), BlobError> {
        let id = endpoint_id(peer)?;
        let hash = Hash::from_bytes(hash);
        let tag = self.store.tags().temp_tag(HashAndFormat::raw(hash)).await;
        let tag = tag.map_err(store_error)?;
        let address = EndpointAddr::new(id).with_ip_addr(at);
        let connecting = self.router.endpoint().connect(address, iroh_blobs::ALPN);
        let connection = match timeout(CONNECT, connecting).await {
            Ok(connected) => connected.map_err(|error| BlobError::Refused(format!("{error:#}")))?,
            Err(_) => return Err(BlobError::Slow),
        };
        let limit = PATIENCE + Duration::from_secs(length / SLOWEST);
        let came = timeout(limit, self.receive(connection.clone(), hash, length)).await;
        connection.close(0_u32.into(), b"done");
        let came = came.map_err(|_| BlobError::Slow)??;
        self.store.sync_db().await.map_err(store_error)?;
        Ok((came, tag))
    }

    async fn receive(
        &self,
        connection: Connection,
        hash: Hash,
        length: u64,
    ) -> Result<u64, BlobError> {
        // Not a byte more than was signed for, whatever the peer has under this hash.
        let wanted = GetRequest::blob_ranges(hash, ChunkRanges::bytes(..length));
        let local = self.store.remote().local_for_request(wanted).await;
        let local = local.map_err(store_error)?;
        if local.is_complete() {
            return Ok(0);
        }
        let mut progress = Box::pin(
            self.store
                .remote()
                .execute_get(connection, local.missing())
                .stream(),
        );
        let mut next = NOTED.0;
        loop {
            match timeout(SILENCE, progress.next()).await {
                Err(_) => return Err(BlobError::Slow),
                Ok(None) => return Err(BlobError::Refused("it hung up".to_owned())),
                Ok(Some(GetProgressItem::Progress(count))) => {
                    // The last chunk is counted whole.
                    if count > length + 1_024 {
                        return Err(BlobError::Wrong("it is longer than promised".to_owned()));
                    }
                    // Whoever is killed from now on finds what there is of it.
                    if count >= next {
                        self.store.sync_db().await.map_err(store_error)?;
                        next = count + NOTED.1;
                    }
                }
                Ok(Some(GetProgressItem::Done(stats))) => return Ok(stats.payload_bytes_read),
                Ok(Some(GetProgressItem::Error(error))) => {
                    return Err(BlobError::Refused(format!("{error:#}")));
                }
            }
        }
    }

    /// Ends transfers and closes the folder.
    pub(crate) async fn stop(&self) {
        self.ended.cancel();
        // The router closes the folder as well, when it ends in order.
        if !matches!(timeout(STOP, self.router.shutdown()).await, Ok(Ok(()))) {
            tracing::warn!("transfers of large files did not end in time");
            if let Err(error) = self.store.shutdown().await {
                tracing::warn!(%error, "the folder of large files was not closed in order");
            }
        }
        self.guard.abort();
    }
}
