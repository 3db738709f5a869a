//! Requests to be let into a team.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, JoinRequestId, TeamId, TeamNumber, UserId};

use crate::{Db, Result, Tx};

/// Somebody who asks to be let in, as the team's leader sees them.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct JoinApplicant {
    pub id: JoinRequestId,
    pub user_id: UserId,
    pub name: String,
    pub affiliation: String,
    pub message: String,
    pub created_at: DateTime<Utc>,
}

/// A request as whoever made it sees it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnRequest {
    pub id: JoinRequestId,
    pub team_id: TeamId,
    pub number: TeamNumber,
    pub team_name: String,
    pub created_at: DateTime<Utc>,
    pub refused_at: Option<DateTime<Utc>>,
}

sql! {
    APPLICANTS = "SELECT q.id, q.user_id, n.name, n.affiliation, q.message, q.created_at
        FROM join_requests q JOIN users n ON n.id = q.user_id WHERE q.team_id = $1 AND q.refused_at IS NULL ORDER BY q.created_at, q.id";
    OWN = "SELECT q.id, q.team_id, d.number, d.name AS team_name, q.created_at, q.refused_at
        FROM join_requests q JOIN teams d ON d.id = q.team_id
        WHERE q.user_id = $1 AND q.competition_id = $2 ORDER BY q.created_at DESC, q.id DESC";
}

impl Db {
    /// Who asks to be let into a team, those who have waited longest first.
    #[boxed]
    pub async fn join_applicants(&self, team: TeamId) -> Result<Vec<JoinApplicant>> {
        all!(self, APPLICANTS, team)
    }

    /// What somebody has asked in a competition, newest first, with those that were refused.
    #[boxed]
    pub async fn join_requests_of(&self, user: UserId, competition: CompetitionId) -> Result<Vec<OwnRequest>> {
        all!(self, OWN, user, competition)
    }
}

sql! {
    ASKER = "SELECT user_id FROM join_requests WHERE id = $1 AND team_id = $2 AND refused_at IS NULL";
}

impl Db {
    /// Whose request to a team waits under this id.
    #[boxed]
    pub async fn who_asks(&self, id: JoinRequestId, team: TeamId) -> Result<Option<UserId>> {
        maybe_value!(self, ASKER, id, team)
    }
}

sql! {
    FIND = "SELECT refused_at FROM join_requests WHERE user_id = $1 AND team_id = $2";
    COUNT_OF = "SELECT COUNT(*) FROM join_requests WHERE user_id = $1 AND competition_id = $2 AND refused_at IS NULL";
    COUNT_TO = "SELECT COUNT(*) FROM join_requests WHERE team_id = $1 AND refused_at IS NULL";
    ASK = "INSERT INTO join_requests (id, competition_id, team_id, user_id, message, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    REFUSE = "UPDATE join_requests SET refused_at = $3, message = '' WHERE id = $1 AND team_id = $2 AND refused_at IS NULL";
    WITHDRAW = "DELETE FROM join_requests WHERE id = $1 AND user_id = $2 AND competition_id = $3 AND refused_at IS NULL";
    END_OF = "DELETE FROM join_requests WHERE user_id = $1 AND competition_id = $2";
    END_TO = "DELETE FROM join_requests WHERE team_id = $1";
}

impl Tx {
    /// Whether somebody has asked a team, and if so, when they were refused.
    #[boxed]
    pub async fn join_request(&mut self, user: UserId, team: TeamId) -> Result<Option<Option<DateTime<Utc>>>> {
        maybe_value!(self, FIND, user, team)
    }

    /// Whose request to a team waits under this id.
    #[boxed]
    pub async fn who_asks(&mut self, id: JoinRequestId, team: TeamId) -> Result<Option<UserId>> {
        maybe_value!(self, ASKER, id, team)
    }

    /// How many of somebody's requests wait in a competition.
    #[boxed]
    pub async fn count_join_requests_of(&mut self, user: UserId, competition: CompetitionId) -> Result<i64> {
        value!(self, COUNT_OF, user, competition)
    }

    /// How many wait for a team's answer.
    #[boxed]
    pub async fn count_join_requests_to(&mut self, team: TeamId) -> Result<i64> {
        value!(self, COUNT_TO, team)
    }

    #[boxed]
    pub async fn ask_to_join(
        &mut self,
        competition: CompetitionId,
        team: TeamId,
        user: UserId,
        message: &str,
        at: DateTime<Utc>,
    ) -> Result<JoinRequestId> {
        let id = JoinRequestId::at(at);
        run!(self, ASK, id, competition, team, user, message, at)?;
        Ok(id)
    }

    /// Refuses a request, whose message goes; false where none waits.
    #[boxed]
    pub async fn refuse_join_request(&mut self, id: JoinRequestId, team: TeamId, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, REFUSE, id, team, at)
    }

    /// Takes one's own request back; false where none waits.
    #[boxed]
    pub async fn withdraw_join_request(
        &mut self,
        id: JoinRequestId,
        user: UserId,
        competition: CompetitionId,
    ) -> Result<bool> {
        changed!(self, WITHDRAW, id, user, competition)
    }

    /// Ends all that somebody has asked in a competition.
    #[boxed]
    pub async fn end_join_requests_of(&mut self, user: UserId, competition: CompetitionId) -> Result<()> {
        run!(self, END_OF, user, competition)
    }

    /// Ends all that a team was asked.
    #[boxed]
    pub async fn end_join_requests_to(&mut self, team: TeamId) -> Result<()> {
        run!(self, END_TO, team)
    }
}
