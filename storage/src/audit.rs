//! The audit record: who did what when.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, UserId, uuid_at};

use super::Tx;
use crate::error::Result;

sql! {
    INSERT = "INSERT INTO audit (id, at, actor_id, competition_id, action, subject) VALUES ($1, $2, $3, $4, $5, $6)";
}

impl Tx {
    /// Writes one line in the same transaction as the deed.
    #[boxed]
    pub async fn audit(
        &mut self,
        at: DateTime<Utc>,
        actor: Option<UserId>,
        competition: Option<CompetitionId>,
        action: &str,
        subject: &str,
    ) -> Result<()> {
        run!(self, INSERT, uuid_at(at), at, actor, competition, action, subject)
    }
}
