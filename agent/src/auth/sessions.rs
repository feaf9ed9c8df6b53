//! Sessions: who is signed in, with which two proofs, until when, and who must hear of the end.
//!
//! A session has two independent secrets, the cookie's token and the header's proof, because every
//! app on another port of this host receives the cookie too. Only their SHA-256 is kept. A session
//! ends by signing out, by being idle, by its absolute age, or by making room for a newer one; open
//! streams hold a [`SessionGuard`] and end with it.

mod guard;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::secrets::{Secret, constant_time_eq, fingerprint, hex, random_bytes, random_token};

pub use guard::{EndReason, SessionGuard};

/// The form of [`SessionRecord`] written today.
const RECORD_VERSION: u32 = 1;
/// The last use of a session is stored at most this often.
const PERSIST_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Longest kept text of a browser's name, in bytes.
const MAX_USER_AGENT: usize = 256;

/// How long sessions live and how many there are.
#[derive(Debug, Clone, Copy)]
pub struct SessionPolicy {
    /// A session unused for this long ends.
    pub idle: Duration,
    /// A session this old ends, used or not.
    pub absolute: Duration,
    /// Sessions at most; the oldest makes room.
    pub max: usize,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(12 * 60 * 60),
            absolute: Duration::from_secs(30 * 24 * 60 * 60),
            max: 64,
        }
    }
}

/// A session as stored, so that a restart of the agent signs nobody out. Holds no secret that
/// could be shown to the agent, only hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionRecord {
    /// Form of this record; 1 today.
    pub version: u32,
    /// Public name of the session: 32 hexadecimal characters, no secret.
    pub id: String,
    /// SHA-256 of the cookie's token.
    pub token_hash: [u8; 32],
    /// SHA-256 of the header's proof.
    pub proof_hash: [u8; 32],
    /// When it was signed in.
    pub created_at: Timestamp,
    /// Last request, at most a minute late.
    pub last_used_at: Timestamp,
    /// Address it was signed in from.
    pub remote: String,
    /// The browser's name for itself, cut to 256 bytes.
    pub user_agent: String,
}

/// Where sessions are kept over a restart.
///
/// Called while the sessions are locked, so that a save cannot overtake a removal and bring a
/// session back. Implementations hand the work on, and neither block for long nor call back.
pub trait SessionStore: Send + Sync {
    /// Inserts or replaces a record by its `id`.
    fn save(&self, record: &SessionRecord);
    /// Removes records by their `id`.
    fn remove(&self, ids: &[String]);
}

/// What may be shown of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// Public name of the session.
    pub id: String,
    /// When it was signed in.
    pub created_at: Timestamp,
    /// Last request.
    pub last_used_at: Timestamp,
    /// End by age.
    pub expires_at: Timestamp,
    /// End unless it is used.
    pub idle_expires_at: Timestamp,
    /// Address it was signed in from.
    pub remote: String,
    /// The browser's name for itself.
    pub user_agent: String,
}

/// A session just made; the only time its secrets exist here.
#[derive(Debug)]
pub struct NewSession {
    /// For the cookie.
    pub token: Secret<String>,
    /// For the answer's body, then the header.
    pub proof: Secret<String>,
    /// The rest.
    pub info: SessionInfo,
}

/// Why a request is not from a signed-in person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The token belongs to no session.
    #[error("not signed in")]
    NoSession,
    /// The session was idle for too long or is too old. It is gone now.
    #[error("the session has expired; sign in again")]
    Expired,
    /// The cookie is right but the header is absent.
    #[error("the request carries the cookie but no session proof")]
    ProofMissing,
    /// The cookie is right but the header is of another session.
    #[error("the session proof does not belong to this session")]
    ProofWrong,
}

/// All sessions. See the module.
pub struct Sessions {
    policy: SessionPolicy,
    store: Arc<dyn SessionStore>,
    /// By the hash of the token: looking one up tells by its duration nothing about a token.
    open: Mutex<HashMap<[u8; 32], Session>>,
}

struct Session {
    record: SessionRecord,
    persisted_at: Timestamp,
    life: watch::Sender<guard::Life>,
}

impl Sessions {
    /// Takes over the stored sessions. Records of an unknown version are removed from the store.
    pub fn new(
        policy: SessionPolicy,
        records: Vec<SessionRecord>,
        store: Arc<dyn SessionStore>,
    ) -> Self {
        let (records, foreign): (Vec<_>, Vec<_>) = records
            .into_iter()
            .partition(|r| r.version == RECORD_VERSION);
        if !foreign.is_empty() {
            let ids: Vec<String> = foreign.into_iter().map(|record| record.id).collect();
            tracing::warn!(count = ids.len(), "removing sessions of an unknown version");
            store.remove(&ids);
        }
        let sessions = Self {
            policy,
            store,
            open: Mutex::new(HashMap::new()),
        };
        let mut open = sessions.lock();
        for record in records {
            let session = sessions.open_session(record);
            open.insert(session.record.token_hash, session);
        }
        sessions.make_room(&mut open, sessions.policy.max);
        drop(open);
        sessions
    }

    /// Signs in: a new session with fresh secrets, handed to the store before this returns.
    pub fn create(&self, now: Timestamp, remote: &str, user_agent: &str) -> NewSession {
        let (token, proof) = (random_token(), random_token());
        let session = self.open_session(SessionRecord {
            version: RECORD_VERSION,
            id: hex(&random_bytes::<16>()),
            token_hash: fingerprint(token.expose()),
            proof_hash: fingerprint(proof.expose()),
            created_at: now,
            last_used_at: now,
            remote: remote.to_owned(),
            user_agent: cut(user_agent, MAX_USER_AGENT).to_owned(),
        });
        let info = self.info(&session.record);

        let mut open = self.lock();
        self.remove_expired(&mut open, now);
        self.make_room(&mut open, self.policy.max.saturating_sub(1));
        self.store.save(&session.record);
        open.insert(session.record.token_hash, session);
        NewSession { token, proof, info }
    }

    /// Checks both secrets of a request and notes its use.
    ///
    /// A request without the right proof is no use: it does not keep a session from idling out.
    ///
    /// # Errors
    /// [`AuthError`], in the order token, expiry, proof.
    pub fn authenticate(
        &self,
        token: &str,
        proof: Option<&str>,
        now: Timestamp,
    ) -> Result<SessionInfo, AuthError> {
        let hash = fingerprint(token);
        let mut open = self.lock();
        let session = open.get_mut(&hash).ok_or(AuthError::NoSession)?;
        if let Some(reason) = self.over(&session.record, now) {
            self.finish(&mut open, &[hash], reason);
            return Err(AuthError::Expired);
        }
        let proof = proof.ok_or(AuthError::ProofMissing)?;
        if !constant_time_eq(&fingerprint(proof), &session.record.proof_hash) {
            return Err(AuthError::ProofWrong);
        }
        self.touch(session, now);
        Ok(self.info(&session.record))
    }

    /// Checks the cookie alone, for a WebSocket handshake, which can carry no header. What it may
    /// do must come out of a ticket of the returned session. Notes no use.
    ///
    /// # Errors
    /// [`AuthError::NoSession`] or [`AuthError::Expired`].
    pub fn identify(&self, token: &str, now: Timestamp) -> Result<SessionInfo, AuthError> {
        match self.authenticate(token, None, now) {
            Err(AuthError::ProofMissing) => {}
            Err(other) => return Err(other),
            Ok(info) => return Ok(info),
        }
        let open = self.lock();
        let session = open.get(&fingerprint(token)).ok_or(AuthError::NoSession)?;
        Ok(self.info(&session.record))
    }

    /// Ends one session. `false` if there was none of that name.
    pub fn end(&self, id: &str) -> bool {
        let mut open = self.lock();
        let hash = hash_of(&open, id);
        self.finish(&mut open, hash.as_slice(), EndReason::SignedOut);
        hash.is_some()
    }

    /// Ends all sessions and names them.
    pub fn end_all(&self) -> Vec<String> {
        let mut open = self.lock();
        let all: Vec<_> = open.keys().copied().collect();
        self.finish(&mut open, &all, EndReason::SignedOut)
    }

    /// Ends all sessions but this one and names them.
    pub fn end_others(&self, id: &str) -> Vec<String> {
        let mut open = self.lock();
        let own = hash_of(&open, id);
        let others: Vec<_> = open.keys().filter(|h| Some(**h) != own).copied().collect();
        self.finish(&mut open, &others, EndReason::SignedOut)
    }

    /// All sessions that are valid now, newest first.
    pub fn list(&self, now: Timestamp) -> Vec<SessionInfo> {
        let mut open = self.lock();
        self.remove_expired(&mut open, now);
        let mut all: Vec<_> = open.values().map(|s| self.info(&s.record)).collect();
        all.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        all
    }

    /// Ends what has expired. Call once a minute: guards count on the monotonic clock, which
    /// stands still while the machine sleeps, and this call brings the time of day.
    pub fn sweep(&self, now: Timestamp) -> Vec<String> {
        self.remove_expired(&mut self.lock(), now)
    }

    /// A guard for an open stream of a session; `None` if it has ended or expired.
    pub fn guard(&self, id: &str, now: Timestamp) -> Option<SessionGuard> {
        let mut open = self.lock();
        self.remove_expired(&mut open, now);
        let session = open.get(&hash_of(&open, id)?)?;
        let expires_at = self.info(&session.record).expires_at;
        let life = session.life.subscribe();
        Some(SessionGuard::new(life, self.policy.idle, expires_at, now))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], Session>> {
        // Every change is one call on the map, so a panic elsewhere leaves it whole.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_session(&self, record: SessionRecord) -> Session {
        Session {
            persisted_at: record.last_used_at,
            life: watch::Sender::new(guard::Life::new(record.last_used_at)),
            record,
        }
    }

    fn info(&self, record: &SessionRecord) -> SessionInfo {
        let expires_at = later(record.created_at, self.policy.absolute);
        SessionInfo {
            id: record.id.clone(),
            created_at: record.created_at,
            last_used_at: record.last_used_at,
            expires_at,
            idle_expires_at: later(record.last_used_at, self.policy.idle).min(expires_at),
            remote: record.remote.clone(),
            user_agent: record.user_agent.clone(),
        }
    }

    fn over(&self, record: &SessionRecord, now: Timestamp) -> Option<EndReason> {
        if now >= later(record.created_at, self.policy.absolute) {
            Some(EndReason::TooOld)
        } else if now >= later(record.last_used_at, self.policy.idle) {
            Some(EndReason::Idle)
        } else {
            None
        }
    }

    fn touch(&self, session: &mut Session, now: Timestamp) {
        // A clock set back must not shorten a session in use.
        session.record.last_used_at = session.record.last_used_at.max(now);
        let used = session.record.last_used_at;
        // Guards read this when their time is up; waking them on every request would be waste.
        session.life.send_if_modified(|life| {
            life.last_used_at = used;
            false
        });
        if used.duration_since(session.persisted_at) >= PERSIST_EVERY {
            self.store.save(&session.record);
            session.persisted_at = used;
        }
    }

    fn remove_expired(&self, open: &mut HashMap<[u8; 32], Session>, now: Timestamp) -> Vec<String> {
        let mut ended = Vec::new();
        for reason in [EndReason::TooOld, EndReason::Idle] {
            let over: Vec<_> = open
                .iter()
                .filter(|(_, session)| self.over(&session.record, now) == Some(reason))
                .map(|(hash, _)| *hash)
                .collect();
            ended.extend(self.finish(open, &over, reason));
        }
        ended
    }

    fn make_room(&self, open: &mut HashMap<[u8; 32], Session>, keep: usize) {
        let mut by_age: Vec<_> = open
            .iter()
            .map(|(hash, session)| (session.record.created_at, *hash))
            .collect();
        by_age.sort();
        let surplus = by_age.len().saturating_sub(keep);
        let oldest: Vec<_> = by_age[..surplus].iter().map(|(_, hash)| *hash).collect();
        self.finish(open, &oldest, EndReason::Replaced);
    }

    fn finish(
        &self,
        open: &mut HashMap<[u8; 32], Session>,
        hashes: &[[u8; 32]],
        reason: EndReason,
    ) -> Vec<String> {
        let mut ids = Vec::new();
        for hash in hashes {
            if let Some(session) = open.remove(hash) {
                session.life.send_modify(|life| life.ended = Some(reason));
                ids.push(session.record.id);
            }
        }
        if !ids.is_empty() {
            self.store.remove(&ids);
        }
        ids
    }
}

fn hash_of(open: &HashMap<[u8; 32], Session>, id: &str) -> Option<[u8; 32]> {
    open.iter()
        .find(|(_, session)| session.record.id == id)
        .map(|(hash, _)| *hash)
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// The longest beginning of `text` that has at most `max` bytes.
fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}
