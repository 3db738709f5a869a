//! Who organizes a competition.

use async_recursion::async_recursion as boxed;
use domain::ids::{CompetitionId, UserId};

use crate::{Db, Result, Tx};

sql! {
    IS_ORGANIZER = "SELECT COUNT(*) FROM organizers WHERE competition_id = $1 AND user_id = $2";
    ADD = "INSERT INTO organizers (competition_id, user_id) VALUES ($1, $2) ON CONFLICT (competition_id, user_id) DO NOTHING";
    REMOVE = "DELETE FROM organizers WHERE competition_id = $1 AND user_id = $2";
}

impl Db {
    #[boxed]
    pub async fn is_organizer(&self, competition: CompetitionId, user: UserId) -> Result<bool> {
        let count: i64 = value!(self, IS_ORGANIZER, competition, user)?;
        Ok(count > 0)
    }
}

impl Tx {
    /// False when they were one already.
    #[boxed]
    pub async fn add_organizer(&mut self, competition: CompetitionId, user: UserId) -> Result<bool> {
        changed!(self, ADD, competition, user)
    }

    /// False when they were none.
    #[boxed]
    pub async fn remove_organizer(&mut self, competition: CompetitionId, user: UserId) -> Result<bool> {
        changed!(self, REMOVE, competition, user)
    }
}
