//! What is left of an account that is deleted.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::ids::{CompetitionId, TeamId, UserId};
use domain::participation::ParticipationState;
use domain::teams::TeamEnd;
use domain::text::GONE;

use crate::{Db, Result, Tx};

/// A team that somebody is in, as far as their parting is concerned.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Membership {
    pub competition_id: CompetitionId,
    pub team_id: TeamId,
    pub team_name: String,
    pub leads: bool,
    /// Set when the team's part in the competition is over.
    pub ended: Option<TeamEnd>,
    /// With themselves, and without those whose accounts are gone.
    pub members: i64,
    /// Their own, dry runs not counted.
    pub submissions: i64,
    /// The team's, likewise.
    pub team_submissions: i64,
}

sql! {
    MEMBERSHIPS = "SELECT m.competition_id, m.team_id, t.name AS team_name, t.leader_id = $1 AS leads, t.ended,
        (SELECT COUNT(*) FROM members r JOIN users u ON u.id = r.user_id
            WHERE r.team_id = m.team_id AND u.deleted_at IS NULL) AS members,
        (SELECT COUNT(*) FROM submissions s WHERE s.team_id = m.team_id AND s.user_id = $1 AND s.dry_run = FALSE) AS submissions,
        (SELECT COUNT(*) FROM submissions s WHERE s.team_id = m.team_id AND s.dry_run = FALSE) AS team_submissions
        FROM members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1 ORDER BY m.competition_id";
    // Each competition is asked for them: of applications there are many more.
    APPLICATIONS = "SELECT p.competition_id, p.state FROM competitions c CROSS JOIN participations p
        WHERE p.competition_id = c.id AND p.user_id = $1 ORDER BY p.competition_id";
    ROLES = "SELECT competition_id, role FROM roles WHERE user_id = $1 ORDER BY competition_id";
}

impl Db {
    /// The teams that somebody is in, by competition.
    #[boxed]
    pub async fn memberships(&self, user: UserId) -> Result<Vec<Membership>> {
        all!(self, MEMBERSHIPS, user)
    }

    /// How somebody's applications stand, by competition.
    #[boxed]
    pub async fn applications_of(&self, user: UserId) -> Result<Vec<(CompetitionId, ParticipationState)>> {
        all!(self, APPLICATIONS, user)
    }

    /// What somebody is to the competitions that they help to run.
    #[boxed]
    pub async fn roles_of(&self, user: UserId) -> Result<Vec<(CompetitionId, Role)>> {
        all!(self, ROLES, user)
    }
}

sql! {
    TAKE_ROLES = "DELETE FROM roles WHERE user_id = $1";
    UNINVITE = "DELETE FROM application_invitations WHERE email = $1";
    // No address ends like this (RFC 2606), so nobody signs up under it and no letter goes there.
    ANONYMISE = "UPDATE users SET email = $2, name = '', affiliation = '', public_name = NULL, password_hash = '', is_admin = FALSE,
        verified_at = NULL, deleted_at = $3 WHERE id = $1";
}

impl Tx {
    /// The same as [`Db::memberships`], inside this transaction.
    #[boxed]
    pub async fn memberships(&mut self, user: UserId) -> Result<Vec<Membership>> {
        all!(self, MEMBERSHIPS, user)
    }

    /// The same as [`Db::applications_of`], inside this transaction.
    #[boxed]
    pub async fn applications_of(&mut self, user: UserId) -> Result<Vec<(CompetitionId, ParticipationState)>> {
        all!(self, APPLICATIONS, user)
    }

    /// The same as [`Db::roles_of`], inside this transaction.
    #[boxed]
    pub async fn roles_of(&mut self, user: UserId) -> Result<Vec<(CompetitionId, Role)>> {
        all!(self, ROLES, user)
    }

    #[boxed]
    pub async fn take_roles_of(&mut self, user: UserId) -> Result<()> {
        run!(self, TAKE_ROLES, user)
    }

    /// Forgets that organizers have asked an address to apply.
    #[boxed]
    pub async fn forget_invited_address(&mut self, email: &str) -> Result<()> {
        run!(self, UNINVITE, email)
    }

    /// Takes from an account all that says whose it was.
    #[boxed]
    pub async fn anonymise(&mut self, user: UserId, at: DateTime<Utc>) -> Result<()> {
        run!(self, ANONYMISE, user, format!("{}{GONE}", user.0.simple()), at)
    }
}
