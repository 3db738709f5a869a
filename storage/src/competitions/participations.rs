//! Who takes part in a competition.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, UserId};

use crate::{Db, Result, Tx};

sql! {
    COUNTS = "SELECT c.id, (SELECT COUNT(*) FROM teams t WHERE t.competition_id = c.id AND t.ended IS NULL),
        (SELECT COUNT(*) FROM participations p WHERE p.competition_id = c.id) FROM competitions c";
    COUNT_OF = "SELECT (SELECT COUNT(*) FROM teams t WHERE t.competition_id = $1 AND t.ended IS NULL),
        (SELECT COUNT(*) FROM participations p WHERE p.competition_id = $1)";
    AGREED_AT = "SELECT agreed_at FROM participations WHERE competition_id = $1 AND user_id = $2";
    JOIN = "INSERT INTO participations (competition_id, user_id, agreed_at) VALUES ($1, $2, $3)
        ON CONFLICT (competition_id, user_id) DO NOTHING";
}

impl Db {
    /// Teams and participants of every competition.
    #[boxed]
    pub async fn participant_counts(&self) -> Result<HashMap<CompetitionId, (i64, i64)>> {
        let rows: Vec<(CompetitionId, i64, i64)> = all!(self, COUNTS)?;
        Ok(rows.into_iter().map(|(id, teams, people)| (id, (teams, people))).collect())
    }

    /// Teams and participants of one competition.
    #[boxed]
    pub async fn participant_count(&self, competition: CompetitionId) -> Result<(i64, i64)> {
        one!(self, COUNT_OF, competition)
    }

    #[boxed]
    pub async fn agreed_at(&self, competition: CompetitionId, user: UserId) -> Result<Option<DateTime<Utc>>> {
        maybe_value!(self, AGREED_AT, competition, user)
    }
}

impl Tx {
    /// Whether this made the user a participant; false when they were one already.
    #[boxed]
    pub async fn join(&mut self, competition: CompetitionId, user: UserId, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, JOIN, competition, user, at)
    }
}
