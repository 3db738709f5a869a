//! The promise that a solution does not change: its commitment from the start, salt and hash with the results.

use async_recursion::async_recursion as boxed;
use domain::stages::Stage;
use scoring::{Hash, commitment, solution_hash};
use storage::commitments::CommitmentRow;

use crate::error::{Error, Result};
use crate::secrets;
use crate::services::Services;

/// What may be shown of a stage's commitment, as hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    pub commitment: String,
    /// Only when the results are revealed.
    pub opening: Option<Opening>,
}

/// With these anyone can recompute the commitment: SHA-256(salt ‖ solution hash).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub salt: String,
    pub solution_sha256: String,
}

/// Binds to a solution with a new salt.
///
/// # Errors
/// The bytes are no table with that id column.
pub(crate) fn bind(solution: &[u8], id_column: &str) -> Result<CommitmentRow> {
    let hash = solution_hash(solution, id_column).map_err(|errors| Error::Other(errors.to_string()))?;
    let salt = Hash(secrets::random_bytes());
    Ok(CommitmentRow {
        commitment: commitment(salt, hash).to_string(),
        salt: salt.to_string(),
        solution_sha256: hash.to_string(),
    })
}

/// The commitment of a stage at the clock's now; none where the stage has no solution.
#[boxed]
pub async fn of_stage(services: &Services, stage: &Stage) -> Result<Option<Commitment>> {
    let revealed = stage.revealed(services.clock.now());
    Ok(services.db.commitment(stage.id).await?.map(|row| Commitment {
        commitment: row.commitment,
        opening: revealed.then_some(Opening { salt: row.salt, solution_sha256: row.solution_sha256 }),
    }))
}
