//! The only SQL that differs between the two databases.

use sqlx::PgPool;
use uuid::Uuid;

use super::{Begun, Tx};
use crate::error::Result;

/// Holds a team's row until the transaction ends. SQLite's one writer already holds everything.
pub(super) const LOCK_TEAM: &str = "SELECT 1::BIGINT FROM teams WHERE id = $1 FOR UPDATE";
/// Holds a competition's row: team numbers and notice numbers are counted under it.
pub(super) const LOCK_COMPETITION: &str = "SELECT 1::BIGINT FROM competitions WHERE id = $1 FOR UPDATE";
/// Holds a user's row, though not against what refers to it: their tokens are counted under it.
pub(super) const LOCK_USER: &str = "SELECT 1::BIGINT FROM users WHERE id = $1 FOR NO KEY UPDATE";
/// Announcements to every process of the database, in their order.
pub(super) const NOTIFY: &str = "SELECT pg_notify('madang', payload) FROM unnest($1::TEXT[]) AS payload";

/// One job that is due, fairest first: of the team that was served longest ago (or never), its oldest.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, unreturned = unreturned + 1, lease_until = $2 WHERE id = (
                SELECT j.id FROM jobs j JOIN teams t ON t.id = j.team_id
                WHERE ((j.state = 'waiting' AND j.run_at <= $1) OR (j.state = 'running' AND j.lease_until <= $1)) AND j.unreturned BETWEEN $3 AND $4
                ORDER BY t.last_served_at NULLS FIRST, j.created_at, j.id LIMIT 1 ",
            $lock,
            ") RETURNING id, submission_id, attempts, unreturned"
        )
    };
}
pub(super) const CLAIM: PerDatabase =
    PerDatabase { sqlite: claim!(""), postgres: claim!("FOR UPDATE OF j SKIP LOCKED") };

/// A query as each database takes it.
#[derive(Clone, Copy)]
pub(super) struct PerDatabase {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl PerDatabase {
    /// For the transaction's database.
    pub(super) fn of(self, tx: &Tx) -> &'static str {
        match tx.begun {
            Begun::Sqlite(_) => self.sqlite,
            Begun::Postgres(_) => self.postgres,
        }
    }
}

/// A list for SQLite, in JSON: ids and hashes are hexadecimal digits.
pub(super) fn json(list: &[impl InJson]) -> String {
    list.iter().map(InJson::text).collect::<serde_json::Value>().to_string()
}

/// What a list may hold.
pub(super) trait InJson {
    fn text(&self) -> String;
}

impl InJson for String {
    fn text(&self) -> String {
        self.clone()
    }
}

impl InJson for Uuid {
    fn text(&self) -> String {
        self.simple().to_string()
    }
}

impl InJson for Vec<u8> {
    fn text(&self) -> String {
        self.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Tx {
    pub async fn lock_team(&mut self, id: Uuid) -> Result<()> {
        self.lock(LOCK_TEAM, id).await
    }

    pub async fn lock_competition(&mut self, id: Uuid) -> Result<()> {
        self.lock(LOCK_COMPETITION, id).await
    }

    pub async fn lock_user(&mut self, id: Uuid) -> Result<()> {
        self.lock(LOCK_USER, id).await
    }

    async fn lock(&mut self, sql: &'static str, id: Uuid) -> Result<()> {
        if let Begun::Postgres(t) = &mut self.begun {
            sqlx::query(sql).bind(id).execute(&mut **t).await?;
        }
        Ok(())
    }
}

pub async fn notify(pool: &PgPool, payloads: &[String]) -> Result<()> {
    sqlx::query(NOTIFY).bind(payloads).execute(pool).await?;
    Ok(())
}
