//! Passwords: argon2id with the OWASP parameters, so many at once whatever clients do, and a short memory of pairs that were right.

use std::collections::HashMap;
use std::net::IpAddr;
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
use crate::places::Places;

/// Hashes computed at once: each takes 19 MiB and a core, and a thread that scoring and reading files may want too.
const AT_ONCE: usize = 2;
/// How many may wait for their turn, which is some seconds, and how many of one network; more are asked to come back.
const WAITING: (usize, usize) = (256, 32);
/// How many of those may wait whose e-mail or network is being guessed at, so that guessing never fills the line of others, and
/// one network never this one.
const WAITING_SLOWED: (usize, usize) = (8, 2);
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
    line: Arc<Places>,
    line_of_slowed: Arc<Places>,
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
            line: Arc::new(Places::new(WAITING.0, WAITING.1)),
            line_of_slowed: Arc::new(Places::new(WAITING_SLOWED.0, WAITING_SLOWED.1)),
            load: Arc::default(),
            key,
            verified: Mutex::default(),
            nobody,
        }
    }

    /// The PHC string of a password, with a new salt; asked for from an address, or by the operator.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub(crate) async fn hash(&self, password: &str, from: Option<IpAddr>) -> Result<String> {
        let password = password.to_owned();
        self.in_turn(&self.line, from, move || hash_now(&password)).await?
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
        from: IpAddr,
        is_slowed: bool,
        settle: impl FnOnce(bool) + Send + 'static,
    ) -> Result<bool> {
        let (password, known) = (password.to_owned(), stored.is_some());
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        let line = if is_slowed { &self.line_of_slowed } else { &self.line };
        self.in_turn(line, Some(from), move || {
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
        line: &Arc<Places>,
        from: Option<IpAddr>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let place = line.take(from).map_err(|_| AppError::new(ErrorCode::Unavailable).retry_after(COME_BACK))?;
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

    fn place(network: u8) -> IpAddr {
        [203, 0, 113, network].into()
    }

    #[tokio::test]
    async fn the_right_password_fits_its_hash_and_another_does_not() {
        let passwords = Passwords::new();
        let stored = passwords.hash(PASSWORD, None).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let fits = async |password, stored| passwords.verify(password, stored, place(1), false, |_| ()).await.unwrap();
        assert!(fits(PASSWORD, Some(stored.as_str())).await);
        assert!(!fits("correct horse batterz", Some(stored.as_str())).await);
        assert!(!fits("nobody has this password", None).await);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn clients_that_hang_up_let_no_more_hashes_run_and_every_outcome_is_heard() {
        let (passwords, heard) = (Arc::new(Passwords::new()), Arc::new(AtomicUsize::new(0)));
        for client in 0..60 {
            let (passwords, heard) = (Arc::clone(&passwords), Arc::clone(&heard));
            let waiting = tokio::spawn(async move {
                let settle = move |_| {
                    heard.fetch_add(1, Ordering::SeqCst);
                };
                passwords.verify("guess", None, place(client), false, settle).await
            });
            tokio::task::yield_now().await;
            waiting.abort();
        }
        // Whoever waits last hears its answer after all that were begun before.
        passwords.verify("guess", None, place(1), false, |_| ()).await.unwrap();
        passwords.settled().await;
        let (begun, most) = passwords.load();
        assert!(most <= AT_ONCE, "{most} at once");
        assert_eq!(heard.load(Ordering::SeqCst), begun - 1);
    }

    /// Asks for as much as each of so many networks may at once; all of it waits.
    async fn fill<T>(networks: u8, each: usize, ask: impl Fn(IpAddr) -> T) -> Vec<T>
    where
        T: Future + Unpin,
        T::Output: std::fmt::Debug,
    {
        let mut waiting = Vec::new();
        for network in 0..networks {
            for _ in 0..each {
                let mut one = ask(place(network));
                assert!(futures::poll!(&mut one).is_pending());
                waiting.push(one);
            }
        }
        waiting
    }

    #[tokio::test]
    async fn when_too_many_wait_the_next_is_asked_to_come_back_and_those_who_guess_fill_their_own_line_only() {
        let passwords = Passwords::new();
        let _turns = passwords.turns.acquire_many(2).await.unwrap();
        let guess = |from| Box::pin(passwords.verify("guess", None, from, true, |_| ()));
        let guessing = fill(4, 2, guess).await;
        let refused = guess(place(4)).await.unwrap_err();
        assert!(
            matches!(refused, Error::App(error) if error.code == ErrorCode::Unavailable && error.retry_after == Some(5))
        );
        let hash = |from| Box::pin(passwords.hash(PASSWORD, Some(from)));
        let line = fill(8, 32, hash).await;
        assert!(hash(place(8)).await.is_err());
        drop(line);
        assert!(futures::poll!(hash(place(8))).is_pending(), "who hangs up leaves the line");
        drop(guessing);
        assert_eq!(passwords.load().0, 0);
    }

    #[tokio::test]
    async fn one_network_fills_neither_line_however_many_of_it_wait() {
        let passwords = Passwords::new();
        let _turns = passwords.turns.acquire_many(2).await.unwrap();
        for (is_slowed, most) in [(true, WAITING_SLOWED.1), (false, WAITING.1)] {
            let ask = |from| Box::pin(passwords.verify("guess", None, from, is_slowed, |_| ()));
            let mut waiting: Vec<_> = (0..300).map(|_| ask(place(1))).collect();
            let mut wait = 0;
            for one in &mut waiting {
                wait += usize::from(futures::poll!(one).is_pending());
            }
            assert_eq!(wait, most);
            assert!(futures::poll!(ask(place(2))).is_pending(), "the owner elsewhere finds a place");
        }
    }

    #[test]
    fn a_verified_pair_is_remembered_for_a_minute() {
        let (passwords, now) = (Passwords::new(), DateTime::UNIX_EPOCH);
        let owner = Owner { user: UserId::random(), version: 3 };
        passwords.remember("kim@example.kr", "secret", owner, now);
        assert_eq!(passwords.remembered("kim@example.kr", "secret", now), Some(owner));
        assert_eq!(passwords.remembered("kim@example.kr", "Secret", now), None);
        assert_eq!(passwords.remembered("kim@example.kr", "secret", now + REMEMBERED), None);
    }
}
