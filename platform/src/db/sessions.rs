//! Rows behind browser sessions; the session layer itself is the server's.

use chrono::{DateTime, Utc};

use super::Db;
use crate::error::Result;

sql! {
    INSERT = "INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
    SAVE = "INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET data = EXCLUDED.data, expires_at = EXCLUDED.expires_at";
    LOAD = "SELECT data, expires_at FROM sessions WHERE id = $1 AND expires_at > $2";
    DELETE = "DELETE FROM sessions WHERE id = $1";
    DELETE_EXPIRED = "DELETE FROM sessions WHERE expires_at <= $1";
}

impl Db {
    /// Stores a new session; false when the id is taken.
    pub async fn insert_session(&self, id: &str, data: &str, expires_at: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        let rows = on!(&mut tx, c => sqlx::query(INSERT).bind(id).bind(data).bind(expires_at).execute(c).await?.rows_affected());
        tx.commit().await?;
        Ok(rows == 1)
    }

    pub async fn save_session(&self, id: &str, data: &str, expires_at: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        on!(&mut tx, c => { sqlx::query(SAVE).bind(id).bind(data).bind(expires_at).execute(c).await?; });
        tx.commit().await
    }

    /// The data and end of a session that has not ended at `now`.
    pub async fn load_session(&self, id: &str, now: DateTime<Utc>) -> Result<Option<(String, DateTime<Utc>)>> {
        Ok(read!(self, c => sqlx::query_as(LOAD).bind(id).bind(now).fetch_optional(c).await?))
    }

    pub async fn delete_session(&self, id: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        on!(&mut tx, c => { sqlx::query(DELETE).bind(id).execute(c).await?; });
        tx.commit().await
    }

    pub async fn delete_expired_sessions(&self, now: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        on!(&mut tx, c => { sqlx::query(DELETE_EXPIRED).bind(now).execute(c).await?; });
        tx.commit().await
    }
}
