//! What scoring everything again reads and writes.

use chrono::{DateTime, Utc};
use domain::ids::{StageId, SubmissionId};
use domain::submissions::{Secondary, Status};
use sqlx::types::Json;
use uuid::Uuid;

use super::submissions::Outcome;
use super::{Db, Tx};
use crate::error::Result;

sql! {
    FINISHED = "SELECT s.id, s.team_id, t.number AS team_number, t.name AS team_name, t.ended, s.number, s.storage_key, s.public_score,
        s.private_score, s.secondary_public, s.secondary_private, s.created_at, s.rescored FROM submissions s JOIN teams t ON t.id = s.team_id
        WHERE s.stage_id = $1 AND s.dry_run = $2 AND s.status IN ('scored', 'failed') AND s.id > $3 ORDER BY s.id LIMIT $4";
    UNDER_WAY = "SELECT COUNT(*) FROM submissions WHERE stage_id = $1 AND status IN ('queued', 'scoring')";
    REWRITE = "UPDATE submissions SET status = $3, public_score = $4, private_score = $5, note = $6, counts = $7,
        secondary_public = $8, secondary_private = $9, rescored = rescored + 1 WHERE id = $1 AND status = $2 AND rescored = $10";
    REWRITE_BASELINE = "UPDATE baselines SET public_score = $3, private_score = $4, secondary_public = $5, secondary_private = $6, rescored = rescored + 1
        WHERE stage_id = $1 AND position = $2 AND rescored = $7";
    BASELINES_RESCORED = "SELECT rescored FROM baselines WHERE stage_id = $1 ORDER BY position";
}

/// A submission whose scoring has ended.
#[derive(sqlx::FromRow)]
pub struct FinishedRow {
    pub id: Uuid,
    pub team_id: Uuid,
    pub team_number: i64,
    pub team_name: String,
    pub ended: Option<String>,
    pub number: i64,
    pub storage_key: String,
    pub public_score: Option<f64>,
    pub private_score: Option<f64>,
    pub secondary_public: Option<Json<Secondary>>,
    pub secondary_private: Option<Json<Secondary>>,
    pub created_at: DateTime<Utc>,
    /// How often it was scored anew: what was seen must still be so when another end is written.
    pub rescored: i64,
}

/// How a submission stood when it was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub status: Status,
    pub rescored: i64,
}

impl Db {
    /// How often each baseline was scored anew, in their order.
    pub async fn baselines_rescored(&self, stage: StageId) -> Result<Vec<i64>> {
        Ok(read!(self, c => sqlx::query_scalar(BASELINES_RESCORED).bind(stage.0).fetch_all(c).await?))
    }

    /// The next `limit` scored or failed submissions of a stage, after one of that id.
    pub async fn finished(&self, stage: StageId, after: Uuid, limit: i64) -> Result<Vec<FinishedRow>> {
        Ok(
            read!(self, c => sqlx::query_as(FINISHED).bind(stage.0).bind(false).bind(after).bind(limit).fetch_all(c).await?),
        )
    }

    /// Submissions of a stage that wait or are being scored.
    pub async fn under_way(&self, stage: StageId) -> Result<i64> {
        Ok(read!(self, c => sqlx::query_scalar(UNDER_WAY).bind(stage.0).fetch_one(c).await?))
    }
}

impl Tx {
    /// Gives a finished submission another end; false when it is no longer as it was seen.
    pub async fn rewrite(&mut self, id: SubmissionId, seen: Seen, outcome: Outcome<'_>) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(REWRITE)
            .bind(id.0)
            .bind(seen.status.key())
            .bind(outcome.status.key())
            .bind(outcome.public)
            .bind(outcome.private)
            .bind(outcome.note.map(Json))
            .bind(outcome.counts)
            .bind(outcome.secondary.map(|(public, _)| Json(public)))
            .bind(outcome.secondary.map(|(_, private)| Json(private)))
            .bind(seen.rescored)
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows == 1)
    }

    /// Gives a baseline other scores; false when it was scored anew since it was seen.
    pub async fn rewrite_baseline(
        &mut self,
        stage: StageId,
        position: i64,
        rescored: i64,
        outcome: &Outcome<'_>,
    ) -> Result<bool> {
        let rows = on!(self, c => sqlx::query(REWRITE_BASELINE)
            .bind(stage.0)
            .bind(position)
            .bind(outcome.public)
            .bind(outcome.private)
            .bind(outcome.secondary.map(|(public, _)| Json(public)))
            .bind(outcome.secondary.map(|(_, private)| Json(private)))
            .bind(rescored)
            .execute(c)
            .await?
            .rows_affected());
        Ok(rows == 1)
    }
}
