//! The stores that are known and the servers their files come from. Files are
//! handed on as they came; whoever asked checks them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use harbour_core::store::id::StoreId;
use harbour_core::store::invite::Invite;
use harbour_core::tuf::client::Fetch;
use serde::{Deserialize, Serialize};
use store_node::origin::{Origin, OriginError};

/// Stores that may be known at once.
const MAX_STORES: usize = 64;

/// Which files of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Signed metadata.
    Metadata,
    /// What is signed for.
    Target,
}

/// Where bytes came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The store's own server.
    Origin,
}

/// A file as it came.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Its bytes, not checked.
    pub bytes: Vec<u8>,
    /// Where they came from.
    pub source: Source,
}

/// Bytes that came, by source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From the stores' own servers.
    pub origin: u64,
}

/// A store and where its files are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSource {
    /// Its id.
    pub id: StoreId,
    /// Name that came with the invitation.
    #[serde(default)]
    pub name: Option<String>,
    /// Addresses of its site.
    pub origins: Vec<String>,
    /// Addresses of peers that came with the invitation.
    #[serde(default)]
    pub peers: Vec<String>,
    /// All of its files are kept.
    #[serde(default)]
    pub pinned: bool,
}

/// Why the network half did not do it.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// No such store.
    #[error("no store has the id {0}")]
    Unknown(StoreId),
    /// It is known already.
    #[error("the store {0} is there already")]
    Known(StoreId),
    /// Too many.
    #[error("{MAX_STORES} stores are the most; remove one first")]
    TooMany,
    /// Nobody to ask.
    #[error("the store has no server that could be asked; it was invited with peers only")]
    Nowhere,
    /// A server did not give the file.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The list of stores cannot be read or written.
    #[error("{} cannot be {action}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        source: io::Error,
    },
}

/// The known stores.
#[derive(Debug)]
pub struct Sources {
    file: PathBuf,
    list: Mutex<Vec<StoreSource>>,
    traffic: Mutex<BTreeMap<StoreId, Traffic>>,
}

impl Sources {
    /// Reads the list in `folder`, which is made if it is missing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, NetError> {
        let file = folder.join("stores.json");
        let failed = |action| {
            let path = file.clone();
            move |source| NetError::File {
                path,
                action,
                source,
            }
        };
        fs::create_dir_all(folder).map_err(failed("made"))?;
        let list = match fs::read(&file) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|e| failed("read")(io::Error::other(e)))?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed("read")(error)),
        };
        Ok(Self {
            list: Mutex::new(list),
            file,
            traffic: Mutex::default(),
        })
    }

    /// The stores in the order they were added.
    #[must_use]
    pub fn list(&self) -> Vec<StoreSource> {
        lock(&self.list).clone()
    }

    /// One of them.
    ///
    /// # Errors
    /// When it is not known.
    pub fn get(&self, id: StoreId) -> Result<StoreSource, NetError> {
        let list = lock(&self.list);
        let found = list.iter().find(|store| store.id == id);
        found.cloned().ok_or(NetError::Unknown(id))
    }

    /// Adds the store of an invitation.
    ///
    /// # Errors
    /// When it is known already or cannot be kept.
    pub fn add(&self, invite: &Invite) -> Result<StoreSource, NetError> {
        let store = StoreSource {
            id: invite.store(),
            name: invite.name().map(str::to_owned),
            origins: invite.origins().to_vec(),
            peers: invite.peers().to_vec(),
            pinned: false,
        };
        self.change(|list| {
            if list.iter().any(|known| known.id == store.id) {
                return Err(NetError::Known(store.id));
            }
            if list.len() >= MAX_STORES {
                return Err(NetError::TooMany);
            }
            list.push(store.clone());
            Ok(())
        })?;
        Ok(store)
    }

    /// Forgets a store.
    ///
    /// # Errors
    /// When it is not known or the list cannot be kept.
    pub fn remove(&self, id: StoreId) -> Result<(), NetError> {
        self.change(|list| {
            let before = list.len();
            list.retain(|store| store.id != id);
            if list.len() == before {
                return Err(NetError::Unknown(id));
            }
            Ok(())
        })?;
        lock(&self.traffic).remove(&id);
        Ok(())
    }

    /// Keeps all files of a store, or no longer.
    ///
    /// # Errors
    /// When it is not known or the list cannot be kept.
    pub fn pin(&self, id: StoreId, pinned: bool) -> Result<(), NetError> {
        self.change(|list| {
            let store = list.iter_mut().find(|store| store.id == id);
            store.ok_or(NetError::Unknown(id))?.pinned = pinned;
            Ok(())
        })
    }

    /// Fetches a file by the name that a client of the metadata gives it, from
    /// the first server that has it. `None` when those that answer do not.
    ///
    /// # Errors
    /// When no server answers in time and within the limit of the file.
    pub async fn fetch(
        &self,
        id: StoreId,
        area: Area,
        file: &Fetch,
    ) -> Result<Option<Fetched>, NetError> {
        let store = self.get(id)?;
        let folder = match area {
            Area::Metadata => "metadata",
            Area::Target => "targets",
        };
        let mut missing = None;
        let mut failed = None;
        for base in &store.origins {
            let base = format!("{}/{folder}", base.trim_end_matches('/'));
            match Origin::new(&[&base])?.fetch(&base, file).await {
                Ok(Some(bytes)) => {
                    let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    lock(&self.traffic).entry(id).or_default().origin += count;
                    let source = Source::Origin;
                    return Ok(Some(Fetched { bytes, source }));
                }
                Ok(None) => missing = Some(()),
                Err(error) => failed = Some(error),
            }
        }
        match (missing, failed) {
            (Some(()), _) => Ok(None),
            (None, Some(error)) => Err(error.into()),
            (None, None) => Err(NetError::Nowhere),
        }
    }

    /// Bytes that came for a store since the start.
    #[must_use]
    pub fn traffic(&self, id: StoreId) -> Traffic {
        lock(&self.traffic).get(&id).copied().unwrap_or_default()
    }

    /// Changes the list, in memory only when it is on disk.
    fn change(
        &self,
        change: impl FnOnce(&mut Vec<StoreSource>) -> Result<(), NetError>,
    ) -> Result<(), NetError> {
        let mut list = lock(&self.list);
        let mut next = list.clone();
        change(&mut next)?;
        write_aside(&self.file, &next).map_err(|source| NetError::File {
            path: self.file.clone(),
            action: "written",
            source,
        })?;
        *list = next;
        Ok(())
    }
}

fn write_aside(path: &Path, list: &[StoreSource]) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&aside)?;
    file.write_all(&serde_json::to_vec_pretty(list)?)?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    File::open(folder)?.sync_all()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change under the lock is complete in itself.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_survives_and_holds_each_store_once() {
        let temp = tempfile::tempdir().expect("a directory");
        let id = StoreId::of_root(b"root");
        let origins = vec!["https://apps.example".to_owned()];
        let invite = Invite::new(id, origins, Vec::new(), Some("Apps".into())).expect("good");
        let sources = Sources::open(temp.path()).expect("opened");
        sources.add(&invite).expect("new");
        assert!(matches!(sources.add(&invite), Err(NetError::Known(_))));
        sources.pin(id, true).expect("known");
        let again = Sources::open(temp.path()).expect("opened");
        assert_eq!(again.list(), sources.list());
        assert!(again.get(id).expect("known").pinned);
        again.remove(id).expect("known");
        assert!(matches!(again.remove(id), Err(NetError::Unknown(_))));
        assert!(
            Sources::open(temp.path())
                .expect("opened")
                .list()
                .is_empty()
        );
    }
}
