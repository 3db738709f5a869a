//! How submissions are scored.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, StageId, SubmissionId, TeamId};
use domain::submissions::{Note, Secondary, Status};
use sqlx::types::Json;

use crate::Tx;
use crate::error::Result;

/// What a worker needs of a submission.
#[derive(sqlx::FromRow)]
pub struct ToScore {
    pub competition_id: CompetitionId,
    pub stage_id: StageId,
    pub team_id: TeamId,
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

    /// What stands beside the public score and the private one, as it is stored.
    pub(crate) fn beside(&self) -> [Option<Json<&'a Secondary>>; 2] {
        [self.secondary.map(|(public, _)| Json(public)), self.secondary.map(|(_, private)| Json(private))]
    }
}

sql! {
    FOR_SCORING = "SELECT s.stage_id, s.team_id, s.number, s.storage_key, t.competition_id
        FROM submissions s JOIN stages t ON t.id = s.stage_id WHERE s.id = $1";
    SET_SCORING = "UPDATE submissions SET status = 'scoring', scoring_at = $2 WHERE id = $1 AND status IN ('queued', 'scoring')";
    FINISH = "UPDATE submissions SET status = $2, public_score = $3, private_score = $4, note = $5, counts = $6, finished_at = $7,
        secondary_public = $8, secondary_private = $9 WHERE id = $1 AND status IN ('queued', 'scoring') RETURNING team_id, number";
}

impl Tx {
    #[boxed]
    pub async fn for_scoring(&mut self, id: SubmissionId) -> Result<Option<ToScore>> {
        maybe!(self, FOR_SCORING, id)
    }

    #[boxed]
    pub async fn set_scoring(&mut self, id: SubmissionId, at: DateTime<Utc>) -> Result<()> {
        run!(self, SET_SCORING, id, at)
    }

    /// Writes the end of a scoring once, and whose submission it is by now, with its number there; none when it had ended before.
    pub async fn finish_submission(&mut self, id: SubmissionId, outcome: Outcome<'_>) -> Result<Option<(TeamId, i64)>> {
        let [public, private] = outcome.beside();
        maybe!(
            self,
            FINISH,
            id,
            outcome.status,
            outcome.public,
            outcome.private,
            outcome.note.map(Json),
            outcome.counts,
            outcome.at,
            public,
            private
        )
    }
}
