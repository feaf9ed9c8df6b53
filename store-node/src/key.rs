//! The key of a node: one Ed25519 key, which is its name for libp2p (PeerId)
//! and for iroh (EndpointId). It lies in the data folder for its owner alone.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use libp2p::PeerId;
use libp2p::identity::{self, Keypair};
use zeroize::Zeroizing;

/// Name of the file in the data folder.
const FILE: &str = "node.key";

/// Why a node has no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Its file can not be used.
    #[error("the node's key {} can not be {action}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why.
        source: io::Error,
    },
    /// The file has something else in it.
    #[error("{} holds no key of a node; move it away and a new one is made", .0.display())]
    Damaged(PathBuf),
    /// Others may read it.
    #[error("{} can be read by others; make it private with: chmod 600 {}", .0.display(), .0.display())]
    Open(PathBuf),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes for a key: {0}")]
    Random(getrandom::Error),
    /// A peer's name that is no Ed25519 key.
    #[error("{0} is not the name of a node: it holds no Ed25519 key")]
    Peer(PeerId),
}

/// The secret; it does not print itself.
#[derive(Clone)]
pub struct NodeKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NodeKey(***)")
    }
}

impl NodeKey {
    /// The key in this folder; it is made when there is none.
    ///
    /// # Errors
    /// When it can not be read, is damaged, or others may read it.
    pub fn open(folder: &Path) -> Result<Self, KeyError> {
        let path = folder.join(FILE);
        let failed = |action| {
            let path = path.clone();
            move |source| KeyError::File {
                path,
                action,
                source,
            }
        };
        match File::open(&path) {
            Ok(mut file) => {
                let mode = file
                    .metadata()
                    .map_err(failed("read"))?
                    .permissions()
                    .mode();
                if mode & 0o077 != 0 {
                    return Err(KeyError::Open(path));
                }
                let mut secret = Zeroizing::new([0; 32]);
                let mut more = [0];
                let whole = file.read_exact(&mut *secret).is_ok();
                if !whole || file.read(&mut more).map_err(failed("read"))? != 0 {
                    return Err(KeyError::Damaged(path));
                }
                Ok(Self(secret))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate()?;
                // Aside first: a half written key would be taken for a damaged one.
                let aside = folder.join("node.key.new");
                let mut file = File::options()
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .mode(0o600)
                    .open(&aside)
                    .map_err(failed("made"))?;
                file.write_all(&*key.0).map_err(failed("written"))?;
                file.sync_all().map_err(failed("written"))?;
                fs::rename(&aside, &path).map_err(failed("put in its place"))?;
                Ok(key)
            }
            Err(source) => Err(failed("read")(source)),
        }
    }

    /// A new key.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn generate() -> Result<Self, KeyError> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *secret).map_err(KeyError::Random)?;
        Ok(Self(secret))
    }

    /// As libp2p has it.
    pub(crate) fn libp2p(&self) -> Keypair {
        let mut secret = Zeroizing::new(*self.0);
        Keypair::ed25519_from_bytes(&mut *secret).expect("any 32 bytes are an Ed25519 secret")
    }

    /// As iroh has it.
    pub(crate) fn iroh(&self) -> iroh::SecretKey {
        iroh::SecretKey::from_bytes(&self.0)
    }

    /// The node's name.
    #[must_use]
    pub fn peer_id(&self) -> PeerId {
        self.libp2p().public().to_peer_id()
    }
}

/// The name of a node for iroh, from that for libp2p.
///
/// # Errors
/// When the name is that of another kind of key.
pub(crate) fn endpoint_id(peer: &PeerId) -> Result<iroh::EndpointId, KeyError> {
    let wrong = || KeyError::Peer(*peer);
    let hash = peer.as_ref();
    // Code 0: the key itself stands where others have a hash.
    if hash.code() != 0 {
        return Err(wrong());
    }
    let key = identity::PublicKey::try_decode_protobuf(hash.digest()).map_err(|_| wrong())?;
    let key = key.try_into_ed25519().map_err(|_| wrong())?;
    iroh::PublicKey::from_bytes(&key.to_bytes()).map_err(|_| wrong())
}

/// The name of a node for libp2p, from that for iroh.
pub(crate) fn peer_id(endpoint: &iroh::EndpointId) -> Option<PeerId> {
    let key = identity::ed25519::PublicKey::try_from_bytes(endpoint.as_bytes()).ok()?;
    Some(identity::PublicKey::from(key).to_peer_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_is_both_names_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let key = NodeKey::open(folder.path()).unwrap();
        assert_eq!(endpoint_id(&key.peer_id()).unwrap(), key.iroh().public());
        assert_eq!(peer_id(&key.iroh().public()), Some(key.peer_id()));
        let again = NodeKey::open(folder.path()).unwrap();
        assert_eq!(again.peer_id(), key.peer_id());
        assert_eq!(format!("{key:?}"), "NodeKey(***)");
    }

    #[test]
    fn a_key_that_others_may_read_or_that_is_damaged_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        NodeKey::open(folder.path()).unwrap();
        let path = folder.path().join(FILE);
        let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        mode(0o640);
        assert!(matches!(
            NodeKey::open(folder.path()),
            Err(KeyError::Open(_))
        ));
        mode(0o600);
        fs::write(&path, [7; 33]).unwrap();
        assert!(matches!(
            NodeKey::open(folder.path()),
            Err(KeyError::Damaged(_))
        ));
    }
}
