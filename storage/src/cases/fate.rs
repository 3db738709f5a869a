//! What the decisions of its cases make of a team and its submissions.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::cases::DISQUALIFIED;
use domain::ids::TeamId;

use crate::{Result, Tx};

sql! {
    // From what holds now in all cases of a team, so that one that is reversed leaves nothing behind and another one stays.
    END = "UPDATE teams SET ended = $2 WHERE id = $1 AND ended IS NULL
        AND EXISTS (SELECT 1 FROM cases c WHERE c.team_id = teams.id AND c.outcome = 'disqualified')";
    // Its days are counted anew: meanwhile it could do nothing.
    RESTORE = "UPDATE teams SET ended = NULL, counted_from = $3 WHERE id = $1 AND ended = $2
        AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.team_id = teams.id AND c.outcome = 'disqualified')";
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
        if changed!(self, END, team, DISQUALIFIED)? {
            return Ok(TeamFate::Disqualified);
        }
        Ok(if changed!(self, RESTORE, team, DISQUALIFIED, at)? { TeamFate::Restored } else { TeamFate::Same })
    }

    /// Gives the cases of a team to the one that it has become part of.
    pub(crate) async fn move_cases(&mut self, from: TeamId, to: TeamId) -> Result<()> {
        run!(self, FOLLOW, from, to)
    }
}
