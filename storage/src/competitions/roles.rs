//! Who helps to run a competition, and who is asked to.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::ids::{CompetitionId, LetterId, RoleInvitationId, UserId};

use crate::{Db, Result, Tx};

/// Somebody with a role.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Holder {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub affiliation: String,
    pub role: Role,
    pub given_at: DateTime<Utc>,
    /// The real name of who gave it; nobody's where it was the operator, or nobody knows any more.
    pub given_by: Option<String>,
}

/// A role that waits for whoever has an address.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RoleInvitation {
    pub id: RoleInvitationId,
    pub competition_id: CompetitionId,
    pub email: String,
    pub role: Role,
    /// Whose link leads to it.
    pub letter_id: LetterId,
    /// None is the operator.
    pub invited_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A role that waits, and how its letter fares.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitingRole {
    #[sqlx(flatten)]
    pub invitation: RoleInvitation,
    pub is_sent: bool,
    pub has_failed: bool,
}

macro_rules! invitations {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.competition_id, i.email, i.role, i.letter_id, i.invited_by, i.created_at, i.expires_at,
            l.state = 'sent' AS is_sent, l.state = 'failed' AS has_failed
            FROM role_invitations i JOIN letters l ON l.id = i.letter_id ",
            $rest
        )
    };
}

sql! {
    HOLDERS = "SELECT o.user_id, u.name, u.email, u.affiliation, o.role, o.given_at, g.name AS given_by FROM roles o
        JOIN users u ON u.id = o.user_id LEFT JOIN users g ON g.id = o.given_by WHERE o.competition_id = $1 ORDER BY o.given_at, o.user_id";
    INVITATIONS = invitations!("WHERE i.competition_id = $1 ORDER BY i.created_at, i.id");
    INVITATION = invitations!("WHERE i.letter_id = $1");
}

impl Db {
    /// All who have a role in a competition, those who have had it longest first.
    #[boxed]
    pub async fn role_holders(&self, competition: CompetitionId) -> Result<Vec<Holder>> {
        all!(self, HOLDERS, competition)
    }

    /// All roles of a competition that wait for somebody; they may have expired.
    #[boxed]
    pub async fn role_invitations(&self, competition: CompetitionId) -> Result<Vec<WaitingRole>> {
        all!(self, INVITATIONS, competition)
    }

    /// The one that a letter's link leads to; it may have expired.
    #[boxed]
    pub async fn role_invitation(&self, letter: LetterId) -> Result<Option<RoleInvitation>> {
        let found: Option<WaitingRole> = maybe!(self, INVITATION, letter)?;
        Ok(found.map(|found| found.invitation))
    }
}

sql! {
    ROLE = "SELECT role FROM roles WHERE competition_id = $1 AND user_id = $2";
    IN_TEAM = "SELECT COUNT(*) FROM members WHERE competition_id = $1 AND user_id = $2";
    OWNERS = "SELECT COUNT(*) FROM roles WHERE competition_id = $1 AND role = $2";
    GIVE = "INSERT INTO roles (competition_id, user_id, role, given_at, given_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (competition_id, user_id) DO UPDATE SET role = excluded.role, given_at = excluded.given_at,
            given_by = excluded.given_by WHERE roles.role <> excluded.role";
    TAKE = "DELETE FROM roles WHERE competition_id = $1 AND user_id = $2";
}

impl Tx {
    #[boxed]
    pub async fn role(&mut self, competition: CompetitionId, user: UserId) -> Result<Option<Role>> {
        maybe_value!(self, ROLE, competition, user)
    }

    /// Whether they are in a team of the competition.
    #[boxed]
    pub async fn is_in_team(&mut self, competition: CompetitionId, user: UserId) -> Result<bool> {
        let count: i64 = value!(self, IN_TEAM, competition, user)?;
        Ok(count > 0)
    }

    #[boxed]
    pub async fn count_owners(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, OWNERS, competition, Role::Owner)
    }

    /// False when they had this role already.
    #[boxed]
    pub async fn give_role(
        &mut self,
        competition: CompetitionId,
        user: UserId,
        role: Role,
        by: Option<UserId>,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(self, GIVE, competition, user, role, at, by)
    }

    /// False when they had none.
    #[boxed]
    pub async fn take_role(&mut self, competition: CompetitionId, user: UserId) -> Result<bool> {
        changed!(self, TAKE, competition, user)
    }
}

sql! {
    INVITE = "INSERT INTO role_invitations (id, competition_id, email, role, letter_id, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    COUNT_INVITATIONS = "SELECT COUNT(*) FROM role_invitations WHERE competition_id = $1";
    END = "DELETE FROM role_invitations WHERE id = $1 AND competition_id = $2 RETURNING letter_id";
    END_TO = "DELETE FROM role_invitations WHERE competition_id = $1 AND email = $2 RETURNING letter_id";
    END_OF = "DELETE FROM role_invitations WHERE competition_id = $1
        AND (invited_by = $2 OR email = (SELECT email FROM users WHERE id = $2)) RETURNING letter_id";
    SWEEP = "DELETE FROM role_invitations WHERE expires_at <= $1";
}

impl Tx {
    /// Lets a role wait for an address, for which none waits yet.
    #[boxed]
    pub async fn invite_to_role(&mut self, invitation: &RoleInvitation) -> Result<()> {
        let RoleInvitation { id, competition_id, email, role, letter_id, invited_by, created_at, expires_at } =
            invitation;
        run!(self, INVITE, id, competition_id, email, role, letter_id, invited_by, created_at, expires_at)
    }

    #[boxed]
    pub async fn count_role_invitations(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, COUNT_INVITATIONS, competition)
    }

    /// False when nothing waits under this id any more.
    #[boxed]
    pub async fn end_role_invitation(&mut self, id: RoleInvitationId, competition: CompetitionId) -> Result<bool> {
        let letters: Vec<LetterId> = values!(self, END, id, competition)?;
        self.unsend(letters).await
    }

    /// Ends what waits for an address.
    #[boxed]
    pub async fn end_role_invitations_to(&mut self, competition: CompetitionId, email: &str) -> Result<()> {
        let letters: Vec<LetterId> = values!(self, END_TO, competition, email)?;
        self.unsend(letters).await.map(|_| ())
    }

    /// Ends what waits for somebody, and what waits for others because they have asked.
    #[boxed]
    pub async fn end_role_invitations_of(&mut self, competition: CompetitionId, user: UserId) -> Result<()> {
        let letters: Vec<LetterId> = values!(self, END_OF, competition, user)?;
        self.unsend(letters).await.map(|_| ())
    }

    /// Takes letters back that nobody has begun to send. Whether there were any, sent or not.
    pub(crate) async fn unsend(&mut self, letters: Vec<LetterId>) -> Result<bool> {
        for letter in &letters {
            self.unsend_letter(*letter).await?;
        }
        Ok(!letters.is_empty())
    }

    /// Forgets roles that nobody has taken in time.
    #[boxed]
    pub async fn sweep_role_invitations(&mut self, now: DateTime<Utc>) -> Result<()> {
        run!(self, SWEEP, now)
    }
}
