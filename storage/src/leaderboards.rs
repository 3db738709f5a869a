//! What a leaderboard is computed from: every scored submission of a stage, and the versions that show them.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, StageId, SubmissionId, TeamId};
use domain::leaderboards::{Entry, Side};
use domain::submissions::{Beside, Secondary};

use super::dialect::List;
use crate::{Db, Result, Tx};

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
#[derive(sqlx::FromRow)]
pub struct ChangedRow {
    pub id: SubmissionId,
    #[sqlx(rename = "team_id")]
    pub team: TeamId,
    #[sqlx(rename = "created_at")]
    pub at: DateTime<Utc>,
    #[sqlx(rename = "public_score")]
    public: Option<f64>,
    #[sqlx(rename = "secondary_public", try_from = "Beside")]
    pub secondary: Secondary,
}

impl ChangedRow {
    pub fn entry(&self) -> Option<Entry> {
        self.public.map(|score| Entry { team: self.team, submission: self.id, at: self.at, score })
    }
}

/// A scored submission with both scores: only for ranking, never handed on whole.
#[derive(sqlx::FromRow)]
pub struct ScoredRow {
    pub id: SubmissionId,
    #[sqlx(rename = "team_id")]
    pub team: TeamId,
    #[sqlx(rename = "created_at")]
    pub at: DateTime<Utc>,
    #[sqlx(rename = "public_score")]
    pub public: Option<f64>,
    #[sqlx(rename = "private_score")]
    pub private: Option<f64>,
}

/// What these submissions scored beside one side's score.
macro_rules! secondary {
    ($side:literal, $database:ident) => {
        concat!("SELECT id, ", $side, " FROM submissions WHERE id ", among!($database bytes))
    };
}

sql! {
    SCORED = "SELECT s.id, s.team_id, s.created_at, s.public_score, s.private_score FROM submissions s JOIN teams t ON t.id = s.team_id
        WHERE s.stage_id = $1 AND s.status = 'scored' AND s.dry_run = $2 AND s.counts = $3 AND s.voided = FALSE AND t.ended IS NULL
        AND s.leaderboard_version <= $4";
    CHANGED = "SELECT s.id, s.team_id, s.created_at, s.public_score, s.secondary_public FROM submissions s JOIN teams t ON t.id = s.team_id
        WHERE s.stage_id = $1 AND s.leaderboard_version > $4 AND s.leaderboard_version <= $5
        AND s.status = 'scored' AND s.dry_run = $2 AND s.counts = $3 AND s.voided = FALSE AND t.ended IS NULL ORDER BY s.leaderboard_version";
    SECONDARY_PUBLIC = secondary!("secondary_public", sqlite), postgres = secondary!("secondary_public", postgres);
    SECONDARY_PRIVATE = secondary!("secondary_private", sqlite), postgres = secondary!("secondary_private", postgres);
    MARKS = "SELECT leaderboard_version, rebuilt_version, named_version FROM stages WHERE id = $1";
    VERSIONS = "SELECT competition_id, id, leaderboard_version FROM stages WHERE takes_submissions";
}

impl Db {
    /// Every scored submission that a version of the leaderboard knows.
    #[boxed]
    pub async fn scored(&self, stage: StageId, version: i64) -> Result<Vec<ScoredRow>> {
        all!(self, SCORED, stage, false, true, version)
    }

    /// What the versions after `after` and up to `upto` brought, in their order.
    #[boxed]
    pub async fn changed(&self, stage: StageId, after: i64, upto: i64) -> Result<Vec<ChangedRow>> {
        all!(self, CHANGED, stage, false, true, after, upto)
    }

    /// What these submissions scored beside the side's score.
    #[boxed]
    pub async fn secondary(&self, side: Side, ids: &[SubmissionId]) -> Result<HashMap<SubmissionId, Secondary>> {
        let sql = match side {
            Side::Public => SECONDARY_PUBLIC,
            Side::Private => SECONDARY_PRIVATE,
        };
        let rows: Vec<(SubmissionId, Beside)> = all!(self, sql, List(ids.to_vec()))?;
        Ok(rows.into_iter().map(|(id, beside)| (id, beside.into())).collect())
    }

    #[boxed]
    pub async fn marks(&self, stage: StageId) -> Result<Marks> {
        one!(self, MARKS, stage)
    }

    /// The newest leaderboard version of every stage that has one.
    #[boxed]
    pub async fn leaderboard_versions(&self) -> Result<Vec<(CompetitionId, StageId, i64)>> {
        all!(self, VERSIONS)
    }
}

sql! {
    RAISE = "UPDATE stages SET leaderboard_version = leaderboard_version + 1, rebuilt_version = leaderboard_version + 1
        WHERE id = $1 RETURNING competition_id, leaderboard_version";
    RAISE_FOR_NAMES = "UPDATE stages SET leaderboard_version = leaderboard_version + 1, named_version = leaderboard_version + 1
        WHERE id = $1 RETURNING competition_id, leaderboard_version";
    RAISE_FOR_SCORE = "UPDATE stages SET leaderboard_version = leaderboard_version + 1
        WHERE id = $1 RETURNING competition_id, leaderboard_version";
    // One of the stage's moments: see `Stage::moments`.
    RAISE_FOR_MOMENT = "UPDATE stages SET leaderboard_version = leaderboard_version + 1
        WHERE id = $1 AND takes_submissions AND (starts_at = $2 OR ends_at = $2 OR (reveal_at = $2 AND ends_at < $2))
        RETURNING competition_id, leaderboard_version";
    SHOWN_FROM = "UPDATE submissions SET leaderboard_version = $2 WHERE id = $1";
}

impl Tx {
    /// The stage's leaderboard is another now, and nothing that was kept of it holds.
    #[boxed]
    pub async fn raise_leaderboard_version(&mut self, stage: StageId) -> Result<(CompetitionId, i64)> {
        one!(self, RAISE, stage)
    }

    /// Names or members that the stage's leaderboard shows are others now.
    #[boxed]
    pub async fn raise_for_names(&mut self, stage: StageId) -> Result<(CompetitionId, i64)> {
        one!(self, RAISE_FOR_NAMES, stage)
    }

    /// The stage's leaderboard is shown in another way from this moment on; none where it is no moment of the stage.
    #[boxed]
    pub async fn raise_for_moment(
        &mut self,
        stage: StageId,
        moment: DateTime<Utc>,
    ) -> Result<Option<(CompetitionId, i64)>> {
        maybe!(self, RAISE_FOR_MOMENT, stage, moment)
    }

    /// The stage's leaderboard shows one more score: the version that does.
    #[boxed]
    pub async fn raise_for_score(&mut self, stage: StageId, submission: SubmissionId) -> Result<(CompetitionId, i64)> {
        let (competition, version) = one!(self, RAISE_FOR_SCORE, stage)?;
        run!(self, SHOWN_FROM, submission, version)?;
        Ok((competition, version))
    }
}
