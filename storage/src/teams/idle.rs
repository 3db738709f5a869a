//! What was seen of teams: who is idle is `domain::idle`'s to say.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::idle::Signs;
use domain::ids::{CompetitionId, TeamId, TeamNumber};
use domain::teams::TeamEnd;

use crate::{Db, Result, Tx};

/// A team as those who run the competition look over it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TeamOverview {
    #[sqlx(rename = "team_id")]
    pub id: TeamId,
    pub number: TeamNumber,
    pub name: String,
    pub ended: Option<TeamEnd>,
    /// By what its reader may know them: see [`Db::team_leaders`].
    #[sqlx(default)]
    pub leader: String,
    pub members: i64,
    /// But for dry runs.
    pub submissions: i64,
    #[sqlx(flatten)]
    pub signs: Signs,
}

macro_rules! signs {
    () => {
        "COALESCE(t.counted_from, t.created_at) AS since, t.active_at, t.idle_warned_at AS warned_at,
        (SELECT MAX(s.created_at) FROM submissions s WHERE s.team_id = t.id AND s.dry_run = FALSE) AS submitted_at,
        (SELECT r.reported_at FROM service_tokens r WHERE r.competition_id = t.competition_id) AS reported_at,
        (SELECT r.reporting_since FROM service_tokens r WHERE r.competition_id = t.competition_id) AS reporting_since"
    };
}
macro_rules! overview {
    ($rest:literal) => {
        concat!(
            "SELECT t.id AS team_id, t.number, t.name, t.ended,
                (SELECT COUNT(*) FROM members m WHERE m.team_id = t.id) AS members,
                (SELECT COUNT(*) FROM submissions s WHERE s.team_id = t.id AND s.dry_run = FALSE) AS submissions, ",
            signs!(),
            " FROM teams t WHERE ",
            $rest
        )
    };
}

sql! {
    ALL = overview!("t.competition_id = $1 ORDER BY t.number");
    SIGNS = concat!("SELECT ", signs!(), " FROM teams t WHERE t.id = $1");
}

impl Db {
    /// All teams of a competition, those too that have ended, in the order of their numbers.
    #[boxed]
    pub async fn team_overviews(&self, competition: CompetitionId) -> Result<Vec<TeamOverview>> {
        all!(self, ALL, competition)
    }

    #[boxed]
    pub async fn team_signs(&self, team: TeamId) -> Result<Option<Signs>> {
        maybe!(self, SIGNS, team)
    }
}

sql! {
    LIVE = overview!("t.competition_id = $1 AND t.ended IS NULL ORDER BY t.number");
    WARNED = "UPDATE teams SET idle_warned_at = $2 WHERE id = $1";
    ACTIVE = "UPDATE teams SET active_at = $3 WHERE competition_id = $1 AND number = $2
        AND (active_at IS NULL OR active_at < $3)";
}

impl Tx {
    /// The teams that have not ended.
    #[boxed]
    pub async fn live_teams(&mut self, competition: CompetitionId) -> Result<Vec<TeamOverview>> {
        all!(self, LIVE, competition)
    }

    #[boxed]
    pub async fn team_signs(&mut self, team: TeamId) -> Result<Option<Signs>> {
        maybe!(self, SIGNS, team)
    }

    #[boxed]
    pub async fn set_idle_warned(&mut self, team: TeamId, at: DateTime<Utc>) -> Result<()> {
        run!(self, WARNED, team, at)
    }

    /// Writes that a team was active, unless it was later too.
    #[boxed]
    pub async fn set_team_active(
        &mut self,
        competition: CompetitionId,
        number: TeamNumber,
        at: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, ACTIVE, competition, number, at)
    }
}

sql! {
    SERVICE_TOKEN = "SELECT hash FROM service_tokens WHERE competition_id = $1";
    REPORTED_AT = "SELECT reported_at FROM service_tokens WHERE competition_id = $1 AND reported_at IS NOT NULL";
    // After a gap the run of reports begins anew.
    REPORTED = "UPDATE service_tokens SET reported_at = $2,
        reporting_since = CASE WHEN reported_at >= $3 THEN reporting_since ELSE $2 END WHERE competition_id = $1";
    NUMBERS = "SELECT number FROM teams WHERE competition_id = $1";
    RENEW = "INSERT INTO service_tokens (competition_id, hash, created_at) VALUES ($1, $2, $3)
        ON CONFLICT (competition_id) DO UPDATE SET hash = $2, created_at = $3";
    REVOKE = "DELETE FROM service_tokens WHERE competition_id = $1";
}

impl Db {
    /// The hash of the token by which a service reports of a competition's teams.
    #[boxed]
    pub async fn service_token(&self, competition: CompetitionId) -> Result<Option<Vec<u8>>> {
        maybe_value!(self, SERVICE_TOKEN, competition)
    }

    /// When a service last reported of a competition's teams.
    #[boxed]
    pub async fn service_reported_at(&self, competition: CompetitionId) -> Result<Option<DateTime<Utc>>> {
        maybe_value!(self, REPORTED_AT, competition)
    }

    /// The numbers of all teams that there ever were in a competition.
    #[boxed]
    pub async fn team_numbers(&self, competition: CompetitionId) -> Result<Vec<TeamNumber>> {
        values!(self, NUMBERS, competition)
    }
}

impl Tx {
    #[boxed]
    pub async fn renew_service_token(
        &mut self,
        competition: CompetitionId,
        hash: &[u8],
        at: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, RENEW, competition, hash, at)
    }

    /// Writes that the service reports; where its last report is older than `gap`, that it does so from now on.
    #[boxed]
    pub async fn set_service_reported(
        &mut self,
        competition: CompetitionId,
        at: DateTime<Utc>,
        gap: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, REPORTED, competition, at, gap)
    }

    /// Whether there was one.
    #[boxed]
    pub async fn revoke_service_token(&mut self, competition: CompetitionId) -> Result<bool> {
        changed!(self, REVOKE, competition)
    }
}
