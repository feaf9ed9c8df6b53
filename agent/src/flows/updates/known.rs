//! What each container was deployed with. Those that were made elsewhere are
//! taken over as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use harbour_core::image_ref::ImageRef;

use super::UpdateError;
use crate::db::{BeforeRecord, DeploymentRecord};
use crate::docker::OPERATION_LABEL;
use crate::flows::Context;
use crate::views::ContainerDetail;

/// A container and what is known of its deployment.
pub(super) struct Deployed {
    pub(super) detail: Arc<ContainerDetail>,
    pub(super) record: DeploymentRecord,
}

/// All containers by name. What was not known before is written down.
///
/// # Errors
/// When the database fails.
pub(super) async fn deployed(context: &Context) -> Result<Vec<Deployed>, UpdateError> {
    let records = context.db.deployments().await?;
    let mut records: BTreeMap<String, DeploymentRecord> = records
        .into_iter()
        .map(|record| (record.name.clone(), record))
        .collect();
    let (mut found, mut new) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for detail in context.inventory.list(true) {
        let name = detail.summary.name.clone();
        seen.insert(name.clone());
        let before = records.remove(&name);
        let same = before
            .as_ref()
            .is_some_and(|record| record.container_id == detail.summary.id);
        let record = match before {
            Some(record) if same => record,
            before => {
                let record = adopted(&detail, before);
                // While something is made anew it is that operation that writes.
                if !context.locks.is_held(&name) {
                    new.push(record.clone());
                }
                record
            }
        };
        found.push(Deployed { detail, record });
    }
    let held = |name: &String| context.locks.is_held(name);
    let gone: Vec<String> = records
        .into_keys()
        .filter(|name| !seen.contains(name) && !held(name))
        .collect();
    if !new.is_empty() || !gone.is_empty() {
        context.db.save_deployments(&new, gone).await?;
    }
    found.sort_by(|one, other| one.record.name.cmp(&other.record.name));
    Ok(found)
}

/// The record of a container that somebody made elsewhere, or made anew: what ran
/// under its name before stays known.
fn adopted(detail: &ContainerDetail, before: Option<DeploymentRecord>) -> DeploymentRecord {
    let summary = &detail.summary;
    let since = summary.created.clone();
    let mut history = Vec::new();
    if let Some(old) = before {
        if let (Some(digest), Some(reference)) = (old.digest, old.follows)
            && summary.digest.as_ref() != Some(&digest)
        {
            history.push(BeforeRecord {
                digest,
                reference,
                image_id: old.image_id,
                since: old.since,
                until: since.clone(),
            });
        }
        let now = summary.digest.as_ref();
        history.extend(
            old.before
                .into_iter()
                .filter(|one| now != Some(&one.digest)),
        );
    }
    DeploymentRecord {
        v: 1,
        name: summary.name.clone(),
        container_id: summary.id.clone(),
        follows: followed(&summary.image),
        digest: summary.digest.clone(),
        image_id: summary.image_id.clone(),
        since,
        operation: summary.labels.get(OPERATION_LABEL).cloned(),
        before: history,
        failed: None,
    }
}

/// The reference with a tag that an image's name follows: none for an id, and
/// none for a digest without a tag, which never means anything else.
fn followed(image: &str) -> Option<String> {
    if image.starts_with("sha256:") {
        return None;
    }
    let reference = ImageRef::parse(image).ok()?;
    let tag = match (reference.tag(), reference.digest()) {
        (Some(tag), _) => tag,
        (None, None) => reference.tag_or_latest()?,
        (None, Some(_)) => return None,
    };
    Some(format!("{}:{tag}", reference.name()))
}

#[cfg(test)]
mod tests {
    use super::followed;

    #[test]
    fn what_an_image_follows() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let follows = |image: &str| followed(image);
        assert_eq!(
            follows("nginx").as_deref(),
            Some("docker.io/library/nginx:latest")
        );
        assert_eq!(
            follows(&format!("ghcr.io/owner/app:1.2@{digest}")).as_deref(),
            Some("ghcr.io/owner/app:1.2")
        );
        assert_eq!(follows(&format!("ghcr.io/owner/app@{digest}")), None);
        assert_eq!(follows(&digest), None);
    }
}
