//! Targets: looked up in the signed metadata, fetched, checked, kept.

use bytes::Bytes;
use harbour_core::store::wire::{Area, FileName};
use harbour_core::tuf::client::Found;
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::metadata::{Role as _, Root, Snapshot, Targets, Timestamp};
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::refusal::Refusal;

use super::core::Core;
use super::files::Verified;
use super::joined::{Joined, SPREADING};
use super::names::{role_of, target_path};
use super::obtain::{Check, Wanted};
use super::trust::{Hint, Reach, refused, unreachable};
use crate::api::types::{ErrorCode, NetworkError, Source};

/// A target as some role lists it.
struct Target<'a>(&'a Found);

impl Check for Target<'_> {
    fn whole(&self, bytes: &[u8]) -> Result<(), String> {
        let mut check = self.0.check().map_err(|error| error.to_string())?;
        check.update(bytes).map_err(|error| error.to_string())?;
        check.finish().map_err(|error| error.to_string())
    }

    fn length(&self) -> Option<u64> {
        Some(self.0.file.length)
    }
}

impl Core {
    /// Looks for a target among the trusted roles; those of publishers are
    /// fetched on the way.
    pub(super) async fn find(
        &self,
        joined: &Joined,
        path: TargetPath,
    ) -> Result<Option<Found>, NetworkError> {
        let mut loaded = joined.client.lock().await;
        let mut client = match loaded.take() {
            Some(client) => client,
            None => self.walk(joined, Reach::Disk).await?,
        };
        client.find(path);
        let hint = Hint::default();
        let driven = self.drive(joined, &mut client, Reach::Network(&hint)).await;
        let found = client.take_found();
        *loaded = Some(client);
        joined.touched();
        driven?;
        match found {
            Some(Ok(found)) => Ok(Some(found)),
            Some(Err(Refusal::NoTarget(_))) | None => Ok(None),
            Some(Err(refusal)) => Err(refused(refusal)),
        }
    }

    /// Fetches a target by its name in an address.
    pub(super) async fn target(
        &self,
        joined: &Joined,
        name: &str,
        max_len: u64,
    ) -> Result<Option<(Bytes, Source)>, NetworkError> {
        let consistent = joined.consistent();
        let Some(path) = target_path(name, consistent) else {
            return Ok(None);
        };
        let Some(found) = self.find(joined, path).await? else {
            return Ok(None);
        };
        if found.fetch().path != name {
            return Ok(None);
        }
        let length = found.file.length;
        if length > max_len {
            return Err(NetworkError::new(
                ErrorCode::TooLarge,
                format!("{name} has {length} bytes, more than the {max_len} that are wanted"),
            ));
        }
        let file = FileName {
            store: joined.id,
            area: Area::Target,
            name: name.to_owned(),
        };
        self.make_room(length).await?;
        let check = Target(&found);
        let wanted = Wanted {
            file: file.clone(),
            limit: length,
            check: &check,
            first: None,
            only_first: false,
            since: None,
            patience: None,
        };
        let obtained = loop {
            match self.obtain(joined, &wanted).await {
                Ok(obtained) => break obtained,
                Err(sought) if sought.only_missing() && joined.spreads() => {
                    tokio::time::sleep(SPREADING).await;
                }
                Err(sought) => return Err(unreachable(name, &sought.failures)),
            }
        };
        let net = self.net().await;
        let source = obtained.source;
        let bytes = match &obtained.what {
            Verified::Bytes(bytes) => bytes.clone(),
            Verified::Blob { hash, .. } => {
                let net = net.as_ref();
                let net = net.ok_or_else(|| NetworkError::internal("the node is ending"))?;
                net.blobs
                    .read(*hash)
                    .await
                    .map_err(NetworkError::internal)?
            }
        };
        self.keep(net.as_ref(), file, obtained.what, Vec::new())
            .await?;
        Ok(Some((bytes, source)))
    }

    /// A metadata file for whoever drives an own verifier.
    pub(super) async fn metadata_for(
        &self,
        joined: &Joined,
        name: &str,
    ) -> Result<Option<Bytes>, NetworkError> {
        let file = self.metadata(joined.id, name.to_owned());
        if let Some(bytes) = self.read(&file).await? {
            return Ok(Some(bytes));
        }
        let Some(role) = role_of(name) else {
            return Ok(None);
        };
        let top = [Root::TYPE, Timestamp::TYPE, Snapshot::TYPE, Targets::TYPE];
        if top.contains(&role.as_str()) {
            return Ok(None);
        }
        // A publisher's role is fetched on the way to any path it speaks for.
        let targets = self.trusted(joined.id, Targets::TYPE).await?;
        let Some(path) = targets.and_then(|(_, bytes)| path_of_role(&bytes, &role)) else {
            return Ok(None);
        };
        self.find(joined, path).await?;
        self.read(&file).await
    }
}

/// A path that a delegated role may speak for.
fn path_of_role(targets: &[u8], role: &str) -> Option<TargetPath> {
    let envelope = Envelope::read(Targets::TYPE, targets).ok()?;
    let targets: Targets = envelope.content().ok()?;
    let roles = targets.delegations?.roles?;
    let delegated = roles.into_iter().find(|one| one.name == role)?;
    let pattern = delegated.paths?.into_iter().next()?;
    TargetPath::new(&pattern.replace(['*', '?'], "_")).ok()
}
