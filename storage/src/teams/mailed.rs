//! Invitations into teams by mail.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{LetterId, TeamId, TeamInvitationId, UserId};

use crate::{Db, Result, Tx};

/// An invitation that waits for whoever has its letter.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TeamInvitation {
    pub id: TeamInvitationId,
    pub team_id: TeamId,
    /// None of a person whose address the team does not know.
    pub email: Option<String>,
    /// That person.
    pub user_id: Option<UserId>,
    /// Whose link leads into the team.
    pub letter_id: LetterId,
    pub invited_by: UserId,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// An invitation, and how its letter fares.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitingInvitation {
    #[sqlx(flatten)]
    pub invitation: TeamInvitation,
    pub is_sent: bool,
    pub has_failed: bool,
    /// The public name of such a person; empty where they chose none.
    pub name: String,
}

macro_rules! invitations {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.team_id, i.email, i.user_id, i.letter_id, i.invited_by, i.created_at, i.expires_at,
            l.state = 'sent' AS is_sent, l.state = 'failed' AS has_failed,
            COALESCE(n.public_name, '') AS name
            FROM team_invitations i JOIN letters l ON l.id = i.letter_id LEFT JOIN users n ON n.id = i.user_id ",
            $rest
        )
    };
}

sql! {
    OF_TEAM = invitations!("WHERE i.team_id = $1 ORDER BY i.created_at, i.id");
    OF_LETTER = invitations!("WHERE i.letter_id = $1");
}

impl Db {
    /// All invitations of a team that wait; they may have expired.
    #[boxed]
    pub async fn team_invitations(&self, team: TeamId) -> Result<Vec<WaitingInvitation>> {
        all!(self, OF_TEAM, team)
    }

    /// The one that a letter's link leads to; it may have expired.
    #[boxed]
    pub async fn team_invitation(&self, letter: LetterId) -> Result<Option<TeamInvitation>> {
        let found: Option<WaitingInvitation> = maybe!(self, OF_LETTER, letter)?;
        Ok(found.map(|found| found.invitation))
    }
}

sql! {
    INVITE = "INSERT INTO team_invitations (id, team_id, email, user_id, letter_id, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    COUNT = "SELECT COUNT(*) FROM team_invitations WHERE team_id = $1";
    END = "DELETE FROM team_invitations WHERE id = $1 AND team_id = $2 RETURNING letter_id";
    END_TO = "DELETE FROM team_invitations WHERE team_id = $1 AND email = $2 RETURNING letter_id";
    COUNT_TO_PERSON = "SELECT COUNT(*) FROM team_invitations WHERE team_id = $1 AND user_id = $2";
    END_BY = "DELETE FROM team_invitations WHERE team_id = $1
        AND (invited_by = $2 OR user_id = $2 OR email = (SELECT email FROM users WHERE id = $2)) RETURNING letter_id";
    END_ALL = "DELETE FROM team_invitations WHERE team_id = $1 RETURNING letter_id";
    END_OF_SENDER = "DELETE FROM team_invitations WHERE invited_by = $1 OR user_id = $1 RETURNING letter_id";
    END_REQUESTS = "DELETE FROM join_requests WHERE user_id = $1";
    SWEEP = "DELETE FROM team_invitations WHERE team_id = $1 AND expires_at <= $2";
}

impl Tx {
    /// Lets an invitation wait for an address, for which none of the team waits yet.
    #[boxed]
    pub async fn invite_to_team(&mut self, invitation: &TeamInvitation) -> Result<()> {
        let TeamInvitation { id, team_id, email, user_id, letter_id, invited_by, created_at, expires_at } = invitation;
        run!(self, INVITE, id, team_id, email, user_id, letter_id, invited_by, created_at, expires_at)
    }

    #[boxed]
    pub async fn count_team_invitations(&mut self, team: TeamId) -> Result<i64> {
        value!(self, COUNT, team)
    }

    /// False when nothing waits under this id any more.
    #[boxed]
    pub async fn end_team_invitation(&mut self, id: TeamInvitationId, team: TeamId) -> Result<bool> {
        let letters: Vec<LetterId> = values!(self, END, id, team)?;
        self.unsend(letters).await
    }

    /// Whether one waits for a person.
    #[boxed]
    pub async fn is_invited_to_team(&mut self, team: TeamId, person: UserId) -> Result<bool> {
        let count: i64 = value!(self, COUNT_TO_PERSON, team, person)?;
        Ok(count > 0)
    }

    /// Ends what waits for an address.
    #[boxed]
    pub async fn end_team_invitations_to(&mut self, team: TeamId, email: &str) -> Result<()> {
        let letters: Vec<LetterId> = values!(self, END_TO, team, email)?;
        self.unsend(letters).await.map(|_| ())
    }

    /// Ends what somebody has sent, and what waits for them.
    #[boxed]
    pub async fn end_team_invitations_by(&mut self, team: TeamId, user: UserId) -> Result<()> {
        let letters: Vec<LetterId> = values!(self, END_BY, team, user)?;
        self.unsend(letters).await.map(|_| ())
    }

    /// Ends all of a team.
    #[boxed]
    pub async fn end_team_invitations(&mut self, team: TeamId) -> Result<()> {
        let letters: Vec<LetterId> = values!(self, END_ALL, team)?;
        self.unsend(letters).await.map(|_| ())
    }

    /// Ends all that somebody has sent and asked and was sent as a person, for any team.
    #[boxed]
    pub async fn end_ways_into_teams_of(&mut self, user: UserId) -> Result<()> {
        run!(self, END_REQUESTS, user)?;
        let letters: Vec<LetterId> = values!(self, END_OF_SENDER, user)?;
        self.unsend(letters).await.map(|_| ())
    }

    /// Forgets those of a team that nobody has taken in time.
    #[boxed]
    pub async fn sweep_team_invitations(&mut self, team: TeamId, now: DateTime<Utc>) -> Result<()> {
        run!(self, SWEEP, team, now)
    }
}
