//! What is different between two drafts of one container, row by row, in words
//! for a person who is about to say yes.

mod rows;

use crate::draft::CreateDraft;
use rows::rows;

/// Part of the form that a change belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The image.
    Image,
    /// Published ports.
    Ports,
    /// Mounts.
    Storage,
    /// Variables.
    Environment,
    /// Networks, names and name servers.
    Network,
    /// Health check and restart policy.
    Health,
    /// What it may use up.
    Limits,
    /// What it may do.
    Rights,
    /// Everything else.
    Other,
}

/// What a change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There was nothing before.
    Added,
    /// There is nothing after.
    Removed,
    /// Both are there and differ.
    Changed,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Field of the request, such as `env`.
    pub field: &'static str,
    /// Where it belongs.
    pub group: Group,
    /// What is different, in words.
    pub label: String,
    /// Value before.
    pub before: Option<String>,
    /// Value after.
    pub after: Option<String>,
}

impl Change {
    /// What it does.
    pub fn kind(&self) -> Kind {
        match (&self.before, &self.after) {
            (None, _) => Kind::Added,
            (_, None) => Kind::Removed,
            _ => Kind::Changed,
        }
    }
}

/// Everything that is different, group by group. Two ways to write the same
/// (`nginx` and `docker.io/library/nginx:latest`) are no difference. What is
/// only said for the making itself (`pull`, accepted risks) is not compared.
pub fn changes(before: &CreateDraft, after: &CreateDraft) -> Vec<Change> {
    let mut before = rows(before);
    let mut found = Vec::new();
    for (key, value) in rows(after) {
        let old = before.remove(&key);
        if old.as_ref() != Some(&value) {
            found.push(key.change(old, Some(value)));
        }
    }
    found.extend(
        before
            .into_iter()
            .map(|(key, old)| key.change(Some(old), None)),
    );
    found.sort_by(|a, b| (a.group, a.field, &a.label).cmp(&(b.group, b.field, &b.label)));
    found
}

#[cfg(test)]
mod tests;
