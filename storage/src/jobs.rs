//! The queue's rows.

use std::ops::RangeInclusive;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{JobId, SubmissionId};

use crate::{Db, Result, Tx};

/// Of the jobs that are due, how often they were taken without coming back.
pub struct Due {
    pub least: i64,
    /// The most, of those that have been due for a while.
    pub waited: Option<i64>,
}

/// A claimed job. The attempt number fences it: after a lost lease nothing it writes is taken.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Claim {
    pub id: JobId,
    #[sqlx(rename = "submission_id")]
    pub submission: SubmissionId,
    #[sqlx(rename = "attempts")]
    pub attempt: i64,
    /// How often it was taken since it last came back, this time included.
    pub unreturned: i64,
}

sql! {
    DUE = "SELECT MIN(unreturned), MAX(CASE WHEN COALESCE(lease_until, run_at) <= $2 THEN unreturned END) FROM jobs
        WHERE (state = 'waiting' AND run_at <= $1) OR (state = 'running' AND lease_until <= $1)";
    WAITING = "SELECT COUNT(CASE WHEN state = 'waiting' THEN 1 END), COUNT(CASE WHEN state = 'running' THEN 1 END) FROM jobs";
}

impl Db {
    /// The jobs that are due, if any is; `waited` tells of those that were by `then`.
    #[boxed]
    pub async fn due(&self, now: DateTime<Utc>, then: DateTime<Utc>) -> Result<Option<Due>> {
        let (least, waited): (Option<i64>, Option<i64>) = one!(self, DUE, now, then)?;
        Ok(least.map(|least| Due { least, waited }))
    }

    /// Waiting and running jobs.
    #[boxed]
    pub async fn queue_size(&self) -> Result<(i64, i64)> {
        one!(self, WAITING)
    }
}

/// One job that is due, fairest first: of the team that was served longest ago (or never), its oldest.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, unreturned = unreturned + 1, lease_until = $2
            WHERE id = (
                SELECT j.id FROM jobs j JOIN teams t ON t.id = j.team_id
                WHERE ((j.state = 'waiting' AND j.run_at <= $1) OR (j.state = 'running' AND j.lease_until <= $1))
                AND j.unreturned BETWEEN $3 AND $4
                ORDER BY t.last_served_at NULLS FIRST, j.created_at, j.id LIMIT 1 ",
            $lock,
            ") RETURNING id, submission_id, attempts, unreturned"
        )
    };
}

sql! {
    CLAIM = claim!(""), postgres = claim!("FOR UPDATE OF j SKIP LOCKED");
    SERVED = "UPDATE teams SET last_served_at = $2 WHERE id = (SELECT team_id FROM jobs WHERE id = $1)";
}

impl Tx {
    /// Takes one job that is due, or whose worker let its lease run out, and that was taken so often without coming back.
    #[boxed]
    pub async fn claim(
        &mut self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        unreturned: RangeInclusive<i64>,
    ) -> Result<Option<Claim>> {
        let (least, most) = unreturned.into_inner();
        let claim: Option<Claim> = maybe!(self, CLAIM, now, lease_until, least, most)?;
        if let Some(claim) = claim {
            run!(self, SERVED, claim.id, now)?;
        }
        Ok(claim)
    }
}

sql! {
    FINISH = "DELETE FROM jobs WHERE id = $1 AND attempts = $2 AND state = 'running'";
    RETRY = "UPDATE jobs SET state = 'waiting', unreturned = 0, run_at = $3, lease_until = NULL, last_error = $4
        WHERE id = $1 AND attempts = $2 AND state = 'running'";
    EXTEND = "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND attempts = $2 AND state = 'running'";
}

impl Tx {
    /// Ends the job; false when the lease was lost, and then the caller must not commit.
    #[boxed]
    pub async fn finish_job(&mut self, claim: Claim) -> Result<bool> {
        changed!(self, FINISH, claim.id, claim.attempt)
    }

    /// Puts the job back for `run_at`; false when the lease was lost.
    #[boxed]
    pub async fn retry_job(&mut self, claim: Claim, run_at: DateTime<Utc>, error: &str) -> Result<bool> {
        changed!(self, RETRY, claim.id, claim.attempt, run_at, error)
    }

    /// Keeps the lease; false when it was lost.
    #[boxed]
    pub async fn extend_lease(&mut self, claim: Claim, until: DateTime<Utc>) -> Result<bool> {
        changed!(self, EXTEND, claim.id, claim.attempt, until)
    }
}
