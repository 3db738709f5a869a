//! The queue's rows. Claiming differs between the databases and is in `dialect`.

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use domain::ids::{JobId, SubmissionId};
use uuid::Uuid;

use super::dialect::CLAIM;
use super::{Db, Tx};
use crate::error::Result;

sql! {
    EXTEND = "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND attempts = $2 AND state = 'running'";
    FINISH = "DELETE FROM jobs WHERE id = $1 AND attempts = $2 AND state = 'running'";
    RETRY = "UPDATE jobs SET state = 'waiting', unreturned = 0, run_at = $3, lease_until = NULL, last_error = $4 WHERE id = $1 AND attempts = $2 AND state = 'running'";
    DUE = "SELECT MIN(unreturned), MAX(CASE WHEN COALESCE(lease_until, run_at) <= $2 THEN unreturned END) FROM jobs WHERE (state = 'waiting' AND run_at <= $1) OR (state = 'running' AND lease_until <= $1)";
    SERVED = "UPDATE teams SET last_served_at = $2 WHERE id = (SELECT team_id FROM jobs WHERE id = $1)";
    WAITING = "SELECT COUNT(CASE WHEN state = 'waiting' THEN 1 END), COUNT(CASE WHEN state = 'running' THEN 1 END) FROM jobs";
}

/// Of the jobs that are due, how often they were taken without coming back.
pub struct Due {
    pub least: i64,
    /// The most, of those that have been due for a while.
    pub waited: Option<i64>,
}

/// A claimed job. The attempt number fences it: after a lost lease nothing it writes is taken.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    pub id: JobId,
    pub submission: SubmissionId,
    pub attempt: i64,
    /// How often it was taken since it last came back, this time included.
    pub unreturned: i64,
}

impl Tx {
    /// Takes one job that is due, or whose worker let its lease run out, and that was taken so often without coming back.
    pub async fn claim(
        &mut self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        unreturned: RangeInclusive<i64>,
    ) -> Result<Option<Claim>> {
        let sql = CLAIM.of(self);
        let (least, most) = unreturned.into_inner();
        let row: Option<(Uuid, Uuid, i64, i64)> = on!(self, c => {
            sqlx::query_as(sql).bind(now).bind(lease_until).bind(least).bind(most).fetch_optional(c).await?
        });
        let Some((id, submission, attempt, unreturned)) = row else { return Ok(None) };
        on!(self, c => { sqlx::query(SERVED).bind(id).bind(now).execute(c).await?; });
        Ok(Some(Claim { id: JobId(id), submission: SubmissionId(submission), attempt, unreturned }))
    }

    /// Ends the job; false when the lease was lost, and then the caller must not commit.
    pub async fn finish_job(&mut self, claim: Claim) -> Result<bool> {
        Ok(on!(self, c => sqlx::query(FINISH).bind(claim.id.0).bind(claim.attempt).execute(c).await?.rows_affected())
            == 1)
    }

    /// Puts the job back for `run_at`; false when the lease was lost.
    pub async fn retry_job(&mut self, claim: Claim, run_at: DateTime<Utc>, error: &str) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(RETRY).bind(claim.id.0).bind(claim.attempt).bind(run_at).bind(error).execute(c).await?.rows_affected());
        Ok(rows == 1)
    }

    /// Keeps the lease; false when it was lost.
    pub async fn extend_lease(&mut self, claim: Claim, until: DateTime<Utc>) -> Result<bool> {
        Ok(
            on!(self, c => sqlx::query(EXTEND).bind(claim.id.0).bind(claim.attempt).bind(until).execute(c).await?.rows_affected())
                == 1,
        )
    }
}

impl Db {
    /// The jobs that are due, if any is; `waited` tells of those that were by `then`.
    pub async fn due(&self, now: DateTime<Utc>, then: DateTime<Utc>) -> Result<Option<Due>> {
        let (least, waited): (Option<i64>, Option<i64>) =
            read!(self, c => sqlx::query_as(DUE).bind(now).bind(then).fetch_one(c).await?);
        Ok(least.map(|least| Due { least, waited }))
    }

    /// Waiting and running jobs.
    pub async fn queue_size(&self) -> Result<(i64, i64)> {
        Ok(read!(self, c => sqlx::query_as(WAITING).fetch_one(c).await?))
    }
}
