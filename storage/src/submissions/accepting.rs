//! How submissions come in.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, JobId, TeamId, UserId};
use domain::jobs::JobKind;
use domain::submissions::{Door, Submission};
use sqlx::types::Json;

use super::submissions;
use crate::error::{Error, Result};
use crate::{Db, Tx};

/// A row to insert: the submission and what only storage knows of it.
pub struct NewSubmission<'a> {
    pub submission: &'a Submission,
    pub competition: CompetitionId,
    pub door: Door,
    pub storage_key: &'a str,
    pub idempotency_key: Option<&'a str>,
}

/// How many, and when the first was.
pub type DryRuns = (i64, Option<DateTime<Utc>>);

macro_rules! insert {
    () => {
        "INSERT INTO submissions (id, stage_id, team_id, user_id, number, dry_run, door, file_name, storage_key, bytes, sha256, memo,
        idempotency_key, status, counts, note, created_at, finished_at)
        VALUES ($1, $2, $3, $4, (SELECT COALESCE(MAX(number), 0) + 1 FROM submissions WHERE team_id = $3 AND dry_run = $5),
        $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING number"
    };
    (job) => {
        "INSERT INTO jobs (id, kind, subject, submission_id, team_id, competition_id, priority, state, attempts_left, run_at, created_at)
        VALUES ($18, $19, $1, $1, $3, $20, $21, 'waiting', $22, $23, $23)"
    };
}

sql! {
    INSERT = insert!();
    // A submission and its job by one command, which is one turn to SQLite's thread and one way to PostgreSQL.
    QUEUE = concat!(insert!(), "; ", insert!(job)),
        postgres = concat!("WITH s AS (", insert!(), "), j AS (", insert!(job), ") SELECT number FROM s");
}

impl Tx {
    /// Inserts a submission under the team's lock, with a job that is due at `queued_at` if it is to be scored, and returns the number
    /// that it gets.
    pub async fn insert_submission(&mut self, new: NewSubmission<'_>, queued_at: Option<DateTime<Utc>>) -> Result<i64> {
        let s = new.submission;
        macro_rules! inserted {
            ($sql:ident $(, $more:expr)*) => {
                values!(
                    self,
                    $sql,
                    s.id,
                    s.stage_id,
                    s.team_id,
                    s.user_id,
                    s.dry_run,
                    new.door,
                    &s.file_name,
                    new.storage_key,
                    s.bytes,
                    &s.sha256,
                    &s.memo,
                    new.idempotency_key,
                    s.status,
                    s.counts,
                    s.note.as_ref().map(Json),
                    s.created_at,
                    s.finished_at
                    $(, $more)*
                )?
            };
        }
        // All rows are waited for: SQLite does the second command after the first one's row.
        let numbers: Vec<i64> = match queued_at {
            Some(at) => {
                let (kind, rules) = (JobKind::Score, JobKind::Score.rules());
                inserted!(QUEUE, JobId::at(at), kind, new.competition, rules.priority, rules.attempts, at)
            }
            None => inserted!(INSERT),
        };
        numbers.first().copied().ok_or_else(|| Error::other("an inserted row gave no number"))
    }
}

sql! {
    BY_KEY = submissions!("WHERE s.team_id = $1 AND s.idempotency_key = $2");
    OWN_BY_KEY = "SELECT s.team_id FROM submissions s JOIN stages t ON t.id = s.stage_id
        WHERE t.competition_id = $1 AND s.user_id = $2 AND s.idempotency_key = $3
        ORDER BY s.created_at DESC LIMIT 1";
}

impl Db {
    /// The submission this team made with the same idempotency key.
    #[boxed]
    pub async fn submission_by_key(&self, team: TeamId, key: &str) -> Result<Option<Submission>> {
        maybe!(self, BY_KEY, team, key)
    }

    /// The team for which the user used this idempotency key in the competition, wherever they are now.
    #[boxed]
    pub async fn team_by_key(&self, competition: CompetitionId, user: UserId, key: &str) -> Result<Option<TeamId>> {
        maybe_value!(self, OWN_BY_KEY, competition, user, key)
    }
}

impl Tx {
    /// The submission this team made with the same idempotency key.
    #[boxed]
    pub async fn submission_by_key(&mut self, team: TeamId, key: &str) -> Result<Option<Submission>> {
        maybe!(self, BY_KEY, team, key)
    }
}

sql! {
    DRY_RUNS = "SELECT COUNT(*), MIN(created_at) FROM submissions WHERE team_id = $1 AND dry_run = $2 AND created_at > $3";
    DELETE_DRY_RUNS = "DELETE FROM submissions WHERE team_id = $1 AND dry_run = $2 AND number <= $3";
}

impl Db {
    /// How many dry runs the team has made since then, and the first of them.
    #[boxed]
    pub async fn dry_runs(&self, team: TeamId, since: DateTime<Utc>) -> Result<DryRuns> {
        one!(self, DRY_RUNS, team, true, since)
    }
}

impl Tx {
    /// How many dry runs the team has made since then, and the first of them.
    #[boxed]
    pub async fn dry_runs(&mut self, team: TeamId, since: DateTime<Utc>) -> Result<DryRuns> {
        one!(self, DRY_RUNS, team, true, since)
    }

    /// Forgets the team's dry runs up to this number.
    #[boxed]
    pub async fn delete_dry_runs(&mut self, team: TeamId, up_to: i64) -> Result<()> {
        run!(self, DELETE_DRY_RUNS, team, true, up_to)
    }
}
