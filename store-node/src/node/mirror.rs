//! A complete copy of a pinned store: whatever is listed and not here is
//! fetched, what is no longer listed goes after a day.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::stream::{self, StreamExt as _};
use harbour_core::store::wire::{Area, FileName};
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::limits::MAX_TARGET;
use harbour_core::tuf::metadata::{Role as _, Snapshot, Targets};
use harbour_core::tuf::name::{TargetPath, url_path};
use harbour_core::tuf::repo::publication::target_file_name;

use super::core::Core;
use super::files::seconds;
use super::joined::Joined;
use crate::api::types::NetworkError;

/// Files that are fetched at once.
const AT_ONCE: usize = 4;
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

    async fn mirror(self: &Arc<Self>, joined: &Joined) -> Result<(), NetworkError> {
        loop {
            let version = self.db.role(&joined.id, Snapshot::TYPE);
            let version = version.map_err(NetworkError::internal)?;
            let listed = self.listed(joined).await?;
            let failed: Vec<NetworkError> = stream::iter(listed.clone())
                .map(|name| async move {
                    let file = FileName {
                        store: joined.id,
                        area: Area::Target,
                        name: name.clone(),
                    };
                    match self.db.file(&file).map_err(NetworkError::internal)? {
                        Some(_) => Ok(()),
                        None => self.target(joined, &name, MAX_TARGET).await.map(drop),
                    }
                })
                .buffer_unordered(AT_ONCE)
                .filter_map(|done| async { done.err() })
                .collect()
                .await;
            self.remove_unlisted(joined, &listed).await?;
            if let Some(error) = failed.into_iter().next() {
                return Err(error);
            }
            let now = self.db.role(&joined.id, Snapshot::TYPE);
            if now.map_err(NetworkError::internal)? == version {
                return Ok(());
            }
        }
    }

    /// The names of all targets, as peers ask for them.
    async fn listed(&self, joined: &Joined) -> Result<HashSet<String>, NetworkError> {
        let mut names = HashSet::new();
        let Some(top) = self.role_of_store(joined, Targets::TYPE).await? else {
            return Ok(names);
        };
        let roles = top.delegations.as_ref().and_then(|all| all.roles.clone());
        let mut add = |targets: &Targets| {
            for (path, file) in &targets.targets {
                let Ok(path) = TargetPath::new(path) else {
                    continue;
                };
                let name = match joined.consistent() {
                    true => target_file_name(&path, file),
                    false => Some(path.as_str().to_owned()),
                };
                names.extend(name.map(|name| url_path(&name)));
            }
        };
        add(&top);
        for role in roles.unwrap_or_default() {
            let pattern = role.paths.and_then(|paths| paths.into_iter().next());
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
                add(&targets);
            }
        }
        Ok(names)
    }

    async fn role_of_store(
        &self,
        joined: &Joined,
        role: &str,
    ) -> Result<Option<Targets>, NetworkError> {
        let trusted = self.trusted(joined.id, role).await?;
        let targets = trusted.map(|(_, bytes)| {
            let envelope = Envelope::read(role, &bytes)?;
            envelope.content::<Targets>()
        });
        targets.transpose().map_err(NetworkError::internal)
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
