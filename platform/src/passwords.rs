//! Passwords: argon2id with the OWASP parameters, so many at once whatever clients do, and a short memory of pairs that were right.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, Duration, Utc};
use domain::ids::UserId;
use domain::{AppError, ErrorCode};
use rand::RngCore;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Hashes computed at once: each takes 19 MiB and a core, and a thread that scoring and reading files may want too.
const AT_ONCE: usize = 2;
/// How many may wait for their turn, which is some seconds; more are asked to come back.
const WAITING: usize = 256;
/// How many of those may wait whose e-mail or network is being guessed at, so that guessing never fills the line.
const WAITING_SLOWED: usize = 8;
/// Seconds after which the line has moved on.
const COME_BACK: u64 = 5;
/// How long a verified pair is remembered; programs that log in with each request would else wait each time.
const REMEMBERED: Duration = Duration::seconds(60);
const REMEMBERED_PAIRS: usize = 10_000;

/// Digest of an e-mail and password, whose they are, until when they are remembered.
type Verified = HashMap<[u8; 32], (Owner, DateTime<Utc>)>;

/// A user and the version of the credentials that were right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) user: UserId,
    pub(crate) version: i64,
}

/// How much is being hashed.
#[derive(Debug, Default)]
struct Load {
    begun: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

pub struct Passwords {
    turns: Arc<Semaphore>,
    line: Semaphore,
    line_of_slowed: Semaphore,
    load: Arc<Load>,
    /// Key of the memory below, new in each process, so that a dump of it cannot be searched.
    key: [u8; 32],
    verified: Mutex<Verified>,
    /// Compared against when there is no such user, so that the answer takes as long.
    nobody: String,
}

impl Passwords {
    pub(crate) fn new() -> Self {
        let mut key = [0; 32];
        rand::rng().fill_bytes(&mut key);
        let nobody = hash_now("nobody has this password").unwrap_or_default();
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            line: Semaphore::new(WAITING),
            line_of_slowed: Semaphore::new(WAITING_SLOWED),
            load: Arc::default(),
            key,
            verified: Mutex::default(),
            nobody,
        }
    }

    /// The PHC string of a password, with a new salt.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.in_turn(&self.line, move || hash_now(&password)).await?
    }

    /// Whether the password fits the stored hash; without one it takes as long and is false. `settle` hears the outcome of every
    /// verification that was begun, even if nobody waits for it any more.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub(crate) async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
        is_slowed: bool,
        settle: impl FnOnce(bool) + Send + 'static,
    ) -> Result<bool> {
        let (password, known) = (password.to_owned(), stored.is_some());
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        let line = if is_slowed { &self.line_of_slowed } else { &self.line };
        self.in_turn(line, move || {
            let hash = PasswordHash::new(&stored);
            let fits = hash.is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok()) && known;
            settle(fits);
            fits
        })
        .await
    }

    /// Waits in a line and works off the async threads. The turn belongs to the work and not to whoever waits for it: a client that
    /// hangs up leaves the line, or lets what was begun end before the next one begins.
    async fn in_turn<T: Send + 'static>(
        &self,
        line: &Semaphore,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let place = line.try_acquire().map_err(|_| AppError::new(ErrorCode::Unavailable).retry_after(COME_BACK))?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(Error::other)?;
        drop(place);
        let load = Arc::clone(&self.load);
        let work = move || {
            load.begun.fetch_add(1, Ordering::SeqCst);
            load.most.fetch_max(load.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let done = work();
            load.now.fetch_sub(1, Ordering::SeqCst);
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::other)
    }

    /// How many hashes were begun in all, and how many ran at the same time.
    #[cfg(any(test, feature = "testing"))]
    pub fn load(&self) -> (usize, usize) {
        (self.load.begun.load(Ordering::SeqCst), self.load.most.load(Ordering::SeqCst))
    }

    /// Waits until every hash that was begun has ended.
    #[cfg(any(test, feature = "testing"))]
    pub async fn settled(&self) {
        let all = u32::try_from(AT_ONCE).unwrap_or(u32::MAX);
        drop(self.turns.acquire_many(all).await);
    }

    /// Whose pair was verified in the last minute; whether their credentials are still of that version is for the caller to see.
    pub(crate) fn remembered(&self, email: &str, password: &str, now: DateTime<Utc>) -> Option<Owner> {
        let map = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(&self.pair(email, password)).filter(|(_, until)| now < *until).map(|(owner, _)| *owner)
    }

    pub(crate) fn remember(&self, email: &str, password: &str, owner: Owner, now: DateTime<Utc>) {
        let mut map = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= REMEMBERED_PAIRS {
            map.retain(|_, (_, until)| now < *until);
        }
        if map.len() < REMEMBERED_PAIRS {
            map.insert(self.pair(email, password), (owner, now + REMEMBERED));
        }
    }

    fn pair(&self, email: &str, password: &str) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.key)
            .chain_update(email)
            .chain_update([0])
            .chain_update(password)
            .finalize()
            .into()
    }
}

/// argon2id with m = 19 MiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet, 2025).
fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).unwrap_or_default())
}

fn hash_now(password: &str) -> Result<String> {
    let mut salt = [0; 16];
    rand::rng().fill_bytes(&mut salt);
    let salt = SaltString::encode_b64(&salt).map_err(Error::other)?;
    Ok(argon().hash_password(password.as_bytes(), &salt).map_err(Error::other)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse battery";

    #[tokio::test]
    async fn the_right_password_fits_its_hash_and_another_does_not() {
        let passwords = Passwords::new();
        let stored = passwords.hash(PASSWORD).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let fits = async |password, stored| passwords.verify(password, stored, false, |_| ()).await.unwrap();
        assert!(fits(PASSWORD, Some(stored.as_str())).await);
        assert!(!fits("correct horse batterz", Some(stored.as_str())).await);
        assert!(!fits("nobody has this password", None).await);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn clients_that_hang_up_let_no_more_hashes_run_and_every_outcome_is_heard() {
        let (passwords, heard) = (Arc::new(Passwords::new()), Arc::new(AtomicUsize::new(0)));
        for _ in 0..60 {
            let (passwords, heard) = (Arc::clone(&passwords), Arc::clone(&heard));
            let waiting = tokio::spawn(async move {
                let settle = move |_| {
                    heard.fetch_add(1, Ordering::SeqCst);
                };
                passwords.verify("guess", None, false, settle).await
            });
            tokio::task::yield_now().await;
            waiting.abort();
        }
        // Whoever waits last hears its answer after all that were begun before.
        passwords.verify("guess", None, false, |_| ()).await.unwrap();
        passwords.settled().await;
        let (begun, most) = passwords.load();
        assert!(most <= AT_ONCE, "{most} at once");
        assert_eq!(heard.load(Ordering::SeqCst), begun - 1);
    }

    #[tokio::test]
    async fn when_too_many_wait_the_next_is_asked_to_come_back_and_those_who_guess_fill_their_own_line_only() {
        let passwords = Passwords::new();
        let _turns = passwords.turns.acquire_many(2).await.unwrap();
        let mut waiting: Vec<_> =
            (0..WAITING_SLOWED).map(|_| Box::pin(passwords.verify("guess", None, true, |_| ()))).collect();
        for one in &mut waiting {
            assert!(futures::poll!(one).is_pending());
        }
        let refused = passwords.verify("guess", None, true, |_| ()).await.unwrap_err();
        assert!(
            matches!(refused, Error::App(error) if error.code == ErrorCode::Unavailable && error.retry_after == Some(5))
        );
        let mut line: Vec<_> = (0..WAITING).map(|_| Box::pin(passwords.hash(PASSWORD))).collect();
        for one in &mut line {
            assert!(futures::poll!(one).is_pending());
        }
        assert!(passwords.hash(PASSWORD).await.is_err());
        drop(line);
        assert!(futures::poll!(Box::pin(passwords.hash(PASSWORD))).is_pending(), "who hangs up leaves the line");
        assert_eq!(passwords.load().0, 0);
    }

    #[test]
    fn a_verified_pair_is_remembered_for_a_minute() {
        let (passwords, now) = (Passwords::new(), DateTime::UNIX_EPOCH);
        let owner = Owner { user: UserId::new(), version: 3 };
        passwords.remember("kim@example.kr", "secret", owner, now);
        assert_eq!(passwords.remembered("kim@example.kr", "secret", now), Some(owner));
        assert_eq!(passwords.remembered("kim@example.kr", "Secret", now), None);
        assert_eq!(passwords.remembered("kim@example.kr", "secret", now + REMEMBERED), None);
    }
}
