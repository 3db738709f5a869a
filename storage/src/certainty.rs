//! How certain final rankings are: one row a stage that a worker has looked at.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::certainty::Report;
use domain::ids::{CompetitionId, StageId};
use sqlx::types::Json;

use crate::{Db, Result, Tx};

/// Whether the ranking has changed since the version that `certainties c` is about. Names, members and moments raise versions too,
/// but no report is about them.
macro_rules! outdated {
    () => {
        "EXISTS (SELECT 1 FROM stages s WHERE s.id = c.stage_id AND (s.rebuilt_version > c.leaderboard_version
            OR EXISTS (SELECT 1 FROM submissions x WHERE x.stage_id = s.id AND x.leaderboard_version > c.leaderboard_version)))"
    };
}

sql! {
    DUE = concat!(
        "SELECT s.competition_id, s.id, s.leaderboard_version FROM stages s LEFT JOIN certainties c ON c.stage_id = s.id
        WHERE s.takes_submissions = $2 AND s.private_rows > 0 AND s.reveal_at <= $1 AND s.ends_at <= $1
        AND (c.stage_id IS NULL OR ",
        outdated!(),
        ") AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.submission_id IS NULL AND j.subject = s.id AND j.kind = 'certainty'
            AND j.state <> 'dead') ORDER BY s.reveal_at, s.id"
    );
    REPORT = concat!(
        "SELECT c.report FROM certainties c WHERE c.stage_id = $1 AND NOT ",
        outdated!()
    );
}

impl Db {
    /// The stages that are over and revealed, of whose ranking nothing is known and no job waits, with their leaderboards' versions.
    #[boxed]
    pub async fn certainty_due(&self, now: DateTime<Utc>) -> Result<Vec<(CompetitionId, StageId, i64)>> {
        all!(self, DUE, now, true)
    }

    /// What is known of the ranking of now: nothing yet, that nothing can be said, or the report.
    #[boxed]
    pub async fn certainty(&self, stage: StageId) -> Result<Option<Option<Report>>> {
        let report: Option<Json<Option<Report>>> = maybe_value!(self, REPORT, stage)?;
        Ok(report.map(|report| report.0))
    }
}

sql! {
    STORE = "INSERT INTO certainties AS c (stage_id, leaderboard_version, report) VALUES ($1, $2, $3)
        ON CONFLICT (stage_id) DO UPDATE SET leaderboard_version = EXCLUDED.leaderboard_version, report = EXCLUDED.report
        WHERE c.leaderboard_version <= EXCLUDED.leaderboard_version";
}

impl Tx {
    /// Writes a version's report, unless a newer one's is there; `None` says that nothing can be said.
    #[boxed]
    pub async fn store_certainty(&mut self, stage: StageId, version: i64, report: Option<&Report>) -> Result<()> {
        run!(self, STORE, stage, version, Json(report))
    }
}
