//! How certain final rankings are: one row a stage, claimed, then filled.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::certainty::Report;
use domain::ids::{CompetitionId, StageId};
use sqlx::types::Json;

use crate::{Db, Result, Tx};

/// Whether the ranking has changed since the version that `certainties c` is about. Names and members raise versions too, but no
/// report is about them.
macro_rules! outdated {
    () => {
        "EXISTS (SELECT 1 FROM stages s WHERE s.id = c.stage_id AND (s.rebuilt_version > c.leaderboard_version
            OR EXISTS (SELECT 1 FROM submissions x WHERE x.stage_id = s.id AND x.leaderboard_version > c.leaderboard_version)))"
    };
}

sql! {
    DUE = concat!(
        "SELECT s.competition_id, s.id FROM stages s LEFT JOIN certainties c ON c.stage_id = s.id
        WHERE s.takes_submissions = $2 AND s.private_rows > 0 AND s.reveal_at <= $1 AND s.ends_at <= $1
        AND (c.stage_id IS NULL OR (c.report IS NULL AND c.claimed_until <= $1) OR ",
        outdated!(),
        ") ORDER BY s.reveal_at, s.id LIMIT 1"
    );
    REPORT = concat!(
        "SELECT c.report FROM certainties c WHERE c.stage_id = $1 AND c.report IS NOT NULL AND NOT ",
        outdated!()
    );
}

impl Db {
    /// A stage that is over and revealed, whose ranking nobody has looked at or is looking at.
    #[boxed]
    pub async fn certainty_due(&self, now: DateTime<Utc>) -> Result<Option<(CompetitionId, StageId)>> {
        maybe!(self, DUE, now, true)
    }

    /// What is known of the ranking of now: nothing yet, that nothing can be said, or the report.
    #[boxed]
    pub async fn certainty(&self, stage: StageId) -> Result<Option<Option<Report>>> {
        let report: Option<Json<Option<Report>>> = maybe_value!(self, REPORT, stage)?;
        Ok(report.map(|report| report.0))
    }
}

sql! {
    CLAIM = concat!(
        "INSERT INTO certainties AS c (stage_id, leaderboard_version, claimed_until, attempts) VALUES ($1, $2, $3, 1)
        ON CONFLICT (stage_id) DO UPDATE SET leaderboard_version = EXCLUDED.leaderboard_version,
        claimed_until = EXCLUDED.claimed_until, report = NULL,
        attempts = CASE WHEN ",
        outdated!(),
        " THEN 1 ELSE c.attempts + 1 END
        WHERE (c.leaderboard_version < EXCLUDED.leaderboard_version AND ",
        outdated!(),
        ")
        OR (c.leaderboard_version <= EXCLUDED.leaderboard_version AND c.report IS NULL AND c.claimed_until <= $4) RETURNING attempts"
    );
    KEEP = "UPDATE certainties SET claimed_until = $3 WHERE stage_id = $1 AND leaderboard_version = $2 AND report IS NULL";
    RETURN = "UPDATE certainties SET attempts = attempts - 1, claimed_until = $3
        WHERE stage_id = $1 AND leaderboard_version = $2 AND report IS NULL";
    STORE = "UPDATE certainties SET report = $3 WHERE stage_id = $1 AND leaderboard_version = $2 AND report IS NULL";
}

impl Tx {
    /// Claims the version: how many have claimed its ranking by now; none when another worker has it or it is done.
    #[boxed]
    pub async fn claim_certainty(
        &mut self,
        stage: StageId,
        version: i64,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<i64>> {
        maybe_value!(self, CLAIM, stage, version, until, now)
    }

    /// Keeps a claim for longer.
    #[boxed]
    pub async fn keep_certainty(&mut self, stage: StageId, version: i64, until: DateTime<Utc>) -> Result<()> {
        run!(self, KEEP, stage, version, until)
    }

    /// Takes back that a claim counts; another may follow from then on.
    #[boxed]
    pub async fn return_certainty(&mut self, stage: StageId, version: i64, from: DateTime<Utc>) -> Result<()> {
        run!(self, RETURN, stage, version, from)
    }

    /// Writes a version's report once; `None` says that nothing can be said.
    #[boxed]
    pub async fn store_certainty(&mut self, stage: StageId, version: i64, report: Option<&Report>) -> Result<()> {
        run!(self, STORE, stage, version, Json(report))
    }
}
