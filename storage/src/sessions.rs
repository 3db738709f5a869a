//! Rows behind browser sessions. An id is the hash of what the browser's cookie holds.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::accounts::User;
use domain::ids::UserId;

use super::accounts::user_columns;
use super::dialect::List;
use crate::{Db, Result, Tx};

/// A session that lives, with whose it is.
#[derive(sqlx::FromRow, Clone)]
pub struct SessionRow {
    pub session: String,
    #[sqlx(flatten)]
    pub user: User,
    /// Whether they have a second factor.
    pub has_factor: bool,
    /// What waits for the next page.
    pub data: String,
    pub expires_at: DateTime<Utc>,
}

/// A session that begins.
pub struct NewSession<'a> {
    pub id: &'a str,
    pub user: UserId,
    /// Of the credentials that were shown.
    pub version: i64,
    pub began_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub device: &'a str,
    pub network: &'a str,
    pub by_institution: bool,
}

/// A session in its owner's list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedSession {
    pub id: String,
    pub device: String,
    pub network: String,
    pub began_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
    pub by_institution: bool,
}

/// The sessions of these ids, with whose they are.
macro_rules! find {
    ($database:ident) => {
        concat!(
            "SELECT s.id AS session, ",
            user_columns!(),
            ", s.data, s.expires_at, EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = u.id) AS has_factor FROM sessions s
            JOIN users u ON u.id = s.user_id AND u.credentials_version = s.credentials_version WHERE s.id ",
            among!($database texts)
        )
    };
}

sql! {
    FIND = find!(sqlite), postgres = find!(postgres);
    OF_USER = "SELECT s.id, s.device, s.network, s.began_at, s.expires_at, s.by_institution FROM sessions s
        JOIN users u ON u.id = s.user_id AND u.credentials_version = s.credentials_version
        WHERE s.user_id = $1 AND s.expires_at > $2 ORDER BY s.expires_at DESC, s.began_at DESC, s.id";
}

impl Db {
    /// The sessions of these ids and their users, by id; none whose user has other credentials by now. They may have ended.
    #[boxed]
    pub async fn sessions(&self, ids: Vec<String>) -> Result<HashMap<String, SessionRow>> {
        let rows: Vec<SessionRow> = all!(self, FIND, List(ids))?;
        Ok(rows.into_iter().map(|row| (row.session.clone(), row)).collect())
    }

    /// A user's sessions that live, the one visited last first.
    #[boxed]
    pub async fn sessions_of(&self, user: UserId, now: DateTime<Utc>) -> Result<Vec<ListedSession>> {
        all!(self, OF_USER, user, now)
    }
}

#[cfg(any(test, feature = "testing"))]
sql! {
    DATA = "SELECT data FROM sessions";
}

#[cfg(any(test, feature = "testing"))]
impl Db {
    /// What waits in each session.
    #[boxed]
    pub async fn session_data(&self) -> Result<Vec<String>> {
        values!(self, DATA)
    }
}

sql! {
    INSERT = "INSERT INTO sessions (id, user_id, credentials_version, data, expires_at, began_at, device, network, by_institution)
        VALUES ($1, $2, $3, '', $4, $5, $6, $7, $8)";
    EXTEND = "UPDATE sessions SET expires_at = $2 WHERE id = $1";
    SET_DATA = "UPDATE sessions SET data = $2 WHERE id = $1";
}

impl Tx {
    /// Stores a new session, of the version of the credentials that were shown for it.
    pub async fn insert_session(&mut self, new: NewSession<'_>) -> Result<()> {
        let NewSession { id, user, version, began_at, expires_at, device, network, by_institution } = new;
        run!(self, INSERT, id, user, version, expires_at, began_at, device, network, by_institution)
    }

    #[boxed]
    pub async fn extend_session(&mut self, id: &str, expires_at: DateTime<Utc>) -> Result<()> {
        run!(self, EXTEND, id, expires_at)
    }

    #[boxed]
    pub async fn set_session_data(&mut self, id: &str, data: &str) -> Result<()> {
        run!(self, SET_DATA, id, data)
    }
}

sql! {
    DELETE = "DELETE FROM sessions WHERE id = $1 RETURNING user_id";
    DELETE_OWN = "DELETE FROM sessions WHERE id = $1 AND user_id = $2";
    DELETE_OTHERS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
    KEEP = "UPDATE sessions SET credentials_version = (SELECT credentials_version FROM users WHERE id = $1)
        WHERE id = $2 AND user_id = $1";
    DELETE_OLD = "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN
        (SELECT id FROM sessions WHERE user_id = $1 ORDER BY expires_at DESC, id LIMIT $2)";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1";
}

impl Tx {
    /// Whose it was, where it was anybody's.
    #[boxed]
    pub async fn delete_session(&mut self, id: &str) -> Result<Option<UserId>> {
        let found: Option<Option<UserId>> = maybe_value!(self, DELETE, id)?;
        Ok(found.flatten())
    }

    /// Whether there was such a session of this user.
    #[boxed]
    pub async fn delete_own_session(&mut self, id: &str, user: UserId) -> Result<bool> {
        changed!(self, DELETE_OWN, id, user)
    }

    /// All of a user's but one; an empty id is none's.
    #[boxed]
    pub(crate) async fn delete_other_sessions(&mut self, user: UserId, id: &str) -> Result<()> {
        run!(self, DELETE_OTHERS, user, id)
    }

    /// Lets a session go on with the user's credentials of now.
    #[boxed]
    pub(crate) async fn keep_session(&mut self, user: UserId, id: &str) -> Result<()> {
        run!(self, KEEP, user, id)
    }

    /// Leaves a user the `kept` sessions that were visited last.
    #[boxed]
    pub async fn delete_old_sessions(&mut self, user: UserId, kept: i64) -> Result<()> {
        run!(self, DELETE_OLD, user, kept)
    }

    #[boxed]
    pub async fn delete_expired_sessions(&mut self, now: DateTime<Utc>) -> Result<()> {
        run!(self, DELETE_EXPIRED, now)
    }
}
