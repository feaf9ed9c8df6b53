//! A complete copy of a pinned store: whatever is listed and not here is
//! fetched, what is no longer listed goes after a day.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::stream::{self, StreamExt as _};
use harbour_core::store::wire::{Area, FileName};
use harbour_core::tuf::delegation::DelegatedRole;
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::limits::MAX_TARGET;
use harbour_core::tuf::metadata::{Role, Snapshot, Targets};
use harbour_core::tuf::name::{TargetPath, url_path};
use harbour_core::tuf::repo::publication::target_file_name;

use super::core::Core;
use super::files::seconds;
use super::joined::Joined;
use crate::api::types::NetworkError;

/// Files that are fetched at once.
const AT_ONCE: usize = 4;
/// Roles that are read before their files are fetched.
const ROLES: usize = 64;
/// Seconds that a file stays after it is no longer listed and used.
const LINGER: u64 = 86_400;

impl Core {
    /// Completes the copy in the background; one that runs looks once more.
    pub(super) fn mirror_soon(self: &Arc<Self>, joined: &Arc<Joined>) {
        if joined.mirroring.swap(true, Ordering::SeqCst) {
            return;
        }
        let (core, joined) = (Arc::clone(self), Arc::clone(joined));
        self.tasks.spawn(async move {
            let done = tokio::select! {
                () = core.ending.cancelled() => Ok(()),
                done = core.mirror(&joined) => done,
            };
            joined.mirroring.store(false, Ordering::SeqCst);
            joined.mirrored(done.is_ok());
            if let Err(error) = done {
                tracing::warn!(store = %joined.id, %error, "the copy is not complete");
            }
        });
    }

    async fn mirror(&self, joined: &Joined) -> Result<(), NetworkError> {
        loop {
            let version = self.snapshot_version(joined)?;
            let (mut listed, mut failed) = (HashSet::new(), None);
            let top = self.role_of_store(joined, Targets::TYPE).await?;
            let roles = match &top {
                Some(top) => self.changed_first(joined, top).await?,
                None => Vec::new(),
            };
            // What the store itself lists comes first: it says what is new.
            let own = top.iter().map(|top| names(joined, top)).next();
            let mut some = own.unwrap_or_default();
            let mut parts = roles.chunks(ROLES);
            loop {
                failed = failed.or(self.complete_files(joined, &some).await);
                listed.extend(some);
                if self.snapshot_version(joined)? != version {
                    break;
                }
                let Some(roles) = parts.next() else {
                    self.remove_unlisted(joined, &listed).await?;
                    return failed.map_or(Ok(()), Err);
                };
                some = self.listed_by(joined, roles).await?;
            }
        }
    }

    fn snapshot_version(&self, joined: &Joined) -> Result<Option<u64>, NetworkError> {
        let version = self.db.role(&joined.id, Snapshot::TYPE);
        version.map_err(NetworkError::internal)
    }

    /// The roles of publishers, those first of which there is a version that is
    /// not here: somebody may be waiting for them.
    async fn changed_first(
        &self,
        joined: &Joined,
        top: &Targets,
    ) -> Result<Vec<DelegatedRole>, NetworkError> {
        let roles = top.delegations.as_ref().and_then(|all| all.roles.clone());
        let snapshot: Option<Snapshot> = self.role_of_store(joined, Snapshot::TYPE).await?;
        let mut marked = Vec::new();
        for role in roles.unwrap_or_default() {
            let here = self.db.role(&joined.id, &role.name);
            let here = here.map_err(NetworkError::internal)?;
            let entry = snapshot.as_ref().and_then(|all| all.entry(&role.name));
            let out = entry.map(|entry| entry.version.get());
            marked.push((here == out, role));
        }
        marked.sort_by_key(|(same, _)| *same);
        Ok(marked.into_iter().map(|(_, role)| role).collect())
    }

    /// Fetches what is not here yet; answers one failure.
    async fn complete_files(
        &self,
        joined: &Joined,
        names: &HashSet<String>,
    ) -> Option<NetworkError> {
        let done = stream::iter(names.clone()).map(|name| async move {
            let file = FileName {
                store: joined.id,
                area: Area::Target,
                name: name.clone(),
            };
            match self.db.file(&file).map_err(NetworkError::internal)? {
                Some(_) => Ok(()),
                None => self.target(joined, &name, MAX_TARGET).await.map(drop),
            }
        });
        let failed = done
            .buffer_unordered(AT_ONCE)
            .filter_map(|done| async { done.err() });
        let failed: Vec<NetworkError> = failed.collect().await;
        failed.into_iter().next()
    }

    /// The names of the targets of publishers, as peers ask for them.
    async fn listed_by(
        &self,
        joined: &Joined,
        roles: &[DelegatedRole],
    ) -> Result<HashSet<String>, NetworkError> {
        let mut listed = HashSet::new();
        for role in roles {
            let pattern = role.paths.as_ref().and_then(|paths| paths.first());
            let path =
                pattern.and_then(|path| TargetPath::new(&path.replace(['*', '?'], "_")).ok());
            let Some(path) = path else {
                continue;
            };
            // One publisher's bad role does not keep the others away.
            if let Err(error) = self.find(joined, path).await {
                tracing::warn!(role = role.name, %error, "a publisher's files are left out");
                continue;
            }
            if let Some(targets) = self.role_of_store(joined, &role.name).await? {
                listed.extend(names(joined, &targets));
            }
        }
        Ok(listed)
    }

    async fn role_of_store<R: Role>(
        &self,
        joined: &Joined,
        role: &str,
    ) -> Result<Option<R>, NetworkError> {
        let trusted = self.trusted(joined.id, role).await?;
        let content = trusted.map(|(_, bytes)| Envelope::read(role, &bytes)?.content());
        content.transpose().map_err(NetworkError::internal)
    }

    async fn remove_unlisted(
        &self,
        joined: &Joined,
        listed: &HashSet<String>,
    ) -> Result<(), NetworkError> {
        let files = self.db.files(Some(&joined.id));
        let files = files.map_err(NetworkError::internal)?;
        let late = seconds().saturating_sub(LINGER);
        let gone = files.into_iter().filter(|(file, record)| {
            file.area == Area::Target && !listed.contains(&file.name) && record.used < late
        });
        self.forget(gone.map(|(file, _)| file).collect()).await
    }
}

/// The names of what a role lists, as peers ask for them.
fn names(joined: &Joined, role: &Targets) -> HashSet<String> {
    let mut names = HashSet::new();
    for (path, file) in &role.targets {
        let Ok(path) = TargetPath::new(path) else {
            continue;
        };
        let name = match joined.consistent() {
            true => target_file_name(&path, file),
            false => Some(path.as_str().to_owned()),
        };
        names.extend(name.map(|name| url_path(&name)));
    }
    names
}
