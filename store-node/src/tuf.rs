//! Trust in a store as a tool: `init`, `refresh`, `download`, `status`.
//!
//! The command line is that of the TUF conformance suite's client under test.

mod directory;
mod download;

use std::path::{Path, PathBuf};

use harbour_core::tuf::client::{Client, Found, Step};
use harbour_core::tuf::clock::{SteppedBack, start};
use harbour_core::tuf::metadata::{Role as _, Root, Snapshot, Targets, Timestamp};
use harbour_core::tuf::name::{TargetPath, TargetPathError};
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::time::Time;

pub use directory::{Directory, DirectoryError};
pub use download::{Download, DownloadError};

use crate::origin::{Origin, OriginError};

/// Why nothing changed, or less than was wanted.
#[derive(Debug, thiserror::Error)]
pub enum TufError {
    /// The store's metadata is not believed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store can not be reached.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The folder of trusted files can not be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// Nobody has said yet what to trust.
    #[error("{} trusts no root yet; start with `tuf init` and the store's root file", .0.display())]
    NoRoot(PathBuf),
    /// A name that was asked for is none.
    #[error(transparent)]
    Path(#[from] TargetPathError),
    /// The verifier wants a file in a look at what is stored.
    #[error("what is stored is not complete; refresh first")]
    Incomplete,
}

/// The time of the system, through the C library.
pub fn now() -> Time {
    let seconds = |span: std::time::Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    Time::from_unix(
        match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => seconds(after),
            Err(before) => -seconds(before.duration()),
        },
    )
}

/// Starts to trust a root file, and forgets the highest time seen.
///
/// # Errors
/// When it is no root signed by its own keys, or can not be stored.
pub fn init(directory: &Path, root: &[u8]) -> Result<(), TufError> {
    Client::update(root, now())?;
    let directory = Directory::create(directory)?;
    directory.save(Root::TYPE, root)?;
    directory.forget_time()?;
    Ok(())
}

/// The folder and the root it trusts.
fn open(path: &Path) -> Result<(Directory, Vec<u8>), TufError> {
    let none = || TufError::NoRoot(path.to_owned());
    if !path.is_dir() {
        return Err(none());
    }
    let directory = Directory::open(path)?;
    let root = directory.load(Root::TYPE)?.ok_or_else(none)?;
    Ok((directory, root))
}

/// An update that is done and may be searched for targets.
#[derive(Debug)]
pub struct Refreshed {
    client: Client,
    directory: Directory,
    origin: Origin,
    metadata_url: String,
    /// The clock was later before.
    pub stepped_back: Option<SteppedBack>,
}

/// Brings what is trusted up to date with the store (sections 5.1 to 5.6).
///
/// # Errors
/// When the store can not be reached or is not believed; what was verified
/// until then is stored.
pub async fn refresh(
    directory: &Path,
    metadata_url: &str,
    origin: Origin,
    clock: Time,
    warn: impl FnOnce(&SteppedBack),
) -> Result<Refreshed, TufError> {
    let (directory, root) = open(directory)?;
    let start = start(clock, directory.highest_time()?);
    if let Some(stepped_back) = &start.stepped_back {
        warn(stepped_back);
    }
    let client = Client::update(&root, start.time)?;
    directory.keep_time(start.time)?;
    let mut refreshed = Refreshed {
        client,
        directory,
        origin,
        metadata_url: metadata_url.to_owned(),
        stepped_back: start.stepped_back,
    };
    refreshed.drive().await?;
    Ok(refreshed)
}

impl Refreshed {
    async fn drive(&mut self) -> Result<(), TufError> {
        loop {
            match self.client.step()? {
                Step::Ready => return Ok(()),
                Step::Load { role } => {
                    let bytes = self.directory.load(&role)?;
                    self.client.loaded(bytes.as_deref())?;
                }
                Step::Save { role, bytes } => self.directory.save(&role, &bytes)?,
                Step::Remove { role } => self.directory.remove(&role)?,
                Step::Fetch(fetch) => match self.origin.fetch(&self.metadata_url, &fetch).await? {
                    Some(bytes) => self.client.fetched(&bytes)?,
                    None => self.client.missing()?,
                },
            }
        }
    }

    /// Looks for a target; roles on the way to it are fetched.
    ///
    /// # Errors
    /// When nobody who may lists it, or a role on the way is not believed.
    pub async fn find(&mut self, name: &str) -> Result<Found, TufError> {
        self.client.find(TargetPath::new(name)?);
        self.drive().await?;
        let found = self.client.take_found();
        Ok(found.ok_or_else(|| Refusal::NoTarget(name.to_owned()))??)
    }

    /// Where targets are fetched with.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// One trusted role, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleStatus {
    /// Its name.
    pub role: &'static str,
    /// Its version.
    pub version: u64,
    /// From when on it is not to be believed.
    pub expires: Time,
}

/// What is stored, without asking the store.
#[derive(Debug)]
pub struct Status {
    /// The top-level roles.
    pub roles: Vec<RoleStatus>,
    /// Why nothing of it may be installed now; nothing is in the way if empty.
    pub stale: Option<Refusal>,
    /// The clock was later before.
    pub stepped_back: Option<SteppedBack>,
}

/// Reads what was verified before, expired or not.
///
/// # Errors
/// When nothing was, or the stored files were changed.
pub fn status(directory: &Path, clock: Time) -> Result<Status, TufError> {
    let (directory, root) = open(directory)?;
    let start = start(clock, directory.highest_time()?);
    let mut client = Client::stored(&root, start.time)?;
    loop {
        match client.step()? {
            Step::Ready => break,
            Step::Load { role } => client.loaded(directory.load(&role)?.as_deref())?,
            Step::Fetch(_) | Step::Save { .. } | Step::Remove { .. } => {
                return Err(TufError::Incomplete);
            }
        }
    }
    let trusted = client.trusted();
    let mut roles = vec![(Root::TYPE, trusted.root().common())];
    roles.extend(
        trusted
            .timestamp()
            .map(|role| (Timestamp::TYPE, role.common())),
    );
    roles.extend(
        trusted
            .snapshot()
            .map(|role| (Snapshot::TYPE, role.common())),
    );
    roles.extend(client.targets().map(|role| (Targets::TYPE, role.common())));
    Ok(Status {
        roles: roles
            .into_iter()
            .map(|(role, common)| RoleStatus {
                role,
                version: common.version.get(),
                expires: common.expires,
            })
            .collect(),
        stale: client.may_install().err(),
        stepped_back: start.stepped_back,
    })
}
