//! What binds organizers to their solutions.

use domain::ids::StageId;

use super::{Db, Tx};
use crate::error::Result;

sql! {
    INSERT_COMMITMENT = "INSERT INTO commitments (stage_id, commitment, salt, solution_sha256) VALUES ($1, $2, $3, $4)";
    COMMITMENT = "SELECT commitment, salt, solution_sha256 FROM commitments WHERE stage_id = $1";
}

/// As hexadecimal digits. Salt and hash are secret until the stage's results are.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CommitmentRow {
    pub commitment: String,
    pub salt: String,
    pub solution_sha256: String,
}

impl Db {
    pub async fn commitment(&self, stage: StageId) -> Result<Option<CommitmentRow>> {
        Ok(read!(self, c => sqlx::query_as(COMMITMENT).bind(stage.0).fetch_optional(c).await?))
    }
}

impl Tx {
    pub async fn insert_commitment(&mut self, stage: StageId, row: &CommitmentRow) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_COMMITMENT)
                .bind(stage.0)
                .bind(&row.commitment)
                .bind(&row.salt)
                .bind(&row.solution_sha256)
                .execute(c)
                .await?;
        });
        Ok(())
    }
}
