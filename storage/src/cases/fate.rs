//! What the decisions of its cases make of a team and its submissions.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::TeamId;
use domain::teams::TeamEnd;

use crate::{Result, Tx};

sql! {
    // From what holds now in all cases of a team, so that one that is reversed leaves nothing behind and another one stays.
    DISQUALIFYING = "SELECT COUNT(*) FROM cases c WHERE c.team_id = $1 AND c.outcome = 'disqualified'";
    VOID = "UPDATE submissions SET voided = TRUE WHERE team_id = $1 AND voided = FALSE
        AND EXISTS (SELECT 1 FROM case_submissions b JOIN cases c ON c.id = b.case_id
            WHERE b.submission_id = submissions.id AND c.outcome = 'voided')";
    UNVOID = "UPDATE submissions SET voided = FALSE WHERE team_id = $1 AND voided = TRUE
        AND NOT EXISTS (SELECT 1 FROM case_submissions b JOIN cases c ON c.id = b.case_id
            WHERE b.submission_id = submissions.id AND c.outcome = 'voided')";
    FOLLOW = "UPDATE cases SET team_id = $2 WHERE team_id = $1";
}

/// What has changed for a team by its cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamFate {
    Same,
    Disqualified,
    Restored,
}

impl Tx {
    /// Makes a team and its submissions what its cases say, under the team's lock.
    #[boxed]
    pub async fn apply_cases(&mut self, team: TeamId, at: DateTime<Utc>) -> Result<TeamFate> {
        run!(self, VOID, team)?;
        run!(self, UNVOID, team)?;
        let disqualifying: i64 = value!(self, DISQUALIFYING, team)?;
        if disqualifying > 0 {
            let ends = self.end_team(team, TeamEnd::Disqualified).await?;
            return Ok(if ends { TeamFate::Disqualified } else { TeamFate::Same });
        }
        let returns = self.restore_team(team, TeamEnd::Disqualified, at).await?;
        Ok(if returns { TeamFate::Restored } else { TeamFate::Same })
    }

    /// Gives the cases of a team to the one that it has become part of.
    pub(crate) async fn move_cases(&mut self, from: TeamId, to: TeamId) -> Result<()> {
        run!(self, FOLLOW, from, to)
    }
}
