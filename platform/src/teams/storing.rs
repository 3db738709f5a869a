//! Storing a team and its members. What the database refuses because somebody else was faster is said as what it means.

use chrono::{DateTime, Utc};
use domain::error::FieldProblem;
use domain::ids::UserId;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use storage::Tx;

use crate::error::Result;

/// Stores a team; a taken name is said as such.
pub(crate) async fn insert(tx: &mut Tx, team: &Team, submission_key: &str) -> Result<()> {
    match tx.insert_team(team, submission_key).await {
        Err(error) if error.is_unique_violation() => Err(AppError::field("name", FieldProblem::TeamNameTaken).into()),
        other => Ok(other?),
    }
}

/// Makes a user a member; the primary key holds one team a competition for each user.
pub(crate) async fn enter(tx: &mut Tx, team: &Team, user: UserId, at: DateTime<Utc>) -> Result<()> {
    match tx.insert_member(team, user, at).await {
        Err(error) if error.is_unique_violation() => Err(ErrorCode::AlreadyInTeam.into()),
        other => Ok(other?),
    }
}
