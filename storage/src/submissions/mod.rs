//! Submissions: rows, the team's usage of its quota, the list of a team.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, JobId, StageId, SubmissionId, TeamId, UserId};
use domain::quotas::Usage;
use domain::submissions::{Note, Secondary, Status, Submission};
use sqlx::types::Json;
use uuid::Uuid;

use super::dialect::PerDatabase;
use super::{Db, Tx};
use crate::error::{Error, Result};

macro_rules! submission_columns {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.stage_id, s.team_id, s.user_id, u.name AS user_name, s.number, s.file_name, s.bytes, s.sha256, s.memo, s.dry_run,
            s.status, s.created_at, s.scoring_at, s.finished_at, s.public_score, s.private_score, s.secondary_public,
            s.secondary_private, s.counts, s.note
            FROM submissions s JOIN users u ON u.id = s.user_id ",
            $rest
        )
    };
}

/// What these teams have used of a stage's quota; no row for one that has used nothing. What a team submitted counts, and what its
/// members submitted for any other. SQLite keeps to the order of a CROSS JOIN: left to itself it reads every submission of the stage.
macro_rules! usage {
    ($listed:literal) => {
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
    (elsewhere $side:literal, $listed:literal) => {
        concat!(
            " UNION ALL SELECT m.team_id, s.status, s.created_at FROM members m CROSS JOIN submissions s WHERE m.team_id ",
            $listed,
            " AND s.user_id = m.user_id AND s.stage_id = $2 AND s.dry_run = $4 AND s.counts = $5 AND s.team_id ",
            $side,
            " m.team_id"
        )
    };
}
pub(super) const USAGE: PerDatabase = listed!(bytes usage);
pub(super) use usage;

macro_rules! insert {
    () => {
        "INSERT INTO submissions (id, stage_id, team_id, user_id, number, dry_run, door, file_name, storage_key, bytes, sha256, memo,
        idempotency_key, status, counts, note, created_at, finished_at)
        VALUES ($1, $2, $3, $4, (SELECT COALESCE(MAX(number), 0) + 1 FROM submissions WHERE team_id = $3 AND dry_run = $5),
        $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING number"
    };
    (job) => {
        "INSERT INTO jobs (id, submission_id, team_id, state, attempts, run_at, created_at) VALUES ($18, $1, $3, 'waiting', 0, $19, $19)"
    };
}
/// A submission and its job by one command, which is one turn to SQLite's thread and one way to PostgreSQL.
pub(super) const QUEUE: PerDatabase = PerDatabase {
    sqlite: concat!(insert!(), "; ", insert!(job)),
    postgres: concat!("WITH s AS (", insert!(), "), j AS (", insert!(job), ") SELECT number FROM s"),
};

sql! {
    INSERT = insert!();
    DRY_RUNS = "SELECT COUNT(*), MIN(created_at) FROM submissions WHERE team_id = $1 AND dry_run = $2 AND created_at > $3";
    DELETE_DRY_RUNS = "DELETE FROM submissions WHERE team_id = $1 AND dry_run = $2 AND number <= $3";
    BY_KEY = submission_columns!("WHERE s.team_id = $1 AND s.idempotency_key = $2");
    OWN_BY_KEY = "SELECT s.team_id FROM submissions s JOIN stages t ON t.id = s.stage_id WHERE t.competition_id = $1 AND s.user_id = $2 AND s.idempotency_key = $3
        ORDER BY s.created_at DESC LIMIT 1";
    ONE = submission_columns!("WHERE s.id = $1");
    OF_TEAM = submission_columns!("WHERE s.team_id = $1 ORDER BY s.created_at DESC, s.id DESC LIMIT $2 OFFSET $3");
    COUNT_OF_TEAM = "SELECT COUNT(*) FROM submissions WHERE team_id = $1";
    AHEAD = "SELECT COUNT(*) FROM jobs j WHERE j.state = 'waiting' AND j.created_at < (SELECT created_at FROM jobs WHERE submission_id = $1 AND state = 'waiting')";
    FOR_SCORING = "SELECT s.stage_id, s.team_id, s.number, s.storage_key, t.competition_id FROM submissions s JOIN stages t ON t.id = s.stage_id WHERE s.id = $1";
    SET_SCORING = "UPDATE submissions SET status = 'scoring', scoring_at = $2 WHERE id = $1 AND status IN ('queued', 'scoring')";
    FINISH = "UPDATE submissions SET status = $2, public_score = $3, private_score = $4, note = $5, counts = $6, finished_at = $7,
        secondary_public = $8, secondary_private = $9 WHERE id = $1 AND status IN ('queued', 'scoring')";
    FILE_OF = "SELECT storage_key FROM submissions WHERE id = $1 AND storage_key <> ''";
}

#[derive(sqlx::FromRow)]
struct SubmissionRow {
    id: Uuid,
    stage_id: Uuid,
    team_id: Uuid,
    user_id: Uuid,
    user_name: String,
    number: i64,
    file_name: String,
    bytes: i64,
    sha256: String,
    memo: String,
    dry_run: bool,
    status: String,
    created_at: DateTime<Utc>,
    scoring_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    public_score: Option<f64>,
    private_score: Option<f64>,
    secondary_public: Option<Json<Secondary>>,
    secondary_private: Option<Json<Secondary>>,
    counts: bool,
    note: Option<Json<Note>>,
}

impl From<SubmissionRow> for Submission {
    fn from(row: SubmissionRow) -> Self {
        Self {
            id: SubmissionId(row.id),
            stage_id: StageId(row.stage_id),
            team_id: TeamId(row.team_id),
            user_id: UserId(row.user_id),
            user_name: row.user_name,
            number: row.number,
            file_name: row.file_name,
            bytes: row.bytes,
            sha256: row.sha256,
            memo: row.memo,
            dry_run: row.dry_run,
            status: Status::from_key(&row.status),
            created_at: row.created_at,
            scoring_at: row.scoring_at,
            finished_at: row.finished_at,
            public_score: row.public_score,
            private_score: row.private_score,
            secondary_public: row.secondary_public.unwrap_or_default().0,
            secondary_private: row.secondary_private.unwrap_or_default().0,
            counts: row.counts,
            note: row.note.map(|note| note.0),
            ahead: None,
        }
    }
}

/// A row to insert: the submission and what only storage knows of it.
pub struct NewSubmission<'a> {
    pub submission: &'a Submission,
    pub door: &'static str,
    pub storage_key: &'a str,
    pub idempotency_key: Option<&'a str>,
}

/// What a worker needs of a submission.
#[derive(sqlx::FromRow)]
pub struct ToScore {
    pub competition_id: Uuid,
    pub stage_id: Uuid,
    pub team_id: Uuid,
    pub number: i64,
    pub storage_key: String,
}

/// How a scoring ended.
pub struct Outcome<'a> {
    pub status: Status,
    pub public: Option<f64>,
    pub private: Option<f64>,
    /// Public and private.
    pub secondary: Option<(&'a Secondary, &'a Secondary)>,
    pub note: Option<&'a Note>,
    pub counts: bool,
    pub at: DateTime<Utc>,
}

impl<'a> Outcome<'a> {
    /// No score.
    pub fn failed(note: &'a Note, at: DateTime<Utc>) -> Self {
        let (status, counts) = (Status::Failed, note.counts());
        Self { status, public: None, private: None, secondary: None, note: Some(note), counts, at }
    }
}

impl Tx {
    /// Inserts a submission under the team's lock, with a job that is due at `queued_at` if it is to be scored, and returns the number
    /// that it gets.
    pub async fn insert_submission(&mut self, new: NewSubmission<'_>, queued_at: Option<DateTime<Utc>>) -> Result<i64> {
        let s = new.submission;
        let sql = queued_at.map_or(INSERT, |_| QUEUE.of(self));
        // All rows are waited for: SQLite does the second command after the first one's row.
        let numbers: Vec<i64> = on!(self, c => {
            let mut query = sqlx::query_scalar(sql)
                .bind(s.id.0)
                .bind(s.stage_id.0)
                .bind(s.team_id.0)
                .bind(s.user_id.0)
                .bind(s.dry_run)
                .bind(new.door)
                .bind(&s.file_name)
                .bind(new.storage_key)
                .bind(s.bytes)
                .bind(&s.sha256)
                .bind(&s.memo)
                .bind(new.idempotency_key)
                .bind(s.status.key())
                .bind(s.counts)
                .bind(s.note.as_ref().map(Json))
                .bind(s.created_at)
                .bind(s.finished_at);
            if let Some(at) = queued_at {
                query = query.bind(JobId::new().0).bind(at);
            }
            query.fetch_all(c).await?
        });
        numbers.first().copied().ok_or_else(|| Error::other("an inserted row gave no number"))
    }

    /// How many dry runs the team has made since then, and the first of them.
    pub async fn dry_runs(&mut self, team: TeamId, since: DateTime<Utc>) -> Result<DryRuns> {
        Ok(on!(self, c => sqlx::query_as(DRY_RUNS).bind(team.0).bind(true).bind(since).fetch_one(c).await?))
    }

    /// Forgets the team's dry runs up to this number.
    pub async fn delete_dry_runs(&mut self, team: TeamId, up_to: i64) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_DRY_RUNS).bind(team.0).bind(true).bind(up_to).execute(c).await?; });
        Ok(())
    }

    /// The submission this team made with the same idempotency key.
    pub async fn submission_by_key(&mut self, team: TeamId, key: &str) -> Result<Option<Submission>> {
        let row: Option<SubmissionRow> =
            on!(self, c => sqlx::query_as(BY_KEY).bind(team.0).bind(key).fetch_optional(c).await?);
        Ok(row.map(Submission::from))
    }

    pub async fn for_scoring(&mut self, id: SubmissionId) -> Result<Option<ToScore>> {
        Ok(on!(self, c => sqlx::query_as(FOR_SCORING).bind(id.0).fetch_optional(c).await?))
    }

    pub async fn set_scoring(&mut self, id: SubmissionId, at: DateTime<Utc>) -> Result<()> {
        on!(self, c => { sqlx::query(SET_SCORING).bind(id.0).bind(at).execute(c).await?; });
        Ok(())
    }

    /// Writes the end of a scoring once; false when it had ended before.
    pub async fn finish_submission(&mut self, id: SubmissionId, outcome: Outcome<'_>) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(FINISH)
            .bind(id.0)
            .bind(outcome.status.key())
            .bind(outcome.public)
            .bind(outcome.private)
            .bind(outcome.note.map(Json))
            .bind(outcome.counts)
            .bind(outcome.at)
            .bind(outcome.secondary.map(|(public, _)| Json(public)))
            .bind(outcome.secondary.map(|(_, private)| Json(private)))
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows == 1)
    }
}

/// A day's first moment and that of the next.
pub type Day = (DateTime<Utc>, DateTime<Utc>);

/// How many, and when the first was.
pub type DryRuns = (i64, Option<DateTime<Utc>>);

type UsageRow = (Uuid, i64, i64, i64, Option<DateTime<Utc>>);

fn used((team, today, total, in_flight, last_at): UsageRow) -> (TeamId, Usage) {
    (TeamId(team), Usage { today, total, in_flight, last_at })
}

impl Db {
    /// What these teams have used of a stage's quota; those that have used nothing are not among them.
    pub async fn usages(&self, stage: StageId, day: Day, teams: Vec<TeamId>) -> Result<HashMap<TeamId, Usage>> {
        let teams: Vec<Uuid> = teams.into_iter().map(|team| team.0).collect();
        let rows: Vec<UsageRow> = read_listed!(self, USAGE, teams, stage.0, day.0, false, true, day.1);
        Ok(rows.into_iter().map(used).collect())
    }

    pub async fn dry_runs(&self, team: TeamId, since: DateTime<Utc>) -> Result<DryRuns> {
        Ok(read!(self, c => sqlx::query_as(DRY_RUNS).bind(team.0).bind(true).bind(since).fetch_one(c).await?))
    }

    /// The submission this team made with the same idempotency key.
    pub async fn submission_by_key(&self, team: TeamId, key: &str) -> Result<Option<Submission>> {
        let row: Option<SubmissionRow> =
            read!(self, c => sqlx::query_as(BY_KEY).bind(team.0).bind(key).fetch_optional(c).await?);
        Ok(row.map(Submission::from))
    }

    /// The team for which the user used this idempotency key in the competition, wherever they are now.
    pub async fn team_by_key(&self, competition: CompetitionId, user: UserId, key: &str) -> Result<Option<TeamId>> {
        let id: Option<Uuid> = read!(self, c => sqlx::query_scalar(OWN_BY_KEY).bind(competition.0).bind(user.0).bind(key).fetch_optional(c).await?);
        Ok(id.map(TeamId))
    }

    pub async fn submission(&self, id: SubmissionId) -> Result<Option<Submission>> {
        let row: Option<SubmissionRow> = read!(self, c => sqlx::query_as(ONE).bind(id.0).fetch_optional(c).await?);
        let Some(mut submission) = row.map(Submission::from) else { return Ok(None) };
        if submission.status == Status::Queued {
            submission.ahead = Some(read!(self, c => sqlx::query_scalar(AHEAD).bind(id.0).fetch_one(c).await?));
        }
        Ok(Some(submission))
    }

    pub async fn submissions_of(&self, team: TeamId, limit: i64, offset: i64) -> Result<Vec<Submission>> {
        let rows: Vec<SubmissionRow> =
            read!(self, c => sqlx::query_as(OF_TEAM).bind(team.0).bind(limit).bind(offset).fetch_all(c).await?);
        Ok(rows.into_iter().map(Submission::from).collect())
    }

    pub async fn count_submissions_of(&self, team: TeamId) -> Result<i64> {
        Ok(read!(self, c => sqlx::query_scalar(COUNT_OF_TEAM).bind(team.0).fetch_one(c).await?))
    }

    pub async fn submission_file(&self, id: SubmissionId) -> Result<Option<String>> {
        Ok(read!(self, c => sqlx::query_scalar(FILE_OF).bind(id.0).fetch_optional(c).await?))
    }
}
