//! Icons that people gave their containers: kept by the container's name, so
//! that they outlive it, and bounded in number and size.

mod room;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

pub use picture::PictureError;
use room::{MAX_PICTURES, make_room, plan_tidy};

use crate::db::{Db, DbError, IconChanges, IconRecord, PictureRecord};
use crate::operations::error_chain;
use crate::secrets::hex;

/// Pictures decoded at once: each may take 100 MiB for a moment.
const DECODING: usize = 1;
/// Callers that may wait for their turn.
const WAITING: usize = 8;
const STORED: &str = "stored:";
const BUILTIN: &str = "builtin:";

/// Which icon somebody wants.
#[derive(Clone, Debug)]
pub enum IconChoice {
    /// One that comes with the page, by its word.
    Builtin(String),
    /// One that was sent before, by its id.
    Stored(String),
    /// This picture.
    Picture(Bytes),
}

/// Why an icon is not set or not found.
#[derive(Debug, thiserror::Error)]
pub enum IconError {
    /// The picture will not do.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// No such word.
    #[error("the word of an icon has 1 to 40 small letters, digits and dashes")]
    Word,
    /// No such picture.
    #[error("there is no picture with this id; send it again")]
    Unknown,
    /// No room.
    #[error(
        "{MAX_PICTURES} pictures or 32 MiB are kept and all are in use; take the icon of another container away first"
    )]
    Full,
    /// Too many at once.
    #[error("too many pictures are being read at once; try again in a moment")]
    Busy,
    /// The thread that read the picture is gone.
    #[error("the picture could not be read to its end")]
    Interrupted,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

#[derive(Default)]
struct State {
    names: HashMap<String, IconRecord>,
    pictures: HashMap<String, PictureRecord>,
}

struct Inner {
    db: Db,
    state: Mutex<State>,
    decoding: Arc<Semaphore>,
    waiting: Semaphore,
    /// One change at a time, so that memory and database stay the same.
    changing: tokio::sync::Mutex<()>,
}

/// All icons; cheap to clone.
#[derive(Clone)]
pub struct Icons(Arc<Inner>);

impl Icons {
    /// Reads what is stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(db: Db) -> Result<Self, DbError> {
        let (names, pictures) = db.icons().await?;
        Ok(Self(Arc::new(Inner {
            db,
            state: Mutex::new(State {
                names: names.into_iter().collect(),
                pictures: pictures.into_iter().collect(),
            }),
            decoding: Arc::new(Semaphore::new(DECODING)),
            waiting: Semaphore::new(DECODING + WAITING),
            changing: tokio::sync::Mutex::new(()),
        })))
    }

    /// The icon of this container name.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<String> {
        self.lock().names.get(name).map(|r| r.icon.clone())
    }

    /// All pictures, the newest first, each with the names that have it.
    #[must_use]
    pub fn stored(&self) -> Vec<(String, Vec<String>)> {
        let state = self.lock();
        let mut users: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, record) in &state.names {
            if let Some(id) = record.icon.strip_prefix(STORED) {
                users.entry(id).or_default().push(name.clone());
            }
        }
        let mut all: Vec<_> = state.pictures.iter().collect();
        all.sort_by(|a, b| b.1.added.cmp(&a.1.added).then_with(|| a.0.cmp(b.0)));
        all.into_iter()
            .map(|(id, _)| {
                let mut names = users.remove(id.as_str()).unwrap_or_default();
                names.sort();
                (id.clone(), names)
            })
            .collect()
    }

    /// The bytes of a picture, a PNG.
    ///
    /// # Errors
    /// When there is none with this id, or the database fails.
    pub async fn picture(&self, id: &str) -> Result<Vec<u8>, IconError> {
        if !self.lock().pictures.contains_key(id) {
            return Err(IconError::Unknown);
        }
        self.0.db.picture(id).await?.ok_or(IconError::Unknown)
    }

    /// Gives a name an icon; answers it as it is kept.
    ///
    /// # Errors
    /// When it will not do, there is no room, or the database fails.
    pub async fn set(&self, name: &str, choice: IconChoice) -> Result<String, IconError> {
        let picture = match choice {
            IconChoice::Builtin(word) if is_word(&word) => {
                return self.keep(name, format!("{BUILTIN}{word}"), None).await;
            }
            IconChoice::Builtin(_) => return Err(IconError::Word),
            IconChoice::Stored(id) => {
                if !self.lock().pictures.contains_key(&id) {
                    return Err(IconError::Unknown);
                }
                return self.keep(name, format!("{STORED}{id}"), None).await;
            }
            IconChoice::Picture(bytes) => self.small_png(bytes).await?,
        };
        let id = hex(&Sha256::digest(&picture));
        self.keep(name, format!("{STORED}{id}"), Some((id, picture)))
            .await
    }

    async fn small_png(&self, bytes: Bytes) -> Result<Vec<u8>, IconError> {
        let _place = self.0.waiting.try_acquire().map_err(|_| IconError::Busy)?;
        let turn = Arc::clone(&self.0.decoding)
            .acquire_owned()
            .await
            .map_err(|_| IconError::Interrupted)?;
        tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when the caller is gone.
            let _turn = turn;
            picture::small_png(&bytes)
        })
        .await
        .map_err(|_| IconError::Interrupted)?
        .map_err(IconError::from)
    }

    async fn keep(
        &self,
        name: &str,
        icon: String,
        content: Option<(String, Vec<u8>)>,
    ) -> Result<String, IconError> {
        let _turn = self.0.changing.lock().await;
        let now = Timestamp::now().as_second();
        let changes = {
            let state = self.lock();
            let mut changes = IconChanges::default();
            if let Some((id, bytes)) = content {
                if !state.pictures.contains_key(&id) {
                    make_room(&state, bytes.len() as u64, &mut changes)?;
                    let record = PictureRecord {
                        bytes: bytes.len() as u64,
                        added: now,
                        used: now,
                    };
                    changes.pictures.push((id.clone(), Some(record)));
                    changes.content = Some((id, bytes));
                }
            } else if let Some(id) = icon.strip_prefix(STORED)
                && !state.pictures.contains_key(id)
            {
                return Err(IconError::Unknown);
            }
            let record = IconRecord {
                icon: icon.clone(),
                seen: now,
            };
            changes.names.push((name.to_owned(), Some(record)));
            changes
        };
        self.store(changes).await?;
        Ok(icon)
    }

    /// Takes a name's icon away; whether it had one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove(&self, name: &str) -> Result<bool, IconError> {
        let _turn = self.0.changing.lock().await;
        if self.of(name).is_none() {
            return Ok(false);
        }
        let changes = IconChanges {
            names: vec![(name.to_owned(), None)],
            ..Default::default()
        };
        self.store(changes).await?;
        Ok(true)
    }

    /// A container was given another name through the manager: its icon goes
    /// with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename(&self, old: &str, new: &str) -> Result<(), IconError> {
        let _turn = self.0.changing.lock().await;
        let Some(record) = self.lock().names.get(old).cloned() else {
            return Ok(());
        };
        let changes = IconChanges {
            names: vec![(old.to_owned(), None), (new.to_owned(), Some(record))],
            ..Default::default()
        };
        self.store(changes).await
    }

    /// A container was given another name by somebody else. The icon is there
    /// under both names then: Compose and others put the old one aside under a
    /// made-up name before they make its successor, and that must not lose it.
    pub fn follow(&self, old: &str, new: &str) {
        let changes = {
            let mut state = self.lock();
            let Some(record) = state.names.get(old).cloned() else {
                return;
            };
            if state.names.contains_key(new) {
                return;
            }
            state.names.insert(new.to_owned(), record.clone());
            IconChanges {
                names: vec![(new.to_owned(), Some(record))],
                ..Default::default()
            }
        };
        if let Err(error) = self.0.db.queue_icons(changes) {
            tracing::error!(error = %error_chain(&error), "an icon could not follow its container");
        }
    }

    /// Forgets icons of names that no container has had for long, then pictures
    /// that no name has had for long. `exists` are the names of today.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tidy(&self, exists: &HashSet<String>, now: Timestamp) -> Result<(), IconError> {
        let _turn = self.0.changing.lock().await;
        let changes = plan_tidy(&self.lock(), exists, now.as_second());
        if changes.names.is_empty() && changes.pictures.is_empty() {
            return Ok(());
        }
        self.store(changes).await
    }

    /// Stores first, then shows.
    async fn store(&self, changes: IconChanges) -> Result<(), IconError> {
        let (names, pictures) = (changes.names.clone(), changes.pictures.clone());
        self.0.db.save_icons(changes).await?;
        let mut state = self.lock();
        for (name, record) in names {
            match record {
                Some(record) => state.names.insert(name, record),
                None => state.names.remove(&name),
            };
        }
        for (id, record) in pictures {
            match record {
                Some(record) => state.pictures.insert(id, record),
                None => state.pictures.remove(&id),
            };
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change under the lock is complete in itself.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_word(word: &str) -> bool {
    (1..=40).contains(&word.len())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests;
