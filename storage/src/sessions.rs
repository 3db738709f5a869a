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
    /// What waits for the next page.
    pub data: String,
    pub expires_at: DateTime<Utc>,
}

/// The sessions of these ids, with whose they are.
macro_rules! find {
    ($database:ident) => {
        concat!(
            "SELECT s.id AS session, ",
            user_columns!(),
            ", s.data, s.expires_at FROM sessions s
            JOIN users u ON u.id = s.user_id AND u.credentials_version = s.credentials_version WHERE s.id ",
            among!($database texts)
        )
    };
}

sql! {
    FIND = find!(sqlite), postgres = find!(postgres);
}

impl Db {
    /// The sessions of these ids and their users, by id; none whose user has other credentials by now. They may have ended.
    #[boxed]
    pub async fn sessions(&self, ids: Vec<String>) -> Result<HashMap<String, SessionRow>> {
        let rows: Vec<SessionRow> = all!(self, FIND, List(ids))?;
        Ok(rows.into_iter().map(|row| (row.session.clone(), row)).collect())
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
    INSERT = "INSERT INTO sessions (id, user_id, credentials_version, data, expires_at) VALUES ($1, $2, $3, '', $4)";
    EXTEND = "UPDATE sessions SET expires_at = $2 WHERE id = $1";
    SET_DATA = "UPDATE sessions SET data = $2 WHERE id = $1";
}

impl Tx {
    /// Stores a new session, of the version of the credentials that were shown for it.
    #[boxed]
    pub async fn insert_session(
        &mut self,
        id: &str,
        user: UserId,
        version: i64,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, INSERT, id, user, version, expires_at)
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
    DELETE = "DELETE FROM sessions WHERE id = $1";
    DELETE_OF_USER = "DELETE FROM sessions WHERE user_id = $1";
    DELETE_OLD = "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN
        (SELECT id FROM sessions WHERE user_id = $1 ORDER BY expires_at DESC, id LIMIT $2)";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1";
}

impl Tx {
    #[boxed]
    pub async fn delete_session(&mut self, id: &str) -> Result<()> {
        run!(self, DELETE, id)
    }

    #[boxed]
    pub async fn delete_sessions_of(&mut self, user: UserId) -> Result<()> {
        run!(self, DELETE_OF_USER, user)
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
