//! What scoring everything again reads and writes.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{StageId, SubmissionId, TeamId, TeamNumber};
use domain::submissions::{Beside, Secondary, Status};
use domain::teams::TeamEnd;
use sqlx::types::Json;

use super::submissions::Outcome;
use crate::{Db, Result, Tx};

/// A submission whose scoring has ended.
#[derive(sqlx::FromRow)]
pub struct FinishedRow {
    pub id: SubmissionId,
    pub team_id: TeamId,
    pub team_number: TeamNumber,
    pub team_name: String,
    pub ended: Option<TeamEnd>,
    /// By a case.
    pub voided: bool,
    pub number: i64,
    pub storage_key: String,
    pub public_score: Option<f64>,
    pub private_score: Option<f64>,
    #[sqlx(try_from = "Beside")]
    pub secondary_public: Secondary,
    #[sqlx(try_from = "Beside")]
    pub secondary_private: Secondary,
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

sql! {
    BASELINES_RESCORED = "SELECT rescored FROM baselines WHERE stage_id = $1 ORDER BY position";
    FINISHED = "SELECT s.id, s.team_id, t.number AS team_number, t.name AS team_name, t.ended, s.voided, s.number, s.storage_key, s.public_score,
        s.private_score, s.secondary_public, s.secondary_private, s.created_at, s.rescored
        FROM submissions s JOIN teams t ON t.id = s.team_id
        WHERE s.stage_id = $1 AND s.dry_run = $2 AND s.status IN ('scored', 'failed') AND s.id > $3
        ORDER BY s.id LIMIT $4";
    UNDER_WAY = "SELECT COUNT(*) FROM submissions WHERE stage_id = $1 AND status IN ('queued', 'scoring')";
}

impl Db {
    /// How often each baseline was scored anew, in their order.
    #[boxed]
    pub async fn baselines_rescored(&self, stage: StageId) -> Result<Vec<i64>> {
        values!(self, BASELINES_RESCORED, stage)
    }

    /// The next `limit` scored or failed submissions of a stage, after one of that id.
    #[boxed]
    pub async fn finished(&self, stage: StageId, after: SubmissionId, limit: i64) -> Result<Vec<FinishedRow>> {
        all!(self, FINISHED, stage, false, after, limit)
    }

    /// Submissions of a stage that wait or are being scored.
    #[boxed]
    pub async fn under_way(&self, stage: StageId) -> Result<i64> {
        value!(self, UNDER_WAY, stage)
    }
}

sql! {
    REWRITE = "UPDATE submissions SET status = $3, public_score = $4, private_score = $5, note = $6, counts = $7,
        secondary_public = $8, secondary_private = $9, rescored = rescored + 1 WHERE id = $1 AND status = $2 AND rescored = $10";
    REWRITE_BASELINE = "UPDATE baselines SET public_score = $3, private_score = $4, secondary_public = $5, secondary_private = $6,
        rescored = rescored + 1
        WHERE stage_id = $1 AND position = $2 AND rescored = $7";
}

impl Tx {
    /// Gives a finished submission another end; false when it is no longer as it was seen.
    pub async fn rewrite(&mut self, id: SubmissionId, seen: Seen, outcome: Outcome<'_>) -> Result<bool> {
        let [public, private] = outcome.beside();
        changed!(
            self,
            REWRITE,
            id,
            seen.status,
            outcome.status,
            outcome.public,
            outcome.private,
            outcome.note.map(Json),
            outcome.counts,
            public,
            private,
            seen.rescored
        )
    }

    /// Gives a baseline other scores; false when it was scored anew since it was seen.
    pub async fn rewrite_baseline(
        &mut self,
        stage: StageId,
        position: i64,
        rescored: i64,
        outcome: &Outcome<'_>,
    ) -> Result<bool> {
        let [public, private] = outcome.beside();
        changed!(self, REWRITE_BASELINE, stage, position, outcome.public, outcome.private, public, private, rescored)
    }
}
