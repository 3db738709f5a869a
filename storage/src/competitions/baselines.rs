//! Stages' baselines.

use async_recursion::async_recursion as boxed;
use domain::Text;
use domain::ids::StageId;
use domain::submissions::{Beside, Secondary};
use sqlx::types::Json;

use crate::error::Result;
use crate::submissions::Outcome;
use crate::{Db, Tx};

/// A baseline with both scores: like a submission's, the private ones are for the private side alone.
#[derive(sqlx::FromRow)]
pub struct BaselineRow {
    #[sqlx(json)]
    pub name: Text,
    pub public_score: Option<f64>,
    pub private_score: Option<f64>,
    #[sqlx(try_from = "Beside")]
    pub secondary_public: Secondary,
    #[sqlx(try_from = "Beside")]
    pub secondary_private: Secondary,
}

sql! {
    OF_STAGE = "SELECT name, public_score, private_score, secondary_public, secondary_private FROM baselines
        WHERE stage_id = $1 ORDER BY position";
}

impl Db {
    /// In their order.
    #[boxed]
    pub async fn baselines(&self, stage: StageId) -> Result<Vec<BaselineRow>> {
        all!(self, OF_STAGE, stage)
    }
}

sql! {
    INSERT = "INSERT INTO baselines (stage_id, position, name, public_score, private_score, secondary_public, secondary_private)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

impl Tx {
    pub async fn insert_baseline(
        &mut self,
        stage: StageId,
        position: i64,
        name: &Text,
        outcome: &Outcome<'_>,
    ) -> Result<()> {
        let [public, private] = outcome.beside();
        run!(self, INSERT, stage, position, Json(name), outcome.public, outcome.private, public, private)
    }
}
