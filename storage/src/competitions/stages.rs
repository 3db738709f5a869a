//! Stages, and where their solutions are.

use async_recursion::async_recursion as boxed;
use domain::competitions::Settings;
use domain::ids::{CompetitionId, StageId};
use domain::stages::Stage;
use sqlx::types::Json;

use crate::{Db, Result, Tx};

/// What a [`Stage`] is read from.
macro_rules! stages {
    ($rest:literal) => {
        concat!(
            "SELECT id, competition_id, key, name, starts_at, ends_at, reveal_at, takes_submissions, public_rows, private_rows,
            leaderboard_version FROM stages ",
            $rest
        )
    };
}

sql! {
    STAGES = stages!("ORDER BY competition_id, position");
    STAGES_OF = stages!("WHERE competition_id = $1 ORDER BY position");
    SOLUTION_KEY = "SELECT s.solution_key, c.settings FROM stages s JOIN competitions c ON c.id = s.competition_id WHERE s.id = $1";
}

impl Db {
    /// Of all competitions, each one's in their order.
    pub(super) async fn stages(&self) -> Result<Vec<Stage>> {
        all!(self, STAGES)
    }

    pub(super) async fn stages_of(&self, competition: CompetitionId) -> Result<Vec<Stage>> {
        all!(self, STAGES_OF, competition)
    }

    /// The storage key of a stage's solution and the settings it is read by.
    #[boxed]
    pub async fn solution_key(&self, stage: StageId) -> Result<Option<(Option<String>, Settings)>> {
        let row: Option<(Option<String>, Json<Settings>)> = maybe!(self, SOLUTION_KEY, stage)?;
        Ok(row.map(|(key, settings)| (key, settings.0)))
    }
}

sql! {
    INSERT_STAGE = "INSERT INTO stages (id, competition_id, position, key, name, starts_at, ends_at, reveal_at, takes_submissions,
        solution_key, public_rows, private_rows, leaderboard_version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)";
    SET_STAGE = "UPDATE stages SET name = $2, starts_at = $3, ends_at = $4, reveal_at = $5, position = $6 WHERE id = $1";
    DELETE_STAGE = "DELETE FROM stages WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM submissions WHERE stage_id = $1)";
}

impl Tx {
    pub(super) async fn stages_of(&mut self, competition: CompetitionId) -> Result<Vec<Stage>> {
        all!(self, STAGES_OF, competition)
    }

    #[boxed]
    pub async fn insert_stage(&mut self, stage: &Stage, position: i64, solution_key: Option<&str>) -> Result<()> {
        run!(
            self,
            INSERT_STAGE,
            stage.id,
            stage.competition_id,
            position,
            &stage.key,
            Json(&stage.name),
            stage.starts_at,
            stage.ends_at,
            stage.reveal_at,
            stage.takes_submissions,
            solution_key,
            stage.public_rows,
            stage.private_rows
        )
    }

    /// Gives a stage another's name, times and place.
    #[boxed]
    pub async fn set_stage(&mut self, id: StageId, stage: &Stage, position: i64) -> Result<()> {
        let Stage { name, starts_at, ends_at, reveal_at, .. } = stage;
        run!(self, SET_STAGE, id, Json(name), starts_at, ends_at, reveal_at, position)
    }

    /// False when it has submissions, and stays.
    #[boxed]
    pub async fn delete_stage(&mut self, id: StageId) -> Result<bool> {
        changed!(self, DELETE_STAGE, id)
    }
}
