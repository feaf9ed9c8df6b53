//! The order of an update: what is fetched, kept and forgotten, and when.
//!
//! ```text
//! Client::update(root, time) ── step() ─▶ Load | Fetch | Save | Remove | Ready
//!          ▲                                │
//!          └─ loaded / fetched / missing ───┘
//! ```
//!
//! Whoever drives it does what [`Client::next`] says, answers, and asks again.
//! An error ends the update; what was saved until then is true and stays.

mod search;
mod step;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use super::limits::{MAX_ROOT, MAX_ROOT_ROTATIONS, MAX_SNAPSHOT, MAX_TARGETS, MAX_TIMESTAMP};
use super::metadata::{MetaFile, Role as _, Root, Snapshot, Targets, Timestamp};
use super::name::{TargetPath, file_name};
use super::refusal::Refusal;
use super::time::Time;
use super::trusted::{Mode, TrustedSet, VerifiedTargets};
use search::{Search, Visit};

pub use step::{Fetch, Found, Step, stored_name};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Stored,
    Remote,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Root { left: u32 },
    RootDone,
    Timestamp(Source),
    Snapshot(Source),
    Targets(Source),
    Idle,
    Delegated(Box<Visit>, Source),
}

/// An update of what is trusted, or a look at what was stored.
#[derive(Debug)]
pub struct Client {
    trusted: TrustedSet,
    mode: Mode,
    phase: Phase,
    changes: VecDeque<Step>,
    targets: Option<Arc<VerifiedTargets>>,
    search: Option<Search>,
    found: Option<Result<Found, Refusal>>,
}

impl Client {
    /// Starts an update from the stored root, judged by a time that stays the
    /// same throughout (section 5.1).
    ///
    /// # Errors
    /// When the root is none or is not signed by its own keys.
    pub fn update(root: &[u8], start: Time) -> Result<Self, Refusal> {
        let left = MAX_ROOT_ROTATIONS;
        Self::new(root, start, Mode::Strict, Phase::Root { left })
    }

    /// Starts a look at what is stored: nothing is fetched, expired roles are
    /// shown; [`Self::may_install`] tells whether that is all one may do.
    ///
    /// # Errors
    /// When the root is none or is not signed by its own keys.
    pub fn stored(root: &[u8], now: Time) -> Result<Self, Refusal> {
        Self::new(root, now, Mode::Lenient, Phase::RootDone)
    }

    fn new(root: &[u8], now: Time, mode: Mode, phase: Phase) -> Result<Self, Refusal> {
        Ok(Self {
            trusted: TrustedSet::new(root, now, mode)?,
            mode,
            phase,
            changes: VecDeque::new(),
            targets: None,
            search: None,
            found: None,
        })
    }

    /// The roles that are trusted by now.
    pub fn trusted(&self) -> &TrustedSet {
        &self.trusted
    }

    /// The top-level targets, once they are verified.
    pub fn targets(&self) -> Option<&Targets> {
        self.targets.as_ref().map(|verified| &verified.targets)
    }

    /// Whether what is shown may also be installed.
    ///
    /// # Errors
    /// The first reason against it: an expired role, or parts of two states.
    pub fn may_install(&self) -> Result<(), Refusal> {
        self.trusted.notes().first().cloned().map_or(Ok(()), Err)
    }

    /// Looks for a target once the update is done; ask [`Self::next`] until it
    /// is ready again. Roles are fetched only on the way to the target.
    pub fn find(&mut self, path: TargetPath) {
        let mut search = Search::new(path);
        self.found = None;
        self.phase = Phase::Idle;
        match &self.targets {
            Some(top) => {
                let met = search.enter(Targets::TYPE, top);
                self.search = Some(search);
                self.advance(met);
            }
            None => self.found = Some(Err(Refusal::Unknown(Targets::TYPE.to_owned()))),
        }
    }

    /// What the last search found.
    ///
    /// # Errors
    /// Why it found nothing: no role lists the target, or one on the way to it
    /// can not be trusted, which then ends the search (section 5.6.7).
    pub fn take_found(&mut self) -> Option<Result<Found, Refusal>> {
        self.found.take()
    }

    /// What to do next.
    ///
    /// # Errors
    /// When the trusted root has expired and there is no newer one.
    pub fn step(&mut self) -> Result<Step, Refusal> {
        if let Some(change) = self.changes.pop_front() {
            return Ok(change);
        }
        if self.phase == Phase::RootDone {
            self.trusted.finish_root()?;
            self.phase = Phase::Timestamp(Source::Stored);
        }
        self.wanted()
    }

    fn wanted(&self) -> Result<Step, Refusal> {
        let load = |role: &str| {
            Ok(Step::Load {
                role: role.to_owned(),
            })
        };
        match &self.phase {
            Phase::Idle | Phase::RootDone => Ok(Step::Ready),
            Phase::Root { .. } => {
                let next = self.trusted.root().common.version.saturating_add(1);
                Ok(fetch(format!("{next}.root.json"), MAX_ROOT))
            }
            Phase::Timestamp(Source::Stored) => load(Timestamp::TYPE),
            Phase::Timestamp(Source::Remote) => {
                Ok(fetch("timestamp.json".to_owned(), MAX_TIMESTAMP))
            }
            Phase::Snapshot(Source::Stored) => load(Snapshot::TYPE),
            Phase::Snapshot(Source::Remote) => {
                let timestamp = self.trusted.timestamp();
                let entry = timestamp.map(|role| &role.meta.snapshot);
                self.versioned(Snapshot::TYPE, entry, MAX_SNAPSHOT)
            }
            Phase::Targets(Source::Stored) => load(Targets::TYPE),
            Phase::Targets(Source::Remote) => self.targets_file(Targets::TYPE),
            Phase::Delegated(visit, Source::Stored) => load(&visit.role),
            Phase::Delegated(visit, Source::Remote) => self.targets_file(&visit.role),
        }
    }

    fn targets_file(&self, role: &str) -> Result<Step, Refusal> {
        let snapshot = self.trusted.snapshot();
        let entry = snapshot.and_then(|snapshot| snapshot.entry(role));
        self.versioned(role, entry, MAX_TARGETS)
    }

    /// The file of a role, with its version in front in a consistent snapshot.
    fn versioned(&self, role: &str, entry: Option<&MetaFile>, max: u64) -> Result<Step, Refusal> {
        let entry = entry.ok_or_else(|| Refusal::NotListed {
            role: role.to_owned(),
        })?;
        // The name is encoded once for the file and is then a part of the path.
        let file = format!("{}.json", file_name(role));
        let path = match self.trusted.root().consistent_snapshot {
            true => format!("{}.{file}", entry.version),
            false => file,
        };
        Ok(fetch(path, entry.length.unwrap_or(max).min(max)))
    }

    fn save(&mut self, role: &str, bytes: &[u8]) {
        self.changes.push_back(Step::Save {
            role: role.to_owned(),
            bytes: bytes.to_vec(),
        });
    }

    /// Answers [`Step::Load`]: the stored file, if there is one.
    ///
    /// # Errors
    /// Only in a look at what is stored, when there is nothing to be shown; an
    /// update fetches what is missing or not to be trusted.
    pub fn loaded(&mut self, bytes: Option<&[u8]>) -> Result<(), Refusal> {
        let (role, result) = match &self.phase {
            Phase::Timestamp(Source::Stored) => {
                (Timestamp::TYPE.to_owned(), self.load_timestamp(bytes))
            }
            Phase::Snapshot(Source::Stored) => {
                (Snapshot::TYPE.to_owned(), self.load_snapshot(bytes))
            }
            Phase::Targets(Source::Stored) => (Targets::TYPE.to_owned(), self.load_targets(bytes)),
            Phase::Delegated(visit, Source::Stored) => {
                let visit = visit.clone();
                let result = self.load_delegated(&visit, bytes);
                match (result, self.mode) {
                    (Ok(()), _) => {}
                    (Err(_), Mode::Strict) => self.phase = Phase::Delegated(visit, Source::Remote),
                    (Err(refusal), Mode::Lenient) => self.finish_search(Err(refusal)),
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        match (result, self.mode) {
            (Ok(()), _) => Ok(()),
            (Err(refusal), Mode::Lenient) => Err(refusal),
            // What is stored is only a saving; the store has it again.
            (Err(_), Mode::Strict) => {
                self.phase = match role.as_str() {
                    Timestamp::TYPE => Phase::Timestamp(Source::Remote),
                    Snapshot::TYPE => Phase::Snapshot(Source::Remote),
                    _ => Phase::Targets(Source::Remote),
                };
                Ok(())
            }
        }
    }

    fn load_timestamp(&mut self, bytes: Option<&[u8]>) -> Result<(), Refusal> {
        self.trusted
            .load_timestamp(present(Timestamp::TYPE, bytes)?)?;
        match self.mode {
            Mode::Lenient => {
                self.trusted.finish_timestamp()?;
                self.phase = Phase::Snapshot(Source::Stored);
            }
            Mode::Strict => self.phase = Phase::Timestamp(Source::Remote),
        }
        Ok(())
    }

    fn load_snapshot(&mut self, bytes: Option<&[u8]>) -> Result<(), Refusal> {
        let bytes = present(Snapshot::TYPE, bytes)?;
        self.trusted.load_snapshot(bytes)?;
        self.trusted.finish_snapshot(bytes)?;
        self.phase = Phase::Targets(Source::Stored);
        Ok(())
    }

    fn load_targets(&mut self, bytes: Option<&[u8]>) -> Result<(), Refusal> {
        let verified = self
            .trusted
            .verify_targets(present(Targets::TYPE, bytes)?)?;
        self.targets = Some(Arc::new(verified));
        self.phase = Phase::Idle;
        Ok(())
    }

    fn load_delegated(&mut self, visit: &Visit, bytes: Option<&[u8]>) -> Result<(), Refusal> {
        let bytes = present(&visit.role, bytes)?;
        self.enter(visit, bytes)
    }

    /// Verifies a role on the way to a target and goes on from it.
    fn enter(&mut self, visit: &Visit, bytes: &[u8]) -> Result<(), Refusal> {
        let Some(delegations) = &visit.parent.targets.delegations else {
            return Err(Refusal::NotListed {
                role: visit.role.clone(),
            });
        };
        let verified = Arc::new(self.trusted.verify_delegated(
            &visit.role,
            &visit.keys,
            delegations,
            bytes,
        )?);
        let met = self
            .search
            .as_mut()
            .and_then(|search| search.enter(&visit.role, &verified));
        self.advance(met);
        Ok(())
    }

    /// Answers [`Step::Fetch`] with the file.
    ///
    /// # Errors
    /// When it is not to be trusted; the update is over. A search that meets
    /// such a role ends without result and without an error here.
    pub fn fetched(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        if let Step::Fetch(fetch) = self.wanted()?
            && u64::try_from(bytes.len()).is_ok_and(|count| count > fetch.limit)
        {
            let limit = fetch.limit;
            return self.end(Refusal::TooLarge {
                what: fetch.path,
                limit,
            });
        }
        match self.phase.clone() {
            Phase::Root { left } => {
                let change = self.trusted.update_root(bytes)?;
                // Before the new root is saved: whoever is stopped in between
                // starts again from the old root and comes by here again.
                if change.keys_revoked {
                    for role in [Timestamp::TYPE, Snapshot::TYPE] {
                        let role = role.to_owned();
                        self.changes.push_back(Step::Remove { role });
                    }
                }
                self.save(Root::TYPE, bytes);
                self.phase = match left {
                    0 | 1 => Phase::RootDone,
                    _ => Phase::Root { left: left - 1 },
                };
            }
            Phase::Timestamp(_) => {
                if self.trusted.update_timestamp(bytes)? {
                    self.save(Timestamp::TYPE, bytes);
                }
                self.phase = Phase::Snapshot(Source::Stored);
            }
            Phase::Snapshot(_) => {
                self.trusted.update_snapshot(bytes)?;
                self.save(Snapshot::TYPE, bytes);
                self.phase = Phase::Targets(Source::Stored);
            }
            Phase::Targets(_) => {
                self.load_targets(Some(bytes))?;
                self.save(Targets::TYPE, bytes);
            }
            Phase::Delegated(visit, _) => match self.enter(&visit, bytes) {
                Ok(()) => self.save(&visit.role, bytes),
                Err(refusal) => self.finish_search(Err(refusal)),
            },
            Phase::Idle | Phase::RootDone => {}
        }
        Ok(())
    }

    /// Answers [`Step::Fetch`] when the store has no such file: the newest root
    /// is known then, and everything else is an error.
    ///
    /// # Errors
    /// When the file has to be there.
    pub fn missing(&mut self) -> Result<(), Refusal> {
        if let Phase::Root { .. } = self.phase {
            self.phase = Phase::RootDone;
            return Ok(());
        }
        match self.wanted()? {
            Step::Fetch(fetch) => self.end(Refusal::Missing(fetch.path)),
            _ => Ok(()),
        }
    }

    /// Ends the search when there is one, or else the update.
    fn end(&mut self, refusal: Refusal) -> Result<(), Refusal> {
        match self.phase {
            Phase::Delegated(..) => {
                self.finish_search(Err(refusal));
                Ok(())
            }
            _ => Err(refusal),
        }
    }

    fn finish_search(&mut self, found: Result<Found, Refusal>) {
        self.search = None;
        self.phase = Phase::Idle;
        self.found = Some(found);
    }

    /// Ends the search with what it met, or turns to the next role on its way.
    fn advance(&mut self, met: Option<Found>) {
        let consistent = self.trusted.root().consistent_snapshot;
        if let Some(found) = met {
            return self.finish_search(Ok(Found {
                consistent,
                ..found
            }));
        }
        match self.search.as_mut().map(Search::next) {
            Some(Ok(visit)) => {
                let snapshot = self.trusted.snapshot();
                let listed = snapshot.is_some_and(|list| list.entry(&visit.role).is_some());
                if listed || self.mode == Mode::Lenient {
                    self.phase = Phase::Delegated(Box::new(visit), Source::Stored);
                } else {
                    self.finish_search(Err(Refusal::NotListed { role: visit.role }));
                }
            }
            Some(Err(refusal)) => self.finish_search(Err(refusal)),
            None => {}
        }
    }
}

fn fetch(path: String, limit: u64) -> Step {
    Step::Fetch(Fetch { path, limit })
}

fn present<'a>(role: &str, bytes: Option<&'a [u8]>) -> Result<&'a [u8], Refusal> {
    bytes.ok_or_else(|| Refusal::Unknown(role.to_owned()))
}
