//! What teams have used of a stage's quota.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, StageId, TeamId};
use domain::quotas::Usage;

use crate::Db;
use crate::dialect::List;
use crate::error::Result;

/// A day's first moment and that of the next.
pub type Day = (DateTime<Utc>, DateTime<Utc>);

#[derive(sqlx::FromRow)]
struct UsageRow {
    team_id: TeamId,
    #[sqlx(flatten)]
    usage: Usage,
}

/// What these teams have used of a stage's quota; no row for one that has used nothing. What a team submitted counts, and what its
/// members submitted for any other. SQLite keeps to the order of a CROSS JOIN: left to itself it reads every submission of the stage.
macro_rules! usage {
    ($listed:expr) => {
        concat!(
            "SELECT team_id, COUNT(CASE WHEN created_at >= $3 AND created_at < $6 THEN 1 END) AS today, COUNT(*) AS total,
            COUNT(CASE WHEN status IN ('queued', 'scoring') THEN 1 END) AS in_flight, MAX(created_at) AS last_at
            FROM (SELECT team_id, status, created_at FROM submissions WHERE team_id ",
            $listed,
            " AND stage_id = $2 AND dry_run = $4 AND counts = $5",
            usage!(elsewhere "<", $listed),
            usage!(elsewhere ">", $listed),
            ") AS theirs GROUP BY team_id"
        )
    };
    // Above the team's id and below it, so that the index skips the team's own.
    (elsewhere $side:literal, $listed:expr) => {
        concat!(
            " UNION ALL SELECT m.team_id, s.status, s.created_at FROM members m CROSS JOIN submissions s WHERE m.team_id ",
            $listed,
            " AND s.user_id = m.user_id AND s.stage_id = $2 AND s.dry_run = $4 AND s.counts = $5 AND s.team_id ",
            $side,
            " m.team_id"
        )
    };
}
pub(crate) use usage;

sql! {
    SUBMITTED_SINCE = "SELECT COUNT(*) FROM stages g CROSS JOIN submissions s WHERE g.competition_id = $1 AND s.stage_id = g.id
        AND s.status IN ('queued', 'scoring', 'scored', 'failed') AND s.created_at >= $2 AND s.dry_run = $3";
    USAGE = usage!(among!(sqlite bytes)), postgres = usage!(among!(postgres bytes));
}

impl Db {
    /// Submissions of a competition from a moment on, without dry runs.
    #[boxed]
    pub async fn submitted_since(&self, competition: CompetitionId, since: DateTime<Utc>) -> Result<i64> {
        value!(self, SUBMITTED_SINCE, competition, since, false)
    }

    /// What these teams have used of a stage's quota; those that have used nothing are not among them.
    #[boxed]
    pub async fn usages(&self, stage: StageId, day: Day, teams: Vec<TeamId>) -> Result<HashMap<TeamId, Usage>> {
        let rows: Vec<UsageRow> = all!(self, USAGE, List(teams), stage, day.0, false, true, day.1)?;
        Ok(rows.into_iter().map(|row| (row.team_id, row.usage)).collect())
    }
}
