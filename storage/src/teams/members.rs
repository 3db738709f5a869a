//! Teams' members.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, StageId, TeamId, UserId};
use domain::teams::Team;

use crate::{Db, Result, Tx};

sql! {
    NAMES = "SELECT m.team_id, COALESCE(u.public_name, '') FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.competition_id = $1 ORDER BY m.joined_at, u.id";
}

impl Db {
    /// Every member's public name by team, in the order they joined; empty for those who chose none.
    #[boxed]
    pub async fn member_names(&self, competition: CompetitionId) -> Result<Vec<(TeamId, String)>> {
        all!(self, NAMES, competition)
    }
}

sql! {
    INSERT = "INSERT INTO members (competition_id, user_id, team_id, joined_at) VALUES ($1, $2, $3, $4)";
    DELETE = "DELETE FROM members WHERE team_id = $1 AND user_id = $2";
    SHOWN_ON = "SELECT DISTINCT stage_id FROM submissions WHERE team_id = $1 AND dry_run = $2 ORDER BY stage_id";
}

impl Tx {
    #[boxed]
    pub async fn insert_member(&mut self, team: &Team, user: UserId, at: DateTime<Utc>) -> Result<()> {
        run!(self, INSERT, team.competition_id, user, team.id, at)
    }

    #[boxed]
    pub async fn delete_member(&mut self, team: TeamId, user: UserId) -> Result<bool> {
        changed!(self, DELETE, team, user)
    }

    /// The stages the team has submitted to, and so may stand on the leaderboard of.
    #[boxed]
    pub async fn shown_on(&mut self, team: TeamId) -> Result<Vec<StageId>> {
        values!(self, SHOWN_ON, team, false)
    }
}
