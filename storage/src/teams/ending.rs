//! How teams end, and come back. Whatever ends one does it here: its row stays, for what was done there is kept, and nobody comes into it.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, TeamId, UserId};
use domain::teams::TeamEnd;

use crate::{Result, Tx};

sql! {
    END = "UPDATE teams SET ended = $2 WHERE id = $1 AND ended IS NULL";
    DELETE_DRY_RUNS = "DELETE FROM submissions WHERE team_id = $1 AND dry_run = $2";
    // Its name is anybody's again: no name's own key has a space.
    FREE_NAME = "UPDATE teams SET name_key = name_key || ' ' || number WHERE id = $1";
    LEFT_BY = "SELECT COUNT(*) FROM memberships h JOIN teams t ON t.id = h.team_id
        WHERE h.user_id = $1 AND t.competition_id = $2 AND t.ended = 'withdrawn'";
    // Its days are counted anew: meanwhile it could do nothing.
    RESTORE = "UPDATE teams SET ended = NULL, counted_from = $3 WHERE id = $1 AND ended = $2";
}

impl Tx {
    /// Ends a team, with all by which somebody could come into it; false where it had ended before. Hold its lock. What a case has
    /// ended keeps its invitations, which let nobody in meanwhile: if it is reversed, all is as it was.
    #[boxed]
    pub async fn end_team(&mut self, team: TeamId, how: TeamEnd) -> Result<bool> {
        if !changed!(self, END, team, how)? {
            return Ok(false);
        }
        if how != TeamEnd::Disqualified {
            self.delete_invitation(team).await?;
            self.end_team_invitations(team).await?;
            self.end_join_requests_to(team).await?;
            self.end_merges_of(team).await?;
        }
        if how == TeamEnd::Withdrawn {
            run!(self, DELETE_DRY_RUNS, team, true)?;
            run!(self, FREE_NAME, team)?;
        }
        Ok(true)
    }

    /// In how many teams of a competition somebody was that all have left.
    #[boxed]
    pub async fn count_teams_left_by(&mut self, competition: CompetitionId, user: UserId) -> Result<i64> {
        value!(self, LEFT_BY, user, competition)
    }

    /// Takes back a team that had ended like this; false where it had not.
    #[boxed]
    pub async fn restore_team(&mut self, team: TeamId, from: TeamEnd, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, RESTORE, team, from, at)
    }
}
