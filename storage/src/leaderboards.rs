//! What a leaderboard is computed from: every scored submission of a stage, and the baselines.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::Text;
use domain::ids::{CompetitionId, StageId, SubmissionId, TeamId};
use domain::leaderboards::{Entry, Side};
use domain::submissions::Secondary;
use sqlx::QueryBuilder;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Db, Tx};
use crate::error::Result;

sql! {
    SCORED = "SELECT s.id, s.team_id, s.created_at, s.public_score, s.private_score FROM submissions s JOIN teams t ON t.id = s.team_id
        WHERE s.stage_id = $1 AND s.status = 'scored' AND s.dry_run = $2 AND s.counts = $3 AND t.ended IS NULL AND s.leaderboard_version <= $4";
    CHANGED = "SELECT s.id, s.team_id, s.created_at, s.public_score, s.secondary_public FROM submissions s JOIN teams t ON t.id = s.team_id
        WHERE s.stage_id = $1 AND s.leaderboard_version > $4 AND s.leaderboard_version <= $5
        AND s.status = 'scored' AND s.dry_run = $2 AND s.counts = $3 AND t.ended IS NULL ORDER BY s.leaderboard_version";
    MARKS = "SELECT leaderboard_version, rebuilt_version, named_version FROM stages WHERE id = $1";
    RAISE_LEADERBOARD_VERSION = "UPDATE stages SET leaderboard_version = leaderboard_version + 1, rebuilt_version = leaderboard_version + 1 WHERE id = $1
        RETURNING competition_id, leaderboard_version";
    RAISE_FOR_NAMES = "UPDATE stages SET leaderboard_version = leaderboard_version + 1, named_version = leaderboard_version + 1 WHERE id = $1
        RETURNING competition_id, leaderboard_version";
    RAISE_FOR_SCORE = "UPDATE stages SET leaderboard_version = leaderboard_version + 1 WHERE id = $1 RETURNING competition_id, leaderboard_version";
    SHOWN_FROM = "UPDATE submissions SET leaderboard_version = $2 WHERE id = $1";
    BASELINES = "SELECT name, public_score, private_score, secondary_public, secondary_private FROM baselines WHERE stage_id = $1 ORDER BY position";
}

/// The versions of a stage's leaderboard.
#[derive(sqlx::FromRow)]
pub struct Marks {
    #[sqlx(rename = "leaderboard_version")]
    pub version: i64,
    /// Since when nothing is as it was: a leaderboard from before is read anew.
    #[sqlx(rename = "rebuilt_version")]
    pub rebuilt: i64,
    /// Since when names or members are others.
    #[sqlx(rename = "named_version")]
    pub named: i64,
}

/// A submission whose public score a version brought.
pub struct ChangedRow {
    pub id: SubmissionId,
    pub team: TeamId,
    pub at: DateTime<Utc>,
    public: Option<f64>,
    pub secondary: Secondary,
}

impl ChangedRow {
    pub fn entry(&self) -> Option<Entry> {
        self.public.map(|score| Entry { team: self.team, submission: self.id, at: self.at, score })
    }
}

/// Ids in one query, far below what a database takes.
const AT_ONCE: usize = 500;

/// A baseline with both scores: like a submission's, the private ones are for the private side alone.
#[derive(sqlx::FromRow)]
pub struct BaselineRow {
    pub name: Json<Text>,
    pub public_score: Option<f64>,
    pub private_score: Option<f64>,
    pub secondary_public: Option<Json<Secondary>>,
    pub secondary_private: Option<Json<Secondary>>,
}

/// A scored submission with both scores: only for ranking, never handed on whole.
pub struct ScoredRow {
    pub id: SubmissionId,
    pub team: TeamId,
    pub at: DateTime<Utc>,
    pub public: Option<f64>,
    pub private: Option<f64>,
}

type Row = (Uuid, Uuid, DateTime<Utc>, Option<f64>, Option<f64>);

impl Db {
    /// Every scored submission that a version of the leaderboard knows.
    pub async fn scored(&self, stage: StageId, version: i64) -> Result<Vec<ScoredRow>> {
        let rows: Vec<Row> = read!(self, c => {
            sqlx::query_as(SCORED).bind(stage.0).bind(false).bind(true).bind(version).fetch_all(c).await?
        });
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

    pub async fn marks(&self, stage: StageId) -> Result<Marks> {
        Ok(read!(self, c => sqlx::query_as(MARKS).bind(stage.0).fetch_one(c).await?))
    }

    /// What the versions after `after` and up to `upto` brought, in their order.
    pub async fn changed(&self, stage: StageId, after: i64, upto: i64) -> Result<Vec<ChangedRow>> {
        type Row = (Uuid, Uuid, DateTime<Utc>, Option<f64>, Option<Json<Secondary>>);
        let rows: Vec<Row> = read!(self, c => {
            sqlx::query_as(CHANGED).bind(stage.0).bind(false).bind(true).bind(after).bind(upto).fetch_all(c).await?
        });
        let changed = rows.into_iter().map(|(id, team, at, public, secondary)| ChangedRow {
            id: SubmissionId(id),
            team: TeamId(team),
            at,
            public,
            secondary: secondary.unwrap_or_default().0,
        });
        Ok(changed.collect())
    }

    /// What these submissions scored beside the side's score.
    pub async fn secondary(&self, side: Side, ids: &[SubmissionId]) -> Result<HashMap<SubmissionId, Secondary>> {
        let select = match side {
            Side::Public => "SELECT id, secondary_public FROM submissions WHERE id IN (",
            Side::Private => "SELECT id, secondary_private FROM submissions WHERE id IN (",
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
    pub async fn baselines(&self, stage: StageId) -> Result<Vec<BaselineRow>> {
        Ok(read!(self, c => sqlx::query_as(BASELINES).bind(stage.0).fetch_all(c).await?))
    }
}

impl Tx {
    /// The stage's leaderboard is another now, and nothing that was kept of it holds.
    pub async fn raise_leaderboard_version(&mut self, stage: StageId) -> Result<(CompetitionId, i64)> {
        let (competition, version): (Uuid, i64) =
            on!(self, c => sqlx::query_as(RAISE_LEADERBOARD_VERSION).bind(stage.0).fetch_one(c).await?);
        Ok((CompetitionId(competition), version))
    }

    /// Names or members that the stage's leaderboard shows are others now.
    pub async fn raise_for_names(&mut self, stage: StageId) -> Result<(CompetitionId, i64)> {
        let (competition, version): (Uuid, i64) =
            on!(self, c => sqlx::query_as(RAISE_FOR_NAMES).bind(stage.0).fetch_one(c).await?);
        Ok((CompetitionId(competition), version))
    }

    /// The stage's leaderboard shows one more score: the version that does.
    pub async fn raise_for_score(&mut self, stage: StageId, submission: SubmissionId) -> Result<(CompetitionId, i64)> {
        let (competition, version): (Uuid, i64) =
            on!(self, c => sqlx::query_as(RAISE_FOR_SCORE).bind(stage.0).fetch_one(c).await?);
        on!(self, c => { sqlx::query(SHOWN_FROM).bind(submission.0).bind(version).execute(c).await?; });
        Ok((CompetitionId(competition), version))
    }
}
