//! What is trusted of one store: its metadata on disk, and the client that
//! decides. Blocking parts run on threads that may block.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use harbour_core::store::id::StoreId;
use harbour_core::store::wire::Area;
use harbour_core::tuf::client::{Client, Fetch, Found, Step};
use harbour_core::tuf::clock::{SteppedBack, start};
use harbour_core::tuf::limits::MAX_ROOT;
use harbour_core::tuf::metadata::{Role as _, Root};
use harbour_core::tuf::name::{TargetPath, TargetPathError};
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::time::Time;
use store_node::api::types::NetworkError;
use store_node::tuf::{Directory, DirectoryError};

use super::files::Files;
use crate::net::Net;

/// Why nothing more is known of a store.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// It is not to be believed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It did not come.
    #[error(transparent)]
    Net(#[from] NetworkError),
    /// The first root is another than was agreed on.
    #[error("its first root file is not the one with the hash {0}: this is another store")]
    OtherRoot(StoreId),
    /// The store has no root file at all.
    #[error("it has no metadata/1.root.json; check the address")]
    NoRoot,
    /// Nothing was verified yet, and it can not be fetched now.
    #[error("nothing of it was verified here yet")]
    Nothing,
    /// Trusted files cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Files of the catalogue cannot be used.
    #[error("its files cannot be kept: {0}")]
    Files(#[from] std::io::Error),
    /// A path that is none.
    #[error(transparent)]
    Path(#[from] TargetPathError),
    /// A thread was ended.
    #[error("the check was interrupted")]
    Interrupted,
}

/// The time of this machine.
pub(super) fn clock() -> Time {
    Time::from_unix(jiff::Timestamp::now().as_second())
}

/// A store's client and its folder, which is locked only while it is used.
/// Whoever has it uses it for one thing at a time.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    id: StoreId,
    folder: PathBuf,
    client: Arc<Mutex<Client>>,
    /// The clock was later before.
    pub(super) stepped_back: Option<SteppedBack>,
}

/// What the client wants next.
enum Need {
    Fetch(Fetch),
    Ready,
}

/// What it gets.
enum Given {
    Nothing,
    File(Option<Vec<u8>>),
}

impl Trust {
    /// A look at what was verified before; nothing is fetched.
    pub(super) async fn stored(id: StoreId, folder: PathBuf) -> Result<Self, TrustError> {
        let trust = blocking(move || {
            let directory = Directory::create(&folder)?;
            let root = directory.load(Root::TYPE)?.ok_or(TrustError::Nothing)?;
            let start = start(clock(), directory.highest_time()?);
            let client = Client::stored(&root, start.time)?;
            Ok(Self::new(id, folder, client, start.stepped_back))
        })
        .await?;
        match trust.advance(Given::Nothing).await? {
            Need::Ready => Ok(trust),
            Need::Fetch(_) => Err(TrustError::Nothing),
        }
    }

    /// An update: everything that is new is fetched, verified and kept.
    pub(super) async fn update(
        id: StoreId,
        folder: PathBuf,
        net: &Net,
    ) -> Result<Self, TrustError> {
        let known = {
            let folder = folder.clone();
            blocking(move || Ok(Directory::create(&folder)?.load(Root::TYPE)?)).await?
        };
        let root = match known {
            Some(root) => root,
            None => first_root(id, &folder, net).await?,
        };
        let trust = blocking(move || {
            let directory = Directory::create(&folder)?;
            let start = start(clock(), directory.highest_time()?);
            let client = Client::update(&root, start.time)?;
            directory.keep_time(start.time)?;
            Ok(Self::new(id, folder, client, start.stepped_back))
        })
        .await?;
        trust.drive(net).await?;
        Ok(trust)
    }

    fn new(
        id: StoreId,
        folder: PathBuf,
        client: Client,
        stepped_back: Option<SteppedBack>,
    ) -> Self {
        Self {
            id,
            folder,
            client: Arc::new(Mutex::new(client)),
            stepped_back,
        }
    }

    /// The client, for what it trusts.
    pub(super) fn client(&self) -> MutexGuard<'_, Client> {
        // Where it is in its work is a value that every call leaves whole.
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn drive(&self, net: &Net) -> Result<(), TrustError> {
        let mut given = Given::Nothing;
        loop {
            match self.advance(given).await? {
                Need::Ready => return Ok(()),
                Need::Fetch(fetch) => {
                    let file = fetch_from(net, self.id, Area::Metadata, &fetch).await?;
                    given = Given::File(file);
                }
            }
        }
    }

    async fn advance(&self, given: Given) -> Result<Need, TrustError> {
        let this = self.clone();
        blocking(move || {
            let directory = Directory::create(&this.folder)?;
            let mut client = this.client();
            match given {
                Given::Nothing => {}
                Given::File(Some(bytes)) => client.fetched(&bytes)?,
                Given::File(None) => client.missing()?,
            }
            loop {
                match client.step()? {
                    Step::Ready => return Ok(Need::Ready),
                    Step::Fetch(fetch) => return Ok(Need::Fetch(fetch)),
                    Step::Load { role } => {
                        let bytes = directory.load(&role)?;
                        client.loaded(bytes.as_deref())?;
                    }
                    Step::Save { role, bytes } => directory.save(&role, &bytes)?,
                    Step::Remove { role } => directory.remove(&role)?,
                }
            }
        })
        .await
    }

    /// Looks for a target; roles on the way to it are fetched, or only read when
    /// there is no network to ask. The inner error is the verdict about the target.
    pub(super) async fn find(
        &self,
        path: &str,
        net: Option<&Net>,
    ) -> Result<Result<Found, Refusal>, TrustError> {
        self.client().find(TargetPath::new(path)?);
        match net {
            Some(net) => self.drive(net).await?,
            None => match self.advance(Given::Nothing).await? {
                Need::Ready => {}
                Need::Fetch(_) => return Err(TrustError::Nothing),
            },
        }
        let found = self.client().take_found();
        Ok(found.unwrap_or_else(|| Err(Refusal::NoTarget(path.to_owned()))))
    }

    /// The bytes of a target that was found: kept ones, or else fetched, at most
    /// `limit`, checked either way.
    pub(super) async fn content(
        &self,
        found: &Found,
        limit: u64,
        net: &Net,
    ) -> Result<Vec<u8>, TrustError> {
        if found.file.length > limit {
            let what = found.path.to_string();
            return Err(Refusal::TooLarge { what, limit }.into());
        }
        let hash = found.file.hashes.get("sha256").cloned();
        let name = hash.filter(|name| is_hash(name));
        let (files, length) = (self.files()?, found.file.length);
        if let Some(name) = name.clone() {
            let files = files.clone();
            let kept = blocking(move || Ok(files.read(&name, length + 1)?)).await?;
            if let Some(bytes) = kept.filter(|bytes| check(found, bytes).is_ok()) {
                return Ok(bytes);
            }
        }
        let fetch = found.fetch();
        let bytes = fetch_from(net, self.id, Area::Target, &fetch).await?;
        let bytes = bytes.ok_or_else(|| Refusal::Missing(found.path.to_string()))?;
        check(found, &bytes)?;
        if let Some(name) = name {
            let bytes = bytes.clone();
            blocking(move || Ok(files.write(&name, &bytes)?)).await?;
        }
        Ok(bytes)
    }

    /// Removes files that nothing refers to any more.
    pub(super) async fn tidy(&self, wanted: BTreeSet<String>) -> Result<(), TrustError> {
        let files = self.files()?;
        blocking(move || Ok(files.keep(&wanted)?)).await
    }

    fn files(&self) -> Result<Files, TrustError> {
        Ok(Files::open(&self.folder.join("files"))?)
    }
}

/// Names of kept files: nothing else becomes a part of a path.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn check(found: &Found, bytes: &[u8]) -> Result<(), Refusal> {
    let mut check = found.check()?;
    check.update(bytes)?;
    check.finish()
}

async fn fetch_from(
    net: &Net,
    id: StoreId,
    area: Area,
    fetch: &Fetch,
) -> Result<Option<Vec<u8>>, NetworkError> {
    let network = net.network();
    let file = network.fetch(id, area, &fetch.path, fetch.limit).await?;
    Ok(file.map(|file| file.bytes.into()))
}

/// Fetches the root that trust starts from; it must have the store's own hash.
async fn first_root(id: StoreId, folder: &Path, net: &Net) -> Result<Vec<u8>, TrustError> {
    let fetch = Fetch {
        path: "1.root.json".to_owned(),
        limit: MAX_ROOT,
    };
    let file = fetch_from(net, id, Area::Metadata, &fetch).await?;
    let root = file.ok_or(TrustError::NoRoot)?;
    if StoreId::of_root(&root) != id {
        return Err(TrustError::OtherRoot(id));
    }
    Client::update(&root, clock())?;
    let folder = folder.to_owned();
    blocking(move || {
        Directory::create(&folder)?.save(Root::TYPE, &root)?;
        Ok(root)
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TrustError> + Send + 'static,
) -> Result<T, TrustError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(TrustError::Interrupted))
}
