//! What binds organizers to their solutions.

use async_recursion::async_recursion as boxed;
use domain::ids::StageId;

use crate::{Db, Result, Tx};

sql! {
    INSERT = "INSERT INTO commitments (stage_id, commitment, salt, solution_sha256) VALUES ($1, $2, $3, $4)";
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
    #[boxed]
    pub async fn commitment(&self, stage: StageId) -> Result<Option<CommitmentRow>> {
        maybe!(self, COMMITMENT, stage)
    }
}

impl Tx {
    #[boxed]
    pub async fn insert_commitment(&mut self, stage: StageId, row: &CommitmentRow) -> Result<()> {
        run!(self, INSERT, stage, &row.commitment, &row.salt, &row.solution_sha256)
    }
}
