//! A team's submission key: what a program that hands in for the team shows with its number.

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::{Action, Actor};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::ids::TeamNumber;
use domain::teams::Team;
use subtle::ConstantTimeEq;

use super::locked::Locked;
use crate::error::Result;
use crate::secrets;
use crate::services::Services;
use crate::throttle::Seldom;

/// The team that a number and a submission key mean for this user. Numbers repeat between competitions, keys do not.
///
/// # Errors
/// `not_member` when no team of the user has that number; `wrong_key`.
#[boxed]
pub async fn by_key(services: &Services, user: &User, number: TeamNumber, key: &str) -> Result<Team> {
    let teams = services.db.teams_of_by_number(user.id, number).await?;
    if teams.is_empty() {
        return Err(ErrorCode::NotMember.into());
    }
    for team in teams {
        let stored = services.db.submission_key(team.id).await?.unwrap_or_default();
        if bool::from(stored.as_bytes().ct_eq(key.as_bytes())) {
            return Ok(team);
        }
    }
    Err(ErrorCode::WrongKey.into())
}

/// The team's submission key; showing it is recorded.
///
/// # Errors
/// `not_member`, `too_many_attempts`.
#[boxed]
pub async fn show_submission_key(services: &Services, team: &Team, actor: &Actor) -> Result<String> {
    let user = actor.person()?;
    services.throttle.seldom(Seldom::ShowKey, user.id, services.clock.now())?;
    let mut tx = services.db.begin().await?;
    tx.lock_team(team.id).await?;
    let current = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    current.check_member(user.id)?;
    let key = tx.submission_key(team.id).await?;
    tx.record(services.clock.now(), actor, Act::of_team(Deed::ShowKey, current.competition_id, current.id));
    tx.commit().await?;
    Ok(key)
}

/// Makes a new submission key; the old one stops working.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `too_many_attempts`.
#[boxed]
pub async fn renew_submission_key(services: &Services, team: &Team, actor: &Actor) -> Result<String> {
    services.throttle.seldom(Seldom::RenewKey, actor.person()?.id, services.clock.now())?;
    let mut locked = Locked::take_for(services, team, actor, Action::RenewKey).await?;
    let key = secrets::submission_key();
    locked.tx.set_submission_key(team.id, &key).await?;
    locked.record(locked.change(Deed::RenewKey));
    locked.tx.commit().await?;
    Ok(key)
}
