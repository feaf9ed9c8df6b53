//! The way to one target: depth first, in the order of the delegations, no
//! role twice (section 5.6.7).

use std::collections::HashSet;
use std::sync::Arc;

use super::Found;
use crate::tuf::limits::MAX_VISITED_ROLES;
use crate::tuf::metadata::RoleKeys;
use crate::tuf::name::TargetPath;
use crate::tuf::refusal::Refusal;
use crate::tuf::trusted::VerifiedTargets;

/// A role to look into, and the one that vouches for its keys.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) role: String,
    pub(super) keys: RoleKeys,
    pub(super) parent: Arc<VerifiedTargets>,
}

impl PartialEq for Visit {
    fn eq(&self, other: &Self) -> bool {
        self.role == other.role
            && self.keys == other.keys
            && Arc::ptr_eq(&self.parent, &other.parent)
    }
}

impl Eq for Visit {}

#[derive(Debug)]
pub(super) struct Search {
    path: TargetPath,
    /// The next one is the last.
    pending: Vec<Visit>,
    visited: HashSet<String>,
}

impl Search {
    pub(super) fn new(path: TargetPath) -> Self {
        Self {
            path,
            pending: Vec::new(),
            visited: HashSet::new(),
        }
    }

    /// Looks into a verified role: the target, or nothing and more to visit.
    pub(super) fn enter(&mut self, role: &str, verified: &Arc<VerifiedTargets>) -> Option<Found> {
        self.visited.insert(role.to_owned());
        if let Some(file) = verified.targets.targets.get(self.path.as_str()) {
            return Some(Found {
                path: self.path.clone(),
                file: file.clone(),
                role: role.to_owned(),
                signed_by: verified.signed_by.clone(),
                consistent: false,
            });
        }
        let delegations = verified.targets.delegations.as_ref()?;
        let children = delegations.children(self.path.as_str());
        if children.last().is_some_and(|child| child.terminating) {
            self.pending.clear();
        }
        // More than can be visited need not be remembered; one more tells that
        // there were more.
        let room = (MAX_VISITED_ROLES + 1).saturating_sub(self.visited.len());
        let visits: Vec<_> = children
            .into_iter()
            .filter(|child| !self.visited.contains(&child.name))
            .take(room)
            .map(|child| Visit {
                role: child.name,
                keys: child.keys,
                parent: Arc::clone(verified),
            })
            .collect();
        self.pending.extend(visits.into_iter().rev());
        None
    }

    /// The next role that was not visited yet.
    pub(super) fn next(&mut self) -> Result<Visit, Refusal> {
        while let Some(visit) = self.pending.pop() {
            if self.visited.contains(&visit.role) {
                continue;
            }
            if self.visited.len() >= MAX_VISITED_ROLES {
                return Err(Refusal::TooDeep(self.path.to_string()));
            }
            return Ok(visit);
        }
        Err(Refusal::NoTarget(self.path.to_string()))
    }
}
