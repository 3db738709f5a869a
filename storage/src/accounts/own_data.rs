//! What is kept about a person, for themselves; their entries in the audit record are `audit`'s.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Role;
use domain::ids::{CompetitionId, UserId};
use domain::participation::ParticipationState;
use domain::submissions::Status;

use crate::{Db, Result};

/// That somebody takes part.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnParticipation {
    pub competition: String,
    pub agreed_at: DateTime<Utc>,
    pub state: ParticipationState,
    /// To the organizers' questions, as JSON.
    pub answers: Option<String>,
}

/// What somebody is to a competition.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnRole {
    pub competition: String,
    pub role: Role,
    pub given_at: DateTime<Utc>,
}

/// A team that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnTeam {
    pub competition: String,
    pub number: i64,
    pub name: String,
    pub joined_at: DateTime<Utc>,
    pub leads: bool,
}

/// A competition in which somebody has a part.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnPart {
    pub competition: CompetitionId,
    /// Of their application.
    pub state: Option<ParticipationState>,
    pub role: Option<Role>,
    pub team_number: Option<i64>,
    pub team_name: Option<String>,
    /// How the team ended.
    pub team_ended: Option<String>,
    pub leads: bool,
    /// Of the team, but for dry runs.
    pub submissions: i64,
    pub submitted_at: Option<DateTime<Utc>>,
}

/// A submission that somebody made, without its scores.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnSubmission {
    pub competition: String,
    pub stage: String,
    pub team: i64,
    pub number: i64,
    pub dry_run: bool,
    pub door: String,
    pub file_name: String,
    pub bytes: i64,
    pub sha256: String,
    pub memo: String,
    pub status: Status,
    pub created_at: DateTime<Utc>,
}

/// A letter to somebody.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnLetter {
    pub kind: String,
    pub address: String,
    pub state: String,
    pub created_at: DateTime<Utc>,
}

sql! {
    // Each competition is asked for them: of participations there are many more.
    PARTICIPATIONS = "SELECT c.slug AS competition, p.agreed_at, p.state, CAST(p.answers AS TEXT) AS answers FROM competitions c CROSS JOIN participations p
        WHERE p.competition_id = c.id AND p.user_id = $1 ORDER BY p.agreed_at";
    ROLES = "SELECT c.slug AS competition, o.role, o.given_at FROM roles o JOIN competitions c ON c.id = o.competition_id
        WHERE o.user_id = $1 ORDER BY o.given_at";
    TEAMS = "SELECT c.slug AS competition, t.number, t.name, m.joined_at, t.leader_id = $1 AS leads
        FROM members m JOIN teams t ON t.id = m.team_id JOIN competitions c ON c.id = m.competition_id
        WHERE m.user_id = $1 ORDER BY m.joined_at";
    PARTS = "SELECT c.id AS competition, p.state, o.role, t.number AS team_number, t.name AS team_name, t.ended AS team_ended,
        COALESCE(t.leader_id = $1, FALSE) AS leads,
        (SELECT COUNT(*) FROM submissions s WHERE s.team_id = t.id AND s.dry_run = FALSE) AS submissions,
        (SELECT MAX(s.created_at) FROM submissions s WHERE s.team_id = t.id AND s.dry_run = FALSE) AS submitted_at
        FROM competitions c LEFT JOIN participations p ON p.competition_id = c.id AND p.user_id = $1
        LEFT JOIN roles o ON o.competition_id = c.id AND o.user_id = $1
        LEFT JOIN members m ON m.competition_id = c.id AND m.user_id = $1 LEFT JOIN teams t ON t.id = m.team_id
        WHERE p.state IS NOT NULL OR o.role IS NOT NULL OR t.id IS NOT NULL";
    SUBMISSIONS = "SELECT c.slug AS competition, g.key AS stage, t.number AS team, s.number, s.dry_run, s.door, s.file_name, s.bytes,
        s.sha256, s.memo, s.status, s.created_at FROM submissions s JOIN teams t ON t.id = s.team_id
        JOIN stages g ON g.id = s.stage_id JOIN competitions c ON c.id = g.competition_id
        WHERE s.user_id = $1 ORDER BY s.created_at, s.id";
    LETTERS = "SELECT kind, address, state, created_at FROM letters WHERE user_id = $1 OR address = $2 ORDER BY created_at, id";
}

impl Db {
    #[boxed]
    pub async fn own_participations(&self, user: UserId) -> Result<Vec<OwnParticipation>> {
        all!(self, PARTICIPATIONS, user)
    }

    /// Every competition in which they have applied, have a role or are in a team.
    #[boxed]
    pub async fn own_parts(&self, user: UserId) -> Result<Vec<OwnPart>> {
        all!(self, PARTS, user)
    }

    #[boxed]
    pub async fn own_roles(&self, user: UserId) -> Result<Vec<OwnRole>> {
        all!(self, ROLES, user)
    }

    #[boxed]
    pub async fn own_teams(&self, user: UserId) -> Result<Vec<OwnTeam>> {
        all!(self, TEAMS, user)
    }

    /// Whatever team they were for, dry runs among them.
    #[boxed]
    pub async fn own_submissions(&self, user: UserId) -> Result<Vec<OwnSubmission>> {
        all!(self, SUBMISSIONS, user)
    }

    /// Those to an address too, where that is theirs for sure.
    #[boxed]
    pub async fn own_letters(&self, user: UserId, address: Option<&str>) -> Result<Vec<OwnLetter>> {
        all!(self, LETTERS, user, address.unwrap_or_default())
    }
}
