//! Storing a team and its members. What the database refuses because somebody else was faster is said as what it means.

use chrono::{DateTime, Utc};
use domain::audit::Deed;
use domain::error::FieldProblem;
use domain::events::Audience;
use domain::ids::UserId;
use domain::notifications::News;
use domain::teams::Team;
use domain::{AppError, ErrorCode};
use storage::Tx;

use super::locked::Locked;
use crate::error::Result;
use crate::participation::places;
use crate::services::Services;

/// Stores a team; a taken name is said as such.
pub(crate) async fn insert(tx: &mut Tx, team: &Team, submission_key: &str) -> Result<()> {
    match tx.insert_team(team, submission_key).await {
        Err(error) if error.is_unique_violation() => Err(AppError::field("name", FieldProblem::TeamNameTaken).into()),
        other => Ok(other?),
    }
}

/// Makes a user a member, who asks no team any more; the primary key holds one team a competition for each user.
pub(crate) async fn enter(tx: &mut Tx, team: &Team, user: UserId, at: DateTime<Utc>) -> Result<()> {
    match tx.insert_member(team, user, at).await {
        Err(error) if error.is_unique_violation() => return Err(ErrorCode::AlreadyInTeam.into()),
        other => other?,
    }
    Ok(tx.end_join_requests_of(user, team.competition_id).await?)
}

/// Makes a user a member of the team that is locked, and says by what. A team that is full is asked by nobody any more.
pub(super) async fn let_in(services: &Services, locked: &mut Locked, user: UserId, deed: Deed) -> Result<()> {
    enter(&mut locked.tx, &locked.team, user, locked.now).await?;
    if locked.members(1) >= locked.competition.settings.team.max {
        locked.tx.end_join_requests_to(locked.team.id).await?;
    }
    let change = locked.change(deed).to(user);
    locked.record(change.before("members", locked.members(0)).after("members", locked.members(1)));
    let (team, number) = (locked.team.name.clone(), locked.team.number);
    locked.tell(Audience::Team(locked.team.id), News::MemberJoined { team, number, who: user });
    // Where a team takes one place, two have become one.
    places::refill(&services.mail, &mut locked.tx, locked.competition.id, locked.now).await?;
    Ok(())
}
