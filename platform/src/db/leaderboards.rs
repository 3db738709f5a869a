//! What a leaderboard is computed from: every scored submission of a stage, and the baselines.

use chrono::{DateTime, Utc};
use domain::Text;
use domain::ids::{StageId, SubmissionId, TeamId};
use sqlx::types::Json;
use uuid::Uuid;

use super::Db;
use crate::error::Result;

sql! {
    SCORED = "SELECT s.id, s.team_id, s.created_at, s.public_score, s.private_score FROM submissions s JOIN teams t ON t.id = s.team_id
        WHERE s.stage_id = $1 AND s.status = 'scored' AND s.dry_run = $2 AND s.counts = $3 AND t.ended IS NULL";
    BASELINES = "SELECT name, public_score, private_score FROM baselines WHERE stage_id = $1 ORDER BY position";
}

/// A scored submission with both scores: only for ranking, never handed on whole.
pub(crate) struct ScoredRow {
    pub(crate) id: SubmissionId,
    pub(crate) team: TeamId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) public: Option<f64>,
    pub(crate) private: Option<f64>,
}

type Row = (Uuid, Uuid, DateTime<Utc>, Option<f64>, Option<f64>);

impl Db {
    pub(crate) async fn scored(&self, stage: StageId) -> Result<Vec<ScoredRow>> {
        let rows: Vec<Row> =
            read!(self, c => sqlx::query_as(SCORED).bind(stage.0).bind(false).bind(true).fetch_all(c).await?);
        Ok(rows
            .into_iter()
            .map(|(id, team, at, public, private)| ScoredRow {
                id: SubmissionId(id),
                team: TeamId(team),
                at,
                public,
                private,
            })
            .collect())
    }

    /// Name, public and private score of each baseline.
    pub(crate) async fn baselines(&self, stage: StageId) -> Result<Vec<(Text, Option<f64>, Option<f64>)>> {
        let rows: Vec<(Json<Text>, Option<f64>, Option<f64>)> =
            read!(self, c => sqlx::query_as(BASELINES).bind(stage.0).fetch_all(c).await?);
        Ok(rows.into_iter().map(|(name, public, private)| (name.0, public, private)).collect())
    }
}
