//! The administrator's password: its strength, its argon2id hash, and how many hashes run at once.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use crate::secrets::Secret;

/// Shortest password accepted, in characters.
pub const MIN_CHARS: usize = 10;
/// Longest password accepted, in bytes of UTF-8. Bounds the work of one request.
pub const MAX_BYTES: usize = 1024;

/// Memory of one hash in KiB, passes and lanes: the OWASP Password Storage Cheat Sheet's first
/// argon2id choice for small machines, with a 16-byte salt and 32-byte tag (RFC 9106 section 3.1).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes running at the same time, about 19 MiB each.
const RUNNING: usize = 2;
/// Callers allowed to wait for a turn.
const WAITING: usize = 32;

/// Why a password was not hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many callers wait already.
    #[error("too many passwords are being checked at once; try again in a few seconds")]
    Busy,
    /// argon2 could not make a hash.
    #[error("could not hash the password")]
    Hash(#[source] argon2::password_hash::Error),
    /// The stored text is no PHC string, so no password can ever match it.
    #[error("the stored password hash cannot be read; run `docker-manager set-password`")]
    Unreadable(#[source] argon2::password_hash::phc::Error),
    /// The stored text is a PHC string without a salt or without a hash.
    #[error("the stored password hash is cut short; run `docker-manager set-password`")]
    Incomplete,
    /// The stored hash asks for something this program does not do.
    #[error("the stored password hash cannot be computed; run `docker-manager set-password`")]
    Unsupported(#[source] argon2::password_hash::Error),
    /// The thread computing the hash ended without an answer.
    #[error("the password check did not finish")]
    Interrupted(#[source] JoinError),
}

/// Why a new password is refused; the text tells the user what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("use at least {MIN_CHARS} characters; a few words in a row are easy to remember")]
    TooShort,
    /// More than [`MAX_BYTES`] bytes.
    #[error("use at most {MAX_BYTES} bytes")]
    TooLong,
    /// One character over and over.
    #[error("one repeated character is guessed at once; use a few different words")]
    OneCharacter,
}

/// Says whether a new password may be used. Composition is not judged (NIST SP 800-63B 5.1.1.2).
///
/// # Errors
/// [`WeakPassword`] with what to do instead.
pub fn check_strength(password: &Secret<String>) -> Result<(), WeakPassword> {
    let text = password.expose();
    if text.len() > MAX_BYTES {
        return Err(WeakPassword::TooLong);
    }
    if text.chars().count() < MIN_CHARS {
        return Err(WeakPassword::TooShort);
    }
    let mut chars = text.chars();
    let first = chars.next();
    if chars.all(|c| Some(c) == first) {
        return Err(WeakPassword::OneCharacter);
    }
    Ok(())
}

/// Hashes a password into a PHC string with a fresh random salt. Blocks for tens of milliseconds.
///
/// # Errors
/// [`PasswordError::Hash`] if argon2 or the random source fails.
pub fn hash(password: &Secret<String>) -> Result<String, PasswordError> {
    let phc: PasswordHash = argon2id()
        .hash_password(password.expose().as_bytes())
        .map_err(PasswordError::Hash)?;
    Ok(phc.to_string())
}

/// Compares a password with a PHC string. Blocks for tens of milliseconds.
///
/// # Errors
/// [`PasswordError::Unreadable`], `Incomplete` or `Unsupported` when the stored hash is at fault: that is not a wrong password, and the administrator must learn the difference.
pub fn verify(phc: &str, password: &Secret<String>) -> Result<bool, PasswordError> {
    use argon2::password_hash::Error;
    let stored = PasswordHash::new(phc).map_err(PasswordError::Unreadable)?;
    if stored.salt.is_none() || stored.hash.is_none() {
        return Err(PasswordError::Incomplete);
    }
    match argon2id().verify_password(password.expose().as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(other) => Err(PasswordError::Unsupported(other)),
    }
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .expect("the constants lie within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Runs hashes off the async threads, two at a time, so that a burst of logins can take neither
/// all memory nor all processors.
#[derive(Clone, Debug)]
pub struct PasswordHasher {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Default for PasswordHasher {
    fn default() -> Self {
        Self::new()
    }
}

impl PasswordHasher {
    /// A hasher with nothing in flight.
    pub fn new() -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(RUNNING + WAITING)),
            running: Arc::new(Semaphore::new(RUNNING)),
        }
    }

    /// [`hash`] in its turn.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] at once when 2 run and 32 wait; otherwise as [`hash`].
    pub async fn hash(&self, password: Secret<String>) -> Result<String, PasswordError> {
        self.in_turn(move || hash(&password)).await
    }

    /// [`verify`] in its turn.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] at once when 2 run and 32 wait; otherwise as [`verify`].
    pub async fn verify(
        &self,
        phc: String,
        password: Secret<String>,
    ) -> Result<bool, PasswordError> {
        self.in_turn(move || verify(&phc, &password)).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| PasswordError::Busy)?;
        let turn = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        // Both permits travel with the work: a caller who hangs up does not free the processor.
        tokio::task::spawn_blocking(move || {
            let _held = (admitted, turn);
            work()
        })
        .await
        .map_err(PasswordError::Interrupted)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn hash_is_argon2id_with_the_documented_cost_and_verifies() {
        let phc = hash(&secret("correct horse battery")).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_ne!(phc, hash(&secret("correct horse battery")).unwrap());
        assert!(verify(&phc, &secret("correct horse battery")).unwrap());
        assert!(!verify(&phc, &secret("correct horse batterY")).unwrap());
        assert!(!verify(&phc, &secret("")).unwrap());
    }

    #[test]
    fn a_hash_made_elsewhere_verifies() {
        // A test vector of the reference implementation: its costs are read from the string.
        let phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$\
                   nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(verify(phc, &secret("password")).unwrap());
        assert!(!verify(phc, &secret("passwore")).unwrap());
    }

    #[test]
    fn a_broken_stored_hash_is_no_wrong_password() {
        for phc in ["", "plain", "$argon2id$v=19$m=19456"] {
            let error = verify(phc, &secret("whatever it is")).unwrap_err();
            assert!(error.to_string().contains("set-password"), "{phc}: {error}");
        }
        let foreign =
            "$scrypt$ln=1,r=8,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(matches!(
            verify(foreign, &secret("whatever it is")),
            Err(PasswordError::Unsupported(_))
        ));
    }

    #[test]
    fn strength() {
        let check = |text: &str, expected| {
            assert_eq!(check_strength(&secret(text)), expected, "{text:?}");
        };
        check("", Err(WeakPassword::TooShort));
        check("123456789", Err(WeakPassword::TooShort));
        check("äöüäöüäöü", Err(WeakPassword::TooShort));
        check("0123456789", Ok(()));
        check("aaaaaaaaaaaa", Err(WeakPassword::OneCharacter));
        check("éééééééééééé", Err(WeakPassword::OneCharacter));
        check("aaaaaaaaaaab", Ok(()));
        check(&"ab".repeat(512), Ok(()));
        check(&"ab".repeat(513), Err(WeakPassword::TooLong));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_run_thirty_two_wait_the_rest_is_told() {
        let hasher = PasswordHasher::new();
        let (release, gate) = std::sync::mpsc::channel::<()>();
        let gate = Arc::new(std::sync::Mutex::new(gate));
        let most = Arc::new(AtomicUsize::new(0));
        let now = Arc::new(AtomicUsize::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let (hasher, gate) = (hasher.clone(), Arc::clone(&gate));
            let (most, now) = (Arc::clone(&most), Arc::clone(&now));
            tasks.spawn(async move {
                hasher
                    .in_turn(move || {
                        let running = now.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(running, Ordering::SeqCst);
                        gate.lock().unwrap().recv().unwrap();
                        now.fetch_sub(1, Ordering::SeqCst);
                        Ok(())
                    })
                    .await
            });
        }
        // The six that find no place answer while the others are still held.
        for _ in 0..6 {
            let answer = tasks.join_next().await.unwrap().unwrap();
            assert!(matches!(answer, Err(PasswordError::Busy)));
        }
        let both = async {
            while now.load(Ordering::SeqCst) < 2 {
                tokio::task::yield_now().await;
            }
        };
        let deadline = std::time::Duration::from_secs(20);
        tokio::time::timeout(deadline, both).await.unwrap();
        for _ in 0..34 {
            release.send(()).unwrap();
        }
        while let Some(answer) = tasks.join_next().await {
            answer.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 2);
        assert_eq!(hasher.admitted.available_permits(), RUNNING + WAITING);
    }

    #[tokio::test]
    async fn the_async_pair_agrees() {
        let hasher = PasswordHasher::new();
        let phc = hasher.hash(secret("a fine password")).await.unwrap();
        let right = hasher.verify(phc.clone(), secret("a fine password")).await;
        assert!(right.unwrap());
        let wrong = hasher.verify(phc, secret("a poor password")).await;
        assert!(!wrong.unwrap());
    }
}
