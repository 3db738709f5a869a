//! The queue's rows: jobs of every kind.

use std::ops::RangeInclusive;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, JobId, TeamId, UserId};
use domain::jobs::{JobKind, Pool};
use uuid::Uuid;

use crate::dialect::{List, pattern};
use crate::{Db, Result, Tx};

/// A job to put. A submission's comes with it: see [`Tx::insert_submission`].
#[derive(Debug)]
pub struct NewJob {
    pub kind: JobKind,
    /// The id of what it is about.
    pub subject: Uuid,
    /// It goes with its competition.
    pub competition: Option<CompetitionId>,
    /// What the kind needs to know beside the subject.
    pub payload: Option<String>,
    pub run_at: DateTime<Utc>,
    /// While there is a job of this key no other is put.
    pub unique_key: Option<String>,
}

impl NewJob {
    /// Tells those of a message's audience that come after a person, by their ids.
    pub fn notify(competition: CompetitionId, seq: i64, after: UserId, now: DateTime<Utc>) -> Self {
        let payload = format!("{seq} {after}");
        Self {
            kind: JobKind::Notify,
            subject: competition.0,
            competition: Some(competition),
            unique_key: Some(format!("notify {payload}")),
            payload: Some(payload),
            run_at: now,
        }
    }
}

/// Of the jobs that are due, how often they were taken without coming back.
pub struct Due {
    pub least: i64,
    /// The most, of those that have been due for a while.
    pub waited: Option<i64>,
}

/// A claimed job. The attempt number fences it: after a lost lease nothing it writes is taken.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Claim {
    pub id: JobId,
    pub kind: JobKind,
    pub subject: Uuid,
    #[sqlx(rename = "competition_id")]
    pub competition: Option<CompetitionId>,
    pub payload: Option<String>,
    #[sqlx(rename = "attempts")]
    pub attempt: i64,
    /// How often it may be taken after this time; below zero, and it is dead, when not even this time.
    pub attempts_left: i64,
    /// How often it was taken since it last came back, this time included.
    pub unreturned: i64,
    #[sqlx(rename = "team_id")]
    team: Option<TeamId>,
}

fn kinds(pool: Pool) -> List<String> {
    List(pool.kinds().map(|kind| kind.key().to_owned()).collect())
}

sql! {
    PUT = "INSERT INTO jobs (id, kind, subject, competition_id, payload, priority, state, attempts_left, run_at, unique_key, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10)
        ON CONFLICT (unique_key) WHERE unique_key IS NOT NULL DO NOTHING";
}

impl Tx {
    /// Puts a job; false when there is one of its key.
    #[boxed]
    pub async fn put_job(&mut self, job: NewJob, now: DateTime<Utc>) -> Result<bool> {
        let NewJob { kind, subject, competition, payload, run_at, unique_key } = job;
        let (id, rules) = (JobId::at(now), kind.rules());
        changed!(
            self,
            PUT,
            id,
            kind,
            subject,
            competition,
            payload,
            rules.priority,
            rules.attempts,
            run_at,
            unique_key,
            now
        )
    }
}

/// Jobs `j` of these kinds (`$1`) that are due at `$2`, or whose worker let its lease run out.
macro_rules! due {
    ($database:ident) => {
        concat!(
            "j.kind ",
            among!($database texts),
            " AND ((j.state = 'waiting' AND j.run_at <= $2) OR (j.state = 'running' AND j.lease_until <= $2))"
        )
    };
}

macro_rules! look {
    ($database:ident) => {
        concat!(
            "SELECT MIN(j.unreturned), MAX(CASE WHEN COALESCE(j.lease_until, j.run_at) <= $3 THEN j.unreturned END)
            FROM jobs j WHERE ",
            due!($database)
        )
    };
}

sql! {
    DUE = look!(sqlite), postgres = look!(postgres);
}

impl Db {
    /// The pool's jobs that are due, if any is; `waited` tells of those that were by `then`.
    #[boxed]
    pub async fn due(&self, pool: Pool, now: DateTime<Utc>, then: DateTime<Utc>) -> Result<Option<Due>> {
        let (least, waited): (Option<i64>, Option<i64>) = one!(self, DUE, kinds(pool), now, then)?;
        Ok(least.map(|least| Due { least, waited }))
    }
}

/// One job that is due: of the highest priority, then fairest first: of the team that was served longest ago (or never), its oldest.
/// One that has been taken as often as it may be is dead instead.
macro_rules! claim {
    ($database:ident, $lock:literal) => {
        concat!(
            "UPDATE jobs SET state = CASE WHEN attempts_left > 0 THEN 'running' ELSE 'dead' END, attempts = attempts + 1,
            attempts_left = attempts_left - 1, unreturned = unreturned + 1, lease_until = $3
            WHERE id = (
                SELECT j.id FROM jobs j LEFT JOIN teams t ON t.id = j.team_id
                WHERE ",
            due!($database),
            " AND j.unreturned BETWEEN $4 AND $5
                ORDER BY j.priority DESC, t.last_served_at NULLS FIRST, j.created_at, j.id LIMIT 1 ",
            $lock,
            ") RETURNING id, kind, subject, competition_id, payload, attempts, attempts_left, unreturned, team_id"
        )
    };
}

sql! {
    CLAIM = claim!(sqlite, ""), postgres = claim!(postgres, "FOR UPDATE OF j SKIP LOCKED");
    SERVED = "UPDATE teams SET last_served_at = $2 WHERE id = $1";
}

impl Tx {
    /// Takes one job that was taken so often without coming back.
    #[boxed]
    pub async fn claim(
        &mut self,
        pool: Pool,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        unreturned: RangeInclusive<i64>,
    ) -> Result<Option<Claim>> {
        let (least, most) = unreturned.into_inner();
        let claim: Option<Claim> = maybe!(self, CLAIM, kinds(pool), now, lease_until, least, most)?;
        if let Some(team) = claim.as_ref().and_then(|claim| claim.team) {
            run!(self, SERVED, team, now)?;
        }
        Ok(claim)
    }
}

sql! {
    FINISH = "DELETE FROM jobs WHERE id = $1 AND attempts = $2 AND state = 'running'";
    RETRY = "UPDATE jobs SET state = 'waiting', unreturned = 0, attempts_left = attempts_left + $3, run_at = $4, lease_until = NULL,
        last_error = $5 WHERE id = $1 AND attempts = $2 AND state = 'running'";
    EXTEND = "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND attempts = $2 AND state = 'running'";
    BURY = "UPDATE jobs SET state = 'dead', lease_until = NULL, last_error = $3 WHERE id = $1 AND attempts = $2 AND state <> 'waiting'";
    DROP = "DELETE FROM jobs WHERE id = $1 AND state = 'dead'";
}

impl Tx {
    /// Ends the job; false when the lease was lost, and then the caller must not commit.
    #[boxed]
    pub async fn finish_job(&mut self, claim: &Claim) -> Result<bool> {
        changed!(self, FINISH, claim.id, claim.attempt)
    }

    /// Puts the job back for `run_at`; where it was not the job's fault the attempt does not count. False when the lease was lost.
    #[boxed]
    pub async fn retry_job(&mut self, claim: &Claim, counts: bool, run_at: DateTime<Utc>, error: &str) -> Result<bool> {
        changed!(self, RETRY, claim.id, claim.attempt, i64::from(!counts), run_at, error)
    }

    /// Keeps the lease; false when it was lost.
    #[boxed]
    pub async fn extend_lease(&mut self, claim: &Claim, until: DateTime<Utc>) -> Result<bool> {
        changed!(self, EXTEND, claim.id, claim.attempt, until)
    }

    /// Gives the job up: it is dead until somebody puts it back or drops it. False when the lease was lost.
    #[boxed]
    pub async fn bury_job(&mut self, claim: &Claim, error: &str) -> Result<bool> {
        changed!(self, BURY, claim.id, claim.attempt, error)
    }

    /// Forgets a dead job; false when there is none of that id.
    #[boxed]
    pub async fn drop_job(&mut self, id: JobId) -> Result<bool> {
        changed!(self, DROP, id)
    }
}

/// The jobs of a kind.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct JobTally {
    pub kind: String,
    pub waiting: i64,
    pub running: i64,
    pub dead: i64,
    /// Since when the one that has been due longest is.
    pub oldest: Option<DateTime<Utc>>,
}

/// Which jobs that were given up are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadAsked {
    pub kind: Option<JobKind>,
    /// A part of why they failed or of what they are about; empty for all.
    pub text: String,
    pub limit: i64,
    pub offset: i64,
}

impl DeadAsked {
    fn key(&self) -> &'static str {
        self.kind.map(JobKind::key).unwrap_or_default()
    }
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DeadJob {
    pub id: JobId,
    pub kind: String,
    pub subject: Uuid,
    pub competition_id: Option<CompetitionId>,
    pub attempts: i64,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
}

macro_rules! dead {
    ($rest:literal) => {
        concat!("SELECT id, kind, subject, competition_id, attempts, last_error, created_at FROM jobs WHERE state = 'dead' ", $rest)
    };
}

/// Of a kind (`$1`), with a text in why they failed (`$2`) or in what they are about (`$3`, without strokes).
macro_rules! found {
    ($subject:literal) => {
        concat!(
            "FROM jobs WHERE state = 'dead' AND ($1 = '' OR kind = $1)
            AND ($2 = '' OR LOWER(last_error) LIKE $2 ESCAPE '\\' OR ($3 <> '' AND LOWER(",
            $subject,
            ") LIKE $3 ESCAPE '\\'))"
        )
    };
}

sql! {
    TALLY = "SELECT kind, COUNT(CASE WHEN state = 'waiting' THEN 1 END) AS waiting, COUNT(CASE WHEN state = 'running' THEN 1 END) AS running,
        COUNT(CASE WHEN state = 'dead' THEN 1 END) AS dead,
        MIN(CASE WHEN state <> 'dead' AND COALESCE(lease_until, run_at) <= $1 THEN COALESCE(lease_until, run_at) END) AS oldest
        FROM jobs GROUP BY kind ORDER BY kind";
    DEAD = dead!("ORDER BY run_at, id LIMIT $1");
    DEAD_FOUND = concat!(
        "SELECT id, kind, subject, competition_id, attempts, last_error, created_at ",
        found!("HEX(subject)"),
        " ORDER BY run_at, id LIMIT $4 OFFSET $5"
    ), postgres = concat!(
        "SELECT id, kind, subject, competition_id, attempts, last_error, created_at ",
        found!("REPLACE(CAST(subject AS TEXT), '-', '')"),
        " ORDER BY run_at, id LIMIT $4 OFFSET $5"
    );
    DEAD_COUNT = concat!("SELECT COUNT(*) ", found!("HEX(subject)")),
        postgres = concat!("SELECT COUNT(*) ", found!("REPLACE(CAST(subject AS TEXT), '-', '')"));
    DEAD_ONE = dead!("AND id = $1");
}

impl Db {
    /// What waits, runs and is dead, by kind; kinds of which there is nothing are not among them.
    #[boxed]
    pub async fn job_tallies(&self, now: DateTime<Utc>) -> Result<Vec<JobTally>> {
        all!(self, TALLY, now)
    }

    /// So many dead jobs at most, those that were due first.
    #[boxed]
    pub async fn dead_jobs(&self, limit: i64) -> Result<Vec<DeadJob>> {
        all!(self, DEAD, limit)
    }

    /// The dead jobs that are asked for, those that were due first.
    #[boxed]
    pub async fn found_dead_jobs(&self, asked: &DeadAsked) -> Result<Vec<DeadJob>> {
        let [text, subject] = [asked.text.clone(), asked.text.replace('-', "")].map(|text| pattern(&text));
        all!(self, DEAD_FOUND, asked.key(), text, subject, asked.limit, asked.offset)
    }

    /// How many there are of those.
    #[boxed]
    pub async fn count_dead_jobs(&self, asked: &DeadAsked) -> Result<i64> {
        let [text, subject] = [asked.text.clone(), asked.text.replace('-', "")].map(|text| pattern(&text));
        value!(self, DEAD_COUNT, asked.key(), text, subject)
    }

    #[boxed]
    pub async fn dead_job(&self, id: JobId) -> Result<Option<DeadJob>> {
        maybe!(self, DEAD_ONE, id)
    }
}

sql! {
    REVIVE = "UPDATE jobs SET state = 'waiting', unreturned = 0, attempts_left = $2, run_at = $3, lease_until = NULL
        WHERE id = $1 AND state = 'dead'";
    REVIVE_KIND = "UPDATE jobs SET state = 'waiting', unreturned = 0, attempts_left = $2, run_at = $3, lease_until = NULL
        WHERE kind = $1 AND state = 'dead'";
}

impl Tx {
    /// Puts a dead job back, with so many attempts; false when there is none of that id.
    #[boxed]
    pub async fn revive_job(&mut self, id: JobId, attempts: i64, now: DateTime<Utc>) -> Result<bool> {
        changed!(self, REVIVE, id, attempts, now)
    }

    /// Puts all dead jobs of a kind back; whether there were any.
    #[boxed]
    pub async fn revive_jobs(&mut self, kind: JobKind, now: DateTime<Utc>) -> Result<bool> {
        changed!(self, REVIVE_KIND, kind, kind.rules().attempts, now)
    }
}

#[cfg(test)]
mod tests;
