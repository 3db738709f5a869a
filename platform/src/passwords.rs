//! Passwords: argon2id with the OWASP parameters, so many at once, and a short memory of pairs that were right.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, Duration, Utc};
use domain::ids::UserId;
use rand::RngCore;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Hashes computed at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// How long a verified pair is remembered; programs that log in with each request would else wait each time.
const REMEMBERED: Duration = Duration::seconds(60);
const REMEMBERED_PAIRS: usize = 10_000;

/// Digest of an e-mail and password, whose they are, until when they are remembered.
type Verified = HashMap<[u8; 32], (UserId, DateTime<Utc>)>;

pub struct Passwords {
    turns: Semaphore,
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
        Self { turns: Semaphore::new(AT_ONCE), key, verified: Mutex::default(), nobody }
    }

    /// The PHC string of a password, with a new salt.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let _turn = self.turns.acquire().await.map_err(Error::other)?;
        let password = password.to_owned();
        tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(Error::other)?
    }

    /// Whether the password fits the stored hash; without one it takes as long and is false.
    pub(crate) async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool> {
        let _turn = self.turns.acquire().await.map_err(Error::other)?;
        let (password, known) = (password.to_owned(), stored.is_some());
        let stored = stored.unwrap_or(&self.nobody).to_owned();
        let fits = tokio::task::spawn_blocking(move || {
            PasswordHash::new(&stored).is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(fits.await.map_err(Error::other)? && known)
    }

    /// The user of a pair that was verified in the last minute.
    pub(crate) fn remembered(&self, email: &str, password: &str, now: DateTime<Utc>) -> Option<UserId> {
        let map = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(&self.pair(email, password)).filter(|(_, until)| now < *until).map(|(user, _)| *user)
    }

    pub(crate) fn remember(&self, email: &str, password: &str, user: UserId, now: DateTime<Utc>) {
        let mut map = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= REMEMBERED_PAIRS {
            map.retain(|_, (_, until)| now < *until);
        }
        map.insert(self.pair(email, password), (user, now + REMEMBERED));
    }

    /// Forgets every remembered pair of a user whose password changed.
    pub(crate) fn forget(&self, user: UserId) {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, (owner, _)| *owner != user);
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

    #[tokio::test]
    async fn the_right_password_fits_its_hash_and_another_does_not() {
        let passwords = Passwords::new();
        let stored = passwords.hash("correct horse battery").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("correct horse battery", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("correct horse batterz", Some(&stored)).await.unwrap());
        assert!(!passwords.verify("nobody has this password", None).await.unwrap());
    }

    #[test]
    fn a_verified_pair_is_remembered_for_a_minute_and_forgotten_with_the_password() {
        let (passwords, user, now) = (Passwords::new(), UserId::new(), DateTime::UNIX_EPOCH);
        passwords.remember("kim@example.kr", "secret", user, now);
        assert_eq!(passwords.remembered("kim@example.kr", "secret", now), Some(user));
        assert_eq!(passwords.remembered("kim@example.kr", "Secret", now), None);
        assert_eq!(passwords.remembered("kim@example.kr", "secret", now + REMEMBERED), None);
        passwords.forget(user);
        assert_eq!(passwords.remembered("kim@example.kr", "secret", now), None);
    }
}
