//! Teams' members.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, StageId, TeamId, TeamNumber, UserId};
use domain::teams::Team;

use crate::{Db, Result, Tx};

sql! {
    NAMES = "SELECT m.team_id, COALESCE(u.public_name, '') FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.competition_id = $1 ORDER BY m.joined_at, u.id";
}

sql! {
    // Whoever left a team that has ended leads it no more.
    LEADERS = "SELECT t.id, COALESCE(CASE WHEN $2 = TRUE THEN u.name ELSE u.public_name END, '') FROM teams t
        JOIN members m ON m.team_id = t.id AND m.user_id = t.leader_id JOIN users u ON u.id = m.user_id
        WHERE t.competition_id = $1";
}

sql! {
    SMALL = "SELECT t.number, t.name, COUNT(m.user_id) FROM teams t LEFT JOIN members m ON m.team_id = t.id
        WHERE t.competition_id = $1 AND t.ended IS NULL GROUP BY t.id, t.number, t.name HAVING COUNT(m.user_id) < $2
        ORDER BY t.number LIMIT $3";
}

impl Db {
    /// Number, name and size of the teams that have fewer members than so many, so many of them at most.
    #[boxed]
    pub async fn small_teams(
        &self,
        competition: CompetitionId,
        min: i64,
        limit: i64,
    ) -> Result<Vec<(TeamNumber, String, i64)>> {
        all!(self, SMALL, competition, min, limit)
    }

    /// The leader of each team that has members, by their real name or by the public one, which is empty for those who chose none.
    #[boxed]
    pub async fn team_leaders(&self, competition: CompetitionId, by_real_name: bool) -> Result<Vec<(TeamId, String)>> {
        all!(self, LEADERS, competition, by_real_name)
    }

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
        run!(self, INSERT, team.competition_id, user, team.id, at)?;
        self.begin_membership(team.id, user, at).await
    }

    #[boxed]
    pub async fn delete_member(&mut self, team: TeamId, user: UserId, at: DateTime<Utc>) -> Result<bool> {
        self.end_membership(team, user, at).await?;
        changed!(self, DELETE, team, user)
    }

    /// The stages the team has submitted to, and so may stand on the leaderboard of.
    #[boxed]
    pub async fn shown_on(&mut self, team: TeamId) -> Result<Vec<StageId>> {
        values!(self, SHOWN_ON, team, false)
    }
}
