//! Rows behind browser sessions. An id is the hash of what the browser's cookie holds.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::ids::UserId;

use super::accounts::{UserRow, user_columns};
use super::dialect::PerDatabase;
use super::{Db, Tx};
use crate::error::Result;

/// The sessions of these ids, with whose they are.
macro_rules! find {
    ($listed:literal) => {
        concat!(
            "SELECT s.id AS session, ",
            user_columns!(),
            ", s.data, s.expires_at FROM sessions s
            JOIN users u ON u.id = s.user_id AND u.credentials_version = s.credentials_version WHERE s.id ",
            $listed
        )
    };
}
pub(super) const FIND: PerDatabase = listed!(texts find);

sql! {
    INSERT = "INSERT INTO sessions (id, user_id, credentials_version, data, expires_at) VALUES ($1, $2, $3, '', $4)";
    EXTEND = "UPDATE sessions SET expires_at = $2 WHERE id = $1";
    SET_DATA = "UPDATE sessions SET data = $2 WHERE id = $1";
    DELETE = "DELETE FROM sessions WHERE id = $1";
    DELETE_OF_USER = "DELETE FROM sessions WHERE user_id = $1";
    DELETE_OLD = "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN
        (SELECT id FROM sessions WHERE user_id = $1 ORDER BY expires_at DESC, id LIMIT $2)";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1";
}

/// A session that lives, with whose it is.
#[derive(sqlx::FromRow, Clone)]
pub struct SessionRow {
    pub session: String,
    #[sqlx(flatten)]
    pub user: UserRow,
    /// What waits for the next page.
    pub data: String,
    pub expires_at: DateTime<Utc>,
}

impl Tx {
    /// Stores a new session, of the version of the credentials that were shown for it.
    pub async fn insert_session(
        &mut self,
        id: &str,
        user: UserId,
        version: i64,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        on!(self, c => { sqlx::query(INSERT).bind(id).bind(user.0).bind(version).bind(expires_at).execute(c).await?; });
        Ok(())
    }

    pub async fn extend_session(&mut self, id: &str, expires_at: DateTime<Utc>) -> Result<()> {
        on!(self, c => { sqlx::query(EXTEND).bind(id).bind(expires_at).execute(c).await?; });
        Ok(())
    }

    pub async fn set_session_data(&mut self, id: &str, data: &str) -> Result<()> {
        on!(self, c => { sqlx::query(SET_DATA).bind(id).bind(data).execute(c).await?; });
        Ok(())
    }

    pub async fn delete_session(&mut self, id: &str) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE).bind(id).execute(c).await?; });
        Ok(())
    }

    pub async fn delete_sessions_of(&mut self, user: UserId) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_OF_USER).bind(user.0).execute(c).await?; });
        Ok(())
    }

    /// Leaves a user the `kept` sessions that were visited last.
    pub async fn delete_old_sessions(&mut self, user: UserId, kept: i64) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_OLD).bind(user.0).bind(kept).execute(c).await?; });
        Ok(())
    }

    pub async fn delete_expired_sessions(&mut self, now: DateTime<Utc>) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_EXPIRED).bind(now).execute(c).await?; });
        Ok(())
    }
}

impl Db {
    /// The sessions of these ids and their users, by id; none whose user has other credentials by now. They may have ended.
    pub async fn sessions(&self, ids: Vec<String>) -> Result<HashMap<String, SessionRow>> {
        let rows: Vec<SessionRow> = read_listed!(self, FIND, ids);
        Ok(rows.into_iter().map(|row| (row.session.clone(), row)).collect())
    }

    /// What waits in each session.
    #[cfg(any(test, feature = "testing"))]
    pub async fn session_data(&self) -> Result<Vec<String>> {
        Ok(read!(self, c => sqlx::query_scalar("SELECT data FROM sessions").fetch_all(c).await?))
    }
}
