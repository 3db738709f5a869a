//! What a leaderboard is computed from: every scored submission of a stage, and the baselines.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::Text;
use domain::ids::{StageId, SubmissionId, TeamId};
use domain::leaderboard::Board;
use domain::submission::Secondary;
use sqlx::QueryBuilder;
use sqlx::types::Json;
use uuid::Uuid;

use super::Db;
use crate::error::Result;

sql! {
    SCORED = "SELECT s.id, s.team_id, s.created_at, s.public_score, s.private_score FROM submissions s JOIN teams t ON t.id = s.team_id
        WHERE s.stage_id = $1 AND s.status = 'scored' AND s.dry_run = $2 AND s.counts = $3 AND t.ended IS NULL";
    BASELINES = "SELECT name, public_score, private_score, secondary_public, secondary_private FROM baselines WHERE stage_id = $1 ORDER BY position";
}

/// Ids in one query, far below what a database takes.
const AT_ONCE: usize = 500;

/// A baseline with both scores: like a submission's, the private ones are for the private board alone.
#[derive(sqlx::FromRow)]
pub(crate) struct BaselineRow {
    pub(crate) name: Json<Text>,
    pub(crate) public_score: Option<f64>,
    pub(crate) private_score: Option<f64>,
    pub(crate) secondary_public: Option<Json<Secondary>>,
    pub(crate) secondary_private: Option<Json<Secondary>>,
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

    /// What these submissions scored beside the board's score.
    pub(crate) async fn secondary(
        &self,
        board: Board,
        ids: &[SubmissionId],
    ) -> Result<HashMap<SubmissionId, Secondary>> {
        let select = match board {
            Board::Public => "SELECT id, secondary_public FROM submissions WHERE id IN (",
            Board::Private => "SELECT id, secondary_private FROM submissions WHERE id IN (",
        };
        let mut found = HashMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let rows: Vec<(Uuid, Option<Json<Secondary>>)> = read!(self, c => {
                let mut query = QueryBuilder::new(select);
                let mut list = query.separated(", ");
                for id in ids {
                    list.push_bind(id.0);
                }
                query.push(")");
                query.build_query_as().fetch_all(c).await?
            });
            found.extend(rows.into_iter().map(|(id, values)| (SubmissionId(id), values.unwrap_or_default().0)));
        }
        Ok(found)
    }

    /// In their order.
    pub(crate) async fn baselines(&self, stage: StageId) -> Result<Vec<BaselineRow>> {
        Ok(read!(self, c => sqlx::query_as(BASELINES).bind(stage.0).fetch_all(c).await?))
    }
}
